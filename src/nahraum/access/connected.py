"""Kernels of what-if: what is still connected, and which edges and arcs there are at some nodes.

Arguments called `roads` are those of `repair`.
"""

from __future__ import annotations

import numpy as np

from nahraum.compiled import compiled


@compiled
def explored(sources, roads, scratch, limit):  # type: ignore[no-untyped-def]
    """Which of some nodes are still connected: searched from all at once until at most one group can go on.

    Returns the group of each source, the nodes seen with their groups, and per group whether it is seen whole;
    an empty list of nodes where more than `limit` were seen. `scratch` are three rooms per node, the first all -1
    before and after.
    """
    start, head, following, node_of, edge_of, alive = roads[0], roads[1], roads[2], roads[3], roads[6], roads[7]
    parent = np.arange(len(sources))
    pending, count = np.zeros(len(sources), np.int64), 0
    mark, seen, owner = scratch
    for source in range(len(sources)):
        node = sources[source]
        if mark[node] >= 0:
            parent[source] = _root(parent, owner[mark[node]])
            continue
        mark[node], seen[count], owner[count] = count, node, source
        pending[source] += 1
        count += 1
    active = 0
    for source in range(len(sources)):
        active += pending[source] > 0
    done = 0
    while done < count and active > 1 and count <= limit:
        node, mine = seen[done], _root(parent, owner[done])
        done += 1
        at, end, link = np.int64(0), np.int64(0), np.int64(head[node]) - 1
        if node < len(start) - 1:
            at, end = start[node], start[node + 1]
        while at < end or link >= 0:
            arc = at
            if at < end:
                at += 1
            else:
                arc, link = link, np.int64(following[link]) - 1
            if not alive[edge_of[arc]]:
                continue
            other = node_of[arc]
            if mark[other] < 0:
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
    for source in range(len(sources)):
        group[source] = _root(parent, source)
    for source in range(len(sources)):
        whole[source] = pending[group[source]] == 0
    for row in range(count):
        mark[seen[row]] = -1
        owner[row] = _root(parent, owner[row])
    kept = 0 if count > limit and active > 1 else count
    return group, seen[:kept].copy(), owner[:kept].copy(), whole


@compiled
def edges_at(nodes, roads):  # type: ignore[no-untyped-def]
    """Living edges that end at one of some nodes; sorted."""
    start, head, following, edge_of, alive = roads[0], roads[1], roads[2], roads[6], roads[7]
    found, size = np.empty(0, np.int64), 0
    for fill in range(2):
        found, size = np.empty(size, np.int64), 0
        for node in nodes:
            at, end, link = np.int64(0), np.int64(0), np.int64(head[node]) - 1
            if node < len(start) - 1:
                at, end = start[node], start[node + 1]
            while at < end or link >= 0:
                arc = at
                if at < end:
                    at += 1
                else:
                    arc, link = link, np.int64(following[link]) - 1
                if alive[edge_of[arc]]:
                    if fill:
                        found[size] = edge_of[arc]
                    size += 1
    return np.unique(found)


@compiled
def arcs_of(edges, nodes, roads):  # type: ignore[no-untyped-def]
    """The arc of each edge at one of its nodes."""
    start, head, following, edge_of = roads[0], roads[1], roads[2], roads[6]
    found = np.empty(len(edges), np.int64)
    for row in range(len(edges)):
        node = nodes[row]
        at, end, link = np.int64(0), np.int64(0), np.int64(head[node]) - 1
        if node < len(start) - 1:
            at, end = start[node], start[node + 1]
        while at < end or link >= 0:
            arc = at
            if at < end:
                at += 1
            else:
                arc, link = link, np.int64(following[link]) - 1
            if edge_of[arc] == edges[row]:
                found[row] = arc
                break
    return found


@compiled
def length_within(nodes, roads, length):  # type: ignore[no-untyped-def]
    """Length of the living edges among all nodes of a whole part. [dm]"""
    start, head, following, edge_of, alive = roads[0], roads[1], roads[2], roads[6], roads[7]
    total = np.int64(0)
    for node in nodes:
        at, end, link = np.int64(0), np.int64(0), np.int64(head[node]) - 1
        if node < len(start) - 1:
            at, end = start[node], start[node + 1]
        while at < end or link >= 0:
            arc = at
            if at < end:
                at += 1
            else:
                arc, link = link, np.int64(following[link]) - 1
            if alive[edge_of[arc]]:
                total += length[edge_of[arc]]
    return total // 2


@compiled
def _root(parent, at):  # type: ignore[no-untyped-def]
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = parent[at]
    return at
