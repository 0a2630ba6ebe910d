"""Counting against printed numbers.

Alkire, S. & Foster, J. (2011). Counting and multidimensional poverty measurement. Journal of Public
Economics 95, 476-487, doi 10.1016/j.jpubeco.2010.11.006: the example of four persons and four dimensions.
METHODS 13 has a second vector. The depth measures M1 and M2 are not part of the index.
"""

import numpy as np
import pandas as pd
import pytest

from nahraum.frames import MICRO
from nahraum.index import counting
from nahraum.index.people import People


def counted(lacks: np.ndarray) -> pd.DataFrame:
    n = len(lacks)
    people = People(np.arange(n), np.full(n, MICRO), lacks.astype(np.float64), np.full((n, 2), np.nan))
    return counting.unit_sums(people, np.zeros(n, dtype=np.int64), 1)


def h_a_m0(sums: pd.DataFrame, k: int) -> list[float]:
    return [
        float(function(sums, k, enough=0.9).loc[0, "central"])
        for function in (counting.several_share, counting.a, counting.m0)
    ]


def test_the_example_of_alkire_and_foster() -> None:
    y = np.array([[13.1, 14, 4, 1], [15.2, 7, 5, 0], [12.5, 10, 1, 0], [20, 11, 3, 1]])
    lacks = y < np.array([13, 12, 3, 1])
    assert lacks.sum(axis=1).tolist() == [0, 2, 4, 1]
    sums = counted(lacks)
    assert h_a_m0(sums, 2) == pytest.approx([0.5, 0.75, 0.375])
    # censored headcounts: only the second and third person lack several
    assert counting.censored_share(sums, 2).loc[0].tolist() == [0.25, 0.5, 0.25, 0.5]
    assert counting.censored_share(sums, 2).loc[0].mean() == pytest.approx(0.375)
    assert counting.contribution(sums, 2).loc[0].tolist() == pytest.approx([1 / 6, 1 / 3, 1 / 6, 1 / 3])


@pytest.mark.parametrize(
    ("k", "printed"), [(1, [0.75, 0.5, 0.375]), (2, [0.5, 0.625, 0.3125]), (3, [0.25, 0.75, 0.1875])]
)
def test_the_golden_vector_of_the_methods_paper(k: int, printed: list[float]) -> None:
    lacks = np.array([[1, 1, 0, 0], [0, 0, 0, 0], [1, 1, 1, 0], [0, 1, 0, 0]])
    assert h_a_m0(counted(lacks), k) == pytest.approx(printed)
