"""Nodes along ways: which there are, and where a way is cut because one is missing; compiled."""

from __future__ import annotations

import numpy as np

from nahraum.compiled import compiled


@compiled
def unbroken(start, at, known, runs, used):  # type: ignore[no-untyped-def]
    """Fills the unbroken runs of known nodes of all ways, and marks the nodes that stand in one.

    Parameters
        start, at : the nodes of way i are `at[start[i]:start[i + 1]]`; `known` tells of which there is a position.
        runs : room for the way of each run, its part of that way (0, 1, …), its first position in `at`, its length
            (at least 2).

    Returns
        Number of runs.
    """
    row, part, first, size = runs
    n = 0
    for way in range(len(start) - 1):
        step, end, count = start[way], start[way + 1], 0
        while step < end:
            begin = step
            while step < end and known[at[step]]:
                step += 1
            if step - begin > 1:
                row[n], part[n], first[n], size[n] = way, count, begin, step - begin
                n, count = n + 1, count + 1
                for place in range(begin, step):
                    used[at[place]] = True
            step += 1
    return n


@compiled
def ranked(values, order, different, place):  # type: ignore[no-untyped-def]
    """Fills the different values, ascending, and the place of each value among them; `order` sorts the values.

    Returns
        Number of different values.
    """
    n = 0
    for row in order:
        if n == 0 or values[row] != different[n - 1]:
            different[n] = values[row]
            n += 1
        place[row] = n - 1
    return n


def rehearse() -> None:
    """Compiles the kernels, so that the first file need not wait for it."""
    ids, at = np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int32)
    n = ranked(ids, np.arange(2), ids.copy(), at)
    runs = tuple(np.empty(1, dtype=np.int32) for _ in range(4))
    unbroken(np.array([0, 2]), at, np.ones(n, dtype=bool), runs, np.zeros(n, dtype=bool))
