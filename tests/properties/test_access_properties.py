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
    short = reach.pairs(network, homes, shops, limit_dm=min(one, other))
    long = reach.pairs(network, homes, shops, limit_dm=max(one, other))
    within = long[long["distance_dm"] <= min(one, other)].reset_index(drop=True)
    pd.testing.assert_frame_equal(short, within)


@given(networks(), towns())
@QUICK
def test_the_nearest_place_is_the_nearest_of_all_pairs(network, town):
    homes, shops = attached(network, town)
    found = reach.pairs(network, homes, shops, limit_dm=9000).sort_values(["origin_id", "distance_dm", "group_id"])
    first = found.drop_duplicates("origin_id").set_index("origin_id")
    near = reach.nearest(network, homes, shops, limit_dm=9000).set_index("id")
    near = near[near["distance_dm"] >= 0]
    assert near["distance_dm"].to_dict() == first["distance_dm"].to_dict()
    assert near["place_id"].to_dict() == first["group_id"].to_dict()


@given(networks(), towns())
@QUICK
def test_the_way_there_is_as_long_as_the_way_back(network, town):
    homes, shops = attached(network, town)
    there = reach.pairs(network, homes, shops, limit_dm=9000)
    back = reach.pairs(network, shops, homes, limit_dm=9000)
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
    residents = town.addresses.set_index("address_id")["residents"]
    supply = town.greens.set_index("green_id")["area_m2"]
    pair = st.tuples(st.sampled_from(sorted(residents.index)), st.sampled_from(sorted(supply.index)))
    drawn = sorted(data.draw(st.sets(pair)))
    found = pd.DataFrame(
        [(o, g, data.draw(st.integers(0, 5000))) for o, g in drawn], columns=["origin_id", "group_id", "distance_dm"]
    )
    weights = decay_of(Parameters(), decay, catchment_m=500)
    share = catchment.two_step(found, residents, supply, decay=weights)
    demanded = catchment.demand_per_group(catchment.weighted(found, weights), residents)
    expected = supply.reindex(demanded[demanded > 0].index).sum()
    assert (share * residents).sum() == pytest.approx(expected, rel=1e-9)
    assert (share.dropna() >= 0).all()


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
