"""An attacker holds the tables of a county: its quarters, its municipalities and the whole, and solves for the rest."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from nahraum.parameters import Parameters
from nahraum.publish import release
from nahraum.publish.nested import Beside, Nested

PARAMETERS = Parameters(on=date(2025, 6, 30))
CELL, K = 10, 3


def area_rows(key: str, sums: pd.DataFrame) -> pd.DataFrame:
    """A table of areas from whole persons: residents, and those of them who lack green."""
    return pd.DataFrame({
        key: sums.index.astype(str), "name": "x", "residents": sums["residents"].to_numpy(float),
        "lacks_green_share": (sums["lacking"] / sums["residents"].where(sums["residents"] > 0)).to_numpy(float),
        "lacks_green_residents": sums["lacking"].to_numpy(float), "lacks_green_status": "ok",
        "lacks_green_completeness": 1.0,
    })  # fmt: skip


def released(pieces: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Quarters and municipalities as `nahraum run` lets them out."""
    numbers = ["residents", "lacking"]
    quarters = area_rows("quarter_id", pieces[pieces["quarter_id"] != ""].groupby("quarter_id")[numbers].sum())
    towns = area_rows("municipality_id", pieces.groupby("municipality_id")[numbers].sum())
    nested = Nested(pieces)
    shown = release(towns, "municipalities", parameters=PARAMETERS, beside=Beside(nested)).frame
    nested = nested.with_rows(shown)
    return release(quarters, "quarters", parameters=PARAMETERS, beside=Beside(nested)).frame, shown


