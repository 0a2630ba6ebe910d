"""Goal and limits of a problem as one program: what is maximised, and which row is which limit."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from nahraum.measures.model import Bools, Floats, Int64
from nahraum.measures.programme import schedule
from nahraum.measures.programme.fair import Fair, fair_value, with_fair_goal
from nahraum.measures.programme.goal import Goal
from nahraum.measures.programme.limits import Limits, Row
from nahraum.measures.programme.milp import Choice, Program, choice_program
from nahraum.measures.programme.problem import Problem
from nahraum.measures.programme.rows import SITES, limit_rows, programme_of, purses, used, within
from nahraum.measures.programme.search import Table
from nahraum.measures.programme.weights import constant, pair_weights, pattern_weights


@dataclass(frozen=True, eq=False)
class Task:
    """A problem with its goal and limits; weights : of pairs, those of the goal or, of a fair one, the plain ones."""

    problem: Problem
    goal: Goal
    limits: Limits
    rows: tuple[Row, ...]
    weights: Floats

    @staticmethod
    def of(problem: Problem, goal: Goal, limits: Limits) -> Task:
        """Everything checked. Raises InputError for limits that name what is not known."""
        rows = (*limit_rows(problem, limits, goal), *_too_late(problem, limits))
        return Task(problem, goal, limits, rows, pair_weights(problem, goal))

    def removed(self, met: Floats) -> float:
        """Lacks removed, weighted by the goal."""
        return float((self.weights * met).sum()) - constant(self.problem, self.weights)

    def value(self, chosen: Bools, met: Floats | None = None) -> float:
        """The value of a chosen set under the goal, recounted."""
        met = self.problem.met(chosen) if met is None else met
        return self.removed(met) if self.goal.linear else fair_value(self.problem, self.goal, met)

    def broken(self, chosen: Bools) -> list[Row]:
        """Limits that a chosen set does not keep; those of parcels, conflicts and years as rows without words."""
        met = self.problem.met(chosen)
        return [row for row in self.rows if not within(row, used(self.problem, row, chosen, met))]

    def kept(self, chosen: Bools) -> bool:
        """Whether a chosen set keeps every limit."""
        alone = all(int(chosen[group].sum()) <= 1 for group in self.problem.exclusions())
        return alone and not self.broken(chosen) and self.paid(chosen) is not None and self.planned(chosen) is not None

    def paid(self, chosen: Bools) -> dict[int, str] | None:
        """Which programme pays each chosen site that several with a limit may pay; None where that does not fit."""
        return schedule.purse_of_sites(self.problem, self.limits, chosen)

    def planned(self, chosen: Bools) -> Int64 | None:
        """Year in which each chosen site is begun, -1 for the others; None where the years do not fit."""
        return schedule.begun(self.problem, self.limits, chosen, self.worth)

    @cached_property
    def worth(self) -> Floats:
        """What each site brings by itself."""
        nothing = np.zeros(len(self.problem), dtype=bool)
        return Table.of(self.problem, pattern_weights(self.problem, self.weights), (), nothing).gains(alone=True)


@dataclass(frozen=True, eq=False)
class Built:
    """The program of a task; objective and constant to maximise, and the number of each limit's row."""

    choice: Choice
    objective: Floats
    constant: float
    row_of: dict[str, int] = field(default_factory=dict)
    fair: Fair | None = None

    def program(self) -> Program:
        """As HiGHS takes it."""
        return self.choice.builder.program()


