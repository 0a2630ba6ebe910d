"""Kernels of what-if: what lies around some nodes and along some edges, who shares what with whom.

Arguments called `roads`, `points` and `hangs` are those of `repair`.
"""

from __future__ import annotations

import numpy as np

from nahraum.access.repair import BLOCKED, COST_BITS, FAR, longer, sifted_up, spread
from nahraum.compiled import compiled


@compiled
def ball(seed_node, seed_cost, roads, backward, limit, scratch):  # type: ignore[no-untyped-def]
    """Nodes within a limit and their costs to the seeds (backward) or from them.

    scratch : four rooms per node; the first all -1 and the last all FAR, before and after.
    """
    mark, touched, before, dist = scratch
    cost = roads[5] if backward else roads[4]
    n, count, beyond = 0, 0, (limit + 1) << COST_BITS
    heap, where = np.empty(len(seed_node) + 1024, np.int64), np.empty(len(seed_node) + 1024, np.int64)
    for at in range(len(seed_node)):
        node, walked = seed_node[at], np.int64(seed_cost[at]) << COST_BITS
        if node >= 0 and walked < beyond and walked < dist[node]:
            if mark[node] < 0:
                mark[node], touched[count] = count, node
                count += 1
            dist[node] = walked
            sifted_up(heap, where, n, walked, node)
            n += 1
    while n:
        n, count = spread(dist, roads, cost, beyond, heap, where, n, mark, touched, before, count)
        if n:
            heap, where = longer(heap), longer(where)
    found, costs = touched[:count].copy(), np.empty(count, np.int64)
    for at in range(count):
        costs[at] = dist[found[at]] >> COST_BITS
        dist[found[at]], mark[found[at]] = FAR, -1
    return found, costs


@compiled
def gathered(nodes, walked, points, hangs, near, near_cost, limit, scratch):  # type: ignore[no-untyped-def]
    """Points within a limit of what a ball was drawn around: by the nodes of the ball, or along their own edge.

    `near` and `near_cost` are points on the edges of the seeds with the way along it; `scratch` three rooms per
    point, the first all -1 before and after. Returns points in ascending order with their costs.
    """
    one, other, to_one, to_other = points
    start, hung, head, following, further = hangs
    mark, found, cost = scratch
    n_base, count = len(start) - 1, 0
    for turn in range(len(nodes) + len(near)):
        direct = turn >= len(nodes)
        node = np.int64(-1) if direct else nodes[turn]
        at, end, link = np.int64(0), np.int64(1 if direct else 0), np.int64(-1)
        if not direct:
            if node < n_base:
                at, end = start[node], start[node + 1]
            link = np.int64(head[node]) - 1
        while at < end or link >= 0:
            if at < end:
                point = near[turn - len(nodes)] if direct else np.int64(hung[at])
                at += 1
            else:
                point, link = np.int64(further[link]), np.int64(following[link]) - 1
            total = near_cost[turn - len(nodes)] if direct else FAR
            if not direct and one[point] == node and to_one[point] < BLOCKED:
                total = walked[turn] + to_one[point]
            if not direct and other[point] == node and to_other[point] < BLOCKED:
                by_other = walked[turn] + to_other[point]
                total = by_other if by_other < total else total
            if total > limit:
                continue
            if mark[point] >= 0:
                cost[mark[point]] = min(cost[mark[point]], total)
                continue
            mark[point], found[count], cost[count] = count, point, total
            count += 1
    for row in range(count):
        mark[found[row]] = -1
    order = np.argsort(found[:count])
    return found[:count][order], cost[:count][order]


@compiled
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
                found = longer(found)
            found[count] = point
            count += 1
    return np.unique(found[:count])


@compiled
def walked_along(length, ahead, back, start, end):  # type: ignore[no-untyped-def]
    """Cost along an edge from one way along it to another; BLOCKED where nobody walks so (as `anchors.along_edge`)."""
    if start == end:
        return np.int64(0)
    if end < start:
        ahead, start, end = back, end, start
    if ahead >= BLOCKED:
        return BLOCKED
    return (2 * ahead * end + length) // (2 * length) - (2 * ahead * start + length) // (2 * length)


@compiled
def beside(place_edge, place_offset, place_leg, edges, feet, pace, hangs):  # type: ignore[no-untyped-def]
    """Points on the same edge as one of some places, and the way along it, legs included.

    `edges` are first node, length, cost ahead and back; `feet` edge, way along it and leg of all points.
    """
    first, length, ahead, back = edges
    edge, offset, leg = feet
    found, cost, count = np.empty(16, np.int64), np.empty(16, np.int64), 0
    for at in range(len(place_edge)):
        mine = place_edge[at]
        for point in on_edge(mine, first[mine], edge, hangs):
            walked = walked_along(max(length[mine], 1), ahead[mine], back[mine], offset[point], place_offset[at])
            if walked < BLOCKED:
                if count == len(found):
                    found, cost = longer(found), longer(cost)
                legs = np.int64(np.rint(leg[point] * pace)) + np.int64(np.rint(place_leg[at] * pace))
                found[count], cost[count] = point, walked + legs
                count += 1
    return found[:count].copy(), cost[:count].copy()


@compiled
def labels_along(edge, held, places, edges, feet, pace, limit, n_problems):  # type: ignore[no-untyped-def]
    """By problem the best label of points on an edge by places on the same edge. [n_problems, n]

    `places` are problem, code, way along the edge and leg of each.
    """
    problem, code, place_offset, place_leg = places
    _, length, ahead, back = edges
    _, offset, leg = feet
    best = np.full((n_problems, len(held)), FAR, np.int64)
    for at in range(len(problem)):
        for row in range(len(held)):
            point = held[row]
            walked = walked_along(max(length[edge], 1), ahead[edge], back[edge], offset[point], place_offset[at])
            if walked < BLOCKED:
                total = walked + np.int64(np.rint(leg[point] * pace)) + np.int64(np.rint(place_leg[at] * pace))
                label = (total << COST_BITS) | code[at]
                if total <= limit and label < best[problem[at], row]:
                    best[problem[at], row] = label
    return best


@compiled
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


@compiled
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


@compiled
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
