"""Which areas are neighbours: by common border, within a distance, the k nearest, or as a GAL file says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely

from nahraum.errors import InputError

Floats = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_CORNERS = 4.0  # a border counts that is longer than two corners can be within reach of each other (two each)


@dataclass(frozen=True)
class Neighbours:
    """Who neighbours whom, as compressed sparse rows: the neighbours of area i are `indices[start[i]:start[i + 1]]`.

    ids : of the areas, in the order of the rows.
    weights : of each neighbour; 1 where nothing else is said.
    by_row : the weights of each area add up to 1 (areas without neighbours: to 0).
    """

    ids: tuple[str, ...]
    start: Int64
    indices: Int64
    weights: Floats
    by_row: bool = False

    @property
    def counts(self) -> Int64:
        """How many neighbours each area has."""
        return np.diff(self.start)

    @property
    def rows(self) -> Int64:
        """The area of each entry, beside `indices` and `weights`."""
        return np.repeat(np.arange(len(self.ids), dtype=np.int64), self.counts)

    @property
    def islands(self) -> tuple[str, ...]:
        """Areas without a neighbour; they are kept, and told."""
        return tuple(self.ids[at] for at in np.flatnonzero(self.counts == 0))

    def lag(self, values: Floats) -> Floats:
        """Weighted sum over the neighbours of each area; their mean where `by_row`. 0 for an area without any."""
        products = self.weights * values[self.indices]
        return np.bincount(self.rows, weights=products, minlength=len(self.ids)).astype(np.float64)


def from_pairs(ids: Sequence[object], first: Int64, second: Int64) -> Neighbours:
    """Neighbours from positions of pairs, each way of a pair given; doubles and self pairs are left out."""
    n, named = len(ids), tuple(str(name) for name in ids)
    if len(set(named)) < n:
        again = sorted({name for name in named if named.count(name) > 1})[:3]
        raise InputError(
            "the areas cannot be neighbours of each other",
            where=f"area_id repeats in {n - len(set(named))} rows, first: {again}",
            expected="one row per area",
            fix="dissolve the parts of an area into one",
        )
    apart = first != second
    key = np.unique(first[apart].astype(np.int64) * max(n, 1) + second[apart])
    start = np.concatenate([[0], np.cumsum(np.bincount(key // max(n, 1), minlength=n))]).astype(np.int64)
    return Neighbours(named, start, key % max(n, 1), np.ones(len(key)))


def row_standardised(neighbours: Neighbours) -> Neighbours:
    """The same neighbours, their weights adding up to 1 in every area that has any."""
    rows = neighbours.rows
    total = np.bincount(rows, weights=neighbours.weights, minlength=len(neighbours.ids))
    safe = np.where(total != 0, total, 1.0)
    return replace(neighbours, weights=neighbours.weights / safe[rows], by_row=True)


def only(neighbours: Neighbours, kept: Flags) -> Neighbours:
    """The neighbours among the areas that are kept; shares of a row are made anew where they were."""
    rows = neighbours.rows
    inside = kept[rows] & kept[neighbours.indices]
    new = np.cumsum(kept) - 1
    counts = np.bincount(new[rows[inside]], minlength=int(kept.sum()))
    found = Neighbours(
        tuple(np.array(neighbours.ids, dtype=object)[kept].tolist()),
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        new[neighbours.indices[inside]],
        neighbours.weights[inside],
    )
    return row_standardised(found) if neighbours.by_row else found


def contiguity(
    polygons: npt.NDArray[np.object_], ids: Sequence[object], *, rule: str = "queen", tolerance_m: float = 0.0
) -> Neighbours:
    """Areas that touch: in a point (`queen`) or along a border (`rook`).

    Parameters
        polygons : one per area, in a metric CRS.
        tolerance_m : gaps and overlaps of digitised borders up to here are none. [m]

    Raises
        InputError for an empty polygon, a repeated id, or another rule.

    Notes
        rook with a tolerance: the border of one area that runs within the tolerance of the other is longer than four
        times the tolerance; two corners that meet have twice the tolerance at most.
    """
    areas = np.asarray(polygons, dtype=object)
    lost = np.flatnonzero(shapely.is_missing(areas) | shapely.is_empty(areas))
    if rule not in ("queen", "rook") or len(lost):
        raise InputError(
            "neighbours by common border cannot be found",
            where=[f"rule {rule!r}"] * (rule not in ("queen", "rook"))
            + [f"area {ids[at]!r} has no polygon" for at in lost[:3]],
            expected="queen or rook; a polygon for every area",
        )
    tree = shapely.STRtree(areas)
    first, second = (
        tree.query(areas, predicate="dwithin", distance=tolerance_m)
        if tolerance_m > 0
        else tree.query(areas, predicate="intersects")
    )
    if rule == "rook":
        upper = first < second
        first, second = first[upper], second[upper]
        long = _border_m(areas[first], areas[second], tolerance_m) > _CORNERS * tolerance_m
        first, second = np.concatenate([first[long], second[long]]), np.concatenate([second[long], first[long]])
    return from_pairs(ids, first.astype(np.int64), second.astype(np.int64))


def _border_m(one: npt.NDArray[np.object_], other: npt.NDArray[np.object_], tolerance_m: float) -> Floats:
    """How long the areas of each pair run along each other. [m]"""
    if tolerance_m <= 0:
        return np.asarray(shapely.length(shapely.intersection(one, other)), dtype=np.float64)
    near = shapely.intersection(shapely.buffer(one, tolerance_m), shapely.boundary(other))
    return np.asarray(shapely.length(near), dtype=np.float64)


def distance_band(x_m: Floats, y_m: Floats, ids: Sequence[object], *, reach_m: float) -> Neighbours:
    """Areas whose points are at most `reach_m` apart. [m]

    Raises
        InputError for points that are not known, a repeated id, or no distance.
    """
    points = _points(x_m, y_m, ids)
    if not reach_m > 0:
        raise InputError("neighbours within a distance cannot be found", where=f"{reach_m} m", expected="more than 0 m")
    first, second = shapely.STRtree(points).query(points, predicate="dwithin", distance=reach_m)
    return from_pairs(ids, first.astype(np.int64), second.astype(np.int64))


def nearest(x_m: Floats, y_m: Floats, ids: Sequence[object], *, k: int) -> Neighbours:
    """The k nearest areas of each, ties to the lowest id; not the same both ways.

    Raises
        InputError for points that are not known, a repeated id, or no more areas than k.
    """
    from scipy.spatial import cKDTree

    points, n = _points(x_m, y_m, ids), len(ids)
    if not 1 <= k < n:
        raise InputError(
            f"the {k} nearest areas cannot be found", where=f"{n} areas", expected="k from 1 to the number of others"
        )
    coordinates = np.column_stack([x_m, y_m]).astype(np.float64)
    reach_m = cKDTree(coordinates).query(coordinates, k=k + 1)[0][:, k]
    first, second = shapely.STRtree(points).query(points, predicate="dwithin", distance=reach_m * (1 + 1e-12))
    apart = first != second
    first, second = first[apart], second[apart]
    place = np.argsort(np.argsort(np.array([str(name) for name in ids], dtype=object), kind="stable"), kind="stable")
    far_m = np.hypot(*(coordinates[first] - coordinates[second]).T)
    order = np.lexsort((place[second], np.round(far_m, 9), first))
    first, second = first[order], second[order]
    among = np.arange(len(first)) - np.searchsorted(first, first)
    return from_pairs(ids, first[among < k].astype(np.int64), second[among < k].astype(np.int64))


def _points(x_m: Floats, y_m: Floats, ids: Sequence[object]) -> npt.NDArray[np.object_]:
    coordinates = np.column_stack([x_m, y_m]).astype(np.float64)
    lost = np.flatnonzero(~np.isfinite(coordinates).all(axis=1))
    if len(lost) or len(coordinates) != len(ids):
        raise InputError(
            "neighbours by distance cannot be found",
            where=[f"area {ids[at]!r} has no point" for at in lost[:3]]
            or [f"{len(coordinates)} points for {len(ids)} areas"],
            expected="a point for every area, in metres",
        )
    return np.asarray(shapely.points(coordinates), dtype=object)


def gal(text: str, *, called: str = "GAL file") -> Neighbours:
    """Neighbours as a GAL file lists them: a header, then per area a line with id and number, and one with the ids.

    Raises
        InputError where the text is none, ids repeat or are unknown, or numbers do not fit.
    """
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    heads = [line.split() for line in lines[1::2]]
    tails = [line.split() for line in lines[2::2]]
    tails += [[] for _ in range(len(heads) - len(tails))]
    ids = [head[0] for head in heads if head]
    number = lines[0].split()
    said = number[1] if len(number) > 1 and number[0] == "0" else number[0] if number else ""
    problems = [f"it announces {said!r} areas and lists {len(ids)}"] * (said != str(len(ids)))
    place = {name: at for at, name in enumerate(ids)}
    for head, tail in zip(heads, tails, strict=True):
        if len(head) != 2 or head[1] != str(len(tail)):
            problems.append(f"area {' '.join(head)!r} has {len(tail)} neighbours listed")
        problems += [f"area {head[0]!r} names an unknown neighbour {name!r}" for name in tail if name not in place]
    if problems:
        raise InputError(f"{called} cannot be read", where=problems[:5], expected="GAL: id and number, then the ids")
    first = np.repeat(np.arange(len(ids), dtype=np.int64), [len(tail) for tail in tails])
    second = np.array([place[name] for tail in tails for name in tail], dtype=np.int64)
    return from_pairs(ids, first, second)
