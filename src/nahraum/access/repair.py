"""Kernels of what-if: search trees mended where an edit broke them, instead of searched again.

A *label* is `cost << 32 | code` of the nearest place, in one whole number: the smaller label is the shorter way,
and of equal ways the lower code, which stands for the lower id. Places are found from nodes (costs towards the
place), so a search runs backwards over the arcs. Costs at BLOCKED or above are not walked.

`roads` are start (arcs of the base's nodes, in one block each), head and next (further arcs as linked lists, one
more than their position, 0 ends), node, cost out and cost in, edge of the arcs; and which edges are alive.
"""

from __future__ import annotations

import numba
import numpy as np

FAR = np.int64(1 << 62)
COST_BITS = 32
BLOCKED = np.int64(1 << 30)


@numba.njit(nogil=True, cache=True)
def _push(labels, nodes, size, label, node):  # type: ignore[no-untyped-def]
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


@numba.njit(nogil=True, cache=True)
def _pop(labels, nodes, size):  # type: ignore[no-untyped-def]
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


@numba.njit(nogil=True, cache=True)
def _arcs(node, roads):  # type: ignore[no-untyped-def]
    """Where the arcs of a node begin and end in the block of the base, and the first of the further ones."""
    start, head = roads[0], roads[1]
    if node < len(start) - 1:
        return start[node], start[node + 1], np.int64(head[node]) - 1
    return np.int64(0), np.int64(0), np.int64(head[node]) - 1


@numba.njit(nogil=True, cache=True)
def _next(at, end, further, roads):  # type: ignore[no-untyped-def]
    """The next arc of a node (-1 none), and the further one after it."""
    if at < end:
        return at, further
    if further < 0:
        return np.int64(-1), further
    return further, np.int64(roads[2][further]) - 1


@numba.njit(nogil=True, cache=True)
def mend(label, seed, roads, lost, gained, limit, mark):  # type: ignore[no-untyped-def]
    """Labels after seeds and arcs were lost or gained; `roads` and `seed` are those of after.

    lost : nodes whose label may have come by what is lost (more than necessary is fine).
    gained : nodes with a better seed, or from which a new arc leads.
    limit : longest cost.
    mark : per node, all -1 before and after.

    Returns the nodes whose label is another now, and their labels of before.
    """
    node_of, out, into = roads[3], roads[4], roads[5]
    beyond = (limit + 1) << COST_BITS
    size = max(64, 2 * len(lost) + 2 * len(gained))
    touched, before, count = np.empty(size, np.int64), np.empty(size, np.int64), 0
    heap, where, n = np.empty(size, np.int64), np.empty(size, np.int64), 0
    for node in lost:
        if mark[node] < 0 and label[node] < FAR:
            if count == len(touched):
                touched, before = np.concatenate((touched, touched)), np.concatenate((before, before))
            mark[node], touched[count], before[count] = count, node, label[node]
            label[node] = FAR
            count += 1
    done = 0
    while done < count:
        node, old = touched[done], before[done]
        done += 1
        at, end, further = _arcs(node, roads)
        while True:
            arc, further = _next(at, end, further, roads)
            if arc < 0:
                break
            at += 1
            other = node_of[arc]
            if into[arc] < BLOCKED and label[other] == old + (np.int64(into[arc]) << COST_BITS):
                if count == len(touched):
                    touched, before = np.concatenate((touched, touched)), np.concatenate((before, before))
                mark[other], touched[count], before[count] = count, other, label[other]
                label[other] = FAR
                count += 1
    broken = count
    for turn in range(broken + len(gained)):
        node = touched[turn] if turn < broken else gained[turn - broken]
        best = min(label[node], seed[node])
        at, end, further = _arcs(node, roads)
        while True:
            arc, further = _next(at, end, further, roads)
            if arc < 0:
                break
            at += 1
            if out[arc] < BLOCKED and label[node_of[arc]] < FAR:
                best = min(best, label[node_of[arc]] + (np.int64(out[arc]) << COST_BITS))
        if best < label[node] and best < beyond:
            if mark[node] < 0:
                if count == len(touched):
                    touched, before = np.concatenate((touched, touched)), np.concatenate((before, before))
                mark[node], touched[count], before[count] = count, node, label[node]
                count += 1
            label[node] = best
            heap, where = _push(heap, where, n, best, node)
            n += 1
    while n:
        best, node = _pop(heap, where, n)
        n -= 1
        if best != label[node]:
            continue
        at, end, further = _arcs(node, roads)
        while True:
            arc, further = _next(at, end, further, roads)
            if arc < 0:
                break
            at += 1
            if into[arc] >= BLOCKED:
                continue
            other, onward = node_of[arc], best + (np.int64(into[arc]) << COST_BITS)
            if onward < label[other] and onward < beyond:
                if mark[other] < 0:
                    if count == len(touched):
                        touched, before = np.concatenate((touched, touched)), np.concatenate((before, before))
                    mark[other], touched[count], before[count] = count, other, label[other]
                    count += 1
                label[other] = onward
                heap, where = _push(heap, where, n, onward, other)
                n += 1
    kept = 0
    for at in range(count):
        mark[touched[at]] = -1
        if label[touched[at]] != before[at]:
            touched[kept], before[kept] = touched[at], before[at]
            kept += 1
    return touched[:kept].copy(), before[:kept].copy()


