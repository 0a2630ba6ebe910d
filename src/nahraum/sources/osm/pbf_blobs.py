"""The frame of a .osm.pbf file: where its blobs lie, what the header demands, and a blob's content.

A file is a row of (length, blob header, blob); blobs are compressed each on its own, so they can be read in any
order and by several threads. Everything here is a few bytes per blob; the content is read by `pbf_kernels`.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import deflate

from nahraum.errors import InputError

Buffer = bytes | mmap.mmap
Fields = dict[int, list[int | tuple[int, int]]]

_MAX_HEADER = 64 * 1024  # limits of the format (wiki.openstreetmap.org/wiki/PBF_Format)
_MAX_CONTENT = 32 * 1024 * 1024
_MAX_BLOB = _MAX_CONTENT + _MAX_HEADER
_RAW, _RAW_SIZE, _ZLIB = 1, 2, 3
_OTHER_PACKING = {4: "lzma", 5: "bzip2", 6: "lz4", 7: "zstd"}
_DEMANDS = 4
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_UNDERSTOOD = frozenset(("OsmSchema-V0.6", "DenseNodes"))


@dataclass(frozen=True)
class PbfFile:
    """An open .osm.pbf: its bytes, first and last position of each data blob, what a reader must understand."""

    path: Path
    data: Buffer
    blobs: list[tuple[int, int]]
    demands: frozenset[str]

    @property
    def is_plain(self) -> bool:
        """Whether the file holds one version of each object and nothing unheard of."""
        return self.demands <= _UNDERSTOOD

    def content(self, number: int) -> bytearray:
        """The unpacked content of one data blob.

        Raises
            ValueError where it is damaged; InputError where it is packed in a way that is not read here.
        """
        start, stop = self.blobs[number]
        return _content(self.path, self.data, start, stop)


@contextmanager
def pbf_file(path: Path) -> Iterator[PbfFile]:
    """The file, open while the block runs.

    Raises
        ValueError where the row of blobs breaks off or makes no sense.
    """
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        blobs: list[tuple[int, int]] = []
        demands: frozenset[str] = frozenset()
        for kind, start, stop in _frames(data):
            if kind == b"OSMData":
                blobs.append((start, stop))
            elif kind == b"OSMHeader":
                demands = _demands(_content(path, data, start, stop))
        yield PbfFile(path, data, blobs, demands)


def _frames(data: Buffer) -> Iterator[tuple[bytes, int, int]]:
    """Kind and extent of every blob."""
    at, end = 0, len(data)
    while at < end:
        size = int.from_bytes(data[at : at + 4], "big")
        start = at + 4 + size
        if size > _MAX_HEADER or start > end:
            raise ValueError(f"PBF error: no blob header at byte {at}")
        found = _fields(data, at + 4, start)
        kind, length = found.get(1, [(0, 0)])[-1], found.get(3, [0])[-1]
        if isinstance(kind, int) or not isinstance(length, int) or length > _MAX_BLOB:
            raise ValueError(f"PBF error: strange blob header at byte {at}")
        at = start + length
        if at > end:
            raise ValueError(f"PBF error: the file ends inside a blob, {at - end} bytes are missing")
        yield bytes(data[kind[0] : kind[1]]), start, at


def _content(path: Path, data: Buffer, start: int, stop: int) -> bytearray:
    found = _fields(data, start, stop)
    if _RAW in found:
        first, last = _extent(found[_RAW][-1], start)
        return bytearray(data[first:last])
    if _ZLIB not in found:
        packing = ", ".join(_OTHER_PACKING[field] for field in found if field in _OTHER_PACKING)
        raise InputError(
            f"{path.name} is packed in a way that is not read here",
            where=f"a blob at byte {start} is packed with {packing or 'an unknown method'}",
            expected="blobs packed with zlib, or not at all",
            fix=f"osmium cat {path.name} -o again.osm.pbf",
        )
    size = found.get(_RAW_SIZE, [0])[-1]
    if not isinstance(size, int) or not 0 < size <= _MAX_CONTENT:
        raise ValueError(f"PBF error: a blob at byte {start} does not tell its size, or one the format does not allow")
    first, last = _extent(found[_ZLIB][-1], start)
    try:
        content = deflate.zlib_decompress(data[first:last], size)
    except deflate.DeflateError as problem:
        raise ValueError(f"PBF error: a blob at byte {start} cannot be unpacked") from problem
    if len(content) != size:
        raise ValueError(f"PBF error: a blob at byte {start} is shorter than it says")
    return content


def _extent(value: int | tuple[int, int], start: int) -> tuple[int, int]:
    """First and last byte of a field that holds bytes."""
    if isinstance(value, int):
        raise ValueError(f"PBF error: a blob at byte {start} holds a number where its content should be")
    return value


def _demands(header: Buffer | bytearray) -> frozenset[str]:
    found = _fields(bytes(header), 0, len(header)).get(_DEMANDS, [])
    return frozenset(bytes(header[part[0] : part[1]]).decode() for part in found if not isinstance(part, int))


def _fields(data: Buffer, at: int, end: int) -> Fields:
    """The fields of a protobuf message: numbers as they are, everything else as first and last position."""
    found: Fields = {}
    while at < end:
        tag, at = _varint(data, at, end)
        value: int | tuple[int, int]
        if tag & 7 == _VARINT:
            value, at = _varint(data, at, end)
        else:
            size = {_FIXED64: 8, _FIXED32: 4}.get(tag & 7, -1)
            if tag & 7 == _BYTES:
                size, at = _varint(data, at, end)
            if size < 0 or at + size > end:
                raise ValueError(f"PBF error: a field at byte {at} makes no sense")
            value, at = (at, at + size), at + size
        found.setdefault(tag >> 3, []).append(value)
    return found


def _varint(data: Buffer, at: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while at < end and shift < 64:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
    raise ValueError(f"PBF error: a number at byte {at} makes no sense")
