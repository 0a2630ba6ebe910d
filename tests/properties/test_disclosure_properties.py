"""An attacker who holds everything published and can subtract."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.parameters import Parameters
from nahraum.publish import release
from nahraum.tables import PREREQUISITES

PARAMETERS = Parameters(on=date(2025, 6, 30))
K = 3
STEPS = (0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
QUICK = settings(max_examples=30, deadline=None)


@st.composite
def towns(draw: st.DrawFn) -> pd.DataFrame:
    """One to seven quarters with whole persons; few, many or all of them lack something."""
    rows = []
    for number in range(draw(st.integers(1, 7))):
        residents = draw(st.one_of(st.integers(1, 12), st.integers(80, 130), st.integers(300, 900)))
        communal = draw(st.one_of(st.just(0), st.integers(0, min(4, residents))))
        row: dict[str, object] = {
            "quarter_id": f"Q{number}", "residents": float(residents), "residents_judged": float(residents),
            "residents_edge": 0.0, "residents_communal": float(communal),
        }  # fmt: skip
        for name in PREREQUISITES:
            few = st.integers(0, min(5, residents))
            count = draw(st.one_of(few, few.map(lambda n, r=residents: r - n), st.integers(0, residents)))
            row |= {f"lacks_{name}_residents": float(count), f"lacks_{name}_share": count / residents}
        levels = sorted((draw(st.integers(0, residents)) for _ in range(4)), reverse=True)
        for k, count in enumerate(levels, start=1):
            row |= {f"several_k{k}_share{end}": count / residents for end in ("_min", "", "_max")}
        rows.append(row)
    return pd.DataFrame(rows)


def whole(quarters: pd.DataFrame) -> pd.DataFrame:
    total = quarters["residents"].sum()
    row: dict[str, object] = {}
    for column in quarters.columns.drop("quarter_id"):
        share = "_share" in column
        row[column] = (quarters[column] * quarters["residents"]).sum() / total if share else quarters[column].sum()
    return pd.DataFrame([row])


def persons(frame: pd.DataFrame, column: str, sizes: np.ndarray) -> np.ndarray:
    values = frame[column].to_numpy(dtype=float)
    return values * sizes if "_share" in column else values


def unrounded(frame: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """What would be known if published figures were not rounded: the rules have to hold without the steps, too."""
    return truth[frame.columns.intersection(truth.columns)].where(frame[truth.columns].notna())


def is_secret(count: float) -> bool:
    return 0.5 < round(count, 6) < K - 0.5


@QUICK
@given(towns())
def test_no_published_count_and_no_complement_lies_between_one_and_two(quarters):
    frame = unrounded(release(quarters, "quarters", parameters=PARAMETERS).frame, quarters)
    sizes = quarters["residents"].to_numpy()
    for column in (c for c in quarters if c.endswith("_residents") or "_share" in c or c == "residents_communal"):
        counts = persons(frame, column, sizes)
        for count, size in zip(counts, sizes, strict=True):
            if not np.isnan(count):
                assert not is_secret(count), column
                assert not is_secret(size - count), column


@QUICK
@given(towns())
def test_published_figures_lie_on_steps_of_five_persons(quarters):
    frame = release(quarters, "quarters", parameters=PARAMETERS).frame
    for column in (c for c in quarters if c.startswith("lacks_") or "_share" in c):
        for value, size in zip(frame[column], quarters["residents"], strict=True):
            if np.isnan(value):
                continue
            step = 5.0 if column.endswith("_residents") else next(s for s in STEPS if s * size >= 5)
            assert abs(value / step - round(value / step)) < 1e-6, column


@QUICK
@given(towns())
def test_the_municipality_minus_the_published_quarters_never_leaves_one_or_two(quarters):
    published = unrounded(release(quarters, "quarters", parameters=PARAMETERS).frame, quarters)
    total = unrounded(release(whole(quarters), "municipality", parameters=PARAMETERS).frame, whole(quarters))
    sizes, everybody = quarters["residents"].to_numpy(), np.array([quarters["residents"].sum()])
    for column in (c for c in quarters if c.startswith(("residents", "lacks_", "several_"))):
        parts, sum_of_all = persons(published, column, sizes), persons(total, column, everybody)[0]
        gone = np.isnan(parts)
        if np.isnan(sum_of_all) or not gone.any():
            continue
        left = sum_of_all - parts[~gone].sum()
        assert not is_secret(left), column
        assert not is_secret(sizes[gone].sum() - left), column
        assert gone.sum() >= 2 or len(quarters) == 1, column


@QUICK
@given(towns())
def test_persons_with_exactly_so_many_lacks_are_no_small_number(quarters):
    frame = unrounded(release(quarters, "quarters", parameters=PARAMETERS).frame, quarters)
    sizes = quarters["residents"].to_numpy()
    levels = np.vstack([persons(frame, f"several_k{k}_share", sizes) for k in (1, 2, 3, 4)])
    for i in range(4):
        for j in range(i + 1, 4):
            for difference in np.abs(levels[i] - levels[j]):
                if not np.isnan(difference) and j == i + 1:
                    assert not is_secret(difference)


cells = st.lists(st.tuples(st.integers(1, 40), st.sampled_from(["", "Q1", "Q2", "Q3"])), min_size=1, max_size=25)


@QUICK
@given(cells)
def test_cells_below_ten_residents_show_their_class_only_and_are_not_alone(drawn):
    table = pd.DataFrame(drawn, columns=["residents", "quarter_id"]).assign(
        residents=lambda t: t["residents"].astype(float), green_distance_m=100.0, green_distance_m_status="ok",
    )  # fmt: skip
    table["cell_id"] = [f"CRS3035RES100mN{2_000_000 + i}E4000000" for i in range(len(table))]
    table["class"] = "lacking"
    frame = release(table, "cells", parameters=PARAMETERS).frame
    gone = frame["residents"].isna().to_numpy()
    small = table["residents"].to_numpy() < 10
    assert gone[small].all()
    assert frame.loc[gone, "green_distance_m"].isna().all()
    assert (frame.loc[gone, "green_distance_m_status"] == "suppressed").all()
    assert (frame["class"] == "lacking").all()
    for quarter, rows in table.groupby("quarter_id"):
        held = rows["residents"][gone[rows.index]]
        if len(held) and len(held) < len(rows):
            assert len(held) >= 2, quarter
            assert held.sum() >= 10, quarter


@QUICK
@given(st.dictionaries(st.integers(0, 15), st.integers(1, 400), min_size=1, max_size=16))
def test_no_combination_of_lacks_follows_from_the_published_sums(counts):
    bits = np.array([[code >> (3 - place) & 1 for place in range(4)] for code in range(16)], dtype=float)
    residents = np.array([float(counts.get(code, 0)) for code in range(16)])
    table = pd.DataFrame(bits, columns=list(PREREQUISITES)).assign(residents=residents)
    frame = release(table, "combinations", parameters=PARAMETERS).frame
    gone = frame["residents"].isna().to_numpy()
    assert gone[(residents > 0) & (residents < K)].all()
    if gone.any() and not gone.all():
        assert gone.sum() >= 2
        left = residents.sum() - frame["residents"].sum()
        assert left >= 2 * K
