"""Too few rooms, rooms to spare: need against what there is, with the kitchen counted as a room or apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.households.contracts import ROOMS
from nahraum.households.mismatch.needs import Needs, chance_of_needing_more, needs_of

Ints = npt.NDArray[np.int64]
KITCHENS = ("apart", "counted")
OPEN_FROM = len(ROOMS)  # the last class of the census has no upper end


def rooms_usable(households: pd.DataFrame, kitchen: str, *, open_from: int = OPEN_FROM) -> pd.DataFrame:
    """Rooms of each dwelling to live and sleep in, at least and at most. [rooms]

    Parameters
        kitchen : `counted`, as the census does; `apart`, as Eurostat does: one less in every dwelling, never below 1.
        open_from : dwellings of so many rooms may have any number more.

    Notes
        The census counts every room of 6 m² and each separate kitchen; who cooks in the living room has no kitchen to
        take off. The truth lies between the two, nearer to `apart`.

    Raises
        InputError without rooms, or for another word than these.
    """
    if kitchen not in KITCHENS:
        raise InputError(f"there is no way {kitchen!r} to count a kitchen", expected=" or ".join(KITCHENS))
    if "rooms" not in households:
        raise InputError(
            "households have no column rooms",
            where="no published count of dwellings by rooms reached them",
            expected="rooms of each dwelling as the census counts them",
            fix="add [sources.topics.rooms] (census table of dwellings by number of rooms), then run again",
        )
    counted = households["rooms"].to_numpy(dtype=np.float64)
    if not (np.isfinite(counted) & (counted >= 1)).all():
        raise InputError("dwellings have rooms that are no number from 1 on", expected="1 … 7, 7: seven and more")
    low = np.maximum(counted - (kitchen == "apart"), 1.0)
    return pd.DataFrame({"low": low, "high": np.where(counted == open_from, np.inf, low)}, index=households.index)


def overcrowded(households: pd.DataFrame, *, kitchen: str = "apart", open_from: int = OPEN_FROM) -> pd.DataFrame:
    """Households with fewer rooms than they need.

    Parameters
        households : `contracts.HOUSEHOLDS` with rooms.
        kitchen, open_from : as `rooms_usable`.

    Returns
        surely, possibly : over everything that is open (ages, sexes, couples, seven and more rooms).
        chance : with even ages and sexes, and the fewest rooms of an open class; NaN where couples or ages decide.

    References
        Eurostat, ilc_lvho05. A single person in one room counts (needs two): `table.mismatch` names them apart.
    """
    return too_few(rooms_usable(households, kitchen, open_from=open_from), needs_of(households))


def too_few(have: pd.DataFrame, need: Needs) -> pd.DataFrame:
    """As `overcrowded`, for rooms and needs that are known already."""
    chance = chance_of_needing_more(need, have["low"].to_numpy().astype(np.int64))
    return pd.DataFrame({"surely": have["high"] < need.low, "possibly": have["low"] < need.high, "chance": chance})


def underoccupied(households: pd.DataFrame, *, kitchen: str = "apart", open_from: int = OPEN_FROM) -> pd.DataFrame:
    """Households with more rooms than they need; columns as `overcrowded`.

    Notes
        A description of dwellings, not a reproach: who has a room to spare may need it for work, care or visitors.

    References
        Eurostat, ilc_lvho50.
    """
    return to_spare(rooms_usable(households, kitchen, open_from=open_from), needs_of(households))


def to_spare(have: pd.DataFrame, need: Needs) -> pd.DataFrame:
    """As `underoccupied`, for rooms and needs that are known already."""
    chance = 1.0 - chance_of_needing_more(need, have["low"].to_numpy().astype(np.int64) - 1)
    return pd.DataFrame({"surely": have["low"] > need.high, "possibly": have["high"] > need.low, "chance": chance})
