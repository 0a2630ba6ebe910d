"""Any table by grid cell, CSV or Parquet, its columns named by the study; and one file per floor-area class."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nahraum.errors import InputError
from nahraum.sources.cells import (
    MISSING,
    SUPPRESSED,
    Codes,
    Float64,
    Int64,
    Mask,
    centre_keys,
    distinct,
    grid_frame,
    id_keys,
    in_window,
    joined,
    no_negatives,
    numbers,
)
from nahraum.sources.floorclasses import N_CLASSES, dwelling_columns
from nahraum.sources.problems import Problems, find_name, nearest_name
from nahraum.sources.tabular import Tabular, Window, open_tabular
from nahraum.tables import GridTable

_POSITION = ("cell", "x", "y")
_USUAL = {
    "cell": ("cell", "cell_id", "gitter_id_100m", "gitter_id_1km", "gitter_id", "raster_id", "id_inspire", "grd_id"),
    "x": ("x", "x_mp_100m", "x_mp_1km", "x_mp"),
    "y": ("y", "y_mp_100m", "y_mp_1km", "y_mp"),
}
_MARKS = {"": MISSING, "NA": MISSING, "NaN": MISSING, "nan": MISSING, "null": MISSING, "–": SUPPRESSED}
_EXPECTED = "one row per cell with its centre (x, y in EPSG:3035) or INSPIRE id, and numbers that are not negative"
_FIX = 'name the columns in study.toml, e.g. columns = { residents = "Einwohner" }, and markers: missing = [-1, -9]'

Part = tuple[Int64, Float64, Codes]


@dataclass(frozen=True)
class _Where:
    """Names of the columns that say which cell a row is about; '' where there is none."""

    cell: str
    x: str
    y: str

    def names(self) -> list[str]:
        return [name for name in (self.cell, self.x, self.y) if name]


@dataclass(frozen=True)
class _Wanted:
    """What to read of every file, and how."""

    size_m: int
    columns: Mapping[str, str]
    missing: tuple[float, ...]
    window_m: Window | None


def read_grid_table(
    files: Sequence[Path],
    *,
    size_m: int,
    columns: Mapping[str, str],
    missing: Sequence[float] = (),
    percent: Collection[str] = (),
    window_m: Window | None = None,
) -> GridTable:
    """Values per grid cell from one or several files joined by cell.

    Parameters
        columns : our name -> their name; `cell` (INSPIRE id, long or short) or `x` and `y` (centre of the
            cell, EPSG:3035) may be mapped, too, where they are not called so. A value column may be spread
            over several files with different cells, or each file may bring its own.
        missing : numbers that stand for "not shown": they become NaN, status suppressed (e.g. -1, -9).
        percent : our names whose values are percent: 0..100 become shares 0..1.
        window_m : only cells that touch this box: west, south, east, north. [m, EPSG:3035]

    Returns
        GridTable with every mapped value column and its `_status`: ok, missing (empty, or no row in the file
        that brings the column), suppressed (marker).

    Raises
        InputError for unknown columns (nearest offered), text, negative or infinite values, repeated cells,
        points that are no cell centres; all problems of the rows at once.
    """
    ours = [name for name in columns if name not in _POSITION]
    if not ours or not files:
        raise InputError("no value column is mapped", expected="columns = { our_name = 'their name' }", fix=_FIX)
    wanted, problems = _Wanted(size_m, columns, tuple(missing), window_m), Problems()
    tables = [open_tabular(path) for path in files]
    parts: dict[str, list[Part]] = {name: [] for name in ours}
    for table in tables:
        for name, part in _read(table, wanted, problems):
            parts[name].append(part)
    for name in ours:
        if not any(_place(table, columns[name]) is not None for table in tables):
            known = [known for table in tables for known in table.names]
            raise InputError(
                f"{_called(files)} has no column {columns[name]!r} (for {name})", fix=nearest_name(columns[name], known)
            )
    frame = grid_frame(*_aligned(parts, problems), Problems())
    for name in percent:
        high = frame.loc[frame[name] > 100, name]
        problems.add(f"{columns[name]!r} is above 100 percent", high.head(3), len(high))
        frame[name] = frame[name] / 100
    problems.refuse_any(_called(files), expected=_EXPECTED, fix=_FIX)
    return GridTable(size_m, frame)


def _called(files: Sequence[Path]) -> str:
    return files[0].name if len(files) == 1 else f"{files[0].name} and {len(files) - 1} more"


def _place(table: Tabular, name: str) -> int | None:
    alike = [place for place, known in enumerate(table.names) if known.casefold() == name.casefold()]
    exact = [place for place in alike if table.names[place] == name]
    return exact[0] if exact else (alike[0] if len(alike) == 1 else None)


def _where(table: Tabular, columns: Mapping[str, str]) -> _Where:
    named = {part: find_name(columns[part], table.names, called=table.called) for part in _POSITION if part in columns}
    if "cell" not in named and ("x" not in named or "y" not in named):
        for part in _POSITION:
            usual = [table.names[p] for name in _USUAL[part] if (p := _place(table, name)) is not None]
            if part not in named and usual:
                named[part] = usual[0]
    where = _Where(named.get("cell", ""), named.get("x", ""), named.get("y", ""))
    if not where.cell and not (where.x and where.y):
        raise InputError(
            f"{table.called} does not say which cell a row is about",
            where=f"columns: {list(table.names)[:12]}",
            expected="the INSPIRE id, or x and y of the cell's centre in EPSG:3035",
            fix='e.g. columns = { cell = "GITTER_ID_100m" } or { x = "x_mp_100m", y = "y_mp_100m" }',
        )
    return where if where.x and where.y else _Where(where.cell, "", "")


def _read(table: Tabular, wanted: _Wanted, problems: Problems) -> Iterator[tuple[str, Part]]:
    """What one file brings: our name with keys, numbers and status codes, batch by batch."""
    places = {name: _place(table, theirs) for name, theirs in wanted.columns.items() if name not in _POSITION}
    brings = {name: table.names[place] for name, place in places.items() if place is not None}
    if not brings:
        return
    where = _where(table, wanted.columns)
    names = sorted({*brings.values(), *where.names()})
    for batch in table.batches([table.position(name) for name in names], _near(where, wanted)):
        raw = dict(zip(names, batch.columns, strict=True))
        key, good = _keys(raw, where, wanted.size_m, problems)
        keep = good & in_window(key, wanted.size_m, wanted.window_m)
        for name, theirs in brings.items():
            number, code = _values(raw[theirs].filter(keep), theirs, wanted.missing, problems)
            yield name, (key[keep], number, code)


def _values(raw: Any, theirs: str, missing: tuple[float, ...], problems: Problems) -> tuple[Float64, Codes]:
    number, code = numbers(raw, _MARKS, theirs, problems)
    marker = np.isin(number, missing)
    number = np.where(marker, np.nan, number)
    no_negatives(number, theirs, problems)
    return number, np.where(marker, np.int8(SUPPRESSED), code)


def _near(where: _Where, wanted: _Wanted) -> tuple[str, str, Window] | None:
    """The window with a cell's margin, for files that can leave out rows far from it."""
    if not (where.x and wanted.window_m):
        return None
    west, south, east, north = wanted.window_m
    margin = wanted.size_m
    return where.x, where.y, (west - margin, south - margin, east + margin, north + margin)


