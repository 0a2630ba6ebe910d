"""Plans drawn at random: what is recomputed is a run of the edited study, and the model can be brought to it."""

import random
from dataclasses import replace

import numpy as np
import pytest

from nahraum.errors import InputError
from nahraum.measures.built import Built
from nahraum.measures.demand import demand_of
from nahraum.measures.effect import effects_of
from nahraum.measures.lacking import lacks_by, parts_with
from nahraum.measures.model import PARTS
from nahraum.measures.recompute import corrected, recomputed, verified
from tiny_plans import fitting_edits, random_town, site


def plan_of(seed: int, n: int):
    dice = random.Random(seed)
    base = Built.of(random_town(dice))
    sites = [site(f"s{at}", fitting_edits(dice, base.state, 1)) for at in range(n)]
    return base, demand_of(base.state, base.tally), sites


def fitting(base: Built, sites: list) -> list[int]:
    """Sites whose edits go together, one after the other."""
    chosen: list[int] = []
    for at in range(len(sites)):
        try:
            base.after([edit for one in (*chosen, at) for edit in sites[one].edits])
        except InputError:
            continue
        chosen.append(at)
    return chosen


@pytest.mark.parametrize("seed", range(10))
def test_a_plan_is_a_run_of_the_edited_study(seed):
    base, _, sites = plan_of(seed, 4)
    chosen = fitting(base, sites)
    built = base.after([edit for at in chosen for edit in sites[at].edits])
    told = verified(base, built)
    assert told.n_differing == 0
    assert told.n_addresses >= 12


@pytest.mark.parametrize("seed", range(10))
def test_one_measure_does_what_the_model_says_of_it(seed):
    base, demand, sites = plan_of(seed, 3)
    effects = effects_of(base.state, demand, sites)
    for at in range(len(sites)):
        found = recomputed(base, demand, effects, sites, chosen=[at])
        if not np.isnan(demand.within).any() and not np.isnan(demand.green_m2).any():
            assert found.predicted == pytest.approx(found.recomputed)
            assert found.agrees
        assert found.recomputed.lacks_removed == pytest.approx(found.outcome.lacks_removed, abs=1e-4)
        assert found.recomputed.people_relieved == pytest.approx(found.outcome.people_relieved, abs=1e-4)


@pytest.mark.parametrize("seed", range(10))
def test_the_order_in_which_sites_stand_changes_nothing(seed):
    base, demand, sites = plan_of(seed, 4)
    chosen, effects = fitting(base, sites), effects_of(base.state, demand, sites)
    turned = sites[::-1]
    other = effects_of(base.state, demand, turned)
    there = [len(sites) - 1 - at for at in chosen]
    one = recomputed(base, demand, effects, sites, chosen=chosen)
    two = recomputed(base, demand, other, turned, chosen=there[::-1])
    assert (one.predicted, one.recomputed) == (two.predicted, two.recomputed)
    np.testing.assert_array_equal(one.parts.green_m2, two.parts.green_m2)


@pytest.mark.parametrize("seed", range(20))
def test_the_corrected_model_never_says_more_m2_or_reach_of_the_plan_than_there_is(seed):
    base, demand, sites = plan_of(seed, 5)
    chosen, effects = fitting(base, sites), effects_of(base.state, demand, sites)
    found = recomputed(base, demand, effects, sites, chosen=chosen)
    better = corrected(demand, effects, chosen, found.parts)
    said = parts_with(demand, better, np.array(chosen))
    rows = np.unique(np.concatenate([np.empty(0, dtype=np.int64), *(effects.row[effects.of(at)] for at in chosen)]))
    known = rows[~np.isnan(said.green_m2[rows]) & ~np.isnan(found.parts.green_m2[rows])]
    touched = np.zeros(len(demand.row), dtype=bool)
    for at in chosen:
        held = effects.of(at)
        touched[effects.row[held]] |= effects.change[held][:, PARTS.index("green_m2")] != 0
    known = known[touched[known]]
    np.testing.assert_allclose(said.green_m2[known], found.parts.green_m2[known], rtol=1e-9, atol=1e-9)
    promised = (said.within == 1) & (demand.within != 1)
    assert (found.parts.within[promised] == 1).all()
    outside = np.setdiff1d(np.arange(len(sites)), chosen)
    for at in outside:
        np.testing.assert_array_equal(better.change[better.of(at)], effects.change[effects.of(at)])


def test_corrected_of_a_plan_that_is_as_predicted_is_the_same():
    base, demand, sites = plan_of(4, 3)
    effects = effects_of(base.state, demand, sites)
    parts = parts_with(demand, effects, np.array([0]))
    same = corrected(demand, effects, [0], parts)
    np.testing.assert_array_equal(same.change, effects.change)
    assert lacks_by(replace(demand), parts).shape == (len(demand.row), 4)
