"""Displacement check: what is known of rents, moves and means of living near measures that may raise rents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.measures.funding.items import PlanItem
from nahraum.measures.model import MeasureType

FIGURES = ("rent", "rent_change", "moves", "sgb2")
UNITS = {"rent": "EUR/m2", "rent_change": "share", "moves": "share", "sgb2": "share"}
_TEXTS = {
    "unknown": ("unbekannt, muss beobachtet werden", "unknown, must be observed"),
    "watch": (
        "Miete unter und SGB-II-Anteil über dem Median der Quartiere: Mieten und Wegzüge jährlich beobachten",
        "rent below and SGB II share above the median of the quarters: observe rents and moves every year",
    ),
    "observe": ("Mieten und Wegzüge beobachten", "observe rents and moves"),
}


def displacement_check(
    items: Sequence[PlanItem], types: Mapping[str, MeasureType], figures: pd.DataFrame | None = None
) -> pd.DataFrame:
    """For every measure near which rents are to be watched, what the study knows of its quarter.

    Parameters
        figures : by quarter id, any of the columns rent [EUR/m2], rent_change, moves, sgb2 [shares]; None: nothing.

    Returns
        item_id, name, quarter_id, each of `FIGURES` and `<figure>_median` of all quarters (NaN: not known),
        known (how many of the four), signal (unknown | watch | observe), text_de, text_en. Sorted as the items.

    Notes
        A proposal of nahraum, no forecast: `watch` where the quarter's rent is below and its SGB II share above the
        median of the quarters, so that there is room for rents to rise and little means to bear it. Where either is
        not known the signal is `unknown`, never that all is well.
    """
    table = pd.DataFrame(columns=list(FIGURES)) if figures is None else figures.reindex(columns=list(FIGURES))
    table = table.astype(np.float64)
    medians = table.median()
    rows = [_row(item, table, medians) for item in items if types[item.type_id].displacement]
    columns = [
        "item_id", "name", "quarter_id", *FIGURES, *(f"{name}_median" for name in FIGURES), "known", "signal",
        "text_de", "text_en",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def displacement_figures(
    table: pd.DataFrame | None, columns: Mapping[str, str], rents: pd.Series | None = None
) -> pd.DataFrame:
    """The figures of the check by quarter id, from a table of the office.

    Parameters
        table : area_id and figures (`AreaTable.latest()`). columns : `[plan.displacement]`, figure -> column; figures
            that it does not name are not known.
        rents : net cold rent by quarter id where the study has it [EUR/m2]; used where the table tells no rent.

    Raises
        InputError where a named column is not in the table.
    """
    asked = {name: columns[name] for name in FIGURES if name in columns}
    rows = pd.DataFrame(columns=["area_id"]) if table is None else table
    missing = [f"{name} = {column!r}" for name, column in asked.items() if column not in rows.columns]
    if missing:
        raise InputError(
            "[plan.displacement] names columns that the table has not", where=missing,
            expected=", ".join(str(name) for name in rows.columns), fix="names of [sources.statistics.<table>] columns",
        )  # fmt: skip
    found = rows.assign(area_id=rows["area_id"].astype(str)).set_index("area_id")
    known = {name: found[column].astype(np.float64) for name, column in asked.items()}
    if "rent" not in known and rents is not None:
        known["rent"] = rents.astype(np.float64)
    return pd.DataFrame(known).reindex(columns=list(FIGURES)).sort_index()


def _row(item: PlanItem, table: pd.DataFrame, medians: pd.Series) -> dict[str, Any]:
    here = {name: float(table[name].get(item.quarter_id, np.nan)) for name in FIGURES}
    signal = "observe"
    if np.isnan(here["rent"]) or np.isnan(here["sgb2"]):
        signal = "unknown"
    elif here["rent"] < medians["rent"] and here["sgb2"] > medians["sgb2"]:
        signal = "watch"
    typical = {f"{name}_median": float(medians[name]) for name in FIGURES}
    known = sum(not np.isnan(value) for value in here.values())
    named = {"item_id": item.item_id, "name": item.name, "quarter_id": item.quarter_id}
    text_de, text_en = _TEXTS[signal]
    return named | here | typical | {"known": known, "signal": signal, "text_de": text_de, "text_en": text_en}
