"""Released tables outside of a study: CSV and one workbook in a folder, with a sheet to read first and metadata."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from nahraum.publish.bundle import Released
from nahraum.publish.labels import decimals_of, heading
from nahraum.publish.values import HELD_BACK, held_back, is_number, number_text, plain, safe_text, starts_formula
from nahraum.publish.write import replaced

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_READ_ME = {"de": "Lies mich", "en": "Read me"}
_FORMAT_VERSION = 1


@dataclass(frozen=True)
class About:
    """What must be said of tables that leave the office: title, notes (heading, text), who to name, the day.

    headings : words for columns that have none elsewhere. decimals : digits worth writing, by column.
    """

    name: str
    title: str
    notes: tuple[tuple[str, str], ...]
    licence: str
    attribution: str
    reference_date: date
    version: str
    language: str = "de"
    headings: Mapping[str, str] = field(default_factory=dict)
    decimals: Mapping[str, int] = field(default_factory=dict)


def write_loose(tables: Sequence[Released], about: About, folder: Path) -> list[Path]:
    """All tables as <table>.csv, one workbook <name>.xlsx and metadata.json; the folder complete or as it was.

    Parameters
        tables : what `publish.release` gave back. folder : replaced as a whole.

    Notes
        Semicolon, decimal comma, UTF-8 with BOM; "." is held back, empty unknown; the same bytes on every run.
    """

    def fill(working: Path) -> list[Path]:
        written = [_write_csv(table, about, working) for table in tables]
        written.append(_write_workbook(tables, about, working))
        return [*written, _write_metadata(tables, about, working)]

    return replaced(folder, fill)


def _write_csv(table: Released, about: About, folder: Path) -> Path:
    frame, stream = plain(table), io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(map(str, frame.columns))
    writer.writerows(zip(*(_texts(frame, str(column), about) for column in frame.columns), strict=True))
    path = folder / f"{table.name}.csv"
    path.write_bytes(stream.getvalue().encode("utf-8-sig"))
    return path


def _texts(frame: pd.DataFrame, column: str, about: About) -> list[str]:
    values = frame[column]
    if not is_number(values):
        return [safe_text(value) for value in values]
    decimals, gone = about.decimals.get(column, decimals_of(column, ())), held_back(frame, column)
    return [
        HELD_BACK if dot else "" if value != value else number_text(float(value), decimals)
        for value, dot in zip(values, gone, strict=True)
    ]


def _write_workbook(tables: Sequence[Released], about: About, folder: Path) -> Path:
    import xlsxwriter

    path = folder / f"{about.name}.xlsx"
    book = xlsxwriter.Workbook(str(path), _OPTIONS)
    created = datetime.combine(about.reference_date, datetime.min.time())
    book.set_properties({
        "title": about.title, "author": f"nahraum {about.version}", "created": created, "comments": about.attribution,
    })  # fmt: skip
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#e8eef2", "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    first = book.add_worksheet(_READ_ME[about.language])
    first.set_column(0, 0, 26)
    first.set_column(1, 1, 110)
    first.write_string(0, 0, about.title, book.add_format({"bold": True, "font_size": 14}))
    for row, (name, text) in enumerate(about.notes, start=2):
        first.write_string(row, 0, name, bold)
        first.write_string(row, 1, text, wrapped)
    for table in tables:
        _write_sheet(book, table, about, bold)
    book.close()
    return path


def _write_sheet(book: Any, table: Released, about: About, bold: Any) -> None:
    """One table: headings in words, ids of the columns below them, numbers as numbers."""
    frame, sheet = plain(table), book.add_worksheet(table.name[:31])
    grey, quoted = book.add_format({"font_color": "#777777", "font_size": 8}), book.add_format({"quote_prefix": True})
    dotted = book.add_format({"align": "right", "font_color": "#777777"})
    for place, column in enumerate(map(str, frame.columns)):
        named = about.headings.get(column) or heading(column, (), about.language)
        sheet.write_string(0, place, named, bold)
        sheet.write_string(1, place, column, grey)
        sheet.set_column(place, place, 15 if is_number(frame[column]) else 24)
        number, gone = is_number(frame[column]), held_back(frame, column)
        for row, (value, dot) in enumerate(zip(frame[column], gone, strict=True), start=2):
            if number and dot:
                sheet.write_string(row, place, HELD_BACK, dotted)
            elif number and value == value:
                sheet.write_number(row, place, round(float(value), 6))
            elif not number and (text := "" if value is None or value is pd.NA else str(value)):
                sheet.write_string(row, place, text, *([quoted] if starts_formula(text) else []))
    sheet.freeze_panes(2, 1)
    if len(frame) and len(frame.columns):
        sheet.autofilter(1, 0, len(frame) + 1, len(frame.columns) - 1)


def _write_metadata(tables: Sequence[Released], about: About, folder: Path) -> Path:
    document = {
        "format_version": _FORMAT_VERSION,
        "name": about.name,
        "title": about.title,
        "licence": about.licence,
        "attribution": about.attribution,
        "reference_date": about.reference_date.isoformat(),
        "nahraum": about.version,
        "notes": dict(about.notes),
        "tables": [
            {"file": f"{t.name}.csv", "rows": len(t.frame), "columns": list(map(str, plain(t).columns)),
             "geography": t.geography, "values_held_back": {name: int(n) for name, n in sorted(t.hidden.items())}}
            for t in tables
        ],
    }  # fmt: skip
    path = folder / "metadata.json"
    path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path
