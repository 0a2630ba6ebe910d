"""What holds for the network of any extract and any profile."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.errors import InputError
from nahraum.network import BLOCKED, PROFILES, Network, build_network, walking_profile
from tiny_walks import CRS, extract

ARRAYS = (
    "node_id", "x_m", "y_m", "edge_from", "edge_to", "edge_length_dm", "edge_way_id", "edge_forward", "edge_backward",
    "indptr", "neighbour", "cost_out", "cost_in", "component",
)  # fmt: skip
NODES = {number: (7.76 + 0.0007 * (number % 4), 49.44 + 0.0005 * (number // 4)) for number in range(16)}

ways = st.fixed_dictionaries(
    {
        "nodes": st.lists(st.integers(0, 15), min_size=2, max_size=6),
        "foot_oneway": st.sampled_from([0, 0, 0, 1, -1]),
        "highway": st.sampled_from(["footway", "residential", "primary", "steps"]),
        "surface": st.sampled_from(["", "asphalt", "sand"]),
        "step_count": st.sampled_from(["", "2", "12"]),
        "incline": st.sampled_from(["", "up", "3%", "-7%", "12%"]),
        "wheelchair": st.sampled_from(["", "", "yes", "no"]),
        "width": st.sampled_from(["", "0.5", "2"]),
    }
)
on_nodes = st.dictionaries(
    st.integers(0, 15),
    st.fixed_dictionaries(
        {"kerb": st.sampled_from(["", "raised", "lowered"]), "crossing": st.sampled_from(["", "signals"])}
    ),
    max_size=6,
)
towns = st.tuples(st.lists(ways, min_size=1, max_size=9), on_nodes, st.sets(st.integers(0, 15), max_size=2))


def built(town, profile, *, turned=False):
    """The network of a town, None where nothing can be walked."""
    rows, nodes, closed = town
    rows = [row | {"way_id": 9 - at, "steps": row["highway"] == "steps"} for at, row in enumerate(rows)]
    table = dict(reversed(NODES.items())) if turned else NODES
    try:
        osm = extract(table, rows[::-1] if turned else rows, impassable=tuple(closed), on_nodes=nodes)
        return build_network(osm, crs=CRS, profile=profile)
    except InputError as problem:
        assert "no walkable way" in str(problem)
        return None


def edges_by_ids(network: Network) -> dict[tuple[int, int], tuple[int, int]]:
    ends = zip(network.node_id[network.edge_from].tolist(), network.node_id[network.edge_to].tolist(), strict=True)
    return dict(zip(ends, zip(network.edge_forward, network.edge_backward, strict=True), strict=True))


@settings(deadline=None)
@given(towns, st.sampled_from([None, *PROFILES]))
def test_the_order_of_rows_changes_nothing(town, profile):
    one, two = built(town, profile), built(town, profile, turned=True)
    assert (one is None) == (two is None)
    for name in ARRAYS if one is not None else ():
        assert np.array_equal(getattr(one, name), getattr(two, name)), name


@settings(deadline=None)
@given(towns, st.sampled_from(PROFILES))
def test_a_profile_walks_only_what_is_walkable_and_never_faster_than_its_speed(town, profile):
    everything, own = built(town, None), built(town, profile)
    if own is None:
        return
    open_to_all, pace = edges_by_ids(everything), walking_profile(profile).pace
    for ends, times in edges_by_ids(own).items():
        lengths = open_to_all[ends]
        for time, length in zip(times, lengths, strict=True):
            if time < BLOCKED:
                assert length < BLOCKED and time >= max(1, np.rint(length * pace))


@settings(deadline=None)
@given(towns, st.sampled_from([None, *PROFILES]))
def test_connected_parts_are_those_of_a_plain_search_and_the_longest_comes_first(town, profile):
    network = built(town, profile)
    if network is None:
        return
    label = np.arange(network.n_nodes)
    for _ in range(network.n_nodes):
        for a, b in zip(network.edge_from.tolist(), network.edge_to.tolist(), strict=True):
            label[a] = label[b] = min(label[a], label[b])
    assert len(set(zip(label.tolist(), network.component.tolist(), strict=True))) == len(set(label.tolist()))
    lengths = network.component_length_dm()
    assert (np.diff(lengths) <= 0).all() and network.counts["components"] == len(set(label.tolist()))


@settings(deadline=None)
@given(towns)
def test_nodes_left_over_by_one_way_rules_are_those_of_a_plain_search(town):
    network = built(town, None)
    if network is None:
        return
    reach = np.eye(network.n_nodes, dtype=bool)
    for a, b, ahead, back in zip(
        network.edge_from, network.edge_to, network.edge_forward, network.edge_backward, strict=True
    ):
        reach[a, b] |= ahead < BLOCKED
        reach[b, a] |= back < BLOCKED
    for middle in range(network.n_nodes):
        reach |= reach[:, middle, None] & reach[None, middle]
    main = network.component == 0
    both = (reach & reach.T)[np.ix_(main, main)]
    assert network.counts["one_way_nodes"] == main.sum() - both.sum(axis=1).max()


@pytest.mark.parametrize("profile", [None, *PROFILES])
def test_a_plain_street_is_open_to_everybody(profile):
    network = built(([{"nodes": [0, 1, 2], "highway": "footway"}], {}, set()), profile)
    assert network is not None and network.n_edges == 2
