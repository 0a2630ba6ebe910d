"""The best plan: search, bound, proof."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np

from nahraum.measures.model import Bools, Floats
from nahraum.measures.programme import schedule
from nahraum.measures.programme.goal import Effort, Goal
from nahraum.measures.programme.highs import INFEASIBLE, OPTIMAL, maximised
from nahraum.measures.programme.infeasible import feasible_start, refuse_small_budget
from nahraum.measures.programme.limits import Limits
from nahraum.measures.programme.plan import Plan, relative_gap
from nahraum.measures.programme.problem import Problem
from nahraum.measures.programme.report import plan_of
from nahraum.measures.programme.search import Table, good_set, pruned
from nahraum.measures.programme.task import Built, Task, built, search_rows
from nahraum.measures.programme.weights import pattern_weights

_EQUAL = 1e-6  # relative; what HiGHS takes for equal
_FEW_SITES = 40  # up to these HiGHS is asked at once
_LEAST_SECONDS = 0.5
_MOST_ROUNDS = 10


@dataclass
class Found:
    """The best set so far and what is proven about it."""

    chosen: Bools
    value: float
    bound: float = float("inf")
    method: str = "search"
    duals: dict[str, float] = field(default_factory=dict)
    hint: Floats = field(default_factory=lambda: np.empty(0))

    def better(self, task: Task, chosen: Bools) -> None:
        """Takes another set where it keeps the limits and is better."""
        if (value := task.value(chosen)) > self.value + 1e-9 * (1 + abs(self.value)) and task.kept(chosen):
            self.chosen, self.value = chosen.copy(), value

    def gap(self) -> float:
        """Relative gap to the bound; 0 where what is left is rounding."""
        return 0.0 if self.bound - self.value <= _EQUAL * max(1.0, abs(self.value)) else relative_gap(
            self.value, self.bound
        )  # fmt: skip


def best_programme(
    problem: Problem, goal: Goal | None = None, limits: Limits | None = None, *, effort: Effort | None = None,
    start: Bools | None = None,
) -> Plan:  # fmt: skip
    """The plan that removes most lacks within the limits, with a bound that no other plan can pass.

    Parameters
        goal : how lacks are weighed; each the same by default. limits : budget and more.
        effort : method, gap to stop at, seconds. start : a set to begin with, such as a plan of before.

    Returns
        The best plan found. `status` optimal: proven best of the stated model; within_gap: proven up to the gap that
        was asked for; feasible: the time was up, `gap` says how much better another plan could be at most.

    Raises
        InputError for limits that name what is not known, a budget below the cost of every site, limits that no plan
        can keep (which ones, and what would help).

    Notes
        Search (greedy by lacks per euro, exchanges) gives a plan, the linear relaxation a bound; HiGHS goes on from
        there. What brings nothing is not in the plan unless a limit asks for it. Of equal plans of a proven optimum
        the cheaper one is taken. docs/explanation/programme.md has the model.
    """
    began, effort = time.perf_counter(), effort or Effort()
    task = Task.of(problem, goal or Goal(), limits or Limits())
    found = solved(task, effort, start=start)
    return plan_of(task, found, effort, seconds=time.perf_counter() - began)


def solved(task: Task, effort: Effort, *, start: Bools | None = None) -> Found:
    """Search, bound and proof, up to the gap or the time of the effort."""
    deadline = time.perf_counter() + effort.seconds
    refuse_small_budget(task)
    first = feasible_start(task)
    found = Found(first, task.value(first))
    if start is not None and task.kept(start):
        found.better(task, start)
    _relax(task, found, deadline)
    if effort.method != "exact" or len(task.problem) > _FEW_SITES:
        _search(task, found)
    if effort.method == "exact" or (effort.method == "auto" and found.gap() > effort.gap):
        _prove(task, found, effort, deadline)
    _prune(task, found)
    return found


def _search(task: Task, found: Found) -> None:
    """The better of the best so far and what the search finds; years and purses are mended after."""
    table = _table(task, found.chosen)
    hints = (found.hint,) if len(found.hint) else ()
    found.better(task, _mended(task, table, good_set(table, hints=hints)))


def _table(task: Task, chosen: Bools) -> Table:
    weight = pattern_weights(task.problem, task.weights)
    return Table.of(task.problem, weight, search_rows(task), chosen)


def _mended(task: Task, table: Table, chosen: Bools) -> Bools:
    """A set without what no year or purse has room for, the room filled anew."""
    must = np.zeros(len(chosen), dtype=bool)
    must[task.problem.positions(task.limits.must, called="must")] = True
    for _ in range(_MOST_ROUNDS):
        late = schedule.without_room(task.problem, task.limits, chosen, task.worth)
        if not len(late):
            break
        chosen = chosen.copy()
        chosen[late] = False
        table.reset(chosen)
        table.open_[late] = False
        table.fill(task.problem.cost_eur)
        chosen = table.chosen.copy()
    table.open_[:] = True
    worth = task.worth / np.maximum(task.problem.cost_eur, 1.0)
    while (chosen & ~must).any() and not task.kept(chosen):
        chosen = chosen.copy()
        chosen[min(np.flatnonzero(chosen & ~must).tolist(), key=lambda at: (worth[at], at))] = False
    return chosen


def _relax(task: Task, found: Found, deadline: float) -> None:
    """The bound of the linear relaxation, the price of each limit, and which sites it builds."""
    told = built(task)
    result = maximised(
        told.program(), told.objective, told.constant, relaxed=True, seconds=_left(deadline)
    )  # fmt: skip
    if result.status != OPTIMAL:
        return
    found.bound = max(result.bound, found.value)
    found.hint = result.values[: len(task.problem)]
    found.duals = {name: float(result.duals[row]) for name, row in told.row_of.items()}


def _prove(task: Task, found: Found, effort: Effort, deadline: float) -> None:
    """HiGHS on the whole program; where its plan does not fit the single years, once more with years."""
    found.method = "exact" if effort.method == "exact" else "search+exact"
    stages = (False, True) if len(task.limits.yearly_eur) else (False,)
    for years in stages:
        told = built(task, years=years)
        seconds = _left(deadline) / (len(stages) - years)
        start = found.chosen.astype(np.float64)
        gap = effort.gap / (len(stages) - years)  # what the years cost comes on top of the first gap
        result = maximised(
            told.program(), told.objective, told.constant, start=start, seconds=seconds, gap=gap
        )  # fmt: skip
        if result.status == INFEASIBLE:  # wrong, a plan is at hand: the bound of the relaxation stays
            return
        found.bound = max(min(found.bound, result.bound), found.value)
        if not len(result.values):
            return
        chosen = result.values[: len(task.problem)] > 0.5
        if fits := task.kept(chosen):
            found.better(task, chosen)
        else:
            found.better(task, _mended(task, _table(task, chosen), chosen))
        if fits or found.gap() <= effort.gap:
            break
    if task.goal.linear and found.gap() == 0.0:
        _thrifty(task, found, told, deadline)


def _thrifty(task: Task, found: Found, told: Built, deadline: float) -> None:
    """Of all plans of the same value the cheapest, where there is time to look for it."""
    least = found.value - 1e-7 * max(1.0, abs(found.value))
    told.choice.builder.row(told.objective, lower=least - told.constant)
    cost = -task.problem.cost_eur / max(float(task.problem.cost_eur.max()), 1.0)
    result = maximised(
        told.program(), cost, start=found.chosen.astype(np.float64), seconds=min(_left(deadline), 10.0)
    )  # fmt: skip
    if len(result.values):
        chosen = result.values[: len(task.problem)] > 0.5
        same = task.value(chosen) >= found.value - 1e-9 * (1 + abs(found.value))
        less = task.problem.cost_eur[chosen].sum() < task.problem.cost_eur[found.chosen].sum()
        if same and less and task.kept(chosen):
            found.chosen, found.value = chosen, task.value(chosen)


def _prune(task: Task, found: Found) -> None:
    """Takes out what brings nothing under the goal, where the limits allow it."""
    table = _table(task, found.chosen)
    pruned(table)
    fewer = table.chosen
    if task.value(fewer) >= found.value - 1e-9 * (1 + abs(found.value)) and task.kept(fewer):
        found.chosen, found.value = fewer.copy(), task.value(fewer)


def _left(deadline: float) -> float:
    return max(deadline - time.perf_counter(), _LEAST_SECONDS)
