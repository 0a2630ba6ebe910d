"""Small tables as rows of cells: delimited text, zipped text, XLSX and XLS, whatever stands above the figures."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from nahraum.errors import InputError
from nahraum.sources.figures import Cell
from nahraum.sources.safety import first_bytes, is_zip, open_member, zip_members
from nahraum.sources.tabular import text_of
from nahraum.sources.xls import is_xls, xls_rows
from nahraum.sources.xlsx import is_xlsx, xlsx_rows

# Statistics of small areas are small; what is larger is another thing (the census comes by its own readers).
MAXIMUM_BYTES = 256 << 20
_SAMPLE = 60
_DELIMITERS = (";", "\t", ",", "|")
_TEXT_ENDINGS = (".csv", ".txt", ".tsv")
_EXPECTED = "CSV, a zip with one CSV, XLSX or XLS"


@dataclass(frozen=True)
class Rows:
    """Rows of a table as they stand in the file, texts without blanks around them, numbers of a sheet as numbers."""

    called: str
    rows: list[list[Cell]]


def read_rows(path: Path, *, sheet: str | None = None) -> Rows:
    """All rows of a small table.

    Parameters
        sheet : name of the sheet of a workbook; needed where it has several.

    Raises
        InputError for other formats, damaged or harmful files, and files above 256 MB.
    """
    head = first_bytes(path, 8)
    if path.stat().st_size > MAXIMUM_BYTES:
        raise InputError(f"{path.name} is larger than 256 MB", expected="a table of small areas", fix=f"as {_EXPECTED}")
    if is_xls(head):
        return Rows(*xls_rows(path, sheet))
    if is_zip(path):
        if is_xlsx(path):
            return Rows(*xlsx_rows(path, sheet))
        return _zipped(path)
    if head.startswith((b"PAR1", b"SQLite f", b"\x1f\x8b", b"%PDF")):
        raise InputError(f"{path.name} is no table of rows", expected=_EXPECTED, fix="export the table as CSV or XLSX")
    return Rows(path.name, text_rows(path.read_bytes(), path.name))


def _zipped(path: Path) -> Rows:
    members = [member for member in zip_members(path) if member.filename.lower().endswith(_TEXT_ENDINGS)]
    if len(members) != 1:
        found = [member.filename for member in members] or "none"
        raise InputError(
            f"{path.name} must hold one CSV file", where=f"found: {found}", fix="unpack it and name the file"
        )
    if members[0].file_size > MAXIMUM_BYTES:
        raise InputError(f"{path.name} unpacks to more than 256 MB", expected="a table of small areas")
    with open_member(path, members[0]) as stream:
        data = stream.read()
    called = f"{path.name}, {Path(members[0].filename).name}"
    return Rows(called, text_rows(data, called))


def text_rows(data: bytes, called: str) -> list[list[Cell]]:
    """Rows of delimited text; UTF-8, cp1252 (also mixed line by line, as real files are) or UTF-16 by its mark."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", errors="replace")
    else:
        text = "\n".join(text_of(line) for line in data.removeprefix(codecs.BOM_UTF8).split(b"\n"))
    if "\0" in text:
        raise InputError(f"{called} is no text", expected=_EXPECTED)
    try:
        mark = _delimiter(text)
        parsed = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        return [[cell.strip() for cell in row] for row in parsed]
    except csv.Error as error:
        raise InputError(f"{called} cannot be read as a table", where=str(error)) from None


def _delimiter(text: str) -> str:
    """The first of ; tab , | that cuts most lines into the same number of cells; titles and footers may differ."""
    for mark in _DELIMITERS:
        if mark not in text:
            continue
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        widths = [len(row) for row in _first(reader, _SAMPLE) if any(cell.strip() for cell in row)]
        width, often = Counter(widths).most_common(1)[0] if widths else (0, 0)
        if width > 1 and often * 2 >= len(widths):
            return mark
    return ","


def _first(rows: Iterable[list[str]], number: int) -> list[list[str]]:
    return [row for _, row in zip(range(number), rows, strict=False)]
