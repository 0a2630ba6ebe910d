from functools import partial

import numpy as np
import pandas as pd
import pytest
import shapely

from nahraum.access import Tile, access_rules, attach_area, catchment, measure, reach, square_tiles
from nahraum.access.decay import binary, decay_of, exponential, gaussian, power, zones
from nahraum.access.engine import Engine
from nahraum.access.pairs import pairs_of
from nahraum.access.setting import whole_dm
from nahraum.errors import InputError
from nahraum.frames import require
from nahraum.network import attach_points
from nahraum.parameters import Parameters
from nahraum.tables import ACCESS
from tiny_walks import area, net, points, street


def nearest(network, origins, places, limit_m=1000.0):
    return nearest_of(
        network,
        attach_points(network, origins, maximum_leg_m=250),
        attach_points(network, places, maximum_leg_m=250),
        limit=whole_dm(limit_m),
    )


def nearest_of(network, origins, places, limit=99999):
    return reach.nearest(Engine.of(network), origins, {"kind": places}, limit=limit)["kind"]


def pairs(network, origins, places, limit_m=1000.0):
    return reach.pairs(
        Engine.of(network),
        attach_points(network, origins, maximum_leg_m=250),
        attach_points(network, places, maximum_leg_m=250),
        limit=whole_dm(limit_m),
    )


def test_the_way_to_a_place_is_leg_plus_street_plus_leg():
    found = nearest(street(), points(home=(130, 20)), points(shop=(650, 10)))
    assert found.to_dict("records") == [{"id": "home", "cost": 200 + 5200 + 100, "place_id": "shop"}]


def test_two_points_on_one_edge_see_each_other_directly():
    network = net({1: (0, 0), 2: (1000, 0)}, [(1, 2, 1)])
    found = nearest(network, points(home=(300, 0)), points(shop=(420, 5)))
    assert found["cost"].tolist() == [1200 + 50]


def test_around_the_block_can_be_shorter_than_along_the_edge():
    network = net({1: (0, 0), 2: (1000, 0)}, [(1, 2, 7, 30000), (1, 2, 8, 100)])
    edge = int(np.flatnonzero(network.edge_way_id == 7)[0])
    home = attach_points(network, points(home=(0, 0), shop=(0, 0)), maximum_leg_m=9)
    home.edge[:] = edge
    home.offset_dm[:] = [1000, 29500]
    only = np.array([True, False])
    found = nearest_of(network, home.take(only), home.take(~only))
    assert found["cost"].tolist() == [1000 + 100 + 500]


def test_of_equally_near_places_the_lowest_id_is_named():
    places = points(b=(600, 0), a=(400, 0), c=(600, 0))
    assert nearest(street(), points(home=(500, 0)), places)["place_id"].tolist() == ["a"]
    assert nearest(street(), points(home=(620, 0)), places)["place_id"].tolist() == ["b"]


def test_a_place_exactly_at_the_limit_is_reached_and_one_decimetre_farther_is_not():
    places = points(shop=(800, 0))
    assert nearest(street(), points(home=(100, 0)), places, 700.0)["cost"].tolist() == [7000]
    beyond = nearest(street(), points(home=(100, 0)), places, 699.9)
    assert beyond[["cost", "place_id"]].to_numpy().tolist() == [[-1, ""]]


def test_without_any_place_nobody_reaches_one():
    assert nearest(street(), points(home=(100, 0)), points())["cost"].tolist() == [-1]


def test_another_component_is_not_reached():
    network = net({1: (0, 0), 2: (500, 0), 3: (0, 300), 4: (400, 300)}, [(1, 2, 1), (3, 4, 2)])
    attachment = attach_points(network, points(home=(100, 0)), maximum_leg_m=50)
    other = attach_points(network, points(shop=(100, 300)), maximum_leg_m=50)
    assert other.status.tolist() == ["other_component"]
    assert nearest_of(network, attachment, other)["cost"].tolist() == [-1]


