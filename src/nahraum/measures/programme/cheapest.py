"""The cheapest plan that removes as many lacks as asked for."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from nahraum.errors import InputError
from nahraum.measures.model import Floats
from nahraum.measures.programme.best import Found, best_programme
from nahraum.measures.programme.goal import Effort, Goal
from nahraum.measures.programme.highs import maximised
from nahraum.measures.programme.limits import Limits, Row
from nahraum.measures.programme.plan import Plan
from nahraum.measures.programme.problem import Problem
from nahraum.measures.programme.report import plan_of
from nahraum.measures.programme.rows import EUR, PAIRS
from nahraum.measures.programme.task import Task, built
from nahraum.measures.programme.weights import constant, pair_weights


def cheapest_programme(
    problem: Problem, goal: Goal | None = None, limits: Limits | None = None, *, removed: float,
    effort: Effort | None = None,
) -> Plan:  # fmt: skip
    """The cheapest plan that removes so many lacks, weighted by the goal. `value` and `bound` are minus euros.

    Parameters
        removed : lacks to remove at least. [person × prerequisite] infinity: as many as any plan within the limits.

    Raises
        InputError where no plan removes as many, with the most that one removes; for a goal that is no sum.
    """
    began, effort, goal = time.perf_counter(), effort or Effort(), goal or Goal()
    if not goal.linear:
        raise InputError("the cheapest plan needs a goal that is a sum", expected="utilitarian or prioritarian")
    limits = limits or Limits()
    most = best_programme(problem, goal, limits, effort=effort)
    wanted = most.value if removed == float("inf") else removed
    if most.bound < wanted - 1e-6 * (1 + abs(wanted)):
        raise InputError(
            f"no plan removes {wanted:,.0f} lacks", where=f"at most: {most.bound:,.1f} within the limits",
            expected="so many lacks that a plan can remove", fix="lower it, or widen the limits",
        )  # fmt: skip
    weights = pair_weights(problem, goal)
    row = _removed_row(problem, weights, wanted)
    task = Task.of(problem, goal, replace(limits, rows=(*limits.rows, row)))
    told = built(task, years=bool(len(limits.yearly_eur)))
    start = most.mask.astype(np.float64) if task.kept(most.mask) else None
    result = maximised(
        told.program(), -problem.cost_eur, start=start, seconds=effort.seconds, gap=effort.gap
    )  # fmt: skip
    if len(result.values):
        chosen = result.values[: len(problem)] > 0.5
    elif start is not None:
        chosen = most.mask
    else:
        raise InputError(
            "no plan was found in time", expected="more seconds, or fewer lacks to remove", fix="raise the effort"
        )  # fmt: skip
    found = Found(chosen, -float(problem.cost_eur[chosen].sum()), result.bound, "exact")
    found.bound = max(found.bound, found.value)
    return replace(plan_of(task, found, effort, seconds=time.perf_counter() - began), unit=EUR)


def _removed_row(problem: Problem, weights: Floats, wanted: float) -> Row:
    least = wanted + constant(problem, weights) - 1e-7 * (1 + abs(wanted))
    none = np.zeros(len(problem))
    return Row("removed", "behobene Mängel", "lacks removed", PAIRS, none, weights, least=least)
