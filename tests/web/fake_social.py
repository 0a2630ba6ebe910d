"""The small town with a status of its quarters: an index, three classes, fifths and inequality, through the door."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
from fake_bundle import make_bundle
from fake_town import aggregate, make_cells, make_quarters

from nahraum.index.social_people import status_matrix
from nahraum.parameters import Parameters
from nahraum.publish import PublishBundle, release

INDEX = [0.2, 1.4, 1.1, -0.9, np.nan, -1.2]
CLASSES = ["mittel", "niedrig", "niedrig", "hoch", "", "hoch"]
ENGLISH = {"hoch": "high", "mittel": "medium", "niedrig": "low", "": ""}
PLACES = {"hoch": 0.0, "mittel": 1.0, "niedrig": 2.0, "": np.nan}


def _fifths() -> pd.DataFrame:
    row = {
        "indicator": "floor_area_m2_per_resident", "ordered_by": "status", "n_areas": 5, "residents": 11000.0,
        "completeness": 0.8, "status": "ok", "mean": 35.0, "gini": 0.12, "measure": "fifths", "value": 35.0,
        "text_de": "Das Fünftel mit dem niedrigsten Status hat 26 m² je Einwohner, das oberste 47.",
        "text_en": "The fifth of the lowest status has 26 m² per person, the top one 47.", "note_de": "", "note_en": "",
    }  # fmt: skip
    return pd.DataFrame([row | {f"fifth_{at}": 20.0 + 5.4 * at for at in range(1, 6)}])


def _inequality() -> pd.DataFrame:
    rows = [("floor_area_m2_per_resident", "gini", 0.15), ("green_m2_per_resident", "gini", 0.44)]
    rows += [("floor_area_m2_per_resident", "palma", 0.48), ("green_m2_per_resident", "palma", np.nan)]
    table = pd.DataFrame(rows, columns=["indicator", "measure", "value"])
    return table.assign(status="ok", completeness=1.0, n_areas=6, note_de="", note_en="", residents=13000.0)


def make_social_bundle() -> PublishBundle:
    """The town as published with a status index and its classes (in a real study there are none below 30 quarters)."""
    parameters = Parameters(on=date(2025, 6, 30))
    bundle = make_bundle()
    cells = make_cells()
    whole = release(pd.DataFrame([aggregate(pd.DataFrame(cells))]), "municipality", parameters=parameters)
    quarters = make_quarters(cells).assign(status_index=INDEX, status_class=CLASSES)
    quarters["status_index_status"] = np.where(np.isnan(INDEX), "missing", "ok").astype(object)
    shown = release(quarters, "quarters", parameters=parameters, against=whole)
    areas = pd.DataFrame({"area_id": quarters["quarter_id"], "class": CLASSES, "class_de": CLASSES})
    areas["class_en"], areas["index"] = areas["class"].map(ENGLISH), areas["class"].map(PLACES)
    plain = pd.DataFrame(shown.frame.drop(columns="geometry"))
    plain["several_share"] = plain["several_k2_share"]
    plain["several_share_completeness"] = plain["several_k2_share"].notna().astype(float)
    tables = {
        "social_matrix": (status_matrix(plain, areas), "locations"),
        "social_fifths": (_fifths(), "inequality"),
        "social_inequality": (_inequality(), "inequality"),
    }
    more = tuple(release(table, kind, parameters=parameters, name=name) for name, (table, kind) in tables.items())
    return replace(bundle, quarters=shown, more=more)
