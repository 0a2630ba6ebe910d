"""Networks and questions that are empty, torn or wrong get a documented answer or a clear error."""

import numpy as np
import pandas as pd
import pytest

import oracle
from drawn_networks import network_of, points_of
from nahraum.access import reach
from nahraum.access.engine import Engine
from nahraum.errors import InputError
from nahraum.network import BLOCKED, attach_points, network_of_edges

NOBODY = points_of([])
BESIDE = points_of([("a", -1, 0, 0), ("b", -1, 0, 0)])


def every_answer(network, origins, places, limit):
    """All functions once: cost of the nearest, number of pairs, k nearest, sums, scenario lanes."""
    engine = Engine.of(network)
    groups = len(np.unique(places.id))
    kind, one = np.zeros(groups, dtype=np.int32), np.ones(groups, dtype=np.int64)
    return (
        reach.nearest(engine, origins, {"kind": places}, limit=limit)["kind"]["cost"].tolist(),
        len(reach.pairs(engine, origins, places, limit=limit).cost),
        reach.nearest_k(engine, origins, places, k=2, limit=limit).cost.tolist(),
        reach.reachable(engine, origins, places, category=kind, amount=one, limits=[limit]).ravel().tolist(),
        reach.distances(engine, origins, [places], limit=limit).ravel().tolist(),
    )


@pytest.mark.parametrize("n_nodes", [0, 1, 5])
def test_a_network_without_ways_reaches_nothing_and_says_so(n_nodes):
    network = network_of(n_nodes, [])
    nothing = ([-1, -1], 0, [[-1, -1], [-1, -1]], [0, 0], [-1, -1])
    assert every_answer(network, BESIDE, BESIDE, 1000) == nothing


def test_self_loops_alone_are_no_ways():
    network = network_of(2, [(0, 0, 50), (1, 1, 70)])
    assert network.n_edges == 0
    assert network.counts["self_loops"] == 2
    assert every_answer(network, BESIDE, BESIDE, 1000)[0] == [-1, -1]


def test_nobody_asks_and_nothing_is_there():
    network = network_of(2, [(0, 1, 50)])
    place = points_of([("p", 0, 10, 0)])
    assert every_answer(network, NOBODY, place, 1000) == ([], 0, [], [], [])
    assert every_answer(network, place, NOBODY, 1000) == ([-1], 0, [[-1, -1]], [], [-1])
    assert reach.nearest(Engine.of(network), place, {}, limit=10) == {}


def test_islands_do_not_reach_each_other_and_beside_the_ways_nothing_is_reached():
    network = network_of(4, [(0, 1, 50), (2, 3, 40)])
    places = points_of([("p", int(np.flatnonzero(network.edge_length_dm == 50)[0]), 10, 1)])
    island = int(np.flatnonzero(network.edge_length_dm == 40)[0])
    origins = points_of([("beside", -1, 0, 0), ("island", island, 0, 0), ("there", 1 - island, 50, 2)])
    assert every_answer(network, origins, places, 10**6) == (
        [-1, -1, 43], 1, [[-1, -1], [-1, -1], [43, -1]], [0, 0, 1], [-1, -1, 43],
    )  # fmt: skip


def test_a_network_whose_ways_are_all_blocked_reaches_only_who_stands_at_the_same_point():
    network = network_of(3, [(0, 1, 50), (1, 2, 50)])
    blocked = np.full(network.n_edges, BLOCKED)
    network = network.with_costs(blocked, blocked, unit="dm", pace=1.0)
    origins = points_of([("here", 0, 20, 3), ("there", 0, 21, 0)])
    places = points_of([("p", 0, 20, 4)])
    assert every_answer(network, origins, places, 10**6)[0] == [7, -1]


def test_radius_zero_reaches_only_what_costs_nothing():
    network = network_of(2, [(0, 1, 50)])
    origins = points_of([("at", 0, 20, 0), ("next", 0, 21, 0), ("off", 0, 20, 1)])
    places = points_of([("p", 0, 20, 0)])
    nothing = [-1, -1]
    assert every_answer(network, origins, places, 0) == (
        [0, -1, -1], 1, [[0, -1], nothing, nothing], [1, 0, 0], [0, -1, -1],
    )  # fmt: skip


