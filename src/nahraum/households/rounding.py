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
        state = _mixed(state ^ _mixed(each.astype(np.uint64)))
    return np.asarray((state >> np.uint64(11)).astype(np.float64) / 2.0**53)


def _mixed(x: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        x = x + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(x ^ (x >> np.uint64(31)))


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
def _scaled(t: Floats, base: Floats, rows: Ints, columns: Ints) -> None:
    """A table with the sums of its rows, and those of its columns as far as the zeros of its base let it."""
    for sweep in range(_SWEEPS):
        worst = 0.0
        for j in range(t.shape[1]):
            s = t[:, j].sum()
            worst = max(worst, abs(s - columns[j]))
            if s > 0.0:
                t[:, j] *= columns[j] / s
        for i in range(t.shape[0]):
            s = t[i].sum()
            if s > 0.0:
                t[i] *= rows[i] / s
            elif rows[i] > 0:  # its columns are to be empty: rows come first
                t[i] = base[i]
                if base[i].sum() == 0.0:
                    t[i, np.argmax(columns)] = 1.0
                t[i] *= rows[i] / t[i].sum()
        if worst < 1e-9 and sweep > 0:
            break


@compiled
def _is_open(value: float) -> bool:
    return bool(abs(value - np.rint(value)) > _NEAR)


@compiled
def _cycle(t: Floats, start: int, path: Ints, seen: Ints) -> tuple[int, int]:
    """Entries of a cycle of open entries, from one row on; first and past-last place in path (row, column, row …)."""
    seen[:] = -1
    node, length, n_rows = start, 0, t.shape[0]
    before = -1
    while seen[node] < 0:
        seen[node] = length
        path[length] = node
        length += 1
        following = -1
        if node < n_rows:
            for j in range(t.shape[1]):
                if n_rows + j != before and _is_open(t[node, j]):
                    following = n_rows + j
                    break
        else:
            for i in range(n_rows):
                if i != before and _is_open(t[i, node - n_rows]):
                    following = i
                    break
        if following < 0:
            return -1, node
        before, node = node, following
    return seen[node], length


@compiled
def _round(t: Floats, path: Ints, seen: Ints, state: np.uint64) -> None:
    """Rounds all entries in place; row and column sums that are whole stay (Cox 1987)."""
    n_rows = t.shape[0]
    row = 0
    while row < n_rows:
        has_open = False
        for j in range(t.shape[1]):
            has_open = has_open or _is_open(t[row, j])
        if not has_open:
            row += 1
            continue
        first, past = _cycle(t, row, path, seen)
        if first < 0:  # a sum that is not whole by rounding error: the last open entry is rounded alone
            for i in range(n_rows):
                for j in range(t.shape[1]):
                    if (past == i or past == n_rows + j) and _is_open(t[i, j]):
                        t[i, j] = np.rint(t[i, j])
            continue
        up, down = 1.0, 1.0  # how far along the cycle in either direction
        for place in range(first, past):
            a, b = path[place], path[place + 1] if place + 1 < past else path[first]
            i, j = (a, b - n_rows) if a < n_rows else (b, a - n_rows)
            part = t[i, j] - np.floor(t[i, j])
            if (place - first) % 2 == 0:
                up, down = min(up, 1.0 - part), min(down, part)
            else:
                up, down = min(up, part), min(down, 1.0 - part)
        state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
        chance = float(state >> np.uint64(11)) / 9007199254740992.0
        step = up if chance * (up + down) < down else -down
        for place in range(first, past):
            a, b = path[place], path[place + 1] if place + 1 < past else path[first]
            i, j = (a, b - n_rows) if a < n_rows else (b, a - n_rows)
            t[i, j] += step if (place - first) % 2 == 0 else -step
            if not _is_open(t[i, j]):
                t[i, j] = np.rint(t[i, j])


@compiled
def _tables(expected: Floats, rows: Ints, columns: Ints, states: npt.NDArray[np.uint64], out: Ints) -> None:
    n_rows, n_columns = expected.shape[1:]
    t = np.zeros((n_rows + 1, n_columns))
    path, seen = np.zeros(n_rows + n_columns + 3, dtype=np.int64), np.zeros(n_rows + n_columns + 1, dtype=np.int64)
    for area in range(expected.shape[0]):
        t[:n_rows] = expected[area]
        _scaled(t[:n_rows], expected[area], rows[area], columns[area])
        for j in range(n_columns):  # one more row takes what keeps a column from being whole
            s = t[:n_rows, j].sum()
            t[n_rows, j] = np.ceil(s - _NEAR) - s if _is_open(s) else 0.0
        _round(t, path, seen, states[area])
        for i in range(n_rows):
            for j in range(n_columns):
                out[area, i, j] = np.int64(np.rint(t[i, j]))


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
