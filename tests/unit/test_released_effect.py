"""What of a what-if answer leaves the office, by hand."""

import pandas as pd

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
