"""Patterns: which conditions together make a prerequisite met; people for whom they are the same are one pattern."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nahraum.measures.lacking import lacks_by, parts_of
from nahraum.measures.model import Bools, Demand, Effects, Floats, Int64
from nahraum.measures.programme.conditions import (
    ALWAYS,
    GREEN_ACCESS,
    GREEN_M2,
    INTERNET,
    N_SERVICES,
    NEVER,
    Conditions,
    RowParts,
    asked_m2,
    conditions_of,
    had,
    missing_m2,
)
from nahraum.measures.programme.merging import same_sets, slices
from nahraum.tables import PREREQUISITES, SERVICES

GREEN, NET, SUPPLY = (PREREQUISITES.index(name) for name in ("green", "internet", "supply"))


@dataclass(frozen=True, eq=False)
class Patterns:
    """Sparse by pattern: `condition` and `must` from `start[p]` to `start[p + 1]`.

    least : so many of its conditions must hold, and all that must. amount : whether its part counts (internet).
    """

    start: Int64
    condition: Int64
    must: Bools
    least: Int64
    amount: Bools

    def __len__(self) -> int:
        return len(self.least)

    def of_entry(self) -> Int64:
        """The pattern of each entry."""
        return np.repeat(np.arange(len(self.least)), np.diff(self.start))

    def met(self, levels: Floats) -> Floats:
        """1 where a pattern is met, 0 where not, the part where the part counts."""
        level, of_entry = levels[self.condition], self.of_entry()
        holding, broken = np.zeros((2, len(self.least)))
        np.add.at(holding, of_entry, level)
        np.add.at(broken, of_entry, self.must & (level < 1.0))
        whole = ((holding >= self.least) & (broken == 0)).astype(np.float64)
        return np.where(self.amount, holding, whole)


@dataclass(frozen=True, eq=False)
class Pairs:
    """Person × prerequisite that some plan can change: a row of `Demand`, which prerequisite, by which pattern.

    prerequisite : number in `PREREQUISITES`. lacking : whether it is lacked before (else it could be lost).
    people : how many persons are concerned; for internet the share without the offer. [persons]
    """

    row: Int64
    prerequisite: Int64
    pattern: Int64
    lacking: Bools
    people: Floats

    def __len__(self) -> int:
        return len(self.row)


def lacks_before(demand: Demand) -> Floats:
    """What a row is known to lack: row × `PREREQUISITES`; 1, 0, a share for internet, NaN not known."""
    return lacks_by(demand, parts_of(demand))


def patterns_of(demand: Demand, effects: Effects) -> tuple[Conditions, Patterns, Pairs]:
    """The rules of every changeable lack as conditions and patterns, and the people they are about."""
    conditions, parts = conditions_of(demand, effects)
    before = lacks_before(demand)
    blocks = [_supply(demand, parts), _green(demand, parts), _internet(demand, parts)]
    told = [_block(block, before[:, block.prerequisite]) for block in blocks]
    row, prerequisite, least, length, entry, must = (np.concatenate([one[at] for one in told]) for at in range(6))
    start = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    amount = prerequisite == NET
    first, of_pair = same_sets(start, (entry, must.astype(np.int64)), (least, amount.astype(np.int64)))
    new, at = slices(start, first)
    patterns = Patterns(new, entry[at], must[at].astype(bool), least[first], amount[first])
    lacking = before[row, prerequisite] > 0
    share = np.where(amount, before[row, prerequisite], 1.0)
    return conditions, patterns, Pairs(row, prerequisite, of_pair, lacking, demand.residents[row] * share)


@dataclass(frozen=True, eq=False)
class _Block:
    """One prerequisite: changeable parts per row, how many must hold, which must; rows that can be met at all."""

    prerequisite: int
    row: Int64
    condition: Int64
    must: Bools
    least: Int64  # by row of `Demand`
    possible: Bools  # by row of `Demand`


def _supply(demand: Demand, parts: RowParts) -> _Block:
    here = had(demand)
    mine = parts.part < N_SERVICES
    row, part, condition = parts.row[mine], parts.part[mine], parts.condition[mine]
    stays = here[:, :N_SERVICES].copy()
    stays[row, part] = False
    gettable = stays.copy()
    gettable[row, part] = condition != NEVER
    stays[row, part] = condition == ALWAYS
    food = [SERVICES.index(name) for name in demand.needed]
    least = demand.least - stays.sum(axis=1)
    possible = gettable[:, food].all(axis=1) & (gettable.sum(axis=1) >= demand.least)
    open_ = condition >= 0
    return _Block(
        SUPPLY, row[open_], condition[open_], np.isin(part[open_], food), least, np.asarray(possible, dtype=bool)
    )


def _green(demand: Demand, parts: RowParts) -> _Block:
    n = len(demand.row)
    holds: Bools = np.column_stack([had(demand)[:, GREEN_ACCESS], missing_m2(demand) <= 0])
    if asked_m2(demand) > 0:
        holds[:, 1] &= ~np.isnan(demand.green_m2)
    mine = (parts.part == GREEN_ACCESS) | (parts.part == GREEN_M2)
    row, which, condition = parts.row[mine], parts.part[mine] - GREEN_ACCESS, parts.condition[mine]
    holds[row, which] = condition != NEVER
    open_ = condition >= 0
    least = np.zeros(n, dtype=np.int64)
    np.add.at(least, row[open_], 1)
    everything = np.ones(int(open_.sum()), dtype=bool)
    return _Block(GREEN, row[open_], condition[open_], everything, least, np.asarray(holds.all(axis=1)))


def _internet(demand: Demand, parts: RowParts) -> _Block:
    mine = (parts.part == INTERNET) & (parts.condition >= 0)
    row, condition = parts.row[mine], parts.condition[mine]
    n = len(demand.row)
    return _Block(NET, row, condition, np.ones(len(row), bool), np.ones(n, np.int64), np.ones(n, bool))


def _block(block: _Block, before: Floats) -> tuple[Int64, Int64, Int64, Int64, Int64, Int64]:
    """Rows whose lack is known and can change, and their entries in the simplest form."""
    n = len(before)
    must_count, count = np.zeros((2, n), dtype=np.int64)
    np.add.at(count, block.row, 1)
    np.add.at(must_count, block.row, block.must)
    least, possible = np.maximum(block.least, must_count), block.possible
    wanted = (count > 0) & possible & ~np.isnan(before) & (least > 0)
    idle = (least <= must_count)[block.row] & ~block.must  # those that must are enough
    entry = wanted[block.row] & ~idle
    row, condition = block.row[entry], block.condition[entry]
    kept = np.zeros(n, dtype=np.int64)
    np.add.at(kept, row, 1)
    must = block.must[entry] | (least >= kept)[row]
    order = np.lexsort((condition, row))
    rows = np.flatnonzero(kept > 0)
    whole = np.full(len(rows), block.prerequisite, dtype=np.int64)
    return rows, whole, least[rows], kept[rows], condition[order], must[order].astype(np.int64)
