"""The walking network: nodes, edges with lengths and costs, and the same as adjacency lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from nahraum.errors import InputError

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]
Costs = tuple[Int64, Int64]
Whole = npt.NDArray[np.integer[Any]]
Real = npt.NDArray[np.floating[Any]]

BLOCKED = 1 << 30  # the cost of a direction nobody walks
_NO_NETWORK = "the edges make no network"


@dataclass(frozen=True)
class Network:
    """Where one can walk: lengths in whole decimetres, costs in whole units of `unit`.

    `node_id` are the source's ids (an id repeats where an impassable node cuts ways: each loose end is a node
    of its own); nodes lie in memory as they lie on the ground (`order`), not in order of their ids. Edges run from
    the lower node id to the higher one and are sorted by way id, then by node ids, so that the lowest edge index
    is the lowest source id. `edge_forward` and `edge_backward` are the costs from `edge_from` to `edge_to` and back:
    the length itself (unit dm) or a walking time (unit ds, tenths of a second); BLOCKED where nobody walks.
    `indptr`, `neighbour`, `cost_out`, `cost_in` list the neighbours of each node with the cost to them and from
    them, of parallel edges only the cheapest. `component` is 0 for the largest connected part, by length of its
    ways. `pace` is the cost of a decimetre beside the ways. [unit per dm]
    """

    node_id: Int64
    x_m: Float64
    y_m: Float64
    edge_from: Int64
    edge_to: Int64
    edge_length_dm: Int64
    edge_way_id: Int64
    edge_forward: Int64
    edge_backward: Int64
    indptr: Int64
    neighbour: Int64
    cost_out: Int64
    cost_in: Int64
    component: Int64
    counts: dict[str, int]
    unit: str = "dm"
    pace: float = 1.0

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.node_id)

    @property
    def n_edges(self) -> int:
        """Number of edges to attach to (parallel ones each)."""
        return len(self.edge_from)

    @property
    def is_symmetric(self) -> bool:
        """Whether every edge costs the same in both directions."""
        return self.cost_out is self.cost_in or bool(np.array_equal(self.cost_out, self.cost_in))

    def with_costs(self, forward: Int64, backward: Int64, *, unit: str, pace: float) -> Network:
        """The same ways at other costs. [unit, unit per dm]

        Raises
            InputError where a cost is negative or more than BLOCKED, or the pace negative or no number.
        """
        _require_walkable((forward, backward), pace)
        low, high = self.edge_from, self.edge_to
        indptr, neighbour, out, into = adjacency(self.n_nodes, low, high, (forward, backward))
        return replace(
            self, edge_forward=forward, edge_backward=backward, indptr=indptr, neighbour=neighbour,
            cost_out=out, cost_in=into, unit=unit, pace=pace,
        )  # fmt: skip

    def component_length_dm(self) -> Int64:
        """Length of all ways of each connected part, in order of its label. [dm]"""
        total = np.bincount(self.component[self.edge_from], weights=self.edge_length_dm)  # exact below 2^53
        return np.asarray(total, dtype=np.int64)


def adjacency(n_nodes: int, first: Int64, second: Int64, costs: Costs) -> tuple[Int64, Int64, Int64, Int64]:
    """Neighbours of each node with the cost to and from them, of parallel edges the cheapest in each direction."""
    from nahraum.network.links import linked  # compiled: a network from the stage store does without

    ends = np.ascontiguousarray(first, dtype=np.int64), np.ascontiguousarray(second, dtype=np.int64)
    forward, backward = (np.ascontiguousarray(cost, dtype=np.int64) for cost in costs)
    m, indptr = 2 * len(first), np.zeros(n_nodes + 1, dtype=np.int64)
    neighbour, out = np.empty(m, dtype=np.int64), np.empty(m, dtype=np.int64)
    into = out if costs[0] is costs[1] else np.empty(m, dtype=np.int64)
    linked(*ends, (forward, backward), indptr, neighbour, out, into)
    kept = int(indptr[-1])
    if kept == m:
        return indptr, neighbour, out, into
    cheapest = out[:kept].copy()
    return indptr, neighbour[:kept].copy(), cheapest, cheapest if into is out else into[:kept].copy()


def _parts(network: Network) -> tuple[Int64, Int64]:
    """For each node its connected part when one may turn round, and the part where every node reaches every other."""
    from nahraum.network.links import mutual

    ahead = network.cost_out < BLOCKED
    both = ahead if network.cost_out is network.cost_in else ahead & (network.cost_in < BLOCKED)
    label, n = _numbered(network.indptr, network.neighbour, both)
    if both.all():
        return label, label
    rest = np.flatnonzero(~both)  # few: the rest happens between parts, not between nodes
    tail, head = label[np.searchsorted(network.indptr, rest, side="right") - 1], label[network.neighbour[rest]]
    order = np.argsort(tail, kind="stable")
    indptr, head, ahead = np.searchsorted(tail[order], np.arange(n + 1)), head[order], ahead[rest[order]]
    weak, n_weak = _numbered(indptr, head, np.ones(len(head), dtype=bool))
    if n_weak == n:
        return label, label
    strong = np.full(n, -1, dtype=np.int64)
    mutual(indptr, head, ahead, strong)
    return weak[label], strong[label]


def _numbered(indptr: Int64, neighbour: Int64, walked: npt.NDArray[np.bool_]) -> tuple[Int64, int]:
    """The part of each node, joined by links that are walked both ways, and how many parts there are."""
    from nahraum.network.links import connected

    label = np.full(len(indptr) - 1, -1, dtype=np.int64)
    n = connected(indptr, neighbour, walked, label, np.empty(len(label), dtype=np.int32))
    return label, int(n)


def _longest_first(label: Int64, network: Network) -> tuple[Int64, Int64]:
    """The same parts, numbered by the length of their ways, ties by the lowest node id; and these lengths. [-, dm]"""
    from nahraum.network.links import measured

    n_parts = int(label.max(initial=-1)) + 1
    total, lowest = np.zeros(n_parts, dtype=np.int64), np.full(n_parts, np.iinfo(np.int64).max)
    measured(label, network.node_id, network.edge_from, network.edge_length_dm, total, lowest)
    order = np.lexsort((lowest, -total))
    rank = np.empty(n_parts, dtype=np.int64)
    rank[order] = np.arange(n_parts)
    return np.asarray(rank[label], dtype=np.int64), total[order]


def network_of_edges(
    nodes: tuple[Whole, Real, Real],
    edges: tuple[Whole, Whole, Whole, Whole],
    *,
    costs: Costs | None = None,
    unit: str = "dm",
    pace: float = 1.0,
) -> Network:
    """The network of some nodes and edges.

    Parameters
        nodes : ids, x and y in the study's CRS, in the order in which they shall lie in memory. [-, m, m]
        edges : the two nodes of each edge as positions in `nodes`, length and way id. [-, -, dm, -]
        costs : from the first to the second node of each edge and back; without, both are the length. [unit]
        unit : of the costs.
        pace : cost of a decimetre beside the ways. [unit per dm]

    Raises
        InputError where a length or a cost is negative, a cost more than BLOCKED, or a coordinate no number.

    Notes
        An edge runs from its lower node id to its higher one; edges are sorted by way id, then by their node ids,
        then by length, whatever the order of the nodes. Self-loops lead nowhere and are dropped; parallel edges
        stay (one can live on either), but only the cheapest is walked from end to end. No edge is shorter than
        1 dm. One-way edges join their ends: the connected parts are those of somebody who may turn round.
    """
    from nahraum.network.links import in_order

    node_id = np.ascontiguousarray(nodes[0], dtype=np.int64)
    x_m, y_m = (np.asarray(axis, dtype=np.float64) for axis in nodes[1:])
    first, second, length, way_id = (np.ascontiguousarray(part, dtype=np.int64) for part in edges)
    _require_sound((x_m, y_m), (first, second), length)
    _require_walkable(costs or (), pace)
    forward, backward = (length, length) if costs is None else (np.asarray(part, dtype=np.int64) for part in costs)
    if in_order(node_id, first, second, length, way_id):
        low, high = first, second
    else:
        keep, turned = _arranged(node_id, (first, second), length, way_id)
        low, high = np.where(turned, second[keep], first[keep]), np.where(turned, first[keep], second[keep])
        ahead, back, length, way_id = forward[keep], backward[keep], length[keep], way_id[keep]
        forward, backward = np.where(turned, back, ahead), np.where(turned, ahead, back)
    length = np.maximum(length, 1)
    if costs is None:
        forward = backward = length
    elif np.array_equal(forward, backward):
        backward = forward
    indptr, neighbour, out, into = adjacency(len(node_id), low, high, (forward, backward))
    network = Network(
        node_id=node_id, x_m=x_m, y_m=y_m,
        edge_from=low, edge_to=high, edge_length_dm=length, edge_way_id=way_id, edge_forward=forward,
        edge_backward=backward, indptr=indptr, neighbour=neighbour, cost_out=out, cost_in=into,
        component=np.zeros(0, dtype=np.int64), counts={"self_loops": int((first == second).sum())}, unit=unit,
        pace=pace,
    )  # fmt: skip
    return _labelled(network)


def _labelled(network: Network) -> Network:
    """The same network with its connected parts and counts."""
    weak, strong = _parts(network)
    component, lengths = _longest_first(weak, network)
    main = component == 0
    left_over = main.sum() - np.bincount(strong[main]).max(initial=0)
    n_nodes = np.bincount(component)
    counts = _counts(network, lengths, n_nodes) | {"one_way_nodes": int(left_over)}
    return replace(network, component=component, counts=network.counts | counts)


def _require_sound(xy: tuple[Float64, Float64], ends: tuple[Int64, Int64], length: Int64) -> None:
    """Raise for nodes that lie nowhere, edges that join no nodes, lengths that are none."""
    for axis in xy:
        if not np.isfinite(axis).all():
            raise InputError(_NO_NETWORK, where=f"node {int(np.flatnonzero(~np.isfinite(axis))[0])} lies nowhere (NaN)")
    for end in ends:
        if len(end) and (int(end.min()) < 0 or int(end.max()) >= len(xy[0])):
            strange = end[(end < 0) | (end >= len(xy[0]))]
            raise InputError(_NO_NETWORK, where=f"an edge names node {int(strange[0])} of {len(xy[0])}")
    if (length < 0).any():
        raise InputError(_NO_NETWORK, where=f"edge {int(np.flatnonzero(length < 0)[0])} has a negative length")


def _require_walkable(costs: Sequence[Int64], pace: float) -> None:
    """Raise for costs that no search can add up."""
    for cost in costs:
        if len(cost) and not 0 <= int(cost.min()) <= int(cost.max()) <= BLOCKED:
            raise InputError(_NO_NETWORK, where="a cost is negative or above BLOCKED", expected=f"0 to {BLOCKED}")
    if not 0 <= pace < float("inf"):
        raise InputError(_NO_NETWORK, where=f"the pace beside the ways is {pace}", expected="0 or more")


def _arranged(
    node_id: Int64, ends: tuple[Int64, Int64], length: Int64, way_id: Int64
) -> tuple[Int64, npt.NDArray[np.bool_]]:
    """Edges without self-loops in their order, and which of them run against their node ids."""
    first, second = ends
    keep = np.flatnonzero(first != second)
    one, other = node_id[first[keep]], node_id[second[keep]]
    turned = (one > other) | ((one == other) & (first[keep] > second[keep]))
    low, high = np.where(turned, other, one), np.where(turned, one, other)
    keys = (way_id[keep], low, high, length[keep])
    order = np.lexsort((np.maximum(first, second)[keep], np.minimum(first, second)[keep], *keys[::-1]))
    return keep[order], turned[order]


def _counts(network: Network, lengths: Int64, n_nodes: Int64) -> dict[str, int]:
    """What stands in the notes of a run: size, the main part, the small ones, one-way edges.

    `lengths` and `n_nodes` are of the connected parts. [dm, -]
    """
    main, total = int(lengths[:1].sum()), int(lengths.sum())
    one_way = 0
    if network.edge_forward is not network.edge_backward:
        one_way = int(((network.edge_forward >= BLOCKED) != (network.edge_backward >= BLOCKED)).sum())
    return {
        "nodes": network.n_nodes,
        "edges": network.n_edges,
        "components": len(n_nodes),
        "length_m": total // 10,
        "main_component_length_m": main // 10,
        "main_component_nodes": int(n_nodes[:1].sum()),
        "small_components_length_m": (total - main) // 10,
        "largest_small_component_length_m": int(lengths[1:2].sum()) // 10,
        "one_way_edges": one_way,
    }
