"""Nodes along a Hilbert curve: what is near on the ground is near in memory.

The curve runs over a fixed grid of squares of the CRS, not over the box of the extract, so that two cuts of one
town put their common nodes into the same sequence.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from nahraum.network.graph import Float64, Int64

_SQUARE_M = 4.0
_BITS = 24  # 4 m squares: 33,554 km to each side of the CRS's origin
_STEP = 6  # bits of each axis that one look-up takes
_AT_ONCE = 1 << 15  # points whose numbers stay in the processor's cache


def memory_order(x_m: Float64, y_m: Float64, rows: Int64 | None = None) -> Int64:
    """Positions of the nodes in the order of the curve; within one square they keep the order they come in. [-]

    `rows` says for each node where its coordinates stand, if not in its own place.
    """
    key = hilbert_key(x_m, y_m)
    key = key if rows is None else key[rows]
    order = np.argsort(key)
    found = key[order]
    tied = np.zeros(len(found) + 1, dtype=bool)
    tied[1:-1] = found[1:] == found[:-1]
    mixed = np.flatnonzero(tied[1:] | tied[:-1])  # an unstable sort and an ordering of the few ties is the faster way
    if len(mixed):
        order[mixed] = order[mixed][np.lexsort((order[mixed], found[mixed]))]
    return np.asarray(order, dtype=np.int64)


def hilbert_key(x_m: Float64, y_m: Float64) -> Int64:
    """Number of each point's square along the Hilbert curve. [-]"""
    key = np.empty(len(x_m), dtype=np.int64)
    for first in range(0, len(key), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        key[part] = _keys(x_m[part], y_m[part])
    return key


def _keys(x_m: Float64, y_m: Float64) -> Int64:
    column, row = _square(x_m), _square(y_m)
    table = _turns()
    key = np.zeros(len(column), dtype=np.int64)
    state = np.zeros(len(column), dtype=np.int32)
    mask = (1 << _STEP) - 1
    for shift in range(_BITS - _STEP, -1, -_STEP):
        at = (state << (2 * _STEP)) | (((column >> shift) & mask) << _STEP) | ((row >> shift) & mask)
        entry = table[at]
        key = (key << (2 * _STEP)) | (entry & ((1 << (2 * _STEP)) - 1))
        state = entry >> (2 * _STEP)
    return key


def _square(metres: Float64) -> npt.NDArray[np.int32]:
    half = 1 << (_BITS - 1)
    return np.asarray(np.clip(np.floor(metres / _SQUARE_M) + half, 0, 2 * half - 1), dtype=np.int32)


@lru_cache(maxsize=1)
def _turns() -> npt.NDArray[np.int32]:
    """For each state of the curve (axes swapped, axes mirrored) and `_STEP` bits of both axes: key and next state."""
    at = np.arange(4 << (2 * _STEP), dtype=np.int32)
    swapped, mirrored = (at >> (2 * _STEP)) & 1, (at >> (2 * _STEP + 1)) & 1
    key = np.zeros_like(at)
    for bit in range(_STEP - 1, -1, -1):
        east, north = ((at >> (_STEP + bit)) & 1) ^ mirrored, ((at >> bit) & 1) ^ mirrored
        east, north = np.where(swapped == 1, north, east), np.where(swapped == 1, east, north)
        key = (key << 2) | ((3 * east) ^ north)
        mirrored = mirrored ^ ((north == 0) & (east == 1))
        swapped = swapped ^ (north == 0)
    return np.asarray(key | (swapped << (2 * _STEP)) | (mirrored << (2 * _STEP + 1)), dtype=np.int32)
