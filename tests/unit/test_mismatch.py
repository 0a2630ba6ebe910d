"""Rooms against people by hand: the rule of Eurostat clause by clause, bounds where ages or couples are open."""

import numpy as np
import pandas as pd
import pytest

from nahraum.errors import InputError
from nahraum.households.contracts import BANDS
from nahraum.households.mismatch import (
    adequacy_gap,
    adequate_m2,
    household_groups,
    mismatch,
    mismatch_by,
    mismatch_by_age,
    overcrowded,
    rent_burden,
    rooms_by_rule,
    rooms_needed,
    rooms_usable,
    underoccupied,
)
from nahraum.parameters import Parameters


def homes(*rows: dict[str, object]) -> pd.DataFrame:
    """Households by hand: size, type, rooms, ages by band (the rest is 40 to 49)."""
    made = []
    for number, row in enumerate(rows):
        ages = {f"age_{band}": int(row.get(band, 0)) for band in BANDS}
        size = int(row["size"])
        ages["age_40_49"] += size - sum(ages.values())
        made.append({
            "household_id": f"1:{number}", "unit_id": 1, "household_size": size, "household_type": row["type"],
            "rooms": row.get("rooms", 3), **ages,
        })  # fmt: skip
    return pd.DataFrame(made)


@pytest.mark.parametrize(
    ("persons", "rooms"),
    [
        ({"couples": 0, "others_18_plus": 1}, 2),  # one room for the household, one for the person
        ({"couples": 1, "others_18_plus": 0}, 2),
        ({"couples": 1, "others_18_plus": 1}, 3),
        ({"couples": 1, "under_12": 1}, 3),
        ({"couples": 1, "under_12": 2}, 3),  # two below 12 share
        ({"couples": 1, "under_12": 3}, 4),
        ({"couples": 1, "girls_12_17": 2}, 3),  # two of the same sex share
        ({"couples": 1, "girls_12_17": 1, "boys_12_17": 1}, 4),
        ({"couples": 1, "under_12": 1, "girls_12_17": 1}, 4),  # nobody to pair with
        ({"others_18_plus": 1, "under_12": 2, "girls_12_17": 2, "boys_12_17": 1}, 5),
    ],
)
def test_the_rule_counts_every_clause(persons, rooms):
    everybody = {"couples": 0, "others_18_plus": 0, "under_12": 0, "girls_12_17": 0, "boys_12_17": 0} | persons
    assert rooms_by_rule(**everybody) == rooms


def test_known_households_need_what_the_rule_says():
    table = homes(
        {"size": 1, "type": "one_person"},
        {"size": 2, "type": "couple_without_child"},
        {"size": 4, "type": "couple_with_child", "00_09": 2},
        {"size": 4, "type": "couple_with_child", "18_19": 2},
        {"size": 3, "type": "lone_parent", "00_09": 2},
        {"size": 3, "type": "other"},
    )
    needed = rooms_needed(table)
    assert needed["low"].tolist() == [2, 2, 3, 4, 3, 4]
    assert needed["high"].tolist() == needed["low"].tolist()


def test_children_of_open_age_and_sex_widen_the_need():
    """Two of 10 to 17 share where both are below 12 or of one sex; otherwise each needs a room."""
    table = homes(
        {"size": 4, "type": "couple_with_child", "10_17": 2},
        {"size": 3, "type": "couple_with_child", "10_17": 1},
        {"size": 4, "type": "couple_with_child", "00_09": 1, "10_17": 1},
    )
    needed = rooms_needed(table)
    assert needed["low"].tolist() == [3, 3, 3]
    assert needed["high"].tolist() == [4, 3, 4]


def test_the_chance_of_two_open_children_is_counted_by_hand():
    """Both below 12: 1/16, share. One below: 6/16, two rooms. Both above: 9/16, of these half share."""
    found = overcrowded(homes({"size": 4, "type": "couple_with_child", "10_17": 2, "rooms": 4}))
    assert found["chance"].tolist() == pytest.approx([6 / 16 + 9 / 32])
    assert (found["surely"].tolist(), found["possibly"].tolist()) == ([False], [True])


