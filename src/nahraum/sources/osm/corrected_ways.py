"""Paths as an office has corrected them: taken out, closed, retagged, and new ones joined to the ways they meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from nahraum.sources.osm.correction_limits import ADOPTED, CONFLICT, Correction, Limits, Outcome
from nahraum.sources.osm.judging import Judge, Step, Verdicts
from nahraum.sources.osm.matching import Candidates
from nahraum.sources.osm.trodden import is_trodden
from nahraum.sources.osm.waybook import Segments, Spot, WayBook, own_number

_STATES = ("open", "closed")


def path_judge(book: WayBook, limits: Limits) -> Judge:
    """Ways of any kind, held against by id, or by place with name, kind or state."""
    ways, shapes = book.ways, book.lines()
    walkable, names, kinds = ways["walkable"].to_numpy(bool), ways["name"].tolist(), ways["highway"].tolist()
    states = ["open" if one else "closed" for one in walkable.tolist()]
    told = [frozenset(pair) for pair in zip(kinds, states, strict=True)]
    known = Candidates([f"osm:w{number}" for number in ways["way_id"].tolist()], told, names, shapes)

    def is_so(correction: Correction, rows: Sequence[int]) -> bool:
        key, mark, value = correction.new_category.partition("=")
        if mark:
            has = bool((ways[_column(key)].iloc[list(rows)] == value).all())
        else:
            has = not key or all(key in told[row] for row in rows)
        return has and all(not correction.new_name or names[row] == correction.new_name for row in rows)

    def is_there(correction: Correction, rows: Sequence[int]) -> bool:
        now = shapely.union_all(shapes[list(rows)])
        return bool(shapely.hausdorff_distance(now, correction.shape) <= limits.moved_line_m)

    return Judge(known, limits, limits.line_distance_m, is_so, is_there, lambda _: None)


def _column(key: str) -> str:
    return key.replace(":", "_")


def retagged(book: WayBook, verdicts: Verdicts) -> WayBook:
    """Ways with other names, kinds, states and tags; those that are taken out or moved are gone."""
    if not verdicts.steps:
        return book
    ways = book.ways.copy()
    for step in verdicts.of("retag"):
        rows, word = ways.index[list(step.rows)], step.correction.new_category
        if step.correction.new_name:
            ways.loc[rows, "name"] = step.correction.new_name
        key, mark, value = word.partition("=")
        if mark:
            ways.loc[rows, _column(key)] = value
        elif word in _STATES:
            ways.loc[rows, "walkable"] = word == "open"
        elif word:
            ways.loc[rows, "highway"] = word
            ways.loc[rows, "steps"] = word == "steps"
    gone = {row for action in ("remove", "move") for step in verdicts.of(action) for row in step.rows}
    changed = WayBook(ways, book.way_nodes, book.nodes, book.plane)
    return changed.taken([row for row in range(len(ways)) if row not in gone]) if gone else changed


@dataclass
class _Draft:
    """One new path: its drawn points and, by place along it, the nodes where it meets others. [m]"""

    step: Step
    line: shapely.LineString
    met: dict[tuple[float, int], Spot] = field(default_factory=dict)
    joined: set[str] = field(default_factory=set)  # ids of other new paths that it meets, '' for mapped ways
    ends: set[int] = field(default_factory=set)  # which ends meet something: 0, 1

    @property
    def correction(self) -> Correction:
        """The correction that draws it."""
        return self.step.correction


def paths_joined(book: WayBook, old: WayBook, verdicts: Verdicts, limits: Limits) -> WayBook:
    """The ways with new and moved paths, which join what they meet; `verdicts` learn what became of each.

    Parameters
        book : ways after `retagged`; old : as the data have them, for what moved paths were like.

    Notes
        An end is moved onto the nearest way on the ground within `join_limit_m`; where the line crosses one, or a
        drawn point lies on one, they meet as well. A path of which no end meets anything is not added. All joins are
        found against the mapped ways and the lines as drawn, so that the order of the corrections means nothing.
    """
    segments = book.segments(book.walked())
    drafts = []
    for step in [*verdicts.of("add"), *verdicts.of("move")]:
        draft = _Draft(step, step.correction.line)
        _join_mapped(draft, book, segments, limits)
        if step.correction.action == "add" and is_trodden(
            book, segments, draft.line, ends=_end_spots(draft), limits=limits
        ):
            verdicts.drop(step.correction, Outcome(step.correction, ADOPTED, "mapped"))
        else:
            drafts.append(draft)
    drafts.sort(key=lambda draft: draft.correction.id)
    drafts = _connected(drafts, book, verdicts, limits)
    spots = [spot for draft in drafts for spot in draft.met.values()]
    new = [(_attributes(draft, old), _nodes(draft, book)) for draft in drafts]
    for draft in drafts:
        if len(draft.ends) < 2:
            one = draft.correction
            code = "loose_end" if one.action == "add" else "moved_loose_end"
            verdicts.told(one, code)
    return book.with_spots(spots).with_ways([one for one in new if len(one[1]) > 1])


def _end_spots(draft: _Draft) -> tuple[Spot, Spot] | None:
    length = draft.line.length
    ends = [draft.met.get((0.0, -1)), draft.met.get((length, 2))]
    return (ends[0], ends[1]) if ends[0] is not None and ends[1] is not None else None


def _join_mapped(draft: _Draft, book: WayBook, segments: Segments, limits: Limits) -> None:
    """Where a new path meets mapped ways: its ends, its drawn points on a way, and where it crosses one."""
    line = draft.line
    points = shapely.get_coordinates(line)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    for number, (x, y) in enumerate(points.tolist()):
        is_end = number in (0, len(points) - 1)
        foot = segments.foot(x, y, limits.join_limit_m if is_end else limits.touch_m)
        if foot is not None:
            rank = -1 if number == 0 else 2 if is_end else 0
            draft.met[float(along[number]) if rank != 2 else line.length, rank] = book.spot(
                segments, foot[0], foot[1], touch_m=limits.touch_m
            )
            draft.joined.add("")
            draft.ends |= {min(number, 1)} if is_end else set()
    near = segments.near(line.bounds, 0.0)
    shapes = segments.lines(near)
    for at in np.flatnonzero(shapely.intersects(shapes, line)).tolist():
        for x, y in shapely.get_coordinates(shapely.intersection(shapes[at], line)).tolist():
            place = float(line.project(shapely.Point(x, y)))
            if all(abs(place - other) > limits.touch_m for other, _ in draft.met):
                share = float(segments.share(near[at : at + 1], x, y)[0])
                draft.met[place, 0] = book.spot(segments, int(near[at]), share, touch_m=limits.touch_m)
                draft.joined.add("")


def _connected(drafts: list[_Draft], book: WayBook, verdicts: Verdicts, limits: Limits) -> list[_Draft]:
    """The paths that hang together with mapped ways, also by way of each other; the rest is in conflict."""
    for one in drafts:
        for other in drafts:
            if one.correction.id < other.correction.id:
                _join_each_other(one, other, book, limits)
    reached = {draft.correction.id for draft in drafts if "" in draft.joined}
    while more := {d.correction.id for d in drafts if d.joined & reached} - reached:
        reached |= more
    for draft in drafts:
        if draft.correction.id not in reached:
            limit = {"metres": f"{limits.join_limit_m:g}"}
            verdicts.drop(draft.correction, Outcome(draft.correction, CONFLICT, "joins_nothing", told=limit))
    return [draft for draft in drafts if draft.correction.id in reached]


def _join_each_other(one: _Draft, other: _Draft, book: WayBook, limits: Limits) -> None:
    """Where two new paths meet: where they cross, and an end of one that is near the other and on no mapped way."""
    places = shapely.get_coordinates(shapely.intersection(one.line, other.line)).tolist()
    for mine, theirs in ((one, other), (other, one)):
        ends = shapely.get_coordinates(mine.line)[[0, -1]].tolist()
        for number, (x, y) in enumerate(ends):
            if number in mine.ends or shapely.distance(theirs.line, shapely.Point(x, y)) > limits.join_limit_m:
                continue
            foot = theirs.line.interpolate(theirs.line.project(shapely.Point(x, y)))
            spot = book.loose(foot.x, foot.y)
            mine.met[(mine.line.length, 2) if number else (0.0, -1)] = spot
            _meet(theirs, foot.x, foot.y, spot)
            mine.ends.add(number)
            mine.joined.add(theirs.correction.id)
            theirs.joined.add(mine.correction.id)
    for x, y in places:
        spot = book.loose(x, y)
        for mine, theirs in ((one, other), (other, one)):
            _meet(mine, x, y, spot)
            mine.joined.add(theirs.correction.id)


def _meet(draft: _Draft, x: float, y: float, spot: Spot) -> None:
    """The node of another new path put into this one, beside what it meets there already."""
    place = float(draft.line.project(shapely.Point(x, y)))
    rank = 1 if place < draft.line.length / 2 else 0
    while (place, rank) in draft.met and draft.met[place, rank].node_id != spot.node_id:
        place += 1e-6 if rank else -1e-6
    draft.met[place, rank] = spot


def _nodes(draft: _Draft, book: WayBook) -> list[Spot]:
    """All nodes along a new path: where it meets others, and its other drawn points; none twice in a row."""
    points = shapely.get_coordinates(draft.line)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    found = dict(draft.met)
    for number, (x, y) in enumerate(points.tolist()):
        rank = -1 if number == 0 else 2 if number == len(points) - 1 else 0
        place = draft.line.length if rank == 2 else float(along[number])
        found.setdefault((place, rank), book.loose(x, y))
    ordered = [found[key] for key in sorted(found)]
    return [spot for number, spot in enumerate(ordered) if not number or ordered[number - 1].node_id != spot.node_id]


def _attributes(draft: _Draft, old: WayBook) -> dict[str, Any]:
    """What the table says of a new path: a moved one keeps what it was like."""
    one = draft.correction
    if one.action == "move":
        return {str(name): value for name, value in old.ways.iloc[draft.step.rows[0]].items()} | {"part": 0}
    kind = one.category or "footway"
    return {
        "way_id": own_number(f"way {one.id}"), "part": 0, "highway": kind, "walkable": True, "steps": kind == "steps",
        "name": one.name,
    }  # fmt: skip
