"""Kernels of who serves whom: a maximal flow from demand to chosen sites with room, mended when a site is exchanged.

town : pairs by demand (`start`, `site`, and `place`: where the demand stands in the list of that site), by site
    (`site_start`, `demand`), `weight` of each demand, `room` of each site.
now : `chosen` site of each slot (-1 none), `at`: slot of each site (-1 none), `given`: how much a slot serves of each
    demand in its site's list, `free`: room left of each slot, `left`: what is unserved of each demand, `seen`: pairs
    looked at.

References
    Ford, L. R., Fulkerson, D. R. (1956). Maximal flow through a network. Canadian Journal of Mathematics 8.
"""

from __future__ import annotations

import numpy as np

from nahraum.compiled import compiled

_TRIES = 12  # sites that are tried in one slot, the most promising first
_TINY = 1e-9  # of the heaviest demand: what rounding leaves


@compiled
def enter(i, r, town, now):  # type: ignore[no-untyped-def]
    """Puts a site into an empty slot, where it serves who is unserved as far as its room goes; returns how much."""
    site_start, demand, room = town[3], town[4], town[6]
    chosen, at, given, free, left, seen = now
    chosen[r], at[i], free[r] = i, r, room[i]
    begin, total = site_start[i], 0.0
    seen[0] += site_start[i + 1] - begin
    for k in range(begin, site_start[i + 1]):
        much = min(left[demand[k]], free[r])
        given[r, k - begin] = much
        left[demand[k]] -= much
        free[r] -= much
        total += much
    return total


@compiled
def leave(r, town, now):  # type: ignore[no-untyped-def]
    """Takes the site out of a slot; returns how much is unserved by that."""
    site_start, demand = town[3], town[4]
    chosen, at, given, free, left, seen = now
    i, total = chosen[r], 0.0
    begin = site_start[i]
    seen[0] += site_start[i + 1] - begin
    for k in range(begin, site_start[i + 1]):
        left[demand[k]] += given[r, k - begin]
        total += given[r, k - begin]
        given[r, k - begin] = 0.0
    chosen[r], at[i], free[r] = -1, -1, 0.0
    return total


@compiled
def raised(town, now):  # type: ignore[no-untyped-def]
    """Serves as much more as the chosen sites can by handing demand over among them; returns how much.

    A slot from which nothing more could be reached stays so, whatever the others do: each is asked once.
    """
    chosen, free, weight = now[0], now[3], town[5]
    tiny, total = _TINY * weight.max(), 0.0
    before, queue = np.empty(len(chosen), np.int64), np.empty(len(chosen), np.int64)
    for r in range(len(chosen)):
        while chosen[r] >= 0 and free[r] > tiny:
            end = _way(r, town, now, tiny, before, queue)
            if end < 0:
                break
            total += _handed(r, end, town, now, before)
    return total


@compiled
def _way(r, town, now, tiny, before, queue):  # type: ignore[no-untyped-def]
    """The nearest slot with unserved demand from which it can be handed on to r; -1 if none. Fills `before`."""
    start, site, place, site_start, demand, weight = town[0], town[1], town[2], town[3], town[4], town[5]
    chosen, at, given, left, seen = now[0], now[1], now[2], now[4], now[5]
    before[:] = -2
    before[r], queue[0] = -1, r
    n, turn = 1, 0
    while turn < n:
        to = queue[turn]
        turn += 1
        begin, end = site_start[chosen[to]], site_start[chosen[to] + 1]
        seen[0] += end - begin
        for k in range(begin, end):
            if left[demand[k]] > tiny:
                return to
        for k in range(begin, end):
            j = demand[k]
            if weight[j] - left[j] - given[to, k - begin] <= tiny:
                continue
            seen[0] += start[j + 1] - start[j]
            for q in range(start[j], start[j + 1]):
                other = at[site[q]]
                if other >= 0 and before[other] == -2 and given[other, place[q]] > tiny:
                    before[other], queue[n] = to, other
                    n += 1
    return -1


@compiled
def _handed(r, end, town, now, before):  # type: ignore[no-untyped-def]
    """Hands as much as goes along a way: the slot at its end serves unserved demand and hands on what it had."""
    site_start, demand = town[3], town[4]
    chosen, given, free, left = now[0], now[2], now[3], now[4]
    begin = site_start[chosen[end]]
    much, total = free[r], 0.0
    for k in range(begin, site_start[chosen[end] + 1]):
        total += left[demand[k]]
    much, one = min(much, total), end
    while one != r:
        much = min(much, _passed(one, before[one], much, town, now, False))
        one = before[one]
    one = end
    while one != r:
        _passed(one, before[one], much, town, now, True)
        one = before[one]
    rest = much
    for k in range(begin, site_start[chosen[end] + 1]):
        more = min(left[demand[k]], rest)
        given[end, k - begin] += more
        left[demand[k]] -= more
        rest -= more
    free[r] -= much
    return much


