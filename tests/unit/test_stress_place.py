"""What places offer on a day, by hand: three addresses, two shops, two units; and which measure repairs most."""

import threading
from dataclasses import replace
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from homes_made import homes_by_hand, household
from nahraum.access.decay import binary
from nahraum.access.pairs import pairs_of
from nahraum.errors import InputError
from nahraum.measures.model import PARTS, Demand, Effects
from nahraum.parameters import Parameters
from nahraum.publish.stress.findings import isolation_lines
from nahraum.publish.stress.released import released_stress
from nahraum.publish.stress.words import StressWords
from nahraum.stress import read_scenario, who_fails
from nahraum.stress.association import with_incidence
from nahraum.stress.outcome import StressTest, outcome_of, places_of
from nahraum.stress.place import Near, green_fails, place_of, sales_areas, supply_fails
from nahraum.stress.repair import Ground, _offered, of_plan, repairs
from nahraum.stress.within import Greens, closed_m2, near_under
from nahraum.workflow.stress import _cases
from nahraum.workflow.stress_lines import stress_lines

KNOWN = Parameters()
COUPLE = {
    "household_type": "couple_without_child",
    "rooms": 3,
    "age_40_49": 2,
    "workers_assumed": 0,
    "school_children_assumed": 0,
}

ALONE = {**COUPLE, "household_type": "one_person", "age_40_49": 1}


def near(green_access=(1, 0, 1), green_m2=(50.0, 0.0, 0.5), food=(1, 1, 0), area=1000.0) -> Near:
    """Addresses a and b in unit 1, c in unit 2; shop s reached by a and b."""
    addresses = pd.DataFrame({
        "address_id": ["a", "b", "c"], "cell_key": [1, 1, 2], "quarter_id": ["Q1", "Q1", "Q2"], "inside": True,
        "residents": [300.0, 100.0, 200.0], "residents_communal": [0.0, 0.0, 0.0],
    })  # fmt: skip
    shops = pairs_of(
        np.array(["a", "b", "c"], dtype=object), np.array(["s"], dtype=object), ([0, 1], [0, 0], [500, 600])
    )
    sizes = np.array([area])
    greens = Greens(
        pairs_of(np.array(["a", "b", "c"], dtype=object), np.array(["g"], dtype=object), ([0, 2], [0, 0], [400, 4000])),
        lambda distance_m: binary(distance_m, catchment_m=500.0), np.array([50_000.0]), 100_000.0,
        {("parks",): np.array([48_000.0]), ("playgrounds",): np.array([5_000.0])},
    )  # fmt: skip
    access = [np.array(values, dtype=np.float64) for values in (green_access, green_m2, food)]
    return Near(addresses, *access, shops, (sizes, sizes, sizes), {100: np.array([1.0, 1.0, 0.0])}, greens)


def homes(n: int = 60):
    return homes_by_hand([household(2, **COUPLE) for _ in range(n)], quarters=("Q1", "Q2"))


def test_green_fails_without_a_way_or_with_too_many_visitors():
    """Spring 2020: a tenth visits; 0.5 m² per resident are 5 per visitor, fewer than 10. Heat: 50 · 0.4 / 0.13."""
    _, likely, _ = green_fails(near(), read_scenario("nrw_spring_2020"), KNOWN)
    assert likely.tolist() == [0, 1, 1]
    low, likely, high = green_fails(near(green_m2=(4.0, 0.0, 3.0)), read_scenario("heat_lockdown"), KNOWN)
    assert (low.tolist(), likely.tolist(), high.tolist()) == ([0, 1, 0], [0, 1, 1], [1, 1, 1])
    unknown = green_fails(
        near(green_access=(np.nan, 0, 1), green_m2=(1.0, 0.0, np.nan)), read_scenario("open_day"), KNOWN
    )
    assert np.isnan(unknown[1]).tolist() == [True, False, True]


def test_shops_fail_where_fewer_may_enter_than_have_to():
    """400 people in pairs shop with 0.05 per hour: 10 trips; 1,000 m² let 100 in, 240 an hour; 40 m² 4 and 9.6."""
    scenario = read_scenario("nrw_spring_2020")
    assert supply_fails(near(), scenario, 2.0, KNOWN)[1].tolist() == [0, 0, 1]
    assert supply_fails(near(area=40.0), scenario, 2.0, KNOWN)[1].tolist() == [1, 1, 1]
    assert supply_fails(near(area=50.0), scenario, 2.0, KNOWN)[1].tolist() == [0, 0, 1]
    assert supply_fails(near(area=40.0), read_scenario("open_day"), 2.0, KNOWN)[1].tolist() == [0, 0, 1]


