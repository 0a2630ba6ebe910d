"""Entries of a register and mapped places: which pairs are the same place, by hand and by brute force."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nahraum.area.matching import matched_places, plain_name, similarity
from nahraum.parameters import Parameters


def places(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["id", "name", "x_m", "y_m"]).astype({"x_m": float, "y_m": float})


def pairs(register: pd.DataFrame, mapped: pd.DataFrame) -> list[tuple[str, str, str]]:
    found = matched_places(register, mapped, Parameters())
    return list(zip(found["register_id"], found["mapped_id"], found["by"], strict=True))


def test_words_that_say_nothing_do_not_make_two_names_alike() -> None:
    generic = Parameters().value("registers.generic_words")
    assert plain_name("Ev. Kita „Löwenzahn“ Straße", generic) == "loewenzahn strasse"
    assert plain_name("Kita", generic) == "kita"  # nothing else is left
    assert similarity(plain_name("Adler-Apotheke", generic), plain_name("Apotheke am Adler", generic)) == 1.0
    assert similarity(plain_name("Adler-Apotheke", generic), plain_name("Rosen-Apotheke", generic)) < 0.3


def test_similarity_is_the_dice_coefficient_of_trigrams() -> None:
    # "adler": __a _ad adl dle ler er_ ; "adel": __a _ad ade del el_ ; two in common of 6 + 5
    assert similarity("adler", "adel") == pytest.approx(2 * 2 / 11)
    assert similarity("adler", "") == 0.0


def test_where_no_place_is_mapped_nothing_matches() -> None:
    none = places(("o1", "Rosen-Apotheke", 0, 0)).iloc[:0]
    assert pairs(places(("r1", "Rosen-Apotheke", 0, 0), ("r2", "Adler", math.nan, math.nan)), none) == []
    assert pairs(none, none) == []


def test_a_place_of_the_same_name_wins_over_a_nearer_one() -> None:
    register = places(("r1", "Rosen-Apotheke", 0, 0))
    mapped = places(("o1", "Adler-Apotheke", 10, 0), ("o2", "Rosen Apotheke", 120, 0))
    assert pairs(register, mapped) == [("r1", "o2", "name")]


def test_the_nearest_is_taken_where_no_name_tells() -> None:
    register = places(("r1", "", 0, 0), ("r2", "", 100, 0))
    mapped = places(("o1", "", 90, 0), ("o2", "", 30, 0))
    assert pairs(register, mapped) == [("r1", "o2", "nearest"), ("r2", "o1", "nearest")]


def test_places_of_another_name_must_be_very_near() -> None:
    register = places(("r1", "Rosen-Apotheke", 0, 0), ("r2", "Linden-Apotheke", 1000, 0))
    mapped = places(("o1", "Adler-Apotheke", 49, 0), ("o2", "Hirsch-Apotheke", 1060, 0))
    assert pairs(register, mapped) == [("r1", "o1", "nearest")]


def test_nothing_beyond_150_m_is_the_same_place() -> None:
    register, mapped = places(("r1", "Rosen", 0, 0)), places(("o1", "Rosen", 150.2, 0))
    assert pairs(register, mapped) == []


def test_an_entry_and_a_place_are_in_one_pair_at_most_and_ties_go_to_the_lowest_id() -> None:
    register = places(("r2", "", 0, 0), ("r1", "", 20, 0))
    mapped = places(("o1", "", 10, 0))
    assert pairs(register, mapped) == [("r1", "o1", "nearest")]


def test_an_entry_without_position_takes_the_one_place_of_its_name() -> None:
    register = places(("r1", "Spielplatz Am Wall", math.nan, math.nan), ("r2", "Nordpark", math.nan, math.nan))
    mapped = places(("o1", "Am Wall", 5000, 0), ("o2", "Nordpark", 1, 1), ("o3", "Nordpark", 900, 9))
    assert pairs(register, mapped) == [("r1", "o1", "name_only")]  # two places are called Nordpark


def greedy(register: pd.DataFrame, mapped: pd.DataFrame) -> list[tuple[str, str, str]]:
    """The rule again, word for word and without any index."""
    parameters = Parameters()
    generic = parameters.value("registers.generic_words")
    rows = []
    for r in register.itertuples():
        for o in mapped.itertuples():
            metres = round(math.hypot(r.x_m - o.x_m, r.y_m - o.y_m), 2)
            if metres > 150:
                continue
            one, other = plain_name(r.name, generic), plain_name(o.name, generic)
            alike = similarity(one, other) >= parameters.number("registers.name_similarity")
            if alike or not one or not other or metres <= 50:
                rows.append((not alike, metres, r.id, o.id))
    found: list[tuple[str, str, str]] = []
    for other_name, _, one, other in sorted(rows):
        if not any(one == pair[0] or other == pair[1] for pair in found):
            found.append((one, other, "nearest" if other_name else "name"))
    return sorted(found)


@pytest.mark.parametrize("seed", range(5))
def test_pairs_are_those_of_the_rule_word_for_word(seed: int) -> None:
    rng = np.random.default_rng(seed)
    names = ["Rosen-Apotheke", "Adler Apotheke", "Apotheke am Markt", "Linden", ""]

    def drawn(letter: str, number: int) -> pd.DataFrame:
        xy = rng.uniform(0, 600, (number, 2)).round(2)
        return places(*((f"{letter}{i:03d}", str(rng.choice(names)), *xy[i]) for i in range(number)))

    register, mapped = drawn("r", 60), drawn("o", 40)
    assert pairs(register, mapped) == greedy(register, mapped)
    shuffled = pairs(register.sample(frac=1, random_state=seed), mapped.sample(frac=1, random_state=seed))
    assert shuffled == pairs(register, mapped)
