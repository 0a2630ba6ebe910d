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
from nahraum.measures.programme.search import Levels
from nahraum.measures.programme.weights import lacks_needed, pair_weights

UNIT = "lacks per person, negative"
_SAME = 1e-9  # lacks per person that are no difference
_NOBODY = 1e-9  # instead of a division by no people


@dataclass(frozen=True, eq=False)
class Fair:
    """Objective of the extended program, to maximise.

    rows : of the program, one for each group that is compared. group, share : per pair of the problem the number of
    its group, and by how much the row of that group rises where the pair is met.
    """

    objective: Floats
    constant: float
    rows: Int64
    group: Int64
    share: Floats

    def weights(self, duals: Floats) -> Floats:
        """What each pair is worth near a solution of the linear relaxation with these duals of its rows."""
        return np.maximum(-duals[self.rows], 0.0)[self.group] * self.share


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


def with_fair_goal(choice: Choice, goal: Goal, *, most: float = 0.0) -> Fair:
    """Adds the columns and rows of a fair goal to a program.

    Parameters
        most : above which the level of the worst fifth need not be looked for; people who are better off anyway are
            then not in the program.
    """
    return _worst_quarter(choice, goal) if goal.weights == "worst_quarter" else _worst_fifth(choice, goal, most)


def _worst_quarter(choice: Choice, goal: Goal) -> Fair:
    """Greatest t with t * people <= lacks removed - lacks before, for every quarter that sites can help."""
    problem = choice.problem
    pairs, demand = problem.pairs, problem.demand
    quarters, _, before, people = quarter_levels(problem, goal, np.zeros(len(pairs)))
    weights = pair_weights(problem, Goal(k=goal.k))
    level = choice.builder.columns(1, lower=-10.0, upper=10.0)
    rows = np.zeros(len(demand.quarters), dtype=np.int64)
    for at in np.flatnonzero(quarters):
        mine = weights * (demand.quarter[pairs.row] == at)
        patterns = summed(mine, pairs.pattern, len(problem.patterns))
        coefs, constant = choice.objective(patterns=patterns)
        coefs = coefs / people[at]
        coefs[level] = -1.0
        given = float(mine[~pairs.lacking].sum())
        rows[at] = choice.builder.row(coefs, lower=float((before[at] + given - constant) / people[at]))
    objective = np.zeros(choice.builder.n_columns)
    objective[level] = 1.0 if quarters.any() else 0.0
    quarter = demand.quarter[pairs.row]
    share = np.where((quarter >= 0) & quarters[quarter], weights / people[quarter], 0.0)
    return Fair(objective, 0.0, rows, np.maximum(quarter, 0), share)


def _worst_fifth(choice: Choice, goal: Goal, most: float) -> Fair:
    """Mean of the worst share of people by Rockafellar and Uryasev: eta - sum(people * shortfall) / (share * people).

    References
        Rockafellar, R. T. & Uryasev, S. (2000). Optimization of conditional value-at-risk. 10.21314/JOR.2000.038
    """
    problem = choice.problem
    groups = _groups(problem)
    total = float(groups.people.sum())
    # shortfall >= eta - level, level = change - before
    pattern = groups.pattern
    column, sign = choice.column[pattern], choice.sign[pattern]
    lower = _lacks_unmet(choice, groups)
    looked = lower > -most  # the others fall short of no level that is looked for
    n = int(looked.sum())
    number, every, entry = np.cumsum(looked) - 1, np.arange(n), looked[groups.row]
    eta = choice.builder.columns(1, lower=-10.0, upper=most)
    short = choice.builder.columns(n, upper=10.0)
    found = choice.builder.rows(
        np.concatenate([every, every, number[groups.row[entry]]]),
        np.concatenate([short, np.repeat(eta, n), column[entry]]),
        np.concatenate([np.ones(n), -np.ones(n), (groups.size * sign)[entry]]),
        lower=lower[looked], n=n,
    )  # fmt: skip
    rows = np.where(looked, found[0] + number if n else 0, 0)
    objective = np.zeros(choice.builder.n_columns)
    objective[eta], objective[short] = 1.0, -groups.people[looked] / (goal.tail_share * total)
    row = problem.pairs.row
    size = np.where(problem.pairs.lacking, problem.before[row, problem.pairs.prerequisite], 1.0)
    share = size * problem.demand.residents[row] / np.maximum(groups.people[groups.of_row[row]], _NOBODY)
    share = np.where(looked[groups.of_row[row]], share, 0.0)
    return Fair(objective, 0.0, rows, groups.of_row[row], share)


