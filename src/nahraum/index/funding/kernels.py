"""Kernels of the search for one area: grow, improve, fill, break open and grow again.

`net` are the borders in both directions (`borders.neighbour_lists`) and the outline of each unit: start, other,
shared_mm, is_open, outer_mm. `values` are six whole numbers per unit: residents, judged, people, need [1e-6],
ground [cm²], and the outline [mm]. `state` is inside (0, 1), shared_mm with the area, open neighbours in the area,
and the totals of the area, the outline being that of the whole area.
"""

from __future__ import annotations

import numpy as np

from nahraum.compiled import compiled
from nahraum.index.funding.lots import lot, lots
from nahraum.index.funding.move_kernels import grow, improve
from nahraum.index.funding.state_kernels import better, load, put, score, totals_with, within

_NEED = 3


@compiled
def fill(may, rim, net, values, limits, state):  # type: ignore[no-untyped-def]
    """Takes ground that the area encloses into it where it may be taken; how many units stay enclosed."""
    start, other = net[0], net[1]
    inside, doors = state[0], state[2]
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
def shaken(fixed, net, values, state, back, rng):  # type: ignore[no-untyped-def]
    """Breaks a random piece off the area; half of it leaves `back`, the units that may come back at once."""
    start, other, _, is_open, _ = net
    inside = state[0]
    members = np.flatnonzero(inside)
    queue, seen = np.empty(len(inside), np.int64), np.zeros(len(inside), np.uint8)
    size = 1 + lot(rng, max(1, len(members) * 2 // 3))
    queue[0], head, tail = members[lot(rng, len(members))], 0, 1
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
        if lot(rng, 2) == 0:
            back[unit] = 0
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
    rng = lots(seed)
    state = (np.zeros(n, np.uint8), np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(6, np.int64))
    best, best_missed, best_value = np.zeros(n, np.uint8), np.inf, -1.0
    back, n_starts = np.zeros(n, np.uint8), len(starts)
    for turn in range(-1, n_starts + shakes):
        is_warm, is_start = turn < 0, 0 <= turn < n_starts
        if not is_warm and not is_start and best_value < 0:
            break
        load(warm if is_warm else fixed if is_start else best, net, values, state)
        back[:] = may
        if is_start:
            if not state[0][starts[turn]]:
                put(starts[turn], 1, net, values, state)
        else:
            if not is_warm:
                shaken(fixed, net, values, state, back, rng)
            if not largest_piece(fixed, net, values, state):
                continue
        if not within(state[3], limits):
            continue
        if not is_warm:
            grow(back, net, values, limits, state)
        improve(may, fixed, net, values, limits, state)
        fill(may, rim, net, values, limits, state)
        missed, value, _ = score(state[3], limits)
        if best_value < 0 or better(missed, value, best_missed, best_value):
            best[:], best_missed, best_value = state[0], missed, value
    return best, best_missed, best_value
