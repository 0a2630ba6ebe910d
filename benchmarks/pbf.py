""".osm.pbf to walk graph: ours against pyrosm's walking network, on a file of 3 MB and on one sixteen times as large.

    python benchmarks/pbf.py [--runs 5] [--quick] [--write] [--unpackers]

Ours: `read_streets` and `build_network`, that is edges with lengths, connected parts and nodes in memory order.
pyrosm: `get_network("walking", nodes=True)`, that is GeoDataFrames with geometry. Both read another town first,
untimed. The large file is the small one sixteen times, side by side, with all relations and author metadata
(pbf_input.py). Beside stand unpacking alone, the floor, and the same tables by way of libosmium. `--unpackers` only
compares the libraries that unpack (docs/decisions/osm-reader.md).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import harness
from harness import Comparison, Contender, Environment, Figure

PYROSM = Environment("pyrosm", ("pyrosm==0.25.0",))
UNPACKERS = Environment("unpackers", ("deflate==0.9.0", "isal==1.9.1", "zlib-ng==1.1.0"))
DATA = Path(os.environ.get("NAHRAUM_DATA", harness.HERE.parents[1] / "shared" / "data"))
SMALL = DATA / "las_palmas" / "example_las_palmas_2023_osm_20230221.pbf"
WARM = DATA / "lauf" / "lauf-200115.osm.pbf"
CRS = "EPSG:32628"
COPIES = 16
BARS = {"small": (4, 15), "large": (8, 15)}


def measure(what: str, path: str) -> None:
    """Our side, in a process of its own."""
    from peers import common

    from nahraum.network.build import build_network
    from nahraum.sources.osm import walk
    from nahraum.sources.osm.door import open_door
    from nahraum.sources.osm.raw import read_by_osmium
    from nahraum.sources.osm.streets import Streets, read_streets

    def by_libosmium(file: Path) -> Streets:
        raw = read_by_osmium(open_door(file))
        ways, way_nodes = walk.way_table(raw.ways, walk.way_tags(raw))
        return Streets.of(ways, way_nodes, walk.node_table(raw, way_nodes))

    read = read_streets if what == "ours" else by_libosmium
    build_network(read(WARM), crs=CRS)
    streets = common.timed("read", lambda: read(Path(path)))
    network = common.timed("build", lambda: build_network(streets, crs=CRS))
    km = round(int(network.edge_length_dm.sum()) / 1e4)
    common.tell("nahraum", "numba", "deflate", "osmium", nodes=network.n_nodes, edges=network.n_edges, km=km)


def unpack(path: str) -> None:
    """All blobs of a file unpacked by two threads, and nothing else."""
    from concurrent.futures import ThreadPoolExecutor

    from peers import common

    from nahraum.sources.osm.pbf_blobs import pbf_file

    with pbf_file(Path(path)) as file, ThreadPoolExecutor(2) as pool:
        numbers = range(len(file.blobs))
        common.timed("unpack", lambda: sum(pool.map(lambda number: len(file.content(number)), numbers)))
    common.tell("deflate")


def large() -> Path:
    """The large file, made where it is not there yet."""
    path = harness.CACHE / f"las_palmas_x{COPIES}.osm.pbf"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name("unfinished.osm.pbf")
        script = str(harness.HERE / "pbf_input.py")
        subprocess.run([sys.executable, script, str(SMALL), str(made), str(COPIES)], check=True)
        made.rename(path)
    return path


def compare(name: str, path: Path, *, runs: int, write: bool) -> None:
    contenders = [
        Contender(harness.OURS, (__file__, "--measure", "ours", str(path))),
        Contender("pyrosm", (str(harness.HERE / "peers" / "pyrosm_walk.py"), str(WARM), str(path)), PYROSM),
        Contender("unpacking", (__file__, "--measure", "unpack", str(path))),
    ]
    if name == "small":
        contenders.append(Contender("libosmium", (__file__, "--measure", "libosmium", str(path))))
    found = harness.interleaved(contenders, runs=runs)
    ours = Figure(harness.OURS, ("read", "build"))
    commit, goal = BARS[name]
    held = [
        Comparison(f"{name}, file → walk graph", ours, (Figure("pyrosm", ("graph",)),), commit, goal),
        Comparison(f"{name}, file → walk graph", ours, (Figure("libosmium", ("read", "build")),)),
        Comparison(f"{name}, file → tables, ours without texts", Figure(harness.OURS, ("read",)), (
            Figure("libosmium", ("read",)), Figure("unpacking", ("unpack",), "the floor"),
        )),
        Comparison(f"{name}, whole process", Figure(harness.OURS, ("process",)), (Figure("pyrosm", ("process",)),)),
    ]  # fmt: skip
    sizes = "; ".join(
        f"{who} {facts['nodes']:,} nodes, {facts['edges']:,} edges, {facts['km']:,} km"
        for who, facts in ((who, each[0].facts) for who, each in found.items() if each) if facts
    )  # fmt: skip
    lines = [*harness.table(found, held), "", *harness.verdicts(found, held), "", f"Networks: {sizes}."]
    title = f"File to walk graph, {path.name} ({path.stat().st_size / 1e6:.1f} MB)"
    harness.report(title, [*lines, "", harness.circumstances(found, runs=runs)], write=write)


def main() -> None:
    parser = harness.arguments(__doc__)
    parser.add_argument("--unpackers", action="store_true", help="only compare the libraries that unpack")
    options = parser.parse_args()
    if options.unpackers:
        script = str(harness.HERE / "peers" / "unpackers.py")
        for path in (SMALL, large()):
            subprocess.run([UNPACKERS.interpreter(), script, str(path), str(options.runs)], check=True)
        return
    runs = options.runs
    compare("small", SMALL, runs=runs, write=options.write)
    if not options.quick:
        compare("large", large(), runs=runs, write=options.write)


if __name__ == "__main__":
    if "--measure" not in sys.argv:
        main()
    elif sys.argv[2] == "unpack":
        unpack(sys.argv[3])
    else:
        measure(*sys.argv[2:4])
