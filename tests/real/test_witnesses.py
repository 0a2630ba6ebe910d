"""The engine on real networks against other libraries: scipy, networkx, pandana, cityseer, Valhalla.

All of them install for Python 3.11 (tried: networkx 3.6.1, pandana 0.8, cityseer 5.8.0, pyvalhalla-weekly 3.5.1; the
release of pyvalhalla itself has wheels from 3.12 only). scipy is ours anyway; the others answer from throw-away
environments (`witness/environment.py`).

scipy, networkx and pandana get the same whole numbers and must give the same costs, difference 0. cityseer measures
the last stretch to a place on the map, and Valhalla reads the extract by its own rules: the tests say how much that
may explain, and that nothing is left for arithmetic.
"""

from itertools import pairwise

import numpy as np
import pyproj
import pytest
from real_networks import TOWNS, at_nodes, main_nodes, town
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import KDTree
from witness.environment import answer

import drawn_networks
import oracle
from nahraum.access import reach
from nahraum.access.engine import Engine
from nahraum.network import BLOCKED

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("witnesses")]

RADII_M = (300, 500, 800, 1000, 1500)
RADII_DM = [radius * 10 for radius in RADII_M]
EVERYWHERE = BLOCKED - 1
ROUNDED_M = 0.3  # Valhalla keeps coordinates with six decimals of a degree


@pytest.mark.parametrize("name", list(TOWNS))
def test_scipy_walks_as_far_in_every_town_with_points_as_nodes(data_dir, name):
    same_as_scipy(town(data_dir, name).lengths, 1)


@pytest.mark.parametrize("name", ["las_palmas", "kaiserslautern"])
def test_scipy_takes_as_long_where_stairs_and_directions_count(data_dir, name):
    network = town(data_dir, name).times
    assert network.unit == "ds"
    same_as_scipy(network, 2)


def same_as_scipy(network, seed):
    """Nearest of five kinds for 2,000 points anywhere; all pairs, counts and the five nearest for 25 of them."""
    rng = np.random.default_rng(seed)
    origins = drawn_networks.scattered(rng, network, [f"o{n:05d}" for n in range(2000)])
    places = drawn_networks.scattered(rng, network, [f"p{n:05d}" for n in rng.integers(0, 300, 400)])
    graph, engine = oracle.split_graph(network, origins, places), Engine.of(network)
    kind = rng.integers(0, 5, len(places.id))
    found = reach.nearest(engine, origins, {str(n): places.take(kind == n) for n in range(5)}, limit=EVERYWHERE)
    backwards = graph.matrix().T.tocsr()
    for n in range(5):
        cost = dijkstra(backwards, indices=graph.place[kind == n], min_only=True)[graph.origin]
        assert found[str(n)]["cost"].tolist() == np.where(np.isfinite(cost), cost, -1).astype(int).tolist()
    some = np.sort(rng.choice(len(origins.id), 25, replace=False))
    cost = dijkstra(graph.matrix(), indices=graph.origin[some], limit=RADII_DM[-1])[:, graph.place]
    groups, table = oracle.grouped(cost, places)
    near = origins.take(some)
    origin, group = np.nonzero(table < oracle.FAR)
    pairs = reach.pairs(engine, near, places, limit=RADII_DM[-1]).table()
    assert pairs["origin_id"].tolist() == near.id[origin].tolist()
    assert pairs["group_id"].tolist() == groups[group].tolist()
    assert pairs["cost"].tolist() == table[origin, group].tolist()
    assert len(pairs) > 25
    kinds, ones = np.zeros(len(groups), dtype=np.int32), np.ones(len(groups), dtype=np.int64)
    counts = reach.reachable(engine, near, places, category=kinds, amount=ones, limits=RADII_DM)
    assert counts[:, 0].tolist() == [[int((row <= limit).sum()) for limit in RADII_DM] for row in table]
    five = reach.nearest_k(engine, near, places, k=5, limit=RADII_DM[-1])
    first = np.sort(table, axis=1)[:, :5]
    assert five.cost.tolist() == np.where(first < oracle.FAR, first, -1).tolist()


