import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from nahraum.errors import InputError
from nahraum.network import BLOCKED, SmallComponents, attach_points, build_network, network_of_edges
from tiny_walks import CRS, extract, net, points, street

# three nodes on a street, about 71 m apart, and one further north
LONLAT = {10: (7.76, 49.44), 11: (7.761, 49.44), 12: (7.762, 49.44), 13: (7.761, 49.441)}


def edge_set(network):
    low, high = network.node_id[network.edge_from], network.node_id[network.edge_to]
    return sorted(zip(low.tolist(), high.tolist(), network.edge_way_id.tolist(), strict=True))


def test_each_pair_of_consecutive_nodes_is_an_edge_with_its_geodesic_length_in_decimetres():
    network = build_network(extract(LONLAT, [{"way_id": 5, "nodes": [10, 11, 12]}]), crs=CRS)
    assert edge_set(network) == [(10, 11, 5), (11, 12, 5)]
    geodesic = pyproj.Geod(ellps="WGS84").inv(7.76, 49.44, 7.761, 49.44)[2]
    assert network.edge_length_dm.tolist() == [round(geodesic * 10)] * 2 == [725, 725]


def test_nodes_that_no_walkable_way_uses_are_left_out():
    network = build_network(
        extract(LONLAT, [{"way_id": 5, "nodes": [10, 11]}, {"way_id": 6, "nodes": [11, 13], "walkable": False}]),
        crs=CRS,
    )
    assert sorted(network.node_id.tolist()) == [10, 11]


def test_a_way_split_at_a_missing_node_is_not_bridged():
    network = build_network(
        extract(LONLAT, [{"way_id": 5, "nodes": [10, 11]}, {"way_id": 5, "part": 1, "nodes": [13, 12]}]), crs=CRS
    )
    assert edge_set(network) == [(10, 11, 5), (12, 13, 5)]
    assert network.counts["components"] == 2


def test_two_ways_over_the_same_nodes_are_one_edge_under_the_lower_way_id():
    network = build_network(
        extract(LONLAT, [{"way_id": 9, "nodes": [10, 11, 12]}, {"way_id": 5, "nodes": [11, 10]}]), crs=CRS
    )
    assert edge_set(network) == [(10, 11, 5), (11, 12, 9)]
    assert network.counts["repeated_edges"] == 1


def test_a_node_twice_in_a_row_makes_no_edge():
    network = build_network(extract(LONLAT, [{"way_id": 5, "nodes": [10, 10, 11]}]), crs=CRS)
    assert edge_set(network) == [(10, 11, 5)]
    assert network.counts["self_loops"] == 1


def test_two_nodes_at_one_place_are_a_decimetre_apart():
    nodes = {1: (7.76, 49.44), 2: (7.76, 49.44), 3: (7.761, 49.44)}
    network = build_network(extract(nodes, [{"way_id": 5, "nodes": [1, 2, 3]}]), crs=CRS)
    assert network.edge_length_dm.tolist() == [1, 725]


def test_a_locked_gate_cuts_every_way_through_it_but_both_sides_reach_up_to_it():
    ways = [{"way_id": 5, "nodes": [10, 11, 12]}, {"way_id": 6, "nodes": [13, 11]}]
    network = build_network(extract(LONLAT, ways, impassable=(11,)), crs=CRS)
    assert edge_set(network) == [(10, 11, 5), (11, 12, 5), (11, 13, 6)]
    assert network.counts["components"] == 3
    assert network.counts["cut_nodes"] == 1
    assert np.diff(network.indptr).tolist() == [1] * 6


def test_an_extract_without_walkable_ways_is_refused_with_what_to_do():
    with pytest.raises(InputError, match="no walkable way") as error:
        build_network(extract(LONLAT, [{"way_id": 5, "nodes": [10, 11], "walkable": False}]), crs=CRS)
    assert "FIX" in error.value.message()


def test_a_way_that_names_an_unknown_node_is_refused():
    with pytest.raises(InputError, match="without coordinates"):
        build_network(extract(LONLAT, [{"way_id": 5, "nodes": [10, 99]}]), crs=CRS)


def test_row_order_of_the_extract_changes_nothing():
    ways = [
        {"way_id": 9, "nodes": [10, 11, 12]},
        {"way_id": 5, "nodes": [11, 13]},
        {"way_id": 5, "part": 1, "nodes": [13, 12]},
    ]
    one = build_network(extract(LONLAT, ways, impassable=(13,)), crs=CRS)
    two = build_network(extract(dict(reversed(LONLAT.items())), ways[::-1], impassable=(13,)), crs=CRS)
    for name in ("node_id", "x_m", "edge_from", "edge_to", "edge_length_dm", "edge_way_id", "neighbour", "component"):
        assert np.array_equal(getattr(one, name), getattr(two, name)), name


