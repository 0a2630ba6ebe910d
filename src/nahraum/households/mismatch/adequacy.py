"""Floor area beside what NRW calls adequate: a ceiling of entitlement, shown as context and never as a lack."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.parameters import Parameters

Floats = npt.NDArray[np.float64]


def adequate_m2(persons: npt.ArrayLike, parameters: Parameters | None = None) -> Floats:
    """Adequate floor area of a household, 50 m² for one person, 65 for two, 15 more for each further. [m²]

    References
        WNB NRW 8.2 (§ 18 WFNG NRW).
    """
    sizes = np.asarray((parameters or Parameters()).value("affordability.adequate_floor_area_m2"), dtype=np.float64)
    number = np.asarray(persons, dtype=np.int64)
    beyond = np.maximum(number - sizes.size, 0) * (sizes[-1] - sizes[-2])
    return np.asarray(sizes[np.clip(number, 1, sizes.size) - 1] + beyond)


def adequacy_gap(households: pd.DataFrame, parameters: Parameters | None = None) -> pd.Series:
    """How far floor area is below the adequate one, as a share of it; 0 from there on. [share]

    Returns
        NaN where floor area is not known. The middle of a class of 10 m² stands for the class.
    """
    if "floor_area_m2" not in households:
        return pd.Series(np.nan, index=households.index, name="adequacy_gap")
    wanted = adequate_m2(households["household_size"], parameters)
    gap = (wanted - households["floor_area_m2"].to_numpy(dtype=np.float64)) / wanted
    return pd.Series(np.maximum(gap, 0.0), index=households.index, name="adequacy_gap")
