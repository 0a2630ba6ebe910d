"""Half of the committed speed, guarded where tests run: nearest, cumulative and .osm.pbf to network, on real towns.

Ratios of processor time in one process, ours and the other's in turn, the best turn of each: a busy machine makes some
turns slower, and what has become slow is so in all of them. Committed are
ratios against the best peer (benchmarks/RESULTS.md): nearest 20 times, 4 times with the elimination; cumulative 50
times; .osm.pbf 4 times. Peers that the tests do not have are replaced by one they have, whose speed against the peer
is known: scipy's bounded searches alone take about half as long as pandana with precompute takes for the counts
(about 7.5 s and 15 s; Heidelberg), libosmium takes 3.6 times as long for the tables as pyrosm for its network (4.43 s
and 1.24 s; Las Palmas).
"""

from time import process_time

import numpy as np
import pytest
from real_networks import at_nodes, main_nodes, town
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from nahraum.access import reach
from nahraum.access.engine import Engine, Seeds
from nahraum.network import build_network
from nahraum.sources.osm import walk
from nahraum.sources.osm.door import open_door
from nahraum.sources.osm.raw import read_by_osmium
from nahraum.sources.osm.streets import Streets, read_streets

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("witnesses")]

N_CATEGORIES, RUNS = 20, 5
COMMITTED, COMMITTED_ONE_SHOT = 20, 4
COMMITTED_CUMULATIVE, COMMITTED_PBF = 50 / 2, 4 * 3.6
LIMITS = [3000, 5000, 8000, 10000, 15000]
SAMPLE = 150


def seconds(function, *arguments):
    began = process_time()
    result = function(*arguments)
    return process_time() - began, result


def test_the_engine_keeps_half_of_its_committed_speed(data_dir):
    network, rng = town(data_dir, "heidelberg").lengths, np.random.default_rng(7)
    places = [rng.choice(network.n_nodes, n, replace=False) for n in np.geomspace(8, 1000, N_CATEGORIES).astype(int)]
    graph = csr_array((network.cost_out.astype(float), network.neighbour, network.indptr), shape=(network.n_nodes,) * 2)

    def search(engine):
        lane = np.repeat(np.arange(N_CATEGORIES), [len(nodes) for nodes in places])
        nothing = np.zeros(len(lane), dtype=np.int64)
        rank = engine.elimination.rank[np.concatenate(places)].astype(np.int64)
        return engine.costs(Seeds(rank, nothing, lane, nothing), N_CATEGORIES)[engine.elimination.rank]

    def plain():
        return np.stack([dijkstra(graph, indices=nodes, min_only=True) for nodes in places], axis=1)

    search(Engine.of(network))  # compiles, or loads what is compiled
    once_s, again_s, scipy_s = [], [], []
    for _ in range(RUNS):
        prepare_s, engine = seconds(Engine.of, network)
        search_s, found = seconds(search, engine)
        other_s, expected = seconds(plain)
        once_s.append(prepare_s + search_s)
        again_s.append(search_s)
        scipy_s.append(other_s)
    reached = np.isfinite(expected)
    assert np.array_equal(found[reached], expected[reached])
    assert (found[~reached] >= 1 << 30).all()
    again, once = min(scipy_s) / min(again_s), min(scipy_s) / min(once_s)
    figures = f"search {again:.0f}x, one shot {once:.1f}x, scipy {min(scipy_s):.2f} s"
    assert again >= COMMITTED / 2, figures
    assert once >= COMMITTED_ONE_SHOT / 2, figures
    print(figures)


def test_cumulative_counts_keep_half_of_their_committed_speed(data_dir):
    network, rng = town(data_dir, "heidelberg").lengths, np.random.default_rng(8)
    nodes = [main_nodes(network, rng, n) for n in np.geomspace(8, 1000, N_CATEGORIES).astype(int)]
    node, category = np.concatenate(nodes), np.repeat(np.arange(N_CATEGORIES), [len(each) for each in nodes])
    start = main_nodes(network, rng, 20_000)
    origins, places = at_nodes(network, start, "o"), at_nodes(network, node, "p")
    amount, kinds = np.ones(len(node), dtype=np.int32), category.astype(np.int32)
    graph = csr_array((network.cost_out.astype(float), network.neighbour, network.indptr), shape=(network.n_nodes,) * 2)
    some = np.sort(rng.choice(len(start), SAMPLE, replace=False))

    def ours():
        return reach.reachable(Engine.of(network), origins, places, category=kinds, amount=amount, limits=LIMITS)

    def plain():
        return dijkstra(graph, indices=start[some], limit=LIMITS[-1])

    ours(), plain()
    ours_s, scipy_s = [], []
    for _ in range(RUNS):
        own_s, found = seconds(ours)
        other_s, walked = seconds(plain)
        ours_s.append(own_s)
        scipy_s.append(other_s * len(start) / SAMPLE)
    reached = np.stack([walked[:, node] <= limit for limit in LIMITS], axis=2)
    expected = np.stack([reached[:, category == kind].sum(axis=1) for kind in range(N_CATEGORIES)], axis=1)
    assert np.array_equal(found[some], expected)
    ratio = min(scipy_s) / min(ours_s)
    figures = f"cumulative {ratio:.0f}x scipy's searches"
    assert ratio >= COMMITTED_CUMULATIVE / 2, figures
    print(figures)


def test_from_a_file_to_the_network_keeps_half_of_its_committed_speed(data_dir):
    file, crs, _, _ = town(data_dir, "las_palmas")

    def by_libosmium():
        raw = read_by_osmium(open_door(file))
        ways, way_nodes = walk.way_table(raw.ways, walk.way_tags(raw))
        return Streets.of(ways, way_nodes, walk.node_table(raw, way_nodes))

    def ours():
        return build_network(read_streets(file), crs=crs)

    ours()
    other_s, streets = seconds(by_libosmium)
    runs = [seconds(ours) for _ in range(RUNS)]
    own_s, network = min(one for one, _ in runs), runs[0][1]
    same = build_network(streets, crs=crs)
    for name in ("node_id", "x_m", "edge_from", "edge_to", "edge_length_dm", "cost_out", "cost_in", "component"):
        assert np.array_equal(getattr(network, name), getattr(same, name)), name
    figures = f"file to network {other_s / own_s:.1f}x libosmium's tables"
    assert other_s / own_s >= COMMITTED_PBF / 2, figures
    print(figures)
