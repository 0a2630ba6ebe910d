"""Fronts of small drawn problems: the same plans as full enumeration finds, whatever the order of sites."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn_programmes import drawn
from nahraum.measures.pareto import Effort, pareto_front
from nahraum.measures.pareto.objectives import objectives_of
from nahraum.measures.pareto.quality import hypervolume, not_dominated
from nahraum.measures.programme import Limits

ALL = Effort(points=500, seconds=300.0, gap=0.0, resolution=1e-6)
NAMES = ("people_lacking_green", "dwellings", "cost")


def town(seed: int, n_sites: int = 6):
    """A drawn problem in which sites that take m² of green are homes."""
    rng = np.random.default_rng(seed)
    problem = drawn(rng, n_rows=15, n_sites=n_sites)
    _, site, m2 = problem.green_gain
    homes = np.isin(np.arange(n_sites), site[m2 < 0]) | (rng.random(n_sites) < 0.3)
    return replace(problem, dwellings=np.where(homes, rng.integers(5, 60, n_sites), 0).astype(float))


def enumerated(problem, names, limits: Limits) -> np.ndarray:
    """Gains of all plans that no other one beats."""
    told = objectives_of(problem, names)
    groups = problem.exclusions()
    rows = []
    for picks in product([False, True], repeat=len(problem)):
        chosen = np.array(picks)
        if any(chosen[list(group)].sum() > 1 for group in groups):
            continue
        if problem.cost_eur[chosen].sum() > limits.budget_eur:
            continue
        met = problem.met(chosen)
        rows.append([one.gain(chosen, met) for one in told])
    gains = np.round(np.array(rows), 6)
    return gains[not_dominated(gains)]


def gains_of(front) -> np.ndarray:
    columns = [one.sign * (front.points[one.name] - one.constant) for one in front.objectives]
    return np.column_stack(columns)


def in_order(gains: np.ndarray) -> np.ndarray:
    gains = np.round(gains, 4)
    return gains[np.lexsort(gains.T)]


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 10**6), st.sampled_from([np.inf, 700_000.0]))
def test_the_front_is_that_of_full_enumeration(seed, budget):
    problem, limits = town(seed), Limits(budget_eur=budget)
    front = pareto_front(problem, limits, objectives=NAMES, least={}, effort=ALL)
    assert front.complete and front.points["exact"].all()
    assert in_order(gains_of(front)) == pytest.approx(in_order(enumerated(problem, NAMES, limits)), abs=2e-4)


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 10**6))
def test_double_inner_development_is_found_or_shown_not_to_exist(seed):
    problem = town(seed)
    front = pareto_front(problem, objectives=NAMES, least={}, effort=ALL)
    told = objectives_of(problem, NAMES)
    nothing = np.zeros(len(problem), dtype=bool)
    base = np.array([one.gain(nothing, problem.met(nothing)) for one in told])
    every = enumerated(problem, NAMES[:2], Limits())
    exists = bool(((every[:, 0] >= base[0] + 0.5) & (every[:, 1] > base[1])).any())
    assert front.double is not None and front.double.exists is exists


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 10**6))
def test_two_objectives_make_a_curve_without_steps_back(seed):
    front = pareto_front(town(seed), objectives=("lacks_removed", "cost"), effort=ALL)
    assert front.complete and front.double is None
    assert front.points["lacks_removed"].is_monotonic_decreasing and front.points["cost"].is_monotonic_decreasing


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.integers(1, 12))
def test_the_hypervolume_is_the_share_of_random_points_below_the_front(seed, n):
    rng = np.random.default_rng(seed)
    gains, lots = rng.random((n, 3)), rng.random((20_000, 3))
    below = (lots[:, None, :] <= gains[None, :, :]).all(axis=2).any(axis=1).mean()
    assert hypervolume(gains) == pytest.approx(below, abs=0.02)
