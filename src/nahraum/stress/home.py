"""What a home has to be able to do: quiet rooms, a room to keep apart, somebody with the children, staying cool."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.households.mismatch.crowding import OPEN_FROM, rooms_usable
from nahraum.parameters import Parameters
from nahraum.stress.model import Scenario
from nahraum.stress.people import People, by_kind, sum_distribution

Floats = npt.NDArray[np.float64]
_SEVERAL = ("dwellings_3_to_6", "dwellings_7_to_12", "dwellings_13_and_more")
QUIET = ("home_office", "lessons_at_home")


@dataclass(frozen=True)
class Chances:
    """Chance to fail of each household: likely, and over what is open about dwelling and place. NaN: not known."""

    low: Floats
    likely: Floats
    high: Floats

    @staticmethod
    def unknown(n: int) -> Chances:
        """Nothing is known: anything from 0 to 1."""
        return Chances(np.zeros(n), np.full(n, np.nan), np.ones(n))

    @staticmethod
    def certain(values: Floats) -> Chances:
        """One figure without a range."""
        return Chances(values, values, values)


Rooms = tuple[Floats, Floats]
"""Rooms with the kitchen counted and no upper end of the open class; with the kitchen apart."""


def rooms_of(households: pd.DataFrame, open_from: int = OPEN_FROM) -> Rooms | None:
    """Rooms of each household at most and at least; None where they are not known."""
    if "rooms" not in households:
        return None
    apart = rooms_usable(households, "apart", open_from=open_from)
    counted = rooms_usable(households, "counted", open_from=open_from)
    return counted["high"].to_numpy(), apart["low"].to_numpy()


def quiet_rooms(rooms: Rooms | None, people: People, scenario: Scenario) -> Chances:
    """A: fewer rooms than one to live in and one for each who works or learns at home at the same time. [chance]

    Notes
        A room without its kitchen may be bedroom and place to work at once. High: kitchen apart; low: kitchen counted.
    """
    doing = [pair for what in QUIET for pair in scenario.doing(what)]
    numbers, n = [people.number(who) for who, _ in doing], people.persons.size
    if rooms is None or any(one is None for one in numbers):
        return Chances.unknown(n) if doing else Chances.certain(np.zeros(n))
    chances, known = tuple(chance for _, chance in doing), [one for one in numbers if one is not None]

    def fails(have: Floats) -> Floats:
        spare = np.minimum(have, 99.0).astype(np.int64) - 1

        def of_one(row: tuple[int, ...]) -> float:
            return float(sum_distribution(row[1:], chances, (1,) * len(chances))[row[0] + 1 :].sum())

        return np.clip(by_kind([spare, *known], of_one), 0.0, 1.0)

    low, high = (fails(have) for have in rooms)
    return Chances(low, high, high)


def isolation(rooms: Rooms | None, people: People, scenario: Scenario) -> Chances:
    """B: no room to keep apart, beside one for the others; who lives alone keeps apart anyway. [chance]

    Notes
        By rooms only: a second bath is not known. High: kitchen apart; low: kitchen counted.
    """
    alone = people.persons == 1
    if rooms is None or scenario.isolate == 0:
        known = np.where(alone, 0.0, np.nan if scenario.isolate else 0.0)
        return Chances(np.zeros(alone.size), known, np.where(np.isnan(known), 1.0, known))
    low, high = (np.where(alone, 0.0, (have < scenario.isolate + 1).astype(np.float64)) for have in rooms)
    return Chances(low, high, high)


def care(people: People, scenario: Scenario) -> Chances:
    """F: a child below 12 is at home and no adult is, as all of them work elsewhere. [chance]

    Notes
        An adult who does not work is at home; who works is there with the chance of home office.
    """
    n, chance = people.persons.size, scenario.chance("care_at_home")
    if chance == 0:
        return Chances.certain(np.zeros(n))
    if people.any_under_12 is None or people.adults is None or people.workers is None:
        return Chances.unknown(n)
    away = (1.0 - scenario.chance("home_office")) ** people.workers * (people.workers >= people.adults)
    return Chances.certain(np.where(people.adults > 0, people.any_under_12 * chance * away, 0.0))


def heated_home(households: pd.DataFrame, people: People, parameters: Parameters) -> Chances:
    """H: a home of a kind that heats up, with somebody below 6 or from 75 on; on hot days only. [chance]

    Notes
        Likely: homes under the roof, as many as stress.heat_top_floor_share of a building of so many dwellings. At
        most: all homes of the building. Storey, shade and insulation of a home are not known.
    """
    n = len(households)
    if not {"building_type", "building_year"} <= set(households.columns) or people.any_frail is None:
        return Chances.unknown(n)
    years = list(parameters.value("stress.heat_building_years"))
    under_roof = dict(zip(_SEVERAL, parameters.value("stress.heat_top_floor_share"), strict=True))
    kind, kinds = pd.factorize(households["building_type"])
    share = np.array([*(under_roof.get(str(one), np.nan) for one in kinds), np.nan])[kind]
    most = (~np.isnan(share) & households["building_year"].isin(years).to_numpy()) * people.any_frail
    return Chances(np.zeros(n), np.nan_to_num(share) * most, most)
