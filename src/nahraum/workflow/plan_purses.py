"""What funding programmes have to give, as limits of the choice: the programme that the funding rules name pays."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nahraum.errors import InputError
from nahraum.measures.funding import RuleSets, most_granted, terms_of
from nahraum.measures.model import Floats
from nahraum.measures.programme import Limits, Row
from nahraum.measures.programme.problem import plannable
from nahraum.workflow.plan_money import rules_of

if TYPE_CHECKING:
    from nahraum.workflow.plan_stages import Ready

_EUR = "EUR"


def with_purses(ready: Ready, limits: Limits) -> Limits:
    """The limits with [plan] purses of the study, and with limits of programmes as the funding rules read them.

    Raises
        InputError for programmes that none of the plan's rule sets has.

    Notes
        One rule for choice and financing: a measure is paid by the programme that the funding rules find for it
        (`offer_for`). A purse holds for the grants of what is begun in each year; a limit `programme:<name>` for the
        costs, eligible or not, of all measures of the programme. Costs are the middle estimates.
    """
    spec, rules = ready.study.plan, rules_of(ready.study)
    purses, wholes = spec.purses, limits.programme_eur
    _refuse_unknown([*(f"[plan] purses: {name}" for name in purses), *(f"programme:{name}" for name in wholes)], rules)
    if not purses and not wholes:
        return limits
    years = range(limits.first_year, limits.first_year + limits.n_years)
    sites = [ready.candidates.sites[at] for at in plannable(ready.candidates.sites)]
    costs = np.array([site.cost.mid_eur for site in sites])
    terms = terms_of(spec)
    granted = [
        most_granted(ready.types[site.type_id], cost, years, rules=rules, terms=terms)
        for site, cost in zip(sites, costs.tolist(), strict=True)
    ]
    begun, rows = [], []
    for name, most in sorted(purses.items()):
        grants = np.array([one.get(name, 0.0) for one in granted])
        begun.append(_row(f"purse:{name}", ("Zuwendungen", "grants"), rules, grants, most))
    for name, most in sorted(wholes.items()):
        mine = np.array([name in one for one in granted], dtype=bool)
        rows.append(_row(f"programme:{name}", ("Maßnahmen aus", "measures of"), rules, costs * mine, most))
    return replace(limits, programme_eur={}, rows=(*limits.rows, *rows), begun=(*limits.begun, *begun))


def _row(name: str, words: tuple[str, str], rules: RuleSets, sites: Floats, most: float) -> Row:
    labels: Mapping[str, str] = rules.programmes()[name.partition(":")[2]]
    german, english = f"{words[0]} {labels['label_de']}", f"{words[1]} {labels['label_en']}"
    return Row(name, german, english, _EUR, sites, most=float(most))


def _refuse_unknown(named: list[str], rules: RuleSets) -> None:
    known = rules.programmes()
    problems = []
    for one in named:
        name = one.rpartition(":")[2].strip()
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
            problems.append(one + (f", nearest: {near[0]!r}" if near else ""))
    if problems:
        raise InputError(
            "limits name funding programmes that the plan does not have", where=problems,
            expected=f"programmes of its rule sets: {', '.join(known)}",
            fix="mend [plan] purses or the limit, or choose other rules with [plan] funding",
        )  # fmt: skip
