"""How much a lack that goes, or that comes, counts under a goal."""

from __future__ import annotations

import numpy as np

from nahraum.measures.model import Floats
from nahraum.measures.programme.goal import Goal
from nahraum.measures.programme.merging import summed
from nahraum.measures.programme.patterns import NET
from nahraum.measures.programme.problem import Problem
from nahraum.tables import PREREQUISITES

_N = len(PREREQUISITES)


def lacks_needed(problem: Problem, goal: Goal) -> int:
    """From how many lacks somebody counts."""
    return problem.demand.k if goal.k is None else goal.k


def pair_weights(problem: Problem, goal: Goal) -> Floats:
    """What it is worth that each pair is met after the plan. [weighted persons]

    Notes
        A lack that goes counts for people who lack k or more before; one that comes, for everybody. The offer of
        internet is a share of each row: people without it lack one more. Weights are those of `step_value`.
    """
    pairs, k = problem.pairs, lacks_needed(problem, goal)
    step = step_value(goal, k)
    others, share = other_lacks(problem)
    others, share = others[pairs.row], share[pairs.row]
    is_net = pairs.prerequisite == NET
    mine = np.where(is_net, 1.0, share)  # of these people, who lack the offer
    gain = mine * _from(step, k, others + 1) + (1 - mine) * _from(step, k, others)
    loss = mine * step[np.minimum(others + 2, _N)] + (1 - mine) * step[np.minimum(others + 1, _N)]
    weight = np.where(pairs.lacking, gain, loss) * pairs.people
    return np.asarray(weight * quarter_weight(problem, goal)[pairs.row])


def step_value(goal: Goal, k: int) -> Floats:
    """What it is worth that somebody with c lacks (0 … all) loses one; 1 for k lacks. [-]

    Notes
        Prioritarian: U(h) with h prerequisites had is isoelastic of h + 1 with the aversion as exponent (the logarithm
        for 1); the worth of a step is U(h + 1) - U(h), decreasing in h. Several lacks of one person that go together
        count with the step of before, each.
    """
    if goal.weights != "prioritarian":
        return np.ones(_N + 1)
    had = _N - np.arange(_N + 1) + 1.0
    value = np.log if goal.aversion == 1 else lambda h: h ** (1 - goal.aversion) / (1 - goal.aversion)
    steps = np.asarray(value(had + 1) - value(had), dtype=np.float64)
    return np.asarray(steps / steps[k])


def other_lacks(problem: Problem) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], Floats]:
    """Per row the known lacks besides internet, and the share of people without the offer (unknown: none)."""
    known = np.nan_to_num(problem.before)
    return np.rint(np.delete(known, NET, axis=1).sum(axis=1)).astype(np.int64), known[:, NET]


def quarter_weight(problem: Problem, goal: Goal) -> Floats:
    """Further weight of each row by its quarter."""
    given = [float(goal.quarter_weights.get(name, 1.0)) for name in problem.demand.quarters]
    quarter = problem.demand.quarter
    return np.append(np.array(given, dtype=np.float64), 1.0)[np.where(quarter < 0, len(given), quarter)]


def pattern_weights(problem: Problem, weights: Floats) -> Floats:
    """Weights of pairs, summed by pattern."""
    return summed(weights, problem.pairs.pattern, len(problem.patterns))


def constant(problem: Problem, weights: Floats) -> float:
    """What is met without any plan: what lacks removed start from. [as the weights]"""
    return float(weights[~problem.pairs.lacking].sum())


def _from(step: Floats, k: int, lacks: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Floats:
    return np.where(lacks >= k, step[np.minimum(lacks, _N)], 0.0)
