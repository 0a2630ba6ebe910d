"""The one primitive: seed rows in, distance rows out, over an eliminated network.

A row holds one number per lane: the cost from a node to the nearest seed of that lane (a category, a scenario).
Going up the ranks, every node hands its row to its upper neighbours; going down, it takes theirs. After these two
passes all rows are exact. Lanes are neighbours in memory, so that the processor handles many at once.

Rows of uint64 hold *labels*, `cost << 32 | owner`: the smaller label is the cheaper way, and of equal ways the lower
owner. Rows of *lists* hold the labels of the k nearest owners, in order.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nahraum.compiled import compiled
from nahraum.network.graph import BLOCKED

COST_BITS = 32
FAR = np.uint32(BLOCKED)
NO_LABEL = np.uint64(BLOCKED) << np.uint64(COST_BITS)
NARROW_FAR = 32767  # in 16 bits: two of them added still fit
OWNER_MASK = np.uint64((1 << COST_BITS) - 1)

Rows = npt.NDArray[np.uint32 | np.uint64]


@compiled
def sweep_costs(start, upper, climb, fall, rows, live):  # type: ignore[no-untyped-def]
    """Exact costs to the nearest seed of each lane, in place. [n, lanes] uint32, FAR where unreached

    Parameters
        climb, fall : what a row costs more when it is handed up along an edge, and when it is handed down.
        live : True where a row holds a seed; afterwards wherever one is reached. Other rows may hold anything.

    Notes
        Ranks are unsigned, or numba would ask of each whether it counts from the end.
    """
    n, lanes = rows.shape
    for v in range(n):
        if live[v]:
            for e in range(start[v], start[v + 1]):
                a, more = np.uint64(upper[e]), climb[e]
                if live[a]:
                    for lane in range(lanes):
                        rows[a, lane] = min(rows[a, lane], np.uint32(rows[v, lane] + more))
                else:
                    live[a] = True
                    for lane in range(lanes):
                        rows[a, lane] = min(FAR, np.uint32(rows[v, lane] + more))
    for turn in range(1, n + 1):
        low = np.uint64(n - turn)
        for e in range(start[low], start[low + np.uint64(1)]):
            a, more = np.uint64(upper[e]), fall[e]
            if live[a] and live[low]:
                for lane in range(lanes):
                    rows[low, lane] = min(rows[low, lane], np.uint32(rows[a, lane] + more))
            elif live[a]:
                live[low] = True
                for lane in range(lanes):
                    rows[low, lane] = min(FAR, np.uint32(rows[a, lane] + more))
        if not live[low]:
            for lane in range(lanes):
                rows[low, lane] = FAR


@compiled
def sweep_labels(start, upper, climb, fall, rows, live):  # type: ignore[no-untyped-def]
    """As `sweep_costs` for labels: also which seed is nearest. [n, lanes] uint64, NO_LABEL where unreached"""
    n, lanes = rows.shape
    for v in range(n):
        if live[v]:
            for e in range(start[v], start[v + 1]):
                a, more = np.uint64(upper[e]), np.uint64(climb[e]) << np.uint64(32)
                if live[a]:
                    for lane in range(lanes):
                        rows[a, lane] = min(rows[a, lane], rows[v, lane] + more)
                else:
                    live[a] = True
                    for lane in range(lanes):
                        rows[a, lane] = min(NO_LABEL, rows[v, lane] + more)
    for turn in range(1, n + 1):
        low = np.uint64(n - turn)
        for e in range(start[low], start[low + np.uint64(1)]):
            a, more = np.uint64(upper[e]), np.uint64(fall[e]) << np.uint64(32)
            if live[a] and live[low]:
                for lane in range(lanes):
                    rows[low, lane] = min(rows[low, lane], rows[a, lane] + more)
            elif live[a]:
                live[low] = True
                for lane in range(lanes):
                    rows[low, lane] = min(NO_LABEL, rows[a, lane] + more)
        if not live[low]:
            for lane in range(lanes):
                rows[low, lane] = NO_LABEL


@compiled
def sweep_lists(start, upper, climb, fall, rows, n_owners):  # type: ignore[no-untyped-def]
    """The k nearest owners of every node, in place. [n, k] labels in ascending order, each owner once, then NO_LABEL"""
    n, k = rows.shape
    seen = np.zeros(n_owners, np.int64)
    merged = np.empty(k, np.uint64)
    turn = np.int64(0)
    for v in range(n):
        if rows[v, 0] < NO_LABEL:
            for e in range(start[v], start[v + 1]):
                turn = merge_list(rows[upper[e]], rows[v], climb[e], merged, seen, turn)
    for v in range(n - 1, -1, -1):
        for e in range(start[v], start[v + 1]):
            turn = merge_list(rows[v], rows[upper[e]], fall[e], merged, seen, turn)


@compiled
def merge_list(own, other, more, merged, seen, turn):  # type: ignore[no-untyped-def]
    """Merges labels that cost `more` into a list, the k lowest of different owners. Returns the next turn."""
    k = own.size
    add = np.uint64(more) << np.uint64(32)
    if other[0] >= NO_LABEL or other[0] + add >= own[k - 1] or other[0] + add >= NO_LABEL:
        return turn
    turn += 1
    i, j, count = 0, 0, 0
    while count < k:
        mine = own[i] if i < k else NO_LABEL
        theirs = other[j] + add if j < k and other[j] < NO_LABEL else NO_LABEL
        label = min(mine, theirs)
        if label >= NO_LABEL:
            break
        if mine <= theirs:
            i += 1
        else:
            j += 1
        owner = np.int64(label & OWNER_MASK)
        if seen[owner] != turn:
            seen[owner] = turn
            merged[count] = label
            count += 1
    for i in range(k):
        own[i] = merged[i] if i < count else NO_LABEL
    return turn


@compiled
def merge_point_lists(rows, rank, cost, start, along, best, n_owners):  # type: ignore[no-untyped-def]
    """Lists of points: those of both ends of their edge, and the ways along it, merged into `best`, in place."""
    seen = np.zeros(n_owners, np.int64)
    merged, single = np.empty(best.shape[1], np.uint64), np.full(best.shape[1], NO_LABEL)
    turn = np.int64(0)
    for point in range(best.shape[0]):
        for end in range(2):
            if rank[point, end] >= 0:
                turn = merge_list(best[point], rows[rank[point, end]], cost[point, end], merged, seen, turn)
        for at in range(start[point], start[point + 1]):
            single[0] = along[at]
            turn = merge_list(best[point], single, np.uint32(0), merged, seen, turn)
