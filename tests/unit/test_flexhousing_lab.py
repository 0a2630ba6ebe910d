"""Concepts on households by hand: who is relieved, how many are possible, what is to be expected."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nahraum.errors import InputError
from nahraum.flexhousing import housing_lab, read_concepts, read_requirements
from nahraum.flexhousing.alike import MoveRules, zones_of
from nahraum.flexhousing.catalogue import catalogue_problems
from nahraum.flexhousing.effects import changed
from nahraum.flexhousing.housed import Housed
from nahraum.flexhousing.portfolio import best_portfolio
from nahraum.flexhousing.suitability import suited
from nahraum.flexhousing.units import spread
from nahraum.households.contracts import BANDS
from nahraum.parameters import Parameters


def _household(number, size, rooms, quarter="Q1", **more):
    kind = {1: "one_person", 2: "couple_without_child"}.get(size, "couple_with_child")
    ages = dict.fromkeys((f"age_{band}" for band in BANDS), 0)
    ages |= {"age_30_39": min(size, 2), "age_00_09": max(size - 2, 0)} | more.pop("ages", {})
    usual = {
        "household_id": f"1:{number}", "unit_id": 1, "quarter_id": quarter, "household_size": size,
        "household_type": kind, "tenure": "tenant", "rooms": rooms, "floor_area_m2": 20.0 * rooms,
        "building_type": "dwellings_7_to_12", "building_year": "1949_to_1978", "net_cold_rent_eur_m2": 8.0,
    }  # fmt: skip
    return usual | more | ages


def _town():
    """Ten families of four in 3 rooms with kitchen (2 without, 3 needed), ten couples in 5, houses of older couples."""
    old = {"ages": {"age_30_39": 0, "age_65_69": 2}}
    families = [_household(n, 4, 3) for n in range(10)]
    couples = [_household(10 + n, 2, 5) for n in range(10)]
    house = {"tenure": "owner", "building_type": "detached_one", "floor_area_m2": 154.5}
    houses = [_household(20 + n, 2, 7, "Q2", **house, **old) for n in range(40)]
    return pd.DataFrame([*families, *couples, *houses])


@pytest.fixture(scope="module")
def town():
    return _town()


@pytest.fixture(scope="module")
def concepts():
    return read_concepts(Parameters())


@pytest.fixture(scope="module")
def lab(town, concepts):
    return housing_lab(town, concepts, Parameters(), take={"divide_detached_house": 1, "dwelling_exchange": 1})


def _row(lab, name, case):
    return lab.effects.set_index(["concept_id", "case"]).loc[(name, case)]


def test_every_concept_has_texts_marks_and_known_requirements():
    assert catalogue_problems() == []
    assert len(read_concepts(Parameters())) >= 12
    assert all(one.text("label", "de") and one.text("label", "en") for one in read_requirements().values())


def test_a_family_of_four_needs_three_rooms_and_the_kitchen_is_none(town):
    homes = Housed.of(town, "low")
    assert homes.need[:10].tolist() == [3] * 10 and homes.usable[:10].tolist() == [2] * 10
    assert homes.crowded.sum() == 10 and (homes.spare[10:20] == 2).all()


def test_who_lives_alone_in_one_room_is_told_apart():
    homes = Housed.of(pd.DataFrame([_household(1, 1, 1)]), "low")
    assert not homes.crowded.any() and homes.need.tolist() == [1]


def test_all_ten_families_could_exchange_with_the_couples(lab):
    assert _row(lab, "dwelling_exchange", "potential_rooms")["persons_low"] == 40.0
    # 60 m² at 480 EUR against 100 m² at 800 EUR: nobody pays a third more, so that with rents nobody exchanges
    assert _row(lab, "dwelling_exchange", "potential_rent")["persons_low"] == 0.0


def test_what_is_to_be_expected_of_exchange_is_what_was_published_and_not_what_fits(lab):
    parameters = Parameters()
    years, rate = 5, 26 / 3058
    assert parameters.number("flexhousing.exchanged_per_registered") == pytest.approx(rate, abs=1e-4)
    assert lab.units["dwelling_exchange"].expected[1] == pytest.approx(20 * 0.05 * 0.0085)
    assert _row(lab, "dwelling_exchange", "expected_mid")["units"] == round((years - 0.5) * 20 * 0.05 * 0.0085)


def test_three_divided_houses_give_three_families_a_home(lab):
    row = _row(lab, "divide_detached_house", "taken")  # one a year for five years, less two until the first is ready
    assert (row["units"], row["persons_low"], row["family_persons_low"]) == (3.0, 12.0, 12.0)
    assert row["cost_mid_eur"] == pytest.approx(3 * read_concepts(Parameters())["divide_detached_house"].cost_eur[1])


def test_rooms_floor_area_land_and_carbon_stand_beside_as_many_new_homes(lab):
    """A part of 75 m² has three rooms; a couple that takes a family's home of two rooms frees two of its four."""
    row = _row(lab, "divide_detached_house", "taken")
    assert (row["gained_rooms"], row["gained_m2"], row["land_m2"]) == (9, 225, 0)
    assert row["new_build_land_m2"] == 3 * 125 and row["new_build_carbon_t"] == pytest.approx(3 * 65 * 0.44)
    swap = _row(lab, "dwelling_exchange", "potential_rooms")
    assert (swap["gained_rooms"], swap["gained_m2"]) == (20, 400) and np.isnan(swap["new_build_land_m2"])


