"""Who walks where, and how long it takes: by hand (METHODS 3.6)."""

import numpy as np
import pytest

from nahraum.errors import InputError
from nahraum.network import BLOCKED, PROFILES, attach_points, build_network, known_shares, walking_profile
from nahraum.parameters import Parameters
from tiny_walks import CRS, extract, points

# nodes on the meridian of 7.76° east: 0.0009° of latitude are 1001 dm here, so each step is about 100 m
STEP = 1001
LINE = {number: (7.76, 49.44 + 0.0009 * number) for number in range(8)}


def built(ways, profile="wheelchair", on_nodes=None, nodes=LINE, **more):
    return build_network(extract(nodes, ways, on_nodes=on_nodes), crs=CRS, profile=profile, **more)


def ways_left(ways, profile):
    """Way ids in the profile's network; a plain way is added, so that there is always one."""
    return set(built([{"way_id": 1, "nodes": [0, 1]}, *ways], profile).edge_way_id.tolist()) - {1}


def test_speeds_and_rules_come_from_the_dated_parameters():
    parameters = Parameters({"walking_profiles.adult.speed_km_h": 5.0})
    assert walking_profile("adult", parameters).pace == pytest.approx(0.72)
    assert {name: walking_profile(name).speed_km_h for name in PROFILES} == {
        "adult": 4.8, "older_person": 3.6, "child": 3.6, "pushchair": 3.9, "wheelchair": 3.3,
    }  # fmt: skip
    assert "crossings.signal_delay_s" in {item.id for item in parameters.used()}


def test_an_unknown_profile_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match="no walking profile 'bicycle'") as error:
        walking_profile("bicycle")
    assert "wheelchair" in error.value.expected


def test_a_profile_that_does_not_move_is_refused():
    with pytest.raises(InputError, match="does not move"):
        walking_profile("adult", Parameters({"walking_profiles.adult.speed_km_h": 0.0}))


def test_a_plain_way_costs_its_length_at_the_profiles_speed_in_tenths_of_a_second():
    network = built([{"way_id": 5, "nodes": [0, 1]}], "adult")
    assert network.edge_length_dm.tolist() == [STEP]
    assert network.edge_forward.tolist() == network.edge_backward.tolist() == [751]  # 100.1 m / 4.8 km/h = 75.08 s
    assert (network.unit, network.pace) == ("ds", 0.75)


def test_without_a_profile_costs_stay_lengths():
    network = built([{"way_id": 5, "nodes": [0, 1], "highway": "steps", "steps": True}], None)
    assert network.edge_forward.tolist() == [STEP] and network.unit == "dm"


@pytest.mark.parametrize(
    ("tags", "closed_to"),
    [
        ({}, ""),
        ({"highway": "steps", "steps": True}, "pushchair wheelchair"),
        ({"highway": "steps", "steps": True, "step_count": "3"}, "wheelchair"),
        ({"highway": "steps", "steps": True, "step_count": "4"}, "pushchair wheelchair"),
        ({"highway": "steps", "steps": True, "ramp_wheelchair": "yes"}, ""),
        ({"highway": "steps", "steps": True, "ramp_stroller": "yes"}, "wheelchair"),
        ({"highway": "steps", "steps": True, "ramp": "yes"}, "pushchair wheelchair"),
        ({"surface": "cobblestone"}, "pushchair wheelchair"),
        ({"surface": "Sand;grass"}, "pushchair wheelchair"),
        ({"surface": "sett"}, ""),
        ({"smoothness": "bad"}, "wheelchair"),
        ({"smoothness": "very_bad"}, "pushchair wheelchair"),
        ({"tracktype": "grade4"}, "wheelchair"),
        ({"width": "0.89"}, "pushchair wheelchair"),
        ({"width": "90 cm"}, ""),
        ({"width": "narrow"}, ""),
        ({"incline": "6%"}, ""),
        ({"incline": "-7 %"}, "wheelchair"),
        ({"incline": "5°"}, "pushchair wheelchair"),  # 8.7 %
        ({"incline": "up"}, ""),
        ({"wheelchair": "no"}, "wheelchair"),
        ({"wheelchair": "limited"}, ""),
        ({"wheelchair": "yes", "surface": "cobblestone", "width": "0.5", "incline": "20%"}, ""),
    ],
)
def test_tags_close_a_way_to_those_who_cannot_pass(tags, closed_to):
    way = {"way_id": 5, "nodes": [1, 2], **tags}
    assert {name for name in PROFILES if not ways_left([way], name)} == set(closed_to.split())


