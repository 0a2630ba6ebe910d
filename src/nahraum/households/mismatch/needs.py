"""Rooms a household needs by the rule of Eurostat; as bounds where ages, sexes or couples are not known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import comb

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.households.contracts import BANDS, TYPES

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_CHILDREN, _TEENS = "age_00_09", "age_10_17"
_ADULTS = tuple(f"age_{band}" for band in BANDS[2:])
_UNDER_12 = 2 / 8  # of the eight years of the band 10 to 17, two are below 12
_GIRLS = 1 / 2
_COUPLES = ("couple_without_child", "couple_with_child")


@dataclass(frozen=True)
class Persons:
    """Who needs a room: those beside the children for sure, and the children by band.

    low, high : rooms without those of the children, over the couples that are possible.
    under_10, teens : children whose rooms follow from `children_rooms`; -1: ages are not known.
    children : persons of unknown age, each in a room of their own or two in one.
    """

    low: Ints
    high: Ints
    under_10: Ints
    teens: Ints
    children: Ints


def rooms_by_rule(
    *,
    couples: npt.ArrayLike,
    others_18_plus: npt.ArrayLike,
    under_12: npt.ArrayLike,
    girls_12_17: npt.ArrayLike,
    boys_12_17: npt.ArrayLike,
) -> Ints:
    """Rooms of a household whose persons are known. [rooms]

    Notes
        One for the household, one per couple, one per other person of 18 and more, one per two children below 12, one
        per two of 12 to 17 of the same sex, one for each of those who is left.

    References
        Eurostat, ilc_lvho05 (overcrowding rate), definition.
    """
    single = np.asarray(couples, dtype=np.int64) + np.asarray(others_18_plus, dtype=np.int64)
    shared = (np.asarray(each, dtype=np.int64) for each in (under_12, girls_12_17, boys_12_17))
    return np.asarray(1 + single + sum(-(-each // 2) for each in shared), dtype=np.int64)


@dataclass(frozen=True)
class Needs:
    """Rooms that households need: at least, at most, and by the persons who need them."""

    persons: Persons
    low: Ints
    high: Ints


def rooms_needed(households: pd.DataFrame) -> pd.DataFrame:
    """Rooms that each household needs by the rule of Eurostat, at least and at most. [rooms]

    Parameters
        households : `contracts.HOUSEHOLDS`, with household_type and age_<band> where they are known.

    Returns
        low, high by household. They differ where a child of 10 to 17 may be below 12, where sexes decide who shares
        a room, and where couples or ages are not known at all. A household of six and more counts as six.

    Raises
        InputError where sizes are impossible, types unknown, or ages do not add up to the household.
    """
    needs = needs_of(households)
    return pd.DataFrame({"low": needs.low, "high": needs.high}, index=households.index)


def needs_of(households: pd.DataFrame) -> Needs:
    """As `rooms_needed`, as arrays."""
    of = persons_of(households)
    known = of.under_10 >= 0
    least, most, _ = children_rooms(int(of.under_10.max(initial=0)), int(of.teens.max(initial=0)))
    under_10, teens = np.maximum(of.under_10, 0), np.maximum(of.teens, 0)
    low = of.low + np.where(known, least[under_10, teens], -(-of.children // 2))
    high = of.high + np.where(known, most[under_10, teens], of.children)
    return Needs(of, low, high)


def chance_of_needing_more(needs: Needs, rooms: Ints) -> Floats:
    """Chance that each household needs more than these rooms; NaN where couples or ages are open and decide. [share]

    Notes
        Children of 10 to 17 are spread evenly over the years of the band, and sexes are even; all cases are counted.
    """
    of = needs.persons
    known = (of.under_10 >= 0) & (of.low == of.high)
    under_10, teens = np.maximum(of.under_10, 0), np.maximum(of.teens, 0)
    _, _, chance = children_rooms(int(under_10.max(initial=0)), int(teens.max(initial=0)))
    at_least = np.flip(np.cumsum(np.flip(chance, axis=2), axis=2), axis=2)
    more = np.clip(np.asarray(rooms, dtype=np.int64) - of.low + 1, 0, chance.shape[2] - 1)
    sure = np.where(needs.low > rooms, 1.0, np.where(needs.high <= rooms, 0.0, np.nan))
    told = np.where(known, np.clip(at_least[under_10, teens, more], 0.0, 1.0), np.nan)
    return np.where(np.isnan(sure), told, sure)


def persons_of(households: pd.DataFrame) -> Persons:
    """The persons of each household as the rule sees them. Raises InputError as `rooms_needed`."""
    _checked(households)
    size = households["household_size"].to_numpy(dtype=np.int64)
    has_ages = {_CHILDREN, _TEENS, *_ADULTS} <= set(households.columns)
    kind = households.get("household_type")
    couple = np.zeros(size.size, dtype=bool) if kind is None else kind.isin(_COUPLES).to_numpy(dtype=bool)
    if has_ages:
        children, teens = (households[name].to_numpy(dtype=np.int64) for name in (_CHILDREN, _TEENS))
        adults = size - children - teens
        alone = np.maximum(adults - 2 * couple, 0)
        teens = np.maximum(teens - np.maximum(2 * couple - adults, 0), 0)
        high = 1 + couple + alone
        low = high if kind is not None else 1 + adults - adults // 2
        return Persons(low, high, children, teens, np.zeros_like(size))
    open_ = np.full(size.size, -1)
    if kind is None:
        pairs = size >= 2
        return Persons(2 + 0 * size, 2 + pairs, open_, open_, np.maximum(size - 1 - pairs, 0))
    return Persons(2 + 0 * size, 2 + 0 * size, open_, open_, size - 1 - couple)


@lru_cache(maxsize=64)
def children_rooms(most_under_10: int, most_teens: int) -> tuple[Ints, Ints, Floats]:
    """Rooms of children by number below 10 and of 10 to 17: at least, at most, and the chance of each number."""
    chance = np.zeros((most_under_10 + 1, most_teens + 1, most_under_10 + most_teens + 2))
    for under_10 in range(most_under_10 + 1):
        for teens in range(most_teens + 1):
            for below in range(teens + 1):
                older = teens - below
                of_ages = comb(teens, below) * _UNDER_12**below * (1 - _UNDER_12) ** older
                for girls in range(older + 1):
                    rooms = sum(-(-each // 2) for each in (under_10 + below, girls, older - girls))
                    of_sexes = comb(older, girls) * _GIRLS**girls * (1 - _GIRLS) ** (older - girls)
                    chance[under_10, teens, rooms] += of_ages * of_sexes
    possible = chance > 0
    most = possible.shape[2] - 1 - np.argmax(possible[:, :, ::-1], axis=2)
    return np.argmax(possible, axis=2).astype(np.int64), most.astype(np.int64), chance


def _checked(households: pd.DataFrame) -> None:
    """Raises InputError with all problems of the persons of households."""
    if "household_size" not in households:
        raise InputError("households have no column household_size", expected="persons of each household, 1 or more")
    size = households["household_size"]
    problems = []
    if bad := int((size < 1).sum()):
        problems.append(f"{bad} households of fewer than one person")
    if "household_type" in households:
        unknown = sorted(set(map(str, households["household_type"].unique())) - set(TYPES))
        problems += [f"household_type holds {unknown[:3]}"] if unknown else []
    ages = [name for name in (_CHILDREN, _TEENS, *_ADULTS) if name in households]
    if len(ages) == len(BANDS):
        persons = households[ages].to_numpy(dtype=np.int64)
        odd = int((persons.sum(axis=1) != size.to_numpy()).sum())
        problems += [f"ages of {odd} households are not those of all their persons"] if odd else []
        if (persons < 0).any():
            problems.append("ages hold negative numbers of persons")
    if problems:
        raise InputError(
            "rooms that households need cannot be told", where=problems,
            expected=f"persons from 1 on, age_<band> that add up to them, a type of {', '.join(TYPES)}",
            fix="make the households again with nahraum.synthetic_households",
        )  # fmt: skip
