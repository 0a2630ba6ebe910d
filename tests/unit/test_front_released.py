"""A front as it leaves the office: near plans tell alike, prices and densities count nobody, conditions are said."""

from __future__ import annotations

import copy
import json
from itertools import pairwise
from typing import Any

import pytest
from publish_bundle import make_study

from front_example import front, front_with, point, site
from nahraum.publish.programme.front import front_paper
from nahraum.publish.programme.front_files import _picture
from nahraum.publish.programme.front_released import released_front

PARAMETERS = make_study().parameters()


def lacking(told: Any) -> list[float]:
    return [one["values"]["people_lacking_green"] for one in told["points"]]


def test_plans_that_are_two_persons_apart_tell_the_same():
    assert lacking(released_front(front_with([66.0, 64.0, 40.0]), PARAMETERS)) == [1230.0, 1230.0, 1260.0]
    assert lacking(released_front(front_with([66.0, 62.0, 40.0]), PARAMETERS)) == [1230.0, 1240.0, 1260.0]


def test_plans_between_those_that_are_told_too_far_apart_are_not_told():
    """2.9 persons from one to the next over 60: a step between them would tell of so few."""
    told = lacking(released_front(front_with([100.0 + 2.9 * at for at in range(21)]), PARAMETERS))
    assert all(one == other or None in (one, other) for one, other in pairwise(told))
    assert told[0] is not None


def test_a_price_times_the_cost_of_a_site_counts_nobody():
    """1.6 persons per 100,000 EUR would be one or two persons of a site for 100,000 EUR."""
    prices = {one["limit"]: one["price"] for one in released_front(front(), PARAMETERS)["prices"]}
    assert prices == {"budget": 0.0, "least:dwellings": pytest.approx(2.0)}  # 20 people by 10 dwellings


def test_nothing_of_a_released_front_depends_on_more_than_the_persons_it_tells():
    """The share that a front dominates, whether a plan improves both: all by what is told."""
    first, other = front_with([64.0, 40.0, 2.0]), front_with([60.1, 38.2, 0.4])
    for one, share in ((first, 0.512345), (other, 0.498765)):
        one["hypervolume"] = share
        one["points"] = [told | {"double": bool(told["values"]["people_lacking_green"] < 1299.0)}
                         for told in one["points"]]  # fmt: skip
    told = released_front(first, PARAMETERS)
    assert json.dumps(told) == json.dumps(released_front(other, PARAMETERS))
    assert [one["double"] for one in told["points"]] == [True, True, False]
    assert told["points"][0]["gap"] == 0.0 and told["moved"] == {}


def test_a_quarter_with_few_residents_counts_in_no_plan():
    few = front_with([64.0])
    few["residents"] = {"Q1": 20.0}
    assert lacking(released_front(few, PARAMETERS)) == [1300.0]


def double(relieved: tuple[float, float], *, proven: bool = True, exists: bool | None = True) -> Any:
    found = front_with([64.0], green=list(relieved) if exists else [])
    found["payoff"] = [one | {"dwellings": 80.0} for one in found["payoff"]]
    found["double"] = {"exists": exists, "proven": proven, "most_green": ["a"], "most_dwellings": ["b"],
                       "relieved": list(relieved), "dwellings": [30.0, 80.0], "text": "exact"}  # fmt: skip
    return released_front(found, PARAMETERS)["double"]


def test_a_plan_that_relieves_too_few_to_be_told_does_not_improve_both():
    assert double((2.0, 1.0)) == double((0.0, 0.0)) | {"most_green": [], "most_dwellings": []}
    assert "mindestens 3 Menschen" in double((2.0, 1.0))["text"] == double((0.0, 0.0), exists=False)["text"]
    assert double((2.0, 1.0), proven=False)["exists"] is None
    both = double((64.0, 2.0))
    assert both["relieved"] == [60.0, 60.0] and both["dwellings"] == [30.0, 30.0]
    assert both["most_dwellings"] == ["a"] and "einen Plan" in both["text"] and "2" not in both["text"]
    assert double((64.0, 30.0))["relieved"] == [60.0, 30.0]


@pytest.mark.parametrize(("persons", "told"), [(0.0, 0.0), (1.0, 0.0), (-2.0, 0.0), (3.0, 50.0), (-9.0, -50.0)])
def test_persons_are_counted_at_the_site_before_they_are_told_per_100_dwellings(persons, told):
    """At a site with 20 dwellings each person is five per 100: multiples of ten would count them."""
    found = copy.deepcopy(front())
    found["density"] = [site(20.0, green=persons * 5)]
    assert released_front(found, PARAMETERS)["density"][0]["green_persons"] == told


def test_how_many_share_a_green_does_not_follow_from_the_green_each_has():
    """20,000 m² for n people and 40 new ones: many n give the same change."""

    def told(n: int) -> dict[str, Any]:
        found = copy.deepcopy(front())
        change = 20_000 / (n + 40) - 20_000 / n
        found["density"] = [site(20.0, sharing=float(n), change=change * 5, until=(n - 6 * n * n / 20_000) / 2)]
        (row,) = released_front(found, PARAMETERS)["density"]
        return row

    for n in (206, 500, 1834, 2900):
        alike = [m for m in range(n - 60, n + 60) if told(m)["green_m2_change"] == told(n)["green_m2_change"]]
        assert len(alike) >= 10, n
    assert told(1834)["dwellings_until_green"] == 410.0 and told(1834)["green_sharing"] == 1830.0
    assert told(2)["green_m2_change"] is None


def test_what_a_shop_gains_by_dwellings_is_added_to_what_is_told():
    found = copy.deepcopy(front())
    found["density"] = [site(20.0) | {"shop_people": 1234.0, "shop_people_with": 1438.0}]
    (row,) = released_front(found, PARAMETERS)["density"]
    assert (row["shop_people"], row["shop_people_with"]) == (1230.0, 1430.0)


def test_the_paper_says_what_was_asked_and_no_ids(tmp_path):
    told = released_front(front(), PARAMETERS)
    text = str(front_paper(told, None).blocks)
    assert "neue Wohnungen: mindestens 200; Menschen ohne Grün: nicht schlechter als heute" in text
    assert "limit_" not in text and "gate" not in text and "neue Wohnungen, je 10" in text
    assert "heute, ohne Plan" in text


@pytest.mark.filterwarnings("error")
def test_a_front_of_two_objectives_is_drawn_without_a_third_as_colour(tmp_path):
    assert _picture(front(), tmp_path) is not None


def test_a_plan_that_is_not_told_is_not_drawn(tmp_path):
    found = front()
    found["points"].append(point("P04", None, 5e5))
    assert _picture(found, tmp_path) is not None
