"""XLS sheets (Excel 97 to 2003, BIFF8) as rows of cells: INKAR and older statistics come so and in no other way.

Two old layers: a file system in a file (sectors in chains, [MS-CFB]) that holds one stream of records ([MS-XLS]).
Read are figures, texts and stored results of formulas; everything else is passed over. Not by python-calamine, which
reads XLSX here: in this format it dies of damaged files and of two cells far apart (docs/decisions/own-data.md).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from nahraum.errors import InputError
from nahraum.sources.figures import Cell
from nahraum.sources.problems import find_name

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST_SECTOR = 0xFFFFFFFA  # larger numbers are no sectors but "free", "end of chain" …
_BIFF8 = 0x0600
_COLUMNS = 256  # more a sheet of this format cannot have
_BOF, _EOF, _CONTINUE, _FILEPASS, _SHEET, _STRINGS = 0x0809, 0x0A, 0x3C, 0x2F, 0x85, 0xFC
_NUMBER, _RK, _MULRK, _LABELSST, _LABEL, _FORMULA, _RESULT = 0x203, 0x27E, 0xBD, 0xFD, 0x204, 0x06, 0x207
_FIX = "open it in your spreadsheet program and save it as .xlsx or .csv"

Record = tuple[int, bytes, list[bytes]]  # kind, data, data of the records that continue it


def is_xls(head: bytes) -> bool:
    """Whether a file starts like an OLE file, in which Excel before 2007 wrote."""
    return head.startswith(_MAGIC)


def xls_rows(path: Path, sheet: str | None = None) -> tuple[str, list[list[Cell]]]:
    """What to call a sheet, and its rows.

    Raises
        InputError where the sheet is not there or the choice is open, for encrypted, older and damaged files.
    """
    try:
        stream = _workbook(path.read_bytes())
        sheets, strings = _globals(stream)
        if sheet is None and len(sheets) > 1:
            raise InputError(f"{path.name} has several sheets", where=list(sheets), fix='choose one: sheet = "…"')
        name = find_name(sheet, list(sheets), called=path.name, what="sheet") if sheet else next(iter(sheets))
        rows = _sheet_rows(stream, sheets[name], strings)
    except _UnreadableError as reason:
        raise InputError(
            f"{path.name} cannot be read", where=str(reason), expected="XLS (Excel 97 to 2003)", fix=_FIX
        ) from None
    except (struct.error, IndexError, UnicodeDecodeError, StopIteration):
        raise InputError(f"{path.name} is damaged or cut off", expected="XLS (Excel 97 to 2003)", fix=_FIX) from None
    return (path.name if len(sheets) == 1 else f"{path.name}, {name!r}"), rows


class _UnreadableError(Exception):
    """Why a file cannot be read, in words."""


def _workbook(data: bytes) -> bytes:
    """The stream of records out of the file system in the file."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    first_directory, cutoff, first_mini = struct.unpack_from("<I4xII", data, 48)
    mini_size = 1 << struct.unpack_from("<H", data, 32)[0]
    if size not in (512, 4096) or mini_size != 64:
        raise _UnreadableError("the sectors have an unknown size")

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    places = list(struct.unpack_from("<109I", data, 76))
    following, seen = struct.unpack_from("<I", data, 68)[0], 0
    while following < _LAST_SECTOR and seen <= len(data) // size:
        more = struct.unpack(f"<{size // 4}I", sector(following))
        places, following, seen = places + list(more[:-1]), more[-1], seen + 1
    table = b"".join(sector(place) for place in places if place < _LAST_SECTOR)
    fat = struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])
    directory = b"".join(sector(number) for number in _chain(fat, first_directory))
    root, found = _entries(directory)
    if found is None:
        raise _UnreadableError("it holds no workbook of Excel 97 or later")
    start, length = found
    if length >= cutoff:
        return b"".join(sector(number) for number in _chain(fat, start))[:length]
    mini_table = b"".join(sector(number) for number in _chain(fat, first_mini))
    mini_fat = struct.unpack(f"<{len(mini_table) // 4}I", mini_table)
    minis = b"".join(sector(number) for number in _chain(fat, root))
    return b"".join(minis[n * mini_size : (n + 1) * mini_size] for n in _chain(mini_fat, start))[:length]


def _chain(table: tuple[int, ...], first: int) -> Iterator[int]:
    """Numbers of the sectors of one stream, in order; a ring is damage."""
    number, steps = first, 0
    while number < _LAST_SECTOR:
        if steps > len(table):
            raise _UnreadableError("its sectors form a ring")
        yield number
        number, steps = table[number], steps + 1


def _entries(directory: bytes) -> tuple[int, tuple[int, int] | None]:
    """First sector of the root's small streams; first sector and length of the workbook."""
    root, found = _LAST_SECTOR, None
    for place in range(0, len(directory) - 127, 128):
        length, kind = struct.unpack_from("<HB", directory, place + 64)
        name = directory[place : place + max(length - 2, 0)].decode("utf-16-le", errors="replace")
        start, size = struct.unpack_from("<II", directory, place + 116)
        if kind == 5:
            root = start
        elif kind == 2 and name.casefold() == "workbook":
            found = (start, size)
    return root, found


