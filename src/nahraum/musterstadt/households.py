"""Households, dwellings, ages and buildings per cell, as the census would count them (before any noise)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from nahraum.musterstadt.characters import CHARACTERS
from nahraum.musterstadt.city import City
from nahraum.musterstadt.osm_buildings import home_levels
from nahraum.musterstadt.plan import Floats, Ints

# households of two to six persons and more among those of several persons: ordinary and crowded cells
_LARGER = np.array([[0.53, 0.22, 0.17, 0.06, 0.02], [0.34, 0.26, 0.23, 0.11, 0.06]])
_SIZES = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.4])
# couples without, with child, lone parents, other: of two persons, of three and more
_TYPES = np.array([[0.70, 0.00, 0.16, 0.14], [0.05, 0.69, 0.18, 0.08]])
AREA_LIMITS_M2 = np.array([30.0 + 10.0 * k for k in range(16)])
_AREA_MIDDLES_M2 = np.concatenate([[24.0], AREA_LIMITS_M2[:-1] + 4.5, [200.0]])
_M2_PER_ROOM, _SPREAD = 22.0, 0.33
_AGE_MIDDLES = np.array([9.0, 24.0, 40.0, 57.5, 75.5])
# 10-year groups in which the five age classes live
_TENS = (
    {0: 0.55, 1: 0.45}, {1: 0.17, 2: 0.83}, {3: 0.50, 4: 0.50}, {5: 0.68, 6: 0.32}, {6: 0.27, 7: 0.40, 8: 0.33},
)  # fmt: skip
_YEARS = 8
_TYPE_OF_BUILDING = {"detached": 0, "farm": 0, "semidetached_house": 1, "terrace": 2, "house": 6, "apartments": 6}


@dataclass(frozen=True)
class Households:
    """By cell of the city, in its order."""

    private: Ints
    sizes: Ints  # [n, 6] households by persons
    types: Ints  # [n, 5] one person, couples without and with child, lone parents, other
    dwellings: Ints  # [n, 17] by floor area
    rooms: Ints  # [n, 7]
    m2_per_dwelling: Floats
    ages: Ints  # [n, 5]
    tens: Ints  # [n, 9]
    mean_age: Floats
    rented: Ints
    rent_eur_m2: Floats
    vacancy_percent: Floats
    owner_percent: Floats
    building_types: Ints  # [n, 10]
    building_years: Ints  # [n, 8]

    @property
    def households(self) -> Ints:
        """Households of each cell."""
        return np.asarray(self.sizes.sum(axis=1), dtype=np.int64)


def _column(city: City, name: str) -> Floats:
    return np.array([getattr(c, name) for c in CHARACTERS], dtype=np.float64)[city.cells.character]


def _sizes(city: City, private: Ints, rng: np.random.Generator) -> Ints:
    singles = np.clip(_column(city, "singles") - 0.10 * city.cells.crowded, 0.1, 0.9)[:, None]
    shares = np.concatenate([singles, (1 - singles) * _LARGER[city.cells.crowded.astype(int)]], axis=1)
    number = np.maximum(np.rint(private / (shares @ _SIZES)), 1).astype(np.int64)
    return np.asarray(rng.multinomial(number, shares), dtype=np.int64)


def _types(sizes: Ints, rng: np.random.Generator) -> Ints:
    two, more = rng.multinomial(sizes[:, 1], _TYPES[0]), rng.multinomial(sizes[:, 2:].sum(axis=1), _TYPES[1])
    return np.concatenate([sizes[:, :1], two + more], axis=1)


def _dwellings(number: Ints, mean_m2: Floats, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Dwellings by floor area and by rooms around a mean."""
    middle = np.log(mean_m2) - _SPREAD**2 / 2
    below = ndtr((np.log(AREA_LIMITS_M2)[None, :] - middle[:, None]) / _SPREAD)
    shares = np.diff(np.concatenate([np.zeros((number.size, 1)), below, np.ones((number.size, 1))], axis=1), axis=1)
    shares = shares / shares.sum(axis=1, keepdims=True)
    rooms = np.clip(_AREA_MIDDLES_M2 / _M2_PER_ROOM, 1.0, 7.0)
    into = np.zeros((17, 7))
    low = np.minimum(np.floor(rooms), 6).astype(int)
    into[np.arange(17), low - 1] = 1 - (rooms - low)
    into[np.arange(17), low] = rooms - low
    by_area = rng.multinomial(number, shares)
    by_rooms = rng.multinomial(number, (by_area @ into + 1e-9) / (by_area @ into + 1e-9).sum(axis=1, keepdims=True))
    return by_area, by_rooms


