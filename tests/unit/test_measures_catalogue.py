"""The catalogue of measures: complete, priced in the study's year, overridden by the study, strict."""

import math

import pytest

from nahraum.errors import InputError
from nahraum.measures.catalogue import read_catalogue, types_named
from nahraum.measures.model import MeasureType
from nahraum.measures.prices import read_prices
from nahraum.measures.sites.building import MODELS
from nahraum.measures.sites.candidates import RULES
from nahraum.parameters import EVIDENCE, Parameters
from nahraum.tables import SERVICES

TYPES = read_catalogue(Parameters())
every = pytest.mark.parametrize("one", TYPES.values(), ids=lambda one: one.id)


def test_twenty_types_and_more_can_be_planned() -> None:
    assert len([one for one in TYPES.values() if not one.listed_only and one.costed]) >= 20
    assert {one.field for one in TYPES.values()} == {"green", "short_ways", "supply", "internet", "housing"}


@every
def test_every_cost_has_a_source_a_date_and_an_evidence_mark(one: MeasureType) -> None:
    assert one.cost_source_de and one.cost_source_en and one.cost_date and one.evidence in EVIDENCE
    assert one.details_source_de and one.details_source_en and one.details_evidence in EVIDENCE
    if math.isfinite(one.running.mid_eur):
        assert one.running_source_de and one.running_source_en and one.running_evidence in EVIDENCE


@every
def test_shares_of_cost_groups_add_up_and_numbers_make_sense(one: MeasureType) -> None:
    assert sum(one.din276.values()) == pytest.approx(1.0)
    assert one.lead_years > 0 and one.life_years > 0
    if one.costed:
        assert 0 < one.cost.low_eur <= one.cost.mid_eur <= one.cost.high_eur


@every
def test_a_source_is_told_in_the_readers_language_and_names_no_paper_of_the_project(one: MeasureType) -> None:
    for name in ("cost_source", "running_source", "details_source", "note"):
        german, english = one.text(name, "de"), one.text(name, "en")
        assert not any(mark in german + english for mark in ("METHODS", "DESIGN", "[K", "[S"))
        assert bool(german) == bool(english) and (german != english or not german)
        assert not any(word in f" {german} " for word in (" and ", " the ", " of ", " per ", "EUR", "m2"))
        assert "€" not in english and "Erfahrungswissen" not in english


@every
def test_what_is_known_by_experience_is_told_to_be_verified(one: MeasureType) -> None:
    for name, mark in (("cost_source", one.evidence), ("running_source", one.running_evidence)):
        if "Erfahrungswissen" in one.text(name, "de"):
            assert one.verify_locally and mark == "from_knowledge"
            assert "bitte örtlich prüfen" in one.text(name, "de") and "verify locally" in one.text(name, "en")


@every
def test_an_amount_without_a_source_is_not_invented(one: MeasureType) -> None:
    """What nobody can name a source for is unknown: `closed_green_opened`, and upkeep of ways and stops."""
    said = one.cost_source_en + one.running_source_en + one.cost_source_de + one.running_source_de
    assert "order of magnitude" not in said and "Größenordnung" not in said
    assert one.costed != one.cost_source_en.startswith("not known")


@every
def test_a_type_is_called_the_same_in_both_languages_and_listed_types_say_why(one: MeasureType) -> None:
    assert one.label_de and one.label_en
    if one.listed_only:
        assert "catalogue" in one.note_en and "Katalog" in one.note_de


@every
def test_a_facility_opens_one_of_the_five_services(one: MeasureType) -> None:
    assert (one.options.get("category") in SERVICES) == (one.effect == "facility")


@every
def test_effects_and_rules_for_sites_are_those_there_are(one: MeasureType) -> None:
    assert one.effect in ("", *MODELS)
    assert set(one.siting.split(", ")) <= set(RULES)


@every
def test_rents_are_watched_near_every_green_and_housing_measure(one: MeasureType) -> None:
    assert one.displacement == (one.field in ("green", "housing"))


def test_a_study_may_say_where_rents_are_watched() -> None:
    own = read_catalogue(Parameters(), {"street_tree": {"displacement": False}, "gate": {"displacement": True}})
    assert not own["street_tree"].displacement and own["gate"].displacement


def test_costs_move_with_the_price_index_by_hand() -> None:
    """Office conversion: 1,108 EUR/m² × 65 m² in 2020; index 116.4 (2020), 147.8 (2022)."""
    cost = read_catalogue(Parameters(), year=2022)["office_conversion"].cost
    assert cost.mid_eur == pytest.approx(1108 * 65 * 147.8 / 116.4)
    assert read_catalogue(Parameters(), year=2020)["office_conversion"].cost.mid_eur == pytest.approx(1108 * 65)


def test_what_an_uncertain_index_moved_is_to_be_verified() -> None:
    assert not read_catalogue(Parameters(), year=2022)["office_conversion"].verify_locally
    moved = read_catalogue(Parameters(), year=2025)["office_conversion"]
    assert moved.evidence == "from_knowledge" and moved.cost_source_de.endswith("; 2020 → 2025: Baupreisindex")
    assert moved.cost_source_en.endswith("; 2020 → 2025: building price index")


