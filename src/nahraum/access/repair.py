"""Kernels of what-if: search trees mended where an edit broke them, instead of searched again.

A *label* is `cost << 32 | code` of the nearest place, in one whole number: the smaller label is the shorter way,
and of equal ways the lower code, which stands for the lower id. Places are found from nodes (costs towards the
place), so a search runs backwards over the arcs. Costs at BLOCKED or above are not walked.

`roads` are start (arcs of the base's nodes, in one block each), head and next (further arcs as linked lists, one
more than their position, 0 ends), node, cost out and cost in, edge of the arcs; and which edges are alive.
"""

from __future__ import annotations

import numpy as np

from nahraum.compiled import compiled

FAR = np.int64(1 << 62)
COST_BITS = 32
BLOCKED = np.int64(1 << 30)


@compiled
def sifted_up(labels, nodes, at, label, node):  # type: ignore[no-untyped-def]
    """One more on a heap of size `at`; there must be room for it."""
    while at > 0:
        above = (at - 1) >> 1
        if labels[above] <= label:
            break
        labels[at], nodes[at] = labels[above], nodes[above]
        at = above
    labels[at], nodes[at] = label, node


@compiled
def sifted_down(labels, nodes, size):  # type: ignore[no-untyped-def]
    """The smallest of a heap of this size overwritten by its last."""
    last, carried = labels[size - 1], nodes[size - 1]
    at, child = 0, 1
    while child < size - 1:
        if child + 1 < size - 1 and labels[child + 1] < labels[child]:
            child += 1
        if labels[child] >= last:
            break
        labels[at], nodes[at] = labels[child], nodes[child]
        at, child = child, 2 * child + 1
    labels[at], nodes[at] = last, carried


@compiled
def longer(array):  # type: ignore[no-untyped-def]
    """Twice the room, the same values in front."""
    grown = np.empty(2 * len(array), array.dtype)
    grown[: len(array)] = array
    return grown


@compiled
def mend(label, seed, roads, lost, gained, limit, scratch):  # type: ignore[no-untyped-def]
    """Labels after seeds and arcs were lost or gained; `roads` and `seed` are those of after.

    lost : nodes whose label may have come by what is lost (more than necessary is fine).
    gained : nodes with a better seed, or from which a new arc leads.
    limit : longest cost.
    scratch : three rooms per node; the first all -1 before and after.

    Returns the nodes whose label is another now, and their labels of before.

    The loops over the arcs of a node are written out, and no array is replaced by a longer one within them: a tuple
    handed to a function, or an array that may be another one next time, costs several times what the arc costs.
    """
    start, head, following, node_of, out, into = roads[0], roads[1], roads[2], roads[3], roads[4], roads[5]
    mark, touched, before = scratch
    n_base, beyond, count = len(start) - 1, (limit + 1) << COST_BITS, 0
    for node in lost:  # taken away: the labels of the lost, and then of all whose label may have come by them
        if mark[node] < 0 and label[node] < FAR:
            mark[node], touched[count], before[count] = count, node, label[node]
            label[node] = FAR
            count += 1
    done = 0
    while done < count:
        node, old = touched[done], before[done]
        done += 1
        at, end, link = np.int64(0), np.int64(0), np.int64(head[node]) - 1
        if node < n_base:
            at, end = start[node], start[node + 1]
        while at < end or link >= 0:
            arc = at
            if at < end:
                at += 1
            else:
                arc, link = link, np.int64(following[link]) - 1
            other = node_of[arc]
            if into[arc] < BLOCKED and label[other] == old + (np.int64(into[arc]) << COST_BITS):
                mark[other], touched[count], before[count] = count, other, label[other]
                label[other] = FAR
                count += 1
    broken, n = count, 0
    heap = np.empty(2 * (broken + len(gained)) + 256, np.int64)
    where = np.empty(len(heap), np.int64)
    for turn in range(broken + len(gained)):  # the best that their own places and their neighbours give them
        node = touched[turn] if turn < broken else gained[turn - broken]
        best = min(label[node], seed[node])
        at, end, link = np.int64(0), np.int64(0), np.int64(head[node]) - 1
        if node < n_base:
            at, end = start[node], start[node + 1]
        while at < end or link >= 0:
            arc = at
            if at < end:
                at += 1
            else:
                arc, link = link, np.int64(following[link]) - 1
            if out[arc] < BLOCKED and label[node_of[arc]] < FAR:
                best = min(best, label[node_of[arc]] + (np.int64(out[arc]) << COST_BITS))
        if best < label[node] and best < beyond:
            if mark[node] < 0:
                mark[node], touched[count], before[count] = count, node, label[node]
                count += 1
            label[node] = best
            sifted_up(heap, where, n, best, node)
            n += 1
    while n:
        n, count = spread(label, roads, into, beyond, heap, where, n, mark, touched, before, count)
        if n:
            heap, where = longer(heap), longer(where)
    kept = 0
    for turn in range(count):
        mark[touched[turn]] = -1
        if label[touched[turn]] != before[turn]:
            touched[kept], before[kept] = touched[turn], before[turn]
            kept += 1
    return touched[:kept].copy(), before[:kept].copy()


