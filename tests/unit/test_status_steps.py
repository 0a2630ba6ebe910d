"""Steps of a status index by hand: scales, shrinkage, weights, ways to bring parts together, classes."""

import math
from datetime import date

import numpy as np
import pytest

from nahraum.index.status.classes import class_of_one, cut
from nahraum.index.status.compose import aggregated, exponential, exponential_of
from nahraum.index.status.constants import constants
from nahraum.index.status.fast import composite
from nahraum.index.status.method import Classes
from nahraum.index.status.normalise import constant, goalposts, minmax, percentiles, ranks, standardised, winsorised, z
from nahraum.index.status.shrink import imd, marshall
from nahraum.index.status.weights import first_component, part_weights

COLUMN = np.array([[2.0], [4.0], [4.0], [4.0], [5.0], [5.0], [7.0], [9.0]])  # mean 5, population sd 2


def classes(kind: str, *cuts: float, **more: object) -> Classes:
    ids = tuple(str(k + 1) for k in range(len(cuts) + 1))
    return Classes(kind, cuts, ids, ids, ids, **more)  # type: ignore[arg-type]


def test_z_takes_the_standard_deviation_of_the_population() -> None:
    assert z(COLUMN)[:, 0].tolist() == [-1.5, -0.5, -0.5, -0.5, 0.0, 0.0, 1.0, 2.0]


def test_minmax_is_0_for_the_lowest_and_1_for_the_highest() -> None:
    assert minmax(np.array([[10.0], [15.0], [30.0]]))[:, 0].tolist() == [0.0, 0.25, 1.0]


def test_equal_values_share_the_mean_of_their_ranks() -> None:
    assert ranks(COLUMN)[:, 0].tolist() == [1.0, 3.0, 3.0, 3.0, 5.5, 5.5, 7.0, 8.0]


def test_percentiles_count_half_of_oneself() -> None:
    assert percentiles(np.array([[3.0], [1.0], [2.0], [4.0]]))[:, 0].tolist() == [0.625, 0.125, 0.375, 0.875]


def test_goalposts_cut_off_what_is_beyond() -> None:
    found = goalposts(np.array([[5.0], [10.0], [25.0], [50.0]]), np.array([10.0]), np.array([30.0]))
    assert found[:, 0].tolist() == [0.0, 0.0, 0.75, 1.0]


def test_winsorised_values_stop_at_the_quantiles() -> None:
    values = np.arange(101.0)[:, None]
    found = winsorised(values, (0.025, 0.975))[:, 0]
    assert found.min() == 2.5 and found.max() == 97.5 and found[50] == 50.0


def test_a_part_that_is_equal_everywhere_gives_0_even_where_rounding_makes_a_spread() -> None:
    values = np.full((7, 1), 0.1)
    assert constant(values).all()
    assert z(values).tolist() == [[0.0]] * 7 and minmax(values).tolist() == [[0.0]] * 7


def test_what_is_not_known_stays_so_and_counts_for_nothing() -> None:
    values = np.array([[1.0], [np.nan], [3.0]])
    for how in ("z", "minmax", "rank", "percentile"):
        found = standardised(values, how)[:, 0]
        assert math.isnan(found[1])
        assert found[[0, 2]] == pytest.approx(standardised(values[[0, 2]], how)[:, 0])


def test_marshall_draws_rates_towards_the_common_rate() -> None:
    """METHODS 13: O = 2, 5, 20, 1; P = 100, 200, 400, 300."""
    people = np.array([100.0, 200.0, 400.0, 300.0])
    found = marshall(np.array([2.0, 5.0, 20.0, 1.0]) / people, people)
    assert found == pytest.approx([0.024056, 0.026019, 0.045501, 0.009629], abs=5e-7)


def test_marshall_gives_all_the_common_rate_where_they_differ_no_more_than_by_chance() -> None:
    people = np.array([100.0, 100.0])
    assert marshall(np.array([0.10, 0.11]), people) == pytest.approx([0.105, 0.105])


def test_marshall_keeps_the_unknown_unknown() -> None:
    found = marshall(np.array([0.1, np.nan, 0.4]), np.array([50.0, 50.0, np.nan]))
    assert np.isnan(found).tolist() == [False, True, True]


