"""What of a what-if answer may leave the office, and the same in full for the planner, as plain values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from nahraum.grid import cell_id
from nahraum.parameters import Parameters
from nahraum.scenario.effect import Effect
from nahraum.tables import PREREQUISITES

_PARTS = {"several": "several", **{name: f"lacks_{name}" for name in PREREQUISITES}}


def planner_effect(effect: Effect, names: Mapping[str, str]) -> dict[str, Any]:
    """A what-if answer in full: by quarter and cell, with the values before and after. For the office only.

    Parameters
        names : of the quarters, by id.
    """
    quarters = [
        {"quarter_id": key, "name": names.get(key, ""), **_flows(row)}
        | {"before": _values(effect.before.loc[key]), "after": _values(effect.after.loc[key])}
        for key, row in effect.quarters.iterrows()
    ]
    keys = cell_id(effect.cells.index.to_numpy()) if len(effect.cells) else []
    return {
        "lacks_needed": effect.lacks_needed, "n_addresses": effect.n_addresses,
        "residents": _flows(effect.quarters.sum()),
        "total": {"before": _values(effect.total_before.iloc[0]), "after": _values(effect.total_after.iloc[0])},
        "quarters": quarters,
        "cells": [
            {"cell_id": str(key), **_flows(row)}
            for key, (_, row) in zip(keys, effect.cells.iterrows(), strict=True)
        ],
    }  # fmt: skip


def released_effect(effect: Effect, names: Mapping[str, str], parameters: Parameters) -> dict[str, Any]:
    """A what-if answer as it may leave the office: by quarter, no cells, no addresses, no values of a quarter.

    Residents are multiples of `serving.rounding_residents`; fewer than `disclosure.minimum_count`, also none, are
    "fewer than" that; quarters below `disclosure.minimum_denominator_share` residents before or after say nothing. The
    totals are sums of what is shown.
    """
    least, step = (
        int(parameters.number("disclosure.minimum_count")),
        int(parameters.number("serving.rounding_residents")),
    )
    small = parameters.number("disclosure.minimum_denominator_share")
    quarters, total = [], dict.fromkeys(_columns(), 0)
    for key, row in effect.quarters.iterrows():
        people = min(float(side.loc[key, "residents_judged"]) for side in (effect.before, effect.after))
        told: dict[str, Any] = {"quarter_id": key, "name": names.get(str(key), ""), "suppressed": people < small}
        if people >= small:
            told |= _shown({name: _rounded(float(row[name]), least, step) for name in _columns()}, least)
            for name in _columns():
                total[name] += _rounded(float(row[name]), least, step)
        quarters.append(told)
    return {"lacks_needed": effect.lacks_needed, "residents": _shown(total, least), "quarters": quarters}


def _columns() -> list[str]:
    return [f"{column}_{way}" for column in _PARTS.values() for way in ("now", "no_longer")]


def _rounded(persons: float, least: int, step: int) -> int:
    """0 for fewer than the least count; else the nearest multiple of the step, at least one."""
    return 0 if persons < least else max(step, step * math.floor(persons / step + 0.5))


def _shown(persons: Mapping[str, int], least: int) -> dict[str, Any]:
    def told(name: str) -> dict[str, int]:
        return {"about": persons[name]} if persons[name] else {"fewer_than": least}

    return {
        "relieved": told("several_no_longer"), "newly_lacking": told("several_now"),
        "prerequisites": {
            name: {"no_longer_lacking": told(f"{column}_no_longer"), "now_lacking": told(f"{column}_now")}
            for name, column in _PARTS.items() if name != "several"
        },
    }  # fmt: skip


def _flows(row: pd.Series) -> dict[str, Any]:
    return {
        "relieved": round(float(row["several_no_longer"]), 3), "newly_lacking": round(float(row["several_now"]), 3),
        "prerequisites": {
            name: {
                "no_longer_lacking": round(float(row[f"{column}_no_longer"]), 3),
                "now_lacking": round(float(row[f"{column}_now"]), 3),
            }
            for name, column in _PARTS.items() if name != "several"
        },
    }  # fmt: skip


def _values(row: pd.Series) -> dict[str, float | None]:
    return {str(name): None if math.isnan(value) else float(value) for name, value in row.items()}
