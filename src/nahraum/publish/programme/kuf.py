"""The cost and financing overview (KuF, § 149 BauGB) as a workbook: sums are formulas, and their values are right.

Every sum is written with its value, so that a reader that computes nothing (a preview, a mail program) shows the same
as LibreOffice and Excel do after computing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from nahraum.publish.programme import kuf_sheets
from nahraum.publish.programme.chapter_money import financing_years
from nahraum.publish.programme.kuf_grid import A4, Book, Grid, Paid, amounts, down, formats, head, letters, named, page
from nahraum.publish.programme.model import FUNDERS, Measure, PlanDocument
from nahraum.publish.programme.words import PlanWords
from nahraum.publish.values import starts_formula

FILE = "kuf.xlsx"
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_FIRST = 3  # first column of amounts in the matrix
_LINE = 72  # letters of a line in the sheet to read


def write_kuf(plan: PlanDocument, folder: Path) -> Path:
    """kuf.xlsx, the same bytes on every run."""
    import xlsxwriter

    words = PlanWords(plan["language"])
    path = folder / FILE
    book = xlsxwriter.Workbook(str(path), _OPTIONS)
    moment = datetime.combine(date.fromisoformat(plan["reference_date"]), datetime.min.time())
    book.set_properties({
        "title": f"{words.text('k_title')}: {plan['title']}", "subject": words.text("notice"),
        "author": f"nahraum {plan['run']['version']}", "created": moment, "comments": plan["attribution"],
    })  # fmt: skip
    told = Book(book, plan, words, formats(book))
    sheets = (
        _read_me, _matrix, kuf_sheets.costs, kuf_sheets.financing, kuf_sheets.other_bodies, kuf_sheets.din,
        kuf_sheets.running,
    )  # fmt: skip
    for write in sheets:
        write(told)
    book.close()
    return path


def _read_me(told: Book) -> None:
    plan, words = told.plan, told.words
    sheet = told.book.add_worksheet(words.text("k_read"))
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 78)
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, words.text("k_title"), told.formats["title"])
    sheet.write_string(1, 0, words.text("notice"), told.formats["notice"])
    rules = plan["rules"]
    told_rules = f"{rules['label']} ({words.day(rules['date'])}; {rules['source']})" if rules else ""
    rows = [
        (words.text("kicker"), plan["title"]),
        (words.text("k_day"), words.day(plan["reference_date"])),
        (words.text("k_budget"), words.eur(plan["ask"]["budget_eur"])),
        (words.text("k_run"), f"{plan['run']['manifest']} (nahraum {plan['run']['version']})"),
        *([(words.text("k_rules"), told_rules)] if rules else []),
        *((words.text("k_note"), str(one)) for one in words.texts["k_lines"]),
        *((words.text("k_note"), one) for one in (*(rules["notes"] if rules else ()), *plan["warnings"])),
    ]
    verify = [one["number"] for one in plan["measures"] if one["verify"]]
    rows += [(words.text("k_verify"), ", ".join(verify))] if verify else []
    for row, (name, value) in enumerate(rows, start=3):
        sheet.write_string(row, 0, name, told.formats["bold"])
        sheet.write_string(row, 1, value, told.formats["quoted" if starts_formula(value) else "wrapped"])
        sheet.set_row(row, 15 * max(1, -(-len(value) // _LINE)))


def _matrix(told: Book) -> None:
    """Measure × funder × year: a block of rows per measure, its sum, all sums, a sum per funder."""
    plan, words = told.plan, told.words
    years = financing_years(plan, "programme")
    grid = page(told, "k_kuf", [7, 44, 20, *[15] * (len(years) + 1)], title=words.text("k_title"), frozen=3)
    head(grid, [words.text(f"head_{one}") for one in ("number", "measure", "funder")],
         [*map(str, years), words.text("head_sum")])  # fmt: skip
    paid, first = amounts(plan, "programme"), grid.row
    for measure in plan["measures"]:
        begin = grid.row
        _block(grid, measure, years, paid)
        if grid.row > begin:
            _measure_sum(grid, measure, (begin, grid.row - 1), years, paid)
            grid.row += 1
    last = grid.row - 1
    _all_sums(grid, (first, last), years, paid)
    if last >= first:
        _funder_sums(grid, (first, last), years, paid)


def _block(grid: Grid, measure: Measure, years: Sequence[int], paid: Paid) -> None:
    """A row for each funder of a measure; number and name stand in the first."""
    begin, number, n = grid.row, measure["number"], len(years)
    for funder in (one for one in FUNDERS if any((number, one, year) in paid for year in years)):
        first = grid.row == begin
        told = (number if first else "", named(measure) if first else "", grid.told.words.named("funders", funder))
        grid.texts(told)
        line = [paid.get((number, funder, year), 0.0) for year in years]
        for place, value in enumerate(line, start=_FIRST):
            grid.eur(place, value)
        grid.formula(_FIRST + n, grid.across(_FIRST, _FIRST + n - 1), sum(line), "subtotal")
        grid.row += 1


def _measure_sum(grid: Grid, measure: Measure, rows: tuple[int, int], years: Sequence[int], paid: Paid) -> None:
    number, n = measure["number"], len(years)
    grid.texts((number, named(measure), grid.told.words.text("sum")), "bold")
    line = [sum(paid.get((number, funder, year), 0.0) for funder in FUNDERS) for year in years]
    for place, value in enumerate(line, start=_FIRST):
        grid.formula(place, down(place, *rows), value, "subtotal")
    grid.formula(_FIRST + n, grid.across(_FIRST, _FIRST + n - 1), sum(line), "subtotal")
    grid.told.at["kuf", number, ""] = _there(grid, _FIRST + n)


def _there(grid: Grid, column: int) -> str:
    """A cell of this sheet as another sheet names it."""
    return f"'{grid.told.words.text('k_kuf')}'!{grid.cell(column)}"


def _all_sums(grid: Grid, rows: tuple[int, int], years: Sequence[int], paid: Paid) -> None:
    """The sum of the sums of all measures, found by their label: a list of cells would end at 255 measures."""
    words, n = grid.told.words, len(years)
    grid.texts(("", words.text("k_all"), words.text("sum")), "sum_text")
    line = [sum(eur for (_, _, when), eur in paid.items() if when == year) for year in years]
    where = f"$C${rows[0] + 1}:$C${rows[1] + 1}"
    for place, value in enumerate(line, start=_FIRST):
        column = letters(place)
        amount = f"{column}${rows[0] + 1}:{column}${rows[1] + 1}"
        any_row = rows[1] >= rows[0]
        grid.formula(place, f'=SUMIF({where},"{words.text("sum")}",{amount})' if any_row else "=0", value)
    grid.formula(_FIRST + n, grid.across(_FIRST, _FIRST + n - 1), sum(line))
    grid.row += 2


def _funder_sums(grid: Grid, rows: tuple[int, int], years: Sequence[int], paid: Paid) -> None:
    """Below the matrix: what each funder pays, found by its name in the third column."""
    words, n = grid.told.words, len(years)
    for funder in FUNDERS:
        grid.texts(("", words.text("sum"), words.named("funders", funder)), "bold")
        where = f"$C${rows[0] + 1}:$C${rows[1] + 1}"
        line = [sum(eur for (_, who, when), eur in paid.items() if (who, when) == (funder, year)) for year in years]
        for place, (value, year) in enumerate(zip(line, years, strict=True), start=_FIRST):
            column = letters(place)
            amount = f"{column}${rows[0] + 1}:{column}${rows[1] + 1}"
            grid.formula(place, f"=SUMIF({where},$C{grid.row + 1},{amount})", value, "subtotal")
            grid.told.at["kuf", funder, str(year)] = _there(grid, place)
        grid.formula(_FIRST + n, grid.across(_FIRST, _FIRST + n - 1), sum(line), "subtotal")
        grid.row += 1
