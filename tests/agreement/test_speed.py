"""Half of the ratio that benchmarks/ commits to, on a small case, and the helpers of the benchmarks themselves."""

import statistics
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from nahraum.access.engine import Engine, Seeds
from nahraum.network import network_of_edges

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
SIDE, STEPS, CATEGORIES, RUNS = 60, 8, 20, 5
AMORTISED, ONE_SHOT = 20 / 2, 4 / 2


def streets():
    """Blocks of streets as OpenStreetMap draws them: crossings, and seven bends between each two of them."""
    dice = np.random.default_rng(4)
    crossing = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    pairs = np.concatenate(
        [np.stack([crossing[:, :-1].ravel(), crossing[:, 1:].ravel()], 1),
         np.stack([crossing[:-1].ravel(), crossing[1:].ravel()], 1)]
    )  # fmt: skip
    pairs = pairs[dice.random(len(pairs)) < 0.8]
    bends = SIDE * SIDE + np.arange(len(pairs) * (STEPS - 1)).reshape(len(pairs), STEPS - 1)
    chain = np.concatenate([pairs[:, :1], bends, pairs[:, 1:]], axis=1)
    first, second = chain[:, :-1].ravel(), chain[:, 1:].ravel()
    return int(chain.max()) + 1, first, second, dice.integers(20, 400, len(first))


def seconds(act):
    start = time.perf_counter()
    answer = act()
    return time.perf_counter() - start, answer


def test_nearest_of_twenty_categories_keeps_half_of_its_committed_lead_over_scipy():
    n, first, second, length = streets()
    dice = np.random.default_rng(5)
    places = [dice.choice(n, count, replace=False) for count in np.geomspace(8, n / 150, CATEGORIES).astype(int)]
    spot = np.zeros(n)
    network = network_of_edges((np.arange(n), spot, spot), (first, second, length, np.arange(len(first))))
    links = csr_array((network.cost_out.astype(float), network.neighbour, network.indptr), shape=(n, n))
    lane = np.repeat(np.arange(CATEGORIES), [len(one) for one in places])
    nothing = np.zeros(len(lane), dtype=np.int64)

    def ours(engine):
        rank = engine.elimination.rank[np.concatenate(places)].astype(np.int64)
        return engine.costs(Seeds(rank, nothing, lane, nothing), CATEGORIES)

    ours(Engine.of(network))
    taken = []
    for _ in range(RUNS):
        before, engine = seconds(lambda: Engine.of(network))
        search, rows = seconds(lambda engine=engine: ours(engine))
        theirs, wanted = seconds(lambda: np.array([dijkstra(links, indices=one, min_only=True) for one in places]))
        taken.append((theirs / search, theirs / (before + search)))
    found = np.where(rows >= 1 << 30, np.inf, rows.astype(float))[engine.elimination.rank].T
    np.testing.assert_array_equal(found, wanted)
    amortised, one_shot = (statistics.median(ratios) for ratios in zip(*taken, strict=True))
    assert amortised >= AMORTISED, taken
    assert one_shot >= ONE_SHOT, taken


@pytest.fixture
def networks(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import networks

    yield networks
    for name in ("networks", "harness"):
        sys.modules.pop(name, None)


def graph_of(n, first, second, length):
    x, y = (np.random.default_rng(seed).uniform(0, 2000, n) for seed in (6, 7))
    return {"x": x, "y": y, "a": first, "b": second, "w": length, "way": np.arange(len(first))}


def costs(graph, sources):
    n = len(graph["x"])
    links = csr_array((graph["w"].astype(float), (graph["a"], graph["b"])), shape=(n, n))
    return dijkstra(links, directed=False, indices=sources)


def test_the_peers_best_case_keeps_every_distance_between_origins_and_places(networks):
    full = networks.with_points(networks.hilbert_ordered(graph_of(*streets())), tiles=1, cell_m=300)
    short = networks.contracted(full)
    sample = slice(0, 20)
    np.testing.assert_array_equal(
        costs(full, full["origin"][sample])[:, full["place"]], costs(short, short["origin"][sample])[:, short["place"]]
    )
    assert len(short["x"]) < len(full["x"])


def test_a_hilbert_curve_goes_through_every_field_of_a_square_by_steps_of_one(networks):
    east, north = (part.ravel().astype(float) for part in np.meshgrid(np.arange(32), np.arange(32)))
    order = np.argsort(networks.hilbert(east, north, bits=5))
    steps = np.abs(np.diff(east[order])) + np.abs(np.diff(north[order]))
    assert (steps == 1).all()


def test_stitched_towns_are_one_town(networks):
    town = graph_of(*streets())
    town = networks.hilbert_ordered(town | {"w": town["w"].astype(np.int32)})
    joined = networks.stitched(town, 2, 2)
    assert len(joined["x"]) == 4 * len(town["x"])
    alone, together = np.isfinite(costs(town, [0])).sum(), np.isfinite(costs(joined, [0])).sum()
    assert together > 3 * alone
