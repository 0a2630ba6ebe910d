"""Which programme may pay a measure, at which rate, from when on."""

from __future__ import annotations

import calendar
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from nahraum.measures.funding.items import Terms
from nahraum.measures.funding.ruleset import RuleSet, RuleSets
from nahraum.measures.model import MeasureType


@dataclass(frozen=True)
class Offer:
    """The programme that may pay a measure. rate : share of eligible cost."""

    programme: str
    rules: RuleSet
    rate: float

    def label(self, language: str) -> str:
        """Name of the programme."""
        return str(self.rules.programmes[self.programme][f"label_{language}"])


def grant_rate(rules: RuleSet, terms: Terms) -> float:
    """Share of eligible cost that a rule set grants, federal and state money together.

    Notes
        r = clip(base + step u + step f, low, high), u and f in {-1, 0, 1} of the list of the year; what is not stated
        counts as 0. Where the budget is in distress the rate for that, if the set has one. Never above what the least
        own share leaves.
    """
    stated = [0.0 if math.isnan(value) else value for value in (terms.unemployment, terms.finance)]
    rate = rules.number("grant_base") + rules.number("grant_step") * sum(stated)
    if terms.budget_distress and "grant_distress" in rules.facts:
        rate = rules.number("grant_distress")
    rate = min(max(rate, rules.number("grant_low", 0.0)), rules.number("grant_high", 1.0))
    return min(rate, 1.0 - rules.number("least_own_share"))


def offer_for(measure: MeasureType, rules: RuleSets, terms: Terms, year: int, *, programme: str = "") -> Offer | None:
    """The programme that pays a measure in a programme year; None where only other bodies or the municipality do.

    Parameters
        programme : the one that is asked for; "" for the first that may: sets of lower rank first (subsidiarity), one
            programme per measure (no double funding).
    """
    for one in rules.sets:
        if not one.holds_in(year) or (one.by_choice and not programme):
            continue
        for name in one.programmes:
            if name in measure.programmes and programme in ("", name):
                return Offer(name, one, grant_rate(one, terms))
    return None


def most_granted(
    measure: MeasureType, cost_eur: float, years: Iterable[int], *, rules: RuleSets, terms: Terms
) -> dict[str, float]:  # fmt: skip
    """What each programme would grant for a measure at most, whichever of these years it is begun in. [EUR]

    Notes
        Of a year only the programme that `offer_for` finds; least costs of a programme are not looked at.
    """
    found: dict[str, float] = {}
    for year in years:
        if offer := offer_for(measure, rules, terms, year):
            found[offer.programme] = max(found.get(offer.programme, 0.0), offer.rate * cost_eur)
    return found


def earliest_programme_year(rules: RuleSets, on: date) -> int:
    """First programme year that an application of this day can reach: the latest of the sets that have a deadline."""
    years = [on.year]
    for one in rules.sets:
        if "deadline_month" in one.facts and not one.last_year:
            month = int(one.number("deadline_month"))
            day = min(int(one.number("deadline_day")), calendar.monthrange(on.year, month)[1])
            years.append(on.year + (1 if on <= date(on.year, month, day) else 2))
    return max(years)
