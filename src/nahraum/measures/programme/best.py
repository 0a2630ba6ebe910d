"""The best plan: search, bound, proof."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from nahraum.measures.model import Bools, Floats
from nahraum.measures.programme import schedule
from nahraum.measures.programme.fair import levels_of, tail_level, with_leavers
from nahraum.measures.programme.goal import Effort, Goal, Standing
from nahraum.measures.programme.highs import INFEASIBLE, OPTIMAL, maximised
from nahraum.measures.programme.infeasible import feasible_start, refuse_small_budget
from nahraum.measures.programme.limits import Limits
from nahraum.measures.programme.plan import Plan, relative_gap
from nahraum.measures.programme.problem import Problem
from nahraum.measures.programme.report import plan_of
from nahraum.measures.programme.search import Levels, Table, good_set, pruned
from nahraum.measures.programme.task import Built, Task, built, search_rows
from nahraum.measures.programme.weights import pattern_weights

_EQUAL = 1e-6  # relative; what HiGHS takes for equal
_FEW_SITES = 40  # up to these HiGHS is asked at once
_LEAST_SECONDS = 0.5
_MOST_ROUNDS = 10
_AGREED = 0.01  # by how much search and relaxation may differ where they say the same of a site
_NOT_LOOKED = -10.0  # a level that nobody is below
_POLISH_SHARE, _POLISH_GAP = 0.15, 0.25  # of the seconds and of the gap of the effort


@dataclass
class Found:
    """The best set so far and what is proven about it."""

    chosen: Bools
    value: float
    bound: float = float("inf")
    method: str = "search"
    duals: dict[str, float] = field(default_factory=dict)
    hint: Floats = field(default_factory=lambda: np.empty(0))
    weights: Floats = field(default_factory=lambda: np.empty(0))
    most: float = 0.0
    watch: Callable[[Standing], None] | None = None
    told: Standing | None = None

    def better(self, task: Task, chosen: Bools) -> None:
        """Takes another set where it keeps the limits and is better."""
        if (value := task.value(chosen)) > self.value + 1e-9 * (1 + abs(self.value)) and task.kept(chosen):
            self.chosen, self.value = chosen.copy(), value
            self._tell(self.bound)

    def bounded(self, bound: float) -> None:
        """Takes a bound that is proven."""
        self.bound = max(min(self.bound, bound), self.value)
        self._tell(self.bound)

    def gap(self, bound: float = float("inf")) -> float:
        """Relative gap to the bound, or to a lower one; 0 where what is left is rounding."""
        least = max(min(self.bound, bound), self.value)
        small = least - self.value <= _EQUAL * max(1.0, abs(self.value))
        return 0.0 if small else relative_gap(self.value, least)

    def seen(self, effort: Effort) -> Callable[[float, float], bool]:
        """What HiGHS tells of its bound: whether that is enough."""

        def enough(_: float, bound: float) -> bool:
            self._tell(bound)
            return self.gap(bound) <= effort.gap

        return enough

    def _tell(self, bound: float) -> None:
        now = Standing(self.value, max(self.value, min(self.bound, bound)))
        if self.watch is not None and now != self.told:
            self.told = now
            self.watch(now)


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
    found = Found(first, task.value(first), watch=effort.watch)
    if start is not None and task.kept(start):
        found.better(task, start)
    _relax(task, found, deadline)
    if effort.method != "exact" or len(task.problem) > _FEW_SITES:
        _search(task, found)
        _narrow(task, found, deadline)
        if effort.method != "search" and found.gap() > effort.gap:
            _polish(task, found, found.hint, effort, deadline)
    if effort.method == "exact" or (effort.method == "auto" and found.gap() > effort.gap):
        _prove(task, found, effort, deadline)
    _prune(task, found)
    return found


def _search(task: Task, found: Found) -> None:
    """The better of the best so far and what the search finds; years and purses are mended after.

    A fair goal is searched for twice: by plain weights, and by what the relaxation says that each lack is worth.
    """
    hints, first = (found.hint,) if len(found.hint) else (), found.chosen
    for weights in (task.weights, found.weights) if len(found.weights) else (task.weights,):
        table = _table(task, first, weights)
        found.better(task, _mended(task, table, good_set(table, hints=hints)))
    if task.goal.weights == "worst_fifth":
        table = _table(task, first, task.weights, levels_of(task.problem, _tail(task, found)))
        found.better(task, _mended(task, table, good_set(table, hints=(*hints, found.chosen.astype(np.float64)))))


def _tail(task: Task, found: Found) -> float:
    return tail_level(task.problem, task.goal, task.problem.met(found.chosen))


def _narrow(task: Task, found: Found, deadline: float) -> None:
    """Above which level the worst fifth of no plan begins, where that is proven: more people than a fifth stay at it.

    People who are better off than that anyway are then not in the program.
    """
    if task.goal.weights != "worst_fifth":
        return
    told, over = built(task, lean=True, most=_NOT_LOOKED), _tail(task, found)
    objective, people = with_leavers(told.choice, over)
    result = maximised(told.program(), objective, relaxed=True, seconds=_left(deadline))
    stay = people - result.bound
    if result.status == OPTIMAL and stay > (task.goal.tail_share + _EQUAL) * task.problem.demand.residents.sum():
        found.most = -over


def _polish(task: Task, found: Found, hint: Floats, effort: Effort, deadline: float) -> None:
    """HiGHS, the years with it, on the sites of which the best so far and another solution say different things.

    References
        Danna, E., Rothberg, E., Le Pape, C. (2005). Exploring relaxation induced neighborhoods to improve MIP
        solutions. Mathematical Programming 102.
    """
    if not len(hint):
        return
    near = min(found.most, -_tail(task, found)) if task.goal.weights == "worst_fifth" else 0.0
    told, n = built(task, years=True, lean=True, most=near), len(task.problem)
    program = told.program()
    held = np.flatnonzero(np.abs(hint[:n] - found.chosen) <= _AGREED)
    lower, upper = program.lower.copy(), program.upper.copy()
    lower[held] = upper[held] = found.chosen[held]
    result = maximised(
        replace(program, lower=lower, upper=upper), told.objective, told.constant,
        start=found.chosen.astype(np.float64), seconds=min(_left(deadline), _POLISH_SHARE * effort.seconds),
        gap=_POLISH_GAP * effort.gap,
    )  # fmt: skip
    if len(result.values):
        chosen = result.values[:n] > 0.5
        found.better(task, chosen if task.kept(chosen) else _mended(task, _table(task, chosen, task.weights), chosen))


def _table(task: Task, chosen: Bools, weights: Floats, levels: Levels | None = None) -> Table:
    patterns = pattern_weights(task.problem, weights)
    return Table.of(task.problem, patterns, search_rows(task), chosen, levels=levels)


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
    told = built(task, lean=True)
    result = maximised(
        told.program(), told.objective, told.constant, relaxed=True, seconds=_left(deadline)
    )  # fmt: skip
    if result.status != OPTIMAL:
        return
    found.bounded(result.bound)
    found.hint = result.values[: len(task.problem)]
    if told.fair is not None:
        found.weights = told.fair.weights(result.duals)
    found.duals = {name: float(result.duals[row]) for name, row in told.row_of.items()}


def _prove(task: Task, found: Found, effort: Effort, deadline: float) -> None:
    """HiGHS on the whole program; where its plan does not fit the single years, once more with years."""
    found.method = "exact" if effort.method == "exact" else "search+exact"
    stages = (False, True) if len(task.limits.yearly_eur) else (False,)
    for years in stages:
        told = built(task, years=years, lean=True, most=found.most)
        seconds = _left(deadline) / (len(stages) - years)
        start = found.chosen.astype(np.float64)
        gap = effort.gap / (len(stages) - years)  # what the years cost comes on top of the first gap
        result = maximised(
            told.program(), told.objective, told.constant, start=start, seconds=seconds, gap=gap,
            watch=found.seen(effort),
        )  # fmt: skip
        if result.status == INFEASIBLE:  # wrong, a plan is at hand: the bound of the relaxation stays
            return
        found.bounded(result.bound)
        if not len(result.values):
            return
        chosen = result.values[: len(task.problem)] > 0.5
        if fits := task.kept(chosen):
            found.better(task, chosen)
        else:
            found.better(task, _mended(task, _table(task, chosen, task.weights), chosen))
            if found.gap() > effort.gap:
                _polish(task, found, result.values, effort, deadline)
        found.bounded(found.bound)
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
    table = _table(task, found.chosen, task.weights)
    pruned(table)
    fewer = table.chosen
    if task.value(fewer) >= found.value - 1e-9 * (1 + abs(found.value)) and task.kept(fewer):
        found.chosen, found.value = fewer.copy(), task.value(fewer)


def _left(deadline: float) -> float:
    return max(deadline - time.perf_counter(), _LEAST_SECONDS)
