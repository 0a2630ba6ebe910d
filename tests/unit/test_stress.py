"""The stress test by hand: customers per area, rooms, lines, care, and scenario files that are none."""

import numpy as np
import pandas as pd
import pytest
from test_mismatch import homes

from nahraum.errors import InputError
from nahraum.households.contracts import CLASSES
from nahraum.households.variants import variants
from nahraum.parameters import Parameters
from nahraum.publish.stress.chapter import _choice
from nahraum.publish.stress.living import _crowded
from nahraum.publish.stress.rules import rules_table
from nahraum.publish.stress.words import StressWords, stress_texts
from nahraum.stress import (
    customers,
    failing_by,
    read_scenario,
    ready_scenarios,
    several,
    throughput_per_hour,
    who_fails,
)
from nahraum.stress.line import line, loads_of, mbit_needed
from nahraum.stress.model import Place
from nahraum.stress.people import people_of
from nahraum.stress.reading import scenario_of

KNOWN = Parameters()


def place(speeds=None, **shares: float) -> Place:
    """One place for unit 1, quarter Q."""
    index = pd.MultiIndex.from_tuples([(1, "Q")], names=["unit_id", "quarter_id"])
    columns = {f"{name}{end}": [value] for name, value in shares.items() for end in ("_low", "", "_high")}
    offered = {speed: pd.Series([share], index=index) for speed, share in (speeds or {}).items()}
    return Place(pd.DataFrame(columns, index=index), offered)


def living(*rows, workers=0, pupils=0) -> pd.DataFrame:
    return homes(*rows).assign(quarter_id="Q", workers_assumed=workers, school_children_assumed=pupils)


def test_customers_of_late_2020_are_the_printed_ones():
    rule = read_scenario("nrw_november_2020").retail
    assert customers([95, 400, 800, 1200, 2500], rule).tolist() == [10, 40, 80, 100, 165]
    assert throughput_per_hour([800], rule, stay_min=25).tolist() == [192]
    assert np.isinf(throughput_per_hour([800], None, stay_min=25)).all()


def test_the_ready_scenarios_are_those_that_are_promised():
    assert ready_scenarios() == (
        "open_day", "nrw_spring_2020", "nrw_november_2020", "nrw_spring_2021", "heat_lockdown", "heat_wave",
    )  # fmt: skip
    assert read_scenario("open_day").chance("care_at_home") == 0
    assert read_scenario("nrw_spring_2021").chance("video_meeting") == pytest.approx(0.31 * 0.6)


def test_two_who_work_and_one_who_learns_need_three_rooms_beside_the_living_room():
    """Spring 2020: both at home 0.27², one 2·0.27·0.73; the pupil always."""
    table = living(*({"size": 4, "type": "couple_with_child", "10_17": 1, "18_19": 1, "rooms": n} for n in (3, 4, 5)),
                   workers=2, pupils=1)  # fmt: skip
    found = who_fails(table, None, read_scenario("nrw_spring_2020"))
    both, one = 0.27**2, 2 * 0.27 * 0.73
    assert found.chances["quiet_room"].likely.tolist() == pytest.approx([both + one, both, 0])
    assert found.chances["quiet_room"].low.tolist() == pytest.approx([both, 0, 0])  # the kitchen counts


def test_keeping_apart_needs_a_second_room_unless_one_lives_alone():
    table = living(
        {"size": 1, "type": "one_person", "rooms": 1}, {"size": 2, "type": "couple_without_child", "rooms": 2},
        {"size": 2, "type": "couple_without_child", "rooms": 3},
    )  # fmt: skip
    found = who_fails(table, None, read_scenario("open_day")).chances["isolation"]
    assert (found.likely.tolist(), found.low.tolist()) == ([0, 1, 0], [0, 0, 0])


def test_a_child_is_without_care_only_where_every_adult_works_elsewhere():
    table = living(
        {"size": 3, "type": "couple_with_child", "00_09": 1}, {"size": 2, "type": "lone_parent", "00_09": 1},
        {"size": 2, "type": "lone_parent", "10_17": 1},
    ).assign(workers_assumed=[1, 1, 1])  # fmt: skip
    found = who_fails(table, None, read_scenario("nrw_spring_2020")).chances["care"].likely
    assert found.tolist() == pytest.approx([0, 0.95 * 0.73, 0.25 * 0.95 * 0.73])
    assert who_fails(table, None, read_scenario("open_day")).chances["care"].likely.tolist() == [0, 0, 0]


