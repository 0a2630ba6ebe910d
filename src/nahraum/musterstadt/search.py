"""Walking distances on the street graph of the plan: the planted truth's own search, independent of the product."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import dijkstra

from nahraum.musterstadt.plan import Floats, Ints
from nahraum.musterstadt.streets import Streets

Feet = tuple[Ints, Floats, Floats]  # edge, way along it, way to it [m]


def _graph(streets: Streets, start: Ints, end: Ints, length: Floats, sources: int) -> csr_matrix:
    """Street graph in both directions and, behind its nodes, one node per source with ways out only."""
    size = streets.x_m.size + sources
    walk = streets.walkable
    a, b, w = streets.start[walk], streets.end[walk], streets.length_m[walk]
    rows, columns = np.concatenate([a, b, start]), np.concatenate([b, a, end])
    values = np.concatenate([w, w, np.maximum(length, 0.01)])
    order = np.lexsort((values, columns, rows))
    rows, columns, values = rows[order], columns[order], values[order]
    first = np.ones(rows.size, dtype=bool)
    first[1:] = (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])
    return coo_matrix((values[first], (rows[first], columns[first])), shape=(size, size)).tocsr()


def from_nodes(streets: Streets, nodes: Sequence[int]) -> Floats:
    """Distance of every node to the nearest of some nodes. [m]"""
    empty = np.zeros(0, dtype=np.int64)
    graph = _graph(streets, empty, empty, np.zeros(0), 0)
    return np.asarray(dijkstra(graph, indices=list(nodes), min_only=True))


def from_feet(streets: Streets, edge: Ints, offset_m: Floats, leg_m: Floats, group: Ints, limit_m: float) -> Floats:
    """Distance of every node to each group of places that open to edges; rows are groups. [m]

    inf beyond the limit.
    """
    number = int(group.max()) + 1 if group.size else 0
    source = streets.x_m.size + group
    graph = _graph(
        streets,
        np.concatenate([source, source]),
        np.concatenate([streets.start[edge], streets.end[edge]]),
        np.concatenate([leg_m + offset_m, leg_m + streets.length_m[edge] - offset_m]),
        number,
    )
    if not number:
        return np.zeros((0, streets.x_m.size))
    found = np.asarray(dijkstra(graph, indices=streets.x_m.size + np.arange(number), limit=limit_m), dtype=np.float64)
    return np.asarray(found[:, : streets.x_m.size])


def at_feet(streets: Streets, node_m: Floats, edge: Ints, offset_m: Floats, leg_m: Floats) -> Floats:
    """Distance at the foot of places, from the distances at the nodes (last axis). [m]"""
    back = node_m[..., streets.start[edge]] + offset_m
    ahead = node_m[..., streets.end[edge]] + streets.length_m[edge] - offset_m
    return np.asarray(np.minimum(back, ahead) + leg_m)


def nearest_m(streets: Streets, edge: Ints, offset_m: Floats, leg_m: Floats) -> Floats:
    """Distance of every node to the nearest of some places. [m]"""
    if not edge.size:
        return np.full(streets.x_m.size, np.inf)
    one = np.zeros(edge.size, dtype=np.int64)
    return np.asarray(from_feet(streets, edge, offset_m, leg_m, one, np.inf)[0], dtype=np.float64)


def along_edge(places: Feet, homes: Feet) -> Floats:
    """Distance of every house to the nearest place at the very same edge; inf where there is none. [m]"""
    found = np.full(homes[0].size, np.inf)
    order = np.argsort(homes[0], kind="stable")
    low, high = (np.searchsorted(homes[0][order], places[0], side) for side in ("left", "right"))
    count = high - low
    place = np.repeat(np.arange(places[0].size), count)
    home = order[np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(low, count)]
    np.minimum.at(found, home, np.abs(places[1][place] - homes[1][home]) + places[2][place] + homes[2][home])
    return found
