"""What is known of P(at least k lacks) when only the share of each lack is known, not how they meet.

Row by row, for any number of dimensions: `shares` has one row per case and one column per dimension, each
value the probability (or share of people) of that lack. NaN is an unknown share: anything from 0 to 1.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nahraum.errors import InputError

Floats = npt.NDArray[np.float64]


def _checked(shares: npt.ArrayLike) -> Floats:
    table = np.atleast_2d(np.asarray(shares, dtype=np.float64))
    if np.nanmin(table, initial=0.0) < 0.0 or np.nanmax(table, initial=1.0) > 1.0:
        raise InputError("shares of lacks must lie between 0 and 1")
    return table


def _upper(shares: Floats, k: int) -> Floats:
    n_rows, d = shares.shape
    if k <= 0:
        return np.ones(n_rows)
    if k > d:
        return np.zeros(n_rows)
    smallest = np.cumsum(np.sort(shares, axis=1), axis=1)
    best = np.ones(n_rows)
    for t in range(k):
        best = np.minimum(best, smallest[:, d - t - 1] / (k - t))
    return best


def several_upper(shares: npt.ArrayLike, k: int) -> Floats:
    """Largest share of people with at least k lacks that the shares of the single lacks allow. [share]

    Notes
        min(1, min over t = 0..k-1 of (sum of the d-t smallest h) / (k-t)); it is attained by some way in
        which the lacks meet. An unknown share is taken as 1.
    """
    table = _checked(shares)
    return _upper(np.where(np.isnan(table), 1.0, table), k)


def several_lower(shares: npt.ArrayLike, k: int) -> Floats:
    """Smallest share of people with at least k lacks that the shares of the single lacks allow. [share]

    Notes
        1 - upper bound of the complements for k' = d-k+1. An unknown share is taken as 0.
    """
    table = _checked(shares)
    known = np.where(np.isnan(table), 0.0, table)
    return np.asarray(1.0 - _upper(1.0 - known, table.shape[1] - k + 1))


def count_distribution(shares: npt.ArrayLike) -> Floats:
    """P(exactly 0, 1, ..., d lacks) per row if the lacks were independent; one column per count. [share]

    Notes
        Independence is an assumption, used only as the central estimate between the bounds.
    """
    table = _checked(shares)
    n_rows, d = table.shape
    chance = np.zeros((n_rows, d + 1))
    chance[:, 0] = 1.0
    for column in range(d):
        h = table[:, [column]]
        grown = chance * (1.0 - h)
        grown[:, 1:] += chance[:, :-1] * h
        chance = grown
    return chance


def several_independent(shares: npt.ArrayLike, k: int) -> Floats:
    """P(at least k lacks) if the lacks were independent; NaN where a share is unknown. [share]"""
    return np.asarray(count_distribution(shares)[:, max(k, 0) :].sum(axis=1))
