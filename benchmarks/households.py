"""Synthetic households: ours against humanleague and synthpop on the same margins, and a city of 1 million residents.

    python benchmarks/households.py [--runs 5] [--quick] [--write]

Same margins: size, type, rooms and tenure of every area, consistent, and the seed that nahraum starts from. Each tool
makes whole households: nahraum `synthetic_households` (which also makes floor areas and buildings, and tells the fit),
humanleague `ipf` and `integerise` area by area, and for a few areas its `qisi`, which keeps the margins; synthpop its
IPF (`calculate_constraints`) and draw, area by area; its fit to persons is left out, which is in its favour. How far
the whole households are from the margins is counted for all.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

import harness
from harness import Comparison, Contender, Environment, Figure

HUMANLEAGUE = Environment("humanleague", ("humanleague==2.4.3", "numpy==2.4.6"))  # the newest for Python 3.11
SYNTHPOP = Environment("synthpop", ("synthpop==0.1.1", "numpy==1.26.4", "pandas==2.2.3", "scipy==1.11.4"))
AREAS, FEW, SLOW = 2000, 200, 5
CITY = 1_000_000
BAR_S = 60
DIMENSIONS = ("household_size", "household_type", "rooms", "tenure")


def write_areas(path: Path, n: int) -> None:
    """Areas of 30 to 300 households drawn from a tilted seed, so that their margins are possible and consistent."""
    import numpy as np

    from nahraum.households.assembly import joint
    from nahraum.households.seed import seed_blocks
    from nahraum.parameters import Parameters

    rng = np.random.default_rng(11)
    block = seed_blocks(Parameters(), 1.0)["households"]
    seed = joint(block, block.weights[None, :])[0]
    seed[seed < 1e-9] = 0.0
    found = {name: np.zeros((n, size), dtype=np.int64) for name, size in zip(DIMENSIONS, seed.shape, strict=True)}
    for area in range(n):
        tilted = seed.copy()
        for axis, size in enumerate(seed.shape):
            shape = [size if k == axis else 1 for k in range(4)]
            tilted = tilted * rng.gamma(4.0, 0.25, size).reshape(shape)
        drawn = rng.multinomial(rng.integers(30, 300), (tilted / tilted.sum()).reshape(-1)).reshape(seed.shape)
        for axis, name in enumerate(DIMENSIONS):
            found[name][area] = drawn.sum(axis=tuple(k for k in range(4) if k != axis))
    np.savez(path, seed=seed, **found)


def tables(path: Path):
    """The margins as our contract wants them, and the cells."""
    import numpy as np
    import pandas as pd

    from nahraum.grid import cell_key

    with np.load(path) as stored:
        counts = {name: stored[name] for name in stored.files if name != "seed"}
    n = len(next(iter(counts.values())))
    side = int(np.ceil(np.sqrt(n)))
    keys = np.sort(cell_key(4_100_000 + 100 * (np.arange(n) % side), 3_090_000 + 100 * (np.arange(n) // side)))
    parts = []
    for name, table in counts.items():
        classes = table.shape[1]
        parts.append(pd.DataFrame(
            {"level": "cell", "area_key": np.repeat(keys, classes), "dimension": name,
             "class_id": np.tile(np.arange(1, classes + 1), n), "count": table.reshape(-1).astype(float),
             "status": "ok"}
        ))  # fmt: skip
    return pd.concat(parts, ignore_index=True), pd.DataFrame({"cell_key": keys, "municipality_key": 1})


def measure(path: str) -> None:
    """Our side, in a process of its own."""
    from peers import common

    from nahraum.households import synthetic_households
    from nahraum.parameters import Parameters

    margins, cells = tables(Path(path))
    few = cells["cell_key"].iloc[:3]
    synthetic_households(margins[margins["area_key"].isin(few)], cells.iloc[:3])  # compiled code is loaded
    parameters = Parameters({"households.pool_below": 1})
    made = common.timed("make", lambda: synthetic_households(margins, cells, parameters=parameters))
    missed = int((made.fits.loc[made.fits["level"] == "unit", "difference"].abs() > 0.5).sum())
    common.tell("numba", "pandas", counted=len(made.households), missed=missed)


def write_city(path: Path, residents: int) -> None:
    """Every margin of a city by 100 m cells, consistent within each cell."""
    import numpy as np

    from nahraum.households.contracts import CLASSES

    rng = np.random.default_rng(5)
    n = residents // 66
    households = rng.integers(4, 61, n)
    sizes = rng.multinomial(households, [0.41, 0.335, 0.12, 0.09, 0.033, 0.012])
    two, more = sizes[:, 1], sizes[:, 2:].sum(axis=1)
    types = rng.multinomial(two, [0.74, 0, 0.15, 0.11]) + rng.multinomial(more, [0.03, 0.76, 0.14, 0.07])
    counts = {"household_size": sizes, "household_type": np.column_stack([sizes[:, 0], types])}
    for name in ("tenure", "rooms", "floor_area", "building_type", "building_year"):
        share = rng.dirichlet(np.full(len(CLASSES[name]), 2.0), n)
        counts[name] = rng.multinomial(households, share)
    persons = (sizes * np.arange(1, 7)).sum(axis=1)
    tens = [0.09, 0.095, 0.12, 0.13, 0.12, 0.16, 0.125, 0.085, 0.075]
    counts["age_tens"] = rng.multinomial(persons, tens)
    counts["age_five"] = rng.multinomial(persons, [0.167, 0.138, 0.255, 0.225, 0.215])
    np.savez(path, seed=np.zeros(1), **counts)


def measure_city(path: str) -> None:
    """A city with every dimension, the households and one draw."""
    import numpy as np
    from peers import common

    from nahraum.households import drawn_households, synthetic_households
    from nahraum.parameters import Parameters

    margins, cells = tables(Path(path))
    made = common.timed("city", lambda: synthetic_households(margins, cells))
    common.timed("draw", lambda: list(drawn_households(made, parameters=Parameters(), n=1)))
    ages = [name for name in made.households if name.startswith("age_")]
    unit = made.fits[(made.fits["level"] == "unit") & made.fits["consistent"]]
    worst = unit.loc[~unit["dimension"].str.startswith("age"), "difference"].abs().max()
    persons = int(made.households[ages].to_numpy().sum())
    common.tell("numba", households=len(made.households), persons=persons, worst=float(np.nan_to_num(worst)))


def main() -> None:
    options = harness.arguments(__doc__).parse_args()
    folder = harness.CACHE / "inputs"
    folder.mkdir(parents=True, exist_ok=True)
    n, residents = (FEW, 50_000) if options.quick else (AREAS, CITY)
    areas, city = folder / f"households_{n}.npz", folder / f"households_city_{residents}.npz"
    for path, make, size in ((areas, write_areas, n), (city, write_city, residents)):
        if not path.exists():
            make(path, size)
    peers = harness.HERE / "peers"
    ours = Contender(harness.OURS, (__file__, "--measure", str(areas)))
    script = str(peers / "humanleague_households.py")
    league = Contender("humanleague", (script, str(areas), "ipf", str(n)), HUMANLEAGUE)
    exact = Contender("humanleague qisi", (script, str(areas), "qisi", str(SLOW)), HUMANLEAGUE)
    synthpop = Contender("synthpop", (str(peers / "synthpop_households.py"), str(areas)), SYNTHPOP)
    runs = 1 if options.quick else options.runs
    found = harness.interleaved([ours, league], runs=runs)
    found |= harness.interleaved([synthpop, exact], runs=1, warm=0, timeout_s=1500)
    mine = Figure(harness.OURS, ("make",))
    held = [
        Comparison("whole households, humanleague", mine, (Figure("humanleague", ("make",)),), 1, 2),
        Comparison("whole households, synthpop", mine, (Figure("synthpop", ("make",)),), 10, 50),
    ]
    lines = [f"{n:,} areas, margins of size, type, rooms, tenure.", "", *harness.table(found, held), ""]
    lines += ["| tool | households | classes of margins missed | µs per household |", "|---|---|---|---|"]
    for name, listed in found.items():
        facts, seconds = listed[0].facts, statistics.median(harness.values(listed, ("make",)))
        each = seconds / facts["counted"] * 1e6
        number = facts.get("areas", n) * 20
        lines.append(f"| {name} | {facts['counted']:,} | {facts['missed']:,} of {number:,} | {each:,.1f} |")
    begin = time.perf_counter()
    whole = harness.run_once(Contender("city", (__file__, "--city", str(city))).full_command())
    facts = whole.facts
    lines += ["", *harness.verdicts(found, held), "", f"- A city of {facts['persons']:,} people in "
              f"{facts['households']:,} households, every dimension: {whole.seconds['city']:.1f} s (bar {BAR_S} s), "
              f"{whole.peak_mb:.0f} MB; consistent margins missed by at most {facts['worst']:.0f}; one draw "
              f"{whole.seconds['draw']:.1f} s; process {time.perf_counter() - begin:.0f} s."]  # fmt: skip
    lines += ["", f"One run of synthpop, and of qisi on {SLOW} areas.", "", harness.circumstances(found, runs=runs)]
    harness.report("Synthetic households against humanleague and synthpop", lines, write=options.write)


if __name__ == "__main__":
    if "--measure" in sys.argv:
        measure(sys.argv[2])
    elif "--city" in sys.argv:
        measure_city(sys.argv[2])
    else:
        main()