def test_networkx_walks_as_far_on_small_graphs_and_in_a_town(data_dir, tmp_path):
    """Forty drawn towns (one-way streets, times, points on one edge) and Lauf, all with points as nodes."""
    rng = np.random.default_rng(3)
    lauf = town(data_dir, "lauf").lengths
    cases = [drawn_networks.small_town(seed) for seed in range(30)] + [
        drawn_networks.large_town(seed, n_origins=20, n_places=60) for seed in range(10)
    ]
    cases.append(
        (
            lauf,
            drawn_networks.scattered(rng, lauf, [f"o{n:02d}" for n in range(12)]),
            drawn_networks.scattered(rng, lauf, [f"p{n:03d}" for n in range(200)]),
        )
    )
    question = {"n_graphs": len(cases)}
    for number, case in enumerate(cases):
        graph = oracle.split_graph(*case)
        arrays = {"tail": graph.tail, "head": graph.head, "cost": graph.cost}
        arrays |= {"sources": graph.origin, "targets": graph.place}
        question |= {f"{key}{number}": value for key, value in arrays.items()}
    told = answer("networkx", tmp_path, **question)
    for number, (network, origins, places) in enumerate(cases):
        groups, table = oracle.grouped(told[f"cost{number}"], places)
        origin, group = np.nonzero(table < oracle.FAR)
        found = reach.pairs(Engine.of(network), origins, places, limit=EVERYWHERE).table()
        expected = zip(origins.id[origin], groups[group], table[origin, group].tolist(), strict=True)
        assert [tuple(row) for row in found.to_numpy().tolist()] == list(expected)


@pytest.mark.parametrize(("name", "n_places", "radii_m"), [("lauf", 60, RADII_M), ("las_palmas", 400, (300, 500))])
def test_pandana_with_precompute_finds_the_same_places_at_the_same_distance(
    data_dir, tmp_path, name, n_places, radii_m
):
    """The three nearest and the number within each radius, at every node."""
    network, rng = town(data_dir, name).lengths, np.random.default_rng(4)
    places, radii = main_nodes(network, rng, n_places), [radius * 10 for radius in radii_m]
    told = answer(
        "pandana", tmp_path, n_nodes=network.n_nodes, low=network.edge_from, high=network.edge_to,
        length=network.edge_length_dm, places=places, radii=np.array(radii), k=3,
    )  # fmt: skip
    engine, there = Engine.of(network), at_nodes(network, places, "p")
    everybody = at_nodes(network, np.flatnonzero(np.diff(network.indptr)), "o")
    found = reach.nearest_k(engine, everybody, there, k=3, limit=radii[-1]).cost
    rows = np.flatnonzero(np.diff(network.indptr))
    assert np.array_equal(np.where(found < 0, radii[-1], found), told["nearest"][rows])  # pandana: the limit for none
    kinds, ones = np.zeros(n_places, dtype=np.int32), np.ones(n_places, dtype=np.int64)
    counts = reach.reachable(engine, everybody, there, category=kinds, amount=ones, limits=radii)
    assert np.array_equal(counts[:, 0], told["counts"][rows])
    assert counts[:, 0].sum() > 10 * n_places


@pytest.mark.parametrize(("name", "n_places", "n_origins"), [("lauf", 60, 1000), ("las_palmas", 300, 500)])
def test_cityseer_differs_by_less_than_it_rounds(data_dir, tmp_path, name, n_places, n_origins):
    """cityseer puts a place on the nearest line and measures the last stretch there, in metres of the map.

    Our edge is that stretch as a geodesic in whole decimetres, so the two differ by at most half a decimetre and
    by the scale of the map (below 0.1 %) times the longest edge; an edge below 1 dm counts as 1 dm with us. Only
    where a way ends so close to a radius may a place be counted by one and not by the other.
    """
    network, rng = town(data_dir, name).lengths, np.random.default_rng(5)
    places, origins = main_nodes(network, rng, n_places), main_nodes(network, rng, n_origins)
    crs = int(town(data_dir, name).crs.removeprefix("EPSG:"))
    told = answer(
        "cityseer", tmp_path, x=network.x_m, y=network.y_m, low=network.edge_from, high=network.edge_to,
        length_m=network.edge_length_dm / 10, places=places, origins=origins, radii_m=np.array(RADII_M), crs=crs,
    )  # fmt: skip
    here, there = at_nodes(network, origins, "o"), at_nodes(network, places, "p")
    engine = Engine.of(network)
    tolerance_m = 0.05 + 0.001 * network.edge_length_dm.max() / 10 + 0.05
    nearest = reach.nearest(engine, here, {"place": there}, limit=RADII_DM[-1])["place"]["cost"].to_numpy()
    assert np.array_equal(np.isnan(told["nearest"]), nearest < 0)
    difference = np.abs(told["nearest"] - nearest / 10)[nearest >= 0]
    assert difference.max() < tolerance_m
    assert np.quantile(difference, 0.95) < 0.06
    pairs = reach.pairs(engine, here, there, limit=RADII_DM[-1] + 20)
    for at, radius in enumerate(RADII_M):
        sure = np.bincount(pairs.origin[pairs.cost <= (radius - tolerance_m) * 10], minlength=n_origins)
        maybe = np.bincount(pairs.origin[pairs.cost <= (radius + tolerance_m) * 10], minlength=n_origins)
        assert (sure <= told["counts"][:, at]).all()
        assert (told["counts"][:, at] <= maybe).all()


