"""Edges to lists of neighbours, and connected parts: compiled, in time that grows with the edges alone."""

from __future__ import annotations

import numpy as np

from nahraum.compiled import compiled


@compiled
def linked(first, second, costs, indptr, neighbour, out, into):  # type: ignore[no-untyped-def]
    """Fills the neighbours of each node, ascending, of several edges to one the cheapest in each direction.

    Parameters
        costs : of each edge from its first to its second node and back.
        indptr : n + 1 zeros; afterwards where each node's neighbours begin.
        neighbour, out, into : room for two numbers an edge, to be filled from their beginning.
    """
    forward, backward = costs
    n = indptr.size - 1
    for e in range(first.size):
        indptr[first[e] + 1] += 1
        indptr[second[e] + 1] += 1
    for v in range(n):
        indptr[v + 1] += indptr[v]
    at = indptr[:-1].copy()
    for e in range(first.size):
        row = at[first[e]]
        neighbour[row], out[row], into[row] = second[e], forward[e], backward[e]
        at[first[e]] += 1
        row = at[second[e]]
        neighbour[row], out[row], into[row] = first[e], backward[e], forward[e]
        at[second[e]] += 1
    kept, low = np.int64(0), np.int64(0)
    for v in range(n):
        high, begin = indptr[v + 1], kept
        _sort(neighbour, out, into, low, high)
        for x in range(low, high):
            if kept > begin and neighbour[kept - 1] == neighbour[x]:
                out[kept - 1], into[kept - 1] = min(out[kept - 1], out[x]), min(into[kept - 1], into[x])
            else:
                neighbour[kept], out[kept], into[kept] = neighbour[x], out[x], into[x]
                kept += 1
        low, indptr[v + 1] = high, kept


@compiled
def _sort(neighbour, out, into, low, high):  # type: ignore[no-untyped-def]
    """Sorts the neighbours of one node in place (Shell's way: there are two or three, seldom many)."""
    for gap in (701, 301, 132, 57, 23, 10, 4, 1):
        for i in range(low + gap, high):
            head, there, back, j = neighbour[i], out[i], into[i], i
            while j - gap >= low and neighbour[j - gap] > head:
                neighbour[j], out[j], into[j] = neighbour[j - gap], out[j - gap], into[j - gap]
                j -= gap
            neighbour[j], out[j], into[j] = head, there, back


@compiled
def in_order(node_id, first, second, length, way):  # type: ignore[no-untyped-def]
    """Whether edges run from the lower to the higher node id and rise by way, node ids and length; no self-loops."""
    before = (np.int64(-1) << 62, np.int64(0), np.int64(0), np.int64(0))
    for e in range(first.size):
        low, high = node_id[first[e]], node_id[second[e]]
        if low > high or (low == high and first[e] >= second[e]):
            return False
        now = (way[e], low, high, length[e])
        if now <= before:
            return False
        before = now
    return True


@compiled
def measured(label, node_id, edge_from, length, total, lowest):  # type: ignore[no-untyped-def]
    """Adds up the length of the ways of each connected part, and finds its lowest node id."""
    for e in range(edge_from.size):
        total[label[edge_from[e]]] += length[e]
    for v in range(label.size):
        lowest[label[v]] = min(lowest[label[v]], node_id[v])


@compiled
def connected(indptr, neighbour, walked, label, stack):  # type: ignore[no-untyped-def]
    """Numbers the parts joined by links that are walked both ways; `label` is -1 before, `stack` room for nodes."""
    n_parts = 0
    for origin in range(label.size):
        if label[origin] >= 0:
            continue
        label[origin], stack[0], depth = n_parts, origin, 1
        while depth:
            depth -= 1
            v = stack[depth]
            for e in range(indptr[v], indptr[v + 1]):
                if walked[e] and label[neighbour[e]] < 0:
                    label[neighbour[e]] = n_parts
                    stack[depth] = neighbour[e]
                    depth += 1
        n_parts += 1
    return n_parts


@compiled
def mutual(indptr, neighbour, walked, label):  # type: ignore[no-untyped-def]
    """Numbers the parts where every node reaches every other along walked arcs; `label` is -1 before.

    References
        Tarjan (1972). Depth-first search and linear graph algorithms. doi:10.1137/0201010
    """
    n = label.size
    found, lowest, arc = np.full(n, -1, np.int64), np.empty(n, np.int64), indptr[:-1].copy()
    path, pending = np.empty(n, np.int64), np.empty(n, np.int64)
    n_parts, n_found, n_pending = 0, 0, 0
    for origin in range(n):
        if found[origin] >= 0:
            continue
        path[0], depth = origin, 1
        while depth:
            v = path[depth - 1]
            if found[v] < 0:
                found[v] = lowest[v] = n_found
                n_found += 1
                pending[n_pending] = v
                n_pending += 1
            descends = False
            while arc[v] < indptr[v + 1]:
                a = neighbour[arc[v]]
                if walked[arc[v]] and found[a] < 0:
                    path[depth] = a
                    depth += 1
                    descends = True
                    break
                if walked[arc[v]] and label[a] < 0:
                    lowest[v] = min(lowest[v], lowest[a])
                arc[v] += 1
            if descends:
                continue
            depth -= 1
            if lowest[v] == found[v]:
                while True:
                    n_pending -= 1
                    label[pending[n_pending]] = n_parts
                    if pending[n_pending] == v:
                        break
                n_parts += 1
    return n_parts
