"""Do areas rank alike by two figures? Spearman's correlation with an interval, for cities with few areas."""

from __future__ import annotations

from math import lgamma, log

import numpy as np
import pandas as pd

from nahraum.index.incidence.rates import Floats, normal_quantile

_SMALLEST = 4  # the standard error is 1 ÷ √(n − 3)


def rank_correlation(one: Floats, other: Floats, confidence_share: float) -> tuple[float, float, float]:
    """Spearman's rank correlation and its limits, -1 to 1; NaN where a column is all equal.

    Notes
        Ties share their mean rank. Limits: tanh(artanh r ± z √((1 + r²/2)/(n − 3))). Where both orders are the same (or
        opposite) to the last area, and with fewer than four areas, there are no limits: no sample shows certainty.
        Whether chance may have made such an order tells `certain_order`.

    References
        Bonett and Wright (2000): Sample size requirements for estimating Pearson, Kendall and Spearman correlations.
        doi 10.1007/BF02294183
    """
    if len(one) < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return np.nan, np.nan, np.nan
    a, b = (pd.Series(values).rank().to_numpy() for values in (one, other))
    a, b = a - a.mean(), b - b.mean()
    r = float(a @ b / np.sqrt((a @ a) * (b @ b)))
    if len(one) < _SMALLEST or 1 - abs(r) < 1e-12:
        return r, np.nan, np.nan
    half = normal_quantile(confidence_share) * np.sqrt((1 + r**2 / 2) / (len(one) - 3))
    return r, float(np.tanh(np.arctanh(r) - half)), float(np.tanh(np.arctanh(r) + half))


def certain_order(one: Floats, other: Floats, confidence_share: float) -> bool:
    """Whether both orders are the same (or opposite) to the last area, and chance would hardly make that.

    Notes
        Exact permutation test, two-sided: of the n! orders of n areas Π t! are the same (t areas share a value) and as
        many opposite; p = 2 Π t! ÷ n!. With 95 % five areas without ties are enough (p = 2 ÷ 120), four are not.
    """
    if len(one) < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return False
    a, b = (pd.Series(values).rank().to_numpy() for values in (one, other))
    if not (np.array_equal(a, b) or np.array_equal(a, len(b) + 1 - b)):
        return False
    ties = np.unique(a, return_counts=True)[1]
    log_p = log(2) + sum(lgamma(t + 1) for t in ties.tolist()) - lgamma(len(a) + 1)
    return bool(log_p < log(1 - confidence_share))
