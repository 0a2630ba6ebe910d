import numpy as np
import pandas as pd
import pytest

from nahraum.errors import InputError
from nahraum.indicators.living_space import (
    floor_area_m2_per_resident,
    lacks_living_space,
    lacks_living_space_status,
)

CELLS = pd.DataFrame({"cell_key": [7, 8, 9], "floor_area_m2_per_resident": [25.0, 41.5, np.nan]})


def test_floor_area_m2_per_resident_is_that_of_the_cell_in_the_order_of_the_addresses() -> None:
    keys = pd.Series([8, 7, 9, 8], index=["a", "b", "c", "d"])
    found = floor_area_m2_per_resident(CELLS, keys)
    assert found.to_dict() == pytest.approx({"a": 41.5, "b": 25.0, "c": np.nan, "d": 41.5}, nan_ok=True)


def test_an_address_in_a_cell_without_a_row_is_an_error_not_a_lost_row() -> None:
    with pytest.raises(InputError, match="cells without a row"):
        floor_area_m2_per_resident(CELLS, pd.Series([7, 99]))


def test_lacks_living_space_below_the_threshold_only() -> None:
    area = pd.Series([29.9, 30.0, 45.0, np.nan])
    found = lacks_living_space(area, pd.Series([False] * 4), minimum_m2=30.0)
    assert found.tolist() == pytest.approx([1.0, 0.0, 0.0, np.nan], nan_ok=True)


def test_lacks_living_space_is_unknown_in_communal_accommodation_whatever_the_cell_says() -> None:
    area, communal = pd.Series([20.0, 50.0]), pd.Series([True, True])
    assert lacks_living_space(area, communal, minimum_m2=30.0).isna().all()
    assert lacks_living_space_status(pd.Series(["ok", "ok"]), communal).tolist() == ["undetermined"] * 2


def test_the_status_of_the_floor_area_travels_with_the_lack() -> None:
    status = pd.Series(["ok", "suppressed", "unreliable", "imputed"])
    assert lacks_living_space_status(status, pd.Series([False] * 4)).tolist() == status.tolist()
