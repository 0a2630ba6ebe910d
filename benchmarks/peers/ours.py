"""Our own engine on the arrays of an input: the network, the points attached exactly on its nodes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from nahraum.network import Attachment, Network, network_of_edges

PACKAGES = ("nahraum", "numba", "numpy")


def network_of(found: dict[str, npt.NDArray[Any]]) -> Network:
    """The network of one graph; node ids are positions, the ways those of the source (graph C: one per edge)."""
    node = np.arange(len(found["x"]), dtype=np.int64)
    way = found.get("way", np.arange(len(found["a"])))
    return network_of_edges((node, found["x"], found["y"]), (found["a"], found["b"], found["w"], way))


def small() -> dict[str, npt.NDArray[Any]]:
    """A graph of three nodes: asked once, it loads the compiled kernels, so that the next question is timed alone."""
    return {
        "x": np.arange(3.0), "y": np.zeros(3), "a": np.array([0, 1]), "b": np.array([1, 2]), "w": np.array([9, 9]),
        "origin": np.array([0, 2]), "place": np.array([1, 2]), "category": np.array([0, 1]),
    }  # fmt: skip


def on_nodes(network: Network, nodes: npt.NDArray[Any], ids: npt.NDArray[Any] | None = None) -> Attachment:
    """Points that stand on nodes: on the first edge of each, at its beginning or end, without a leg."""
    edge_at = np.full(network.n_nodes, -1, dtype=np.int64)
    offset_at = np.zeros(network.n_nodes, dtype=np.int64)
    edge = np.arange(network.n_edges)
    edge_at[network.edge_to], offset_at[network.edge_to] = edge, network.edge_length_dm
    edge_at[network.edge_from], offset_at[network.edge_from] = edge, 0
    if ids is None:
        ids = np.array([f"{number:09d}" for number in range(len(nodes))], dtype=object)
    none = np.zeros(len(nodes), dtype=np.int64)
    return Attachment(ids, edge_at[nodes], offset_at[nodes], none, np.full(len(nodes), "ok", dtype=object))