def test_a_home_heats_up_likely_under_the_roof_and_at_most_in_the_whole_building():
    """Of three storeys one lies under the roof; a person of 80 is frail for sure, one of 70 to 79 with a half."""
    kinds = ["dwellings_3_to_6", "dwellings_7_to_12", "detached_one", "dwellings_3_to_6"]
    table = living(
        {"size": 1, "type": "one_person", "80_plus": 1}, {"size": 1, "type": "one_person", "70_79": 1},
        {"size": 1, "type": "one_person", "80_plus": 1}, {"size": 1, "type": "one_person", "80_plus": 1},
    ).assign(building_type=kinds, building_year=["1949_to_1978"] * 3 + ["from_2020"])  # fmt: skip
    found = who_fails(table, None, read_scenario("heat_wave")).chances["heat"]
    assert found.likely.tolist() == pytest.approx([0.33, 0.125, 0, 0])
    assert (found.low.tolist(), found.high.tolist()) == ([0, 0, 0, 0], pytest.approx([1, 0.5, 0, 0]))


def test_the_line_of_the_example_needs_34_down_and_23_up_at_worst():
    """METHODS 4.2: two in video meetings, two in lessons, one stream, background of four: 27 and 18.2 before 0.8."""
    table = living({"size": 4, "type": "couple_with_child", "10_17": 2, "rooms": 5}, workers=2, pupils=2)
    loads = [
        ("workers", 0.6, 4.0, 4.0),
        ("pupils", 0.8, 3.0, 3.0),
        ("households", 0.5, 5.0, 0.2),
        ("persons", 1.0, 2.0, 1.0),
    ]
    down, up = mbit_needed(people_of(table), loads, usable=0.8, quantile=1.0)
    assert (down.tolist(), up.tolist()) == (pytest.approx([33.75]), pytest.approx([22.75]))
    assert mbit_needed(people_of(table), [("workers", 0.5, 4.0, 4.0)], usable=1.0, quantile=0.5)[0].tolist() == [4]
    assert loads_of(read_scenario("open_day"), KNOWN)[0][0] == "workers"


def test_a_class_that_is_not_told_is_decided_by_the_next_one():
    table = living({"size": 4, "type": "couple_with_child", "10_17": 2, "rooms": 5}, workers=2, pupils=2)
    scenario = read_scenario("nrw_spring_2020")
    told = who_fails(table, place({50: 0.9, 1000: 0.3}), scenario).chances["line"]
    assert (told.low[0], told.likely[0], told.high[0]) == pytest.approx((0.1, 0.7, 0.7))
    exact = who_fails(table, place({50: 0.9, 100: 0.6, 1000: 0.3}), scenario).chances["line"]
    assert (exact.low[0], exact.likely[0]) == pytest.approx((0.4, 0.4))


def test_a_class_that_is_not_known_here_is_never_taken_from_the_slower_one():
    found = line(np.array([100.0, 100.0, 1000.0]), {
        50: np.array([0.9, 0.9, 0.9]), 100: np.array([np.nan, np.nan, np.nan]), 1000: np.array([0.3, np.nan, np.nan]),
    })  # fmt: skip
    assert found.low.tolist() == pytest.approx([0.1, 0.1, 0.1])
    assert found.likely[0] == pytest.approx(0.7) and np.isnan(found.likely[1:]).all()
    assert found.high.tolist() == pytest.approx([0.7, 1, 1])


def test_what_is_not_known_is_neither_there_nor_missing():
    table = living({"size": 2, "type": "couple_without_child"}).drop(columns="rooms")
    found = who_fails(table, place(green=1.0, supply=0.0), read_scenario("open_day"))
    assert np.isnan(found.chances["quiet_room"].likely).all() and "line" not in found.known
    together = several(found, 2)
    assert (together.low[0], together.high[0]) == (0, 0)  # only green is known: two of two cannot be
    assert found.known == ("care", "green", "supply") or "green" in found.known


def test_several_are_counted_over_persons_of_known_components():
    table = living(
        {"size": 2, "type": "couple_without_child", "rooms": 2}, {"size": 1, "type": "one_person", "rooms": 3}
    )
    found = failing_by(who_fails(table, place({100: 1.0}, green=1.0, supply=0.5), read_scenario("open_day")),
                       table["quarter_id"])  # fmt: skip
    row = found.iloc[0]
    assert row["isolation_share"] == pytest.approx(2 / 3) and row["green_share"] == 1
    assert row["several_share"] == pytest.approx((2 * 1 + 1 * 0.5) / 3)
    # M0 over six components: the couple fails in keeping apart and green, half of the time in shopping, too
    assert row["m0_share"] == pytest.approx((2 * (2 + 0.5) + 1 * 0.5 * 2) / 3 / row["components"])
    assert row["persons"] == 3


def test_households_of_an_unknown_place_are_refused():
    with pytest.raises(InputError, match="nothing is known of the place"):
        who_fails(living({"size": 1, "type": "one_person"}).assign(quarter_id="X"), place(), read_scenario("open_day"))