def test_a_cost_of_nothing_is_nothing_in_any_year_and_needs_no_index() -> None:
    pharmacy = read_catalogue(Parameters(), year=2025)["pharmacy_branch"]
    assert pharmacy.cost_source_de.endswith("Baupreisindex") and pharmacy.cost.mid_eur > 763_000
    assert (pharmacy.running.high_eur, pharmacy.running_evidence) == (0.0, "proposal")
    assert "Baupreisindex" not in pharmacy.running_source_de


def test_a_year_beyond_the_index_counts_as_its_last() -> None:
    found = read_catalogue(Parameters(), year=2090)
    last = max(read_prices(Parameters()).values)
    assert found["new_park"].price_year == last
    assert found["new_park"].cost == read_catalogue(Parameters(), year=last)["new_park"].cost


def test_a_study_can_state_a_year_of_the_index_itself() -> None:
    own = Parameters({"price_index.residential_buildings.y2022": 116.4})
    assert read_catalogue(own, year=2022)["office_conversion"].cost.mid_eur == pytest.approx(1108 * 65)


def test_what_the_municipality_states_wins_and_says_so() -> None:
    own = {"new_park": {"cost": [80.0, 120.0, 200], "source": "Ausschreibung 2026", "lead_years": 4}}
    park = read_catalogue(Parameters(), own, 2022)["new_park"]
    assert (park.cost.low_eur, park.cost.mid_eur, park.cost.high_eur) == (80.0, 120.0, 200.0)
    assert (park.evidence, park.cost_source_de, park.lead_years) == ("local", "Ausschreibung 2026", 4.0)
    assert park.running_evidence == "from_knowledge" and park.verify_locally


def test_an_own_cost_of_another_year_is_indexed() -> None:
    own = {"gate": {"cost": 1000.0, "price_year": 2015, "running": 0}}
    gate = read_catalogue(Parameters(), own, 2021)["gate"]
    assert gate.cost.mid_eur == pytest.approx(1270.0) and gate.running.high_eur == 0.0 and not gate.verify_locally


def test_an_own_cost_makes_a_type_without_one_plannable() -> None:
    with pytest.raises(InputError, match="has no cost"):
        types_named(["closed_green_opened"], TYPES)
    own = read_catalogue(Parameters(), {"closed_green_opened": {"cost": 5}})
    assert types_named(["closed_green_opened"], own)[0].costed


def test_options_are_replaced_one_by_one() -> None:
    shop = read_catalogue(Parameters(), {"market_hall": {"options": {"minimum_m2": 900.0}}})["market_hall"]
    assert shop.options == {"category": "food_full_range", "minimum_m2": 900.0}


def test_a_planner_may_give_a_listed_type_an_effect() -> None:
    own = {"mobile_market": {"effect": "facility", "siting": "square"}}
    assert not read_catalogue(Parameters(), own)["mobile_market"].listed_only


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"new_prak": {"cost": 1}}, "did you mean 'new_park'"),
        ({"new_park": {"costs": 1}}, "did you mean 'cost'"),
        ({"new_park": {"cost": [3, 2, 1]}}, "low before mid before high"),
        ({"new_park": {"cost": [1, 2]}}, "an amount or"),
        ({"new_park": {"cost": -1}}, "from 0 on"),
        ({"new_park": {"cost": "viel"}}, "an amount or"),
        ({"new_park": {"running": True}}, "an amount or"),
        ({"new_park": {"lead_years": 0}}, "above 0"),
        ({"new_park": {"effect": "new_gren"}}, "did you mean 'new_green'"),
        ({"new_park": {"payer": "bund"}}, "known"),
        ({"new_park": {"din276": {"500": 0.5}}}, "adds up to 0.5"),
        ({"new_park": {"din276": {"900": 1.0}}}, "no group"),
        ({"new_park": {"programmes": "efre"}}, "list of programmes"),
        ({"market_hall": {"options": {"categry": "gp"}}}, "did you mean 'category'"),
        ({"market_hall": {"options": {"category": "gpp"}}}, "did you mean 'gp'"),
        ({"market_hall": {"options": {"kinds": "parking"}}}, "list of kinds"),
        ({"market_hall": {"options": {"minimum_m2": 0}}}, "above 0"),
        ({"market_hall": {"options": 3}}, "must be a table"),
        ({"new_park": {"price_year": 2020.5}}, "must be a year"),
        ({"new_park": 5}, "must be a section"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_nearest_known(own: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_catalogue(Parameters(), own)


def test_all_problems_are_told_at_once() -> None:
    own = {"new_prak": {}, "gate": {"costs": 1, "lead_years": -1}}
    with pytest.raises(InputError) as caught:
        read_catalogue(Parameters(), own)
    assert len(caught.value.where) == 3


def test_types_that_cannot_be_planned_are_told_apart() -> None:
    with pytest.raises(InputError) as caught:
        types_named(["new_prak", "kita", "closed_green_opened", "gate"], TYPES)
    said = "\n".join(caught.value.where)
    assert "did you mean 'new_park'" in said and "'kita' is listed only" in said and "has no cost" in said
    assert [one.id for one in types_named(["gate", "new_park"], TYPES)] == ["gate", "new_park"]


def test_an_index_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="price index"):
        read_prices(Parameters({"price_index.residential_buildings.y2022": 0.0}))
