"""Quality classes of public transport: the printed rows of METHODS 3.5 and 13, and the edges of the tables."""

from __future__ import annotations

import pytest

from nahraum.errors import StudyError
from nahraum.indicators.transit_classes import SYSTEMS, quality_class, read_system, stop_category
from nahraum.parameters import Parameters

# METHODS 3.5, row by row: interval in the middle of each row → category by mode
OEROK = {
    4: "I I II III", 7: "I II III III", 15: "II III IV IV", 30: "III IV V V", 50: "IV V VI VI", 90: "V VI VII VII",
    150: "- VII VIII VIII", 211: "- - - -",
}  # fmt: skip
OEROK_CLASSES = {
    "I": "AABCD", "II": "ABCDE", "III": "BCDEF", "IV": "CDEFG", "V": "DEFGG", "VI": "EFG--", "VII": "FGG--",
    "VIII": "GG---",
}  # fmt: skip
ARE = {4: "I I I V", 7: "I I II V", 15: "I II III V", 30: "II III IV V", 50: "III IV V -", 61: "- - - -"}
ARE_CLASSES = {"I": "AABC", "II": "ABCD", "III": "BCD-", "IV": "CD--", "V": "D---"}
DE = {
    4: "I I II", 7: "I II III", 15: "II III IV", 30: "III IV V", 50: "IV V VI", 90: "V VI VII", 121: "- - -",
}  # fmt: skip
DE_CLASSES = {
    "I": "AABC", "II": "ABCD", "III": "BCDE", "IV": "CDEF", "V": "DEF-", "VI": "EF--", "VII": "F---",
}  # fmt: skip
TABLES = {"oerok": (OEROK, OEROK_CLASSES), "are": (ARE, ARE_CLASSES), "de": (DE, DE_CLASSES)}
RINGS = (300.0, 500.0, 750.0, 1000.0, 1250.0)


def test_golden_row_of_oerok() -> None:
    """Mode 2 with 22 departures per direction in 840 minutes: 38.2 min, IV; D at 480 m, E at 700 m."""
    oerok = read_system(Parameters(), "oerok")
    assert oerok.minutes / 22 == pytest.approx(38.2, abs=0.05)
    assert stop_category(oerok, "2", oerok.minutes / 22) == "IV"
    assert quality_class(oerok, "IV", 480.0) == "D"
    assert quality_class(oerok, "IV", 700.0) == "E"


def test_golden_row_of_goat() -> None:
    """A tram (B) every 9 minutes is II; at 450 m that is B."""
    german = read_system(Parameters(), "de")
    assert stop_category(german, "B", 9.0) == "II"
    assert quality_class(german, "II", 450.0) == "B"


@pytest.mark.parametrize("name", SYSTEMS)
def test_every_row_of_the_tables(name: str) -> None:
    system, (categories, classes) = read_system(Parameters(), name), TABLES[name]
    for interval, row in categories.items():
        assert [stop_category(system, mode, interval) for mode in system.modes] == row.split(), interval
    for category, row in classes.items():
        assert [quality_class(system, category, ring - 1) for ring in RINGS[: len(row)]] == list(row), category
        assert quality_class(system, category, RINGS[len(row) - 1] + 1) == "-"
        # a ring includes its upper limit
        assert [quality_class(system, category, ring) for ring in RINGS[: len(row)]] == list(row), category
    assert set(classes) == set(system.classes)
    assert quality_class(system, "-", 0.0) == "-"


@pytest.mark.parametrize(
    ("name", "mode", "interval", "category"),
    [
        ("oerok", "4", 5.0, "III"), ("oerok", "2", 5.0, "II"), ("oerok", "2", 10.0, "II"), ("oerok", "2", 20.0, "IV"),
        ("oerok", "2", 40.0, "IV"), ("oerok", "2", 60.0, "V"), ("oerok", "2", 120.0, "VI"),
        ("oerok", "2", 210.0, "VII"),
        ("are", "rail_line", 5.0, "I"), ("are", "tram_bus", 5.0, "II"), ("are", "tram_bus", 10.0, "III"),
        ("are", "tram_bus", 40.0, "V"), ("are", "tram_bus", 60.0, "V"), ("are", "cableway", 60.0, "-"),
        ("de", "B", 5.0, "I"), ("de", "B", 10.0, "II"), ("de", "C", 120.0, "VII"),
    ],
)  # fmt: skip
def test_an_interval_of_exactly_a_limit(name: str, mode: str, interval: float, category: str) -> None:
    """ÖROK: below 5, up to 10, below 20, up to 40 …; ARE: below each limit, up to the last; German: up to each."""
    assert stop_category(read_system(Parameters(), name), mode, interval) == category


def test_each_system_has_its_own_metric() -> None:
    found = {name: read_system(Parameters(), name).metric for name in SYSTEMS}
    assert found == {"oerok": "network", "are": "linear", "de": "linear"}


def test_ranks_count_from_a_and_none_comes_last() -> None:
    assert [len(read_system(Parameters(), name).letters) for name in SYSTEMS] == [7, 4, 6]
    oerok = read_system(Parameters(), "oerok")
    assert [oerok.rank(letter) for letter in "ABG-"] == [1, 2, 7, 8]
    assert [oerok.letter(rank) for rank in (1, 7, 8)] == ["A", "G", "-"]


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        ({"transit_classes.oerok.metric": "by car"}, "network or linear"),
        ({"transit_classes.oerok.rings_m": [300.0, 500.0]}, "has not one value for each ring"),
        ({"transit_classes.oerok.interval_limits_min": [5.0, 4.0]}, "ascending"),
        ({"transit_classes.oerok.route_types.4": ["bus"]}, "is no range"),
        ({"transit_classes.oerok.good": ["A", "Z"]}, "'Z' is no class"),
        ({"transit_classes.oerok.directions": "three"}, "two or served"),
        ({"transit_classes.oerok.to_hour": 30}, "hours of one day"),
    ],
)
def test_tables_that_do_not_fit_are_refused(overrides: dict, reason: str) -> None:
    with pytest.raises(StudyError, match=reason):
        read_system(Parameters(overrides), "oerok")