def test_nothing_is_ready_before_the_lead_time(town, concepts):
    from dataclasses import replace

    slow = {"divide_detached_house": replace(concepts["divide_detached_house"], lead_years=6.0)}
    found = housing_lab(town, slow, Parameters(), take={"divide_detached_house": 3})
    assert set(found.effects.set_index("case").loc[["taken", "expected_high"], "units"]) == {0.0}


def test_without_any_rent_its_limit_is_not_known_and_no_zero(concepts):
    chosen = {name: concepts[name] for name in ("dwelling_exchange", "roof_storey")}
    found = housing_lab(_town().drop(columns="net_cold_rent_eur_m2"), chosen, Parameters())
    for name in chosen:
        assert np.isnan(_row(found, name, "potential_rent")["persons_low"]), name
        assert _row(found, name, "potential_rooms")["persons_low"] > 0, name


def test_without_floor_areas_what_an_exchange_frees_is_not_known_and_no_zero(concepts):
    chosen = {"dwelling_exchange": concepts["dwelling_exchange"]}
    row = _row(housing_lab(_town().drop(columns="floor_area_m2"), chosen, Parameters()), *chosen, "potential_rooms")
    assert np.isnan(row["gained_m2"]) and row["gained_rooms"] == 20


def test_classes_of_rents_get_no_wider_than_all_rents_together(town):
    few = Parameters({"flexhousing.most_classes": 1})
    homes = Housed.of(town, "low")
    near, rent = (zones_of(homes, homes.tenant, MoveRules.of(few, limit)) for limit in ("near", "rent"))
    assert [one.count.tolist() for one in rent] == [one.count.tolist() for one in near] == [[10, 10]]


def test_without_tenure_exchange_is_expected_of_all_and_not_of_nobody(concepts):
    town = _town()
    chosen = {"dwelling_exchange": concepts["dwelling_exchange"]}
    known = housing_lab(town, chosen, Parameters()).units["dwelling_exchange"].expected
    open_ = housing_lab(town.drop(columns="tenure"), chosen, Parameters()).units["dwelling_exchange"].expected
    assert known[1] > 0 and open_[1] == pytest.approx(3 * known[1])  # forty more households with rooms to spare
    assert all(more >= some for some, more in zip(known, open_, strict=True))