def test_pairs_hold_the_nearest_entrance_of_each_group():
    network = street()
    entrances = attach_points(network, points(e1=(0, 0), e2=(900, 0), e3=(520, 0)), maximum_leg_m=9)
    groups = np.array(["park", "park", "square"], dtype=object)
    places = type(entrances)(groups, entrances.edge, entrances.offset_dm, entrances.leg_dm, entrances.status)
    origins = attach_points(network, points(a=(100, 0), b=(800, 0)), maximum_leg_m=9)
    found = reach.pairs(Engine.of(network), origins, places, limit=4000).table()
    assert found.to_numpy().tolist() == [["a", "park", 1000], ["b", "park", 1000], ["b", "square", 2800]]


def test_an_origin_that_reaches_nothing_is_kept_with_zero():
    network = street()
    origins = attach_points(network, points(far=(1000, 0), near=(100, 0)), maximum_leg_m=9)
    places = attach_points(network, points(p=(0, 0), q=(300, 0), r=(250, 0)), maximum_leg_m=9)
    total = reach.reachable(
        Engine.of(network), origins, places, category=np.array([0, 0, 1]), amount=np.array([15, 20, 1]),
        limits=[1000, 2000],
    )  # fmt: skip
    assert total.tolist() == [[[0, 0], [0, 0]], [[15, 35], [0, 1]]]


def test_sums_that_numbers_of_their_kind_cannot_hold_are_refused():
    """Two places of 1.5e9 on one street: 3e9 is more than the 2.147e9 of int32; as int64 they are added up."""
    network = street()
    origins = attach_points(network, points(a=(100, 0)), maximum_leg_m=9)
    places = attach_points(network, points(p=(0, 0), q=(300, 0)), maximum_leg_m=9)
    category, amount = np.zeros(2, dtype=np.int32), np.full(2, 1_500_000_000)
    ask = partial(reach.reachable, Engine.of(network), origins, places, limits=[5000])
    assert ask(category=category, amount=amount).tolist() == [[[3_000_000_000]]]
    with pytest.raises(InputError) as told:
        ask(category=category, amount=amount.astype(np.int32))
    assert told.value.where[0] == "3e+09 in one category"
    assert "int64" in told.value.fix
    assert ask(category=np.array([0, 1]), amount=amount.astype(np.int32)).tolist() == [[[1_500_000_000]] * 2]
    with pytest.raises(InputError):
        ask(category=np.array([0, -1]), amount=amount)


def test_the_k_nearest_are_in_order_and_fewer_are_no_mean():
    network = street()
    origins = attach_points(network, points(a=(100, 0), b=(900, 0)), maximum_leg_m=9)
    places = attach_points(network, points(x=(0, 0), y=(300, 0), z=(350, 0)), maximum_leg_m=9)
    found = reach.nearest_k(Engine.of(network), origins, places, k=2, limit=6000)
    assert found.place_ids[found.place[0]].tolist() == ["x", "y"]
    assert found.cost.tolist() == [[1000, 2000], [5500, 6000]]
    assert reach.proximity(found).tolist() == [1500, 5750]
    short = reach.nearest_k(Engine.of(network), origins, places, k=2, limit=5999)
    assert short.place.tolist()[1] == [2, -1]
    assert np.isnan(reach.proximity(short)[1])


def test_scenarios_are_lanes_of_one_sweep():
    network = street()
    origins = attach_points(network, points(a=(100, 0), b=(900, 0)), maximum_leg_m=9)
    places = attach_points(network, points(x=(0, 0), y=(940, 0)), maximum_leg_m=9)
    first = np.array([True, False])
    both = reach.distances(Engine.of(network), origins, [places.take(first), places, places.take(first & ~first)])
    assert both.tolist() == [[1000, 1000, -1], [9000, 400, -1]]


def test_decay_is_one_at_the_door_and_nothing_beyond_the_catchment():
    assert binary([0, 500, 500.1], catchment_m=500).tolist() == [1, 1, 0]
    assert zones([0, 100, 100.1, 300, 301], catchment_m=300, weights=[1, 0.68, 0.22]).tolist() == [
        1,
        1,
        0.68,
        0.22,
        0,
    ]
    assert gaussian([0, 500, 600], catchment_m=500).tolist() == [1, 0, 0]


