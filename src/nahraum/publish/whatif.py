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
    flows, before, after = (_rows(table) for table in (effect.quarters, effect.before, effect.after))
    quarters = [
        {"quarter_id": key, "name": names.get(key, ""), **_flows(row)}
        | {"before": _values(before[key]), "after": _values(after[key])}
        for key, row in flows.items()
    ]
    keys = [str(key) for key in cell_id(effect.cells.index.to_numpy(dtype="int64"))] if len(effect.cells) else []
    cells = zip(keys, _rows(effect.cells).values(), strict=True)
    total = (_values(_first(table)) for table in (effect.total_before, effect.total_after))
    return {
        "lacks_needed": effect.lacks_needed, "n_addresses": effect.n_addresses,
        "residents": _flows(_first(effect.quarters.sum().to_frame().T)),
        "total": dict(zip(("before", "after"), total, strict=True)),
        "quarters": quarters,
        "cells": [{"cell_id": key, **_flows(row)} for key, row in cells],
    }  # fmt: skip


def released_effect(effect: Effect, names: Mapping[str, str], parameters: Parameters) -> dict[str, Any]:
    """A what-if answer as it may leave the office: by quarter, no cells, no addresses, no values of a quarter.

    Residents are multiples of `serving.rounding_residents`; fewer than `disclosure.minimum_count`, also none, are
    "fewer than" that. Quarters below `disclosure.minimum_denominator_share` residents before or after, and those where
    nothing is above the minimum, are left out. The totals are sums of what is shown.
    """
    least, step = (
        int(parameters.number("disclosure.minimum_count")),
        int(parameters.number("serving.rounding_residents")),
    )
    small = parameters.number("disclosure.minimum_denominator_share")
    quarters, total = [], dict.fromkeys(_columns(), 0)
    before, after = _rows(effect.before), _rows(effect.after)
    for key, row in _rows(effect.quarters).items():
        people = min(side[key]["residents_judged"] for side in (before, after))
        shown = {name: _rounded(row[name], least, step) for name in _columns()}
        if people < small or not any(shown.values()):
            continue
        quarters.append({"quarter_id": key, "name": names.get(key, ""), **_shown(shown, least)})
        total = {name: total[name] + shown[name] for name in total}
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


def _flows(row: Mapping[Any, float]) -> dict[str, Any]:
    return {
        "relieved": round(row["several_no_longer"], 3), "newly_lacking": round(row["several_now"], 3),
        "prerequisites": {
            name: {
                "no_longer_lacking": round(row[f"{column}_no_longer"], 3),
                "now_lacking": round(row[f"{column}_now"], 3),
            }
            for name, column in _PARTS.items() if name != "several"
        },
    }  # fmt: skip


def _rows(table: pd.DataFrame) -> dict[str, dict[str, float]]:
    names, values = list(map(str, table.columns)), table.to_numpy(dtype="float64").tolist()
    return {str(key): dict(zip(names, row, strict=True)) for key, row in zip(table.index, values, strict=True)}


def _first(table: pd.DataFrame) -> dict[str, float]:
    return next(iter(_rows(table).values()))


def _values(row: Mapping[Any, float]) -> dict[str, float | None]:
    return {str(name): None if math.isnan(value) else float(value) for name, value in row.items()}
