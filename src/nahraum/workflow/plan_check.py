"""What `nahraum check` says of a study's own costs and of the funding rules it will be planned by."""

from __future__ import annotations

from typing import Any

from nahraum.measures.catalogue import read_catalogue
from nahraum.measures.funding import displacement_figures, grant_rate, terms_of
from nahraum.publish.report.words import Words
from nahraum.study import Study
from nahraum.study_measures import PlanSpec
from nahraum.workflow.inputs import Inputs
from nahraum.workflow.plan_money import rules_of

_WORDS = {
    "de": {
        "title": "Planung",
        "types": "{n} Maßnahmentypen, {planned} planbar; eigene Angaben zu: {own}",
        "rules": "Förderung: {label}, Satz {rate} der förderfähigen Kosten",
        "none": "keinem",
    },
    "en": {
        "title": "planning",
        "types": "{n} types of measures, {planned} can be planned; own values for: {own}",
        "rules": "funding: {label}, {rate} of eligible cost",
        "none": "none",
    },
}


def plan_check(study: Study, inputs: Inputs) -> dict[str, Any]:
    """Types, own values and funding rules as plain values; empty where the study says nothing of planning.

    Raises
        InputError where [measures], [plan] or the rules that it names cannot be used: as `nahraum plan` would.
    """
    if not study.measures and not _says_something(study.plan):
        return {}
    types = read_catalogue(study.parameters(), study.measures, study.plan.price_year or study.reference_date.year)
    named = dict(study.plan.displacement)
    if item := named.pop("statistics", ""):
        displacement_figures(inputs.statistics[item].latest(), named)
    rules, terms = rules_of(study), terms_of(study.plan)
    return {
        "types": len(types),
        "planned": sum(one.costed and not one.listed_only for one in types.values()),
        "own": sorted(study.measures),
        "rules": [
            {"id": one.id, "label": one.label_de if study.language == "de" else one.label_en,
             "rate": grant_rate(one, terms), "verify_locally": one.verify_locally}
            for one in rules.sets if not one.by_choice
        ],
    }  # fmt: skip


def _says_something(plan: PlanSpec) -> bool:
    return any(value and value == value for value in vars(plan).values() if value is not True)


def plan_lines(document: dict[str, Any], language: str) -> list[str]:
    """The same for a reader; nothing where there is nothing."""
    if not document:
        return []
    words, numbers = _WORDS[language], Words(language)
    own = ", ".join(document["own"]) or words["none"]
    counts = {"n": document["types"], "planned": document["planned"], "own": own}
    told = [
        words["rules"].format(label=one["label"], rate=numbers.share(one["rate"])) for one in document["rules"]
    ]  # fmt: skip
    return ["", words["title"], f"  {words['types'].format(**counts)}", *(f"  {line}" for line in told)]
