"""Facilities and green as an office has corrected them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum.sources.correction_words import is_similar
from nahraum.sources.correction_words import words as known_words
from nahraum.sources.osm.correction_limits import ADOPTED, CONFLICT, Correction, Limits, Outcome
from nahraum.sources.osm.geometry import Plane
from nahraum.sources.osm.judging import Judge, Verdicts
from nahraum.sources.osm.matching import Candidates

_STATUS = {"school_unspecified": "imputed"}


def facility_judge(table: gpd.GeoDataFrame, merged: pd.DataFrame | None, *, limits: Limits, plane: Plane) -> Judge:
    """Places of supply, held against by id (also of a duplicate that was merged), place, name and category."""
    shapes, names, kinds = plane.to_m(table.geometry.to_numpy()), table["name"].tolist(), table["category"].tolist()
    pairs = () if merged is None else merged.groupby("osm_id")["facility_id"]
    also = {str(key): [str(one) for one in ids] for key, ids in pairs}
    known = Candidates(table["facility_id"].tolist(), [frozenset((kind,)) for kind in kinds], names, shapes, also)

    def is_so(correction: Correction, rows: Sequence[int]) -> bool:
        has = {kinds[row] for row in rows} == {correction.new_category or kinds[rows[0]]}
        return has and (not correction.new_name or {names[row] for row in rows} == {correction.new_name})

    def is_there(correction: Correction, rows: Sequence[int]) -> bool:
        return bool(shapely.dwithin(shapes[list(rows)], correction.shape, limits.moved_place_m).all())

    def mapped(correction: Correction) -> Outcome | None:
        near = [] if correction.shape is None else known.near(correction.shape, limits.adopted_distance_m)
        near += known.of_id(correction.osm_id) if correction.osm_id else []
        for row in near:
            alike = is_similar(correction.name, names[row], limits.name_likeness)
            if kinds[row] == correction.category and (alike or not correction.name or not names[row]):
                return Outcome(correction, ADOPTED, "mapped", known.ids[row], {"now": known.told([row], None)})
        for row in near:
            alike = is_similar(correction.name, names[row], limits.name_likeness)
            if alike and kinds[row] in _sisters(correction.category):
                return Outcome(correction, CONFLICT, "other_category", known.ids[row], {"now": known.told([row], None)})
        return None

    return Judge(known, limits, limits.match_distance_m, is_so, is_there, mapped)


def _sisters(category: str) -> set[str]:
    return {one for group in known_words()["sisters"].values() if category in group for one in group} - {category}


def added_twice(verdicts: Verdicts, limits: Limits) -> list[str]:
    """Two corrections that add the same facility."""
    added = [step.correction for step in verdicts.of("add")]
    problems = []
    for number, one in enumerate(added):
        for other in added[number + 1 :]:
            near = shapely.dwithin(one.shape, other.shape, limits.adopted_distance_m)
            alike = not one.name or not other.name or is_similar(one.name, other.name, limits.name_likeness)
            if near and alike and one.category == other.category:
                rows = " and ".join(sorted((one.row, other.row)))
                problems.append(f"{rows}: two corrections add the same {one.category}")
    return problems


def corrected_facilities(table: gpd.GeoDataFrame, verdicts: Verdicts) -> gpd.GeoDataFrame:
    """The places with all steps taken, sorted by id; the same table where there is none."""
    if not verdicts.steps:
        return table
    result = table.copy()
    for step in verdicts.of("retag"):
        rows = list(step.rows)
        if step.correction.new_name:
            result.loc[rows, "name"] = step.correction.new_name
        if step.correction.new_category:
            result.loc[rows, "category"] = step.correction.new_category
            result.loc[rows, "status"] = _STATUS.get(step.correction.new_category, "ok")
    for step in verdicts.of("move"):
        result = placed(result, list(step.rows), step.correction.degrees)
        result.loc[list(step.rows), "area_m2"] = np.nan
    new = [
        {
            "facility_id": one.id, "category": one.category, "name": one.name,
            "status": _STATUS.get(one.category, "ok"), "geometry": one.degrees,
        }
        for one in (step.correction for step in verdicts.of("add"))
    ]  # fmt: skip
    return with_rows(without(result, verdicts), new, "facility_id")


def green_judge(table: gpd.GeoDataFrame, limits: Limits, plane: Plane) -> Judge:
    """Greens, held against by id, or by place with name, kind or state."""
    shapes, names = plane.to_m(table.geometry.to_numpy()), table["name"].tolist()
    public = table["public"].to_numpy(bool)
    states = ["public" if one else "not_public" for one in public.tolist()]
    kinds = [frozenset(pair) for pair in zip(table["kind"].tolist(), states, strict=True)]
    known = Candidates(table["green_id"].tolist(), kinds, names, shapes)

    def is_so(correction: Correction, rows: Sequence[int]) -> bool:
        has = all(not correction.new_category or states[row] == correction.new_category for row in rows)
        return has and all(not correction.new_name or names[row] == correction.new_name for row in rows)

    def is_there(correction: Correction, rows: Sequence[int]) -> bool:
        now, new = shapely.union_all(shapes[list(rows)]), correction.shape
        return bool(_area(now & new) >= limits.same_outline_share * _area(now | new))

    def mapped(correction: Correction) -> Outcome | None:
        new = correction.shape
        hits = [row for row in np.flatnonzero(shapely.intersects(shapes, new)).tolist() if public[row]]
        covered = _area(shapely.union_all(shapes[hits]) & new) if hits else 0.0
        if covered < limits.same_green_share * _area(new):
            return None
        largest = max(hits, key=lambda row: (_area(shapes[row] & new), -row))
        return Outcome(correction, ADOPTED, "mapped", known.ids[largest], {"now": known.told(hits, None)})

    return Judge(known, limits, limits.line_distance_m, is_so, is_there, mapped)


def _area(shape: Any) -> float:
    return float(shapely.area(shape))


def corrected_greens(table: gpd.GeoDataFrame, verdicts: Verdicts) -> gpd.GeoDataFrame:
    """The greens with all steps taken, sorted by id; whether they are fenced is told by the fences afterwards."""
    if not verdicts.steps:
        return table
    result = table.copy()
    for step in verdicts.of("retag"):
        rows = list(step.rows)
        if step.correction.new_name:
            result.loc[rows, "name"] = step.correction.new_name
        if step.correction.new_category:
            result.loc[rows, "public"] = step.correction.new_category == "public"
    for step in verdicts.of("move"):
        result = placed(result, list(step.rows), step.correction.degrees)
    new = [
        {
            "green_id": one.id, "kind": "park" if one.category in ("", "public", "not_public") else one.category,
            "name": one.name, "public": one.category != "not_public", "fenced": False, "geometry": one.degrees,
        }
        for one in (step.correction for step in verdicts.of("add"))
    ]  # fmt: skip
    return with_rows(without(result, verdicts), new, "green_id")


def placed(table: gpd.GeoDataFrame, rows: list[int], shape: Any) -> gpd.GeoDataFrame:
    """The table with another geometry in some rows."""
    shapes = table.geometry.to_numpy().copy()
    for row in rows:
        shapes[row] = shape
    return table.set_geometry(gpd.GeoSeries(shapes, index=table.index, crs=table.crs))


def without(table: gpd.GeoDataFrame, verdicts: Verdicts) -> gpd.GeoDataFrame:
    """The table without the rows that are removed."""
    gone = sorted({row for step in verdicts.of("remove") for row in step.rows})
    return table.drop(index=gone)


def with_rows(table: gpd.GeoDataFrame, new: list[dict[str, Any]], key: str) -> gpd.GeoDataFrame:
    """The table with further rows, in order of its key; what a row does not say is '' or NaN or False."""
    result = table
    if new:
        columns: dict[str, Any] = {}
        for name, kind in table.dtypes.items():
            if name != "geometry":
                text = pd.api.types.is_string_dtype(kind)
                empty: Any = "" if text else {"b": False, "i": 0}.get(getattr(kind, "kind", "f"), np.nan)
                columns[str(name)] = pd.array([one.get(str(name), empty) for one in new], dtype=kind)
        more = gpd.GeoDataFrame(columns, geometry=[one["geometry"] for one in new], crs=table.crs)
        result = gpd.GeoDataFrame(pd.concat([table, more], ignore_index=True), crs=table.crs)
    return result.sort_values(key, kind="stable", ignore_index=True)
