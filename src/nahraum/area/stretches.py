"""Edges cut into stretches of at most a given length: pure arrays, without a loop over edges."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

Geometries = npt.NDArray[np.object_]
Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]


def stretches(rings: Geometries, every_m: float) -> tuple[Geometries, Int64]:
    """Each ring cut into stretches of equal length, as long as possible but at most `every_m`; and its ring. [m]"""
    if not len(rings):
        return np.array([], dtype=object), np.zeros(0, dtype=np.int64)
    length = shapely.length(rings)
    number = np.maximum(np.ceil(length / every_m - 1e-9), 1).astype(np.int64)
    of = np.repeat(np.arange(len(rings)), number)
    index = np.arange(len(of)) - np.repeat(np.cumsum(number) - number, number)
    return _cut(rings, of, (index / number[of], (index + 1) / number[of])), of


def _cut(rings: Geometries, of: Int64, shares: tuple[Float64, Float64]) -> Geometries:
    """Parts of rings between two shares of their length, without a loop: vertices and cuts in one sorted list."""
    start, end = shares
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    step = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    step[np.concatenate([[True], np.diff(ring) > 0])] = 0.0
    along = np.cumsum(step)
    first = np.searchsorted(ring, np.arange(len(rings)))
    along -= along[first][ring]
    length = np.maximum.reduceat(along, first)
    position = along / length[ring]
    number = np.bincount(of, minlength=len(rings))
    piece_start = np.cumsum(number) - number
    piece = piece_start[ring] + np.minimum((position * number[ring]).astype(np.int64), number[ring] - 1)
    cuts_start = shapely.get_coordinates(shapely.line_interpolate_point(rings[of], start, normalized=True))
    cuts_end = shapely.get_coordinates(shapely.line_interpolate_point(rings[of], end, normalized=True))
    pieces = np.arange(len(of))
    owner = np.concatenate([pieces, piece, pieces])
    rank = np.concatenate([start, position, end])
    kind = np.concatenate([np.zeros(len(of)), np.ones(len(xy)), np.full(len(of), 2.0)])
    order = np.lexsort((rank, kind, owner))
    coordinates = np.concatenate([cuts_start, xy, cuts_end])[order]
    return np.asarray(shapely.linestrings(coordinates, indices=owner[order]), dtype=object)
