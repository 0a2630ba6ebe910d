"""What 100 dwellings change, by hand: flats on a car park beside a park that is shared and a shop that may come."""

from dataclasses import replace

import numpy as np
import pytest

from drawn_programmes import demand, effects, measure_type, site
from nahraum.measures.density import nearest_rows, per_100_dwellings
from nahraum.measures.programme import programme_problem
from nahraum.parameters import Parameters

KINDS = {name: measure_type(name) for name in ("flats", "shop")}


def town(*, m2=(4.0, 7.0)):
    """100 people with 4 m² of green, no shop near, and 50 with 7 m²; 40 flats for 80 people take 2 m² from all."""
    within = np.ones((2, 5))
    within[0, 0] = 0
    people = demand([100, 50], m2=list(m2), within=within)
    told = effects({
        "flats": {0: {"green_m2": -2.0}, 1: {"green_m2": -2.0}},
        "shop": {0: {"food_full_range": 1.0}},
    })  # fmt: skip
    sites = [site("flats", 1e6, type_id="flats", dwellings=40.0), site("shop", 3e5, type_id="shop")]
    problem = programme_problem(people, told, sites, KINDS)
    return replace(problem, newcomers=np.array([80.0, 0]), newcomers_lacking=np.array([20.0, 0]))


def row(**more):
    return per_100_dwellings(town(), Parameters(), **more).iloc[0]


def test_only_sites_with_dwellings_are_told():
    assert per_100_dwellings(town(), Parameters())["site_id"].tolist() == ["flats"]


def test_green_is_shared_by_more():
    told = row()
    assert told["green_m2_change"] == pytest.approx(-2.0 * 100 / 40)
    assert told["green_sharing"] == 150
    assert told["green_persons"] == pytest.approx(-50 * 100 / 40)  # those with 7 m² fall to 5
    assert told["dwellings_until_green"] == pytest.approx(20)  # 1 m² to spare, 2 m² lost with 40
    assert told["green_m2_for_all"] == pytest.approx(200 * 6)


def test_the_other_prerequisites_of_those_who_live_there_stay():
    told = row()
    assert (told["supply_persons"], told["internet_persons"], told["living_space_persons"]) == (0, 0, 0)
    assert told["newcomers_lacking"] == pytest.approx(20 * 100 / 40)


def test_the_new_neighbours_feed_a_shop_and_need_places():
    told = row(surroundings=np.array([0, 0]))
    assert told["shop_m2"] == pytest.approx(200 * 2900 / 5250)
    assert told["kita_places"] == pytest.approx(200 * 0.047 * 0.75)
    assert told["school_places"] == pytest.approx(200 * 0.037)
    assert (told["shop_site_id"], told["shop_people"], told["shop_people_with"]) == ("shop", 100, 300)
    assert told["shop_bears"] == "no"


def test_a_shop_bears_itself_from_the_parameter_on():
    parameters = Parameters({"coupling.shop_residents_low": 250.0, "coupling.shop_residents_high": 299.0})
    found = per_100_dwellings(town(), parameters, surroundings=np.array([0, 0]))
    assert found["shop_bears"].tolist() == ["yes"]


def test_where_nobody_lives_near_nothing_is_told_of_shops():
    told = row(surroundings=np.array([-1, -1]))
    assert told["shop_site_id"] == "" and np.isnan(told["shop_people"])


def test_where_nobody_has_enough_green_there_is_no_number_of_dwellings():
    found = per_100_dwellings(town(m2=(4.0, 5.0)), Parameters())
    assert np.isnan(found["dwellings_until_green"]).all()


def test_the_nearest_people_are_found_by_their_cell():
    from nahraum.grid import cell_key

    people = demand([10, 10])
    keys = np.array([int(cell_key(4_100_050, 3_100_050)), int(cell_key(4_101_050, 3_100_050))])
    people = replace(people, cell=keys)
    sites = [site("a", 1, x_m=4_100_990.0, y_m=3_100_020.0), site("b", 1, x_m=4_110_000.0, y_m=3_100_000.0)]
    assert nearest_rows(people, sites, 3035, within_m=300).tolist() == [1, -1]
