"""Golden vectors of METHODS 13 and the printed weights of Luo & Qi (2009)."""

import numpy as np
import pytest

from nahraum.access.catchment import two_step
from nahraum.access.decay import decay_of, gaussian
from nahraum.access.pairs import pairs_of
from nahraum.parameters import Parameters


def test_2sfca_of_two_parks_and_three_cells():
    cells, parks = np.array(["cell1", "cell2", "cell3"], dtype=object), np.array(["park1", "park2"], dtype=object)
    found = pairs_of(cells, parks, ([0, 1, 1, 2], [0, 0, 1, 1], [1000] * 4))
    residents, supply = np.array([1000.0, 500.0, 2000.0]), np.array([10_000.0, 5_000.0])
    share = two_step(found, residents, supply, decay=decay_of(Parameters(), "binary", catchment_m=500))
    assert share.tolist() == pytest.approx([6.6667, 8.6667, 2.0], abs=5e-5)
    assert (share * residents).sum() == pytest.approx(15_000, rel=1e-12)


def test_gaussian_weights_with_a_catchment_of_500_m():
    weights = gaussian([0, 100, 250, 400, 500], catchment_m=500)
    assert weights.tolist() == pytest.approx([1, 0.9497, 0.7014, 0.3040, 0], abs=5e-5)


@pytest.mark.parametrize(("name", "weights"), [("zones_slow", [1, 0.68, 0.22]), ("zones_sharp", [1, 0.42, 0.09])])
def test_the_three_zones_of_luo_and_qi(name, weights):
    decay = decay_of(Parameters(), name, catchment_m=30)
    assert decay([5.0, 15.0, 25.0]).tolist() == weights
