"""Inequality over people, by hand: what zeros, negative and unknown values do, and where there is no answer."""

import math

import numpy as np
import pandas as pd
import pytest

from nahraum.errors import InputError
from nahraum.index.inequality.decomposition import decomposition
from nahraum.index.inequality.gradient import concentration_index, erreygers_index, slope
from nahraum.index.inequality.measures import atkinson, gini, inequality, mld, palma, theil
from nahraum.index.inequality.people import fractional_rank, parts, weighted
from nahraum.parameters import Parameters

NAN = float("nan")


def areas(*values, name=None):
    return pd.Series(list(values), index=[f"q{at}" for at in range(len(values))], name=name, dtype=float)


def people(values, residents=None, by=None):
    residents = areas(*([1.0] * len(values))) if residents is None else areas(*residents)
    return weighted(areas(*values), residents, by=None if by is None else areas(*by))


def test_everybody_alike_is_no_inequality():
    data = people([7.3, 7.3, 7.3], [100, 2, 35])
    assert gini(data).value == theil(data).value == 0.0
    assert mld(data).value == pytest.approx(0, abs=1e-15)
    assert atkinson(data, 0.5).value == pytest.approx(0, abs=1e-15)


def test_gini_weighs_people_and_not_areas():
    # three persons with 1, one with 5: mean 2, mean absolute difference over all 16 pairs (6 · 4)/16 = 1.5
    assert gini(people([1, 5], [3, 1])).value == pytest.approx(1.5 / 4)


def test_gini_equals_the_double_sum():
    rng = np.random.default_rng(3)
    y, w = np.round(rng.gamma(2, 5, 30), 1), rng.integers(1, 500, 30).astype(float)
    p = w / w.sum()
    double = (p[:, None] * p[None, :] * np.abs(y[:, None] - y[None, :])).sum() / (2 * (p @ y))
    assert gini(people(y, w)).value == pytest.approx(double, rel=1e-12)


def test_one_who_has_all_among_many():
    assert gini(people([0, 0, 0, 8])).value == pytest.approx(0.75)
    assert theil(people([0, 0, 0, 8])).value == pytest.approx(math.log(4))


def test_zeros_count_in_gini_and_theil_and_leave_the_logarithm_undefined():
    data = people([0, 2, 4])
    assert gini(data).value == pytest.approx(4 / 9)
    assert theil(data).value == pytest.approx(2 / 3 * math.log(2))
    assert math.isnan(mld(data).value) and mld(data).reason[0] == "für Werte von 0 nicht erklärt"
    assert atkinson(data, 1.0).value == 1.0
    assert 0 < atkinson(data, 0.5).value < 1


@pytest.mark.parametrize("measure", [gini, theil, mld, lambda data: atkinson(data, 0.5)])
@pytest.mark.parametrize(("values", "reason"), [([-1, 2], "for values from 0 on only"), ([0, 0], "nobody has any")])
def test_negative_values_and_a_sum_of_nothing_have_no_inequality(measure, values, reason):
    found = measure(people(values))
    assert math.isnan(found.value) and found.reason[1].startswith(reason)


def test_palma_splits_the_areas_at_its_limits():
    # ten persons each with 1, 2, 3: the top tenth are three with 3 (9), the bottom twelve hold 10 + 2·2 = 14
    assert palma(people([3, 1, 2], [10, 10, 10]), top=0.1, bottom=0.4).value == pytest.approx(9 / 14)
    found = palma(people([0, 1], [1, 1]), top=0.1, bottom=0.4)
    assert math.isnan(found.value) and "kein Verhältnis" in found.reason[0]


def test_an_unknown_value_is_left_out_and_its_residents_are_told():
    found = inequality(areas(10, NAN, 30), areas(100, 300, 100), Parameters()).set_index("measure")
    assert found.loc["gini", "value"] == pytest.approx(0.25)
    assert set(found["completeness"]) == {0.4} and set(found["areas"]) == {2}


def test_where_nothing_is_known_the_measures_are_missing():
    found = inequality(areas(NAN, NAN), areas(1, 2), Parameters())
    assert found["value"].isna().all() and set(found["status"]) == {"missing"}
    assert found["completeness"].tolist() == [0.0] * len(found)


def test_a_town_without_areas_has_no_measures():
    found = inequality(areas(), areas(), Parameters())
    assert found["value"].isna().all() and set(found["status"]) == {"missing"}


def test_an_area_without_residents_says_nothing():
    assert gini(people([1, 2, 99], [1, 1, 0])).value == gini(people([1, 2])).value


def test_bad_columns_are_refused_with_all_their_problems():
    values = pd.Series([1.0, math.inf], index=["a", "b"], name="green")
    residents = pd.Series([-1.0, 5.0, 6.0], index=["a", "c", "c"])
    with pytest.raises(InputError) as caught:
        weighted(values, residents)
    told = str(caught.value)
    assert "green" in told and "infinite in 1" in told and "repeats" in told and "negative in 1" in told
    with pytest.raises(InputError, match="holds text"):
        weighted(pd.Series(["viel"], index=["a"]), pd.Series([1.0], index=["a"]))


def test_the_order_of_rows_says_nothing():
    values, residents = areas(3, 1, 4, 1, 5), areas(9, 2, 6, 5, 3)
    turned = inequality(values[::-1], residents.sample(frac=1, random_state=1), Parameters())
    pd.testing.assert_frame_equal(turned, inequality(values, residents, Parameters()))


