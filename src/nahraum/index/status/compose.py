"""Standardised parts brought together to one index: sums, means, penalised means, counts.

Arrays are (…, areas, parts) without NaN where an index is wanted; weights (parts,) or (…, 1, parts).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nahraum.index.status.constants import constant_pair, constant_value
from nahraum.index.status.normalise import minmax, ranks

Floats = npt.NDArray[np.float64]
UNIT_SCALES = ("minmax", "percentile", "goalposts")


def exponential(scaled_rank: Floats) -> Floats:
    """The transform of the English IMD: a high place in one domain is not cancelled by a low one in another. [0..100]

    Parameters
        scaled_rank : rank / n, 1 for the greatest disadvantage.

    Notes
        X = -23 ln(1 - R (1 - exp(-100/23))): the last tenth of the areas fills 50 to 100.
    """
    scale, top = constant_value("exponential_scale"), constant_value("exponential_top")
    return np.asarray(-scale * np.log(1.0 - scaled_rank * (1.0 - np.exp(-top / scale))))


def exponential_of(standardised: Floats) -> Floats:
    """Each part as exponentially transformed ranks of the areas. [0..100]"""
    known = np.sum(~np.isnan(standardised), axis=-2, keepdims=True)
    return exponential(ranks(standardised) / known)


def between(standardised: Floats, scale: str, low: float, high: float) -> Floats:
    """Parts brought into a range: those on 0..1 keep their place in it, others are stretched by lowest and highest."""
    inside = standardised if scale in UNIT_SCALES else minmax(standardised)
    return np.asarray(low + (high - low) * inside)


def geometric(standardised: Floats, weights: Floats, scale: str) -> Floats:
    """Weighted geometric mean of the parts on 1..100: a part cannot fully make up for another."""
    logs = np.log(between(standardised, scale, *constant_pair("geometric_range")))
    return np.asarray(np.exp((weights * logs).sum(axis=-1) / weights.sum(axis=-1)))


def mazziotta_pareto(standardised: Floats, weights: Floats, scale: str) -> Floats:
    """Mean plus a penalty for parts that differ: M + S·CV, as high values stand for disadvantage.

    References
        Mazziotta & Pareto (2016). On a generalized non-compensatory composite index. Social Indicators Research 127.
    """
    mean_of, spread_of = constant_pair("mazziotta_pareto_scale")
    ranged = between(standardised, scale, *constant_pair("mazziotta_pareto_range"))
    scaled = mean_of + spread_of * standardised if scale == "z" else ranged
    whole = weights.sum(axis=-1, keepdims=True)
    share = np.divide(weights, whole, out=np.zeros_like(weights), where=whole > 0)
    mean = (share * scaled).sum(axis=-1)
    variance = (share * (scaled - mean[..., None]) ** 2).sum(axis=-1)
    return np.asarray(mean + variance / mean)


def aggregated(standardised: Floats, weights: Floats, how: str, *, scale: str = "z") -> Floats:
    """One value per area.

    Parameters
        how : sum | mean | geometric | mazziotta_pareto | exponential_rank | maximum | counting.
        scale : how the parts were standardised.

    Notes
        counting expects 1 (lacks) and 0, or the share in between; maximum takes the greatest part with a weight;
        exponential_rank is the weighted sum of the source (its weights add up to 0.999, and are left so).
    """
    if how in ("sum", "counting"):
        return np.asarray((weights * standardised).sum(axis=-1))
    if how == "mean":
        return np.asarray((weights * standardised).sum(axis=-1) / weights.sum(axis=-1))
    if how == "exponential_rank":
        return np.asarray((weights * exponential_of(standardised)).sum(axis=-1))
    if how == "maximum":
        return np.asarray(np.where(weights > 0, standardised, -np.inf).max(axis=-1))
    return {"geometric": geometric, "mazziotta_pareto": mazziotta_pareto}[how](standardised, weights, scale)
