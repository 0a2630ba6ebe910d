"""Whether the mapped ways already lead along a line that somebody adds."""

from __future__ import annotations

import heapq
from collections import defaultdict
from itertools import pairwise

import numpy as np
import shapely

from nahraum.sources.osm.correction_limits import Limits
from nahraum.sources.osm.waybook import Segments, Spot, WayBook


def is_trodden(
    book: WayBook, segments: Segments, line: shapely.LineString, *, ends: tuple[Spot, Spot] | None, limits: Limits
) -> bool:
    """Whether one can walk from one end of a line to the other on mapped ways beside it, hardly farther.

    Parameters
        segments : of the ways on the ground.
        line : as drawn. [m]
        ends : where its ends meet the mapped ways; None where one does not, so that the line leads somewhere new.

    Notes
        Only ways within `same_line_m` of the line count. That both ends lie on mapped ways is not enough: a short link
        between two streets is new, though each of its points is near a street.
    """
    if ends is None or ends[0].node_id == ends[1].node_id:
        return False
    near = segments.near(line.bounds, limits.same_line_m)
    corridor = shapely.buffer(line, limits.same_line_m)
    steps = _steps(book, segments, near, ends)
    kept = [step for step in steps if corridor.covers(step[2])]
    length, used = _shortest(kept, ends[0].node_id, ends[1].node_id, _closed(book))
    if used is None or length > limits.same_way_factor * line.length:
        return False
    beside = shapely.length(shapely.intersection(line, shapely.buffer(shapely.union_all(used), limits.same_line_m)))
    return bool(beside >= limits.same_line_share * line.length)


_Step = tuple[int, int, shapely.LineString]


def _closed(book: WayBook) -> set[int]:
    nodes = book.nodes
    return set(nodes["node_id"].to_numpy()[~nodes["passable"].to_numpy(bool)].tolist())


def _steps(book: WayBook, segments: Segments, near: np.ndarray, ends: tuple[Spot, Spot]) -> list[_Step]:
    """The near segments, divided where an end meets them."""
    found: list[_Step] = []
    for at in near.tolist():
        position = int(segments.position[at])
        x0, y0, x1, y1 = segments.ends[at].tolist()
        cuts = sorted((spot.share, spot.node_id) for spot in ends if spot.after == position)
        stops = [
            (int(book.way_nodes[position]), x0, y0),
            *((node, x0 + share * (x1 - x0), y0 + share * (y1 - y0)) for share, node in cuts),
            (int(book.way_nodes[position + 1]), x1, y1),
        ]
        for (one, ax, ay), (other, bx, by) in pairwise(stops):
            if one != other:
                found.append((one, other, shapely.LineString([(ax, ay), (bx, by)])))
    return found


def _shortest(
    steps: list[_Step], start: int, end: int, closed: set[int]
) -> tuple[float, list[shapely.LineString] | None]:
    """Length of the shortest way over the steps and the steps on it; None where there is no way. [m]"""
    around: dict[int, list[tuple[int, shapely.LineString]]] = defaultdict(list)
    for one, other, line in steps:
        around[one].append((other, line))
        around[other].append((one, line))
    done: set[int] = set()
    came: dict[int, tuple[int, shapely.LineString]] = {}
    queue, best = [(0.0, start)], {start: 0.0}
    while queue:
        length, node = heapq.heappop(queue)
        if node in done:
            continue
        done.add(node)
        if node == end:
            used = []
            while node != start:
                node, line = came[node]
                used.append(line)
            return length, used
        if node in closed and node != start:
            continue
        for other, line in around[node]:
            longer = length + line.length
            if longer < best.get(other, float("inf")):
                best[other], came[other] = longer, (node, line)
                heapq.heappush(queue, (longer, other))
    return float("inf"), None
