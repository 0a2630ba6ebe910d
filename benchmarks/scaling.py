"""From 0.3 to 20 million nodes: elimination, nearest of 20 categories, cumulative 20 × 5, peak memory.

    python benchmarks/scaling.py [--runs 1] [--quick] [--write] [--sizes 2x1 3x2 6x5 11x11]

The networks are copies of Heidelberg stitched together (networks.py), graph F, origins one node per occupied 100 m
cell; the largest has cells of 68 m, so that there are four million. Nearest is asked for ten categories at a time.
One process per size. After the clock has stopped, 20 origins are counted again by a plain heap search.
"""

from __future__ import annotations

import statistics
import sys
from heapq import heappop, heappush
from typing import Any

import harness
import networks
from harness import Contender

TOWN = "heidelberg"
SIZES = {"2x1": 100, "3x2": 100, "6x5": 100, "11x11": 68}
BAR_S, BAR_MB = {"commit": 90, "goal": 40}, {"commit": 8_000, "goal": 6_000}
AT_A_TIME = 10
WITNESSES = 20


def measure(path: str) -> None:
    """All steps of one size in a process of its own."""
    import numpy as np
    from peers import common, ours

    from nahraum.access import reach
    from nahraum.access.engine import Engine, Seeds

    limits = [10 * radius for radius in common.RADII_M]

    def cumulative(engine: Engine, found: dict[str, Any]) -> Any:
        points = [ours.on_nodes(engine.network, found[name]) for name in ("origin", "place")]
        one: Any = np.ones(len(found["place"]), dtype=np.int32)
        return reach.reachable(engine, *points, category=found["category"], amount=one, limits=limits)

    def nearest(engine: Engine, found: dict[str, Any]) -> list[int]:
        rank = engine.elimination.rank[found["place"]].astype(np.int64)
        nothing, totals = np.zeros(len(rank), dtype=np.int64), []
        for first in range(0, int(found["category"].max()) + 1, AT_A_TIME):
            own = (found["category"] >= first) & (found["category"] < first + AT_A_TIME)
            lane = found["category"][own].astype(np.int64) - first
            rows = engine.costs(Seeds(rank[own], nothing[own], lane, nothing[own]), AT_A_TIME)
            totals += [int(total) for total in rows.sum(axis=0, dtype=np.int64)]
        return totals

    tiny = ours.small()
    engine = Engine.of(ours.network_of(tiny))
    nearest(engine, tiny), cumulative(engine, tiny)
    found = common.graph(path, "F")
    network = common.timed("graph", lambda: ours.network_of(found))
    engine = common.timed("eliminate", lambda: Engine.of(network))
    common.timed("nearest", lambda: nearest(engine, found))
    counts = common.timed("cumulative", lambda: cumulative(engine, found))
    sample = np.linspace(0, len(found["origin"]) - 1, WITNESSES).astype(np.int64)
    right = sum(np.array_equal(counts[at], witness(network, found, int(found["origin"][at]), limits)) for at in sample)
    common.tell(
        *ours.PACKAGES, nodes=network.n_nodes, origins=len(found["origin"]), places=len(found["place"]), right=right
    )


def witness(network: Any, found: dict[str, Any], origin: int, limits: list[int]) -> Any:
    """Counts from one origin by a plain bounded search with a heap."""
    import numpy as np

    best, heap = {origin: 0}, [(0, origin)]
    while heap:
        cost, node = heappop(heap)
        if cost > best[node]:
            continue
        for at in range(network.indptr[node], network.indptr[node + 1]):
            other, onward = int(network.neighbour[at]), cost + int(network.cost_out[at])
            if onward <= limits[-1] and onward < best.get(other, onward + 1):
                best[other] = onward
                heappush(heap, (onward, other))
    counts = np.zeros((int(found["category"].max()) + 1, len(limits)), dtype=np.int64)
    held = np.flatnonzero(np.isin(found["place"], list(best)))
    for place, category in zip(found["place"][held].tolist(), found["category"][held].tolist(), strict=True):
        counts[category] += np.array(limits) >= best[place]
    return counts


def row(runs: list[harness.Run]) -> str:
    """One line of the table."""
    facts = runs[0].facts
    steps = {
        phase: statistics.median(run.seconds[phase] for run in runs)
        for phase in ("graph", "eliminate", "nearest", "cumulative")
    }
    cells = [f"{facts['nodes'] / 1e6:.2f} M", f"{facts['origins'] / 1e6:.2f} M", f"{facts['places']:,}"]
    cells += [f"{seconds:.3g} s" for seconds in steps.values()]
    cells += [f"{max(run.peak_mb for run in runs):,.0f}", f"{min(run.facts['right'] for run in runs)} of {WITNESSES}"]
    return "| " + " | ".join(cells) + " |"


def verdict(runs: list[harness.Run]) -> str:
    """How the largest size stands to its bars: elimination and cumulative, and the peak of the whole process."""
    taken = statistics.median(run.seconds["eliminate"] + run.seconds["cumulative"] for run in runs)
    peak = max(run.peak_mb for run in runs)
    states = [
        "goal reached" if value <= bar["goal"] else "bar reached" if value <= bar["commit"] else "SHORT of the bar"
        for value, bar in ((taken, BAR_S), (peak, BAR_MB))
    ]
    return (
        f"- 20 M nodes, 4 M cells, elimination + cumulative 20 × 5: {taken:.0f} s (commit {BAR_S['commit']} s, goal "
        f"{BAR_S['goal']} s: {states[0]}); peak {peak:,.0f} MB with the network built from arrays (commit "
        f"{BAR_MB['commit']:,} MB, goal {BAR_MB['goal']:,} MB: {states[1]})."
    )


def main() -> None:
    parser = harness.arguments(__doc__, runs=1)
    parser.add_argument("--sizes", nargs="+", default=list(SIZES), choices=list(SIZES))
    options = parser.parse_args()
    sizes = [size for size in SIZES if size in options.sizes][: 2 if options.quick else None]
    lines = [
        "| nodes | origins | places | arrays → graph | elimination | nearest | cumulative | peak MB | right |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    found: harness.Runs = {}
    smallest = Contender("warm", (__file__, "--measure", str(networks.prepared(TOWN, "1x1"))))
    harness.run_once(smallest.full_command())  # uncounted: fills the cache of compiled kernels
    for size in sizes:
        path = networks.prepared(TOWN, size, cell_m=SIZES[size])
        found |= harness.interleaved([Contender(size, (__file__, "--measure", str(path)))], runs=options.runs, warm=0)
        lines.append(row(found[size]))
    if "11x11" in found:
        lines += ["", verdict(found["11x11"])]
    lines += ["", harness.circumstances(found, runs=options.runs)]
    harness.report("Scaling, stitched Heidelberg, graph F", lines, write=options.write)


if __name__ == "__main__":
    if "--measure" in sys.argv:
        measure(sys.argv[2])
    else:
        main()