def test_single_steps_take_a_pushchair_twenty_seconds_once_per_flight():
    flight = {"way_id": 5, "nodes": [0, 1, 2, 3], "highway": "steps", "steps": True, "step_count": "2"}
    network = built([flight], "pushchair")
    plain = round(STEP * 3.6 / 3.9)
    assert sorted(network.edge_forward.tolist()) == [plain, plain, plain + 200]


def test_a_raised_kerb_cuts_a_wheelchairs_way_and_takes_a_pushchair_twenty_seconds():
    way, kerb = [{"way_id": 5, "nodes": [0, 1, 2]}], {1: {"kerb": "raised"}}
    wheelchair = built(way, "wheelchair", kerb)
    assert wheelchair.counts["components"] == 2 and wheelchair.counts["cut_nodes"] == 1
    plain = round(STEP * 3.6 / 3.9)
    assert built(way, "pushchair", kerb).edge_forward.tolist() == [plain + 100, plain + 100]
    assert built(way, "adult", kerb).edge_forward.tolist() == [751, 751]


@pytest.mark.parametrize("kerb", ["lowered", "flush", "rolled", "", "yes"])
def test_low_and_unknown_kerbs_are_passed(kerb):
    assert built([{"way_id": 5, "nodes": [0, 1, 2]}], "wheelchair", {1: {"kerb": kerb}}).counts["components"] == 1


def test_a_stile_cuts_and_a_node_that_is_mapped_for_wheelchairs_does_not():
    way = [{"way_id": 5, "nodes": [0, 1, 2]}]
    assert built(way, "wheelchair", {1: {"barrier": "stile"}}).counts["components"] == 2
    assert built(way, "wheelchair", {1: {"barrier": "stile", "wheelchair": "yes"}}).counts["components"] == 1
    assert built(way, "wheelchair", {1: {"barrier": "gate", "wheelchair": "no"}}).counts["components"] == 2
    assert built(way, "adult", {1: {"barrier": "stile"}}).counts["components"] == 1


# a footway from south to north (nodes 0, 1, 2) over a road from west (10) to east (11) in node 1
CROSS = {0: (7.76, 49.44), 1: (7.76, 49.4409), 2: (7.76, 49.4418), 10: (7.759, 49.4409), 11: (7.761, 49.4409)}


def crossing(road, on_nodes, foot="footway"):
    ways = [
        {"way_id": 5, "nodes": [0, 1, 2], "highway": foot},
        {"way_id": 6, "nodes": [10, 1, 11], "highway": road},
    ]
    network = built(ways, "adult", on_nodes, CROSS)
    wait = network.edge_forward - np.rint(network.edge_length_dm * 0.75).astype(int)
    return {way: wait[network.edge_way_id == way].tolist() for way in (5, 6)}


def test_crossing_at_a_light_waits_half_on_each_side_and_the_road_does_not_wait():
    assert crossing("secondary", {1: {"crossing": "signals"}}) == {5: [100, 100], 6: [0, 0]}


def test_crossing_a_major_road_without_a_light_takes_eight_seconds():
    assert crossing("primary", {1: {"crossing": "unsignalled"}}) == {5: [40, 40], 6: [0, 0]}
    assert crossing("primary", {}) == {5: [40, 40], 6: [0, 0]}
    assert crossing("primary", {}, foot="residential") == {5: [40, 40], 6: [0, 0]}


