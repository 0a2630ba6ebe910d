"""XLS files written by hand, record by record: no library at hand writes them any more."""

from __future__ import annotations

import struct
from pathlib import Path

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def text(value: str, *, wide: bool = False) -> bytes:
    letters = value.encode("utf-16-le" if wide else "latin-1")
    return struct.pack("<HB", len(value), int(wide)) + letters


def bof(version: int = 0x0600) -> bytes:
    return record(0x0809, struct.pack("<HHHH", version, 0x10, 0, 0) + bytes(8))


def number(row: int, column: int, value: float) -> bytes:
    return record(0x203, struct.pack("<HHHd", row, column, 0, value))


def packed(row: int, column: int, raw: int) -> bytes:
    return record(0x27E, struct.pack("<HHHI", row, column, 0, raw & 0xFFFFFFFF))


def packed_row(row: int, column: int, *raws: int) -> bytes:
    cells = b"".join(struct.pack("<HI", 0, raw & 0xFFFFFFFF) for raw in raws)
    return record(0xBD, struct.pack("<HH", row, column) + cells + struct.pack("<H", column + len(raws) - 1))


def shared(row: int, column: int, place: int) -> bytes:
    return record(0xFD, struct.pack("<HHHI", row, column, 0, place))


def label(row: int, column: int, value: str) -> bytes:
    return record(0x204, struct.pack("<HHH", row, column, 0) + text(value))


def formula_text(row: int, column: int, value: str) -> bytes:
    result = b"\0" + bytes(5) + b"\xff\xff"
    return record(0x06, struct.pack("<HHH", row, column, 0) + result + bytes(6)) + record(0x207, text(value))


def workbook(
    sheets: dict[str, list[bytes]], strings: list[bytes], *, version: int = 0x0600, extra: bytes = b""
) -> bytes:
    """The stream of records. `strings`: parts of the shared texts, all but the first as records that continue."""
    bodies = [bof(version) + b"".join(cells) + record(0x0A) for cells in sheets.values()]
    table = b"".join(record(0xFC if n == 0 else 0x3C, part) for n, part in enumerate(strings))
    heads = [struct.pack("<BB", len(name), 0) + name.encode("latin-1") for name in sheets]
    size = len(bof()) + len(extra) + len(table) + sum(10 + len(head) for head in heads) + 4
    entries = b""
    for head, body in zip(heads, bodies, strict=True):
        entries += record(0x85, struct.pack("<IBB", size, 0, 0) + head)
        size += len(body)
    return bof(version) + extra + entries + table + record(0x0A) + b"".join(bodies)


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    packed_name = name.encode("utf-16-le") + b"\0\0"
    head = packed_name.ljust(64, b"\0") + struct.pack("<HBB", len(packed_name), kind, 1)
    return head + struct.pack("<III", _FREE, _FREE, _FREE) + bytes(36) + struct.pack("<II", start, size) + bytes(4)


def write_xls(path: Path, stream: bytes, *, name: str = "Workbook") -> Path:
    """A file system with one stream: sector 0 the table of sectors, 1 the directory, from 2 on the stream."""
    stream = stream.ljust(4096, b"\0")
    size = -(-len(stream) // 512)
    fat = [_FAT, _END, *range(3, size + 2), _END]
    assert len(fat) <= 128, "one sector of the table is enough for a test"
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIIII", 1, 1, 0, 4096, _END, 0, _END, 0, 0)[: 4 * 8] + struct.pack("<I", 0)
    header += struct.pack("<I", _FREE) * 108
    directory = _entry("Root Entry", 5, _END, 0) + _entry(name, 2, 2, len(stream)) + bytes(256)
    table = b"".join(struct.pack("<I", each) for each in fat).ljust(512, b"\xff")
    path.write_bytes(header[:512].ljust(512, b"\0") + table + directory + stream.ljust(size * 512, b"\0"))
    return path
