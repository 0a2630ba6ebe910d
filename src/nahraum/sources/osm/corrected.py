"""An extract as an office has corrected it: each correction held against the data as they are, then all applied."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum.errors import InputError
from nahraum.frames import Column, Contract
from nahraum.parameters import Parameters
from nahraum.sources.osm.corrected_lines import (
    barrier_judge,
    corrected_barriers,
    corrected_gates,
    fenced_again,
    gate_candidates,
    gate_judge,
    ways_cut,
)
from nahraum.sources.osm.corrected_places import (
    added_twice,
    corrected_facilities,
    corrected_greens,
    facility_judge,
    green_judge,
)
from nahraum.sources.osm.corrected_ways import path_judge, paths_joined, retagged
from nahraum.sources.osm.correction_limits import (
    ADOPTED,
    APPLIED,
    CONFLICT,
    Correction,
    Limits,
    Outcome,
    corrections_of,
)
from nahraum.sources.osm.extract import OsmExtract
from nahraum.sources.osm.geometry import Plane
from nahraum.sources.osm.judging import Judge, Verdicts
from nahraum.sources.osm.lines import fence_lines
from nahraum.sources.osm.rules import osm_rules
from nahraum.sources.osm.waybook import WayBook

STATUSES = (APPLIED, ADOPTED, CONFLICT)
CORRECTION_REPORT = Contract(
    "correction_report",
    "one row per correction: what became of it",
    ("correction_id",),
    (
        Column("correction_id", "text"),
        Column("status", "text", "applied | adopted (the data say so themselves) | conflict", allowed=STATUSES),
        Column("action", "text"),
        Column("object", "text"),
        Column("target_id", "text", "the object that it met, own: the object that it made, '' for none"),
        Column("name", "text"),
        Column("category", "text"),
        Column("new_name", "text"),
        Column("new_category", "text"),
        Column("lon", "float", "where it is", "degrees", nullable=True),
        Column("lat", "float", "", "degrees", nullable=True),
        Column("reason", "text"),
        Column("date", "text"),
        Column("detail_de", "text"),
        Column("detail_en", "text"),
        Column("author", "text", "internal"),
        Column("row", "text", "file and row; internal"),
    ),
)


@dataclass(frozen=True)
class _Judged:
    """What is to be done to each table."""

    facilities: Verdicts
    gates: Verdicts
    greens: Verdicts
    paths: Verdicts
    barriers: Verdicts

    def each(self) -> tuple[Verdicts, ...]:
        """All of them."""
        return self.facilities, self.gates, self.greens, self.paths, self.barriers


def corrected(
    osm: OsmExtract, corrections: gpd.GeoDataFrame, parameters: Parameters
) -> tuple[OsmExtract, pd.DataFrame]:
    """The extract with all corrections that still hold, and what became of each (contract: CORRECTION_REPORT).

    Parameters
        osm : as `read_osm` gives it; it is not changed.
        corrections : by CORRECTIONS; their order means nothing.
        parameters : `corrections.*`, and the rules of fences.

    Raises
        InputError with all corrections that lie outside the data, fit several objects, contradict each other, or
        add the same place twice.

    Notes
        An object that is no longer there makes a removal *adopted*, a change a *conflict*; what upstream has added or
        changed in the same sense is *adopted* and done no second time. Tables that no correction touches are the very
        ones of `osm`. The counts gain `corrections_applied`, `_adopted` and `_conflict`.
    """
    if corrections.empty:
        return osm, _report([], corrections, Plane.at(osm.extent))
    limits, plane = Limits.of(parameters), Plane.at(osm.extent)
    listed = corrections_of(corrections, plane)
    book = WayBook.of(osm.ways, osm.way_nodes, osm.nodes, plane)
    candidates = gate_candidates(osm.gates, osm.nodes)
    judged = _judged(osm, listed, book=book, candidates=candidates, limits=limits)
    met = {one.correction.id for verdicts in judged.each() for one in verdicts.steps if one.rows}
    problems = _outside(listed, met, osm, plane=plane, limits=limits) + [
        text for one in judged.each() for text in one.problems
    ]
    problems += added_twice(judged.facilities, limits)
    if problems:
        raise InputError(
            "the corrections do not fit the OpenStreetMap extract", where=sorted(problems),
            expected="each correction means exactly one object of the data, or adds one",
            fix="name the object by its osm_id (n12, w3, r4), or give its exact place, name and category",
        )  # fmt: skip
    book = _ways(book, judged, limits)
    result = _applied(osm, judged, book, candidates=candidates, limits=limits, parameters=parameters)
    outcomes = [outcome for one in judged.each() for outcome in one.outcomes]
    report = _report(outcomes, corrections, plane)
    counts = {f"corrections_{status}": int((report["status"] == status).sum()) for status in STATUSES}
    return replace(result, counts=dict(sorted((osm.counts | counts).items()))), report


def _judged(
    osm: OsmExtract, listed: Sequence[Correction], *, book: WayBook, candidates: pd.DataFrame, limits: Limits
) -> _Judged:
    plane = book.plane
    judges = {
        "facility": lambda: facility_judge(osm.facilities, osm.merged, limits=limits, plane=plane),
        "gate": lambda: gate_judge(candidates, limits, plane),
        "green": lambda: green_judge(osm.greens, limits, plane),
        "path": lambda: path_judge(book, limits),
        "barrier": lambda: barrier_judge(osm.barriers, limits, plane),
    }

    def verdicts(kind: str) -> Verdicts:
        own = [one for one in listed if one.object == kind]
        judge: Judge | None = judges[kind]() if own else None
        return Verdicts() if judge is None else judge.verdicts(own)

    return _Judged(*(verdicts(kind) for kind in judges))


def _ways(book: WayBook, judged: _Judged, limits: Limits) -> WayBook:
    """The ways with all steps taken; again where a moved path turns out to join nothing and so stays."""
    if not judged.paths.steps:
        return book
    while True:
        number = len(judged.paths.of("move"))
        made = paths_joined(retagged(book, judged.paths), book, judged.paths, limits)
        if len(judged.paths.of("move")) == number:
            return made


def _applied(
    osm: OsmExtract, judged: _Judged, book: WayBook, *, candidates: pd.DataFrame, limits: Limits,
    parameters: Parameters,
) -> OsmExtract:  # fmt: skip
    plane = book.plane
    greens = corrected_greens(osm.greens, judged.greens)
    barriers = corrected_barriers(osm.barriers, judged.barriers)
    edges = np.concatenate(
        [plane.to_m(fence_lines(barriers)), shapely.boundary(plane.to_m(greens.geometry.to_numpy()))]
    )
    gates, book = corrected_gates(
        osm.gates, book, candidates, verdicts=judged.gates, edges=edges, limits=limits
    )  # fmt: skip
    book = ways_cut(book, gates, judged.barriers, kinds=osm.barriers["kind"].tolist(), limits=limits)
    if judged.barriers.steps or judged.greens.steps:
        drawn = [*judged.greens.of("add"), *judged.greens.of("move")]
        fresh = {step.correction.id for step in drawn}
        fresh |= {str(osm.greens["green_id"].iloc[row]) for step in drawn for row in step.rows}
        greens = fenced_again(greens, osm.barriers, barriers, fresh=fresh, rules=osm_rules(parameters), plane=plane)
    is_walked_on = judged.paths.steps or judged.gates.steps or judged.barriers.steps
    walked: dict[str, Any] = {"ways": book.ways, "way_nodes": book.way_nodes, "nodes": book.nodes}
    return replace(
        osm, facilities=corrected_facilities(osm.facilities, judged.facilities), greens=greens, barriers=barriers,
        gates=gates, **(walked if is_walked_on else {}),
    )  # fmt: skip


def _outside(
    listed: Iterable[Correction], met: set[str], osm: OsmExtract, *, plane: Plane, limits: Limits
) -> list[str]:
    """Corrections that lie beyond the data, but for removals and changes that have met their object."""
    west, south, east, north = osm.extent
    ground = plane.to_m(np.array([osm.coverage or shapely.box(*osm.extent)], dtype=object))[0]
    found = []
    for one in listed:
        for shape in () if one.id in met and one.action != "move" else (one.shape, one.old):
            if shape is None or shapely.dwithin(ground, shape, limits.data_margin_m):
                continue
            x, y = shapely.get_coordinates(shape)[0].tolist()
            lon, lat = x / plane.east, y / plane.north
            swapped = west <= lat <= east and south <= lon <= north
            hint = (
                "lon and lat look swapped"
                if swapped
                else f"the data reach from {west:.4f}, {south:.4f} to " + (f"{east:.4f}, {north:.4f}")
            )
            found.append(f"{one.row}: the place {lon:.5f}, {lat:.5f} lies outside the data; {hint}")
    return found


@lru_cache(maxsize=1)
def _texts() -> dict[str, dict[str, str]]:
    text = resources.files("nahraum.sources.osm").joinpath("corrected.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _report(outcomes: Sequence[Outcome], corrections: gpd.GeoDataFrame, plane: Plane) -> pd.DataFrame:
    """What became of each correction, sorted by kind of object, action and id."""
    by_id = {outcome.correction.id: outcome for outcome in outcomes}
    rows = []
    for row in corrections.to_dict("records"):
        outcome = by_id[row["correction_id"]]
        told = {"target": outcome.target, "now": "", "metres": ""} | outcome.told
        lon, lat = _place(row["geometry"], outcome, plane)
        rows.append(
            {name: row.get(name) for name in CORRECTION_REPORT.names()}
            | {
                "status": outcome.status, "target_id": outcome.target, "lon": lon, "lat": lat,
                "name": row["name"] or outcome.name, "category": row["category"] or outcome.category,
                "detail_de": _texts()[outcome.detail]["de"].format(**told),
                "detail_en": _texts()[outcome.detail]["en"].format(**told),
            }
        )  # fmt: skip
    texts = {column.name: "str" for column in CORRECTION_REPORT.columns if column.kind == "text"}
    table = pd.DataFrame(rows, columns=CORRECTION_REPORT.names()).astype(texts | {"lon": "float64", "lat": "float64"})
    table = table.sort_values(["object", "action", "correction_id"], kind="stable", ignore_index=True)
    table.attrs["unread"] = list(corrections.attrs.get("unread", []))
    return table


def _place(shape: shapely.Geometry | None, outcome: Outcome, plane: Plane) -> tuple[float, float]:
    """Where a correction lies: its own place, else that of the object it met; NaN for none. [degrees]"""
    if shape is not None:
        point = shapely.point_on_surface(shape)
    elif outcome.place is not None:
        point = plane.to_degrees(np.array([outcome.place], dtype=object))[0]
    else:
        return float("nan"), float("nan")
    return round(float(shapely.get_x(point)), 6), round(float(shapely.get_y(point)), 6)