def _ages(city: City, private: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    shares = np.array([c.ages for c in CHARACTERS])[city.cells.character]
    young = np.where(city.cells.crowded, 1.0, 0.0)[:, None] * np.array([0.05, 0.02, 0.01, -0.03, -0.05])
    ages = rng.multinomial(private, (shares + young) / (shares + young).sum(axis=1, keepdims=True))
    ages[:, 4] += city.cells.communal
    tens = np.zeros((private.size, 9), dtype=np.int64)
    for k, split in enumerate(_TENS):
        tens[:, list(split)] += rng.multinomial(ages[:, k], list(split.values()))
    return ages, tens


def _buildings(city: City, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Residential buildings by type and size, and by year of construction."""
    columns = city.plan.shape[1] + 1
    cell = np.searchsorted(city.cells.i * columns + city.cells.j, city.homes.i * columns + city.homes.j)
    character = city.cells.character[cell]
    kind = np.array([_TYPE_OF_BUILDING[c.building] for c in CHARACTERS])[character]
    dwelling_m2 = np.array([c.household_m2 for c in CHARACTERS])[character]
    flats = city.homes.footprint_m2 * home_levels(city) / 1.25 / dwelling_m2
    kind = np.where(kind == 6, 6 + (flats >= 6.5) + (flats >= 12.5), kind)
    types = np.bincount(cell * 10 + kind, minlength=city.cells.number * 10).reshape(-1, 10)
    shares = np.full((len(CHARACTERS), _YEARS), 0.02)
    for number, character_ in enumerate(CHARACTERS):
        shares[number, character_.built] += 0.70
        shares[number, min(character_.built + 1, _YEARS - 1)] += 0.14
    years = rng.multinomial(types.sum(axis=1), (shares / shares.sum(axis=1, keepdims=True))[city.cells.character])
    return types.astype(np.int64), np.asarray(years, dtype=np.int64)


def build_households(city: City) -> Households:
    """The true counts behind the census files."""
    rng, cells = city.plan.rng(14), city.cells
    private = cells.residents - cells.communal
    sizes = _sizes(city, private, rng)
    number = sizes.sum(axis=1)
    vacancy = np.round(_column(city, "vacancy_percent") * rng.uniform(0.5, 1.5, number.size), 2)
    stock = np.maximum(np.rint(number / (1 - vacancy / 100)), number).astype(np.int64)
    mean_m2 = private * cells.space_m2 / number
    by_area, by_rooms = _dwellings(stock, mean_m2, rng)
    ages, tens = _ages(city, private, rng)
    owner = np.round(np.clip(_column(city, "owner_percent") * rng.uniform(0.8, 1.2, number.size), 0, 97), 2)
    types, years = _buildings(city, rng)
    rent = _column(city, "rent_eur_m2") * rng.uniform(0.92, 1.08, number.size)
    return Households(
        private, sizes, _types(sizes, rng), by_area, by_rooms, np.round(mean_m2, 2), ages, tens,
        np.round(ages @ _AGE_MIDDLES / ages.sum(axis=1) + rng.uniform(-0.4, 0.4, number.size), 2),
        np.rint(number * (1 - owner / 100)).astype(np.int64), np.round(rent, 2), vacancy, owner, types, years,
    )  # fmt: skip
