"""What the model says of a chosen set of sites, recounted from the set, whatever the goal was."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nahraum.frames import MICRO
from nahraum.measures.model import Bools, Floats
from nahraum.measures.programme.conditions import asked_m2, missing_m2
from nahraum.measures.programme.goal import Goal
from nahraum.measures.programme.patterns import GREEN, NET
from nahraum.measures.programme.plan import Figures
from nahraum.measures.programme.problem import Problem
from nahraum.measures.programme.weights import constant, lacks_needed, other_lacks, pair_weights
from nahraum.tables import PREREQUISITES


def figures_of(problem: Problem, chosen: Bools, goal: Goal, met: Floats | None = None) -> Figures:
    """All figures of a chosen set. See `Figures`."""
    met = problem.met(chosen) if met is None else met
    k = lacks_needed(problem, goal)
    weights = pair_weights(problem, _plain(goal))
    gained, lost = _parts(problem, weights, met)
    gone, people = lacks_gone(problem, met), problem.demand.residents
    relieved, burdened = turned(problem, met, k)
    expected = np.nan_to_num(problem.before).sum(axis=1)
    lifted = relieved > 0
    worst = worst_share(expected, people, goal.tail_share)
    asked = pair_weights(problem, goal)
    return Figures(
        lacks_removed=gained - lost, lacks_gained=gained, lacks_lost=lost,
        lacks_removed_weighted=float((asked * met).sum()) - constant(problem, asked),
        people_relieved=float(relieved.sum()), people_burdened=float(burdened.sum()),
        depth=_mean(gone[lifted], relieved[lifted]),
        depth_affected=_mean(gone[gone > 0], people[gone > 0]),
        worst_fifth_gain=_mean(gone, worst * people),
        worst_fifth_people=float((worst * people).sum()),
        near_threshold_people=near_threshold(problem, chosen, met, goal.near_share),
        newcomers=_sum(problem.newcomers, chosen), newcomers_lacking=_sum(problem.newcomers_lacking, chosen),
        cost_eur=_sum(problem.cost_eur, chosen), running_eur=_sum(problem.running_eur, chosen),
        dwellings=_sum(problem.dwellings, chosen), sealing_m2=_sum(problem.sealing_m2, chosen),
        canopy_m2=_sum(problem.canopy_m2, chosen),
    )  # fmt: skip


def lacks_gone(problem: Problem, met: Floats) -> Floats:
    """Per row, how many lacks a person there loses on average; negative where more arise. [lacks]"""
    return np.asarray(lack_change(problem, met).sum(axis=1))


def lack_change(problem: Problem, met: Floats) -> Floats:
    """Row × prerequisite: by how much the lack falls, per person there; negative where it arises. [lacks]"""
    pairs = problem.pairs
    change = np.zeros(problem.before.shape)
    before = np.where(pairs.lacking, problem.before[pairs.row, pairs.prerequisite], 1.0)
    change[pairs.row, pairs.prerequisite] = before * (met - ~pairs.lacking)
    return change


def turned(problem: Problem, met: Floats, k: int) -> tuple[Floats, Floats]:
    """Persons per row whose known lacks fall below k, and whose reach k anew.

    Notes
        People who get the internet offer are some of those who had none; those who have it keep it.
    """
    change, (others, without) = lack_change(problem, met), other_lacks(problem)
    later = others - np.rint(np.delete(change, NET, axis=1).sum(axis=1)).astype(np.int64)
    still = np.clip(without - change[:, NET], 0, None)
    groups = ((still, 1, 1), (without - still, 1, 0), (1 - without, 0, 0))  # share, lacks of offer before and after
    relieved, burdened = np.zeros((2, len(others)))
    for share, was, now in groups:
        relieved += share * ((others + was >= k) & (later + now < k))
        burdened += share * ((others + was < k) & (later + now >= k))
    return relieved * problem.demand.residents, burdened * problem.demand.residents


def worst_share(level: Floats, people: Floats, share: float) -> Floats:
    """Share of each row's people in the given share of people with the highest level; ties are cut alike."""
    wanted = share * people.sum()
    values, of_row = np.unique(level, return_inverse=True)
    mass = np.bincount(of_row, weights=people, minlength=len(values))
    above = np.cumsum(mass[::-1])[::-1] - mass
    taken = np.clip((wanted - above) / np.where(mass > 0, mass, 1.0), 0.0, 1.0)
    return np.asarray(taken[of_row])


