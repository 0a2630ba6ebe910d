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
from nahraum.network import BLOCKED, Network

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Uint32 = npt.NDArray[np.uint32]

_NONE = np.int32(-1)


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
    return Elimination(
        *_ordered(*_leave(network.indptr, network.neighbour.astype(np.int32), out, into, into is out), into is out)
    )


def _whole(cost: Int64) -> Int32:
    return np.minimum(cost, BLOCKED).astype(np.int32)


@compiled
def _leave(indptr, neighbour, out, into, symmetric):  # type: ignore[no-untyped-def]
    """Order in which the nodes leave, and what each has for neighbours then: start, node, cost to, cost from."""
    n = indptr.size - 1
    offset, length, room = np.empty(n, np.int64), np.zeros(n, np.int32), np.empty(n, np.int32)
    used = np.int64(0)
    for v in range(n):
        offset[v], room[v] = used, max(4, 2 * (indptr[v + 1] - indptr[v]))
        used += room[v]
    to = np.empty(used + used // 2 + 65536, np.int32)
    fore = np.empty(to.size, np.int32)
    back = fore if symmetric else np.empty(to.size, np.int32)
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
    order = np.empty(n, np.int32)
    place = np.full(n, _NONE)
    start = np.zeros(n + 1, np.int64)
    up_to, up_fore = np.empty(5 * n // 2 + 1024, np.int32), np.empty(5 * n // 2 + 1024, np.int32)
    up_back = up_fore if symmetric else np.empty(5 * n // 2 + 1024, np.int32)
    least = 0
    for r in range(n):
        while head[least] < 0:
            least += 1
        v = head[least]
        _unfile(head, after, before, v, least)
        order[r] = v
        k = length[v]
        m = start[r]
        if m + k > up_to.size:
            up_to, up_fore = _longer(up_to, m, k), _longer(up_fore, m, k)
            up_back = up_fore if symmetric else _longer(up_back, m, k)
        at = offset[v]
        _copy(to, fore, back, at, up_to, up_fore, up_back, m, k)
        start[r + 1] = m + k
        for i in range(m, m + k):
            a = up_to[i]
            had = length[a]
            kept = _forget(to, fore, back, offset[a], had, v)
            if k > 1:
                if kept + k - 1 > room[a]:
                    need = 2 * (kept + k)
                    if used + need > to.size:
                        to, fore = _longer(to, used, need), _longer(fore, used, need)
                        back = fore if symmetric else _longer(back, used, need)
                    was, now = offset[a], used
                    _copy(to, fore, back, was, to, fore, back, now, kept)
                    offset[a], room[a] = now, need
                    used += need
                kept = _join(to, fore, back, place, offset[a], kept, up_to, up_fore, up_back, m, m + k, i)
            length[a] = kept
            if kept != had:
                _unfile(head, after, before, a, had)
                _file(head, after, before, a, kept)
                least = min(least, kept)
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
def _forget(to, fore, back, first, length, v):  # type: ignore[no-untyped-def]
    """Takes one neighbour out of a list; the last takes its place. Returns the new length."""
    last = first + length - 1
    for at in range(first, last + 1):
        if to[at] == v:
            to[at], fore[at], back[at] = to[last], fore[last], back[last]
            return length - 1
    return length


@compiled
def _join(to, fore, back, place, first, length, up_to, up_fore, up_back, lo, hi, own):  # type: ignore[no-untyped-def]
    """Joins one neighbour of a leaving node (edge `own`) with the others (`lo:hi`) by the way through it."""
    for at in range(first, first + length):
        place[to[at]] = at
    for other in range(lo, hi):
        if other == own:
            continue
        b = up_to[other]
        there = min(np.int64(up_back[own]) + np.int64(up_fore[other]), BLOCKED)
        here = min(np.int64(up_back[other]) + np.int64(up_fore[own]), BLOCKED)
        at = place[b]
        if at >= 0:
            fore[at] = min(np.int64(fore[at]), there)
            back[at] = min(np.int64(back[at]), here)
        else:
            at = first + length
            to[at], fore[at], back[at] = b, there, here
            length += 1
    for at in range(first, first + length):
        place[to[at]] = _NONE
    return length


@compiled
def _ordered(order, start, up_to, up_fore, up_back, symmetric):  # type: ignore[no-untyped-def]
    """The same with ranks in postorder of the elimination tree: the fields of `Elimination`."""
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
    upper, ascend = np.empty(up_to.size, np.int32), np.empty(up_to.size, np.uint32)
    descend = ascend if symmetric else np.empty(up_to.size, np.uint32)
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
