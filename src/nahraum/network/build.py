"""From mapped ways to the walking network: one edge per pair of consecutive nodes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj

from nahraum.errors import InputError
from nahraum.network.graph import Float64, Int64, Network, network_of_edges

if TYPE_CHECKING:
    from nahraum.sources.osm import OsmExtract

_GEOD = pyproj.Geod(ellps="WGS84")
Bool = npt.NDArray[np.bool_]


def build_network(osm: OsmExtract, *, crs: str) -> Network:
    """Where one can walk, as a graph. [lengths in dm]

    Parameters
        osm : `ways`, `way_nodes` and `nodes` of an extract; only ways that are `walkable` count.
        crs : the study's metric CRS, for the coordinates of the nodes.

    Returns
        One edge per pair of consecutive nodes, its length geodesic in whole decimetres. A node that cannot be
        passed (locked gate, wall) cuts every way through it: one walks up to it from each side, not on.

    Raises
        InputError where there is no walkable way at all.

    Notes
        One-way rules for pedestrians are not looked at (LIMITATIONS).
    """
    ways = osm.ways[osm.ways["walkable"].to_numpy(dtype=bool)].sort_values(["way_id", "part"])
    first, second, way_id = _segments(ways, osm.way_nodes)
    if not (first != second).any():
        raise InputError(
            "the street data hold no walkable way",
            where=f"{len(osm.ways)} ways, {len(ways)} of them walkable",
            expected="highway=* with at least two mapped nodes",
            fix="take an extract with streets, not only with places",
        )
    loops = int((first == second).sum())
    low, high, way_id = _unrepeated(first, second, way_id)
    nodes = osm.nodes.sort_values("node_id")
    ids = nodes["node_id"].to_numpy(dtype=np.int64)
    ends = np.stack([_position(ids, low), _position(ids, high)])
    lon, lat = nodes["lon"].to_numpy(dtype=np.float64), nodes["lat"].to_numpy(dtype=np.float64)
    length = _length_dm(lon, lat, ends)
    ends, source, n_cut = _cut(ends, nodes["passable"].to_numpy(dtype=bool))
    x_m, y_m = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(lon[source], lat[source])
    network = network_of_edges((ids[source], x_m, y_m), (ends[0], ends[1], length, way_id))
    repeated = len(first) - loops - len(low)
    return replace(
        network, counts=network.counts | {"self_loops": loops, "repeated_edges": repeated, "cut_nodes": n_cut}
    )


def _segments(ways: pd.DataFrame, way_nodes: Int64) -> tuple[Int64, Int64, Int64]:
    """First node, second node and way of every pair of consecutive nodes, in order of the ways."""
    start = ways["first"].to_numpy(dtype=np.int64)
    pairs = np.maximum(ways["n_nodes"].to_numpy(dtype=np.int64) - 1, 0)
    before = np.cumsum(pairs) - pairs
    at = np.arange(int(pairs.sum())) - np.repeat(before - start, pairs)
    nodes = np.asarray(way_nodes, dtype=np.int64)
    return nodes[at], nodes[at + 1], np.repeat(ways["way_id"].to_numpy(dtype=np.int64), pairs)


def _unrepeated(first: Int64, second: Int64, way_id: Int64) -> tuple[Int64, Int64, Int64]:
    """Each pair of nodes once, under the lowest way that has it: between two nodes there is one straight line."""
    low, high = np.minimum(first, second), np.maximum(first, second)
    order = np.lexsort((way_id, high, low))
    low, high, way_id = low[order], high[order], way_id[order]
    keep = low != high
    keep[1:] &= (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    return low[keep], high[keep], way_id[keep]


def _position(ids: Int64, wanted: Int64) -> Int64:
    at = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    strange = wanted[ids[at] != wanted]
    if len(strange):
        raise InputError(
            "ways name nodes without coordinates", where=f"first: {np.unique(strange)[:3].tolist()}",
            expected="ways split where a node is missing",
        )  # fmt: skip
    return np.asarray(at, dtype=np.int64)


def _length_dm(lon: Float64, lat: Float64, ends: Int64) -> Int64:
    """Geodesic length, always measured from the lower node id, at least 1 dm. [dm]"""
    _, _, metres = _GEOD.inv(lon[ends[0]], lat[ends[0]], lon[ends[1]], lat[ends[1]])
    return np.asarray(np.maximum(np.rint(np.asarray(metres) * 10), 1), dtype=np.int64)


def _cut(ends: Int64, passable: Bool) -> tuple[Int64, Int64, int]:
    """Ends of the edges by new node numbers, for each new node the old one, and how many nodes were cut.

    Used nodes keep their order; an impassable one becomes as many nodes as edges end in it.
    """
    old = ends.ravel()
    blocked = ~passable[old]
    copy = np.zeros(len(old), dtype=np.int64)
    copy[blocked] = np.arange(1, int(blocked.sum()) + 1)
    key = old * (len(old) + 1) + copy
    used, new = np.unique(key, return_inverse=True)
    return new.reshape(ends.shape).astype(np.int64), used // (len(old) + 1), len(np.unique(old[blocked]))
