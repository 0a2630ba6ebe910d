"""Further limits of a plan by name, as `--limit` and `[plan] limits` give them."""

from __future__ import annotations

import difflib
import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from nahraum.errors import InputError
from nahraum.measures.german import in_german

if TYPE_CHECKING:
    from nahraum.study_measures import PlanSpec
    from nahraum.workflow.programme import Ask

_SUMS = {
    "running": "running_eur", "sealing": "most_sealing_m2", "canopy": "least_canopy_m2",
    "dwellings": "least_dwellings",
}  # fmt: skip
_OF_QUARTERS = {"quarter": "least_removed_in_quarter", "quarter_eur": "least_eur_in_quarter"}
_PROGRAMME, _TYPE = "programme", "type"
MOST_YEARS = 100
_KINDS = (*_SUMS, *(f"{name}:<…>" for name in (*_OF_QUARTERS, _PROGRAMME, _TYPE)))


def require_consistent(ask: Ask, spec: PlanSpec) -> None:
    """Refuses a question that says what cannot be or contradicts itself, before anything is computed.

    Parameters
        spec : [plan] of the study, which stands in for what is not asked.

    Raises
        InputError, all at once: years, a budget or amounts of a year that are none, more or fewer amounts than years, a
        share for priority quarters without any.
    """
    problems = [*_amounts_that_are_none(ask, spec), *_contradictions(ask, spec)]
    if not problems:
        return
    wrong = InputError(
        "the question for a plan contradicts itself", where=[one for _, one in problems],
        expected=f"1 to {MOST_YEARS} years, an amount for all or one for each, a share only with priority quarters",
        fix="leave one of the two out, spread the money over fewer years, or name quarters: --priority 0104",
    )  # fmt: skip
    raise in_german(
        wrong, "Die Frage nach einem Plan widerspricht sich", where=[one for one, _ in problems],
        expected=f"1 bis {MOST_YEARS} Jahre, ein Betrag für alle oder je einer, ein Anteil nur mit Vorrangquartieren",
        fix="eines von beiden weglassen, das Geld auf weniger Jahre verteilen, oder Quartiere mit Vorrang nennen",
    )  # fmt: skip


def _amounts_that_are_none(ask: Ask, spec: PlanSpec) -> Iterator[tuple[str, str]]:
    years = _years(ask, spec)
    if not 0 <= years <= MOST_YEARS:
        yield f"{years:.0f} Jahre", f"years = {years:.0f}"
    if math.isinf(ask.budget_eur):
        yield f"ein Budget von {ask.budget_eur} €", f"budget: {ask.budget_eur}"
    for amount in ask.yearly_eur:
        if not math.isfinite(amount):
            yield f"{amount} € im Jahr", f"yearly: {amount}"


def _contradictions(ask: Ask, spec: PlanSpec) -> Iterator[tuple[str, str]]:
    given = len(ask.yearly_eur)
    if given > 1 and ask.years not in (0, given):
        german = f"Beträge für {given} Jahre, der Plan soll aber {ask.years} Jahre dauern"
        yield german, f"yearly has {given} amounts, years is {ask.years}"
    if ask.priority_share > 0 and not (ask.priority or spec.priority):
        german = "ein Anteil des Geldes für Quartiere mit Vorrang, aber kein solches Quartier"
        yield german, f"priority_share = {ask.priority_share:g}, but no quarter has priority"


def _years(ask: Ask, spec: PlanSpec) -> float:
    """Over how many years the plan would be spread; 0 where nothing says so."""
    each = ask.yearly_eur[0] if ask.yearly_eur else spec.yearly_eur
    budget = spec.budget_eur if math.isnan(ask.budget_eur) else ask.budget_eur
    spread = budget / each if each > 0 and math.isfinite(budget) and math.isfinite(each) else 0.0
    return float(ask.years or spec.years or (len(ask.yearly_eur) if len(ask.yearly_eur) > 1 else math.ceil(spread)))


def limits_named_once(
    given: Mapping[str, float], asked: Mapping[str, float], quarters: Mapping[str, str]
) -> dict[str, float]:  # fmt: skip
    """Limits of the study, each replaced by what is asked; those of quarters by id, however they are named.

    Parameters
        given : [plan] limits of the study. asked : of this plan. quarters : ids by id and name.

    Raises
        InputError where one of the two names a quarter by id and by name: nobody knows which amount is meant.
    """
    found: dict[str, float] = {}
    for amounts in (given, asked):
        by_id: dict[str, str] = {}
        for name, amount in amounts.items():
            kind, _, key = name.partition(":")
            one = f"{kind}:{quarters[key]}" if kind in _OF_QUARTERS and key in quarters else name
            if one in by_id:
                raise _given_twice(by_id[one], name)
            by_id[one], found[one] = name, amount
    return found


def _given_twice(one: str, other: str) -> InputError:
    wrong = InputError(
        "the same limit is given twice", where=[one, other], expected="one amount for each", fix="leave one of them out"
    )
    return in_german(
        wrong, "Dieselbe Grenze ist zweimal angegeben", where=[one, other], expected="ein Betrag für jede",
        fix="eine von beiden weglassen",
    )  # fmt: skip


def named_limits(
    amounts: Mapping[str, float], quarters: Mapping[str, str], types: Collection[str] = ()
) -> dict[str, Any]:  # fmt: skip
    """Fields of `measures.programme.Limits`.

    Parameters
        amounts : by name: `running` (most EUR per year), `sealing` (most m²), `canopy` (least m²), `dwellings` (least),
            `programme:<name>` (most EUR of its measures), `quarter:<id or name>` (lacks removed there at least),
            `quarter_eur:<id or name>` (EUR there at least), `type:<id>` (most measures of a type).
        quarters : ids by id and name. types : ids of the types of measures.

    Raises
        InputError with every name that is not known and the nearest known one.
    """
    found: dict[str, Any] = defaultdict(dict)
    problems = []
    for name, amount in sorted(amounts.items()):
        kind, _, key = name.partition(":")
        if name in _SUMS:
            found[_SUMS[name]] = float(amount)
        elif kind == _PROGRAMME and key:
            found["programme_eur"][key] = float(amount)
        elif kind == _TYPE and key in types:
            found["most_of_type"][key] = float(amount)
        elif kind == _TYPE and key:
            problems.append(f"{name!r}: no such type{_near(key, types)}")
        elif kind in _OF_QUARTERS and key in quarters:
            found[_OF_QUARTERS[kind]][quarters[key]] = float(amount)
        elif kind in _OF_QUARTERS and key:
            problems.append(f"{name!r}: no such quarter{_near(key, quarters)}")
        else:
            problems.append(f"{name!r}{_near(kind, (*_SUMS, *_OF_QUARTERS, _PROGRAMME, _TYPE))}")
    if problems:
        wrong = InputError(
            "limits of the plan are not known", where=problems, expected=", ".join(_KINDS),
            fix="--limit sealing=0, or [plan] limits = { sealing = 0 }; quarters as in tables/quarters.csv",
        )  # fmt: skip
        named = [
            one.replace(": no such quarter", ": kein solches Quartier")
            .replace(": no such type", ": kein solcher Typ")
            .replace(", nearest: ", ", ähnlich: ")
            for one in problems
        ]
        raise in_german(
            wrong, "Grenzen des Plans sind nicht bekannt", where=named, expected=", ".join(_KINDS),
            fix="die Grenze neu wählen",
        )  # fmt: skip
    return dict(found)


def _near(name: str, known: Any) -> str:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.4)
    return f", nearest: {near[0]!r}" if near else ""
