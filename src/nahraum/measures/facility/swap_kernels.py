"""Kernels of good choices of p sites: greedy, then interchange of one site for another (Whitaker 1983).

Pairs stand twice: by demand, cheapest first (`start`, `site`, `cost`), and by site (`site_start`, `demand`, `price`:
the same costs). `far` is what a demand costs that no chosen site serves. Equal gains go to the lower number.
"""

from __future__ import annotations

import numpy as np

from nahraum.compiled import compiled
from nahraum.index.funding.lots import lot

_ENOUGH = 1e-9


@compiled
def greedy(site_start, demand, price, far, state, p):  # type: ignore[no-untyped-def]
    """One site after the other, each time the one that saves most; gains only shrink, so few are looked at again."""
    m = len(site_start) - 1
    now = far.copy()
    gain, since = np.full(m, np.inf), np.full(m, -1, np.int64)
    chosen = np.empty(p, np.int64)
    for turn in range(p):
        while True:
            best = -1
            for i in range(m):
                if state[i] >= 0 and gain[i] > -1.0 and (best < 0 or _before(state, gain, i, best)):
                    best = i
            if since[best] == turn:
                break
            saved = 0.0
            for k in range(site_start[best], site_start[best + 1]):
                saved += max(0.0, now[demand[k]] - price[k])
            gain[best], since[best] = saved, turn
        chosen[turn], gain[best] = best, -2.0
        for k in range(site_start[best], site_start[best + 1]):
            now[demand[k]] = min(now[demand[k]], price[k])
    return np.sort(chosen)


@compiled
def _before(state, gain, one, other):  # type: ignore[no-untyped-def]
    if state[one] != state[other]:
        return state[one] > state[other]
    return gain[one] > gain[other]


@compiled
def two_nearest(j, start, site, cost, far, at, first, second, first_cost, second_cost):  # type: ignore[no-untyped-def]
    """Finds the two cheapest chosen sites of one demand; `at` is the place of a site in the choice, -1 for none."""
    first[j], second[j], first_cost[j], second_cost[j] = -1, -1, far[j], far[j]
    for k in range(start[j], start[j + 1]):
        if cost[k] >= far[j]:
            return
        place = at[site[k]]
        if place < 0:
            continue
        if first[j] < 0:
            first[j], first_cost[j] = place, cost[k]
        else:
            second[j], second_cost[j] = place, cost[k]
            return


@compiled
def cost_of(start, site, cost, far, chosen):  # type: ignore[no-untyped-def]
    """What a choice costs everybody; `chosen` is a mark per site."""
    total = 0.0
    for j in range(len(far)):
        nearest = far[j]
        for k in range(start[j], start[j + 1]):
            if chosen[site[k]]:
                nearest = min(nearest, cost[k])
                break
        total += nearest
    return total


@compiled
def interchange(start, site, cost, site_start, demand, price, far, state, chosen):  # type: ignore[no-untyped-def]
    """Exchanges one site for another as long as that saves anything; changes `chosen`, returns (cost, pairs seen).

    Each candidate in turn is held against all chosen ones at once: what it saves, less what leaving costs, plus what it
    takes over from the one that leaves.
    """
    n, m, p = len(far), len(site_start) - 1, len(chosen)
    at = np.full(m, -1, np.int64)
    for r in range(p):
        at[chosen[r]] = r
    first, second = np.empty(n, np.int64), np.empty(n, np.int64)
    first_cost, second_cost = np.empty(n), np.empty(n)
    loss, less = np.zeros(p), np.zeros(p)
    total = 0.0
    for j in range(n):
        two_nearest(j, start, site, cost, far, at, first, second, first_cost, second_cost)
        total += first_cost[j]
        if first[j] >= 0:
            loss[first[j]] += second_cost[j] - first_cost[j]
    seen, quiet, i = len(site), 0, 0
    while quiet < m:
        if at[i] < 0 and state[i] >= 0:
            less[:] = 0.0
            saved = 0.0
            for k in range(site_start[i], site_start[i + 1]):
                j, c = demand[k], price[k]
                if c >= second_cost[j]:
                    continue
                r = first[j]
                if c < first_cost[j]:
                    saved += first_cost[j] - c
                    if r >= 0:
                        less[r] += second_cost[j] - first_cost[j]
                elif r >= 0:
                    less[r] += second_cost[j] - c
            seen += site_start[i + 1] - site_start[i] + p
            out, most = -1, _ENOUGH * total
            for r in range(p):
                if saved - loss[r] + less[r] > most and state[chosen[r]] != 1:
                    out, most = r, saved - loss[r] + less[r]
            if out >= 0:
                total += _exchange(
                    i, out, start, site, cost, site_start, demand, price, far, chosen, at, first, second, first_cost,
                    second_cost, loss,
                )  # fmt: skip
                quiet = 0
        quiet += 1
        i = i + 1 if i + 1 < m else 0
    return total, seen


@compiled
def _exchange(  # type: ignore[no-untyped-def]
    new,
    out,
    start,
    site,
    cost,
    site_start,
    demand,
    price,
    far,
    chosen,
    at,
    first,
    second,
    first_cost,
    second_cost,
    loss,
):
    """Puts a site in the place of another and mends what that changes; returns the change of the cost."""
    old, change = chosen[out], 0.0
    at[old], at[new], chosen[out] = -1, out, new
    for side in range(2):
        one = old if side == 0 else new
        for k in range(site_start[one], site_start[one + 1]):
            j = demand[k]
            if side == 1:
                if not (price[k] < second_cost[j] or (price[k] == second_cost[j] and first[j] == out)):
                    continue
            elif first[j] != out and second[j] != out:
                continue
            before = first_cost[j]
            if first[j] >= 0:
                loss[first[j]] -= second_cost[j] - first_cost[j]
            two_nearest(j, start, site, cost, far, at, first, second, first_cost, second_cost)
            if first[j] >= 0:
                loss[first[j]] += second_cost[j] - first_cost[j]
            change += first_cost[j] - before
    return change


@compiled
def shake(chosen, state, m, swaps, rng):  # type: ignore[no-untyped-def]
    """Exchanges a few sites by lot; changes `chosen`."""
    inside = np.zeros(m, np.bool_)
    for r in range(len(chosen)):
        inside[chosen[r]] = True
    for _ in range(swaps):
        r, i = lot(rng, len(chosen)), lot(rng, m)
        if inside[i] or state[i] != 0 or state[chosen[r]] != 0:
            continue
        inside[chosen[r]], inside[i], chosen[r] = False, True, i
