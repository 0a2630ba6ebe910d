"""Headings that mean something of their own in one table: each has a German and an English text of its own."""

import tomllib
from importlib import resources

import pytest

from nahraum.publish import labels

TABLES = tomllib.loads(resources.files("nahraum.publish").joinpath("table_headings.toml").read_text(encoding="utf-8"))


def test_the_class_of_status_is_not_headed_like_the_class_of_lacks() -> None:
    assert labels.headings_of("social_status", "de")["class"] == "Statusklasse (Kennung)"
    assert labels.headings_of("social_associations", "en")["rank"] == "rank correlation"


def test_a_table_without_words_of_its_own_has_none() -> None:
    assert labels.headings_of("categories", "de") == {}


@pytest.mark.parametrize("table", sorted(TABLES))
def test_no_two_columns_of_a_table_share_a_heading(table: str) -> None:
    for language in labels.LANGUAGES:
        headings = list(labels.headings_of(table, language).values())
        assert len(headings) == len(set(headings)) and all(headings)
