"""Which units touch, for how many metres, and where a barrier runs between them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.area.space import Geometries, points_of
from nahraum.index.funding.units import Borders, rounded_mm
from nahraum.index.people import Floats, Int64

_ON_LINE_M = 0.05
_KINDS = ("rail", "motorway", "water", "major_road")


def segments(shapes: Geometries) -> tuple[Floats, Int64]:
    """Straight pieces of all outlines as x, y, x, y with the lower end first, and the unit each belongs to."""
    rings, of_ring = shapely.get_parts(shapely.boundary(shapes), return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    ends = np.hstack([points[:-1][same], points[1:][same]])
    swap = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[swap] = ends[swap][:, [2, 3, 0, 1]]
    return ends, of_ring[ring[:-1][same]].astype(np.int64)


def _pieces(shapes: Geometries) -> tuple[Floats, Int64, Int64]:
    """Pieces that two units have in common: ends, first and second unit."""
    ends, unit = segments(shapes)
    order = np.lexsort((unit, *ends.T[::-1]))
    ends, unit = ends[order], unit[order]
    twice = np.flatnonzero((ends[1:] == ends[:-1]).all(axis=1) & (unit[1:] != unit[:-1]))
    return ends[twice], unit[twice], unit[twice + 1]


def matched_borders(shapes: Geometries, walls: dict[str, Geometries], shortest_m: float) -> Borders:
    """Borders of units that cover the ground with the same points on both sides.

    Parameters
        walls : barrier lines by kind; a piece of border on one of them is not open.
        shortest_m : open metres below which a border stays closed.
    """
    ends, first, second = _pieces(shapes)
    length = rounded_mm(np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]))
    middle = points_of((ends[:, 0] + ends[:, 2]) / 2, (ends[:, 1] + ends[:, 3]) / 2)
    kind = np.zeros(len(ends), dtype=np.int64)
    for number, name in reversed(list(enumerate(_KINDS, start=1))):
        if len(lines := walls.get(name, np.array([], dtype=object))) and len(middle):
            kind[shapely.STRtree(middle).query(lines, predicate="dwithin", distance=_ON_LINE_M)[1]] = number
    return _summed(first, second, length, kind, shortest_m)


def _summed(first: Int64, second: Int64, length: Int64, kind: Int64, shortest_m: float) -> Borders:
    frame = pd.DataFrame({"first": first, "second": second, "length": length, "kind": kind})
    whole = frame.groupby(["first", "second"], sort=True)["length"].sum()
    free = frame[frame["kind"] == 0].groupby(["first", "second"], sort=True)["length"].sum()
    free = free.reindex(whole.index, fill_value=0)
    barred = frame[frame["kind"] > 0].groupby(["first", "second", "kind"], sort=True)["length"].sum().reset_index()
    barred = barred.sort_values(["first", "second", "length", "kind"], ascending=[True, True, False, True])
    most = barred.drop_duplicates(["first", "second"]).set_index(["first", "second"])["kind"]
    names = np.array(["", *_KINDS], dtype=object)
    pairs = whole.index.to_frame(index=False)
    open_mm = free.to_numpy(np.int64)
    return Borders(
        first=pairs["first"].to_numpy(np.int64),
        second=pairs["second"].to_numpy(np.int64),
        shared_mm=whole.to_numpy(np.int64),
        open_mm=open_mm,
        kind=names[most.reindex(whole.index, fill_value=0).to_numpy(np.int64)],
        is_open=open_mm >= shortest_m * 1000,
        declared=np.zeros(len(whole), dtype=bool),
    )


def near_borders(shapes: Geometries, gap_m: float, shortest_m: float) -> Borders:
    """Borders of units with streets between them: the mean of both outlines' metres within the gap of the other.

    Notes
        Where a third unit lies between two, they still count as neighbours if the gap between them is narrow enough.
    """
    tree = shapely.STRtree(shapes)
    one, other = tree.query(shapes, predicate="dwithin", distance=max(gap_m, 0.01))
    pair = one < other
    first, second = one[pair].astype(np.int64), other[pair].astype(np.int64)
    order = np.lexsort((second, first))
    first, second = first[order], second[order]
    reach = max(gap_m, 0.01)
    lengths = []
    for a, b in ((first, second), (second, first)):
        near = shapely.intersection(shapely.boundary(shapes[a]), shapely.buffer(shapes[b], reach, quad_segs=4))
        lengths.append(shapely.length(near))
    touch = shapely.length(shapely.intersection(shapes[first], shapes[second]))
    touch = np.where(touch > 0, touch, (lengths[0] + lengths[1]) / 2)
    mm = rounded_mm(touch)
    kept = mm >= shortest_m * 1000
    return _summed(first[kept], second[kept], mm[kept], np.zeros(int(kept.sum()), dtype=np.int64), shortest_m)


def parted_by_steps(borders: Borders, shapes: Geometries, homes: Geometries, walls: dict[str, Geometries]) -> Borders:
    """The same borders, closed where the way from home over the border to the other home meets a barrier.

    Parameters
        homes : point of each unit where its residents live; of one without residents any point inside.
        walls : barrier lines by kind.
    """
    a, b = borders.first, borders.second
    meeting = shapely.line_interpolate_point(shapely.shortest_line(shapes[a], shapes[b]), 0.5, normalized=True)
    common = shapely.intersection(shapes[a], shapes[b])
    middle = shapely.centroid(common)
    empty = shapely.is_empty(common)
    middle[empty] = meeting[empty]
    ways = np.stack([shapely.get_coordinates(points) for points in (homes[a], middle, homes[b])], axis=1)
    steps: Geometries = np.asarray(shapely.linestrings(ways), dtype=object)
    kind, is_open, open_mm = borders.kind.copy(), borders.is_open.copy(), borders.open_mm.copy()
    for name in reversed(_KINDS):
        if len(lines := walls.get(name, np.array([], dtype=object))) and len(steps):
            met = np.unique(shapely.STRtree(steps).query(lines, predicate="intersects")[1])
            kind[met], is_open[met], open_mm[met] = name, False, 0
    return Borders(a, b, borders.shared_mm, open_mm, kind, is_open, borders.declared)


def neighbour_lists(borders: Borders, n: int) -> tuple[Int64, Int64, Int64, npt.NDArray[np.bool_]]:
    """Borders in both directions by unit: start of each unit's rows, the other unit, shared_mm, is_open."""
    one = np.concatenate([borders.first, borders.second])
    other = np.concatenate([borders.second, borders.first])
    order = np.lexsort((other, one))
    start = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(one, minlength=n), out=start[1:])
    twice = np.concatenate([borders.shared_mm, borders.shared_mm])[order]
    is_open = np.concatenate([borders.is_open, borders.is_open])[order]
    return start, other[order].astype(np.int64), twice, is_open
