"""What of a what-if answer may leave the office, and the same in full for the planner, as plain values."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pandas as pd

from nahraum.grid import cell_id
from nahraum.index.status_groups import StatusGroup, StatusGroups
from nahraum.parameters import Parameters
from nahraum.scenario.effect import Effect
from nahraum.tables import PREREQUISITES

_PARTS = {"several": "several", **{name: f"lacks_{name}" for name in PREREQUISITES}}


def planner_effect(
    effect: Effect, names: Mapping[str, str], groups: StatusGroups | None = None
) -> dict[str, Any]:  # fmt: skip
    """A what-if answer in full: by quarter and cell, with the values before and after. For the office only.

    Parameters
        names : of the quarters, by id; groups : their status groups, where the study has a status index.
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
    columns = list(map(str, effect.quarters.columns))
    return {
        "lacks_needed": effect.lacks_needed, "n_addresses": effect.n_addresses,
        "residents": _flows(_summed(flows.values(), columns)),
        "newcomers": {"residents": round(effect.newcomers, 3), "lacking": round(effect.newcomers_lacking, 3)},
        "status_groups": [
            label | _flows(_summed([flows[key] for key in members], columns))
            for label, members in _by_status(effect, groups)
        ],
        "total": dict(zip(("before", "after"), total, strict=True)),
        "quarters": quarters,
        "cells": [{"cell_id": key, **_flows(row)} for key, row in cells],
    }  # fmt: skip


def released_effect(
    effect: Effect, names: Mapping[str, str], parameters: Parameters, groups: StatusGroups | None = None
) -> dict[str, Any]:  # fmt: skip
    """A what-if answer as it may leave the office: by quarter, no cells, no addresses, no values of a quarter.

    Residents are multiples of `serving.rounding_residents`; fewer than `disclosure.minimum_count`, also none, are
    "fewer than" that. Quarters below `disclosure.minimum_denominator_share` residents before or after, and those where
    nothing is above the minimum, are left out. The totals, also those by status group, are sums of what is shown.
    """
    least, step = (
        int(parameters.number("disclosure.minimum_count")),
        int(parameters.number("serving.rounding_residents")),
    )
    small = parameters.number("disclosure.minimum_denominator_share")
    quarters: dict[str, dict[str, int]] = {}
    before, after = _rows(effect.before), _rows(effect.after)
    for key, row in _rows(effect.quarters).items():
        people = min(side[key]["residents_judged"] for side in (before, after))
        shown = {name: _rounded(row[name], least, step) for name in _columns()}
        if people < small or not any(shown.values()):
            continue
        quarters[key] = shown
    return {
        "lacks_needed": effect.lacks_needed, "residents": _shown(_added(quarters.values()), least),
        "quarters": [
            {"quarter_id": key, "name": names.get(key, ""), **_shown(shown, least)} for key, shown in quarters.items()
        ],
        "status_groups": [
            label | _shown(_added(quarters[key] for key in members if key in quarters), least)
            for label, members in _by_status(effect, groups)
        ],
    }  # fmt: skip


def _by_status(effect: Effect, groups: StatusGroups | None) -> list[tuple[dict[str, Any], list[str]]]:
    """Status groups, the lowest first and those without a class last, each with its quarters that are touched."""
    if groups is None or not groups.groups:
        return []
    touched = [str(key) for key in effect.quarters.index]
    found = []
    for one in (*groups.groups, StatusGroup("", "ohne Klasse", "no class")):
        members = [key for key in touched if groups.of(key) == one.id]
        if one.id or members:
            label = {"status": one.id, "label_de": one.label_de, "label_en": one.label_en, "n_quarters": len(members)}
            found.append((label, members))
    return found


def _added(rows: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total = dict.fromkeys(_columns(), 0)
    for row in rows:
        total = {name: total[name] + row[name] for name in total}
    return total


def _summed(rows: Collection[Mapping[str, float]], columns: Iterable[str]) -> dict[str, float]:
    return {name: math.fsum(row[name] for row in rows) for name in columns}


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
