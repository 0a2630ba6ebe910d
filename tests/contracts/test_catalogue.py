"""Every published value can be asked: what is it, how computed, from where, tested by which hand-computed case."""

import importlib
import keyword
import re
from pathlib import Path

import pytest

from nahraum.errors import InputError
from nahraum.indicators.catalogue import (
    KINDS,
    Indicator,
    entry,
    entry_of,
    format_value,
    parameters_of,
    read_catalogue,
    sentence,
)
from nahraum.parameters import EVIDENCE, Parameters
from nahraum.tables import PREREQUISITES

UNIT_TESTS = Path(__file__).parents[1] / "unit"
PACKAGE = Path(__file__).parents[2] / "src" / "nahraum"
CATALOGUE = read_catalogue()
FORBIDDEN = re.compile(r"\b(arm|arme|poor|deprived|worst|benachteilig\w*|wahrscheinlich\w*|probabilit\w*)\b", re.I)
OTHER_WORDS = re.compile(r"\bBewohner|Einwohnerin|\bPersonen\b|je Person|Konkurrenz|unterversorgt|zu wenig versorgt")
every = pytest.mark.parametrize("item", CATALOGUE, ids=lambda item: item.id)


@every
def test_every_entry_has_a_function_that_exists_and_bears_its_name(item: Indicator) -> None:
    module, name = item.function.split(":")
    function = getattr(importlib.import_module(module), name)
    assert callable(function) and function.__doc__
    assert name == item.id or keyword.iskeyword(item.id)


@every
def test_every_entry_has_a_hand_computed_test_named_after_it(item: Indicator) -> None:
    tests = [file.read_text(encoding="utf-8") for file in sorted(UNIT_TESTS.glob("test_in*_*.py"))]
    assert any(f"def test_{item.id}_" in text for text in tests), f"no test_{item.id}_… in tests/unit"


@every
def test_every_entry_speaks_both_languages_and_names_source_and_limits(item: Indicator) -> None:
    for name in ("label", "formula", "sentence", "limits"):
        for language in ("de", "en"):
            text = item.text(name, language)
            assert text.strip() and not FORBIDDEN.search(text), f"{item.id}.{name}_{language}"
    assert item.label_de != item.label_en
    assert item.source and item.evidence in EVIDENCE and item.kind in KINDS
    assert bool(item.unit) == bool(item.unit_de)


@every
def test_every_sentence_holds_its_value(item: Indicator) -> None:
    for language in ("de", "en"):
        assert format_value(item, 0.25, language) in sentence(item, 0.25, language)


@every
def test_needs_and_parameters_of_every_entry_exist(item: Indicator) -> None:
    assert item.prerequisite in ("", *PREREQUISITES)
    assert all(entry_of(need) is not None for need in item.needs)
    parameters = Parameters()
    assert len(parameters_of(item, parameters)) == len(item.parameters)


def test_no_column_belongs_to_two_entries() -> None:
    columns = [column for item in CATALOGUE for column in {item.id, *item.columns}]
    assert len(columns) == len(set(columns))


def test_a_column_leads_to_its_entry() -> None:
    assert entry("lacks_green_share").id == entry("lacks_green_status").id == "lacks_green"
    assert entry("several_k3_share_max").id == "several_share"
    assert entry_of("geometry") is None
    with pytest.raises(InputError, match="gp_distance_m"):
        entry("gp_distance")


def test_numbers_are_written_as_readers_write_them() -> None:
    green = entry("green_m2_per_resident")
    assert format_value(green, 1234.56, "de") == "1.234,6 m² je Einwohner"
    assert format_value(green, 1234.56, "en") == "1,234.6 m²/person"
    assert format_value(entry("lacks_green"), 0.256, "de") == "26 %"
    assert format_value(green, float("nan"), "de") == "unbekannt"
    assert format_value(entry("known_dimensions"), "green+supply", "de") == "Grün + Nahversorgung"


WORDED = ("indicators/catalogue.toml", "indicators/themes/*.toml", "area/notes.toml", "index/*.py")


@pytest.mark.parametrize("name", WORDED)
def test_one_german_word_for_one_thing(name: str) -> None:
    """Einwohner, im Wettbewerb, unbekannt: the words of the glossary and of the report."""
    for file in sorted(PACKAGE.glob(name)):
        assert OTHER_WORDS.findall(file.read_text(encoding="utf-8")) == [], file.name
