import numpy as np
import pytest

from nahraum.index.combinations import combination_id, combination_name, digits_of
from six_cells import NO_GREEN, NO_NET, NO_SPACE, NO_SUPPLY, analysed

UNKNOWN_NET = {"offer": np.nan, "offer_status": "missing"}


def test_sixteen_combinations_and_the_undetermined_with_all_residents() -> None:
    table = analysed().result.combinations
    assert len(table) == 17 and table["combination"].is_unique
    assert table["residents"].sum() == 500.0 and table["share"].sum() == pytest.approx(1.0)
    found = table.set_index("combination")["residents"]
    assert found[found > 0].to_dict() == {
        "none": 200.0,
        "green": 40.0,
        "supply": 30.0,
        "living_space+green": 100.0,
        "living_space+supply": 20.0,
        "green+internet": 60.0,
        "living_space+green+internet+supply": 50.0,
    }


def test_inner_city_and_peripheral_patterns_are_named() -> None:
    table = analysed([{**NO_SPACE, **NO_GREEN}, {"cell": (1, 0), **NO_NET, **NO_SUPPLY}]).result.combinations
    named = table.set_index("combination")["name_de"]
    assert named["living_space+green"] == "Wohnraum + Grün (innerstädtisches Muster)"
    assert named["internet+supply"] == "Internet-Angebot + Nahversorgung (Randlagen-Muster)"
    assert named["none"] == "keine fehlt"


def test_what_is_known_of_the_undetermined_adds_up_to_them() -> None:
    people = [{**UNKNOWN_NET, **NO_SPACE, "residents": 7.0}, {**UNKNOWN_NET, "cell": (1, 0)}, {"cell": (2, 0)}]
    found = analysed(people).result
    undetermined = found.combinations.set_index("combination").loc["undetermined"]
    assert undetermined["residents"] == 17.0 and undetermined[["living_space", "green"]].isna().all()
    partly = found.partly_known.set_index("combination")["residents"]
    assert partly.to_dict() == {"internet?": 10.0, "living_space+internet?": 7.0}


def test_whole_millionths_survive_the_split_by_the_offer() -> None:
    table = analysed([{"residents": 1.000001, "offer": 1 / 3}]).result.combinations.set_index("combination")
    assert table.loc["none", "residents"] == pytest.approx(1.000001 / 3, abs=1e-6)
    assert round(table["residents"].sum() * 1e6) == 1_000_001


def test_ids_and_digits_are_two_ways_to_write_the_same() -> None:
    assert combination_id(digits_of(0)) == "none"
    assert combination_id((1, 0, 2, 1)) == "living_space+internet?+supply"
    assert combination_name("living_space+internet?", "en") == "living space + internet offer?"


def test_six_cells_are_still_six_cells() -> None:
    assert len(analysed().result.cells) == 6
