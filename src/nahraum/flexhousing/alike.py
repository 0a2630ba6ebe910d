"""Households that are alike, zone by zone: what moves are looked for among, and which home suits whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nahraum.flexhousing.housed import Housed
from nahraum.flexhousing.model import Bools, Floats, Ints
from nahraum.flexhousing.moves import Classes
from nahraum.parameters import Parameters

LIMITS = ("rooms", "near", "rent")
"""How far moves are limited: rooms must fit | also within the quarter | also a rent near the old one."""
VACANT = ("quarter_id", "usable", "m2", "rent_eur", "count", "homes_for")


@dataclass(frozen=True)
class MoveRules:
    """limit : one of LIMITS, each with those before. tolerance : of the new rent above the old one. [share]"""

    limit: str
    tolerance: float
    step: float
    longest: int
    most_classes: int
    seconds: float

    @staticmethod
    def of(parameters: Parameters, limit: str, *, first_only: bool = False) -> MoveRules:
        """The rules of the study; first_only: two homes only, no chain and no larger ring."""
        number = parameters.number
        return MoveRules(
            limit, number("flexhousing.rent_tolerance"), number("flexhousing.rent_step"),
            2 if first_only else int(number("flexhousing.chain_most")), int(number("flexhousing.most_classes")),
            number("flexhousing.seconds"),
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Zone:
    """Households among which people move: all, or those of a quarter.

    members : their rows. of_member : class of each. persons, need, usable, crowded, count, m2, rent_eur : by class; m²
    and rent are means.
    """

    name: str
    members: Ints
    of_member: Ints
    persons: Ints
    need: Ints
    usable: Ints
    crowded: Bools
    count: Ints
    m2: Floats
    rent_eur: Floats


def zones_of(homes: Housed, movable: Bools, rules: MoveRules) -> list[Zone]:
    """The zones of households that may move; only those in which anybody is crowded."""
    at = np.flatnonzero(movable)
    crowded = homes.crowded
    if rules.limit == "rooms":
        parts = [("", at)]
    else:
        place, names = pd.factorize(homes.quarter[at], sort=True)
        order = np.argsort(place, kind="stable")
        bounds = np.searchsorted(place[order], np.arange(len(names) + 1))
        parts = [(str(name), at[order[bounds[k] : bounds[k + 1]]]) for k, name in enumerate(names) if name != ""]
    return [_zone(homes, name, members, crowded, rules) for name, members in parts if crowded[members].any()]


def _zone(homes: Housed, name: str, members: Ints, crowded: Bools, rules: MoveRules) -> Zone:
    rent, step = homes.rent_eur[members], rules.step
    keys = [homes.persons[members], homes.need[members], homes.usable[members], crowded[members].astype(np.int64)]
    first, of_member, count = _alike(keys)
    most = max(rules.most_classes, len(first))  # without rents there are so many
    while rules.limit == "rent":
        level = np.floor(np.log(np.maximum(rent, 1.0)) / np.log1p(step)).astype(np.int64)
        first, of_member, count = _alike([*keys, level])
        if len(first) <= most:
            break
        step *= 2.0
    persons, need, usable, is_crowded = (key[first] for key in keys)
    m2 = np.bincount(of_member, weights=np.nan_to_num(homes.m2[members]), minlength=len(first)) / count
    mean_rent = np.bincount(of_member, weights=np.nan_to_num(rent), minlength=len(first)) / count
    return Zone(name, members, of_member, persons, need, usable, is_crowded > 0, count, m2, mean_rent)


def _alike(keys: list[Ints]) -> tuple[Ints, Ints, Ints]:
    """First row of each class of rows that have the same numbers, in the order of these; class of each row; sizes."""
    code = np.zeros(len(keys[0]), dtype=np.int64)
    for key in keys:
        least = int(key.min())
        code = code * (int(key.max()) - least + 1) + (key - least)
    _, first, of_row, count = np.unique(code, return_index=True, return_inverse=True, return_counts=True)
    return first, of_row.reshape(-1), count


def merged(vacant: pd.DataFrame, rules: MoveRules) -> pd.DataFrame:
    """New homes, some of them; where neither quarter nor rent matters, those that are alike in one row."""
    some = vacant[vacant["count"] > 0]
    if rules.limit != "rooms" or len(some) <= 1:
        return some
    alike = some.groupby(["usable", "m2", "homes_for"], sort=True, dropna=False, as_index=False)
    return alike.agg({"quarter_id": "first", "rent_eur": "first", "count": "sum"})[list(VACANT)]


def classes_of(zone: Zone, new: pd.DataFrame | None, rules: MoveRules) -> tuple[Classes, Floats]:
    """Classes of a zone, then one per row of new homes, and the m² of each; without new homes rings may be made.

    Notes
        Crowded households move where nobody of them is crowded any more; others only to a smaller home that is still
        large enough; a new home is the last of a chain.
    """
    n, n_new = len(zone.count), 0 if new is None else len(new)

    def with_new(values: Ints | Floats, column: str = "") -> Floats:
        added = new[column].to_numpy(np.float64) if column and new is not None else np.zeros(n_new)
        return np.concatenate([values, added])

    persons, need, usable = with_new(zone.persons), with_new(zone.need), with_new(zone.usable, "usable")
    crowded, is_new = with_new(zone.crowded.astype(np.float64)) > 0, np.arange(n + n_new) >= n
    takes = (usable[None, :] >= need[:, None]) & (crowded[:, None] | (usable[None, :] < usable[:, None]))
    if rules.limit == "rent":
        rents = with_new(zone.rent_eur, "rent_eur")
        takes &= ~(rents[None, :] > (1.0 + rules.tolerance) * rents[:, None])
    first = with_new(np.zeros(n), "homes_for")
    takes &= (first[None, :] == 0) | (persons[:, None] <= first[None, :])
    takes[is_new, :] = ~is_new[None, :]
    count, through = with_new(zone.count, "count").astype(np.int64), is_new if new is not None else ~is_new
    return Classes(count, np.where(crowded, persons, 0.0), takes, through), with_new(zone.m2, "m2")
