"""The walking network: nodes, edges with lengths and costs, and the same as adjacency lists."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]
Costs = tuple[Int64, Int64]

BLOCKED = 1 << 30  # the cost of a direction nobody walks


@dataclass(frozen=True)
class Network:
    """Where one can walk: lengths in whole decimetres, costs in whole units of `unit`.

    `node_id` are the source's ids (an id repeats where an impassable node cuts ways: each loose end is a node
    of its own). Edges are sorted by way id, then by their nodes, so that the lowest edge index is the lowest
    source id. `edge_forward` and `edge_backward` are the costs from `edge_from` to `edge_to` and back: the
    length itself (unit dm) or a walking time (unit ds, tenths of a second); BLOCKED where nobody walks.
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
        """The same ways at other costs. [unit, unit per dm]"""
        low, high = self.edge_from, self.edge_to
        indptr, neighbour, out, into = adjacency(self.n_nodes, low, high, (forward, backward))
        return replace(
            self, edge_forward=forward, edge_backward=backward, indptr=indptr, neighbour=neighbour,
            cost_out=out, cost_in=into, unit=unit, pace=pace,
        )  # fmt: skip

    def component_length_dm(self) -> Int64:
        """Length of all ways of each connected part, in order of its label. [dm]"""
        return _sum_by_label(self.component[self.edge_from], self.edge_length_dm)


def _sum_by_label(label: Int64, length: Int64) -> Int64:
    total = np.zeros(int(label.max(initial=-1)) + 1, dtype=np.int64)
    np.add.at(total, label, length)
    return total


def adjacency(n_nodes: int, low: Int64, high: Int64, costs: Costs) -> tuple[Int64, Int64, Int64, Int64]:
    """Neighbours of each node with the cost to and from them, of parallel edges the cheapest in each direction."""
    forward, backward = costs
    tail, head = np.concatenate([low, high]), np.concatenate([high, low])
    order = np.lexsort((head, tail))
    tail, head = tail[order], head[order]
    first = np.ones(len(tail), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    start = np.flatnonzero(first)
    out = _cheapest(np.concatenate([forward, backward])[order], start)
    into = out if forward is backward else _cheapest(np.concatenate([backward, forward])[order], start)
    return np.searchsorted(tail[first], np.arange(n_nodes + 1)).astype(np.int64), head[first], out, into


def _cheapest(cost: Int64, start: Int64) -> Int64:
    return np.asarray(np.minimum.reduceat(cost, start) if len(cost) else cost, dtype=np.int64)


def _components(n_nodes: int, low: Int64, high: Int64, length: Int64) -> Int64:
    """Label of the connected part of each node: longest first, ties by the lowest node."""
    links = coo_array((np.ones(len(low), dtype=np.int8), (low, high)), shape=(n_nodes, n_nodes))
    n_parts, label = connected_components(links, directed=False)
    total = np.zeros(n_parts, dtype=np.int64)
    np.add.at(total, label[low], length)
    lowest_node = np.full(n_parts, n_nodes, dtype=np.int64)
    np.minimum.at(lowest_node, label, np.arange(n_nodes))
    rank = np.empty(n_parts, dtype=np.int64)
    rank[np.lexsort((lowest_node, -total))] = np.arange(n_parts)
    return np.asarray(rank[label], dtype=np.int64)


def network_of_edges(nodes: tuple[Int64, Float64, Float64], edges: tuple[Int64, Int64, Int64, Int64]) -> Network:
    """The network of some nodes and edges.

    Parameters
        nodes : ids in ascending order, x and y in the study's CRS. [-, m, m]
        edges : the two nodes of each edge as positions in `nodes`, length and way id. [-, -, dm, -]

    Notes
        Self-loops lead nowhere and are dropped; parallel edges stay (one can live on either), but only the
        shortest is walked from end to end. No edge is shorter than 1 dm.
    """
    node_id, x_m, y_m = nodes
    first, second, length, way_id = (np.asarray(part, dtype=np.int64) for part in edges)
    loop = first == second
    low, high = np.minimum(first, second)[~loop], np.maximum(first, second)[~loop]
    length, way_id = np.maximum(length[~loop], 1), way_id[~loop]
    order = np.lexsort((length, high, low, way_id))
    low, high, length, way_id = low[order], high[order], length[order], way_id[order]
    indptr, neighbour, out, into = adjacency(len(node_id), low, high, (length, length))
    component = _components(len(node_id), low, high, length)
    counts = {
        "nodes": len(node_id),
        "edges": len(low),
        "self_loops": int(loop.sum()),
        "components": int(component.max(initial=-1)) + 1,
        "length_m": int(length.sum()) // 10,
        "main_component_length_m": int(length[component[low] == 0].sum()) // 10,
    }
    return Network(
        node_id=np.asarray(node_id, dtype=np.int64), x_m=np.asarray(x_m, dtype=np.float64),
        y_m=np.asarray(y_m, dtype=np.float64), edge_from=low, edge_to=high, edge_length_dm=length,
        edge_way_id=way_id, edge_forward=length, edge_backward=length, indptr=indptr, neighbour=neighbour,
        cost_out=out, cost_in=into, component=component, counts=counts,
    )  # fmt: skip
