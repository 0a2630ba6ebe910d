"""Tables of counts with their totals, as secondary suppression sees them: numbers and the sums among them."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from nahraum.errors import InputError
from nahraum.publish.attacker import TOLERANCE, Numbers

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Key = tuple[Hashable, ...]
Parents = Mapping[Hashable, Hashable]


@dataclass(frozen=True)
class Table:
    """Counts and the sums that hold among them.

    keys : what each number speaks of, one member per dimension; totals are numbers like all others.
    values : the counts, none negative.
    relations : a sum per row, 1 for the parts and -1 for the total.
    given : whether the number stands in the table; the others are known elsewhere (a city's total).
    """

    keys: tuple[Key, ...]
    values: Numbers
    relations: csr_matrix
    given: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        """Number of counts, totals included."""
        return len(self.values)


def _members(keys: Sequence[Key], place: int, parents: Parents) -> dict[Hashable, list[Hashable]]:
    """Parts of each total of one dimension, the lowest totals first; totals that no key names, too."""
    parts: dict[Hashable, list[Hashable]] = {}
    todo = list(dict.fromkeys(key[place] for key in keys))
    for member in todo:  # grows while it is walked: a total is a part of the next
        parent = parents.get(member)
        if parent is None:
            continue
        if member not in parts.setdefault(parent, []):
            parts[parent].append(member)
        if parent not in todo:
            todo.append(parent)
    return dict(sorted(parts.items(), key=lambda item: -_depth(item[0], parents)))


def _depth(member: Hashable, parents: Parents) -> int:
    """How many totals stand above a member."""
    above = [member]
    while (parent := parents.get(above[-1])) is not None:
        if parent in above:
            raise InputError("a hierarchy of areas runs in a circle", where=f"{[*above, parent]}")
        above.append(parent)
    return len(above)


class _Sums:
    """Collects numbers and sums while a table is built."""

    def __init__(self, counts: Mapping[Key, float]) -> None:
        self.values = dict(counts)
        self.given = dict.fromkeys(counts, True)
        self.rows: list[tuple[list[Key], Key]] = []

    def add(self, parts: list[Key], total: Key) -> None:
        """A total of its parts; where the table has another or none, the one that the parts add up to is known."""
        known = [part for part in parts if part in self.values]
        if not known:
            return
        added = float(sum(self.values[part] for part in known))
        if total in self.values and abs(self.values[total] - added) > TOLERANCE * max(1.0, added):
            total = (*total, "of the parts")
        if total not in self.values:
            self.values[total], self.given[total] = added, False
        self.rows.append((known, total))

    def table(self) -> Table:
        """Numbers in the order of their arrival."""
        from scipy.sparse import csr_matrix

        at = {key: place for place, key in enumerate(self.values)}
        triples = [
            (row, at[key], sign)
            for row, (parts, total) in enumerate(self.rows)
            for key, sign in (*((part, 1.0) for part in parts), (total, -1.0))
        ]
        rows, columns, signs = zip(*triples, strict=True) if triples else ((), (), ())
        shape = (len(self.rows), len(at))
        return Table(
            tuple(at),
            np.array(list(self.values.values()), dtype=np.float64),
            csr_matrix((np.array(signs, dtype=np.float64), (rows, columns)), shape=shape),
            np.array([self.given[key] for key in at], dtype=np.bool_),
        )


def table_of(counts: Mapping[Key, float], parents: Sequence[Parents]) -> Table:
    """A table of any number of dimensions, each with its hierarchy.

    Parameters
        counts : count by key, a member per dimension; unknown counts are left out, they protect nothing.
        parents : for each dimension the total that a member belongs to: {"Q1": "D1", "D1": "city", "2020": "all"}.

    Returns
        the counts, and with them every total of the hierarchy: where the table does not give it (or gives one that
        its parts do not add up to), the sum of the parts is taken as known elsewhere.

    Raises
        InputError for a negative count and for keys with another number of members than there are dimensions.
    """
    keys = list(counts)
    problems = [f"{key}: {value}" for key, value in counts.items() if not value >= 0]
    problems += [f"{key}: {len(key)} members" for key in keys if len(key) != len(parents)]
    if problems:
        raise InputError(
            "a table of counts cannot be protected", where=problems[:3],
            expected=f"counts from 0 on, with {len(parents)} members to name each",
            fix="leave unknown counts out; correct the negative ones",
        )  # fmt: skip
    sums = _Sums(counts)
    levels = [_members(keys, place, one) for place, one in enumerate(parents)]
    for place, parts_of in enumerate(levels):
        others = [
            list(dict.fromkeys([*(key[other] for key in keys), *(levels[other] if other < place else ())]))
            for other in range(len(parents))
        ]
        for total, parts in parts_of.items():  # parts before the totals that they make up
            for rest in itertools.product(*(others[:place] + others[place + 1 :])):
                named = [(*rest[:place], part, *rest[place:]) for part in parts]
                sums.add(named, (*rest[:place], total, *rest[place:]))
    return sums.table()
