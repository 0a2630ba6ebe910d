"""The inputs of the benchmarks: contraction keeps distances, curves and stitched towns are whole."""

import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
SIDE, STEPS = 60, 8


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
