"""What holds of inequality and segregation whatever the town: bounds, scale, copies of people, merging, adding up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nahraum.index.inequality.decomposition import decomposition
from nahraum.index.inequality.gradient import concentration_index, erreygers_index, slope
from nahraum.index.inequality.measures import atkinson, gini, mld, palma, theil
from nahraum.index.inequality.people import parts, weighted
from nahraum.index.inequality.segregation import expected_dissimilarity, many_groups, two_groups

POSITIVE = st.floats(0.01, 1e4)
TOWNS = st.lists(st.tuples(POSITIVE, st.integers(1, 5000), st.integers(0, 4), st.sampled_from("abc")), min_size=2)
UNITS = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=2, max_size=30)


def columns(town):
    ids = [f"q{at:03d}" for at in range(len(town))]
    values, residents, status, groups = (pd.Series(list(column), index=ids) for column in zip(*town, strict=True))
    return values.astype(float), residents.astype(float), status.astype(float), groups


def measures(values, residents):
    data = weighted(values, residents)
    found = [
        gini(data),
        theil(data),
        mld(data),
        atkinson(data, 0.5),
        atkinson(data, 1.0),
        palma(data, top=0.1, bottom=0.4),
    ]
    return np.array([one.value for one in found])


@given(TOWNS)
def test_every_measure_keeps_its_bounds(town):
    values, residents, _, _ = columns(town)
    found = measures(values, residents)
    assert (found[:5] >= -1e-12).all() and found[0] <= 1 and (found[3:5] <= 1).all()


@given(TOWNS, st.floats(0.01, 1000))
def test_the_unit_of_the_value_says_nothing(town, factor):
    values, residents, _, _ = columns(town)
    assert measures(values * factor, residents) == pytest.approx(measures(values, residents), rel=1e-6, abs=1e-9)


@given(TOWNS, st.integers(2, 5))
def test_a_town_of_copies_of_everybody_is_as_unequal(town, copies):
    values, residents, status, _ = columns(town)
    many = [pd.concat([column.rename(lambda name, at=at: f"{at}{name}") for at in range(copies)])
            for column in (values, residents, status)]  # fmt: skip
    assert measures(many[0], many[1]) == pytest.approx(measures(values, residents), rel=1e-6, abs=1e-9)
    assert measures(values, residents * copies) == pytest.approx(measures(values, residents), rel=1e-6, abs=1e-9)
    one, other = weighted(values, residents, by=status), weighted(many[0], many[1], by=many[2])
    assert concentration_index(other) == pytest.approx(concentration_index(one), abs=1e-9, nan_ok=True)


@given(TOWNS)
def test_between_and_within_add_up_to_the_whole(town):
    values, residents, _, groups = columns(town)
    found = decomposition(values, residents, groups)
    assert found.theil_between + found.theil_within == pytest.approx(found.theil.value, rel=1e-8, abs=1e-10)
    assert found.mld_between + found.mld_within == pytest.approx(found.mld.value, rel=1e-8, abs=1e-10)
    assert found.theil_between >= -1e-12 and found.mld_between >= -1e-12


@given(TOWNS)
def test_fifths_add_up_to_the_whole_and_rise_where_ordered_by_the_value(town):
    values, residents, status, _ = columns(town)
    cuts = np.linspace(0, 1, 6)
    for data in (weighted(values, residents), weighted(values, residents, by=status)):
        means, shares = parts(data, cuts)
        assert means.mean() == pytest.approx(data.mean) and shares.sum() == pytest.approx(1)
    means, _ = parts(weighted(values, residents), cuts)
    assert (np.diff(means) >= -1e-6 * means.max()).all()


@given(TOWNS)
def test_order_of_status_turned_round_turns_every_sign(town):
    values, residents, status, _ = columns(town)
    assume(len(set(status)) > 1)
    shares = values / values.max()
    one, other = weighted(shares, residents, by=status), weighted(shares, residents, by=-status)
    assert concentration_index(other) == pytest.approx(-concentration_index(one), abs=1e-9)
    assert erreygers_index(other, lowest=0, highest=1) == pytest.approx(
        -erreygers_index(one, lowest=0, highest=1), abs=1e-9
    )
    there, back = slope(one, confidence=0.95), slope(other, confidence=0.95)
    assert back.sii == pytest.approx(-there.sii, abs=1e-7)
    assert abs(concentration_index(one)) <= gini(weighted(shares, residents)).value + 1e-9


@given(UNITS, st.integers(0, 29))
def test_merging_units_of_the_same_mix_leaves_d_unchanged(units, which):
    x, y = (pd.Series([float(unit[at]) for unit in units]) for at in (0, 1))
    assume(x.sum() > 0 and y.sum() > 0)
    at = which % len(units)
    split = [pd.concat([column.rename(str), pd.Series([2.0 * column[at]], index=["new"])]) for column in (x, y)]
    merged = [column.rename(str).where(column.index != at, 3.0 * column[at]) for column in (x, y)]
    one, other = two_groups(*split), two_groups(*merged)
    for name in ("dissimilarity", "isolation", "exposure", "entropy"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), rel=1e-9, abs=1e-12)


@given(UNITS)
def test_segregation_keeps_its_bounds_and_isolation_and_exposure_add_up(units):
    x, y = (pd.Series([float(unit[at]) for unit in units]) for at in (0, 1))
    found = two_groups(x, y)
    assume(found.status == "ok")
    assert found.isolation + found.exposure == pytest.approx(1)
    for name in ("dissimilarity", "expected", "entropy"):
        assert -1e-12 <= getattr(found, name) <= 1 + 1e-12
    many = many_groups(pd.DataFrame({"x": x, "y": y}))
    assert many.entropy == pytest.approx(found.entropy, abs=1e-12)
    turned = two_groups(y, x)
    assert turned.dissimilarity == pytest.approx(found.dissimilarity)
    assert turned.expected == pytest.approx(found.expected, rel=1e-6, abs=1e-9)


@given(st.integers(1, 40), st.integers(1, 8))
def test_the_larger_the_units_the_less_chance_makes_of_d(people, units):
    x, y = np.full(units, float(people)), np.full(units, float(3 * people))
    assert expected_dissimilarity(4 * x, 4 * y) <= expected_dissimilarity(x, y) + 1e-12
