"""What several plans tell together, and a plan beside the tables: no more than each alone."""

from __future__ import annotations

import copy
import json
import random
from datetime import date
from pathlib import Path

import pytest
from plan_example import example_plan, figure, people
from publish_bundle import make_study

from attack_plans import PlanHarness
from nahraum.errors import InputError
from nahraum.publish import ledger
from nahraum.publish.programme import released_plan, write_plan
from nahraum.publish.programme.past_plans import PastPlans
from nahraum.publish.programme.released import PlanDocument

PARAMETERS = make_study().parameters()
K, STEP = 3, 10


def plan_with(gain: float, name: str = "a") -> PlanDocument:
    """A plan by which so many of quarter Q1 gain green."""
    flows = people(relieved=gain, green=gain)
    plan = example_plan(name=name, measures=[], goals=[], displacement=[], monitoring=[
        figure("lacks_green_share", "Grün", 0.44, 0.4, area_id="Q1"),
    ])  # fmt: skip
    row = {"quarter_id": "Q1", "name": "Q1", "residents": 3200.0, "lacks_removed": {"exact": gain}, **flows}
    plan["outcome"] |= {"by_quarter": [row], "lacks_removed": {"exact": gain}, "people_relieved": {"exact": gain}}
    return plan


def out(plan: PlanDocument, internal: Path) -> PlanDocument:
    """A plan let out of the office."""
    past = PastPlans.of(internal, PARAMETERS)
    told = released_plan(plan, PARAMETERS, past)
    past.record(told, internal, PARAMETERS)
    return told


def relieved(told: PlanDocument) -> dict[str, float]:
    return {one["quarter_id"]: one["relieved"] for one in told["outcome"]["by_quarter"]}.get("Q1", {})


def test_two_plans_that_differ_by_two_persons_tell_the_same(tmp_path):
    """124 is about 120, 126 about 130: with a measure for "fewer than 3" the jump would tell of one or two persons."""
    assert relieved(released_plan(plan_with(126.0), PARAMETERS)) == {"about": 130}
    first, second = out(plan_with(124.0), tmp_path), out(plan_with(126.0, "b"), tmp_path)
    assert relieved(first) == relieved(second) == {"about": 120}
    assert second["outcome"]["people_relieved"] == {"about": 120}
    assert relieved(out(plan_with(128.0, "c"), tmp_path)) != {"about": 130}  # two more than the second


def test_monitoring_next_money_and_prices_tell_no_more_than_an_earlier_plan(tmp_path):
    def plan(number: float, name: str) -> PlanDocument:
        found = plan_with(number, name)
        found["monitoring"] = [figure("residents_served", "Menschen", number, 2 * number, unit="persons")]
        found["next_money"] = {"eur": 1e5, "gain": number, "most": number, "names": [], "quarter_ids": ["Q1"],
                               "unit": "person × prerequisite"}  # fmt: skip
        found["limits"] = [{"name": "budget", "label": "Budget", "unit": "eur", "used": 1.0, "allowed": 2.0,
                            "slack": 1.0, "price": number / 1e5}]  # fmt: skip
        return found

    def persons(told: PlanDocument) -> list[float]:
        more, (one,) = told["next_money"], told["monitoring"]
        return [one["baseline"], one["target"], more["gain"], more["most"], round(told["limits"][0]["price"] * 1e5)]

    assert persons(released_plan(plan(126.0, "b"), PARAMETERS)) == [130, 250, 130, 130, 130]
    first = persons(out(plan(124.0, "a"), tmp_path))
    assert first == [120, 250, 120, 120, 120] == persons(out(plan(126.0, "b"), tmp_path))


def test_a_few_who_gain_are_not_told_by_a_quarter_that_appears(tmp_path):
    assert out(plan_with(2.5), tmp_path)["outcome"]["by_quarter"] == []
    assert out(plan_with(3.4, "b"), tmp_path)["outcome"]["by_quarter"] == []
    assert relieved(out(plan_with(30.0, "c"), tmp_path)) == {"about": 30}


@pytest.mark.parametrize("seed", range(4))
def test_an_attacker_with_all_plans_never_finds_a_difference_of_one_or_two_persons(seed, tmp_path):
    """Whatever the plans and their order: figures told otherwise are at least k persons apart, or one is not told."""
    draw = random.Random(seed)
    plans = [(value, relieved(out(plan_with(value, f"p{at}"), tmp_path)))
             for at, value in enumerate(draw.uniform(100.0, 120.0) for _ in range(12))]  # fmt: skip
    for at, (value, told) in enumerate(plans):
        for other, said in plans[:at]:
            assert told == said or abs(value - other) >= K or {} in (told, said)
            assert abs(told.get("about", value) - value) <= 2 * STEP


