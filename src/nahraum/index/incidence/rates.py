"""Rates of cases with intervals that are honest for small counts: crude, directly standardised, observed ÷ expected.

A suppressed count is known to lie between two numbers. Every interval begins at the lower limit of the smaller and
ends at the upper limit of the larger; there is no value in between, and never a zero.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Limits = tuple[Floats, Floats]


def normal_quantile(confidence_share: float) -> float:
    """Half the width of a two-sided interval in standard errors: 1.96 for 0.95."""
    from scipy.special import ndtri

    return float(ndtri(0.5 + confidence_share / 2))


def poisson_limits(least: Floats, most: Floats, confidence_share: float) -> Limits:
    """Exact limits of the mean behind a count between `least` and `most` (equal where it is known). [cases]

    Notes
        Garwood: half the quantiles of chi² with 2 O and 2 O + 2 degrees of freedom; 0 below for no case.

    References
        Garwood (1936): Fiducial limits for the Poisson distribution. doi 10.1093/biomet/28.3-4.437
    """
    from scipy.special import gammaincinv

    tail = (1 - confidence_share) / 2
    low = np.where(least > 0, gammaincinv(np.maximum(least, 1.0), tail), 0.0)
    return np.where(np.isnan(least), np.nan, low), np.asarray(gammaincinv(most + 1, 1 - tail), dtype=np.float64)


def byar_limits(least: Floats, most: Floats, confidence_share: float) -> Limits:
    """Byar's limits of the mean behind a count between `least` and `most`, usual for observed ÷ expected. [cases]

    Notes
        O (1 − 1/(9 O) − z/(3 √O))³ and (O + 1) (1 − 1/(9 (O + 1)) + z/(3 √(O + 1)))³; close to exact from one case on.

    References
        Breslow and Day (1987): Statistical methods in cancer research II, p. 69
    """
    z = normal_quantile(confidence_share)
    count = np.maximum(least, 1.0)
    low = count * np.maximum(1 - 1 / (9 * count) - z / (3 * np.sqrt(count)), 0.0) ** 3
    next_one = most + 1
    high = next_one * (1 - 1 / (9 * next_one) + z / (3 * np.sqrt(next_one))) ** 3
    return np.where(np.isnan(least), np.nan, np.where(least > 0, low, 0.0)), high


def standardised_rate(cases: Floats, residents: Floats, weights: Floats) -> Floats:
    """Directly standardised rate of each row: the rate it had with the ages of the standard population. [per person]

    Parameters
        cases, residents : areas × ages; weights : of the ages, any sum.

    Returns
        NaN where the cases or the residents of an age are not known, or nobody of an age with weight lives there.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = np.where(residents > 0, cases / residents, np.nan)
    return np.asarray((rates * (weights / weights.sum())).sum(axis=1), dtype=np.float64)


def standardised_limits(
    least: Floats, most: Floats, residents: Floats, weights: Floats, *, confidence_share: float
) -> Limits:
    """Gamma limits of the directly standardised rate, which keep their promise for few cases. [per person]

    Parameters
        least, most : areas × ages: between which numbers the cases lie.

    Notes
        y = Σ w x, v = Σ w² x with w = weight ÷ (residents · sum of weights), m the largest w:
        gamma(y²/v, v/y) below, gamma((y + m)²/(v + m²), (v + m²)/(y + m)) above. Conservative where one age with few
        residents has much weight.

    References
        Fay and Feuer (1997): Confidence intervals for directly standardized rates. Statistics in Medicine 16, 791-801
    """
    from scipy.special import gammaincinv

    tail = (1 - confidence_share) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        w = np.where(residents > 0, weights / weights.sum() / residents, np.nan)
        y, v = (w * least).sum(axis=1), (w**2 * least).sum(axis=1)
        low = np.where(y > 0, gammaincinv(y**2 / v, tail) * v / y, np.where(np.isnan(y), np.nan, 0.0))
        m = w.max(axis=1)
        y, v = (w * most).sum(axis=1) + m, (w**2 * most).sum(axis=1) + m**2
        high = gammaincinv(y**2 / v, 1 - tail) * v / y
    return np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)


def expected_cases(cases: Floats, residents: Floats) -> Floats:
    """Cases each area would have if everybody had the rate of all areas together, age by age. [cases]

    Parameters
        cases, residents : areas × ages (one column where ages are not known).

    Returns
        NaN where residents are not known. Over the areas whose cases are known it adds up to the cases.
    """
    known = ~np.isnan(cases) & ~np.isnan(residents)
    total = np.where(known, residents, 0.0).sum(axis=0)
    rate = np.divide(np.where(known, cases, 0.0).sum(axis=0), total, out=np.zeros(len(total)), where=total > 0)
    return np.asarray((residents * rate).sum(axis=1), dtype=np.float64)


def age_weights(spans: npt.NDArray[np.float64], standard: Floats) -> Floats:
    """Weight of each age group in a standard population. [persons]

    Parameters
        spans : first and last year of each group, both included; NaN as last: and older.
        standard : rows of first year, last year, persons; a group that cuts one takes its part by years.
    """
    first, last, persons = standard.T
    per_year = persons / (last - first + 1)
    begins, ends = spans[:, :1], np.where(np.isnan(spans[:, 1:]), last.max(), spans[:, 1:])
    years = np.minimum(ends, last) - np.maximum(begins, first) + 1
    return np.asarray((np.maximum(years, 0) * per_year).sum(axis=1), dtype=np.float64)
