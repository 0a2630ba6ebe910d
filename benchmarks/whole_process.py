"""The whole process of a small city, warm: start, read, cumulative 20 × 5 from every 100 m cell, write Parquet.

    python benchmarks/whole_process.py [--runs 5] [--quick] [--write]

Wall seconds from start to end of the process, imports and loading of compiled kernels with it. Against cityseer from
the same arrays on disk (graph C, its best case). From the OpenStreetMap file ours alone: cityseer reads none.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import harness
import networks
from harness import Comparison, Contender, Figure

COMMIT, GOAL = 10, 25
FROM_FILE = "nahraum from the file"


def measure(path: str, kind: str, out: str) -> None:
    """Our side from the arrays of an input."""
    from peers import common, ours

    from nahraum.access.engine import Engine

    found = common.graph(path, kind)
    engine = Engine.of(ours.network_of(found))
    origins, places = (ours.on_nodes(engine.network, found[name]) for name in ("origin", "place"))
    finish(engine, origins, places, found["category"], out)


def measure_file(town: str, path: str, out: str) -> None:
    """Our side from the OpenStreetMap file; origins and places of the input are attached to the nearest ways."""
    import pandas as pd
    from peers import common

    from nahraum.access.engine import Engine
    from nahraum.network import attach_points, build_network
    from nahraum.sources.osm.streets import read_streets

    file, crs = networks.source(town)
    streets: Any = read_streets(file)
    engine = Engine.of(build_network(streets, crs=crs))
    found = common.graph(path, "F")

    def attached(name: str) -> Any:
        node = found[name]
        ids = [f"{number:09d}" for number in range(len(node))]
        points = pd.DataFrame({"id": ids, "x_m": found["x"][node], "y_m": found["y"][node]})
        return attach_points(engine.network, points, maximum_leg_m=100)

    finish(engine, attached("origin"), attached("place"), found["category"], out)


def finish(engine: Any, origins: Any, places: Any, category: Any, out: str) -> None:
    """Counts, the written table, and what the process tells."""
    import numpy as np
    from peers import common, ours

    from nahraum.access import reach

    one: Any = np.ones(len(category), dtype=np.int32)
    limits = [10 * radius for radius in common.RADII_M]
    counts = reach.reachable(engine, origins, places, category=category, amount=one, limits=limits)
    common.write_counts(out, counts)
    common.tell(*ours.PACKAGES, counted=int(counts.sum()))


def main() -> None:
    options = harness.arguments(__doc__).parse_args()
    peer = str(harness.HERE / "peers" / "cityseer_cumulative.py")
    town, process = "las_palmas" if options.quick else "heidelberg", ("process",)
    path = str(networks.prepared(town))
    with tempfile.TemporaryDirectory() as folder:
        outs = [str(Path(folder) / f"{name}.parquet") for name in ("ours", "file", "peer")]
        contenders = [
            Contender(harness.OURS, (__file__, "--measure", path, "C", outs[0])),
            Contender("cityseer", (peer, path, "C", outs[2]), harness.CITYSEER),
            Contender(FROM_FILE, (__file__, "--measure-file", town, path, outs[1])),
        ]
        peer_figure = Figure("cityseer", process, "from arrays")
        comparisons = [
            Comparison("whole process from arrays", Figure(harness.OURS, process), (peer_figure,), COMMIT, GOAL),
            Comparison("whole process from .osm.pbf", Figure(FROM_FILE, process, "graph F"), (peer_figure,)),
        ]
        harness.compare(
            f"Whole process, {town}, graph C", contenders, comparisons,
            runs=3 if options.quick else options.runs, write=options.write,
        )  # fmt: skip


if __name__ == "__main__":
    if "--measure" in sys.argv:
        measure(*sys.argv[2:5])
    elif "--measure-file" in sys.argv:
        measure_file(*sys.argv[2:5])
    else:
        main()