def a_day(**rules):
    """An open day with a radius or closures."""
    return replace(read_scenario("open_day"), **rules)


def test_what_is_closed_or_beyond_the_radius_is_not_within_reach():
    """g has 50,000 m² for the 300 of a (40 m) and the 200 of c (400 m): 100 m² each; nobody's share grows by a rule."""
    here = near(green_access=(1, 0, 1), green_m2=(100.0, 0.0, 100.0))
    assert near_under(here, a_day(), KNOWN) is here
    told = {
        "playgrounds": near_under(here, a_day(closed=("playgrounds",)), KNOWN),
        "parks": near_under(here, a_day(closed=("parks",)), KNOWN),  # of 50,000 m² 4 % are left: closed
        "near": near_under(here, a_day(radius_m=100.0), KNOWN),
    }
    assert told["playgrounds"].green_m2.tolist() == pytest.approx([90, 0, 90])
    assert told["playgrounds"].green_access.tolist() == [1, 0, 1]
    assert told["parks"].green_m2.tolist() == [0, 0, 0] and told["parks"].green_access.tolist() == [0, 0, 0]
    assert told["near"].green_m2.tolist() == pytest.approx([100, 0, 0])  # a's share stays though c may not come
    assert told["near"].green_access.tolist() == [1, 0, 0]
    unknown = near_under(near(green_access=(np.nan, 0, 1), green_m2=(np.nan, 0, 1)), a_day(radius_m=100.0), KNOWN)
    assert np.isnan([unknown.green_access[0], unknown.green_m2[0]]).all()
    with pytest.raises(InputError, match="greens were not prepared"):
        near_under(replace(here, greens=None), a_day(radius_m=100.0), KNOWN)


@pytest.mark.parametrize("name", ["open_day", "nrw_spring_2020", "nrw_november_2020"])
def test_a_smaller_radius_or_more_that_is_closed_never_lets_fewer_fail(name):
    made, days = homes(), [read_scenario(name)]
    days += [replace(days[0], radius_m=radius, closed=closed) for radius, closed in (
        (1000.0, ()), (1000.0, ("playgrounds",)), (300.0, ("playgrounds",)), (55.0, ("parks",)), (30.0, ("parks",)),
    )]  # fmt: skip
    if name == "nrw_spring_2020":
        days = [days[0], *days[2:]]  # it closes playgrounds itself
    here = near(green_access=(1, 1, 1), food=(1, 1, 1), area=60.0)
    before = None
    for day in days:
        table = place_of(here, made.places, day, 2.0, KNOWN).table
        assert before is None or (table >= before - 1e-9).all(axis=None)
        before = table
    assert before.loc[(1, "Q1"), ["green", "supply"]].tolist() == [1, 1]


def test_who_has_to_keep_five_metres_needs_25_m2_of_green():
    """A twentieth visits on an open day: 1 m² per resident is 20 per visitor."""
    here = near(green_m2=(1.0, 0.0, 1.0))
    assert green_fails(here, a_day(), KNOWN)[1].tolist() == [0, 1, 0]
    assert green_fails(here, a_day(distance_m=1.5), KNOWN)[1].tolist() == [0, 1, 0]
    assert green_fails(here, a_day(distance_m=5.0), KNOWN)[1].tolist() == [1, 1, 1]


def test_what_of_a_green_is_closed_counts_once():
    greens = np.array([box(0, 0, 10, 10), box(20, 0, 30, 10)], dtype=object)
    pieces = np.array([box(0, 0, 5, 10), box(3, 0, 6, 10), box(8, 8, 25, 20), box(0, 0, 1, 1)], dtype=object)
    kinds = np.array(["park", "garden", "park", "forest"], dtype=object)
    assert closed_m2(greens, kinds, pieces, {"park", "garden"}).tolist() == pytest.approx([64, 10])
    assert closed_m2(greens, kinds, pieces, {"pitch"}).tolist() == [0, 0]


