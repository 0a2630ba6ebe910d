"""Points as a search sees them: the two ends of their edge, and the cost between the point and each end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nahraum.network.attachment import Attachment
from nahraum.network.graph import BLOCKED, Int64, Network


@dataclass(frozen=True)
class Anchors:
    """Rows are points, columns the first and second node of their edge. [-, unit of the network]

    `node` is -1 and `cost` BLOCKED where a point meets no way; `cost` alone is BLOCKED where the edge is not
    walked in that direction. Legs are included.
    """

    node: Int64
    cost: Int64

    def take(self, rows: npt.NDArray[np.bool_ | np.int64]) -> Anchors:
        """Only these rows."""
        return Anchors(self.node[rows], self.cost[rows])


def departures(network: Network, points: Attachment) -> Anchors:
    """From each point to the ends of its edge: how an origin starts."""
    return _anchors(network, points, to_first=network.edge_backward, to_second=network.edge_forward)


def arrivals(network: Network, points: Attachment) -> Anchors:
    """From the ends of its edge to each point: how a place is reached."""
    return _anchors(network, points, to_first=network.edge_forward, to_second=network.edge_backward)


def along_edge(network: Network, origins: Attachment, places: Attachment) -> tuple[Int64, Int64, Int64]:
    """Pairs of an origin and a place on one edge, with the way along it, both legs included.

    Returns
        Positions of the origins, positions of the places, costs below BLOCKED. [-, -, unit of the network]
    """
    origin, place = _on_one_edge(origins.edge, places.edge)
    edge, start, end = origins.edge[origin], origins.offset_dm[origin], places.offset_dm[place]
    ahead = part_cost(network, network.edge_forward, edge, end) - part_cost(network, network.edge_forward, edge, start)
    back = part_cost(network, network.edge_backward, edge, start) - part_cost(network, network.edge_backward, edge, end)
    forward, backward = network.edge_forward[edge] < BLOCKED, network.edge_backward[edge] < BLOCKED
    walked = np.where(
        start == end, 0, np.where(end > start, np.where(forward, ahead, BLOCKED), np.where(backward, back, BLOCKED))
    )
    total = walked + leg_cost(network, origins.leg_dm[origin]) + leg_cost(network, places.leg_dm[place])
    held = walked < BLOCKED
    return origin[held], place[held], total[held]


def _on_one_edge(edge: Int64, other: Int64) -> tuple[Int64, Int64]:
    """Positions of all pairs with the same edge, in order of the first."""
    order = np.argsort(other, kind="stable")
    ranked = other[order]
    low = np.searchsorted(ranked, edge, side="left")
    count = np.where(edge >= 0, np.searchsorted(ranked, edge, side="right") - low, 0)
    first = np.repeat(np.arange(len(edge)), count)
    step = np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count)
    return first, order[np.repeat(low, count) + step].astype(np.int64)


def part_cost(network: Network, cost: Int64, edge: Int64, offset_dm: Int64) -> Int64:
    """Cost between an edge's first node and a point on it: in proportion, rounded half up. [unit of the network]"""
    length = np.maximum(network.edge_length_dm[edge], 1)
    return np.asarray((2 * cost[edge] * offset_dm + length) // (2 * length), dtype=np.int64)


def leg_cost(network: Network, leg_dm: Int64) -> Int64:
    """Cost of the straight way between a point and its edge. [unit of the network]"""
    return np.asarray(np.rint(leg_dm * network.pace), dtype=np.int64)


def _anchors(network: Network, points: Attachment, *, to_first: Int64, to_second: Int64) -> Anchors:
    """Costs at both ends; `to_first` are the edges' costs in the direction in which the first node is met.

    Who stands at an end of an edge stands on its node, whatever the edge's direction.
    """
    node, cost = np.full((len(points.edge), 2), -1, dtype=np.int64), np.full((len(points.edge), 2), BLOCKED)
    held = np.flatnonzero(points.edge >= 0)
    edge, offset, leg = points.edge[held], points.offset_dm[held], leg_cost(network, points.leg_dm[held])
    first, second = part_cost(network, to_first, edge, offset), part_cost(network, to_second, edge, offset)
    second = to_second[edge] - second
    first = np.where(offset == 0, 0, np.where(to_first[edge] < BLOCKED, first, BLOCKED))
    at_end = offset == network.edge_length_dm[edge]
    second = np.where(at_end, 0, np.where(to_second[edge] < BLOCKED, second, BLOCKED))
    node[held] = np.stack([network.edge_from[edge], network.edge_to[edge]], axis=1)
    cost[held] = np.minimum(np.stack([first, second], axis=1) + leg[:, None], BLOCKED)
    return Anchors(node, cost)
