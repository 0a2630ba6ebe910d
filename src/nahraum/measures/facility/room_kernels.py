"""Kernels of the lower bound where sites take only so many: the Lagrangian of "everybody is served at most once".

Pairs stand by site (`site_start`, `demand`). `weight` of each demand, `room` of each site, in the same unit. `price` of
a demand (0..1) is what serving one unit of it pays; who is not served costs 1 per unit. A site earns as much as finds
room, the best paid first (a fractional knapsack); those paid what just finds room get equal shares. Its worth is what
it earns, below zero. No choice costs less than Σ weight × price and the p least worths. `state` of a site: 1 open, -1
closed, 0. Equal worths go to the lower number.
"""

from __future__ import annotations

import numpy as np

from nahraum.compiled import compiled
from nahraum.measures.facility.dual_kernels import choose, remember

_CUT = 0.6


@compiled
def border(pay, mass, n, room):  # type: ignore[no-untyped-def]
    """Pay per unit at which the room is full, and the share of those who are paid just this; 0 and 1 if all find room.

    Puts the first n of pay and mass into another order; a selection, without sorting them all.
    """
    low, high, taken = 0, n, 0.0
    while low < high:
        first, middle, last = pay[low], pay[(low + high) // 2], pay[high - 1]
        pivot = max(min(first, middle), min(max(first, middle), last))
        above, at, below, more, same = low, low, high, 0.0, 0.0
        while at < below:
            if pay[at] > pivot:
                more += mass[at]
                pay[at], pay[above] = pay[above], pay[at]
                mass[at], mass[above] = mass[above], mass[at]
                above, at = above + 1, at + 1
            elif pay[at] < pivot:
                below -= 1
                pay[at], pay[below] = pay[below], pay[at]
                mass[at], mass[below] = mass[below], mass[at]
            else:
                same += mass[at]
                at += 1
        if taken + more > room:
            high = above
        elif taken + more + same >= room:
            return pivot, (room - taken - more) / same
        else:
            taken += more + same
            low = below
    return 0.0, 1.0


@compiled
def worths(site_start, demand, weight, room, state, price, worth, edge, share):  # type: ignore[no-untyped-def]
    """Worth of every site that is not closed, with its border; returns how many pairs were looked at."""
    longest, seen = 0, 0
    for i in range(len(worth)):
        longest = max(longest, site_start[i + 1] - site_start[i])
    pay, mass = np.empty(longest), np.empty(longest)
    for i in range(len(worth)):
        worth[i], edge[i], share[i] = 0.0, 0.0, 1.0
        if state[i] < 0:
            continue
        n, total = 0, 0.0
        for k in range(site_start[i], site_start[i + 1]):
            j = demand[k]
            if price[j] > 0 and weight[j] > 0:
                pay[n], mass[n] = price[j], weight[j]
                total += weight[j]
                n += 1
        seen += 2 * (site_start[i + 1] - site_start[i])
        if total > room[i]:
            edge[i], share[i] = border(pay, mass, n, room[i])
        worth[i] = -edge[i] * room[i]
        for k in range(n):
            worth[i] -= mass[k] * max(0.0, pay[k] - edge[i])
    return seen


@compiled
def climb(site_start, demand, weight, room, state, p, price, upper, rounds, step, patience, enough):  # type: ignore[no-untyped-def]
    """Raises the bound by moving prices along its slope; stops as `dual_kernels.climb` does.

    Returns (bound, prices of it, average choice, pairs looked at). The bound of no prices is 0.
    """
    n, m = len(price), len(state)
    here, best_price, way, times = price.copy(), np.zeros(n), np.zeros(n), np.empty(n)
    worth, edge, share = np.empty(m), np.empty(m), np.empty(m)
    chosen, often = np.zeros(m, np.bool_), np.zeros(m)
    bound, stale, seen = 0.0, 0, 0
    for turn in range(rounds):
        seen += worths(site_start, demand, weight, room, state, here, worth, edge, share)
        value = (weight * here).sum() + choose(worth, state, p, chosen)[0]
        seen += _served(site_start, demand, here, chosen, edge, share, times)
        remember(often, chosen, 1.0 if turn == 0 else 1.0 / min(turn + 1, 20))
        stale = stale + 1 if turn and value <= bound + 1e-6 * abs(bound) else 0
        if value > bound:
            bound = value
            best_price[:] = here
        if stale < patience and (bound >= enough or _moved(here, way, times, weight, step * _ahead(upper, value))):
            break
        if stale >= patience:
            stale, step = 0, step * _CUT
            here[:] = best_price
            way[:] = 0.0
            if step < 1e-3:
                break
    return bound, best_price, often, seen


@compiled
def _ahead(upper, value):  # type: ignore[no-untyped-def]
    """How far the bound may still rise, at least a little."""
    return max(upper - value, 1e-4 * abs(upper))


@compiled
def _served(site_start, demand, price, chosen, edge, share, times):  # type: ignore[no-untyped-def]
    """How often the chosen sites would serve each demand (1: once, all of it); returns the pairs looked at."""
    times[:] = 0.0
    seen = 0
    for i in range(len(chosen)):
        if not chosen[i]:
            continue
        for k in range(site_start[i], site_start[i + 1]):
            j = demand[k]
            if price[j] > edge[i]:
                times[j] += 1.0
            elif price[j] == edge[i] and price[j] > 0:
                times[j] += share[i]
        seen += site_start[i + 1] - site_start[i]
    return seen


@compiled
def _moved(price, way, times, weight, reach):  # type: ignore[no-untyped-def]
    """Moves prices along the slope, turned away from going back and forth; whether there is nowhere to go.

    Every unit of demand counts the same, so that a large group moves as far as a small one.
    """
    inner, length = 0.0, 0.0
    for j in range(len(price)):
        slope = 1.0 - times[j]
        if (slope > 0 and price[j] >= 1) or (slope < 0 and price[j] <= 0):
            slope = 0.0
        times[j] = slope
        inner += weight[j] * slope * way[j]
        length += weight[j] * way[j] * way[j]
    keep = -1.5 * inner / length if inner < 0 and length > 0 else 0.0
    length = 0.0
    for j in range(len(price)):
        way[j] = times[j] + keep * way[j]
        length += weight[j] * way[j] * way[j]
    if length == 0:
        return True
    for j in range(len(price)):
        price[j] = min(1.0, max(0.0, price[j] + reach / length * way[j]))
    return False