def test_kinds_of_households_ages_and_units_have_intervals_too():
    found = released_of([household(2, **COUPLE)] * 60)[0]
    assert found.groups["isolation_drawn_share_min"].tolist() == found.groups["isolation_share"].tolist()
    for table in (found.mismatch_groups, found.mismatch_ages, found.mismatch_units):
        assert table["overcrowded_drawn_share_max"].tolist() == table["overcrowded_share"].tolist() != []
    assert found.mismatch_units[["unit_id", "persons"]].to_numpy().tolist() == [["1", 120.0]]
    assert {"m0_share", "m0_drawn_share_min"} <= set(found.quarters)


def test_a_mapped_building_tells_the_sales_area_and_others_are_an_order_of_magnitude():
    facilities = pd.DataFrame({"facility_id": ["s", "t"], "area_m2": [2000.0, np.nan]})
    low, likely, high = sales_areas(np.array(["s", "t"], dtype=object), facilities, KNOWN)
    assert (low.tolist(), likely.tolist(), high.tolist()) == ([1400, 600], [1400, 1000], [1400, 1500])


def test_a_place_is_the_mean_of_its_private_residents():
    told = place_of(near(), homes().places, read_scenario("nrw_spring_2020"), 2.0, KNOWN).table
    assert told.loc[(1, "Q1"), "green"] == pytest.approx(0.25) and told.loc[(2, "Q2"), "supply"] == 1


def test_the_measure_that_relieves_most_people_of_several_comes_first():
    """A way to green for b helps a quarter of unit 1; fibre and a shop for c all of unit 2."""
    made, scenario = homes(), read_scenario("nrw_spring_2020")
    place = places_of(made, near(), [scenario], KNOWN)[scenario.id]
    failing = who_fails(made.households, place, scenario, KNOWN)
    ground = Ground(made.households, near(), made.places, scenario, 2.0, place, failing, 100)
    change = np.zeros((2, len(PARTS)))
    change[0, PARTS.index("green_access")], change[0, PARTS.index("green_m2")] = 1, 50.0
    change[1, PARTS.index("food_full_range")], change[1, PARTS.index("internet")] = 1, -1.0
    demand = Demand(
        **{**dict.fromkeys(Demand.__dataclass_fields__), "address_id": np.array(["a", "b", "c"], dtype=object)}
    )
    none = np.zeros(2)
    effects = Effects(("green", "shop"), np.array([0, 1, 2]), np.array([1, 2]), change, none, none, none)
    told = repairs(ground, demand, effects, KNOWN)
    assert told["site_id"].tolist() == ["shop", "green"]
    row = told.set_index("site_id").loc["shop"]
    assert row["supply_persons"] == pytest.approx(60) and row["line_persons"] == pytest.approx(60)
    assert told.set_index("site_id").loc["green", "green_persons"] == pytest.approx(15)
    named = of_plan(told, [{"site_id": "green", "number": "1", "label": "Weg", "quarter": "Q1"}])
    assert named["label"].tolist() == ["Weg"]


def test_a_measure_that_does_not_touch_green_leaves_unknown_green_unknown():
    """Whether b has a way to green is not known: fibre there and for c changes the line, and nothing else."""
    made, scenario, here = homes(), read_scenario("nrw_spring_2020"), near(green_access=(1, np.nan, 1))
    here = replace(here, addresses=here.addresses.assign(residents=[300.0, 20.0, 200.0]))
    place = places_of(made, here, [scenario], KNOWN)[scenario.id]
    failing = who_fails(made.households, place, scenario, KNOWN)
    ground = Ground(made.households, here, made.places, scenario, 2.0, place, failing, 100)
    change = np.zeros((2, len(PARTS)))
    change[:, PARTS.index("internet")] = -1.0
    demand = Demand(
        **{**dict.fromkeys(Demand.__dataclass_fields__), "address_id": np.array(["a", "b", "c"], dtype=object)}
    )
    none = np.zeros(2)
    effects = Effects(("fibre",), np.array([0, 2]), np.array([1, 2]), change, none, none, none)
    row = repairs(ground, demand, effects, KNOWN).iloc[0]
    assert (row["green_persons"], row["supply_persons"]) == (0, 0) and row["line_persons"] == pytest.approx(60)


