"""What must hold of rooms and the stress test whatever the households: bounds, order, stricter rules, better lines."""

from dataclasses import replace

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.households.contracts import BANDS, BUILDING_TYPES, BUILDING_YEARS
from nahraum.households.mismatch import mismatch, overcrowded, rooms_by_rule, rooms_needed
from nahraum.parameters import Parameters
from nahraum.stress import customers, read_scenario, several, who_fails
from nahraum.stress.model import Place, Retail

KNOWN = Parameters()
NAMES = ("open_day", "nrw_spring_2020", "heat_lockdown")
SCENARIOS = {name: read_scenario(name) for name in NAMES}


def drawn(seed: int, n: int = 25) -> pd.DataFrame:
    """Households of any composition that the types allow."""
    rng = np.random.default_rng(seed)
    kinds = rng.choice(["one_person", "couple_without_child", "couple_with_child", "lone_parent", "other"], n)
    least = np.array([{"one_person": 1, "couple_with_child": 3}.get(kind, 2) for kind in kinds])
    size = np.where(kinds == "one_person", 1, np.minimum(least + rng.integers(0, 4, n), 6))
    ages = np.zeros((n, len(BANDS)), dtype=np.int64)
    for row in range(n):
        grown = 2 if kinds[row].startswith("couple") else 1
        for person in range(size[row]):
            ages[row, rng.integers(2, len(BANDS)) if person < grown else rng.integers(0, len(BANDS))] += 1
    table = pd.DataFrame(ages, columns=[f"age_{band}" for band in BANDS])
    adults = ages[:, 2:].sum(axis=1)
    return table.assign(
        household_id=[f"1:{k}" for k in range(n)], unit_id=1, quarter_id="Q", household_size=size, household_type=kinds,
        rooms=rng.integers(1, 8, n), building_type=rng.choice(BUILDING_TYPES, n),
        building_year=rng.choice(BUILDING_YEARS, n), workers_assumed=rng.integers(0, adults + 1),
        school_children_assumed=rng.integers(0, ages[:, :2].sum(axis=1) + 1),
    )  # fmt: skip


def place(offer: tuple[float, float, float], green: float, supply: float) -> Place:
    index = pd.MultiIndex.from_tuples([(1, "Q")], names=["unit_id", "quarter_id"])
    columns = {
        f"{name}{end}": [v] for name, v in (("green", green), ("supply", supply)) for end in ("_low", "", "_high")
    }
    offered = {speed: pd.Series([v], index=index) for speed, v in zip((50, 100, 1000), offer, strict=True)}
    return Place(pd.DataFrame(columns, index=index), offered)


SHARES = st.floats(0, 1).map(lambda value: round(value, 3))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_what_is_likely_lies_within_its_bounds_and_less_knowledge_widens_them(seed):
    table = drawn(seed)
    found, needed = overcrowded(table), rooms_needed(table)
    assert (found["surely"] <= found["possibly"]).all()
    assert (found["chance"] >= found["surely"] - 1e-9).all() and (found["chance"] <= found["possibly"] + 1e-9).all()
    wide = rooms_needed(table.drop(columns="household_type"))
    assert (wide["low"] <= needed["low"]).all() and (wide["high"] >= needed["high"]).all()
    counted = overcrowded(table, kitchen="counted")
    assert (counted["chance"] <= found["chance"] + 1e-9).all()
    assert not (mismatch(table)["overcrowded_surely"] & mismatch(table)["underoccupied_surely"]).any()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_the_bounds_are_those_of_all_ages_and_sexes_tried_out(seed):
    """Brute force over who of the teens is below 12 and who is a girl."""
    table = drawn(seed, 8)
    needed = rooms_needed(table)
    for row in range(len(table)):
        one = table.iloc[row]
        young, teens = int(one["age_00_09"]), int(one["age_10_17"])
        couple = int(one["household_type"] in ("couple_without_child", "couple_with_child"))
        adults = int(one["household_size"]) - young - teens
        known = {"couples": couple, "others_18_plus": adults - 2 * couple}
        tried = [
            int(rooms_by_rule(**known, under_12=young + x, girls_12_17=girls, boys_12_17=teens - x - girls))
            for x in range(teens + 1)
            for girls in range(teens - x + 1)
        ]
        assert (needed["low"].iloc[row], needed["high"].iloc[row]) == (min(tried), max(tried))


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.tuples(SHARES, SHARES, SHARES), SHARES, SHARES, st.sampled_from(NAMES))
def test_a_stricter_day_never_lets_fewer_fail_and_a_better_line_never_more(seed, offer, green, supply, name):
    table, scenario = drawn(seed), SCENARIOS[name]
    here = place(offer, green, supply)
    before = who_fails(table, here, scenario, KNOWN)
    stricter = replace(
        scenario, isolate=scenario.isolate + 1,
        activities=tuple(
            replace(one, chance=min(1.0, one.chance * 1.3)) if one.what in ("lessons_at_home", "care_at_home") else one
            for one in scenario.activities
        ),
    )  # fmt: skip
    after = who_fails(table, here, stricter, KNOWN)
    better = who_fails(table, place(tuple(min(1.0, v + 0.2) for v in offer), green, supply), scenario, KNOWN)
    roomier = who_fails(table.assign(rooms=np.minimum(table["rooms"] + 1, 7)), here, scenario, KNOWN)
    for component, chances in before.chances.items():
        for end in ("low", "likely", "high"):
            value = getattr(chances, end)
            assert (getattr(after.chances[component], end) >= value - 1e-9).all()
            assert (getattr(better.chances[component], end) <= value + 1e-9).all()
            assert (getattr(roomier.chances[component], end) <= value + 1e-9).all()
        assert ((chances.low <= chances.likely + 1e-9) & (chances.likely <= chances.high + 1e-9)).all()
    assert (several(after, 2).likely >= several(before, 2).likely - 1e-9).all()
    assert (several(better, 2).likely <= several(before, 2).likely + 1e-9).all()
    two = several(before, 2)
    assert ((two.low <= two.likely + 1e-9) & (two.likely <= two.high + 1e-9)).all()


@settings(max_examples=30, deadline=None)
@given(st.floats(1, 5000), st.floats(1, 50), st.floats(1, 3))
def test_a_stricter_rule_of_shops_lets_in_fewer_and_a_larger_shop_more(area, per_customer, factor):
    mild, strict = Retail(per_customer), Retail(per_customer * factor)
    assert customers([area], strict)[0] <= customers([area], mild)[0]
    assert customers([area * factor], mild)[0] >= customers([area], mild)[0]


def test_households_do_not_depend_on_each_other_or_on_their_order():
    table, here = drawn(3, 60), place((0.9, 0.5, 0.1), 0.3, 0.2)
    whole = who_fails(table, here, SCENARIOS["heat_lockdown"], KNOWN).table()
    turned = who_fails(table.iloc[::-1], here, SCENARIOS["heat_lockdown"], KNOWN).table()
    pd.testing.assert_frame_equal(whole, turned.iloc[::-1])
    pd.testing.assert_frame_equal(
        whole.iloc[:7], who_fails(table.iloc[:7], here, SCENARIOS["heat_lockdown"], KNOWN).table()
    )
