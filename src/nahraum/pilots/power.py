"""What a trial can show at all: the smallest effect that would be seen, before anything is promised."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from nahraum.parameters import Parameters

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Power:
    """mde : smallest effect that is seen with the wanted power. [unit of the outcome] NaN not known.

    standard_error : of the difference in differences. method : scatter (of each quarter about its line) | counts (only
    the chance of counts, a lower bound) | unknown.
    """

    mde: float
    standard_error: float
    method: str


def minimum_detectable(standard_error: float, *, significance: float = 0.05, power: float = 0.8) -> float:
    """(z of 1 - significance/2 + z of power) times the standard error. [unit of the outcome]

    Examples
        0.05 and 0.8: 2.8016 standard errors.
    """
    return float(norm.ppf(1 - significance / 2) + norm.ppf(power)) * standard_error


def pooled_variance(lines: pd.DataFrame) -> float:
    """Mean square of the scatter about the lines, each by its periods less two. [unit of the outcome, squared]

    NaN where none is known.
    """
    known = lines[lines["scatter"].notna()]
    if not len(known):
        return math.nan
    return float(np.average(known["scatter"] ** 2, weights=known["n_periods"] - 2))


@dataclass(frozen=True, eq=False)
class Known:
    """Lines of quarters as arrays, of which many sets are asked.

    residents : where the outcome is a share of them, else None. pooled : scatter that stands for all, squared.
    """

    n_periods: Floats
    scatter: Floats
    level: Floats
    residents: Floats | None
    pooled: float

    @staticmethod
    def of(lines: pd.DataFrame, *, pool: pd.DataFrame | None = None, residents: pd.Series | None = None) -> Known:
        """The lines in their order; the scatter that stands for all is that of `pool`, by default theirs."""
        n_periods, scatter, level = (
            lines[name].to_numpy(np.float64) for name in ("n_periods", "scatter", "level")
        )  # fmt: skip
        people = None if residents is None else residents.reindex(lines.index).to_numpy(np.float64)
        return Known(n_periods, scatter, level, people, pooled_variance(lines if pool is None else pool))

    def power(self, pilots: Ints, controls: Ints, parameters: Parameters) -> Power:
        """What the trial of these quarters, by their places, can show; as `power_of`."""
        after = parameters.number("pilots.periods_after")
        both = np.concatenate([pilots, controls])
        before = float(self.n_periods[both].min())
        groups = 1.0 / len(pilots) + 1.0 / len(controls) if len(pilots) and len(controls) else math.nan
        level = self.level[both]
        if not np.isnan(self.scatter[both]).any():
            variance, method = self.pooled, "scatter"
        elif self.residents is not None and ((level >= 0) & (level <= 1)).all():
            n = self.residents[both]
            variance, method = float((level * (1 - level) / np.maximum(n, 1.0)).mean()), "counts"
        else:
            return Power(math.nan, math.nan, "unknown")
        error = math.sqrt(variance * (1.0 / before + 1.0 / after) * groups)
        wanted = parameters.number("pilots.significance"), parameters.number("pilots.power")
        return Power(minimum_detectable(error, significance=wanted[0], power=wanted[1]), error, method)


def trend_bias(lines: pd.DataFrame, pilots: list[str], controls: list[str], *, before: float, after: float) -> float:
    """What a difference of the trends alone would show as an effect if it went on. [unit of the outcome]

    Parameters
        before, after : length of the time before and after the start, in the unit of the trend.

    Returns
        |mean trend of the pilots - mean trend of the comparisons| times (before + after) / 2, the time between the
        middles of both; NaN where a trend is not known.
    """
    gap = lines.loc[pilots, "trend"].mean(skipna=False) - lines.loc[controls, "trend"].mean(skipna=False)
    return float(abs(gap) * (before + after) / 2)


def power_of(
    lines: pd.DataFrame, pilots: list[str], controls: list[str], parameters: Parameters, *,
    residents: pd.Series | None = None, share: bool = False, pool: pd.DataFrame | None = None,
) -> Power:  # fmt: skip
    """What the trial of these quarters can show.

    Parameters
        lines : `lines_of`. residents, share : where the outcome is a share of residents and there is no scatter, the
            chance of counts alone gives a lower bound.
        pool : lines of all quarters that could be taken: the scatter is theirs, so that the set that is chosen is not
            the one whose scatter came out small by chance. Without it that of the quarters themselves.

    Notes
        Var = s² (1/before + 1/after) (1/pilots + 1/controls): quarters scatter about their lines independently of each
        other and from period to period. Where they do not, the smallest effect that is seen is larger.
    """
    names = [*pilots, *controls]
    known = Known.of(lines.loc[names], pool=pool, residents=residents if share else None)
    places = np.arange(len(names))
    return known.power(places[: len(pilots)], places[len(pilots) :], parameters)
