"""Whatever is built alone: what the plan's model says of it is what the study would be with it."""

import random

import numpy as np
import pandas as pd
import pytest

from nahraum import scenario
from nahraum.errors import InputError
from nahraum.indicators import address_values, lack_values, read_rules
from nahraum.indicators.supply import services_reached
from nahraum.measures.demand import demand_of
from nahraum.measures.effect import effects_of
from nahraum.measures.lacking import lacks_by, parts_of, parts_with, several
from nahraum.scenario.reached import reached_in
from nahraum.scenario.state import StudyState
from nahraum.scenario.tally import Tally
from nahraum.tables import SERVICES
from tiny_plans import fitting_edits, random_town, site


def tally_of(base: StudyState, tally: Tally, edits) -> tuple[StudyState, Tally]:
    state = base.branch()
    for edit in edits:
        tally = tally.after(state, state.apply(edit))
    return state, tally


@pytest.mark.parametrize("seed", range(12))
def test_what_addresses_reach_is_what_the_table_of_the_study_says(seed):
    dice = random.Random(seed)
    base = random_town(dice)
    state, _ = tally_of(base, Tally.of(base), fitting_edits(dice, base, 3))
    rules = read_rules(state.parameters)
    rows = address_values(state.area, state.table())
    lacks = lack_values(rows, rules)
    told = reached_in(state, rows["address_id"].to_numpy(dtype=object), rules)
    wanted = services_reached(rows, services=SERVICES, maximum_m=rules.supply_distance_m)
    np.testing.assert_array_equal(told.within, wanted.to_numpy())
    np.testing.assert_array_equal(told.green_access, 1.0 - lacks["lacks_green_access"].to_numpy())
    if rules.green_m2 is None:
        assert not told.green_m2.any()
        return
    too_little = np.where(np.isnan(told.green_m2), np.nan, told.green_m2 < rules.green_m2)
    np.testing.assert_array_equal(too_little, lacks["lacks_green_capacity"].to_numpy())
    known = ~np.isnan(told.green_m2) & (rows["green_m2_per_resident_status"] == "ok").to_numpy()
    np.testing.assert_array_equal(told.green_m2[known], rows["green_m2_per_resident"].to_numpy()[known])


@pytest.mark.parametrize("seed", range(8))
def test_the_model_knows_who_lacks_what_as_the_index_does(seed):
    base = random_town(random.Random(seed))
    tally = Tally.of(base)
    demand = demand_of(base, tally)
    people = tally.ground.persons.people()
    order = np.argsort(people.row, kind="stable")
    np.testing.assert_array_equal(demand.row, people.row[order])
    np.testing.assert_array_equal(lacks_by(demand, parts_of(demand)), people.lacks[order])
    head = (several(people.lacks[order], demand.k) * demand.residents).sum()
    assert head == pytest.approx(tally.total()["several_known_residents"].iloc[0])


@pytest.mark.parametrize("seed", range(25))
def test_what_a_site_changes_alone_is_what_a_run_of_the_study_with_it_says(seed):
    dice = random.Random(seed)
    base = random_town(dice)
    tally = Tally.of(base)
    demand = demand_of(base, tally)
    sites = [site(f"s{n}", fitting_edits(dice, base, dice.choice((1, 1, 2)))) for n in range(6)]
    effects = effects_of(base, demand, sites)
    before = lacks_by(demand, parts_of(demand))
    for at, one in enumerate(sites):
        state, after = tally_of(base, tally, one.edits)
        wanted = demand_of(state, after)
        parts, told = parts_with(demand, effects, np.array([at])), wanted
        known = ~np.isnan(demand.within) & ~np.isnan(told.within)
        np.testing.assert_array_equal(parts.within[known], told.within[known])
        model, real = lacks_by(demand, parts), lacks_by(wanted, parts_of(wanted))
        both = ~np.isnan(before) & ~np.isnan(real) & ~np.isnan(demand.green_m2)[:, None]
        both &= ~np.isnan(demand.within).any(axis=1)[:, None]
        np.testing.assert_allclose(model[both], real[both], rtol=0, atol=1e-12)
        moved = after.total() - tally.total()
        assert effects.newcomers[at] == pytest.approx(moved["residents_judged"].iloc[0], abs=1e-5)


@pytest.mark.parametrize("seed", range(10))
def test_newcomers_who_lack_several_are_those_a_run_counts(seed):
    dice = random.Random(seed)
    base = random_town(dice)
    tally, xy = Tally.of(base), base.area.addresses.iloc[0]
    home = {"kind": "residents_added", "residents": 12.0, "x_m": float(xy["x_m"]) + 5, "y_m": float(xy["y_m"]) - 4}
    state = base.branch()
    change = state.apply(home)
    after = tally.after(state, change)
    effects = effects_of(base, demand_of(base, tally), [site("homes", [change.edit])])
    new = after.take(np.array([after.ground.place[change.edit.address_id]])).people()
    assert effects.newcomers_lacking[0] == pytest.approx((several(new.lacks, 2) * new.micro / 1e6).sum())


def test_all_sites_that_do_not_fit_are_named_at_once_and_nothing_is_built():
    base = random_town(random.Random(3))
    away = scenario.facility_added(category="gp", x=0.0, y=0.0)
    gone = scenario.facility_closed("nothing")
    sites = [site("far", [away]), site("none", []), site("gone", [gone])]
    with pytest.raises(InputError) as told:
        effects_of(base, demand_of(base, Tally.of(base)), sites)
    assert told.value.what.startswith("2 of 3 sites")
    assert ["'far'" in told.value.where[0], "'gone'" in told.value.where[1]] == [True, True]
    assert base.log == ()


def test_sites_that_change_nothing_have_no_record_and_leave_the_study_as_it_was():
    base = random_town(random.Random(3))
    table = base.table()
    demand = demand_of(base, Tally.of(base))
    done: list[tuple[int, int]] = []
    effects = effects_of(base, demand, [site("none", [])], progress=lambda at, n: done.append((at, n)))
    assert len(effects.row) == 0
    assert (effects.newcomers.tolist(), done) == ([0.0], [(1, 1)])
    assert base.log == ()
    pd.testing.assert_frame_equal(base.table(), table)
