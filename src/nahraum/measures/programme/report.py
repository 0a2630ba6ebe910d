"""A found set as a plan: figures, limits with what is left of them, years, quarters, and what has to be said."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nahraum.measures.model import Bools, Floats
from nahraum.measures.programme import fair, figures, schedule
from nahraum.measures.programme.goal import Effort, Goal
from nahraum.measures.programme.limits import Row
from nahraum.measures.programme.plan import Plan
from nahraum.measures.programme.rows import PAIRS, given_without, programme_of, used
from nahraum.measures.programme.search import Table, alone
from nahraum.measures.programme.task import Task
from nahraum.measures.programme.weights import pattern_weights

if TYPE_CHECKING:
    from nahraum.measures.programme.best import Found

_BINDING = 1e-6


def plan_of(task: Task, found: Found, effort: Effort, *, seconds: float) -> Plan:
    """The plan, with everything told that belongs to it."""
    problem, chosen = task.problem, found.chosen
    met = problem.met(chosen)
    start = schedule.begun(problem, task.limits, chosen, task.worth, best=True)
    start = np.where(chosen, 0, -1) if start is None else start
    told = figures.figures_of(problem, chosen, task.goal, met)
    gap = found.gap()
    return Plan(
        chosen=tuple(problem.site_ids[at] for at in np.flatnonzero(chosen)),
        mask=chosen,
        status="optimal" if gap == 0.0 else ("within_gap" if gap <= effort.gap else "feasible"),
        value=found.value,
        bound=found.value if gap == 0.0 else found.bound,
        gap=gap,
        unit=goal_unit(task.goal),
        method=found.method,
        seconds=seconds,
        figures=told,
        sites=sites_table(task, chosen, start),
        limits=limits_table(task, chosen, met, found.duals),
        years=schedule.years_table(problem, task.limits, start),
        quarters=figures.quarters_table(problem, chosen, met, task.goal),
        prerequisites=figures.prerequisites_table(problem, met),
        notes=notes_table(task, chosen, told.near_threshold_people, met),
        met=met,
    )


def goal_unit(goal: Goal) -> str:
    """The unit of the value of a plan."""
    if not goal.linear:
        return fair.UNIT
    return PAIRS if goal.weights == "utilitarian" else f"{PAIRS}, weighted"


def sites_table(task: Task, chosen: Bools, start: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pd.DataFrame:
    """A row per chosen site: what it costs, when it is built, what it brings alone and what would be lost without."""
    problem, at = task.problem, np.flatnonzero(chosen)
    table = Table.of(problem, pattern_weights(problem, task.weights), (), chosen)
    purse = task.paid(chosen) or {}
    programme = [purse.get(int(one), problem.programmes[one][0] if problem.programmes[one] else "") for one in at]
    first = task.limits.first_year + start[at]
    return pd.DataFrame(
        {
            "site_id": np.array(problem.site_ids, dtype=object)[at],
            "type_id": problem.type_ids[at],
            "quarter_id": problem.quarter_ids[at],
            "cost_eur": problem.cost_eur[at],
            "running_eur": problem.runnings[at, 1] if problem.level == "mid" else problem.running_eur[at],
            "programme": np.array(programme, dtype=object),
            "start_year": first,
            "ready_year": first + schedule.build_years(problem)[at],
            "alone": task.worth[at],
            "missed": alone(table)[at],
        }
    )


def limits_table(task: Task, chosen: Bools, met: Floats, duals: dict[str, float]) -> pd.DataFrame:
    """Every limit: what the plan uses of it, what is left, and what one more unit would bring (linear relaxation)."""
    records = []
    for row in task.rows:
        total = _used(task, row, used(task.problem, row, chosen, met), chosen)
        given = given_without(task.problem, row)
        least, most, total = row.least - given, row.most - given, total - given
        slack = min(most - total, total - least)
        records.append(
            (row.name, row.label_de, row.label_en, row.unit, total, least, most, slack,
             slack <= _BINDING * (1 + abs(total)), duals.get(row.name, math.nan))
        )  # fmt: skip
    names = ["name", "label_de", "label_en", "unit", "used", "least", "most", "slack", "binding", "price"]
    table = pd.DataFrame(records, columns=names)
    table["binding"] = table["binding"].astype(bool)
    return table


def _used(task: Task, row: Row, total: float, chosen: Bools) -> float:
    """Of a programme also what sites use that others may pay, too."""
    name = programme_of(row, task.limits)
    if not name:
        return total
    paid = task.paid(chosen) or {}
    return float(sum(task.problem.cost_eur[at] for at, purse in paid.items() if purse == name))


def notes_table(task: Task, chosen: Bools, near: float, met: Floats) -> pd.DataFrame:
    """What has to be said beside the figures."""
    problem, rows = task.problem, []
    lifted = problem.pairs.people[problem.pairs.lacking & (met > 0)].sum()
    if lifted > 0 and near > task.goal.near_flag_share * lifted:
        rows.append((
            "near_threshold", int(near),
            "Der Plan hebt vor allem Menschen, die danach nur knapp über der Schwelle für Grün liegen.",
            "The plan mainly lifts people who then are only just above the threshold of green.",
        ))  # fmt: skip
    if problem.left_out:
        rows.append((
            "cost_unknown", len(problem.left_out),
            "Standorte ohne bekannte Kosten sind nicht wählbar; Kosten in [measures.<typ>] angeben.",
            "Sites without a known cost cannot be chosen; give costs in [measures.<type>].",
        ))  # fmt: skip
    unknown = int(np.isnan(problem.runnings[chosen]).any(axis=1).sum())
    if unknown:
        rows.append((
            "running_unknown", unknown,
            "Für gewählte Maßnahmen sind laufende Kosten nicht bekannt; sie fehlen in den Summen.",
            "Running costs of chosen measures are not known; the sums are without them.",
        ))  # fmt: skip
    if not (task.worth > 0).any():
        rows.append((
            "no_effect", len(problem), "Kein Standort behebt für sich allein einen Mangel.",
            "No site removes a lack by itself.",
        ))  # fmt: skip
    if not task.goal.linear and task.goal.weights == "worst_quarter":
        helped = fair.quarter_levels(problem, task.goal, met)[0]
        people = np.bincount(problem.demand.quarter, minlength=len(helped)) > 0
        rows.append((
            "quarters_out_of_reach", int((people & ~helped).sum()),
            "Quartiere, in denen kein Standort einen Mangel behebt, zählen nicht als jenes, das zurückbleibt.",
            "Quarters in which no site removes a lack are not taken for the one that stays behind.",
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=["code", "count", "text_de", "text_en"])
