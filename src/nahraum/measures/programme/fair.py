"""Goals that are no sum over people: the quarter that stays behind most, and the fifth of people with most lacks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nahraum.measures.model import Bools, Floats, Int64
from nahraum.measures.programme.figures import counted_lacks, lacks_gone, worst_share
from nahraum.measures.programme.goal import Goal
from nahraum.measures.programme.merging import same_sets, summed
from nahraum.measures.programme.milp import Choice
from nahraum.measures.programme.problem import Problem
from nahraum.measures.programme.weights import lacks_needed, pair_weights

UNIT = "lacks per person, negative"


@dataclass(frozen=True, eq=False)
class Fair:
    """Objective of the extended program, to maximise."""

    objective: Floats
    constant: float


def fair_value(problem: Problem, goal: Goal, met: Floats) -> float:
    """Minus the lacks per person of the worst quarter, or of the worst fifth of people, after the plan."""
    if goal.weights == "worst_quarter":
        quarters, removed, before, people = quarter_levels(problem, goal, met)
        return -float(((before - removed) / people)[quarters].max()) if quarters.any() else 0.0
    level = lacks_after(problem, met)
    share = worst_share(level, problem.demand.residents, goal.tail_share) * problem.demand.residents
    return -float((share * level).sum() / share.sum()) if share.sum() > 0 else 0.0


def lacks_after(problem: Problem, met: Floats) -> Floats:
    """Known lacks per person of each row after the plan."""
    return np.asarray(np.nan_to_num(problem.before).sum(axis=1) - lacks_gone(problem, met))


def quarter_levels(problem: Problem, goal: Goal, met: Floats) -> tuple[Bools, Floats, Floats, Floats]:
    """Quarters that sites can help, lacks removed there, pairs before (people with k lacks or more), and people."""
    demand, pairs = problem.demand, problem.pairs
    n = len(demand.quarters)
    weights = pair_weights(problem, Goal(k=goal.k))
    quarter = demand.quarter[pairs.row]
    removed = summed(weights * (met - ~pairs.lacking), quarter, n)
    helped = summed(weights * pairs.lacking, quarter, n) > 0
    before = summed(counted_lacks(problem, lacks_needed(problem, goal)), demand.quarter, n)
    people = summed(demand.residents, demand.quarter, n)
    return helped & (people > 0), removed, before, np.where(people > 0, people, 1.0)


def with_fair_goal(choice: Choice, goal: Goal) -> Fair:
    """Adds the columns and rows of a fair goal to a program."""
    return _worst_quarter(choice, goal) if goal.weights == "worst_quarter" else _worst_fifth(choice, goal)


def _worst_quarter(choice: Choice, goal: Goal) -> Fair:
    """Greatest t with t * people <= lacks removed - lacks before, for every quarter that sites can help."""
    problem = choice.problem
    pairs, demand = problem.pairs, problem.demand
    quarters, _, before, people = quarter_levels(problem, goal, np.zeros(len(pairs)))
    weights = pair_weights(problem, Goal(k=goal.k))
    level = choice.builder.columns(1, lower=-10.0, upper=10.0)
    for at in np.flatnonzero(quarters):
        mine = weights * (demand.quarter[pairs.row] == at)
        patterns = summed(mine, pairs.pattern, len(problem.patterns))
        coefs, constant = choice.objective(patterns=patterns)
        coefs = coefs / people[at]
        coefs[level] = -1.0
        given = float(mine[~pairs.lacking].sum())
        choice.builder.row(coefs, lower=float((before[at] + given - constant) / people[at]))
    objective = np.zeros(choice.builder.n_columns)
    objective[level] = 1.0 if quarters.any() else 0.0
    return Fair(objective, 0.0)


def _worst_fifth(choice: Choice, goal: Goal) -> Fair:
    """Mean of the worst share of people by Rockafellar and Uryasev: eta - sum(people * shortfall) / (share * people).

    References
        Rockafellar, R. T. & Uryasev, S. (2000). Optimization of conditional value-at-risk. 10.21314/JOR.2000.038
    """
    problem = choice.problem
    groups = _groups(problem)
    n, total = len(groups.people), float(groups.people.sum())
    eta = choice.builder.columns(1, lower=-10.0, upper=0.0)
    short = choice.builder.columns(n, upper=10.0)
    # shortfall >= eta - level, level = change - before
    pattern = groups.pattern
    column, sign, fixed = choice.column[pattern], choice.sign[pattern], choice.constant[pattern]
    lower = groups.before + 0.0
    np.subtract.at(lower, groups.row, groups.size * fixed)
    every = np.arange(n)
    choice.builder.rows(
        np.concatenate([every, every, groups.row]),
        np.concatenate([short, np.repeat(eta, n), column]),
        np.concatenate([np.ones(n), -np.ones(n), groups.size * sign]),
        lower=lower, n=n,
    )  # fmt: skip
    objective = np.zeros(choice.builder.n_columns)
    objective[eta], objective[short] = 1.0, -groups.people / (goal.tail_share * total)
    return Fair(objective, 0.0)


@dataclass(frozen=True, eq=False)
class _Groups:
    """People whose lacks change alike: people, known lacks before (with what is met already added), and records
    (row, pattern, size): a lack of `size` goes where the pattern is met."""

    people: Floats
    before: Floats
    row: Int64
    pattern: Int64
    size: Floats


def _groups(problem: Problem) -> _Groups:
    pairs, n = problem.pairs, len(problem.demand.row)
    before = np.nan_to_num(problem.before).sum(axis=1)
    np.add.at(before, pairs.row[~pairs.lacking], 1.0)  # a lack of 1 that is met without any plan
    size = np.where(pairs.lacking, problem.before[pairs.row, pairs.prerequisite], 1.0)
    row = np.concatenate([np.arange(n), pairs.row])
    key = np.concatenate([np.full(n, -1), pairs.pattern])
    amount = np.concatenate([before, size])
    order = np.lexsort((key, row))
    start = np.searchsorted(row[order], np.arange(n + 1)).astype(np.int64)
    entries = (key[order], np.rint(amount[order] * 1e9).astype(np.int64))
    first, of_row = same_sets(start, entries, ())
    people = summed(problem.demand.residents, of_row, len(first))
    rank = np.full(n, -1, dtype=np.int64)
    rank[first] = np.arange(len(first))
    mine = rank[pairs.row] >= 0
    return _Groups(people, before[first], rank[pairs.row[mine]], pairs.pattern[mine], size[mine])
