"""Values of areas and the residents behind them: what every measure of inequality starts from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError

Floats = npt.NDArray[np.float64]
_ROUNDING = 64.0  # spread of equal values after arithmetic, in units of the last place


@dataclass(frozen=True)
class Weighted:
    """The values that are known, of areas with residents, sorted by id; `x` the value, `w` the residents.

    by : what the areas are ordered by, where it is something else than the value (lowest first).
    completeness : residents behind them, as share of all. [share]
    """

    ids: tuple[str, ...]
    x: Floats
    w: Floats
    by: Floats
    completeness: float

    @property
    def mean(self) -> float:
        """Mean over residents; NaN without any."""
        return float(self.w @ self.x / self.w.sum()) if len(self.w) else float("nan")

    @property
    def off(self) -> Floats:
        """Difference to the mean; exactly 0 where all areas have the same value."""
        return np.zeros_like(self.x) if self.equal else self.x - self.mean

    @property
    def equal(self) -> bool:
        """Whether every area has the same value."""
        return bool(len(self.x) == 0 or np.ptp(self.x) <= _ROUNDING * np.spacing(np.abs(self.x).max()))


def weighted(values: pd.Series, residents: pd.Series, *, by: pd.Series | None = None) -> Weighted:
    """The known values with their residents. Areas without value, residents or place in the order are left out.

    Parameters
        values, residents, by : by area_id, the same areas.

    Raises
        InputError where ids repeat or differ, and for infinite values or negative residents.
    """
    columns = {"values": values, "residents": residents} | ({} if by is None else {"order": by})
    _same_areas(columns)
    index = pd.Index(sorted(values.index, key=str))
    x, w = _numbers(values, index), _numbers(residents, index)
    order = x if by is None else _numbers(by, index)
    known = ~np.isnan(x) & ~np.isnan(order) & (w > 0)
    everybody = float(np.nansum(w))
    share = float(w[known].sum()) / everybody if everybody > 0 else float("nan")
    ids = tuple(str(name) for name in index[known])
    return Weighted(ids, x[known], w[known], order[known], share)


def _numbers(column: pd.Series, index: pd.Index) -> Floats:
    return np.asarray(column.reindex(index).to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)


def _same_areas(columns: dict[str, pd.Series]) -> None:
    first = columns["values"]
    problems = []
    for name, column in columns.items():
        if not pd.api.types.is_numeric_dtype(column.dtype):
            problems.append(f"{name}: holds text where a number is needed")
            continue
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        if not column.index.is_unique:
            again = sorted({str(one) for one in column.index[column.index.duplicated()]})[:3]
            problems.append(f"{name}: area_id repeats, first: {again}")
        if len(apart := first.index.symmetric_difference(column.index)):
            problems.append(f"{name}: {len(apart)} areas only on one side, first: {[str(one) for one in apart[:3]]}")
        if np.isinf(numbers).any():
            problems.append(f"{name}: infinite in {int(np.isinf(numbers).sum())} areas")
        if name == "residents" and (numbers < 0).any():
            problems.append(f"residents: negative in {int((numbers < 0).sum())} areas")
    if problems:
        raise InputError(
            f"the inequality of {first.name or 'the values'} cannot be told",
            where=problems,
            expected="one row per area with a value and its residents, the same areas in each column",
            fix="join the columns by area_id; unknown values stay empty",
        )


def lorenz(data: Weighted) -> tuple[Floats, Floats]:
    """Residents and sum of values, cumulated from the lowest of `by`: shares of residents 0..1, sums.

    Areas alike in `by` are taken together, so that their order says nothing.
    """
    steps, group = np.unique(data.by, return_inverse=True)
    w = np.bincount(group, data.w, len(steps))
    total = np.bincount(group, data.w * data.x, len(steps))
    return np.concatenate([[0.0], np.cumsum(w) / w.sum()]), np.concatenate([[0.0], np.cumsum(total)])


def fractional_rank(data: Weighted) -> Floats:
    """Share of residents below the middle of each area in the order of `by`; areas alike share it. [share]"""
    steps, group = np.unique(data.by, return_inverse=True)
    w = np.bincount(group, data.w, len(steps))
    return np.asarray(((np.cumsum(w) - 0.5 * w) / w.sum())[group], dtype=np.float64)


def parts(data: Weighted, cuts: Floats) -> tuple[Floats, Floats]:
    """Mean of each part of the residents between the cuts, and its share of the sum; areas are split at a cut.

    Parameters
        cuts : shares of residents from 0 to 1, rising, e.g. 0, 0.2, … 1 for fifths.
    """
    reached, sums = lorenz(data)
    held = np.diff(np.interp(cuts, reached, sums))
    total = sums[-1]
    shares = held / total if total != 0 else np.full(len(held), np.nan)
    return held / (np.diff(cuts) * data.w.sum()), shares
