"""Zensus 2022 grid files of Destatis: any topic, as zip or as CSV, at 100 m, 1 km or 10 km."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.sources.cells import (
    MISSING,
    OK,
    SUPPRESSED,
    UNRELIABLE,
    Codes,
    Float64,
    Int64,
    Mask,
    centre_keys,
    grid_frame,
    id_keys,
    in_window,
    joined,
    no_negatives,
    numbers,
    status_codes,
)
from nahraum.sources.floorclasses import N_CLASSES, class_number, dwelling_columns
from nahraum.sources.problems import Problems, find_name, nearest_name
from nahraum.sources.registry import registry
from nahraum.sources.safety import is_zip, open_member, zip_members
from nahraum.sources.tabular import Tabular, Window, delimited, text_of
from nahraum.tables import GridTable

_LABELS = {100: "100m", 1000: "1km", 10_000: "10km"}
# A dash is "nothing, or secret" and never 0 (FORMATS 1); U+2026 means "comes later".
_MARKS = {"–": SUPPRESSED, "-": SUPPRESSED, "…": MISSING, "...": MISSING, "": MISSING}
_EXPECTED = "GITTER_ID_<size>;x_mp_<size>;y_mp_<size>;<values>[;werterlaeuternde_Zeichen] as Destatis publishes them"
_FIX = "take the file from the census' grid download page unchanged, or read it as kind = 'grid_table'"


@dataclass(frozen=True)
class _Layout:
    """Where in the rows what stands: -1 for a column that is not there."""

    id: int
    x: int
    y: int
    columns: tuple[tuple[str, int, int], ...]  # name, position, position of the flag that belongs to it

    def positions(self) -> list[int]:
        wanted = {self.id, self.x, self.y, *(p for _, *pair in self.columns for p in pair)}
        return sorted(wanted - {-1})


def read_zensus2022(
    path: Path, *, size_m: int, columns: Collection[str] | None = None, window_m: Window | None = None
) -> pd.DataFrame:
    """One topic of the census by grid cell, streamed; values keep the publisher's column names.

    Parameters
        path : zip of a topic (the member of the wanted size is found) or one of its CSV files.
        size_m : 100, 1000 or 10000. [m]
        columns : only these value columns; all by default.
        window_m : only cells that touch this box: west, south, east, north. [m, EPSG:3035]

    Returns
        `cell_key` (sorted, unique), and per value column its number (NaN where none is published) and
        `<name>_status`: ok, suppressed (–), unreliable (KLAMMERN, value kept), missing (empty).

    Raises
        InputError for a missing member, text or negative values, repeated cells, ids that do not fit their
        coordinates, damaged or harmful archives; all problems of the rows at once.
    """
    table = _open(path, size_m)
    layout = _layout(table, size_m, columns)
    problems = Problems()
    keys: list[Int64] = []
    parts: dict[str, list[tuple[Float64, Codes]]] = {name: [] for name, *_ in layout.columns}
    for batch in table.batches(layout.positions(), None):
        raw = dict(zip(layout.positions(), batch.columns, strict=True))
        key, keep = _keys(raw, layout, size_m, window_m, problems)
        keys.append(key[keep])
        for name, position, flag in layout.columns:
            flags = raw[flag].filter(keep) if flag >= 0 else None
            parts[name].append(_values(raw[position].filter(keep), flags, name, problems))
    columns_read = {
        name: (joined([v for v, _ in read], np.float64), joined([c for _, c in read], np.int8))
        for name, read in parts.items()
    }
    frame = grid_frame(joined(keys, np.int64), columns_read, problems)
    problems.refuse_any(table.called, expected=_EXPECTED, fix=_FIX)
    return frame


def _open(path: Path, size_m: int) -> Tabular:
    if size_m not in _LABELS:
        raise InputError(f"census cells of {size_m} m are not published", expected="size_m = 100, 1000 or 10000")
    if not is_zip(path):
        return delimited(lambda: path.open("rb"), called=path.name, delimiter=";")
    label, members = f"{_LABELS[size_m]}-gitter", zip_members(path)
    named = [(member, PurePosixPath(member.filename.replace("\\", "/")).name) for member in members]
    found = [(m, name) for m, name in named if label in name.casefold() and name.casefold().endswith(".csv")]
    if len(found) != 1:
        listed = ", ".join(m.filename for m, _ in found) or ", ".join(m.filename for m in members) or "nothing"
        raise InputError(
            f"{path.name} must hold one table *{_LABELS[size_m]}-Gitter*.csv, it holds {len(found)}",
            where=f"members: {listed}",
            fix="choose another size_m, or unpack the archive and name the CSV file",
        )
    member, name = found[0]
    return delimited(partial(open_member, path, member), called=f"{path.name}, {name}", delimiter=";")


def _layout(table: Tabular, size_m: int, columns: Collection[str] | None) -> _Layout:
    folded = [name.casefold() for name in table.names]
    places = {part: _first(folded, part) for part in ("gitter_id", "x_mp", "y_mp")}
    if places["gitter_id"] < 0 and (places["x_mp"] < 0 or places["y_mp"] < 0):
        raise InputError(
            f"{table.called} has no cell ids", where=f"columns: {list(table.names)[:12]}", expected=_EXPECTED, fix=_FIX
        )
    for place in places.values():
        label = folded[place].rpartition("_")[2] if place >= 0 else ""
        if label in _LABELS.values() and label != _LABELS[size_m]:
            raise InputError(
                f"{table.called} has {label} cells, but size_m = {size_m}", fix="set size_m to the size of the file"
            )
    wanted = None if columns is None else {find_name(name, table.names, called=table.called) for name in columns}
    values = tuple(v for v in _value_columns(table.names) if wanted is None or v[0] in wanted)
    return _Layout(places["gitter_id"], places["x_mp"], places["y_mp"], values)


def _first(names: Sequence[str], start: str) -> int:
    return next((place for place, name in enumerate(names) if name.startswith(start)), -1)


def _value_columns(names: Sequence[str]) -> list[tuple[str, int, int]]:
    """Value columns with the flag column that follows them (merged topics repeat it); a repeated name counts once."""
    found: list[tuple[str, int]] = []
    done: list[tuple[str, int, int]] = []
    for place, name in enumerate(names):
        folded = name.casefold()
        if folded.startswith("werterlaeuternde"):
            done += [(n, p, place) for n, p in found]
            found = []
        elif folded.startswith(("gitter_id", "x_mp", "y_mp")):
            continue
        elif name and name not in [n for n, *_ in [*found, *done]]:
            found.append((name, place))
    return done + [(n, p, -1) for n, p in found]


def _keys(
    raw: Mapping[int, Any], layout: _Layout, size_m: int, window_m: Window | None, problems: Problems
) -> tuple[Int64, Mask]:
    """Keys of the rows and which to keep; coordinates first (cheap), then the ids of what is in the window."""
    if layout.x < 0 or layout.y < 0:
        key, good = id_keys(raw[layout.id], size_m, problems)
        return key, good & in_window(key, size_m, window_m)
    x_m, _ = numbers(raw[layout.x], {}, "x_mp", problems)
    y_m, _ = numbers(raw[layout.y], {}, "y_mp", problems)
    key, good = centre_keys(x_m, y_m, size_m, problems)
    keep = good & in_window(key, size_m, window_m)
    if layout.id >= 0 and keep.any():
        named, understood = id_keys(raw[layout.id].filter(keep), size_m, problems)
        rows = np.flatnonzero(keep)
        odd = rows[understood & (named != key[rows])]
        shown = (f"{text_of(raw[layout.id][int(i)].as_py())} at x {x_m[i]:.0f}, y {y_m[i]:.0f}" for i in odd[:99])
        problems.add("the cell id does not fit the coordinates", shown, len(odd))
    return key, keep


def _values(raw: Any, flags: Any, name: str, problems: Problems) -> tuple[Float64, Codes]:
    number, code = numbers(raw, _MARKS, name, problems)
    no_negatives(number, name, problems)
    if flags is not None:
        marked = pc.greater(pc.binary_length(flags), 0).to_numpy(zero_copy_only=False)
        code = np.where((code == OK) & marked, np.int8(UNRELIABLE), code)
    return number, code


def _topic_column(table: Tabular, topic: str) -> str:
    names: Sequence[str] = registry()["zensus2022"]["topics"][topic]["columns"]
    there = {name.casefold(): name for name in table.names}
    for name in names:
        if name.casefold() in there:
            return there[name.casefold()]
    raise InputError(f"{table.called} has no column {names[0]!r}", fix=nearest_name(names[0], table.names))


def _one_quantity(path: Path, size_m: int, topic: str, ours: str, window_m: Window | None) -> GridTable:
    theirs = _topic_column(_open(path, size_m), topic)
    frame = read_zensus2022(path, size_m=size_m, columns=[theirs], window_m=window_m)
    return GridTable(size_m, frame.rename(columns={theirs: ours, f"{theirs}_status": f"{ours}_status"}))


def population(path: Path, size_m: int, *, window_m: Window | None = None) -> GridTable:
    """Residents per cell of the census: columns `residents`, `residents_status`. [persons]

    Only inhabited cells are listed by the publisher: a cell that is not there has no residents.
    """
    return _one_quantity(path, size_m, "population", "residents", window_m)


def floor_area(path: Path, size_m: int, *, window_m: Window | None = None) -> GridTable:
    """Mean floor area per resident of each cell: column `floor_area_m2_per_resident` and status. [m²/person]"""
    return _one_quantity(path, size_m, "floor_area", "floor_area_m2_per_resident", window_m)


def dwellings(
    path: Path, size_m: int, *, parameters: Parameters | None = None, window_m: Window | None = None
) -> GridTable:
    """Dwellings and their mean floor area per cell, from the 17 floor-area classes of the census. [-, m²]

    Columns `dwellings`, `floor_area_m2_per_dwelling`, each with `_status`. The mean uses the class mid-points
    of parameter `census.floor_area_class_midpoints_m2`; it is unreliable where the published classes cover
    less of the total than `census.minimum_class_coverage_share`.

    Raises
        InputError as `read_zensus2022`, or where not all 17 classes are in the file.
    """
    known = parameters or Parameters()
    table = _open(path, size_m)
    classes = {number: name for name in table.names if (number := class_number(name))}
    if len(classes) < N_CLASSES:
        absent = [number for number in range(1, N_CLASSES + 1) if number not in classes]
        raise InputError(
            f"{table.called} lacks floor-area classes number {absent}",
            expected="unter30, 30bis39, …, 170bis179, 180undmehr",
            fix=f"use {registry()['zensus2022']['topics']['dwellings']['archive']}",
        )
    prefix = registry()["zensus2022"]["topics"]["dwellings"]["total_prefix"].casefold()
    total = next((name for name in table.names if name.casefold().startswith(prefix)), None)
    ordered = [classes[number] for number in range(1, N_CLASSES + 1)]
    frame = read_zensus2022(path, size_m=size_m, columns=ordered + ([total] if total else []), window_m=window_m)
    total_read = (np.full(len(frame), np.nan), np.full(len(frame), MISSING, dtype=np.int8))
    if total:
        total_read = (frame[total].to_numpy(), status_codes(frame[f"{total}_status"]))
    columns = dwelling_columns(
        frame[ordered].to_numpy(),
        total_read,
        np.asarray(known.value("census.floor_area_class_midpoints_m2"), dtype=np.float64),
        known.number("census.minimum_class_coverage_share"),
    )
    return GridTable(size_m, grid_frame(frame["cell_key"].to_numpy(), columns, Problems()))