@pytest.mark.parametrize("limit", [BLOCKED - 1, BLOCKED, 1 << 31, 1 << 40])
def test_a_limit_beyond_everything_does_not_reach_islands(limit):
    """BLOCKED is no distance: a limit above it must not make unreached places reached."""
    network = network_of(4, [(0, 1, 50), (2, 3, 40)])
    places = points_of([("p", 0, 0, 0), ("q", 1, 0, 0)])
    origins = points_of([("o", 0, 0, 0)])
    engine = Engine.of(network)
    expected = oracle.pairs(network, origins, places, BLOCKED - 1)
    assert reach.pairs(engine, origins, places, limit=limit).table().to_numpy().tolist() == expected.to_numpy().tolist()
    assert reach.nearest(engine, origins, {"q": places.take(np.array([1]))}, limit=limit)["q"]["cost"].tolist() == [-1]
    assert reach.nearest_k(engine, origins, places, k=2, limit=limit).cost.tolist() == [[0, -1]]
    assert reach.distances(engine, origins, [places.take(np.array([1]))], limit=limit).tolist() == [[-1]]


def test_a_negative_length_is_an_error():
    with pytest.raises(InputError, match="negative length"):
        network_of(3, [(0, 1, 5), (1, 2, -7)])


def test_a_negative_cost_is_an_error():
    network = network_of(3, [(0, 1, 5), (1, 2, 7)])
    wrong, right = np.array([5, -1]), np.array([5, 7])
    with pytest.raises(InputError):
        Engine.of(network.with_costs(wrong, right, unit="dm", pace=1.0))
    with pytest.raises(InputError):
        Engine.of(network.with_costs(right, wrong, unit="dm", pace=1.0))


def test_a_negative_pace_is_an_error():
    network = network_of(3, [(0, 1, 5), (1, 2, 7)])
    for pace in (-0.5, float("nan")):
        with pytest.raises(InputError):
            network.with_costs(network.edge_forward, network.edge_backward, unit="ds", pace=pace)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_coordinates_that_are_no_numbers_are_an_error(bad):
    nodes = (np.arange(2), np.array([0.0, bad]), np.zeros(2))
    edge = tuple(np.array([value]) for value in (0, 1, 10, 1))
    with pytest.raises(InputError):
        network_of_edges(nodes, edge)
    network = network_of(2, [(0, 1, 50)])
    with pytest.raises(InputError, match="no finite number"):
        attach_points(network, pd.DataFrame({"id": ["a"], "x_m": [bad], "y_m": [0.0]}), maximum_leg_m=100)


def test_edges_that_name_no_node_are_an_error():
    with pytest.raises(InputError):
        network_of(2, [(0, 2, 5)])
    with pytest.raises(InputError):
        network_of(2, [(-1, 1, 5)])


def test_an_address_far_from_every_way_is_unreachable_and_stays_in_every_table():
    network = network_of(3, [(0, 1, 100), (1, 2, 100)])
    points = pd.DataFrame({"id": ["far", "near"], "x_m": [9_000.0, 1.0], "y_m": [9_000.0, 1.0]})
    origins = attach_points(network, points, maximum_leg_m=100)
    assert origins.status.tolist() == ["unreachable", "ok"]
    places = points_of([("p", 0, 0, 0)])
    found = reach.nearest(Engine.of(network), origins, {"kind": places}, limit=10_000)["kind"]
    assert found["id"].tolist() == ["far", "near"]
    assert found["cost"].tolist()[0] == -1
    assert found["cost"].tolist()[1] >= 0
    assert found["place_id"].tolist() == ["", "p"]


def test_sums_by_groups_that_do_not_match_the_places_are_an_error():
    network = network_of(2, [(0, 1, 50)])
    places = points_of([("a", -1, 0, 0), ("b", 0, 0, 0)])
    engine, one = Engine.of(network), np.ones(1, dtype=np.int64)
    with pytest.raises(InputError):
        reach.reachable(engine, places, places, category=one.astype(np.int32), amount=one, limits=[10])
    kind, amount = np.array([0, 1], dtype=np.int32), np.array([5, 7])
    found = reach.reachable(engine, places, places, category=kind, amount=amount, limits=[10])
    assert found[:, :, 0].tolist() == [[0, 0], [0, 7]]


@pytest.mark.parametrize("limits", [[1 << 31, 1 << 32], [1 << 40, 1 << 41], [9, 1 << 40]])
def test_sums_within_limits_of_any_size(limits):
    network = network_of(4, [(0, 1, 50), (2, 3, 40)])
    places, origins = points_of([("p", 0, 0, 0), ("q", 1, 0, 0)]), points_of([("o", 0, 9, 0)])
    kind, amount = np.zeros(2, dtype=np.int32), np.array([1, 10])
    found = reach.reachable(Engine.of(network), origins, places, category=kind, amount=amount, limits=limits)
    assert found.tolist() == [[[1, 1]]]