def test_imd_shrinks_log_odds_towards_the_larger_area_by_hand() -> None:
    """Two small areas of 100 people with 10 and 30 cases: log-odds, their variances, weight, back to a share."""
    n, cases = 100.0, np.array([10.0, 30.0])
    logit = np.log((cases + 0.5) / (n - cases + 0.5))
    whole = math.log(40.5 / 160.5)
    variance = (n + 1) * (n + 2) / (n * (cases + 1) * (n - cases + 1))
    between = ((logit - whole) ** 2).sum() / 1
    weight = (1 / variance) / (1 / variance + 1 / between)
    drawn = weight * logit + (1 - weight) * whole
    found = imd(cases / n, np.full(2, n), np.zeros(2, dtype=np.int64))
    assert found == pytest.approx(1 / (1 + np.exp(-drawn)))
    assert 0.10 < found[0] < 0.2 < found[1] < 0.30


def test_imd_leaves_an_area_alone_that_is_the_only_one_of_its_larger_area() -> None:
    found = imd(np.array([0.2]), np.array([1000.0]), np.zeros(1, dtype=np.int64))
    assert found == pytest.approx([200.5 / 1001.0])


def test_the_first_component_of_two_parts_that_rise_together_weighs_them_equally() -> None:
    values = np.column_stack([np.arange(5.0), np.arange(5.0) * 3 + np.array([0, 1, 0, -1, 0])])
    component = first_component(values)
    assert component.loading == pytest.approx([math.sqrt(0.5)] * 2)
    r = np.corrcoef(values.T)[0, 1]
    assert component.explained == pytest.approx((1 + r) / 2)
    assert part_weights("pca", np.ones(2), component) == pytest.approx([0.5, 0.5])
    assert part_weights("pca_score", np.ones(2), component) == pytest.approx([math.sqrt(0.5)] * 2)


def test_the_sign_of_a_component_is_set_by_the_part_it_must_rise_with() -> None:
    values = np.column_stack([np.arange(6.0), np.arange(6.0), -np.arange(6.0)])
    assert first_component(values).loading == pytest.approx(np.array([1, 1, -1]) / math.sqrt(3))
    assert first_component(values, toward=values[:, 2]).loading == pytest.approx(np.array([-1, -1, 1]) / math.sqrt(3))


def test_a_part_equal_everywhere_has_no_loading() -> None:
    component = first_component(np.column_stack([np.arange(4.0), np.full(4, 7.0)]))
    assert component.loading.tolist() == [1.0, 0.0]


def test_the_imd_transform_has_its_published_values() -> None:
    """METHODS 13."""
    found = exponential(np.array([1, 0.95, 0.9, 0.8, 0.75, 0.5, 0.25, 0.1, 0.01]))
    expected = [100, 63.8476, 50.4267, 35.8568, 31.0091, 15.6468, 6.5177, 2.3903, 0.2282]
    assert found == pytest.approx(expected, abs=5e-5)


def test_exponential_ranks_are_taken_within_the_areas() -> None:
    found = exponential_of(np.array([[5.0], [1.0], [9.0], [2.0]]))[:, 0]
    assert found == pytest.approx(exponential(np.array([0.75, 0.25, 1.0, 0.5])))


PARTS = np.array([[0.0, 1.0], [0.5, 0.5], [1.0, 0.0]])


def test_sum_and_mean_by_hand() -> None:
    weights = np.array([1.0, 3.0])
    assert aggregated(PARTS, weights, "sum").tolist() == [3.0, 2.0, 1.0]
    assert aggregated(PARTS, weights, "mean").tolist() == [0.75, 0.5, 0.25]


def test_the_geometric_mean_runs_on_1_to_100() -> None:
    found = aggregated(PARTS, np.ones(2), "geometric", scale="minmax")
    assert found == pytest.approx([10.0, 50.5, 10.0])


def test_mazziotta_pareto_adds_a_penalty_for_unequal_parts() -> None:
    """Parts at 100 + 10 z: 90 and 110 have mean 100, variance 100, so M + S²/M = 101; equal ones stay at 100."""
    found = aggregated(np.array([[-1.0, 1.0], [0.0, 0.0]]), np.ones(2), "mazziotta_pareto", scale="z")
    assert found == pytest.approx([101.0, 100.0])


def test_the_maximum_looks_only_at_parts_with_a_weight() -> None:
    assert aggregated(np.array([[1.0, 9.0, 3.0]]), np.array([1.0, 0.0, 1.0]), "maximum").tolist() == [3.0]


def test_counting_adds_up_what_is_lacking() -> None:
    assert aggregated(np.array([[1.0, 0.0, 1.0, 1.0]]), np.ones(4), "counting").tolist() == [3.0]


