"""A city of 300,000 residents, 2,000 candidate sites of 20 types: a plan with a proven gap of 1 % in under 60 s?

    python benchmarks/programme.py [--runs 1] [--quick] [--write]

The cities are invented (`invented`, three seeds): address groups in clusters, services and greens placed at random,
lacks and effects by straight-line reach, green by two-step floating catchment. The contender is HiGHS alone: the same
program without search, bound and start. Time is that of the plan, without the problem, which is told apart; every run
is a process of its own, started warm.
"""

from __future__ import annotations

import sys

import harness
from harness import Contender

BAR_S, BAR_GAP = 60.0, 0.01
RESIDENTS, SITES, SEEDS = 300_000, 2_000, (1, 2, 3)
QUICK = (30_000, 300, (1,))
REACH_M, GREEN_M, ASKED_M2 = 1000.0, 500.0, 6.0
M = 1_000_000
CASES = (  # label, budget of 300,000 residents, years, goal, whether HiGHS alone is asked too
    ("50 M€", 50 * M, 0, "utilitarian", True),
    ("10 M€", 10 * M, 0, "utilitarian", False),
    ("50 M€ in 8 yearly budgets", 50 * M, 8, "utilitarian", True),
    ("50 M€, more for who lacks more", 50 * M, 0, "prioritarian", False),
    ("50 M€, worst fifth (CVaR)", 50 * M, 0, "worst_fifth", True),
    ("50 M€, worst quarter (max-min)", 50 * M, 0, "worst_quarter", False),
)


