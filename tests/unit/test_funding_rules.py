"""Funding rules: dated data, of one Land, never stacked; rates and deadlines by hand."""

import math
from datetime import date

import pytest

from nahraum.errors import InputError
from nahraum.measures.catalogue import read_catalogue
from nahraum.measures.funding import (
    Terms,
    earliest_programme_year,
    grant_rate,
    offer_for,
    read_rule_sets,
    rule_set,
    rules_for,
)
from nahraum.parameters import Parameters
from nahraum.publish.wording import source_text, unit_text

DUISBURG, KAISERSLAUTERN = "05112000", "07312000"
TYPES = read_catalogue(Parameters())
SETS = read_rule_sets()


@pytest.mark.parametrize("one", SETS.values(), ids=lambda one: one.id)
def test_every_fact_of_a_rule_set_has_its_marks(one) -> None:
    for fact in one.facts.values():
        assert fact.source and fact.unit and isinstance(fact.date, date)
    assert one.source_de and one.source_en and one.label_de and one.label_en
    assert sum(one.instalments()) == pytest.approx(1.0)


def test_programmes_of_the_catalogue_are_those_of_the_rule_sets() -> None:
    known = {name for one in SETS.values() for name in one.programmes}
    assert {name for one in TYPES.values() for name in one.programmes} <= known


@pytest.mark.parametrize(
    ("unemployment", "finance", "rate"),
    [(0, 0, 0.6), (1, 0, 0.7), (1, 1, 0.8), (-1, 0, 0.5), (-1, -1, 0.4), (1, -1, 0.6), (math.nan, math.nan, 0.6)],
)
def test_the_rate_in_nordrhein_westfalen_is_that_of_the_formula(unemployment, finance, rate) -> None:
    """r = clip(0.60 + 0.10 u + 0.10 f, 0.40, 0.80), METHODS 7.3."""
    assert grant_rate(SETS["nrw-2023"], Terms(unemployment, finance)) == pytest.approx(rate)


def test_budget_distress_leaves_a_tenth_where_the_federal_rule_holds_and_changes_nothing_in_nrw() -> None:
    assert grant_rate(SETS["bund-laender-drittel"], Terms()) == pytest.approx(2 / 3)
    assert grant_rate(SETS["bund-laender-drittel"], Terms(budget_distress=True)) == pytest.approx(0.9)
    assert grant_rate(SETS["nrw-2023"], Terms(budget_distress=True)) == pytest.approx(0.6)


def test_a_land_gets_its_own_rules_and_another_the_neutral_ones() -> None:
    assert [one.id for one in rules_for(DUISBURG).sets] == ["gigabit", "nrw-2023"]
    assert [one.id for one in rules_for(KAISERSLAUTERN).sets] == ["gigabit", "bund-laender-drittel"]
    assert [one.id for one in rules_for("").sets] == ["gigabit", "bund-laender-drittel"]


@pytest.mark.parametrize(
    ("ags", "names", "said"),
    [
        (KAISERSLAUTERN, ["nrw-2023"], "holds in Nordrhein-Westfalen .* 07312000 lies elsewhere"),
        ("", ["nrw-2023"], "does not say in which Land"),
        (KAISERSLAUTERN, ["efre-nrw-wohnviertel"], "holds in Nordrhein-Westfalen"),
        (DUISBURG, ["nrw-2023", "bund-laender-drittel"], "exclude each other"),
        (DUISBURG, ["nrw-2024"], "did you mean 'nrw-2023'"),
    ],
)
def test_rules_of_elsewhere_or_stacked_are_refused(ags: str, names: list[str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        rules_for(ags, names)


def test_european_money_pays_before_urban_development_funding_and_only_in_its_years() -> None:
    rules = rules_for(DUISBURG, ["nrw-2023", "efre-nrw-wohnviertel"])
    chosen = {year: offer_for(TYPES["new_park"], rules, Terms(), year) for year in (2025, 2026)}
    assert [chosen[year].programme for year in (2025, 2026)] == ["efre_wohnviertel", "sozialer_zusammenhalt"]


def test_gigabit_money_is_never_taken_by_itself() -> None:
    rules = rules_for(DUISBURG)
    assert offer_for(TYPES["fibre"], rules, Terms(), 2027) is None
    asked = offer_for(TYPES["fibre"], rules, Terms(), 2027, programme="gigabit")
    assert asked is not None and asked.rate == pytest.approx(0.9)


@pytest.mark.parametrize("name", ["neighbourhood_shop", "gp_branch", "roof_storey", "bus_stop"])
def test_urban_development_funding_pays_no_shop_practice_flat_or_stop(name: str) -> None:
    assert offer_for(TYPES[name], rules_for(DUISBURG), Terms(), 2027) is None


@pytest.mark.parametrize(
    ("on", "year"), [(date(2026, 9, 30), 2027), (date(2026, 10, 1), 2028), (date(2026, 1, 1), 2027)]
)
def test_applications_until_the_end_of_september_reach_the_next_programme(on: date, year: int) -> None:
    assert earliest_programme_year(rules_for(DUISBURG), on) == year


def test_where_no_deadline_is_known_none_is_held() -> None:
    assert earliest_programme_year(rules_for(KAISERSLAUTERN), date(2026, 12, 1)) == 2026


def test_a_rule_set_that_lacks_something_is_refused_with_all_of_it() -> None:
    with pytest.raises(InputError) as caught:
        rule_set("mine", {"rule_set": {"label_de": "x", "familie": "urban"}, "facts": {"grant_base": {"value": 0.5}}})
    said = "\n".join(caught.value.where)
    for part in ("lacks 'family'", "knows no 'familie'", "[facts.instalments] is missing", "lacks 'evidence'"):
        assert part in said


def test_shares_beyond_one_are_refused() -> None:
    marks = {"unit": "share of cost", "source": "x", "date": date(2026, 1, 1), "evidence": "published"}
    head = {
        "label_de": "x", "label_en": "x", "family": "urban", "land": "", "land_name": "", "rank": 1, "first_year": 2020,
        "source_de": "x", "source_en": "x", "date": date(2026, 1, 1), "note_de": "", "note_en": "",
    }  # fmt: skip
    values = {"grant_base": 1.2, "bund_of_grant": 0.5, "least_own_share": 0.1, "instalments": [0.5, 0.4]}
    facts = {name: {"value": value} | marks for name, value in values.items()}
    with pytest.raises(InputError) as caught:
        rule_set("mine", {"rule_set": head, "facts": facts, "programmes": {"p": {"label_de": "", "label_en": ""}}})
    assert len(caught.value.where) == 2


@pytest.mark.parametrize("one", SETS.values(), ids=lambda one: one.id)
def test_a_rule_set_and_its_facts_are_told_in_the_readers_language_and_name_no_paper_of_the_project(one) -> None:
    english = (" the ", " and ", " of ", " share ", " for ", " verify ")
    told = [one.source_de, *(unit_text(fact.unit, "de") for fact in one.facts.values()),
            *(source_text(fact.source, "de") for fact in one.facts.values())]  # fmt: skip
    assert [text for text in told if any(word in f" {text} " for word in english) or "METHODS" in text] == []
