"""Everyday supply: the five services of the BBSR within walking distance, food before all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.indicators.reach import first_status, within_reach
from nahraum.indicators.rules import FOOD


def food_full_range_distance_m(access: pd.DataFrame) -> pd.Series:
    """Way on foot to the nearest full-range food shop (supermarket, discounter). [m]"""
    return access["food_full_range_distance_m"]


def gp_distance_m(access: pd.DataFrame) -> pd.Series:
    """Way on foot to the nearest general practitioner. [m]"""
    return access["gp_distance_m"]


def pharmacy_distance_m(access: pd.DataFrame) -> pd.Series:
    """Way on foot to the nearest pharmacy. [m]"""
    return access["pharmacy_distance_m"]


def primary_school_distance_m(access: pd.DataFrame) -> pd.Series:
    """Way on foot to the nearest primary school. [m]

    Notes
        Where hardly any school tells its level, schools of unspecified level are taken; status `imputed`.
    """
    return access["primary_school_distance_m"]


def stop_distance_m(access: pd.DataFrame) -> pd.Series:
    """Way on foot to the nearest stop of public transport. [m]

    Notes
        Without a timetable the frequency of service is not known.
    """
    return access["stop_distance_m"]


def services_reached(access: pd.DataFrame, *, services: Sequence[str], maximum_m: float) -> pd.DataFrame:
    """For each service and address: 1 within reach, 0 not, NaN not known. [-]"""
    columns = {
        name: within_reach(access[f"{name}_distance_m"], access[f"{name}_distance_m_status"], maximum_m=maximum_m)
        for name in services
    }
    return pd.DataFrame(columns, index=access.index)


def services_within_reach(reached: pd.DataFrame) -> pd.Series:
    """How many of the services are known to be within reach. [services]

    Returns
        The count per address, a lower bound where a service is unknown; NaN where none is known.

    References
        BBSR (2025). BBSR-Analysen KOMPAKT 1/2025: Nahversorgung.
    """
    return reached.sum(axis=1, min_count=1).rename("services_within_reach")


def services_within_reach_status(reached: pd.DataFrame, status: pd.DataFrame) -> pd.Series:
    """Status of the count: `undetermined` where nothing is known, `unreliable` where it is a lower bound.

    Parameters
        reached : as `services_reached`.
        status : status of the ways, same columns.
    """
    edge = np.logical_or.reduce([status[service] == "edge" for service in status])
    imputed = np.logical_or.reduce([status[service] == "imputed" for service in status])
    unknown: npt.NDArray[np.bool_] = reached.isna().to_numpy()
    cases = (
        ("edge", edge),
        ("undetermined", np.asarray(unknown.all(axis=1))),
        ("unreliable", np.asarray(unknown.any(axis=1))),
        ("imputed", imputed),
    )
    return first_status(reached.index, *cases, name="services_within_reach_status")


def lacks_supply(reached: pd.DataFrame, *, needed: int) -> pd.Series:
    """Who lacks everyday supply: 1 yes, 0 no, NaN not known. [-]

    Parameters
        reached : as `services_reached`, one column per service.
        needed : so many services must be within reach. [services]

    Notes
        No full-range food shop within reach is a lack by itself. Otherwise: known services >= needed, no
        lack; known + unknown < needed, a lack; in between nobody can tell.
    """
    flags = reached.to_numpy(dtype=np.float64)
    known, unknown = np.nansum(flags, axis=1), np.isnan(flags).sum(axis=1)
    food = reached[FOOD].to_numpy() if FOOD in reached else np.ones(len(reached))
    lacking = (food == 0.0) | (known + unknown < needed)
    enough = (food == 1.0) & (known >= needed)
    values = np.where(lacking, 1.0, np.where(enough, 0.0, np.nan))
    return pd.Series(values, index=reached.index, name="lacks_supply")
