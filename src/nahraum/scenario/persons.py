"""Addresses as arrays: how many live there, where, what they have near home and what they lack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.frames import MICRO, to_micro
from nahraum.index import counting
from nahraum.index.means import MEANS
from nahraum.index.people import APART, LACKS, SPACE, Floats, Int64, People
from nahraum.indicators.rows import lack_values, without_stranded
from nahraum.indicators.rules import Rules
from nahraum.tables import SERVICES

Bools = npt.NDArray[np.bool_]
MEANT = MEANS
VALUES = (*MEANS, "green_m2_per_resident")
_OF_CELL = ("floor_area_m2_per_resident", "internet_offer_share")
_N_LACKS = len(LACKS) + len(APART)
_TOLD = (*(f"{name}_distance_m" for name in (*SERVICES, "green")), "green_m2_per_resident")


@dataclass(frozen=True, eq=False)
class Persons:
    """Addresses, a row each.

    quarter : number of the quarter; cell : key of the cell; micro, communal : residents, all and communal ones, in
    millionths; counted : inside the boundary and not at the edge of the data; values : `VALUES`; lacks : the four
    prerequisites and the parts of green (1, 0, a share, NaN not known).
    """

    quarter: Int64
    cell: Int64
    micro: Int64
    communal: Int64
    counted: Bools
    values: Floats
    lacks: Floats

    @staticmethod
    def one(quarter: int, row: pd.Series, cell: pd.Series) -> Persons:
        """One address by its row of `tables.ADDRESSES` and that of its cell, of which only this is known."""
        values = np.array([[float(cell[name]) if name in _OF_CELL else np.nan for name in VALUES]])
        people = (to_micro([float(row[name])]) for name in ("residents", "residents_communal"))
        micro, communal = people
        counted = np.array([bool(row["inside"]) and not bool(row["edge"])])
        where = np.array([quarter], dtype=np.int64), np.array([row["cell_key"]], dtype=np.int64)
        return Persons(*where, micro, communal, counted, values, np.full((1, _N_LACKS), np.nan))

    def column(self, name: str) -> Floats:
        """One of `VALUES`."""
        return self.values[:, VALUES.index(name)]

    def take(self, at: Int64) -> Persons:
        """Some rows, in this order."""
        return Persons(*(getattr(self, f.name)[at] for f in fields(self)))

    def where(self, there: Bools) -> Persons:
        """The rows, with nobody where an address is not there."""
        return joined(self, no_persons(int((~there).sum())), np.flatnonzero(~there))

    def standing_where(self, other: Persons) -> Persons:
        """The rows; where nobody lives, with the cell and quarter of the other rows."""
        empty = self.micro == 0
        cell, quarter = np.where(empty, other.cell, self.cell), np.where(empty, other.quarter, self.quarter)
        return Persons(quarter, cell, self.micro, self.communal, self.counted, self.values, self.lacks)

    def people(self) -> People:
        """The residents that are counted, as `index.people.judged_people` groups them."""
        communal = np.minimum(self.communal, self.micro)
        at_home = np.flatnonzero(self.counted & (self.micro > communal))
        in_care = np.flatnonzero(self.counted & (communal > 0))
        row, lacks = np.concatenate([at_home, in_care]), self.lacks[:, : len(LACKS)]
        theirs = lacks[row]
        theirs[len(at_home) :, SPACE] = np.nan
        micro = np.concatenate([(self.micro - communal)[at_home], communal[in_care]])
        return People(row, micro, theirs, self.lacks[row, len(LACKS) :])

    def values_with(self, access: Mapping[str, npt.NDArray[Any]], names: Sequence[str]) -> pd.DataFrame:
        """The rows as `indicators.address_values` has them, as far as lacks depend on them.

        Parameters
            access : columns of `tables.ACCESS` of those of the addresses that are there.
            names : ids of the rows.
        """
        place = {name: at for at, name in enumerate(names)}
        at = np.array([place[name] for name in access["address_id"].tolist()], dtype=np.int64)
        table: dict[str, Any] = {
            "cell_key": self.cell, "residents": self.micro / MICRO, "residents_communal": self.communal / MICRO,
            "counted": self.counted,
        }  # fmt: skip
        table |= {name: self.values[:, VALUES.index(name)] for name in _OF_CELL}
        for name in _TOLD:
            table[name] = np.full(len(names), np.nan)
            table[name][at] = access[name]
            status = np.full(len(names), "missing", dtype=object)
            status[at] = access[f"{name}_status"]
            table[f"{name}_status"] = pd.Series(status, dtype=object)  # else pandas makes slow strings of it
        return without_stranded(pd.DataFrame(table))


def no_persons(n: int) -> Persons:
    """Addresses where nobody lives."""
    nothing = np.zeros(n, dtype=np.int64)
    values = np.full((n, len(VALUES)), np.nan)
    return Persons(nothing, nothing, nothing, nothing, np.zeros(n, dtype=bool), values, np.full((n, _N_LACKS), np.nan))


def joined(rows: Persons, others: Persons, at: Int64) -> Persons:
    """The rows with others in place of some."""
    parts = {}
    for f in fields(Persons):
        parts[f.name] = getattr(rows, f.name).copy()
        parts[f.name][at] = getattr(others, f.name)
    return Persons(**parts)


def judged_rows_of(values: pd.DataFrame, quarter: Int64, rules: Rules) -> Persons:
    """Addresses with what they lack.

    Parameters
        values : as `indicators.address_values` or `Persons.values_with` give them.
        quarter : number of the quarter of each.
    """
    lacks = lack_values(values, rules)
    both = {name: (lacks if name in lacks else values)[name].to_numpy(dtype=np.float64) for name in VALUES}
    if "counted" in values:
        counted = values["counted"].to_numpy(dtype=bool)
    else:
        counted = values["inside"].to_numpy(dtype=bool) & ~values["edge"].to_numpy(dtype=bool)
    micro, communal = (
        to_micro(values[name].to_numpy(dtype=np.float64)) for name in ("residents", "residents_communal")
    )
    cell = values["cell_key"].to_numpy(dtype=np.int64)
    told = lacks[[*LACKS, *APART]].to_numpy(dtype=np.float64)
    return Persons(quarter, cell, micro, communal, counted, np.column_stack(list(both.values())), told)


def units_of(persons: Persons) -> tuple[Int64, Int64, Int64]:
    """The parts of cells that lie in one quarter: number of the unit of each row, quarter and cell of each unit."""
    _, cell = np.unique(persons.cell, return_inverse=True)
    n = int(persons.quarter.max(initial=0)) + 1
    pair, unit = np.unique(cell * n + persons.quarter, return_inverse=True)
    return unit.astype(np.int64), (pair % n).astype(np.int64), (pair // n).astype(np.int64)


def summed(persons: Persons, unit: Int64, n: int, whole: Int64) -> Int64:
    """Per unit the columns of `counting.unit_sums`. [millionths of a person]"""
    people = persons.people()
    columns = counting.unit_columns(people, unit[people.row], n, parts=False, whole=whole)
    return np.column_stack(list(columns.values())).astype(np.int64, copy=False)
