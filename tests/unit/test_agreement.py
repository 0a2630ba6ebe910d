"""How far computed and published figures agree."""

import numpy as np
import pandas as pd
import pytest

from nahraum.errors import InputError
from nahraum.index.agreement import correlation, values_agree, words_agree

LABELS = ("deutsch", "english")


def series(values, index=("a", "b", "c", "d")) -> pd.Series:
    return pd.Series(values, index=list(index))


def test_words_agree_area_by_area_whatever_the_order():
    ours = series(["low", "high", "low", "mid"], "dcba")
    found = words_agree("x", LABELS, ours, series(["mid", "low", "low", "low"]), needed=0.75)
    assert (found.agree, found.compared, found.first) == (3, 4, ("c",))
    assert found.share == 0.75 and found.reached
    assert not words_agree("x", LABELS, ours, series(["mid", "low", "low", "low"]), needed=0.8).reached


def test_only_published_figures_are_compared_and_one_not_computed_does_not_agree():
    ours, published = series([1.0, np.nan, 3.0, 9.0]), series([1.04, 2.0, np.nan, 9.2])
    found = values_agree("x", LABELS, ours, published, tolerance=0.05, needed=1.0)
    assert (found.compared, found.agree) == (3, 1)
    assert found.largest == pytest.approx(0.2)
    assert found.first == ("b", "d")


def test_a_difference_of_exactly_the_tolerance_is_equal():
    found = values_agree("x", LABELS, series([0.15, 1, 1, 1]), series([0.1, 1, 1, 1]), tolerance=0.05)
    assert found.agree == 4


def test_other_areas_on_one_side_are_refused():
    with pytest.raises(InputError, match="do not have the same areas"):
        values_agree("x", LABELS, series([1, 2, 3, 4]), series([1, 2, 3, 4], "abce"))
    with pytest.raises(InputError, match="comes twice"):
        words_agree("x", LABELS, series([1, 2, 3, 4], "aabc"), series([1, 2, 3, 4]))


def test_correlation_of_a_constant_is_none():
    assert correlation("x", LABELS, series([1, 2, 3, 4]), series([2, 4, 6, 8])).share == pytest.approx(1.0)
    assert correlation("x", LABELS, series([1, 1, 1, 1]), series([2, 4, 6, 8])).share == 0.0


def test_nothing_compared_is_no_agreement():
    found = values_agree("x", LABELS, series([1.0] * 4), series([np.nan] * 4), needed=1.0)
    assert found.compared == 0 and found.share == 0.0 and not found.reached
    assert found.as_dict()["largest_difference"] is None
