"""The walkable ways as lines: the main network only, with the gates on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from nahraum.area.entrances import FootNetwork
from nahraum.area.space import Geometries, node_points, points_of, project

if TYPE_CHECKING:
    from nahraum.sources.osm import OsmExtract

Int64 = npt.NDArray[np.int64]


def foot_network(osm: OsmExtract, runs: pd.DataFrame, lines: Geometries, *, crs: str) -> FootNetwork:
    """Walkable runs that hang together with most others, and open and closed gates.

    Parameters
        runs, lines : from `space.way_lines`.

    Notes
        A way without connection to the main network leads into no green: nobody gets onto it.
    """
    owner, node_ids = _nodes_of(osm, runs)
    kept = _in_main_component(osm, runs, owner, node_ids)
    gates = project(osm.gates, crs, called="gates").sort_values("node_id")
    passable = gates["passable"].to_numpy(bool)
    nodes = node_points(osm, crs)
    closed_nodes = nodes[~nodes["passable"].to_numpy(bool)]
    closed = [gates.geometry.to_numpy()[~passable], points_of(closed_nodes["x_m"], closed_nodes["y_m"])]
    return FootNetwork(
        runs=runs.loc[kept, ["highway", "bridge", "tunnel"]].reset_index(drop=True),
        lines=lines[kept],
        gates=np.asarray(gates.geometry.to_numpy()[passable], dtype=object),
        closed=np.concatenate([np.asarray(part, dtype=object) for part in closed]),
    )


def _nodes_of(osm: OsmExtract, runs: pd.DataFrame) -> tuple[Int64, Int64]:
    """Every node of every run: position of the run, node id."""
    count = runs["n_nodes"].to_numpy(np.int64)
    owner = np.repeat(np.arange(len(runs)), count)
    offset = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    return owner, osm.way_nodes[runs["first"].to_numpy(np.int64)[owner] + offset]


def _in_main_component(osm: OsmExtract, runs: pd.DataFrame, owner: Int64, node_ids: Int64) -> npt.NDArray[np.bool_]:
    """Whether each run belongs to the largest set of walkable ways that share passable nodes."""
    walkable = runs["walkable"].to_numpy(bool)
    closed = osm.nodes.loc[~osm.nodes["passable"].to_numpy(bool), "node_id"].to_numpy()
    use = walkable[owner] & ~np.isin(node_ids, closed)
    owner, node_ids = owner[use], node_ids[use]
    if not len(owner):
        return np.zeros(len(runs), dtype=bool)
    _, node = np.unique(node_ids, return_inverse=True)
    size = len(runs) + int(node.max()) + 1
    _, label = connected_components(coo_array((np.ones(len(owner)), (owner, len(runs) + node)), shape=(size, size)))
    of_run = label[: len(runs)]
    nodes_in = np.bincount(of_run[owner], minlength=int(label.max()) + 1)
    return np.asarray(walkable & (of_run == int(np.argmax(nodes_in))))
