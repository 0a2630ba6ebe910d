"""What is to be paid, and what of the municipality the rules ask for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from nahraum.errors import InputError
from nahraum.measures.model import MeasureType
from nahraum.study_measures import PlanSpec

CENTS = 100


@dataclass(frozen=True)
class PlanItem:
    """One measure of a plan as the treasurer sees it. [EUR]

    programme_year : the year whose programme pays; nothing may be spent before. years : cost by year, in the sum
    `cost_eur`; None: even over the years it takes to build. not_eligible_eur : part that no programme pays.
    income_eur : reduces what is eligible. private_eur : given by third parties. programme : "" for the one that the
    rules choose, else the one that must pay.
    """

    item_id: str
    type_id: str
    name: str
    cost_eur: float
    programme_year: int
    years: Mapping[int, float] | None = None
    not_eligible_eur: float = 0.0
    income_eur: float = 0.0
    private_eur: float = 0.0
    programme: str = ""
    quarter_id: str = ""


@dataclass(frozen=True)
class Terms:
    """What the rules ask of the municipality and the plan.

    unemployment, finance : -1, 0, 1 of the list of the year; NaN not stated (taken as 0, and told).
    overall_measure : the least eligible cost holds for the programme's sum, not for each measure.
    applied_on : day of the application; None: deadlines are not held. purses : grant of a programme and year at most.
    """

    unemployment: float = math.nan
    finance: float = math.nan
    budget_distress: bool = False
    overall_measure: bool = True
    applied_on: date | None = None
    purses: Mapping[str, float] = field(default_factory=dict)


def terms_of(plan: PlanSpec) -> Terms:
    """The terms that a study states in [plan]."""
    return Terms(
        float(plan.unemployment), float(plan.finance), plan.budget_distress, plan.overall_measure, plan.applied_on,
        plan.purses,
    )  # fmt: skip


def cents(amount: float) -> int:
    """An amount in whole cents."""
    return math.floor(amount * CENTS + 0.5)


def shared_out(total: int, weights: Sequence[float]) -> list[int]:
    """A sum of cents by weights, to the cent: largest remainder, ties to the first."""
    whole = math.fsum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [math.floor(value) for value in exact]
    order = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], at))
    for at in order[: total - sum(parts)]:
        parts[at] += 1
    return parts


def cost_years(item: PlanItem, measure: MeasureType) -> dict[int, int]:
    """Cost by year. [cents]"""
    if item.years is not None:
        return {year: cents(item.years[year]) for year in sorted(item.years) if cents(item.years[year])}
    n_years = max(1, math.ceil(measure.lead_years))
    parts = shared_out(cents(item.cost_eur), [1.0] * n_years)
    return {item.programme_year + at: part for at, part in enumerate(parts)}


def check_items(items: Sequence[PlanItem], types: Mapping[str, MeasureType]) -> None:
    """Refuses a plan that cannot be financed as it stands.

    Raises
        InputError with all problems: repeated measures (no double funding), unknown types, costs that are missing,
        negative, or do not add up.
    """
    seen: set[str] = set()
    problems = []
    for item in items:
        if item.item_id in seen:
            problems.append(f"{item.item_id!r} stands twice in the plan: no cost is funded twice")
        seen.add(item.item_id)
        problems += _item_problems(item, types)
    if problems:
        raise InputError(
            "the plan cannot be financed", where=problems,
            expected="each measure once, with its whole cost, a programme year, and parts that fit into the cost",
        )  # fmt: skip


def _item_problems(item: PlanItem, types: Mapping[str, MeasureType]) -> list[str]:
    who, found = f"{item.item_id!r}", []
    if item.type_id not in types:
        found.append(f"{who}: there is no type {item.type_id!r}")
    if not math.isfinite(item.cost_eur) or item.cost_eur <= 0:
        return [*found, f"{who}: cost missing ({item.cost_eur} EUR)"]
    parts = (item.not_eligible_eur, item.income_eur, item.private_eur)
    if not all(math.isfinite(part) and part >= 0 for part in parts):
        found.append(f"{who}: not eligible, income or private is no amount from 0 on")
    elif max(cents(item.income_eur) + cents(item.private_eur), cents(item.not_eligible_eur)) > cents(item.cost_eur):
        found.append(f"{who}: income and private money, or what is not eligible, is more than {item.cost_eur:,.2f} EUR")
    if item.years is not None:
        total = sum(cents(value) for value in item.years.values())
        if total != cents(item.cost_eur):
            found.append(f"{who}: the years add up to {total / CENTS:,.2f}, not to {item.cost_eur:,.2f} EUR")
        if any(value < 0 for value in item.years.values()):
            found.append(f"{who}: a year with a negative cost")
        if item.years and min(item.years) < item.programme_year:
            found.append(f"{who}: cost in {min(item.years)}, before its programme year {item.programme_year}")
    return found
