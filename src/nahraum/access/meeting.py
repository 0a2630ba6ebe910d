"""Kernels of what-if: which edge a point meets, the leg to it, and what it costs to the ends of the edge."""

from __future__ import annotations

import numpy as np

from nahraum.access.repair import BLOCKED
from nahraum.compiled import compiled
from nahraum.network.nearby import MAIN, OTHER, QUALIFIED


@compiled
def chosen(edges, legs, shares, length, factor):  # type: ignore[no-untyped-def]
    """Of the nearest edges of each kind of part (`nearby.nearest_edges`) the one a point meets, by the rules.

    That of the main part; of a smaller one that qualifies where it is `factor` times nearer; of any where there is no
    main one. Returns edge, way along it, leg, and whether only the nearest main way decided. [n]
    """
    n = len(edges)
    edge, offset, leg, plain = np.full(n, -1), np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.bool_)
    for at in range(n):
        column = MAIN if edges[at, MAIN] >= 0 else OTHER
        if edges[at, QUALIFIED] >= 0 and edges[at, MAIN] >= 0 and legs[at, QUALIFIED] * factor <= legs[at, MAIN]:
            column = QUALIFIED
        if edges[at, column] >= 0:
            edge[at], leg[at] = edges[at, column], legs[at, column]
            offset[at] = np.int64(np.rint(shares[at, column] * length[edge[at]]))
            plain[at] = column == MAIN and leg[at] > 0
    return edge, offset, leg, plain


@compiled
def legs_of(px, py, edge, ends):  # type: ignore[no-untyped-def]
    """Rows x, y of points and x, y of their feet on straight edges; `ends` are their nodes and x, y of the nodes."""
    first, second, x, y = ends
    legs = np.empty((len(edge), 4))
    for at in range(len(edge)):
        x0, y0 = x[first[edge[at]]], y[first[edge[at]]]
        dx, dy = x[second[edge[at]]] - x0, y[second[edge[at]]] - y0
        square = dx * dx + dy * dy
        along = ((px[at] - x0) * dx + (py[at] - y0) * dy) / (square if square > 0 else 1.0)
        along = min(max(along, 0.0), 1.0)
        legs[at, 0], legs[at, 1], legs[at, 2], legs[at, 3] = px[at], py[at], x0 + along * dx, y0 + along * dy
    return legs


@compiled
def ends_of(edge, offset, leg, edges, pace):  # type: ignore[no-untyped-def]
    """Both nodes of the edges of some points, and the cost between each and its point, as `anchors` has it. [n, 2]

    `edges` are first and second node, length, cost met at the first node and cost met at the second.
    """
    first, second, length, to_first, to_second = edges
    node, cost = np.full((len(edge), 2), -1, np.int64), np.full((len(edge), 2), BLOCKED, np.int64)
    for at in range(len(edge)):
        mine = edge[at]
        if mine < 0:
            continue
        node[at, 0], node[at, 1] = first[mine], second[mine]
        whole, legs = max(length[mine], 1), np.int64(np.rint(leg[at] * pace))
        one, other = np.int64(0), np.int64(0)  # who stands at an end stands on its node
        if offset[at] != 0:
            one = (2 * to_first[mine] * offset[at] + whole) // (2 * whole) if to_first[mine] < BLOCKED else BLOCKED
        if offset[at] != length[mine]:
            other = to_second[mine] - (2 * to_second[mine] * offset[at] + whole) // (2 * whole)
            other = other if to_second[mine] < BLOCKED else BLOCKED
        cost[at, 0], cost[at, 1] = min(one + legs, BLOCKED), min(other + legs, BLOCKED)
    return node, cost