def test_a_lone_parent_of_25_does_not_leave_the_children_for_a_host(concepts):
    def ages(**persons):
        return {"ages": dict.fromkeys((f"age_{band}" for band in BANDS), 0) | persons}

    alone = _household(1, 3, 2, household_type="lone_parent", **ages(age_20_29=1, age_00_09=2))
    with_student = _household(2, 3, 2, household_type="lone_parent", **ages(age_50_59=1, age_20_29=1, age_10_17=1))
    couple = _household(3, 3, 2, **ages(age_20_29=2, age_00_09=1))
    with_grown_up = _household(4, 3, 2, **ages(age_50_59=2, age_20_29=1))
    homes = Housed.of(pd.DataFrame([alone, with_student, couple, with_grown_up]), "low")
    assert homes.young_adult.tolist() == [False, True, False, True]
    only = Housed.of(pd.DataFrame([alone]), "low")
    assert changed(concepts["sublet_for_help"], {"": 5}, only, "rooms", Parameters()).persons == 0.0


def test_a_home_for_two_relieves_the_family_that_follows(concepts):
    town = pd.DataFrame([_household(1, 4, 3), _household(2, 1, 5)])  # one person leaves four rooms to the family
    homes = Housed.of(town, "low")
    for name in ("intergenerational_house", "cluster_dwelling"):
        assert changed(concepts[name], {"Q1": 1}, homes, "rooms", Parameters()).persons == 4.0, name


def test_a_divided_house_leaves_its_own_household_the_rooms_it_needs():
    from nahraum.flexhousing import catalogue

    item = catalogue._shipped("concepts.toml")["divide_detached_house"]
    assert catalogue._rooms_left("divide_detached_house", item) >= 0
    narrow = dict(item) | {"suits": dict(item["suits"]) | {"spare_rooms_min": 2}}
    assert catalogue._rooms_left("divide_detached_house", narrow) < 0


def test_only_large_houses_of_small_owner_households_suit_division(town, concepts):
    found = suited(concepts["divide_detached_house"], Housed.of(town, "low"))
    assert found.mask.sum() == 40 and found.open == ()
    without = suited(concepts["divide_detached_house"], Housed.of(town.drop(columns="floor_area_m2"), "low"))
    assert without.open == ("floor_area_m2",)


def test_nobody_is_relieved_twice(lab):
    together = lab.together
    assert together["persons_low"] <= 40.0
    parts = [_row(lab, name, "taken")["persons_low"] for name in ("divide_detached_house", "dwelling_exchange")]
    assert max(parts) <= together["persons_low"] <= sum(parts)


def test_a_joker_room_helps_only_who_lacks_one_room(town, concepts):
    homes = Housed.of(town, "low")
    found = changed(concepts["joker_room"], {"Q1": 2}, homes, "rooms", Parameters())
    assert found.persons == pytest.approx(2 * 4.0)
    two_short = Housed.of(town.assign(rooms=np.where(town["household_size"] == 4, 2, town["rooms"])), "low")
    assert changed(concepts["joker_room"], {"Q1": 2}, two_short, "rooms", Parameters()).persons == 0.0


def test_new_homes_of_two_quarters_are_as_good_as_those_of_one_where_nobody_minds_the_quarter(town, concepts):
    homes, roofs = Housed.of(town, "low"), concepts["roof_storey"]
    for chains in (False, True):
        apart = changed(roofs, {"Q1": 2, "Q2": 3}, homes, "rooms", Parameters(), chains=chains)
        together = changed(roofs, {"Q1": 5}, homes, "rooms", Parameters(), chains=chains)
        assert apart.persons == together.persons > 0 and apart.bound == together.bound
    near = changed(roofs, {"Q1": 2, "Q2": 3}, homes, "near", Parameters(), chains=True)
    assert near.persons == changed(roofs, {"Q1": 2}, homes, "near", Parameters(), chains=True).persons