def test_valhalla_walks_as_far_unless_a_way_is_open_to_one_of_us_only(data_dir, tmp_path):
    """Valhalla reads the extract of Lauf by its own access rules and snaps points to its own edges.

    Distances spread a little (half below 5 m, all rounded to metres) with a tail of detours up to some hundred metres.
    Of 60 routes walked in full, those on edges of ours alone are never shorter than our way between the same nodes,
    not by a decimetre, and most are it exactly. So where distances differ, a way is open to one of us only or a point
    was put on another way: rules and snapping, not arithmetic.
    """
    lauf, rng = town(data_dir, "lauf"), np.random.default_rng(6)
    network = lauf.lengths
    sources, targets = main_nodes(network, rng, 60), main_nodes(network, rng, 80)
    to_degrees = pyproj.Transformer.from_crs(lauf.crs, "EPSG:4326", always_xy=True)
    degrees = np.stack(to_degrees.transform(network.x_m, network.y_m), axis=1)
    told = answer(
        "valhalla", tmp_path, extract=str(lauf.extract), sources=degrees[sources],
        targets=degrees[targets],
    )  # fmt: skip
    engine, there = Engine.of(network), at_nodes(network, targets, "p")
    own = costs_between(engine, at_nodes(network, sources, "o"), there) / 10
    difference = np.abs(told["distance_m"] - own)
    assert np.median(difference) < 5
    assert np.quantile(difference, 0.9) < 150
    assert np.median(told["distance_m"] - own) == pytest.approx(0, abs=3)
    shapes = np.split(
        np.stack(to_degrees.transform(*told["shape"].T, direction="INVERSE"), axis=1), told["start"][1:-1]
    )
    routes = [route for route in routes_on(network, shapes) if route is not None]
    assert len(routes) > 0.8 * len(shapes)
    first, last, walked_dm = (np.array(column) for column in zip(*routes, strict=True))
    shortest = costs_between(engine, at_nodes(network, first, "o"), at_nodes(network, last, "p")).diagonal()
    assert (walked_dm >= shortest).all()
    assert (walked_dm == shortest).mean() > 0.5


def costs_between(engine, origins, places):
    """Cost from each origin to each single place."""
    return reach.distances(engine, origins, [places.take(np.array([n])) for n in range(len(places.id))])


def routes_on(network, shapes):
    """First node, last node and length in dm of each line along edges of the network; None where it leaves them."""
    tree = KDTree(np.stack([network.x_m, network.y_m], axis=1))
    ends = np.sort(np.stack([network.edge_from, network.edge_to], axis=1), axis=1).tolist()
    length = {tuple(pair): dm for pair, dm in zip(ends, network.edge_length_dm.tolist(), strict=True)}
    for line in shapes:
        distance, node = tree.query(line)
        if distance[1:-1].max(initial=0) > ROUNDED_M:
            yield None  # a bend that is no node of ours
            continue
        met = node[distance <= ROUNDED_M].tolist()  # a route may begin and end between nodes
        steps = [length.get((min(pair), max(pair))) for pair in pairwise(met) if pair[0] != pair[1]]
        yield None if None in steps else (met[0], met[-1], sum(steps))
