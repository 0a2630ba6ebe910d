"""Mismatch of every household, and of groups of them: quarters, ages, kinds of households."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.households.contracts import BANDS
from nahraum.households.mismatch.adequacy import adequacy_gap
from nahraum.households.mismatch.crowding import rooms_usable, to_spare, too_few
from nahraum.households.mismatch.needs import needs_of
from nahraum.parameters import Parameters

Floats = npt.NDArray[np.float64]

AGE_GROUPS = {"under_18": BANDS[:2], "18_64": BANDS[2:8], "65_plus": BANDS[8:]}
HOUSEHOLD_GROUPS = (
    "one_person", "couple_without_child", "couple_with_child", "lone_parent", "other", "65_plus_only",
)  # fmt: skip
_KINDS = ("surely", "possibly", "chance")


def mismatch(households: pd.DataFrame, parameters: Parameters | None = None) -> pd.DataFrame:
    """Need and dwelling of every household held against each other.

    Returns
        rooms_needed_low, rooms_needed_high; overcrowded_<k>, overcrowded_counted_<k> (kitchen apart, kitchen counted as
        a room), underoccupied_<k> (kitchen apart) for k of surely, possibly, chance; single_in_one_room (kitchen
        counted; inside overcrowded, and named on its own); spare_rooms (kitchen apart, above the most that may be
        needed); adequacy_gap [share].
    """
    need, have = needs_of(households), rooms_usable(households, "apart")
    rooms = pd.DataFrame({"rooms_needed_low": need.low, "rooms_needed_high": need.high}, index=households.index)
    apart = too_few(have, need).add_prefix("overcrowded_")
    counted = too_few(rooms_usable(households, "counted"), need).add_prefix("overcrowded_counted_")
    under = to_spare(have, need).add_prefix("underoccupied_")
    return pd.concat([rooms, apart, counted, under], axis=1).assign(
        single_in_one_room=((households["household_size"] == 1) & (households["rooms"] == 1)).to_numpy(),
        spare_rooms=np.maximum(have["low"].to_numpy() - need.high, 0.0),
        adequacy_gap=adequacy_gap(households, parameters),
    )


def household_groups(households: pd.DataFrame) -> pd.Series:
    """Group of each household: its type, or `65_plus_only` where all are of 65 and more; '' without types.

    Notes
        Where ages are known, a type is those of it that are not all of 65 and more.
    """
    if "household_type" not in households:
        return pd.Series("", index=households.index, name="group", dtype=object)
    group = households["household_type"].astype(str).astype(object).rename("group")
    older = [f"age_{band}" for band in AGE_GROUPS["65_plus"]]
    if set(older) <= set(households.columns):
        group = group.mask(households[older].sum(axis=1) == households["household_size"], "65_plus_only")
    return group


def mismatch_by(
    households: pd.DataFrame,
    group: pd.Series,
    parameters: Parameters | None = None,
    *,
    found: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Mismatch by group of households, in persons, as Eurostat counts.

    Parameters
        group : label of each household, same index; '' is left out. found : what `mismatch` said, where it is known.

    Returns
        A row per group in order of label: group, households, persons; <name>_share, _low, _high for overcrowded,
        overcrowded_counted, underoccupied (low to high over ages, sexes, couples and open classes; the share is NaN
        where these decide); single_in_one_room_share; below_adequate_share; spare_rooms; floor_area_m2_per_resident.
    """
    _same_index(households, group)
    told = mismatch(households, parameters) if found is None else found
    return _summed(households, told, group, households["household_size"].to_numpy(dtype=np.float64))


def mismatch_by_age(
    households: pd.DataFrame,
    within: pd.Series,
    parameters: Parameters | None = None,
    *,
    found: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Mismatch by age group of persons within each group of households; columns as `mismatch_by`, and age_group.

    Returns
        No row without ages. A household of several ages counts in each with its persons of that age; `households` are
        those with anybody of that age.
    """
    _same_index(households, within)
    told = mismatch(households, parameters) if found is None else found
    parts = []
    for name, bands in AGE_GROUPS.items():
        columns = [f"age_{band}" for band in bands]
        if set(columns) <= set(households.columns):
            persons = households[columns].sum(axis=1).to_numpy(dtype=np.float64)
            there = persons > 0
            part = _summed(households[there], told[there], within[there], persons[there])
            parts.append(part.assign(age_group=name))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _summed(households: pd.DataFrame, told: pd.DataFrame, group: pd.Series, persons: Floats) -> pd.DataFrame:
    """Sums of persons by group, as shares of the persons for whom each value is known."""
    values = group.to_numpy(dtype=object)
    keep = np.asarray(group.notna().to_numpy() & (values != ""), dtype=bool)
    place, labels = pd.factorize(values[keep], sort=True)
    weight = persons[keep]

    def total(values: npt.ArrayLike) -> Floats:
        found = np.bincount(place, np.asarray(values, dtype=np.float64), labels.size)
        return np.asarray(found, dtype=np.float64)

    def share(name: str) -> Floats:
        values = told[name].to_numpy(dtype=np.float64)[keep]
        whole, unknown = total(weight), total(np.isnan(values))
        return np.where((whole > 0) & (unknown == 0), total(weight * np.nan_to_num(values)) / whole, np.nan)

    columns = {"group": labels.astype(object), "households": total(keep[keep]), "persons": total(weight)}
    for name in ("overcrowded", "overcrowded_counted", "underoccupied"):
        for column, kind in zip(("_share_low", "_share_high", "_share"), _KINDS, strict=True):
            columns[f"{name}{column}"] = share(f"{name}_{kind}")
    columns["single_in_one_room_share"] = share("single_in_one_room")
    gap = told["adequacy_gap"].to_numpy()[keep]
    below = total(weight * (gap > 0)) / total(weight)
    columns["below_adequate_share"] = np.where(total(np.isnan(gap)) > 0, np.nan, below)
    columns["spare_rooms"] = total(told["spare_rooms"].to_numpy()[keep])
    area, people = _areas(households[keep]), households["household_size"].to_numpy(dtype=np.float64)[keep]
    columns["floor_area_m2_per_resident"] = total(area) / total(people)
    return pd.DataFrame(columns)


def _areas(households: pd.DataFrame) -> Floats:
    if "floor_area_m2" not in households:
        return np.full(len(households), np.nan)
    return households["floor_area_m2"].to_numpy(dtype=np.float64)


def _same_index(households: pd.DataFrame, group: pd.Series | Sequence[str]) -> None:
    if not isinstance(group, pd.Series) or not group.index.equals(households.index):
        raise InputError(
            "groups of households are of other households", expected="a label for each, with the same index"
        )
