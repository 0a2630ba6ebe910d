"""The primitive within a limit: 64 neighbouring places at a time, only the nodes they reach.

A block sweeps its lanes up to the root of the elimination tree and down again as far as the limit lets it; rows live in
a small pool that stays in the processor's cache. Points beside the nodes then take the better end of their edge
(or the way along it), and a consumer does something with the row: keep it as pairs, or add it up.

Numbers are uint16 where the limit allows (a register of the processor holds 16), else uint32: same results.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from nahraum.access.sweep import FAR, NARROW_FAR
from nahraum.compiled import compiled

LANES = 64  # of uint16 two cache lines; the loop over them is one vector step of four registers
POOL = 1 << 14  # rows to begin with; a block that needs more gets twice as many


class Question(NamedTuple):
    """What the blocks are asked. All nodes are ranks; places are numbered so that neighbours are near.

    `start, upper, parent, size` of the elimination, `climb` and `fall` what a row costs more handed up and down an
    edge. Seeds are sorted by place (`seed_start`). Points: both ends of their edge (-1 none) with the cost to them,
    and the points hanging on each rank (`hanging`). Extras are ways along an edge, sorted by place. Nothing beyond
    `limit` is looked for.
    """

    start: Any
    upper: Any
    parent: Any
    size: Any
    climb: Any
    fall: Any
    seed_rank: Any
    seed_lane: Any
    seed_cost: Any
    seed_start: Any
    ends: Any
    end_cost: Any
    hanging: Any
    hanging_point: Any
    extra_point: Any
    extra_cost: Any
    extra_start: Any
    limit: int


class Scratch(NamedTuple):
    """Memory of one thread: row of each rank (-1 none), ranks climbed and seen, points touched and when, extras."""

    slot: Any
    climbed: Any
    seen: Any
    stamp: Any
    touched: Any
    head: Any
    chain: Any


@compiled
def find_pairs(ask, lo, hi):  # type: ignore[no-untyped-def]
    """All pairs within the limit for the blocks `lo:hi` of places: point, place, cost."""
    scratch = _scratch(ask)
    pool, row = np.empty((POOL, LANES), ask.climb.dtype), np.empty(LANES, ask.climb.dtype)
    found_point, found_place = np.empty(4096, np.int32), np.empty(4096, np.int32)
    found_cost, found = np.empty(4096, np.int32), 0
    for block in range(lo, hi):
        first, last = block * LANES, min((block + 1) * LANES, ask.seed_start.size - 1)
        pool, n_seen, n_touched = _reached(ask, scratch, pool, block, first, last)
        for i in range(n_touched):
            point = scratch.touched[i]
            _point_row(ask, scratch, pool, point, first, row)
            if found + LANES > found_point.size:
                found_point = _grown(found_point)
                found_place, found_cost = _grown(found_place), _grown(found_cost)
            for lane in range(last - first):
                if row[lane] <= ask.limit:
                    found_point[found], found_place[found], found_cost[found] = point, first + lane, row[lane]
                    found += 1
        _forgotten(ask, scratch, n_seen, first, last)
    return found_point[:found], found_place[:found], found_cost[:found]


@compiled
def add_up(ask, lo, hi, limits, column, amount, out):  # type: ignore[no-untyped-def]
    """Adds the amount of each place to every point within the limit: out[point, kind of the place, ring of the cost].

    Parameters
        limits : ascending, of the kind of the costs; the ring of a cost is the first that holds it.
        column, amount : by place, in order of the seeds: where the sums of its kind begin, and what it adds.
    """
    scratch = _scratch(ask)
    pool, row = np.empty((POOL, LANES), ask.climb.dtype), np.empty(LANES, ask.climb.dtype)
    ring = np.empty(LANES, np.uint16)
    flat, width = out.reshape(-1), out.shape[1] * out.shape[2]
    for block in range(lo, hi):
        first, last = block * LANES, min((block + 1) * LANES, ask.seed_start.size - 1)
        pool, n_seen, n_touched = _reached(ask, scratch, pool, block, first, last)
        for i in range(n_touched):
            point = scratch.touched[i]
            _point_row(ask, scratch, pool, point, first, row)
            for lane in range(row.size):
                ring[lane] = 0
            for r in range(limits.size - 1):
                for lane in range(row.size):
                    ring[lane] += row[lane] > limits[r]
            for lane in range(last - first):
                if row[lane] <= ask.limit:
                    place = first + lane
                    flat[np.uint64(point * width + column[place] + ring[lane])] += amount[place]
        _forgotten(ask, scratch, n_seen, first, last)


@compiled
def _scratch(ask):  # type: ignore[no-untyped-def]
    n, n_points = ask.start.size - 1, ask.ends.shape[0]
    return Scratch(
        np.full(n, np.int32(-1)),
        np.empty(n, np.int32),
        np.empty(n, np.int32),
        np.full(n_points, np.int32(-1)),
        np.empty(n_points, np.int32),
        np.full(n_points, np.int32(-1)),
        np.empty(ask.extra_point.size, np.int32),
    )


@compiled
def _reached(ask, scratch, pool, block, first, last):  # type: ignore[no-untyped-def]
    """Sweeps one block: the pool, how many ranks are seen, how many points are touched (at them, or along an edge)."""
    n_seen = _sweep_block(ask, scratch, pool, first, last)
    while n_seen < 0:
        pool = np.empty((2 * pool.shape[0], LANES), pool.dtype)
        n_seen = _sweep_block(ask, scratch, pool, first, last)
    stamp, touched, count = scratch.stamp, scratch.touched, 0
    for i in range(n_seen):
        v = scratch.seen[i]
        for at in range(ask.hanging[v], ask.hanging[v + 1]):
            point = ask.hanging_point[at]
            if stamp[point] != block:
                stamp[point] = block
                touched[count] = point
                count += 1
    for x in range(ask.extra_start[first], ask.extra_start[last]):
        point = ask.extra_point[x]
        scratch.chain[x] = scratch.head[point]
        scratch.head[point] = x
        if stamp[point] != block:
            stamp[point] = block
            touched[count] = point
            count += 1
    return pool, n_seen, count


@compiled
def _sweep_block(ask, scratch, pool, first, last):  # type: ignore[no-untyped-def]
    """Rows of all nodes within the limit of the places `first:last`: ranks in `seen`, rows of the pool at `slot`.

    Returns
        How many are seen; -1 where the pool is too small.
    """
    climbed = _climbed(ask, scratch, pool, first, last)
    if climbed < 0:
        return -1
    slot, start, upper = scratch.slot, ask.start, ask.upper
    _sort(scratch.climbed, climbed)
    for i in range(climbed):
        v = scratch.climbed[i]
        own = slot[v]
        if _least(pool, own) <= ask.limit:
            for e in range(start[v], start[v + 1]):
                other, more = slot[upper[e]], ask.climb[e]
                for lane in range(pool.shape[1]):
                    pool[other, lane] = min(pool[other, lane], pool.dtype.type(pool[own, lane] + more))
    used, n_seen, v, far = climbed, 0, np.int64(slot.size - 1), _far(pool)
    while v >= 0:
        own = np.int64(slot[v])
        for e in range(start[v], start[v + 1]):
            other = slot[upper[e]]
            if other < 0:
                continue
            more = ask.fall[e]
            if own >= 0:
                for lane in range(pool.shape[1]):
                    pool[own, lane] = min(pool[own, lane], pool.dtype.type(pool[other, lane] + more))
            elif used < pool.shape[0]:
                own = used
                used += 1
                for lane in range(pool.shape[1]):
                    pool[own, lane] = min(far, pool.dtype.type(pool[other, lane] + more))
            else:
                _cleared(slot, scratch.climbed, climbed)
                return _cleared(slot, scratch.seen, n_seen)
        if own < 0:  # none of its upper neighbours is near, so nothing below it is
            v -= ask.size[v]
            continue
        if _least(pool, own) <= ask.limit:
            slot[v] = own
            scratch.seen[n_seen] = v
            n_seen += 1
        else:  # too far, but what is below may be near another way
            used -= slot[v] < 0
            slot[v] = -1
        v -= 1
    return n_seen


@compiled
def _climbed(ask, scratch, pool, first, last):  # type: ignore[no-untyped-def]
    """Gives a row to every seed and all that stands above it. Returns how many; -1 where the pool is too small."""
    slot, used, far = scratch.slot, 0, _far(pool)
    for s in range(ask.seed_start[first], ask.seed_start[last]):
        v = np.int64(ask.seed_rank[s])
        while v >= 0 and slot[v] < 0:
            if used == pool.shape[0]:
                return _cleared(slot, scratch.climbed, used)
            slot[v] = used
            for lane in range(pool.shape[1]):
                pool[used, lane] = far
            scratch.climbed[used] = v
            used += 1
            v = np.int64(ask.parent[v])
        own, lane = slot[ask.seed_rank[s]], ask.seed_lane[s]
        pool[own, lane] = min(pool[own, lane], ask.seed_cost[s])
    return used


@compiled
def _point_row(ask, scratch, pool, point, first, row):  # type: ignore[no-untyped-def]
    """A point's row: the better of both ends of its edge, and the ways along it."""
    far = _far(pool)
    for lane in range(pool.shape[1]):
        row[lane] = far
    for end in range(2):
        rank = ask.ends[point, end]
        if rank >= 0 and scratch.slot[rank] >= 0:
            own, more = scratch.slot[rank], ask.end_cost[point, end]
            for lane in range(pool.shape[1]):
                row[lane] = min(row[lane], pool.dtype.type(pool[own, lane] + more))
    x = scratch.head[point]
    while x >= 0:
        place = first
        while ask.extra_start[place + 1] <= x:
            place += 1
        row[place - first] = min(np.int64(row[place - first]), ask.extra_cost[x])
        x = scratch.chain[x]


