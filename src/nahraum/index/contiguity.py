"""Which cells belong together: near each other, and no barrier between that cannot be crossed nearby."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from nahraum.frames import to_micro
from nahraum.grid import CELL_SIZE_M
from nahraum.index.people import Int64, sum_micro

_COLUMNS = 1_000_000


@dataclass(frozen=True)
class Barriers:
    """Lines that separate and points where one can walk across them, in the study's CRS.

    reach_m : a crossing so near to the straight line between two cells opens the barrier for them. [m]
    """

    lines: npt.NDArray[np.object_]
    line_kind: npt.NDArray[np.object_]
    crossings: npt.NDArray[np.object_]
    crossing_kind: npt.NDArray[np.object_]
    reach_m: float


def read_barriers(barriers: Any, crossings: Any, *, kinds: Sequence[str], reach_m: float) -> Barriers:
    """Barriers of the kinds that separate places, sorted by id."""

    def column(table: Any, name: str) -> npt.NDArray[np.object_]:
        chosen = table[table["kind"].isin(list(kinds))].sort_values("line_id", kind="stable")
        return np.asarray(chosen[name].to_numpy(), dtype=object)

    return Barriers(
        lines=column(barriers, "geometry"),
        line_kind=column(barriers, "kind"),
        crossings=column(crossings, "geometry"),
        crossing_kind=column(crossings, "kind"),
        reach_m=reach_m,
    )


def home_points_m(rows: pd.DataFrame, cell_keys: Int64) -> npt.NDArray[np.float64]:
    """Where the residents of each cell live on average: resident-weighted mean of its addresses. [m]"""
    of_row = np.searchsorted(cell_keys, rows["cell_key"].to_numpy())
    of_row = np.minimum(of_row, len(cell_keys) - 1)
    member = (cell_keys[of_row] == rows["cell_key"].to_numpy()) & rows["inside"].to_numpy(dtype=bool)
    weights = to_micro(rows["residents"].to_numpy())[member]
    total = np.maximum(sum_micro(weights, of_row[member], len(cell_keys)), 1)
    points = []
    for name in ("x_m", "y_m"):
        values = rows[name].to_numpy(dtype=np.float64)[member]
        origin = float(np.floor(values.min())) if len(values) else 0.0
        moved = np.rint((values - origin) * weights).astype(np.int64)
        points.append(sum_micro(moved, of_row[member], len(cell_keys)) / total + origin)
    return np.column_stack(points)


def near_pairs(cell_keys: Int64, *, gap_m: float, size_m: int = CELL_SIZE_M) -> Int64:
    """Pairs of cells (positions) whose squares are at most `gap_m` apart.

    Parameters
        cell_keys : keys of the cells, sorted.
    """
    reach = int(gap_m // size_m) + 1
    pairs: list[Int64] = []
    for d_north in range(reach + 1):
        for d_east in range(-reach, reach + 1):
            apart = np.hypot(max(0, d_north - 1), max(0, abs(d_east) - 1)) * size_m
            if (d_north, d_east) <= (0, 0) or apart > gap_m:
                continue
            other = cell_keys + d_north * _COLUMNS + d_east
            at = np.minimum(np.searchsorted(cell_keys, other), len(cell_keys) - 1)
            found = np.flatnonzero(cell_keys[at] == other)
            pairs.append(np.column_stack([found, at[found]]))
    return np.concatenate(pairs) if pairs else np.zeros((0, 2), dtype=np.int64)


def separated(first_m: npt.NDArray[np.float64], second_m: npt.NDArray[np.float64], barriers: Barriers) -> Int64:
    """Positions of the pairs whose straight line meets a barrier without a crossing within reach.

    A crossing opens barriers of its own kind: a footbridge over a brook says nothing of the railway beside it.
    """
    if not len(barriers.lines) or not len(first_m):
        return np.array([], dtype=np.int64)
    straight = np.asarray(shapely.linestrings(np.stack([first_m, second_m], axis=1)), dtype=object)
    pair, line = shapely.STRtree(barriers.lines).query(straight, predicate="intersects")
    if not len(pair):
        return np.array([], dtype=np.int64)
    meeting = shapely.intersection(straight[pair], barriers.lines[line])
    opened = np.zeros(len(pair), dtype=bool)
    near, point = shapely.STRtree(barriers.crossings).query(meeting, predicate="dwithin", distance=barriers.reach_m)
    opened[near[barriers.line_kind[line[near]] == barriers.crossing_kind[point]]] = True
    return np.unique(pair[~opened]).astype(np.int64)


def connected(cell_keys: Int64, points_m: npt.NDArray[np.float64], barriers: Barriers, *, gap_m: float) -> Int64:
    """Lowest position of the group each cell belongs to, group by group.

    Parameters
        cell_keys : keys of the cells, sorted; points_m : where their residents live. [m]
        gap_m : squares so far apart still belong together. [m]
    """
    n = len(cell_keys)
    pairs = near_pairs(cell_keys, gap_m=gap_m)
    cut = separated(points_m[pairs[:, 0]], points_m[pairs[:, 1]], barriers)
    pairs = np.delete(pairs, cut, axis=0)
    links = coo_array((np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    label = connected_components(links, directed=False)[1]
    lowest = np.full(n, n, dtype=np.int64)
    np.minimum.at(lowest, label, np.arange(n))
    return np.asarray(lowest[label], dtype=np.int64)
