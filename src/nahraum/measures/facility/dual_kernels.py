"""Kernels of the lower bound: the Lagrangian of the p-median, climbed by subgradients.

Pairs stand by demand, cheapest first: `start`, `site`, `cost` (already weighted). `far` is what a demand costs that no
chosen site serves, `price` what the Lagrangian pays for serving it (0..far). `state` of a site: 1 open, -1 closed, 0.
The worth of a site is the sum over its demands of min(0, cost - price); the bound is the sum of prices plus the worth
of the open and of the p least ones. Equal worths go to the lower number.
"""

from __future__ import annotations

import numpy as np

from nahraum.compiled import compiled

_CUT = 0.6
_MEMORY = 0.05  # how fast the average choice forgets


@compiled
def worths(start, site, cost, price, worth):  # type: ignore[no-untyped-def]
    """Worth of every site at these prices; returns how many pairs were looked at."""
    worth[:] = 0.0
    seen = 0
    for j in range(len(price)):
        for k in range(start[j], start[j + 1]):
            seen += 1
            if cost[k] >= price[j]:
                break
            worth[site[k]] += cost[k] - price[j]
    return seen


@compiled
def choose(worth, state, p, chosen):  # type: ignore[no-untyped-def]
    """Marks the open sites and the least free ones, p in all; returns the sum of worths and the two at the border.

    The border is the worth of the last free site taken and of the first one left: -inf and inf where there is none.
    """
    free = np.empty(len(worth))
    n, taken, total = 0, 0, 0.0
    for i in range(len(worth)):
        chosen[i] = state[i] == 1
        if state[i] == 1:
            taken += 1
            total += worth[i]
        elif state[i] == 0:
            free[n] = worth[i]
            n += 1
    wanted = min(p - taken, n)
    first_left = np.inf
    if wanted <= 0:
        for i in range(n):
            first_left = min(first_left, free[i])
        return total, -np.inf, first_left
    last = np.partition(free[:n], wanted - 1)[wanted - 1]
    for i in range(len(worth)):
        if state[i] == 0 and worth[i] < last:
            chosen[i] = True
            total += worth[i]
            wanted -= 1
    for i in range(len(worth)):
        if state[i] == 0 and not chosen[i]:
            if worth[i] == last and wanted > 0:
                chosen[i] = True
                total += worth[i]
                wanted -= 1
            else:
                first_left = min(first_left, worth[i])
    return total, last, first_left


@compiled
def slopes(start, site, cost, far, price, chosen, slope):  # type: ignore[no-untyped-def]
    """Slope of the bound by price, and what the choice costs everybody; returns (cost, pairs looked at)."""
    total, seen = 0.0, 0
    for j in range(len(price)):
        times, nearest = 0, far[j]
        for k in range(start[j], start[j + 1]):
            seen += 1
            beyond = cost[k] >= price[j]
            if beyond and (nearest < far[j] or cost[k] >= far[j]):
                break
            if chosen[site[k]]:
                nearest = min(nearest, cost[k])
                if beyond:
                    break
                times += 1
        slope[j] = 1.0 - times
        if (slope[j] > 0 and price[j] >= far[j]) or (slope[j] < 0 and price[j] <= 0):
            slope[j] = 0.0
        total += nearest
    return total, seen


@compiled
def climb(start, site, cost, far, state, p, price, upper, rounds, step, patience, enough):  # type: ignore[no-untyped-def]
    """Raises the bound by moving prices along its slope.

    Returns (bound, prices of it, average choice, cheapest choice met, its cost, pairs looked at).
    Stops after `rounds`, when the step has become small, or when the bound reaches `enough`.
    """
    n, m = len(price), len(state)
    here, best_price = price.copy(), price.copy()
    worth, slope, way = np.empty(m), np.empty(n), np.zeros(n)
    chosen, best_choice, often = np.zeros(m, np.bool_), np.zeros(m, np.bool_), np.zeros(m)
    bound, cheapest, stale, seen = -np.inf, np.inf, 0, 0
    for turn in range(rounds):
        seen += worths(start, site, cost, here, worth)
        value = here.sum() + choose(worth, state, p, chosen)[0]
        total, looked = slopes(start, site, cost, far, here, chosen, slope)
        seen += looked
        remember(often, chosen, 1.0 if turn == 0 else _MEMORY)
        if total < cheapest:
            cheapest = total
            best_choice[:] = chosen
        stale = stale + 1 if turn and value <= bound + 1e-6 * abs(bound) else 0
        if value > bound:
            bound = value
            best_price[:] = here
        if stale < patience and (bound >= enough or _move(here, way, slope, far, step, value, min(upper, cheapest))):
            break
        if stale >= patience:
            stale, step = 0, step * _CUT
            here[:] = best_price
            way[:] = 0.0
            if step < 1e-3:
                break
    return bound, best_price, often, best_choice, cheapest, seen


@compiled
def remember(often, chosen, share):  # type: ignore[no-untyped-def]
    """Moves the average choice towards the last one."""
    for i in range(len(often)):
        often[i] += share * ((1.0 if chosen[i] else 0.0) - often[i])


@compiled
def _move(price, way, slope, far, step, value, target):  # type: ignore[no-untyped-def]
    """Moves prices along the slope, turned away from going back and forth; whether there is nowhere to go."""
    inner, length = 0.0, 0.0
    for j in range(len(price)):
        inner += slope[j] * way[j]
        length += way[j] * way[j]
    keep = -1.5 * inner / length if inner < 0 and length > 0 else 0.0
    length = 0.0
    for j in range(len(price)):
        way[j] = slope[j] + keep * way[j]
        length += way[j] * way[j]
    if length == 0:
        return True
    reach = step * max(target - value, 1e-4 * abs(target)) / length
    for j in range(len(price)):
        price[j] = min(far[j], max(0.0, price[j] + reach * way[j]))
    return False


@compiled
def settle(worth, state, p, bound, border, enough):  # type: ignore[no-untyped-def]
    """Opens and closes the sites whose other state would lift the bound to `enough`; returns how many.

    border : worth of the last free site taken and of the first one left, as `choose` returns them.
    """
    last, first_left = border
    count = 0
    chosen = np.zeros(len(worth), np.bool_)
    choose(worth, state, p, chosen)
    for i in range(len(worth)):
        if state[i] != 0:
            continue
        if chosen[i]:
            if bound - worth[i] + first_left >= enough:
                state[i] = 1
                count += 1
        elif bound + worth[i] - last >= enough:
            state[i] = -1
            count += 1
    return count
