"""The limits of a plan as linear rows over sites and over what is met."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from nahraum.errors import InputError
from nahraum.measures.model import Bools, Floats
from nahraum.measures.programme.goal import Goal
from nahraum.measures.programme.limits import Limits, Row
from nahraum.measures.programme.problem import Problem
from nahraum.measures.programme.weights import pair_weights

EUR, PER_YEAR, SITES, PAIRS = "EUR", "EUR per year", "sites", "person × prerequisite"
CENT = 0.01  # by how much money may be missed
_ROUNDING = 1e-6  # relative; by how much any other limit may be


def limit_rows(problem: Problem, limits: Limits, goal: Goal) -> tuple[Row, ...]:
    """Every limit but those of parcels, conflicts, years and purses that several measures share, each with its name.

    Raises
        InputError for sites, types, quarters and programmes that the problem does not know, all at once.
    """
    _refuse_unknown(problem, limits)
    return (
        *_money(problem, limits), *_places(problem, limits, goal), *_types(problem, limits), *_sums(problem, limits),
        *_demanded(problem, limits), *limits.rows, *_of_years(limits),
    )  # fmt: skip


def _money(problem: Problem, limits: Limits) -> Iterator[Row]:
    cost = problem.cost_eur
    if math.isfinite(limits.budget_eur):
        yield Row("budget", "Budget insgesamt", "total budget", EUR, cost, most=limits.budget_eur)
    if len(limits.yearly_eur):
        total = float(sum(limits.yearly_eur))
        yield Row("years", "Summe der Jahresbudgets", "sum of the yearly budgets", EUR, cost, most=total)
    if math.isfinite(limits.running_eur):
        names = ("laufende Kosten", "running costs")
        yield Row("running", *names, PER_YEAR, problem.running_eur, most=limits.running_eur)
        unknown = np.asarray(np.isnan(problem.runnings).any(axis=1), dtype=np.float64)
        if unknown.any():
            told = ("laufende Kosten nicht bekannt: nicht wählbar", "running costs not known: not to be chosen")
            yield Row("running_unknown", *told, SITES, unknown, most=0.0)
    for name, most in sorted(limits.programme_eur.items()):
        only = np.array([purses(problem, limits, at) == (name,) for at in range(len(problem))], dtype=bool)
        yield Row(f"programme:{name}", f"Programm {name}", f"programme {name}", EUR, cost * only, most=float(most))


def programme_of(row: Row, limits: Limits) -> str:
    """The programme that a row limits by `programme_eur`; "" for every other row."""
    name = row.name.removeprefix("programme:")
    return name if name != row.name and name in limits.programme_eur else ""


def purses(problem: Problem, limits: Limits, site: int) -> tuple[str, ...]:
    """Programmes with a limit that may pay a site; () where one without a limit, or none, may."""
    names = problem.programmes[site]
    return names if names and all(name in limits.programme_eur for name in names) else ()


def _places(problem: Problem, limits: Limits, goal: Goal) -> Iterator[Row]:
    cost, quarters = problem.cost_eur, problem.quarter_ids
    if limits.priority_share > 0:
        inside = np.isin(quarters, list(limits.priority_quarters))
        share = limits.priority_share
        told = f"{share * 100:g} %"
        yield Row(
            "priority", f"mindestens {told} des Geldes in Schwerpunktquartiere",
            f"at least {told} of the money to priority quarters", "", cost * (inside - share), least=0.0,
        )  # fmt: skip
    for name, least in sorted(limits.least_eur_in_quarter.items()):
        here = cost * (quarters == name)
        names = (f"Geld für Quartier {name}", f"money for quarter {name}")
        yield Row(f"quarter_eur:{name}", *names, EUR, here, least=least)
    weights = pair_weights(problem, Goal(k=goal.k)) if limits.least_removed_in_quarter else None
    ids = list(problem.demand.quarters)
    for name, least in sorted(limits.least_removed_in_quarter.items()):
        assert weights is not None
        here = weights * (problem.demand.quarter[problem.pairs.row] == ids.index(name))
        given = float(here[~problem.pairs.lacking].sum())
        yield Row(
            f"quarter_removed:{name}", f"behobene Mängel in Quartier {name}", f"lacks removed in quarter {name}", PAIRS,
            np.zeros(len(problem)), here, least=least + given,
        )  # fmt: skip


def _types(problem: Problem, limits: Limits) -> Iterator[Row]:
    for name in sorted({*limits.most_of_type, *limits.least_of_type}):
        least, most = limits.least_of_type.get(name, -math.inf), limits.most_of_type.get(name, math.inf)
        mine = (problem.type_ids == name).astype(np.float64)
        words = (f"Zahl der Maßnahmen {name}", f"number of {name}")
        yield Row(f"type:{name}", *words, SITES, mine, least=least, most=most)


def _sums(problem: Problem, limits: Limits) -> Iterator[Row]:
    for name, values, least, most, unit, words in (
        ("sealing", problem.sealing_m2, -math.inf, limits.most_sealing_m2, "m²", ("Versiegelung", "sealing")),
        ("canopy", problem.canopy_m2, limits.least_canopy_m2, math.inf, "m²", ("Kronendach", "canopy")),
        ("dwellings", problem.dwellings, limits.least_dwellings, math.inf, "dwellings", ("Wohnungen", "dwellings")),
    ):
        if not math.isfinite(least) and not math.isfinite(most):
            continue
        yield Row(name, *words, unit, np.nan_to_num(values), least=least, most=most)
        unknown = np.isnan(values)
        if unknown.any():
            told = (f"{words[0]} nicht bekannt: nicht wählbar", f"{words[1]} not known: not to be chosen")
            yield Row(f"{name}_unknown", *told, SITES, unknown.astype(np.float64), most=0.0)


def _of_years(limits: Limits) -> Iterator[Row]:
    """What holds for each year holds for their sum."""
    for row in limits.begun:
        yield replace(row, most=row.most * limits.n_years)


def _demanded(problem: Problem, limits: Limits) -> Iterator[Row]:
    for at in problem.positions(limits.must, called="must"):
        yield _one(problem, int(at), "must", least=1.0, most=math.inf)
    for at in problem.positions([one for one in limits.must_not if one in problem.site_ids], called="must_not"):
        yield _one(problem, int(at), "must_not", least=-math.inf, most=0.0)


def _one(problem: Problem, at: int, name: str, *, least: float, most: float) -> Row:
    site = problem.site_ids[at]
    coefs = np.zeros(len(problem))
    coefs[at] = 1.0
    no = " nicht" if name == "must_not" else ""
    german = f"{site} {'darf nicht' if no else 'muss'} gebaut werden"
    english = f"{site} must{' not' if no else ''} be built"
    return Row(f"{name}:{site}", german, english, SITES, coefs, least=least, most=most)


def _refuse_unknown(problem: Problem, limits: Limits) -> None:
    quarters, types = set(problem.demand.quarters), set(map(str, problem.type_ids))
    programmes = {name for names in problem.programmes for name in names}
    listed = (
        ("must", {*limits.must}, {*problem.site_ids}),
        ("must_not", {*limits.must_not}, {*problem.site_ids, *problem.left_out}),
        ("priority_quarters", {*limits.priority_quarters}, quarters),
        ("least_eur_in_quarter", {*limits.least_eur_in_quarter}, quarters),
        ("least_removed_in_quarter", {*limits.least_removed_in_quarter}, quarters),
        ("least_of_type", {*limits.least_of_type}, types),
        ("programme_eur", {*limits.programme_eur}, programmes),
    )  # fmt: skip
    problems = []
    for called, given, known in listed:
        for name in sorted(given - known):
            problems.append(f"{called}: {name!r}{_near(name, known, problem)}")
    for row in (*limits.rows, *limits.begun):
        if len(row.sites) != len(problem) or (row.pairs is not None and len(row.pairs) != len(problem.pairs)):
            problems.append(f"limit {row.name!r}: not one coefficient per site and pair")
    if problems:
        raise InputError(
            "the limits name what cannot be planned", where=problems[:20],
            expected="ids of candidate sites with a known cost, quarters of the study, types with candidate sites",
            fix="take the ids from the table of candidate sites; give missing costs in [measures.<type>] of study.toml",
        )  # fmt: skip


def _near(name: str, known: set[str], problem: Problem) -> str:
    import difflib

    if name in problem.left_out:
        return ": its cost is not known"
    found = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.4)
    return f", nearest: {found[0]!r}" if found else ""


def used(problem: Problem, row: Row, chosen: Bools, met: Floats) -> float:
    """What a chosen set uses of a limit."""
    total = float(row.sites[chosen].sum())
    return total if row.pairs is None else total + float((row.pairs * met).sum())


def within(row: Row, total: float) -> bool:
    """Whether a limit is kept: money to the cent, all else up to the rounding of HiGHS."""
    money = row.unit in (EUR, PER_YEAR) or row.name == "priority"
    spare = CENT if money else _ROUNDING * (1.0 + abs(total))
    return row.least - spare <= total <= row.most + spare


def given_without(problem: Problem, row: Row) -> float:
    """What a limit counts as met without any plan; taken off before it is told."""
    return 0.0 if row.pairs is None else float(row.pairs[~problem.pairs.lacking].sum())
