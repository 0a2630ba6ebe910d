"""Whole households out of weights: controlled rounding of tables, and numbers that do not depend on any order."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nahraum.compiled import compiled

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_NEAR = 1e-7
_SWEEPS = 200


def uniforms(seed: int, stream: int, *ids: Ints) -> Floats:
    """One number in [0, 1) per row of ids: the same for the same seed, stream and ids, whatever stands beside it.

    References
        Steele, G. L., Lea, D. & Flood, C. H. (2014). Fast splittable pseudorandom number generators.
        doi 10.1145/2660193.2660195 (SplitMix64).
    """
    state = np.full(ids[0].shape, np.uint64(seed * 1_000_003 + stream), dtype=np.uint64)
    for each in ids:
        _mix_in(state, np.ascontiguousarray(each, dtype=np.int64))
    return np.asarray((state >> np.uint64(11)).astype(np.float64) / 2.0**53)


@compiled
def _mixed(x: np.uint64) -> np.uint64:
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@compiled
def _mix_in(state: npt.NDArray[np.uint64], ids: Ints) -> None:
    """The state of every row with one more id in it, in place."""
    for row in range(state.size):
        state[row] = _mixed(state[row] ^ _mixed(np.uint64(ids[row])))


def whole(counts: Floats, totals: Ints) -> Ints:
    """Counts of classes [areas, classes] as whole numbers with the given sums, none off by 1 or more.

    Largest remainders; ties go to the lower class. Counts that do not add up to the total are scaled first.
    """
    sums = counts.sum(axis=1)
    scaled = counts * np.divide(totals, sums, out=np.zeros_like(sums), where=sums > 0)[:, None]
    near = np.rint(scaled)
    scaled = np.where(np.abs(scaled - near) < _NEAR, near, scaled)
    floor = np.floor(scaled)
    short = totals - floor.sum(axis=1).astype(np.int64)
    order = np.argsort(-(scaled - floor), axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.broadcast_to(np.arange(counts.shape[1]), order.shape).copy(), axis=1)
    return np.asarray(floor.astype(np.int64) + (rank < short[:, None]))


@compiled
def _filled(t: Floats, base: Floats, rows: Ints, of: Ints, sums: Floats) -> int:
    """The rows of a base with anybody in them, one after the other; returns how many. sums: of all columns."""
    n = 0
    sums[:] = 0.0
    for i in range(base.shape[0]):
        for j in range(base.shape[1]):
            sums[j] += base[i, j]
        if rows[i] > 0:
            t[n] = base[i]
            of[n] = i
            n += 1
    return n


@compiled
def _restored(row: Floats, base: Floats, columns: Ints, total: int) -> None:
    """A row whose columns are to be empty: rows come first."""
    row[:] = base
    if base.sum() == 0.0:
        row[np.argmax(columns)] = 1.0
    row *= total / row.sum()


@compiled
def _scaled(t: Floats, n: int, base: Floats, rows: Ints, columns: Ints, of: Ints, sums: Floats) -> None:
    """n rows with their sums, and the sums of columns as far as the zeros of the base let it; in place.

    sums : of the columns, before and after. One pass over the rows scales columns, then rows, and adds up.
    """
    factor = np.empty(sums.size)
    for sweep in range(_SWEEPS):
        worst = 0.0
        for j in range(sums.size):
            worst = max(worst, abs(sums[j] - columns[j]))
            factor[j] = columns[j] / sums[j] if sums[j] > 0.0 else 1.0
            sums[j] = 0.0
        for i in range(n):
            s = 0.0
            for j in range(sums.size):
                t[i, j] *= factor[j]
                s += t[i, j]
            if s > 0.0:
                s = rows[of[i]] / s
                for j in range(sums.size):
                    t[i, j] *= s
            else:
                _restored(t[i], base[of[i]], columns, rows[of[i]])
            for j in range(sums.size):
                sums[j] += t[i, j]
        if worst < 1e-9 and sweep > 0:
            break


@compiled
def _is_open(value: float) -> bool:
    return bool(abs(value - np.rint(value)) > _NEAR)


@compiled
def _following(t: Floats, n: int, node: int, before: int, head: Ints) -> int:
    """The next node of a way along open entries: the first but that it came from; -1 for none.

    Rows are nodes 0 to n - 1, columns follow. head : the first row of each column that may be open.
    """
    if node < n:
        for j in range(t.shape[1]):
            if n + j != before and _is_open(t[node, j]):
                return n + j
        return -1
    j = node - n
    while head[j] < n and not _is_open(t[head[j], j]):
        head[j] += 1
    for i in range(head[j], n):
        if i != before and _is_open(t[i, j]):
            return i
    return -1


@compiled
def _entry(path: Ints, place: int, past: int, first: int, n: int) -> tuple[int, int]:
    """Row and column of the entry between a node of a cycle and the next one."""
    a, b = path[place], path[place + 1] if place + 1 < past else path[first]
    return (a, b - n) if a < n else (b, a - n)


@compiled
def _shift(t: Floats, n: int, path: Ints, first: int, past: int, state: np.uint64) -> None:
    """Moves the entries of a cycle up and down by turns until one is whole; which way is chance."""
    up, down = 1.0, 1.0  # how far along the cycle in either direction
    for place in range(first, past):
        i, j = _entry(path, place, past, first, n)
        part = t[i, j] - np.floor(t[i, j])
        if (place - first) % 2 == 0:
            up, down = min(up, 1.0 - part), min(down, part)
        else:
            up, down = min(up, part), min(down, 1.0 - part)
    chance = float(state >> np.uint64(11)) / 9007199254740992.0
    step = up if chance * (up + down) < down else -down
    for place in range(first, past):
        i, j = _entry(path, place, past, first, n)
        t[i, j] += step if (place - first) % 2 == 0 else -step
        if not _is_open(t[i, j]):
            t[i, j] = np.rint(t[i, j])


@compiled
def _round(t: Floats, n: int, path: Ints, seen: Ints, head: Ints, state: np.uint64) -> None:
    """Rounds the entries of n rows in place; row and column sums that are whole stay (Cox 1987).

    A way goes from open entry to open entry until it meets itself. What of it lies before the first entry that became
    whole is gone again in the same way, and is kept.
    """
    head[:] = 0
    seen[:] = -1
    for row in range(n):
        path[0], seen[row], length = row, 0, 1
        while length > 0:
            node, before = path[length - 1], path[length - 2] if length > 1 else -1
            following = _following(t, n, node, before, head)
            if following >= 0 and seen[following] < 0:
                path[length], seen[following] = following, length
                length += 1
                continue
            kept = length - 1
            if following >= 0:
                state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
                kept = seen[following]
                _shift(t, n, path, kept, length, state)
                while kept + 1 < length:
                    i, j = _entry(path, kept, length, kept, n)
                    if not _is_open(t[i, j]):
                        break
                    kept += 1
                kept += 1
            elif length > 1:  # a sum that is not whole by rounding error: the last open entry is rounded alone
                i, j = _entry(path, length - 2, length, 0, n)
                t[i, j] = np.rint(t[i, j])
            for place in range(kept, length):
                seen[path[place]] = -1
            length = kept


@compiled
def _tables(expected: Floats, rows: Ints, columns: Ints, states: npt.NDArray[np.uint64], out: Ints) -> None:
    n_rows, n_columns = expected.shape[1:]
    t, of, sums = np.zeros((n_rows + 1, n_columns)), np.zeros(n_rows, dtype=np.int64), np.zeros(n_columns)
    path, seen = np.zeros(n_rows + n_columns + 3, np.int64), np.zeros(n_rows + n_columns + 1, np.int64)
    head = np.zeros(n_columns, dtype=np.int64)
    for area in range(expected.shape[0]):
        n = _filled(t, expected[area], rows[area], of, sums)
        _scaled(t, n, expected[area], rows[area], columns[area], of, sums)
        for j in range(n_columns):  # one more row takes what keeps a column from being whole
            t[n, j] = np.ceil(sums[j] - _NEAR) - sums[j] if _is_open(sums[j]) else 0.0
        _round(t, n + 1, path, seen, head, states[area])
        for i in range(n):
            for j in range(n_columns):
                out[area, of[i], j] = np.int64(np.rint(t[i, j]))


def whole_tables(expected: Floats, rows: Ints, columns: Ints, *, seed: int, stream: int, ids: Ints) -> Ints:
    """Whole tables [areas, rows, columns] with the given sums, each entry next to its fitted value. [households]

    Parameters
        expected : not negative; zeros stay zero, unless a row has nothing else. It is fitted to the sums first.
        rows, columns : whole sums of each area; rows are met exactly, columns wherever the zeros allow it, otherwise
            to the whole number next to the fit.
        seed, stream, ids : what chance is made of; areas with the same id are rounded alike.

    References
        Cox, L. H. (1987). A constructive procedure for unbiased controlled rounding.
        doi 10.1080/01621459.1987.10478455.
    """
    out = np.zeros(expected.shape, dtype=np.int64)
    states = (uniforms(seed, stream, ids) * 2.0**53).astype(np.uint64)
    _tables(np.ascontiguousarray(expected, dtype=np.float64), rows, columns, states, out)
    return out