def table(*rows: tuple[str, str, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["quarter_id", "municipality_id", "residents", "lacking"])


def test_a_held_back_quarter_takes_one_of_its_own_municipality_with_it():
    pieces = table(
        ("1", "m1", 7, 0), ("2", "m1", 1500, 400), ("3", "m1", 1200, 300),
        ("4", "m2", 150, 60), ("5", "m2", 1300, 200), ("6", "m2", 1000, 300),
    )  # fmt: skip
    quarters, towns = released(pieces)
    assert towns["residents"].tolist() == [2707.0, 2450.0]  # 2707 - 1500 - 1200 would be the seven
    assert quarters["residents"].isna().tolist() == [True, False, True, False, False, False]


def test_two_persons_of_a_quarter_are_protected_against_the_share_of_their_municipality():
    pieces = table(
        ("1", "m1", 400, 2), ("2", "m1", 400, 90), ("3", "m1", 400, 80), ("4", "m2", 400, 50), ("5", "m2", 400, 60)
    )
    quarters, _ = released(pieces)
    assert quarters["lacks_green_share"].isna().tolist() == [True, False, True, False, False]


def test_what_a_municipality_holds_back_does_not_follow_from_its_quarters():
    # 2 of 900 lack green in m1; m3 goes with it, as 40 are the fewest; 15 + 25 in its quarters would tell them
    pieces = table(
        ("1", "m1", 500, 2), ("2", "m1", 400, 0), ("3", "m2", 500, 80), ("4", "m2", 500, 90),
        ("5", "m3", 500, 15), ("6", "m3", 600, 25),
    )  # fmt: skip
    quarters, towns = released(pieces)
    assert towns["lacks_green_share"].isna().tolist() == [True, False, True]
    assert quarters["lacks_green_share"].isna().tolist() == [True, True, False, False, True, True]


def test_a_quarter_across_the_border_is_protected_in_both_municipalities():
    # 2 of the 400 lack green, half of them on either side: either sum less its other quarters would tell one person
    pieces = table(
        ("1", "m1", 200, 1), ("1", "m2", 200, 1), ("2", "m1", 400, 90), ("3", "m1", 400, 80),
        ("4", "m2", 400, 50), ("5", "m2", 400, 60),
    )  # fmt: skip
    quarters, _ = released(pieces)
    assert quarters["lacks_green_share"].isna().tolist() == [True, False, True, True, False]


def test_residents_of_a_cut_municipality_are_told_in_tens_so_that_a_strip_of_a_quarter_stays_unknown():
    pieces = table(("1", "m1", 3, 0), ("1", "m2", 2000, 300), ("2", "m1", 1504, 400), ("3", "m3", 1203, 300))
    quarters, towns = released(pieces)
    assert quarters["residents"].tolist() == [2003.0, 1504.0, 1203.0]
    assert towns["residents"].tolist() == [1510.0, 2000.0, 1203.0]


def test_residents_outside_all_quarters_are_such_a_strip_too():
    _, towns = released(table(("", "m1", 4, 0), ("1", "m1", 1500, 400), ("2", "m2", 1203, 300)))
    assert towns["residents"].tolist() == [1500.0, 1203.0]


@st.composite
def counties(draw: st.DrawFn) -> pd.DataFrame:
    """Two or three municipalities with up to four quarters, some of them across a border."""
    rows: list[tuple[str, str, int, int]] = []
    towns = [f"m{n}" for n in range(draw(st.integers(2, 3)))]
    size = st.one_of(st.integers(1, 12), st.integers(80, 130), st.integers(300, 2000))
    for town in towns:
        for at in range(draw(st.integers(1, 4))):
            parts = [town, *draw(st.lists(st.sampled_from(towns), max_size=1))]
            for of in dict.fromkeys(parts):
                people = draw(size)
                few = draw(st.one_of(st.integers(0, 3), st.integers(0, people)))
                rows.append((f"{town}q{at}", of, people, min(few, people)))
    return table(*rows)


class Attack:
    """Residents of each piece, and what the tables say of their sums."""

    def __init__(self, pieces: pd.DataFrame, quarters: pd.DataFrame, towns: pd.DataFrame) -> None:
        self.pieces = pieces
        self.rows: list[np.ndarray] = []
        self.ends: list[tuple[float, float]] = []
        crossed = Nested(pieces).crossed()
        self.say(np.ones(len(pieces)), float(pieces["residents"].sum()), 0.0)
        for key, frame in (("quarter_id", quarters), ("municipality_id", towns)):
            for one, told in zip(frame[key], frame["residents"], strict=True):
                if not np.isnan(told):
                    self.say((pieces[key] == one).to_numpy(float), told, 5.0 if one in crossed else 0.0)

    def say(self, row: np.ndarray, told: float, half: float) -> None:
        self.rows.append(row)
        self.ends.append((told - half, told + half))

    def solve(self, target: np.ndarray) -> tuple[float, float]:
        both = np.vstack([np.array(self.rows), -np.array(self.rows)])
        ends = np.array([high for _, high in self.ends] + [-low for low, _ in self.ends]) + 1e-6
        found = [linprog(sign * target, A_ub=both, b_ub=ends, bounds=(0, None)) for sign in (1, -1)]
        assert all(one.status == 0 for one in found)
        return found[0].fun, -found[1].fun


@settings(max_examples=12, deadline=None)
@given(counties())
def test_no_quarter_below_ten_residents_follows_from_the_tables_of_a_county(pieces: pd.DataFrame) -> None:
    quarters, towns = released(pieces)
    attack = Attack(pieces, quarters, towns)
    whole = pieces.groupby("quarter_id")["residents"].sum()
    for key, told in zip(quarters["quarter_id"], quarters["residents"], strict=True):
        if whole[key] < CELL:
            assert np.isnan(told)
            low, high = attack.solve((pieces["quarter_id"] == key).to_numpy(float))
            alone = len(pieces["quarter_id"].unique()) == 1
            assert alone or np.floor(high) > np.ceil(low), (key, low, high)


@settings(max_examples=12, deadline=None)
@given(counties())
def test_no_sum_of_a_municipality_pins_down_one_or_two_persons_of_a_quarter(pieces: pd.DataFrame) -> None:
    quarters, towns = released(pieces)
    towns, quarters = towns.set_index("municipality_id"), quarters.set_index("quarter_id")
    whole = pieces.groupby("quarter_id")["lacking"].sum()
    for town, here in pieces.groupby("municipality_id"):
        told = bool(towns["lacks_green_share"].notna()[town])
        gone = here[here["quarter_id"].map(quarters["lacks_green_share"].isna())]
        if told and len(here[here["quarter_id"].map(whole).between(1, K - 1)]):
            assert len(gone) == len(here) or len(gone) > 1, (town, gone)
        if not told and len(here) > 0:
            assert len(gone) > 0, town


def test_a_study_of_one_municipality_is_protected_as_before():
    frame = area_rows(
        "quarter_id", pd.DataFrame({"residents": [7, 1500, 1200], "lacking": [0, 4, 5]}, index=list("abc"))
    )
    plain = release(frame, "quarters", parameters=PARAMETERS).frame
    assert plain["residents"].isna().tolist() == [True, False, True]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 1, 0, 2)])
def test_the_order_of_the_pieces_changes_nothing(order: tuple[int, ...]) -> None:
    pieces = table(("1", "m1", 200, 1), ("1", "m2", 200, 1), ("2", "m1", 400, 90), ("3", "m2", 400, 80))
    first, other = released(pieces)[0], released(pieces.iloc[list(order)].reset_index(drop=True))[0]
    pd.testing.assert_frame_equal(first, other)
