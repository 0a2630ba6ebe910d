"""Gates and barriers as an office has corrected them, on the ways and at the edges of green."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.sources.osm.corrected_places import placed, with_rows, without
from nahraum.sources.osm.correction_limits import ADOPTED, CONFLICT, Correction, Limits, Outcome
from nahraum.sources.osm.geometry import Plane
from nahraum.sources.osm.judging import Judge, Verdicts
from nahraum.sources.osm.land import enclosed
from nahraum.sources.osm.lines import fence_lines
from nahraum.sources.osm.matching import Candidates
from nahraum.sources.osm.rules import Rules
from nahraum.sources.osm.waybook import Spot, WayBook, own_number

Geometries = npt.NDArray[np.object_]


def gate_candidates(gates: gpd.GeoDataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """What can be opened or closed: gates, and nodes of ways with a barrier: node_id, kind, passable, geometry."""
    barred = nodes[(nodes["barrier"].to_numpy() != "") | ~nodes["passable"].to_numpy(bool)]
    listed = pd.DataFrame(
        {
            "node_id": gates["node_id"].to_numpy(np.int64), "kind": gates["kind"].to_numpy(dtype=object),
            "passable": gates["passable"].to_numpy(bool), "geometry": gates.geometry.to_numpy(),
        }
    )  # fmt: skip
    more = pd.DataFrame(
        {
            "node_id": barred["node_id"].to_numpy(np.int64), "kind": barred["barrier"].to_numpy(dtype=object),
            "passable": barred["passable"].to_numpy(bool),
            "geometry": np.asarray(shapely.points(barred["lon"], barred["lat"]), dtype=object),
        }
    )  # fmt: skip
    both = pd.concat([listed, more], ignore_index=True)
    return both.drop_duplicates("node_id").sort_values("node_id", ignore_index=True)


def gate_judge(candidates: pd.DataFrame, limits: Limits, plane: Plane) -> Judge:
    """Gates, held against by the id of their node, or by place and state."""
    shapes = plane.to_m(candidates["geometry"].to_numpy())
    states = ["open" if one else "closed" for one in candidates["passable"].tolist()]
    told = [frozenset((one,)) for one in states]
    known = Candidates([f"osm:n{one}" for one in candidates["node_id"].tolist()], told, [""] * len(told), shapes)

    def is_so(correction: Correction, rows: Sequence[int]) -> bool:
        return all(states[row] == correction.new_category for row in rows)

    def is_there(correction: Correction, rows: Sequence[int]) -> bool:
        return bool(shapely.dwithin(shapes[list(rows)], correction.shape, limits.moved_line_m).all())

    def mapped(correction: Correction) -> Outcome | None:
        near = known.near(correction.shape, limits.gate_snap_m) if correction.shape is not None else []
        same = [row for row in near if states[row] == (correction.category or "open")]
        if same:
            return Outcome(correction, ADOPTED, "mapped", known.ids[same[0]], {"now": known.told(same, None)})
        if near:
            now = {"now": known.told(near, None)}
            return Outcome(correction, CONFLICT, "other_category", known.ids[near[0]], now)
        return None

    return Judge(known, limits, limits.line_distance_m, is_so, is_there, mapped)


def corrected_gates(
    gates: gpd.GeoDataFrame, book: WayBook, candidates: pd.DataFrame, *, verdicts: Verdicts, edges: Geometries,
    limits: Limits,
) -> tuple[gpd.GeoDataFrame, WayBook]:  # fmt: skip
    """Gates and the nodes they stand on, opened, closed, taken out, put in.

    Parameters
        candidates : from `gate_candidates`; the rows of the steps are its rows.
        edges : fences and outlines of green, onto which an open gate is moved. [m]

    Notes
        A closed gate bars the nearest way within `gate_snap_m`; without one it bars the edge of a green only.
    """
    if not verdicts.steps:
        return gates, book
    ids = candidates["node_id"].to_numpy(np.int64)
    states: dict[int, tuple[bool, str | None]] = {}
    gone: set[int] = set()
    put: list[tuple[Correction, bool, str]] = []
    for step in verdicts.steps:
        one, node = step.correction, int(ids[step.rows[0]]) if step.rows else 0
        if one.action == "retag":
            states[node] = (one.new_category == "open", None)
        elif one.action == "add":
            put.append((one, one.category != "closed", "gate"))
        else:
            states[node] = (True, "")
            gone.add(node)
            if one.action == "move":
                row = candidates.iloc[step.rows[0]]
                put.append((one, bool(row["passable"]), str(row["kind"]) or "gate"))
    found = gates[~gates["node_id"].isin(gone)].reset_index(drop=True)
    passable = [states.get(n, (p, None))[0] for n, p in zip(found["node_id"], found["passable"], strict=True)]
    found = found.assign(passable=np.array(passable, dtype=bool))
    new = []
    for one, is_open, kind in sorted(put, key=lambda item: item[0].id):
        spot, book = _gate_spot(one, is_open, book, edges, limits)
        if not is_open:
            states[spot.node_id] = (False, kind)
        new.append({"node_id": spot.node_id, "kind": kind, "passable": is_open,
                    "geometry": shapely.Point(spot.lon, spot.lat)})  # fmt: skip
    return with_rows(found, new, "node_id"), book.with_passable(states)


def _gate_spot(
    one: Correction, is_open: bool, book: WayBook, edges: Geometries, limits: Limits
) -> tuple[Spot, WayBook]:
    """Where a new gate stands: a closed one on the nearest way, an open one on the nearest fence or outline."""
    x, y = shapely.get_coordinates(one.shape)[0].tolist()
    if not is_open:
        segments = book.segments(book.walked(on_ground=False))
        foot = segments.foot(x, y, limits.gate_snap_m)
        if foot is not None:
            spot = book.spot(segments, foot[0], foot[1], touch_m=limits.touch_m)
            return spot, book.with_spots([spot])
    near = np.flatnonzero(shapely.dwithin(edges, one.shape, limits.gate_snap_m))
    if len(near):
        best = near[int(np.argmin(shapely.distance(edges[near], one.shape)))]
        x, y = shapely.get_coordinates(shapely.shortest_line(edges[best], one.shape))[0].tolist()
    loose = book.loose(x, y)
    return Spot(own_number(f"gate {one.id}"), loose.lon, loose.lat), book


def barrier_judge(table: gpd.GeoDataFrame, limits: Limits, plane: Plane) -> Judge:
    """Barriers, held against by id, or by place and kind."""
    shapes, kinds = plane.to_m(table.geometry.to_numpy()), table["kind"].tolist()
    told = [frozenset((kind,)) for kind in kinds]
    known = Candidates(table["line_id"].tolist(), told, [""] * len(kinds), shapes)

    def is_so(correction: Correction, rows: Sequence[int]) -> bool:
        return all(kinds[row] == correction.new_category for row in rows)

    def is_there(correction: Correction, rows: Sequence[int]) -> bool:
        now = shapely.union_all(shapes[list(rows)])
        return bool(shapely.hausdorff_distance(now, correction.shape) <= limits.moved_line_m)

    def mapped(correction: Correction) -> Outcome | None:
        kind, line = correction.category or "fence", correction.line
        near = [row for row in known.near(line, limits.same_line_m) if kinds[row] == kind]
        if not near:
            return None
        beside = shapely.buffer(shapely.union_all(shapes[near]), limits.same_line_m)
        if shapely.length(shapely.intersection(line, beside)) < limits.same_line_share * line.length:
            return None
        return Outcome(correction, ADOPTED, "mapped", known.ids[near[0]], {"now": known.told(near, None)})

    return Judge(known, limits, limits.line_distance_m, is_so, is_there, mapped)


def corrected_barriers(table: gpd.GeoDataFrame, verdicts: Verdicts) -> gpd.GeoDataFrame:
    """The barriers with all steps taken, sorted by id; the same table where there is none."""
    if not verdicts.steps:
        return table
    result = table.copy()
    for step in verdicts.of("retag"):
        result.loc[list(step.rows), "kind"] = step.correction.new_category
    spare = []
    for step in verdicts.of("move"):
        result = placed(result, [step.rows[0]], step.correction.degrees)
        spare += list(step.rows[1:])  # a way of several parts is one line afterwards
    new = [
        {"line_id": one.id, "kind": one.category or "fence", "bridge": False, "geometry": one.degrees}
        for one in (step.correction for step in verdicts.of("add"))
    ]
    return with_rows(without(result, verdicts).drop(index=spare), new, "line_id")


def ways_cut(
    book: WayBook, gates: gpd.GeoDataFrame, verdicts: Verdicts, *, kinds: Sequence[str], limits: Limits
) -> WayBook:
    """Ways on the ground end at new and moved fences, unless there is an open gate.

    Parameters
        kinds : of the barriers as the data have them, by row: a moved fence stays a fence.
    """
    drawn = [(step, step.correction.category or "fence") for step in verdicts.of("add")]
    drawn += [(step, kinds[step.rows[0]]) for step in verdicts.of("move")]
    fences = [step for step, kind in drawn if kind == "fence"]
    if not fences:
        return book
    openings = shapely.MultiPoint(
        shapely.get_coordinates(book.plane.to_m(gates.geometry[gates["passable"].to_numpy(bool)].to_numpy()))
    )
    segments = book.segments(book.walked())
    spots: list[Spot] = []
    for step in fences:
        line = step.correction.line
        near = segments.near(line.bounds, 0.0)
        shapes = segments.lines(near)
        for at in np.flatnonzero(shapely.intersects(shapes, line)).tolist():
            for x, y in shapely.get_coordinates(shapely.intersection(shapes[at], line)).tolist():
                if not openings.is_empty and shapely.dwithin(openings, shapely.Point(x, y), limits.gate_snap_m):
                    continue
                share = float(segments.share(near[at : at + 1], x, y)[0])
                spots.append(book.spot(segments, int(near[at]), share, touch_m=limits.touch_m))
    closed: dict[int, tuple[bool, str | None]] = {spot.node_id: (False, "fence") for spot in spots}
    return book.with_spots(spots).with_passable(closed)


def fenced_again(
    greens: gpd.GeoDataFrame, before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, *, fresh: set[str], rules: Rules,
    plane: Plane,
) -> gpd.GeoDataFrame:  # fmt: skip
    """Greens with `fenced` told by the fences as they are now.

    Parameters
        before, after : barriers before and after the corrections.
        fresh : ids of greens that are new or have a new outline.

    Notes
        Only greens along a fence that came or went change; one that no fence ever enclosed keeps what its tags say.
    """
    old, new = (plane.to_m(fence_lines(table)) for table in (before, after))
    changed = _changed(old, new)
    shapes, ids = plane.to_m(greens.geometry.to_numpy()), greens["green_id"].to_numpy(dtype=object)
    touched = np.isin(ids, list(fresh))
    if len(changed) and len(shapes):
        tree = shapely.STRtree(changed)
        touched[tree.query(shapely.boundary(shapes), predicate="dwithin", distance=rules.fence_tolerance_m)[0]] = True
    if not touched.any():
        return greens
    rows = np.flatnonzero(touched)
    was, now = (enclosed(shapes[rows], fences, rules) for fences in (old, new))
    told = greens["fenced"].to_numpy(bool).copy()
    is_fresh = np.isin(ids[rows], list(fresh))
    told[rows] = np.where(now, True, np.where(was | is_fresh, False, told[rows]))
    return greens.assign(fenced=told)


def _changed(old: Geometries, new: Geometries) -> Geometries:
    """Lines that are in one of two lists only."""
    one, other = ({line.wkb: line for line in lines} for lines in (old, new))
    apart: list[Any] = [one.get(key) or other[key] for key in sorted(one.keys() ^ other.keys())]
    return np.array([*apart, None], dtype=object)[:-1]
