"""A good plan fast: greedy by what a site brings per euro, then exchanges; a linear relaxation tells how good."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from nahraum.measures.model import Bools, Floats, Int64
from nahraum.measures.programme.limits import Row
from nahraum.measures.programme.problem import Problem
from nahraum.measures.programme.rows import CENT
from nahraum.measures.programme.search_kernels import fits, flipped, gains

_EPS = 1e-9
_LEAST_TRIALS, _WORK = 50, 100_000_000  # exchanges tried: fewer where each looks at more, never by the clock


@dataclass(frozen=True, eq=False)
class Levels:
    """Groups of people who count by how far their lacks lie above a level.

    of_pattern : start, group and size of the lack that goes where a pattern is met. people, lacks : per group, lacks
    without any site. over : lacks from which on they count.
    """

    of_pattern: tuple[Int64, Int64, Floats]
    people: Floats
    lacks: Floats
    over: float

    @staticmethod
    def none(n_patterns: int) -> Levels:
        """Nobody looked at one by one: patterns count by their weights."""
        nobody, start = np.empty(0), np.zeros(n_patterns + 1, dtype=np.int64)
        return Levels((start, start[:0], nobody), nobody, nobody, 0.0)


@dataclass(eq=False)
class Table:
    """The state of the search: what is chosen and all counts that belong to it.

    rows, low, high : limits over sites, one row each, a little widened against rounding. open_ : sites that may change.
    """

    problem: Problem
    weight: Floats
    rows: Floats
    low: Floats
    high: Floats
    open_: Bools
    chosen: Bools
    used: Floats
    sums: Int64
    holding: Floats
    broken: Int64
    levels: Levels
    value: float = 0.0

    @staticmethod
    def of(
        problem: Problem, weight: Floats, rows: tuple[Row, ...], start: Bools, *, levels: Levels | None = None
    ) -> Table:  # fmt: skip
        """The state with some sites built, within limits of sites alone (rows with people are not looked at).

        Parameters
            weight : of patterns. levels : people who are looked at one by one instead.
        """
        levels = levels or Levels.none(len(problem.patterns))
        levels = replace(levels, lacks=levels.lacks.copy())
        groups = problem.exclusions()
        coefs = np.zeros((len(rows) + len(groups), len(problem)))
        low, high = np.full((2, len(coefs)), np.inf) * np.array([[-1.0], [1.0]])
        for at, row in enumerate(rows):
            coefs[at], low[at], high[at] = row.sites, row.least, row.most
        for at, group in enumerate(groups, len(rows)):
            coefs[at, group], high[at] = 1.0, 1.0
        spare = np.minimum(1e-9 * (1.0 + np.abs(coefs).sum(axis=1)), CENT / 2)
        conditions, patterns = problem.conditions, problem.patterns
        holding = np.zeros(len(patterns))
        broken = np.zeros(len(patterns), dtype=np.int64)
        fresh = (conditions.need <= 0).astype(np.float64)
        of_entry = patterns.of_entry()
        np.add.at(holding, of_entry, fresh[patterns.condition])
        np.add.at(broken, of_entry, patterns.must & (fresh[patterns.condition] == 0))
        nothing = np.zeros(len(problem), dtype=bool)
        table = Table(
            problem, weight, coefs, low - spare, high + spare, np.ones(len(problem), dtype=bool), nothing,
            np.zeros(len(coefs)), np.zeros(len(conditions), dtype=np.int64), holding, broken, levels,
        )  # fmt: skip
        for site in np.flatnonzero(start):
            table.flip(int(site))
        return table

    def _counts(self) -> tuple[object, ...]:
        problem, levels = self.problem, self.levels
        worth = self.weight, levels.of_pattern, levels.people, levels.lacks, levels.over
        return (
            problem.by_site, problem.by_condition, problem.conditions.need, problem.conditions.amount,
            problem.patterns.least, worth, self.sums, self.holding, self.broken,
        )  # fmt: skip

    def flip(self, site: int) -> float:
        """Builds a site or takes it back; by how much the value rises."""
        self.used += self.rows[:, site] * (-1.0 if self.chosen[site] else 1.0)
        gain = float(flipped(site, self.chosen, *self._counts()))
        self.value += gain
        return gain

    def gains(self, *, alone: bool = False) -> Floats:
        """What each site that fits would bring next, 0 for the others; `alone`: whatever the limits are."""
        found = np.zeros(len(self.problem))
        n = 0 if alone else len(self.rows)
        limits = self.rows[:n], self.used[:n], self.low[:n], self.high[:n]
        gains(self.chosen, self.open_, *limits, *self._counts(), found)
        return found

    def may_leave(self, site: int) -> bool:
        """Whether the limits are kept without a site that is built."""
        return bool(self.open_[site]) and bool(fits(site, -1.0, self.rows, self.used, self.low, self.high))

    def fill(self, cost: Floats | None) -> None:
        """Builds, again and again, what brings most (per euro where costs are given) until nothing more helps."""
        while True:
            found = self.gains()
            worth = found if cost is None else found / np.maximum(cost, 1.0)
            site = int(np.argmax(np.where(found > _EPS, worth, -1.0)))
            if not len(found) or found[site] <= _EPS:
                return
            self.flip(site)

    def reset(self, chosen: Bools) -> None:
        """Brings the state to another chosen set."""
        for site in np.flatnonzero(self.chosen & ~chosen):
            self.flip(int(site))
        for site in np.flatnonzero(chosen & ~self.chosen):
            self.flip(int(site))


def good_set(table: Table, *, hints: tuple[Floats, ...] = ()) -> Bools:
    """A set that no exchange of one site makes better, built on what is chosen already.

    Parameters
        hints : values of sites in a linear relaxation; sites are also built in falling order of these.
    """
    base, cost = table.chosen.copy(), table.problem.cost_eur
    best, best_value = base, table.value
    for by in (cost, None):
        table.reset(base)
        table.fill(by)
        if table.value > best_value + _EPS:
            best, best_value = table.chosen.copy(), table.value
    for hint in hints:
        table.reset(base)
        _follow(table, hint)
        table.fill(cost)
        if table.value > best_value + _EPS:
            best, best_value = table.chosen.copy(), table.value
    table.reset(best)
    trials = max(_LEAST_TRIALS, _WORK // max(len(table.problem.conditions.site), 1))
    while trials > 0 and _exchanged(table, cost, trials):
        trials -= int(table.chosen.sum())
    pruned(table)
    return table.chosen.copy()


def _follow(table: Table, hint: Floats) -> None:
    order = np.lexsort((np.arange(len(hint)), -hint))
    for site in order[hint[order] > _HINT]:
        if not table.chosen[site] and table.open_[site] and fits(
            site, 1.0, table.rows, table.used, table.low, table.high
        ):  # fmt: skip
            table.flip(int(site))


_HINT = 0.3  # sites that the relaxation builds to less are left to the greedy filling


def _exchanged(table: Table, cost: Floats, most: int) -> bool:
    """One round of so many trials at most: each built site in turn is taken back, the room filled anew, and that kept
    where it is better."""
    better = False
    for site in np.flatnonzero(table.chosen)[:most]:
        before, value = table.chosen.copy(), table.value
        if not table.may_leave(int(site)):
            continue
        table.flip(int(site))
        table.open_[site] = False
        found = table.gains()
        other = int(np.argmax(found))
        if found[other] > _EPS:
            table.flip(other)
            table.fill(cost)
        table.open_[site] = True
        if table.value > value + _EPS * (1 + abs(value)):
            better = True
        else:
            table.reset(before)
            table.value = value
    return better


def pruned(table: Table) -> None:
    """Takes back what brings nothing where the limits allow it, the most expensive first."""
    order = np.lexsort((np.arange(len(table.chosen)), -table.problem.cost_eur))
    for site in order[table.chosen[order]]:
        if table.may_leave(int(site)):
            value = table.value
            if table.flip(int(site)) < -_EPS * (1 + abs(value)):
                table.flip(int(site))
                table.value = value


def alone(table: Table) -> Floats:
    """What each chosen site brings that no other brings: what would be lost without it."""
    lost = np.zeros(len(table.chosen))
    for site in np.flatnonzero(table.chosen):
        lost[site] = -table.flip(int(site))
        table.flip(int(site))
    return lost
