"""Max-p regions: ours against spopt on the same units, attributes and floor.

    python benchmarks/funding_areas.py [--runs 3] [--quick] [--write]

Units: a lattice with residents and two attributes that vary smoothly, and the building blocks of Musterstadt. First
counts the number of regions, then their heterogeneity: the sum over pairs of units of a region of the absolute
differences of the attributes, as both programs define it. Both keep the floor and contiguity, which is checked here.
spopt runs with its defaults but for 20 instead of 99 constructions: its annealing takes a minute at 400 units.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import harness
from harness import Contender, Environment

SPOPT = Environment("spopt", ("spopt==0.7.0", "libpysal==4.14.1", "scikit-learn==1.9.1"))
CASES = {"lattice 10×10": 100, "lattice 20×20": 400, "blocks of Musterstadt": 0}


def lattice(n: int, path: Path) -> None:
    """n units on a square lattice: residents by lot, attributes smooth with noise; standardised."""
    import numpy as np

    side = round(n**0.5)
    rng = np.random.default_rng(7)
    number = np.arange(side * side).reshape(side, side)
    pairs = np.concatenate([
        np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()]),
        np.column_stack([number[:-1].ravel(), number[1:].ravel()]),
    ])  # fmt: skip
    x, y = np.meshgrid(np.arange(side) / side, np.arange(side) / side)
    one = np.sin(5 * x) * np.cos(4 * y) + 0.3 * rng.standard_normal(x.shape)
    two = np.cos(3 * x + 2 * y) + 0.3 * rng.standard_normal(x.shape)
    values = np.column_stack([one.ravel(), two.ravel()])
    write(path, pairs, rng.integers(50, 600, side * side), values)


def blocks_of_musterstadt(path: Path) -> None:
    """The building blocks of a Musterstadt of 20,000, its largest connected part; attribute: share in need."""
    import numpy as np

    from nahraum.index.funding import address_need, blocks, unit_need
    from nahraum.index.funding.maxp import _parts
    from nahraum.musterstadt import write_city
    from nahraum.parameters import Parameters
    from nahraum.store import StageStore
    from nahraum.study import read_study
    from nahraum.workflow.chain import analyse
    from nahraum.workflow.progress import Progress

    with tempfile.TemporaryDirectory() as folder:
        write_city(20_000, 3, Path(folder))
        study = read_study(Path(folder) / "study.toml")
        chain = analyse(study, StageStore(Path(folder) / "store"), Progress(quiet=True))
        area, parameters = chain.area.value, Parameters()
        units = blocks(area, chain.inputs.value.osm, parameters)
        need = unit_need(units, address_need(area.addresses, chain.index.value), parameters)
    part = _parts(units.borders, len(units))
    kept = np.flatnonzero(part == np.bincount(part).argmax())
    where = np.full(len(units), -1)
    where[kept] = np.arange(len(kept))
    use = units.borders.is_open & (where[units.borders.first] >= 0) & (where[units.borders.second] >= 0)
    pairs = np.column_stack([where[units.borders.first[use]], where[units.borders.second[use]]])
    share = np.nan_to_num((need["people"] / need["judged"].where(need["judged"] > 0)).to_numpy())
    write(path, pairs, need["residents"].to_numpy()[kept], share[kept, None])


def write(path: Path, pairs, residents, values) -> None:
    import numpy as np

    spread = values.std(axis=0)
    floor = 3000 if values.shape[1] > 1 else 1500
    np.savez(path, pairs=pairs, residents=residents, values=values / np.where(spread > 0, spread, 1), floor=floor)


def measure(path: str) -> None:
    """Our side, in a process of its own."""
    import numpy as np
    from peers import common

    from nahraum.index.funding.maxp import regions_of
    from nahraum.index.funding.units import Borders

    with np.load(path) as stored:
        pairs, residents, values, floor = (stored[name] for name in ("pairs", "residents", "values", "floor"))
    pairs = np.sort(pairs, axis=1).astype(np.int64)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    n = len(pairs)
    length = np.full(n, 100_000, dtype=np.int64)
    borders = Borders(
        pairs[:, 0].copy(), pairs[:, 1].copy(), length, length, np.full(n, "", dtype=object), np.ones(n, dtype=bool),
        np.zeros(n, dtype=bool),
    )  # fmt: skip
    micro = np.rint(residents * 1e6).astype(np.int64)

    def solve(rounds: int = 12) -> np.ndarray:
        return regions_of(borders, micro, values, int(floor) * 10**6, seed=1, trials=60, rounds=rounds)

    solve(1)
    common.tell("numba", **common.region_facts(path, common.timed("solve", solve)))


def main() -> None:
    parser = harness.arguments(__doc__, runs=3)
    options = parser.parse_args()
    folder = harness.CACHE / "inputs"
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["| units | tool | regions | heterogeneity | seconds, median | smallest region | contiguous |",
             "|---|---|---|---|---|---|---|"]  # fmt: skip
    versions: harness.Runs = {}
    for name, n in list(CASES.items())[: 1 if options.quick else None]:
        path = folder / f"max_p_{n}.npz"
        if not path.exists():
            lattice(n, path) if n else blocks_of_musterstadt(path)
        contenders = [
            Contender(harness.OURS, (__file__, "--measure", str(path))),
            Contender("spopt", (str(harness.HERE / "peers" / "spopt_maxp.py"), str(path), "20"), SPOPT),
        ]
        found = harness.interleaved(contenders, runs=1 if options.quick else options.runs, warm=0)
        versions |= found
        for tool, runs in found.items():
            seconds = sorted(run.seconds["solve"] for run in runs)[len(runs) // 2]
            facts = runs[0].facts
            lines.append(
                f"| {name} | {tool} | {facts['regions']} | {facts['heterogeneity']:.0f} | {seconds:.2f} | "
                f"{facts['smallest']:.0f} | {facts['contiguous']} |"
            )
    harness.report("Max-p regions against spopt", [*lines, "", harness.circumstances(versions, runs=options.runs)],
                   write=options.write)  # fmt: skip


if __name__ == "__main__":
    if "--measure" in sys.argv:
        measure(sys.argv[2])
    else:
        main()
