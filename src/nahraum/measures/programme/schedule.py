"""When what is begun and who pays: years under yearly budgets, and one purse for each measure."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from nahraum.measures.model import Bools, Floats, Int64
from nahraum.measures.programme.highs import maximised
from nahraum.measures.programme.limits import Limits
from nahraum.measures.programme.milp import Builder, Choice
from nahraum.measures.programme.problem import Problem
from nahraum.measures.programme.rows import CENT, purses

_SECONDS = 5.0  # for the years of one chosen set
_MOST_ASKED = 300  # sites times years up to which HiGHS is asked where the quick way finds no years


def build_years(problem: Problem) -> Int64:
    """Years over which the cost of each site is paid: its lead time, one at least."""
    return np.maximum(1, np.ceil(np.nan_to_num(problem.lead_years))).astype(np.int64)


def begun(problem: Problem, limits: Limits, chosen: Bools, worth: Floats, *, best: bool = False) -> Int64 | None:
    """Year in which each chosen site is begun (0 is the first), -1 for the others; None where none fits.

    Parameters
        worth : what each site brings by itself. best : so that the sum of worth times years of use is greatest (up
            to a thousandth); else any years that fit.

    Notes
        The cost of a site is paid in equal parts over its lead time, one year at least. Of very many sites a set may
        be taken for one that does not fit although some years would: then the plan is a little smaller.
    """
    sites = np.flatnonzero(chosen)
    years, n = len(limits.yearly_eur), build_years(problem)
    start = np.full(len(problem), -1, dtype=np.int64)
    if not len(sites) or not years:
        start[sites] = 0
        return start
    if (n[sites] > years).any():
        return None
    quick = _first_fit(problem, limits, sites, worth)
    whole = bool((quick >= 0).all())
    if whole and not best:
        start[sites] = quick
        return start
    if not whole and len(sites) * years > _MOST_ASKED:
        return None
    found = _best_years(problem, limits, sites, (worth if best else np.zeros_like(worth), quick if whole else None))
    if found is None:
        return None
    start[sites] = found
    return start


def _first_fit(problem: Problem, limits: Limits, sites: Int64, worth: Floats) -> Int64:
    """The first year that has room for each site, -1 where none has.

    Those that bring most per euro are placed first; where that leaves some out, the most expensive first.
    """
    cost = problem.cost_eur[sites]
    every = np.arange(len(sites))
    by_worth = _placed(problem, limits, sites, np.lexsort((every, -worth[sites] / np.maximum(cost, 1.0))))
    if (by_worth >= 0).all():
        return by_worth
    by_cost = _placed(problem, limits, sites, np.lexsort((every, -cost)))
    lost = [float(np.maximum(worth[sites], 0.0)[start < 0].sum()) for start in (by_worth, by_cost)]
    return by_cost if lost[1] < lost[0] or (by_cost >= 0).all() else by_worth


def _placed(problem: Problem, limits: Limits, sites: Int64, order: Int64) -> Int64:
    build, cost = build_years(problem)[sites], problem.cost_eur[sites]
    most = np.array(limits.yearly_eur, dtype=np.float64)
    spent, start = np.zeros(len(most)), np.full(len(sites), -1, dtype=np.int64)
    spare = min(1e-9 * (1.0 + most.sum()), CENT)
    room = np.cumsum(most) + spare if limits.carry_over else most + spare
    part = np.array([row.sites[sites] for row in limits.begun]).reshape(-1, len(sites))
    left = np.tile(np.array([[row.most + CENT] for row in limits.begun]).reshape(-1, 1), len(most))
    for at in order:
        for year in range(len(most) - build[at] + 1):
            after = spent.copy()
            after[year : year + build[at]] += cost[at] / build[at]
            total = np.cumsum(after) if limits.carry_over else after
            if (total <= room).all() and (part[:, at] <= left[:, year]).all():
                spent, start[at] = after, year
                left[:, year] -= part[:, at]
                break
    return start


def without_room(problem: Problem, limits: Limits, chosen: Bools, worth: Floats) -> Int64:
    """Sites for which no year has room when the others are begun."""
    sites = np.flatnonzero(chosen)
    if not len(limits.yearly_eur) or begun(problem, limits, chosen, worth) is not None:
        return sites[:0]
    return sites[_first_fit(problem, limits, sites, worth) < 0]


def never_paid(problem: Problem, limits: Limits) -> Bools:
    """Sites that no year has room for, even alone."""
    worth, every = np.zeros(len(problem)), np.arange(len(problem))
    return np.array([_first_fit(problem, limits, every[at : at + 1], worth)[0] < 0 for at in every], dtype=bool)


def _best_years(
    problem: Problem, limits: Limits, sites: Int64, told: tuple[Floats, Int64 | None]
) -> Int64 | None:  # fmt: skip
    worth, quick = told
    years, n = len(limits.yearly_eur), build_years(problem)[sites]
    builder = Builder()
    site, year = _slots(n, years)
    column = builder.columns(len(site), integer=True)
    builder.rows(site, column, np.ones(len(site)), lower=1.0, upper=1.0, n=len(sites))
    _yearly(builder, (sites[site], year, column), problem, limits)
    most = max(float(worth[sites].max()), 1e-9)
    value = (np.maximum(worth[sites], 0.0) / most + 1e-3)[site] * (years - year - n[site])
    start = None if quick is None else (year == quick[site]).astype(np.float64)
    result = maximised(builder.program(), value, start=start, seconds=_SECONDS, gap=1e-3)
    if not len(result.values):
        return quick
    found = np.zeros(len(sites), dtype=np.int64)
    taken = result.values > 0.5  # noqa: PD011
    found[site[taken]] = year[taken]
    return found


def with_years(choice: Choice, limits: Limits) -> None:
    """Adds the year in which each site is begun to a program, and the yearly budgets."""
    problem, years = choice.problem, len(limits.yearly_eur)
    n = build_years(problem)
    site, year = _slots(n, years)
    column = choice.builder.columns(len(site), integer=True)
    every = np.arange(len(problem))
    choice.builder.rows(
        np.concatenate([site, every]), np.concatenate([column, every]),
        np.concatenate([np.ones(len(site)), -np.ones(len(every))]), lower=0.0, upper=0.0, n=len(every),
    )  # fmt: skip
    _yearly(choice.builder, (site, year, column), problem, limits)


def _slots(build: Int64, years: int) -> tuple[Int64, Int64]:
    """Every (site, year) in which a site can be begun so that it is paid within the years."""
    room = np.maximum(years - build + 1, 0)
    site = np.repeat(np.arange(len(build)), room)
    return site, np.arange(len(site)) - np.repeat(np.cumsum(room) - room, room)


def _yearly(builder: Builder, slots: tuple[Int64, Int64, Int64], problem: Problem, limits: Limits) -> None:
    site, year, column = slots
    build = build_years(problem)[site]
    part = problem.cost_eur[site] / build
    most = np.array(limits.yearly_eur, dtype=np.float64)
    for at in range(len(most)):
        done = np.clip(at + 1 - year, 0, build) if limits.carry_over else (year <= at) & (at < year + build)
        coefs = part * done
        here = np.flatnonzero(coefs)
        total = most[: at + 1].sum() if limits.carry_over else most[at]
        builder.rows(np.zeros(len(here), np.int64), column[here], coefs[here], upper=float(total), n=1)
    for row in limits.begun:  # a row per year
        here = np.flatnonzero(row.sites[site])
        builder.rows(year[here], column[here], row.sites[site[here]], upper=row.most, n=len(most))


def years_table(problem: Problem, limits: Limits, start: Int64) -> pd.DataFrame:
    """Per year what is paid for building and running, what is left, and what is begun and ready."""
    build, cost = build_years(problem), problem.cost_eur
    sites = np.flatnonzero(start >= 0)
    last = int((start[sites] + build[sites]).max(initial=0)) + 1
    n = max(len(limits.yearly_eur), last)
    invest, running, n_begun, ready = np.zeros((4, n))
    for at in sites:
        first, end = start[at], start[at] + build[at]
        invest[first:end] += cost[at] / build[at]
        running[end:] += problem.running_eur[at]
        n_begun[first] += 1
        ready[end:] += 1
    limit = np.full(n, math.nan)
    limit[: len(limits.yearly_eur)] = limits.yearly_eur
    left = limit - invest
    if limits.carry_over:
        left = np.cumsum(left)
    return pd.DataFrame(
        {
            "year": limits.first_year + np.arange(n),
            "invest_eur": invest,
            "running_eur": running,
            "limit_eur": limit,
            "left_eur": left,
            "begun": n_begun.astype(np.int64),
            "ready": ready.astype(np.int64),
        }
    )


def purse_of_sites(problem: Problem, limits: Limits, chosen: Bools) -> dict[int, str] | None:
    """The programme that pays each chosen site of which every programme has a limit; None where they do not fit."""
    asked = {int(at): purses(problem, limits, int(at)) for at in np.flatnonzero(chosen)}
    asked = {at: names for at, names in asked.items() if names}
    if not asked:
        return {}
    builder, options = Builder(), [(at, name) for at, names in asked.items() for name in names]
    column = builder.columns(len(options), integer=True)
    order = {at: number for number, at in enumerate(asked)}
    builder.rows(
        np.array([order[at] for at, _ in options]), column, np.ones(len(options)), lower=1.0, upper=1.0, n=len(asked)
    )  # fmt: skip
    for name, most in sorted(limits.programme_eur.items()):
        cost = np.array([problem.cost_eur[at] if other == name else 0.0 for at, other in options])
        builder.row(cost, upper=float(most))
    solved = maximised(builder.program(), np.zeros(len(options)), seconds=_SECONDS)
    if not len(solved.values):
        return None
    return {at: name for (at, name), value in zip(options, solved.values, strict=True) if value > 0.5}