def near_threshold(problem: Problem, chosen: Bools, met: Floats, share: float) -> float:
    """People whose lack of green goes and who then have less than such a share more m² than needed. [persons]"""
    asked = asked_m2(problem.demand)
    if asked <= 0:
        return 0.0
    pairs = problem.pairs
    lifted = pairs.row[(pairs.prerequisite == GREEN) & pairs.lacking & (met >= 1.0)]
    spare = m2_to_spare(problem, chosen)[lifted]
    return float(problem.demand.residents[lifted][spare < share * asked].sum())


def m2_to_spare(problem: Problem, chosen: Bools) -> Floats:
    """m² of green per resident above what is needed after the plan, by row; negative where they miss. [m²]"""
    left = -missing_m2(problem.demand).astype(np.float64)
    gained = problem.green_gain
    np.add.at(left, gained[0], gained[2] * chosen[gained[1]])
    return left / MICRO


def prerequisites_table(problem: Problem, met: Floats) -> pd.DataFrame:
    """Per prerequisite the persons who gain and who lose it."""
    change = lack_change(problem, met) * problem.demand.residents[:, None]
    return pd.DataFrame(
        {
            "prerequisite": list(PREREQUISITES),
            "gain": np.maximum(change, 0).sum(axis=0),
            "lose": np.maximum(-change, 0).sum(axis=0),
        }
    )


def quarters_table(problem: Problem, chosen: Bools, met: Floats, goal: Goal) -> pd.DataFrame:
    """Per quarter the pairs of people with k lacks or more, before and after, and the money that goes there."""
    demand, pairs = problem.demand, problem.pairs
    names = list(demand.quarters)
    before = counted_lacks(problem, lacks_needed(problem, goal))
    weights = pair_weights(problem, _plain(goal))
    removed = np.bincount(demand.quarter[pairs.row], weights=weights * (met - ~pairs.lacking), minlength=len(names))
    lacking = np.bincount(demand.quarter, weights=before, minlength=len(names))
    where = pd.Series(np.where(chosen, problem.cost_eur, 0.0)).groupby(problem.quarter_ids).sum()
    return pd.DataFrame(
        {
            "quarter_id": names,
            "residents": np.bincount(demand.quarter, weights=demand.residents, minlength=len(names)),
            "lacking_before": lacking,
            "lacking_after": lacking - removed,
            "removed": removed,
            "cost_eur": where.reindex(names).fillna(0.0).to_numpy(),
        }
    )


def counted_lacks(problem: Problem, k: int) -> Floats:
    """Per row the pairs of people with k known lacks or more. [person × prerequisite]"""
    others, without = other_lacks(problem)
    pairs = without * np.where(others + 1 >= k, others + 1, 0) + (1 - without) * np.where(others >= k, others, 0)
    return np.asarray(pairs * problem.demand.residents)


def _parts(problem: Problem, weights: Floats, met: Floats) -> tuple[float, float]:
    lacking = problem.pairs.lacking
    return float((weights * met)[lacking].sum()), float((weights * (1 - met))[~lacking].sum())


def _plain(goal: Goal) -> Goal:
    return Goal(k=goal.k)


def _mean(values: Floats, weights: Floats) -> float:
    total = float(weights.sum())
    return float((values * weights).sum() / total) if total > 0 else float("nan")


def _sum(values: Floats, chosen: Bools) -> float:
    return float(values[chosen].sum())
