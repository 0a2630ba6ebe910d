"""Ways taken apart into pairs of consecutive nodes, and each pair kept once: compiled."""

from __future__ import annotations

import numpy as np

from nahraum.compiled import compiled


@compiled
def paired(runs, at, first, second, row, way, middle):  # type: ignore[no-untyped-def]
    """Fills the two nodes, the row and the way of each pair of consecutive nodes, and marks one pair of each run.

    Parameters
        runs : of each run its row, the number of its way, its first position in `at`, its number of nodes.
        at : the nodes along all runs, as rows.
    """
    row_of, way_of, start, size = runs
    n = np.int64(0)
    for run in range(len(start)):
        if size[run] > 1:
            middle[n + (size[run] - 1) // 2] = True
        for step in range(start[run], start[run] + size[run] - 1):
            first[n], second[n] = at[step], at[step + 1]
            row[n], way[n] = row_of[run], way_of[run]
            n += 1


@compiled
def distinct(segments, oneway, newest, kept, older, ahead, back):  # type: ignore[no-untyped-def]
    """Each pair of nodes once, in order of way, then of the nodes; of several segments the first.

    Parameters
        segments : of each its two nodes, its row and its way (ascending).
        oneway : of each row 1 and -1 where it is only walked along and against its direction, else 0.
        newest : -1 for every node.
        kept, older, ahead, back : room for one number a segment. Filled are the segment of each pair, and whether
            one of its segments may be walked from the lower to the higher node, and back.

    Returns
        Number of pairs, of segments from a node to itself, whether there is a rule at all.
    """
    first, second, row, way = segments
    n, loops, is_ruled = np.int64(0), np.int64(0), False
    for s in range(len(first)):
        low, high = min(first[s], second[s]), max(first[s], second[s])
        rule = oneway[row[s]] if first[s] <= second[s] else -oneway[row[s]]
        is_ruled |= rule != 0
        if low == high:
            loops += 1
            continue
        known = newest[low]
        while known >= 0 and max(first[kept[known]], second[kept[known]]) != high:
            known = older[known]
        if known >= 0:
            ahead[known] |= rule != -1
            back[known] |= rule != 1
        else:
            kept[n], older[n], newest[low] = s, newest[low], n
            ahead[n], back[n] = rule != -1, rule != 1
            n += 1
    begin = np.int64(0)
    while begin < n:
        end = begin + 1
        while end < n and way[kept[end]] == way[kept[begin]]:
            end += 1
        _sort(first, second, kept, ahead, back, begin, end)
        begin = end
    return n, loops, is_ruled


@compiled
def _sort(first, second, kept, ahead, back, begin, end):  # type: ignore[no-untyped-def]
    """Sorts some pairs by their nodes, in place (Shell's way)."""
    for gap in (701, 301, 132, 57, 23, 10, 4, 1):
        for i in range(begin + gap, end):
            s, there, here, j = kept[i], ahead[i], back[i], i
            while j - gap >= begin and _goes_before(first, second, s, kept[j - gap]):
                kept[j], ahead[j], back[j] = kept[j - gap], ahead[j - gap], back[j - gap]
                j -= gap
            kept[j], ahead[j], back[j] = s, there, here


@compiled
def _goes_before(first, second, one, other):  # type: ignore[no-untyped-def]
    low, least = min(first[one], second[one]), min(first[other], second[other])
    if low != least:
        return low < least
    return max(first[one], second[one]) < max(first[other], second[other])
