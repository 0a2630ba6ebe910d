"""The straight line from a point to the nearest way: candidates, lengths, ties, and what it may not cross."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from nahraum.network.graph import Float64, Int64, Network

if TYPE_CHECKING:
    from nahraum.network.nearby import EdgeGrid

Shapes = npt.NDArray[np.object_]
Points = tuple[Float64, Float64]
_FIRST_TRIES = 4  # of the nearest ways, most legs that cross a barrier find a free one among these


@dataclass(frozen=True)
class Foot:
    """Where each point meets the network: edge (-1 none), way along it from `edge_from`, straight leg. [dm]"""

    edge: Int64
    offset_dm: Int64
    leg_dm: Int64

    def where(self, mask: npt.NDArray[np.bool_], other: Foot) -> Foot:
        """This foot where the mask holds, the other one elsewhere."""
        return Foot(
            np.where(mask, self.edge, other.edge),
            np.where(mask, self.offset_dm, other.offset_dm),
            np.where(mask, self.leg_dm, other.leg_dm),
        )


def points_of(x_m: npt.ArrayLike, y_m: npt.ArrayLike) -> Shapes:
    """Points as shapes."""
    return np.atleast_1d(np.asarray(shapely.points(np.asarray(x_m), np.asarray(y_m)), dtype=object))


def lines(ends: Float64) -> Shapes:
    """Straight lines as shapes, of rows x, y, x, y."""
    return np.atleast_1d(np.asarray(shapely.linestrings(ends.reshape(-1, 2, 2)), dtype=object))


def no_foot(n: int) -> Foot:
    """Points that meet no way."""
    return Foot(np.full(n, -1, dtype=np.int64), np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64))


@dataclass(frozen=True)
class Ways:
    """The edges of a network, ready to be searched by place."""

    network: Network
    grid: EdgeGrid

    @staticmethod
    def of(network: Network) -> Ways:
        """All edges."""
        from nahraum.network.nearby import EdgeGrid  # compiled, therefore slow to import

        first, second = network.edge_from, network.edge_to
        return Ways(
            network, EdgeGrid.of((network.x_m[first], network.y_m[first], network.x_m[second], network.y_m[second]))
        )

    def nearest(self, points: Points, part: npt.NDArray[np.int8], maximum_leg_m: float) -> tuple[Foot, Foot, Foot]:
        """The nearest edge of each kind of connected part, within the longest leg; ties to the lowest edge.

        Parameters
            part : kind of each connected part: 0 the main one, 1 a small one that may serve besides it, 2 another.

        Returns
            Feet on the main part, on those of kind 1, and on all small ones.
        """
        if not self.network.n_edges or not len(points[0]):
            return no_foot(len(points[0])), no_foot(len(points[0])), no_foot(len(points[0]))
        from nahraum.network.nearby import nearest_edges

        network = self.network
        ways = (
            network.edge_from, network.edge_to, network.edge_length_dm, network.edge_way_id,
            np.ones(network.n_edges, dtype=np.bool_), network.node_id, network.x_m, network.y_m, network.component,
            part,
        )  # fmt: skip
        none = np.zeros(0, dtype=np.int64)
        edge, leg, share = nearest_edges(*points, self.grid.arrays(), none, ways, float(maximum_leg_m))
        offset = np.rint(share * network.edge_length_dm[edge]).astype(np.int64)
        held = edge >= 0
        offset, leg = np.where(held, offset, 0), np.where(held, leg, 0)
        main, qualified, other = (Foot(edge[:, kind], offset[:, kind], leg[:, kind]) for kind in range(3))
        return main, qualified, other


def free_foot(
    ways: Ways, points: Points, allowed: npt.NDArray[np.bool_], maximum_leg_m: float, barriers: Barriers
) -> Foot:
    """The nearest allowed edge of each point that a straight leg reaches without crossing a barrier.

    Notes
        The nearest edges are tried first, then four times as many, and so on.
    """
    point, edge, share, leg = _candidates(ways, points, allowed, maximum_leg_m)
    x_m, y_m = points
    foot = no_foot(len(x_m))
    rank = np.arange(len(point)) - np.searchsorted(point, point)
    tried, tries = 0, _FIRST_TRIES
    while True:
        now = np.flatnonzero((rank >= tried) & (rank < tried + tries) & (foot.edge[point] < 0))
        if not len(now):
            return foot
        free = now[~_crosses(ways.network, (x_m[point[now]], y_m[point[now]]), edge[now], barriers)]
        chosen, first = np.unique(point[free], return_index=True)
        best = free[first]
        foot.edge[chosen], foot.leg_dm[chosen] = edge[best], leg[best]
        foot.offset_dm[chosen] = np.rint(share[best] * ways.network.edge_length_dm[edge[best]]).astype(np.int64)
        tried, tries = tried + tries, 4 * tries


def _candidates(
    ways: Ways, points: Points, allowed: npt.NDArray[np.bool_], maximum_leg_m: float
) -> tuple[Int64, Int64, Float64, Int64]:
    """Point, edge, share along it and leg of all allowed edges within reach, by point, then leg, then edge."""
    x_m, y_m = points
    reach = maximum_leg_m
    near = [
        ways.grid.within(x - reach, y - reach, x + reach, y + reach)
        for x, y in zip(x_m.tolist(), y_m.tolist(), strict=True)
    ]
    point = np.repeat(np.arange(len(near)), [len(edges) for edges in near])
    edge = np.concatenate([np.zeros(0, dtype=np.int64), *near])
    held = allowed[edge]
    point, edge = point[held], edge[held]
    share, distance, _, _ = _project(ways.network, (x_m[point], y_m[point]), edge)
    leg = np.rint(distance * 10).astype(np.int64)
    order = np.lexsort((edge, leg, point))
    order = order[distance[order] <= reach]
    return point[order], edge[order], share[order], leg[order]


@dataclass(frozen=True)
class Barriers:
    """Lines that a leg should not cross, and their single pieces by place: long lines have wide boxes."""

    lines: Shapes
    owner: Int64
    pieces: shapely.STRtree

    @staticmethod
    def of(barriers: Shapes, points: Points, reach_m: float) -> Barriers:
        """Those of the lines that legs of some points can meet."""
        west, south, east, north = shapely.bounds(barriers).T
        x_m, y_m = points
        near = (west <= x_m.max(initial=-np.inf) + reach_m) & (east >= x_m.min(initial=np.inf) - reach_m)
        near &= (south <= y_m.max(initial=-np.inf) + reach_m) & (north >= y_m.min(initial=np.inf) - reach_m)
        kept = barriers[near]
        shapely.prepare(kept)
        xy, owner = shapely.get_coordinates(kept, return_index=True)
        at = np.flatnonzero(owner[1:] == owner[:-1])
        return Barriers(kept, owner[at], shapely.STRtree(lines(np.concatenate([xy[at], xy[at + 1]], axis=1))))

    def crossed(self, legs: Shapes) -> npt.NDArray[np.bool_]:
        """Whether each leg crosses one of the lines."""
        leg, piece = self.pieces.query(legs, predicate="intersects")
        pair = np.unique(leg * max(len(self.lines), 1) + self.owner[piece])
        leg, line = pair // max(len(self.lines), 1), pair % max(len(self.lines), 1)
        result = np.zeros(len(legs), dtype=bool)
        result[leg[shapely.crosses(self.lines[line], legs[leg])]] = True
        return result


def crosses_barrier(network: Network, foot: Foot, points: Points, barriers: Barriers) -> npt.NDArray[np.bool_]:
    """Whether the leg of each attached point crosses one of the barriers."""
    x_m, y_m = points
    result = np.zeros(len(x_m), dtype=bool)
    held = np.flatnonzero(foot.edge >= 0)
    result[held] = _crosses(network, (x_m[held], y_m[held]), foot.edge[held], barriers)
    return result


def _crosses(network: Network, points: Points, edge: Int64, barriers: Barriers) -> npt.NDArray[np.bool_]:
    _, _, foot_x, foot_y = _project(network, points, edge)
    return barriers.crossed(lines(np.stack([*points, foot_x, foot_y], axis=1)))


def _project(
    network: Network, points: tuple[Float64, Float64], edge: Int64
) -> tuple[Float64, Float64, Float64, Float64]:
    """Share of the edge (0..1), distance [m] and coordinates of each point's foot on an edge."""
    x, y = points
    low, high = network.edge_from[edge], network.edge_to[edge]
    x0, y0 = network.x_m[low], network.y_m[low]
    dx, dy = network.x_m[high] - x0, network.y_m[high] - y0
    square = dx * dx + dy * dy
    along = ((x - x0) * dx + (y - y0) * dy) / np.where(square > 0, square, 1.0)
    share = np.clip(along, 0.0, 1.0)
    foot_x, foot_y = x0 + share * dx, y0 + share * dy
    distance = np.sqrt((x - foot_x) ** 2 + (y - foot_y) ** 2)
    return share, distance, foot_x, foot_y