def tail_level(problem: Problem, goal: Goal, met: Floats) -> float:
    """Lacks per person from which on people are among the worst fifth after a plan."""
    lacks, people = lacks_after(problem, met), problem.demand.residents
    order = np.argsort(-lacks, kind="stable")
    rank = int(np.searchsorted(np.cumsum(people[order]), goal.tail_share * people.sum()))
    return float(lacks[order][min(rank, len(order) - 1)]) if len(order) else 0.0


def with_leavers(choice: Choice, over: float) -> tuple[Floats, float]:
    """Adds, for a bound from above, who may come to lack less than a level; what to maximise, and the people who lack
    that much at first.

    Notes
        Somebody who is above the level leaves where the lacks that go are as many as he lacks beyond it; somebody on
        it where any goes at all, for which a part of the internet offer is enough.
    """
    problem = choice.problem
    groups = _groups(problem)
    sign, lower = choice.sign[groups.pattern], _lacks_unmet(choice, groups)
    stays, on_it = lower >= over - _SAME, np.abs(lower - over) <= _SAME
    part = np.zeros(len(lower), dtype=bool)
    part[groups.row[problem.patterns.amount[groups.pattern]]] = True
    bound = stays & ~(on_it & part)
    number, entry = np.cumsum(stays) - 1, bound[groups.row]
    leaves, at = choice.builder.columns(int(stays.sum())), np.flatnonzero(bound)
    row = np.cumsum(bound) - 1
    size = np.where(on_it[groups.row], 1.0, groups.size) * sign
    choice.builder.rows(
        np.concatenate([row[at], row[groups.row[entry]]]),
        np.concatenate([leaves[number[at]], choice.column[groups.pattern[entry]]]),
        np.concatenate([-np.where(on_it, 1.0, lower - over)[at], size[entry]]), lower=0.0, n=len(at),
    )  # fmt: skip
    objective = np.zeros(choice.builder.n_columns)
    objective[leaves] = groups.people[stays]
    return objective, float(groups.people[stays].sum())


def _lacks_unmet(choice: Choice, groups: _Groups) -> Floats:
    """Lacks per person of each group but for what the columns of a program decide."""
    lower = groups.before + 0.0
    np.subtract.at(lower, groups.row, groups.size * choice.constant[groups.pattern])
    return lower


def levels_of(problem: Problem, over: float) -> Levels:
    """People as the worst fifth looks at them, near a level of lacks from which on they count. [lacks per person]"""
    groups = _groups(problem)
    order = np.lexsort((groups.row, groups.pattern))
    pattern, row, size = groups.pattern[order], groups.row[order], groups.size[order]
    start = np.searchsorted(pattern, np.arange(len(problem.patterns) + 1)).astype(np.int64)
    nothing = problem.levels(np.zeros(len(problem), dtype=bool))
    lacks = groups.before - summed(size * nothing[pattern], row, len(groups.people))
    return Levels((start, row, size), groups.people, lacks, over)


@dataclass(frozen=True, eq=False)
class _Groups:
    """People whose lacks change alike: people, known lacks before (with what is met already added), and records
    (row, pattern, size): a lack of `size` goes where the pattern is met. of_row : the group of each row of `Demand`."""

    people: Floats
    before: Floats
    row: Int64
    pattern: Int64
    size: Floats
    of_row: Int64


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
    return _Groups(people, before[first], rank[pairs.row[mine]], pairs.pattern[mine], size[mine], of_row)
