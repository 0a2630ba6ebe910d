"""Places to play by age: near enough and large enough after DIN 18034-1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.indicators.open_space import distance_columns, met_columns, series, sparse_notes, surroundings, table_of

if TYPE_CHECKING:
    from nahraum.access.open_space import Surroundings
    from nahraum.indicators.further import Setting

Float64 = npt.NDArray[np.float64]
TIERS = ("under_6", "from_6_to_11", "from_12")


def address_values(setting: Setting) -> pd.DataFrame | None:
    """Ways and shares of each age, with their statuses; None where no public space was read."""
    around = surroundings(setting)
    if around is None:
        return None
    said = around.space.said_of("playground")
    columns: dict[str, pd.Series] = {}
    for tier in TIERS:
        sure, perhaps = (series(way, "way", setting) for way in _ways(around, tier, setting))
        limit = setting.parameters.number(f"play.{tier}.maximum_distance_m")
        way = DISTANCES[tier](sure, perhaps)
        columns |= distance_columns(way, around, mapped=said, doubtful=~(sure <= perhaps).to_numpy() & perhaps.notna())
        columns |= met_columns(SHARES[tier](sure, perhaps, maximum_m=limit), around, mapped=said)
    return table_of(columns, setting)


def notes(setting: Setting) -> list[tuple[str, int, str, str]]:
    """What is mapped too sparsely to be judged."""
    return sparse_notes(setting, ("playground",))


def _ways(around: Surroundings, tier: str, setting: Setting) -> tuple[Float64, Float64]:
    """Way to the nearest place that is large enough, and to the nearest whose size is not mapped. [m]"""
    play, least = around.space.play, setting.parameters.number(f"play.{tier}.minimum_area_m2")
    size, counts = (
        (play["play_m2"], play["playground"]) if tier == "under_6" else (play["room_m2"], play["room_m2"] > 0)
    )
    unknown = size.isna() & (play["playground"] if tier == "under_6" else True)
    sets = [play.loc[mask, "play_id"] for mask in (counts & (size >= least), unknown)]
    found = around.nearest_m([around.places.of(ids.to_numpy(dtype=object)) for ids in sets])
    return found[:, 0], found[:, 1]


def playground_under_6_distance_m(sure_m: pd.Series, perhaps_m: pd.Series) -> pd.Series:
    """Way to the nearest playground for children under 6 that is or may be large enough. [m]

    Parameters
        sure_m, perhaps_m : to the nearest playground of the size, and to the nearest of unknown size. [m] NaN without.
    """
    return _nearer(sure_m, perhaps_m, "playground_under_6_distance_m")


def playground_from_6_to_11_distance_m(sure_m: pd.Series, perhaps_m: pd.Series) -> pd.Series:
    """Way to the nearest place to play for children of 6 to 11 that is or may be large enough. [m]

    Size is that of playground, pitch and the public green around them; parameters as for the younger.
    """
    return _nearer(sure_m, perhaps_m, "playground_from_6_to_11_distance_m")


def playground_from_12_distance_m(sure_m: pd.Series, perhaps_m: pd.Series) -> pd.Series:
    """Way to the nearest place to play for young people from 12 on that is or may be large enough. [m]

    Size is that of playground, pitch and the public green around them; parameters as for the younger.
    """
    return _nearer(sure_m, perhaps_m, "playground_from_12_distance_m")


def playground_under_6_share(sure_m: pd.Series, perhaps_m: pd.Series, *, maximum_m: float) -> pd.Series:
    """Who has a playground for children under 6 within reach: 1 yes, 0 no, NaN one of unknown size. [-]"""
    return _within(sure_m, perhaps_m, maximum_m, "playground_under_6_share")


def playground_from_6_to_11_share(sure_m: pd.Series, perhaps_m: pd.Series, *, maximum_m: float) -> pd.Series:
    """Who has a place to play for children of 6 to 11 within reach: 1 yes, 0 no, NaN one of unknown size. [-]"""
    return _within(sure_m, perhaps_m, maximum_m, "playground_from_6_to_11_share")


def playground_from_12_share(sure_m: pd.Series, perhaps_m: pd.Series, *, maximum_m: float) -> pd.Series:
    """Who has a place to play for young people from 12 on within reach: 1 yes, 0 no, NaN one of unknown size. [-]"""
    return _within(sure_m, perhaps_m, maximum_m, "playground_from_12_share")


def _nearer(sure_m: pd.Series, perhaps_m: pd.Series, name: str) -> pd.Series:
    return pd.Series(np.fmin(sure_m, perhaps_m), index=sure_m.index, name=name)


def _within(sure_m: pd.Series, perhaps_m: pd.Series, maximum_m: float, name: str) -> pd.Series:
    values = np.where(sure_m <= maximum_m, 1.0, np.where(perhaps_m <= maximum_m, np.nan, 0.0))
    return pd.Series(values, index=sure_m.index, name=name)


DISTANCES = {
    "under_6": playground_under_6_distance_m,
    "from_6_to_11": playground_from_6_to_11_distance_m,
    "from_12": playground_from_12_distance_m,
}
SHARES = {
    "under_6": playground_under_6_share,
    "from_6_to_11": playground_from_6_to_11_share,
    "from_12": playground_from_12_share,
}
