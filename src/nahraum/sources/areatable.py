"""Statistics of small areas and municipalities, in whatever table an office wrote them: one row per area.

Names and positions of columns, rows to leave out, signs and the decimal mark come from the study; what cannot be
told for certain is asked for, not guessed (docs/howto/own-statistics.md).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.sources.dates import latest_rows, note_dates
from nahraum.sources.figures import Cell, Writing, decimal_mark, decimal_votes, figures
from nahraum.sources.headings import Headings, cell_text, genesis_head, headings_of, region_column, require_in_head
from nahraum.sources.problems import Problems, nearest_name
from nahraum.sources.rows import Rows, read_rows

TEXTS = ("name", "date")
APART = "\x1f"  # the unit separator of ASCII, that no table of an office holds
_COUNTED = (
    *("rows", "areas", "without_id", "excluded", "not_asked_for", "repeated_rows", "padded_ids", "ids_of_two_lengths"),
    *("suppressed", "missing", "unreliable"),
)
_EXPECTED = "one row per area with its key, and columns of figures"
_NAME = re.compile(r"[a-z][a-z0-9_]*(?<!_status)(?<!_completeness)")
_FIX = "map the file in study.toml: docs/howto/own-statistics.md"

Key = tuple[str, str]  # area, date ('' where none is mapped)
Figure = tuple[float, str]


@dataclass(frozen=True)
class AreaTable:
    """Figures by area.

    table : area_id (text, leading zeros kept), name and date where mapped, each value column and `<column>_status`;
        one row per area (and date), sorted.
    labels : our column -> heading in the file.
    counts : what was read, left out, merged, repaired; and values that are suppressed, missing, unreliable.
    """

    table: pd.DataFrame
    labels: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def values(self) -> list[str]:
        """Names of the value columns."""
        return [name for name in self.labels if name not in TEXTS]

    def latest(self) -> pd.DataFrame:
        """One row per area: of several dates the one whose last day is the latest.

        Raises
            InputError where an area has several dates that cannot be put in order.
        """
        if "date" not in self.table:
            return self.table
        return latest_rows(self.table)


@dataclass(frozen=True)
class Layout:
    """How a table is laid out.

    skip, header, skip_last : rows above the headings, rows of headings, rows at the end that are left out.
    genesis : the head is found by itself, the foot begins with ____.
    newest : of several columns of a name that differ by year the last one is taken.
    id_digits : keys get leading zeros up to this length; 0 leaves them as they are.
    exclude : keys to leave out (totals), with * and ?.
    where : column -> texts; only rows with one of them.
    names, values : a long table: the column that names the figure of a row, and the column that holds it.
    apart : columns whose texts tell rows of an area apart; the table has them as `date`, joined by `APART`.
    """

    sheet: str | None = None
    skip: int = 0
    header: int = 1
    skip_last: int = 0
    genesis: bool = False
    newest: bool = False
    id_digits: int = 0
    exclude: tuple[str, ...] = ()
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: str = ""
    values: str = ""
    apart: tuple[str, ...] = ()
    writing: Writing = field(default_factory=Writing)


@dataclass
class _Gathered:
    """What the files brought so far."""

    figures: dict[str, dict[Key, Figure]]
    labels: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    problems: Problems = field(default_factory=Problems)
    known: set[str] = field(default_factory=set)


def read_area_table(
    files: Sequence[Path], *, id: str, columns: Mapping[str, str], layout: Layout | None = None
) -> AreaTable:
    """Figures per area from one or several files joined by the area's key.

    Parameters
        id : column of the area's key, by heading or position ("#2").
        columns : our name -> heading or position; `name` and `date` are texts, everything else is a figure. In a
            long table (`layout.names`) the figures go by the text in its column of names.
        layout : the rest of what has to be known about the file.

    Returns
        AreaTable; a figure that a file does not have for an area is missing. Numbers are as the file gives them.

    Raises
        InputError for unknown or ambiguous columns, text instead of figures, an open decimal mark, keys that do not
        fit `id_digits`, areas with several different rows; all problems of the rows at once.
    """
    laid, ours = layout or Layout(), [name for name in columns if name not in TEXTS]
    if strange := [name for name in columns if not _NAME.fullmatch(name) or name == "area_id"]:
        raise InputError(
            f"columns: {strange[0]!r} is no usable name for a figure",
            expected="small letters, digits and _, not ending in _status or _completeness",
            fix=f'columns = {{ our_name = "{columns[strange[0]]}" }}',
        )
    if not ours or not files:
        raise InputError(
            "no column of figures is mapped", expected='columns = { our_name = "their heading" }', fix=_FIX
        )
    gathered = _Gathered({name: {} for name in ours})
    for path in files:
        _gather(read_rows(path, sheet=laid.sheet), id, columns, laid, gathered)
    called = files[0].name if len(files) == 1 else f"{files[0].name} and {len(files) - 1} more"
    if absent := [name for name in ours if name not in gathered.labels]:
        wanted = columns[absent[0]]
        raise InputError(f"{called} has no {wanted!r} (for {absent[0]})", fix=nearest_name(wanted, gathered.known))
    if "date" in columns and not laid.apart:
        note_dates({key for held in gathered.figures.values() for key in held}, gathered.problems)
    gathered.problems.refuse_any(called, expected=_EXPECTED, fix=_FIX)
    return _finished(gathered, dated="date" in columns or bool(laid.apart), named="name" in columns)


def _gather(read: Rows, id: str, columns: Mapping[str, str], layout: Layout, into: _Gathered) -> None:
    """The figures of one file."""
    if layout.genesis and not id:
        id = f"#{region_column(read.rows) + 1}"
    skip, header = layout.skip, layout.header
    if layout.genesis:
        skip, header = genesis_head(read.called, read.rows, int(id[1:]) - 1 if id.startswith("#") else 0)
    heads = headings_of(read.called, _wide(read.rows[skip : skip + header], read.rows[skip + header :]))
    if not layout.genesis:
        require_in_head(heads, read.rows, [id, *(columns[name] for name in TEXTS if name in columns)], (skip, header))
    body = _body(read.rows[skip + header :], layout)
    key, texts = heads.require(id), {name: heads.require(columns[name]) for name in TEXTS if name in columns}
    into.counts["rows"] += len(body)
    rows, areas = _kept(body, key, heads, layout, into)
    places = [heads.require(column) for column in layout.apart] or [texts[name] for name in ("date",) if name in texts]
    dates = [APART.join(_at(row, place) for place in places) for row in rows]
    if "name" in texts:
        into.names |= {area: _at(row, texts["name"]) for area, row in zip(areas, rows, strict=True)}
    into.labels |= {name: heads.name(place) for name, place in texts.items()}
    keys = list(zip(areas, dates, strict=True))
    wide = _long(rows, keys, heads, columns, layout, into) if layout.names else _columns(
        rows, keys, heads, columns, layout, into
    )  # fmt: skip
    votes = set().union(*(decimal_votes(cells)[0] for _, cells in wide.values()))
    for name, (where, cells) in wide.items():
        mark = layout.writing.decimal or decimal_mark(cells, votes, into.labels[name], read.called)
        writing = Writing(mark, layout.writing.marks, layout.writing.hidden)
        got = figures(cells, writing, into.labels[name], into.problems)
        _put(into, name, where, list(zip(got.values, got.statuses, strict=True)))


def _wide(head: Sequence[Sequence[Cell]], body: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """The head, as wide as the widest row of figures (columns without heading go by position)."""
    width = max((len(row) for row in [*head, *body]), default=0)
    return [[*row, *[""] * (width - len(row))] for row in head] or [[""] * width]


def _body(rows: Sequence[list[Cell]], layout: Layout) -> list[list[Cell]]:
    filled = [row for row in rows if any(cell_text(cell) for cell in row)]
    if layout.genesis:
        foot = next((n for n, row in enumerate(filled) if cell_text(row[0]).startswith("____")), len(filled))
        filled = filled[:foot]
    return filled[: len(filled) - layout.skip_last] if layout.skip_last else filled


def _at(row: Sequence[Cell], place: int) -> str:
    return cell_text(row[place]) if place < len(row) else ""


def _kept(
    body: Sequence[list[Cell]], key: int, heads: Headings, layout: Layout, into: _Gathered
) -> tuple[list[list[Cell]], list[str]]:
    """Rows of areas that are asked for, with their keys."""
    wanted = {heads.require(column): set(texts) for column, texts in layout.where.items()}
    rows, areas = [], []
    lengths: Counter[int] = Counter()
    for row in body:
        if any(_at(row, place) not in texts for place, texts in wanted.items()):
            into.counts["not_asked_for"] += 1
        elif not (area := _at(row, key)):
            into.counts["without_id"] += 1
        else:
            padded = area.zfill(layout.id_digits) if area.isdecimal() else area
            if any(fnmatchcase(padded, pattern) for pattern in layout.exclude):
                into.counts["excluded"] += 1
                continue
            into.counts["padded_ids"] += padded != area
            if layout.id_digits and not (padded.isdecimal() and len(padded) == layout.id_digits):
                into.problems.add(f"the key has not {layout.id_digits} digits", [area], 1)
            lengths[len(area) if area.isdecimal() else 0] += 1
            rows.append(row)
            areas.append(padded)
    if not layout.id_digits and 0 not in lengths and len(lengths) == 2 and max(lengths) - min(lengths) == 1:
        into.counts["ids_of_two_lengths"] += lengths[min(lengths)]
    return rows, areas


def _columns(
    rows: Sequence[list[Cell]],
    keys: list[Key],
    heads: Headings,
    columns: Mapping[str, str],
    layout: Layout,
    into: _Gathered,
) -> dict[str, tuple[list[Key], list[Cell]]]:
    """Cells of each mapped column that the file has."""
    found: dict[str, tuple[list[Key], list[Cell]]] = {}
    into.known |= {heads.name(place) for place in range(len(heads.parts))}
    for name, wanted in columns.items():
        place = None if name in TEXTS else heads.find(wanted, newest=layout.newest)
        if place is not None:
            into.labels.setdefault(name, heads.name(place))
            found[name] = (keys, [row[place] if place < len(row) else "" for row in rows])
    return found


def _long(
    rows: Sequence[list[Cell]],
    keys: list[Key],
    heads: Headings,
    columns: Mapping[str, str],
    layout: Layout,
    into: _Gathered,
) -> dict[str, tuple[list[Key], list[Cell]]]:
    """Cells of each mapped name in a table with one figure per row."""
    names, values = heads.require(layout.names), heads.require(layout.values)
    ours = {cell_text(theirs): name for name, theirs in columns.items() if name not in TEXTS}
    found: dict[str, tuple[list[Key], list[Cell]]] = {}
    for key, row in zip(keys, rows, strict=True):
        text = _at(row, names)
        into.known.add(text)
        if text in ours:
            into.labels.setdefault(ours[text], text)
            where, cells = found.setdefault(ours[text], ([], []))
            where.append(key)
            cells.append(row[values] if values < len(row) else "")
        else:
            into.counts["not_asked_for"] += 1
    return found


def _put(into: _Gathered, name: str, keys: Sequence[Key], read: Sequence[Figure]) -> None:
    """Figures of one column; a second, different one of an area is a problem, an equal one is counted."""
    held = into.figures[name]
    twice = []
    for key, (value, status) in zip(keys, read, strict=True):
        before = held.setdefault(key, (value, status))
        if before[1] != status or not (before[0] == value or (np.isnan(value) and np.isnan(before[0]))):
            twice.append(" ".join(part for part in key if part).replace(APART, " "))
    into.counts["repeated_rows"] = max(into.counts["repeated_rows"], len(keys) - len(set(keys)) - len(twice))
    into.problems.add(f"areas have several different figures in {into.labels[name]!r}", twice, len(twice))


def _finished(gathered: _Gathered, *, dated: bool, named: bool) -> AreaTable:
    keys = sorted({key for held in gathered.figures.values() for key in held})
    table: dict[str, list[str] | list[float]] = {"area_id": [area for area, _ in keys]}
    if named:
        table["name"] = [gathered.names.get(area, "") for area, _ in keys]
    if dated:
        table["date"] = [date for _, date in keys]
    counts = Counter(dict.fromkeys(_COUNTED, 0)) | gathered.counts
    absent: Figure = (float("nan"), "missing")
    for name, held in gathered.figures.items():
        read = [held.get(key, absent) for key in keys]
        table[name], table[f"{name}_status"] = [value for value, _ in read], [status for _, status in read]
        counts.update(status for _, status in read if status != "ok")
    counts["areas"] = len({area for area, _ in keys})
    return AreaTable(pd.DataFrame(table), gathered.labels, {name: int(counts[name]) for name in _COUNTED})
