"""Kernels of the search for one area: grow, improve, fill, break open and grow again.

`net` are the borders in both directions (`borders.neighbour_lists`) and the outline of each unit: start, other,
shared_mm, is_open, outer_mm. `values` are six whole numbers per unit: residents, judged, people, need [1e-6],
ground [cm²], and the outline [mm]. `state` is inside (0, 1), shared_mm with the area, open neighbours in the area,
and the totals of the area, the outline being that of the whole area.
"""

from __future__ import annotations

import numpy as np

from nahraum.compiled import compiled

_PATIENCE = 40
_PASSES = 300
_JUDGED, _PEOPLE, _NEED, _GROUND, _OUTLINE = 1, 2, 3, 4, 5


@compiled
def score(totals, limits):  # type: ignore[no-untyped-def]
    """How far the limits are missed (0: kept), and the objective of an area with these totals."""
    border_m = max(totals[_OUTLINE], 1) / 1000.0
    compact = 4.0 * np.pi * (totals[_GROUND] / 1e4) / border_m**2
    missed = 0.0
    if totals[0] < limits[0]:
        missed += (limits[0] - totals[0]) / limits[0]
    if totals[_GROUND] < limits[2]:
        missed += (limits[2] - totals[_GROUND]) / limits[2]
    if compact < limits[4]:
        missed += (limits[4] - compact) / limits[4]
    share = 0.0
    if totals[_JUDGED] > 0:
        share = min(1.0, totals[_PEOPLE] / totals[_JUDGED])
    return missed, totals[_NEED] / 1e6 * share ** limits[5] / border_m, compact


@compiled
def better(missed, value, than_missed, than_value):  # type: ignore[no-untyped-def]
    """Whether limits are kept better, or equally well with a higher objective."""
    if missed < than_missed - 1e-9:
        return True
    return missed <= than_missed + 1e-9 and value > than_value + 1e-12 * abs(than_value)


@compiled
def put(unit, sign, net, values, state):  # type: ignore[no-untyped-def]
    """Takes a unit into the area (sign 1) or out of it (-1)."""
    start, other, shared, is_open, _ = net
    inside, common, doors, totals = state
    for column in range(5):
        totals[column] += sign * values[unit, column]
    totals[_OUTLINE] += sign * (values[unit, _OUTLINE] - 2 * common[unit])
    inside[unit] = 1 if sign > 0 else 0
    for row in range(start[unit], start[unit + 1]):
        common[other[row]] += sign * shared[row]
        if is_open[row]:
            doors[other[row]] += sign


@compiled
def totals_with(unit, sign, values, state, room):  # type: ignore[no-untyped-def]
    """Totals of the area with a unit more or less, in `room`."""
    common, totals = state[1], state[3]
    for column in range(5):
        room[column] = totals[column] + sign * values[unit, column]
    room[_OUTLINE] = totals[_OUTLINE] + sign * (values[unit, _OUTLINE] - 2 * common[unit])


@compiled
def within(totals, limits):  # type: ignore[no-untyped-def]
    """Whether the largest sizes are kept."""
    return totals[0] <= limits[1] and totals[_GROUND] <= limits[3]


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
    inside, _, doors, totals = state
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


@compiled
def fill(may, rim, net, values, limits, state):  # type: ignore[no-untyped-def]
    """Takes ground that the area encloses into it where it may be taken; how many units stay enclosed."""
    start, other, _, is_open, _ = net
    inside, _, doors, totals = state
    n, left = len(inside), 0
    seen, queue, room = np.zeros(n, np.uint8), np.empty(n, np.int64), np.empty(6, np.int64)
    for turn in range(2):
        for first in range(n):
            if inside[first] or seen[first] or (turn == 0 and not rim[first]):
                continue
            head, tail = 0, 1
            queue[0], seen[first] = first, 1
            while head < tail:
                unit = queue[head]
                head += 1
                for row in range(start[unit], start[unit + 1]):
                    to = other[row]
                    if not inside[to] and not seen[to]:
                        seen[to], queue[tail] = 1, to
                        tail += 1
            if turn == 0:
                continue
            left += tail
            again = True
            while again:
                again = False
                for k in range(tail):
                    unit = queue[k]
                    if inside[unit] or not may[unit] or doors[unit] == 0:
                        continue
                    totals_with(unit, 1, values, state, room)
                    if within(room, limits):
                        put(unit, 1, net, values, state)
                        left -= 1
                        again = True
    return left


@compiled
def clear(net, values, state):  # type: ignore[no-untyped-def]
    """Takes everything out of the area."""
    inside, common, doors, totals = state
    inside[:], common[:], doors[:], totals[:] = 0, 0, 0, 0


