"""Stress tests and labs by quarter as layers to be asked for by page and by box, beside the published ones."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd

from nahraum.publish.features import Layer

_WGS84, _KEY = "EPSG:4326", "quarter_id"
_TITLES = {
    "stress": ("stress_{name}", "Stress test {name}, by quarter", "Stresstest {name}, nach Quartieren"),
    "housing": ("housing_{name}", "Housing lab {name}, by quarter", "Wohnlabor {name}, nach Quartieren"),
}


def result_layer(file: Path, verb: str, called: str, crs: str) -> Layer | None:
    """The layer of a kept result, sorted by the ids of its quarters; None where nothing is in it.

    Parameters
        file : `stress.geojson` or `housing.geojson`. verb : stress | housing. called : its name. crs : of the study.
    """
    features = json.loads(file.read_text(encoding="utf-8"))["features"]
    if not features:
        return None
    frame = gpd.GeoDataFrame.from_features(features, crs=_WGS84)
    others = [name for name in frame.columns if name not in (_KEY, frame.geometry.name)]
    ordered = frame[[_KEY, *others, frame.geometry.name]].sort_values(_KEY, kind="stable").reset_index(drop=True)
    name, english, german = (text.format(name=called) for text in _TITLES[verb])
    turned = gpd.GeoDataFrame(pd.DataFrame(ordered), geometry=ordered.geometry.name, crs=_WGS84).to_crs(crs)
    return Layer(name, turned, crs, (english, german))
