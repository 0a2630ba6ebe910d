"""Whole households in whole dwellings out of weights: one table after the other, each with whole margins."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.compiled import compiled
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
_MANY = 64  # rows that are sorted one into the other at most


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
        have = counted(rows["unit"].to_numpy(), rows[parent].to_numpy() - 1, (n, _N[parent]))
        table = split(joint(blocks[block], weights[block]), have, margin(block, child), stream)
        chance = uniforms(seed, _HAND + stream, units[rows["unit"].to_numpy()], rows["number"].to_numpy())
        rows[child] = handed_out(rows["unit"].to_numpy(), rows[parent].to_numpy() - 1, table, chance) + 1
    return rows


def counted(unit: Ints, group: Ints, shape: tuple[int, ...]) -> Ints:
    """How many rows each unit has of each group. [units, groups]"""
    found = np.bincount(unit * shape[1] + group, minlength=shape[0] * shape[1])
    return np.asarray(found, dtype=np.int64).reshape(shape)


def _listed(counts: Ints, units: Ints) -> pd.DataFrame:
    """One row per household of a table [units, size × type × rooms, tenure], numbered within its unit."""
    shape = tuple(_N[name] for name in ("household_size", "household_type", "rooms", "tenure"))
    flat = counts.reshape(units.size, -1)
    unit, record = np.nonzero(flat)
    times = flat[unit, record]
    unit, record = np.repeat(unit, times), np.repeat(record, times)
    per_unit = flat.sum(axis=1)
    first = np.repeat(np.cumsum(per_unit) - per_unit, per_unit)
    size, kind, rooms, tenure = np.unravel_index(record, shape)
    columns = {"unit": unit, "number": np.arange(unit.size) - first + 1, "household_size": size + 1}
    return pd.DataFrame(columns | {"household_type": kind + 1, "rooms": rooms + 1, "tenure": tenure + 1})


def handed_out(unit: Ints, group: Ints, table: Ints, chance: Floats) -> Ints:
    """The class of each row: those of table[unit, group] as often as it says, dealt in the order of chance.

    Parameters
        unit : in order. table : [units, groups, classes], in each unit and group as many as there are rows.
    """
    if (table.sum(axis=2) != counted(unit, group, table.shape[:2])).any():
        raise ValueError("classes to hand out are not as many as the rows of every unit and group")
    result = np.empty(unit.size, dtype=np.int64)
    first = np.searchsorted(unit, np.arange(table.shape[0] + 1))
    _deal(first, np.ascontiguousarray(group), np.ascontiguousarray(table), chance, result)
    return result


@compiled
def _deal(first: Ints, group: Ints, table: Ints, chance: Floats, result: Ints) -> None:
    """Unit by unit: rows by group, those of a group in the order of chance (ties as they come), then the classes."""
    n_groups = table.shape[1]
    begin, order = np.zeros(n_groups + 1, dtype=np.int64), np.zeros(result.size, dtype=np.int64)
    for unit in range(table.shape[0]):
        rows = range(first[unit], first[unit + 1])
        begin[:] = 0
        for row in rows:
            begin[group[row] + 1] += 1
        for g in range(n_groups):
            begin[g + 1] += begin[g]
        for row in rows:
            order[begin[group[row]]] = row
            begin[group[row]] += 1
        past = 0  # begin is now where the next group begins
        for g in range(n_groups):
            _sort(order[past : begin[g]], chance)
            for k in range(table.shape[2]):
                for _ in range(table[unit, g, k]):
                    result[order[past]] = k
                    past += 1


@compiled
def _sort(rows: Ints, chance: Floats) -> None:
    """Rows in the order of their chance, in place; ties stay as they are."""
    if rows.size > _MANY:
        rows[:] = rows[np.argsort(chance[rows], kind="mergesort")]
        return
    for at in range(1, rows.size):
        row, place = rows[at], at
        while place > 0 and chance[rows[place - 1]] > chance[row]:
            rows[place] = rows[place - 1]
            place -= 1
        rows[place] = row
