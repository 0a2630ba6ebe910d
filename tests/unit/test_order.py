"""Nodes along the Hilbert curve."""

import numpy as np

from nahraum.network.order import hilbert_key, memory_order


def plain_key(column: int, row: int, bits: int = 24) -> int:
    """The curve as it is usually written down: one bit of each axis at a time."""
    key, size = 0, 1 << bits
    for level in range(bits - 1, -1, -1):
        east, north = (column >> level) & 1, (row >> level) & 1
        key += (1 << (2 * level)) * ((3 * east) ^ north)
        if north == 0:
            if east == 1:
                column, row = size - 1 - column, size - 1 - row
            column, row = row, column
    return key


def test_the_key_is_that_of_the_curve_bit_by_bit():
    rng = np.random.default_rng(3)
    x, y = rng.uniform(-3e6, 3e6, 500), rng.uniform(0, 1e7, 500)
    columns, rows = (np.floor(part / 4).astype(int) + (1 << 23) for part in (x, y))
    assert hilbert_key(x, y).tolist() == [plain_key(c, r) for c, r in zip(columns.tolist(), rows.tolist(), strict=True)]


def test_the_curve_never_jumps():
    x, y = (part.ravel() for part in np.meshgrid(np.arange(32) * 4.0 + 2, np.arange(32) * 4.0 + 2))
    order = memory_order(x, y)
    assert (np.abs(np.diff(x[order])) + np.abs(np.diff(y[order]))).tolist() == [4.0] * 1023


def test_the_sequence_does_not_depend_on_what_else_is_there():
    rng = np.random.default_rng(4)
    x, y = rng.uniform(4e5, 4.1e5, 300), rng.uniform(5e6, 5.01e6, 300)
    east = x > 405_000
    whole = memory_order(x, y)
    part = np.flatnonzero(east)[memory_order(x[east], y[east])]
    assert whole[east[whole]].tolist() == part.tolist()


def test_nodes_of_one_square_keep_their_order():
    x, y = np.array([1.0, 500.0, 2.0, 3.0, 501.0]), np.array([1.0, 500.0, 3.0, 0.5, 501.0])
    order = memory_order(x, y).tolist()
    assert [at for at in order if at in (0, 2, 3)] == [0, 2, 3] and [at for at in order if at in (1, 4)] == [1, 4]


def test_places_beyond_the_grid_and_no_places_at_all_have_an_order():
    assert sorted(memory_order(np.array([-1e12, 1e12]), np.array([1e12, -1e12])).tolist()) == [0, 1]
    assert memory_order(np.zeros(0), np.zeros(0)).tolist() == []
