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
    symmetric, degree = network.is_symmetric, np.diff(network.indptr)
    costs = _whole(network.cost_out), None if symmetric else _whole(network.cost_in)
    lists = _space(2 * int(np.maximum(4, 2 * degree).sum()) + _SPARE, symmetric)
    kept = _space(3 * len(degree) + _SPARE, symmetric)
    order, start, *up = _leave(network.indptr, network.neighbour.astype(np.int32), *costs, *lists, *kept)
    upper, ascend, descend = edges = _space(len(up[0]), symmetric)
    rank, node, first, parent, size = _ordered(order, start, *up, *edges)
    return Elimination(rank, node, first, upper, ascend, ascend if descend is None else descend, parent, size)


def _space(size: int, symmetric: bool) -> tuple[Int32, Uint32, Uint32 | None]:
    """Room for edges: other end, cost to it, cost from it (None where both are the same).

    NumPy asks the system for large pages; memory taken inside a kernel comes in small ones, which is several times
    slower for millions of nodes. What is never written costs nothing.
    """
    back = None if symmetric else np.empty(size, dtype=np.uint32)
    return np.empty(size, dtype=np.int32), np.empty(size, dtype=np.uint32), back


def _whole(cost: Int64) -> Uint32:
    return np.minimum(cost, BLOCKED).astype(np.uint32)


@compiled
def _leave(indptr, neighbour, out, into, to, fore, back, up_to, up_fore, up_back):  # type: ignore[no-untyped-def]
    """Order in which the nodes leave, and what each has for neighbours then: start, node, cost to, cost from.

    `to, fore, back` are room for the lists of neighbours, `up_to, up_fore, up_back` for what is kept.

    Notes
        Where costs are the same in both directions, `into, back, up_back` are None: numba then compiles a kernel of
        its own without them. Positions are unsigned (`_at`), or numba would ask of each whether it counts from the end.
    """
    n = indptr.size - 1
    offset, length, room = np.empty(n, np.int64), np.zeros(n, np.int64), np.empty(n, np.int64)
    used = np.int64(0)
    for v in range(n):
        offset[v], room[v] = used, max(4, 2 * (indptr[v + 1] - indptr[v]))
        used += room[v]
    for v in range(n):
        for e in range(indptr[v], indptr[v + 1]):
            if neighbour[e] != v:
                at = offset[v] + length[v]
                to[at], fore[at] = neighbour[e], out[e]
                if into is not None:
                    back[at] = into[e]
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
            if into is not None:
                up_back = _longer(up_back, m, k)
        _copy(to, fore, back, offset[v], up_to, up_fore, up_back, m, k)
        start[r + 1] = m + k
        if k > 2:
            for i in range(k):
                place[_at(up_to[_at(m + i)])], met[_at(i)] = i, -1
        for i in range(k):
            a = up_to[_at(m + i)]
            had = length[a]
            if k <= 2:
                kept = _bypass(to, fore, back, offset[a], had, v, up_to, up_fore, up_back, m, k, i)
            else:
                if had + k - 2 > room[a]:
                    need = 2 * (had + k)
                    if used + need > to.size:
                        to, fore = _longer(to, used, need), _longer(fore, used, need)
                        if into is not None:
                            back = _longer(back, used, need)
                    _copy(to, fore, back, offset[a], to, fore, back, used, had)
                    offset[a], room[a] = used, need
                    used += need
                kept = _join(to, fore, back, place, met, offset[a], had, v, up_to, up_fore, up_back, m, k, i)
            if kept != had:
                length[a] = kept
                _unfile(head, after, before, a, had)
                _file(head, after, before, a, kept)
                least = min(least, kept)
        if k > 2:
            for i in range(k):
                place[_at(up_to[_at(m + i)])] = _NONE
    m = start[n]
    if into is None:
        return order, start, up_to[:m], up_fore[:m], None
    return order, start, up_to[:m], up_fore[:m], up_back[:m]


@compiled
def _at(position):  # type: ignore[no-untyped-def]
    """A position as it is fastest to look up."""
    return np.uint64(position)


