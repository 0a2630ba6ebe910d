"""Headings of a table in one or several rows: which column is meant, by name or by position."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nahraum.errors import InputError
from nahraum.sources.figures import Cell, plain
from nahraum.sources.problems import nearest_name

_POSITION = re.compile(r"#([1-9]\d{0,4})")
_YEAR = re.compile(r"\b(19|20)\d\d\b")
_REGION = re.compile(r"DG|\d{2,12}")
_BETWEEN = " | "
_LOOKED_AT = 30  # rows in which a heading may stand


def cell_text(cell: Cell) -> str:
    """A cell as text: whole numbers without decimals, blanks and line breaks inside as one blank."""
    if isinstance(cell, str):
        return " ".join(plain(cell).replace("\u00ad", "").split())
    return str(int(cell)) if float(cell).is_integer() else repr(float(cell))


@dataclass(frozen=True)
class Headings:
    """Headings of each column, from above to below."""

    called: str
    parts: tuple[tuple[str, ...], ...]

    def name(self, place: int) -> str:
        """The whole heading of a column, e.g. "Gigabit-Versorgung | Anteil (%)"; its position where it has none."""
        return _BETWEEN.join(dict.fromkeys(part for part in self.parts[place] if part)) or f"#{place + 1}"

    def find(self, wanted: str, *, newest: bool = False) -> int | None:
        """Place of the column meant by "#5", by a whole heading or by one of its rows; None where there is none.

        Parameters
            newest : of several columns that differ by year, the last year.

        Raises
            InputError where several columns fit.
        """
        if position := _POSITION.fullmatch(wanted.strip()):
            place = int(position[1]) - 1
            return place if place < len(self.parts) else None
        text = _folded(wanted)
        whole = [place for place in range(len(self.parts)) if _folded(self.name(place)) == text]
        fitting = whole or [
            place for place, parts in enumerate(self.parts) if text in [_folded(part) for part in parts]
        ]
        if len(fitting) > 1 and newest:
            fitting = self._newest(fitting)
        if len(fitting) > 1:
            shown = [f"#{place + 1} {self.name(place)!r}" for place in fitting]
            raise InputError(
                f"{self.called} has {len(fitting)} columns {wanted!r}",
                where=shown[:8],
                fix=f'name the whole heading, or the position: "#{fitting[0] + 1}"',
            )
        return fitting[0] if fitting else None

    def require(self, wanted: str, *, newest: bool = False) -> int:
        """As `find`. Raises InputError offering the nearest heading where there is none."""
        place = self.find(wanted, newest=newest)
        if place is None:
            raise InputError(f"{self.called} has no column {wanted!r}", fix=self.nearest(wanted))
        return place

    def nearest(self, wanted: str) -> str:
        """Advice for a heading that is not there."""
        if _POSITION.fullmatch(wanted.strip()):
            return f"it has {len(self.parts)} columns, #1 to #{len(self.parts)}"
        return nearest_name(wanted, [self.name(place) for place in range(len(self.parts))])

    def _newest(self, places: Sequence[int]) -> list[int]:
        years = {place: max((y[0] for y in _YEAR.finditer(self.name(place))), default="") for place in places}
        last = max(years.values())
        return [place for place in places if years[place] == last] if last else list(places)


def _folded(text: str) -> str:
    return cell_text(text).casefold()


def headings_of(called: str, rows: Sequence[Sequence[Cell]]) -> Headings:
    """Headings from the rows of a head; in all but the last row an empty cell continues the one on its left."""
    width = max((len(row) for row in rows), default=0)
    columns: list[list[str]] = [[] for _ in range(width)]
    for number, row in enumerate(rows):
        before = ""
        for place in range(width):
            text = cell_text(row[place]) if place < len(row) else ""
            before = text or (before if number < len(rows) - 1 else "")
            columns[place].append(before)
    return Headings(called, tuple(tuple(parts) for parts in columns))


def require_in_head(
    heads: Headings, rows: Sequence[Sequence[Cell]], wanted: Sequence[str], head: tuple[int, int]
) -> None:
    """That the headings of a table hold the columns that are asked for; else where in the file they stand.

    Parameters
        rows : of the whole file. head : rows above the headings that are skipped, and rows of headings.

    Raises
        InputError with `skip` and `header` that read them, where a column is not in the head but further below.
    """
    for name in wanted:
        if heads.find(name) is not None:
            continue
        text = _folded(name)
        at = next((n for n, row in enumerate(rows[:_LOOKED_AT]) if text in [_folded_cell(cell) for cell in row]), None)
        if at is None or at < sum(head):
            continue
        first = next((n for n, row in enumerate(rows[: at + 1]) if _is_head(row)), at)
        there = [heads.name(place) for place in range(min(len(heads.parts), 8))]
        raise InputError(
            f"{heads.called} has no column {name!r}",
            where=f"read as headings: {', '.join(there)}" if sum(head) else "no row is read as headings",
            expected=f"{name!r} among the rows of headings (skip = {head[0]}, header = {head[1]} now)",
            fix=f"{name!r} stands in row {at + 1}: skip = {first}, header = {at + 1 - first}",
        )


def _folded_cell(cell: Cell) -> str:
    return _folded(cell) if isinstance(cell, str) else ""


def _is_head(row: Sequence[Cell]) -> bool:
    """Whether a row has text beside its first column; a title has none."""
    return any(isinstance(cell, str) and cell.strip() for cell in row[1:])


def region_column(rows: Sequence[Sequence[Cell]]) -> int:
    """The column that holds most different region keys (AGS, Kreis, Land, DG for Germany), 0 where none does."""
    keys: Counter[int] = Counter()
    for place in range(min(max((len(row) for row in rows), default=0), 8)):
        found = {cell_text(row[place]) for row in rows if len(row) > place}
        keys[place] = sum(1 for text in found if _REGION.fullmatch(text) and not _YEAR.fullmatch(text))
    return keys.most_common(1)[0][0] if keys else 0


def genesis_head(called: str, rows: Sequence[Sequence[Cell]], key: int) -> tuple[int, int]:
    """First row and number of rows of the head of a GENESIS table: what stands between its title and its first region.

    Raises
        InputError where no row has a region key.
    """
    first = next(
        (n for n, row in enumerate(rows) if len(row) > key + 1 and _REGION.fullmatch(cell_text(row[key]))), None
    )
    if first is None:
        raise InputError(
            f"{called} has no row with a region key", expected="a GENESIS table by region: 01001;Flensburg;…"
        )
    start = first
    while start and any(cell_text(cell) for cell in rows[start - 1][1:]):
        start -= 1
    return start, first - start
