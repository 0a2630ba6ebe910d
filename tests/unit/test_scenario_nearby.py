"""Which points an edge may be nearer to: looked up in the grid as by comparing each with each."""

import numpy as np

from nahraum.network.nearby import EdgeGrid, offered, offered_in_grid


def test_the_grid_names_the_same_points_as_comparing_each_with_each():
    rng = np.random.default_rng(5)
    n_nodes, n_grid, n_edges, n_points = 400, 300, 320, 500
    x, y = rng.uniform(0, 900, (2, n_nodes))
    first = rng.integers(0, n_nodes, n_edges)
    second = np.argsort(np.hypot(x[first][:, None] - x, y[first][:, None] - y), axis=1)[:, 3]
    low, high = first[:n_grid], second[:n_grid]
    grid = EdgeGrid.of((x[low], y[low], x[high], y[high]))
    px, py = rng.uniform(-300, 1200, (2, n_points))
    leg_dm = rng.integers(0, 2500, n_points)
    come = np.unique(rng.integers(0, n_edges, 40))
    wanted = np.zeros(n_edges, dtype=np.bool_)
    wanted[come] = True
    ends, extra = (first, second, x, y), np.arange(n_grid, n_edges)
    expected = offered(px, py, leg_dm, come, ends)
    assert 0 < expected.sum() < n_points
    np.testing.assert_array_equal(offered_in_grid(px, py, leg_dm, wanted, grid.arrays(), extra, ends), expected)