def test_of_parallel_edges_only_the_shortest_is_walked_but_each_can_be_lived_on():
    network = net({1: (0, 0), 2: (100, 0)}, [(1, 2, 7, 3000), (1, 2, 8, 1000)])
    assert network.n_edges == 2
    assert network.cost_out.tolist() == [1000, 1000]


def test_the_largest_component_is_the_one_with_most_metres_of_ways():
    network = net({1: (0, 0), 2: (10, 0), 3: (20, 0), 8: (0, 50), 9: (500, 50)}, [(1, 2, 1), (2, 3, 1), (8, 9, 2)])
    assert network.component.tolist() == [1, 1, 1, 0, 0]
    assert network.counts["main_component_length_m"] == 500


def test_a_point_meets_the_middle_of_an_edge_with_offset_and_leg():
    attachment = attach_points(street(), points(a=(130, 20)), maximum_leg_m=250)
    assert (attachment.edge[0], attachment.offset_dm[0], attachment.leg_dm[0]) == (1, 300, 200)
    assert attachment.status.tolist() == ["ok"]


def test_a_point_beyond_the_end_meets_the_end():
    attachment = attach_points(street(3), points(a=(230, 40)), maximum_leg_m=250)
    assert (attachment.edge[0], attachment.offset_dm[0], attachment.leg_dm[0]) == (1, 1000, 500)


def test_a_point_too_far_from_every_way_is_unreachable():
    attachment = attach_points(street(), points(a=(500, 251), b=(500, 250)), maximum_leg_m=250)
    assert attachment.edge.tolist() == [-1, 5 - 1]
    assert attachment.status.tolist() == ["unreachable", "ok"]


def test_offsets_follow_the_length_of_the_edge_not_its_drawing():
    network = net({1: (0, 0), 2: (100, 0)}, [(1, 2, 7, 3000)])
    assert attach_points(network, points(a=(25, 0)), maximum_leg_m=50).offset_dm.tolist() == [750]


def test_ties_go_to_the_lowest_way_then_to_the_lowest_node():
    crossing = {1: (0, 0), 2: (100, 0), 3: (0, 100), 4: (-100, 0), 5: (0, -100)}
    network = net(crossing, [(1, 2, 9), (1, 3, 4), (1, 4, 4), (1, 5, 6)])
    attachment = attach_points(network, points(corner=(0, 0)), maximum_leg_m=50)
    edge = attachment.edge[0]
    assert (network.edge_way_id[edge], network.node_id[network.edge_to[edge]]) == (4, 3)


def test_attachments_are_sorted_by_id_whatever_the_row_order():
    table = points(b=(130, 20), a=(700, 3), c=(220, 9))
    one = attach_points(street(), table, maximum_leg_m=250)
    two = attach_points(street(), table.iloc[::-1], maximum_leg_m=250)
    assert one.id.tolist() == two.id.tolist() == ["a", "b", "c"]
    assert one.edge.tolist() == two.edge.tolist()


def test_a_repeated_id_or_a_coordinate_that_is_no_number_is_refused():
    with pytest.raises(InputError, match="id repeats"):
        attach_points(street(), pd.concat([points(a=(0, 0))] * 2), maximum_leg_m=50)
    with pytest.raises(InputError, match="no finite number"):
        attach_points(street(), points(a=(np.nan, 0)), maximum_leg_m=50)


def island(length_m: float):
    nodes = {i: (i * 100.0, 0.0) for i in range(31)} | {100: (500.0, 60.0), 101: (500.0 + length_m, 60.0)}
    return net(nodes, [(i, i + 1, 1) for i in range(30)] + [(100, 101, 2)])


def test_a_loose_yard_path_does_not_strand_the_people_beside_it():
    small = SmallComponents(minimum_length_m=1000, factor=4)
    attachment = attach_points(island(80), points(a=(540, 59)), maximum_leg_m=250, small=small)
    assert attachment.status.tolist() == ["ok"]
    assert attachment.leg_dm.tolist() == [590]


