"""One measure's money over the years: by programme year, by cost, by cash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nahraum.measures.funding.items import shared_out

FUNDERS = ("bund", "land", "eu", "municipality", "private", "other")
VIEWS = ("programme", "cost", "cash")
_GRANTS = ("bund", "land", "eu")
Row = tuple[str, int, str, int]


def item_views(
    paid: Mapping[str, int], spent: Mapping[int, int], programme_year: int, instalments: Sequence[float]
) -> list[Row]:
    """View, year, funder and cents of one measure; nothing where nothing is paid.

    Parameters
        paid : by funder, in all. spent : cost by year; both have the same sum. instalments : shares of a grant from the
            programme year on.

    Notes
        In each year of `cost` and `cash` the funders add up to what is spent in it. In `cash` the municipality advances
        what grants have not yet paid; later years may be negative.
    """
    rows = [("programme", programme_year, funder, paid[funder]) for funder in FUNDERS]
    rows += _by_cost(paid, spent)
    rows += _by_cash(paid, spent, programme_year, instalments)
    return [row for row in rows if row[3]]


def _by_cost(paid: Mapping[str, int], spent: Mapping[int, int]) -> list[Row]:
    """Every funder in proportion to the cost of the year; the largest takes the cents that are left."""
    years = list(spent)
    largest = max(FUNDERS, key=lambda funder: paid[funder])
    left, rows = dict(spent), []
    for funder in FUNDERS:
        if funder != largest and paid[funder]:
            for year, part in zip(years, shared_out(paid[funder], [spent[y] for y in years]), strict=True):
                rows.append(("cost", year, funder, part))
                left[year] -= part
    return rows + [("cost", year, largest, left[year]) for year in years]


def _by_cash(
    paid: Mapping[str, int], spent: Mapping[int, int], programme_year: int, instalments: Sequence[float]
) -> list[Row]:
    """Grants by instalments, others with the cost; the municipality has the rest of every year.

    Where it bears nothing itself, whoever else does has the rest: other bodies need no instalments.
    """
    granted = {funder: paid[funder] for funder in _GRANTS if paid[funder]}
    if not granted:
        return [("cash", year, funder, part) for _, year, funder, part in _by_cost(paid, spent)]
    left, rows = dict(spent), []
    for funder, total in granted.items():
        for at, part in enumerate(shared_out(total, instalments)):
            rows.append(("cash", programme_year + at, funder, part))
            left[programme_year + at] = left.get(programme_year + at, 0) - part
    for funder in ("private", "other"):
        if paid[funder]:
            for year, part in zip(spent, shared_out(paid[funder], list(spent.values())), strict=True):
                rows.append(("cash", year, funder, part))
                left[year] -= part
    return rows + [("cash", year, "municipality", left[year]) for year in sorted(left)]
