"""The value of a plan as it is lived: under the same goal, from the lacks that a full recomputation finds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nahraum.measures.model import Floats
from nahraum.measures.programme.fair import fair_value
from nahraum.measures.programme.goal import Goal
from nahraum.measures.programme.patterns import NET, Pairs
from nahraum.measures.programme.problem import Problem
from nahraum.measures.programme.weights import constant, pair_weights


def lived_value(problem: Problem, goal: Goal, after: Floats) -> float:
    """The value of a plan under a goal, in the unit of `Plan.value`.

    Parameters
        after : what is lacked with the plan, as `Problem.before` (`lacking.lacks_by` of the recomputed parts).

    Notes
        Counted is every person × prerequisite that the model has or that differs; what is no longer known counts as
        before.
    """
    before = problem.before
    now = np.where(np.isnan(after), before, after)
    counted = ~np.isclose(before, now, atol=1e-9) & ~np.isnan(before)
    counted[problem.pairs.row, problem.pairs.prerequisite] = True
    row, prerequisite = np.nonzero(counted)
    was, is_now = before[counted], now[counted]
    lacking = was > 0
    met = np.where(lacking & (prerequisite == NET), 1 - is_now / np.where(lacking, was, 1.0), 1 - is_now)
    people = problem.demand.residents[row] * np.where(lacking & (prerequisite == NET), was, 1.0)
    pairs = Pairs(row, prerequisite, np.zeros_like(row), lacking, people)
    whole = replace(problem, pairs=pairs)
    if not goal.linear:
        return fair_value(whole, goal, met)
    weights = pair_weights(whole, goal)
    return float((weights * met).sum()) - constant(whole, weights)
