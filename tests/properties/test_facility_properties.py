"""Location models on random small cases: the same as trying every choice; bounds hold; numbering does not matter."""

from itertools import combinations, pairwise
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from nahraum.measures.facility import (
    Covered,
    capacitated,
    capacitated_covering,
    maximal_covering,
    p_median,
    served_by_matrix,
    served_by_pairs,
)
from nahraum.measures.facility.coverage import merged
from nahraum.measures.facility.room_search import RoomSearch

pytestmark = pytest.mark.xdist_group("facility")  # one worker compiles their kernels

cases = st.fixed_dictionaries(
    {"seed": st.integers(0, 10**6), "n": st.integers(1, 25), "m": st.integers(1, 10), "p": st.integers(1, 4),
     "whole": st.booleans(), "share": st.sampled_from([0.2, 0.5, 1.0])}
)  # fmt: skip


def table(case: dict) -> tuple[np.ndarray, np.ndarray, float, int]:
    """Costs (inf where none), weights, cost of far, and p."""
    rng = np.random.default_rng(case["seed"])
    cost = rng.integers(0, 12, (case["n"], case["m"])).astype(float)
    cost = cost if case["whole"] else cost + rng.random(cost.shape)
    cost[rng.random(cost.shape) > case["share"]] = np.inf
    weight = rng.integers(0, 5, case["n"]).astype(float)
    return cost, weight, 9.0, min(case["p"], case["m"])


def pairs_of(cost: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    demand, site = np.nonzero(np.isfinite(cost))
    return demand, site, cost[demand, site]


def cost_of(cost: np.ndarray, weight: np.ndarray, far: float, chosen) -> float:
    return float((np.minimum(cost[:, list(chosen)].min(axis=1), far) * weight).sum())


@settings(deadline=None, max_examples=60)
@given(cases)
def test_the_p_median_is_that_of_full_enumeration(case):
    cost, weight, far, p = table(case)
    found = p_median(served_by_pairs(pairs_of(cost), cost.shape, far=far, weight=weight), p)
    best = min(cost_of(cost, weight, far, chosen) for chosen in combinations(range(case["m"]), p))
    assert len(set(found.sites)) == p
    assert found.value == pytest.approx(best, abs=1e-9)
    assert cost_of(cost, weight, far, found.sites) == pytest.approx(best, abs=1e-9)
    assert found.status == "optimal" and found.bound == pytest.approx(best, abs=1e-6)


@settings(deadline=None, max_examples=40)
@given(cases)
def test_another_numbering_of_sites_and_demand_gives_the_same_value(case):
    cost, weight, far, p = table(case)
    rng = np.random.default_rng(case["seed"] + 1)
    rows, columns = rng.permutation(case["n"]), rng.permutation(case["m"])
    one = p_median(served_by_pairs(pairs_of(cost), cost.shape, far=far, weight=weight), p)
    turned = cost[rows][:, columns]
    other = p_median(served_by_pairs(pairs_of(turned), turned.shape, far=far, weight=weight[rows]), p)
    assert one.value == pytest.approx(other.value, abs=1e-9)


@settings(deadline=None, max_examples=40)
@given(cases)
def test_more_sites_never_cost_more(case):
    cost, weight, far, p = table(case)
    served = served_by_pairs(pairs_of(cost), cost.shape, far=far, weight=weight)
    values = [p_median(served, k).value for k in range(1, p + 1)]
    assert all(later <= earlier + 1e-9 for earlier, later in pairwise(values))


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10**6), st.integers(1, 6))
def test_a_search_cut_short_still_tells_a_bound_that_holds(seed, p):
    rng = np.random.default_rng(seed)
    points, sites = rng.random((60, 2)), rng.random((12, 2))
    cost = np.hypot(*(points[:, None, :] - sites[None, :, :]).transpose(2, 0, 1))
    served = served_by_matrix(cost)
    short, full = p_median(served, p, effort=1), p_median(served, p)
    assert short.bound <= full.value + 1e-9 and full.value <= short.value + 1e-9
    assert full.status == "optimal"


@settings(deadline=None, max_examples=80)
@given(cases)
def test_covering_is_that_of_full_enumeration(case):
    cost, weight, _, p = table(case)
    within = np.isfinite(cost)
    demand, site = np.nonzero(within)
    found = maximal_covering(Covered(demand, site, weight, case["m"]), p)
    best = max(weight[within[:, list(chosen)].any(axis=1)].sum() for chosen in combinations(range(case["m"]), p))
    assert found.value == pytest.approx(best, abs=1e-9)
    assert found.bound == pytest.approx(best, abs=1e-6) and len(found.sites) == p