def test_without_types_couples_are_open_and_without_ages_children_are():
    table = homes({"size": 2, "type": "couple_without_child"}, {"size": 4, "type": "couple_with_child", "00_09": 2})
    without_types = rooms_needed(table.drop(columns="household_type"))
    assert (without_types["low"].tolist(), without_types["high"].tolist()) == ([2, 3], [3, 4])
    bare = table.drop(columns=[name for name in table if name.startswith("age_")])
    assert rooms_needed(bare)["high"].tolist() == [2, 4]
    chance = overcrowded(bare.assign(rooms=4))["chance"]
    assert chance.isna().tolist() == [False, True]


def test_a_kitchen_apart_takes_one_room_but_never_the_last():
    table = homes(*({"size": 1, "type": "one_person", "rooms": n} for n in (1, 2, 3, 7)))
    assert rooms_usable(table, "counted")["low"].tolist() == [1, 2, 3, 7]
    apart = rooms_usable(table, "apart")
    assert apart["low"].tolist() == [1, 1, 2, 6]
    assert np.isinf(apart["high"].tolist()[3])


def test_one_person_in_one_room_is_overcrowded_and_named_apart():
    found = mismatch(
        homes({"size": 1, "type": "one_person", "rooms": 1}, {"size": 1, "type": "one_person", "rooms": 2})
    )
    assert found["single_in_one_room"].tolist() == [True, False]
    assert found["overcrowded_surely"].tolist() == [True, True]
    assert found["overcrowded_counted_surely"].tolist() == [True, False]


def test_rooms_to_spare_are_those_above_the_need():
    table = homes(
        {"size": 1, "type": "one_person", "rooms": 5}, {"size": 2, "type": "couple_without_child", "rooms": 3}
    )
    assert underoccupied(table)["surely"].tolist() == [True, False]
    assert mismatch(table)["spare_rooms"].tolist() == [2, 0]


def test_seven_and_more_rooms_are_never_surely_too_few():
    table = homes({"size": 6, "type": "other", "rooms": 7})
    found = overcrowded(table)
    assert (found["surely"].tolist(), found["possibly"].tolist()) == ([False], [True])
    assert overcrowded(table, open_from=99)["surely"].tolist() == [True]


def test_adequate_sizes_are_those_of_nrw():
    assert adequate_m2([1, 2, 3, 4, 5, 6]).tolist() == [50, 65, 80, 95, 110, 125]
    gap = adequacy_gap(pd.DataFrame({"household_size": [1, 2, 4], "floor_area_m2": [50.0, 52.0, 190.0]}))
    assert gap.tolist() == pytest.approx([0, 0.2, 0])
    assert adequacy_gap(pd.DataFrame({"household_size": [1]})).isna().all()


def test_rent_takes_a_share_of_an_assumed_income_and_none_is_invented():
    """100 m² at 6 + 2 EUR are 800: above 0.3 of 2,000 but not of 3,000, above 0.4 of neither; 1,800 are less."""
    table = homes({"size": 2, "type": "couple_without_child"}, {"size": 1, "type": "one_person"}).assign(
        floor_area_m2=100.0, net_cold_rent_eur_m2=[6.0, np.nan]
    )
    assert rent_burden(table).empty and "rent_high_assumed_share" not in mismatch_by(table, pd.Series(["a", "a"]))
    stated = Parameters({"mismatch.net_income_eur_assumed": [[1500], [3000, 2000]]})
    found = rent_burden(table, stated)
    assert found.loc[0].tolist() == pytest.approx([0.5, 0.5, 0.5, 0, 0.5, 0]) and found.loc[1].isna().all()
    row = mismatch_by(table, pd.Series(["a", "a"]), stated).iloc[0]
    assert row["rent_high_assumed_share"] == 0.5 and row["rent_high_assumed_completeness"] == pytest.approx(2 / 3)
    assert (row["rent_overburden_assumed_share"], row["rent_overburden_assumed_share_high"]) == (0, 0.5)
    with pytest.raises(InputError) as caught:
        rent_burden(table, Parameters({"mismatch.net_income_eur_assumed": [[], [0, "x"], 3]}))
    assert len(caught.value.where) == 3
    for wrong in ([0], [""], [[float("inf")]]):
        with pytest.raises(InputError, match="cannot be used"):
            rent_burden(table, Parameters({"mismatch.net_income_eur_assumed": wrong}))


