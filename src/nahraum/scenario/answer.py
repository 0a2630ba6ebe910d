"""What an edit changed as arrays: column by column the addresses, the old and the new values.

An edit that was mended has its old and new numbers in its journal, so nothing is looked up twice: only these
numbers are told as values. Where that does not do – homes that are new, that lose or find the network, an edit that
was computed anew – both states are told whole and compared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nahraum.access.columns import Column
from nahraum.access.repair import COST_BITS, FAR
from nahraum.access.standing import Standing
from nahraum.access.telling import CODE_MASK, columns, kind_of, metres_of, nearest_told, share_told
from nahraum.network.graph import Float64, Int64
from nahraum.network.ledger import Journal
from nahraum.tables import ACCESS

Ids = npt.NDArray[np.object_]
Bool = npt.NDArray[np.bool_]
_COLUMNS = ACCESS.names()[1:]


@dataclass(frozen=True, eq=False)
class Difference:
    """Addresses at which a column has another value than before, in no order that means anything, with both values.

    Numbers are NaN where not known; where an address is new or gone, values are plain and None on the side on which
    it is not there.
    """

    address_ids: Ids
    old: Column
    new: Column


def differences_of(standing: Standing, journal: Journal, *, undone: bool) -> dict[str, Difference] | None:
    """What the journal of one edit says, by column of `tables.ACCESS`; None where it does not do.

    Parameters
        standing : brought to the edit, before or after.
        undone : the edit is taken back, so old is new.
    """
    numbers: dict[str, list[Any]] = {}
    if any(table == "mapped" for table, _, _, _ in journal.entries):
        return None
    for name, at, old, new in journal.cells:
        if name == "lives" or (name == "foot" and ((old < 0) != (new < 0)).any()):
            return None
        if name == "share" or name.startswith("best"):
            numbers.setdefault(name, []).append((at, new, old) if undone else (at, old, new))
    found: dict[str, Difference] = {}
    for name, cells in numbers.items():
        slots, old, new = cells[0] if len(cells) == 1 else _joined(cells[::-1] if undone else cells)
        found |= _shares(standing, slots, old, new) if name == "share" else _nearest(standing, name, slots, old, new)
    return _told(found)


def differences_between(
    ids: Ids, before: tuple[Standing, Int64], after: Callable[[], tuple[Standing, Int64]]
) -> dict[str, Difference]:
    """The same by telling both states whole.

    Parameters
        ids : the addresses that may have changed, sorted.
        before, after : a state and the slots of these addresses in it, -1 where one is not there. The second is
            asked for when the first has been told: both may be the same object, brought from one to the other.
    """
    old = _spread(*before)
    new = _spread(*after())
    return _told({column: _difference(ids, old[column], new[column]) for column in _COLUMNS})


def _nearest(standing: Standing, name: str, slots: Int64, old: Int64, new: Int64) -> dict[str, Difference]:
    """What other labels mean: another distance, another place, and where a place was or is out of reach a status."""
    problem, ids = int(name.removeprefix("best")), standing.names(slots)
    kind, codes = kind_of(problem), standing.codes[problem]
    far = np.flatnonzero(old >> COST_BITS != new >> COST_BITS)
    place, one, other = np.flatnonzero((old ^ new) & CODE_MASK), old & CODE_MASK, new & CODE_MASK
    turned = np.flatnonzero((old < FAR) != (new < FAR))
    found = {
        f"{kind}_distance_m": Difference(ids[far], metres_of(old[far]), metres_of(new[far])),
        f"{kind}_nearest_id": Difference(ids[place], codes.names_of(one[place]), codes.names_of(other[place])),
    }
    if len(turned):
        nobody, held, status = np.zeros(len(turned), dtype=bool), slots[turned], f"{kind}_distance_m_status"
        was, now = (nearest_told(standing, problem, held, label[turned], nobody)[status] for label in (old, new))
        found[status] = _difference(ids[turned], was, now)
    return found


def _shares(standing: Standing, slots: Int64, old: Float64, new: Float64) -> dict[str, Difference]:
    nobody, ids = np.zeros(len(slots), dtype=bool), standing.names(slots)
    one, other = (share_told(standing, slots, share, nobody) for share in (old, new))
    return {column: _difference(ids, one[column], other[column]) for column in one}


def _joined(cells: list[Any]) -> tuple[Int64, Any, Any]:
    """Several changes of one array as one: the first old and the last new number of each row."""
    at, old, new = (np.concatenate(parts) for parts in zip(*cells, strict=True))
    slots, first = np.unique(at, return_index=True)
    _, last = np.unique(at[::-1], return_index=True)
    return slots, old[first], new[::-1][last]


def _difference(ids: Ids, old: Column, new: Column) -> Difference:
    """Where two columns differ; NaN is like NaN."""
    at = np.flatnonzero((old != new) & ~((old != old) & (new != new)))
    return Difference(ids[at], old[at], new[at])


def _told(found: dict[str, Difference]) -> dict[str, Difference]:
    """Columns that differ at all, in the order of the table."""
    return {name: found[name] for name in _COLUMNS if name in found and len(found[name].address_ids)}


def _spread(standing: Standing, slots: Int64) -> dict[str, Ids]:
    """The columns of some addresses as plain values, None where one is not there."""
    there = np.flatnonzero(slots >= 0)
    spread = {}
    for name, values in columns(standing, slots[there]).items():
        spread[name] = np.full(len(slots), None, dtype=np.object_)
        spread[name][there] = values.astype(np.object_)
    return spread
