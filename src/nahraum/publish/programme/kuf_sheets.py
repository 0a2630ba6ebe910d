"""The sheets of the overview beside the matrix: cost by year, funders, other bodies, DIN 276, running cost."""

from __future__ import annotations

import math
from collections.abc import Sequence

from nahraum.publish.programme.chapter_money import financing_years
from nahraum.publish.programme.kuf_grid import HEAD_ROW, Book, Grid, Paid, amounts, head, marked, page
from nahraum.publish.programme.model import FUNDERS, KG, Measure, PlanDocument

ENDS = ("low", "mid", "high")


def costs(told: Book) -> None:
    """Cost by measure and year, its estimates, and whether the financing pays it: the check must be 0."""
    plan, words = told.plan, told.words
    years = sorted({year for one in plan["measures"] for year in one["cost_by_year"]})
    paid, n = amounts(plan, "programme"), len(years)
    title = f"{words.text('k_title')}: {words.text('k_cost')}"
    grid = page(told, "k_cost", [7, 44, 22, 12, *[15] * (n + 5)], title=title)
    keys = ("head_number", "head_measure", "fact_nature", "fact_price")
    more = ("head_sum", "k_fund", "k_check", "head_low", "head_high")
    head(grid, [words.text(one) for one in keys], [*years, *(words.text(one) for one in more)])
    first = grid.row
    for one in plan["measures"]:
        nature = words.named("natures", one["nature"])
        grid.texts((one["number"], marked(one, words), nature, str(one["price_year"])))
        line = [one["cost_by_year"].get(year, 0.0) for year in years]
        for place, value in enumerate(line, start=4):
            grid.eur(place, value)
        financed = sum(eur for (number, _, _), eur in paid.items() if number == one["number"])
        grid.formula(4 + n, grid.across(4, 3 + n), sum(line), "subtotal")
        grid.formula(5 + n, f"={told.at.get(('kuf', one['number'], ''), '0')}", financed, "eur")
        check = f"=ROUND({grid.cell(4 + n)}-{grid.cell(5 + n)},2)"
        grid.formula(6 + n, check, sum(line) - financed, "check")
        grid.eur(7 + n, one["cost"]["low_eur"])
        grid.eur(8 + n, one["cost"]["high_eur"])
        grid.row += 1
    grid.sums(first, 4, _cost_sums(plan, years, paid))


def _cost_sums(plan: PlanDocument, years: Sequence[str], paid: Paid) -> list[float]:
    by_year = [sum(one["cost_by_year"].get(year, 0.0) for one in plan["measures"]) for year in years]
    whole, financed = sum(by_year), sum(paid.values())
    ends = [sum(one["cost"][f"{end}_eur"] or 0.0 for one in plan["measures"]) for end in ("low", "high")]
    return [*by_year, whole, financed, whole - financed, *ends]


def financing(told: Book) -> None:
    """Funders by programme year and by the year the money flows."""
    plan, words = told.plan, told.words
    bases = (("programme", "k_programme_year"), ("cash", "k_cash_year"))
    n = max(len(financing_years(plan, basis)) for basis, _ in bases)
    grid = page(told, "k_fund", [26, *[15] * (n + 1)], title=words.text("k_fund"), frozen=1)
    grid.row = HEAD_ROW - 1
    for basis, name in bases:
        if years := financing_years(plan, basis):
            _funders(grid, basis, words.text(name), years)
            grid.row += 2


def _funders(grid: Grid, basis: str, name: str, years: Sequence[int]) -> None:
    """Funders down, years across; of programme years the cells point to the matrix."""
    told, words, n = grid.told, grid.told.words, len(years)
    grid.text(0, name, "head")
    for place, text in enumerate((*map(str, years), words.text("head_sum")), start=1):
        grid.text(place, text, "year")
    grid.row += 1
    first, columns = grid.row, [0.0] * (n + 1)
    paid = amounts(told.plan, basis)
    for funder in FUNDERS:
        grid.text(0, words.named("funders", funder))
        line = [sum(eur for (_, who, when), eur in paid.items() if (who, when) == (funder, year)) for year in years]
        for place, (value, year) in enumerate(zip(line, years, strict=True), start=1):
            there = told.at.get(("kuf", funder, str(year))) if basis == "programme" else None
            if there:
                grid.formula(place, f"={there}", value, "eur")
            else:
                grid.eur(place, value)
        grid.formula(n + 1, grid.across(1, n), sum(line), "subtotal")
        columns = [a + b for a, b in zip(columns, (*line, sum(line)), strict=True)]
        grid.row += 1
    grid.sums(first, 1, columns)


