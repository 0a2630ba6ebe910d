"""XLSX sheets as rows of cells: numbers as numbers, everything else as text; formulas by their stored value.

A workbook is a zip of XML. It comes from strangers, so the archive is checked like any other and XML with a
document type (entities that grow or point elsewhere) is refused.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.parsers import expat

from nahraum.errors import InputError
from nahraum.sources.figures import Cell
from nahraum.sources.problems import find_name
from nahraum.sources.safety import open_member, zip_members

MAXIMUM_PART_BYTES = 512 << 20
MAXIMUM_CELLS = 20_000_000  # with the empty ones between: a cell at the far edge of every row must not fill memory
_WORKBOOK, _RELATIONS, _STRINGS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_COLUMNS, _ROWS = 16_384, 1_048_576
_BLOCK = 1 << 20
_FIX = "open it in your spreadsheet program and save it again as .xlsx or .csv"

Attributes = Mapping[str, str]
Start = Callable[[str, Attributes], None]
End = Callable[[str, str], None]


def is_xlsx(path: Path) -> bool:
    """Whether a zip is a workbook."""
    return any(member.filename == _WORKBOOK for member in zip_members(path))


def xlsx_rows(path: Path, sheet: str | None = None) -> tuple[str, list[list[Cell]]]:
    """What to call a sheet, and its rows; the rows above and columns left of the first cell are there, but empty.

    Raises
        InputError where the sheet is not there or the choice is open, and for damaged or harmful workbooks.
    """
    members = {member.filename: member for member in zip_members(path)}
    sheets = _sheets(path, members)
    if sheet is None and len(sheets) > 1:
        raise InputError(f"{path.name} has several sheets", where=list(sheets), fix='choose one: sheet = "…"')
    name = find_name(sheet, list(sheets), called=path.name, what="sheet") if sheet else next(iter(sheets))
    strings = _shared_strings(path, members)
    reader = _SheetReader(path.name, strings)
    _parse(path, members, sheets[name], reader.start, reader.end)
    called = path.name if len(sheets) == 1 else f"{path.name}, {name!r}"
    return called, reader.rows


def _damaged(path: Path, why: str) -> InputError:
    return InputError(f"{path.name} is no workbook that can be read", where=why, expected="XLSX", fix=_FIX)


def _parse(path: Path, members: Mapping[str, zipfile.ZipInfo], part: str, start: Start, end: End) -> None:
    """Stream one XML part; `end` gets the text of an element that has no elements inside."""
    if part not in members:
        raise _damaged(path, f"it lacks {part}")
    if members[part].file_size > MAXIMUM_PART_BYTES:
        raise _damaged(path, f"{part} unpacks to more than 512 MB")
    parser, texts = expat.ParserCreate(namespace_separator=" "), [""]

    def opened(name: str, attributes: Attributes) -> None:
        texts[0] = ""
        start(name.rpartition(" ")[2], attributes)

    def closed(name: str) -> None:
        end(name.rpartition(" ")[2], texts[0])
        texts[0] = ""

    def refused(*_: object) -> None:
        raise _damaged(path, f"{part} brings a document type of its own")

    def more(text: str) -> None:
        texts[0] += text

    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = more, refused
    try:
        with open_member(path, members[part]) as stream:
            while block := stream.read(_BLOCK):
                parser.Parse(block, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise _damaged(path, f"{part}: {error}") from None


def _sheets(path: Path, members: Mapping[str, zipfile.ZipInfo]) -> dict[str, str]:
    """Part of each sheet by its name, in the order of the workbook."""
    targets: dict[str, str] = {}
    named: list[tuple[str, str]] = []

    def relation(name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            target = attributes.get("Target", "")
            full = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
            targets[attributes.get("Id", "")] = posixpath.normpath(full)

    def sheet(name: str, attributes: Attributes) -> None:
        if name == "sheet":
            key = next((value for field, value in attributes.items() if field.endswith(" id")), "")
            named.append((attributes.get("name", ""), key))

    _parse(path, members, _RELATIONS, relation, _nothing)
    _parse(path, members, _WORKBOOK, sheet, _nothing)
    sheets = {name: targets[key] for name, key in named if key in targets}
    if not sheets:
        raise _damaged(path, "it has no sheet")
    return sheets


def _nothing(*_: object) -> None:
    """An element that says nothing to us."""


def _shared_strings(path: Path, members: Mapping[str, zipfile.ZipInfo]) -> list[str]:
    if _STRINGS not in members:
        return []
    strings: list[str] = []
    spoken = [0]  # depth inside phonetic hints, whose text is not part of the string

    def start(name: str, _: Attributes) -> None:
        if name == "si":
            strings.append("")
        spoken[0] += name == "rPh"

    def end(name: str, text: str) -> None:
        spoken[0] -= name == "rPh"
        if name == "t" and strings and not spoken[0]:
            strings[-1] += text

    _parse(path, members, _STRINGS, start, end)
    return strings


class _SheetReader:
    """Cells of one sheet, put where their address says."""

    def __init__(self, called: str, strings: list[str]) -> None:
        self.rows: list[list[Cell]] = []
        self._called, self._strings = called, strings
        self._kind, self._value, self._column, self._cells = "n", "", 0, 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "row":
            number = int(attributes["r"]) if attributes.get("r", "").isdecimal() else len(self.rows) + 1
            if not len(self.rows) < number <= _ROWS:
                raise InputError(
                    f"{self._called} is damaged", where=f"row {number} after row {len(self.rows)}", fix=_FIX
                )
            self.rows += [[] for _ in range(number - len(self.rows))]
            self._column = 0
        elif name == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self._column = _column_number(place[1]) if place else self._column + 1
            self._kind, self._value = attributes.get("t", "n"), ""

    def end(self, name: str, text: str) -> None:
        if name == "v" or (name == "t" and self._kind == "inlineStr"):
            self._value += text
        elif name == "c" and self._value and self.rows and self._column <= _COLUMNS:
            row = self.rows[-1]
            self._cells += max(self._column - len(row), 0)
            if self._cells > MAXIMUM_CELLS:
                raise InputError(f"{self._called} has more than {MAXIMUM_CELLS:,} cells", fix=_FIX)
            row += [""] * (self._column - len(row))
            row[self._column - 1] = self._cell()

    def _cell(self) -> Cell:
        value = self._value
        if self._kind == "s":
            place = int(value) if value.isdecimal() else -1
            if not 0 <= place < len(self._strings):
                raise InputError(f"{self._called} is damaged", where=f"text number {value} is not there", fix=_FIX)
            return self._strings[place].strip()
        if self._kind == "n":
            try:
                return float(value)
            except ValueError:
                return value.strip()
        return value.strip()  # str (formula), inlineStr, b, e (#NV), d


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