@compiled
def _passed(one, to, much, town, now, act):  # type: ignore[no-untyped-def]
    """How much of at most `much` one slot can hand to another; with `act` it does."""
    start, site, place, site_start, demand = town[0], town[1], town[2], town[3], town[4]
    chosen, given, seen = now[0], now[2], now[5]
    i, rest = chosen[one], much
    for k in range(site_start[i], site_start[i + 1]):
        here = k - site_start[i]
        if given[one, here] <= 0.0:
            continue
        seen[0] += start[demand[k] + 1] - start[demand[k]]
        for q in range(start[demand[k]], start[demand[k] + 1]):
            if site[q] == chosen[to]:
                more = min(given[one, here], rest)
                rest -= more
                if act:
                    given[one, here] -= more
                    given[to, place[q]] += more
                break
        if rest <= 0.0:
            break
    return much - rest


@compiled
def _asked(town, now, marked):  # type: ignore[no-untyped-def]
    """Marks the demand by which another site could serve more: unserved, or of slots that could serve such instead.

    That is one side of the least cut of a maximal flow: whatever site is added, it serves at most the marked demand
    of its list more, and not more than its room. Returns how much is unserved.
    """
    start, site, site_start, demand, weight = town[0], town[1], town[3], town[4], town[5]
    chosen, at, given, left, seen = now[0], now[1], now[2], now[4], now[5]
    tiny, unserved = _TINY * weight.max(), 0.0
    queue, inside, n, turn = np.empty(len(chosen), np.int64), np.zeros(len(chosen), np.bool_), 0, 0
    for j in range(len(left)):
        marked[j] = left[j] > tiny
        unserved += left[j]
        if marked[j]:
            n = _joined(j, start, site, at, inside, queue, n)
    while turn < n:
        r = queue[turn]
        turn += 1
        begin = site_start[chosen[r]]
        seen[0] += site_start[chosen[r] + 1] - begin
        for k in range(begin, site_start[chosen[r] + 1]):
            j = demand[k]
            if given[r, k - begin] > tiny and not marked[j]:
                marked[j] = True
                n = _joined(j, start, site, at, inside, queue, n)
    return unserved


@compiled
def _joined(j, start, site, at, inside, queue, n):  # type: ignore[no-untyped-def]
    """Puts the slots that cover a demand into the queue; returns its length."""
    for q in range(start[j], start[j + 1]):
        r = at[site[q]]
        if r >= 0 and not inside[r]:
            inside[r], queue[n] = True, r
            n += 1
    return n


@compiled
def interchange(town, now, state, limit):  # type: ignore[no-untyped-def]
    """Exchanges one site for another as long as that serves more; the best other site for a slot, slot by slot.

    state : sites with 0 may come and go, with 1 they stay, with -1 they may only go. limit : pairs to look at.
    """
    chosen, seen = now[0], now[5]
    r, since, before = 0, 0, seen[0]
    while since < len(chosen) and seen[0] - before < limit:
        better = state[chosen[r]] != 1 and _exchanged(r, town, now, state)
        since = 0 if better else since + 1
        r = (r + 1) % len(chosen)


@compiled
def _promised(town, now, state, old):  # type: ignore[no-untyped-def]
    """The most that each site which may come would serve more; 0 for all others."""
    site_start, demand, weight, room = town[3], town[4], town[5], town[6]
    at, seen = now[1], now[5]
    marked, most = np.empty(len(weight), np.bool_), np.zeros(len(state))
    unserved = _asked(town, now, marked)
    for i in range(len(state)):
        if state[i] == 0 and at[i] < 0 and i != old:
            for k in range(site_start[i], site_start[i + 1]):
                if marked[demand[k]]:
                    most[i] += weight[demand[k]]
            seen[0] += site_start[i + 1] - site_start[i]
            most[i] = min(most[i], room[i], unserved)
    return most


@compiled
def _exchanged(r, town, now, state):  # type: ignore[no-untyped-def]
    """Puts the best other site into a slot; whether that serves more. Otherwise all stays as it was."""
    weight = town[5]
    chosen, at, given, free, left, _ = now
    old, best = chosen[r], -1
    kept = given.copy(), free.copy(), left.copy()
    least = leave(r, town, now)
    least += _TINY * max(least, weight.max()) - raised(town, now)
    base = given.copy(), free.copy(), left.copy()
    most = _promised(town, now, state, old)
    order = np.argsort(-most, kind="mergesort")
    for turn in range(min(_TRIES, len(order))):
        i = order[turn]
        if most[i] <= least:
            break
        gain = enter(i, r, town, now) + raised(town, now)
        if gain > least:
            least, best = gain, i
        chosen[r], at[i] = -1, -1
        _back(now, base)
    if best < 0:
        chosen[r], at[old] = old, r
        _back(now, kept)
        return False
    enter(best, r, town, now)
    raised(town, now)
    return True


@compiled
def _back(now, kept):  # type: ignore[no-untyped-def]
    """Puts back who served whom."""
    now[2][:] = kept[0]
    now[3][:] = kept[1]
    now[4][:] = kept[2]
