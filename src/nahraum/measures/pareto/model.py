"""The model of the programme with several objectives: built once, solved again and again with other lower limits."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from nahraum.measures.model import Bools, Floats
from nahraum.measures.pareto.objectives import Objective, known_at_all
from nahraum.measures.programme.goal import Goal
from nahraum.measures.programme.highs import INFEASIBLE, OPTIMAL, maximised
from nahraum.measures.programme.infeasible import feasible_start
from nahraum.measures.programme.limits import Limits, Row
from nahraum.measures.programme.milp import Program
from nahraum.measures.programme.problem import Problem
from nahraum.measures.programme.rows import limit_rows
from nahraum.measures.programme.task import Built, Task, built
from nahraum.measures.programme.weights import pattern_weights

_SLACK = 1e-7  # relative; what a lower limit gives way, so that rounding does not cut off a known plan
_PROVEN = 1e-5  # of the range of the first objective: what HiGHS takes for equal
_TIME_OUT = "time_out"


@dataclass(frozen=True, eq=False)
class Solution:
    """A plan that is best for some weights and lower limits; gains : per objective.

    bound : of the weighted gains, no plan within the limits has more. proven : it has none more than this one.
    """

    chosen: Bools
    gains: Floats
    value: float
    bound: float
    proven: bool


@dataclass
class Front:
    """The program, and every plan met on the way.

    unit : gains are divided by these, so that they can be added. base : gains of doing nothing, where weighted gains
    are counted from. pool : chosen sets that keep the fixed limits, and their gains. seconds, gap : of each search.
    """

    problem: Problem
    objectives: tuple[Objective, ...]
    task: Task
    built: Built
    program: Program
    unit: Floats
    seconds: float
    gap: float
    pool: list[tuple[Bools, Floats]] = field(default_factory=list)
    base: Floats = field(default_factory=lambda: np.empty(0))
    solves: int = 0

    def best(self, weights: Floats, least: Floats) -> Solution | None:
        """The plan with the greatest weighted gains of those whose gains reach some limits; None where none does.

        Parameters
            weights : per objective, of gains divided by their unit. least : per objective, -inf for no limit.

        Raises
            TimeoutError where no plan is known and the time is over before it is clear that there is none.

        Notes
            A second search lets nothing get worse and raises all gains together, so that no money is left lying which
            the small weights of the first one do not see.
        """
        first = self._solved(weights, least)
        if first is None:
            return None
        together = self._solved(np.ones(len(weights)), first.gains) or first
        value = float(weights @ ((together.gains - self.base) / self.unit))
        bound, proven = max(first.bound, value), first.proven and together.proven
        return Solution(together.chosen, together.gains, value, bound, proven)

    def _solved(self, weights: Floats, least: Floats) -> Solution | None:
        self.solves += 1
        begin = self._begin(weights, least)
        objective, constant = self._weighted(weights)
        result = maximised(
            self._limited(least), objective, constant, start=None if begin is None else begin.astype(np.float64),
            seconds=self.seconds, gap=self.gap,
        )  # fmt: skip
        if result.status == INFEASIBLE and begin is None:
            return None
        found = [] if begin is None else [begin]
        if len(result.values):
            found.append(result.values[: len(self.problem)] > 0.5)
        if not found:
            raise TimeoutError(_TIME_OUT)
        told = [(chosen, self.keep(chosen)) for chosen in found]
        chosen, gains = max(told, key=lambda one: float(weights @ (one[1] / self.unit)))
        value = float(weights @ ((gains - self.base) / self.unit))
        bound = max(value, result.bound)
        proven = result.status == OPTIMAL and bound - value <= _PROVEN * max(1.0, abs(value))
        return Solution(chosen, gains, value, bound, proven)

    def gains(self, chosen: Bools) -> Floats:
        """Gain of each objective, recounted from the chosen set."""
        met = self.problem.met(chosen)
        return np.array([one.gain(chosen, met) for one in self.objectives])

    def prices(self, weights: Floats, least: Floats) -> dict[str, float]:
        """What one unit more of each limit would bring of the weighted gains, by the linear relaxation."""
        objective, constant = self._weighted(weights)
        result = maximised(self._limited(least), objective, constant, relaxed=True, seconds=self.seconds)
        if result.status != OPTIMAL:
            return dict.fromkeys(self.built.row_of, math.nan)
        return {name: float(result.duals[row]) for name, row in self.built.row_of.items()}

    def keep(self, chosen: Bools) -> Floats:
        """Remembers a plan within the fixed limits; returns its gains."""
        gains = self.gains(chosen)
        if not any(bool((chosen == known).all()) for known, _ in self.pool):
            self.pool.append((chosen, gains))
        return gains

    def _begin(self, weights: Floats, least: Floats) -> Bools | None:
        """The best known plan within the limits."""
        fits = [(chosen, gains) for chosen, gains in self.pool if (gains >= _given_way(least, self.unit)).all()]
        return max(fits, key=lambda one: float(weights @ (one[1] / self.unit)))[0] if fits else None

    def _weighted(self, weights: Floats) -> tuple[Floats, float]:
        scaled = weights / self.unit
        sites, people = np.zeros(len(self.problem)), np.zeros(len(self.problem.pairs))
        for weight, one in zip(scaled, self.objectives, strict=True):
            sites += weight * one.sites
            people += weight * one.pairs if one.pairs is not None else 0.0
        coefs, constant = self.built.choice.objective(sites, pattern_weights(self.problem, people))
        return coefs, constant - float(scaled @ self.base)

    def _limited(self, least: Floats) -> Program:
        lower = self.program.row_lower.copy()
        for one, limit in zip(self.objectives, _given_way(least, self.unit), strict=True):
            row = self.built.row_of[_row_name(one)]
            people = None if one.pairs is None else pattern_weights(self.problem, one.pairs)
            lower[row] = limit - self.built.choice.objective(one.sites, people)[1]
        return replace(self.program, row_lower=lower)


def front_model(
    problem: Problem, objectives: tuple[Objective, ...], limits: Limits, *, seconds: float, gap: float
) -> Front:
    """The program of a problem with a row for each objective; sites with an unknown part cannot be chosen.

    Raises
        InputError for limits that name what is not known, and for limits that no plan can keep.
    """
    fixed = limit_rows(problem, limits, Goal())
    known = known_at_all(objectives)
    if not known.all():
        labels = ("ein Ziel ist nicht bekannt: nicht wählbar", "an objective is not known: not to be chosen")
        fixed = (*fixed, Row("objective_unknown", *labels, "sites", (~known).astype(np.float64), most=0.0))
    nothing = np.zeros(len(problem.pairs))
    free = [Row(_row_name(one), one.label_de, one.label_en, one.unit, one.sites, one.pairs) for one in objectives]
    weights = sum((one.pairs for one in objectives if one.pairs is not None), nothing)
    task = Task(problem, Goal(), limits, fixed, weights)
    told = built(task, rows=(*fixed, *free), years=True)
    front = Front(
        problem, objectives, task, told, told.program(), _units(objectives), seconds, gap
    )  # fmt: skip
    front.base = front.gains(np.zeros(len(problem), dtype=bool))
    front.keep(feasible_start(task))
    return front


def _units(objectives: tuple[Objective, ...]) -> Floats:
    """The most that each objective could move at all."""
    most = [np.abs(one.sites).sum() + (0.0 if one.pairs is None else one.pairs.sum()) for one in objectives]
    return np.array([value if value > 0 else 1.0 for value in most])


def _given_way(least: Floats, unit: Floats) -> Floats:
    return np.asarray(least - _SLACK * unit)


def _row_name(one: Objective) -> str:
    return f"objective:{one.name}"
