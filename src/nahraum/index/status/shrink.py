"""Rates of small areas drawn towards a larger whole: how far depends on how much their numbers can be trusted."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]


def marshall(rates: Floats, people: Floats) -> Floats:
    """Empirical Bayes rates: towards the rate of all areas, the more the fewer people stand behind.

    Parameters
        rates : share (0..1) of each area, NaN not known; people : their denominators. [persons]

    Notes
        m = ΣO/ΣP; s² = ΣP(r-m)²/ΣP; A = max(0, s² - m/P̄); C = A/(A + m/P); r' = m + C (r - m).
        Where areas differ no more than chance alone makes them differ (A = 0), all get the common rate.

    References
        Marshall (1991). Mapping disease and mortality rates using empirical Bayes estimators. Applied Statistics 40.
    """
    known = ~np.isnan(rates) & (people > 0)
    result = np.where(known, rates, np.nan)
    if not known.any():
        return result
    r, p = rates[known], people[known]
    common = float(np.sum(r * p) / np.sum(p))
    variance = float(np.sum(p * (r - common) ** 2) / np.sum(p))
    between = max(0.0, variance - common / float(np.mean(p)))
    chance = common / p
    trust = np.divide(between, between + chance, out=np.ones_like(chance), where=between + chance > 0)
    result[known] = common + trust * (r - common)
    return result


def _logit_and_variance(cases: Floats, people: Floats) -> tuple[Floats, Floats]:
    """Log-odds with half a case added, and the variance of that estimate."""
    logit = np.log((cases + 0.5) / (people - cases + 0.5))
    variance = (people + 1.0) * (people + 2.0) / (people * (cases + 1.0) * (people - cases + 1.0))
    return logit, variance


def imd(rates: Floats, people: Floats, larger: Int64) -> Floats:
    """Shares drawn towards that of the larger area around them, on the scale of log-odds (IMD England).

    Parameters
        rates : share (0..1), NaN not known; people : denominators [persons]; larger : number of the larger area.

    Notes
        z' = w z + (1 - w) z_L with w = (1/s²)/(1/s² + 1/t²): s² the variance of the log-odds z of the area,
        t² the variance of z among the areas of the larger one (k - 1), z_L its own log-odds. Back as a share.

    References
        Noble et al. (2019). The English Indices of Deprivation 2019: Technical report, appendix on shrinkage.
    """
    known = ~np.isnan(rates) & (people > 0)
    result = np.where(known, rates, np.nan)
    if not known.any():
        return result
    p, of = people[known], np.unique(larger[known], return_inverse=True)[1].astype(np.int64)
    cases = rates[known] * p
    n = int(of.max()) + 1
    z, variance = _logit_and_variance(cases, p)
    together = np.bincount(of, cases, n).astype(np.float64), np.bincount(of, p, n).astype(np.float64)
    whole = _logit_and_variance(*together)[0]
    members = np.bincount(of, minlength=n)
    between = np.bincount(of, (z - whole[of]) ** 2, n) / np.maximum(members - 1, 1)
    weight = between[of] / (between[of] + variance)
    weight = np.where(members[of] > 1, weight, 1.0)
    drawn = weight * z + (1.0 - weight) * whole[of]
    result[known] = 1.0 / (1.0 + np.exp(-drawn))
    return result
