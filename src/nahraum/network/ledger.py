"""Arrays and tables that can be put back: every change is written down with what stood there before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass
class Journal:
    """What one edit changed, in order: cells of arrays, entries of tables; enough to undo and to redo it."""

    cells: list[tuple[str, Any, Any, Any]] = field(default_factory=list)
    entries: list[tuple[str, Any, Any, Any]] = field(default_factory=list)


class Ledger:
    """Growing arrays and tables by name; changes between `begin` and `end` go into a journal.

    Rows are only ever appended, and stay where they are when an edit is undone: whoever appends also marks them
    as living, and that mark is undone.
    """

    def __init__(self) -> None:
        self.arrays: dict[str, Array] = {}
        self.sizes: dict[str, int] = {}
        self.tables: dict[str, dict[Any, Any]] = {}
        self._groups: dict[str, list[str]] = {}
        self._fill: dict[str, Any] = {}
        self._journal = Journal()

    def __getitem__(self, name: str) -> Array:
        return self.arrays[name]

    def add(self, name: str, values: Array, *, group: str, fill: Any = 0) -> None:
        """A new array; arrays of one group grow together, by rows of `fill`."""
        self.arrays[name] = values
        self._fill[name] = fill
        self._groups.setdefault(group, []).append(name)
        self.sizes[group] = len(values)

    def grow(self, group: str, n: int) -> int:
        """Room for n more rows; the position of the first."""
        first = self.sizes[group]
        self.sizes[group] = first + n
        for name in self._groups[group]:
            array = self.arrays[name]
            if first + n > len(array):
                shape = (max(len(array) // 8, n, 1024), *array.shape[1:])
                more = np.full(shape, self._fill[name], dtype=array.dtype)
                self.arrays[name] = np.concatenate([array, more])
        return first

    def set(self, name: str, at: Any, values: Any) -> None:
        """Writes cells of an array, remembering what was there."""
        array = self.arrays[name]
        old = array[at].copy() if isinstance(at, np.ndarray) else array[at]
        array[at] = values
        self._journal.cells.append((name, at, old, values))

    def note(self, name: str, at: Array, old: Array, new: Array) -> None:
        """Remembers cells that a kernel has changed already."""
        if len(at):
            self._journal.cells.append((name, at, old, new))

    def put(self, table: str, key: Any, value: Any) -> None:
        """Writes an entry of a table; None takes it away. Values are replaced, never changed in place."""
        entries = self.tables[table]
        self._journal.entries.append((table, key, entries.get(key), value))
        _write(entries, key, value)

    def begin(self) -> None:
        """A new journal."""
        self._journal = Journal()

    def end(self) -> Journal:
        """The journal since `begin`."""
        done, self._journal = self._journal, Journal()
        return done

    def undo(self, journal: Journal) -> None:
        """Back to before an edit; edits are undone in reverse order."""
        for name, at, old, _ in reversed(journal.cells):
            self.arrays[name][at] = old
        for table, key, old, _ in reversed(journal.entries):
            _write(self.tables[table], key, old)

    def redo(self, journal: Journal) -> None:
        """Forward again over an edit that has been undone."""
        for name, at, _, new in journal.cells:
            self.arrays[name][at] = new
        for table, key, _, new in journal.entries:
            _write(self.tables[table], key, new)


def _write(entries: dict[Any, Any], key: Any, value: Any) -> None:
    if value is None:
        entries.pop(key, None)
    else:
        entries[key] = value
