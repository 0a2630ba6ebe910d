"""Competition for green the other way: people divide the m² of new greens among themselves in the best way.

The index lets everybody within reach share a green alike (two-step floating catchment). Here each new green has so
many m², everybody is given what is missing, and who is given what is free: a capacitated covering. It tells how many
people the same greens could serve at most, so how much of the lack is a matter of place and how much of area.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nahraum.frames import MICRO
from nahraum.measures.model import Bools, Floats, Int64
from nahraum.measures.programme.conditions import GREEN_ACCESS, missing_m2
from nahraum.measures.programme.goal import Effort, Goal
from nahraum.measures.programme.highs import maximised
from nahraum.measures.programme.limits import Limits
from nahraum.measures.programme.merging import summed
from nahraum.measures.programme.milp import Builder
from nahraum.measures.programme.patterns import GREEN
from nahraum.measures.programme.plan import relative_gap
from nahraum.measures.programme.problem import Problem
from nahraum.measures.programme.task import Task, built


@dataclass(frozen=True, eq=False)
class Assigned:
    """People whose lack of green goes when m² are given out in the best way, and as the index shares them.

    chosen : the greens. served : people, by assignment. bound : no choice and no division serves more. competing :
    people whose lack goes by the rule of the index with the same greens. m2_given, m2_free : of the chosen greens.
    """

    chosen: Bools
    served: float
    bound: float
    gap: float
    competing: float
    m2_given: float
    m2_free: float


@dataclass(frozen=True, eq=False)
class _Arcs:
    """Who can use which site: rows that are known to lack green, m² that they miss, and what a site has. [m²]"""

    row: Int64
    site: Int64
    people: Floats  # per row of `Demand`
    missing: Floats  # per row, m² of all people there; 0 where only the way is missing
    near: Bools  # per row, whether some green is within reach already
    area: Floats  # per site
    reached: tuple[Int64, Int64]  # (row, site): the site brings green within reach


def assigned_green(
    problem: Problem, goal: Goal | None = None, limits: Limits | None = None, *, chosen: Bools | None = None,
    effort: Effort | None = None,
) -> Assigned:  # fmt: skip
    """Most people whose lack of green can go, the m² of the sites given out freely among those in reach.

    Parameters
        chosen : sites that are built; None looks for the best ones within the limits, too.

    Notes
        The m² of a site are those that the index gives out for it: sum over people of what each gains. Green that is
        there stays given out as it is; m² that sites take away (newcomers who share) are not looked at here.
    """
    effort, arcs = effort or Effort(), _arcs(problem)
    task = Task.of(problem, goal or Goal(), limits or Limits())
    told = built(task, years=bool(len(task.limits.yearly_eur)), plain=True)
    builder = told.choice.builder
    flow, served = _columns(builder, arcs, problem)
    if chosen is not None:
        for at, wanted in enumerate(chosen):
            one = np.zeros(len(problem))
            one[at] = 1.0
            builder.row(one, lower=float(wanted), upper=float(wanted))
    objective = np.zeros(builder.n_columns)
    rows = np.flatnonzero(served >= 0)
    objective[served[rows]] = arcs.people[rows]
    result = maximised(builder.program(), objective, seconds=effort.seconds, gap=effort.gap)
    if not len(result.values):
        nothing = np.zeros(len(problem), dtype=bool)
        return Assigned(nothing, math.nan, math.inf, math.inf, math.nan, math.nan, math.nan)
    mask = result.values[: len(problem)] > 0.5
    given = float(result.values[flow].sum())
    bound = max(result.bound, result.value)
    return Assigned(
        mask, result.value, bound, relative_gap(result.value, bound), _competing(problem, mask), given,
        float(arcs.area[mask].sum()) - given,
    )  # fmt: skip


def _arcs(problem: Problem) -> _Arcs:
    row, site, micro = problem.green_gain
    people = problem.demand.residents
    area = summed(np.maximum(micro, 0) / MICRO * people[row], site, len(problem))
    lacking = problem.before[:, GREEN] == 1.0
    missing = np.maximum(missing_m2(problem.demand), 0) / MICRO * people
    use = (micro > 0) & lacking[row] & ~np.isnan(problem.demand.green_m2)[row]
    effects = problem.effects
    of_site = np.repeat(np.arange(len(problem)), np.diff(effects.start))
    brings = (effects.change[:, GREEN_ACCESS] > 0) & lacking[effects.row]
    near = problem.demand.green_access == 1.0
    return _Arcs(row[use], site[use], people, missing, near, area, (effects.row[brings], of_site[brings]))


def _columns(builder: Builder, arcs: _Arcs, problem: Problem) -> tuple[Int64, Int64]:
    """Columns of what flows along each arc [m²], and of the share of people served per row (-1 where none)."""
    flow = builder.columns(len(arcs.row), upper=math.inf)
    touched = np.unique(np.concatenate([arcs.row, arcs.reached[0]]))
    served = np.full(len(arcs.people), -1, dtype=np.int64)
    served[touched] = builder.columns(len(touched))
    short = np.zeros(len(arcs.people), dtype=np.int64)
    asked = touched[arcs.missing[touched] > 0]
    short[asked] = np.arange(len(asked))
    need = arcs.missing[arcs.row] > 0
    builder.rows(  # what flows to a row >= what its served people miss
        np.concatenate([short[arcs.row[need]], short[asked]]), np.concatenate([flow[need], served[asked]]),
        np.concatenate([np.ones(int(need.sum())), -arcs.missing[asked]]), lower=0.0, n=len(asked),
    )  # fmt: skip
    n = len(problem)
    builder.rows(  # what flows from a site <= what it has
        np.concatenate([arcs.site, np.arange(n)]), np.concatenate([flow, np.arange(n)]),
        np.concatenate([np.ones(len(flow)), -arcs.area]), upper=0.0, n=n,
    )  # fmt: skip
    far = touched[~arcs.near[touched]]
    place = np.zeros(len(arcs.people), dtype=np.int64)
    place[far] = np.arange(len(far))
    mine = ~arcs.near[arcs.reached[0]]
    builder.rows(  # nobody is served who has no green within reach
        np.concatenate([place[arcs.reached[0][mine]], place[far]]),
        np.concatenate([arcs.reached[1][mine], served[far]]),
        np.concatenate([np.ones(int(mine.sum())), -np.ones(len(far))]), lower=0.0, n=len(far),
    )  # fmt: skip
    return flow, served


def _competing(problem: Problem, chosen: Bools) -> float:
    pairs = problem.pairs
    mine = (pairs.prerequisite == GREEN) & pairs.lacking
    return float((problem.met(chosen) * pairs.people)[mine].sum())
