"""A design's list of rooms against the requirements, checked by hand."""

from __future__ import annotations

import pytest

from nahraum.errors import InputError
from nahraum.flexhousing import read_requirements
from nahraum.flexhousing.design import checked_design, dwellings_of, read_rooms
from nahraum.publish.housing.brief import example_csv


@pytest.fixture(scope="module")
def example():
    return read_rooms(example_csv())


def _value(found, name):
    return found.rows.set_index("requirement_id").loc[name]


def test_the_example_of_the_brief_can_be_read_and_is_what_it_says(example):
    table = dwellings_of(example).set_index("dwelling")
    assert table.loc["A1", ["rooms", "baths"]].tolist() == [3, 2]
    assert table.loc["A1", "outdoor_m2"] == 6.0 and table.loc["A1", "m2"] == pytest.approx(67.5)


def test_each_requirement_is_met_or_not_as_counted_by_hand(example):
    found = checked_design(example, read_requirements())
    assert _value(found, "separable_room")["value"] == 1.0
    assert _value(found, "private_outdoor")["value"] == 0.5  # A2 has 3 m²
    assert _value(found, "use_neutral_rooms")["value"] == pytest.approx(4 / 5)  # 22 m² is none of 14-18
    assert _value(found, "central_access")["value"] == pytest.approx(4 / 5)
    assert _value(found, "joker_room")["value"] == 0.5 and _value(found, "work_place")["value"] == 1.0
    assert _value(found, "own_entrance")["met"] is None  # no dwelling from 90 m² on
    met = (3 + 2 + 2 + 1 + 2 + 1 + 1 + 2) / (3 + 2 + 3 + 2 + 2 + 1 + 2 + 1 + 1 + 2)
    assert found.score == pytest.approx(met)


def test_a_dwelling_with_one_barrier_free_room_is_not_barrier_free(example):
    one = example.assign(barrier_free=example["room"].eq("1"))
    assert _value(checked_design(one, read_requirements()), "barrier_free")["value"] == 0.0


def test_a_better_design_never_scores_less(example):
    before = checked_design(example, read_requirements()).score
    wider = example.assign(m2=example["m2"].where(example["use"] != "outdoor", 8.0))
    assert checked_design(wider, read_requirements()).score > before


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_a_list_may_end_its_lines_as_any_system_does(end):
    rooms = read_rooms(end.join(("dwelling;room;use;m2", "A1;1;living;20", 'A1;"2\ra";room;12,5', "")).encode())
    assert list(rooms["m2"]) == [20.0, 12.5]


def test_a_cell_without_end_is_refused_in_both_languages():
    with pytest.raises(InputError, match="cannot be read") as error:
        read_rooms(b'dwelling;room;use;m2\nA1;"' + b"x" * 140_000)
    assert vars(error.value)["german"]["what"].endswith("ist nicht lesbar")


def test_everything_wrong_in_a_list_is_told_at_once():
    text = "dwelling;room;use;m2\nA;1;pool;12\n;2;room;9\nA;3;joker;-1\n"
    with pytest.raises(InputError) as error:
        read_rooms(text.encode())
    assert len(error.value.where) == 4 and "pool" in error.value.where[0]
    with pytest.raises(InputError, match="columns missing"):
        read_rooms(b"a;b\n1;2\n")
    with pytest.raises(InputError, match="no dwelling"):
        read_rooms(b"dwelling;room;use;m2\n;1;shared;20\n")