def invented(residents: int, n_sites: int, *, seed: int = 1):
    """Demand, effects, sites and types of an invented city."""
    import numpy as np
    from scipy.spatial import cKDTree

    from nahraum.measures.model import Demand
    from nahraum.tables import SERVICES

    rng = np.random.default_rng(seed)
    n = residents // 7
    side = 60.0 * np.sqrt(residents / 7)  # about 2,000 residents per km²
    centres = rng.uniform(0, side, (60, 2))
    at = centres[rng.integers(0, 60, n)] + rng.normal(0, side / 25, (n, 2))
    people = rng.poisson(6, n) + 1.0
    tree = cKDTree(at)
    places = {name: centres[rng.integers(0, 60, m)] + rng.normal(0, side / 20, (m, 2))
              for name, m in zip(SERVICES, (70, 90, 60, 80, 300), strict=True)}  # fmt: skip
    within = np.column_stack([cKDTree(places[name]).query(at)[0] <= REACH_M for name in SERVICES]).astype(float)
    greens, area = rng.uniform(0, side, (400, 2)), rng.lognormal(9.3, 1.0, 400)
    m2, access = np.zeros(n), np.zeros(n)
    for where, size in zip(greens, area, strict=True):
        inside = np.array(tree.query_ball_point(where, GREEN_M), dtype=np.int64)
        if len(inside):
            m2[inside] += size / people[inside].sum()
            access[inside] = 1.0
    cell = (at[:, 0] // 100).astype(np.int64) * 100_000 + (at[:, 1] // 100).astype(np.int64)
    offer = np.where(rng.random(cell.max() % 100_000 + n) < 0.15, 0.6, 0.0)[:n]
    space = (rng.random(60) < 0.3).astype(float)[cKDTree(centres).query(at)[1]]
    quarter = cKDTree(centres).query(at)[1].astype(np.int64)
    demand = Demand(
        np.arange(n), np.arange(n).astype(str).astype(object), cell, quarter, tuple(f"Q{q:02}" for q in range(60)),
        people, within, access, m2, offer, space, ("food_full_range",), 4, ASKED_M2, 2,
    )  # fmt: skip
    return _sites(rng, demand, tree, at, n_sites)


def _sites(rng, demand, tree, at, n_sites):
    import numpy as np

    sys.path.insert(0, str(harness.HERE.parent / "tests"))
    from drawn_programmes import measure_type, site
    from nahraum.measures.model import PARTS, Effects
    from nahraum.tables import SERVICES

    types = {f"{kind}{number}": kind for kind, m in (("shop", 8), ("park", 7), ("fibre", 3), ("homes", 2))
             for number in range(m)}  # fmt: skip
    names = sorted(types)
    rows, changes, start, sites = [], [], [0], []
    for number in range(n_sites):
        type_id = names[number % len(names)]
        kind, where = types[type_id], at[rng.integers(0, len(at))]
        radius = {"shop": REACH_M, "park": GREEN_M, "fibre": 150.0, "homes": GREEN_M}[kind]
        inside = np.sort(np.array(tree.query_ball_point(where, radius), dtype=np.int64))
        change = np.zeros((len(inside), len(PARTS)))
        if kind == "shop":
            which = [int(type_id[4:]) % len(SERVICES)]
            change[:, which] = 1.0 - demand.within[inside][:, which]
        elif kind == "fibre":
            change[:, -1] = -demand.internet[inside]
        else:
            size = rng.uniform(1_500, 20_000) if kind == "park" else -rng.uniform(500, 3000)
            change[:, 6] = np.maximum(size / demand.residents[inside].sum(), -demand.green_m2[inside])
            change[:, 5] = (1.0 - demand.green_access[inside]) * (kind == "park")
        used = change.any(axis=1)
        rows.append(inside[used])
        changes.append(change[used])
        start.append(start[-1] + int(used.sum()))
        cost = {"shop": 350e3, "park": 900e3, "fibre": 150e3, "homes": 2e6}[kind] * rng.lognormal(0, 0.4)
        quarter_id = demand.quarters[int(demand.quarter[inside[0]])] if len(inside) else ""
        sites.append(site(f"{type_id}-{number:04}", round(cost, -3), type_id=type_id, quarter_id=quarter_id))
    nothing = np.zeros(n_sites)
    told = Effects(
        tuple(one.site_id for one in sites), np.array(start, dtype=np.int64), np.concatenate(rows),
        np.concatenate(changes), nothing, nothing, nothing,
    )  # fmt: skip
    return demand, told, sites, {name: measure_type(name) for name in names}


def measure(number: int, seed: int, quick: bool, direct: bool) -> None:
    """One plan of one city, in a process of its own."""
    from peers import common

    from nahraum.measures.programme import Effort, Goal, Limits, best_programme, programme_problem

    _, budget, years, weights, _ = CASES[number]
    residents, n_sites = QUICK[:2] if quick else (RESIDENTS, SITES)
    budget = budget * residents / RESIDENTS
    demand, effects, sites, types = invented(residents, n_sites, seed=seed)
    problem = common.timed("build", lambda: programme_problem(demand, effects, sites, types))
    goal = Goal(weights=weights)
    limits = Limits(budget_eur=budget, yearly_eur=[budget / years] * years if years else [])
    act = _alone if direct else lambda *asked: best_programme(*asked, effort=Effort(gap=BAR_GAP, seconds=BAR_S))
    plan = common.timed("solve", lambda: act(problem, goal, limits))
    common.tell(
        "numpy", "highspy", value=plan.value, bound=plan.bound, gap=plan.gap, status=plan.status,
        chosen=int(plan.mask.sum()) if not direct else 0, patterns=len(problem.patterns), records=len(effects.row),
    )  # fmt: skip


def _alone(problem, goal, limits):
    """HiGHS on the same program, the years in it, without search, bound and start."""
    from types import SimpleNamespace

    from nahraum.measures.programme.highs import maximised
    from nahraum.measures.programme.plan import relative_gap
    from nahraum.measures.programme.task import Task, built

    told = built(Task.of(problem, goal, limits), years=True)
    done = maximised(told.program(), told.objective, told.constant, seconds=BAR_S, gap=BAR_GAP)
    gap = relative_gap(done.value, done.bound) if len(done.values) else float("inf")
    return SimpleNamespace(value=done.value, bound=done.bound, gap=gap, status=done.status)


def main() -> int:
    """Measures and prints; with --write also into RESULTS.md."""
    options = harness.arguments(__doc__, runs=1).parse_args()
    residents, n_sites, seeds = QUICK if options.quick else (RESIDENTS, SITES, SEEDS)
    lines = ["| budget, goal | tool | seconds by city | gap by city | sites | peak MB |", "|---|---|---|---|---|---|"]
    versions: harness.Runs = {}
    short, facts = [], {}
    for number, (label, _, _, _, alone) in enumerate(CASES):
        for direct in (False, True)[: 1 + alone]:
            told = []
            for seed in seeds:
                given = ("--measure", str(number), str(seed), str(int(options.quick)), str(int(direct)))
                name = "HiGHS alone" if direct else harness.OURS
                found = harness.interleaved(
                    [Contender(name, (__file__, *given))], runs=options.runs, warm=int(not direct and not versions)
                )  # fmt: skip
                versions |= found
                told += sorted(found.get(name, []), key=lambda run: run.seconds["solve"])[options.runs // 2 :][:1]
            facts = told[0].facts if told and not direct else facts
            lines.append(_row(label, "HiGHS alone" if direct else "nahraum", told))
            print(lines[-1], flush=True)
            slow = [run for run in told if run.seconds["solve"] > BAR_S or run.facts["gap"] > BAR_GAP + 1e-9]
            short += [label] if not direct and (slow or len(told) < len(seeds)) else []
    size = (
        f"{residents:,} residents (invented), {n_sites:,} sites of 20 types, {facts['records']:,} records, "
        f"{facts['patterns']:,} patterns after merging. Bar: gap of {BAR_GAP:.0%} in {BAR_S:.0f} s; "
        f"{'short of it: ' + ', '.join(short) if short else 'reached in every case and city'}."
    )
    lines = [size, "", *lines, "", harness.circumstances(versions, runs=options.runs)]
    harness.report("A plan with a proven bound", lines, write=options.write)
    return int(bool(short))


def _row(label: str, tool: str, runs: list[harness.Run]) -> str:
    seconds = ", ".join(f"{run.seconds['solve']:.1f}" for run in runs)
    gaps = ", ".join(f"{100 * run.facts['gap']:.2f} %" for run in runs)
    chosen = "–" if tool != "nahraum" else ", ".join(str(run.facts["chosen"]) for run in runs)
    peak = max((run.peak_mb for run in runs), default=0.0)
    return f"| {label} | {tool} | {seconds} | {gaps} | {chosen} | {peak:.0f} |"


if __name__ == "__main__":
    if "--measure" in sys.argv:
        at = sys.argv.index("--measure")
        case, city, small, only = (int(one) for one in sys.argv[at + 1 : at + 5])
        measure(case, city, bool(small), bool(only))
    else:
        sys.exit(main())
