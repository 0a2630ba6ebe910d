"""Cell keys: a table of noise by hand and by its promises, and the same noise for the same persons."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.optimize import minimize

from nahraum.errors import InputError
from nahraum.publish.cellkey import perturbation_table, perturbed, record_keys, sums_of_keys
from nahraum.publish.controlled import controlled_rounding, rounded_to_base
from nahraum.publish.suppression_tables import table_of

SECRET = bytes(range(32))
TABLES = [(1, 0.4, 0), (2, 1.0, 0), (3, 1.08, 1), (5, 3.0, 2), (8, 5.0, 2), (10, 5.0, 4)]


def test_noise_of_one_person_follows_from_its_variance_alone():
    # -1, 0, 1 with mean 0 and variance 0.4: one fifth up, one fifth down; a count of 1 has the same three
    table = perturbation_table(1, 0.4)
    assert table.probabilities[1:].tolist() == pytest.approx(np.array([[0.2, 0.6, 0.2]] * 2))


def test_none_stays_none():
    assert perturbation_table(5, 3.0, never=2).probabilities[0].tolist() == [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]


def test_a_one_that_may_only_be_none_or_three_has_the_least_variance_there_is():
    # 1 -> 0 or 3: mean 0 asks for two thirds and one third, variance 2, although 1 was wanted
    table = perturbation_table(3, 1.0, never=2)
    assert table.probabilities[1].tolist() == pytest.approx([0, 0, 2 / 3, 0, 0, 1 / 3, 0])
    assert table.variance[1] == pytest.approx(2.0)
    assert table.variance[-1] == pytest.approx(1.0)


@pytest.mark.parametrize(("largest", "variance", "never"), TABLES)
def test_every_row_keeps_what_the_table_promises(largest, variance, never):
    table = perturbation_table(largest, variance, never=never)
    assert table.probabilities.sum(axis=1) == pytest.approx(1.0, abs=1e-12)
    assert table.probabilities @ table.noise == pytest.approx(0.0, abs=1e-9)
    assert (table.probabilities >= 0).all()
    assert table.variance[largest + never + 1] == pytest.approx(variance, abs=1e-9)
    for count, noise in itertools.product(range(len(table.probabilities)), table.noise):
        published = count + noise
        if published < 0 or 1 <= published <= never:
            assert table.probabilities[count, noise + largest] == 0.0


@pytest.mark.parametrize(("largest", "variance", "never"), TABLES[1:4])
def test_the_noise_is_as_even_as_it_can_be(largest, variance, never):
    """Another way to the same: the entropy itself, maximised under the three sums."""
    table = perturbation_table(largest, variance, never=never)
    for count in (2, 3, largest + never + 1):
        row = table.probabilities[count]
        allowed = np.array([count + d == 0 or count + d > never for d in table.noise])
        noise = table.noise[allowed].astype(float)
        sums = ({"type": "eq", "fun": lambda p: p.sum() - 1}, {"type": "eq", "fun": lambda p, d=noise: p @ d},
                {"type": "eq", "fun": lambda p, d=noise, v=table.variance[count]: p @ d**2 - v})  # fmt: skip
        found = minimize(lambda p: float(p @ np.log(p + 1e-300)), row[allowed] * 0.9 + 0.1 / allowed.sum(),
                         bounds=[(0, 1)] * len(noise), constraints=sums, method="SLSQP",
                         options={"maxiter": 500, "ftol": 1e-12})  # fmt: skip
        assert row[allowed] == pytest.approx(found.x, abs=2e-4)


def test_the_same_persons_get_the_same_noise_in_every_order_and_table():
    ids = [f"p{i}" for i in range(40)]
    keys, table = record_keys(ids, SECRET), perturbation_table(5, 3.0, never=2)
    one = sums_of_keys(keys, np.zeros(40, dtype=np.int64), 1)
    other = sums_of_keys(keys[::-1], np.zeros(40, dtype=np.int64), 1)
    halves = sums_of_keys(keys, np.repeat([0, 1], 20), 2)
    assert one[0] == other[0] == halves.sum(dtype=np.uint64)
    assert perturbed([40], one, table) == perturbed([40], other, table)
    assert record_keys(ids, SECRET).tolist() == keys.tolist()
    assert record_keys(ids, SECRET[::-1]).tolist() != keys.tolist()


def test_noise_has_no_direction_and_the_variance_that_was_asked_for():
    table, keys = perturbation_table(5, 3.0, never=2), record_keys(range(40_000), SECRET)
    for count in (1, 2, 4, 50):
        noise = perturbed(np.full(40_000, float(count)), keys, table) - count
        row = min(count, len(table.variance) - 1)
        assert noise.mean() == pytest.approx(0.0, abs=4 * (table.variance[row] / 40_000) ** 0.5)
        assert noise.var() == pytest.approx(table.variance[row], rel=0.05)
        assert np.abs(noise).max() <= 5


def test_one_and_two_are_never_published_and_unknown_stays_unknown():
    table, keys = perturbation_table(5, 3.0, never=2), record_keys(range(2_000), SECRET)
    shown = perturbed(np.resize([0.0, 1.0, 2.0, 3.0, 7.0, np.nan], 2_000), keys, table)
    assert not np.isin(shown, (1.0, 2.0)).any()
    assert np.isnan(shown[5::6]).all()
    assert (shown[::6] == 0).all()


def test_noise_that_cannot_be_had_is_refused_with_all_problems():
    with pytest.raises(InputError, match="variance 9"):
        perturbation_table(2, 9.0, never=2)
    with pytest.raises(InputError, match="16 bytes"):
        record_keys(["a"], b"short")
    with pytest.raises(InputError, match="whole counts"):
        perturbed([0.5], record_keys(["a"], SECRET), perturbation_table(2, 1.0))


def test_rounding_to_five_by_hand():
    assert rounded_to_base([0, 2, 3, 7, 7.5, np.nan], 5).tolist()[:5] == [0, 0, 5, 5, 10]


def test_controlled_rounding_keeps_the_total():
    # 2 + 2 + 2 = 6: each by itself would be 0 and the total 5; one of them becomes 5
    table = table_of({("A",): 2.0, ("B",): 2.0, ("C",): 2.0, ("t",): 6.0}, [{"A": "t", "B": "t", "C": "t"}])
    rounded = controlled_rounding(table, 5)
    assert sorted(rounded[:3].tolist()) == [0.0, 0.0, 5.0]
    assert rounded[3] == 5.0
    with pytest.raises(InputError, match="base 1"):
        controlled_rounding(table, 1)