def built(
    task: Task, *, rows: tuple[Row, ...] | None = None, years: bool = False, plain: bool = False, lean: bool = False,
    most: float = 0.0,
) -> Built:  # fmt: skip
    """The program of a task.

    Parameters
        rows : limits to keep, all by default. years : with the year in which each site is begun, where yearly
            budgets are given; without it only their sum is kept. plain : weighted sum even for a fair goal.
            lean : without sites that only take away; for the goal itself, no other objective. most : as
            `with_fair_goal` has it.
    """
    problem, kept = task.problem, task.rows if rows is None else rows
    fair = not task.goal.linear and not plain
    needed = np.zeros(len(problem.patterns))
    for weights in [task.weights, *(row.pairs for row in kept if row.pairs is not None)]:
        needed += pattern_weights(problem, weights)
    wanted = needed > 0
    if fair:
        wanted = np.ones(len(problem.patterns), dtype=bool)
    choice = choice_program(problem, wanted, unused=_harmful(problem, kept) if lean else None)
    row_of = {row.name: _limit(choice, row) for row in kept}
    _exclude(choice)
    _share_purses(task, choice, row_of)
    if years and len(task.limits.yearly_eur):
        schedule.with_years(choice, task.limits)
    if fair:
        told = with_fair_goal(choice, task.goal, most=most)
        return Built(choice, told.objective, told.constant, row_of, told)
    objective, offset = choice.objective(patterns=pattern_weights(problem, task.weights))
    return Built(choice, objective, offset - constant(problem, task.weights), row_of)


def _harmful(problem: Problem, rows: tuple[Row, ...]) -> Bools:
    """Sites that bring nobody anything and that no limit asks for: the best plan is without them."""
    conditions = problem.conditions
    useful = np.zeros(len(problem), dtype=bool)
    useful[conditions.site[conditions.coef > 0]] = True
    for row in rows:
        useful |= (row.sites > 0) & (row.least > -math.inf) | (row.sites < 0) & (row.most < math.inf)
    return ~useful


def _limit(choice: Choice, row: Row) -> int:
    pairs = None if row.pairs is None else pattern_weights(choice.problem, row.pairs)
    return choice.limit(row.sites, pairs, least=row.least, most=row.most)


def _exclude(choice: Choice) -> None:
    for group in choice.problem.exclusions():
        coefs = np.zeros(len(choice.problem))
        coefs[group] = 1.0
        choice.builder.row(coefs, upper=1.0)


def _share_purses(task: Task, choice: Choice, row_of: dict[str, int]) -> None:
    """Sites that several limited programmes may pay are paid out of one of them."""
    for at in range(len(task.problem)):
        names = purses(task.problem, task.limits, at)
        if len(names) < 2:
            continue
        columns = choice.builder.columns(len(names), integer=True)
        coefs = np.append(np.ones(len(names)), -1.0)
        choice.builder.rows(
            np.zeros(len(coefs), np.int64), np.append(columns, at), coefs, lower=0.0, upper=0.0, n=1
        )  # fmt: skip
        for name, column in zip(names, columns, strict=True):
            if f"programme:{name}" in row_of:
                cost = np.array([task.problem.cost_eur[at]])
                choice.builder.extend(row_of[f"programme:{name}"], np.array([column]), cost)


def _too_late(problem: Problem, limits: Limits) -> tuple[Row, ...]:
    """Sites that cannot be paid within the years, even alone."""
    late = schedule.never_paid(problem, limits) if len(limits.yearly_eur) else np.zeros(len(problem), dtype=bool)
    names = ("passt für sich in kein Jahr des Budgets", "does not fit into the years of the budget, even alone")
    return (Row("too_late", *names, SITES, late.astype(np.float64), most=0.0),) if late.any() else ()


def search_rows(task: Task) -> tuple[Row, ...]:
    """Limits over sites alone, for the search: a site that several programmes may pay is put to the largest."""
    found = []
    for row in task.rows:
        if row.pairs is not None:
            continue
        if name := programme_of(row, task.limits):
            mine = np.array([_largest(task, at) == name for at in range(len(task.problem))], dtype=bool)
            row = Row(
                row.name, row.label_de, row.label_en, row.unit, task.problem.cost_eur * mine, most=row.most
            )  # fmt: skip
        found.append(row)
    return tuple(found)


def _largest(task: Task, site: int) -> str:
    names = purses(task.problem, task.limits, site)
    return max(names, key=lambda name: (task.limits.programme_eur[name], name)) if names else ""


def open_rows(task: Task) -> bool:
    """Whether limits are such that building nothing may break them."""
    return any(row.least > 0 or (row.pairs is not None and math.isfinite(row.least)) for row in task.rows)