@compiled
def _forgotten(ask, scratch, n_seen, first, last):  # type: ignore[no-untyped-def]
    """Makes the scratch fit for the next block."""
    for i in range(n_seen):
        scratch.slot[scratch.seen[i]] = -1
    for x in range(ask.extra_start[first], ask.extra_start[last]):
        scratch.head[ask.extra_point[x]] = -1


@compiled
def _sort(ranks, count):  # type: ignore[no-untyped-def]
    """Sorts the first ranks in place (Shell's way: short, and quick for some hundreds in long ascending runs)."""
    for gap in (701, 301, 132, 57, 23, 10, 4, 1):
        for i in range(gap, count):
            rank, j = ranks[i], i
            while j >= gap and ranks[j - gap] > rank:
                ranks[j] = ranks[j - gap]
                j -= gap
            ranks[j] = rank


@compiled
def _far(pool):  # type: ignore[no-untyped-def]
    return pool.dtype.type(NARROW_FAR if pool.itemsize == 2 else FAR)


@compiled
def _least(pool, own):  # type: ignore[no-untyped-def]
    least = pool[own, 0]
    for lane in range(pool.shape[1]):
        least = min(least, pool[own, lane])
    return least


@compiled
def _cleared(slot, ranks, count):  # type: ignore[no-untyped-def]
    for i in range(count):
        slot[ranks[i]] = -1
    return -1


@compiled
def _grown(array):  # type: ignore[no-untyped-def]
    longer = np.empty(2 * array.size, array.dtype)
    for i in range(array.size):
        longer[i] = array[i]
    return longer


@compiled
def grouped(key, n_keys, first, second):  # type: ignore[no-untyped-def]
    """Two columns sorted by a key, stable. Returns slices by key, key, first, second."""
    start = np.zeros(n_keys + 1, np.int64)
    for i in range(key.size):
        start[key[i] + 1] += 1
    for k in range(n_keys):
        start[k + 1] += start[k]
    at = start[:-1].copy()
    keys, one, two = np.empty_like(key), np.empty_like(first), np.empty_like(second)
    for i in range(key.size):
        j = at[key[i]]
        keys[j], one[j], two[j] = key[i], first[i], second[i]
        at[key[i]] += 1
    return start, keys, one, two
