"""Counting by hand. A lack matrix has the columns living space, green, internet (a share), supply."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from nahraum.frames import MICRO
from nahraum.index import counting
from nahraum.index.people import People

X = np.nan


def people(lacks: list[list[float]], residents: list[float] | None = None) -> People:
    table = np.array(lacks, dtype=np.float64)
    weights = np.array(residents or [1.0] * len(table)) * MICRO
    return People(
        row=np.arange(len(table)),
        micro=np.rint(weights).astype(np.int64),
        lacks=table,
        apart=np.full((len(table), 2), np.nan),
    )


def one_unit(lacks: list[list[float]], residents: list[float] | None = None) -> pd.DataFrame:
    group = people(lacks, residents)
    return counting.unit_sums(group, np.zeros(len(group.row), dtype=np.int64), 1)


def interval(sums: pd.DataFrame, k: int) -> list[float]:
    return counting.several_share(sums, k, enough=0.9).loc[0, ["min", "central", "max"]].tolist()


def test_several_share_counts_people_not_rows() -> None:
    sums = one_unit([[1, 1, 0, 0], [1, 0, 0, 0]], [30.0, 10.0])
    assert interval(sums, 1) == [1.0, 1.0, 1.0]
    assert interval(sums, 2) == [0.75, 0.75, 0.75]
    assert interval(sums, 3) == [0.0, 0.0, 0.0]


def test_k_stays_an_absolute_number_when_a_dimension_is_unknown() -> None:
    sums = one_unit([[1, 1, X, 0]] * 10)
    assert interval(sums, 2) == [1.0, 1.0, 1.0]
    assert interval(sums, 4) == [0.0, 0.0, 0.0]
    low, central, high = interval(sums, 3)
    assert (low, high) == (0.0, 1.0)
    assert np.isnan(central)


def test_several_determined_by_known_lacks_or_by_too_few_left() -> None:
    lacks = np.array([[1, 1, X, X], [1, X, X, 0], [0, 0, X, 0], [1, X, 0, 0], [0, 0, 0, 0]])
    assert counting.several_determined(lacks, 2).tolist() == [True, False, True, False, True]


def test_a_few_unknown_leave_a_central_value_inside_the_interval() -> None:
    sums = one_unit([[1, 1, 0, 0]] * 4 + [[0, 0, 0, 0]] * 15 + [[1, X, 0, 0]])
    low, central, high = interval(sums, 2)
    assert (low, high) == (0.2, 0.25)
    assert central == pytest.approx(4 / 19)
    assert counting.several_share(sums, 2, enough=0.9).loc[0, "completeness"] == 0.95


def test_whom_the_missing_offer_meets_in_a_cell_is_open_between_two_bounds() -> None:
    # 40 people lack one thing, 60 nothing; the offer is missing for 30 of the 100, nobody knows for whom
    sums = one_unit([[1, 0, 0.3, 0], [0, 0, 0.3, 0]], [40.0, 60.0])
    assert interval(sums, 2) == pytest.approx([0.0, 0.12, 0.3])
    # and with a missing offer for 70: at least 10 of them meet the 40
    sums = one_unit([[1, 0, 0.7, 0], [0, 0, 0.7, 0]], [40.0, 60.0])
    assert interval(sums, 2) == pytest.approx([0.1, 0.28, 0.4])


def test_where_all_have_the_same_other_lacks_the_share_leaves_nothing_open() -> None:
    assert interval(one_unit([[1, 0, 0.3, 0]] * 5), 2) == pytest.approx([0.3, 0.3, 0.3])


def test_bounds_of_a_cell_are_those_of_a_linear_programme() -> None:
    rng = np.random.default_rng(5)
    for _ in range(10):
        others = rng.multinomial(60, [0.4, 0.3, 0.2, 0.1])
        share = float(rng.uniform())
        rows = [[c > 0, c > 1, share, c > 2] for c in range(4)]
        sums = one_unit([[float(v) for v in row] for row in rows], [float(n) for n in others])
        for k in (1, 2, 3, 4):
            for name, gain in (("h", lambda c, k: float(c >= k)), ("m", lambda c, k: c * (c >= k))):
                extra = np.array([gain(c + 1, k) - gain(c, k) for c in range(4)], dtype=float)
                base = sum(gain(c, k) * n for c, n in enumerate(others))
                limits = {"A_eq": [np.ones(4)], "b_eq": [60 * share], "bounds": [(0, int(n)) for n in others]}
                found = sums.loc[0, [f"{name}{k}_min", f"{name}{k}_max"]] / MICRO
                assert found.iloc[0] == pytest.approx(base + linprog(extra, **limits).fun, abs=1e-4)
                assert found.iloc[1] == pytest.approx(base - linprog(-extra, **limits).fun, abs=1e-4)


def test_bounds_of_a_part_of_a_cell_are_those_of_a_linear_programme() -> None:
    rng = np.random.default_rng(6)
    rows = [[float(c > 0), float(c > 1), 0.0, float(c > 2)] for c in range(4)] * 2
    for _ in range(10):
        others, share = rng.multinomial(60, [0.25, 0.15, 0.1, 0.05, 0.15, 0.15, 0.1, 0.05]), float(rng.uniform())
        group = people([[*row[:2], share, row[3]] for row in rows], [float(n) for n in others])
        unit, whole = np.repeat([0, 1], 4), np.zeros(2, dtype=np.int64)
        sums = counting.unit_sums(group, unit, 2, whole=whole)
        for k in (1, 2, 3, 4):
            for name, gain in (("h", lambda c, k: float(c >= k)), ("m", lambda c, k: c * (c >= k))):
                extra = np.array([gain(c + 1, k) - gain(c, k) for c in range(4)] + [0.0] * 4)
                base = sum(gain(c, k) * n for c, n in enumerate(others[:4]))
                limits = {"A_eq": [np.ones(8)], "b_eq": [60 * share], "bounds": [(0, int(n)) for n in others]}
                found = sums.loc[0, [f"{name}{k}_min", f"{name}{k}_max"]] / MICRO
                assert found.iloc[0] == pytest.approx(base + linprog(extra, **limits).fun, abs=1e-4)
                assert found.iloc[1] == pytest.approx(base - linprog(-extra, **limits).fun, abs=1e-4)


def test_the_central_value_is_never_below_what_is_known() -> None:
    # one of ten is undetermined, and lacks several by its known lacks already where the offer is missing
    sums = one_unit([[0, 0, 0.9, 0]] * 9 + [[1, X, 0.9, 0]])
    assert counting.several_known_share(sums, 2)[0] == pytest.approx(0.09)
    assert interval(sums, 2) == pytest.approx([0.0, 0.09, 0.1])


def test_m0_h_and_a_are_those_of_the_same_people() -> None:
    # 8 have two lacks for sure and one unknown, 2 are undetermined: 8 of 98, with two lacks each
    sums = one_unit([[1, 1, X, 0], [1, X, 0, 0], [0, 0, 0, 0]], [8.0, 2.0, 90.0])
    h, m0, a = (f(sums, 2, enough=0.9).loc[0, "central"] for f in (counting.several_share, counting.m0, counting.a))
    assert (h, m0, a) == pytest.approx((8 / 98, 16 / 98 / 4, 0.5))


def test_several_known_share_leaves_the_unknown_out() -> None:
    sums = one_unit([[1, 1, X, 0], [1, X, X, X], [0, 0, 0, 0], [1, 0, 0.5, 0]])
    assert counting.several_known_share(sums, 2).tolist() == [pytest.approx(1.5 / 4)]


def test_m0_is_the_mean_of_lacks_of_those_who_have_several() -> None:
    # 2 + 3 of 4 lacks, four people
    sums = one_unit([[1, 1, 0, 0], [1, 1, 0, 1], [1, 0, 0, 0], [0, 0, 0, 0]])
    assert counting.m0(sums, 2, enough=0.9).loc[0].tolist() == [pytest.approx(5 / 16)] * 3


def test_m0_is_an_interval_where_the_number_of_lacks_is_unknown() -> None:
    sums = one_unit([[1, 1, X, 0], [0, 0, 0, 0]])
    found = counting.m0(sums, 2, enough=0.9).loc[0]
    assert found[["min", "max"]].tolist() == [2 / 8, 3 / 8]
    assert np.isnan(found["central"])


def test_a_is_m0_over_the_headcount() -> None:
    sums = one_unit([[1, 1, 0, 0], [1, 1, 0, 1], [1, 0, 0, 0], [0, 0, 0, 0]])
    assert counting.a(sums, 2, enough=0.9).loc[0].tolist() == [pytest.approx(5 / 8)] * 3


def test_a_is_unknown_where_nobody_can_have_several_and_never_below_k_of_four() -> None:
    assert counting.a(one_unit([[0, 0, 0, 0]]), 2, enough=0.9).loc[0].isna().all()
    found = counting.a(one_unit([[1, X, 0, 0], [1, 1, 0, 0]]), 2, enough=0.9).loc[0]
    assert found["min"] == 0.5
    assert found["max"] <= 1.0


def test_censored_share_counts_a_lack_only_where_it_meets_others() -> None:
    sums = one_unit([[1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0.5, 1], [0, 0, 0, 0]])
    found = counting.censored_share(sums, 2).loc[0]
    assert found.tolist() == [0.25, 0.25, 0.125, 0.125]


def test_contribution_adds_up_to_one() -> None:
    sums = one_unit([[1, 1, 0, 0], [1, 1, 0, 1], [1, 0, 0, 0]])
    assert counting.contribution(sums, 2).loc[0].tolist() == pytest.approx([0.4, 0.4, 0.0, 0.2])
    assert counting.contribution(one_unit([[0, 0, 0, 0]]), 2).loc[0].isna().all()


def test_class_follows_the_majority_and_nobody_judged_is_undetermined() -> None:
    found = counting.classify([0.5, 0.4, 0.1, np.nan], [0.9, 0.6, 0.49, np.nan], majority=0.5)
    assert found.tolist() == ["lacking", "undetermined", "not_lacking", "undetermined"]


def test_nobody_judged_gives_no_share() -> None:
    sums = counting.unit_sums(people([[1, 1, 0, 0]]), np.array([0]), 2)
    assert np.isnan(counting.several_share(sums, 2, enough=0.9).loc[1, "min"])
