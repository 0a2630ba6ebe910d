"""Short ways: how much longer than the straight line people walk."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nahraum.indicators.further import Setting
from nahraum.indicators.reach import first_status


def address_values(setting: Setting) -> pd.DataFrame:
    """Every indicator of this theme per address, with its status."""
    addresses, facilities = setting.area.addresses, setting.area.facilities.set_index("facility_id")
    access = setting.access.set_index("address_id").loc[addresses["address_id"]]
    place = facilities.reindex(access["food_full_range_nearest_id"])
    straight = np.hypot(
        place["x_m"].to_numpy(np.float64) - addresses["x_m"].to_numpy(np.float64),
        place["y_m"].to_numpy(np.float64) - addresses["y_m"].to_numpy(np.float64),
    )
    walked = access["food_full_range_distance_m"].to_numpy(np.float64)
    near = setting.parameters.number("short_ways.detour_minimum_m")
    factor = detour_factor(pd.Series(walked), pd.Series(straight), minimum_m=near)
    measured = access["food_full_range_distance_m_status"].to_numpy(dtype=object)
    status = first_status(
        factor.index,
        ("edge", measured == "edge"),
        ("unreachable", measured == "unreachable"),
        ("missing", measured == "missing"),
        ("undetermined", factor.isna().to_numpy()),
        ("unreliable", measured == "unreliable"),
        ("imputed", measured == "imputed"),
        name="detour_factor_status",
    )
    return pd.concat([factor, status], axis=1)


def detour_factor(walked_m: pd.Series, straight_m: pd.Series, *, minimum_m: float) -> pd.Series:
    """How many times as long as the straight line the way on foot to the nearest food shop is. [-]

    Parameters
        walked_m, straight_m : the way and the straight line to the same shop. [m]
        minimum_m : below this straight line a factor says nothing about the streets. [m]

    Returns
        1 or more; NaN where no shop is reached or it is nearer than the minimum.
    """
    far = straight_m >= minimum_m
    return (walked_m / straight_m.where(far)).clip(lower=1.0).rename("detour_factor")
