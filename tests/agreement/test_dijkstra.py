"""The plain search (the engine's oracle) against brute force and against scipy, which see points as nodes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

import drawn_networks
import oracle
from nahraum.network import BLOCKED

QUICK = settings(max_examples=60, deadline=None, derandomize=True)


@st.composite
def towns(draw):
    seed = draw(st.integers(0, 2**20))
    if seed % 2:
        return drawn_networks.small_town(seed // 2)
    network = draw(drawn_networks.networks())
    return network, draw(drawn_networks.points(network, "o")), draw(drawn_networks.points(network, "P"))


def relaxed(graph: oracle.SplitGraph, source: int) -> np.ndarray:
    """Bellman and Ford: all arcs relaxed until nothing changes."""
    cost = np.full(graph.n_nodes, np.inf)
    cost[source] = 0
    while True:
        before = cost.copy()
        np.minimum.at(cost, graph.head, cost[graph.tail] + graph.cost)
        if np.array_equal(before, cost):
            return cost


@given(towns())
@QUICK
def test_the_plain_search_equals_brute_force_over_a_graph_with_points_as_nodes(town):
    network, origins, places = town
    graph = oracle.split_graph(network, origins, places)
    cost = np.array([relaxed(graph, node)[graph.place] for node in graph.origin]).reshape(
        len(origins.id), len(places.id)
    )
    groups, expected = oracle.grouped(cost, places)
    found_groups, found = oracle.cost_table(network, origins, places)
    assert found_groups.tolist() == groups.tolist()
    assert found.tolist() == expected.tolist()


@pytest.mark.parametrize("seed", range(8))
def test_the_plain_search_equals_scipy_on_a_town(seed):
    network, origins, places = drawn_networks.large_town(seed, n_origins=40)
    graph = oracle.split_graph(network, origins, places)
    cost = dijkstra(graph.matrix(), indices=graph.origin)[:, graph.place]
    expected = oracle.grouped(cost, places)[1]
    assert oracle.cost_table(network, origins, places)[1].tolist() == expected.tolist()
    limit = int(np.median(expected[expected < oracle.FAR]))
    near = oracle.cost_table(network, origins, places, limit=limit)[1]
    assert near.tolist() == np.where(expected <= limit, expected, oracle.FAR).tolist()


@given(towns(), st.sampled_from(drawn_networks.LIMITS))
@QUICK
def test_nearest_is_the_first_of_all_pairs(town, limit):
    network, origins, places = town
    found = oracle.pairs(network, origins, places, limit).sort_values(["cost", "group_id"], kind="stable")
    first = found.drop_duplicates("origin_id").set_index("origin_id")
    near = oracle.nearest(network, origins, places, limit)
    assert near["id"].tolist() == origins.id.tolist()
    reached = near[near["cost"] >= 0].set_index("id")
    assert reached["cost"].to_dict() == first["cost"].to_dict()
    assert reached["place_id"].to_dict() == first["group_id"].to_dict()
    assert set(near.loc[near["cost"] < 0, "place_id"]) <= {""}


def test_a_one_way_edge_by_hand():
    """0 → 1 (20 dm, no way back) and 1 – 2 (30 dm): from the middle of the first edge one gets on, not back."""
    network = drawn_networks.network_of(3, [(0, 1, 20), (1, 2, 30)])
    one_way = network.edge_backward.copy()
    one_way[network.edge_length_dm == 20] = BLOCKED
    network = network.with_costs(network.edge_forward, one_way, unit="dm", pace=1.0)
    edge = int(np.flatnonzero(network.edge_length_dm == 20)[0])
    other = 1 - edge
    middle = drawn_networks.points_of([("o", edge, 10, 2)])
    places = drawn_networks.points_of([("behind", edge, 5, 0), ("here", edge, 10, 1), ("on", other, 30, 4)])
    table = oracle.pairs(network, middle, places, 100)
    assert table[["group_id", "cost"]].to_numpy().tolist() == [["here", 3], ["on", 2 + 10 + 30 + 4]]
    back = oracle.pairs(network, places, middle, 100)
    assert back[["origin_id", "cost"]].to_numpy().tolist() == [["behind", 5 + 2], ["here", 3]]


def test_a_point_at_the_end_of_a_one_way_edge_stands_on_the_node():
    """One leaves and reaches the node itself, even where the edge is not walked that way."""
    network = drawn_networks.network_of(3, [(0, 1, 20), (1, 2, 30)])
    one_way = np.where(network.edge_length_dm == 20, BLOCKED, network.edge_backward)
    network = network.with_costs(network.edge_forward, one_way, unit="dm", pace=1.0)
    edge = int(np.flatnonzero(network.edge_length_dm == 20)[0])
    below, above = drawn_networks.points_of([("s", edge, 0, 1)]), drawn_networks.points_of([("t", edge, 20, 2)])
    far = drawn_networks.points_of([("u", 1 - edge, 30, 0)])
    assert oracle.pairs(network, far, above, 100)["cost"].tolist() == [30 + 2]
    assert oracle.pairs(network, below, far, 100)["cost"].tolist() == [1 + 20 + 30]
    assert oracle.pairs(network, above, below, 100)["cost"].tolist() == []
    assert isinstance(oracle.nearest(network, far, above, 100), pd.DataFrame)
