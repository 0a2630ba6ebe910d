"""The best plan equals the best of all subsets, and behaves as money does."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn_programmes import drawn, drawn_demand, drawn_effects, measure_type, site
from nahraum.errors import InputError
from nahraum.measures.lacking import lacks_by, parts_with
from nahraum.measures.programme import Effort, Goal, Limits, best_programme, programme_problem
from nahraum.measures.programme.goal import WEIGHTS
from nahraum.measures.programme.patterns import NET
from nahraum.measures.programme.task import Task

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=15, deadline=None)


def subsets(n):
    return [np.array(one) for one in product([False, True], repeat=n)]


def enumerated(problem, goal, limits):
    task = Task.of(problem, goal, limits)
    return max((task.value(one) for one in subsets(len(problem)) if task.kept(one)), default=None)


def affordable(problem, share):
    return max(share * float(problem.cost_eur.sum()), float(problem.cost_eur.min()))


@FEW
@given(SEEDS, st.sampled_from(WEIGHTS), st.floats(0.1, 0.9), st.integers(1, 3))
def test_the_best_plan_equals_the_best_of_all_subsets(seed, weights, share, k):
    problem = drawn(np.random.default_rng(seed), n_rows=20, n_sites=7, k=k)
    goal, limits = Goal(weights=weights), Limits(budget_eur=affordable(problem, share))
    plan = best_programme(problem, goal, limits)
    assert plan.value == pytest.approx(enumerated(problem, goal, limits), abs=1e-6)
    assert plan.status == "optimal"
    assert Task.of(problem, goal, limits).kept(plan.mask)


@pytest.mark.parametrize("seed", [3, 8])
def test_the_best_of_fifteen_sites_is_that_of_all_32768_subsets(seed):
    rng = np.random.default_rng(seed)
    problem = drawn(rng, n_rows=30, n_sites=15)
    limits = Limits(budget_eur=affordable(problem, 0.4))
    task = Task.of(problem, Goal(), limits)
    some = [one for one in subsets(15) if (problem.cost_eur[one]).sum() <= limits.budget_eur]
    groups = problem.exclusions()
    best = max(task.value(one) for one in some if all(one[group].sum() <= 1 for group in groups))
    plan = best_programme(problem, Goal(), limits)
    assert plan.value == pytest.approx(best, abs=1e-6)


@FEW
@given(SEEDS)
def test_with_many_limits_too_it_equals_enumeration_or_says_that_there_is_none(seed):
    rng = np.random.default_rng(seed)
    problem = drawn(rng, n_rows=20, n_sites=6)
    budget = affordable(problem, float(rng.uniform(0.3, 0.9)))
    more = {
        "yearly_eur": [budget / 3] * 3, "must": [str(rng.choice(problem.site_ids))],
        "least_removed_in_quarter": {"Q2": 4.0},
        "priority_quarters": ["Q1", "Q3"], "priority_share": 0.4, "most_of_type": {"park": 1},
    }  # fmt: skip
    names = sorted({name for names in problem.programmes for name in names})
    chosen = {name: more[name] for name in more if rng.random() < 0.4}
    if "priority_share" in chosen or "priority_quarters" in chosen:
        chosen |= {name: more[name] for name in ("priority_share", "priority_quarters")}
    if rng.random() < 0.4:
        chosen["programme_eur"] = dict.fromkeys(names, budget * 0.4)
    limits = Limits(budget_eur=budget, carry_over=bool(rng.random() < 0.5), **chosen)
    best = enumerated(problem, Goal(), limits)
    if best is None:
        with pytest.raises(InputError, match="contradict"):
            best_programme(problem, Goal(), limits)
    else:
        assert best_programme(problem, Goal(), limits).value == pytest.approx(best, abs=1e-6)


@FEW
@given(SEEDS, st.floats(0.1, 0.5), st.floats(0.0, 0.4))
def test_more_budget_never_buys_less(seed, share, more):
    problem = drawn(np.random.default_rng(seed), n_sites=9)
    small, large = (affordable(problem, one) for one in (share, share + more))
    few, many = (best_programme(problem, Goal(), Limits(budget_eur=one)) for one in (small, max(small, large)))
    assert many.value >= few.value - 1e-6


@FEW
@given(SEEDS, st.sampled_from(["most_of_type", "must_not", "running_eur", "priority"]))
def test_removing_a_limit_never_worsens(seed, which):
    problem = drawn(np.random.default_rng(seed), n_sites=9)
    wide = Limits(budget_eur=affordable(problem, 0.5))
    tight = {
        "most_of_type": replace(wide, most_of_type={str(problem.type_ids[0]): 0}),
        "must_not": replace(wide, must_not=[problem.site_ids[0]]),
        "running_eur": replace(wide, running_eur=4.0),
        "priority": replace(wide, priority_quarters=["Q1"], priority_share=0.7),
    }[which]
    assert best_programme(problem, Goal(), wide).value >= best_programme(problem, Goal(), tight).value - 1e-6


@FEW
@given(SEEDS)
def test_what_brings_nothing_is_never_bought(seed):
    rng = np.random.default_rng(seed)
    people = drawn_demand(rng, 20)
    names = [f"s{i}" for i in range(6)]
    told = drawn_effects(rng, people, names, reach=6)
    empty = replace(
        told, site_ids=(*told.site_ids, "zero"), start=np.append(told.start, told.start[-1]),
        newcomers=np.zeros(7), newcomers_lacking=np.zeros(7), seconds=np.zeros(7),
    )  # fmt: skip
    sites = [site(name, 100.0) for name in names] + [site("zero", 0.0)]
    problem = programme_problem(people, empty, sites, {"park": measure_type("park")})
    plan = best_programme(problem, Goal(), Limits(budget_eur=500))
    assert "zero" not in plan.chosen
    assert (plan.sites["missed"] > 0).all()


@FEW
@given(SEEDS)
def test_the_order_of_sites_changes_nothing(seed):
    rng = np.random.default_rng(seed)
    people = drawn_demand(rng, 25)
    names = [f"s{i}" for i in range(8)]
    told = drawn_effects(rng, people, names, reach=8)
    sites = [site(name, float(rng.integers(5, 20))) for name in names]
    kinds, order = {"park": measure_type("park")}, rng.permutation(8)
    one = programme_problem(people, told, sites, kinds)
    other = programme_problem(people, told, [sites[at] for at in order], kinds)
    limits = Limits(budget_eur=45)
    assert best_programme(one, Goal(), limits).chosen == best_programme(other, Goal(), limits).chosen


@FEW
@given(SEEDS, st.sampled_from(["utilitarian", "prioritarian"]))
def test_the_search_never_passes_its_bound_and_the_bound_never_the_best(seed, weights):
    problem = drawn(np.random.default_rng(seed), n_rows=20, n_sites=8)
    goal, limits = Goal(weights=weights), Limits(budget_eur=affordable(problem, 0.5))
    found = best_programme(problem, goal, limits, effort=Effort(method="search"))
    best = enumerated(problem, goal, limits)
    assert found.value <= best + 1e-6
    assert best <= found.bound + 1e-6


@FEW
@given(SEEDS)
def test_what_is_met_is_what_the_rules_of_the_index_say_of_the_same_sites(seed):
    rng = np.random.default_rng(seed)
    problem = drawn(rng, n_rows=30, n_sites=8)
    chosen = rng.random(8) < 0.5
    demand, pairs = problem.demand, problem.pairs
    after = lacks_by(demand, parts_with(demand, problem.effects, np.flatnonzero(chosen)))
    before, told = problem.before[pairs.row, pairs.prerequisite], after[pairs.row, pairs.prerequisite]
    met = np.where(pairs.prerequisite == NET, (before - told) / np.where(before > 0, before, 1.0), told == 0)
    assert np.allclose(problem.met(chosen), met, atol=1e-5)
    inside = np.zeros(problem.before.shape, dtype=bool)
    inside[pairs.row, pairs.prerequisite] = True
    known = ~np.isnan(problem.before) & ~np.isnan(after)
    unchanged = np.isclose(problem.before, after, atol=1e-5)
    assert (unchanged | inside | ~known).all()