def test_fractional_rank_shares_the_middle_among_areas_alike():
    data = people([1, 2, 3, 4], [10, 20, 20, 50], by=[0, 1, 1, 2])
    assert fractional_rank(data).tolist() == pytest.approx([0.05, 0.3, 0.3, 0.75])


def test_fifths_split_an_area_at_their_limit():
    # 10 persons: 3 with 1, 7 with 2. Fifths of two persons: 1; one with 1 and one with 2; 2; 2; 2
    means, shares = parts(people([1, 2], [3, 7]), np.linspace(0, 1, 6))
    assert means.tolist() == pytest.approx([1, 1.5, 2, 2, 2])
    assert shares.tolist() == pytest.approx([2 / 17, 3 / 17, 4 / 17, 4 / 17, 4 / 17])


def test_areas_of_the_same_status_are_one_group_whatever_their_order():
    means, _ = parts(people([10, 0, 4], [1, 1, 2], by=[1, 1, 2]), np.array([0, 0.25, 0.5, 1]))
    assert means.tolist() == pytest.approx([5, 5, 4])


def test_concentration_index_by_hand_and_its_sign():
    # ranks .25, .75; mean 2; cov = Σ w (h - 2)(R - .5) = .5·(-1)(-.25) + .5·1·.25 = .25
    assert concentration_index(people([1, 3], by=[1, 2])) == pytest.approx(2 * 0.25 / 2)
    assert concentration_index(people([3, 1], by=[1, 2])) == pytest.approx(-0.25)


def test_the_concentration_index_ordered_by_the_value_itself_is_gini():
    data = people([4, 1, 3, 9], [5, 3, 8, 1])
    assert concentration_index(data) == pytest.approx(gini(data).value, rel=1e-12)


def test_erreygers_turns_its_sign_between_having_and_lacking():
    share = np.array([0.1, 0.4, 0.8])
    having, lacking = (people(part, [5, 9, 2], by=[1, 2, 3]) for part in (share, 1 - share))
    found = erreygers_index(having, lowest=0, highest=1)
    assert erreygers_index(lacking, lowest=0, highest=1) == pytest.approx(-found)
    assert found == pytest.approx(4 * having.mean * concentration_index(having))


def test_erreygers_refuses_per_cent_where_a_share_is_meant():
    with pytest.raises(InputError, match="divide per cent by 100"):
        erreygers_index(people([10, 40], by=[1, 2]), lowest=0, highest=1)


def test_a_line_without_scatter_has_its_slope_and_no_width():
    data = people([1, 2, 3, 4], by=[1, 2, 3, 4])  # ranks .125 … .875: rise 4, from .5 to 4.5
    found = slope(data, confidence=0.95)
    assert [found.sii, found.sii_low, found.sii_high] == pytest.approx([4, 4, 4])
    assert [found.rii, found.rii_low, found.rii_high] == pytest.approx([9, 9, 9])


def test_no_slope_without_an_order_and_no_interval_for_three_areas():
    assert math.isnan(slope(people([1, 2], by=[3, 3]), confidence=0.95).sii)
    assert math.isnan(slope(people([1]), confidence=0.95).sii)
    few = slope(people([1, 2, 2], by=[1, 2, 3]), confidence=0.95)
    assert few.sii > 0 and math.isnan(few.sii_low) and math.isnan(few.rii_high)
    assert math.isnan(concentration_index(people([1, 2], by=[3, 3])))


def test_a_line_that_falls_below_zero_has_no_ratio():
    found = slope(people([0, 0, 0, 5], by=[1, 2, 3, 4]), confidence=0.95)
    assert found.at_lowest < 0 and math.isnan(found.rii)


def test_between_and_within_add_up_by_hand():
    values, groups = areas(1, 3, 2, 6), pd.Series(["west", "west", "east", "east"], index=areas(0, 0, 0, 0).index)
    found = decomposition(values, areas(1, 1, 1, 1), groups)
    assert found.theil.value == pytest.approx(found.theil_between + found.theil_within, rel=1e-12)
    assert found.mld.value == pytest.approx(found.mld_between + found.mld_within, rel=1e-12)
    # group means 2 and 4 of a mean of 3, half of the people each
    assert found.mld_between == pytest.approx(0.5 * math.log(3 / 2) + 0.5 * math.log(3 / 4))
    assert found.groups["group"].tolist() == ["east", "west"]
    assert found.groups["sum_share"].tolist() == pytest.approx([2 / 3, 1 / 3])


def test_areas_without_a_group_are_left_out_and_told():
    groups = pd.Series(["a", "b", None], index=["q0", "q1", "q2"])
    found = decomposition(areas(1, 3, 100), areas(1, 1, 2), groups)
    assert found.completeness == 0.5
    assert found.theil_within == 0 and found.theil.value == pytest.approx(found.theil_between)


def test_a_group_that_has_nothing_leaves_mld_undefined_and_theil_defined():
    groups = pd.Series(["a", "a", "b", "b"], index=[f"q{at}" for at in range(4)])
    found = decomposition(areas(0, 0, 1, 3), areas(1, 1, 1, 1), groups)
    assert found.theil.value == pytest.approx(found.theil_between + found.theil_within)
    assert math.isnan(found.mld.value) and math.isnan(found.mld_within) and math.isnan(found.mld_between)
