"""What holds for access in every town: drawn networks with islands, loops, parallel and zero-length edges."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.access import Tile, catchment, measure, reach
from nahraum.access.decay import decay_of
from nahraum.access.engine import Engine
from nahraum.access.pairs import pairs_of
from nahraum.frames import from_micro
from nahraum.network import attach_points
from nahraum.parameters import Parameters
from tiny_walks import area, net

QUICK = settings(max_examples=25, deadline=None, derandomize=True)
CATEGORIES = ("food_full_range", "gp", "stop", "primary_school", "pharmacy")
coordinate = st.integers(0, 12).map(lambda n: n * 50.0)
place = st.tuples(coordinate, coordinate)


@st.composite
def networks(draw):
    """Up to ten nodes, several of them maybe at one place; any edges, twice and to themselves, too."""
    nodes = dict(enumerate(draw(st.lists(place, min_size=2, max_size=10))))
    ends = st.sampled_from(sorted(nodes))
    edges = draw(st.lists(st.tuples(ends, ends, st.integers(1, 4)), min_size=1, max_size=16))
    return net(nodes, [(0, 1, 9), *edges])


@st.composite
def towns(draw):
    homes = draw(st.lists(st.tuples(place, st.integers(0, 5_000_000)), min_size=1, max_size=8))
    shops = draw(st.lists(st.tuples(place, st.sampled_from(CATEGORIES)), max_size=6))
    greens = draw(st.lists(place, min_size=1, max_size=3))
    return area(
        {f"h{n}": (x, y, float(from_micro(people * 1000))) for n, ((x, y), people) in enumerate(homes)},
        [(f"f{n}", category, x, y) for n, ((x, y), category) in enumerate(shops)],
        {f"g{n}": shapely.box(x, y, x + 80, y + 80) for n, (x, y) in enumerate(greens)},
        [(f"g{n}", x + dx, y, "gate") for n, (x, y) in enumerate(greens) for dx in (0, 80)],
        edge=draw(st.sampled_from([(), ("h0",)])),
    )


def shuffled(town, rng):
    """The same area with the rows of every table in another order."""
    tables = ("addresses", "facilities", "categories", "greens", "green_entrances")
    mixed = {name: getattr(town, name).sample(frac=1.0, random_state=rng) for name in tables}
    return SimpleNamespace(**(vars(town) | mixed))


def attached(network, town):
    points = town.addresses.rename(columns={"address_id": "id"})
    places = town.facilities.rename(columns={"facility_id": "id"})
    return (
        attach_points(network, points, maximum_leg_m=250),
        attach_points(network, places, maximum_leg_m=250),
    )


@given(networks(), towns(), st.integers(0, 8000), st.integers(0, 8000))
@QUICK
def test_a_longer_limit_never_reaches_less_and_never_makes_a_way_longer(network, town, one, other):
    homes, shops = attached(network, town)
    engine = Engine.of(network)
    short = reach.pairs(engine, homes, shops, limit=min(one, other))
    long = reach.pairs(engine, homes, shops, limit=max(one, other))
    pd.testing.assert_frame_equal(short.table(), long.within(min(one, other)).table())


@given(networks(), towns())
@QUICK
def test_the_nearest_place_is_the_nearest_of_all_pairs(network, town):
    homes, shops = attached(network, town)
    engine = Engine.of(network)
    found = reach.pairs(engine, homes, shops, limit=9000).table().sort_values(["origin_id", "cost", "group_id"])
    first = found.drop_duplicates("origin_id").set_index("origin_id")
    near = reach.nearest(engine, homes, {"shop": shops}, limit=9000)["shop"].set_index("id")
    near = near[near["cost"] >= 0]
    assert near["cost"].to_dict() == first["cost"].to_dict()
    assert near["place_id"].to_dict() == first["group_id"].to_dict()


@given(networks(), towns())
@QUICK
def test_the_way_there_is_as_long_as_the_way_back(network, town):
    homes, shops = attached(network, town)
    engine = Engine.of(network)
    there = reach.pairs(engine, homes, shops, limit=9000).table()
    back = reach.pairs(engine, shops, homes, limit=9000).table()
    assert sorted(there.to_numpy().tolist()) == sorted([g, o, d] for o, g, d in back.to_numpy().tolist())


@given(networks(), towns(), st.integers(0, 99), st.sampled_from(["nahraum_green", "who_europe"]))
@QUICK
def test_row_order_of_the_area_changes_nothing(network, town, seed, standard):
    parameters = {"green.standard": standard}
    one = measure(town, network, Parameters(parameters))
    two = measure(shuffled(town, np.random.RandomState(seed)), network, Parameters(parameters))
    pd.testing.assert_frame_equal(one, two, check_exact=True)


@given(networks(), towns(), st.data(), st.sampled_from(["binary", "gaussian", "zones_slow"]))
@QUICK
def test_two_tiles_are_one_tile_bit_for_bit(network, town, data, decay):
    ids = town.addresses["address_id"].to_numpy(dtype=object)
    answered = np.array(data.draw(st.lists(st.booleans(), min_size=len(ids), max_size=len(ids))))
    counted = np.array(data.draw(st.lists(st.booleans(), min_size=len(ids), max_size=len(ids))))
    tiles = [Tile("1", ids[answered], ids[counted]), Tile("2", ids[~answered], ids[~counted])]
    overrides = {"green_access.decay": decay}
    whole = measure(town, network, Parameters(overrides))
    cut = measure(town, network, Parameters(overrides), tiles=tiles)
    pd.testing.assert_frame_equal(cut, whole, check_exact=True)


@given(towns(), st.sampled_from(["binary", "gaussian", "zones_slow", "zones_sharp"]), st.data())
@QUICK
def test_competition_shares_out_exactly_the_supply_that_is_demanded(town, decay, data):
    residents = town.addresses.set_index("address_id")["residents"].sort_index()
    supply = town.greens.set_index("green_id")["area_m2"].sort_index()
    pair = st.tuples(st.integers(0, len(residents) - 1), st.integers(0, len(supply) - 1))
    drawn = sorted(data.draw(st.sets(pair)))
    cost = [data.draw(st.integers(0, 5000)) for _ in drawn]
    origin, group = (np.array([row[column] for row in drawn], dtype=np.int32) for column in (0, 1))
    ids = residents.index.to_numpy(dtype=object), supply.index.to_numpy(dtype=object)
    found = pairs_of(*ids, (origin, group, np.array(cost, dtype=np.int32)))
    weights = decay_of(Parameters(), decay, catchment_m=500)
    people, area_m2 = residents.to_numpy(dtype=float), supply.to_numpy(dtype=float)
    share = catchment.two_step(found, people, area_m2, decay=weights)
    demanded = catchment.demand_per_group(catchment.weighted(found, weights), people)
    expected = area_m2[demanded > 0].sum()
    assert np.nansum(share * people) == pytest.approx(expected, rel=1e-9)
    assert (share[~np.isnan(share)] >= 0).all()


@given(networks(), towns())
@QUICK
def test_nobody_is_nearer_than_the_crow_flies(network, town):
    table = measure(town, network, Parameters({"attach.component_factor": 1.0})).set_index("address_id")
    at = town.facilities.set_index("facility_id")[["x_m", "y_m"]].to_numpy(dtype=float)
    shops = dict(zip(town.facilities["facility_id"], at.tolist(), strict=True))
    homes = dict(zip(town.addresses["address_id"], town.addresses[["x_m", "y_m"]].to_numpy().tolist(), strict=True))
    for service in CATEGORIES:
        for home, shop, walked in table[[f"{service}_nearest_id", f"{service}_distance_m"]].itertuples():
            if shop:
                crow = np.hypot(*(np.array(homes[home]) - np.array(shops[shop])))
                assert walked >= crow - 0.1 * (network.n_nodes + 4)
