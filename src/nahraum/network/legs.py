"""The straight line from a point to the nearest way: candidates, lengths, ties, and what it may not cross."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from nahraum.network.graph import Float64, Int64, Network

Shapes = npt.NDArray[np.object_]
_SLACK_M = 0.1  # leg lengths are compared in whole decimetres, so this finds every tie


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
    """Some edges of a network, ready to be searched by place."""

    network: Network
    edges: Int64
    tree: shapely.STRtree

    @staticmethod
    def of(network: Network, edges: Int64) -> Ways:
        """The edges with these indices."""
        low, high = network.edge_from[edges], network.edge_to[edges]
        ends = np.stack([network.x_m[low], network.y_m[low], network.x_m[high], network.y_m[high]], axis=1)
        return Ways(network, edges, shapely.STRtree(lines(ends)))


def nearest_foot(ways: Ways, x_m: Float64, y_m: Float64, maximum_leg_m: float) -> Foot:
    """The nearest way of each point within the longest leg; ties go to the lowest edge index."""
    points = points_of(x_m, y_m)
    if not len(ways.edges) or not len(points):
        return no_foot(len(points))
    (near, _), distance = ways.tree.query_nearest(
        points, max_distance=maximum_leg_m + _SLACK_M, return_distance=True, all_matches=False
    )
    point, at = ways.tree.query(points[near], predicate="dwithin", distance=distance + _SLACK_M)
    return _shortest(ways, (x_m, y_m), near[point], ways.edges[at], maximum_leg_m)


def free_foot(ways: Ways, x_m: Float64, y_m: Float64, maximum_leg_m: float, barriers: shapely.STRtree) -> Foot:
    """The nearest way of each point that a straight leg reaches without crossing a barrier."""
    points = points_of(x_m, y_m)
    if not len(ways.edges) or not len(points):
        return no_foot(len(points))
    point, at = ways.tree.query(points, predicate="dwithin", distance=maximum_leg_m)
    edge = ways.edges[at]
    free = ~_crosses(ways.network, (x_m[point], y_m[point]), edge, barriers)
    return _shortest(ways, (x_m, y_m), point[free], edge[free], maximum_leg_m)


def crosses_barrier(
    network: Network, foot: Foot, x_m: Float64, y_m: Float64, barriers: shapely.STRtree
) -> npt.NDArray[np.bool_]:
    """Whether the leg of each attached point crosses one of the barriers."""
    result = np.zeros(len(x_m), dtype=bool)
    held = np.flatnonzero(foot.edge >= 0)
    result[held] = _crosses(network, (x_m[held], y_m[held]), foot.edge[held], barriers)
    return result


def _crosses(
    network: Network, points: tuple[Float64, Float64], edge: Int64, barriers: shapely.STRtree
) -> npt.NDArray[np.bool_]:
    _, _, foot_x, foot_y = _project(network, points, edge)
    legs = lines(np.stack([*points, foot_x, foot_y], axis=1))
    result = np.zeros(len(edge), dtype=bool)
    result[barriers.query(legs, predicate="crosses")[0]] = True
    return result


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


def _shortest(ways: Ways, points: tuple[Float64, Float64], point: Int64, edge: Int64, maximum_leg_m: float) -> Foot:
    """Of candidate (point, edge) pairs the shortest leg of each point, in decimetres, then the lowest edge."""
    x_m, y_m = points
    share, distance, _, _ = _project(ways.network, (x_m[point], y_m[point]), edge)
    leg = np.rint(distance * 10).astype(np.int64)
    order = np.lexsort((edge, leg, point))
    order = order[leg[order] <= round(maximum_leg_m * 10)]
    chosen, first = np.unique(point[order], return_index=True)
    best = order[first]
    foot = no_foot(len(x_m))
    foot.edge[chosen] = edge[best]
    foot.offset_dm[chosen] = np.rint(share[best] * ways.network.edge_length_dm[edge[best]]).astype(np.int64)
    foot.leg_dm[chosen] = leg[best]
    return foot