def test_an_unknown_decay_is_refused():
    with pytest.raises(InputError, match="no decay is called 'linear'"):
        decay_of(Parameters(), "linear", catchment_m=500)


def test_gravity_is_one_nearby_and_falls_as_its_formula_says():
    assert power([0, 50, 200, 501], catchment_m=500, exponent=2, nearest_m=50).tolist() == [1, 1, 1 / 16, 0]
    assert exponential([0, 100, 300, 501], catchment_m=500, half_m=100).tolist() == [1, 0.5, 0.125, 0]


def test_a_green_that_only_empty_addresses_reach_is_no_infinite_green():
    found = pairs_of(np.array(["a"], dtype=object), np.array(["park"], dtype=object), ([0], [0], [10]))
    near = decay_of(Parameters(), "binary", catchment_m=9)
    share = catchment.two_step(found, np.array([0.0]), np.array([5000.0]), decay=near)
    assert np.isnan(share).tolist() == [True]


PARK = shapely.box(480, 10, 580, 110)  # one hectare north of the street


def town(**changes):
    """Three addresses on a street of one kilometre, one shop, one park, a stop."""
    given = {
        "addresses": {"a": (100, 0, 10.0), "b": (600, 0, 40.0), "far": (500, 900, 5.0)},
        "facilities": [("shop", "food_full_range", 300, 0), ("halt", "stop", 1000, 0)],
        "greens": {"park": PARK},
        "entrances": [("park", 500, 10, "gate")],
    }
    return area(**(given | changes))


def measured(changes=None, overrides=None, **options):
    table = measure(town(**(changes or {})), street(), Parameters(overrides or {}), **options)
    return require(table, ACCESS, called="access").set_index("address_id")


def test_every_address_gets_its_distances_and_names():
    table = measured()
    assert table["food_full_range_distance_m"].tolist()[:2] == [200.0, 300.0]
    assert table["food_full_range_nearest_id"].tolist() == ["shop", "shop", ""]
    assert table["stop_distance_m"].tolist()[:2] == [900.0, 400.0]
    assert table["green_distance_m"].tolist()[:2] == [410.0, 110.0]
    assert table["green_nearest_id"].tolist() == ["park", "park", ""]


def test_nothing_within_the_search_limit_is_unreachable_and_not_zero():
    table = measured()
    assert table["gp_distance_m"].isna().all()
    assert table["gp_distance_m_status"].tolist() == ["unreachable"] * 3
    assert table.loc["far", "stop_distance_m_status"] == "unreachable"
    assert table.loc["far", "green_m2_per_resident_status"] == "unreachable"
    assert np.isnan(table.loc["far", "green_m2_per_resident"])


def test_all_residents_within_the_distance_compete_for_a_green_also_those_outside_and_at_the_edge():
    table = measured({"outside": ("b",), "edge": ("b",)})
    assert table.loc["a", "green_m2_per_resident"] == pytest.approx(10_000 / 50)
    assert table.loc["b", "green_m2_per_resident"] == pytest.approx(10_000 / 50)


def test_a_green_counts_at_most_its_usable_cap():
    table = measured(overrides={"green_standards.nahraum_green.usable_area_cap_m2": 2000.0})
    assert table.loc["a", "green_m2_per_resident"] == pytest.approx(40)


def test_beyond_the_standards_distance_there_is_no_green_to_share():
    table = measured(overrides={"green_standards.nahraum_green.maximum_distance_m": 400.0})
    assert table.loc["a", ["green_m2_per_resident", "green_m2_per_resident_status"]].tolist() == [0.0, "ok"]
    assert table.loc["b", "green_m2_per_resident"] == pytest.approx(10_000 / 40)


def test_the_edge_of_the_data_wins_over_every_other_status_and_keeps_the_value():
    table = measured({"edge": ("a", "far")})
    assert table.loc["a", "stop_distance_m"] == 900.0
    assert (table.loc[["a", "far"], [c for c in table if c.endswith("_status")]] == "edge").all().all()


