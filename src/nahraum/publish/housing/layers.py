"""The layers of the lab: housing.gpkg, who lives crowded, and whom each concept would relieve, by quarter."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from nahraum.publish.housing.layer import housing_layer
from nahraum.publish.housing.model import Told
from nahraum.publish.housing.sheets import released_tables
from nahraum.publish.housing.words import LabWords
from nahraum.publish.quarter_layers import QuarterLayer, write_quarter_layers

FILE = "housing.gpkg"
_CASES = {"expected_mid": "expected", "taken": "taken"}


def write_housing_layers(told: Told, quarters: gpd.GeoDataFrame, folder: Path) -> list[Path]:
    """housing.gpkg: `crowding` and `concepts`, in the CRS of the study; of released figures only."""
    words = LabWords(told.language)
    said = {
        "TITLE": words.text("title", study=told.study), "STATEMENT": words.text("notice"),
        "ATTRIBUTION": told.attribution, "REFERENCE_DATE": told.day.isoformat(), "CREATOR": f"nahraum {told.version}",
    }  # fmt: skip
    crowding = housing_layer(told, quarters)
    layers = [QuarterLayer("crowding", words.text("h_today"), crowding, {"crowded_share": words.text("head_crowded")})]
    found = concept_layer(told, quarters)
    if len(found.columns) > len(_KEYS) + 1:
        layers.append(QuarterLayer("concepts", words.text("h_effects"), found))
    return write_quarter_layers(folder / FILE, layers, said=said, day=told.day, language=told.language)


_KEYS = ("quarter_id", "name")


def concept_layer(told: Told, quarters: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Quarters with persons relieved by each concept, expected and tried: <concept>_<case>_persons_low, _high."""
    table = released_tables(told)["concepts_by_quarter"]
    table = table[table["case"].isin(list(_CASES))].astype({"quarter_id": str})
    shapes = quarters[["quarter_id", "geometry"]].assign(quarter_id=quarters["quarter_id"].astype(str))
    wide = pd.DataFrame({"quarter_id": shapes["quarter_id"], "name": shapes["quarter_id"].map(told.names).fillna("")})
    for (concept, case), mine in table.groupby(["concept_id", "case"], sort=True):
        values = mine.set_index("quarter_id")[["persons_low", "persons_high"]]
        if values.notna().any(axis=None) and (values > 0).any(axis=None):
            named = values.add_prefix(f"{concept}_{_CASES[str(case)]}_")
            wide = wide.merge(named, left_on="quarter_id", right_index=True, how="left")
    frame = gpd.GeoDataFrame(wide, geometry=shapes.geometry.to_numpy(), crs=quarters.crs)
    return frame.sort_values("quarter_id", ignore_index=True)