def test_a_large_loose_part_serves_those_much_nearer_to_it_and_says_so():
    small = SmallComponents(minimum_length_m=1000, factor=4)
    attachment = attach_points(island(1200), points(near=(540, 59), between=(540, 31)), maximum_leg_m=250, small=small)
    assert attachment.id.tolist() == ["between", "near"]
    assert attachment.status.tolist() == ["ok", "other_component"]
    assert attachment.counts() == {"ok": 1, "other_component": 1, "unreachable": 0}


def test_a_loose_part_without_any_place_on_it_does_not_serve():
    small = SmallComponents(minimum_length_m=1000, factor=4, served=frozenset({0}))
    attachment = attach_points(island(1200), points(near=(540, 59)), maximum_leg_m=250, small=small)
    assert attachment.status.tolist() == ["ok"]


def test_where_no_main_way_is_near_any_loose_way_serves():
    attachment = attach_points(island(80), points(a=(540, 300)), maximum_leg_m=250)
    assert attachment.status.tolist() == ["other_component"]


RAIL = np.array([shapely.LineString([(-100, 10), (2000, 10)])], dtype=object)


def two_streets():
    """A street at y = 0 and a second one at y = 80, joined far away; a railway runs at y = 10."""
    nodes = {i: (i * 100.0, 0.0) for i in range(6)} | {10 + i: (i * 100.0, 80.0) for i in range(6)}
    ways = [(i, i + 1, 1) for i in range(5)] + [(10 + i, 11 + i, 2) for i in range(5)] + [(5, 15, 3)]
    return net(nodes, ways)


def test_a_leg_goes_around_a_railway_where_there_is_another_way():
    network, home = two_streets(), points(a=(150, 20))
    straight = attach_points(network, home, maximum_leg_m=250)
    around = attach_points(network, home, maximum_leg_m=250, barriers=RAIL)
    assert (network.edge_way_id[straight.edge[0]], straight.leg_dm[0]) == (1, 200)
    assert (network.edge_way_id[around.edge[0]], around.leg_dm[0]) == (2, 600)


def test_an_address_with_no_other_way_keeps_its_leg_across_but_an_entrance_does_not():
    home = points(a=(150, 20))
    assert attach_points(street(), home, maximum_leg_m=250, barriers=RAIL).leg_dm.tolist() == [200]
    strict = attach_points(street(), home, maximum_leg_m=250, barriers=RAIL, across=False)
    assert strict.status.tolist() == ["unreachable"]


def test_people_ride_an_escalator_one_way_only():
    ways = [{"way_id": 5, "nodes": [10, 11]}, {"way_id": 6, "nodes": [12, 11], "foot_oneway": 1}]
    network = build_network(extract(LONLAT, ways), crs=CRS)
    assert network.edge_forward.tolist() == [725, BLOCKED]  # from the lower id 11 up to 12 it is forbidden
    assert network.edge_backward.tolist() == [725, 725]
    assert (network.counts["components"], network.counts["one_way_edges"], network.counts["one_way_nodes"]) == (1, 1, 1)
    assert not network.is_symmetric


def test_an_escalator_up_and_one_down_leave_nobody_behind():
    ways = [
        {"way_id": 5, "nodes": [10, 11]},
        {"way_id": 6, "nodes": [11, 12], "foot_oneway": 1},
        {"way_id": 7, "nodes": [11, 13, 12], "foot_oneway": -1},
    ]
    counts = build_network(extract(LONLAT, ways), crs=CRS).counts
    assert (counts["one_way_edges"], counts["one_way_nodes"]) == (3, 0)


def test_two_one_ways_over_the_same_nodes_are_walked_both_ways():
    ways = [{"way_id": 5, "nodes": [10, 11], "foot_oneway": 1}, {"way_id": 6, "nodes": [10, 11], "foot_oneway": -1}]
    network = build_network(extract(LONLAT, ways), crs=CRS)
    assert network.edge_forward.tolist() == network.edge_backward.tolist() == [725]
    ways[1]["foot_oneway"] = 1
    assert build_network(extract(LONLAT, ways), crs=CRS).edge_backward.tolist() == [BLOCKED]


def test_a_bridge_is_not_joined_to_the_way_below():
    nodes = {1: (7.76, 49.44), 2: (7.762, 49.44), 3: (7.761, 49.439), 4: (7.761, 49.441)}
    ways = [{"way_id": 5, "nodes": [1, 2]}, {"way_id": 6, "nodes": [3, 4], "bridge": True}]
    assert build_network(extract(nodes, ways), crs=CRS).counts["components"] == 2