@numba.njit(nogil=True, cache=True)
def depending(node, other, cost, label):  # type: ignore[no-untyped-def]
    """Of lost arcs (node to other) the nodes whose label may have come over them."""
    found = np.empty(len(node), np.int64)
    count = 0
    for at in range(len(node)):
        if cost[at] < BLOCKED and label[node[at]] < FAR:
            if label[node[at]] == label[other[at]] + (np.int64(cost[at]) << COST_BITS):
                found[count] = node[at]
                count += 1
    return found[:count]


@numba.njit(nogil=True, cache=True)
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


@numba.njit(nogil=True, cache=True)
def _value(point, label, along, points, beyond):  # type: ignore[no-untyped-def]
    """Label of a point: along its edge, or by one of its ends."""
    one, other, to_one, to_other = points
    value = along
    if to_one[point] < BLOCKED and one[point] >= 0 and label[one[point]] < FAR:
        value = min(value, label[one[point]] + (np.int64(to_one[point]) << COST_BITS))
    if to_other[point] < BLOCKED and other[point] >= 0 and label[other[point]] < FAR:
        value = min(value, label[other[point]] + (np.int64(to_other[point]) << COST_BITS))
    return value if value < beyond else FAR


@numba.njit(nogil=True, cache=True)
def ball(seed_node, seed_cost, roads, backward, limit, dist):  # type: ignore[no-untyped-def]
    """Nodes within a limit and their costs to the seeds (backward) or from them; `dist` per node all FAR, and again."""
    node_of = roads[3]
    cost = roads[5] if backward else roads[4]
    heap, where, n = np.empty(256, np.int64), np.empty(256, np.int64), 0
    nodes, count = np.empty(256, np.int64), 0
    for at in range(len(seed_node)):
        node, walked = seed_node[at], np.int64(seed_cost[at])
        if node >= 0 and walked <= limit and walked < dist[node]:
            dist[node] = walked
            heap, where = _push(heap, where, n, walked, node)
            n += 1
    while n:
        walked, node = _pop(heap, where, n)
        n -= 1
        if walked != dist[node]:
            continue
        if count == len(nodes):
            nodes = np.concatenate((nodes, nodes))
        nodes[count] = node
        count += 1
        at, end, further = _arcs(node, roads)
        while True:
            arc, further = _next(at, end, further, roads)
            if arc < 0:
                break
            at += 1
            onward = walked + cost[arc]
            if cost[arc] < BLOCKED and onward <= limit and onward < dist[node_of[arc]]:
                dist[node_of[arc]] = onward
                heap, where = _push(heap, where, n, onward, node_of[arc])
                n += 1
    found = nodes[:count].copy()
    walked = np.empty(count, np.int64)
    for at in range(count):
        walked[at] = dist[found[at]]
    for at in range(count):
        dist[found[at]] = FAR
    return found, walked


