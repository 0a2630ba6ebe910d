"""How good a front is: what it dominates, and where its knee is."""

from __future__ import annotations

import numpy as np

from nahraum.measures.model import Bools, Floats, Int64


def not_dominated(gains: Floats) -> Bools:
    """Rows to which no other row is at least equal in every gain and better in one; of equal rows the first.

    Parameters
        gains : a row per plan, a column per objective, all to be raised.
    """
    n = len(gains)
    kept = np.ones(n, dtype=bool)
    for one in range(n):
        more = (gains >= gains[one]).all(axis=1)
        better = more & (gains > gains[one]).any(axis=1)
        equal_before = more & ~better & (np.arange(n) < one)
        kept[one] = not (better | equal_before).any()
    return kept


def normalised(gains: Floats, worst: Floats, ideal: Floats) -> Floats:
    """Gains from 0 (the worst on the front) to 1 (the best of all). Where all are equal: 1."""
    span = ideal - worst
    return np.asarray(np.where(span > 0, (gains - worst) / np.where(span > 0, span, 1.0), 1.0))


def hypervolume(gains: Floats) -> float:
    """Share of the box from 0 to 1 that some plan dominates; gains normalised. [0..1]

    References
        Zitzler, E., Thiele, L. (1999). Multiobjective evolutionary algorithms. IEEE Transactions on Evolutionary
        Computation 3.
    """
    points = np.clip(gains, 0.0, 1.0)
    if not len(points):
        return 0.0
    if points.shape[1] == 1:
        return float(points.max())
    order = np.argsort(-points[:, -1], kind="stable")
    height = np.append(points[order, -1], 0.0)
    slabs = [hypervolume(points[order[: at + 1], :-1]) * (height[at] - height[at + 1]) for at in range(len(order))]
    return float(sum(slabs))


def knee(gains: Floats) -> int:
    """The plan farthest above the plane through the best of each objective alone; ties to the first. -1 for none.

    Notes
        With gains from 0 to 1 that plane is "the sum is 1", so the knee has the largest sum.
    """
    return int(np.argmax(gains.sum(axis=1) > gains.sum(axis=1).max() - 1e-12)) if len(gains) else -1


def order_of(gains: Floats) -> Int64:
    """Plans by their gains, the first objective first, the greatest first."""
    return np.asarray(np.lexsort(tuple(-gains[:, k] for k in reversed(range(gains.shape[1])))), dtype=np.int64)