def test_a_minor_road_is_crossed_without_waiting():
    assert crossing("residential", {1: {"crossing": "unsignalled"}}) == {5: [0, 0], 6: [0, 0]}


def test_where_only_roads_meet_at_a_light_everybody_waits():
    assert crossing("primary", {1: {"crossing": "signals"}}, foot="residential") == {5: [100, 100], 6: [100, 100]}


def test_a_stop_line_in_the_middle_of_a_road_is_no_crossing():
    network = built([{"way_id": 6, "nodes": [0, 1, 2], "highway": "primary"}], "adult", {1: {"crossing": "signals"}})
    assert network.edge_forward.tolist() == [751, 751]


def test_nobody_is_attached_to_a_way_their_profile_cannot_use():
    ways = [
        {"way_id": 5, "nodes": [0, 1, 2]},
        {"way_id": 6, "nodes": [1, 20], "highway": "steps", "steps": True},
    ]
    nodes = LINE | {20: (7.7605, 49.4409)}
    home = build_network(extract(nodes, ways), crs=CRS)
    at = np.flatnonzero(home.node_id == 20)[0]
    near = points(home=(float(home.x_m[at]), float(home.y_m[at])))
    for profile, way in (("adult", 6), ("wheelchair", 5)):
        network = built(ways, profile, nodes=nodes)
        assert network.edge_way_id[attach_points(network, near, maximum_leg_m=250).edge].tolist() == [way]


def test_connected_parts_are_the_profiles_own():
    ways = [
        {"way_id": 5, "nodes": [0, 1]},
        {"way_id": 6, "nodes": [1, 2], "highway": "steps", "steps": True},
        {"way_id": 7, "nodes": [2, 3, 4]},
    ]
    assert built(ways, "adult").counts["components"] == 1
    network = built(ways, "wheelchair")
    assert network.counts["components"] == 2
    assert network.counts["main_component_length_m"] == 2 * STEP // 10
    assert network.counts["closed_steps_length_m"] == STEP // 10


def test_a_city_of_stairs_is_told_to_a_wheelchair():
    with pytest.raises(InputError, match="no walkable way for the profile 'wheelchair'"):
        built([{"way_id": 5, "nodes": [0, 1], "highway": "steps", "steps": True}])


def test_of_two_ways_over_the_same_nodes_the_passable_one_stays():
    ways = [{"way_id": 5, "nodes": [0, 1], "highway": "steps", "steps": True}, {"way_id": 6, "nodes": [0, 1]}]
    assert built(ways, "wheelchair").edge_way_id.tolist() == [6]
    assert built(ways, "adult").edge_way_id.tolist() == [5]


def test_how_much_is_mapped_at_all_is_told():
    ways = [
        {"way_id": 5, "nodes": [0, 1], "surface": "asphalt", "incline": "2%"},
        {"way_id": 6, "nodes": [1, 2], "incline": "up"},
        {"way_id": 7, "nodes": [2, 3, 4], "width": "1.5"},
    ]
    on_nodes = {1: {"crossing": "signals"}, 2: {"kerb": "lowered"}, 3: {"kerb": "unknown"}}
    shares = known_shares(built(ways, "wheelchair", on_nodes))
    assert {name: round(share, 2) for name, share in shares.items()} == {
        "surface": 0.25, "incline": 0.25, "width": 0.5, "kerb": 0.5,
    }  # fmt: skip
    assert all(np.isnan(share) for share in known_shares(built(ways, None)).values())


def test_an_escalator_runs_one_way_for_every_profile():
    ways = [{"way_id": 5, "nodes": [0, 1, 2]}, {"way_id": 6, "nodes": [2, 3], "foot_oneway": 1}]
    network = built(ways, "older_person")
    assert network.edge_backward.tolist()[-1] == BLOCKED and network.edge_forward.tolist()[-1] == STEP
