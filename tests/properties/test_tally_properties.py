"""Whatever is edited and undone: the counts by quarter are those of the tables of a run on the edited study."""

import random

import pandas as pd

from nahraum.errors import InputError
from nahraum.grid import cell_id
from nahraum.index.aggregate import count_units, read_counting
from nahraum.index.places import municipality_table, quarters_table
from nahraum.indicators import address_values, judge
from nahraum.scenario.state import StudyState
from nahraum.scenario.tally import Tally
from nahraum.workflow.whatif import what_if
from tiny_studies import random_edit as tiny_edit
from tiny_studies import random_study


def as_a_run(state: StudyState) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The published tables' source: quarters and municipality, nothing reused but the log."""
    area, rule = state.area, read_counting(state.parameters)
    rows, lacks = address_values(area, state.table()), judge(area, state.table(), state.parameters)
    lacks = lacks.drop(columns="address_id")
    counted = count_units(rows, lacks)
    quarters = quarters_table(rows, lacks, counted, area=area, rule=rule).set_index("quarter_id")
    return pd.DataFrame(quarters), municipality_table(rows, lacks, counted, rule=rule)


def same(tally: Tally, state: StudyState) -> None:
    wanted, whole = as_a_run(state)
    wanted = wanted[wanted["residents_judged"] > 0]
    told = tally.table().loc[wanted.index]
    names = [name for name in told.columns if name in wanted.columns]
    assert len(names) > 35
    pd.testing.assert_frame_equal(told[names], wanted[names], check_exact=True, check_names=False)
    for name in ("lacks_green_residents", "lacks_supply_residents", "lacks_internet_residents", "residents_judged"):
        assert float(tally.total()[name].iloc[0]) == float(whole[name].iloc[0]) or whole[name].isna().all()


def walk(state: StudyState, dice: random.Random, edit, n: int) -> None:
    tally, made = Tally.of(state), 0
    same(tally, state)
    for _ in range(6 * n):
        try:
            change = state.apply(edit(dice, state))
        except InputError:
            continue
        tally, made = tally.after(state, change), made + 1
        same(tally, state)
        if dice.random() < 0.35:
            tally = tally.after(state, state.undo())
            same(tally, state)
        if made == n:
            return


def test_counts_of_tiny_studies_are_those_of_a_run():
    for seed in range(2):
        dice = random.Random(seed)
        walk(StudyState.of(*random_study(dice)), dice, tiny_edit, 6)


def test_counts_of_musterstadt_are_those_of_a_run(small_town):
    dice = random.Random(5)
    walk(what_if(small_town.study), dice, town_edit, 10)


def town_edit(dice: random.Random, state: StudyState) -> dict:
    addresses, facilities = state.area.addresses, state.area.facilities["facility_id"]
    row = addresses.iloc[dice.randrange(len(addresses))]
    x, y = float(row["x_m"]) + dice.uniform(-40, 40), float(row["y_m"]) + dice.uniform(-40, 40)
    ring = [[x, y], [x + 120, y], [x + 120, y + 90], [x, y + 90]]
    return dice.choice([
        {"kind": "facility_added", "category": dice.choice(["food_full_range", "gp"]), "x_m": x, "y_m": y},
        {"kind": "facility_closed", "facility_id": str(facilities.iloc[dice.randrange(len(facilities))])},
        {"kind": "green_added", "outline": ring, "entrances": ring[:2]},
        {"kind": "footpath_added", "points": [[x, y], [x + dice.uniform(60, 200), y + 50]]},
        {"kind": "residents_added", "residents": 40.0, "x_m": x, "y_m": y},
        {"kind": "internet_offer_changed", "cells": cell_id(int(row["cell_key"])).tolist(), "share": 1.0},
        {"kind": "residents_added", "residents": 40.0, "address_id": str(row["address_id"])},
    ])  # fmt: skip
