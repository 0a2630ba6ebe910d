"""The choice as a mixed-integer program: sparse, built in blocks; further columns and rows may be added."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from nahraum.measures.model import Bools, Floats, Int64
from nahraum.measures.programme.conditions import ALWAYS, Conditions, without_sites
from nahraum.measures.programme.merging import summed
from nahraum.measures.programme.problem import Problem


@dataclass(frozen=True, eq=False)
class Program:
    """Columns with bounds, rows with bounds; the matrix by row."""

    lower: Floats
    upper: Floats
    integer: Bools
    start: Int64
    column: Int64
    value: Floats
    row_lower: Floats
    row_upper: Floats


@dataclass
class Builder:
    """Collects columns and rows of a program, block by block."""

    lower: list[Floats] = field(default_factory=list)
    upper: list[Floats] = field(default_factory=list)
    integer: list[Bools] = field(default_factory=list)
    entries: list[tuple[Int64, Int64, Floats]] = field(default_factory=list)
    row_lower: list[Floats] = field(default_factory=list)
    row_upper: list[Floats] = field(default_factory=list)
    n_columns: int = 0
    n_rows: int = 0

    def columns(
        self, n: int, *, lower: float = 0.0, upper: Floats | float = 1.0, integer: npt.NDArray[np.bool_] | bool = False
    ) -> Int64:
        """New columns; returns their numbers."""
        self.lower.append(np.full(n, lower))
        self.upper.append(np.broadcast_to(np.asarray(upper, dtype=np.float64), n).copy())
        self.integer.append(np.broadcast_to(np.asarray(integer, dtype=bool), n).copy())
        self.n_columns += n
        return np.arange(self.n_columns - n, self.n_columns)

    def rows(
        self, row: Int64, column: Int64, value: Floats, *, lower: Floats | float = -math.inf,
        upper: Floats | float = math.inf, n: int,
    ) -> Int64:  # fmt: skip
        """New rows from records (row 0..n-1, column, value); returns their numbers."""
        keep = value != 0
        self.entries.append((row[keep] + self.n_rows, column[keep], np.asarray(value[keep], dtype=np.float64)))
        self.row_lower.append(np.broadcast_to(np.asarray(lower, dtype=np.float64), n).copy())
        self.row_upper.append(np.broadcast_to(np.asarray(upper, dtype=np.float64), n).copy())
        self.n_rows += n
        return np.arange(self.n_rows - n, self.n_rows)

    def row(self, coefs: Floats, *, lower: float = -math.inf, upper: float = math.inf) -> int:
        """One row by its coefficients of the first columns."""
        at = np.flatnonzero(coefs)
        return int(self.rows(np.zeros(len(at), np.int64), at, coefs[at], lower=lower, upper=upper, n=1)[0])

    def extend(self, row: int, column: Int64, value: Floats) -> None:
        """Further records of a row that is there already."""
        self.entries.append((np.full(len(column), row), column, np.asarray(value, dtype=np.float64)))

    def program(self) -> Program:
        """All of it; records of one place are added up."""
        row, column, value = (np.concatenate([e[at] for e in self.entries] or [np.empty(0)]) for at in range(3))
        order = np.lexsort((column, row))
        row, column, value = row[order].astype(np.int64), column[order].astype(np.int64), value[order]
        new = np.concatenate([[True], (row[1:] != row[:-1]) | (column[1:] != column[:-1])]) if len(row) else row > 0
        value = np.add.reduceat(value, np.flatnonzero(new)) if len(value) else value.astype(np.float64)
        row, column = row[new], column[new]
        start = np.searchsorted(row, np.arange(self.n_rows + 1)).astype(np.int64)
        empty = np.empty(0)
        return Program(
            np.concatenate([empty, *self.lower]), np.concatenate([empty, *self.upper]),
            np.concatenate([empty, *self.integer]).astype(bool), start, column, value,
            np.concatenate([empty, *self.row_lower]), np.concatenate([empty, *self.row_upper]),
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Choice:
    """A program whose first columns are the sites, and what is met in terms of its columns.

    met of pattern p = constant[p] + sign[p] * column[p]; sign 0 where the pattern was not wanted.
    """

    problem: Problem
    builder: Builder
    column: Int64
    sign: Floats
    constant: Floats

    def objective(self, sites: Floats | None = None, patterns: Floats | None = None) -> tuple[Floats, float]:
        """Coefficients of all columns so far, and the constant, of sites · x + patterns · met."""
        coefs = np.zeros(self.builder.n_columns)
        if sites is not None:
            coefs[: len(sites)] += sites
        if patterns is None:
            return coefs, 0.0
        np.add.at(coefs, self.column, np.where(self.sign != 0, self.sign * patterns, 0.0))
        return coefs, float((patterns * self.constant).sum())

    def limit(
        self, sites: Floats | None = None, patterns: Floats | None = None, *, least: float = -math.inf,
        most: float = math.inf,
    ) -> int:  # fmt: skip
        """A row least <= sites · x + patterns · met <= most; returns its number."""
        coefs, constant = self.objective(sites, patterns)
        return self.builder.row(coefs, lower=least - constant, upper=most - constant)


def choice_program(problem: Problem, wanted: Bools | None = None, *, unused: Bools | None = None) -> Choice:
    """Sites as binary columns and, for each wanted pattern, what makes it met.

    Parameters
        wanted : patterns that an objective or a limit looks at; all by default. What is met is bounded from above
            only: weights must not be negative. unused : sites that are not built; none by default.

    Notes
        A condition that one site alone decides needs no column, nor does a pattern of one condition. What is met
        follows from the sites, so columns are integer only where it would not be whole by itself.
    """
    builder, off = Builder(), np.zeros(len(problem), dtype=bool) if unused is None else unused
    builder.columns(len(problem), upper=np.where(off, 0.0, 1.0), integer=True)
    patterns = problem.patterns
    seen = np.ones(len(patterns), dtype=bool) if wanted is None else wanted
    used = np.zeros(len(problem.conditions), dtype=bool)
    used[patterns.condition[seen[patterns.of_entry()]]] = True
    column, sign, constant = _condition_columns(*without_sites(problem.conditions, off), builder, used)
    return _with_patterns(problem, builder, seen, (column, sign, constant))


def _condition_columns(
    conditions: Conditions, fixed: Int64, builder: Builder, used: Bools
) -> tuple[Int64, Floats, Floats]:  # fmt: skip
    """Each used condition as constant + sign * column."""
    n, size = len(conditions), np.diff(conditions.start)
    column, sign, constant = np.zeros(n, dtype=np.int64), np.zeros(n), (used & (fixed == ALWAYS)).astype(np.float64)
    used = used & (fixed == 0)
    first = np.minimum(conditions.start[:-1], max(len(conditions.site) - 1, 0))  # the last ones may have no site
    lone = used & (size == 1) & ~conditions.amount
    losing = lone & (conditions.need <= 0)
    column[lone] = conditions.site[first[lone]]
    sign[lone], constant[losing] = np.where(losing, -1.0, 1.0)[lone], 1.0
    part = used & (size == 1) & conditions.amount  # one site's part of what is missing
    column[part] = conditions.site[first[part]]
    sign[part] = np.minimum(1.0, conditions.coef[first[part]] / conditions.need[part])
    rest = np.flatnonzero(used & (size > 1))
    of_entry = conditions.of_entry()
    mass, lowest = np.zeros((2, n), dtype=np.int64)
    np.add.at(mass, of_entry, np.minimum(conditions.coef, 0))
    np.maximum.at(lowest, of_entry, np.abs(conditions.coef))
    simple = (lowest == 1) & ((conditions.need == 1) & (mass == 0) | (conditions.need == 0) & (mass == -size))
    column[rest] = builder.columns(len(rest), integer=~(simple | conditions.amount)[rest])
    sign[rest] = 1.0
    few = np.zeros(n, dtype=np.int64)
    few[rest] = np.arange(len(rest))
    taken = np.isin(of_entry, rest)
    _sum_rows(conditions, builder, taken & ~(simple & (conditions.need == 0))[of_entry], column, mass)
    _break_rows(conditions, builder, taken & (simple & (conditions.need == 0))[of_entry], column)
    return column, sign, constant


def _sum_rows(conditions: Conditions, builder: Builder, entry: Bools, column: Int64, mass: Int64) -> None:
    """(need - mass) * column <= sum of coefficients of chosen sites - mass, mass the sum of negative ones."""
    which, row = np.unique(conditions.of_entry()[entry], return_inverse=True)
    scale = (conditions.need - mass)[which].astype(np.float64)
    lead = np.arange(len(which))
    builder.rows(
        np.concatenate([row, lead]), np.concatenate([conditions.site[entry], column[which]]),
        np.concatenate([conditions.coef[entry] / scale[row], np.full(len(which), -1.0)]),
        lower=mass[which] / scale, n=len(which),
    )  # fmt: skip


def _break_rows(conditions: Conditions, builder: Builder, entry: Bools, column: Int64) -> None:
    """column <= 1 - site, for each site that would take it away."""
    at = np.flatnonzero(entry)
    row, of_entry = np.arange(len(at)), conditions.of_entry()[at]
    builder.rows(
        np.concatenate([row, row]), np.concatenate([column[of_entry], conditions.site[at]]),
        np.ones(2 * len(at)), upper=1.0, n=len(at),
    )  # fmt: skip


def _with_patterns(problem: Problem, builder: Builder, seen: Bools, conditions: tuple[Int64, Floats, Floats]) -> Choice:
    patterns, (c_column, c_sign, c_constant) = problem.patterns, conditions
    n, size = len(patterns), np.diff(patterns.start)
    column, sign, constant = np.zeros(n, dtype=np.int64), np.zeros(n), np.zeros(n)
    lone = seen & (size == 1)
    only = patterns.condition[patterns.start[:-1][lone]]
    column[lone], sign[lone], constant[lone] = c_column[only], c_sign[only], c_constant[only]
    rest = np.flatnonzero(seen & (size > 1))
    choosing = patterns.least[rest] < size[rest]
    column[rest] = builder.columns(len(rest), integer=choosing)
    sign[rest] = 1.0
    of_entry = patterns.of_entry()
    at = np.flatnonzero(np.isin(of_entry, rest) & patterns.must)  # met <= condition
    row, inside = np.arange(len(at)), patterns.condition[at]
    builder.rows(
        np.concatenate([row, row]), np.concatenate([column[of_entry[at]], c_column[inside]]),
        np.concatenate([np.ones(len(at)), -c_sign[inside]]), upper=c_constant[inside], n=len(at),
    )  # fmt: skip
    counted = rest[choosing]  # least * met <= sum of conditions
    entry = np.flatnonzero(np.isin(of_entry, counted))
    which, row = np.searchsorted(counted, of_entry[entry]), patterns.condition[entry]
    total = summed(c_constant[row], which, len(counted))
    builder.rows(
        np.concatenate([which, np.arange(len(counted))]), np.concatenate([c_column[row], column[counted]]),
        np.concatenate([-c_sign[row], patterns.least[counted].astype(np.float64)]), upper=total, n=len(counted),
    )  # fmt: skip
    return Choice(problem, builder, column, sign, constant)