def test_small_parts_are_counted_with_their_length():
    counts = island(80).counts
    assert (counts["components"], counts["length_m"], counts["main_component_length_m"]) == (2, 3080, 3000)
    assert (counts["small_components_length_m"], counts["largest_small_component_length_m"]) == (80, 80)
    assert counts["main_component_nodes"] == 31


def test_neighbours_of_each_node_are_listed_with_the_costs_to_and_from_them():
    network = network_of_edges(
        (np.array([30, 10, 20]), np.zeros(3), np.zeros(3)),
        (np.array([0, 2]), np.array([1, 0]), np.array([7, 5]), np.array([1, 2])),
        costs=(np.array([70, 50]), np.array([BLOCKED, 51])),
        unit="ds",
        pace=0.75,
    )
    # way 1 runs from 30 to 10 only, way 2 from 20 to 30 (50) and back (51); edges are turned to rising ids
    assert network.node_id[network.edge_from].tolist() == [10, 20]
    assert network.edge_forward.tolist() == [BLOCKED, 50] and network.edge_backward.tolist() == [70, 51]
    assert network.indptr.tolist() == [0, 2, 3, 4]
    assert network.neighbour.tolist() == [1, 2, 0, 0]
    assert network.cost_out.tolist() == [70, 51, BLOCKED, 50]
    assert network.cost_in.tolist() == [BLOCKED, 50, 70, 51]
    assert network.component.tolist() == [0, 0, 0] and network.counts["one_way_nodes"] == 1


def test_equally_long_parts_are_numbered_by_their_lowest_node_id_wherever_it_lies_in_memory():
    nodes = (np.array([9, 8, 3, 4]), np.zeros(4), np.zeros(4))
    network = network_of_edges(nodes, (np.array([0, 2]), np.array([1, 3]), np.array([50, 50]), np.array([1, 2])))
    assert network.component.tolist() == [1, 1, 0, 0]


@pytest.mark.parametrize(
    ("length", "costs", "x", "what"),
    [
        ([-1], None, [0.0, 1.0], "negative length"),
        ([5], ([5], [-5]), [0.0, 1.0], "cost is negative"),
        ([5], ([5], [2 * BLOCKED]), [0.0, 1.0], "above BLOCKED"),
        ([5], None, [0.0, np.nan], "lies nowhere"),
    ],
)
def test_edges_that_nobody_can_walk_are_refused(length, costs, x, what):
    nodes = (np.array([1, 2]), np.array(x), np.zeros(2))
    given = None if costs is None else tuple(np.array(part) for part in costs)
    with pytest.raises(InputError, match="make no network") as error:
        network_of_edges(nodes, (np.array([0]), np.array([1]), np.array(length), np.array([1])), costs=given)
    assert what in error.value.message()


def test_a_node_without_a_position_is_named():
    with pytest.raises(InputError, match="lies nowhere") as error:
        build_network(extract(LONLAT | {11: (np.nan, 49.44)}, [{"way_id": 5, "nodes": [10, 11]}]), crs=CRS)
    assert "11" in error.value.message()


def test_a_network_without_edges_reaches_nobody_and_says_so():
    empty = network_of_edges((np.array([1]), np.zeros(1), np.zeros(1)), (np.zeros(0),) * 4)
    assert (empty.n_edges, empty.counts["length_m"], empty.counts["components"]) == (0, 0, 1)
    attachment = attach_points(empty, points(a=(0, 0)), maximum_leg_m=250, barriers=RAIL)
    assert attachment.status.tolist() == ["unreachable"] and attachment.edge.tolist() == [-1]
    nothing = network_of_edges((np.zeros(0),) * 3, (np.zeros(0),) * 4)
    assert attach_points(nothing, points(a=(0, 0)), maximum_leg_m=250).counts()["unreachable"] == 1


def test_no_point_at_all_is_attached_to_nothing():
    assert len(attach_points(street(), points(), maximum_leg_m=250, barriers=RAIL).id) == 0


@pytest.mark.parametrize("longest", [-1.0, np.nan, np.inf])
def test_a_longest_leg_that_is_no_length_is_refused(longest):
    with pytest.raises(InputError, match="longest leg"):
        attach_points(street(), points(a=(0, 0)), maximum_leg_m=longest)


def test_a_longest_leg_of_nothing_serves_those_on_the_way():
    attachment = attach_points(street(), points(a=(130, 0), b=(130, 1)), maximum_leg_m=0.0)
    assert attachment.status.tolist() == ["ok", "unreachable"]
