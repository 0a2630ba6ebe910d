"""Expectation and variance of global statistics where values lie at random (Cliff & Ord 1981; Getis & Ord 1992)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nahraum.index.spatial.neighbours import Floats, Neighbours


@dataclass(frozen=True)
class Sums:
    """S0, S1, S2 of the weights, as Cliff & Ord name them."""

    s0: float
    s1: float
    s2: float


@dataclass(frozen=True)
class Moments:
    """Expectation, and variance taking the values as normal or as dealt at random; NaN where there is none."""

    expected: float
    normality: float
    randomisation: float


def sums_of(w: Neighbours) -> Sums:
    """S0 = Σ w, S1 = ½ Σ (w_ij + w_ji)², S2 = Σ (row sum + column sum)²."""
    n = len(w.ids)
    forth = w.rows * n + w.indices
    back = w.indices * n + w.rows
    at = np.minimum(np.searchsorted(forth, back), max(len(forth) - 1, 0))
    mirrored = np.where(forth[at] == back, w.weights[at], 0.0) if len(forth) else w.weights
    ends = np.bincount(w.rows, w.weights, n) + np.bincount(w.indices, w.weights, n)
    return Sums(
        float(w.weights.sum()), float((w.weights**2).sum() + (w.weights * mirrored).sum()), float((ends**2).sum())
    )


def _kurtosis(z: Floats) -> float:
    return float((z**4).mean() / (z**2).mean() ** 2)


def moran_moments(z: Floats, s: Sums) -> Moments:
    """Of Moran's I."""
    n, k = float(len(z)), _kurtosis(z)
    expected, square = -1.0 / (n - 1), s.s0 * s.s0
    normality = (n * n * s.s1 - n * s.s2 + 3 * square) / ((n * n - 1) * square) - expected**2
    if n < 4:
        return Moments(expected, normality, np.nan)
    top = n * ((n * n - 3 * n + 3) * s.s1 - n * s.s2 + 3 * square)
    top -= k * ((n * n - n) * s.s1 - 2 * n * s.s2 + 6 * square)
    return Moments(expected, normality, top / ((n - 1) * (n - 2) * (n - 3) * square) - expected**2)


def geary_moments(z: Floats, s: Sums) -> Moments:
    """Of Geary's C."""
    n, k, square = float(len(z)), _kurtosis(z), s.s0 * s.s0
    normality = ((2 * s.s1 + s.s2) * (n - 1) - 4 * square) / (2 * (n + 1) * square)
    if n < 4:
        return Moments(1.0, normality, np.nan)
    top = (n - 1) * s.s1 * (n * n - 3 * n + 3 - (n - 1) * k)
    top -= 0.25 * (n - 1) * s.s2 * (n * n + 3 * n - 6 - (n * n - n + 2) * k)
    top += square * (n * n - 3 - (n - 1) ** 2 * k)
    return Moments(1.0, normality, top / (n * (n - 2) * (n - 3) * square))


def getis_ord_moments(x: Floats, s: Sums) -> Moments:
    """Of Getis–Ord G; there is no variance under normality."""
    n, square = float(len(x)), s.s0 * s.s0
    expected = s.s0 / (n * (n - 1))
    if n < 4:
        return Moments(expected, np.nan, np.nan)
    one, two, three, four = (float((x**power).sum()) for power in (1, 2, 3, 4))
    b0 = (n * n - 3 * n + 3) * s.s1 - n * s.s2 + 3 * square
    b1 = -((n * n - n) * s.s1 - 2 * n * s.s2 + 6 * square)
    b2 = -(2 * n * s.s1 - (n + 3) * s.s2 + 6 * square)
    b3 = 4 * (n - 1) * s.s1 - 2 * (n + 1) * s.s2 + 8 * square
    b4 = s.s1 - s.s2 + square
    top = b0 * two**2 + b1 * four + b2 * one**2 * two + b3 * one * three + b4 * one**4
    return Moments(
        expected, np.nan, top / ((one**2 - two) ** 2 * n * (n - 1) * (n - 2) * (n - 3)) - expected**2
    )  # fmt: skip
