"""Golden vectors of METHODS 13 and the printed weights of Luo & Qi (2009)."""

import pandas as pd
import pytest

from nahraum.access.catchment import two_step
from nahraum.access.decay import decay_of, gaussian
from nahraum.parameters import Parameters


def test_2sfca_of_two_parks_and_three_cells():
    found = pd.DataFrame(
        [("cell1", "park1", 1000), ("cell2", "park1", 1000), ("cell2", "park2", 1000), ("cell3", "park2", 1000)],
        columns=["origin_id", "group_id", "distance_dm"],
    )
    residents = pd.Series({"cell1": 1000.0, "cell2": 500.0, "cell3": 2000.0})
    supply = pd.Series({"park1": 10_000.0, "park2": 5_000.0})
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
