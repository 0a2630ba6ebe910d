"""What must hold for any town: order, cutoffs, intervals, subsets, sums."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.frames import MICRO
from nahraum.index import analyse_index, counting
from nahraum.index.bounds import several_independent, several_lower, several_upper
from nahraum.index.combinations import combinations
from nahraum.index.people import SHARED, People
from nahraum.indicators import address_values, judge, lacks_by_rules, read_rules
from nahraum.parameters import Parameters
from nahraum.tables import SERVICES
from six_cells import town

TINY = 5e-6
"""What rounding to whole millionths of a person can make of a share: more than one person, at most a dozen groups."""
RULES = read_rules(Parameters())
flag = st.sampled_from([0.0, 1.0])
maybe = st.sampled_from([0.0, 1.0, np.nan])
share = st.one_of(st.sampled_from([0.0, 1.0, np.nan]), st.integers(0, 100).map(lambda n: n / 100))
shares = st.lists(st.floats(0, 1), min_size=4, max_size=4)
person = st.tuples(maybe, maybe, share, maybe, st.integers(MICRO, 50 * MICRO), st.integers(0, 3))


def people_of(rows: list[tuple[float, ...]]) -> tuple[People, np.ndarray]:
    """People in units (cells); the offer of a unit is that of its first row."""
    offer: dict[float, float] = {}
    table = [(*row[:SHARED], offer.setdefault(row[5], row[SHARED]), row[3]) for row in rows]
    group = People(
        row=np.arange(len(rows)),
        micro=np.array([row[4] for row in rows], dtype=np.int64),
        lacks=np.array(table, dtype=np.float64),
        apart=np.full((len(rows), 2), np.nan),
    )
    return group, np.array([row[5] for row in rows], dtype=np.int64)


@given(shares, st.integers(1, 4))
def test_the_independence_value_lies_between_the_bounds(h: list[float], k: int) -> None:
    assert several_lower(h, k)[0] - 1e-9 <= several_independent(h, k)[0] <= several_upper(h, k)[0] + 1e-9


@given(shares)
def test_a_higher_cutoff_never_counts_more_people(h: list[float]) -> None:
    for bound in (several_lower, several_independent, several_upper):
        values = [bound(h, k)[0] for k in (1, 2, 3, 4)]
        assert all(a >= b - 1e-9 for a, b in pairwise(values))


@settings(max_examples=60, deadline=None)
@given(st.lists(person, min_size=1, max_size=12))
def test_intervals_hold_the_central_value_and_shrink_with_k(rows: list[tuple[float, ...]]) -> None:
    people, unit = people_of(rows)
    sums = counting.unit_sums(people, unit, 4).sum().to_frame().T
    before = [1.0, 1.0]
    for k in counting.KS:
        found = counting.several_share(sums, k, enough=0.0).loc[0]
        known = counting.several_known_share(sums, k)[0]
        depth, mean = counting.m0(sums, k, enough=0.0).loc[0], counting.a(sums, k, enough=0.0).loc[0]
        assert found["min"] <= known <= found["max"]
        for interval in (found, depth, mean):
            assert not interval["central"] < interval["min"] and not interval["central"] > interval["max"]
            assert not interval["min"] > interval["max"]
        assert depth["max"] <= found["max"] + 1e-12 and depth["min"] >= found["min"] * k / 4 - 1e-12
        assert found["min"] <= before[0] and found["max"] <= before[1]
        before = [found["min"], found["max"]]


@settings(max_examples=100, deadline=None)
@given(st.lists(person, min_size=1, max_size=12), st.sampled_from([0.0, 0.5, 0.9]))
def test_central_values_hold_what_is_known_and_m0_is_h_times_a(rows: list[tuple[float, ...]], enough: float) -> None:
    people, unit = people_of(rows)
    sums = counting.unit_sums(people, unit, 4).sum().to_frame().T
    for k in counting.KS:
        h, m0, a = (f(sums, k, enough=enough).loc[0] for f in (counting.several_share, counting.m0, counting.a))
        known_h = counting.several_known_share(sums, k)[0]
        known_m0 = sums[f"m{k}_known"][0] / sums["judged"][0] / 4
        for found, known in ((h, known_h), (m0, known_m0)):
            assert found["min"] - TINY <= known <= found["max"] + TINY
            if not np.isnan(found["central"]):
                assert known - TINY <= found["central"] <= found["max"]
        if not np.isnan([h["central"], m0["central"], a["central"]]).any():
            assert m0["central"] == pytest.approx(h["central"] * a["central"], abs=TINY)


@settings(max_examples=60, deadline=None)
@given(st.lists(person, min_size=1, max_size=12))
def test_bounds_of_a_cell_lie_within_the_sum_of_those_of_its_parts(rows: list[tuple[float, ...]]) -> None:
    people, cell = people_of(rows)
    part = 2 * cell + np.arange(len(rows)) % 2
    parts = counting.unit_sums(people, part, 8, whole=np.arange(8) // 2).groupby(np.arange(8) // 2).sum()
    whole = counting.unit_sums(people, cell, 4)
    for k in counting.KS:
        for name in ("h", "m"):
            assert (parts[f"{name}{k}_min"] <= whole[f"{name}{k}_min"]).all()
            assert (parts[f"{name}{k}_max"] >= whole[f"{name}{k}_max"]).all()
            assert (parts[f"{name}{k}"] == whole[f"{name}{k}"]).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(person, min_size=1, max_size=10), st.integers(0, 9), st.sampled_from([0, 1, 3]), flag)
def test_completing_an_unknown_narrows_every_interval(
    rows: list[tuple[float, ...]], who: int, what: int, value: float
) -> None:
    people, unit = people_of(rows)
    more = people.lacks.copy()
    at = who % len(rows)
    if np.isnan(more[at, what]):
        more[at, what] = value
    sums = counting.unit_sums(people, unit, 4)
    later = counting.unit_sums(People(people.row, people.micro, more, people.apart), unit, 4)
    for k in counting.KS:
        for name in ("h", "m"):
            assert (later[f"{name}{k}_min"] >= sums[f"{name}{k}_min"]).all()
            assert (later[f"{name}{k}_max"] <= sums[f"{name}{k}_max"]).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(person, min_size=1, max_size=12), st.randoms())
def test_the_order_of_people_changes_nothing(rows: list[tuple[float, ...]], random: object) -> None:
    people, unit = people_of(rows)
    order = np.array(random.sample(range(len(rows)), len(rows)), dtype=np.int64)  # type: ignore[attr-defined]
    mixed = People(people.row[order], people.micro[order], people.lacks[order], people.apart[order])
    pd.testing.assert_frame_equal(counting.unit_sums(people, unit, 4), counting.unit_sums(mixed, unit[order], 4))


@settings(max_examples=40, deadline=None)
@given(st.lists(person, min_size=1, max_size=12))
def test_m0_of_the_whole_is_the_sum_over_its_parts(rows: list[tuple[float, ...]]) -> None:
    people, unit = people_of(rows)
    parts = counting.unit_sums(people, unit, 4)
    whole = parts.sum().to_frame().T
    weights = parts["judged"] / whole["judged"][0]
    for k in counting.KS:
        for end in ("min", "max"):
            by_part = counting.m0(parts, k, enough=0.0)[end].fillna(0.0)
            assert (by_part * weights).sum() == pytest.approx(counting.m0(whole, k, enough=0.0)[end][0])
        censored = counting.censored_share(whole, k).loc[0]
        assert censored.sum() / 4 == pytest.approx(whole[f"m{k}_known"][0] / whole["judged"][0] / 4, abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(st.lists(person, min_size=1, max_size=12))
def test_combinations_add_up_to_the_judged_residents(rows: list[tuple[float, ...]]) -> None:
    people, _ = people_of(rows)
    table = combinations(people)
    assert len(table) == 17
    assert round(table["residents"].sum() * MICRO) == people.micro.sum()


def _town(seed: int, n: int = 14) -> tuple[object, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    statuses = ["ok", "ok", "ok", "imputed", "unreliable", "missing"]
    people = []
    for _ in range(n):
        row: dict[str, object] = {
            "cell": (int(rng.integers(3)), int(rng.integers(2))),
            "quarter": str(rng.choice(["A", "B"])),
            "residents": float(np.round(rng.gamma(2, 20), 6)),
            "green": float(rng.uniform(50, 900)),
            "green_m2": float(rng.uniform(0, 12)),
            "edge": bool(rng.random() < 0.1),
            "inside": bool(rng.random() < 0.9),
        }
        row["floor"], row["offer"] = 25.0 + 10 * row["cell"][0], row["cell"][1] / 3  # type: ignore[index]
        for service in SERVICES:
            row[service] = float(rng.uniform(100, 1900))
            if not row["edge"]:
                row[f"{service}_status"] = str(rng.choice(statuses))
        people.append(row)
    return town(people)


@pytest.mark.parametrize("seed", range(3))
def test_row_functions_answer_a_subset_as_they_answer_the_whole(seed: int) -> None:
    area, access = _town(seed)
    values = address_values(area, access)  # type: ignore[arg-type]
    whole = lacks_by_rules(values, RULES)
    for some in (slice(0, 1), slice(3, 9), slice(None, None, 2), slice(0, 0)):
        pd.testing.assert_frame_equal(lacks_by_rules(values.iloc[some], RULES), whole.iloc[some])


@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_all_input_rows_changes_no_byte_of_the_result(seed: int) -> None:
    area, access = _town(seed)
    first = analyse_index(area, access, judge(area, access, Parameters()), Parameters())  # type: ignore[arg-type]
    for name in ("addresses", "cells", "quarters", "facilities", "categories"):
        setattr(area, name, getattr(area, name).sample(frac=1, random_state=seed).reset_index(drop=True))
    access = access.sample(frac=1, random_state=seed)
    judged = judge(area, access, Parameters())  # type: ignore[arg-type]
    second = analyse_index(area, access, judged.sample(frac=1, random_state=7), Parameters())  # type: ignore[arg-type]
    for name in ("addresses", "cells", "quarters", "municipality", "combinations", "locations", "variants"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name), check_exact=True)