@compiled
def load(chosen, net, values, state):  # type: ignore[no-untyped-def]
    """Makes these units (0, 1) the area."""
    clear(net, values, state)
    for unit in range(len(chosen)):
        if chosen[unit]:
            put(unit, 1, net, values, state)


@compiled
def shaken(fixed, net, values, state, ban):  # type: ignore[no-untyped-def]
    """Breaks a random piece off the area; some of what was taken off is banned from coming back at once."""
    start, other, _, is_open, _ = net
    inside = state[0]
    members = np.flatnonzero(inside)
    queue, seen = np.empty(len(inside), np.int64), np.zeros(len(inside), np.uint8)
    size = 1 + np.random.randint(0, max(1, len(members) * 2 // 3))
    queue[0], head, tail = members[np.random.randint(0, len(members))], 0, 1
    seen[queue[0]] = 1
    while head < tail and head < size:
        unit = queue[head]
        head += 1
        for row in range(start[unit], start[unit + 1]):
            to = other[row]
            if is_open[row] and inside[to] and not seen[to]:
                seen[to], queue[tail] = 1, to
                tail += 1
    for k in range(min(head, size)):
        unit = queue[k]
        ban[unit] = 1 if np.random.random() < 0.5 else 0
        if not fixed[unit]:
            put(unit, -1, net, values, state)


@compiled
def largest_piece(fixed, net, values, state):  # type: ignore[no-untyped-def]
    """Keeps of an area that fell apart the piece with the most need; False where must-haves were parted."""
    start, other, _, is_open, _ = net
    inside = state[0]
    n = len(inside)
    piece, queue = np.zeros(n, np.int64), np.empty(n, np.int64)
    best, best_need, number, with_fixed, pieces_fixed = 0, np.int64(-1), 0, 0, 0
    for first in range(n):
        if not inside[first] or piece[first]:
            continue
        number += 1
        head, tail, need, holds = 0, 1, np.int64(0), False
        queue[0], piece[first] = first, number
        while head < tail:
            unit = queue[head]
            head += 1
            need += values[unit, _NEED]
            holds = holds or fixed[unit] > 0
            for row in range(start[unit], start[unit + 1]):
                to = other[row]
                if is_open[row] and inside[to] and not piece[to]:
                    piece[to], queue[tail] = number, to
                    tail += 1
        if holds:
            with_fixed = number
            pieces_fixed += 1
        if need > best_need:
            best, best_need = number, need
    if pieces_fixed > 1 or number == 0:
        return False
    keep = with_fixed if pieces_fixed else best
    for unit in range(n):
        if inside[unit] and piece[unit] != keep:
            put(unit, -1, net, values, state)
    return True


@compiled
def search(starts, may, fixed, warm, rim, net, values, limits, shakes, seed):  # type: ignore[no-untyped-def]
    """The best area found from several starts, then broken open and grown again: units (0, 1), missed, objective.

    `warm` is an area that is improved as it is; empty for none.
    """
    n = values.shape[0]
    np.random.seed(seed)
    state = (np.zeros(n, np.uint8), np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(6, np.int64))
    best, best_missed, best_value = np.zeros(n, np.uint8), np.inf, -1.0
    for k in range(-1, len(starts)):
        load(warm if k < 0 else fixed, net, values, state)
        if k < 0 and (not warm.any() or not largest_piece(fixed, net, values, state)):
            continue
        if k >= 0 and not state[0][starts[k]]:
            put(starts[k], 1, net, values, state)
        if within(state[3], limits):
            if k >= 0:
                grow(may, net, values, limits, state)
            improve(may, fixed, net, values, limits, state)
            fill(may, rim, net, values, limits, state)
            missed, value, _ = score(state[3], limits)
            if best_value < 0 or better(missed, value, best_missed, best_value):
                best[:], best_missed, best_value = state[0], missed, value
    ban = np.zeros(n, np.uint8)
    for _ in range(shakes if best_value >= 0 else 0):
        load(best, net, values, state)
        ban[:] = 0
        shaken(fixed, net, values, state, ban)
        if not largest_piece(fixed, net, values, state):
            continue
        for unit in range(n):
            ban[unit] = 1 if may[unit] and not ban[unit] else 0
        grow(ban, net, values, limits, state)
        improve(may, fixed, net, values, limits, state)
        fill(may, rim, net, values, limits, state)
        missed, value, _ = score(state[3], limits)
        if better(missed, value, best_missed, best_value):
            best[:], best_missed, best_value = state[0], missed, value
    return best, best_missed, best_value
