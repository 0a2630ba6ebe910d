"""Headings that a planner reads, in both languages."""

from __future__ import annotations

import pytest
from publish_bundle import CATALOGUE, make_bundle

from nahraum.publish.labels import decimals_of, heading, value_text


@pytest.mark.parametrize(
    ("column", "language", "expected"),
    [
        ("green_distance_m", "de", "Fußweg zum Grün [m]"),
        ("green_distance_m", "en", "Walk to green [m]"),
        ("green_distance_m_status", "de", "Fußweg zum Grün – Status"),
        ("lacks_green_share", "de", "ohne Grün – Anteil der Einwohner"),
        ("several_k3_share_min", "de", "3 oder mehr fehlende Voraussetzungen – Anteil der Einwohner, mindestens"),
        ("several_residents_max", "en", "several lacking prerequisites – residents, upper bound"),
        ("contribution_supply", "de", "Beitrag zu M0: Nahversorgung"),
        ("m0_k3", "de", "M0: Anteil fehlender Voraussetzungen unter allen möglichen (ab 3)"),
        ("gp_nearest_name", "de", "Hausarztpraxis – nächstes: Name"),
        ("something_new", "de", "something new"),
    ],
)
def test_a_column_has_a_heading_in_words(column, language, expected):
    assert heading(column, CATALOGUE, language) == expected


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_two_columns_of_a_table_share_a_heading(language):
    for table in make_bundle().tables():
        headings = [heading(str(column), CATALOGUE, language) for column in table.frame.columns]
        assert len(set(headings)) == len(headings), table.name


def test_headings_never_call_anybody_deprived():
    said = " ".join(
        heading(str(c), CATALOGUE, lang) for t in make_bundle().tables() for c in t.frame for lang in ("de", "en")
    )
    for word in ("benachteiligt", "deprived", "poor", "arm ", "worst"):
        assert word not in said.lower()


def test_codes_are_told_in_words():
    assert value_text("class", "not_lacking", "de") == "nicht mehrere"
    assert value_text("service", "gp", "de") == "Hausarztpraxis"
    assert value_text("combination", "living_space+green", "en") == "living space + green"
    assert value_text("green_distance_m_status", "unreachable", "de") == "nicht erreichbar"
    assert value_text("name", "gp", "de") == "gp"


def test_numbers_are_rounded_to_one_digit_more_than_is_worth_reading():
    assert decimals_of("green_distance_m", CATALOGUE) == 1
    assert decimals_of("lacks_green_share", CATALOGUE) == 4
    assert decimals_of("residents", CATALOGUE) == 1
