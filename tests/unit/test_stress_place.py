"""What places offer on a day, by hand: three addresses, two shops, two units; and which measure repairs most."""

import numpy as np
import pandas as pd
import pytest

from homes_made import homes_by_hand, household
from nahraum.access.pairs import pairs_of
from nahraum.measures.model import PARTS, Demand, Effects
from nahraum.parameters import Parameters
from nahraum.publish.stress.released import released_stress
from nahraum.stress import read_scenario, who_fails
from nahraum.stress.association import with_incidence
from nahraum.stress.outcome import StressTest, outcome_of, places_of
from nahraum.stress.place import Near, green_fails, place_of, sales_areas, supply_fails
from nahraum.stress.repair import Ground, of_plan, repairs

KNOWN = Parameters()
COUPLE = {
    "household_type": "couple_without_child",
    "rooms": 3,
    "age_40_49": 2,
    "workers_assumed": 0,
    "school_children_assumed": 0,
}


def near(green_access=(1, 0, 1), green_m2=(50.0, 0.0, 0.5), food=(1, 1, 0), area=1000.0) -> Near:
    """Addresses a and b in unit 1, c in unit 2; shop s reached by a and b."""
    addresses = pd.DataFrame({
        "address_id": ["a", "b", "c"], "cell_key": [1, 1, 2], "quarter_id": ["Q1", "Q1", "Q2"], "inside": True,
        "residents": [300.0, 100.0, 200.0], "residents_communal": [0.0, 0.0, 0.0],
    })  # fmt: skip
    shops = pairs_of(
        np.array(["a", "b", "c"], dtype=object), np.array(["s"], dtype=object), ([0, 1], [0, 0], [500, 600])
    )
    sizes = np.array([area])
    access = [np.array(values, dtype=np.float64) for values in (green_access, green_m2, food)]
    return Near(addresses, *access, shops, (sizes, sizes, sizes), {100: np.array([1.0, 1.0, 0.0])})


def homes(n: int = 60):
    return homes_by_hand([household(2, **COUPLE) for _ in range(n)], quarters=("Q1", "Q2"))


def test_green_fails_without_a_way_or_with_too_many_visitors():
    """Spring 2020: a tenth visits; 0.5 m² per resident are 5 per visitor, fewer than 10. Heat: 50 · 0.4 / 0.13."""
    _, likely, _ = green_fails(near(), read_scenario("nrw_spring_2020"), KNOWN)
    assert likely.tolist() == [0, 1, 1]
    low, likely, high = green_fails(near(green_m2=(4.0, 0.0, 3.0)), read_scenario("heat_lockdown"), KNOWN)
    assert (low.tolist(), likely.tolist(), high.tolist()) == ([0, 1, 0], [0, 1, 1], [1, 1, 1])
    unknown = green_fails(
        near(green_access=(np.nan, 0, 1), green_m2=(1.0, 0.0, np.nan)), read_scenario("open_day"), KNOWN
    )
    assert np.isnan(unknown[1]).tolist() == [True, False, True]


def test_shops_fail_where_fewer_may_enter_than_have_to():
    """400 people in pairs shop with 0.05 per hour: 10 trips; 1,000 m² let 100 in, 240 an hour; 40 m² 4 and 9.6."""
    scenario = read_scenario("nrw_spring_2020")
    assert supply_fails(near(), scenario, 2.0, KNOWN)[1].tolist() == [0, 0, 1]
    assert supply_fails(near(area=40.0), scenario, 2.0, KNOWN)[1].tolist() == [1, 1, 1]
    assert supply_fails(near(area=50.0), scenario, 2.0, KNOWN)[1].tolist() == [0, 0, 1]
    assert supply_fails(near(area=40.0), read_scenario("open_day"), 2.0, KNOWN)[1].tolist() == [0, 0, 1]


