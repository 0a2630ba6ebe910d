"""Ways by a plain search: the witness of the engine. Whole numbers in the network's unit; from origins to places.

Two witnesses that share nothing but the definition of a network:

- `cost_table` and what follows from it: Dijkstra over the edges with a heap, points met at both ends of their edge
  (`access.anchors`). It knows directions, blocked edges and `pace`, and serves every size of town.
- `split_graph`: every point becomes a node of its own by cutting its edge, then anything that knows shortest paths
  (scipy, networkx) may solve it. It proves the arithmetic of the anchors too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush
from itertools import pairwise
from math import floor

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from nahraum.access import anchors
from nahraum.network import BLOCKED, Attachment, Network

Int64 = npt.NDArray[np.int64]
Ids = npt.NDArray[np.object_]
FAR = 1 << 60  # farther than any way; nothing overflows when a cost is added


@dataclass(frozen=True)
class Steps:
    """From where each node is met, and at what cost; of parallel edges all, of blocked directions none."""

    before: list[list[tuple[int, int]]]

    @staticmethod
    def of(network: Network) -> Steps:
        before: list[list[tuple[int, int]]] = [[] for _ in range(network.n_nodes)]
        ends = (network.edge_from.tolist(), network.edge_to.tolist())
        costs = (network.edge_forward.tolist(), network.edge_backward.tolist())
        for low, high, forward, backward in zip(*ends, *costs, strict=True):
            if forward < BLOCKED:
                before[high].append((low, forward))
            if backward < BLOCKED:
                before[low].append((high, backward))
        return Steps(before)


def labels(steps: Steps, seeds: Iterable[tuple[int, int, int]], *, n_owners: int, limit: int) -> Int64:
    """For every node `cost * n_owners + owner` of the nearest seed ahead, FAR beyond the limit.

    The smaller label is the shorter way and, of equal ways, the lower owner: the search itself settles ties.
    Seeds are (node, cost from there to the place, owner).
    """
    beyond = (limit + 1) * n_owners
    best: dict[int, int] = {}
    for node, cost, owner in seeds:
        label = cost * n_owners + owner
        if cost < BLOCKED and label < beyond and label < best.get(node, FAR):
            best[node] = label
    heap = [(label, node) for node, label in best.items()]
    heapify(heap)
    while heap:
        label, node = heappop(heap)
        if label > best[node]:
            continue
        for other, cost in steps.before[node]:
            onward = label + cost * n_owners
            if onward < beyond and onward < best.get(other, FAR):
                best[other] = onward
                heappush(heap, (onward, other))
    result = np.full(len(steps.before), FAR, dtype=np.int64)
    result[list(best.keys())] = list(best.values())
    return result


def cost_table(
    network: Network, origins: Attachment, places: Attachment, *, limit: int = BLOCKED - 1
) -> tuple[Ids, Int64]:
    """Ids of the groups of places, sorted, and the cost from each origin (row) to each group, FAR beyond the limit."""
    groups, group = np.unique(places.id, return_inverse=True)
    steps, start, end = Steps.of(network), anchors.departures(network, origins), anchors.arrivals(network, places)
    table = np.full((len(origins.id), len(groups)), FAR, dtype=np.int64)
    for number in range(len(groups)):
        seeds = _seeds(end.take(group == number), np.zeros(int((group == number).sum()), dtype=np.int64))
        table[:, number] = _met(start, labels(steps, seeds, n_owners=1, limit=limit), 1)
    origin, place, cost = anchors.along_edge(network, origins, places)
    np.minimum.at(table, (origin, group[place]), cost)
    table[table > limit] = FAR
    return groups, table


def nearest(network: Network, origins: Attachment, places: Attachment, limit: int) -> pd.DataFrame:
    """`id` of every origin, `cost` to its nearest place (-1 none), `place_id` ('' none); of equals the lowest id."""
    groups, group = np.unique(places.id, return_inverse=True)
    n = max(len(groups), 1)
    start, end = anchors.departures(network, origins), anchors.arrivals(network, places)
    best = _met(start, labels(Steps.of(network), _seeds(end, group), n_owners=n, limit=limit), n)
    origin, place, cost = anchors.along_edge(network, origins, places)
    np.minimum.at(best, origin, cost * n + group[place])
    found = best < (limit + 1) * n
    names = np.append(groups, "")[np.where(found, best % n, len(groups))]
    return pd.DataFrame({"id": origins.id, "cost": np.where(found, best // n, -1), "place_id": names})


def pairs(network: Network, origins: Attachment, places: Attachment, limit: int) -> pd.DataFrame:
    """`origin_id`, `group_id`, `cost` of everything within the limit, sorted by both ids."""
    groups, table = cost_table(network, origins, places, limit=limit)
    origin, group = np.nonzero(table < FAR)
    return pd.DataFrame({"origin_id": origins.id[origin], "group_id": groups[group], "cost": table[origin, group]})


def nearest_k(
    network: Network, origins: Attachment, places: Attachment, *, k: int, limit: int
) -> list[list[tuple[int, str]]]:
    """For each origin the k nearest groups within the limit as (cost, id), nearest first, of equals the lowest id."""
    groups, table = cost_table(network, origins, places, limit=limit)
    names = groups.tolist()
    return [sorted((c, name) for c, name in zip(row, names, strict=True) if c < FAR)[:k] for row in table.tolist()]


def reachable(
    table: Int64, *, category: Sequence[int], amount: Sequence[int], limits: Sequence[int], n_categories: int
) -> Int64:
    """Sum of the amounts of all groups within each limit, by category: origins × categories × limits."""
    result = np.zeros((len(table), n_categories, len(limits)), dtype=np.int64)
    for origin, row in enumerate(table.tolist()):
        for group, cost in enumerate(row):
            for at, limit in enumerate(limits):
                if cost <= limit:
                    result[origin, category[group], at] += amount[group]
    return result


def two_step(
    table: Int64, residents: Sequence[Fraction], supply: Sequence[Fraction], weight: Callable[[int], Fraction]
) -> list[Fraction | None]:
    """Supply per person after competition by its definition, in exact fractions; None where nobody competes.

    R_j = S_j / Σ_k P_k W(d_kj); A_i = Σ_j R_j W(d_ij).
    """
    weights = [[weight(cost) if cost < FAR else Fraction(0) for cost in row] for row in table.tolist()]
    demand = [
        sum((p * row[j] for p, row in zip(residents, weights, strict=True)), Fraction(0)) for j in range(len(supply))
    ]
    result: list[Fraction | None] = []
    for row in weights:
        met = [j for j, w in enumerate(row) if w]
        lost = any(demand[j] == 0 for j in met)
        result.append(None if lost else sum((supply[j] / demand[j] * row[j] for j in met), Fraction(0)))
    return result


def _seeds(end: anchors.Anchors, owner: Int64) -> list[tuple[int, int, int]]:
    """(node, cost, owner) of both ends of each place's edge."""
    return [
        (node, cost, number)
        for nodes, costs, number in zip(end.node.tolist(), end.cost.tolist(), owner.tolist(), strict=True)
        for node, cost in zip(nodes, costs, strict=True)
        if node >= 0
    ]