@pytest.mark.parametrize("seed", range(3))
def test_nothing_of_a_released_plan_depends_on_more_than_the_persons_it_tells(seed):
    """Every exact number moved within its rounding: the document, its targets beside the tables too, stays the same."""
    draw, plan = random.Random(seed), example_plan()
    plan["area"]["quarters"][0]["known"] = {"lacks_green_share": 2900.0}
    plan["monitoring"] += [figure("lacks_green_share", "Grün", 0.44, 0.37, area_id="Q1")]
    moved = copy.deepcopy(plan)
    for row in [*moved["outcome"]["by_quarter"], *(q for one in moved["measures"] for q in one["effect_by_quarter"])]:
        told = [row["relieved"], row["newly_lacking"], *([row["lacks_removed"]] if "lacks_removed" in row else [])]
        told += [way for ways in row["prerequisites"].values() for way in ways.values()]
        for one in told:
            one["exact"] = within(one["exact"], draw)
    moved["monitoring"][-1]["target"] = draw.random()
    assert json.dumps(released_plan(moved, PARAMETERS)) == json.dumps(released_plan(plan, PARAMETERS))


def of_four(gains: dict[str, float]) -> PlanDocument:
    """A plan by which so many gain green in each quarter, in the order of the exact numbers."""
    rows = [{"quarter_id": name, "name": name, "residents": 3200.0, "lacks_removed": {"exact": n},
             **people(relieved=n, green=n)} for name, n in sorted(gains.items(), key=lambda one: -one[1])]  # fmt: skip
    told, green = {"exact": sum(gains.values())}, "lacks_green_share"
    figures = [figure(green, "Grün", 0.44, 0.4)]
    figures += [figure(green, "Grün", 0.44, 0.4, area_id=one["quarter_id"]) for one in rows]
    plan = example_plan(measures=[], displacement=[], monitoring=figures, goals=[
        {"id": "Z1", "label": "Grün", "text": "", "year": None, "figures": copy.deepcopy(figures)}
    ])  # fmt: skip
    n = told["exact"]
    plan["outcome"] |= {"by_quarter": rows, "lacks_removed": told, "people_relieved": told, "depth": 1.0 + 1.0 / n,
                        "near_threshold_share": 2.0 / n, "worst_fifth_gain": n / 1010.0}  # fmt: skip
    plan["outcome"]["by_prerequisite"] = [
        one | {"gain": told if one["id"] == "green" else {"exact": 0.0}} for one in plan["outcome"]["by_prerequisite"]
    ]
    plan["variants"][0] |= {"gap": n / 1e5}
    return plan


def test_neither_the_order_of_quarters_nor_a_mean_tells_who_of_two_that_are_told_alike_gains_more():
    """Q4 and Q3 are both few, Q1 and Q2 both about 120: sorted by exact numbers the first would gain more."""
    one = of_four({"Q1": 121.0, "Q2": 118.0, "Q3": 0.0, "Q4": 2.0, "Q5": 31.0, "Q6": 28.0})
    other = of_four({"Q1": 118.0, "Q2": 121.0, "Q3": 2.0, "Q4": 0.0, "Q5": 28.0, "Q6": 31.0})
    told = released_plan(one, PARAMETERS)
    assert json.dumps(told) == json.dumps(released_plan(other, PARAMETERS))
    assert [row["quarter_id"] for row in told["outcome"]["by_quarter"]] == ["Q1", "Q2", "Q5", "Q6"]
    assert [row["area_id"] for row in told["goals"][0]["figures"]] == ["", "Q1", "Q2", "Q5"]
    assert [row["area_id"] for row in told["monitoring"]] == ["", "Q1", "Q2", "Q5"]
    assert told["variants"][0]["gap"] == 0.003


def written(plans: dict[str, PlanDocument], folder: Path) -> PlanHarness:
    """What an attacker has of these plans, and what judges him."""
    past = PastPlans.of(folder / "internal", PARAMETERS)
    for name, plan in plans.items():
        exact = {**plan, "name": name}
        told = released_plan(exact, PARAMETERS, past)
        past.record(told, folder / "internal", PARAMETERS)
        past = PastPlans.of(folder / "internal", PARAMETERS)
        for document, where in ((told, folder / "plan" / name), (exact, folder / "internal" / "plan" / name)):
            where.mkdir(parents=True, exist_ok=True)
            (where / "plan.json").write_text(json.dumps(document), encoding="utf-8")
    return PlanHarness(folder)


