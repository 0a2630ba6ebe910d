"""Regressions of counts against another library, ranks by hand, fifths, and the check of residuals."""

import numpy as np
import pytest

from nahraum.index.incidence.check import residual_clustering
from nahraum.index.incidence.factors import distinct_values_share, fifths_of_residents
from nahraum.index.incidence.negbin import count_model
from nahraum.index.incidence.ranks import certain_order, rank_correlation
from nahraum.index.spatial.neighbours import from_pairs


def drawn(n: int, theta: float, slope: float, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x, expected = rng.normal(size=n), rng.uniform(5, 800, n)
    mean = expected * np.exp(0.1 + slope * x)
    return rng.poisson(mean * rng.gamma(theta, 1 / theta, n)).astype(float), np.column_stack([np.ones(n), x]), expected


# statsmodels 0.15.0 (no dependency): NegativeBinomial(counts, [1, factor], loglike_method="nb2", offset=log(expected))
# fit(method="bfgs", gtol=1e-9), then fit(method="newton", tol=1e-12) from there; Poisson: GLM of the same.
FACTOR = np.arange(12.0) - 5.5
EXPECTED = np.array([4, 6, 8, 5, 14, 9, 20, 15, 24, 30, 21, 40], dtype=float)
DESIGN = np.column_stack([np.ones(12), FACTOR])
WITNESSED = [
    (
        [2, 5, 9, 4, 17, 8, 30, 12, 41, 60, 22, 95],
        (0.18817155248655218, 0.09176362972303537),
        (0.10300340420732308, 0.029284189720201245),
        26.629232575863018,
        -35.505627455411584,
    ),
    (
        [2, 9, 6, 11, 17, 3, 30, 9, 41, 20, 58, 31],
        (0.17726457126247488, 0.029987970172003806),
        (0.1674612293759597, 0.049185152499199934),
        4.013860448145619,
        -42.064867728437584,
    ),
]


def counts(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


@pytest.mark.parametrize(("cases", "coefficients", "errors", "theta", "likelihood"), WITNESSED)
def test_a_negative_binomial_regression_is_that_of_statsmodels(cases, coefficients, errors, theta, likelihood):
    model = count_model(counts(*cases), DESIGN, EXPECTED)
    assert model.kind == "negative_binomial" and model.converged
    assert model.coefficients == pytest.approx(coefficients, rel=1e-6)
    assert [model.standard_error(row) for row in np.eye(2)] == pytest.approx(errors, rel=1e-6)
    assert model.theta == pytest.approx(theta, rel=1e-6)
    assert model.log_likelihood == pytest.approx(likelihood, rel=1e-10)


def test_counts_that_vary_no_more_than_poisson_counts_get_the_poisson_regression_of_statsmodels():
    model = count_model(counts(3, 6, 7, 5, 13, 9, 22, 14, 26, 33, 20, 46), DESIGN, EXPECTED)
    assert (model.kind, model.theta) == ("poisson", np.inf)
    assert model.coefficients == pytest.approx((-0.003917343579262423, 0.020729250634552967), rel=1e-8)
    errors = [model.standard_error(row) for row in np.eye(2)]
    assert errors == pytest.approx((0.0874498122809502, 0.023700911712923153), rel=1e-8)
    assert model.log_likelihood == pytest.approx(-26.8925475868962, rel=1e-10)


def test_with_ones_alone_the_rate_is_observed_over_expected():
    """The maximum of a Poisson likelihood by hand: exp(b) = ΣO ÷ ΣE, standard error 1 ÷ √ΣO."""
    cases = counts(3, 6, 7, 5, 13, 9, 22, 14, 26, 33, 20, 46)
    model = count_model(cases, np.ones((12, 1)), EXPECTED)
    assert model.kind == "poisson"
    assert np.exp(model.coefficients[0]) == pytest.approx(cases.sum() / EXPECTED.sum())
    assert model.standard_error(counts(1)) == pytest.approx(1 / np.sqrt(cases.sum()))


@pytest.mark.parametrize(("n", "theta", "slope"), [(42, 8.0, 0.3), (200, 1.5, 0.5), (35, 0.3, 0.4), (3000, 20.0, -0.2)])
def test_at_the_maximum_no_other_place_nearby_is_likelier(n, theta, slope):
    cases, design, expected = drawn(n, theta, slope, seed=5)
    model = count_model(cases, design, expected)
    assert model.converged
    at = np.append(model.coefficients, np.log(model.theta))
    for step in np.vstack([np.eye(3), -np.eye(3)]) * 1e-3:
        assert likelihood(cases, design, expected, at + step) < model.log_likelihood


def likelihood(cases: np.ndarray, design: np.ndarray, expected: np.ndarray, at: np.ndarray) -> float:
    """By the probabilities of another package."""
    from scipy.stats import nbinom

    mean, theta = expected * np.exp(design @ at[:-1]), np.exp(at[-1])
    return float(nbinom.logpmf(cases, theta, theta / (theta + mean)).sum())


def test_a_planted_slope_lies_in_its_interval_about_as_often_as_promised():
    hits = 0
    for seed in range(200):
        cases, design, expected = drawn(60, 10.0, 0.2, seed)
        model = count_model(cases, design, expected)
        hits += abs(model.coefficients[1] - 0.2) < 1.96 * model.standard_error(counts(0, 1))
    assert 0.88 <= hits / 200 <= 0.99


@pytest.mark.parametrize("cases", [np.zeros(12), np.full(12, np.nan)])
def test_where_there_is_nothing_to_fit_no_solution_is_told(cases):
    assert not count_model(cases, DESIGN, EXPECTED).converged


def test_an_all_equal_column_has_no_solution():
    assert not count_model(np.arange(12.0), np.column_stack([np.ones(12), np.ones(12)]), EXPECTED).converged


def test_more_residents_everywhere_change_the_level_and_not_the_slope():
    one = count_model(counts(*WITNESSED[0][0]), DESIGN, EXPECTED)
    more = count_model(counts(*WITNESSED[0][0]), DESIGN, EXPECTED * 10)
    assert more.coefficients[1] == pytest.approx(one.coefficients[1], rel=1e-8)
    assert more.coefficients[0] == pytest.approx(one.coefficients[0] - np.log(10), rel=1e-8)


def test_a_rank_correlation_by_hand():
    """1 2 3 4 5 against 2 1 4 3 5: Σ d² = 4, 1 − 6·4/(5·24) = 0.8; limits of Bonett and Wright: -0.279 … 0.990."""
    r, low, high = rank_correlation(np.arange(5.0), counts(2, 1, 4, 3, 5), 0.95)
    assert r == pytest.approx(0.8)
    half = 1.959963985 * np.sqrt((1 + 0.32) / 2)
    assert (low, high) == pytest.approx((np.tanh(np.arctanh(0.8) - half), np.tanh(np.arctanh(0.8) + half)))


def test_ties_share_their_rank():
    """scipy 1.17 spearmanr([1, 2, 2, 3, 5], [1, 3, 2, 2, 4]).statistic."""
    from scipy.stats import spearmanr

    one, other = counts(1, 2, 2, 3, 5), counts(1, 3, 2, 2, 4)
    assert rank_correlation(one, other, 0.95)[0] == pytest.approx(spearmanr(one, other).statistic)


def test_the_same_order_to_the_last_area_shows_no_certainty():
    r, low, high = rank_correlation(np.arange(8.0), np.arange(8.0) ** 3, 0.95)
    assert r == pytest.approx(1.0) and np.isnan([low, high]).all()
    assert np.isnan(rank_correlation(np.ones(8), np.arange(8.0), 0.95)).all()


def test_fifths_hold_a_fifth_of_residents_and_equal_values_stay_together():
    assert fifths_of_residents(np.arange(10.0), np.full(10, 50.0)).tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    values = counts(0, 0, 0, 0, 0, 0, 0.1, 0.2, 0.3, 0.4)
    assert fifths_of_residents(values, np.full(10, 50.0)).tolist() == [2, 2, 2, 2, 2, 2, 4, 4, 5, 5]


def test_a_figure_of_larger_areas_has_too_few_values_and_rounding_alone_is_no_reason():
    rng = np.random.default_rng(2)
    measured = rng.normal(20, 6, 177)
    assert distinct_values_share(measured) == pytest.approx(1.0, abs=0.05)
    assert distinct_values_share(np.repeat(measured[:42], 4)) < 0.3
    assert distinct_values_share(np.repeat(measured[:80], 2)) < 0.55
    assert distinct_values_share(np.repeat(measured[:12], 8).round(1)) < 0.5
    for digits in (0, 1):
        assert distinct_values_share(measured.round(digits)) > 0.7
    assert distinct_values_share(np.exp(rng.normal(0, 1.5, 177)).round(0)) > 0.7, "skewed and rounded"


def test_shares_of_nobody_and_everybody_and_equal_columns_are_no_copies():
    assert distinct_values_share(counts(0, 0, 0, 0, 0, 1, 1, 0.2, 0.31, 0.55)) > 0.9
    assert distinct_values_share(counts(np.nan, np.nan)) == distinct_values_share(np.full(5, 0.3)) == 1.0


def ring(n: int):
    at = np.arange(n, dtype=np.int64)
    first, second = np.concatenate([at, at]), np.concatenate([(at + 1) % n, (at - 1) % n])
    return from_pairs([f"{k:02d}" for k in range(n)], first, second)


def test_residuals_that_lie_side_by_side_are_found_and_shuffled_ones_are_not():
    areas = ring(40).ids
    wave = np.sin(np.arange(40) / 40 * 2 * np.pi)
    moran, p = residual_clustering(wave, areas, ring(40), permutations=999, seed=1)
    assert moran > 0.9 and p <= 0.002
    shuffled = np.random.default_rng(3).permutation(wave)
    assert residual_clustering(shuffled, areas, ring(40), permutations=999, seed=1)[1] > 0.05
    assert residual_clustering(wave, areas, ring(40), permutations=999, seed=1) == (moran, p)
    assert np.isnan(residual_clustering(wave, areas, None, permutations=999, seed=1)).all()


def test_an_order_without_exception_is_certain_from_five_areas_on():
    """p = 2 / n!: 2/24 = 0.083 with four areas, 2/120 = 0.017 with five."""
    assert not certain_order(np.arange(4.0), np.arange(4.0), 0.95)
    assert certain_order(np.arange(5.0), np.arange(5.0) ** 2, 0.95)
    assert certain_order(np.arange(5.0), -np.arange(5.0), 0.95)
    assert not certain_order(np.arange(5.0), counts(0, 1, 2, 4, 3), 0.95)
    assert not certain_order(np.ones(8), np.ones(8), 0.95)


def test_areas_that_share_a_value_make_an_order_less_certain():
    """Five areas, three alike: 3! · 2 / 120 = 0.1; brute force over all orders says the same."""
    from itertools import permutations

    one = counts(1, 1, 1, 2, 3)
    alike = [abs(np.corrcoef(one, order)[0, 1]) > 1 - 1e-9 for order in permutations(one)]
    assert np.mean(alike) <= 0.1 and not certain_order(one, one, 0.95)
    assert certain_order(counts(1, 1, 2, 3, 4, 5), counts(1, 1, 2, 3, 4, 5), 0.95)  # 2 · 2 / 720