def _met(start: anchors.Anchors, best: Int64, n_owners: int) -> Int64:
    """Smallest label of each origin over both ends of its edge."""
    both = np.where(start.cost < BLOCKED, best[start.node] + start.cost * n_owners, FAR)
    return np.asarray(np.where(best[start.node] >= FAR, FAR, both).min(axis=1), dtype=np.int64)


@dataclass(frozen=True)
class SplitGraph:
    """Arcs of a graph in which every point is a node: `tail`, `head`, `cost`; and where origins and places stand."""

    n_nodes: int
    tail: Int64
    head: Int64
    cost: Int64
    origin: Int64
    place: Int64

    def matrix(self) -> csr_array:
        """As scipy takes it: of parallel arcs the cheapest, arcs of cost 0 kept."""
        order = np.lexsort((self.cost, self.head, self.tail))
        tail, head, cost = self.tail[order], self.head[order], self.cost[order]
        first = np.ones(len(order), dtype=bool)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        indptr = np.searchsorted(tail[first], np.arange(self.n_nodes + 1))
        return csr_array((cost[first].astype(np.float64), head[first], indptr), shape=(self.n_nodes,) * 2)


def split_graph(network: Network, origins: Attachment, places: Attachment) -> SplitGraph:
    """Every edge cut at the points on it, legs as arcs: origins into the network, out of it into places.

    A point at either end of its edge stands on that node. Unattached points are nodes without arcs.
    """
    n, arcs = network.n_nodes, []
    met: dict[int, set[int]] = {}
    for points in (origins, places):
        for edge, offset in zip(points.edge.tolist(), points.offset_dm.tolist(), strict=True):
            met.setdefault(edge, set()).add(offset)
    stands: dict[tuple[int, int], int] = {}
    rows = zip(
        network.edge_from.tolist(), network.edge_to.tolist(), network.edge_length_dm.tolist(),
        network.edge_forward.tolist(), network.edge_backward.tolist(), strict=True,
    )  # fmt: skip
    for edge, (low, high, length, forward, backward) in enumerate(rows):
        stops = [(0, low)]
        for offset in sorted(met.get(edge, ())):
            if 0 < offset < length:
                stops.append((offset, n))
                n += 1
        stops.append((length, high))
        if edge in met:
            stands |= {(edge, offset): node for offset, node in stops}
        for (near, one), (far, other) in pairwise(stops):
            if forward < BLOCKED:
                arcs.append((one, other, _part(forward, far, length) - _part(forward, near, length)))
            if backward < BLOCKED:
                arcs.append((other, one, _part(backward, far, length) - _part(backward, near, length)))
    node = []
    for points, outward in ((origins, True), (places, False)):
        for edge, offset, leg in zip(
            points.edge.tolist(), points.offset_dm.tolist(), points.leg_dm.tolist(), strict=True
        ):
            if edge >= 0:
                ends = (n, stands[edge, offset]) if outward else (stands[edge, offset], n)
                arcs.append((*ends, round(leg * network.pace)))
            node.append(n)
            n += 1
    tail, head, cost = (np.array(column, dtype=np.int64) for column in zip(*arcs, strict=True))
    return SplitGraph(
        n, tail, head, cost, np.array(node[: len(origins.id)], dtype=np.int64),
        np.array(node[len(origins.id) :], dtype=np.int64),
    )  # fmt: skip


def _part(cost: int, offset: int, length: int) -> int:
    """Share of an edge's cost up to an offset, rounded half up."""
    if offset in (0, length):
        return cost if offset else 0
    return floor(Fraction(cost * offset, length) + Fraction(1, 2))


def grouped(cost: npt.NDArray[np.float64], places: Attachment) -> tuple[Ids, Int64]:
    """Costs to single places (columns, inf unreached) as costs to groups: what `cost_table` returns."""
    groups, group = np.unique(places.id, return_inverse=True)
    table = np.full((len(cost), len(groups)), FAR, dtype=np.int64)
    whole = np.where(np.isfinite(cost), np.nan_to_num(cost, posinf=0.0), FAR).astype(np.int64)
    np.minimum.at(table.T, group, whole.T)
    return groups, table
