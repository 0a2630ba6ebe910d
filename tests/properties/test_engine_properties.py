"""The engine equals the plain search, bit for bit, on every network that can be drawn."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import oracle
from drawn_networks import LIMITS, LONG, changed_costs, large_town, network_of, networks, points, points_of, small_town
from nahraum.access import catchment, reach
from nahraum.access.engine import Engine
from nahraum.network import BLOCKED

THOROUGH = settings(max_examples=80, deadline=None, derandomize=True)
limits = st.sampled_from(LIMITS)


@st.composite
def towns(draw):
    """A network with up to six origins and places, in short lengths (ties) or around the bounds of 16 bits."""
    seed = draw(st.integers(0, 2**20))
    if seed % 2:
        return small_town(seed // 2)
    network = draw(st.one_of(networks(), networks(lengths=LONG)))
    return network, draw(points(network, "o")), draw(points(network, "P"))


def same_nearest(network, origins, kinds, limit, engine=None):
    found = reach.nearest(engine or Engine.of(network), origins, kinds, limit=limit)
    assert list(found) == list(kinds)
    for kind, places in kinds.items():
        expected = oracle.nearest(network, origins, places, limit)
        assert found[kind].to_numpy().tolist() == expected.to_numpy().tolist()
        assert list(found[kind].columns) == ["id", "cost", "place_id"]


def same_pairs(network, origins, places, limit, engine=None):
    found = reach.pairs(engine or Engine.of(network), origins, places, limit=limit)
    expected = oracle.pairs(network, origins, places, limit)
    assert found.table().to_numpy().tolist() == expected.to_numpy().tolist()
    assert found.origin_ids.tolist() == origins.id.tolist()
    assert len(found.start) == len(origins.id) + 1
    assert found.start[-1] == len(found.group) == len(found.cost)


def same_nearest_k(network, origins, places, k, limit, engine=None):
    found = reach.nearest_k(engine or Engine.of(network), origins, places, k=k, limit=limit)
    expected = oracle.nearest_k(network, origins, places, k=k, limit=limit)
    assert found.place.shape == found.cost.shape == (len(origins.id), k)
    assert ((found.place < 0) == (found.cost < 0)).all()
    named = [
        [(cost, found.place_ids[place]) for cost, place in zip(*row, strict=True) if cost >= 0]
        for row in zip(found.cost.tolist(), found.place.tolist(), strict=True)
    ]
    assert named == expected
    mean = [Fraction(sum(cost for cost, _ in row), k) if len(row) == k else None for row in expected]
    for value, exact in zip(reach.proximity(found).tolist(), mean, strict=True):
        assert np.isnan(value) if exact is None else value == pytest.approx(float(exact), rel=1e-12)


def same_reachable(network, origins, places, rules, engine=None):
    category, amount, within = rules
    groups, table = oracle.cost_table(network, origins, places)
    assert len(groups) == len(category)
    found = reach.reachable(
        engine or Engine.of(network), origins, places, category=category, amount=amount, limits=within
    )
    expected = oracle.reachable(
        table, category=category.tolist(), amount=amount.tolist(), limits=within, n_categories=found.shape[1]
    )
    assert found.shape[1] == int(category.max(initial=-1)) + 1
    assert found.tolist() == expected.tolist()


@given(towns(), limits)
@THOROUGH
def test_nearest_of_several_kinds_at_once_equals_the_plain_search(town, limit):
    network, origins, places = town
    half = len(places.id) // 2
    kinds = {
        "all": places,
        "no place at all": points_of([]),
        "first": places.take(np.arange(half)),
        "beside every way": points_of([("x", -1, 0, 0)]),
        "last": places.take(np.arange(half, len(places.id))),
    }
    same_nearest(network, origins, kinds, limit)


@given(towns(), limits)
@THOROUGH
def test_pairs_equal_the_plain_search(town, limit):
    same_pairs(*town, limit)


@given(towns(), st.integers(1, 5), limits)
@THOROUGH
def test_the_k_nearest_and_their_mean_equal_the_plain_search(town, k, limit):
    same_nearest_k(*town, k, limit)


@given(towns(), st.lists(limits, min_size=1, max_size=4, unique=True), st.data())
@THOROUGH
def test_sums_within_limits_equal_the_plain_search(town, within, data):
    n = len(np.unique(town[2].id))
    category = np.array(data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)), dtype=np.int32)
    amount = np.array(data.draw(st.lists(st.integers(0, 2**40), min_size=n, max_size=n)), dtype=np.int64)
    same_reachable(*town, (category, amount, sorted(within)))


@given(towns(), st.data())
@THOROUGH
def test_scenario_lanes_equal_a_search_for_each_scenario(town, data):
    network, origins, places = town
    scenarios = [places]
    for _ in range(data.draw(st.integers(0, 3))):
        open_ = np.array(data.draw(st.lists(st.booleans(), min_size=len(places.id), max_size=len(places.id))), bool)
        scenarios.append(places.take(open_))
    found = reach.distances(Engine.of(network), origins, scenarios)
    assert found.shape == (len(origins.id), len(scenarios))
    for lane, scenario in enumerate(scenarios):
        expected = oracle.nearest(network, origins, scenario, limit=(1 << 30) - 1)["cost"]
        assert found[:, lane].tolist() == expected.tolist()


@given(towns(), st.sampled_from([0, 12, 32_766, 32_767, 65_536]), st.data())
@THOROUGH
def test_competition_on_pairs_of_the_engine_follows_its_definition(town, limit, data):
    """Two steps in exact fractions, with a weight that halves beyond half the limit."""
    network, origins, places = town
    groups, table = oracle.cost_table(network, origins, places, limit=limit)
    people = data.draw(st.lists(st.integers(0, 9), min_size=len(origins.id), max_size=len(origins.id)))
    supply = data.draw(st.lists(st.integers(1, 9), min_size=len(groups), max_size=len(groups)))
    expected = oracle.two_step(
        table, [Fraction(n) for n in people], [Fraction(n) for n in supply],
        lambda cost: Fraction(1) if 2 * cost <= limit else Fraction(1, 2),
    )  # fmt: skip
    found = reach.pairs(Engine.of(network), origins, places, limit=limit)
    amount = pd.Series(supply, index=groups, dtype=float).reindex(found.group_ids).to_numpy()
    share = catchment.two_step(
        found, np.array(people, dtype=float), amount, decay=lambda metres: np.where(metres * 20 <= limit, 1.0, 0.5)
    )
    for value, exact in zip(share.tolist(), expected, strict=True):
        assert np.isnan(value) if exact is None else value == pytest.approx(float(exact), rel=1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_more_places_and_origins_than_lanes_equal_the_plain_search(seed):
    """200 places in 150 groups, 170 origins: several blocks of every lane width; odd seeds are directed."""
    network, origins, places = large_town(seed)
    engine = Engine.of(network)
    groups, table = oracle.cost_table(network, origins, places)
    middle = int(np.median(table[table < oracle.FAR]))
    kinds = {f"kind {n}": places.take(np.arange(len(places.id)) % 70 == n) for n in range(70)}
    same_nearest(network, origins, kinds, middle, engine)
    rng = np.random.default_rng(seed)
    category = rng.integers(0, 20, len(groups)).astype(np.int32)
    amount = rng.integers(0, 1000, len(groups))
    same_reachable(network, origins, places, (category, amount, [0, middle // 3, middle, 2 * middle]), engine)
    for limit in (0, middle // 3, middle, 40_000):
        same_pairs(network, origins, places, limit, engine)
        same_nearest_k(network, origins, places, 20, limit, engine)
    lanes = [places.take(rng.random(len(places.id)) < 0.1) for _ in range(70)]
    expected = np.array([oracle.nearest(network, origins, lane, (1 << 30) - 1)["cost"] for lane in lanes]).T
    assert reach.distances(engine, origins, lanes).tolist() == expected.tolist()


@pytest.mark.parametrize("seed", [2, 3])
def test_so_many_places_that_the_work_is_shared_among_threads(seed):
    """700 groups are eleven blocks of 64: enough for two parts; sums of 32 bits as of 64."""
    network, origins, places = large_town(seed, n_origins=60, n_places=900, n_groups=700)
    groups, table = oracle.cost_table(network, origins, places)
    middle = int(np.median(table[table < oracle.FAR]))
    engine, rng = Engine.of(network), np.random.default_rng(seed)
    found = reach.pairs(engine, origins, places, limit=middle)
    origin, group = np.nonzero(table <= middle)
    assert found.origin.tolist() == origin.tolist()
    assert found.group_ids[found.group].tolist() == groups[group].tolist()
    assert found.cost.tolist() == table[origin, group].tolist()
    category = rng.integers(0, 20, len(groups)).astype(np.int32)
    for kind in (np.int32, np.int64):
        amount = rng.integers(0, 1000, len(groups)).astype(kind)
        same_reachable(network, origins, places, (category, amount, [middle // 3, middle]), engine)


@pytest.mark.parametrize("one_way", [False, True])
def test_a_street_of_twenty_thousand_nodes_is_as_long_as_the_sum_of_its_edges(one_way):
    """More nodes than the kernels have room for at first; by hand: way = difference of sums along the street."""
    n, rng = 20_000, np.random.default_rng(1)
    length = rng.integers(1, 40, n - 1)
    network = network_of(n, [(at, at + 1, int(dm)) for at, dm in enumerate(length)])
    if one_way:
        network = network.with_costs(length, np.full(n - 1, BLOCKED), unit="dm", pace=1.0)
    along = np.append(0, np.cumsum(length))
    here = np.sort(rng.choice(n - 1, 300, replace=False))
    there = np.sort(rng.choice(n - 1, 130, replace=False))
    origins = points_of([(f"o{at:05d}", int(at), 0, 0) for at in here])
    places = points_of([(f"p{at:05d}", int(at), 0, 3) for at in there])
    way = along[there][None, :] - along[here][:, None]
    way = np.where(way < 0, oracle.FAR, way) if one_way else np.abs(way)
    engine = Engine.of(network)
    for limit in (5_000, 10_000_000):
        found = reach.pairs(engine, origins, places, limit=limit)
        origin, group = np.nonzero(way + 3 <= limit)
        assert found.origin.tolist() == origin.tolist()
        assert found.group.tolist() == group.tolist()
        assert found.cost.tolist() == (way + 3)[origin, group].tolist()
    nearest = reach.nearest(engine, origins, {"any": places}, limit=10_000_000)["any"]["cost"]
    assert nearest.tolist() == np.where(way.min(axis=1) < oracle.FAR, way.min(axis=1) + 3, -1).tolist()


@pytest.mark.parametrize("limit", [32_766, 32_767, 32_768, 65_534, 65_535, 65_536])
@pytest.mark.parametrize("beyond", [-1, 0, 1])
def test_a_way_as_long_as_the_limit_is_reached_and_one_longer_is_not(limit, beyond):
    """3,276.7 m is where two numbers of 16 bits no longer add: both sides of it, and of 6,553.5 m."""
    length = limit + beyond
    network = network_of(4, [(0, 1, length - 5), (1, 2, 5), (2, 3, 7)])
    ends = {int(n): int(np.flatnonzero(network.edge_length_dm == n)[0]) for n in network.edge_length_dm}
    origins = points_of([("near", ends[5], 5, 0), ("start", ends[length - 5], 0, 0)])
    places = points_of([("end", ends[7], 0, 0), ("far", ends[7], 7, 0)])
    same_pairs(network, origins, places, limit)
    same_nearest(network, origins, {"all": places}, limit)
    same_nearest_k(network, origins, places, 2, limit)
    rules = (np.array([0, 1], np.int32), np.array([1, 10], np.int64), [limit - 7, limit])
    same_reachable(network, origins, places, rules)
    reached = reach.pairs(Engine.of(network), origins, places, limit=limit).table()
    assert (reached["origin_id"] == "start").sum() == (1 if beyond <= 0 else 0)


@given(networks(max_nodes=8), st.data())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_a_network_of_free_ways_has_cost_nothing_and_ties_go_to_the_lowest_id(network, data):
    """Costs 0 everywhere: whoever is connected is there at once."""
    free = network.with_costs(network.edge_length_dm * 0, network.edge_length_dm * 0, unit="ds", pace=0.0)
    origins, places = data.draw(points(free, "o")), data.draw(points(free, "P"))
    same_nearest(free, origins, {"all": places}, 0)
    same_pairs(free, origins, places, 0)
    same_nearest_k(free, origins, places, 3, 0)


@given(towns(), limits)
@settings(max_examples=40, deadline=None, derandomize=True)
@example((network_of(3, [(0, 1, 5)]), points_of([("o", 0, 0, 0)]), points_of([("P0", 0, 5, 0)])), 12)
def test_the_same_ways_walked_backwards_lead_back_at_the_same_cost(town, limit):
    network, origins, places = town
    back = network.with_costs(network.edge_backward, network.edge_forward, unit=network.unit, pace=network.pace)
    there = reach.distances(Engine.of(network), origins, [one(places, n) for n in range(len(places.id))], limit=limit)
    home = reach.distances(Engine.of(back), places, [one(origins, n) for n in range(len(origins.id))], limit=limit)
    assert there.tolist() == home.T.reshape(there.shape).tolist()


def one(some, row):
    return some.take(np.array([row], dtype=np.int64))


def test_asking_twice_and_in_another_order_changes_nothing():
    """No state is left in the engine between questions."""
    network, origins, places = large_town(1)
    engine = Engine.of(network)
    first = reach.pairs(engine, origins, places, limit=300).table()
    reach.nearest(engine, origins, {"all": places}, limit=10)
    reach.nearest_k(engine, origins, places, k=5, limit=10)
    pd.testing.assert_frame_equal(reach.pairs(engine, origins, places, limit=300).table(), first)
    other = changed_costs(network, np.random.default_rng(9), times=True)
    same_pairs(other, origins, places, 200)
