import numpy as np
import pytest
from scipy.optimize import linprog

from nahraum.errors import InputError
from nahraum.index.bounds import count_distribution, several_independent, several_lower, several_upper

GOLDEN = [0.3, 0.4, 0.1, 0.2]


def test_the_golden_vector_of_the_design() -> None:
    assert several_lower(GOLDEN, 2) == pytest.approx([0.0])
    assert several_upper(GOLDEN, 2) == pytest.approx([0.5])


def test_all_lacks_at_once_are_the_frechet_bounds() -> None:
    h = [0.9, 0.8, 0.7]
    assert several_lower(h, 3) == pytest.approx([0.4])
    assert several_upper(h, 3) == pytest.approx([0.7])


def test_a_single_share_among_known_lacks_leaves_nothing_open() -> None:
    for k, expected in ((1, 1.0), (2, 1.0), (3, 0.6), (4, 0.0)):
        h = [1.0, 1.0, 0.6, 0.0]
        assert [several_lower(h, k)[0], several_independent(h, k)[0], several_upper(h, k)[0]] == pytest.approx(
            [expected] * 3
        )


def test_an_unknown_share_is_anything_between_none_and_all() -> None:
    assert several_lower([1.0, np.nan, 0.0, 0.0], 2) == pytest.approx([0.0])
    assert several_upper([1.0, np.nan, 0.0, 0.0], 2) == pytest.approx([1.0])
    assert np.isnan(several_independent([1.0, np.nan, 0.0, 0.0], 2)[0])


def test_cutoffs_outside_the_number_of_dimensions() -> None:
    assert several_upper(GOLDEN, 0)[0] == several_lower(GOLDEN, 0)[0] == 1.0
    assert several_upper(GOLDEN, 5)[0] == several_lower(GOLDEN, 5)[0] == 0.0


def test_two_fair_coins() -> None:
    assert count_distribution([0.5, 0.5]).tolist() == [[0.25, 0.5, 0.25]]


def test_bounds_are_those_of_a_linear_programme_over_all_ways_the_lacks_can_meet() -> None:
    rng = np.random.default_rng(11)
    patterns = np.array([[code >> j & 1 for j in range(4)] for code in range(16)])
    for h in rng.uniform(size=(12, 4)):
        for k in (1, 2, 3, 4):
            counted = (patterns.sum(axis=1) >= k).astype(float)
            fixed = {"A_eq": np.vstack([patterns.T, np.ones(16)]), "b_eq": np.append(h, 1.0), "bounds": (0, 1)}
            assert several_upper(h, k)[0] == pytest.approx(-linprog(-counted, **fixed).fun, abs=1e-8)
            assert several_lower(h, k)[0] == pytest.approx(linprog(counted, **fixed).fun, abs=1e-8)


def test_shares_beyond_one_are_refused() -> None:
    with pytest.raises(InputError):
        several_upper([0.5, 1.2], 1)
