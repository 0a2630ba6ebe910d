"""Rates by hand: limits of small counts, standardisation, observed ÷ expected, smoothing."""

import numpy as np
import pytest

from nahraum.index.incidence import rates
from nahraum.index.incidence.areas import read_rules
from nahraum.index.incidence.smoothing import locally_smoothed_rates, smoothed_rates
from nahraum.index.spatial.neighbours import from_pairs
from nahraum.parameters import Parameters


def counts(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def test_byars_limits_are_those_worked_out_by_hand():
    """O = 9: 9 (1 − 1/81 − 1.959964/9)³ = 4.1069…, and 10 (1 − 1/90 + 1.959964/(3 √10))³ = 17.0858…"""
    low, high = rates.byar_limits(counts(9), counts(9), 0.95)
    assert low[0] == pytest.approx(9 * (1 - 1 / 81 - 1.959963985 / 9) ** 3, rel=1e-9)
    assert high[0] == pytest.approx(10 * (1 - 1 / 90 + 1.959963985 / (3 * np.sqrt(10))) ** 3, rel=1e-9)
    assert (low[0], high[0]) == pytest.approx((4.1069, 17.0858), abs=1e-4)


def test_no_case_is_a_count_whose_lower_limit_is_zero_and_whose_upper_is_not():
    for limits in (rates.poisson_limits, rates.byar_limits):
        low, high = limits(counts(0), counts(0), 0.95)
        assert low[0] == 0 and 3 < high[0] < 4


def test_a_suppressed_count_has_the_limits_of_the_least_and_the_most_it_may_be():
    low, high = rates.poisson_limits(counts(1), counts(2), 0.95)
    alone = [rates.poisson_limits(counts(n), counts(n), 0.95) for n in (1, 2)]
    assert low[0] == alone[0][0][0] > 0
    assert high[0] == alone[1][1][0]


def test_an_unknown_count_has_no_limits():
    for limits in (rates.poisson_limits, rates.byar_limits):
        assert np.isnan(limits(counts(np.nan), counts(np.nan), 0.95)).all()


def test_limits_surround_the_count_and_narrow_with_less_confidence():
    several = counts(0, 1, 3, 20, 500)
    for limits in (rates.poisson_limits, rates.byar_limits):
        low, high = limits(several, several, 0.95)
        inner_low, inner_high = limits(several, several, 0.80)
        assert ((low <= several) & (several <= high)).all()
        assert ((low <= inner_low) & (inner_high <= high)).all()


def test_a_standardised_rate_by_hand():
    """Rates 1 % and 4 % with weights 3 : 1 are 1.75 %, whatever the ages of the area."""
    found = rates.standardised_rate(np.array([[10.0, 4.0]]), np.array([[1000.0, 100.0]]), counts(3, 1))
    assert found[0] == pytest.approx(0.0175)


def test_equal_weights_per_person_give_the_exact_poisson_limits():
    """With weights in proportion to the residents the standardised rate is the crude one (Fay and Feuer 1997)."""
    cases, people = np.array([[3.0, 5.0, 2.0]]), np.array([[100.0, 400.0, 500.0]])
    low, high = rates.standardised_limits(cases, cases, people, people[0], confidence_share=0.95)
    exact_low, exact_high = rates.poisson_limits(counts(10), counts(10), 0.95)
    assert (low[0], high[0]) == pytest.approx((exact_low[0] / 1000, exact_high[0] / 1000), rel=1e-9)


def test_nobody_of_an_age_is_an_unknown_standardised_rate():
    assert np.isnan(rates.standardised_rate(np.array([[1.0, 0.0]]), np.array([[100.0, 0.0]]), counts(1, 1)))[0]


def test_no_case_at_any_age_begins_at_zero():
    zero, people = np.zeros((1, 2)), np.array([[100.0, 300.0]])
    low, high = rates.standardised_limits(zero, zero, people, counts(1, 1), confidence_share=0.95)
    assert low[0] == 0 and high[0] > 0


def test_expected_cases_by_hand_and_by_age():
    """Young 10 of 1000, old 40 of 1000: 1 % and 4 %. 900 young and 100 old expect 13, 100 young and 900 old 37."""
    cases = np.array([[4.0, 16.0], [6.0, 24.0]])
    people = np.array([[900.0, 100.0], [100.0, 900.0]])
    assert rates.expected_cases(cases, people) == pytest.approx([13.0, 37.0])
    together = rates.expected_cases(cases.sum(axis=1)[:, None], people.sum(axis=1)[:, None])
    assert together == pytest.approx([25.0, 25.0])


def test_an_area_with_unknown_cases_expects_some_but_adds_none_to_the_rate():
    expected = rates.expected_cases(np.array([[10.0], [np.nan]]), np.array([[1000.0], [500.0]]))
    assert expected == pytest.approx([10.0, 5.0])


def test_the_european_standard_population_of_2013_counts_100_000_persons():
    standard = read_rules(Parameters()).standard
    assert standard[:, 2].sum() == 100_000
    spans = np.array([[0, 4], [5, 14], [15, 34], [35, 59], [60, 79], [80, np.nan]])
    weights = rates.age_weights(spans, standard)
    assert weights.tolist() == [5000, 11000, 24000, 34500, 20500, 5000]


def test_an_age_group_that_cuts_five_years_takes_its_part_of_them():
    standard = read_rules(Parameters()).standard
    spans = np.array([[0, 17], [18, np.nan]])
    weights = rates.age_weights(spans, standard)
    assert weights[0] == pytest.approx(1000 + 4000 + 5500 + 5500 + 3 * 1100)
    assert weights.sum() == pytest.approx(100_000)


def test_smoothing_towards_all_areas_is_marshalls_golden_vector():
    """METHODS 13: O = 2, 5, 20, 1; P = 100, 200, 400, 300."""
    people = counts(100, 200, 400, 300)
    found = smoothed_rates(counts(2, 5, 20, 1) / people, people)
    assert found == pytest.approx([0.024056, 0.026019, 0.045501, 0.009629], abs=5e-7)


def pairs(n: int, *edges: tuple[int, int]):
    both = [*edges, *[(b, a) for a, b in edges]]
    first, second = (np.array(side, dtype=np.int64) for side in zip(*both, strict=True))
    return from_pairs([str(k) for k in range(n)], first, second)


def test_where_all_are_neighbours_the_surroundings_are_all_areas():
    people = counts(100, 200, 400, 300)
    found = counts(2, 5, 20, 1) / people
    everybody = pairs(4, *[(a, b) for a in range(4) for b in range(a + 1, 4)])
    assert locally_smoothed_rates(found, people, everybody) == pytest.approx(smoothed_rates(found, people))


def test_an_island_is_drawn_towards_all_and_an_unknown_area_is_nobodys_surroundings():
    people, found = counts(100, 200, 400, 300), counts(0.02, 0.025, np.nan, 0.01)
    local = locally_smoothed_rates(found, people, pairs(4, (0, 1), (1, 2)))
    assert local[3] == smoothed_rates(found, people)[3]
    assert np.isnan(local[2])
    assert local[:2] == pytest.approx(locally_smoothed_rates(found[:2], people[:2], pairs(2, (0, 1))))
