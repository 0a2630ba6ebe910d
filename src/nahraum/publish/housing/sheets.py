"""Tables of the lab and the matrix of criteria as workbooks and CSV, the same bytes on every run."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from nahraum.flexhousing.lab import Lab
from nahraum.publish.housing.brief import criteria_rows
from nahraum.publish.housing.model import Told
from nahraum.publish.housing.paper import label
from nahraum.publish.housing.released import step_of
from nahraum.publish.housing.words import LabWords
from nahraum.publish.values import number_text, safe_text, starts_formula

_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_DIGITS = 2
A4 = 9


def released_tables(told: Told) -> dict[str, pd.DataFrame]:
    """Everything of the lab that may leave the office, by the name of its file."""
    effects = told.lab.effects.copy()
    named = {name: label(told, one) for name, one in told.concepts.items()}
    verify = {name: one.verify_locally for name, one in told.concepts.items()}
    effects.insert(1, "concept", effects["concept_id"].map(named))
    effects["verify_locally"] = effects["concept_id"].map(verify)
    tables = {
        "concepts": effects, "quarters": told.lab.quarters, "concepts_by_quarter": told.lab.by_quarter,
    }  # fmt: skip
    if len(told.lab.stability):
        tables["stability"] = told.lab.stability
    return tables


def csv_bytes(table: pd.DataFrame, statement: str) -> bytes:
    """A table as German spreadsheets read it; its last line says that the households are synthetic."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(table.columns)
    for row in table.itertuples(index=False):
        writer.writerow([_cell(value) for value in row])
    writer.writerow([statement])
    return stream.getvalue().encode("utf-8-sig")


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else number_text(value, _DIGITS).removesuffix(",00")
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    return safe_text(value)


def write_workbook(told: Told, path: Path) -> Path:
    """housing.xlsx: a sheet to read first, then the tables."""
    words = LabWords(told.language, step_of(told.parameters))
    book = _book(told, path, words.text("title", study=told.study))
    notes = [words.text("notice"), words.text("effects", years=told.lab.years), words.text("effects_let")]
    _read_first(book, words.text("title", study=told.study), [*notes, told.attribution])
    for name, table in released_tables(told).items():
        _sheet(book, name, list(map(str, table.columns)), table.to_numpy(dtype=object).tolist())
    book.close()
    return path


def write_brief(told: Told, path: Path) -> Path:
    """brief.xlsx: the matrix of criteria with columns for the points of a jury."""
    words = LabWords(told.language, step_of(told.parameters))
    book = _book(told, path, words.text("brief_title", study=told.study))
    rows = criteria_rows(told, words)
    _read_first(
        book, words.text("brief_title", study=told.study), [words.text("brief_notice"), words.text("brief_lead")]
    )
    heads = ("head_requirement", "head_least", "head_status", "head_serves", "head_weight", "head_points",
             "head_concept", "head_evidence", "fact_source")  # fmt: skip
    shown = [list(row.values())[1:] for row in rows]
    _sheet(book, words.text("head_requirement"), [words.text(key) for key in heads], shown, formula=(4, 5))
    book.close()
    return path


def _book(told: Told, path: Path, title: str) -> Any:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), _OPTIONS)
    moment = datetime.combine(told.day, datetime.min.time())
    book.set_properties({
        "title": title, "author": f"nahraum {told.version}", "created": moment, "comments": told.attribution,
    })  # fmt: skip
    return book


def _read_first(book: Any, title: str, notes: Sequence[str]) -> None:
    sheet = book.add_worksheet("nahraum")
    sheet.set_column(0, 0, 110)
    sheet.set_paper(A4)
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for row, note in enumerate((one for one in notes if one), start=2):
        sheet.write_string(row, 0, note, wrapped)


def _sheet(
    book: Any,
    name: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    formula: tuple[int, int] | None = None,
) -> None:
    """One sheet; with `formula` the weighted points of two columns are summed below."""
    sheet = book.add_worksheet(name[:31])
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#e8eef2", "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    quoted, number = (
        book.add_format({"quote_prefix": True}),
        book.add_format({"num_format": "#,##0.##", "valign": "top"}),
    )
    sheet.freeze_panes(1, 1)
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    widths = [max(12, min(40, max([len(str(h)), *(len(str(row[k])) for row in rows)]))) for k, h in enumerate(heads)]
    for column, (text, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, text, head)
    for at, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if value is None or (isinstance(value, float) and math.isnan(value)):
                continue
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                sheet.write_number(at, column, float(value), number)
            else:
                text = str(value)
                sheet.write_string(at, column, text, quoted if starts_formula(text) else wrapped)
    if formula is not None and rows:
        one, other = (chr(ord("A") + column) for column in formula)
        last = len(rows) + 1
        sheet.write_formula(last, formula[1], f"=SUMPRODUCT({one}2:{one}{last},{other}2:{other}{last})", number, 0)


def private_tables(exact: Lab) -> Mapping[str, pd.DataFrame]:
    """The exact tables, for the office."""
    return {
        "effects": exact.effects, "by_quarter": exact.by_quarter, "state": exact.state, "stability": exact.stability,
    }  # fmt: skip
