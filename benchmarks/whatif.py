"""What-if edits of a whole study, all addresses: how long until what changes is known, and until it is a table.

Known is `Change.differences()`: column by column the addresses with another value, old and new values, as arrays.

    python benchmarks/whatif.py [--runs 5] [--edits 20] [--quick] [--write]

Heidelberg's network (0.17 M nodes) and seven of it side by side (1.2 M); an address per four nodes, places of all five
services, a green with four gates per thousand nodes, rail here and there. Each edit is applied, told as a table, and
undone. Apart from the kinds stands what no planner draws: a fence straight through the town that cuts a tenth of it
off. After the clock has stopped, edits that stay are compared with the full run on the edited study.
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import harness
import networks
from harness import Contender

TOWN = "heidelberg"
SIZES = {"1x1": "0.17 M nodes", "7x1": "1.2 M nodes"}
FACILITY = ("facility added", "facility closed", "facility moved")
FOOTPATH = ("footpath added", "footpath removed")
OTHERS = (
    "green added", "green removed", "entrance added", "capacity changed", "barrier added", "rail removed",
    "homes added", "residents added",
)  # fmt: skip
BARS_MS = {"1x1": ((1, 0.1), (20, 5), (250, 100)), "7x1": ((2, 0.5), (50, 15), (1500, 600))}
FOOTPATH_M, NEAR = (100, 300), 1000
N_RAIL, RAIL_M, CUT_OFF = 500, 60.0, 0.1


def edits(found: dict[str, Any], area: Any, network: Any, n: int) -> Iterator[tuple[str, Any]]:
    """Seeded edits, kind after kind in turn, at random spots of the town."""
    import numpy as np
    from peers.study import NODES_PER_PLACE, Spots

    from nahraum import scenario

    spots = Spots(found, 11)
    dice = spots.dice

    def xy() -> dict[str, Any]:
        x, y = spots.some(1)[0].tolist()
        return {"x": x, "y": y}

    def one(table: Any, key: str) -> str:
        return str(table[key].iloc[int(dice.integers(len(table)))])

    def line() -> list[tuple[float, float]]:
        while True:  # numbers near each other lie near each other
            start, x, y = int(dice.integers(len(spots.x))), spots.x, spots.y
            near = np.arange(max(start - NEAR, 0), min(start + NEAR, len(x)))
            apart = np.hypot(x[near] - x[start], y[near] - y[start])
            ends = near[(apart >= FOOTPATH_M[0]) & (apart <= FOOTPATH_M[1])]
            if len(ends):
                end = int(dice.choice(ends))
                return [(float(x[start]), float(y[start])), (float(x[end]), float(y[end]))]

    def park() -> Any:
        x, y = spots.some(1)[0].tolist()
        ring = [(x, y), (x + 150, y), (x + 150, y + 120), (x, y + 120)]
        return scenario.green_added(outline=ring, entrances=ring)

    def gate() -> Any:
        row = area.greens.iloc[int(dice.integers(len(area.greens)))]
        point = row["geometry"].exterior.interpolate(float(dice.random()), normalized=True)
        return scenario.entrance_added(row["green_id"], x=point.x, y=point.y)

    makers: dict[str, Callable[[], Any]] = {
        "facility added": lambda: scenario.facility_added(category=str(dice.choice(list(NODES_PER_PLACE))), **xy()),
        "facility closed": lambda: scenario.facility_closed(one(area.facilities, "facility_id")),
        "facility moved": lambda: scenario.facility_moved(one(area.facilities, "facility_id"), **xy()),
        "footpath added": lambda: scenario.footpath_added(line()),
        "footpath removed": lambda: scenario.footpath_removed(int(dice.choice(network.edge_way_id))),
        "green added": park,
        "green removed": lambda: scenario.green_removed(one(area.greens, "green_id")),
        "entrance added": gate,
        "capacity changed": lambda: scenario.capacity_changed(one(area.greens, "green_id"), area_m2=20_000.0),
        "barrier added": lambda: scenario.barrier_added(line(), kind="fence"),
        "rail removed": lambda: scenario.barrier_removed(one(area.barriers, "line_id")),
        "homes added": lambda: scenario.residents_added(100.0, **xy()),
        "residents added": lambda: scenario.residents_added(100.0, address_id=one(area.addresses, "address_id")),
    }
    for _ in range(n):
        for kind, make in makers.items():
            yield kind, make()


def with_rail(found: dict[str, Any], area: Any) -> Any:
    """The study with short pieces of rail at random spots, which legs do not cross."""
    from dataclasses import replace

    import geopandas as gpd
    import shapely
    from peers.study import Spots

    spots = Spots(found, 17).some(N_RAIL)
    lines = [shapely.LineString([(x - RAIL_M / 2, y), (x + RAIL_M / 2, y + 2)]) for x, y in spots]
    names = [f"rail{number:04d}" for number in range(N_RAIL)]
    rail = gpd.GeoDataFrame({"line_id": names, "kind": "rail"}, geometry=lines, crs=area.crs)
    return replace(area, barriers=rail)


def fence(found: dict[str, Any]) -> Any:
    """A fence from south to north, with a tenth of the town to its west."""
    import numpy as np

    from nahraum import scenario

    x, south, north = (float(v) for v in (np.quantile(found["x"], CUT_OFF), found["y"].min(), found["y"].max()))
    return scenario.barrier_added([(x, south - 500), (x, north + 500)], kind="fence")


def measure(path: str, n_edits: str) -> None:
    """One study in a process of its own: milliseconds of every edit by kind."""
    import pandas as pd
    from peers import common, ours
    from peers.study import area_of

    from nahraum.access import measure as full_run
    from nahraum.errors import InputError
    from nahraum.parameters import Parameters
    from nahraum.scenario.apply import edited
    from nahraum.scenario.state import StudyState

    found = common.graph(path, "F")
    network, area, parameters = ours.network_of(found), with_rail(found, area_of(found)), Parameters()
    state = common.timed("begin", lambda: StudyState.of(area, network, parameters))
    taken: dict[str, list[list[float]]] = {kind: [] for kind in (*FACILITY, *FOOTPATH, *OTHERS)}
    refused = 0
    for turn, (kind, edit) in enumerate(edits(found, area, network, int(n_edits) + 1)):
        start = time.perf_counter()
        try:
            change = state.apply(edit)
        except InputError:
            refused += 1
            continue
        change.differences()  # address ids, old, new: what the bar asks for
        known = time.perf_counter()
        table = change.table()
        told = time.perf_counter()
        state.undo()
        undone = time.perf_counter()
        if turn >= len(taken):  # the first of each kind loads the compiled kernels
            ms = [1000 * seconds for seconds in (known - start, told - start, undone - told)]
            taken[kind].append([*ms, float(change.mended), float(table["address_id"].nunique())])
    for turn in range(2):  # the first loads the compiled kernels
        cut = common.timed("cut" if turn else "first cut", lambda: state.apply(fence(found)))
        assert cut.mended
        state.undo()
    for _, edit in edits(found, area, network, 1):
        with contextlib.suppress(InputError):
            state.apply(edit)
    fresh = common.timed("full run", lambda: full_run(*edited(area, network, state.log, parameters), parameters))
    pd.testing.assert_frame_equal(state.table(), fresh, check_exact=True)
    common.tell(*ours.PACKAGES, taken=taken, refused=refused, kept=len(state.log), addresses=len(area.addresses))


def rows(runs: list[harness.Run]) -> list[str]:
    """A line per kind of edit: medians over all edits of all runs, with the spread."""
    lines = ["| edit | known, median ms | 5–95 % | slowest | also as a table | undo | mended | addresses changed |"]
    lines.append("|---|---|---|---|---|---|---|---|")
    for kind in (*FACILITY, *FOOTPATH, *OTHERS):
        every = [edit for run in runs for edit in run.facts["taken"][kind]]
        if not every:
            lines.append(f"| {kind} | refused | | | | | | |")
            continue
        known, told, undone, mended, changed = (sorted(column) for column in zip(*every, strict=True))
        spread = f"{known[len(known) // 20]:.3g}–{known[-1 - len(known) // 20]:.3g}"
        share = f"{sum(mended):.0f} of {len(mended)}"
        cells = [f"{statistics.median(known):.3g}", spread, f"{known[-1]:.3g}", f"{statistics.median(told):.3g}"]
        cells += [f"{statistics.median(undone):.2g}", share, f"{statistics.median(changed):.0f}"]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return lines


def verdicts(runs: list[harness.Run], size: str) -> list[str]:
    """Facility and footpath by their medians, any edit by the slowest median of all kinds and by the slowest edit."""
    medians = {
        kind: statistics.median(edit[0] for run in runs for edit in run.facts["taken"][kind])
        for kind in (*FACILITY, *FOOTPATH, *OTHERS)
        if any(run.facts["taken"][kind] for run in runs)
    }
    slowest = max(edit[0] for run in runs for every in run.facts["taken"].values() for edit in every)
    values = [max(medians[kind] for kind in kinds if kind in medians) for kinds in (FACILITY, FOOTPATH, medians)]
    lines = []
    for name, value, (commit, goal) in zip(("facility", "footpath", "any"), values, BARS_MS[size], strict=True):
        state = "goal reached" if value <= goal else "bar reached" if value <= commit else "SHORT of the bar"
        lines.append(f"- {name} edit, {SIZES[size]}: {value:.3g} ms (commit {commit:g}, goal {goal:g}): {state}.")
    lines.append(f"- slowest single edit: {slowest:.3g} ms.")
    return lines


def main() -> None:
    parser = harness.arguments(__doc__)
    parser.add_argument("--edits", type=int, default=20, help="counted edits of each kind and run")
    options = parser.parse_args()
    runs = options.runs
    for size in ("1x1",) if options.quick else SIZES:
        path = str(networks.prepared(TOWN, size))
        one = Contender(size, (__file__, "--measure", path, str(options.edits)))
        found = harness.interleaved([one], runs=runs, warm=0)
        if not found:
            continue
        each = found[size]
        begin = statistics.median(run.seconds["begin"] for run in each)
        full = statistics.median(run.seconds["full run"] for run in each)
        peak = max(run.peak_mb for run in each)
        addresses, kept = each[0].facts["addresses"], each[0].facts["kept"]
        cut = statistics.median(run.seconds["cut"] for run in each)
        notes = [
            f"A fence straight through the town, a tenth of it cut off: {1000 * cut:.3g} ms. What cannot be mended "
            "(another part becomes the town) takes as long as beginning.",
            "",
            f"{addresses:,} addresses; beginning {begin:.2g} s; full run of the edited study {full:.2g} s; peak "
            f"{peak:,.0f} MB; after {kept} edits that stay every value equals the full run.",
        ]
        lines = [*rows(each), "", *verdicts(each, size), "", *notes, "", harness.circumstances(found, runs=len(each))]
        harness.report(f"What-if, {SIZES[size]}", lines, write=options.write)


if __name__ == "__main__":
    if "--measure" in sys.argv:
        measure(*sys.argv[2:4])
    else:
        main()
