"""The plain search against brute force and against scipy."""

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from nahraum.access import kernels, reach
from nahraum.network import Attachment
from tiny_walks import net


def random_network(rng, n_nodes, n_edges):
    """Nodes anywhere, edges between any two, short whole lengths: many ties, parallel edges, loose parts."""
    nodes = {i: (float(x), float(y)) for i, (x, y) in enumerate(rng.integers(0, 500, (n_nodes, 2)))}
    ends = rng.integers(0, n_nodes, (n_edges, 2))
    edges = [(int(a), int(b), int(rng.integers(1, 6)), int(rng.integers(1, 9))) for a, b in ends]
    return net(nodes, [*edges, (0, 1, 1, 3)])


def random_points(rng, network, ids):
    edge = rng.integers(0, network.n_edges, len(ids))
    offset = (rng.random(len(ids)) * (network.edge_length_dm[edge] + 1)).astype(np.int64)
    leg = rng.integers(0, 4, len(ids))
    order = np.argsort(ids, kind="stable")
    status = np.full(len(ids), "ok", dtype=object)
    return Attachment(np.array(ids, dtype=object)[order], edge[order], offset[order], leg[order], status)


def bellman_ford(network, seeds):
    """All edges relaxed until nothing changes: distance of every node from the seeds."""
    best = np.full(network.n_nodes, np.inf)
    for node, distance in seeds:
        best[node] = min(best[node], distance)
    for _ in range(network.n_nodes):
        for low, high, length in zip(network.edge_from, network.edge_to, network.edge_length_dm, strict=True):
            best[high] = min(best[high], best[low] + length)
            best[low] = min(best[low], best[high] + length)
    return best


def brute_force(network, origin, place):
    """Way between two points: over both ends of both edges, or along a shared edge."""
    ends = lambda p: [  # noqa: E731
        (int(network.edge_from[p[0]]), p[1] + p[2]),
        (int(network.edge_to[p[0]]), network.edge_length_dm[p[0]] - p[1] + p[2]),
    ]
    best = bellman_ford(network, ends(place))
    ways = [best[node] + walked for node, walked in ends(origin)]
    if origin[0] == place[0]:
        ways.append(abs(origin[1] - place[1]) + origin[2] + place[2])
    return min(ways)


def rows(points):
    return zip(points.edge.tolist(), points.offset_dm.tolist(), points.leg_dm.tolist(), strict=True)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("limit_dm", [6, 15, 1000])
def test_nearest_and_pairs_equal_brute_force(seed, limit_dm):
    rng = np.random.default_rng(seed)
    network = random_network(rng, 12, 14)
    origins = random_points(rng, network, [f"o{i}" for i in range(6)])
    places = random_points(rng, network, ["p0", "p1", "p1", "p2", "p3", "p3"])
    expected = {}
    for name, origin in zip(origins.id, rows(origins), strict=True):
        for group, place in zip(places.id, rows(places), strict=True):
            way = brute_force(network, origin, place)
            if way <= limit_dm:
                expected[name, group] = min(way, expected.get((name, group), np.inf))
    found = reach.pairs(network, origins, places, limit_dm=limit_dm)
    assert {(o, g): d for o, g, d in found.to_numpy().tolist()} == expected
    assert found[["origin_id", "group_id"]].to_numpy().tolist() == sorted([o, g] for o, g in expected)
    nearest = reach.nearest(network, origins, places, limit_dm=limit_dm)
    for name, distance, place_id in nearest.to_numpy().tolist():
        ways = sorted((way, group) for (origin, group), way in expected.items() if origin == name)
        assert (distance, place_id) == (ways[0] if ways else (-1, ""))


@pytest.mark.parametrize("seed", range(5))
def test_the_search_equals_scipy_on_a_larger_network(seed):
    rng = np.random.default_rng(seed)
    network = random_network(rng, 400, 620)
    graph = csr_array(
        (network.cost_out.astype(float), network.neighbour, network.indptr), shape=(network.n_nodes,) * 2
    )
    sources = rng.choice(network.n_nodes, 7, replace=False)
    each = dijkstra(graph, indices=sources)
    mine = kernels.nearest_labels(
        kernels.Adjacency.of(network), [(int(s), 0, i) for i, s in enumerate(sources)], n_owners=7, limit_dm=10**6
    )
    reached = mine < kernels.UNREACHED
    assert np.array_equal(reached, np.isfinite(each).any(axis=0))
    assert np.array_equal(mine[reached] // 7, each.min(axis=0)[reached])
    assert np.array_equal(mine[reached] % 7, each.argmin(axis=0)[reached])
    near = kernels.within(kernels.Adjacency.of(network), [(int(sources[0]), 2)], limit_dm=20)
    assert near == {int(n): int(each[0, n]) + 2 for n in np.flatnonzero(each[0] + 2 <= 20)}