@compiled
def spread(label, roads, cost, beyond, heap, where, n, mark, touched, before, count):  # type: ignore[no-untyped-def]
    """Labels handed on from the nodes on a heap for as long as they are better and below `beyond`.

    Every node with another label is written down once. Returns how many are left on the heap (0, or it is full and
    must be longer before this goes on) and how many nodes are written down.
    """
    start, head, following, node_of = roads[0], roads[1], roads[2], roads[3]
    n_base = len(start) - 1
    while n:
        best, node = heap[0], where[0]
        sifted_down(heap, where, n)
        n -= 1
        if best != label[node]:  # it has been reached a shorter way since
            continue
        at, end, link = np.int64(0), np.int64(0), np.int64(head[node]) - 1
        if node < n_base:
            at, end = start[node], start[node + 1]
        while at < end or link >= 0:
            if n + 1 >= len(heap):
                sifted_up(heap, where, n, best, node)
                return n + 1, count
            arc = at
            if at < end:
                at += 1
            else:
                arc, link = link, np.int64(following[link]) - 1
            came, other, onward = node, np.int64(node_of[arc]), best + (np.int64(cost[arc]) << COST_BITS)
            open_way = cost[arc] < BLOCKED
            while open_way and onward < label[other] and onward < beyond:
                if mark[other] < 0:
                    mark[other], touched[count], before[count] = count, other, label[other]
                    count += 1
                label[other] = onward
                first = start[other] if other < n_base else np.int64(0)
                if other >= n_base or head[other] or start[other + 1] - first != 2:
                    sifted_up(heap, where, n, onward, other)
                    n += 1
                    break
                arc = first + 1 if node_of[first] == came else first  # a node between two: on to the other one
                came, other, onward = other, np.int64(node_of[arc]), onward + (np.int64(cost[arc]) << COST_BITS)
                open_way = cost[arc] < BLOCKED
    return n, count


@compiled
def depending(node, other, cost, label):  # type: ignore[no-untyped-def]
    """Of lost arcs (node to other) the nodes whose label may have come over them."""
    found = np.empty(len(node), np.int64)
    count = 0
    for at in range(len(node)):
        onward = label[other[at]] + (np.int64(cost[at]) << COST_BITS)
        if cost[at] < BLOCKED and label[node[at]] < FAR and label[node[at]] == onward:
            found[count] = node[at]
            count += 1
    return found[:count]


@compiled
def answer(nodes, extra, label, along, best, points, hangs, limit, scratch):  # type: ignore[no-untyped-def]
    """Labels of the points at changed nodes, and of the extra points; `best` is brought up to date.

    `points` are both nodes and both costs of each; `hangs` which points hang at a node: start and point (of the
    base), head, next and point (linked). `scratch` is room per point. Returns the points with another label now, and
    those of before.
    """
    start, hung, head, following, further = hangs
    one, other, to_one, to_other = points
    n_base, beyond = len(start) - 1, (limit + 1) << COST_BITS
    _, changed, before = scratch
    count = 0
    for turn in range(len(nodes) + len(extra)):
        at, end, link = np.int64(0), np.int64(1), np.int64(-1)
        if turn < len(nodes):
            node = nodes[turn]
            end, link = np.int64(0), np.int64(head[node]) - 1
            if node < n_base:
                at, end = start[node], start[node + 1]
        while at < end or link >= 0:
            if at < end:
                point = np.int64(hung[at]) if turn < len(nodes) else extra[turn - len(nodes)]
                at += 1
            else:
                point, link = np.int64(further[link]), np.int64(following[link]) - 1
            value = along[point]  # along its edge, or by one of its ends
            if to_one[point] < BLOCKED and one[point] >= 0 and label[one[point]] < FAR:
                value = min(value, label[one[point]] + (to_one[point] << COST_BITS))
            if to_other[point] < BLOCKED and other[point] >= 0 and label[other[point]] < FAR:
                value = min(value, label[other[point]] + (to_other[point] << COST_BITS))
            value = value if value < beyond else FAR
            if value != best[point]:  # who is met again is up to date by then
                changed[count], before[count] = point, best[point]
                best[point] = value
                count += 1
    return changed[:count].copy(), before[:count].copy()
