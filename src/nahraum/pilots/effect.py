"""What a trial showed: how pilots changed beside their quarters of comparison, by the plan written before it began."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.pilots.panel import checked_panel

Floats = npt.NDArray[np.float64]
_MOST_CHOICES = 20_000
_NEAR = 1e-9


@dataclass(frozen=True)
class Effect:
    """estimate : change of the pilots less that of the quarters of comparison, in the unit of the outcome.

    low, high : interval at 1 - significance; error_from : scatter (of the changes of quarters) | plan (the error that
    was expected, where there are too few quarters) | unknown. p_value : share of all `n_choices` ways to take as many
    of these quarters for pilots that show as much; NaN where there are too many ways. mde : of the plan.
    trend : what the trends before would have shown by themselves. placebo : the estimate with a feigned start in the
    middle of the periods before; NaN with one period. left_out : quarters of comparison without values.
    """

    estimate: float
    standard_error: float
    low: float
    high: float
    error_from: str
    p_value: float
    n_choices: int
    mde: float
    trend: float
    placebo: float
    before: tuple[float, ...]
    after: tuple[float, ...]
    pilots: tuple[str, ...]
    comparisons: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def shown(self) -> bool | None:
        """Whether the interval leaves out 0; None where there is none."""
        return None if math.isnan(self.low) else bool(self.low > 0 or self.high < 0)

    @property
    def large_enough(self) -> bool | None:
        """Whether it is as large as the smallest effect that the trial could be relied upon to show; None not known."""
        return None if math.isnan(self.mde) else abs(self.estimate) >= self.mde

    @property
    def against_trend(self) -> bool:
        """Whether it goes the other way than what the trends would have shown by themselves."""
        return self.estimate * self.trend < 0

    @property
    def more_than_trend(self) -> bool | None:
        """Whether it is more than what the trends would have shown: larger, or the other way; None not known."""
        return None if math.isnan(self.trend) else self.against_trend or abs(self.estimate) > abs(self.trend)


def effect_of(plan: Mapping[str, Any], panel: pd.DataFrame) -> Effect:
    """The effect of a pilot as its plan wanted it to be computed: difference in differences.

    Parameters
        plan : of `read_evaluation`. panel : `PANEL`, periods before and after the start.

    Raises
        InputError with everything that is missing: pilots without values, no period before or after.

    Notes
        Y = (mean after - mean before) of the pilots less the same of the quarters of comparison, over the periods in
        which all of them have values. Each quarter counts as one change, so that values of one quarter that hang
        together do not make it look surer than it is; the interval is Student's with the scatter of these changes. With
        few quarters the share of all choices of as many pilots that show as much stands beside it. Nothing of periods
        beyond those that were planned is looked at.

    References
        Bertrand, Duflo, Mullainathan (2004), Quarterly Journal of Economics 119, doi 10.1162/003355304772839588.
    """
    wide, left_out = _values(plan, checked_panel(panel))
    pilots = [str(one) for one in plan["pilots"]]
    controls = [str(one) for one in wide.index if one not in pilots]
    before, after = _periods(plan, wide)
    changes = (wide[after].mean(axis=1) - wide[before].mean(axis=1)).to_numpy(dtype=np.float64)
    is_pilot = np.array([one in pilots for one in wide.index], dtype=np.bool_)
    estimate = _apart(changes, is_pilot)
    error, width, error_from = _error(changes, is_pilot, plan)
    p_value, n_choices = _among_all(changes, is_pilot, estimate)
    return Effect(
        estimate, error, estimate - width, estimate + width, error_from, p_value, n_choices,
        _known(plan["minimum_detectable_effect"]), _trend(wide, is_pilot, before, after),
        _placebo(wide, is_pilot, before), tuple(before), tuple(after), tuple(pilots), tuple(controls), left_out,
    )  # fmt: skip


def _known(value: Any) -> float:
    return math.nan if value is None else float(value)


def _values(plan: Mapping[str, Any], panel: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Values by quarter and period of those periods that the plan asks for; comparisons that have none.

    Raises
        InputError for pilots without values, and where nothing is left to compare with.
    """
    start, step = float(plan["start"]), float(plan.get("step", 1.0))
    last = start + step * (int(plan["periods_after"]) - 1)
    known = {float(one) for one in plan["periods_before"]}
    period = panel["period"]
    wanted = period.isin(known) | ((period >= start - _NEAR) & (period <= last + step / 2))
    wide = panel[wanted].pivot_table(index="quarter_id", columns="period", values="value")
    early = wide.columns.to_numpy(dtype=np.float64) < start - _NEAR
    known_at = wide.notna().to_numpy()
    both = np.flatnonzero(known_at[:, early].any(axis=1) & known_at[:, ~early].any(axis=1))
    there = {str(wide.index[int(one)]) for one in both}
    pilots = [str(one) for one in plan["pilots"]]
    controls = sorted({str(one["quarter"]) for one in plan["comparisons"]})
    problems = [f"pilot quarter {one!r} has no value before or after the start" for one in pilots if one not in there]
    problems += [] if set(controls) & there else ["no quarter of comparison has values before and after the start"]
    if problems:
        raise InputError(
            "the effect of the trial cannot be told", where=problems,
            expected=f"values of {len(known)} periods before {start:g} and of some from {start:g} to {last:g}",
            fix="--panel with quarter_id;period;value, old and new periods; or a table of the office with both",
        )  # fmt: skip
    kept = [one for one in (*sorted(pilots), *controls) if one in there]
    return wide.loc[kept], tuple(one for one in controls if one not in there)