def _keys(raw: Mapping[str, Any], where: _Where, size_m: int, problems: Problems) -> tuple[Int64, Mask]:
    if not where.x:
        return id_keys(raw[where.cell], size_m, problems)
    x_m, _ = numbers(raw[where.x], {}, where.x, problems)
    y_m, _ = numbers(raw[where.y], {}, where.y, problems)
    key, good = centre_keys(x_m, y_m, size_m, problems)
    if where.cell:
        named, understood = id_keys(raw[where.cell], size_m, problems)
        odd = good & understood & (named != key)
        shown = (f"x {x:.0f}, y {y:.0f}" for x, y in zip(x_m[odd][:99], y_m[odd][:99], strict=True))
        problems.add("the cell id does not fit the coordinates", shown, int(odd.sum()))
    return key, good


def _aligned(parts: Mapping[str, Sequence[Part]], problems: Problems) -> tuple[Int64, dict[str, tuple[Float64, Codes]]]:
    """All columns over the cells of any of them; a cell that a column does not have is missing there."""
    joint = {
        name: (
            joined([k for k, _, _ in read], np.int64),
            joined([v for _, v, _ in read], np.float64),
            joined([c for _, _, c in read], np.int8),
        )
        for name, read in parts.items()
    }
    keys = distinct([key for key, _, _ in joint.values()])
    columns = {}
    for name, (key, number, code) in joint.items():
        order = np.argsort(key, kind="stable")
        twice = key[order][1:][np.diff(key[order]) == 0]
        shown = (f"N {k // 1_000_000} E {k % 1_000_000} (in cells)" for k in twice[:99])
        problems.add(f"{name}: the cell occurs more than once", shown, len(twice))
        place = np.searchsorted(keys, key)
        values, codes = np.full(len(keys), np.nan), np.full(len(keys), MISSING, dtype=np.int8)
        values[place], codes[place] = number, code
        columns[name] = (values, codes)
    return keys, columns


