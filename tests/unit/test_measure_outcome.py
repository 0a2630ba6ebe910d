"""What a plan does to people, computed by hand."""

import numpy as np
import pandas as pd
import pytest

from nahraum import scenario
from nahraum.index.status_groups import StatusGroup, StatusGroups, status_groups
from nahraum.measures.built import Built
from nahraum.measures.lacking import censored_chance, several
from nahraum.measures.lives import Lives, flows_of, most_lacks, summed_flows
from nahraum.measures.outcome import outcome
from nahraum.scenario.state import StudyState
from tiny_studies import EAST, NORTH, parameters, study_area
from tiny_walks import net

LOWEST_FIRST = StatusGroups({"q": "low"}, (StatusGroup("low", "niedrig", "low"), StatusGroup("high", "hoch", "high")))


def three_groups() -> Lives:
    """10 people lack space, green, supply; 20 lack green, half of them internet too; 30 lack nothing.

    A park gives green to the first two and, crowded, is lost to the third.
    """
    before = np.array([[1.0, 1.0, 0.0, 1.0], [0.0, 1.0, 0.5, 0.0], [0.0, 0.0, 0.0, 0.0]])
    after = before.copy()
    after[:, 1] = [0.0, 0.0, 1.0]
    millions = np.array([10, 20, 30]) * 1_000_000
    return Lives(np.arange(3), np.zeros(3, dtype=np.int64), millions, before, after)


def test_what_goes_counts_for_those_with_several_lacks_and_what_arises_for_all():
    """Of the second group only the 10 without internet lacked two; all 30 of the third lack green now."""
    lives = three_groups()
    told = summed_flows(flows_of(lives, 2), lives, np.zeros(3, dtype=np.int64), pd.Index(["all"])).iloc[0]
    assert (told["people"], told["lacks_gone"], told["lacks_arisen"]) == (60.0, 20.0, 30.0)
    assert (told["people_relieved"], told["people_newly_lacking"]) == (10.0, 0.0)  # the first still lack two
    assert (told["people_gaining"], told["people_losing"]) == (30.0, 30.0)
    assert (told["green_no_longer_lacking"], told["green_now_lacking"]) == (30.0, 30.0)


def test_nobody_is_relieved_by_a_lack_that_becomes_unknown_nor_burdened_by_one_that_was():
    """A pharmacy where practices are not mapped: supply was lacking and is not known any more; and the reverse."""
    before, after = np.array([[1.0, 0.0, 0.0, 1.0]]), np.array([[1.0, 0.0, 0.0, np.nan]])
    turned = np.array([[0.0, np.nan, 0.0, 1.0]]), np.array([[0.0, 1.0, 0.0, 0.0]])  # one known lack before, one after
    for one, other in ((before, after), (after, before), turned):
        lives = Lives(np.arange(1), np.zeros(1, dtype=np.int64), np.array([10_000_000]), one, other)
        told = summed_flows(flows_of(lives, 2), lives, np.zeros(1, dtype=np.int64), pd.Index(["all"])).iloc[0]
        assert (told["people_relieved"], told["people_newly_lacking"]) == (0.0, 0.0)


def test_the_fifth_with_most_lacks_is_filled_from_the_top():
    """A fifth of 60 are 12: the 10 with three lacks, and 2 of the 20 with one and a half."""
    assert most_lacks(three_groups()).tolist() == [10.0, 2.0, 0.0]


def test_who_lacks_one_prerequisite_lacks_several_by_the_chance_of_the_others():
    lacks = np.array([[1.0, 1.0, 0.0, 1.0], [0.0, 1.0, 0.5, 0.0], [np.nan, 1.0, 0.25, 1.0]])
    np.testing.assert_array_equal(several(lacks, 2), [1.0, 0.5, 1.0])
    np.testing.assert_array_equal(several(lacks, 3), [1.0, 0.0, 0.25])
    np.testing.assert_array_equal(
        censored_chance(lacks, 2), [[1.0, 1.0, 1.0, 1.0], [1.0, 0.5, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0]]
    )
    np.testing.assert_array_equal(censored_chance(lacks, 1), np.ones((3, 4)))