def test_a_category_not_mapped_well_enough_gives_upper_bounds_and_unknowns_never_lacks():
    table = measured({"categories": {"stop": ("missing", "sparse"), "gp": ("missing", "absent")}})
    assert table["stop_distance_m_status"].tolist() == ["unreliable", "unreliable", "unreachable"]
    assert table["gp_distance_m_status"].tolist() == ["missing", "missing", "unreachable"]


def test_schools_of_unspecified_level_stand_in_where_the_rule_says_so():
    school = {"facilities": [("s", "school_unspecified", 200, 0)]}
    plain = measured(school)
    assert plain["primary_school_distance_m"].isna().all()
    fallback = measured(school | {"categories": {"primary_school": ("imputed", "fallback")}})
    assert fallback.loc["a", "primary_school_distance_m"] == 100.0
    assert fallback["primary_school_distance_m_status"].tolist() == ["imputed", "imputed", "unreachable"]


def test_data_without_any_green_are_unknown_not_lacking():
    table = measured({"greens": {}, "entrances": []})
    assert table.loc["a", "green_distance_m_status"] == "missing"
    assert table.loc["a", "green_m2_per_resident_status"] == "missing"


def test_a_linear_standard_is_measured_straight_to_the_edge_of_the_green():
    table = measured(overrides={"green.standard": "who_europe"})
    assert table["green_distance_m"].tolist() == [pytest.approx(380.1, abs=0.06), pytest.approx(22.4, abs=0.06), 790.0]
    assert table["green_distance_m_status"].tolist() == ["ok", "ok", "ok"]
    assert table["green_m2_per_resident"].tolist() == [0.0, pytest.approx(10_000 / 40), 0.0]


def test_an_address_inside_a_green_is_at_no_distance():
    table = measured({"addresses": {"in": (500, 50, 1.0)}}, {"green.standard": "who_europe"})
    assert table.loc["in", "green_distance_m"] == 0


def test_an_unknown_green_standard_is_refused_with_those_there_are():
    with pytest.raises(InputError, match="no green standard 'berlin'") as error:
        measured(overrides={"green.standard": "berlin"})
    assert "nahraum_green or who_europe" in error.value.message()


@pytest.mark.parametrize("kind", ["rail", "motorway", "water", "fence"])
def test_an_entrance_across_a_barrier_is_no_entrance(kind):
    line = shapely.LineString([(-100, 5), (2000, 5)])
    table = measured({"barriers": [(kind, line)]})
    assert table["green_nearest_id"].tolist() == ["", "", ""]


def test_an_address_behind_a_ditch_keeps_its_street_one_behind_a_railway_too_where_there_is_no_other():
    homes = {"addresses": {"a": (100, 20, 1.0)}}
    for kind in ("water", "rail"):
        line = shapely.LineString([(-100, 9), (2000, 9)])
        table = measured(homes | {"barriers": [(kind, line)]})
        assert table.loc["a", "food_full_range_distance_m"] == 220.0


def test_two_tiles_give_the_same_table_as_one():
    whole = measured()
    halves = square_tiles(town().addresses, size_m=500.0)
    assert [tile.key for tile in halves] == ["N0E0", "N0E1", "N1E1"]
    pd.testing.assert_frame_equal(measured(tiles=halves[::-1]), whole, check_exact=True)


def test_tiles_that_leave_an_address_out_or_count_one_twice_are_refused():
    ids = np.array(["a", "b"], dtype=object)
    with pytest.raises(InputError, match="do not cut the study") as error:
        measured(tiles=[Tile("x", ids, ids), Tile("y", ids[:1], np.array(["far"], dtype=object))])
    assert "lost: ['far']" in error.value.message()
    assert "repeated: ['a']" in error.value.message()


def test_what_was_attached_can_be_counted():
    attached = attach_area(town(), street(), access_rules(Parameters()))
    assert attached.counts()["addresses"] == {"ok": 2, "other_component": 0, "unreachable": 1}
    assert attached.counts()["entrances"] == {"ok": 1, "other_component": 0, "unreachable": 0}
