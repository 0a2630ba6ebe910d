"""What of a what-if answer leaves the office, by hand."""

import pandas as pd

from nahraum.index.status_groups import StatusGroup, StatusGroups
from nahraum.parameters import Parameters
from nahraum.publish.whatif import planner_effect, released_effect
from nahraum.scenario.effect import Effect, flow_columns

FEWER = {"fewer_than": 3}


def effect(residents: float, **flows: float) -> Effect:
    row = pd.DataFrame([dict.fromkeys(flow_columns(), 0.0) | flows], index=["q"])
    side = pd.DataFrame({"residents_judged": [residents]}, index=["q"])
    return Effect(2, row, row.iloc[:0], side, side, side, side, 1)


def test_counts_are_rounded_to_ten_and_small_ones_are_fewer_than_three():
    told = released_effect(
        effect(500.0, several_no_longer=2.9, several_now=3.0, lacks_supply_no_longer=14.9, lacks_green_now=15.0),
        {"q": "Nord"}, Parameters(),
    )["quarters"][0]  # fmt: skip
    assert told["name"] == "Nord"
    assert (told["relieved"], told["newly_lacking"]) == (FEWER, {"about": 10})
    assert told["prerequisites"]["supply"] == {"no_longer_lacking": {"about": 10}, "now_lacking": FEWER}
    assert told["prerequisites"]["green"] == {"no_longer_lacking": FEWER, "now_lacking": {"about": 20}}


def test_small_quarters_and_those_with_nothing_to_tell_are_left_out_of_rows_and_totals():
    for one in (effect(99.0, several_no_longer=50.0), effect(500.0, several_no_longer=2.0)):
        told = released_effect(one, {}, Parameters())
        assert told["quarters"] == []
        assert told["residents"]["relieved"] == FEWER


def test_the_office_sees_the_numbers_as_they_are():
    told = planner_effect(effect(99.0, several_no_longer=2.0625), {"q": "Nord"})
    assert told["quarters"][0]["relieved"] == told["residents"]["relieved"] == 2.062
    assert told["quarters"][0]["before"] == {"residents_judged": 99.0}


TWO = StatusGroups(
    {"a": "low", "b": "low"}, (StatusGroup("low", "niedrig", "low"), StatusGroup("high", "hoch", "high"))
)


def three_quarters() -> Effect:
    """Relieved: 24 in a, 31 in b, both of low status; 2 in c, which has no class. 5 move in, 4 of them lacking."""
    names = ["a", "b", "c"]
    rows = pd.DataFrame(
        [dict.fromkeys(flow_columns(), 0.0) | {"several_no_longer": n} for n in (24.0, 31.0, 2.0)], index=names
    )
    side = pd.DataFrame({"residents_judged": [500.0] * 3}, index=names)
    return Effect(2, rows, rows.iloc[:0], side, side, side, side, 1, newcomers=5.0, newcomers_lacking=4.0)


def test_the_office_sees_who_is_relieved_by_status_the_lowest_first_and_who_moves_in():
    told = planner_effect(three_quarters(), {}, TWO)
    groups = [(one["status"], one["n_quarters"], one["relieved"]) for one in told["status_groups"]]
    assert groups == [("low", 2, 55.0), ("high", 0, 0.0), ("", 1, 2.0)]
    assert told["newcomers"] == {"residents": 5.0, "lacking": 4.0}
    assert planner_effect(three_quarters(), {})["status_groups"] == []


def test_outside_the_office_a_status_group_is_the_sum_of_the_quarters_shown():
    told = released_effect(three_quarters(), {}, Parameters(), TWO)
    assert [one["relieved"] for one in told["status_groups"]] == [{"about": 50}, FEWER, FEWER]
    assert told["residents"]["relieved"] == {"about": 50}
    assert "newcomers" not in told
