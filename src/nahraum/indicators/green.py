"""Green near home: a way to an entrance, and area per resident after competition; shown apart and together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nahraum.indicators.reach import within_reach

CAPACITY_PROVEN = ("ok", "imputed", "unreliable")


def green_distance_m(access: pd.DataFrame) -> pd.Series:
    """Way to the nearest entrance of a public green that meets the standard's size. [m]

    Returns
        One value per address; NaN where none is found within the search limit. Foot network or straight
        line, as the chosen standard says.
    """
    return access["green_distance_m"]


def green_m2_per_resident(access: pd.DataFrame) -> pd.Series:
    """Public green per resident after competition (2SFCA). [m² per person]

    Notes
        R_j = min(S_j, cap) / residents within the standard's distance; A_i = sum of R_j within reach.

    References
        Luo, W. & Wang, F. (2003). Measures of spatial accessibility to health care. 10.1068/b29120
    """
    return access["green_m2_per_resident"]


def lacks_green_access(distance_m: pd.Series, status: pd.Series, *, maximum_m: float) -> pd.Series:
    """Who has no public green within reach: 1 yes, 0 no, NaN not known. [-]"""
    return (1.0 - within_reach(distance_m, status, maximum_m=maximum_m)).rename("lacks_green_access")


def lacks_green_capacity(m2_per_resident: pd.Series, status: pd.Series, *, minimum_m2: float | None) -> pd.Series:
    """Who has too little green per resident after competition: 1 yes, 0 no, NaN not known. [-]

    Notes
        Nothing within reach is 0 m². At the edge of the data both supply and demand are cut: not known.
        A standard without capacity (`minimum_m2` None) leaves it unknown.
    """
    if minimum_m2 is None:
        return pd.Series(np.nan, index=m2_per_resident.index, name="lacks_green_capacity")
    measured = m2_per_resident.notna().to_numpy() & status.isin(CAPACITY_PROVEN).to_numpy()
    nothing = (status == "unreachable").to_numpy()
    below = (m2_per_resident < minimum_m2).to_numpy()
    values = np.where(nothing, 1.0, np.where(measured, below.astype(np.float64), np.nan))
    return pd.Series(values, index=m2_per_resident.index, name="lacks_green_capacity")


def lacks_green(access: pd.Series, capacity: pd.Series | None) -> pd.Series:
    """Who lacks green: no access or too little capacity; 1 yes, 0 no, NaN not known. [-]

    Parameters
        access, capacity : the two lacks; `capacity` is None where the standard asks for none.

    Notes
        One known lack settles it; both must be known to say that nothing is lacking.
    """
    if capacity is None:
        return access.rename("lacks_green")
    parts = np.column_stack([access.to_numpy(), capacity.to_numpy()])
    lacking, unknown = (parts == 1.0).any(axis=1), np.isnan(parts).any(axis=1)
    values = np.where(lacking, 1.0, np.where(unknown, np.nan, 0.0))
    return pd.Series(values, index=access.index, name="lacks_green")