def test_a_mapped_building_tells_the_sales_area_and_others_are_an_order_of_magnitude():
    facilities = pd.DataFrame({"facility_id": ["s", "t"], "area_m2": [2000.0, np.nan]})
    low, likely, high = sales_areas(np.array(["s", "t"], dtype=object), facilities, KNOWN)
    assert (low.tolist(), likely.tolist(), high.tolist()) == ([1400, 600], [1400, 1000], [1400, 1500])


def test_a_place_is_the_mean_of_its_private_residents():
    told = place_of(near(), homes().places, read_scenario("nrw_spring_2020"), 2.0, KNOWN).table
    assert told.loc[(1, "Q1"), "green"] == pytest.approx(0.25) and told.loc[(2, "Q2"), "supply"] == 1


def test_the_measure_that_relieves_most_people_of_several_comes_first():
    """A way to green for b helps a quarter of unit 1; fibre and a shop for c all of unit 2."""
    made, scenario = homes(), read_scenario("nrw_spring_2020")
    place = places_of(made, near(), [scenario], KNOWN)[scenario.id]
    failing = who_fails(made.households, place, scenario, KNOWN)
    ground = Ground(made.households, near(), made.places, scenario, 2.0, place, failing, 100)
    change = np.zeros((2, len(PARTS)))
    change[0, PARTS.index("green_access")], change[0, PARTS.index("green_m2")] = 1, 50.0
    change[1, PARTS.index("food_full_range")], change[1, PARTS.index("internet")] = 1, -1.0
    demand = Demand(
        **{**dict.fromkeys(Demand.__dataclass_fields__), "address_id": np.array(["a", "b", "c"], dtype=object)}
    )
    none = np.zeros(2)
    effects = Effects(("green", "shop"), np.array([0, 1, 2]), np.array([1, 2]), change, none, none, none)
    told = repairs(ground, demand, effects, KNOWN)
    assert told["site_id"].tolist() == ["shop", "green"]
    row = told.set_index("site_id").loc["shop"]
    assert row["supply_persons"] == pytest.approx(60) and row["line_persons"] == pytest.approx(60)
    assert told.set_index("site_id").loc["green", "green_persons"] == pytest.approx(15)
    named = of_plan(told, [{"site_id": "green", "number": "1", "label": "Weg", "quarter": "Q1"}])
    assert named["label"].tolist() == ["Weg"]


def test_quarters_with_few_households_are_not_told_and_the_rest_in_tens():
    many = [household(2, quarter_id="Q1", **COUPLE) for _ in range(140)]
    made = homes_by_hand([*many, *(household(2, quarter_id="Q2", **COUPLE) for _ in range(49))], quarters=("Q1", "Q2"))
    scenarios = (read_scenario("open_day"),)
    found = outcome_of(made, near(), scenarios, KNOWN, draws=[made.households])
    test = StressTest(scenarios, found, pd.DataFrame(), pd.DataFrame(), made.statement, (), {"Q1": "A", "Q2": "B"})
    import geopandas as gpd

    shapes = gpd.GeoDataFrame({"quarter_id": ["Q1", "Q2"], "name": ["A", "B"]}, geometry=[None, None], crs="EPSG:25832")
    told = released_stress(test, shapes, None, KNOWN)
    assert told.quarters["open_day"].frame["quarter_id"].tolist() == ["Q1"]
    whole = found.quarters.iloc[0]
    assert (whole["quarter_id"], whole["persons"]) == ("", 378) and told.whole()[0]["residents"] == 380
    assert found.quarters["isolation_drawn_share_max"].tolist() == found.quarters["isolation_share"].tolist()


def test_cases_are_ranked_wave_by_wave_and_too_few_areas_tell_nothing():
    quarters = pd.DataFrame({"quarter_id": [str(k) for k in range(12)], "several_share": np.arange(12) / 12})
    waves = [("1", np.arange(12.0)), ("2", -np.arange(12.0))]
    cases = pd.concat([pd.DataFrame({"area_id": quarters["quarter_id"], "period": p, "ratio": v}) for p, v in waves])
    assert with_incidence(quarters, cases, KNOWN)["rho"].tolist() == [1, -1]
    assert not len(with_incidence(quarters.head(5), cases, KNOWN))
