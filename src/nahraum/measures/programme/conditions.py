"""Conditions: what must be chosen for one part of a prerequisite to be there; equal ones are one.

A condition holds when the sum of whole coefficients of the chosen sites reaches what is needed. A shop comes within
reach: 1 for each shop, 1 needed. A shop is lost: -1 for each site that takes it away, 0 needed. Enough m² of green:
the m² per resident that each site brings or takes [millionths], against what is missing. Offered internet: the share
of households that each site connects [millionths], against the share without; there the part counts, not all or
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nahraum.frames import MICRO
from nahraum.measures.model import PARTS, Bools, Demand, Effects, Floats, Int64
from nahraum.measures.programme.merging import same_sets, slices
from nahraum.tables import SERVICES

GREEN_ACCESS, GREEN_M2, INTERNET = (PARTS.index(name) for name in ("green_access", "green_m2", "internet"))
N_SERVICES = len(SERVICES)


@dataclass(frozen=True, eq=False)
class Conditions:
    """Sparse by condition: `site` and `coef` from `start[c]` to `start[c + 1]`, sites rising.

    need : sum at which it holds. amount : whether its part counts (internet).
    """

    start: Int64
    site: Int64
    coef: Int64
    need: Int64
    amount: Bools

    def __len__(self) -> int:
        return len(self.need)

    def of_entry(self) -> Int64:
        """The condition of each entry."""
        return np.repeat(np.arange(len(self.need)), np.diff(self.start))

    def levels(self, chosen: Bools) -> Floats:
        """1 where a condition holds, 0 where not, the part where the part counts."""
        sums = np.zeros(len(self.need), dtype=np.int64)
        np.add.at(sums, self.of_entry(), self.coef * chosen[self.site])
        part = np.clip(sums / np.where(self.amount, self.need, 1), 0.0, 1.0)
        return np.where(self.amount, part, (sums >= self.need).astype(np.float64))


@dataclass(frozen=True, eq=False)
class RowParts:
    """What can change at a row of `Demand`: one record per (row, part), and its condition (-1: never, -2: always)."""

    row: Int64
    part: Int64
    condition: Int64


@dataclass(frozen=True, eq=False)
class _Long:
    """What sites do: (row, part, site, coef), sorted; and what each (row, part) needs."""

    row: Int64
    part: Int64
    site: Int64
    coef: Int64


NEVER, ALWAYS = -1, -2


def had(demand: Demand) -> Bools:
    """Which services, and last access to green, are known to be there: row × part."""
    return np.asarray(np.column_stack([demand.within, demand.green_access]) == 1.0)


def missing_m2(demand: Demand) -> Int64:
    """m² per resident that a row misses; negative is to spare. [millionths] What is not known is taken as 0 here."""
    return np.rint((asked_m2(demand) - np.nan_to_num(demand.green_m2)) * MICRO).astype(np.int64)


def asked_m2(demand: Demand) -> float:
    """m² per resident that the standard asks for; 0 where it asks for none."""
    return float(np.nan_to_num(demand.green_m2_needed, nan=0.0))


def conditions_of(demand: Demand, effects: Effects) -> tuple[Conditions, RowParts]:
    """All conditions that sites can change, equal ones merged, and where they stand."""
    table = _long(demand, effects)
    key = table.row * len(PARTS) + table.part
    first = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else np.empty(0, dtype=np.int64)
    start = np.append(first, len(key)).astype(np.int64)
    row, part = table.row[first], table.part[first]
    need = _needs(demand, row, part)
    coef, need, fixed = _canonical(table.coef, need, start, part)
    found, of_group = _merged(Conditions(start, table.site, coef, need, part == INTERNET), fixed == 0)
    return found, RowParts(row, part, np.where(fixed != 0, fixed, of_group))


def without_sites(conditions: Conditions, unused: Bools) -> tuple[Conditions, Int64]:
    """The same conditions where some sites are never built, in their simplest form, and which are fixed by that
    (`NEVER`, `ALWAYS`, else 0)."""
    kept = ~unused[conditions.site]
    start = np.concatenate([[0], np.cumsum(kept)])[conditions.start].astype(np.int64)
    part = np.where(conditions.amount, INTERNET, 0)
    coef, need, fixed = _canonical(conditions.coef[kept], conditions.need, start, part)
    fixed = np.where((np.diff(start) == 0) & conditions.amount, NEVER, fixed)
    return Conditions(start, conditions.site[kept], coef, need, conditions.amount), fixed


def _long(demand: Demand, effects: Effects) -> _Long:
    site = np.repeat(np.arange(len(effects.site_ids)), np.diff(effects.start))
    row, change = effects.row, np.nan_to_num(effects.change)
    here = had(demand)
    parts: list[tuple[Int64, int, Int64, Int64]] = []
    for part in (*range(N_SERVICES), GREEN_ACCESS):
        does = change[:, part]
        taken = np.flatnonzero(np.where(here[row, part], does < 0, does > 0))
        parts.append((row[taken], part, site[taken], np.where(here[row[taken], part], -1, 1)))
    m2 = np.rint(change[:, GREEN_M2] * MICRO).astype(np.int64) * (asked_m2(demand) > 0)
    m2[np.isnan(demand.green_m2)[row]] = 0  # not known stays not known
    parts.append((row[m2 != 0], GREEN_M2, site[m2 != 0], m2[m2 != 0]))
    offer = np.maximum(np.rint(-change[:, INTERNET] * MICRO), 0).astype(np.int64)
    offer[~(demand.internet[row] > 0)] = 0
    parts.append((row[offer > 0], INTERNET, site[offer > 0], offer[offer > 0]))
    rows = np.concatenate([one[0] for one in parts])
    which = np.concatenate([np.full(len(one[0]), one[1]) for one in parts])
    sites, coefs = (np.concatenate([one[at] for one in parts]) for at in (2, 3))
    order = np.lexsort((sites, which, rows))
    return _Long(rows[order], which[order].astype(np.int64), sites[order], coefs[order].astype(np.int64))


def _needs(demand: Demand, row: Int64, part: Int64) -> Int64:
    """What each (row, part) needs: 1 to come within reach, 0 to stay there, the m² that miss, the share without."""
    need = (~had(demand)[row, np.minimum(part, GREEN_ACCESS)]).astype(np.int64)
    share = np.rint(np.nan_to_num(demand.internet) * MICRO).astype(np.int64)
    return np.where(part == GREEN_M2, missing_m2(demand)[row], np.where(part == INTERNET, share[row], need))


def _canonical(coef: Int64, need: Int64, start: Int64, part: Int64) -> tuple[Int64, Int64, Int64]:
    """The same conditions in their simplest form, and which are fixed (`NEVER`, `ALWAYS`, else 0).

    A coefficient above what is needed is cut where none is negative. Where each site alone is enough, or each alone
    breaks it, coefficients are 1 or -1.
    """
    group = np.repeat(np.arange(len(need)), np.diff(start))
    gain, loss = np.zeros((2, len(need)), dtype=np.int64)
    np.add.at(gain, group, np.maximum(coef, 0))
    np.add.at(loss, group, np.minimum(coef, 0))
    amount = part == INTERNET
    fixed = np.where(~amount & (gain < need), NEVER, np.where(~amount & (loss >= need), ALWAYS, 0))
    positive = (loss == 0) & (need > 0)
    coef = np.where(positive[group], np.minimum(coef, need[group]), coef)
    each_enough = positive & ~amount & (_least(coef, group, len(need)) >= need)
    each_breaks = (gain == 0) & (need <= 0) & (_most(coef, group, len(need)) < need)
    coef = np.where(each_enough[group], 1, np.where(each_breaks[group], -1, coef))
    return coef, np.where(each_enough, 1, np.where(each_breaks, 0, need)), fixed


def _least(values: Int64, group: Int64, n: int) -> Int64:
    found = np.full(n, np.iinfo(np.int64).max)
    np.minimum.at(found, group, values)
    return found


def _most(values: Int64, group: Int64, n: int) -> Int64:
    return -_least(-values, group, n)


def _merged(conditions: Conditions, kept: Bools) -> tuple[Conditions, Int64]:
    """The kept conditions, equal ones once, and the number of each in the result (-1 where not kept)."""
    few = taken(conditions, np.flatnonzero(kept))
    first, of_few = same_sets(few.start, (few.site, few.coef), (few.need, few.amount.astype(np.int64)))
    of_group = np.full(len(kept), -1, dtype=np.int64)
    of_group[kept] = of_few
    return taken(few, first), of_group


def taken(conditions: Conditions, which: Int64) -> Conditions:
    """Some conditions, in the given order."""
    start, at = slices(conditions.start, which)
    return Conditions(start, conditions.site[at], conditions.coef[at], conditions.need[which], conditions.amount[which])
