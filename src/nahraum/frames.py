"""Table contracts, joins by id, and order-free sums."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError

STATUSES = (
    "ok",
    "missing",
    "suppressed",
    "unreliable",
    "imputed",
    "undetermined",
    "unreachable",
    "edge",
    "outside",
)
KNOWN_STATUSES = ("ok", "unreliable", "imputed", "unreachable")

Kind = Literal["int", "float", "text", "bool", "geometry"]
Frame = TypeVar("Frame", bound=pd.DataFrame)
MICRO = 1_000_000


@dataclass(frozen=True)
class Column:
    """One column of a contract: its kind, unit, meaning and the range its values may have."""

    name: str
    kind: Kind
    meaning: str = ""
    unit: str = ""
    nullable: bool = False
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contract:
    """What a table must look like before anybody computes with it."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...] = field(default=())

    def names(self) -> list[str]:
        """Names of all columns, in order."""
        return [column.name for column in self.columns]

    def expected(self) -> str:
        """The contract in one sentence, for error messages."""
        parts = [f"{c.name}{f' [{c.unit}]' if c.unit else ''}" for c in self.columns]
        return f"{self.row} with {', '.join(parts)}"


def _first(values: Iterable[object], number: int = 3) -> str:
    return str(list(values)[:number])


def _kind_problem(column: Column, values: pd.Series) -> str | None:
    if column.kind == "geometry":
        return None if values.dtype == "geometry" else f"{column.name!r} holds no geometry"
    if column.kind in ("int", "float"):
        if not pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_bool_dtype(values.dtype):
            bad = values[pd.to_numeric(values, errors="coerce").isna() & values.notna()]
            return f"{column.name!r} holds text where a number is needed, first: {_first(bad.unique())}"
        if column.kind == "int" and not pd.api.types.is_integer_dtype(values.dtype):
            return f"{column.name!r} must hold whole numbers"
    if column.kind == "bool" and not pd.api.types.is_bool_dtype(values.dtype):
        return f"{column.name!r} must hold true or false"
    return None


def _value_problems(column: Column, values: pd.Series) -> list[str]:
    problems = []
    empty = int(values.isna().sum())
    if empty and not column.nullable:
        problems.append(f"{column.name!r} is empty in {empty} rows")
    if column.kind == "float" and np.isinf(values.to_numpy(dtype=np.float64, na_value=np.nan)).any():
        problems.append(f"{column.name!r} holds infinite values")
    if column.minimum is not None and (low := values[values < column.minimum]).size:
        problems.append(f"{column.name!r} is below {column.minimum:g} in {low.size} rows, first: {_first(low)}")
    if column.maximum is not None and (high := values[values > column.maximum]).size:
        problems.append(f"{column.name!r} is above {column.maximum:g} in {high.size} rows, first: {_first(high)}")
    if column.allowed and (odd := values[~values.isin(column.allowed) & values.notna()]).size:
        problems.append(f"{column.name!r} has unknown values: {_first(sorted(odd.astype(str).unique()))}")
    return problems


def require(table: Frame, contract: Contract, *, called: str, fix: str = "") -> Frame:
    """The same table, checked against its contract; every problem is named at once.

    Parameters
        called : what the planner knows the table as, e.g. "housing.gpkg, layer 'dwellings'".
        fix : what to do about it.

    Raises
        InputError with all problems: missing columns, wrong kinds, repeated keys, empty or impossible values.
    """
    problems = []
    missing = [name for name in contract.names() if name not in table.columns]
    if missing:
        problems.append(f"columns missing: {missing} (there are: {[str(c) for c in table.columns][:20]})")
    keys = [k for k in contract.key if k in table.columns]
    if keys and len(keys) == len(contract.key):
        repeated = table[table.duplicated(keys, keep=False)]
        if len(repeated):
            first = repeated[keys].drop_duplicates().head(3).to_numpy().tolist()
            problems.append(f"{', '.join(keys)} repeats in {len(repeated)} rows, first: {first}")
    for column in contract.columns:
        if column.name in table.columns:
            if problem := _kind_problem(column, table[column.name]):
                problems.append(problem)
            else:
                problems += _value_problems(column, table[column.name])
    if problems:
        raise InputError(
            f"{called} ({len(table)} rows) cannot be used",
            where=problems,
            expected=contract.expected(),
            fix=fix,
        )
    return table


def attach(table: pd.DataFrame, *columns: pd.Series) -> pd.DataFrame:
    """A new table with the columns added, joined by index; ids must be the same on both sides.

    Raises
        InputError where an id is missing or superfluous on either side, or repeats.
    """
    result = table.copy()
    for column in columns:
        same = column.index.is_unique and table.index.is_unique and len(column) == len(table)
        if not same or not table.index.isin(column.index).all():
            lost = _first(table.index.difference(column.index))
            strange = _first(column.index.difference(table.index))
            raise InputError(
                f"column {column.name!r} does not fit the table by id",
                where=f"ids without value: {lost}; ids not in the table: {strange}",
                expected="the same ids on both sides, each once",
            )
        result[column.name] = column.reindex(table.index)
    return result


def to_micro(values: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Residents (or m²) in millionths as int64, so that sums do not depend on their order. [1e-6]

    Raises
        InputError where a value is no number, or too large for int64.
    """
    micro = np.rint(np.asarray(values, dtype=np.float64) * MICRO)
    fits = np.abs(micro) < 2.0**63
    if not fits.all():
        bad = np.atleast_1d(micro / MICRO)[~np.atleast_1d(fits)]
        raise InputError(
            "values cannot be counted in millionths", where=f"{bad.size} of {fits.size}, first: {_first(bad.tolist())}",
            expected="numbers between -9.2e12 and 9.2e12",
        )  # fmt: skip
    return micro.astype(np.int64)


def from_micro(values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Back from millionths to plain numbers."""
    return np.asarray(values, dtype=np.int64) / float(MICRO)


def sum_by(values: pd.Series, by: pd.Series) -> pd.Series:
    """Order-free sum of values per group (int64 fixed point inside); groups sorted by id."""
    micro = pd.Series(to_micro(values.to_numpy()), index=values.index)
    total: pd.Series = micro.groupby(by.to_numpy(), sort=True).sum() / MICRO
    total.name = values.name
    return total


def weighted_mean_by(values: pd.Series, weights: pd.Series, by: pd.Series) -> pd.Series:
    """Mean of the known values per group, weighted (by residents, as a rule); NaN where no weight is known."""
    known = values.notna() & (weights > 0)
    top = sum_by((values * weights)[known], by[known])
    bottom = sum_by(weights[known], by[known])
    groups: list[Hashable] = sorted(by.dropna().unique())
    mean: pd.Series = (top / bottom).reindex(groups)
    mean.name = values.name
    return mean


def apportion_micro(total_micro: int, weights: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Whole millionths by largest remainder, so that the parts add up to the total exactly. [1e-6]

    Ties go to the first in order; hand the weights over sorted by id.
    """
    if not len(weights) or weights.sum() <= 0:
        raise InputError("nothing to share a total among", expected="at least one positive weight")
    exact = weights / weights.sum() * total_micro
    floor: npt.NDArray[np.int64] = np.floor(exact).astype(np.int64)
    rest = int(total_micro - floor.sum())
    order = np.argsort(-(exact - floor), kind="stable")
    floor[order[:rest]] += 1
    return floor
