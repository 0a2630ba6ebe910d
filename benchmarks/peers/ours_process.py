"""Ours as a whole process: cumulative 20 × 5 from every origin, written as Parquet. INPUT KIND OUT [FILE CRS]

From the arrays of an input, or (FILE, CRS) from the OpenStreetMap file, the input's origins and places then attached to
the nearest ways. A file of its own, so that only what the task needs is loaded.
"""

import sys
from typing import Any

import common
import numpy as np
import ours

from nahraum.access import reach
from nahraum.access.engine import Engine


def from_file(found: dict[str, Any], file: str, crs: str) -> tuple[Engine, Any, Any]:
    """Engine, origins and places on the network of a file."""
    from pathlib import Path

    import pandas as pd

    from nahraum.network import attach_points, build_network
    from nahraum.sources.osm.streets import read_streets

    streets: Any = read_streets(Path(file))
    network = build_network(streets, crs=crs)

    def attached(name: str) -> Any:
        node = found[name]
        ids = [f"{number:09d}" for number in range(len(node))]
        points = pd.DataFrame({"id": ids, "x_m": found["x"][node], "y_m": found["y"][node]})
        return attach_points(network, points, maximum_leg_m=100)

    return Engine.of(network), attached("origin"), attached("place")


def from_arrays(found: dict[str, Any]) -> tuple[Engine, Any, Any]:
    """Engine, origins and places on the network of the arrays."""
    engine = Engine.of(ours.network_of(found))
    return engine, ours.on_nodes(engine.network, found["origin"]), ours.on_nodes(engine.network, found["place"])


path, kind, out, *file = sys.argv[1:]
arrays = common.graph(path, kind)
engine, origins, places = from_file(arrays, *file) if file else from_arrays(arrays)
category = arrays["category"]
counts = reach.reachable(
    engine, origins, places, category=category, amount=np.ones(len(category), dtype=np.int32),
    limits=[10 * radius for radius in common.RADII_M],
)  # fmt: skip
common.write_counts(out, counts)
common.tell(*ours.PACKAGES, counted=int(counts.sum()))
