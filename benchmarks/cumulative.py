"""Places of 20 categories within 300, 500, 800, 1000 and 1500 m of every occupied 100 m cell, preparation included.

    python benchmarks/cumulative.py [--runs 5] [--quick] [--write] [--graphs F C]

Ours with the elimination, pandana with its precompute (the building of its network stands apart), cityseer's
compute_accessibilities (the building of its network apart). pandana counts the same; cityseer snaps the places to
its own straight edges and differs in a few origins.
"""

from __future__ import annotations

import sys
from typing import Any

import harness
import networks
from harness import Comparison, Contender, Figure

COMMIT, GOAL = 50, 100
REPEATS = 5


def measure(path: str, kind: str) -> None:
    """Our side, in a process of its own."""
    import numpy as np
    from peers import common, ours

    from nahraum.access import reach
    from nahraum.access.engine import Engine
    from nahraum.network import Attachment

    limits = [10 * radius for radius in common.RADII_M]

    def search(engine: Engine, found: dict[str, np.ndarray], origins: Attachment, places: Attachment) -> np.ndarray:
        one: Any = np.ones(len(found["place"]), dtype=np.int32)
        return np.asarray(
            reach.reachable(engine, origins, places, category=found["category"], amount=one, limits=limits)
        )

    def attached(engine: Engine, found: dict[str, np.ndarray]) -> tuple[Attachment, Attachment]:
        return ours.on_nodes(engine.network, found["origin"]), ours.on_nodes(engine.network, found["place"])

    tiny = ours.small()
    engine = Engine.of(ours.network_of(tiny))
    search(engine, tiny, *attached(engine, tiny))
    found = common.graph(path, kind)
    network = common.timed("graph", lambda: ours.network_of(found))
    engine = common.timed("eliminate", lambda: Engine.of(network), repeats=REPEATS)
    points = common.timed("attach", lambda: attached(engine, found))
    counts = common.timed("search", lambda: search(engine, found, *points), repeats=REPEATS)
    common.tell(*ours.PACKAGES, checksum=common.checksum(counts), counted=int(counts.sum()))


def comparisons(tag: str) -> list[Comparison]:
    """The figures of one graph."""
    ours = harness.OURS
    return [
        Comparison(f"{tag}, preparation included", Figure(ours, ("eliminate", "search")), (
            Figure("pandana", ("precompute", "search"), "precompute + 100 aggregates"), Figure("cityseer", ("search",)),
        ), COMMIT, GOAL),
        Comparison(f"{tag}, also arrays → graph", Figure(ours, ("graph", "eliminate", "attach", "search")), (
            Figure("pandana", ("build", "precompute", "search")), Figure("cityseer", ("build", "search")),
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
            Contender("cityseer", (str(peers / "cityseer_cumulative.py"), path, kind), harness.CITYSEER),
        ]
        if kind == "C":  # on F pandana takes minutes, cityseer half of one
            contenders.append(Contender("pandana", (str(peers / "pandana_cumulative.py"), path, kind), harness.PANDANA))
        harness.compare(
            f"Cumulative 20 × 5 from every 100 m cell, {town}, graph {kind}", contenders,
            comparisons(f"cumulative {kind}"), runs=runs if kind == "C" else min(runs, 2), write=options.write,
        )  # fmt: skip


if __name__ == "__main__":
    if "--measure" in sys.argv:
        measure(*sys.argv[2:4])
    else:
        main()
