"""What fronts tell together, and beside plans and tables: no more than each alone."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from publish_bundle import make_study
from test_plan_ledger import STEP, K, out, plan_with

from front_example import TODAY, front_with
from nahraum.publish import ledger
from nahraum.publish.programme.front_released import released_front
from nahraum.publish.programme.past_plans import PastPlans

PARAMETERS = make_study().parameters()


def gains(values: list[float], internal: Path, name: str = "f") -> list[float | None]:
    """A front let out of the office; by how many persons each of its plans is told to relieve Q1."""
    past = PastPlans.of(internal, PARAMETERS)
    told = released_front(front_with(values, name=name), PARAMETERS, past)
    past.record(told, internal, PARAMETERS)
    found = [one["values"]["people_lacking_green"] for one in told["points"]]
    return [None if one is None else TODAY - one for one in found]


def gain(value: float, internal: Path, name: str) -> float | None:
    """A plan let out of the office; how many of Q1 are told to gain green."""
    rows = {one["quarter_id"]: one for one in out(plan_with(value, name), internal)["outcome"]["by_quarter"]}
    told = rows["Q1"]["prerequisites"]["green"]["gain"] if "Q1" in rows else {"fewer_than": K}
    return told.get("about", 0.0) if told else None


def test_two_fronts_whose_plans_differ_by_two_persons_tell_the_same(tmp_path):
    """124 is about 120, 126 about 130: beside a site for "fewer than 3" the jump would tell of one or two persons."""
    assert gains([126.0], tmp_path / "alone") == [130.0]
    assert gains([124.0], tmp_path) == gains([126.0], tmp_path, "g") == [120.0]


def test_a_front_and_a_plan_that_differ_by_two_persons_tell_the_same(tmp_path):
    assert gain(124.0, tmp_path, "a") == 120.0
    assert gains([126.0, 40.0], tmp_path) == [120.0, 40.0]
    assert gain(42.0, tmp_path, "b") == 40.0
    assert gains([124.0], tmp_path / "other") == [120.0] and gain(126.0, tmp_path / "other", "a") == 120.0


@pytest.mark.parametrize("seed", range(4))
def test_an_attacker_with_all_fronts_and_plans_never_finds_a_difference_of_one_or_two_persons(seed, tmp_path):
    """Whatever is released in whatever order: figures told otherwise are at least k persons apart, or one is not told.

    Today's number drops out of every difference: it is told once, and every value is that less the figures of a plan.
    """
    draw = random.Random(seed)
    known: list[tuple[float, float | None]] = []
    for at in range(8):
        if draw.random() < 0.5:
            value = draw.uniform(100.0, 120.0)
            known.append((value, gain(value, tmp_path, f"p{at}")))
        else:
            values = [draw.uniform(100.0, 120.0) for _ in range(3)]
            known += zip(values, gains(values, tmp_path, f"f{at}"), strict=True)
    for at, (value, told) in enumerate(known):
        for other, said in known[:at]:
            assert told == said or abs(value - other) >= K or None in (told, said)
        assert told is None or abs(told - value) <= 2 * STEP + K


def test_todays_number_beside_the_table_is_that_of_the_table_or_an_earlier_one(tmp_path):
    """So nobody subtracts one from the other: both are multiples of ten, and two days so near tell the same."""
    first = released_front(front_with([40.0]), PARAMETERS, past := PastPlans.of(tmp_path, PARAMETERS))
    past.record(first, tmp_path, PARAMETERS)
    later = front_with([40.0])
    later["today"]["people_lacking_green"] = TODAY + 6.0
    assert first["today"]["people_lacking_green"] == 1300.0
    assert released_front(later, PARAMETERS)["today"]["people_lacking_green"] == 1310.0
    later["today"]["people_lacking_green"] = TODAY + 2.0
    again = released_front(later, PARAMETERS, PastPlans.of(tmp_path, PARAMETERS))
    assert again["today"]["people_lacking_green"] == 1300.0


def test_a_front_stands_in_the_ledger_once_with_what_is_told_only(tmp_path):
    gains([124.0, 40.0], tmp_path)
    gains([124.0, 40.0], tmp_path)
    (entry,) = ledger.read_ledger(tmp_path)
    assert [table.name for table in entry.tables] == ["plan_figures"]
    ((_, told),) = ledger.past_values(tmp_path, "plan_figures")
    about = told.set_index("figure")["about"]
    assert sorted(about[about.index.str.startswith("quarter/Q1/green/gain#")].dropna()) == [40.0, 120.0]