def _records(stream: bytes, place: int) -> Iterator[Record]:
    """Records from a place to the end of their part; records that continue another stand with it."""
    held: Record | None = None
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        data = stream[place + 4 : place + 4 + length]
        place += 4 + length
        if kind == _CONTINUE and held:
            held[2].append(data)
            continue
        if held:
            yield held
        held = (kind, data, [])
        if kind == _EOF:
            break
    if held:
        yield held


def _globals(stream: bytes) -> tuple[dict[str, int], list[str]]:
    """Place of each sheet with cells by its name, and the texts all sheets share."""
    sheets: dict[str, int] = {}
    strings: list[str] = []
    for number, (kind, data, continued) in enumerate(_records(stream, 0)):
        if number == 0 and (kind != _BOF or struct.unpack_from("<H", data)[0] != _BIFF8):
            raise _UnreadableError("it was written by Excel 95 or older")
        if kind == _FILEPASS:
            raise _UnreadableError("it is protected by a password")
        if kind == _SHEET and data[5] == 0:
            sheets[_text(data, 6, wide_length=False)] = struct.unpack_from("<I", data)[0]
        if kind == _STRINGS:
            strings = list(_SharedStrings([data[8:], *continued]).strings(struct.unpack_from("<I", data, 4)[0]))
    if not sheets:
        raise _UnreadableError("it has no sheet")
    return sheets, strings


def _text(data: bytes, place: int, *, wide_length: bool = True) -> str:
    """A text within one record: its length, how it is packed, its letters."""
    length = struct.unpack_from("<H", data, place)[0] if wide_length else data[place]
    place += 2 if wide_length else 1
    wide = data[place] & 1
    letters = data[place + 1 : place + 1 + length * (2 if wide else 1)]
    return letters.decode("utf-16-le" if wide else "latin-1").strip()


class _SharedStrings:
    """Texts that run on from one record into the next; there the letters say again how they are packed."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts, self._part, self._place = parts, 0, 0

    def strings(self, number: int) -> Iterator[str]:
        """The first `number` texts."""
        for _ in range(number):
            length, flags = struct.unpack("<HB", self._bytes(3))
            runs = struct.unpack("<H", self._bytes(2))[0] if flags & 8 else 0
            extra = struct.unpack("<I", self._bytes(4))[0] if flags & 4 else 0
            yield self._letters(length, flags & 1).strip()
            self._bytes(runs * 4 + extra)

    def _left(self) -> int:
        return len(self._parts[self._part]) - self._place

    def _bytes(self, number: int) -> bytes:
        taken = b""
        while len(taken) < number:
            if not self._left():
                self._part, self._place = self._part + 1, 0
            step = min(number - len(taken), self._left())
            taken += self._parts[self._part][self._place : self._place + step]
            self._place += step
        return taken

    def _letters(self, length: int, wide: int) -> str:
        text = ""
        while len(text) < length:
            if not self._left():
                self._part, self._place = self._part + 1, 0
                wide = self._bytes(1)[0] & 1
            width = 2 if wide else 1
            step = min(length - len(text), self._left() // width)
            if not step:
                raise _UnreadableError("a text is cut")
            text += self._bytes(step * width).decode("utf-16-le" if wide else "latin-1", errors="replace")
        return text


def _sheet_rows(stream: bytes, place: int, strings: list[str]) -> list[list[Cell]]:
    cells: dict[tuple[int, int], Cell] = {}
    waiting: tuple[int, int] | None = None  # the cell whose formula gives a text, which stands in the next record
    for kind, data, _ in _records(stream, place):
        if kind == _RESULT and waiting:
            cells[waiting], waiting = _text(data, 0), None
        if kind not in (_NUMBER, _RK, _MULRK, _LABELSST, _LABEL, _FORMULA):
            continue
        row, column = struct.unpack_from("<HH", data)
        if kind == _NUMBER:
            cells[row, column] = struct.unpack_from("<d", data, 6)[0]
        elif kind == _RK:
            cells[row, column] = _packed_number(data, 6)
        elif kind == _MULRK:
            for step in range((len(data) - 6) // 6):
                cells[row, column + step] = _packed_number(data, 6 + 6 * step)
        elif kind == _LABELSST:
            cells[row, column] = strings[struct.unpack_from("<I", data, 6)[0]]
        elif kind == _LABEL:
            cells[row, column] = _text(data, 6)
        elif data[12:14] == b"\xff\xff":
            waiting = (row, column) if data[6] == 0 else None
        else:
            cells[row, column] = struct.unpack_from("<d", data, 6)[0]
    return _as_rows(cells)


def _packed_number(data: bytes, place: int) -> float:
    """A number in four bytes: the upper half of a double or a whole number, perhaps times a hundred."""
    packed = struct.unpack_from("<i", data, place)[0]
    if packed & 2:
        value = float(packed >> 2)
    else:
        value = struct.unpack("<d", b"\0\0\0\0" + struct.pack("<I", packed & 0xFFFFFFFC))[0]
    return value / 100 if packed & 1 else value


def _as_rows(cells: dict[tuple[int, int], Cell]) -> list[list[Cell]]:
    rows: list[list[Cell]] = [[] for _ in range(1 + max((row for row, _ in cells), default=-1))]
    for (row, column), value in sorted(cells.items()):
        if column < _COLUMNS:
            rows[row] += [""] * (column - len(rows[row]))
            rows[row].append(value)
    return rows