def _periods(plan: Mapping[str, Any], wide: pd.DataFrame) -> tuple[list[float], list[float]]:
    """Periods before and after in which all quarters have values.

    Raises
        InputError where there is none on one side.
    """
    whole = [float(one) for one in wide.columns[wide.notna().all(axis=0)]]
    start = float(plan["start"])
    before, after = [one for one in whole if one < start - _NEAR], [one for one in whole if one >= start - _NEAR]
    problems = [f"no period {side} {start:g} in which all quarters have a value"
                for side, found in (("before", before), ("from", after)) if not found]  # fmt: skip
    if problems:
        gaps = [f"{quarter}: none of {period:g}" for quarter, period in zip(*_gaps(wide), strict=True)]
        raise InputError(
            "the effect of the trial cannot be told", where=[*problems, *gaps[:10]],
            expected="the same periods for pilots and quarters of comparison", fix="complete the panel",
        )  # fmt: skip
    return before, after


def _gaps(wide: pd.DataFrame) -> tuple[list[str], list[float]]:
    rows, columns = np.nonzero(wide.isna().to_numpy())
    periods = wide.columns.to_numpy(dtype=np.float64)
    return [str(wide.index[int(one)]) for one in rows], [float(periods[int(one)]) for one in columns]


def _apart(changes: Floats, is_pilot: npt.NDArray[np.bool_]) -> float:
    return float(changes[is_pilot].mean() - changes[~is_pilot].mean())


def _error(
    changes: Floats, is_pilot: npt.NDArray[np.bool_], plan: Mapping[str, Any]
) -> tuple[float, float, str]:  # fmt: skip
    """Standard error, half the interval, and where they come from."""
    from scipy.stats import norm, t

    chance = float(plan["significance"])
    free = len(changes) - 2
    if free > 0:
        squares = sum(float(((part - part.mean()) ** 2).sum()) for part in (changes[is_pilot], changes[~is_pilot]))
        error = math.sqrt(squares / free * (1.0 / is_pilot.sum() + 1.0 / (~is_pilot).sum()))
        return error, error * float(t.ppf(1 - chance / 2, free)), "scatter"
    error = _known(plan.get("standard_error"))
    if math.isnan(error):
        return math.nan, math.nan, "unknown"
    return error, error * float(norm.ppf(1 - chance / 2)), "plan"


def _among_all(changes: Floats, is_pilot: npt.NDArray[np.bool_], estimate: float) -> tuple[float, int]:
    """Share of all choices of as many pilots that show as much, and how many choices there are."""
    n, k = len(changes), int(is_pilot.sum())
    choices = math.comb(n, k)
    if choices > _MOST_CHOICES:
        return math.nan, choices
    total = float(changes.sum())
    chosen = np.array([changes[list(one)].sum() for one in combinations(range(n), k)])
    found = np.abs(chosen / k - (total - chosen) / (n - k))
    rounding = _NEAR * max(float(np.abs(changes).max()), abs(estimate))
    return float((found >= abs(estimate) - rounding).mean()), choices


def _trend(wide: pd.DataFrame, is_pilot: npt.NDArray[np.bool_], before: list[float], after: list[float]) -> float:
    """What the lines through the values before would have shown if they went on; NaN with one period."""
    if len(before) < 2:
        return math.nan
    x = np.array(before)
    slopes = np.polyfit(x, wide[before].to_numpy(dtype=np.float64).T, 1)[0]
    return _apart(np.asarray(slopes, dtype=np.float64), is_pilot) * float(np.mean(after) - x.mean())


def _placebo(wide: pd.DataFrame, is_pilot: npt.NDArray[np.bool_], before: list[float]) -> float:
    """The estimate if the pilot had begun in the middle of the periods before; NaN with one."""
    if len(before) < 2:
        return math.nan
    half = len(before) // 2
    changes = wide[before[half:]].mean(axis=1) - wide[before[:half]].mean(axis=1)
    return _apart(changes.to_numpy(dtype=np.float64), is_pilot)
