"""One Excel workbook: a sheet to read first, then a sheet per theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nahraum.publish import facts, labels, sheets
from nahraum.publish.bundle import PublishBundle
from nahraum.publish.csvfiles import FOLDER
from nahraum.publish.values import HELD_BACK, held_back, is_number, starts_formula

FILE = "nahraum.xlsx"
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_HEADING = {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#e8eef2", "bottom": 1}


@dataclass(frozen=True)
class _Formats:
    heading: Any
    ids: Any
    title: Any
    wrapped: Any
    quoted: Any
    dot: Any
    numbers: Mapping[str, Any]


def _formats(book: Any) -> _Formats:
    kinds = {"share": "0.0 %", **{str(d): "#,##0" + ("." + "0" * d if d else "") for d in range(6)}}
    return _Formats(
        heading=book.add_format(_HEADING),
        ids=book.add_format({"font_color": "#777777", "font_size": 8, "bottom": 1}),
        title=book.add_format({"bold": True, "font_size": 14}),
        wrapped=book.add_format({"text_wrap": True, "valign": "top"}),
        quoted=book.add_format({"quote_prefix": True}),
        dot=book.add_format({"align": "right", "font_color": "#777777"}),
        numbers={name: book.add_format({"num_format": pattern}) for name, pattern in kinds.items()},
    )


def _write_text(sheet: Any, at: tuple[int, int], value: object, formats: _Formats) -> None:
    if value is None or value is pd.NA:
        return
    line = str(value)
    sheet.write_string(*at, line, *([formats.quoted] if starts_formula(line) else []))


@dataclass(frozen=True)
class _Page:
    sheet: Any
    frame: pd.DataFrame
    bundle: PublishBundle
    formats: _Formats


def _write_words(page: _Page, place: int) -> None:
    """A column of words; numbers among them (the upright sheet) are numbers, in per cent by their row's id."""
    column, language = str(page.frame.columns[place]), page.bundle.study.language
    values = page.frame[column]
    kinds = page.frame["id"] if "id" in page.frame.columns else values
    for row, (value, kind) in enumerate(zip(values, kinds, strict=True), start=sheets.HEADER_ROWS):
        if column == "suppressed":
            _write_held_back(page, (row, place), str(value))
        elif isinstance(value, bool | np.bool_):
            told = labels.text("words", "yes" if value else "no", language)
            _write_text(page.sheet, (row, place), told, page.formats)
        elif isinstance(value, float):
            style = page.formats.numbers["share" if sheets.is_share(str(kind)) else "1"]
            page.sheet.write_number(row, place, round(value, 6), style)
        else:
            words = labels.value_text(column, value, language) if isinstance(value, str) else value
            _write_text(page.sheet, (row, place), words, page.formats)


def _write_held_back(page: _Page, at: tuple[int, int], named: str) -> None:
    """How many values of a row are held back; the cells themselves say which."""
    if named == "all":
        _write_text(page.sheet, at, labels.text("words", "all", page.bundle.study.language), page.formats)
    elif named:
        page.sheet.write_number(*at, len(named.split()), page.formats.numbers["0"])


def _write_numbers(page: _Page, place: int) -> None:
    column = str(page.frame.columns[place])
    digits = min(5, max(0, labels.decimals_of(column, page.bundle.catalogue) - 1))
    style = page.formats.numbers["share" if sheets.is_share(column) else str(digits)]
    pairs = zip(page.frame[column], held_back(page.frame, column), strict=True)
    for row, (value, dot) in enumerate(pairs, start=sheets.HEADER_ROWS):
        if dot:
            page.sheet.write_string(row, place, HELD_BACK, page.formats.dot)
        elif value == value:
            page.sheet.write_number(row, place, round(float(value), 6), style)


def _write_sheet(book: Any, described: sheets.Sheet, bundle: PublishBundle, formats: _Formats) -> None:
    page = _Page(book.add_worksheet(described.name), described.frame, bundle, formats)
    sheet, frame = page.sheet, page.frame
    for place, column in enumerate(map(str, frame.columns)):
        heading = described.headings.get(column)
        if column == "suppressed":
            heading = labels.text("words", "n_suppressed", bundle.study.language)
        heading = heading or labels.heading(column, bundle.catalogue, bundle.study.language)
        sheet.write_string(0, place, heading, formats.heading)
        sheet.write_string(1, place, column, formats.ids)
        number = is_number(frame[column])
        (_write_numbers if number else _write_words)(page, place)
        sheet.set_column(place, place, 15 if number else 24)
    sheet.set_row(0, 62)
    sheet.freeze_panes(sheets.HEADER_ROWS, described.frozen)
    if len(frame) and len(frame.columns):
        sheet.autofilter(1, 0, len(frame) + 1, len(frame.columns) - 1)


def _write_read_me(book: Any, bundle: PublishBundle, formats: _Formats) -> None:
    language = bundle.study.language
    sheet = book.add_worksheet(labels.table_name("read_me", language))
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 6, 34)
    sheet.write_string(0, 0, facts.title(bundle), formats.title)
    row = 2
    for name, value in sheets.read_me(bundle):
        sheet.write_string(row, 0, name, formats.heading)
        sheet.merge_range(row, 1, row, 4, "", formats.wrapped)
        sheet.write_string(row, 1, value, formats.wrapped)
        sheet.set_row(row, 15 * max(1, -(-len(value) // 120)))
        row += 1
    row += 1
    for table in (sheets.source_table(bundle), sheets.note_table(bundle)):
        _write_block(sheet, row, table, formats)
        row += len(table) + 2


def _write_block(sheet: Any, row: int, table: Sequence[Sequence[str]], formats: _Formats) -> None:
    for down, line in enumerate(table):
        for place, value in enumerate(line):
            style = formats.heading if down == 0 else formats.quoted if starts_formula(value) else formats.wrapped
            sheet.write_string(row + down, place, value, style)


def write_workbook(bundle: PublishBundle, folder: Path) -> Path:
    """All tables for Excel as tables/nahraum.xlsx, the same bytes on every run.

    Text never becomes a formula; shares are shown in per cent; "." is held back, an empty cell unknown.
    """
    import xlsxwriter

    (folder / FOLDER).mkdir(exist_ok=True)
    path = folder / FOLDER / FILE
    book = xlsxwriter.Workbook(str(path), _OPTIONS)
    created = datetime.combine(bundle.study.reference_date, datetime.min.time())
    book.set_properties({
        "title": facts.title(bundle), "author": f"nahraum {bundle.version}", "created": created,
        "comments": bundle.attribution,
    })  # fmt: skip
    formats = _formats(book)
    _write_read_me(book, bundle, formats)
    for page in sheets.sheets(bundle):
        _write_sheet(book, page, bundle, formats)
    book.close()
    return path