def test_a_line_of_the_required_speed_serves_slower_classes_and_no_faster_one():
    """Half of the homes have 50, a fifth 100: another three tenths at 100 make 50 at 50, and leave 1,000 alone."""
    told = {50: np.array([0.5, 0.9]), 100: np.array([0.2, 0.2]), 1000: np.array([0.1, 0.1])}
    found = _offered(told, np.array([0, 1]), np.array([-0.4, 0.0]), 100)
    assert {speed: values.tolist() for speed, values in found.items()} == {
        50: pytest.approx([0.6, 0.9]), 100: pytest.approx([0.6, 0.2]), 1000: [0.1, 0.1],
    }  # fmt: skip
    unknown = _offered({50: np.array([np.nan]), 100: np.array([np.nan])}, np.array([0]), np.array([-1.0]), 100)
    assert np.isnan([unknown[50], unknown[100]]).all()


def test_what_few_addresses_tell_does_not_stand_for_the_whole_place():
    """300 of 400 in unit 1 have no known way to green: from none of them to all of them."""
    place = place_of(near(green_access=(np.nan, 0, 1)), homes().places, read_scenario("nrw_spring_2020"), 2.0, KNOWN)
    row = place.table.loc[(1, "Q1")]
    assert (row["green_low"], row["green_high"]) == pytest.approx((0.25, 1.0)) and np.isnan(row["green"])


def released_of(rows: list[dict[str, object]], quarters: tuple[str, ...] = ("Q1",), **more):
    """What comes out on an open day, and what of it is told."""
    made, scenarios = homes_by_hand(rows, quarters=quarters), (read_scenario("open_day"),)
    found = outcome_of(made, near(), scenarios, KNOWN, draws=[made.households], choices=[("as_assumed", made)])
    more = {"repairs": pd.DataFrame(), "incidence": pd.DataFrame(), **more}
    names = {name: name for name in quarters}
    test = StressTest(scenarios, found, **more, statement=made.statement, open=(), names=names)
    shapes = gpd.GeoDataFrame(
        {"quarter_id": quarters, "name": quarters}, geometry=[None] * len(quarters), crs="EPSG:25832"
    )
    return found, released_stress(test, shapes, None, KNOWN)


def couples(**by_quarter: int):
    """So many couples in each quarter, as `released_of`."""
    rows = [household(2, quarter_id=name, **COUPLE) for name, n in by_quarter.items() for _ in range(n)]
    return released_of(rows, tuple(by_quarter))


def test_a_quarter_of_few_households_is_not_told_and_does_not_follow_from_the_rest():
    found, told = couples(Q1=140, Q2=49, Q3=60, Q4=70)
    shown = told.quarters["open_day"].frame
    assert shown["quarter_id"].tolist() == ["Q1", "Q4"]  # Q3 hides Q2, which else is the whole less the others
    assert told.mismatch is not None and told.mismatch.frame["quarter_id"].tolist() == ["Q1", "Q4"]
    whole = found.quarters.iloc[0]
    assert (whole["quarter_id"], whole["persons"]) == ("", 638) and told.whole()[0]["residents"] == 640
    assert found.quarters["isolation_drawn_share_max"].tolist() == found.quarters["isolation_share"].tolist()
    assert couples(Q1=140, Q2=49)[1].quarters["open_day"].frame.empty
    assert couples(Q1=140, Q2=60)[1].quarters["open_day"].frame["residents"].tolist() == [280, 120]


def test_a_kind_of_few_households_is_not_told_nor_shares_of_too_small_a_study():
    parent = {**ALONE, "household_type": "lone_parent", "age_00_09": 1}
    rows = [household(2, **COUPLE)] * 200 + [household(1, **ALONE)] * 120 + [household(2, **parent)]
    groups = released_of(rows)[1].groups["open_day"].frame
    assert groups["quarter_id"].tolist() == ["couple_without_child"]
    small = couples(Q1=49)[1]
    assert small.whole()[0]["residents"] is None and small.whole()[0]["stress_supply_share"] is None
    assert small.choices["supply_share"].isna().all()  # nothing there that the row of the whole study does not tell


def test_fewer_than_a_hundred_persons_have_no_share_though_they_round_to_a_hundred():
    row = released_of([household(2, **COUPLE)] * 40 + [household(1, **ALONE)] * 18)[1].whole()[0]
    assert row["residents"] == 100 and row["stress_supply_share"] is None


def waves() -> tuple[pd.DataFrame, pd.DataFrame]:
    quarters = pd.DataFrame({
        "scenario": "heat_wave", "quarter_id": [str(k) for k in range(12)], "several_share": np.arange(12) / 12,
        "households": 80.0,
    })  # fmt: skip
    values = [("1", np.arange(12.0)), ("2", -np.arange(12.0))]
    parts = [pd.DataFrame({"area_id": quarters["quarter_id"], "period": p, "ratio": v}) for p, v in values]
    return quarters, pd.concat(parts)


