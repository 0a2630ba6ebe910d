"""What chance would give: values dealt anew to the areas, all at once or around each area."""

from __future__ import annotations

import numpy as np

from nahraum.index.spatial.neighbours import Floats, Int64, Neighbours

_AT_A_TIME = 4_000_000  # numbers held in memory by one block of random arrangements
_ROUNDING = 1e-12  # of the size of the sums: sums that differ by less are equal


def two_sided(more: Int64, less: Int64, permutations: int) -> Floats:
    """Twice the smaller share of arrangements at least as extreme, the observed one counted, at most 1. [share]"""
    return np.minimum(1.0, 2.0 * (np.minimum(more, less) + 1.0) / (permutations + 1.0))


def permuted_sums(
    values: Floats, neighbours: Neighbours, permutations: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Of random arrangements of all values: Σ x_i · lag_i, and Σ x² weighted by all links of an area. [permutations]"""
    from scipy.sparse import csr_array

    n = len(values)
    matrix = csr_array((neighbours.weights, neighbours.indices, neighbours.start), shape=(n, n))
    ends = np.bincount(neighbours.rows, neighbours.weights, n) + np.bincount(neighbours.indices, neighbours.weights, n)
    products, squares = np.empty(permutations), np.empty(permutations)
    block = max(1, _AT_A_TIME // max(n, 1))
    for begin in range(0, permutations, block):
        end = min(begin + block, permutations)
        dealt = rng.permuted(np.broadcast_to(values, (end - begin, n)), axis=1).T
        products[begin:end] = (dealt * (matrix @ dealt)).sum(axis=0)
        squares[begin:end] = ends @ dealt**2
    return products, squares


def draws(n: int, k: int, permutations: int, rng: np.random.Generator) -> Int64:
    """k different numbers below n in random order, per permutation (Floyd's way, shuffled). [permutations, k]

    References
        Bentley & Floyd (1987). A sample of brilliance. doi:10.1145/30401.315746
    """
    chosen = np.empty((permutations, k), dtype=np.int64)
    for at in range(k):
        last = n - k + at
        drawn = rng.integers(0, last + 1, permutations)
        taken = (chosen[:, :at] == drawn[:, None]).any(axis=1)
        chosen[:, at] = np.where(taken, last, drawn)
    return np.asarray(rng.permuted(chosen, axis=1), dtype=np.int64)


def conditional_p(values: Floats, neighbours: Neighbours, permutations: int, rng: np.random.Generator) -> Floats:
    """How often chance gives each area neighbours as unlike the rest as its own: two-sided p. [share]

    Parameters
        values : known ones, one per area.

    Returns
        NaN for areas without neighbours.

    Notes
        Conditional permutation: the area keeps its value, its neighbours are drawn from all others. The draws are the
        same for all areas. An area that all others neighbour leaves nothing to chance: p is 1.

    References
        Anselin (1995). Local indicators of spatial association. doi:10.1111/j.1538-4632.1995.tb00338.x
    """
    n, counts = len(values), neighbours.counts
    p = np.full(n, np.nan)
    if n < 2 or not counts.max(initial=0):
        return p
    block = max(1, min(permutations, _AT_A_TIME // int(counts.max())))
    more, less = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    observed = neighbours.lag(values)
    scale = _ROUNDING * neighbours.lag(np.abs(values)) + _ROUNDING * np.abs(values).max() * (counts > 0)
    for begin in range(0, permutations, block):
        chosen = draws(n - 1, int(counts.max()), min(block, permutations - begin), rng)
        for at in np.flatnonzero(counts):
            others = np.delete(values, at)
            own = neighbours.weights[neighbours.start[at] : neighbours.start[at + 1]]
            lags = others[chosen[:, : counts[at]]] @ own
            more[at] += np.count_nonzero(lags >= observed[at] - scale[at])
            less[at] += np.count_nonzero(lags <= observed[at] + scale[at])
    p[counts > 0] = two_sided(more, less, permutations)[counts > 0]
    return p


def false_discovery(p: Floats) -> Floats:
    """The least share of false discoveries at which each area would still be named (Benjamini–Hochberg). [share]

    NaN stays NaN and does not count as a test.

    References
        Benjamini & Hochberg (1995). Controlling the false discovery rate. doi:10.1111/j.2517-6161.1995.tb02031.x
    """
    q = np.full(len(p), np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    if not len(tested):
        return q
    order = tested[np.argsort(p[tested], kind="stable")[::-1]]
    rank = np.arange(len(order), 0, -1)
    q[order] = np.minimum(1.0, np.minimum.accumulate(p[order] * len(order) / rank))
    return q
