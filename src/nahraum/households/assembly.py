"""Whole households in whole dwellings out of weights: one table after the other, each with whole margins."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.households.contracts import CLASSES
from nahraum.households.fitting import Weights, class_sums
from nahraum.households.rounding import uniforms, whole, whole_tables
from nahraum.households.seed import Block

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_N = {name: len(classes) for name, classes in CLASSES.items()}
_TYPES, _ROOMS, _TENURES, _AREAS, _KINDS, _YEARS = 1, 2, 3, 4, 5, 6  # streams of chance
_HAND = 10
_TRACE = 1e-12


def joint(block: Block, weights: Floats) -> Floats:
    """The weights of a block as a table [areas, classes of each dimension …]; no record is quite 0."""
    shape = tuple(_N[name] for name in block.dimensions)
    table = np.zeros((weights.shape[0], int(np.prod(shape))))
    table[:, np.ravel_multi_index(tuple(block.classes), shape)] = weights + _TRACE * block.weights
    return table.reshape(weights.shape[0], *shape)


LINKS = (
    ("dwellings", "rooms", "floor_area", _AREAS),
    ("buildings", "tenure", "building_type", _KINDS),
    ("years", "building_type", "building_year", _YEARS),
)
"""Blocks that hang a dimension on one that is there already: block, parent, child, stream of chance."""


def wanted_links(absent: Collection[str]) -> tuple[tuple[str, str, str, int], ...]:
    """The links whose child somebody publishes, or hangs something published on."""
    return tuple(
        link for link in LINKS if not {link[2], *(more[2] for more in LINKS if more[1] == link[2])} <= set(absent)
    )


def assembled(
    blocks: dict[str, Block],
    weights: Weights,
    totals: Ints,
    *,
    units: Ints,
    seed: int,
    absent: Collection[str] = (),
) -> pd.DataFrame:
    """One row per household: unit (row of `units`), number in it, and a class from 1 for every dimension.

    Parameters
        absent : dimensions that nobody publishes; floor areas and buildings among them are not made.

    Notes
        Margins are rounded to whole numbers first; then size × type, × rooms, × tenure, and rooms × area, tenure ×
        building type, type × year are rounded under control, so that every margin that can be met is met. Which
        dwelling of as many rooms a household gets is chance.
    """
    of = joint(blocks["households"], weights["households"])
    n = totals.size

    def margin(block: str, name: str) -> Ints:
        return whole(class_sums(blocks[block], weights[block], name, _N[name]), totals)

    def split(table: Floats, rows: Ints, columns: Ints, stream: int) -> Ints:
        return whole_tables(table, rows, columns, seed=seed, stream=stream, ids=units)

    sizes, types = margin("households", "household_size"), margin("households", "household_type")
    by_type = split(of.sum(axis=(3, 4)), sizes, types, _TYPES).reshape(n, -1)
    rooms, tenures = margin("households", "rooms"), margin("households", "tenure")
    by_rooms = split(of.sum(axis=4).reshape(n, -1, _N["rooms"]), by_type, rooms, _ROOMS).reshape(n, -1)
    by_tenure = split(of.reshape(n, -1, _N["tenure"]), by_rooms, tenures, _TENURES)
    rows = _listed(by_tenure, units)
    for block, parent, child, stream in wanted_links(absent):
        have = np.zeros((n, _N[parent]), dtype=np.int64)
        np.add.at(have, (rows["unit"].to_numpy(), rows[parent].to_numpy() - 1), 1)
        table = split(joint(blocks[block], weights[block]), have, margin(block, child), stream)
        chance = uniforms(seed, _HAND + stream, units[rows["unit"].to_numpy()], rows["number"].to_numpy())
        rows[child] = handed_out(rows["unit"].to_numpy(), rows[parent].to_numpy() - 1, table, chance) + 1
    return rows


def _listed(counts: Ints, units: Ints) -> pd.DataFrame:
    """One row per household of a table [units, size × type × rooms, tenure], numbered within its unit."""
    shape = tuple(_N[name] for name in ("household_size", "household_type", "rooms", "tenure"))
    flat = counts.reshape(units.size, -1)
    unit, record = np.nonzero(flat)
    times = flat[unit, record]
    unit, record = np.repeat(unit, times), np.repeat(record, times)
    first = np.searchsorted(unit, unit)
    size, kind, rooms, tenure = np.unravel_index(record, shape)
    columns = {"unit": unit, "number": np.arange(unit.size) - first + 1, "household_size": size + 1}
    return pd.DataFrame(columns | {"household_type": kind + 1, "rooms": rooms + 1, "tenure": tenure + 1})


def handed_out(unit: Ints, group: Ints, table: Ints, chance: Floats) -> Ints:
    """The class of each row: those of table[unit, group] as often as it says, dealt in the order of chance."""
    order = np.lexsort((chance, group, unit))
    classes = np.tile(np.arange(table.shape[2]), table.shape[0] * table.shape[1])
    result = np.empty(unit.size, dtype=np.int64)
    result[order] = np.repeat(classes, table.reshape(-1))
    return result
