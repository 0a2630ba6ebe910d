"""Tables in batches: delimited text (plain or zipped) and Parquet, streamed, with columns by name.

Text columns are handed on as raw bytes: the census mixes UTF-8 and cp1252 files, digits are the same in both,
and the few marks that are not digits are decoded one by one.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.dataset as pa_dataset

from nahraum.errors import InputError
from nahraum.sources.problems import nearest_name
from nahraum.sources.safety import first_bytes, is_zip, open_member, zip_members
from nahraum.sources.vectorfile import attributes

Opener = Callable[[], AbstractContextManager[BinaryIO]]
Window = tuple[float, float, float, float]
_BLOCK = 8 << 20
_HEADER_BYTES = 1 << 16
_DELIMITERS = (";", "\t", ",")


@dataclass(frozen=True)
class Tabular:
    """An opened table: what it is called, its column names in order, and a way to stream chosen columns.

    `batches(positions, within)` yields record batches with one column per position; `within` may name two
    position columns and a window (west, south, east, north), which spares reading rows far outside of it.
    """

    called: str
    names: tuple[str, ...]
    batches: Callable[[Sequence[int], tuple[str, str, Window] | None], Iterator[Any]]

    def position(self, name: str) -> int:
        """Place of a column by its exact name, the first if it repeats. Raises InputError offering the nearest."""
        if name not in self.names:
            raise InputError(f"{self.called} has no column {name!r}", fix=nearest_name(name, self.names))
        return self.names.index(name)


def text_of(raw: bytes) -> str:
    """Text of a few bytes: UTF-8, or cp1252 where that fails (in some census files the dash is byte 0x96)."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def open_tabular(path: Path) -> Tabular:
    """The table in a Parquet file, a GeoPackage of one layer, a delimited text file, or a zip with one such.

    Raises
        InputError where the file is none of these, is empty or has no header.
    """
    head = first_bytes(path, 16)
    if head.startswith(b"PAR1"):
        return _parquet(path)
    if is_zip(path):
        tables = [m for m in zip_members(path) if m.filename.lower().endswith((".csv", ".txt", ".tsv"))]
        if len(tables) != 1:
            found = ", ".join(member.filename for member in tables) or "none"
            raise InputError(f"{path.name} must hold exactly one CSV file", where=f"found: {found}")
        name = PurePosixPath(tables[0].filename).name
        return delimited(partial(open_member, path, tables[0]), called=f"{path.name}, {name}")
    if head.startswith(b"SQLite format 3\0"):
        table = attributes(path)
        return Tabular(path.name, tuple(table.schema.names), partial(_table_batches, table))
    if head.startswith((b"\x1f\x8b", b"\xd0\xcf\x11\xe0", codecs.BOM_UTF16_LE)):
        raise InputError(
            f"{path.name} is not a table that can be read",
            expected="CSV (UTF-8 or cp1252), a zip with one CSV, Parquet, or GeoPackage",
            fix="export the table as CSV",
        )
    return delimited(lambda: path.open("rb"), called=path.name)


def delimited(opener: Opener, *, called: str, delimiter: str = "") -> Tabular:
    """A delimited text table; the delimiter is the most frequent of `;`, tab and `,` in its header."""
    with opener() as stream:
        line = stream.readline(_HEADER_BYTES)
    header = text_of(line.removeprefix(codecs.BOM_UTF8)).rstrip("\r\n")
    mark = delimiter or max(_DELIMITERS, key=header.count)
    names = tuple(name.strip().strip('"').strip() for name in header.split(mark))
    if not any(names) or "\0" in header:
        raise InputError(f"{called} has no header line", expected=f"column names separated by {mark!r}")
    return Tabular(called, names, partial(_text_batches, opener, called, mark, len(names)))


def _text_batches(
    opener: Opener,
    called: str,
    delimiter: str,
    n_columns: int,
    positions: Sequence[int],
    within: tuple[str, str, Window] | None = None,
) -> Iterator[Any]:
    every = [f"c{number}" for number in range(n_columns)]
    chosen = [every[position] for position in positions]
    try:
        with (
            opener() as stream,
            pa_csv.open_csv(
                stream,
                read_options=pa_csv.ReadOptions(column_names=every, skip_rows=1, block_size=_BLOCK),
                parse_options=pa_csv.ParseOptions(delimiter=delimiter),
                convert_options=pa_csv.ConvertOptions(
                    include_columns=chosen, column_types=dict.fromkeys(every, pa.binary()), null_values=[]
                ),
            ) as reader,  # closed before the stream it reads ahead in
        ):
            yield from reader
    except pa.ArrowInvalid as error:
        if "Empty CSV file" in str(error):
            return
        raise InputError(
            f"{called} cannot be read as a table",
            where=str(error)[:300],
            expected=f"{n_columns} columns in every row, separated by {delimiter!r}",
        ) from None


def _table_batches(
    table: Any, positions: Sequence[int], within: tuple[str, str, Window] | None = None
) -> Iterator[Any]:
    yield from table.select(list(positions)).combine_chunks().to_batches()


def _parquet(path: Path) -> Tabular:
    try:
        dataset = pa_dataset.dataset(path, format="parquet")
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"{path.name} is no complete Parquet file", where=str(error)[:300]) from None
    return Tabular(path.name, tuple(dataset.schema.names), partial(_parquet_batches, dataset, path.name))


def _parquet_batches(
    dataset: Any, called: str, positions: Sequence[int], within: tuple[str, str, Window] | None = None
) -> Iterator[Any]:
    names = dataset.schema.names
    chosen = None
    if within and all(pa.types.is_primitive(dataset.schema.field(name).type) for name in within[:2]):
        (west, south, east, north), x, y = within[2], pa_dataset.field(within[0]), pa_dataset.field(within[1])
        chosen = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    try:
        yield from dataset.to_batches(columns=[names[position] for position in positions], filter=chosen)
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(f"{called} is damaged", where=str(error)[:300]) from None
