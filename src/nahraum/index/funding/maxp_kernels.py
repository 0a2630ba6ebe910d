"""Kernels of max-p: random spanning trees cut into regions above the floor, then annealing.

`net` is start and other of the open borders in both directions; `size` whole numbers per unit; `values` one row per
unit, the columns that are to be alike inside a region (sum of absolute differences).
"""

from __future__ import annotations

import numpy as np

from nahraum.compiled import compiled
from nahraum.index.funding.lots import chance, lot

_REFUSALS = 12


@compiled
def shuffled(n, rng):  # type: ignore[no-untyped-def]
    """0 to n - 1 in random order."""
    order = np.arange(n)
    for k in range(n - 1, 0, -1):
        at = lot(rng, k + 1)
        order[k], order[at] = order[at], order[k]
    return order


@compiled
def free_neighbours(unit, start, other, seen):  # type: ignore[no-untyped-def]
    """How many neighbours of a unit are not yet in the tree."""
    count = 0
    for row in range(start[unit], start[unit + 1]):
        count += 1 - seen[other[row]]
    return count


@compiled
def tree(start, other, above, order, rng):  # type: ignore[no-untyped-def]
    """A random spanning forest of long branches: on to the neighbour with the fewest ways on, ties by lot."""
    n = len(above)
    seen, stack = np.zeros(n, np.int64), np.empty(n, np.int64)
    length = 0
    for first in shuffled(n, rng):
        if seen[first]:
            continue
        seen[first], above[first], order[length] = 1, -1, first
        length += 1
        depth = 1
        stack[0] = first
        while depth:
            unit = stack[depth - 1]
            chosen, fewest, ties = -1, n, 0
            for row in range(start[unit], start[unit + 1]):
                to = other[row]
                if seen[to]:
                    continue
                ways = free_neighbours(to, start, other, seen)
                if ways < fewest:
                    chosen, fewest, ties = to, ways, 1
                elif ways == fewest:
                    ties += 1
                    if lot(rng, ties) == 0:
                        chosen = to
            if chosen < 0:
                depth -= 1
                continue
            seen[chosen], above[chosen], order[length] = 1, unit, chosen
            length += 1
            stack[depth] = chosen
            depth += 1


@compiled
def cut(above, order, size, floor, label):  # type: ignore[no-untyped-def]
    """Cuts the forest from its leaves wherever the floor is reached: the most regions that this forest has.

    What is left at a root joins a region next to it in the tree; a whole tree below the floor has no region (-1).
    """
    n = len(above)
    reached = size.copy()
    label[:] = -1
    number = 0
    for k in range(n - 1, -1, -1):
        unit = order[k]
        if reached[unit] >= floor:
            label[unit] = number
            number += 1
        elif above[unit] >= 0:
            reached[above[unit]] += reached[unit]
    for k in range(n):
        unit = order[k]
        if label[unit] < 0 and above[unit] >= 0:
            label[unit] = label[above[unit]]
    for k in range(n - 1, -1, -1):
        unit = order[k]
        if above[unit] >= 0 and label[above[unit]] < 0 and label[unit] >= 0:
            label[above[unit]] = label[unit]
    for k in range(n):
        unit = order[k]
        if label[unit] < 0 and above[unit] >= 0:
            label[unit] = label[above[unit]]
    return number


@compiled
def away(unit, region, members, count, values):  # type: ignore[no-untyped-def]
    """Sum of differences between a unit and the members of a region."""
    total = 0.0
    for k in range(count[region]):
        to = members[region, k]
        for column in range(values.shape[1]):
            total += abs(values[unit, column] - values[to, column])
    return total


@compiled
def stays_whole(unit, start, other, label, mark, queue, turn):  # type: ignore[no-untyped-def]
    """Whether a region stays in one piece without a unit; `mark` holds the turn in which a unit was met."""
    region, wanted, first = label[unit], 0, -1
    for row in range(start[unit], start[unit + 1]):
        to = other[row]
        if label[to] == region and to != unit:
            wanted += 1
            first = to
    if wanted == 0:
        return False
    if wanted == 1:
        return True
    head, tail, met = 0, 1, 0
    queue[0], mark[first], mark[unit] = first, turn, turn
    while head < tail:
        at = queue[head]
        head += 1
        for row in range(start[at], start[at + 1]):
            if other[row] == unit:
                met += 1
                break
        if met == wanted:
            return True
        for row in range(start[at], start[at + 1]):
            to = other[row]
            if label[to] == region and mark[to] != turn:
                mark[to] = turn
                queue[tail] = to
                tail += 1
    return False


