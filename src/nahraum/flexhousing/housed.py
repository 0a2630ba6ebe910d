"""Households as the lab sees them: how many rooms each has and needs, at which rent, in which quarter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.flexhousing.model import READINGS, Bools, Floats, Ints, Names
from nahraum.households.contracts import BANDS
from nahraum.households.mismatch import rooms_needed, rooms_usable

_MINORS = ("00_09", "10_17")
_OLDER = ("60_64", "65_69", "70_79", "80_plus")
_YOUNG = ("18_19", "20_29")
_COUPLES = ("couple_with_child", "couple_without_child", "")  # '': not known, so that it may be one
_FAMILIES = ("couple_with_child", "lone_parent")


@dataclass(frozen=True, eq=False)
class Housed:
    """One entry per household, in the order of the table.

    table : the households. quarter : id of the quarter, '' for none. persons : six stands for six and more.
    need, usable : rooms without the kitchen. A person alone needs one room here: Eurostat's second one is told apart.
    tenant : rents, or tenure is not known. rent_eur : net cold rent per month; NaN not known.
    family : minors live there, as far as the census tells. reading : low or high, how open needs are read. exchanges :
    the best rings, once they were looked for (`effects`).
    """

    table: pd.DataFrame
    quarter: Names
    persons: Ints
    need: Ints
    usable: Ints
    m2: Floats
    rent_eur: Floats
    tenant: Bools
    family: Bools
    reading: str
    exchanges: dict[str, Any] = field(default_factory=dict, repr=False)

    @staticmethod
    def of(households: pd.DataFrame, reading: str = "low", *, kitchen: str = "apart") -> Housed:
        """The households of a table in the shape of `households.contracts.HOUSEHOLDS`, with quarter_id.

        Raises
            InputError without rooms: who is crowded is then not known, and nothing is invented.
        """
        if "rooms" not in households.columns:
            raise InputError(
                "the housing lab needs the rooms of dwellings", where="the households have no column 'rooms'",
                expected="the census table of dwellings by number of rooms", fix="[sources.topics] rooms = …",
            )  # fmt: skip
        if reading not in READINGS:
            raise InputError(f"needs are not read as {reading!r}", expected=" or ".join(READINGS))
        persons = households["household_size"].to_numpy(dtype=np.int64)
        need = rooms_needed(households)[reading].to_numpy(dtype=np.int64)
        usable = rooms_usable(households, kitchen)["low"].to_numpy(dtype=np.int64)
        m2 = _numbers(households, "floor_area_m2")
        tenure = _words(households, "tenure")
        return Housed(
            households, _words(households, "quarter_id"), persons, np.where(persons == 1, 1, need), usable, m2,
            _numbers(households, "net_cold_rent_eur_m2") * m2, tenure != "owner", _families(households), reading,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.persons)

    @property
    def crowded(self) -> Bools:
        """Households of two and more persons with fewer rooms than they need."""
        return np.asarray((self.usable < self.need) & (self.persons > 1))

    @property
    def spare(self) -> Ints:
        """Rooms beyond the need."""
        return np.asarray(np.maximum(self.usable - self.need, 0))

    def with_ages(self, bands: tuple[str, ...]) -> Bools | None:
        """Households with a person of these ages; None where ages are not known."""
        columns = [f"age_{band}" for band in bands]
        if not set(columns) <= set(self.table.columns):
            return None
        return np.asarray(self.table[columns].to_numpy().sum(axis=1) > 0)

    @property
    def older_only(self) -> Bools | None:
        """Households in which everybody is 60 or older; None where ages are not known."""
        others = self.with_ages(tuple(band for band in BANDS if band not in _OLDER))
        return None if others is None else ~others

    @property
    def rents_known(self) -> bool:
        """Whether the rent of any household is known."""
        return not bool(np.isnan(self.rent_eur).all())

    @property
    def areas_known(self) -> bool:
        """Whether the floor area of any home is known."""
        return not bool(np.isnan(self.m2).all())

    @property
    def young_adult(self) -> Bools | None:
        """Households that somebody of 18 to 29 could leave: an adult beside the couple or the lone parent.

        None where ages are not known. A couple, or a household whose type is not known, needs a third adult.
        """
        found = self.with_ages(_YOUNG)
        if found is None:
            return None
        adults = self.table[[f"age_{band}" for band in BANDS if band not in _MINORS]].to_numpy().sum(axis=1)
        couple = np.isin(_words(self.table, "household_type"), _COUPLES)
        return np.asarray(found & (adults > np.where(couple, 2, 1)))


def _numbers(table: pd.DataFrame, column: str) -> Floats:
    if column not in table.columns:
        return np.full(len(table), np.nan)
    return table[column].to_numpy(dtype=np.float64, na_value=np.nan)


def _words(table: pd.DataFrame, column: str) -> Names:
    if column not in table.columns:
        return np.full(len(table), "", dtype=object)
    return table[column].fillna("").astype(str).to_numpy(dtype=object)


def _families(households: pd.DataFrame) -> Bools:
    """With minors by age; where ages are not known, couples with child and lone parents."""
    columns = [f"age_{band}" for band in _MINORS]
    if set(columns) <= set(households.columns):
        return np.asarray(households[columns].to_numpy().sum(axis=1) > 0)
    return np.asarray(np.isin(_words(households, "household_type"), _FAMILIES))
