"""Released plans as layers to be asked for by page and by box, beside the published ones."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd

from nahraum.publish.features import Layer

MEASURES, SITES = "measures.geojson", "candidate_sites.geojson"
_WGS84, _KEY = "EPSG:4326", "site_id"
_TITLES = {
    MEASURES: ("plan_{name}_measures", "Measures of plan {name}", "Maßnahmen des Plans {name}"),
    SITES: ("plan_{name}_sites", "Candidate sites of plan {name}", "Mögliche Orte des Plans {name}"),
}


def plan_layer(file: Path, plan: str, crs: str) -> Layer | None:
    """One layer of a released plan, sorted by the ids of its sites; None where nothing is in it.

    Parameters
        file : `measures.geojson` or `candidate_sites.geojson` of the plan. plan : its name. crs : of the study.
    """
    features = json.loads(file.read_text(encoding="utf-8"))["features"]
    if not features:
        return None
    frame = gpd.GeoDataFrame.from_features(features, crs=_WGS84).drop(columns=["point"], errors="ignore")
    others = [name for name in frame.columns if name not in (_KEY, frame.geometry.name)]
    ordered = frame[[_KEY, *others, frame.geometry.name]].sort_values(_KEY, kind="stable").reset_index(drop=True)
    name, english, german = (text.format(name=plan) for text in _TITLES[file.name])
    turned = gpd.GeoDataFrame(pd.DataFrame(ordered), geometry=ordered.geometry.name, crs=_WGS84).to_crs(crs)
    return Layer(name, turned, crs, (english, german))
