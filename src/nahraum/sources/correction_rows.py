"""Rows of a corrections file as texts and shapes, from CSV or from the layers of a vector file."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import shapely

from nahraum.errors import InputError
from nahraum.sources.correction_words import folded, words
from nahraum.sources.problems import find_name, nearest_name
from nahraum.sources.safety import first_bytes, is_zip
from nahraum.sources.tabular import text_of
from nahraum.sources.vectorfile import layers, open_vector, read_layer

_NEEDED = ("action", "object", "reason", "author", "date")
_MARKS = (";", "\t", ",")
_MOST_BYTES = 20_000_000
_FIX = "the columns are listed in docs/howto/corrections.md; rename them in the file"


@dataclass(frozen=True)
class Row:
    """One row as it was written: where it stands, its texts by our column names, its shape and CRS if drawn."""

    place: str
    texts: Mapping[str, str]
    shape: shapely.Geometry | None = None
    crs: Any = None

    def text(self, name: str) -> str:
        """What the row says in a column; '' for nothing."""
        return self.texts.get(name, "")


@dataclass(frozen=True)
class Rows:
    """All rows of the files, and columns that nobody reads (told, since they may be misspelled)."""

    rows: list[Row] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def read_rows(paths: Sequence[Path], layer: str | None) -> Rows:
    """All rows of CSV files (semicolon, comma or tab) and of the layers of GeoPackage, GeoJSON and the like.

    Parameters
        layer : only this layer of a vector file; without, all that have a geometry.

    Raises
        InputError where a file is neither, or lacks a column that every correction needs.
    """
    rows: list[Row] = []
    unread: list[str] = []
    for path in paths:
        for table, names, found in tables_of(path, layer):
            columns, strange = _columns(names, table)
            unread += [f"{table}: {name!r}" for name in strange]
            for place, values, shape, crs in found:
                texts = {ours: values[theirs] for theirs, ours in columns.items() if values.get(theirs)}
                if texts or shape is not None:
                    rows.append(Row(place, texts, shape, crs))
    return Rows(rows, unread)


Found = tuple[str, dict[str, str], shapely.Geometry | None, Any]


def tables_of(path: Path, layer: str | None) -> Iterator[tuple[str, list[str], list[Found]]]:
    """Every table of a file: its name, its headings, and its rows (place, texts by heading, shape, CRS)."""
    head = first_bytes(path, 16)
    is_drawn = head.startswith((b"SQLite", b"\x00\x00\x27\x0a", b"fgb\x03")) or is_zip(path)
    if is_drawn or head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        yield from _layers(path, layer)
    else:
        yield _csv(path)


def _csv(path: Path) -> tuple[str, list[str], list[Found]]:
    raw = first_bytes(path, _MOST_BYTES + 1)
    if len(raw) > _MOST_BYTES:
        raise InputError(f"{path.name} is larger than 20 MB", expected="a table of corrections", fix="name another")
    text = text_of(raw.removeprefix(codecs.BOM_UTF8))
    if "\0" in text or not text.strip():
        raise InputError(
            f"{path.name} is no table of corrections", where="it is empty or no text",
            expected="CSV (semicolon or comma, UTF-8), GeoPackage or GeoJSON", fix="save the sheet as CSV UTF-8",
        )  # fmt: skip
    mark = max(_MARKS, key=text.splitlines()[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    names = [name.strip() for name in next(reader)]
    found: list[Found] = []
    for values in reader:
        place = f"{path.name}, row {reader.line_num}"
        if len(values) > len(names) and any(value.strip() for value in values[len(names) :]):
            raise InputError(
                f"{place} has {len(values)} values for {len(names)} columns", where=mark.join(values)[:200],
                expected=f"one value per column, separated by {mark!r}", fix='put texts that hold the mark in "…"',
            )  # fmt: skip
        found.append((place, {n: v.strip() for n, v in zip(names, values, strict=False)}, None, None))
    return path.name, names, found


def _layers(path: Path, layer: str | None) -> Iterator[tuple[str, list[str], list[Found]]]:
    with open_vector(path, layer) as file:
        drawn = [name for name, kind in layers(file) if kind]
        if not drawn:
            raise InputError(f"{file.called} holds no layer with a geometry", expected="points, lines or polygons")
        if layer is not None and len(drawn) > 1:
            drawn = [find_name(layer, drawn, called=file.called, what="layer")]
        for name in drawn:
            frame = read_layer(file, name)
            table = file.called if len(drawn) == 1 else f"{file.called}, layer {name!r}"
            names = [str(column) for column in frame.columns if column != frame.geometry.name]
            columns = {column: frame[column].tolist() for column in names}
            shapes = shapely.force_2d(frame.geometry.to_numpy())
            yield (
                table,
                names,
                [
                    (
                        f"{table}, row {number + 1}",
                        {column: cell_text(values[number]) for column, values in columns.items()},
                        None if shape is None or shape.is_empty else shape,
                        frame.crs,
                    )
                    for number, shape in enumerate(shapes)
                ],
            )


def cell_text(value: Any) -> str:
    """A cell as text: '' for nothing, days as 2026-03-01, whole numbers without decimals."""
    if value is None or value != value:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _columns(names: Sequence[str], table: str) -> tuple[dict[str, str], list[str]]:
    """Which of our columns each heading means, and the headings that mean none.

    Raises
        InputError where a needed column is missing or two headings mean the same.
    """
    meant = {folded(word): ours for ours, said in words()["columns"].items() for word in said}
    columns = {name: meant[folded(name)] for name in names if folded(name) in meant}
    strange = [name for name in names if name and name not in columns and name.casefold() not in ("fid", "ogc_fid")]
    problems = [
        f"{ours!r} is missing; {nearest_name(words()['columns'][ours][1], names)}"
        for ours in _NEEDED
        if ours not in columns.values()
    ]
    for ours in sorted(set(columns.values())):
        same = [name for name in columns if columns[name] == ours]
        if len(same) > 1:
            problems.append(f"{same} all mean {ours!r}")
    if problems:
        raise InputError(
            f"{table} is no table of corrections", where=problems,
            expected="columns action, object, osm_id or place and name, reason, author, date", fix=_FIX,
        )  # fmt: skip
    return columns, strange
