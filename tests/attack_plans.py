"""An attacker who holds every file of `plan/`, of every plan; the exact plans judge what he finds.

Public is: persons are told in tens, fewer than three not at all, and what is told of two plans may differ only where
they differ by three persons or more. What is told must not stand in an order, or in a choice of rows, that exact
numbers give.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl

K, TEN, APART = 3.0, 10.0, 20.0
EPSILON = 1e-6


def _about(told: dict[str, float]) -> float:
    return told.get("about", 0.0)


def _persons(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, float]]]:
    """Every number of persons of a document, by where it stands; rows of a list by their id."""
    if isinstance(value, dict):
        if value.keys() & {"about", "fewer_than", "exact"}:
            yield path, value
            return
        for key, item in value.items():
            yield from _persons(item, (*path, str(key)))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            named = item if isinstance(item, dict) else {}
            key = next((str(named[one]) for one in ("quarter_id", "site_id", "id", "name") if one in named), str(at))
            yield from _persons(item, (*path, key))


class PlanHarness:
    """What follows from the plans of a results folder; sentences, one per secret found."""

    def __init__(self, out: Path) -> None:
        self.folders = sorted(path.parent for path in (out / "plan").glob("*/plan.json"))
        self.told = {path.name: json.loads((path / "plan.json").read_text(encoding="utf-8")) for path in self.folders}
        self.exact = {
            name: json.loads(path.read_text(encoding="utf-8"))
            for name in self.told if (path := out / "internal" / "plan" / name / "plan.json").is_file()
        }  # fmt: skip

    def everything(self) -> list[str]:
        """All attacks one after the other."""
        return [*self.off_tens(), *self.orders(), *self.choices(), *self.plan_by_plan(), *self.files()]

    def off_tens(self) -> list[str]:
        """Persons that are no tens, or exact."""
        return [
            f"{name} {'/'.join(path)}: {told}" for name, plan in self.told.items() for path, told in _persons(plan)
            if "exact" in told or _about(told) % TEN > EPSILON
        ]  # fmt: skip

    def orders(self) -> list[str]:
        """Quarters and measures that stand in an order which what is told does not give."""
        found = []
        for name, plan in self.told.items():
            rows = [(-_about(one["relieved"]), one["quarter_id"]) for one in plan["outcome"].get("by_quarter", ())]
            found += [f"{name}: quarters in an order of their own"] if rows != sorted(rows) else []
            numbers = sorted(plan["measures"], key=lambda one: one["number"])
            known = [(one["start_year"] or 0, -one["cost"]["mid_eur"], one["site_id"]) for one in numbers]
            found += [f"{name}: measures numbered by what is not told"] if known != sorted(known) else []
            for goal in plan["goals"]:
                told = [-self._gain(plan, one) for one in goal["figures"] if self._of_quarter(one)]
                found += [f"{name} {goal['id']}: quarters in an order of their own"] if told != sorted(told) else []
        return found

    def choices(self) -> list[str]:
        """Quarters that a goal or the monitoring names though nothing is told of them: they gain, then."""
        return [
            f"{name}: {one['id']} of {one['area_id']} stands there, and nothing is told of it"
            for name, plan in self.told.items()
            for one in [*plan["monitoring"], *(one for goal in plan["goals"] for one in goal["figures"])]
            if self._of_quarter(one) and not self._gain(plan, one)
        ]

    def plan_by_plan(self) -> list[str]:
        """Figures of two plans that are told otherwise though they differ by fewer than three persons."""
        found = []
        for one, other in combinations(sorted(self.exact), 2):
            exact = [dict(_persons(self.exact[name])) for name in (one, other)]
            told = [dict(_persons(self.told[name])) for name in (one, other)]
            for path in told[0].keys() & told[1].keys() & exact[0].keys() & exact[1].keys():
                a, b = (each[path]["exact"] for each in exact)
                said, again = (each[path] for each in told)
                far = any(abs(_about(t) - n) > APART for t, n in ((said, a), (again, b)))
                summed = path[:2] in (("outcome", "by_status"), ("outcome", "by_prerequisite")) or len(path) == 2
                if said and again and said != again and abs(a - b) < K - EPSILON and not far and not summed:
                    found.append(f"{'/'.join(path)}: {one} {said}, {other} {again}, {abs(a - b):.1f} apart")
        return found

    def files(self) -> list[str]:
        """Files beside plan.json that tell other rows than it does, or in another order."""
        found = []
        for folder, plan in zip(self.folders, self.told.values(), strict=True):
            numbers = [one["number"] for one in plan["measures"]]
            told: dict[str, list[str]] = {}
            if (path := folder / "measures.geojson").is_file() and numbers:
                told[path.name] = gpd.read_file(path)["number"].tolist()
            if (path := folder / "emo.csv").is_file():
                rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
                here, there = ([(one[key], one["area_id"]) for one in table] for key, table in
                               (("indicator_id", rows), ("id", plan["monitoring"])))  # fmt: skip
                found += [f"{folder.name} emo.csv: other rows than plan.json"] if here != there else []
            if (path := folder / "kuf.xlsx").is_file():
                cells = (cell for row in openpyxl.load_workbook(path).worksheets[1].iter_rows() for cell in row)
                told[path.name] = [str(cell.value) for cell in cells if str(cell.value) in numbers]
            found += [f"{folder.name} {file}: measures in another order" for file, rows_ in told.items()
                      if list(dict.fromkeys(rows_)) != numbers]  # fmt: skip
        return found

    @staticmethod
    def _of_quarter(figure: dict[str, Any]) -> bool:
        return bool(figure["area_id"]) and figure["id"].startswith("lacks_")

    @staticmethod
    def _gain(plan: dict[str, Any], figure: dict[str, Any]) -> float:
        name = figure["id"].removeprefix("lacks_").removesuffix("_share")
        rows = {one["quarter_id"]: one["prerequisites"] for one in plan["outcome"].get("by_quarter", ())}
        return _about(rows.get(figure["area_id"], {}).get(name, {}).get("gain", {}))