def test_a_scenario_file_is_refused_with_all_problems_at_once():
    text = """
id = "x"
label_de = "x"
label_en = "x"
colour = "red"
[[activity]]
who = "worker"
what = "green_visit"
chance = 1.5
source = "s"
date = 2020-01-01
[rules.retial]
value = 1
[rules.retail]
value = { m2_per_customer = 0 }
source = "s"
date = 2020-01-01
evidence = "heard"
"""
    with pytest.raises(InputError) as caught:
        scenario_of(text, called="mine.toml")
    told = "\n".join(caught.value.where)
    for part in (
        "colour",
        "who = 'worker'",
        "chance = 1.5",
        "lacks evidence",
        "'retail' meant",
        "m2_per_customer = 0",
        "heard",
    ):
        assert part in told
    with pytest.raises(InputError, match="there is no scenario"):
        read_scenario("nrw_2031")
    with pytest.raises(InputError, match="not valid TOML"):
        scenario_of("a = ", called="mine.toml")


HEAD = 'id = "x"\nlabel_de = "x"\nlabel_en = "x"\n'
MARKS = 'source = "s"\ndate = 2020-01-01\nevidence = "proposal"\n'


def activity(who: str, what: str) -> str:
    return f'[[activity]]\nwho = "{who}"\nwhat = "{what}"\nchance = 1.0\n{MARKS}'


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ("[rules.retail]\nvalue = { m2_per_customer = 10, up_to_m2 = 800 }\n" + MARKS, "belong together"),
        ("[rules.retail]\nvalue = { m2_per_customer = 10, m2_per_customer_above = 20 }\n" + MARKS, "belong together"),
        ("[rules.isolate]\nvalue = 0.5\n" + MARKS, "no whole number"),
        ("[rules.isolate]\nvalue = inf\n" + MARKS, "no whole number"),
        ("[rules.radius_m]\nvalue = 0\n" + MARKS, "no distance above 0"),
        ('[rules.closed]\nvalue = ["play"]\n' + MARKS, "is 'playgrounds' meant"),
        ('[rules.closed]\nvalue = "parks"\n' + MARKS, "a list of"),
        (activity("households", "isolation"), "what = 'isolation'"),
        (activity("pupils", "lessons_at_home") + activity("pupils_from_10", "lessons_at_home"), "count twice"),
        (activity("workers", "home_office") + activity("workers", "home_office"), "there already"),
    ],
)
def test_rules_that_would_fail_later_or_count_twice_are_refused(rules, told):
    with pytest.raises(InputError) as caught:
        scenario_of(HEAD + rules, called="mine.toml")
    assert told in "\n".join(caught.value.where)


def test_a_radius_and_what_is_closed_are_read_and_printed():
    text = (
        HEAD + "[rules.radius_m]\nvalue = 500\n" + MARKS + '[rules.closed]\nvalue = ["parks", "playgrounds"]\n' + MARKS
    )
    scenario = scenario_of(text, called="mine.toml")
    assert (scenario.radius_m, scenario.closed, scenario.limits_ways) == (500.0, ("parks", "playgrounds"), True)
    assert not read_scenario("open_day").limits_ways and read_scenario("nrw_spring_2020").closed == ("playgrounds",)
    rows = [" ".join(row) for row in rules_table([scenario], StressWords("de"))["rows"]]
    assert any("Parks und Gärten und Spielplätze" in row for row in rows) and any("500" in row for row in rows)


def test_what_holds_where_a_scenario_says_nothing_is_printed_with_its_rules():
    scenario = scenario_of(HEAD + activity("workers", "home_office"), called="mine.toml")
    assert scenario.isolate == 1
    rows = rules_table([scenario], StressWords("de"))["rows"]
    assert any("absondern" in " ".join(row) for row in rows)


def test_every_seed_and_every_dimension_of_households_has_a_name():
    for language in ("de", "en"):
        words = StressWords(language)
        assert "5" in _choice("seed_5", words)
        assert all(_choice(one.name, words) for one in variants(KNOWN))
        assert all(words.text(f"dimension_{name}") for name in CLASSES)


def test_both_languages_have_every_text_and_every_source():
    german, english = stress_texts("de"), stress_texts("en")
    assert set(german) == set(english)
    rows = {language: rules_table([read_scenario(n) for n in ready_scenarios()], StressWords(language))["rows"]
            for language in ("de", "en")}  # fmt: skip
    assert len(rows["de"]) > 20 and len(rows["de"]) == len(rows["en"])
    for language, foreign in (("de", "from memory"), ("en", "Vorschlag")):
        told = " ".join(cell for row in rows[language] for cell in row)
        assert foreign not in told and "METHODS" not in told


def test_a_share_that_the_data_leave_open_is_told_as_its_range_and_not_as_a_dash():
    words, nothing = StressWords("de"), float("nan")
    row = {"residents": 1000.0, "overcrowded_share": nothing, "overcrowded_share_min": 0.42}
    row |= {"overcrowded_share_max": 0.66, "underoccupied_share": nothing, "underoccupied_share_min": 0.0}
    row |= {"underoccupied_share_max": 1.0, "below_adequate_share": 0.3}
    _, _, crowded, _, _, more, size = _crowded("Köln", pd.Series(row), words)
    assert (crowded, more, size) == ("42–66\u202f%", "–", "30\u202f%")
