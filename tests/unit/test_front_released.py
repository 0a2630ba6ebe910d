"""A front as it leaves the office: near plans tell alike, prices count nobody, conditions are said."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from publish_bundle import make_study

from nahraum.publish.programme.front import FORMAT, FORMAT_VERSION, FrontDocument, front_paper, released_front
from nahraum.publish.programme.front_files import _picture

PARAMETERS = make_study().parameters()


def point(name: str, lacking: float, cost: float) -> dict[str, Any]:
    return {"point": name, "values": {"people_lacking_green": lacking, "cost": cost}, "exact": True, "gap": 0.0,
            "knee": name == "P02", "double": None, "sites": ["a"], "measures": []}  # fmt: skip


def front() -> FrontDocument:
    """Three plans: 1,234, 1,236 and 1,260 people lack green."""
    points = [point("P01", 1234.0, 3e6), point("P02", 1236.0, 2e6), point("P03", 1260.0, 1e6)]
    objectives = [
        {"name": name, "label": label, "unit": unit, "better": "lower"}
        for name, label, unit in (("people_lacking_green", "Menschen ohne Grün", "persons"), ("cost", "Kosten", "EUR"))
    ]
    payoff = [{"best_for": one["name"], **points[at]["values"]} for one, at in zip(objectives, (0, 2), strict=True)]
    prices = [{"point": "P01", "limit": limit, "price": price}
              for limit, price in (("budget", 1.6e-5), ("least:dwellings", 2.0), ("type:gate", 1.0))]  # fmt: skip
    return {
        "format": FORMAT, "format_version": FORMAT_VERSION, "released": False, "name": "f", "title": "T",
        "language": "de", "reference_date": "2026-06-30", "study": {"name": "M", "crs": "EPSG:25832"},
        "run": {"manifest": "0" * 16, "version": "1"}, "objectives": objectives, "points": points, "payoff": payoff,
        "ask": {"budget_eur": None, "least": {"dwellings": 200.0, "people_lacking_green": None}}, "prices": prices,
        "complete": True, "exact": True, "hypervolume": 0.5, "double": None, "density": [], "attribution": "",
        "warnings": [],
    }  # fmt: skip


def test_plans_that_are_two_persons_apart_tell_the_same():
    told = [one["values"]["people_lacking_green"] for one in released_front(front(), PARAMETERS)["points"]]
    assert told == [1230.0, 1230.0, 1260.0]
    other = copy.deepcopy(front())
    other["points"][1]["values"]["people_lacking_green"] = 1238.0
    assert released_front(other, PARAMETERS)["points"][1]["values"]["people_lacking_green"] == 1240.0


def test_a_price_times_the_cost_of_a_site_counts_nobody():
    """1.6 persons per 100,000 EUR would be one or two persons of a site for 100,000 EUR."""
    prices = {one["limit"]: one["price"] for one in released_front(front(), PARAMETERS)["prices"]}
    assert prices == {"budget": 0.0, "least:dwellings": pytest.approx(2.0)}  # 20 people by 10 dwellings


def test_the_paper_says_what_was_asked_and_no_ids(tmp_path):
    told = released_front(front(), PARAMETERS)
    text = str(front_paper(told, None).blocks)
    assert "neue Wohnungen: mindestens 200; Menschen ohne Grün: nicht schlechter als heute" in text
    assert "limit_" not in text and "gate" not in text and "neue Wohnungen, je 10" in text


@pytest.mark.filterwarnings("error")
def test_a_front_of_two_objectives_is_drawn_without_a_third_as_colour(tmp_path):
    assert _picture(front(), tmp_path) is not None
