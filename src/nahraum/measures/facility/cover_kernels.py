"""Kernels of the relaxation of covering: shares of sites and prices of demand, moved towards each other.

Pairs stand by demand (`start`, `site`) and by site (`site_start`, `demand`). `far` is what a demand costs that is not
covered, `price` (0..far) what the relaxation pays for covering it. `share` of a site: how far it is chosen, p in all.
"""

from __future__ import annotations

import numpy as np

from nahraum.compiled import compiled

_HALVINGS = 60


@compiled
def sums_of(start, other, values, found):  # type: ignore[no-untyped-def]
    """Sum of values over the pairs of each demand (shares of sites: how often covered) or site (prices: its worth)."""
    for one in range(len(found)):
        total = 0.0
        for k in range(start[one], start[one + 1]):
            total += values[other[k]]
        found[one] = total


@compiled
def dealt(wanted, step, state, p, share):  # type: ignore[no-untyped-def]
    """Shares of p sites in all that are nearest to those wanted (distance over step); 1 of open, 0 of closed sites."""
    low, high, left = 1e300, -1e300, float(p)
    for i in range(len(wanted)):
        if state[i] == 0:
            low = min(low, (wanted[i] - 1.0) / step[i])
            high = max(high, wanted[i] / step[i])
        elif state[i] == 1:
            left -= 1.0
    for _ in range(_HALVINGS):
        middle, total = 0.5 * (low + high), 0.0
        for i in range(len(wanted)):
            if state[i] == 0:
                total += min(1.0, max(0.0, wanted[i] - middle * step[i]))
        if total > left:
            low = middle
        else:
            high = middle
    for i in range(len(wanted)):
        share[i] = min(1.0, max(0.0, wanted[i] - high * step[i])) if state[i] == 0 else max(0.0, float(state[i]))


@compiled
def rounds_of(start, site, site_start, demand, far, state, p, weight, now, total, rounds):  # type: ignore[no-untyped-def]
    """Some rounds of the primal-dual method of Chambolle & Pock with steps by row and column.

    now : share, price, cover and worth, which move; total : the sums of these over the rounds are added to it.
    """
    share, price, cover, worth = now
    n, m = len(price), len(share)
    step, wanted, new, reached = np.empty(m), np.empty(m), np.empty(m), np.empty(n)
    for i in range(m):
        mass = 1e-12
        for k in range(site_start[i], site_start[i + 1]):
            mass += far[demand[k]]
        step[i] = 1.0 / (weight * mass)
    for _ in range(rounds):
        for i in range(m):
            wanted[i] = share[i] + step[i] * worth[i]
        dealt(wanted, step, state, p, new)
        sums_of(start, site, new, reached)
        for j in range(n):
            beyond = 2.0 * reached[j] - cover[j] - 1.0
            least = max(1, start[j + 1] - start[j])
            price[j] = min(far[j], max(0.0, price[j] - far[j] * weight * beyond / least))
            cover[j] = reached[j]
            total[1][j] += price[j]
            total[2][j] += cover[j]
        sums_of(site_start, demand, price, worth)
        for i in range(m):
            share[i] = new[i]
            total[0][i] += share[i]
            total[3][i] += worth[i]
