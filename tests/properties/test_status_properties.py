"""What must hold for every status index: order, shifts, direction."""

from dataclasses import replace

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.index.status import read_method, status_index
from nahraum.index.status.fast import composite
from nahraum.index.status.normalise import percentiles, ranks

BERLIN = replace(read_method("mss-berlin-2019"), dynamics=None)
MONOTONE = ("sum", "mean", "geometric", "exponential_rank", "maximum")


def drawn(seed: int, n: int = 32) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    values = np.round(rng.gamma(2.0, 6.0, (n, 3)).clip(0.1, 60), 1)
    return pd.DataFrame(values, index=[f"{i:03d}" for i in range(n)], columns=["s1", "s3", "s4"])


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), shuffle=st.integers(0, 10_000))
def test_the_order_of_rows_changes_nothing(seed: int, shuffle: int) -> None:
    values = drawn(seed)
    mixed = values.sample(frac=1.0, random_state=shuffle)
    first, second = status_index(values, BERLIN), status_index(mixed, BERLIN)
    pd.testing.assert_frame_equal(first.areas, second.areas, check_exact=True)
    pd.testing.assert_frame_equal(first.parts, second.parts, check_exact=True)


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 10_000), shift=st.floats(0.0, 40.0), times=st.floats(0.05, 1.6))
def test_a_constant_added_to_a_part_or_another_unit_changes_nothing(seed: int, shift: float, times: float) -> None:
    values = drawn(seed).clip(upper=35)
    moved = values.assign(s3=values["s3"] * times + shift)
    first, second = (status_index(each, BERLIN).areas["index"].to_numpy() for each in (values, moved))
    assert np.allclose(first, second, atol=1e-9)


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 10_000), part=st.integers(0, 2), more=st.floats(0.1, 30.0), how=st.sampled_from(MONOTONE),
    scale=st.sampled_from(("z", "minmax", "percentile", "rank")),
)  # fmt: skip
def test_more_disadvantage_never_lowers_the_composite(seed: int, part: int, more: float, how: str, scale: str) -> None:
    """Its own composite before it is rescaled: z, min-max and ranks all rise with the value itself."""
    values = drawn(seed).to_numpy()
    row = seed % len(values)
    higher = values.copy()
    higher[row, part] += more
    before, after = (composite(v, standardise=scale, weights=np.ones(3), aggregate=how) for v in (values, higher))
    assert after[row] >= before[row] - 1e-9


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(-5, 5), min_size=1, max_size=30))
def test_ranks_add_up_however_many_are_equal(listed: list[int]) -> None:
    values = np.array(listed, dtype=float)[:, None]
    n = len(listed)
    assert ranks(values).sum() == n * (n + 1) / 2
    assert np.isclose(percentiles(values).mean(), 0.5)
