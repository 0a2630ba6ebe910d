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
def push(labels, nodes, size, label, node):  # type: ignore[no-untyped-def]
    """One more on the heap; the arrays come back, larger where they were full."""
    if size == len(labels):
        labels, nodes = np.concatenate((labels, np.empty_like(labels))), np.concatenate((nodes, np.empty_like(nodes)))
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if labels[above] <= label:
            break
        labels[at], nodes[at] = labels[above], nodes[above]
        at = above
    labels[at], nodes[at] = label, node
    return labels, nodes


@compiled
def pop(labels, nodes, size):  # type: ignore[no-untyped-def]
    """The smallest taken off a heap of this size."""
    label, node = labels[0], nodes[0]
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
    return label, node


@compiled
def arcs_of(node, roads):  # type: ignore[no-untyped-def]
    """Where the arcs of a node begin and end in the block of the base, and the first of the further ones."""
    start, head = roads[0], roads[1]
    if node < len(start) - 1:
        return start[node], start[node + 1], np.int64(head[node]) - 1
    return np.int64(0), np.int64(0), np.int64(head[node]) - 1


@compiled
def next_arc(at, end, further, roads):  # type: ignore[no-untyped-def]
    """The next arc of a node (-1 none), and the further one after it."""
    if at < end:
        return at, further
    if further < 0:
        return np.int64(-1), further
    return further, np.int64(roads[2][further]) - 1


@compiled
def _noted(node, label, mark, touched, before, count):  # type: ignore[no-untyped-def]
    """A node written down with its label of before; the lists come back, longer where they were full."""
    if count == len(touched):
        touched, before = np.concatenate((touched, touched)), np.concatenate((before, before))
    mark[node], touched[count], before[count] = count, node, label[node]
    return touched, before, count + 1


@compiled
def _cleared(label, roads, lost, mark, touched, before):  # type: ignore[no-untyped-def]
    """Labels of the lost nodes, and of all whose label may have come by them, taken away."""
    node_of, into = roads[3], roads[5]
    count, done = 0, 0
    for node in lost:
        if mark[node] < 0 and label[node] < FAR:
            touched, before, count = _noted(node, label, mark, touched, before, count)
            label[node] = FAR
    while done < count:
        at, end, further = arcs_of(touched[done], roads)
        old = before[done]
        done += 1
        while True:
            arc, further = next_arc(at, end, further, roads)
            if arc < 0:
                break
            at += 1
            other = node_of[arc]
            if into[arc] < BLOCKED and label[other] == old + (np.int64(into[arc]) << COST_BITS):
                touched, before, count = _noted(other, label, mark, touched, before, count)
                label[other] = FAR
    return touched, before, count


@compiled
def _offer(node, label, seed, roads):  # type: ignore[no-untyped-def]
    """The best label that a node has, or that its own places or its neighbours give it."""
    node_of, out = roads[3], roads[4]
    best = min(label[node], seed[node])
    at, end, further = arcs_of(node, roads)
    while True:
        arc, further = next_arc(at, end, further, roads)
        if arc < 0:
            return best
        at += 1
        if out[arc] < BLOCKED and label[node_of[arc]] < FAR:
            best = min(best, label[node_of[arc]] + (np.int64(out[arc]) << COST_BITS))


