"""The whole process of a small city, warm: start, read, cumulative 20 × 5 from every 100 m cell, write Parquet.

    python benchmarks/whole_process.py [--runs 5] [--quick] [--write]

Wall seconds from start to end of the process, imports and loading of compiled kernels with it. Against cityseer from
the same arrays on disk (graph C, its best case). From the OpenStreetMap file ours alone: cityseer reads none.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import harness
import networks
from harness import Comparison, Contender, Figure

COMMIT, GOAL = 10, 25
FROM_FILE = "nahraum from the file"


def main() -> None:
    options = harness.arguments(__doc__).parse_args()
    ours, peer = (str(harness.HERE / "peers" / name) for name in ("ours_process.py", "cityseer_cumulative.py"))
    town, process = "las_palmas" if options.quick else "heidelberg", ("process",)
    path = str(networks.prepared(town))
    with tempfile.TemporaryDirectory() as folder:
        outs = [str(Path(folder) / f"{name}.parquet") for name in ("ours", "file", "peer")]
        file, crs = networks.source(town)
        contenders = [
            Contender(harness.OURS, (ours, path, "C", outs[0])),
            Contender("cityseer", (peer, path, "C", outs[2]), harness.CITYSEER),
            Contender(FROM_FILE, (ours, path, "F", outs[1], str(file), crs)),
        ]
        peer_figure = Figure("cityseer", process, "from arrays")
        comparisons = [
            Comparison("whole process from arrays", Figure(harness.OURS, process), (peer_figure,), COMMIT, GOAL),
            Comparison("whole process from .osm.pbf", Figure(FROM_FILE, process, "graph F"), (peer_figure,)),
        ]
        harness.compare(
            f"Whole process, {town}, graph C", contenders, comparisons,
            runs=options.runs, write=options.write,
        )  # fmt: skip


if __name__ == "__main__":
    main()
