"""Where weights start from: assumed cross tables of households and dwellings, with a strength of association."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from nahraum.errors import InputError
from nahraum.households.contracts import (
    BAND_FIVE,
    BAND_TENS,
    BANDS,
    BUILDING_TYPES,
    BUILDING_YEARS,
    ROOMS,
    SIZES,
    TYPES,
)
from nahraum.households.members import ROLES
from nahraum.parameters import Parameters

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Block:
    """Records that are fitted together: their dimensions, their class in each of them, their weight in the seed."""

    dimensions: tuple[str, ...]
    classes: Ints
    weights: Floats


def _block(names: tuple[str, ...], joint: Floats) -> Block:
    """Every entry of a joint table above 0 as a record."""
    classes = np.array(np.nonzero(joint > 0), dtype=np.int64)
    return Block(names, classes, np.asarray(joint[tuple(classes)], dtype=np.float64))


def _associated(joint: Floats, strength: float) -> Floats:
    """A table of the same shares of rows and columns, its odds ratios raised to a power; zeros stay."""
    free = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True) / joint.sum()
    lift = np.divide(joint, free, out=np.zeros_like(joint), where=free > 0)
    return np.where(joint > 0, free * np.power(np.where(joint > 0, lift, 1.0), strength), 0.0)


def _table(parameters: Parameters, name: str, shape: tuple[int, ...]) -> Floats:
    """A cross table of the parameters. Raises InputError where its shape or a value is impossible."""
    id_ = f"households.seed.{name}"
    try:
        table = np.asarray(parameters.lookup(id_).value, dtype=np.float64)
    except (TypeError, ValueError):
        table = np.full(1, np.nan)
    if table.shape != shape or not (np.isfinite(table).all() and (table >= 0).all()) or not table.any():
        rows = " rows of ".join(str(each) for each in shape)
        raise InputError(f"parameter {id_!r} is no seed of households", expected=f"{rows} numbers from 0 on, not all 0")
    return table


def seed_blocks(parameters: Parameters, strength: float) -> dict[str, Block]:
    """The seed: dwellings (rooms, area), households (size, type, rooms, tenure), buildings, persons (role, ages).

    Parameters
        strength : exponent of the odds ratios: 1 as assumed, 0 no association, 2 twice as strong.

    Notes
        Blocks share one dimension each (rooms, tenure, building type), so that fitting one after the other is the same
        as fitting all at once, as long as the shared margin is known: the seed is a tree.
    """
    sizes = _table(parameters, "sizes", (len(SIZES),))
    by_size = _table(parameters, "types_by_size", (len(SIZES), len(TYPES)))
    rooms = sizes[:, None] * _table(parameters, "rooms_by_size", (len(SIZES), len(ROOMS)))
    owners = _table(parameters, "owners_by_rooms", (len(ROOMS),))
    tenure = rooms.sum(axis=0)[:, None] * np.stack([owners, 1.0 - owners], axis=1)
    rooms_size, rooms_tenure = _associated(rooms, strength), _associated(tenure, strength)
    of_size = rooms_size / rooms_size.sum(axis=1, keepdims=True)
    of_rooms = rooms_tenure / rooms_tenure.sum(axis=1, keepdims=True)
    joint = np.einsum("s,st,sr,ro->stro", sizes, by_size, of_size, of_rooms)
    kinds = tenure.sum(axis=0)[:, None] * _table(parameters, "building_types_by_tenure", (2, len(BUILDING_TYPES)))
    years = year_seed(parameters)
    return {
        "dwellings": _block(("rooms", "floor_area"), _associated(_areas(parameters, rooms.sum(axis=0)), strength)),
        "households": _block(("household_size", "household_type", "rooms", "tenure"), joint),
        "buildings": _block(("tenure", "building_type"), _associated(kinds, strength)),
        "years": _block(("building_type", "building_year"), _associated(kinds.sum(axis=0)[:, None] * years, strength)),
        "persons": _persons(parameters),
    }


def year_seed(parameters: Parameters) -> Floats:
    """Buildings by type and year of construction as the seed has them; only the odds ratios count."""
    return _table(parameters, "building_years_by_type", (len(BUILDING_TYPES), len(BUILDING_YEARS)))


def _areas(parameters: Parameters, rooms: Floats) -> Floats:
    """Dwellings by rooms and floor area: log-normal around a median per number of rooms; nothing is impossible."""
    middle = np.log(_table(parameters, "area_m2_by_rooms", (len(ROOMS),)))
    limits = np.log(np.arange(30.0, 190.0, 10.0))
    below = ndtr((limits[None, :] - middle[:, None]) / parameters.number("households.seed.area_spread"))
    edges = np.concatenate([np.zeros((len(ROOMS), 1)), below, np.ones((len(ROOMS), 1))], axis=1)
    return np.asarray(rooms[:, None] * np.maximum(np.diff(edges, axis=1), 1e-9))


def _persons(parameters: Parameters) -> Block:
    """Persons by role and age, with the classes of both publications of ages."""
    table = _table(parameters, "ages_by_role", (len(ROLES), len(BANDS)))
    role, band = np.nonzero(table > 0)
    classes = np.array([role, np.array(BAND_TENS)[band], np.array(BAND_FIVE)[band], band], dtype=np.int64)
    return Block(("role", "age_tens", "age_five", "band"), classes, np.asarray(table[role, band]))
