"""Equal sets found once: groups of records that hold the same, whatever group they came from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from nahraum.measures.model import Int64

UInt64 = npt.NDArray[np.uint64]


def same_sets(start: Int64, entries: Sequence[Int64], heads: Sequence[Int64]) -> tuple[Int64, Int64]:
    """Which groups are equal: the first group of each class (rising), and the class of each group.

    Parameters
        start : first record of each group, and the end; no group is empty.
        entries : columns of the records; heads : columns of the groups. The order within a group does not matter.

    Notes
        Sets are told apart by two sums of 64 well mixed bits; the chance that two of a million differ and have the
        same is below 1e-26.
    """
    n = len(start) - 1
    if n == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    sums = [np.add.reduceat(_mixed(entries, seed), start[:-1]) for seed in (1, 2)]
    for seed, total in enumerate(sums, 3):
        total ^= _mixed([*heads, np.diff(start)], seed)
    keys = np.empty(n, dtype=[("one", np.uint64), ("other", np.uint64)])
    keys["one"], keys["other"] = sums
    _, first, of_group = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return np.asarray(first[order], dtype=np.int64), rank[of_group.reshape(-1)]


def summed(values: npt.ArrayLike, group: Int64, n: int) -> npt.NDArray[np.float64]:
    """Sum of values per group 0..n-1."""
    return np.asarray(np.bincount(group, weights=values, minlength=n), dtype=np.float64)


def slices(start: Int64, which: Int64) -> tuple[Int64, Int64]:
    """The records of some groups one after the other: their new starts, and the positions of the records."""
    length = start[which + 1] - start[which]
    new = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    at = np.arange(new[-1]) - np.repeat(new[:-1], length) + np.repeat(start[which], length)
    return new, at.astype(np.int64)


def _mixed(columns: Sequence[Int64], seed: int) -> UInt64:
    """Well mixed bits of each record (splitmix64, one column after the other)."""
    bits = np.full(len(columns[0]), (seed * 0x9E3779B97F4A7C15) % 2**64, dtype=np.uint64)
    for column in columns:
        z = bits + column.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(0x632BE59BD9B4E019)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        bits = z ^ (z >> np.uint64(31))
    return bits