def read_class_files(
    files: Sequence[Path],
    *,
    size_m: int,
    classes: Sequence[float],
    window_m: Window | None = None,
) -> GridTable:
    """Dwellings and their mean floor area per cell, from one file per floor-area class. [-, m²]

    Parameters
        files : each with columns value, x, y (cell centre, EPSG:3035); the class number 1..n ends its name.
        classes : middle of each class. [m²]

    Returns
        GridTable with `dwellings` and `floor_area_m2_per_dwelling`, both unreliable: classes with few dwellings
        are not published, so that the number is a lower bound and the mean that of the published classes.

    Raises
        InputError where a class is missing or comes twice, and as `read_grid_table`.
    """
    numbered = _class_files(files, len(classes))
    found: list[tuple[int, Int64, Float64]] = []
    for number, path in numbered.items():
        table = read_grid_table([path], size_m=size_m, columns={"value": "value"}, window_m=window_m).table
        found.append((number, table["cell_key"].to_numpy(), table["value"].to_numpy()))
    keys = distinct([key for _, key, _ in found])
    counts = np.full((len(keys), len(classes)), np.nan)
    for number, key, value in found:
        counts[np.searchsorted(keys, key), number - 1] = value
    no_total = (np.full(len(keys), np.nan), np.full(len(keys), MISSING, dtype=np.int8))
    columns = dwelling_columns(counts, no_total, np.asarray(classes, dtype=np.float64), 1.0)
    return GridTable(size_m, grid_frame(keys, columns, Problems()))


def _class_files(files: Sequence[Path], n_classes: int) -> dict[int, Path]:
    numbered: dict[int, Path] = {}
    for path in files:
        ending = re.search(r"_(\d+)$", path.stem)
        number = int(ending[1]) if ending else 0
        if not 1 <= number <= n_classes:
            raise InputError(
                f"{path.name} does not end with the number of a class",
                expected=f"…_1 to …_{n_classes}, one file per class",
            )
        if number in numbered:
            raise InputError(f"class {number} comes twice", where=[numbered[number].name, path.name])
        numbered[number] = path
    if absent := [number for number in range(1, n_classes + 1) if number not in numbered]:
        raise InputError(
            f"the files of floor-area classes {absent} are missing",
            expected=f"{n_classes} files, one per class (census: {N_CLASSES})",
            fix='e.g. files = ["dwellings_WOHNFLAECHE_10S_*.parquet"]',
        )
    return dict(sorted(numbered.items()))