def other_bodies(told: Book) -> None:
    """What others pay, and who."""
    plan, words = told.plan, told.words
    grid = page(told, "k_other", [7, 44, 40, 15], title=words.text("k_other"))
    head(grid, [words.text(one) for one in ("head_number", "head_measure", "fact_payer")], [words.text("k_amount")])
    paid, first, whole = amounts(plan, "programme"), grid.row, 0.0
    for one in plan["measures"]:
        others = sum(
            eur for (number, who, _), eur in paid.items() if number == one["number"] and who in ("private", "other")
        )
        if others:
            grid.texts((one["number"], marked(one, words), one["payer"] or words.text("to_fill")))
            grid.eur(3, others)
            whole += others
            grid.row += 1
    grid.sums(first, 3, [whole])


def din(told: Book) -> None:
    """Cost by cost group of DIN 276."""
    plan, words, n = told.plan, told.words, len(KG)
    grid = page(told, "k_din", [7, 44, *[15] * (n + 1)], title="DIN 276:2018-12")
    groups = [f"{group} {words.named('kg', group)}" for group in KG]
    head(grid, [words.text("head_number"), words.text("head_measure")], [*groups, words.text("head_sum")])
    first, columns = grid.row, [0.0] * (n + 1)
    for one in plan["measures"]:
        grid.texts((one["number"], marked(one, words)))
        line = [one["din276"].get(group, 0.0) for group in KG]
        for place, value in enumerate(line, start=2):
            grid.eur(place, value)
        grid.formula(2 + n, grid.across(2, 1 + n), sum(line), "subtotal")
        columns = [a + b for a, b in zip(columns, (*line, sum(line)), strict=True)]
        grid.row += 1
    grid.sums(first, 2, columns)


def running(told: Book) -> None:
    """Running cost per year once in use, and its middle estimate by calendar year; the last year goes on."""
    plan, words = told.plan, told.words
    ready = sorted({one["ready_year"] for one in plan["measures"] if one["ready_year"] is not None})
    years = list(range(ready[0], ready[-1] + 1)) if ready else []
    grid = page(told, "k_running", [7, 44, 12, 15, 15, 15, *[15] * len(years)], title=words.text("k_running"))
    texts = [words.text(one) for one in ("head_number", "head_measure", "head_ready")]
    ends = [f"{words.text('head_' + end)} ({words.text('k_per_year')})" for end in ENDS]
    head(grid, texts, [*ends, *map(str, years)])
    first = grid.row
    for one in plan["measures"]:
        grid.texts((one["number"], marked(one, words), str(one["ready_year"] or "")))
        for place, end in enumerate(ENDS, start=3):
            grid.eur(place, one["running"][f"{end}_eur"])
        for place, (year, value) in enumerate(zip(years, _running_by_year(one, years), strict=True), 3 + len(ENDS)):
            if year < (one["ready_year"] or math.inf):
                grid.eur(place, 0.0)
            else:  # follows when somebody fills in or mends the middle estimate
                grid.same_as(place, 4, value)
        grid.row += 1
    sums = [sum(one["running"][f"{end}_eur"] or 0.0 for one in plan["measures"]) for end in ENDS]
    lines = [_running_by_year(one, years) for one in plan["measures"]]
    sums += [sum(line[at] or 0.0 for line in lines) for at in range(len(years))]
    whole = all(one["running"]["mid_eur"] is not None for one in plan["measures"])
    grid.sums(first, 3, sums, label="sum" if whole else "sum_known")


def _running_by_year(one: Measure, years: Sequence[int]) -> list[float | None]:
    """What a measure costs to run in each year: nothing before it is ready. [EUR]"""
    ready, middle = one["ready_year"], one["running"]["mid_eur"]
    return [0.0 if ready is None or year < ready else middle for year in years]
