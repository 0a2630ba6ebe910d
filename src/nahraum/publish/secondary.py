"""Secondary suppression: what else has to go so that no held-back count follows from totals and the rest.

The attacker knows every number that is published, every sum that holds, and that no count is negative. A held-back
count is protected when the numbers still possible for it span at least its protection (k persons: then nobody can say
that it is 1..k-1). Small tables are solved exactly, large ones by a heuristic; both are audited in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nahraum.errors import NahraumError
from nahraum.publish.attacker import TOLERANCE, Numbers, flow, intervals, possible
from nahraum.publish.disclosure import Mask
from nahraum.publish.suppression_tables import Table

_ABOVE = 2.0  # a number nobody published is assumed to be at most twice the largest one, and the protection
_AUDITED_ONE_BY_ONE = 100


@dataclass(frozen=True)
class Suppression:
    """What is held back of a table, and what an attacker still learns.

    hidden : numbers held back, the primary ones among them.
    low, high : what the attacker knows of each number; equal where it is published. Of tables with more than a
        hundred held-back numbers it is what the attacker must at least reckon with: never wider than what is known.
    weight : of all that is held back beside the primary numbers.
    how : none | optimal | heuristic | everything.
    """

    hidden: Mask
    low: Numbers
    high: Numbers
    weight: float
    how: str


@dataclass(frozen=True)
class Task:
    """One table to protect: what must go, what may go, and how wide each interval must be."""

    table: Table
    primary: Mask
    need: Numbers
    weights: Numbers
    may_hide: Mask
    ceiling: Numbers

    def spans(self, hidden: Mask) -> tuple[Numbers, Numbers]:
        """What the attacker knows of each number before any sum is used."""
        values = self.table.values
        return np.where(hidden, 0.0, values), np.where(hidden, self.ceiling, values)

    def reached(self, hidden: Mask) -> tuple[Numbers, Numbers]:
        """What the attacker knows of each number in the end; of large tables only that it is no more than this."""
        if hidden.sum() > _AUDITED_ONE_BY_ONE:
            return self.possible(hidden)
        return intervals(self.table.relations, *self.spans(hidden), targets=np.flatnonzero(hidden))

    def short(self, hidden: Mask) -> list[int]:
        """Primary numbers whose interval is too narrow."""
        low, high = self.possible(hidden)
        return [int(at) for at in np.flatnonzero(self.primary) if high[at] - low[at] < self.need[at] - TOLERANCE]

    def possible(self, hidden: Mask) -> tuple[Numbers, Numbers]:
        """Numbers that the attacker must reckon with, wide enough for the primary ones or all there is."""
        targets = np.flatnonzero(self.primary).astype(np.int64)
        return possible(self.table.relations, self.spans(hidden), self.table.values, targets=targets, need=self.need)

    def weight(self, hidden: Mask) -> float:
        """How much goes beside the primary numbers."""
        return float(self.weights[hidden & ~self.primary].sum())


def weights_of(table: Table) -> Numbers:
    """A count weighs one and the logarithm of its size more; a total as much as all its parts together."""
    weights = 1.0 + np.log10(1.0 + table.values)
    relations = table.relations.tocsr()
    for row in range(relations.shape[0]):  # parts come before the totals that they make up
        columns = relations.indices[relations.indptr[row] : relations.indptr[row + 1]]
        signs = relations.data[relations.indptr[row] : relations.indptr[row + 1]]
        total = columns[signs < 0]
        weights[total] = np.maximum(weights[total], weights[columns[signs > 0]].sum())
    return np.asarray(weights, dtype=np.float64)


def task_of(
    table: Table,
    primary: Mask,
    *,
    protection: float | Numbers,
    weights: Numbers | None = None,
    may_hide: Mask | None = None,
    ceiling: Numbers | None = None,
) -> Task:
    """The task with its defaults: counts above none that stand in the table may go, and nothing is known of them."""
    values = table.values
    allowed = (values > 0) & table.given if may_hide is None else may_hide & table.given
    most = np.full(len(table), _ABOVE * (values.max(initial=0.0) + float(np.max(protection, initial=0.0))))
    return Task(
        table=table,
        primary=primary,
        need=np.broadcast_to(np.asarray(protection, dtype=np.float64), (len(table),)),
        weights=weights_of(table) if weights is None else weights,
        may_hide=allowed | primary,
        ceiling=most if ceiling is None else np.maximum(np.minimum(most, ceiling), values),
    )


def suppressed(
    table: Table,
    primary: Mask,
    *,
    protection: float | Numbers,
    weights: Numbers | None = None,
    may_hide: Mask | None = None,
    ceiling: Numbers | None = None,
    exact_up_to: int = 0,
) -> Suppression:
    """Numbers of a table to hold back so that no primary one can be worked out.

    Parameters
        primary : numbers that must go for themselves.
        protection : how wide the attacker's interval of each primary number must be at least. [as the values]
        weights : what it costs to hold a number back; `weights_of` where none are given.
        may_hide : numbers that may go; those above none where nothing is said. What is not given in the table cannot.
        ceiling : what everybody knows a number to be at most (cases: the residents).
        exact_up_to : tables of so many numbers are solved for the least weight, larger ones by the heuristic.

    Returns
        the mask with the attacker's interval of every held-back number.

    Raises
        NahraumError where not even holding everything back protects a number: its total is known elsewhere.

    References
        Fischetti and Salazar (2001). Solving the cell suppression problem on tabular data with linear constraints.
        Management Science 47(7). doi:10.1287/mnsc.47.7.1008.9805
    """
    task = task_of(table, primary, protection=protection, weights=weights, may_hide=may_hide, ceiling=ceiling)
    if not primary.any():
        return Suppression(primary.copy(), table.values.copy(), table.values.copy(), 0.0, "none")
    hidden, how = heuristic(task), "heuristic"
    if hidden is None:
        hidden, how = _everything(task), "everything"
    elif len(table) <= exact_up_to:
        from nahraum.publish.optimal import optimal

        best = optimal(task, task.weight(hidden))
        if best is not None:
            hidden, how = best, "optimal"
    low, high = task.reached(hidden)
    return Suppression(hidden, low, high, task.weight(hidden), how)


def _everything(task: Task) -> Mask:
    hidden = task.table.given | task.primary
    if left := task.short(hidden):
        raise NahraumError(
            "a small count cannot be protected, whatever else is held back",
            where=[f"{task.table.keys[at]}: {task.table.values[at]:g}" for at in left[:3]],
            expected="a total that is larger than the minimum count, or that is published nowhere",
            fix="join areas or periods, or do not publish this table",
        )
    return hidden


def heuristic(task: Task) -> Mask | None:
    """A safe mask that need not be the cheapest; None where the allowed numbers cannot protect all.

    First every sum with a single held-back number gets a second one, the cheapest; then what the audit finds too
    narrow gets the cheapest way out; last what turned out to be needless is published again, the dearest first.
    """
    hidden = task.primary.copy()
    if not _paired(task, hidden):
        hidden = task.primary.copy()
    floor = float(task.weights[task.may_hide].min(initial=1.0)) / 100.0
    low, high = task.spans(task.may_hide)
    room = (task.table.values - low, high - task.table.values)
    while left := task.short(hidden):
        before = int(hidden.sum())
        for at in left:
            cost = np.where(hidden, floor / len(task.table), task.weights)
            near = _near(task, at)
            close = (np.where(near, room[0], 0.0), np.where(near, room[1], 0.0))
            moved = flow(task.table.relations, cost, close, target=at, need=float(task.need[at]))
            if moved is None:
                moved = flow(task.table.relations, cost, room, target=at, need=float(task.need[at]))
            if moved is None:
                return None
            hidden |= (moved > TOLERANCE) & task.may_hide
        if int(hidden.sum()) == before:
            return None
    return _without_needless(task, hidden)


def _near(task: Task, target: int, steps: int = 2) -> Mask:
    """Numbers that stand in a sum with the target, or with one that does."""
    reached = np.zeros(len(task.table), dtype=np.float64)
    reached[target] = 1.0
    touches = abs(task.table.relations)
    for _ in range(steps):
        reached = ((touches.T @ ((touches @ reached) > 0)) > 0).astype(np.float64)
    return np.asarray(reached > 0)


def _paired(task: Task, hidden: Mask) -> bool:
    """No sum holds one held-back number alone; the cheapest goes, first where another sum needs it, too."""
    relations = task.table.relations.tocsr()
    by_column = relations.tocsc()
    rows = [relations.indices[relations.indptr[i] : relations.indptr[i + 1]] for i in range(relations.shape[0])]
    number = np.array([int(hidden[row].sum()) for row in rows])
    todo = [int(at) for at in np.flatnonzero(number == 1)]
    while todo:
        row = todo.pop(0)
        if number[row] != 1:
            continue
        pool = [int(c) for c in rows[row] if task.may_hide[c] and not hidden[c]]
        if not pool:
            return False
        lone = [int((number[_sums_of(by_column, c)] == 1).sum()) for c in pool]
        chosen = min(zip(pool, lone, strict=True), key=lambda one: (task.weights[one[0]] / one[1], one[0]))[0]
        hidden[chosen] = True
        touched = _sums_of(by_column, chosen)
        number[touched] += 1
        todo += [int(at) for at in touched if number[at] == 1]
    return True


def _sums_of(by_column: object, column: int) -> np.ndarray:
    """Rows of the sums in which a number stands."""
    starts, rows = by_column.indptr, by_column.indices  # type: ignore[attr-defined]
    return np.asarray(rows[starts[column] : starts[column + 1]])


def _without_needless(task: Task, hidden: Mask, most: int = 20) -> Mask:
    """Of a few secondary numbers each is tried without, the dearest first."""
    secondary = np.flatnonzero(hidden & ~task.primary)
    if len(secondary) > most:
        return hidden
    for at in secondary[np.lexsort((secondary, -task.weights[secondary]))]:
        fewer = hidden.copy()
        fewer[at] = False
        if not task.short(fewer):
            hidden = fewer
    return hidden
