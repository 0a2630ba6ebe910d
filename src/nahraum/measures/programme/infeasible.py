"""Limits that no plan can keep, in words: which of them contradict each other, and how far one would have to give."""

from __future__ import annotations

import math

import numpy as np

from nahraum.errors import InputError
from nahraum.measures.model import Bools, Floats
from nahraum.measures.programme.highs import INFEASIBLE, maximised
from nahraum.measures.programme.limits import Row
from nahraum.measures.programme.rows import given_without, purses
from nahraum.measures.programme.task import Task, built
from nahraum.measures.programme.words import amount, bounded

_SECONDS = 10.0
_MOST_TOLD = 12


def feasible_start(task: Task) -> Bools:
    """A set that keeps all limits: the must-haves alone where they do, else the cheapest one.

    Raises
        InputError where no set does, with the limits that contradict each other and what would help.
    """
    must = np.zeros(len(task.problem), dtype=bool)
    must[task.problem.positions(task.limits.must, called="must")] = True
    if task.kept(must):
        return must
    solved = _cheapest(task, task.rows, years=bool(len(task.limits.yearly_eur)))
    if len(solved) and not task.broken(found := solved[: len(must)] > 0.5):
        return found
    raise _in_words(task)


def refuse_small_budget(task: Task) -> None:
    """Raises InputError where the money is less than the cheapest site costs."""
    problem, most = task.problem, task.limits.most_eur
    if not len(problem):
        raise InputError(
            "there is nothing to choose among",
            where=f"{len(problem.left_out)} sites without a known cost were left out",
            expected="candidate sites with a known cost",
            fix="draw sites ([sources.measure_sites]) or give costs in [measures.<type>] of study.toml",
        )  # fmt: skip
    cheapest = int(np.argmin(problem.cost_eur))
    if most < problem.cost_eur[cheapest]:
        told = amount(float(problem.cost_eur[cheapest]), "EUR")[1]
        raise InputError(
            f"the budget of {amount(most, 'EUR')[1]} is below the cost of every measure",
            where=f"cheapest: {problem.site_ids[cheapest]} ({problem.type_ids[cheapest]}), {told}",
            expected=f"a budget from {told} on",
            fix="raise --budget (or the yearly budgets), or add cheaper sites",
        )  # fmt: skip


def _cheapest(task: Task, rows: tuple[Row, ...], *, years: bool) -> Floats:
    told = built(task, rows=rows, years=years, plain=True)
    solved = maximised(told.program(), -task.problem.cost_eur, seconds=_SECONDS, gap=0.1)
    return solved.values if solved.status != INFEASIBLE else np.empty(0)


def _in_words(task: Task) -> InputError:
    """Deletion: a limit without which the others still contradict each other is left out."""
    years = bool(len(task.limits.yearly_eur))
    years = years and bool(len(_cheapest(task, task.rows, years=False)))  # else their sum alone is too little
    kept = list(task.rows)
    for row in task.rows:
        fewer = tuple(one for one in kept if one is not row)
        if not len(_cheapest(task, fewer, years=years)):
            kept = list(fewer)
    where = [_told(task, row) for row in kept[:_MOST_TOLD]]
    if years:
        where.append("the yearly budgets, one by one, with the years that building takes")
    if len(kept) < 2 and len(task.problem.exclusions()):
        where.append("one use per parcel, and conflicts between sites")
    return InputError(
        "no plan keeps all limits: these contradict each other", where=where,
        expected="limits that can be kept together",
        fix=" or ".join(_helps(task, kept, years=years)) or "leave one of them out",
    )  # fmt: skip


def _told(task: Task, row: Row) -> str:
    if _single(row) or not row.unit:
        return row.label_en
    given = given_without(task.problem, row)
    return f"{row.label_en}: {bounded(row.least - given, row.most - given, row.unit)[1]}"


def _single(row: Row) -> bool:
    return row.name.startswith(("must:", "must_not:"))


def _helps(task: Task, rows: list[Row], *, years: bool) -> list[str]:
    """For each limit of the contradiction at which amount the others could be kept."""
    found = []
    for row in rows:
        if _single(row):
            called, site = row.name.split(":", 1)
            found.append(f"take {site} off {called}")
            continue
        edge = _edge(task, row, [one for one in task.rows if one.name != row.name], years=years)
        if edge is None:
            continue
        rise = math.isfinite(row.most)
        told = amount(math.ceil(edge - 1e-6) if rise else math.floor(edge + 1e-6), row.unit)[1]
        found.append(f"{'raise' if rise else 'lower'} the limit '{row.label_en}' to {told}")
    return found


def _edge(task: Task, row: Row, others: list[Row], *, years: bool) -> float | None:
    """The least amount (most, for a lower limit) that a plan within the other limits has."""
    shared = any(len(purses(task.problem, task.limits, at)) > 1 for at in range(len(task.problem)))
    if not row.unit or row.pairs is not None or row.name == "too_late" or row.name.endswith("_unknown"):
        return None
    if shared and row.name.startswith("programme:"):
        return None
    told = built(task, rows=tuple(others), years=years, plain=True)
    sign = -1.0 if math.isfinite(row.most) else 1.0
    solved = maximised(told.program(), sign * row.sites, seconds=_SECONDS)
    return sign * solved.value if len(solved.values) else None