def test_two_plans_hold_against_the_attacker_and_planted_leaks_are_found(tmp_path):
    gains = {"Q1": 124.0, "Q2": 118.0, "Q3": 0.0, "Q4": 2.0, "Q5": 31.0, "Q6": 28.0}
    two = {"a": of_four(gains), "b": of_four({**gains, "Q1": 126.0, "Q6": 29.5})}
    harness = written(two, tmp_path)
    assert harness.everything() == []
    rows = harness.told["b"]["outcome"]["by_quarter"]
    rows[0]["relieved"] = {"about": 130}
    assert any("Q1/relieved" in one for one in harness.plan_by_plan())
    rows[1]["newly_lacking"] = {"exact": 2.0}
    assert any("Q2/newly_lacking" in one for one in harness.off_tens())
    rows[0], rows[1] = rows[1], rows[0]
    harness.told["b"]["measures"] = [
        {"number": "M01", "site_id": "b", "start_year": 2027, "cost": {"mid_eur": 1.0}},
        {"number": "M02", "site_id": "a", "start_year": 2027, "cost": {"mid_eur": 1.0}},
    ]
    assert harness.orders() == ["b: quarters in an order of their own", "b: measures numbered by what is not told"]
    harness.told["b"]["monitoring"].append(figure("lacks_green_share", "Grün", 0.4, None, area_id="Q4"))
    assert any("Q4" in one for one in harness.choices())


def test_means_of_a_plan_follow_from_persons_that_are_told():
    """Two of 300 near a threshold are 0.67 %; of an earlier plan with two persons fewer nothing changes."""
    past = PastPlans(K, STEP)
    names = ("near_threshold_share", "depth", "worst_fifth_gain", "lowest_status_gain")
    first = released_plan(of_four({"Q1": 154.0, "Q2": 146.0}), PARAMETERS, past)["outcome"]
    assert {name: first[name] for name in names} == {
        "near_threshold_share": 0.0, "depth": 1.0, "worst_fifth_gain": 0.3, "lowest_status_gain": None
    }  # fmt: skip
    again = PastPlans(K, STEP, {key: [one] for key, one in past.now.items()})
    second = released_plan(of_four({"Q1": 155.5, "Q2": 146.0}), PARAMETERS, again)["outcome"]
    assert {name: first[name] for name in names} == {name: second[name] for name in names}
    small = of_four({"Q1": 154.0, "Q2": 146.0})
    small["outcome"]["by_quarter"][1]["residents"] = 60.0
    told = released_plan(small, PARAMETERS)["outcome"]
    assert {name: told[name] for name in names} == dict.fromkeys(names) | {"near_threshold_share": 0.0}


def within(exact: float, draw: random.Random) -> float:
    """Another number of persons that is told alike."""
    if exact < K:
        return draw.uniform(0.0, K - 0.01)
    about = max(STEP, STEP * int(exact / STEP + 0.5))
    return draw.uniform(max(K, about - STEP / 2), about + STEP / 2 - 0.01)


def test_a_plan_stands_in_the_ledger_once_and_a_withdrawn_one_binds_no_more(tmp_path):
    out(plan_with(124.0), tmp_path)
    out(plan_with(124.0), tmp_path)
    (entry,) = ledger.read_ledger(tmp_path)
    assert [table.name for table in entry.tables] == ["plan_figures"]
    ((_, told),) = ledger.past_values(tmp_path, "plan_figures")
    assert told.set_index("figure")["about"]["quarter/Q1/relieved"] == 120.0 and "exact" not in told
    ledger.withdraw(tmp_path, entry.id, reason="Entwurf", on=date(2026, 11, 23), version="1")
    assert relieved(out(plan_with(126.0), tmp_path)) == {"about": 130}


def test_without_the_figures_of_a_released_plan_nothing_is_written(tmp_path):
    out(plan_with(124.0), tmp_path / "internal")
    for path in (tmp_path / "internal" / "ledger").glob("*.json"):
        path.unlink()
    with pytest.raises(InputError, match="figures of a released plan are gone"):
        write_plan(plan_with(126.0), tmp_path, PARAMETERS)
    assert not (tmp_path / "plan").exists() and not (tmp_path / "internal" / "plan").exists()
