"""Weights of SimpleWorld against printed numbers.

Lovelace, R. & Dumont, M. (2016). Spatial microsimulation with R. CRC Press, doi 10.1201/9781315381640: five persons,
three zones, margins of age and sex; order age then sex, start 1.
"""

import numpy as np
import pandas as pd
import pytest

from nahraum.households import balanced

CONVERGED = [
    [1.227998, 1.227998, 3.544004, 1.544004, 4.455996],
    [1.725083, 1.725083, 0.549834, 4.549834, 1.450166],
    [0.725083, 0.725083, 1.549834, 2.549834, 5.450166],
]


@pytest.fixture(scope="module")
def world(data_dir):
    """Classes of the five persons, and the counts of the three zones."""
    folder = data_dir / "statistics" / "ipf_simpleworld"
    persons = pd.read_csv(folder / "ind.csv")
    classes = np.array([persons["age"] >= 50, persons["sex"] == "f"], dtype=np.int64)
    counts = np.stack([pd.read_csv(folder / f"{name}.csv").to_numpy(dtype=float) for name in ("age", "sex")], axis=1)
    return classes, counts


def test_the_weights_after_one_round_are_the_printed_ones(world):
    classes, counts = world
    fitted = balanced(np.ones((1, 5)), classes, counts, counts, counts[:, 0].sum(axis=1), rounds=1)
    assert fitted.weights[0] == pytest.approx([1.2, 1.2, 3.6, 1.5, 4.5])


def test_the_weights_converge_to_the_printed_ones(world):
    classes, counts = world
    fitted = balanced(np.ones((1, 5)), classes, counts, counts, counts[:, 0].sum(axis=1), tolerance=1e-9)
    assert fitted.weights == pytest.approx(np.array(CONVERGED), abs=1e-6)
    assert fitted.gap.max() < 1e-6
