"""A network built once from a street of three nodes, one part of it one-way: all its kernels are then compiled."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from nahraum.network.build import build_network

_CRS = "EPSG:32632"


def rehearse() -> None:
    """Builds it, once with nodes to be looked up and once with their rows."""
    ways = pd.DataFrame({
        "way_id": [1, 2], "part": [0, 0], "first": [0, 2], "n_nodes": [2, 2], "walkable": [True, True],
        "foot_oneway": [0, 1],
    })  # fmt: skip
    nodes = pd.DataFrame({"node_id": [1, 2, 3], "lon": [9.0, 9.001, 9.002], "lat": [49.0] * 3, "passable": [True] * 3})
    rows = np.array([0, 1, 1, 2], dtype=np.int32)
    for way_rows in (None, rows):
        osm: Any = SimpleNamespace(ways=ways, nodes=nodes, way_nodes=rows.astype(np.int64) + 1, way_rows=way_rows)
        build_network(osm, crs=_CRS)
