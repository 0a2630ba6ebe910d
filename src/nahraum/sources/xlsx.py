"""XLSX sheets as rows of cells: numbers as numbers, dates as ISO dates, the rest as text; formulas by their result.

python-calamine reads the sheet. A workbook comes from strangers, so before it is handed over the archive is checked
like any other, every part is unpacked once to see that it is as large as it declares, XML with a document type
(entities that grow or point elsewhere) is refused, and so is a sheet whose cells lie so far apart that the rows and
columns between them would fill the memory.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from nahraum.errors import InputError
from nahraum.sources.figures import Cell
from nahraum.sources.problems import find_name
from nahraum.sources.safety import open_member, zip_members

MAXIMUM_PART_BYTES = 512 << 20
MAXIMUM_CELLS = 20_000_000  # with the empty ones between: a cell at the far edge must not fill memory
_WORKBOOK, _PARTS = "xl/workbook.xml", (".xml", ".rels")
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_BLOCK = 1 << 20
_FIX = "open it in your spreadsheet program and save it again as .xlsx or .csv"
_Read = str | float | bool | date | datetime | time | timedelta

Attributes = Mapping[str, str]


def is_xlsx(path: Path) -> bool:
    """Whether a zip is a workbook."""
    return any(member.filename == _WORKBOOK for member in zip_members(path))


def xlsx_rows(path: Path, sheet: str | None = None) -> tuple[str, list[list[Cell]]]:
    """What to call a sheet, and its rows; the rows above and columns left of the first cell are there, but empty.

    Raises
        InputError where the sheet is not there or the choice is open, and for damaged or harmful workbooks.
    """
    for member in zip_members(path):
        if member.filename.lower().endswith(_PARTS):
            _require_harmless(path, member)
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheets = [one.name for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
            if not sheets:
                raise _damaged(path, "it has no sheet")
            if sheet is None and len(sheets) > 1:
                raise InputError(f"{path.name} has several sheets", where=sheets, fix='choose one: sheet = "…"')
            name = find_name(sheet, sheets, called=path.name, what="sheet") if sheet else sheets[0]
            read: list[list[_Read]] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, OSError) as error:
        raise _damaged(path, str(error)) from None
    return (path.name if len(sheets) == 1 else f"{path.name}, {name!r}"), [_row(cells) for cells in read]


def _damaged(path: Path, why: str) -> InputError:
    return InputError(f"{path.name} is no workbook that can be read", where=why, expected="XLSX", fix=_FIX)


def _row(cells: list[_Read]) -> list[Cell]:
    """Cells up to the last one that holds something."""
    row = [_cell(value) for value in cells]
    while row and row[-1] == "":
        row.pop()
    return row


def _cell(value: _Read) -> Cell:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else float(value)


class _Extent:
    """How far the cells of a part reach, counted while it is parsed."""

    def __init__(self) -> None:
        self.rows, self.columns = 0, 0
        self._row, self._column = 0, 0

    def start(self, name: str, attributes: Attributes) -> None:
        local = name.rpartition(" ")[2]
        if local == "row":
            stated = attributes.get("r", "")
            self._row, self._column = (int(stated) if stated.isdecimal() else self._row + 1), 0
        elif local == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self._column = _column_number(place[1]) if place else self._column + 1
            self._row = int(place[2]) if place else self._row
        self.rows, self.columns = max(self.rows, self._row), max(self.columns, self._column)


def _require_harmless(path: Path, member: zipfile.ZipInfo) -> None:
    """One XML part, unpacked block by block: as large as declared, well-formed, no document type, not too wide."""
    part = member.filename
    if member.file_size > MAXIMUM_PART_BYTES:
        raise _damaged(path, f"{part} unpacks to more than 512 MB")
    extent, parser = _Extent(), expat.ParserCreate(namespace_separator=" ")

    def refused(*_: object) -> None:
        raise _damaged(path, f"{part} brings a document type of its own")

    parser.StartElementHandler, parser.StartDoctypeDeclHandler = extent.start, refused
    try:
        with open_member(path, member) as stream:
            while block := stream.read(_BLOCK):
                parser.Parse(block, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise _damaged(path, f"{part}: {error}") from None
    if extent.rows * extent.columns > MAXIMUM_CELLS:
        raise InputError(f"{path.name} has more than {MAXIMUM_CELLS:,} cells", where=part, fix=_FIX)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
