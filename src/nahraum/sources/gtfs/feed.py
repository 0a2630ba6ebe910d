"""One GTFS zip: which tables it holds, with which columns, and their rows as text."""

from __future__ import annotations

import codecs
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from nahraum.errors import InputError
from nahraum.sources.problems import nearest_name
from nahraum.sources.safety import is_zip, open_member, zip_members
from nahraum.sources.tabular import text_of

NEEDED = {
    "stops.txt": ("stop_id", "stop_lat", "stop_lon"),
    "routes.txt": ("route_id", "route_type"),
    "trips.txt": ("trip_id", "route_id", "service_id"),
    "stop_times.txt": ("trip_id", "stop_id", "stop_sequence", "departure_time"),
}
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OPTIONAL = {
    "calendar.txt": ("service_id", "start_date", "end_date", *_WEEK),
    "calendar_dates.txt": ("service_id", "date", "exception_type"),
    "frequencies.txt": ("trip_id", "start_time", "end_time", "headway_secs"),
}
WEEKDAYS = _WEEK
_BLOCK = 32 << 20
_HEADER_BYTES = 1 << 16
_FIX = "take the feed as its publisher offers it; a GTFS validator names every fault"


@dataclass(frozen=True)
class Feed:
    """An opened feed: its tables by name with their column names; nothing but headers is read yet."""

    path: Path
    members: dict[str, zipfile.ZipInfo]
    columns: dict[str, tuple[str, ...]]

    def has(self, table: str) -> bool:
        """Whether the feed holds a table."""
        return table in self.members

    def called(self, table: str) -> str:
        """What a planner knows a table as."""
        return f"{self.path.name}, {table}"

    def table(self, table: str, columns: Sequence[str]) -> pd.DataFrame:
        """A whole table as text, blanks around values cut; a column that the file lacks is empty."""
        there = [name for name in columns if name in self.columns[table]]
        batches = list(self.batches(table, there, broken_lines=True))
        read = pa.Table.from_batches(batches) if batches else None
        length = 0 if read is None else read.num_rows
        frame = {name: np.full(length, "", dtype=object) for name in columns}
        for at, name in enumerate(there):
            if read is not None:
                frame[name] = texts(read.column(at))
        return pd.DataFrame(frame, columns=list(columns))

    def batches(self, table: str, columns: Sequence[str], *, broken_lines: bool = False) -> Iterator[Any]:
        """Record batches of raw bytes, one column for each name.

        Parameters
            broken_lines : quoted values may hold line breaks (descriptions of stops and routes do).
        """
        every = [f"c{number}" for number in range(len(self.columns[table]))]
        chosen = [every[self.columns[table].index(name)] for name in columns]
        try:
            with open_member(self.path, self.members[table]) as stream:
                yield from pa_csv.open_csv(
                    stream,
                    read_options=pa_csv.ReadOptions(column_names=every, skip_rows=1, block_size=_BLOCK),
                    parse_options=pa_csv.ParseOptions(newlines_in_values=broken_lines),
                    convert_options=pa_csv.ConvertOptions(
                        include_columns=chosen, column_types=dict.fromkeys(every, pa.binary()), null_values=[]
                    ),
                )
        except pa.ArrowInvalid as error:
            if "Empty CSV file" in str(error):
                return
            raise InputError(
                f"{self.called(table)} cannot be read as a table", where=str(error)[:300],
                expected=f"{len(every)} columns in every row, separated by commas", fix=_FIX,
            ) from None  # fmt: skip


def texts(column: pa.ChunkedArray | pa.Array) -> npt.NDArray[np.object_]:
    """Raw bytes as texts without blanks around them; each different value is decoded once."""
    code, different = encoded(column)
    return different[code] if len(different) else np.empty(len(code), dtype=object)


def encoded(column: pa.ChunkedArray | pa.Array) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.object_]]:
    """Codes of raw values, and the text each code stands for."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(whole, pa.ChunkedArray):  # an empty column, or one too large for a single chunk
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], pa.binary())
    pairs = whole.dictionary_encode()
    different = [text_of(raw).strip() for raw in pairs.dictionary.to_pylist()]
    values = np.empty(len(different), dtype=object)
    values[:] = different
    return np.asarray(pairs.indices.to_numpy(zero_copy_only=False), dtype=np.int64), values


def open_feed(path: Path) -> Feed:
    """A feed whose tables and columns are all there.

    Raises
        InputError that names every missing table and column at once, and for a timetable without calendar.
    """
    if not is_zip(path):
        raise InputError(
            f"{path.name} is no GTFS timetable", expected="the zip of text tables as the publisher offers it",
            fix="name the zip in [sources.timetable] file",
        )  # fmt: skip
    known = {*NEEDED, *OPTIONAL, "agency.txt"}
    members: dict[str, zipfile.ZipInfo] = {}
    problems = []
    for info in zip_members(path):
        name = PurePosixPath(info.filename.replace("\\", "/")).name.casefold()
        if name in known and name in members:
            problems.append(f"{name} is there twice: {members[name].filename}, {info.filename}")
        elif name in known:
            members[name] = info
    columns = {name: _header(path, info) for name, info in members.items()}
    problems += [f"{name} is missing" for name in NEEDED if name not in members]
    for name, needed in (NEEDED | OPTIONAL).items():
        problems += [
            f"{name} has no column {column!r}; {nearest_name(column, columns[name])}"
            for column in (needed if name in members else ())
            if column not in columns[name]
        ]
    if "calendar.txt" not in members and "calendar_dates.txt" not in members:
        problems.append("timetable without calendar: neither calendar.txt nor calendar_dates.txt is there")
    if problems:
        raise InputError(
            f"{path.name} cannot be used as a timetable", where=problems,
            expected="GTFS: stops, routes, trips, stop_times and at least one of calendar, calendar_dates", fix=_FIX,
        )  # fmt: skip
    return Feed(path, members, columns)


def _header(path: Path, member: zipfile.ZipInfo) -> tuple[str, ...]:
    with open_member(path, member) as stream:
        line = stream.readline(_HEADER_BYTES)
    header = text_of(line.removeprefix(codecs.BOM_UTF8)).rstrip("\r\n")
    return tuple(name.strip().strip('"').strip().casefold() for name in header.split(","))