@compiled
def _longer(array, used, need):  # type: ignore[no-untyped-def]
    grown = np.empty(array.size + array.size // 4 + need, array.dtype)
    for i in range(used):
        grown[i] = array[i]
    return grown


@compiled
def _copy(to, fore, back, at, to_there, fore_there, back_there, there, length):  # type: ignore[no-untyped-def]
    for i in range(length):
        one, other = _at(at + i), _at(there + i)
        to_there[other], fore_there[other] = to[one], fore[one]
        if back is not None:
            back_there[other] = back[one]


@compiled
def _file(head, after, before, v, degree):  # type: ignore[no-untyped-def]
    """Puts a node in front of those of its degree."""
    first = head[_at(degree)]
    after[_at(v)], before[_at(v)] = first, _NONE
    if first >= 0:
        before[_at(first)] = v
    head[_at(degree)] = v


@compiled
def _unfile(head, after, before, v, degree):  # type: ignore[no-untyped-def]
    ahead, behind = before[_at(v)], after[_at(v)]
    if ahead >= 0:
        after[_at(ahead)] = behind
    else:
        head[_at(degree)] = behind
    if behind >= 0:
        before[_at(behind)] = ahead


@compiled
def _bypass(to, fore, back, first, length, v, up_to, up_fore, up_back, m, k, own):  # type: ignore[no-untyped-def]
    """Puts the other neighbour of a leaving node of degree 1 or 2 in its place. Returns the new degree."""
    mine, other = _at(m + own), _at(m + k - 1 - own)
    end = first + length
    at, has, b = first, end, up_to[other]
    for e in range(first, end):
        if to[_at(e)] == v:
            at = e
        elif to[_at(e)] == b:
            has = e
    hole, known, last = _at(at), _at(has), _at(end - 1)
    if k == 2:
        there = min(np.uint32((up_fore if up_back is None else up_back)[mine] + up_fore[other]), _BLOCKED)
        if has == end:
            to[hole], fore[hole] = b, there
            if back is not None:
                back[hole] = min(np.uint32(up_back[other] + up_fore[mine]), _BLOCKED)
            return length
        fore[known] = min(fore[known], there)
        if back is not None:
            back[known] = min(back[known], np.uint32(up_back[other] + up_fore[mine]))
    to[hole], fore[hole] = to[last], fore[last]
    if back is not None:
        back[hole] = back[last]
    return length - 1


@compiled
def _join(to, fore, back, place, met, first, length, v, up_to, up_fore, up_back, m, k, own):  # type: ignore[no-untyped-def]
    """Joins one neighbour (`own`) of a leaving node with the others by the way through it. Returns its new degree.

    `place` numbers the neighbours of the leaving node; `met` tells which of them were known here.
    """
    away = up_fore[_at(m + own)]
    home = away if up_back is None else up_back[_at(m + own)]
    gap = first
    for e in range(first, first + length):
        at = _at(e)
        other = place[_at(to[at])]
        if other >= 0:
            met[_at(other)] = own
            fore[at] = min(fore[at], np.uint32(home + up_fore[_at(m + other)]))
            if back is not None:
                back[at] = min(back[at], np.uint32(away + up_back[_at(m + other)]))
        elif to[at] == v:
            gap = e
    met[_at(own)] = own
    end = first + length - 1
    hole, last = _at(gap), _at(end)
    to[hole], fore[hole] = to[last], fore[last]
    if back is not None:
        back[hole] = back[last]
    for other in range(k):
        if met[_at(other)] != own:
            at, there = _at(end), _at(m + other)
            to[at], fore[at] = up_to[there], min(np.uint32(home + up_fore[there]), _BLOCKED)
            if back is not None:
                back[at] = min(np.uint32(away + up_back[there]), _BLOCKED)
            end += 1
    return end - first


@compiled
def _ordered(order, start, up_to, up_fore, up_back, upper, ascend, descend):  # type: ignore[no-untyped-def]
    """The same in postorder of the elimination tree; the last three arrays are filled.

    Returns
        rank, node, start, parent, size of `Elimination`.
    """
    n = order.size
    turn = np.empty(n, np.int32)
    for r in range(n):
        turn[order[r]] = r
    parent, child, sibling = np.full(n, _NONE), np.full(n, _NONE), np.full(n, _NONE)
    root = -1
    for r in range(n):
        lowest = _NONE
        for e in range(start[r], start[r + 1]):
            q = turn[_at(up_to[_at(e)])]
            if lowest < 0 or q < lowest:
                lowest = q
        parent[r] = lowest
        if lowest >= 0:
            sibling[r] = child[lowest]
            child[lowest] = r
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
            there, here = _at(m), _at(e)
            upper[there], ascend[there] = rank[_at(up_to[here])], up_fore[here]
            if up_back is not None:
                descend[there] = up_back[here]
            m += 1
        ptr[i + 1] = m
        if parent[r] >= 0:
            above[i] = name[parent[r]]
    for i in range(n):
        if above[i] >= 0:
            size[above[i]] += size[i]
    return rank, node, ptr, above, size
