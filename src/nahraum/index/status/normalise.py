"""Values of areas made comparable: z, min-max, ranks, goalposts; logarithm and winsorising before.

Arrays are (…, areas, parts), oriented (high = disadvantage). NaN is not known: it stays NaN and counts for nothing.
A part that is equal everywhere says nothing: z and min-max give 0 for all areas.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
AREAS = -2


def _count(values: Floats) -> Floats:
    return np.asarray(np.sum(~np.isnan(values), axis=AREAS, keepdims=True), dtype=np.float64)


def _mean(values: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.nansum(values, axis=AREAS, keepdims=True) / _count(values))


def _ends(values: Floats) -> tuple[Floats, Floats]:
    """Lowest and highest known value of each part; NaN where nothing is known."""
    known = ~np.isnan(values)
    low = np.min(np.where(known, values, np.inf), axis=AREAS, keepdims=True, initial=np.inf)
    high = np.max(np.where(known, values, -np.inf), axis=AREAS, keepdims=True, initial=-np.inf)
    return np.where(np.isinf(low), np.nan, low), np.where(np.isinf(high), np.nan, high)


def constant(values: Floats) -> npt.NDArray[np.bool_]:
    """Whether a part is equal in all areas where it is known (or known nowhere)."""
    low, high = _ends(values)
    return np.asarray(~(high > low))


def moments(values: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation (of the population: divided by n) of each part."""
    mean = _mean(values)
    spread = np.sqrt(_mean((values - mean) ** 2))
    return mean, np.where(constant(values), 0.0, spread)


def z(values: Floats, *, mean: Floats | None = None, spread: Floats | None = None) -> Floats:
    """Standard deviations above the mean; the population's standard deviation, as the MSS Berlin takes it. [sd]

    Parameters
        mean, spread : of another set of areas (years pooled), else of the areas themselves.
    """
    own_mean, own_spread = (mean, spread) if mean is not None and spread is not None else moments(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        scaled = (values - own_mean) / own_spread
    return np.where(np.isnan(values), np.nan, np.where(own_spread > 0, scaled, 0.0))


def minmax(values: Floats) -> Floats:
    """0 for the lowest, 1 for the highest area. [0..1]"""
    low, high = _ends(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        scaled = (values - low) / (high - low)
    return np.where(np.isnan(values), np.nan, np.where(high > low, scaled, 0.0))


def ranks(values: Floats) -> Floats:
    """1 for the lowest value; equal values share the mean of their ranks. [1..n]"""
    order = np.argsort(values, axis=AREAS, kind="stable")
    ordered = np.take_along_axis(values, order, axis=AREAS)
    n = values.shape[AREAS]
    shape = [1] * values.ndim
    shape[AREAS] = n
    place = np.broadcast_to(np.arange(n, dtype=np.int64).reshape(shape), values.shape)
    new = np.ones(values.shape, dtype=np.bool_)
    new[..., 1:, :] = ordered[..., 1:, :] != ordered[..., :-1, :]
    last = np.ones(values.shape, dtype=np.bool_)
    last[..., :-1, :] = new[..., 1:, :]
    first_place = np.maximum.accumulate(np.where(new, place, 0), axis=AREAS)
    backwards = np.flip(np.where(last, place, n), axis=AREAS)
    last_place = np.flip(np.minimum.accumulate(backwards, axis=AREAS), axis=AREAS)
    found = np.empty(values.shape, dtype=np.float64)
    np.put_along_axis(found, order, (first_place + last_place) / 2.0 + 1.0, axis=AREAS)
    return np.where(np.isnan(values), np.nan, found)


def percentiles(values: Floats) -> Floats:
    """Share of the areas that lie lower, half of oneself counted: (rank - 1/2) / n. [0..1]"""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((ranks(values) - 0.5) / _count(values))


def goalposts(values: Floats, low: Floats, high: Floats) -> Floats:
    """0 at the low, 1 at the high goalpost, cut off beyond; the same in every city and year. [0..1]"""
    return np.asarray(np.clip((values - low) / (high - low), 0.0, 1.0))


def winsorised(values: Floats, shares: tuple[float, float]) -> Floats:
    """Values beyond the two quantiles (type 7) moved to them, so that single outliers do not set the scale."""
    if not values.shape[AREAS]:
        return values
    low, high = np.nanquantile(values, shares, axis=AREAS, keepdims=True)
    return np.asarray(np.clip(values, low, high))


def standardised(values: Floats, how: str, *, posts: tuple[Floats, Floats] | None = None) -> Floats:
    """Values of each part on one scale.

    Parameters
        how : z | minmax | rank | percentile | goalposts | none.
        posts : for goalposts, low and high of each part, oriented like the values.
    """
    if how == "goalposts":
        if posts is None:
            raise ValueError("goalposts need a low and a high value for each part")
        return goalposts(values, *posts)
    if how == "none":
        return values
    return {"z": z, "minmax": minmax, "rank": ranks, "percentile": percentiles}[how](values)
