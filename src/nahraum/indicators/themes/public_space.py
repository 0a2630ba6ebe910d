"""Public space: how much there is to share, how far it is, benches, toilets, water, light, ways without steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nahraum.indicators.open_space import (
    amount_columns,
    distance_columns,
    series,
    share_columns,
    sparse_notes,
    surroundings,
    table_of,
)

if TYPE_CHECKING:
    from nahraum.access.open_space import Surroundings, WayLengths
    from nahraum.indicators.further import Setting

_LIT, _STEP_FREE, _CALM = 1, 2, 3
_SPARSE = ("public_space", "bench", "toilets", "drinking_water")


def address_values(setting: Setting) -> pd.DataFrame | None:
    """Every indicator of the theme for every address, with its status; None where no public space was read."""
    around = surroundings(setting)
    if around is None:
        return None
    return table_of(_spaces(setting, around) | _furniture(setting, around) | _ways(setting, around), setting)


def notes(setting: Setting) -> list[tuple[str, int, str, str]]:
    """What is mapped too sparsely to be judged."""
    return sparse_notes(setting, _SPARSE)


def _spaces(setting: Setting, around: Surroundings) -> dict[str, pd.Series]:
    value, spaces = setting.parameters.value, around.space.spaces
    said = around.space.said_of("public_space")
    limits = [setting.parameters.number(f"public_space.{name}") for name in ("near_m", "far_m")]
    counted = spaces[spaces["kind"].isin(list(value("public_space.counted_kinds")))]
    usable = counted["area_m2"].clip(upper=setting.parameters.number("public_space.usable_area_cap_m2"))
    places = around.places.of(counted["space_id"].to_numpy(dtype=object))
    area_m2 = around.sums_within(places, dict(zip(counted["space_id"], usable, strict=True)), limits)
    residents = around.residents_within(limits)
    goals = spaces.loc[spaces["kind"].isin(list(value("public_space.destination_kinds"))), "space_id"]
    way = around.nearest_m([around.places.of(goals.to_numpy(dtype=object))])[:, 0]
    near = public_space_m2_per_resident_300m(area_m2[:, 0], residents[:, 0])
    far = public_space_m2_per_resident_500m(area_m2[:, 1], residents[:, 1])
    return (
        amount_columns(near.set_axis(setting.area.addresses.index), around, mapped=said)
        | amount_columns(far.set_axis(setting.area.addresses.index), around, mapped=said)
        | distance_columns(public_space_distance_m(series(way, "way", setting)), around, mapped=said)
    )


def _furniture(setting: Setting, around: Surroundings) -> dict[str, pd.Series]:
    said = around.space.said_of
    benches = around.furniture("bench")
    near = setting.parameters.number("public_space.near_m")
    count = around.sums_within(benches, dict.fromkeys(map(str, benches.id), 1.0), [near])[:, 0]
    ways = around.nearest_m([around.furniture("toilets"), around.furniture("drinking_water")])
    toilet, water = (series(ways[:, at], "way", setting) for at in (0, 1))
    return (
        amount_columns(benches_within_300m(series(count, "n", setting)), around, mapped=said("bench"))
        | distance_columns(toilet_distance_m(toilet), around, mapped=said("toilets"))
        | distance_columns(drinking_water_distance_m(water), around, mapped=said("drinking_water"))
    )


def _ways(setting: Setting, around: Surroundings) -> dict[str, pd.Series]:
    least, index = setting.parameters.number("public_space.known_share_minimum"), setting.area.addresses.index
    columns: dict[str, pd.Series] = {}
    for function, axis in ((lit_way_share_300m, _LIT), (step_free_share_300m, _STEP_FREE)):
        known = pd.Series(around.ways.share(axis)[1], index=index)
        columns |= share_columns(function(around.ways).set_axis(index), known, around, least=least)
    return columns | amount_columns(living_street_share_300m(around.ways).set_axis(index), around, mapped="ok")


def public_space_m2_per_resident_300m(area_m2: np.ndarray, residents: np.ndarray) -> pd.Series:
    """Public space within 300 m on foot, divided by all residents within 300 m. [m² per person]

    Parameters
        area_m2 : squares, markets, pedestrian and living streets, open yards within reach, each at most the cap. [m²]
        residents : within reach, those of the address among them. [persons]

    Notes
        Σ min(S_j, cap) [d_ij ≤ D] / Σ P_k [d_ik ≤ D]. No competition: whoever lives near the square but beyond D of the
        address is not counted. NaN where nobody lives.
    """
    return _per_resident(area_m2, residents, "public_space_m2_per_resident_300m")


def public_space_m2_per_resident_500m(area_m2: np.ndarray, residents: np.ndarray) -> pd.Series:
    """Public space within 500 m on foot, divided by all residents within 500 m. [m² per person]

    The same as `public_space_m2_per_resident_300m`, farther.
    """
    return _per_resident(area_m2, residents, "public_space_m2_per_resident_500m")


def _per_resident(area_m2: np.ndarray, residents: np.ndarray, name: str) -> pd.Series:
    inhabited = np.where(residents > 0, residents, np.nan)
    return pd.Series(area_m2 / inhabited, name=name)


def public_space_distance_m(way_m: pd.Series) -> pd.Series:
    """Way to the nearest square, market place, pedestrian street or open yard. [m] NaN where none is reached."""
    return way_m.rename("public_space_distance_m")


def benches_within_300m(count: pd.Series) -> pd.Series:
    """Mapped public benches within 300 m on foot. [benches]"""
    return count.rename("benches_within_300m")


def toilet_distance_m(way_m: pd.Series) -> pd.Series:
    """Way to the nearest mapped public toilet, free or not. [m] NaN where none is reached."""
    return way_m.rename("toilet_distance_m")


def drinking_water_distance_m(way_m: pd.Series) -> pd.Series:
    """Way to the nearest mapped place of drinking water. [m] NaN where none is reached."""
    return way_m.rename("drinking_water_distance_m")


def lit_way_share_300m(ways: WayLengths) -> pd.Series:
    """Share of the length of the ways within 300 m on foot that is lit, among those where it is mapped. [share]"""
    return pd.Series(ways.share(_LIT)[0], name="lit_way_share_300m")


def step_free_share_300m(ways: WayLengths) -> pd.Series:
    """Share of the length of the ways within 300 m that a wheelchair can use, among those where it is known. [share]"""
    return pd.Series(ways.share(_STEP_FREE)[0], name="step_free_share_300m")


def living_street_share_300m(ways: WayLengths) -> pd.Series:
    """Share of the length of the streets within 300 m that are living or pedestrian streets. [share]

    Ways that are no streets (footways, tracks, drives) do not count; NaN without any street.
    """
    return pd.Series(ways.share(_CALM)[0], name="living_street_share_300m")