@numba.njit(nogil=True, cache=True)
def gathered(nodes, walked, points, hangs, near, near_cost, limit, mark):  # type: ignore[no-untyped-def]
    """Points within a limit of what a ball was drawn around: by the nodes of the ball, or along their own edge.

    `near` and `near_cost` are points on the edges of the seeds with the way along it. Returns points in ascending
    order with their costs.
    """
    one, other, to_one, to_other = points
    start, hung, head, following, further = hangs
    found, cost, count = np.empty(256, np.int64), np.empty(256, np.int64), 0
    for turn in range(len(nodes) + len(near)):
        direct = turn >= len(nodes)
        node = np.int64(-1) if direct else nodes[turn]
        at, end, link = np.int64(0), np.int64(1 if direct else 0), np.int64(-1)
        if not direct:
            if node < len(start) - 1:
                at, end = start[node], start[node + 1]
            link = np.int64(head[node]) - 1
        while True:
            if at < end:
                point = near[turn - len(nodes)] if direct else np.int64(hung[at])
                at += 1
            elif link >= 0:
                point = np.int64(further[link])
                link = np.int64(following[link]) - 1
            else:
                break
            if direct:
                total = near_cost[turn - len(nodes)]
            else:
                total = FAR
                if one[point] == node and to_one[point] < BLOCKED:
                    total = walked[turn] + to_one[point]
                if other[point] == node and to_other[point] < BLOCKED:
                    total = min(total, walked[turn] + to_other[point])
            if total > limit:
                continue
            if mark[point] >= 0:
                cost[mark[point]] = min(cost[mark[point]], total)
                continue
            if count == len(found):
                found, cost = np.concatenate((found, found)), np.concatenate((cost, cost))
            mark[point], found[count], cost[count] = count, point, total
            count += 1
    for at in range(count):
        mark[found[at]] = -1
    order = np.argsort(found[:count])
    return found[:count][order], cost[:count][order]


@numba.njit(nogil=True, cache=True)
def differing(point, weight, old_point, old_weight):  # type: ignore[no-untyped-def]
    """Points of two ascending lists whose weight differs (0 where absent), with the new weight."""
    found = np.empty(len(point) + len(old_point), np.int64)
    value = np.empty(len(found), np.int64)
    at, old, count = 0, 0, 0
    while at < len(point) or old < len(old_point):
        if old == len(old_point) or (at < len(point) and point[at] < old_point[old]):
            found[count], value[count] = point[at], weight[at]
            at += 1
            count += 1
        elif at == len(point) or old_point[old] < point[at]:
            found[count], value[count] = old_point[old], 0
            old += 1
            count += 1
        else:
            if weight[at] != old_weight[old]:
                found[count], value[count] = point[at], weight[at]
                count += 1
            at += 1
            old += 1
    return found[:count].copy(), value[:count].copy()


@numba.njit(nogil=True, cache=True)
def rewritten(points, weights, group, code, begin, length, pool, first):  # type: ignore[no-untyped-def]
    """Lists of some points with one group's weight changed (0: taken out), written behind the pool's rows.

    `pool` are code, group and weight of the rows, each list in order of the codes; there must be room from `first`
    on. Returns begin and length of the new lists.
    """
    codes, groups, values = pool
    starts, lengths = np.empty(len(points), np.int64), np.empty(len(points), np.int64)
    for at in range(len(points)):
        point = points[at]
        starts[at] = first
        written = False
        for row in range(begin[point], begin[point] + length[point]):
            if not written and codes[row] >= code:
                written = True
                if weights[at] > 0:
                    codes[first], groups[first], values[first] = code, group, weights[at]
                    first += 1
            if codes[row] != code:
                codes[first], groups[first], values[first] = codes[row], groups[row], values[row]
                first += 1
        if not written and weights[at] > 0:
            codes[first], groups[first], values[first] = code, group, weights[at]
            first += 1
        lengths[at] = first - starts[at]
    return starts, lengths


