"""Kernels: an area grows, and gets better by single units and pairs of them.

`net` are the borders in both directions (`borders.neighbour_lists`) and the outline of each unit: start, other,
shared_mm, is_open, outer_mm. `values` are six whole numbers per unit: residents, judged, people, need [1e-6],
ground [cm²], and the outline [mm]. `state` is inside (0, 1), shared_mm with the area, open neighbours in the area,
and the totals of the area, the outline being that of the whole area.
"""

from __future__ import annotations

import numpy as np

from nahraum.compiled import compiled
from nahraum.index.funding.state_kernels import better, put, score, totals_with, within

_PATIENCE = 40
_PASSES = 300


@compiled
def grow(may, net, values, limits, state):  # type: ignore[no-untyped-def]
    """Adds the neighbour with the best objective, again and again, and keeps the best area met on the way."""
    start, other, _, is_open, _ = net
    inside, _, doors, totals = state
    n, room = len(inside), np.empty(6, np.int64)
    order, listed, front = np.empty(n, np.int64), np.zeros(n, np.uint8), np.empty(n, np.int64)
    length, n_front, kept = 0, 0, 0
    for unit in range(n):
        if not inside[unit] and may[unit] and doors[unit] > 0:
            front[n_front], listed[unit] = unit, 1
            n_front += 1
    best_missed, best_value, compact = score(totals, limits)
    while length - kept < _PATIENCE or best_missed > 0:
        chosen, chosen_value, at = -1, -1.0, -1
        for k in range(n_front):
            unit = front[k]
            totals_with(unit, 1, values, state, room)
            if not within(room, limits):
                continue
            _, value, then = score(room, limits)
            if then < limits[4] and then < compact:
                continue
            if value > chosen_value or (value == chosen_value and unit < chosen):
                chosen, chosen_value, at = unit, value, k
        if chosen < 0:
            break
        put(chosen, 1, net, values, state)
        n_front -= 1
        front[at] = front[n_front]
        order[length] = chosen
        length += 1
        for row in range(start[chosen], start[chosen + 1]):
            unit = other[row]
            if is_open[row] and may[unit] and not inside[unit] and not listed[unit]:
                front[n_front], listed[unit] = unit, 1
                n_front += 1
        missed, value, compact = score(totals, limits)
        if better(missed, value, best_missed, best_value):
            best_missed, best_value, kept = missed, value, length
    for k in range(length - 1, kept - 1, -1):
        put(order[k], -1, net, values, state)


@compiled
def articulations(members, count, net, inside, scratch, needed):  # type: ignore[no-untyped-def]
    """Marks in `needed` the members without which the area would fall apart (Tarjan's depth-first numbers)."""
    start, other, _, is_open, _ = net
    number, low, above, at = scratch
    for k in range(count):
        unit = members[k]
        number[unit], needed[unit], at[unit] = 0, 0, start[unit]
    root = members[0]
    clock, unit, branches = 1, root, 0
    number[root], low[root], above[root] = 1, 1, -1
    while unit >= 0:
        if at[unit] < start[unit + 1]:
            row = at[unit]
            at[unit] += 1
            to = other[row]
            if not is_open[row] or not inside[to]:
                continue
            if number[to] == 0:
                clock += 1
                number[to], low[to], above[to] = clock, clock, unit
                branches += unit == root
                unit = to
            elif to != above[unit]:
                low[unit] = min(low[unit], number[to])
        else:
            up = above[unit]
            if up >= 0:
                low[up] = min(low[up], low[unit])
                if up != root and low[unit] >= number[up]:
                    needed[up] = 1
            unit = up
    needed[root] = 1 if branches > 1 else 0
    return clock == count


@compiled
def listed(may, state, members, front):  # type: ignore[no-untyped-def]
    """The members of the area and the units beside it, and how many they are."""
    inside, doors = state[0], state[2]
    n_members, n_front = 0, 0
    for unit in range(len(inside)):
        if inside[unit]:
            members[n_members] = unit
            n_members += 1
        elif may[unit] and doors[unit] > 0:
            front[n_front] = unit
            n_front += 1
    return n_members, n_front


@compiled
def one_move(members, count, front, n_front, fixed, needed, values, limits, state, room):  # type: ignore[no-untyped-def]
    """The best single addition or removal: what the area would score, and the unit (-1: none is better)."""
    best_missed, best_value, _ = score(state[3], limits)
    chosen, sign = -1, 0
    for k in range(count + n_front):
        out = k < count
        unit = members[k] if out else front[k - count]
        if out and (fixed[unit] or needed[unit] or count == 1):
            continue
        way = -1 if out else 1
        totals_with(unit, way, values, state, room)
        if not within(room, limits):
            continue
        missed, value, _ = score(room, limits)
        if better(missed, value, best_missed, best_value):
            best_missed, best_value, chosen, sign = missed, value, unit, way
    return chosen, sign


@compiled
def two_moves(may, fixed, members, front, n_front, net, values, limits, state, scratch, needed, room):  # type: ignore[no-untyped-def]
    """The best addition followed by a removal, or by a second addition next to it: both units, or -1."""
    start, other, _, is_open, _ = net
    inside, totals = state[0], state[3]
    best_missed, best_value, _ = score(totals, limits)
    first, second, sign = -1, -1, 0
    inner = np.empty(len(inside), np.int64)
    for k in range(n_front):
        unit = front[k]
        put(unit, 1, net, values, state)
        count = 0
        for at in range(len(members)):
            if members[at] < 0:
                break
            inner[count] = members[at]
            count += 1
        inner[count] = unit
        articulations(inner, count + 1, net, inside, scratch, needed)
        for at in range(count):
            gone = inner[at]
            if fixed[gone] or needed[gone]:
                continue
            totals_with(gone, -1, values, state, room)
            if within(room, limits):
                missed, value, _ = score(room, limits)
                if better(missed, value, best_missed, best_value):
                    best_missed, best_value, first, second, sign = missed, value, unit, gone, -1
        if within(totals, limits):
            for row in range(start[unit], start[unit + 1]):
                more = other[row]
                if not is_open[row] or inside[more] or not may[more]:
                    continue
                totals_with(more, 1, values, state, room)
                if within(room, limits):
                    missed, value, _ = score(room, limits)
                    if better(missed, value, best_missed, best_value):
                        best_missed, best_value, first, second, sign = missed, value, unit, more, 1
        put(unit, -1, net, values, state)
    return first, second, sign


@compiled
def improve(may, fixed, net, values, limits, state):  # type: ignore[no-untyped-def]
    """Adds, removes and swaps units at the border while that makes the area better; it stays in one piece."""
    n = len(state[0])
    members, front, needed = np.empty(n + 1, np.int64), np.empty(n, np.int64), np.zeros(n, np.uint8)
    scratch = (np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64))
    room = np.empty(6, np.int64)
    for _ in range(_PASSES):
        count, n_front = listed(may, state, members, front)
        members[count] = -1
        if count == 0 or not articulations(members, count, net, state[0], scratch, needed):
            break
        chosen, sign = one_move(members, count, front, n_front, fixed, needed, values, limits, state, room)
        if chosen >= 0:
            put(chosen, sign, net, values, state)
            continue
        first, second, sign = two_moves(
            may, fixed, members, front, n_front, net, values, limits, state, scratch, needed, room
        )
        if first < 0:
            break
        put(first, 1, net, values, state)
        put(second, sign, net, values, state)
