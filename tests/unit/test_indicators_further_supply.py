"""Supply beyond the five services, opening hours and the 15-minute city, on a street with a node every 100 m."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nahraum.access import measure
from nahraum.errors import InputError
from nahraum.indicators.further import Setting
from nahraum.indicators.themes import proximity, supply
from nahraum.indicators.themes.opening import moment_of, open_at
from nahraum.parameters import Parameters
from nahraum.tables import SERVICES
from tiny_walks import area, street

# one place of each kind, 200 m beyond the address a and 400 m before the address b (at 100 and 700 m along the street)
PLACES = [(f"p{n}", kind, 300, 0) for n, kind in enumerate(supply.WAYS)]
SHOPS = [("s1", "food_full_range", 200, 0), ("s2", "food_full_range", 1000, 0)]


def _setting(places, hours=None, **values) -> Setting:
    town = area({"a": (100, 0, 10.0), "b": (700, 0, 30.0), "far": (500, 900, 5.0)}, places)
    if hours is not None:
        town.facilities["opening_hours"] = hours
    parameters = Parameters(values)
    return Setting(town, street(), measure(town, street(), parameters), parameters)


@pytest.fixture(scope="module")
def ways() -> pd.DataFrame:
    return supply.address_values(_setting([*PLACES, *SHOPS]))


def _is_the_way(ways, name):
    assert ways[name].tolist()[:2] == [200.0, 400.0] and np.isnan(ways[name][2])
    assert ways[f"{name}_status"].tolist() == ["ok", "ok", "unreachable"]
    assert getattr(supply, name)(ways).equals(ways[name])


def test_kita_distance_m_is_the_way_to_the_nearest(ways):
    _is_the_way(ways, "kita_distance_m")


def test_secondary_school_distance_m_is_the_way_to_the_nearest(ways):
    _is_the_way(ways, "secondary_school_distance_m")


def test_paediatrician_distance_m_is_the_way_to_the_nearest(ways):
    _is_the_way(ways, "paediatrician_distance_m")


def test_dentist_distance_m_is_the_way_to_the_nearest(ways):
    _is_the_way(ways, "dentist_distance_m")


def test_drugstore_distance_m_is_the_way_to_the_nearest(ways):
    _is_the_way(ways, "drugstore_distance_m")


def test_bakery_butcher_distance_m_is_the_way_to_the_nearest(ways):
    _is_the_way(ways, "bakery_butcher_distance_m")


def test_bank_atm_distance_m_is_the_way_to_the_nearest(ways):
    _is_the_way(ways, "bank_atm_distance_m")


def test_post_distance_m_is_the_way_to_the_nearest(ways):
    _is_the_way(ways, "post_distance_m")


def test_community_distance_m_is_the_way_to_the_nearest(ways):
    _is_the_way(ways, "community_distance_m")


def test_a_category_below_half_its_national_density_proves_nothing_by_absence():
    sparse = supply.address_values(_setting(SHOPS))
    assert sparse["kita_distance_m_status"].tolist() == ["missing", "missing", "unreachable"]
    many = {"further_density.kita": 1000.0}
    found = supply.address_values(_setting([*PLACES, *SHOPS], **many))
    assert found["kita_distance_m_status"].tolist() == ["unreliable", "unreliable", "unreachable"]


def test_categories_within_reach_counts_kinds_and_not_places(ways):
    kinds = len(supply.WAYS) - 1 + 1  # all but the paediatrician, who is no kind of choice, and the food shop
    assert ways["categories_within_reach"].tolist() == [kinds, kinds, 0.0]
    assert ways["categories_within_reach_status"].tolist()[0] == "unreliable"  # culture and others are not mapped


def test_food_shops_within_reach_counts_shops_within_the_distance_of_supply(ways):
    assert ways["food_shops_within_reach"].tolist() == [2.0, 2.0, 0.0]  # 100 and 900 m; 500 and 300 m
    near = supply.address_values(_setting([*PLACES, *SHOPS], **{"supply.maximum_distance_m": 400.0}))
    assert near["food_shops_within_reach"].tolist() == [1.0, 1.0, 0.0]


REACHED = pd.DataFrame(
    [[1, 1, 1, 1, 1], [1, 1, 1, 1, 0], [1, 1, 1, 1, np.nan], [0, 0, 0, 0, 0], [0, 0, 0, 0, np.nan], [0, 0, 0, 0, 1]],
    columns=list(SERVICES), dtype=float,
)  # fmt: skip


def test_all_services_share_needs_every_service_and_one_unknown_leaves_it_open():
    assert supply.all_services_share(REACHED).fillna(-1).tolist() == [1.0, 0.0, -1.0, 0.0, 0.0, 0.0]


def test_one_service_share_is_settled_by_a_second_service_and_open_by_one_unknown():
    assert supply.one_service_share(REACHED).fillna(-1).tolist() == [0.0, 0.0, 0.0, 0.0, -1.0, 1.0]


def _is_the_column(name: str) -> None:
    value = supply.WITHIN_REACH[name](REACHED)
    assert value.name == f"{name}_within_reach_share"
    assert value.fillna(-1).tolist() == REACHED[name].fillna(-1).tolist()


def test_food_full_range_within_reach_share_is_one_where_a_food_shop_is_within_reach():
    _is_the_column("food_full_range")


def test_gp_within_reach_share_is_one_where_a_gp_is_within_reach():
    _is_the_column("gp")


def test_pharmacy_within_reach_share_is_one_where_a_pharmacy_is_within_reach():
    _is_the_column("pharmacy")


def test_primary_school_within_reach_share_is_one_where_a_primary_school_is_within_reach():
    _is_the_column("primary_school")


def test_stop_within_reach_share_is_unknown_where_the_stop_is():
    _is_the_column("stop")
    assert supply.stop_within_reach_share(REACHED).isna().tolist() == [False, False, True, False, True, False]


def test_within_reach_of_addresses_keeps_what_is_known_of_each_service_apart():
    table = supply.address_values(_setting(SHOPS, **{"supply.maximum_distance_m": 400.0}))
    assert table["food_full_range_within_reach_share"].tolist() == [1.0, 1.0, 0.0]  # 100, 300 m, nowhere
    assert table["gp_within_reach_share"].tolist() == [0.0, 0.0, 0.0]
    assert table["one_service_share"].tolist() == [1.0, 1.0, 0.0]


def test_no_service_share_is_settled_by_one_service_and_open_by_one_unknown():
    assert supply.no_service_share(REACHED).fillna(-1).tolist() == [0.0, 0.0, 0.0, 1.0, -1.0, 0.0]


HOURS = ["Mo-Sa 07:00-20:00", "Mo-Fr 08:00-18:00"]


def test_food_open_saturday_share_asks_for_a_shop_open_at_ten():
    limit = {"supply.maximum_distance_m": 300.0}
    table = supply.address_values(_setting(SHOPS, HOURS, **limit))
    assert table["food_open_saturday_share"].tolist() == [1.0, 0.0, 0.0]  # b has the other shop in reach, closed


def test_food_open_evening_share_is_unknown_where_only_a_shop_without_hours_is_near():
    limit = {"supply.maximum_distance_m": 300.0}
    table = supply.address_values(_setting(SHOPS, [HOURS[0], ""], **limit))
    assert table["food_open_evening_share"].tolist()[0] == 1.0
    assert np.isnan(table["food_open_evening_share"][1])
    assert table["food_open_evening_share_status"].tolist()[1] == "undetermined"


def test_too_few_shops_with_hours_tell_nothing():
    assert "food_open_saturday_share" not in supply.address_values(_setting(SHOPS, ["", "closed on the moon"]))


def test_open_at_reads_a_usual_week():
    hours = pd.Series(["Mo-Sa 07:00-20:00", "24/7", "Mo-Fr 08:00-12:00; PH off", "", "nonsense"])
    assert open_at(hours, "Sa 10:00").fillna(-1).tolist() == [1.0, 1.0, 0.0, -1.0, -1.0]
    assert moment_of("Tu 19:00").isoformat() == "2025-03-04T19:00:00"
    with pytest.raises(InputError, match="no moment of a week"):
        moment_of("Samstag 10")


def test_proximity_time_min_is_the_mean_over_kinds_and_unknown_without_one():
    minutes = np.array([[10.0, 20.0], [10.0, np.nan]])
    assert proximity.proximity_time_min(minutes).tolist()[0] == 15.0
    assert np.isnan(proximity.proximity_time_min(minutes)[1])


def test_within_15_minutes_share_compares_with_the_limit():
    share = proximity.within_15_minutes_share(np.array([15.0, 15.1, np.nan]), maximum_min=15.0)
    assert share.tolist()[:2] == [1.0, 0.0] and np.isnan(share[2])


def _kinds(n: int):
    every = ("kita", "food_small", "eating", "stop", "culture", "sport", "post", "dentist")
    return [(f"{kind}{i}", kind, 200 + 100 * i, 0) for kind in every for i in range(n)]


def test_the_proximity_time_of_five_places_each_is_their_mean_way_at_five_kilometres_an_hour():
    nearer = {f"proximity.kinds.{kind}": ["post"] for kind in ("outdoor",)}
    table = proximity.address_values(_setting(_kinds(5), **nearer))
    # from a: 100 … 500 m, mean 300 m, at 5 km/h 3.6 min; from b (700): 100 … 500 m as well
    assert table["proximity_time_min"].round(6).tolist()[:2] == [3.6, 3.6]
    assert table["proximity_time_min_status"].tolist() == ["unreliable", "unreliable", "unreachable"]
    assert proximity.address_values(_setting(_kinds(4), **nearer)).empty
