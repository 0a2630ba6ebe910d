"""Cost and financing: measure × year × funder, to the cent, in three views that all add up to the same cost."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from nahraum.errors import InputError
from nahraum.measures.funding.items import CENTS, PlanItem, Terms, cents, check_items, cost_years, shared_out
from nahraum.measures.funding.offers import Offer, earliest_programme_year, offer_for
from nahraum.measures.funding.ruleset import NEUTRAL, URBAN, RuleSet, RuleSets
from nahraum.measures.funding.telling import amount, percent, told
from nahraum.measures.funding.views import FUNDERS, VIEWS, item_views
from nahraum.measures.model import MeasureType
from nahraum.parameters import Parameter

__all__ = ["FUNDERS", "VIEWS", "Financing", "financing"]


@dataclass(frozen=True)
class Financing:
    """Who pays what in which year.

    table : item_id, type_id, name, programme, view, year, funder, cents, eur. Views: `programme` (all in the year whose
        programme pays), `cost` (when it is spent), `cash` (when money flows: grants in instalments, the municipality
        advances them). Funders: bund, land, eu, municipality, private, other. Sums over funders are the cost in each.
    items : a row per measure: cost, income, private, not eligible, eligible, rate, grant, municipality, its share of
        eligible cost, who pays where no programme does, programme, rule set, whether to verify locally, reason_de, _en.
    notes : code, text_de, text_en. facts : the facts of the rules that were used, with their marks.
    """

    table: pd.DataFrame
    items: pd.DataFrame
    notes: pd.DataFrame
    facts: tuple[Parameter, ...]

    def overview(self, view: str = "programme") -> pd.DataFrame:
        """Year × funder. [EUR]"""
        rows = self.table[self.table["view"] == view]
        wide = rows.pivot_table(index="year", columns="funder", values="cents", aggfunc="sum", fill_value=0)
        return wide.reindex(columns=list(FUNDERS), fill_value=0) / CENTS


@dataclass(frozen=True)
class _Share:
    """One measure on its way: amounts in cents, and why."""

    item: PlanItem
    measure: MeasureType
    offer: Offer | None
    eligible: int
    grant: int
    code: str
    words: Mapping[str, Mapping[str, str]]


def financing(
    items: Sequence[PlanItem], types: Mapping[str, MeasureType], rules: RuleSets, terms: Terms | None = None
) -> Financing:
    """Cost and financing of a plan.

    Raises
        InputError with all problems: see `check_items`; a programme year that the application cannot reach; a programme
        that does not fund the measure, or not in that year.

    Notes
        eligible E = cost - not eligible - income; grant = min(r E, E - own share at least - private money), rounded
        down to the cent: what nobody funds stays with the municipality, also where third parties give money. Each
        measure has one programme, each funder one purse.
    """
    terms = terms or Terms()
    ordered = sorted(items, key=lambda item: (item.programme_year, item.item_id))
    check_items(ordered, types)
    _check_offers(ordered, types, rules, terms)
    shares = [_share(item, types[item.type_id], rules, terms) for item in ordered]
    shares = _with_threshold(shares, rules, terms)
    shares, purse_notes = _with_purses(shares, terms)
    used = {share.offer.rules.id: share.offer.rules for share in shares if share.offer}
    facts = tuple(fact for name in sorted(used) for fact in used[name].facts.values())
    return Financing(
        _table(shares),
        pd.DataFrame([_row(share) for share in shares], columns=_COLUMNS),
        _notes(shares, rules, terms, purse_notes),
        facts,
    )


def _check_offers(items: Sequence[PlanItem], types: Mapping[str, MeasureType], rules: RuleSets, terms: Terms) -> None:
    """Refuses programmes that do not fund a measure, and programme years out of reach."""
    problems, known = [], rules.programmes()
    first = earliest_programme_year(rules, terms.applied_on) if terms.applied_on else 0
    for item in items:
        measure = types[item.type_id]
        offer = offer_for(measure, rules, terms, item.programme_year, programme=item.programme)
        if item.programme and item.programme not in known:
            problems.append(f"{item.item_id!r}: no chosen rule set has {item.programme!r}; known: {', '.join(known)}")
        elif item.programme and offer is None:
            problems.append(
                f"{item.item_id!r}: {item.programme!r} does not fund {item.type_id} in {item.programme_year}"
            )
        if offer is not None and item.programme_year < first and "deadline_month" in offer.rules.facts:
            problems.append(
                f"{item.item_id!r}: programme year {item.programme_year}; applied on {terms.applied_on}, "
                f"{first} is the first that can be reached"
            )
    if problems:
        raise InputError(
            "the plan does not fit the funding rules", where=problems,
            expected="programmes of the rule sets, and programme years whose deadline has not passed",
            fix="a later start_year in [plan], or another programme",
        )  # fmt: skip


def _share(item: PlanItem, measure: MeasureType, rules: RuleSets, terms: Terms) -> _Share:
    """What is eligible and granted, before thresholds and purses."""
    offer = offer_for(measure, rules, terms, item.programme_year, programme=item.programme)
    eligible = max(0, cents(item.cost_eur) - cents(item.not_eligible_eur) - cents(item.income_eur))
    if offer is None:
        code = "no_programme" if measure.payer == "municipality" else "other_bodies"
        return _Share(item, measure, None, eligible, 0, code, {})
    if not eligible:
        return _Share(item, measure, None, 0, 0, "nothing_eligible", {})
    by_rate = math.floor(offer.rate * eligible + 1e-6)
    own = math.ceil(offer.rules.number("least_own_share") * eligible - 1e-6)
    grant = max(0, min(by_rate, eligible - cents(item.private_eur) - own))
    code = "paid" if grant == by_rate else "own_share"
    share = offer.rules.number("least_own_share")
    words = {
        language: {"programme": offer.label(language), "rate": percent(offer.rate, language),
                   "share": percent(share, language)}
        for language in ("de", "en")
    }  # fmt: skip
    return _Share(item, measure, offer, eligible, grant, code, words)


def _with_threshold(shares: Sequence[_Share], rules: RuleSets, terms: Terms) -> list[_Share]:
    """Without a grant where less is eligible than a set asks for: of each measure, or of the programme's sum.

    Notes
        Who is below asks the next sets in their order, so that each set is judged when all who can come to it have.
    """
    found = list(shares)
    for place, one in enumerate(rules.sets):
        later = replace(rules, sets=rules.sets[place + 1 :])
        for at in _below_least(found, one, terms):
            found[at] = _elsewhere(found[at], one, later, terms)
    return found


def _below_least(shares: Sequence[_Share], one: RuleSet, terms: Terms) -> list[int]:
    """Positions of the measures of a set whose eligible cost is below its least."""
    sums: dict[str, int] = {}
    asked = {at: share.offer.programme for at, share in enumerate(shares) if share.offer and share.offer.rules is one}
    for at, programme in asked.items():
        sums[programme] = sums.get(programme, 0) + shares[at].eligible
    least = cents(one.number("least_eligible_eur"))
    return [
        at for at, programme in asked.items()
        if (sums[programme] if terms.overall_measure else shares[at].eligible) < least
    ]  # fmt: skip


def _elsewhere(share: _Share, refused: RuleSet, later: RuleSets, terms: Terms) -> _Share:
    """The measure under a later set; without one the municipality pays it."""
    again = _share(share.item, share.measure, later, terms)
    if again.offer:
        return again
    least = refused.number("least_eligible_eur")
    words = {language: {"least": amount(least, language)} for language in ("de", "en")}
    return replace(share, offer=None, grant=0, code="below_least", words=words)


def _with_purses(shares: Sequence[_Share], terms: Terms) -> tuple[list[_Share], list[tuple[str, str, str]]]:
    """Grants of a programme and year never above its purse; what is cut falls to the municipality."""
    asked: dict[tuple[str, int], list[int]] = {}
    for at, share in enumerate(shares):
        if share.offer and share.offer.programme in terms.purses:
            asked.setdefault((share.offer.programme, share.item.programme_year), []).append(at)
    found, notes = list(shares), []
    for (programme, year), places in sorted(asked.items()):
        purse, total = cents(terms.purses[programme]), sum(shares[at].grant for at in places)
        if total <= purse:
            continue
        for at, part in zip(places, shared_out(purse, [shares[at].grant for at in places]), strict=True):
            found[at] = replace(found[at], grant=part, code="cut")
        texts = [
            told("purse", language, programme=label, year=str(year), asked=amount(total / CENTS, language),
                 purse=amount(purse / CENTS, language))
            for language in ("de", "en") for offer in [shares[places[0]].offer] if offer
            for label in [offer.label(language)]
        ]  # fmt: skip
        notes.append(("purse", texts[0], texts[1]))
    return found, notes


def _funders(share: _Share) -> dict[str, int]:
    """Who pays how much in all. [cents]"""
    item, grant = share.item, share.grant
    paid = dict.fromkeys(FUNDERS, 0)
    if share.offer:
        rules = share.offer.rules
        paid["eu"] = min(grant, math.floor(rules.number("eu_of_eligible") * share.eligible + 1e-6))
        paid["bund"] = math.floor(rules.number("bund_of_grant") * (grant - paid["eu"]) + 1e-6)
        paid["land"] = grant - paid["eu"] - paid["bund"]
    paid["private"] = cents(item.private_eur)
    paid["other"] = cents(item.income_eur)
    rest = cents(item.cost_eur) - sum(paid.values())
    paid["municipality" if share.code != "other_bodies" else share.measure.payer] += rest
    return paid


def _table(shares: Sequence[_Share]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for share in shares:
        item, offer = share.item, share.offer
        instalments = offer.rules.instalments() if offer else (1.0,)
        spent = cost_years(item, share.measure)
        head = {"item_id": item.item_id, "type_id": item.type_id, "name": item.name}
        for view, year, funder, part in item_views(_funders(share), spent, item.programme_year, instalments):
            granted = offer is not None and funder in ("bund", "land", "eu")
            tail = {"programme": offer.programme if offer and granted else "", "view": view, "year": year}
            rows.append(head | tail | {"funder": funder, "cents": part, "eur": part / CENTS})
    columns = ["item_id", "type_id", "name", "programme", "view", "year", "funder", "cents", "eur"]
    return pd.DataFrame(rows, columns=columns)


_COLUMNS = [
    "item_id", "type_id", "name", "quarter_id", "programme_year", "cost_eur", "not_eligible_eur", "income_eur",
    "private_eur", "eligible_eur", "rate", "grant_eur", "municipality_eur", "municipality_share", "payer", "programme",
    "rule_set", "verify_locally", "reason_de", "reason_en",
]  # fmt: skip


def _row(share: _Share) -> dict[str, Any]:
    item, offer, paid = share.item, share.offer, _funders(share)
    own = paid["municipality"]
    names = ("item_id", "type_id", "name", "quarter_id", "programme_year", "cost_eur", "not_eligible_eur")
    plain = {name: getattr(item, name) for name in (*names, "income_eur", "private_eur")}
    reasons = {f"reason_{one}": told(share.code, one, **share.words.get(one, {})) for one in ("de", "en")}
    return plain | reasons | {
        "eligible_eur": share.eligible / CENTS if offer else 0.0, "rate": offer.rate if offer else 0.0,
        "grant_eur": share.grant / CENTS, "municipality_eur": own / CENTS,
        "municipality_share": own / share.eligible if offer else math.nan,
        "payer": share.measure.payer if share.code == "other_bodies" else "municipality",
        "programme": offer.programme if offer else "", "rule_set": offer.rules.id if offer else "",
        "verify_locally": bool(offer and offer.rules.verify_locally) or share.measure.verify_locally,
    }  # fmt: skip


def _notes(shares: Sequence[_Share], rules: RuleSets, terms: Terms, purses: list[tuple[str, str, str]]) -> pd.DataFrame:
    used = {share.offer.rules.id: share.offer.rules for share in shares if share.offer}
    rows = [*purses, *_out_of_years(shares, rules)]
    codes = ["neutral"] if NEUTRAL in used else []
    stated = not (math.isnan(terms.unemployment) or math.isnan(terms.finance))
    codes += ["list_missing"] if not stated and any("grant_step" in one.facts for one in used.values()) else []
    codes += _conditions(shares)
    codes += ["instalments"] if any(len(one.instalments()) > 1 for one in used.values()) else []
    codes += ["subsidiary"] if any(share.code == "other_bodies" for share in shares) else []
    rows += [(code, told(code, "de"), told(code, "en")) for code in codes]
    rows += [
        ("verify", told("verify", "de", rules=one.label_de), told("verify", "en", rules=one.label_en))
        for _, one in sorted(used.items()) if one.verify_locally
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["code", "text_de", "text_en"])


def _out_of_years(shares: Sequence[_Share], rules: RuleSets) -> list[tuple[str, str, str]]:
    """Programme years in which no rule set holds, though one has a programme for the measure."""
    sets = [one for one in rules.sets if not one.by_choice]
    years = sorted({
        share.item.programme_year for share in shares
        if any(set(one.programmes) & set(share.measure.programmes) for one in sets)
        and not any(one.holds_in(share.item.programme_year) for one in sets)
    })  # fmt: skip
    if not years:
        return []
    spans = ", ".join(f"{one.id}: {one.first_year}–{one.last_year or ''}" for one in sets)
    texts = [told("out_of_years", one, years=", ".join(map(str, years)), sets=spans) for one in ("de", "en")]
    return [("out_of_years", texts[0], texts[1])]


def _conditions(shares: Sequence[_Share]) -> list[str]:
    """What urban development funding asks of a plan as a whole."""
    urban = any(share.offer and share.offer.rules.family == URBAN for share in shares)
    climate = any(_for_climate(share.measure) for share in shares)
    return (["area"] if urban else []) + (["climate_missing"] if urban and not climate else [])


def _for_climate(measure: MeasureType) -> bool:
    """Whether a type is known to unseal or to add canopy, or makes new green of which the opposite is not known."""
    if measure.sealing_m2 < 0 or measure.canopy_m2 > 0:
        return True
    new = measure.unit == "tree" or measure.effect == "new_green"
    return new and math.isnan(measure.sealing_m2)
