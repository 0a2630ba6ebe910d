"""PMTiles, version 3: tiles in one file, found by the places of their bytes; the same bytes for the same tiles.

References
    Protomaps. PMTiles Version 3 Specification: header, directories, tile ids along a Hilbert curve.
"""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nahraum.publish.vectortiles.encode import varints

Tile = tuple[int, int, int, bytes]
_ROOM = 16_384  # header and root directory are read in one request
_GZIP, _MVT = 2, 1
_HEADER = 127


def tile_id(zoom: int, x: int, y: int) -> int:
    """The number of a tile: all of the zooms before, then along the Hilbert curve."""
    before: int = ((1 << 2 * zoom) - 1) // 3
    number, side = 0, 1 << zoom >> 1
    while side:
        right, lower = int(x & side > 0), int(y & side > 0)
        number += side * side * ((3 * right) ^ lower)
        if not lower:
            if right:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
        x, y, side = x & (side - 1), y & (side - 1), side >> 1
    return before + number


def write_archive(
    tiles: Sequence[Tile], path: Path, *, bounds: tuple[float, float, float, float], metadata: dict[str, Any]
) -> Path:
    """One archive of vector tiles.

    Parameters
        tiles : zoom, x, y and the tile as `encode.tile_bytes` makes it; in any order.
        bounds : west, south, east, north. [degrees]
        metadata : what a reader is told; `vector_layers` and `attribution` by the specification.
    """
    packed = sorted((tile_id(zoom, x, y), _gzip(body)) for zoom, x, y, body in tiles if body)
    entries, data, places = [], bytearray(), {}
    for number, body in packed:
        if body not in places:
            places[body] = len(data)
            data += body
        entries.append((number, places[body], len(body)))
    root, leaves = _directories(entries)
    told = _gzip(json.dumps(metadata, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode())
    zooms = [zoom for zoom, *_ in tiles] or [0]
    sizes = (root, told, leaves, bytes(data))
    head = _header(sizes, (len(entries), len(places)), (min(zooms), max(zooms)), bounds)
    path.write_bytes(b"".join((head, *sizes)))
    return path


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=9, mtime=0)


def _directory(entries: Sequence[tuple[int, int, int]], *, run: int = 1) -> bytes:
    """Ids, run lengths, lengths and places of entries; a run of 0 leads to a leaf."""
    table = np.array(entries, dtype=np.int64).reshape(-1, 3)
    ids, places, lengths = table.T
    follows = np.concatenate([[False], places[1:] == places[:-1] + lengths[:-1]]) if len(ids) else ids > 0
    numbers = [np.array([len(ids)]), np.diff(ids, prepend=0), np.full(len(ids), run), lengths]
    return _gzip(bytes(varints(np.concatenate([*numbers, np.where(follows, 0, places + 1)]))[0]))


def _directories(entries: Sequence[tuple[int, int, int]]) -> tuple[bytes, bytes]:
    """The root directory, and the leaves where it would be too long for one request."""
    root = _directory(entries)
    size = 2048
    while _HEADER + len(root) > _ROOM:
        leaves, heads = bytearray(), []
        for start in range(0, len(entries), size):
            leaf = _directory(entries[start : start + size])
            heads.append((entries[start][0], len(leaves), len(leaf)))
            leaves += leaf
        root, size = _directory(heads, run=0), size * 2
        if _HEADER + len(root) <= _ROOM:
            return root, bytes(leaves)
    return root, b""


def _header(
    sizes: tuple[bytes, bytes, bytes, bytes], counts: tuple[int, int], zooms: tuple[int, int],
    bounds: tuple[float, float, float, float],
) -> bytes:  # fmt: skip
    offset, spans = _HEADER, []
    for part in sizes:
        spans += [offset, len(part)]
        offset += len(part)
    west, south, east, north = (round(degree * 1e7) for degree in bounds)
    middle = ((west + east) // 2, (south + north) // 2)
    head = b"PMTiles\x03" + struct.pack("<8Q", *spans)
    head += struct.pack("<3Q", counts[0], counts[0], counts[1])
    head += struct.pack("<4B2B", 1, _GZIP, _GZIP, _MVT, *zooms)
    return head + struct.pack("<4iB2i", west, south, east, north, zooms[0], *middle)