def test_cases_are_ranked_wave_by_wave_and_too_few_areas_tell_nothing():
    quarters, cases = waves()
    found = with_incidence(quarters, cases, KNOWN)
    assert found["rho"].tolist() == [1, -1] and set(found["scenario"]) == {"heat_wave"}
    assert not len(with_incidence(quarters.head(5), cases, KNOWN))
    assert not len(with_incidence(quarters.assign(households=[49.0] * 3 + [80.0] * 9), cases, KNOWN))


def test_correlations_with_cases_are_published_to_two_digits_with_their_scenario():
    quarters, cases = waves()
    cases["ratio"] = np.concatenate([[3, 1, 2, 0, 4, 5, 9, 7, 6, 8, 11, 10.0]] * 2)
    exact = with_incidence(quarters, cases, KNOWN)
    told = released_of([household(2, **COUPLE)] * 140, incidence=exact)[1].incidence
    assert list(told.columns) == list(exact.columns) and told["scenario"].tolist() == ["heat_wave"] * 2
    assert told["rho"].tolist() == exact["rho"].round(2).tolist() != exact["rho"].tolist()
    assert told["p_value"].tolist() == exact["p_value"].round(2).tolist() != exact["p_value"].tolist()


def test_cases_that_are_held_back_take_no_part_in_a_published_correlation(tmp_path):
    """Of twelve areas one has two cases: the correlation rests on what the table of incidence tells."""
    rows = pd.DataFrame({
        "area_id": [f"{k:02d}" for k in range(14)], "period": "1", "cases": [2.0, *range(20, 33)], "cases_status": "ok",
        "residents": 1000.0, "rate_per_100000": [200.0, *np.arange(2000.0, 3300.0, 100)], "ratio": 1.0,
    })  # fmt: skip
    study = SimpleNamespace(parameters=lambda: KNOWN, output_folder=tmp_path)
    chain = SimpleNamespace(social=SimpleNamespace(value=SimpleNamespace(cases=rows)))
    told = _cases(study, chain).set_index("area_id")
    assert np.isnan(told.loc["00", ["cases", "rate_per_100000", "ratio"]].astype(float)).all()
    assert told["rate_per_100000"].notna().sum() >= 10


def test_every_place_is_asked_once_before_several_threads_ask_it(monkeypatch):
    """pandas notes at the first question what an index holds; to two threads it promises nothing then (issue 21150)."""
    asked = []

    def spied(households, place, scenario, *rest, **more):
        asked.append((threading.current_thread() is threading.main_thread(), scenario.id))
        return who_fails(households, place, scenario, *rest, **more)

    monkeypatch.setattr("nahraum.stress.outcome.who_fails", spied)
    made, days = homes(), tuple(map(read_scenario, ("open_day", "nrw_spring_2020")))
    outcome_of(made, near(), days, KNOWN, draws=[made.households] * 3)
    assert asked[:2] == [(True, "open_day"), (True, "nrw_spring_2020")]
    assert len(asked) == 8 and not any(main for main, _ in asked[2:])


def test_on_a_day_on_which_nobody_has_to_keep_apart_nothing_is_said_of_who_could_not():
    """Nobody fails in it then: "0 % could not keep apart" would be read as said of their rooms."""
    rows = [household(2, quarter_id="Q1", **{**COUPLE, "rooms": 2 + k % 2}) for k in range(140)]
    _, told = released_of(rows)
    words, day = StressWords("de"), told.scenarios[0]
    assert isolation_lines(told, words)[0].startswith("Absondern könnten sich zu Hause 50\u202f% der Menschen nicht")
    assert isolation_lines(replace(told, scenarios=(replace(day, isolate=0),)), words) == []


def test_a_day_of_which_nothing_may_be_told_is_not_said_to_lack_data(tmp_path):
    _, told = couples(Q1=140, Q2=100)
    row = told.whole_study["open_day"]
    held = row.frame.assign(**{f"stress_several_share{end}": np.nan for end in ("", "_min", "_max")})
    told = replace(told, whole_study={"open_day": replace(row, frame=held)})
    study = SimpleNamespace(name="Stadt", language="de", output_folder=tmp_path)
    lines = stress_lines(told, SimpleNamespace(scenarios=told.scenarios, open=()), study)
    assert "mehreres zugleich bei – (–)" in lines[1]
