"""A city of 300,000 residents, 2,000 candidate sites of 20 types: a plan with a proven gap of 1 % in under 60 s?

    uv run python benchmarks/programme.py [--residents 300000] [--sites 2000] [--budget 50000000]

The city is invented (`invented`): address groups in clusters, services and greens placed at random, lacks and effects
by straight-line reach, green by two-step floating catchment. A contender is `direct`: the same program given to HiGHS
without search, bound and start. Time is of building the problem and of the plan; memory is the peak of the process.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from drawn_programmes import measure_type, site
from nahraum.measures.model import PARTS, Demand, Effects
from nahraum.measures.programme import Effort, Goal, Limits, best_programme, choice_program, programme_problem
from nahraum.measures.programme.highs import maximised
from nahraum.measures.programme.weights import constant, pair_weights, pattern_weights
from nahraum.tables import SERVICES

REACH_M, GREEN_M, ASKED_M2 = 1000.0, 500.0, 6.0


def invented(residents: int, n_sites: int, *, seed: int = 1):
    """Demand, effects, sites and types of an invented city."""
    from scipy.spatial import cKDTree

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


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--residents", type=int, default=300_000)
    asked.add_argument("--sites", type=int, default=2_000)
    asked.add_argument("--budget", type=float, default=50e6)
    asked.add_argument("--weights", default="utilitarian")
    asked.add_argument("--seconds", type=float, default=60.0)
    asked.add_argument("--years", type=int, default=0)
    asked.add_argument("--direct", action="store_true")
    given = asked.parse_args()
    demand, effects, sites, types = invented(given.residents, given.sites)
    began = time.perf_counter()
    problem = programme_problem(demand, effects, sites, types)
    built_s = time.perf_counter() - began
    size = {
        "rows": len(demand.row), "records": len(effects.row), "conditions": len(problem.conditions),
        "patterns": len(problem.patterns), "pairs": len(problem.pairs), "build_s": round(built_s, 2),
    }  # fmt: skip
    print(json.dumps(size), flush=True)
    yearly = [given.budget / given.years] * given.years if given.years else []
    limits = Limits(budget_eur=given.budget, yearly_eur=yearly)
    began = time.perf_counter()
    if given.direct:
        weights = pair_weights(problem, Goal())
        patterns = pattern_weights(problem, weights)
        choice = choice_program(problem, patterns > 0)
        choice.limit(problem.cost_eur, most=given.budget)
        objective, offset = choice.objective(patterns=patterns)
        program = choice.builder.program()
        done = maximised(program, objective, offset - constant(problem, weights), seconds=given.seconds, gap=0.01)
        told = {"value": done.value, "bound": done.bound, "status": done.status}
    else:
        goal, effort = Goal(weights=given.weights), Effort(gap=0.01, seconds=given.seconds)
        plan = best_programme(problem, goal, limits, effort=effort)
        told = {
            "value": plan.value, "bound": plan.bound, "gap": plan.gap, "status": plan.status, "method": plan.method,
            "chosen": len(plan.chosen), "people_relieved": plan.figures.people_relieved,
        }  # fmt: skip
    told |= {"seconds": round(time.perf_counter() - began, 2)}
    told |= {"peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
