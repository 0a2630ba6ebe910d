"""2SFCA with routing: residents of every 100 m cell compete for the facilities of one category within 1500 m.

    python benchmarks/catchment.py [--runs 5] [--quick] [--write] [--graphs F C]

Ours from the network to the result: elimination, pairs, competition. The peer: one bounded Dijkstra of scipy per
facility, then `access` on the finished pairs. The competition alone, on finished pairs, stands apart.
"""

from __future__ import annotations

import functools
import sys

import harness
import networks
from harness import Comparison, Contender, Figure

REPEATS = 5
LIMIT_DM = 15_000


def measure(path: str, kind: str) -> None:
    """Our side, in a process of its own."""
    import numpy as np
    from peers import common, ours

    from nahraum.access import catchment, decay, reach
    from nahraum.access.engine import Engine

    binary = functools.partial(decay.binary, catchment_m=LIMIT_DM / 10)

    def warmed() -> None:
        tiny = ours.small()
        engine = Engine.of(ours.network_of(tiny))
        points = [ours.on_nodes(engine.network, tiny[name]) for name in ("origin", "place")]
        catchment.two_step(reach.pairs(engine, *points, limit=LIMIT_DM), np.ones(2), np.ones(2), decay=binary)

    warmed()
    found = common.graph(path, kind)
    facility, supply, residents = common.catchment_input(found)
    network = common.timed("graph", lambda: ours.network_of(found))
    engine = common.timed("eliminate", lambda: Engine.of(network), repeats=REPEATS)
    origins, places = (ours.on_nodes(network, nodes) for nodes in (found["origin"], facility))
    pairs = common.timed("routing", lambda: reach.pairs(engine, origins, places, limit=LIMIT_DM), repeats=REPEATS)
    answer = common.timed(
        "competition", lambda: catchment.two_step(pairs, residents, supply, decay=binary), repeats=REPEATS
    )
    answer = np.nan_to_num(answer)
    common.tell(*ours.PACKAGES, checksum=common.checksum(answer * 1e6), served=int((answer > 0).sum()))


def comparisons(tag: str) -> list[Comparison]:
    """The figures of one graph."""
    ours, peer = harness.OURS, "scipy + access"
    return [
        Comparison(f"{tag}, elimination included", Figure(ours, ("eliminate", "routing", "competition")), (
            Figure(peer, ("routing", "competition")),
        )),
        Comparison(f"{tag}, on finished pairs", Figure(ours, ("competition",)), (Figure(peer, ("competition",)),)),
    ]  # fmt: skip


def main() -> None:
    parser = harness.arguments(__doc__)
    parser.add_argument("--graphs", nargs="+", default=["F", "C"], choices=["F", "C"])
    options = parser.parse_args()
    town = "las_palmas" if options.quick else "heidelberg"
    path = str(networks.prepared(town))
    peer = str(harness.HERE / "peers" / "access_catchment.py")
    for kind in options.graphs:
        contenders = [
            Contender(harness.OURS, (__file__, "--measure", path, kind)),
            Contender("scipy + access", (peer, path, kind), harness.ACCESS),
        ]
        harness.compare(
            f"2SFCA within 1500 m from every 100 m cell, {town}, graph {kind}", contenders,
            comparisons(f"2SFCA {kind}"), runs=options.runs, write=options.write,
        )  # fmt: skip


if __name__ == "__main__":
    if "--measure" in sys.argv:
        measure(*sys.argv[2:4])
    else:
        main()
