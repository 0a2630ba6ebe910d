"""Min-plus elimination of a network: nodes leave one by one, shortcuts keep every distance among those left.

A node of few neighbours goes first; its neighbours are joined by the way through it. What is kept of a node are
its edges to the neighbours it had when it left: its *upper* neighbours, all of later rank. Every cheapest way is
then a way up followed by a way down, whatever the costs (Cholesky factorisation in the min-plus semiring; a
contraction hierarchy without witness search). Ranks are in postorder of the elimination tree: a subtree is a
run of ranks that ends in its root.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nahraum.compiled import compiled
from nahraum.errors import InputError
from nahraum.network.graph import BLOCKED, Network

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Uint32 = npt.NDArray[np.uint32]

_NONE = np.int32(-1)
_BLOCKED = np.uint32(BLOCKED)
_SPARE = 1 << 16


@dataclass(frozen=True)
class Elimination:
    """A network, eliminated. All numbers are ranks; edges of rank r are `start[r]:start[r + 1]`.

    `rank` by node and `node` by rank; `upper` the other end of each edge; `ascend` the cost to it, `descend` the
    cost from it (BLOCKED where not walked) [unit of the network]; `parent` the lowest upper neighbour, -1 at a
    root; `size` the number of nodes of the subtree.
    """

    rank: Int32
    node: Int32
    start: Int64
    upper: Int32
    ascend: Uint32
    descend: Uint32
    parent: Int32
    size: Int32


def eliminate(network: Network) -> Elimination:
    """The network eliminated by minimum degree.

    Raises
        InputError where a cost is negative.

    References
        George & Liu (1989). The evolution of the minimum degree ordering algorithm. doi:10.1137/1031001
        Dibbelt, Strasser & Wagner (2016). Customizable contraction hierarchies. doi:10.1145/2886843
    """
    lowest = min(int(network.cost_out.min(initial=0)), int(network.cost_in.min(initial=0)))
    if lowest < 0:
        raise InputError("ways cannot be searched", where=f"a way costs {lowest} {network.unit}", expected="0 or more")
    out = _whole(network.cost_out)
    into = out if network.is_symmetric else _whole(network.cost_in)
    symmetric, degree = into is out, np.diff(network.indptr)
    lists = _space(2 * int(np.maximum(4, 2 * degree).sum()) + _SPARE, symmetric)
    kept = _space(3 * len(degree) + _SPARE, symmetric)
    order, start, *up = _leave(network.indptr, network.neighbour.astype(np.int32), out, into, symmetric, *lists, *kept)
    return Elimination(*_ordered(order, start, *up, symmetric, *_space(len(up[0]), symmetric)))


def _space(size: int, symmetric: bool) -> tuple[Int32, Uint32, Uint32]:
    """Room for edges: other end, cost to it, cost from it (the same array where costs are).

    NumPy asks the system for large pages; memory taken inside a kernel comes in small ones, which is several times
    slower for millions of nodes. What is never written costs nothing.
    """
    there = np.empty(size, dtype=np.uint32)
    return np.empty(size, dtype=np.int32), there, there if symmetric else np.empty(size, dtype=np.uint32)


def _whole(cost: Int64) -> Uint32:
    return np.minimum(cost, BLOCKED).astype(np.uint32)


@compiled
def _leave(indptr, neighbour, out, into, symmetric, to, fore, back, up_to, up_fore, up_back):  # type: ignore[no-untyped-def]
    """Order in which the nodes leave, and what each has for neighbours then: start, node, cost to, cost from.

    `to, fore, back` are room for the lists of neighbours, `up_to, up_fore, up_back` for what is kept.
    """
    n = indptr.size - 1
    offset, length, room = np.empty(n, np.int64), np.zeros(n, np.int32), np.empty(n, np.int32)
    used = np.int64(0)
    for v in range(n):
        offset[v], room[v] = used, max(4, 2 * (indptr[v + 1] - indptr[v]))
        used += room[v]
    for v in range(n):
        for e in range(indptr[v], indptr[v + 1]):
            if neighbour[e] != v:
                at = offset[v] + length[v]
                to[at], fore[at], back[at] = neighbour[e], out[e], into[e]
                length[v] += 1
    head = np.full(n + 1, _NONE)
    after, before = np.full(n, _NONE), np.full(n, _NONE)
    for v in range(n - 1, -1, -1):
        _file(head, after, before, v, length[v])
    order, place, met = np.empty(n, np.int32), np.full(n, _NONE), np.empty(n, np.int32)
    start = np.zeros(n + 1, np.int64)
    least = 0
    for r in range(n):
        while head[least] < 0:
            least += 1
        v = head[least]
        _unfile(head, after, before, v, least)
        order[r], k, m = v, length[v], start[r]
        if m + k > up_to.size:
            up_to, up_fore = _longer(up_to, m, k), _longer(up_fore, m, k)
            up_back = up_fore if symmetric else _longer(up_back, m, k)
        _copy(to, fore, back, offset[v], up_to, up_fore, up_back, m, k)
        start[r + 1] = m + k
        for i in range(k):
            place[up_to[m + i]], met[i] = i, -1
        for i in range(k):
            a = up_to[m + i]
            had = length[a]
            if k <= 2:
                kept = _bypass(to, fore, back, offset[a], had, v, up_to, up_fore, up_back, m, k, i)
            else:
                if had + k - 2 > room[a]:
                    need = 2 * (had + k)
                    if used + need > to.size:
                        to, fore = _longer(to, used, need), _longer(fore, used, need)
                        back = fore if symmetric else _longer(back, used, need)
                    _copy(to, fore, back, offset[a], to, fore, back, used, had)
                    offset[a], room[a] = used, need
                    used += need
                kept = _join(to, fore, back, place, met, offset[a], had, v, up_to, up_fore, up_back, m, k, i)
            if kept != had:
                length[a] = kept
                _unfile(head, after, before, a, had)
                _file(head, after, before, a, kept)
                least = min(least, kept)
        for i in range(k):
            place[up_to[m + i]] = _NONE
    m = start[n]
    return order, start, up_to[:m], up_fore[:m], up_back[:m]


@compiled
def _longer(array, used, need):  # type: ignore[no-untyped-def]
    grown = np.empty(array.size + array.size // 4 + need, array.dtype)
    for i in range(used):
        grown[i] = array[i]
    return grown


@compiled
def _copy(to, fore, back, at, to_there, fore_there, back_there, there, length):  # type: ignore[no-untyped-def]
    for i in range(length):
        to_there[there + i], fore_there[there + i] = to[at + i], fore[at + i]
        back_there[there + i] = back[at + i]


@compiled
def _file(head, after, before, v, degree):  # type: ignore[no-untyped-def]
    """Puts a node in front of those of its degree."""
    first = head[degree]
    after[v], before[v] = first, _NONE
    if first >= 0:
        before[first] = v
    head[degree] = v


@compiled
def _unfile(head, after, before, v, degree):  # type: ignore[no-untyped-def]
    if before[v] >= 0:
        after[before[v]] = after[v]
    else:
        head[degree] = after[v]
    if after[v] >= 0:
        before[after[v]] = before[v]


@compiled
def _bypass(to, fore, back, first, length, v, up_to, up_fore, up_back, m, k, own):  # type: ignore[no-untyped-def]
    """Puts the other neighbour of a leaving node of degree 1 or 2 in its place. Returns the new degree."""
    other = m + k - 1 - own
    last, at, b = first + length - 1, first, up_to[other]
    has = -1
    for e in range(first, last + 1):
        if to[e] == v:
            at = e
        elif to[e] == b:
            has = e
    if k == 2:
        there = min(up_back[m + own] + up_fore[other], _BLOCKED)
        here = min(up_back[other] + up_fore[m + own], _BLOCKED)
        if has < 0:
            to[at], fore[at], back[at] = b, there, here
            return length
        fore[has], back[has] = min(fore[has], there), min(back[has], here)
    to[at], fore[at], back[at] = to[last], fore[last], back[last]
    return length - 1


@compiled
def _join(to, fore, back, place, met, first, length, v, up_to, up_fore, up_back, m, k, own):  # type: ignore[no-untyped-def]
    """Joins one neighbour (`own`) of a leaving node with the others by the way through it. Returns its new degree.

    `place` numbers the neighbours of the leaving node; `met` tells which of them were known here.
    """
    away, home, hole = up_fore[m + own], up_back[m + own], first
    for at in range(first, first + length):
        other = place[to[at]]
        if other >= 0:
            met[other] = own
            fore[at] = min(fore[at], home + up_fore[m + other])
            back[at] = min(back[at], away + up_back[m + other])
        elif to[at] == v:
            hole = at
    met[own] = own
    last = first + length - 1
    to[hole], fore[hole], back[hole] = to[last], fore[last], back[last]
    for other in range(k):
        if met[other] != own:
            to[last] = up_to[m + other]
            fore[last] = min(home + up_fore[m + other], _BLOCKED)
            back[last] = min(away + up_back[m + other], _BLOCKED)
            last += 1
    return last - first


@compiled
def _ordered(order, start, up_to, up_fore, up_back, symmetric, upper, ascend, descend):  # type: ignore[no-untyped-def]
    """The same in postorder of the elimination tree: the fields of `Elimination`; the last three arrays are filled."""
    n = order.size
    turn = np.empty(n, np.int32)
    for r in range(n):
        turn[order[r]] = r
    parent, child, sibling = np.full(n, _NONE), np.full(n, _NONE), np.full(n, _NONE)
    root = -1
    for r in range(n):
        for e in range(start[r], start[r + 1]):
            q = turn[up_to[e]]
            if parent[r] < 0 or q < parent[r]:
                parent[r] = q
        if parent[r] >= 0:
            sibling[r] = child[parent[r]]
            child[parent[r]] = r
        else:
            sibling[r] = root
            root = r
    post, stack = np.empty(n, np.int32), np.empty(n + 1, np.int32)
    done = 0
    while root >= 0:
        depth, stack[0] = 1, root
        while depth:
            v = stack[depth - 1]
            if child[v] >= 0:
                stack[depth] = child[v]
                child[v] = sibling[child[v]]
                depth += 1
            else:
                depth -= 1
                post[done] = v
                done += 1
        root = sibling[root]
    rank, node, name = np.empty(n, np.int32), np.empty(n, np.int32), turn
    for i in range(n):
        node[i] = order[post[i]]
        rank[node[i]] = i
        name[post[i]] = i
    ptr = np.zeros(n + 1, np.int64)
    above, size = np.full(n, _NONE), np.ones(n, np.int32)
    m = 0
    for i in range(n):
        r = post[i]
        for e in range(start[r], start[r + 1]):
            upper[m], ascend[m], descend[m] = rank[up_to[e]], up_fore[e], up_back[e]
            m += 1
        ptr[i + 1] = m
        if parent[r] >= 0:
            above[i] = name[parent[r]]
    for i in range(n):
        if above[i] >= 0:
            size[above[i]] += size[i]
    return rank, node, ptr, upper, ascend, descend, above, size