def test_the_share_by_rent_is_of_tenants_of_known_rent_by_group_and_age():
    """800 of 2,600 (30.8 %) and of 2,000 (40 %, not above it); incomes a tenth higher: of 2,200 only, above 30 %.

    A lone person of 80 pays 400 of 1,000, a tenth lower of 900: above 40 %. An owner is not told, nor counted as 0.
    """
    table = homes(
        {"size": 3, "type": "couple_with_child", "00_09": 1}, {"size": 1, "type": "one_person", "80_plus": 1},
        {"size": 2, "type": "couple_without_child"}, {"size": 2, "type": "couple_without_child"},
    ).assign(
        floor_area_m2=[100.0, 50.0, 80.0, 80.0], net_cold_rent_eur_m2=[6.0, 6.0, np.nan, np.nan]
    )  # fmt: skip
    stated = Parameters({"mismatch.net_income_eur_assumed": [[1000], [3000], [2600, 2000]]})
    told = mismatch_by(table, pd.Series(["a", "a", "a", "b"]), stated).set_index("group")
    names = ["rent_high_assumed_share_low", "rent_high_assumed_share", "rent_high_assumed_share_high"]
    assert told.loc["a", names].tolist() == pytest.approx([(1.5 + 1) / 4, 1, 1])
    assert told.loc["a", [name.replace("high_a", "overburden_a") for name in names]].tolist() == pytest.approx(
        [0, 0, (1.5 + 1) / 4]
    )
    assert told.loc["a", "rent_high_assumed_completeness"] == pytest.approx(4 / 6)
    assert told.loc["b", names].isna().all() and told.loc["b", "rent_high_assumed_completeness"] == 0
    ages = mismatch_by_age(table, pd.Series("a", index=table.index), stated).set_index("age_group")
    assert ages.loc["under_18", names].tolist() == pytest.approx([0.5, 1, 1])
    assert ages.loc["65_plus", "rent_high_assumed_completeness"] == 1
    assert ages.loc["18_64", "rent_high_assumed_completeness"] == pytest.approx(2 / 6)


def test_rates_are_of_persons_and_groups_add_up():
    table = homes(
        {"size": 4, "type": "couple_with_child", "00_09": 2, "rooms": 2},
        {"size": 1, "type": "one_person", "80_plus": 1, "rooms": 5},
    )
    by = mismatch_by(table, pd.Series(["a", "a"]))
    assert by["overcrowded_share"].tolist() == pytest.approx([0.8])
    ages = mismatch_by_age(table, pd.Series(["a", "a"])).set_index("age_group")
    assert ages.loc["under_18", ["persons", "overcrowded_share"]].tolist() == [2, 1]
    assert ages.loc["65_plus", ["persons", "underoccupied_share"]].tolist() == [1, 1]
    assert household_groups(table).tolist() == ["couple_with_child", "65_plus_only"]
    assert ages["persons"].sum() == table["household_size"].sum()


def test_impossible_households_and_missing_rooms_are_told_at_once():
    bad = homes({"size": 2, "type": "commune"}).assign(age_00_09=5)
    with pytest.raises(InputError) as caught:
        rooms_needed(bad)
    assert len(caught.value.where) == 2
    with pytest.raises(InputError, match="no column rooms"):
        overcrowded(homes({"size": 1, "type": "one_person"}).drop(columns="rooms"))
