"""The financing of a chosen plan: by the rules of its Land, to the cent, and what is known of rents near it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from nahraum.measures.funding import (
    Financing,
    PlanItem,
    RuleSets,
    displacement_check,
    displacement_figures,
    earliest_programme_year,
    financing,
    rules_for,
    terms_of,
)
from nahraum.parameters import Parameter
from nahraum.publish.programme.made import Funded
from nahraum.publish.programme.words import PlanWords
from nahraum.publish.wording import source_text, unit_text
from nahraum.study import Study

if TYPE_CHECKING:
    from nahraum.measures.programme import Plan
    from nahraum.workflow.plan_stages import Ready

_LAND_DIGITS = 2
_RENT = "net_cold_rent_eur_m2"  # `indicators.themes.census`


def rules_of(study: Study) -> RuleSets:
    """The funding rules of a study: those it names, else those of its Land, else the neutral ones.

    Raises
        InputError for rules of another Land.
    """
    return rules_for(ags_of(study), study.plan.funding)


def ags_of(study: Study) -> str:
    """The key that says in which Land a study lies; '' where it does not say, or lies in several."""
    keys = [study.plan.ags] if study.plan.ags else [*study.municipalities, *([study.kreis] if study.kreis else [])]
    lands = {key[:_LAND_DIGITS] for key in keys}
    return keys[0] if len(lands) == 1 else ""


def first_year(study: Study) -> int:
    """The first programme year: what [plan] says, else the first that an application can still reach."""
    if study.plan.start_year:
        return study.plan.start_year
    on = study.plan.applied_on or study.reference_date
    return max(study.reference_date.year + 1, earliest_programme_year(rules_of(study), on))


def funded_plan(ready: Ready, plan: Plan) -> Funded:
    """Who pays the chosen measures, in which year, by which rules.

    Raises
        InputError for measures that cannot be financed as they stand.
    """
    rules = rules_of(ready.study)
    items = _items(ready, plan)
    found = financing(items, ready.types, rules, terms_of(ready.study.plan))
    return Funded(
        rows=_rows(found.table), of_site=_of_site(found, rules, ready), rules=_told(found, rules, ready.study.language),
        displacement=_displacement(ready, items),
    )  # fmt: skip


def _items(ready: Ready, plan: Plan) -> list[PlanItem]:
    sites = {site.site_id: site for site in ready.candidates.sites}
    return [
        PlanItem(
            item_id=str(row["site_id"]), type_id=str(row["type_id"]), name=sites[str(row["site_id"])].name,
            cost_eur=round(float(row["cost_eur"]), 2), programme_year=int(row["start_year"]),
            quarter_id=str(row["quarter_id"]),
        )
        for row in plan.sites.to_dict(orient="records") if float(row["cost_eur"]) > 0
    ]  # fmt: skip


def _rows(table: pd.DataFrame) -> tuple[Mapping[str, Any], ...]:
    kept = table[table["cents"] != 0]
    return tuple(
        {
            "site_id": row["item_id"],
            "funder": row["funder"],
            "basis": row["view"],
            "year": row["year"],
            "eur": row["eur"],
        }
        for row in kept.to_dict(orient="records")
    )


def _of_site(found: Financing, rules: RuleSets, ready: Ready) -> dict[str, dict[str, Any]]:
    language = ready.study.language
    words, labels = PlanWords(language), rules.programmes()
    spent = found.table[found.table["view"] == "cost"].groupby(["item_id", "year"])["cents"].sum()
    told = {}
    for row in found.items.to_dict(orient="records"):
        name, own = str(row["item_id"]), str(row["programme"])
        by_year = {str(year): round(cents / 100, 2) for year, cents in spent.loc[name].items() if cents}
        told[name] = {
            "programme": labels[own][f"label_{language}"] if own else "", "payer": words.named("payers", row["payer"]),
            "eligible_eur": float(row["eligible_eur"]),
            "not_eligible_eur": round(float(row["cost_eur"]) - float(row["eligible_eur"]), 2),
            "income_eur": float(row["income_eur"]), "rate": float(row["rate"]), "cost_by_year": by_year,
            "notes": [str(row[f"reason_{language}"])] if row[f"reason_{language}"] else [],
        }  # fmt: skip
    return told


def _told(found: Financing, rules: RuleSets, language: str) -> dict[str, Any]:
    """The rule sets that pay, as a reader is told; all that hold where none pays."""
    used = {str(one) for one in found.items["rule_set"] if one}
    sets = [one for one in rules.sets if one.id in used] or [one for one in rules.sets if not one.by_choice]
    notes = [str(one) for one in found.notes[f"text_{language}"]]
    texts = [one.note_de if language == "de" else one.note_en for one in sets]
    return {
        "ids": [one.id for one in sets],
        "label": "; ".join(one.label_de if language == "de" else one.label_en for one in sets),
        "date": max(one.date for one in sets).isoformat(),
        "source": "; ".join(one.source_de if language == "de" else one.source_en for one in sets),
        "notes": [*(one for one in texts if one), *notes],
        "facts": [_fact(fact, language) for fact in found.facts],
    }  # fmt: skip


def _fact(fact: Parameter, language: str) -> dict[str, Any]:
    """A fact of a rule set with its unit and source in the language of the reader."""
    return fact.as_dict() | {"unit": unit_text(fact.unit, language), "source": source_text(fact.source, language)}


def _displacement(ready: Ready, items: Sequence[PlanItem]) -> dict[str, dict[str, str]]:
    """Rents, moves and SGB II of the quarters, as texts; '' is not known."""
    language = ready.study.language
    words = PlanWords(language)
    table = displacement_check(items, ready.types, _figures(ready))
    told = {}
    for row in table.to_dict(orient="records"):
        rent = "" if math.isnan(row["rent"]) else f"{words.number(row['rent'], 2)}\u00a0€/m²"
        shares = {name: "" if math.isnan(row[name]) else words.share(row[name]) for name in ("moves", "sgb2")}
        told[str(row["item_id"])] = {"rent": rent, **shares, "text": str(row[f"text_{language}"])}
    return told


def _figures(ready: Ready) -> pd.DataFrame | None:
    """What [plan.displacement] names of the study's own statistics, by quarter; else rents of the census."""
    named = dict(ready.study.plan.displacement)
    item = named.pop("statistics", "")
    rents = rents_of(ready.chain.index.value.quarters)
    if not item:
        return None if rents is None else displacement_figures(None, {}, rents)
    return displacement_figures(ready.chain.inputs.part("statistics")[item].latest(), named, rents)


def rents_of(quarters: pd.DataFrame) -> pd.Series | None:
    """Net cold rent by quarter id as the analysis has it, NaN where it is not known; None without rents. [EUR/m2]"""
    if _RENT not in quarters.columns:
        return None
    return pd.Series(quarters[_RENT].to_numpy(dtype=float), index=quarters["quarter_id"].astype(str), name=_RENT)
