"""Mismatch of every household, and of groups of them: quarters, ages, kinds of households."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.households.contracts import BANDS
from nahraum.households.mismatch.adequacy import adequacy_gap
from nahraum.households.mismatch.burden import BURDENS, rent_burden
from nahraum.households.mismatch.crowding import rooms_usable, to_spare, too_few
from nahraum.households.mismatch.needs import needs_of
from nahraum.households.sums import Groups
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
        needed); adequacy_gap [share]; <burden>_<k> of `burden.rent_burden` where rents and assumed incomes are known.
    """
    need, have = needs_of(households), rooms_usable(households, "apart")
    rooms = pd.DataFrame({"rooms_needed_low": need.low, "rooms_needed_high": need.high}, index=households.index)
    apart = too_few(have, need).add_prefix("overcrowded_")
    counted = too_few(rooms_usable(households, "counted"), need).add_prefix("overcrowded_counted_")
    under = to_spare(have, need).add_prefix("underoccupied_")
    return pd.concat([rooms, apart, counted, under, rent_burden(households, parameters)], axis=1).assign(
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
    group: pd.Series | Groups,
    parameters: Parameters | None = None,
    *,
    found: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Mismatch by group of households, in persons, as Eurostat counts.

    Parameters
        group : label of each household, same index; '' is left out; or the groups, where they are known.
        found : what `mismatch` said, where it is known.

    Returns
        A row per group in order of label: group, households, persons; <name>_share, _low, _high for overcrowded,
        overcrowded_counted, underoccupied (low to high over ages, sexes, couples and open classes; the share is NaN
        where these decide); single_in_one_room_share; below_adequate_share; adequacy_gap_share (mean gap, 0 for
        who has enough); spare_rooms; floor_area_m2_per_resident;
        where rents and incomes are known rent_high_assumed and rent_overburden_assumed alike, of the tenants whose rent
        is known (_completeness: their share of all).
    """
    groups = _groups_of(households, group)
    told = mismatch(households, parameters) if found is None else found
    return _summed(households, told, groups, households["household_size"].to_numpy(dtype=np.float64))


def mismatch_by_age(
    households: pd.DataFrame,
    within: pd.Series | Groups,
    parameters: Parameters | None = None,
    *,
    found: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Mismatch by age group of persons within each group of households; columns as `mismatch_by`, and age_group.

    Returns
        No row without ages. A household of several ages counts in each with its persons of that age; `households` are
        those with anybody of that age.
    """
    groups = _groups_of(households, within)
    told = mismatch(households, parameters) if found is None else found
    parts = []
    for name, bands in AGE_GROUPS.items():
        columns = [f"age_{band}" for band in bands]
        if set(columns) <= set(households.columns):
            persons = households[columns].sum(axis=1).to_numpy(dtype=np.float64)
            part = _summed(households, told, groups.only(persons > 0), persons)
            parts.append(part.assign(age_group=name))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _summed(households: pd.DataFrame, told: pd.DataFrame, groups: Groups, persons: Floats) -> pd.DataFrame:
    """Sums of persons by group, as shares of the persons for whom each value is known."""
    one = np.ones(len(households))
    whole, _ = groups.summed(persons, np.zeros(len(households)))

    def share(values: pd.Series) -> Floats:
        known, total = groups.summed(persons, values)
        return np.where((whole > 0) & (known == whole), total / whole, np.nan)

    columns = {"group": groups.labels, "households": groups.rows(), "persons": whole}
    for name in ("overcrowded", "overcrowded_counted", "underoccupied"):
        for column, kind in zip(("_share_low", "_share_high", "_share"), _KINDS, strict=True):
            columns[f"{name}{column}"] = share(told[f"{name}_{kind}"])
    columns["single_in_one_room_share"] = share(told["single_in_one_room"])
    gap = told["adequacy_gap"]
    columns["below_adequate_share"] = share((gap > 0).astype(np.float64).where(gap.notna()))
    columns["adequacy_gap_share"] = share(gap)
    columns["spare_rooms"] = groups.summed(one, told["spare_rooms"])[1]
    known, area = groups.summed(one, _areas(households))
    people = groups.summed(one, households["household_size"])[1]
    columns["floor_area_m2_per_resident"] = np.where(known == groups.rows(), area / people, np.nan)
    return pd.DataFrame(columns | _burdens(told, groups, persons, whole))


def _burdens(told: pd.DataFrame, groups: Groups, persons: Floats, whole: Floats) -> dict[str, Floats]:
    """Shares of the persons whose rent is known, and what share of all these are; nothing without rents or incomes."""
    columns = {}
    for name in (one for one in BURDENS if f"{one}_chance" in told):
        for column, kind in zip(("_share_low", "_share_high", "_share"), _KINDS, strict=True):
            known, total = groups.summed(persons, told[f"{name}_{kind}"])
            columns[f"{name}{column}"] = np.where(known > 0, total / np.where(known > 0, known, 1.0), np.nan)
            columns[f"{name}_completeness"] = known / whole
    return columns


def _areas(households: pd.DataFrame) -> Floats:
    if "floor_area_m2" not in households:
        return np.full(len(households), np.nan)
    return households["floor_area_m2"].to_numpy(dtype=np.float64)


def _groups_of(households: pd.DataFrame, group: pd.Series | Groups) -> Groups:
    """The groups of these households. Raises InputError where they are of others."""
    same = len(group.place) == len(households) if isinstance(group, Groups) else group.index.equals(households.index)
    if not same:
        raise InputError(
            "groups of households are of other households", expected="a label for each, with the same index"
        )
    return group if isinstance(group, Groups) else Groups.of(group)
