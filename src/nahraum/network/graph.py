"""The walking network: nodes, undirected edges in decimetres, and the same as adjacency lists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Network:
    """Where one can walk; both directions alike, lengths in whole decimetres.

    `node_id` are the source's ids in ascending order (an id repeats where an impassable node cuts ways: each
    loose end is a node of its own). Edges are sorted by way id, then by their nodes, so that the lowest edge
    index is the lowest source id. `indptr`, `neighbour`, `weight_dm` list the neighbours of each node, of
    parallel edges only the shortest. `component` is 0 for the largest connected part, by length of its ways.
    """

    node_id: Int64
    x_m: Float64
    y_m: Float64
    edge_from: Int64
    edge_to: Int64
    edge_length_dm: Int64
    edge_way_id: Int64
    indptr: Int64
    neighbour: Int64
    weight_dm: Int64
    component: Int64
    counts: dict[str, int]

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.node_id)

    @property
    def n_edges(self) -> int:
        """Number of edges to attach to (parallel ones each)."""
        return len(self.edge_from)

    def component_length_dm(self) -> Int64:
        """Length of all ways of each connected part, in order of its label. [dm]"""
        return _sum_by_label(self.component[self.edge_from], self.edge_length_dm)


def _sum_by_label(label: Int64, length: Int64) -> Int64:
    total = np.zeros(int(label.max(initial=-1)) + 1, dtype=np.int64)
    np.add.at(total, label, length)
    return total


def _adjacency(n_nodes: int, low: Int64, high: Int64, length: Int64) -> tuple[Int64, Int64, Int64]:
    """Neighbours of each node in both directions, the shortest of parallel edges only."""
    tail, head = np.concatenate([low, high]), np.concatenate([high, low])
    both = np.concatenate([length, length])
    order = np.lexsort((both, head, tail))
    tail, head, both = tail[order], head[order], both[order]
    first = np.ones(len(tail), dtype=bool)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    indptr = np.searchsorted(tail[first], np.arange(n_nodes + 1)).astype(np.int64)
    return indptr, head[first], both[first]


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
    indptr, neighbour, weight = _adjacency(len(node_id), low, high, length)
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
        edge_way_id=way_id, indptr=indptr, neighbour=neighbour, weight_dm=weight, component=component, counts=counts,
    )  # fmt: skip
