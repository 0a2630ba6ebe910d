"""The sections [measures] and [plan] of a study: its own costs, and for whom, when and under whose rules it plans."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from nahraum.errors import StudyError

PLAN_KEYS = (
    "ags", "start_year", "years", "price_year", "funding", "unemployment", "finance", "budget_distress",
    "overall_measure", "applied_on", "budget_eur", "yearly_eur", "priority", "limits", "purses",
    "displacement",
)  # fmt: skip
DISPLACEMENT_KEYS = ("statistics", "rent", "rent_change", "moves", "sgb2")
_PRIORITY = "status"


@dataclass(frozen=True)
class PlanSpec:
    """What [plan] says; each may be left out.

    ags : of the municipality whose funding rules hold; "" for the study's own.
    start_year, years : first programme year and how many. price_year : of the costs. 0: as nahraum chooses.
    funding : names of rule sets; empty: those of the Land.
    unemployment, finance : -1, 0 or 1 of the list of the year (NRW); NaN not stated. budget_distress : own share at its
        least. overall_measure : the plan is one Gesamtmaßnahme, so that the least cost holds for all of it.
    applied_on : day of the application; None: deadlines are told, not held.
    budget_eur, yearly_eur : NaN for none. priority : ids of quarters, or "status" for those of low status.
    limits : further limits by name, as `nahraum plan --limit`.
    purses : programme -> grant of a programme year at most. [EUR] No plan asks for more, and none is given more.
    displacement : statistics (item of [sources.statistics]) and its columns rent, rent_change, moves, sgb2.
    """

    ags: str = ""
    start_year: int = 0
    years: int = 0
    price_year: int = 0
    funding: tuple[str, ...] = ()
    unemployment: float = math.nan
    finance: float = math.nan
    budget_distress: bool = False
    overall_measure: bool = True
    applied_on: date | None = None
    budget_eur: float = math.nan
    yearly_eur: float = math.nan
    priority: tuple[str, ...] = ()
    limits: Mapping[str, float] = field(default_factory=dict)
    purses: Mapping[str, float] = field(default_factory=dict)
    displacement: Mapping[str, str] = field(default_factory=dict)


def measures_of(section: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The sections [measures.<type>], as they are; the catalogue checks types and values (`read_catalogue`).

    Raises
        StudyError where something stands in [measures] that is no section.
    """
    wrong = [f"[measures] {name} = {item!r}" for name, item in section.items() if not isinstance(item, Mapping)]
    if wrong:
        raise StudyError(
            "[measures] holds values of no type", where=wrong, expected="[measures.new_park], then cost = …",
            fix="docs/howto/measures.md shows one",
        )  # fmt: skip
    return MappingProxyType(dict(section))


def plan_of(section: Mapping[str, Any], statistics: Collection[str] = ()) -> PlanSpec:
    """What [plan] says.

    Parameters
        statistics : the items of [sources.statistics] that the study has.

    Raises
        StudyError with every unknown key (and the nearest known one) and every value that cannot be used.
    """
    problems = [f"[plan] knows no {name!r}{_hint(name, PLAN_KEYS)}" for name in section if name not in PLAN_KEYS]
    problems += [text for name in PLAN_KEYS if name in section for text in _wrong(name, section[name])]
    problems += _displacement_problems(section.get("displacement", {}), statistics)
    if problems:
        raise StudyError("[plan] cannot be used", where=problems, fix="docs/howto/measures.md shows the section")
    said = {name: value for name, value in section.items() if name not in ("funding", "priority", "limits", "purses")}
    lists = {name: tuple(section[name]) for name in ("funding", "priority") if isinstance(section.get(name), list)}
    if section.get("priority") == _PRIORITY:
        lists["priority"] = (_PRIORITY,)
    limits, purses = (
        {str(key): float(value) for key, value in section.get(name, {}).items()} for name in ("limits", "purses")
    )
    return PlanSpec(**(said | lists), limits=limits, purses=purses)


def _wrong(name: str, value: Any) -> list[str]:
    """What is wrong with one value of [plan]."""
    texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
    numbers = isinstance(value, Mapping) and all(_number(one) for one in value.values())
    amounts = isinstance(value, Mapping) and all(_number(one) and one >= 0 for one in value.values())
    number = _number(value) and value > 0
    whole = number and isinstance(value, int)
    step = isinstance(value, int) and not isinstance(value, bool) and value in (-1, 0, 1)
    good, expected = {
        "ags": (isinstance(value, str) and bool(re.fullmatch(r"\d{8}", value)), 'eight digits as text: "05915000"'),
        "start_year": (whole, "a year: 2027"), "years": (whole, "a whole number of years"),
        "price_year": (whole, "a year: 2026"), "funding": (texts, 'names of rule sets: ["nrw-2023"]'),
        "unemployment": (step, "-1, 0 or 1"), "finance": (step, "-1, 0 or 1"),
        "budget_distress": (isinstance(value, bool), "true or false"),
        "overall_measure": (isinstance(value, bool), "true or false"),
        "applied_on": (isinstance(value, date), "a date: 2026-09-15"),
        "budget_eur": (number, "an amount above 0 in EUR"), "yearly_eur": (number, "an amount above 0 in EUR"),
        "priority": (texts or value == _PRIORITY, 'ids of quarters: ["0104"], or "status"'),
        "limits": (numbers, '{ sealing = 0, "quarter:0104" = 50 }'),
        "purses": (amounts, "{ sozialer_zusammenhalt = 1000000 }"),
        "displacement": (isinstance(value, Mapping), "a table: { statistics = …, rent = … }"),
    }[name]  # fmt: skip
    return [] if good else [f"[plan] {name} = {value!r}: {expected}"]


def _displacement_problems(section: Any, statistics: Collection[str]) -> list[str]:
    if not isinstance(section, Mapping):
        return []
    known = DISPLACEMENT_KEYS
    found = [f"[plan.displacement] knows no {name!r}{_hint(name, known)}" for name in section if name not in known]
    found += [
        f"[plan.displacement] {name} = {value!r} must be a text" for name, value in section.items()
        if not isinstance(value, str)
    ]  # fmt: skip
    table = section.get("statistics")
    if section and table not in statistics:
        found.append(f"[plan.displacement] statistics = {table!r} is no section [sources.statistics.{table or '…'}]")
    return found


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _hint(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.4)
    return f": did you mean {near[0]!r}?" if near else f"; known: {', '.join(sorted(known))}"