def most_served(within: np.ndarray, weight: np.ndarray, capacity: np.ndarray) -> float:
    """A maximal flow by linear programming: demand × site."""
    n, m = within.shape
    rows = np.concatenate([np.kron(np.eye(n), np.ones(m)), np.kron(np.ones(n), np.eye(m))])
    upper = np.where(within, 1e6, 0.0).reshape(-1)
    most, bounds = np.concatenate([weight, capacity]), [(0, one) for one in upper]
    found = linprog(-np.ones(n * m), A_ub=rows, b_ub=most, bounds=bounds)
    return float(-found.fun)


@settings(deadline=None, max_examples=12)
@given(cases, st.booleans())
def test_capacitated_covering_is_that_of_full_enumeration(case, by_highs):
    """By HiGHS over what the bound leaves, and by branch and bound alone."""
    cost, weight, _, p = table({**case, "n": min(case["n"], 10), "m": min(case["m"], 6)})
    m = cost.shape[1]
    within = np.isfinite(cost)
    capacity = np.random.default_rng(case["seed"]).integers(0, 8, m).astype(float)
    if not case["whole"]:
        weight, capacity = weight * 0.7, capacity * 1.3
    with patch.multiple(capacitated, _NEAR=1.0, _FEW_PAIRS=capacitated._FEW_PAIRS if by_highs else -1):
        found = capacitated_covering(Covered(*np.nonzero(within), weight, m), capacity, min(p, m))
    choices = map(list, combinations(range(m), min(p, m)))
    best = max(most_served(within[:, chosen], weight, capacity[chosen]) for chosen in choices)
    assert found.choice.value == pytest.approx(best, abs=1e-5) and len(found.choice.sites) == min(p, m)
    assert found.choice.status == "optimal" and (found.load <= capacity + 1e-6).all()
    assert found.load.sum() == pytest.approx(best, abs=1e-5)


@settings(deadline=None, max_examples=8)
@given(cases, st.booleans())
def test_capacitated_covering_keeps_what_must_and_must_not_be(case, by_highs):
    cost, weight, _, _ = table({**case, "n": min(case["n"], 10), "m": 5})
    within, rng = np.isfinite(cost), np.random.default_rng(case["seed"])
    room, (must, never) = rng.integers(0, 8, 5).astype(float), rng.permutation(5)[:2].tolist()
    with patch.multiple(capacitated, _NEAR=1.0, _FEW_PAIRS=capacitated._FEW_PAIRS if by_highs else -1):
        found = capacitated_covering(
            Covered(*np.nonzero(within), weight, 5), room, case["p"], must=[must], must_not=[never]
        ).choice
    choices = (list(one) for one in combinations(range(5), case["p"]) if must in one and never not in one)
    best = max(most_served(within[:, chosen], weight, room[chosen]) for chosen in choices)
    assert must in found.sites and never not in found.sites and len(found.sites) == case["p"]
    assert found.value == pytest.approx(best, abs=1e-5) and found.status == "optimal"


def crowded(seed: int) -> tuple[Covered, np.ndarray, np.ndarray]:
    """Many people and few places with little room: pairs, who is within, rooms."""
    rng = np.random.default_rng(seed)
    people, places = rng.random((120, 2)), rng.random((14, 2))
    within = np.hypot(*(people[:, None, :] - places[None, :, :]).transpose(2, 0, 1)) < 0.3
    return Covered(*np.nonzero(within), rng.integers(1, 9, 120).astype(float), 14), within, rng.uniform(20, 90, 14)


@settings(deadline=None, max_examples=8)
@given(st.integers(0, 10**6), st.integers(1, 6))
def test_whoever_is_served_by_chosen_places_is_a_maximal_flow(seed, p):
    covered, within, room = crowded(seed)
    chosen = np.sort(np.random.default_rng(seed).permutation(14)[:p])
    search = RoomSearch(merged(covered), room, p=p, state=np.zeros(14, dtype=np.int64), effort=10**6)
    load, left = search.allotted(chosen)
    best = most_served(within[:, chosen], covered.weight, room[chosen])
    assert load.sum() == pytest.approx(best) == pytest.approx(search.weight.sum() - left.sum())
    assert (load <= room + 1e-9).all() and (left >= 0).all() and not load[np.setdiff1d(np.arange(14), chosen)].any()


@settings(deadline=None, max_examples=5)
@given(st.integers(0, 10**6), st.integers(2, 5))
def test_a_capacitated_search_cut_short_still_tells_a_bound_that_holds(seed, p):
    covered, _, room = crowded(seed)
    full = capacitated_covering(covered, room, p).choice
    with patch.multiple(capacitated, _NEAR=1.0, _FEW_PAIRS=-1):
        short = capacitated_covering(covered, room, p, effort=1).choice
    assert full.status == "optimal" and short.value <= full.value + 1e-6 <= short.bound + 2e-6