def test_more_units_never_relieve_fewer(town, concepts):
    homes = Housed.of(town, "low")
    for name in ("divide_detached_house", "roof_storey", "joker_room", "dwelling_exchange"):
        found = [changed(concepts[name], {"": n}, homes, "rooms", Parameters()).persons for n in (0, 1, 3, 9)]
        assert found == sorted(found), name


def test_the_portfolio_is_that_of_enumeration(lab, concepts):
    own = read_concepts(Parameters(), {"divide_detached_house": {"uptake": [0.02, 0.04, 0.06]}})
    again = housing_lab(_town(), own, Parameters())
    found = best_portfolio(again, own, 700_000.0, Parameters())
    chosen = dict(zip(found.chosen["concept_id"], found.chosen["units"], strict=True))
    cost = float(found.chosen["cost_eur"].sum())
    assert cost <= 700_000.0 and found.status == "optimal" and found.gap == pytest.approx(0.0, abs=1e-6)
    each = own["divide_detached_house"].cost_eur[1]
    assert chosen["divide_detached_house"] == int(700_000.0 // each)
    assert found.value <= found.bound + 1e-6


def test_a_budget_that_funds_nothing_is_refused(lab, concepts):
    with pytest.raises(InputError, match=r"fund nothing|cannot be used"):
        best_portfolio(lab, concepts, 1.0, Parameters())


def test_a_town_without_rooms_gets_no_invented_answer(town, concepts):
    with pytest.raises(InputError, match="rooms"):
        housing_lab(town.drop(columns="rooms"), concepts, Parameters())


def test_unknown_concepts_and_numbers_are_all_told_at_once(town, concepts):
    with pytest.raises(InputError) as error:
        housing_lab(town, concepts, Parameters(), take={"nothing": 1, "joker_room": -1, "use_neutral_plan": 2})
    assert len(error.value.where) == 3
    with pytest.raises(InputError, match="did you mean") as error:
        read_concepts(Parameters(), {"joker_rom": {}, "roof_storey": {"price": 3, "uptake": [0.5, 0.2, 2]}})
    assert len(error.value.where) == 3


def test_a_cost_of_the_study_makes_a_concept_plannable():
    own = {"sublet_for_help": {"cost": [200.0, 300.0, 400.0], "source": "Stadt"}}
    assert not read_concepts(Parameters())["sublet_for_help"].costed
    found = read_concepts(Parameters(), own)["sublet_for_help"]
    assert found.cost_eur[1] == 300.0 and found.text("cost_source", "de") == "Stadt"


def test_units_are_spread_whole_and_in_proportion():
    assert spread(5, pd.Series({"b": 30.0, "a": 10.0})) == {"a": 1, "b": 4}
    assert spread(3, pd.Series(dtype=float)) == {"": 3} and spread(0.2, pd.Series({"a": 1.0})) == {}


def test_the_same_households_give_the_same_lab(town, concepts, lab):
    again = housing_lab(town, concepts, Parameters(), take={"divide_detached_house": 1, "dwelling_exchange": 1})
    pd.testing.assert_frame_equal(lab.effects, again.effects)


def test_stability_says_whether_the_sign_holds_over_the_draws(town, concepts):
    roomy, own = town.assign(rooms=7), read_concepts(Parameters(), {"roof_storey": {"uptake": [0.2, 0.4, 0.5]}})
    chosen = {"roof_storey": own["roof_storey"]}
    for draws, share, stable in (([roomy, roomy], 0.0, False), ([town, roomy], 0.5, False), ([town, town], 1.0, True)):
        found = housing_lab(town, chosen, Parameters(), draws=draws).stability.iloc[0]
        assert (found["positive_share"], found["stable"]) == (share, stable)


def test_a_town_without_types_says_that_couples_stay_open(town, concepts):
    found = housing_lab(town.drop(columns="household_type"), {"joker_room": concepts["joker_room"]}, Parameters())
    assert ("types_open", "") in found.notes