@numba.njit(nogil=True, cache=True)
def shared(points, begin, length, pool, ratio, one):  # type: ignore[no-untyped-def]
    """Σ ratio × weight of each point's list, added up in its order."""
    _, groups, values = pool
    total = np.empty(len(points))
    for at in range(len(points)):
        amount = 0.0
        for row in range(begin[points[at]], begin[points[at]] + length[points[at]]):
            amount += ratio[groups[row]] * (values[row] / one)
        total[at] = amount
    return total


@numba.njit(nogil=True, cache=True)
def explored(sources, roads, mark, limit):  # type: ignore[no-untyped-def]
    """Which of some nodes are still connected: searched from all at once until at most one group can go on.

    Returns the group of each source, the nodes seen with their groups, and per group whether it is seen whole;
    an empty list of nodes where more than `limit` were seen. `mark` per node all -1 before and after.
    """
    node_of = roads[3]
    parent = np.arange(len(sources))
    pending = np.zeros(len(sources), np.int64)
    seen, count = np.empty(max(256, len(sources)), np.int64), 0
    owner = np.empty(len(seen), np.int64)
    for at in range(len(sources)):
        node = sources[at]
        if mark[node] >= 0:
            parent[at] = _root(parent, owner[mark[node]])
            continue
        mark[node], seen[count], owner[count] = count, node, at
        pending[at] += 1
        count += 1
    active = 0
    for at in range(len(sources)):
        active += pending[at] > 0
    done = 0
    while done < count and active > 1 and count <= limit:
        node, mine = seen[done], _root(parent, owner[done])
        done += 1
        at, end, further = _arcs(node, roads)
        while True:
            arc, further = _next(at, end, further, roads)
            if arc < 0:
                break
            at += 1
            if not roads[7][roads[6][arc]]:
                continue
            other = node_of[arc]
            if mark[other] < 0:
                if count == len(seen):
                    seen, owner = np.concatenate((seen, seen)), np.concatenate((owner, owner))
                mark[other], seen[count], owner[count] = count, other, mine
                pending[mine] += 1
                count += 1
            else:
                theirs = _root(parent, owner[mark[other]])
                if theirs != mine:
                    active -= pending[theirs] > 0
                    parent[theirs] = mine
                    pending[mine] += pending[theirs]
                    pending[theirs] = 0
        pending[mine] -= 1
        active -= pending[mine] == 0
    whole = np.empty(len(sources), np.bool_)
    group = np.empty(len(sources), np.int64)
    for at in range(len(sources)):
        group[at] = _root(parent, at)
    for at in range(len(sources)):
        whole[at] = pending[group[at]] == 0
    for at in range(count):
        mark[seen[at]] = -1
        owner[at] = _root(parent, owner[at])
    kept = 0 if count > limit and active > 1 else count
    return group, seen[:kept].copy(), owner[:kept].copy(), whole


@numba.njit(nogil=True, cache=True)
def on_edge(edge, node, edges, hangs):  # type: ignore[no-untyped-def]
    """Points on an edge, given one of its nodes and the edge of every point."""
    start, hung, head, following, further = hangs
    found, count = np.empty(16, np.int64), 0
    at = start[node] if node < len(start) - 1 else np.int64(0)
    end = start[node + 1] if node < len(start) - 1 else np.int64(0)
    link = np.int64(head[node]) - 1
    while at < end or link >= 0:
        if at < end:
            point = np.int64(hung[at])
            at += 1
        else:
            point = np.int64(further[link])
            link = np.int64(following[link]) - 1
        if edges[point] == edge:
            if count == len(found):
                found = np.concatenate((found, found))
            found[count] = point
            count += 1
    return np.unique(found[:count])


@numba.njit(nogil=True, cache=True)
def _root(parent, at):  # type: ignore[no-untyped-def]
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = parent[at]
    return at
