"""How something rises or falls along the social status of areas: concentration index, slope and relative index."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np

from nahraum.errors import InputError
from nahraum.index.inequality.people import Floats, Weighted, fractional_rank

_NAN = float("nan")


@dataclass(frozen=True)
class Slope:
    """A straight line through the areas, over the share of residents by status, from the lowest (0) to the top (1).

    sii, sii_low, sii_high : slope index, the top less the lowest, with its interval. [unit of the value]
    rii, rii_low, rii_high : relative index, the top per the lowest; NaN where the line falls to 0 or below.
    at_lowest, at_top : the line at both ends. confidence : of the intervals. [share]
    """

    sii: float
    sii_low: float
    sii_high: float
    rii: float
    rii_low: float
    rii_high: float
    at_lowest: float
    at_top: float
    confidence: float


NO_SLOPE = Slope(_NAN, _NAN, _NAN, _NAN, _NAN, _NAN, _NAN, _NAN, _NAN)


def concentration_index(data: Weighted) -> float:
    """Concentration index: below 0 concentrated where status is low, above 0 where it is high. [-1..1]

    Parameters
        data : ordered by status, the lowest first.

    Returns
        NaN where nobody is known, for negative values, sum 0, or where all areas have the same status.

    Notes
        C = 2 cov_w(h, R) / mean, R the share of residents of lower status, areas alike sharing the mean rank.

    References
        Kakwani, Wagstaff & van Doorslaer (1997). doi:10.1016/S0304-4076(96)01807-6
    """
    if not len(data.x) or (data.x < 0).any() or not data.x.any() or np.ptp(data.by) == 0:
        return _NAN
    rank, w = fractional_rank(data), data.w / data.w.sum()
    return float(2.0 * (w * data.off) @ rank / data.mean)


def erreygers_index(data: Weighted, *, lowest: float, highest: float) -> float:
    """Concentration index of a value between two bounds (a share), the same for having and for lacking. [-1..1]

    Parameters
        lowest, highest : the bounds.

    Raises
        InputError for values beyond the bounds.

    Notes
        4 mean C / (highest - lowest) = 8 cov_w(h, R) / (highest - lowest). Turns its sign for highest - value.

    References
        Erreygers (2009). Correcting the concentration index. doi:10.1016/j.jhealeco.2008.02.003
    """
    beyond = (data.x < lowest - 1e-9) | (data.x > highest + 1e-9)
    if not highest > lowest or beyond.any():
        raise InputError(
            "the concentration index of a bounded value cannot be told",
            where=f"{int(beyond.sum())} values beyond {lowest:g} to {highest:g}, first: {data.x[beyond][:3].tolist()}",
            expected=f"values from {lowest:g} to {highest:g}",
            fix="a share is 0..1: divide per cent by 100",
        )
    if not len(data.x) or np.ptp(data.by) == 0:
        return _NAN
    rank, w = fractional_rank(data), data.w / data.w.sum()
    return float(8.0 * (w * data.off) @ rank / (highest - lowest))


def slope(data: Weighted, *, confidence: float) -> Slope:
    """Slope and relative index of inequality.

    Parameters
        data : ordered by status, the lowest first. confidence : of the intervals. [share]

    Returns
        `NO_SLOPE` where fewer than two statuses are known; intervals NaN below four areas.

    Notes
        Weighted least squares of the value on the fractional rank, weights residents; intervals by HC3 with Student's
        t of n - 2: they speak of the spread of areas around the line, not of persons, and take areas as independent.
        The interval of the relative index is that of its logarithm (delta method).

    References
        Mackenbach & Kunst (1997). doi:10.1016/S0277-9536(96)00073-1; MacKinnon & White (1985).
        doi:10.1016/0304-4076(85)90158-7
    """
    if len(data.x) < 2 or np.ptp(data.by) == 0:
        return NO_SLOPE
    rank, w = fractional_rank(data), data.w / data.w.sum()
    centre, mean = float(w @ rank), data.mean
    spread = float(w @ (rank - centre) ** 2)
    rise = float((w * (rank - centre)) @ data.off) / spread
    lowest = mean - rise * centre
    top = lowest + rise
    positive = lowest > 0 and top > 0
    level, around = _spread_of_line(data.off - rise * (rank - centre), rank - centre, w, spread)
    times = _student(confidence, len(data.x) - 2)
    half = times * sqrt(around[1]) if level else _NAN
    rii, rii_half = (top / lowest, _log_half(around, centre, lowest, top) * times) if positive else (_NAN, _NAN)
    ends = (rii * exp(-rii_half), rii * exp(rii_half)) if rii_half < _LARGEST else (_NAN, _NAN)
    return Slope(rise, rise - half, rise + half, rii, *ends, lowest, top, confidence)


_LARGEST = log(1e6)  # an interval of a ratio beyond a million to one says nothing


def _spread_of_line(residual: Floats, off: Floats, w: Floats, spread: float) -> tuple[bool, tuple[float, ...]]:
    """HC3 variances of the line: of its mean, of its rise, and both together; False where there are none."""
    leverage = w * (1.0 + off * off / spread)
    if len(w) < 4 or (leverage > 1.0 - 1e-9).any():
        return False, (_NAN, _NAN, _NAN)
    square = (w * residual / (1.0 - leverage)) ** 2
    return True, (float(square.sum()), float(square @ off**2) / spread**2, float(square @ off) / spread)


def _log_half(around: tuple[float, ...], centre: float, lowest: float, top: float) -> float:
    """Standard error of the logarithm of top per lowest."""
    of_mean = 1.0 / top - 1.0 / lowest
    of_rise = (1.0 - centre) / top + centre / lowest
    variance = of_mean**2 * around[0] + of_rise**2 * around[1] + 2 * of_mean * of_rise * around[2]
    return sqrt(max(variance, 0.0)) if not np.isnan(variance) else _NAN


def _student(confidence: float, freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + 0.5 * confidence)) if freedom > 0 else _NAN
