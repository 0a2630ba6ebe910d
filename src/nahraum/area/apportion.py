"""Sharing whole millionths of residents among places, many totals at once and exactly."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nahraum.errors import InputError

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]

WEIGHT_UNIT = 1_000
"""Weights are compared in thousandths, as whole numbers: their sums then do not depend on the order."""


def apportion_groups(totals_micro: Int64, group: Int64, weights: Float64) -> Int64:
    """Parts of each group's total, by largest remainder; the parts of a group add up to its total exactly. [1e-6]

    Parameters
        totals_micro : total of each group, by position. [1e-6]
        group : position in `totals_micro` for each part.
        weights : one weight per part, at least 0; ties go to the first in order, so hand the parts over
            sorted by id.

    Returns
        one whole number per part. [1e-6]

    Raises
        InputError where a group with a total has no part with a positive weight.

    Notes
        The same result as `frames.apportion_micro` group by group, without a loop.
    """
    whole = np.rint(weights * WEIGHT_UNIT)
    sums = np.bincount(group, weights=whole, minlength=len(totals_micro))
    if lost := int(((sums <= 0) & (totals_micro > 0)).sum()):
        raise InputError(
            f"{lost} totals have nothing to be shared among", expected="at least one positive weight per total"
        )
    if not len(group):
        return np.zeros(0, dtype=np.int64)
    exact = np.divide(whole, sums[group], out=np.zeros_like(whole), where=sums[group] > 0) * totals_micro[group]
    floor = np.floor(exact).astype(np.int64)
    rest = totals_micro - np.bincount(group, weights=floor, minlength=len(totals_micro)).astype(np.int64)
    order = np.lexsort((-(exact - floor), group))
    ranked = group[order]
    starts = np.searchsorted(ranked, np.arange(len(totals_micro)))
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - starts[ranked]
    return floor + (rank < rest[group])
