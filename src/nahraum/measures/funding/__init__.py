"""Who pays a measure: dated rule sets, one purse per funder, cost and financing by year to the cent."""

from __future__ import annotations

from nahraum.measures.funding.displacement import displacement_check, displacement_figures
from nahraum.measures.funding.financing import Financing, financing
from nahraum.measures.funding.items import PlanItem, Terms, terms_of
from nahraum.measures.funding.offers import Offer, earliest_programme_year, grant_rate, most_granted, offer_for
from nahraum.measures.funding.ruleset import RuleSet, RuleSets, read_rule_sets, rule_set, rules_for

__all__ = [
    "Financing",
    "Offer",
    "PlanItem",
    "RuleSet",
    "RuleSets",
    "Terms",
    "displacement_check",
    "displacement_figures",
    "earliest_programme_year",
    "financing",
    "grant_rate",
    "most_granted",
    "offer_for",
    "read_rule_sets",
    "rule_set",
    "rules_for",
    "terms_of",
]