@pytest.mark.parametrize("how", ["sum", "mean", "geometric", "mazziotta_pareto", "exponential_rank", "maximum"])
def test_many_weightings_at_once_equal_one_after_the_other(how: str) -> None:
    rng = np.random.default_rng(1)
    values, weights = rng.normal(size=(40, 3)), rng.uniform(0.5, 1.5, size=(5, 3))
    for scale in ("z", "minmax", "percentile"):
        together = composite(values, standardise=scale, weights=weights, aggregate=how)
        alone = [composite(values, standardise=scale, weights=row, aggregate=how) for row in weights]
        assert together == pytest.approx(np.array(alone), rel=1e-12)


def test_many_draws_at_once_equal_one_after_the_other() -> None:
    draws = np.random.default_rng(2).normal(size=(6, 30, 4))
    for scale in ("z", "minmax", "rank", "percentile"):
        together = composite(draws, standardise=scale, weights=np.ones(4), aggregate="mean")
        alone = [composite(each, standardise=scale, weights=np.ones(4), aggregate="mean") for each in draws]
        assert together == pytest.approx(np.array(alone), rel=1e-12)


def test_cuts_in_standard_deviations_say_to_which_side_their_own_value_belongs() -> None:
    index = np.array([-1.5, -1.0, 0.0, 1.0, 1.2, 1.5, 1.6])
    berlin = classes("sd", -1.0, 1.0, 1.5, at_cut=("above", "below", "below"))
    assert cut(index, berlin, standardised=True).number.tolist() == [0, 1, 1, 1, 2, 2, 3]


def test_cuts_in_standard_deviations_of_a_plain_index() -> None:
    found = cut(COLUMN[:, 0], classes("sd", -1.0, 1.0))
    assert found.limits.tolist() == [3.0, 7.0]
    assert found.number.tolist() == [0, 1, 1, 1, 1, 1, 1, 2]


def test_quantiles_are_those_of_type_9() -> None:
    """By definition: at position (n + 1/4) p + 3/8, for 1 to 10 at 2.425, 5.5 and 9.6 (Hyndman & Fan 1996)."""
    found = cut(np.arange(1.0, 11.0), classes("quantile", 0.2, 0.5, 0.9))
    assert found.limits == pytest.approx([2.425, 5.5, 9.6])
    assert found.number.tolist() == [0, 0, 1, 1, 1, 2, 2, 2, 2, 3]


def test_ceil_rank_divides_in_whole_numbers_from_either_end() -> None:
    """N = 7 in tenths of a third kind: ceil(rank·q/N) with q = 2 is 1 for ranks 1 to 3, from above for the top 3."""
    index = np.arange(7.0)
    assert cut(index, classes("ceil_rank", 0.5)).number.tolist() == [0, 0, 0, 1, 1, 1, 1]
    assert cut(index, classes("ceil_rank", 0.5, rank_from="highest")).number.tolist() == [0, 0, 0, 0, 1, 1, 1]


@pytest.mark.parametrize("n", [7, 30, 101, 328])
def test_ceil_rank_is_the_formula(n: int) -> None:
    index = np.random.default_rng(n).permutation(n).astype(float)
    rank = index.astype(int) + 1
    tenths = classes("ceil_rank", *(k / 10 for k in range(1, 10)))
    assert (cut(index, tenths).number + 1).tolist() == [-(-int(r) * 10 // n) for r in rank]
    from_top = Classes("ceil_rank", tenths.cuts, tenths.ids, tenths.ids, tenths.ids, rank_from="highest")
    assert (10 - cut(index, from_top).number).tolist() == [-(-(n + 1 - int(r)) * 10 // n) for r in rank]


def test_areas_with_the_same_index_are_in_the_same_class() -> None:
    index = np.array([1.0, 2.0, 2.0, 2.0, 3.0, 4.0])
    for kind in ("ceil_rank", "quantile", "sd"):
        number = cut(index, classes(kind, 0.4, 0.6)).number
        assert len(set(number[1:4].tolist())) == 1


@pytest.mark.parametrize("kind", ["ceil_rank", "quantile", "sd", "fixed"])
@pytest.mark.parametrize("end", ["lowest", "highest"])
def test_the_class_of_one_area_is_that_among_all(kind: str, end: str) -> None:
    index = np.round(np.random.default_rng(4).uniform(size=37), 1)
    chosen = classes(kind, 0.25, 0.5, 0.9, rank_from=end, at_cut=("above", "below", "below"))
    assert [class_of_one(index, row, chosen) for row in range(37)] == cut(index, chosen).number.tolist()


def test_the_constants_of_the_formulas_are_dated_and_have_a_source() -> None:
    found = constants()
    assert {"minimum_areas", "minimum_residents", "exponential_scale", "winsor"} <= set(found)
    assert all(item["source"].strip() and isinstance(item["date"], date) for item in found.values())
