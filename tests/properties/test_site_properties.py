"""Sites: ways of missing links against another library's Dijkstra, conflicts against all pairs, whatever the town."""

import random
from dataclasses import replace

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

import tiny_sites
from nahraum.measures.model import Cost, Site
from nahraum.measures.sites import SiteGround, candidate_sites, conflicts
from nahraum.measures.sites.links import Gaps, _way_m
from nahraum.measures.sites.setting import Setting
from tiny_sites import at, building, ground, kind, rules
from tiny_studies import random_study

NOTHING = Cost(0.0, 0.0, 0.0)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_the_way_round_a_gap_is_the_shortest_one(seed: int) -> None:
    dice = random.Random(seed)
    area, network, parameters = random_study(dice)
    n = network.n_nodes
    graph = csr_array((network.cost_out.astype(float), network.neighbour, network.indptr), shape=(n, n))
    exact = dijkstra(graph) / 10
    nodes = np.flatnonzero(network.component == 0)
    one, other = (np.array(dice.choices(nodes.tolist(), k=8), dtype=np.int64) for _ in range(2))
    gaps = Gaps(one, other, np.ones(8), np.array([None] * 8, dtype=object))
    limit = float(dice.choice((150, 400, 3000)))
    found = _way_m(gaps, Setting(SiteGround(area, None, network), parameters), np.full(8, limit))  # type: ignore[arg-type]
    np.testing.assert_allclose(found, np.minimum(exact[one, other], limit), atol=1e-9)


def random_site(dice: random.Random, number: int) -> Site:
    x, y = dice.randint(0, 12), dice.randint(0, 12)
    shape = (
        shapely.box(x, y, x + dice.randint(1, 8), y + dice.randint(1, 8))
        if dice.random() < 0.8
        else shapely.Point(x, y)
    )
    parcel = dice.choice(("", "a", "b", f"p{number}"))
    return Site(f"s{number}", "t", "q", x, y, 1.0, shape, (), NOTHING, NOTHING, parcel)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_conflicts_are_those_of_all_pairs(seed: int) -> None:
    dice = random.Random(seed)
    sites = [random_site(dice, number) for number in range(dice.randint(0, 12))]
    wanted = []
    for a, one in enumerate(sites):
        for b, other in enumerate(sites[a + 1 :], start=a + 1):
            same = bool(one.parcel_id) and one.parcel_id == other.parcel_id
            both = bool(one.parcel_id) and bool(other.parcel_id)
            if same or (both and shapely.area(shapely.intersection(one.geometry, other.geometry)) > 10):
                wanted.append([a, b])
    assert conflicts(sites).tolist() == wanted


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_what_a_town_maps_in_whatever_order_gives_the_same_sites(seed: int) -> None:
    dice = random.Random(seed)
    grounds = [
        ground(
            n,
            tiny_sites.box(dice.randint(0, 300), dice.randint(0, 300), dice.randint(15, 90)),
            dice.choice(("parking", "brownfield")),
        )
        for n in range(6)
    ]
    houses = [
        building(50 + n, tiny_sites.box(dice.randint(0, 300), dice.randint(0, 300), 11), building="retail")
        for n in range(6)
    ]
    types = [
        kind("park", "new_green", "open_ground", unit="m2"), kind("flats", "dwellings", "open_ground", unit="dwelling"),
        kind("gp_branch", "facility", "ground_floor", options={"category": "gp"}),
    ]  # fmt: skip
    found = []
    for _ in range(2):
        dice.shuffle(grounds)
        dice.shuffle(houses)
        dice.shuffle(types)
        made = tiny_sites.town(grounds=grounds, buildings=houses)
        moved = replace(made, area=replace(made.area, addresses=made.area.addresses.assign(x_m=at(50, 0)[0])))
        found.append(candidate_sites(moved, {one.id: one for one in types}, rules()).sites)
    one, other = found
    assert [(s.site_id, s.edits, s.quantity) for s in one] == [(s.site_id, s.edits, s.quantity) for s in other]
