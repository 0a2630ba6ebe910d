"""Limits that no plan can keep, in words: which of them contradict each other, and how far one would have to give."""

from __future__ import annotations

import math

import numpy as np

from nahraum.errors import InputError
from nahraum.measures.german import in_german
from nahraum.measures.model import Bools
from nahraum.measures.programme.highs import INFEASIBLE, UNKNOWN, Solved, maximised
from nahraum.measures.programme.limits import Row
from nahraum.measures.programme.rows import given_without, purses
from nahraum.measures.programme.task import Task, built
from nahraum.measures.programme.words import Told, amount, bounded

_SECONDS = 10.0
_MOST_TOLD = 12
_YEARS = (
    "die Jahresbudgets, jedes für sich, mit den Jahren, die der Bau dauert",
    "the yearly budgets, one by one, with the years that building takes",
)
_PARCELS = (
    "eine Nutzung je Grundstück, und Standorte, die sich ausschließen",
    "one use per parcel, and conflicts between sites",
)
_WISHES = {"must": "vorschreiben", "must_not": "ausschließen"}


def feasible_start(task: Task) -> Bools:
    """A set that keeps all limits: the must-haves alone where they do, else the cheapest one.

    Raises
        InputError where no set does, with the limits that contradict each other and what would help; and where the time
        was up before it was clear whether one does.
    """
    must = np.zeros(len(task.problem), dtype=bool)
    must[task.problem.positions(task.limits.must, called="must")] = True
    if task.kept(must):
        return must
    solved = _cheapest(task, task.rows, years=bool(len(task.limits.yearly_eur)))
    if len(solved.values) and not task.broken(found := solved.values[: len(must)] > 0.5):
        return found
    raise _not_found(task) if solved.status == UNKNOWN else _in_words(task)


def refuse_small_budget(task: Task) -> None:
    """Raises InputError where the money is less than the cheapest site costs."""
    problem, most = task.problem, task.limits.most_eur
    if not len(problem):
        wrong = InputError(
            "there is nothing to choose among",
            where=f"{len(problem.left_out)} sites without a known cost were left out",
            expected="candidate sites with a known cost",
            fix="draw sites ([sources.measure_sites]) or give costs in [measures.<type>] of study.toml",
        )  # fmt: skip
        raise in_german(
            wrong, "Es gibt nichts auszuwählen", where=[f"{len(problem.left_out)} Standorte ohne bekannte Kosten"],
            expected="mögliche Standorte mit bekannten Kosten",
            fix="Standorte zeichnen ([sources.measure_sites]) oder Kosten in [measures.<typ>] von study.toml angeben",
        )  # fmt: skip
    cheapest = int(np.argmin(problem.cost_eur))
    if most < problem.cost_eur[cheapest]:
        german, told = amount(float(problem.cost_eur[cheapest]), "EUR")
        site = f"{problem.site_ids[cheapest]} ({problem.type_ids[cheapest]})"
        wrong = InputError(
            f"the budget of {amount(most, 'EUR')[1]} is below the cost of every measure",
            where=f"cheapest: {site}, {told}",
            expected=f"a budget from {told} on",
            fix="raise --budget (or the yearly budgets), or add cheaper sites",
        )  # fmt: skip
        raise in_german(
            wrong, f"Das Budget von {amount(most, 'EUR')[0]} reicht für keine Maßnahme",
            where=[f"am günstigsten: {site}, {german}"], expected=f"ein Budget ab {german}",
            fix="das Budget (oder das je Jahr) erhöhen, oder günstigere Standorte ergänzen",
        )  # fmt: skip


def _cheapest(task: Task, rows: tuple[Row, ...], *, years: bool) -> Solved:
    told = built(task, rows=rows, years=years, plain=True)
    return maximised(told.program(), -task.problem.cost_eur, seconds=_SECONDS, gap=0.1)


def _contradict(task: Task, rows: tuple[Row, ...], *, years: bool) -> bool:
    """Whether it is proven that no plan keeps these limits."""
    return _cheapest(task, rows, years=years).status == INFEASIBLE


def _not_found(task: Task) -> InputError:
    """No plan is known, and no contradiction either."""
    where = [_told(task, row) for row in task.rows[:_MOST_TOLD]]
    wrong = InputError(
        "no plan that keeps all limits was found in time; whether there is one is not known",
        where=[one for _, one in where], expected="limits that leave more room",
        fix="loosen some of them, above all lower limits, or ask again when the machine is less busy",
    )  # fmt: skip
    return in_german(
        wrong, "In der Zeit ist kein Plan gefunden worden, der alle Grenzen einhält; ob es einen gibt, ist offen",
        where=[one for one, _ in where], expected="Grenzen, die mehr Raum lassen",
        fix="einige lockern, vor allem Mindestwerte, oder noch einmal fragen, wenn der Rechner weniger zu tun hat",
    )  # fmt: skip


def _in_words(task: Task) -> InputError:
    """Deletion: a limit without which the others still contradict each other is left out."""
    years = bool(len(task.limits.yearly_eur))
    years = years and not _contradict(task, task.rows, years=False)  # else their sum alone is too little
    kept = list(task.rows)
    for row in task.rows:
        fewer = tuple(one for one in kept if one is not row)
        if _contradict(task, fewer, years=years):
            kept = list(fewer)
    where = [_told(task, row) for row in kept[:_MOST_TOLD]]
    if years:
        where.append(_YEARS)
    if len(kept) < 2 and len(task.problem.exclusions()):
        where.append(_PARCELS)
    helps = _helps(task, kept, years=years)
    wrong = InputError(
        "no plan keeps all limits: these contradict each other", where=[one for _, one in where],
        expected="limits that can be kept together",
        fix=" or ".join(one for _, one in helps) or "leave one of them out",
    )  # fmt: skip
    return in_german(
        wrong, "Kein Plan hält alle Grenzen ein: diese widersprechen einander", where=[one for one, _ in where],
        expected="Grenzen, die zugleich einzuhalten sind",
        fix=" oder ".join(one for one, _ in helps) or "eine davon weglassen",
    )  # fmt: skip


def _told(task: Task, row: Row) -> Told:
    if _single(row) or not row.unit:
        return row.label_de, row.label_en
    given = given_without(task.problem, row)
    german, english = bounded(row.least - given, row.most - given, row.unit)
    return f"{row.label_de}: {german}", f"{row.label_en}: {english}"


def _single(row: Row) -> bool:
    return row.name.startswith(("must:", "must_not:"))


def _helps(task: Task, rows: list[Row], *, years: bool) -> list[Told]:
    """For each limit of the contradiction at which amount the others could be kept."""
    found = []
    for row in rows:
        if _single(row):
            called, site = row.name.split(":", 1)
            found.append((f"{site} nicht mehr {_WISHES[called]}", f"take {site} off {called}"))
            continue
        edge = _edge(task, row, [one for one in task.rows if one.name != row.name], years=years)
        if edge is None:
            continue
        rise = math.isfinite(row.most)
        german, told = amount(math.ceil(edge - 1e-6) if rise else math.floor(edge + 1e-6), row.unit)
        found.append((
            f"die Grenze „{row.label_de}“ auf {german} {'erhöhen' if rise else 'senken'}",
            f"{'raise' if rise else 'lower'} the limit '{row.label_en}' to {told}",
        ))  # fmt: skip
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