@compiled
def mend(label, seed, roads, lost, gained, limit, mark):  # type: ignore[no-untyped-def]
    """Labels after seeds and arcs were lost or gained; `roads` and `seed` are those of after.

    lost : nodes whose label may have come by what is lost (more than necessary is fine).
    gained : nodes with a better seed, or from which a new arc leads.
    limit : longest cost.
    mark : per node, all -1 before and after.

    Returns the nodes whose label is another now, and their labels of before.
    """
    node_of, into = roads[3], roads[5]
    beyond, n = (limit + 1) << COST_BITS, 0
    size = max(64, 2 * len(lost) + 2 * len(gained))
    heap, where = np.empty(size, np.int64), np.empty(size, np.int64)
    touched, before = np.empty(size, np.int64), np.empty(size, np.int64)
    touched, before, count = _cleared(label, roads, lost, mark, touched, before)
    broken = count
    for turn in range(broken + len(gained)):
        node = touched[turn] if turn < broken else gained[turn - broken]
        best = _offer(node, label, seed, roads)
        if best < label[node] and best < beyond:
            if mark[node] < 0:
                touched, before, count = _noted(node, label, mark, touched, before, count)
            label[node] = best
            heap, where = push(heap, where, n, best, node)
            n += 1
    while n:
        best, node = pop(heap, where, n)
        n -= 1
        at, end, further = arcs_of(node, roads)
        while best == label[node]:  # else it has been reached a shorter way since
            arc, further = next_arc(at, end, further, roads)
            if arc < 0:
                break
            at += 1
            other, onward = node_of[arc], best + (np.int64(into[arc]) << COST_BITS)
            if into[arc] < BLOCKED and onward < label[other] and onward < beyond:
                if mark[other] < 0:
                    touched, before, count = _noted(other, label, mark, touched, before, count)
                label[other] = onward
                heap, where = push(heap, where, n, onward, other)
                n += 1
    return _differing(label, mark, touched, before, count)


@compiled
def _differing(label, mark, touched, before, count):  # type: ignore[no-untyped-def]
    """Of the nodes written down those with another label now; all marks are taken off."""
    kept = 0
    for at in range(count):
        mark[touched[at]] = -1
        if label[touched[at]] != before[at]:
            touched[kept], before[kept] = touched[at], before[at]
            kept += 1
    return touched[:kept].copy(), before[:kept].copy()


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
def answer(nodes, extra, label, along, best, points, hangs, limit, mark):  # type: ignore[no-untyped-def]
    """Labels of the points at changed nodes, and of the extra points; `best` is brought up to date.

    `points` are both nodes and both costs of each; `hangs` which points hang at a node: start and point (of the
    base), head, next and point (linked). Returns the points with another label now, and those of before.
    """
    start, hung, head, following, further = hangs
    beyond = (limit + 1) << COST_BITS
    changed, before, count = np.empty(64, np.int64), np.empty(64, np.int64), 0
    for turn in range(len(nodes) + len(extra)):
        if turn < len(nodes):
            node = nodes[turn]
            at = start[node] if node < len(start) - 1 else np.int64(0)
            end = start[node + 1] if node < len(start) - 1 else np.int64(0)
            link = np.int64(head[node]) - 1
        else:
            at, end, link = np.int64(0), np.int64(0), np.int64(-2)
        while True:
            if link == -2:
                point = extra[turn - len(nodes)]
                link = np.int64(-1)
            elif at < end:
                point = np.int64(hung[at])
                at += 1
            elif link >= 0:
                point = np.int64(further[link])
                link = np.int64(following[link]) - 1
            else:
                break
            if mark[point] >= 0:
                continue
            value = _value(point, label, along[point], points, beyond)
            if value != best[point]:
                if count == len(changed):
                    changed, before = np.concatenate((changed, changed)), np.concatenate((before, before))
                mark[point], changed[count], before[count] = count, point, best[point]
                best[point] = value
                count += 1
    for at in range(count):
        mark[changed[at]] = -1
    return changed[:count].copy(), before[:count].copy()


@compiled
def _value(point, label, along, points, beyond):  # type: ignore[no-untyped-def]
    """Label of a point: along its edge, or by one of its ends."""
    one, other, to_one, to_other = points
    value = along
    if to_one[point] < BLOCKED and one[point] >= 0 and label[one[point]] < FAR:
        value = min(value, label[one[point]] + (np.int64(to_one[point]) << COST_BITS))
    if to_other[point] < BLOCKED and other[point] >= 0 and label[other[point]] < FAR:
        value = min(value, label[other[point]] + (np.int64(to_other[point]) << COST_BITS))
    return value if value < beyond else FAR
