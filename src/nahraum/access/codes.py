"""Whole numbers that stand for ids and sort as the ids do, with room in between for new ones."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

_TOP = (1 << 32) - 1


class CodesExhausted(Exception):  # noqa: N818
    """No number is left between two neighbours; the codes must be given out again."""


class Codes:
    """Codes of ids. An id keeps its code for good, also when its place is closed."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._sorted = sorted(set(ids))
        gap = _TOP // (len(self._sorted) + 1)
        self._code = {name: (at + 1) * gap for at, name in enumerate(self._sorted)}
        self._id = {0: "", **{code: name for name, code in self._code.items()}}

    def code(self, name: str) -> int:
        """The code of an id, a new one where it has none yet.

        Raises
            CodesExhausted where there is no room for it.
        """
        if name in self._code:
            return self._code[name]
        at = bisect_left(self._sorted, name)
        low = self._code[self._sorted[at - 1]] if at else 0
        high = self._code[self._sorted[at]] if at < len(self._sorted) else _TOP
        if high - low < 2:
            raise CodesExhausted
        code = (low + high) // 2
        insort(self._sorted, name)
        self._code[name], self._id[code] = code, name
        return code

    def names_of(self, codes: npt.NDArray[np.int64]) -> npt.NDArray[np.object_]:
        """The ids that codes stand for; '' for 0, which is no code."""
        names = np.empty(len(codes), dtype=object)
        names[:] = list(map(self._id.__getitem__, codes.tolist()))
        return names
