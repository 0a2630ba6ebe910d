"""Nearest place of 20 categories from all nodes: ours against scipy, routingkit-cch and (within 5 km) pandana.

    python benchmarks/nearest.py [--runs 5] [--quick] [--write] [--graphs F C]

Amortised: the search alone, what is prepared once (elimination; order and customisation of the peer) stands apart.
One shot: the elimination and one search against scipy, which prepares nothing. Ours with all rows copied into the
order of the nodes, as the peers give them; without that copy (points only look up their ends) in a row of its own.
"""

from __future__ import annotations

import sys

import harness
import networks
from harness import Comparison, Contender, Figure

COMMIT, GOAL = 20, 50
COMMIT_ONCE, GOAL_ONCE = 4, 8
REPEATS = 5


def measure(path: str, kind: str) -> None:
    """Our side, in a process of its own: costs from all nodes in the order of the input."""
    import numpy as np
    from peers import common, ours

    from nahraum.access.engine import Engine, Seeds, empty_rows

    def seeds_of(engine: Engine, found: dict[str, np.ndarray]) -> Seeds:
        rank = engine.elimination.rank[found["place"]].astype(np.int64)
        nothing = np.zeros(len(rank), dtype=np.int64)
        return Seeds(rank, nothing, found["category"].astype(np.int64), nothing)

    def search(engine: Engine, found: dict[str, np.ndarray]) -> np.ndarray:
        return np.asarray(engine.costs(seeds_of(engine, found), int(found["category"].max()) + 1))

    def ordered(engine: Engine, rows: np.ndarray) -> np.ndarray:
        found = empty_rows(*rows.shape, np.uint32)
        return rows.take(engine.elimination.rank, axis=0, out=found, mode="clip")

    tiny = ours.small()
    search(Engine.of(ours.network_of(tiny)), tiny)
    found = common.graph(path, kind)
    network = common.timed("graph", lambda: ours.network_of(found))
    engine = common.timed("eliminate", lambda: Engine.of(network), repeats=REPEATS)
    rows = common.timed("search", lambda: search(engine, found), repeats=REPEATS)
    rows = common.timed("order", lambda: ordered(engine, rows), repeats=REPEATS)
    whole = np.where(rows >= 1 << 30, -1, rows.astype(np.int64))
    common.tell(*ours.PACKAGES, checksum=common.checksum(whole.T))


def comparisons(tag: str) -> list[Comparison]:
    """The figures of one graph."""
    ours, search, ordered = harness.OURS, ("search",), ("search", "order")
    prepare = Figure("routingkit-cch", ("order", "hierarchy", "customise", "pin"), "order to pinned targets")
    return [
        Comparison(f"{tag}, amortised", Figure(ours, ordered), (
            Figure("scipy", search), Figure("routingkit-cch", search), Figure("pandana", search, "within 5 km"),
        ), COMMIT, GOAL),
        Comparison(f"{tag}, amortised, rows by rank", Figure(ours, search), (
            Figure("scipy", search), Figure("routingkit-cch", search),
        )),
        Comparison(f"{tag}, one shot", Figure(ours, ("eliminate", *ordered)), (
            Figure("scipy", search),
        ), COMMIT_ONCE, GOAL_ONCE),
        Comparison(f"{tag}, one shot, also arrays → graph", Figure(ours, ("graph", "eliminate", *ordered)), (
            Figure("scipy", ("graph", *search)),
        )),
        Comparison(f"{tag}, preparation", Figure(ours, ("eliminate",)), (
            prepare, Figure("pandana", ("prepare", "attach")),
        )),
    ]  # fmt: skip


def main() -> None:
    parser = harness.arguments(__doc__)
    parser.add_argument("--graphs", nargs="+", default=["F", "C"], choices=["F", "C"])
    options = parser.parse_args()
    town = "las_palmas" if options.quick else "heidelberg"
    runs = options.runs
    path, peers = str(networks.prepared(town)), harness.HERE / "peers"
    for kind in options.graphs:
        contenders = [
            Contender(harness.OURS, (__file__, "--measure", path, kind)),
            Contender("scipy", (str(peers / "scipy_nearest.py"), path, kind), harness.SCIPY),
            Contender("routingkit-cch", (str(peers / "cch_nearest.py"), path, kind), harness.CCH),
        ]
        pandana = Contender("pandana", (str(peers / "pandana_nearest.py"), path, kind), harness.PANDANA)
        harness.compare(
            f"Nearest of 20 categories, all nodes, {town}, graph {kind}", contenders, comparisons(f"nearest {kind}"),
            runs=runs, write=options.write, aside=(pandana,) if kind == "C" else (),
        )  # fmt: skip


if __name__ == "__main__":
    if "--measure" in sys.argv:
        measure(*sys.argv[2:4])
    else:
        main()
