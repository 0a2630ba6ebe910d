"""Dijkstra, plain and exact: the witness of every faster engine. Whole decimetres in, whole decimetres out.

Keys on the heap are single whole numbers. A *label* is `distance * n_owners + owner`: the smaller label is
the shorter way, and of equal ways the lower owner, so that ties are settled by the search itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np

from nahraum.network import Network
from nahraum.network.graph import Int64

UNREACHED = 1 << 62


@dataclass(frozen=True)
class Adjacency:
    """Neighbours and lengths of all nodes as plain lists, which Python walks fastest."""

    indptr: list[int]
    neighbour: list[int]
    weight_dm: list[int]

    @staticmethod
    def of(network: Network) -> Adjacency:
        """The adjacency of a network."""
        return Adjacency(network.indptr.tolist(), network.neighbour.tolist(), network.cost_out.tolist())


def nearest_labels(graph: Adjacency, seeds: Iterable[tuple[int, int, int]], *, n_owners: int, limit_dm: int) -> Int64:
    """Label of the nearest seed at every node, UNREACHED beyond the limit.

    Parameters
        seeds : node, distance already walked [dm], owner (0 ≤ owner < n_owners).
        limit_dm : ways longer than this are not looked for. [dm]
    """
    n_nodes, beyond = len(graph.indptr) - 1, (limit_dm + 1) * n_owners
    best = [UNREACHED] * n_nodes
    for node, distance, owner in seeds:
        label = distance * n_owners + owner
        if label < beyond and label < best[node]:
            best[node] = label
    heap = [label * n_nodes + node for node, label in enumerate(best) if label < beyond]
    heapify(heap)
    indptr, neighbour, weight = graph.indptr, graph.neighbour, graph.weight_dm
    while heap:
        label, node = divmod(heappop(heap), n_nodes)
        if label > best[node]:
            continue
        for at in range(indptr[node], indptr[node + 1]):
            other, onward = neighbour[at], label + weight[at] * n_owners
            if onward < best[other] and onward < beyond:
                best[other] = onward
                heappush(heap, onward * n_nodes + other)
    return np.array(best, dtype=np.int64)


def within(graph: Adjacency, seeds: Iterable[tuple[int, int]], *, limit_dm: int) -> dict[int, int]:
    """Distance of every node that some seed reaches within the limit. [dm]

    Parameters
        seeds : node, distance already walked. [-, dm]
    """
    n_nodes = len(graph.indptr) - 1
    best: dict[int, int] = {}
    for node, distance in seeds:
        if distance <= limit_dm and distance < best.get(node, UNREACHED):
            best[node] = distance
    heap = [distance * n_nodes + node for node, distance in best.items()]
    heapify(heap)
    indptr, neighbour, weight = graph.indptr, graph.neighbour, graph.weight_dm
    while heap:
        distance, node = divmod(heappop(heap), n_nodes)
        if distance > best[node]:
            continue
        for at in range(indptr[node], indptr[node + 1]):
            other, onward = neighbour[at], distance + weight[at]
            if onward <= limit_dm and onward < best.get(other, UNREACHED):
                best[other] = onward
                heappush(heap, onward * n_nodes + other)
    return best
