"""Residents rounded by cell before anything is computed for others than the office."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from nahraum.errors import InputError
from nahraum.publish.blurred import blurred_area

SECRET = b"a secret of the office"


@dataclass(frozen=True)
class Town:
    addresses: pd.DataFrame
    cells: pd.DataFrame


def town(*cells: tuple[tuple[float, float], ...]) -> Town:
    """Cells with addresses: residents, and of these in communal accommodation."""
    rows = [(key, *home) for key, homes in enumerate(cells) for home in homes]
    addresses = pd.DataFrame(rows, columns=["cell_key", "residents", "residents_communal"])
    return Town(addresses, addresses.groupby("cell_key", as_index=False).sum())


def test_cells_become_multiples_of_the_step_spread_evenly_where_somebody_lives():
    one = blurred_area(town(((33.0, 0.0), (0.0, 0.0), (2.0, 0.0), (5.0, 0.0))), SECRET, step=10)
    assert list(one.cells["residents"]) == [40.0]
    homes = one.addresses["residents"].to_numpy()
    assert homes[1] == 0.0 and homes.sum() == pytest.approx(40.0, abs=1e-9)
    assert np.ptp(homes[[0, 2, 3]]) <= 2e-6  # whole millionths


def test_a_multiple_stays_and_the_mean_over_many_cells_is_kept():
    many = town(*[((3.0, 0.0),)] * 4000)
    told = blurred_area(many, SECRET, step=10).cells["residents"]
    assert set(told) == {0.0, 10.0}
    assert told.mean() == pytest.approx(3.0, abs=4 * 10 * np.sqrt(0.21 / 4000))
    assert (blurred_area(town(((20.0, 0.0),)), SECRET, step=10).cells["residents"] == 20.0).all()


def test_the_secret_alone_decides_and_communal_residents_are_rounded_apart():
    many = town(*[((7.0, 2.0), (6.0, 0.0))] * 50)
    one, again, other = (blurred_area(many, key, step=10) for key in (SECRET, SECRET, b"another secret of it"))
    pd.testing.assert_frame_equal(one.addresses, again.addresses)
    assert not one.cells["residents"].equals(other.cells["residents"])
    assert (one.cells["residents_communal"] % 10 == 0).all()
    assert (one.cells["residents"] >= one.cells["residents_communal"]).all()
    with pytest.raises(InputError, match="too short"):
        blurred_area(many, b"short", step=10)
