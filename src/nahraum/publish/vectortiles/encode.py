"""Mapbox vector tiles 2.1: shapes in whole tile units as bytes.

References
    Mapbox Vector Tile Specification 2.1. Commands 4.3, parameters 4.3.2, winding 4.3.4.4.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

POINT, LINE, AREA = 1, 2, 3
EXTENT = 4096
Int64 = npt.NDArray[np.int64]
Properties = dict[str, str | int]


@dataclass(frozen=True)
class TileLayer:
    """Shapes of one layer of one tile.

    dimension : POINT, LINE or AREA, the same for all.
    shapes : single points, lines or polygons in tile units, y down.
    feature : the feature each shape is part of, ascending from 0.
    properties : of each feature.
    """

    name: str
    dimension: int
    shapes: npt.NDArray[np.object_]
    feature: Int64
    properties: Sequence[Properties]


def tile_bytes(layers: Sequence[TileLayer]) -> bytes:
    """A tile of these layers; b"" where nothing of them is left in whole units."""
    return b"".join(_field(3, body) for body in map(_layer, layers) if body)


def varints(values: npt.ArrayLike) -> tuple[npt.NDArray[np.uint8], Int64]:
    """Whole numbers below 2^35 as base 128 varints: all bytes, and where each number begins (one entry more)."""
    numbers = np.asarray(values, dtype=np.uint64)
    size = np.ones(len(numbers), dtype=np.int64)
    for bits in (7, 14, 21, 28):
        size += numbers >= (1 << bits)
    starts = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    out = np.empty(int(starts[-1]), dtype=np.uint8)
    for place in range(5):
        longer = size > place
        digit = (numbers[longer] >> np.uint64(7 * place)) & np.uint64(0x7F)
        out[starts[:-1][longer] + place] = digit.astype(np.uint8) | np.where(size[longer] > place + 1, 0x80, 0)
    return out, starts


def _layer(layer: TileLayer) -> bytes:
    geometry = _geometries(layer)
    kept = [at for at, body in enumerate(geometry) if body]
    if not kept:
        return b""
    keys: dict[str, int] = {}
    values: dict[str | int, int] = {}
    features = []
    for at in kept:
        tags: list[int] = []
        for key, value in layer.properties[at].items():
            tags += [keys.setdefault(key, len(keys)), values.setdefault(value, len(values))]
        told = _field(2, _packed(tags)) + bytes([3 << 3, layer.dimension]) + _field(4, geometry[at])
        features.append(_field(2, told))
    named = b"".join(_field(3, key.encode()) for key in keys)
    held = b"".join(_field(4, _value(value)) for value in values)
    sized = bytes([5 << 3]) + _packed([EXTENT]) + bytes([15 << 3, 2])
    return _field(1, layer.name.encode()) + b"".join(features) + named + held + sized


def _value(value: str | int) -> bytes:
    return _field(1, value.encode()) if isinstance(value, str) else bytes([5 << 3]) + _packed([value])


def _packed(numbers: Sequence[int]) -> bytes:
    """A few numbers as `varints` writes many."""
    out = bytearray()
    for number in numbers:
        rest = number
        while rest > 0x7F:
            out.append(rest & 0x7F | 0x80)
            rest >>= 7
        out.append(rest)
    return bytes(out)


def _field(number: int, body: bytes) -> bytes:
    """A length-delimited field of a protocol buffer."""
    return bytes([number << 3 | 2]) + _packed([len(body)]) + body


def _geometries(layer: TileLayer) -> list[bytes]:
    """Commands of every feature; b"" where nothing of it is left in whole units."""
    xy, path, feature = _paths(layer)
    n = len(layer.properties)
    if not len(xy):
        return [b""] * n
    first = np.concatenate([[True], path[1:] != path[:-1]])
    starts = np.flatnonzero(first)
    size = np.diff(np.append(starts, len(path)))
    owner = feature[starts]
    stream, begins = _commands(xy, starts, size, owner, closed=layer.dimension == AREA)
    out, places = varints(stream)
    edges = begins[np.searchsorted(owner, np.arange(n + 1))]
    return [bytes(out[places[a] : places[b]]) for a, b in itertools.pairwise(edges)]


def _commands(xy: Int64, starts: Int64, size: Int64, owner: Int64, *, closed: bool) -> tuple[Int64, Int64]:
    """All numbers of all paths, one after another, and where each path begins (one entry more)."""
    lengths = np.where(size == 1, 3, 2 + 2 * size + closed)
    begins = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    stream = np.empty(int(begins[-1]), dtype=np.int64)
    stream[begins[:-1]] = 1 << 3 | 1  # move to one point
    longer = size > 1
    stream[begins[:-1][longer] + 3] = (size[longer] - 1) << 3 | 2  # line to the others
    if closed:
        stream[begins[1:] - 1] = 1 << 3 | 7
    steps = np.diff(xy, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    fresh = starts[np.concatenate([[True], owner[1:] != owner[:-1]])]  # a feature begins at the corner of the tile
    steps[fresh] = xy[fresh]
    turned = (steps << 1) ^ (steps >> 63)
    within = np.arange(len(xy)) - np.repeat(starts, size)
    at = np.repeat(begins[:-1], size) + np.where(within == 0, 1, 2 + 2 * within)
    stream[at], stream[at + 1] = turned[:, 0], turned[:, 1]
    return stream, begins


def _paths(layer: TileLayer) -> tuple[Int64, Int64, Int64]:
    """Points in whole units, the path and the feature of each; without what has no extent in whole units."""
    if layer.dimension != AREA:
        found: Any = shapely.get_coordinates(layer.shapes, return_index=True)
        least = 1 if layer.dimension == POINT else 2
        return _whole(found[0], found[1], layer.feature[found[1]], least=least)
    rings, polygon = shapely.get_rings(layer.shapes, return_index=True)
    drawn: Any = shapely.get_coordinates(rings, return_index=True)
    if not len(drawn[0]):
        return drawn[0].astype(np.int64), drawn[1], drawn[1]
    open_end = ~np.append(drawn[1][1:] != drawn[1][:-1], True)
    xy, ring, _ = _whole(drawn[0][open_end], drawn[1][open_end], drawn[1][open_end], least=3)
    kept = _proper(xy, ring, polygon)[ring]
    xy, ring = xy[kept], ring[kept]
    return xy, ring, layer.feature[polygon[ring]]


def _whole(xy: Any, path: Int64, feature: Int64, *, least: int) -> tuple[Int64, Int64, Int64]:
    """Rounded, each point once in a row, without paths of fewer than `least` points."""
    points = np.rint(xy).astype(np.int64)
    if not len(points):
        return points.reshape(0, 2), path, feature
    again = np.concatenate([[False], (points[1:] == points[:-1]).all(axis=1) & (path[1:] == path[:-1])])
    points, path, feature = points[~again], path[~again], feature[~again]
    kept = np.bincount(path)[path] >= least
    return points[kept], path[kept], feature[kept]


def _proper(xy: Int64, ring: Int64, polygon: Int64) -> npt.NDArray[np.bool_]:
    """Rings that still turn as they must in whole units: outer ones clockwise on the screen, holes the other way."""
    following, double = np.arange(1, len(xy) + 1), np.zeros(len(polygon))
    starts = np.flatnonzero(np.concatenate([[True], ring[1:] != ring[:-1]])) if len(ring) else ring
    if len(starts):
        following[np.append(starts[1:], len(xy)) - 1] = starts
        turn = xy[:, 0] * xy[following, 1] - xy[following, 0] * xy[:, 1]
        double[: int(ring[-1]) + 1] = np.bincount(ring, weights=turn.astype(np.float64))
    outer = np.concatenate([[True], polygon[1:] != polygon[:-1]])
    fine = np.where(outer, double > 0, double < 0)
    return np.asarray(fine & fine[np.flatnonzero(outer)][np.cumsum(outer) - 1])
