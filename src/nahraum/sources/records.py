"""Files of a register as records: texts by column and a geometry each, whether the file is a table or a vector file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from nahraum.errors import InputError
from nahraum.sources.figures import Cell, Writing, figures
from nahraum.sources.georef import require_on_earth, usable_crs
from nahraum.sources.problems import Problems, find_name
from nahraum.sources.rows import read_rows
from nahraum.sources.safety import first_bytes, is_zip, zip_members
from nahraum.sources.vectorfile import VectorFile, layers, open_vector, read_layer
from nahraum.study import SourceSpec

LON_LAT = "EPSG:4326"
POSITION = ("x", "y", "lon", "lat")
_VECTOR_ENDINGS = (".shp", ".geojson", ".json", ".gpkg", ".fgb")
_VECTOR_HEADS = (b"SQLite format 3\0", b"\x00\x00\x27\x0a", b"fgb\x03fgb")

Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Records:
    """Rows of one or several files: text columns by our names ('' for nothing), geometry in EPSG:4326 (None: none)."""

    called: str
    table: pd.DataFrame
    shapes: Shapes

    def figures(self, name: str, missing: Sequence[float] = ()) -> npt.NDArray[np.float64]:
        """A column of whole numbers from 0 on (persons, places), NaN where none is given.

        Raises
            InputError for text, negative numbers and fractions, all rows named at once. A point or comma before
            three digits groups thousands: what is counted here comes whole.
        """
        cells: list[Cell] = [_ungrouped(text) for text in self.table[name]]
        problems = Problems()
        read = figures(cells, Writing(decimal=".", hidden=tuple(missing)), name, problems)
        values = np.asarray(read.values, dtype=np.float64)
        texts = self.table[name].to_numpy(dtype=object)
        for kind, bad in (("is negative", values < 0), ("is no whole number", values % 1 > 0)):
            problems.add(f"{name!r} {kind}", texts[bad], int(bad.sum()))
        problems.refuse_any(
            self.called, expected="whole numbers from 0 on", fix="correct the file, or name other columns under columns"
        )
        return values


def is_vector(path: Path) -> bool:
    """Whether a file holds geometry by its content (GeoPackage, Shapefile, FlatGeobuf, GeoJSON, or a zip of one)."""
    if is_zip(path):
        return any(member.filename.lower().endswith(_VECTOR_ENDINGS) for member in zip_members(path))
    head = first_bytes(path, 64)
    return head.startswith(_VECTOR_HEADS) or head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def read_records(spec: SourceSpec, paths: Sequence[Path], columns: Mapping[str, str | list[str]]) -> Records:
    """The rows of all files with the columns the study maps.

    Parameters
        columns : our name -> their name, or several of theirs that are read together, joined by a blank.

    Raises
        InputError for unknown columns (nearest offered), an unusable CRS, coordinates that are not on Earth.
    """
    read = [(_vector if is_vector(path) else _table)(spec, path, columns) for path in sorted(paths)]
    return Records(
        called=read[0].called if len(read) == 1 else f"{read[0].called} … ({len(read)} files)",
        table=pd.concat([part.table for part in read], ignore_index=True),
        shapes=np.concatenate([part.shapes for part in read]),
    )


def mapping(spec: SourceSpec, known: Sequence[str], needed: Sequence[str]) -> dict[str, str | list[str]]:
    """`columns` of a section, checked: only known names, the needed ones there.

    Raises
        InputError naming what is wrong.
    """
    columns = spec.option("columns", {})
    listed = isinstance(columns, Mapping) and all(
        isinstance(theirs, str) or (isinstance(theirs, list) and all(isinstance(one, str) for one in theirs))
        for theirs in columns.values()
    )
    if not listed:
        raise InputError(
            f"[sources.{spec.name}] columns must map our names to theirs", expected='columns = { name = "Bezeichnung" }'
        )
    strange = [name for name in columns if name not in known]
    lacking = [name for name in needed if name not in columns]
    if strange or lacking:
        raise InputError(
            f"[sources.{spec.name}] columns cannot be used",
            where=[f"unknown: {name!r}" for name in strange] + [f"missing: {name!r}" for name in lacking],
            expected=", ".join(known),
            fix='e.g. columns = { id = "nummer", name = "bezeichnung" }',
        )
    return dict(columns)


def _texts(columns: Mapping[str, pd.Series], wanted: Mapping[str, str | list[str]], called: str) -> pd.DataFrame:
    """Our columns as text; several of theirs are joined."""
    found = {}
    for ours, theirs in wanted.items():
        names = [theirs] if isinstance(theirs, str) else theirs
        parts = [as_text(columns[find_name(name, list(columns), called=called)]) for name in names]
        joined = parts[0] if len(parts) == 1 else pd.concat(parts, axis=1).agg(" ".join, axis=1).str.strip()
        found[ours] = joined.reset_index(drop=True)
    length = len(next(iter(columns.values()))) if columns else 0
    return pd.DataFrame(found, index=pd.RangeIndex(length))


def as_text(values: pd.Series) -> pd.Series:
    """Values as text: whole numbers without decimals, leading zeros as they are, '' for nothing."""
    return values.astype(object).map(_text)


def _text(value: object) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _ungrouped(text: str) -> str:
    """A figure without marks for thousands: "1.234" and "1,234" of persons are 1234."""
    head, *groups = text.replace(",", ".").split(".")
    digits = head.lstrip("+-").strip()
    grouped = groups and digits.isdigit() and not digits.startswith("0") and len(digits) <= 3
    if grouped and all(len(group) == 3 and group.isdigit() for group in groups):
        return head + "".join(groups)
    return text.replace(",", ".") if text.count(",") == 1 and "." not in text else text


def _vector(spec: SourceSpec, path: Path, columns: Mapping[str, str | list[str]]) -> Records:
    with open_vector(path, spec.option("layer")) as file:
        rows = read_layer(file, _only_layer(file, spec.option("layer")))
        called = file.called
    crs, _ = usable_crs(
        spec.option("crs"), rows.crs, called, accept_datum_shift=bool(spec.option("accept_datum_shift", False))
    )
    named = {str(name): rows[name] for name in rows.columns if name != rows.geometry.name}
    wanted = {ours: theirs for ours, theirs in columns.items() if ours not in POSITION}
    shapes = shapely.force_2d(np.asarray(rows.geometry.to_numpy(), dtype=object))
    shapes[shapely.is_empty(shapes)] = None
    table = _texts(named, wanted, called) if wanted else pd.DataFrame(index=pd.RangeIndex(len(rows)))
    return Records(called, table, in_degrees(shapes, crs, called))


def _only_layer(file: VectorFile, layer: str | None) -> str:
    """The named layer, or the only one with a geometry."""
    there = layers(file)
    names = [name for name, _ in there]
    if len(names) == 1 and file.driver != "GPKG":
        return names[0]
    if layer is not None:
        return find_name(layer, names, called=file.called, what="layer")
    spatial = [name for name, kind in there if kind]
    if len(spatial) != 1:
        raise InputError(f"{file.called} holds several layers", where=names, fix="choose one by layer = …")
    return spatial[0]


def in_degrees(shapes: Shapes, crs: pyproj.CRS, called: str) -> Shapes:
    """Geometry in EPSG:4326. Raises InputError for coordinates that are no numbers or cannot belong to the CRS."""
    there = shapely.get_coordinates(shapes)
    if not np.isfinite(there).all():
        raise InputError(
            f"{called} holds coordinates that are NaN or infinite", expected="finite coordinates",
            fix="repair the geometry in your GIS",
        )  # fmt: skip
    if not len(there):
        return shapes
    west, south, east, north = (float(value) for value in shapely.total_bounds(shapes))
    require_on_earth(crs, (west, south, east, north), called)
    turn = pyproj.Transformer.from_crs(crs, LON_LAT, always_xy=True)
    moved = shapely.transform(shapes, lambda xy: np.column_stack(turn.transform(xy[:, 0], xy[:, 1])))
    return np.asarray(moved, dtype=object)


def _table(spec: SourceSpec, path: Path, columns: Mapping[str, str | list[str]]) -> Records:
    """A table whose first row with two cells or more is its head; points from x, y or lon, lat."""
    read = read_rows(path, sheet=spec.option("sheet"))
    rows = [row for row in read.rows if any(_text(cell) for cell in row)]
    at = next((n for n, row in enumerate(rows) if sum(bool(_text(cell)) for cell in row) > 1), None)
    if at is None:
        raise InputError(f"{read.called} holds no table", expected="a row of column names and a row per entry")
    head = [_text(cell) for cell in rows[at]]
    body = [[*row, *([""] * (len(head) - len(row)))][: len(head)] for row in rows[at + 1 :]]
    named = {name: pd.Series([row[n] for row in body], dtype=object) for n, name in enumerate(head) if name}
    table = _texts(named, columns, read.called)
    points = _points(spec, table, read.called)
    return Records(read.called, table.drop(columns=[name for name in POSITION if name in table]), points)


def _points(spec: SourceSpec, table: pd.DataFrame, called: str) -> Shapes:
    """Points of a table; None where a row has no position, or the table none at all."""
    pair = next((pair for pair in (("lon", "lat"), ("x", "y")) if set(pair) <= set(table.columns)), None)
    shapes = np.full(len(table), None, dtype=object)
    if pair is None:
        return shapes
    problems = Problems()
    read = [_coordinates(table[name], name, problems) for name in pair]
    problems.refuse_any(called, expected="coordinates as numbers", fix="correct the file, or map other columns")
    known = np.isfinite(read[0]) & np.isfinite(read[1])
    crs, _ = usable_crs(
        LON_LAT if pair[0] == "lon" else spec.option("crs"), None, called,
        accept_datum_shift=bool(spec.option("accept_datum_shift", False)),
    )  # fmt: skip
    shapes[known] = shapely.points(np.column_stack([read[0][known], read[1][known]]))
    return in_degrees(shapes, crs, called)


def _coordinates(texts: pd.Series, name: str, problems: Problems) -> npt.NDArray[np.float64]:
    """Coordinates with decimal comma or point; grouped thousands do not occur in them."""
    cells: list[Cell] = [text.replace(",", ".") if text.count(",") == 1 else text for text in texts]
    return np.asarray(figures(cells, Writing(decimal="."), name, problems).values, dtype=np.float64)


def column(table: pd.DataFrame, name: str) -> list[str]:
    """A column as texts, '' throughout where the table has none of the name."""
    return [str(text) for text in table[name]] if name in table else [""] * len(table)


def hidden_numbers(spec: SourceSpec) -> Sequence[float]:
    """The numbers of `missing`, that stand for "not shown"."""
    values = spec.option("missing", [])
    if not isinstance(values, list) or not all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        raise InputError(f"[sources.{spec.name}] missing must be a list of numbers", expected="missing = [-1, -9]")
    return [float(value) for value in values]


def entry_ids(entries: pd.DataFrame, table: pd.DataFrame, called: str) -> pd.Series:
    """Ids of the register; without a column for them position or name, numbered where several are the same.

    Parameters
        entries : lon, lat (NaN: none), name, address.
        table : the records they come from.

    Raises
        InputError for empty and repeated ids.
    """
    if "id" in table:
        ids = pd.Series(column(table, "id"), index=entries.index)
        if (ids == "").any():
            raise InputError(f"{called}: the id is empty in {int((ids == '').sum())} rows", expected="an id per row")
        if repeated := sorted(set(ids[ids.duplicated()])):
            raise InputError(
                f"{called}: the id repeats in {int(ids.duplicated(keep=False).sum())} rows",
                where=f"first: {repeated[:3]}",
                expected="one row per place",
                fix="map another column to id, or leave id out: then position and name tell the entries apart",
            )
        return ids
    place = entries["lon"].map("{:.6f}".format) + "," + entries["lat"].map("{:.6f}".format)
    ids = place.where(entries["lon"].notna(), entries["name"])
    order = entries.assign(key=ids).sort_values(["key", "name", "address"], kind="stable")
    number = order.groupby("key").cumcount().reindex(entries.index)
    return ids.where(number == 0, ids + "#" + (number + 1).astype(str))