@compiled
def moved(unit, to, label, members, count, place, total, size):  # type: ignore[no-untyped-def]
    """Takes a unit from its region to another one."""
    own = label[unit]
    count[own] -= 1
    last = members[own, count[own]]
    members[own, place[unit]], place[last] = last, place[unit]
    members[to, count[to]], place[unit] = unit, count[to]
    count[to] += 1
    total[own] -= size[unit]
    total[to] += size[unit]
    label[unit] = to


@compiled
def heterogeneity(label, values):  # type: ignore[no-untyped-def]
    """Sum of differences of all pairs inside regions."""
    n, total = len(label), 0.0
    order = np.argsort(label, kind="mergesort")
    first = 0
    while first < n:
        last = first
        while last < n and label[order[last]] == label[order[first]]:
            last += 1
        if label[order[first]] >= 0:
            for column in range(values.shape[1]):
                sorted_values = np.sort(values[order[first:last], column])
                for k in range(last - first):
                    total += sorted_values[k] * (2 * k - (last - first) + 1)
        first = last
    return total


@compiled
def other_region(unit, start, other, label, rng):  # type: ignore[no-untyped-def]
    """A neighbouring region of a unit by lot; -1 for none."""
    chosen, ties = -1, 0
    for row in range(start[unit], start[unit + 1]):
        to = label[other[row]]
        if to >= 0 and to != label[unit]:
            ties += 1
            if lot(rng, ties) == 0:
                chosen = to
    return chosen


@compiled
def touches(unit, region, start, other, label):  # type: ignore[no-untyped-def]
    """Whether a unit has a neighbour in a region."""
    found = False
    for row in range(start[unit], start[unit + 1]):
        found = found or label[other[row]] == region
    return found


@compiled
def in_exchange(unit, own, to, start, other, size, floor, state, values, mark, queue, turn, rng):  # type: ignore[no-untyped-def]
    """After a unit went from `own` to `to`: the unit that may come back by lot, and what that changes; -1 for none."""
    label, members, count, _, total = state
    for k in range(_REFUSALS):
        back = members[to, lot(rng, count[to])]
        if back == unit or total[own] + size[back] < floor or total[to] - size[back] < floor:
            continue
        if not touches(back, own, start, other, label):
            continue
        if stays_whole(back, start, other, label, mark, queue, turn + k):
            change = away(back, own, members, count, values) - away(back, to, members, count, values)
            return back, change
    return -1, 0.0


@compiled
def anneal(label, net, size, floor, values, steps, hot, cold, rng):  # type: ignore[no-untyped-def]
    """Moves and exchanges units between regions so that they become more alike inside; the best labels met.

    No region falls below the floor or apart. `hot` and `cold`: temperatures in units of the differences.
    """
    start, other = net
    n, p = len(label), label.max() + 1
    members, count = np.empty((p, n), np.int32), np.zeros(p, np.int64)
    place, total = np.zeros(n, np.int64), np.zeros(p, np.int64)
    for unit in range(n):
        if label[unit] >= 0:
            members[label[unit], count[label[unit]]], place[unit] = unit, count[label[unit]]
            count[label[unit]] += 1
            total[label[unit]] += size[unit]
    state = (label, members, count, place, total)
    mark, queue = np.zeros(n, np.int64), np.empty(n, np.int64)
    best, now, least, turn = label.copy(), 0.0, 0.0, 1
    for step in range(steps):
        warm = hot * (cold / hot) ** (step / steps)
        turn += 2 + _REFUSALS
        unit = lot(rng, n)
        own = label[unit]
        to = other_region(unit, start, other, label, rng) if own >= 0 else -1
        if to < 0 or count[own] < 2 or not stays_whole(unit, start, other, label, mark, queue, turn):
            continue
        change = away(unit, to, members, count, values) - away(unit, own, members, count, values)
        back = -1
        moved(unit, to, label, members, count, place, total, size)
        if total[own] < floor or (change > 0 and chance(rng) < 0.5):
            back, more = in_exchange(
                unit, own, to, start, other, size, floor, state, values, mark, queue, turn + 1, rng
            )
            if back >= 0:
                moved(back, own, label, members, count, place, total, size)
                change += more
        if total[own] >= floor and (change <= 0 or chance(rng) < np.exp(-change / warm)):
            now += change
            if now < least - 1e-9:
                least = now
                best[:] = label
        else:
            if back >= 0:
                moved(back, to, label, members, count, place, total, size)
            moved(unit, own, label, members, count, place, total, size)
    return best
