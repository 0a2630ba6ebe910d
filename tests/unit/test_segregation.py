"""Segregation by hand: what chance makes of small units, unknown counts, groups that nobody belongs to."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import hypergeom

from nahraum.errors import InputError
from nahraum.index.inequality.segregation import (
    expected_dissimilarity,
    many_groups,
    spatial_information,
    two_groups,
)
from nahraum.index.spatial.neighbours import distance_band, from_pairs


def units(*counts):
    return pd.Series(list(counts), index=[f"u{at}" for at in range(len(counts))], dtype=float)


def test_groups_that_share_no_unit_are_wholly_apart():
    found = two_groups(units(10, 0), units(0, 30))
    assert found.dissimilarity == found.isolation == found.correlation == found.entropy == 1.0
    assert found.exposure == 0.0


def test_groups_spread_alike_are_not_apart():
    found = two_groups(units(10, 20), units(30, 60))
    assert found.dissimilarity == pytest.approx(0) and found.correlation == pytest.approx(0)
    assert found.isolation == pytest.approx(0.25)
    assert found.entropy == pytest.approx(0, abs=1e-12)


def test_what_chance_expects_equals_the_sum_over_all_outcomes():
    x, y = np.array([3.0, 0, 5, 1, 2, 9]), np.array([4.0, 6, 5, 9, 1, 20])
    t, group, rest = x + y, x.sum(), y.sum()
    exact = 0.0
    for size in t:
        k = np.arange(size + 1)
        exact += 0.5 * (np.abs(k / group - (size - k) / rest) * hypergeom.pmf(k, t.sum(), group, size)).sum()
    assert expected_dissimilarity(x, y) == pytest.approx(exact, rel=1e-10)


def test_persons_dealt_at_random_to_units_of_four_seem_far_apart_and_are_not():
    rng = np.random.default_rng(7)
    x = rng.multivariate_hypergeometric(np.full(400, 4), 320).astype(float)
    found = two_groups(units(*x), units(*(4 - x)))
    assert found.dissimilarity > 0.3
    assert abs(found.excess) < 0.03 and abs(found.corrected) < 0.05


def test_one_unit_tells_nothing_of_chance():
    assert expected_dissimilarity(np.array([3.0]), np.array([7.0])) == pytest.approx(0)
    assert two_groups(units(3), units(7)).dissimilarity == 0


def test_a_unit_with_an_unknown_count_is_left_out_and_told():
    found = two_groups(units(10, 20, math.nan), units(30, 10, 50))
    assert found.units == 2 and found.completeness == pytest.approx(2 / 3)
    assert found.dissimilarity == two_groups(units(10, 20), units(30, 10)).dissimilarity


def test_a_group_without_anybody_has_no_segregation():
    found = two_groups(units(0, 0), units(5, 6))
    assert found.status == "undetermined" and math.isnan(found.dissimilarity) and "niemanden" in found.note_de
    assert many_groups(pd.DataFrame({"a": units(1, 2), "b": units(0, 0)})).status == "undetermined"


def test_units_that_nobody_lives_in_change_nothing():
    assert two_groups(units(1, 2, 0), units(5, 3, 0)).isolation == two_groups(units(1, 2), units(5, 3)).isolation


def test_two_groups_are_many_groups_of_two():
    x, y = units(5, 9, 1), units(20, 3, 8)
    two, many = two_groups(x, y), many_groups(pd.DataFrame({"x": x, "y": y}))
    assert many.entropy == pytest.approx(two.entropy) and many.dissimilarity == pytest.approx(two.dissimilarity)


def test_a_group_nobody_belongs_to_changes_nothing():
    table = pd.DataFrame({"a": units(5, 9), "b": units(2, 3), "c": units(1, 7)})
    assert many_groups(table.assign(d=0.0)) == many_groups(table)


def test_what_chance_makes_of_the_information_is_told():
    rng = np.random.default_rng(5)
    dealt = rng.multinomial(400, [0.5, 0.3, 0.2], 500).astype(float)
    found = many_groups(pd.DataFrame(dealt))
    assert found.mutual_information == pytest.approx(found.expected_information, rel=0.1)


def test_bad_counts_are_refused():
    with pytest.raises(InputError, match="negative in 1 units"):
        two_groups(units(-1, 2), units(1, 2))
    with pytest.raises(InputError, match="one side only"):
        two_groups(units(1, 2), units(1, 2, 3))
    with pytest.raises(InputError, match="repeat"):
        many_groups(pd.DataFrame({"a": [1.0, 2.0], "b": [1.0, 2.0]}, index=["u", "u"]))


def test_a_chessboard_is_apart_by_unit_and_mixed_by_surroundings_two_halves_are_not():
    at = np.arange(100)
    x, y = at % 10, at // 10
    w = distance_band(x * 100.0, y * 100.0, [f"u{one}" for one in at], reach_m=150)
    chess, halves = ((x + y) % 2).astype(float), (x < 5).astype(float)
    tables = [pd.DataFrame({"a": one, "b": 1 - one}, index=list(w.ids)) for one in (chess, halves)]
    assert [many_groups(one).entropy for one in tables] == pytest.approx([1.0, 1.0])
    assert spatial_information(tables[0], w) < 0.01 < 0.7 < spatial_information(tables[1], w)


def test_without_neighbours_surroundings_are_the_unit_and_with_all_they_are_the_whole():
    table = pd.DataFrame({"a": units(5, 9, 1), "b": units(20, 3, 8)})
    nobody = from_pairs(list(table.index), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    assert spatial_information(table, nobody) == pytest.approx(many_groups(table).entropy)
    everybody = from_pairs(list(table.index), *np.nonzero(~np.eye(3, dtype=bool)))
    assert spatial_information(table, everybody) == pytest.approx(0)
    assert math.isnan(spatial_information(table.assign(b=0.0), everybody))
    with pytest.raises(InputError, match="without a place"):
        spatial_information(table.rename(index={"u0": "v"}), nobody)


def test_a_unit_with_an_unknown_count_is_in_nobodys_surroundings():
    table = pd.DataFrame({"a": units(5, math.nan, 1), "b": units(2, 3, 8)})
    chain = from_pairs(list(table.index), np.array([0, 1, 1, 2]), np.array([1, 0, 2, 1]))
    assert spatial_information(table, chain) == pytest.approx(many_groups(table).entropy)