@pytest.fixture
def street() -> StudyState:
    """A street of 3 km with a park at its eastern end; a's cell is crowded. a at 0, b at 950, c at 2,900 m."""
    nodes = {1 + n: (EAST + 100.0 * n, NORTH) for n in range(31)}
    area = study_area(
        {"a": (EAST, NORTH, 10.0), "b": (EAST + 950, NORTH, 20.0), "c": (EAST + 2900, NORTH, 40.0)},
        [(f"{name}_east", name, EAST + 3000, NORTH) for name in ("gp", "pharmacy", "primary_school", "stop")]
        + [(f"{name}_west", name, EAST, NORTH) for name in ("gp", "pharmacy", "primary_school", "stop")]
        + [("food", "food_full_range", EAST + 3000, NORTH)],
        {"park": (200.0, [(EAST + 3000, NORTH)])},
    )
    area.cells.loc[0, "internet_offer_share"] = 1.0
    return StudyState.of(area, net(nodes, [(n, n + 1, 1) for n in range(1, 31)]), parameters())


def test_a_shop_and_a_park_at_the_western_end_relieve_who_lives_there(street):
    """a and b lack food and green, c nothing; a shop and a park of 4 ha at 0 m, a walk of 950 m from b."""
    base = Built.of(street)
    rules = base.tally.ground.rules
    assert rules.supply_distance_m * 0.9 < 950 <= rules.supply_distance_m
    ring = [(EAST - 200, NORTH), (EAST, NORTH), (EAST, NORTH + 200), (EAST - 200, NORTH + 200)]
    shop = scenario.facility_added(category="food_full_range", x=EAST, y=NORTH)
    found = outcome(base, base.after([shop]), groups=LOWEST_FIRST)
    assert (found.lacks_removed, found.people_relieved, found.depth) == (30.0, 30.0, 1.0)
    assert found.quarters.loc["q", "supply_no_longer_lacking"] == 30.0
    assert found.status.loc["low", "people_relieved"] == 30.0
    assert found.lowest_status_gain == pytest.approx(30 / 70)
    assert found.most_lacks_people == pytest.approx(14.0)  # of the 30 with two lacks
    assert found.most_lacks_gain == 1.0
    assert (found.near.before, found.near.pairs) == (0.0, 30.0)
    assert found.near.after == found.near.either == pytest.approx(20 / 30)
    assert found.near.flagged  # two thirds are only just within reach
    before, after = found.total_before.iloc[0], found.total_after.iloc[0]
    assert (before["h_known"], after["h_known"]) == (pytest.approx(3 / 7), 0.0)
    assert (before["m0"], before["a"]) == (pytest.approx(3 / 7 / 2), 0.5)  # two lacks of four each
    assert before["food_full_range_distance_m"] == 100.0  # c's; the others find none within 1,500 m
    assert after["food_full_range_distance_m"] == pytest.approx((20 * 950 + 40 * 100) / 70)
    pd.testing.assert_series_equal(found.status_after.loc["low"], after, check_names=False)
    park = outcome(base, base.after([scenario.green_added(outline=ring, entrances=[(EAST, NORTH)])]))
    assert park.quarters.loc["q", "green_no_longer_lacking"] == 10.0  # b walks too far
    assert np.isnan(park.lowest_status_gain)


def test_people_who_move_in_are_told_apart_and_nobody_is_relieved_by_moving(street):
    base = Built.of(street)
    found = outcome(base, base.after([scenario.residents_added(7, address_id="a")]))
    assert (found.newcomers, found.newcomers_lacking) == (7.0, 7.0)
    assert (found.people_relieved, found.people_newly_lacking) == (0.0, 0.0)
    assert found.total["people"].iloc[0] == 70.0


def test_nothing_built_is_nothing_changed(street):
    base = Built.of(street)
    found = outcome(base, base)
    assert (found.lacks_removed, found.newcomers, found.near.flagged) == (0.0, 0.0, False)
    assert np.isnan(found.depth)
    pd.testing.assert_frame_equal(found.before, found.after)


def test_status_groups_come_lowest_first_and_quarters_without_a_class_have_none():
    areas = pd.DataFrame({
        "area_id": ["1", "2", "3"], "class": ["a", "b", ""], "class_de": ["hoch", "niedrig", ""],
        "class_en": ["high", "low", ""], "index": [-1.0, 1.5, np.nan],
    })  # fmt: skip
    found = status_groups(areas)
    assert [(one.id, one.label_en) for one in found.groups] == [("b", "low"), ("a", "high")]
    assert (found.of("1"), found.of("3"), found.of("none")) == ("a", "", "")
    assert status_groups(pd.DataFrame()).groups == ()
