"""Which texts of a block are keys of interest, which objects carry them, and which objects say the same: compiled.

Tags are pairs of positions in the block's table of strings; those of object i are `start[i]:start[i + 1]`.
"""

from __future__ import annotations

import numpy as np

from nahraum.compiled import compiled


@compiled
def marks(block, strings, letters, starts, found):  # type: ignore[no-untyped-def]
    """Writes for each string of the block the number of the word that it is, counted from 1; leaves others alone.

    Parameters
        letters, starts : the words one after another, and where each starts; one more start than words.
    """
    for row in range(len(strings)):
        first, size = np.int64(strings[row, 0]), np.int64(strings[row, 1] - strings[row, 0])
        for key in range(len(starts) - 1):
            if starts[key + 1] - starts[key] != size:
                continue
            at = np.int64(0)
            while at < size and block[first + at] == letters[starts[key] + at]:
                at += 1
            if at == size:
                found[row] = key + 1
                break


@compiled
def deciding(start, tags, mark, word, limits, found):  # type: ignore[no-untyped-def]
    """Marks objects with one of the first `limits[0]` keys, or one of the first `limits[1]` and a marked value."""
    n_alone, n_deciding = limits
    for row in range(len(found)):
        for at in range(start[row], start[row + 1]):
            key, value = tags[at, 0], tags[at, 1]
            found[row] |= 0 < mark[key] <= n_alone or (0 < mark[key] <= n_deciding and word[value] > 0)


@compiled
def values_of(start, tags, mark, number, found):  # type: ignore[no-untyped-def]
    """Writes the position of the value that each object has for one key; leaves those without alone."""
    for row in range(len(found)):
        for at in range(start[row], start[row + 1]):
            if mark[tags[at, 0]] == number:
                found[row] = tags[at, 1]


@compiled
def kinds(start, tags, mark, limit, rows, out):  # type: ignore[no-untyped-def]
    """Objects of the same tags, as far as these are marked below the limit: a table of hashes, compared in full.

    Parameters
        out : to be filled: the kind of each row; the first row of each kind; and the empty table (-1), its size a
            power of two and more than twice the number of rows.

    Returns
        Number of kinds.
    """
    kind, first, table = out
    n, size = np.int64(0), np.int64(len(table))
    for place in range(len(rows)):
        row = rows[place]
        number = np.int64(0)
        for at in range(start[row], start[row + 1]):
            if 0 < mark[tags[at, 0]] < limit:
                number = (number ^ (np.int64(tags[at, 0]) << 20) ^ tags[at, 1]) * np.int64(0x9E3779B97F4A7C1)
        slot = (number >> 24) & (size - 1)
        while table[slot] >= 0 and not _same(start, tags, mark, limit, first[table[slot]], row):
            slot = (slot + 1) & (size - 1)
        if table[slot] < 0:
            table[slot], first[n] = n, row
            n += 1
        kind[place] = table[slot]
    return n


@compiled
def _same(start, tags, mark, limit, one, other):  # type: ignore[no-untyped-def]
    """Whether two objects have the same tags, as far as these are marked below the limit."""
    at, end, back, stop = start[one], start[one + 1], start[other], start[other + 1]
    while True:
        while at < end and not 0 < mark[tags[at, 0]] < limit:
            at += 1
        while back < stop and not 0 < mark[tags[back, 0]] < limit:
            back += 1
        if at == end or back == stop:
            return at == end and back == stop
        if tags[at, 0] != tags[back, 0] or tags[at, 1] != tags[back, 1]:
            return False
        at, back = at + 1, back + 1
