"""A sheet of the cost and financing overview that is filled line by line; sums are formulas with their values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from nahraum.publish.programme.model import Measure, PlanDocument
from nahraum.publish.programme.words import PlanWords
from nahraum.publish.values import starts_formula

HEAD_ROW = 4  # rows above the first measure: title, notice, blank, head
A4 = 9
_LINE_PT, _FILLED = 15.0, 0.85  # height of a line; letters that surely fit into a width of one
_EUR = '#,##0.00\\ "€";[RED]\\-#,##0.00\\ "€";0\\ "€"'
Paid = dict[tuple[str, str, int], float]


@dataclass(frozen=True)
class Book:
    """A workbook with its formats, and what is written.

    at : where a sum stands, for sheets that point to it: (sheet, measure or funder, year) -> cell.
    """

    book: Any
    plan: PlanDocument
    words: PlanWords
    formats: dict[str, Any]
    at: dict[tuple[str, str, str], str] = field(default_factory=dict)


@dataclass
class Grid:
    """One sheet and the row that is written next."""

    sheet: Any
    told: Book
    widths: Sequence[float] = ()
    row: int = HEAD_ROW

    def text(self, column: int, value: str, style: str = "cell") -> None:
        """A text that never becomes a formula."""
        shown = "quoted" if starts_formula(value) else style
        self.sheet.write_string(self.row, column, value, self.told.formats[shown])

    def texts(self, values: Sequence[str], style: str = "cell") -> None:
        """Texts from the first column on."""
        for place, value in enumerate(values):
            self.text(place, value, style)
        self.high_enough(values)

    def high_enough(self, values: Sequence[str]) -> None:
        """A row as high as its longest text asks for; LibreOffice does not find that out by itself."""
        pairs = zip(values, self.widths, strict=False)
        lines = max((-(-len(value) // max(1, int(width * _FILLED))) for value, width in pairs), default=1)
        if lines > 1:
            self.sheet.set_row(self.row, _LINE_PT * lines)

    def eur(self, column: int, value: float | None, style: str = "eur") -> None:
        """An amount; the word for unknown where it is not known."""
        if value is None:
            self.sheet.write_string(self.row, column, self.told.words.text("unknown"), self.told.formats["grey"])
        else:
            self.sheet.write_number(self.row, column, round(value, 2), self.told.formats[style])

    def formula(self, column: int, text: str, value: float, style: str = "sum") -> None:
        """A formula with the value it has."""
        self.sheet.write_formula(self.row, column, text, self.told.formats[style], round(value, 2) + 0.0)

    def same_as(self, column: int, other: int, value: float | None) -> None:
        """What another cell of the row says, an amount or the word for unknown; it follows that cell."""
        shown: float | str = self.told.words.text("unknown") if value is None else round(value, 2) + 0.0
        self.sheet.write_formula(self.row, column, f"=${self.cell(other)}", self.told.formats["eur"], shown)

    def across(self, first: int, last: int) -> str:
        """The sum of cells of this row."""
        return f"=SUM({letters(first)}{self.row + 1}:{letters(last)}{self.row + 1})" if last >= first else "=0"

    def cell(self, column: int) -> str:
        """The address of a cell of this row."""
        return f"{letters(column)}{self.row + 1}"

    def sums(self, first: int, column: int, values: Sequence[float], *, label: str = "sum") -> None:
        """The last line: sums of all columns of amounts, from row `first` on."""
        for place in range(column):
            self.text(place, self.told.words.text(label) if place == min(1, column - 1) else "", "sum_text")
        for place, value in enumerate(values, start=column):
            self.formula(place, down(place, first, self.row - 1) if self.row > first else "=0", value)
        self.row += 1


def letters(column: int) -> str:
    """The letters of a column: 0 is A."""
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(column))


def down(column: int, first: int, last: int) -> str:
    """The sum of cells of a column."""
    return f"=SUM({letters(column)}{first + 1}:{letters(column)}{last + 1})"


def named(measure: Measure) -> str:
    """A measure as its line is called."""
    return measure["name"] or measure["label"]


def marked(measure: Measure, words: PlanWords) -> str:
    """The same, with the mark of a cost from general knowledge."""
    return named(measure) + (f" ({words.text('verify')})" if measure["verify"] else "")


def page(told: Book, name: str, widths: Sequence[float], *, title: str, frozen: int = 2) -> Grid:
    """A sheet set up for print: landscape A4, one page wide, head repeated, notice and run in the foot."""
    sheet = told.book.add_worksheet(told.words.text(name))
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    sheet.write_string(0, 0, title, told.formats["title"])
    sheet.write_string(1, 0, told.words.text("notice"), told.formats["notice"])
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.repeat_rows(HEAD_ROW - 1)
    sheet.freeze_panes(HEAD_ROW, frozen)
    sheet.hide_gridlines(2)
    run = told.plan["run"]["manifest"]
    notice, number = told.words.text("notice"), told.words.text("page")
    sheet.set_footer(f"&L&8{notice} · {told.words.text('k_run')} {run}&R&8{number} &P / &N")
    return Grid(sheet, told, widths)


def head(grid: Grid, texts: Sequence[str], years: Sequence[str]) -> None:
    """The row of headings: words, then columns of amounts."""
    for place, text in enumerate(texts):
        grid.sheet.write_string(HEAD_ROW - 1, place, text, grid.told.formats["head"])
    for place, text in enumerate(years, start=len(texts)):
        grid.sheet.write_string(HEAD_ROW - 1, place, text, grid.told.formats["year"])
    grid.row = HEAD_ROW - 1
    grid.high_enough([*texts, *years])
    grid.row = HEAD_ROW


def formats(book: Any) -> dict[str, Any]:
    """How cells look."""
    line = {"border": 1, "border_color": "#c8d0d6", "valign": "top"}
    heading = {**line, "bold": True, "text_wrap": True, "bg_color": "#e8eef2"}
    total = {**line, "bold": True, "top": 2, "bg_color": "#f4f7f9"}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "notice": book.add_format({"bold": True, "font_color": "#1b5a7a"}),
        "head": book.add_format(heading),
        "year": book.add_format({**heading, "align": "right"}),
        "cell": book.add_format({**line, "text_wrap": True}),
        "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
        "quoted": book.add_format({**line, "quote_prefix": True, "text_wrap": True}),
        "bold": book.add_format({**line, "bold": True, "text_wrap": True}),
        "grey": book.add_format({**line, "font_color": "#777777", "align": "right"}),
        "eur": book.add_format({**line, "num_format": _EUR}),
        "subtotal": book.add_format({**line, "num_format": _EUR, "bold": True}),
        "sum": book.add_format({**total, "num_format": _EUR}),
        "sum_text": book.add_format(total),
        "check": book.add_format({**line, "num_format": _EUR, "font_color": "#555555", "italic": True}),
    }


def amounts(plan: PlanDocument, basis: str) -> Paid:
    """What is paid by measure, funder and year. [EUR]"""
    found: Paid = {}
    for one in plan["financing"]:
        if one["basis"] == basis:
            key = (one["number"], one["funder"], one["year"])
            found[key] = round(found.get(key, 0.0) + one["eur"], 2)
    return found
