"""Polygons of quarters and boundaries from vector files: checked, repaired, one row per id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from nahraum.errors import InputError
from nahraum.sources.georef import require_on_earth, usable_crs
from nahraum.sources.problems import Problems, find_name, nearest_name
from nahraum.sources.vectorfile import choose_layer, open_vector, read_layer

Counts = dict[str, int]
_COUNTED = ("repeated_ids", "repaired_geometries", "not_polygons", "without_geometry", "datum_shift")


@dataclass(frozen=True)
class Layer:
    """Rows of one layer: attributes, clean polygons, CRS, counts."""

    called: str
    stem: str
    rows: gpd.GeoDataFrame
    counts: Counts


def read_polygons(
    path: Path | Sequence[Path],
    *,
    layer: str | None = None,
    id: str | None = None,
    name: str | None = None,
    crs: str | None = None,
    accept_datum_shift: bool = False,
) -> tuple[gpd.GeoDataFrame, Counts]:
    """Quarters of one or several vector files: quarter_id, name, geometry, sorted by id, in the file's CRS.

    Parameters
        path : GeoJSON, GeoPackage, Shapefile, FlatGeobuf, or a zip with one of them; of several files the CRS
            of the first is kept.
        id, name : columns with the id and the name of a quarter. Without `id`, `name` is taken; a file with a
            single polygon and no column named is called like the file.
        crs : overrules what the file says.

    Returns
        The polygons, and what was done to them: repeated_ids (ids on several rows, dissolved; the ids stand in
        `.attrs["repeated_ids"]`), repaired_geometries, not_polygons and without_geometry (rows left out),
        datum_shift (1 where an old datum was accepted).

    Raises
        InputError for other formats, unknown layers or columns (nearest offered), NaN or infinite coordinates,
        a missing, unusable or unfitting CRS, an old datum (DHDN) unless accepted, rows without id.
    """
    read = _read_all(path, layer=layer, crs=crs, accept_datum_shift=accept_datum_shift)
    frames = [_named(part, id, name) for part in read]
    return _dissolved(_stacked(frames), _added(read))


def read_boundary(
    path: Path | Sequence[Path],
    *,
    layer: str | None = None,
    name: str | None = None,
    crs: str | None = None,
    accept_datum_shift: bool = False,
) -> tuple[gpd.GeoDataFrame, Counts]:
    """The boundary of a study as one row (quarter_id "boundary", name, geometry) in the file's CRS.

    Parameters
        name : only rows that have this value in some column, e.g. the municipality in a file of all; else all
            rows together.

    Raises
        InputError as `read_polygons`, and where no row has the name (nearest offered).
    """
    read = _read_all(path, layer=layer, crs=crs, accept_datum_shift=accept_datum_shift)
    frames = []
    for part in read:
        rows = part.rows if name is None else _having(part, name)
        frames.append(
            gpd.GeoDataFrame({"quarter_id": "boundary", "name": name or ""}, geometry=rows.geometry, index=rows.index)
        )
    polygons, counts = _dissolved(_stacked(frames), _added(read))
    return polygons, counts | {"repeated_ids": 0}


def _read_all(
    path: Path | Sequence[Path], *, layer: str | None, crs: str | None, accept_datum_shift: bool
) -> list[Layer]:
    paths = [Path(path)] if isinstance(path, str | Path) else sorted(path)
    return [clean_layer(each, layer=layer, crs=crs, accept_datum_shift=accept_datum_shift) for each in paths]


def clean_layer(path: Path, *, layer: str | None, crs: str | None, accept_datum_shift: bool) -> Layer:
    """One layer of a file: its attributes with valid polygons, in a CRS that fits its coordinates.

    Raises
        InputError as `read_polygons`.
    """
    with open_vector(path, layer) as file:
        chosen = choose_layer(file, layer)
        called = file.called if chosen == file.path.stem else f"{file.called}, layer {chosen!r}"
        rows = read_layer(file, chosen)
    system, old = usable_crs(crs, rows.crs, called, accept_datum_shift=accept_datum_shift)
    polygons, counts = clean_polygons(rows, called)
    require_on_earth(system, tuple(shapely.total_bounds(polygons.geometry.to_numpy())), called)
    polygons = polygons.set_crs(system, allow_override=True)
    return Layer(called, path.stem, polygons, counts | {"datum_shift": int(old)})


def clean_polygons(rows: gpd.GeoDataFrame, called: str) -> tuple[gpd.GeoDataFrame, Counts]:
    """Rows with a valid polygon; what had to be repaired or left out is counted.

    Raises
        InputError for NaN or infinite coordinates, and where no row has a polygon.
    """
    shapes = shapely.force_2d(rows.geometry.to_numpy())
    problems = Problems()
    broken = np.array([not np.isfinite(shapely.get_coordinates(shape)).all() for shape in shapes], dtype=bool)
    problems.add("coordinates are NaN or infinite", np.flatnonzero(broken), int(broken.sum()))
    problems.refuse_any(called, expected="finite coordinates", fix="repair the geometry in your GIS")
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    invalid = ~empty & ~shapely.is_valid(shapes)
    shapes = np.where(invalid, shapely.make_valid(shapes), shapes)
    shapes = np.array([_areal(shape) for shape in shapes], dtype=object)
    areal = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    if not areal.any():
        raise InputError(f"{called} ({len(rows)} rows) holds no polygons", expected="polygons", fix="choose a layer")
    counts = {
        "repaired_geometries": int((invalid & areal).sum()),
        "without_geometry": int(empty.sum()),
        "not_polygons": int((~empty & ~areal).sum()),
    }
    kept = rows.loc[areal].drop(columns=rows.geometry.name).reset_index(drop=True)
    return gpd.GeoDataFrame(kept, geometry=shapely.normalize(shapes[areal])), counts


def _areal(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    """The polygons in a geometry as one (Multi)Polygon; None where it has none."""
    if shape is None or isinstance(shape, shapely.Polygon | shapely.MultiPolygon):
        return shape
    parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if isinstance(part, shapely.Polygon)]
    return shapely.union_all(parts) if parts else None


def _named(part: Layer, id_column: str | None, name_column: str | None) -> gpd.GeoDataFrame:
    """quarter_id, name and geometry of one file's rows."""
    columns = [str(column) for column in part.rows.columns if column != "geometry"]
    key = id_column or name_column
    if key is None and len(part.rows) == 1:
        ids = pd.Series([part.stem])
        return gpd.GeoDataFrame({"quarter_id": ids, "name": ids}, geometry=part.rows.geometry)
    if key is None:
        unique = [column for column in columns if part.rows[column].is_unique]
        raise InputError(
            f"{part.called}: which column names a quarter?",
            where=[f"columns: {columns[:20]}", f"without repetition: {unique[:20]}"],
            fix=f'e.g. id = "{unique[0] if unique else "…"}" in [sources.quarters]',
        )
    ids = texts_of(part.rows[find_name(key, columns, called=part.called)])
    names = texts_of(part.rows[find_name(name_column, columns, called=part.called)]) if name_column else ids
    if (ids == "").any():
        raise InputError(f"{part.called}: {key!r} is empty in {int((ids == '').sum())} rows", expected="an id per row")
    return gpd.GeoDataFrame({"quarter_id": ids, "name": names}, geometry=part.rows.geometry)


def texts_of(values: pd.Series) -> pd.Series:
    """Ids as text: whole numbers without decimals, leading zeros as they are, '' for nothing."""
    if pd.api.types.is_float_dtype(values.dtype) and (values.dropna() % 1 == 0).all():
        values = values.astype("Int64")
    return values.astype(object).where(values.notna(), "").map(str).str.strip()


def _having(part: Layer, value: str) -> gpd.GeoDataFrame:
    texts = {str(c): texts_of(part.rows[c]) for c in part.rows.columns if c != "geometry"}
    chosen = np.zeros(len(part.rows), dtype=bool)
    for column in texts.values():
        chosen |= (column == value).to_numpy()
    if not chosen.any():
        known = {text for column in texts.values() for text in column if text}
        raise InputError(f"{part.called} has no row named {value!r}", fix=nearest_name(value, known))
    return part.rows.loc[chosen]


def _stacked(frames: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    crs: pyproj.CRS = frames[0].crs
    return pd.concat([frame.to_crs(crs) for frame in frames], ignore_index=True)


def _added(read: Sequence[Layer]) -> Counts:
    return {key: sum(part.counts.get(key, 0) for part in read) for key in _COUNTED}


def _dissolved(rows: gpd.GeoDataFrame, counts: Counts) -> tuple[gpd.GeoDataFrame, Counts]:
    """One row per id, sorted; the first name in alphabetical order stays."""
    order = pd.Series(shapely.to_wkb(rows.geometry.to_numpy(), hex=True), index=rows.index)
    rows = rows.assign(_order=order).sort_values(["quarter_id", "name", "_order"], kind="stable")
    grouped = rows.groupby("quarter_id", sort=True)
    names = grouped["name"].agg(lambda texts: next((text for text in texts if text), ""))
    shapes = [
        shapely.normalize(shapely.union_all(group.geometry.to_numpy())) if len(group) > 1 else group.geometry.iloc[0]
        for _, group in grouped
    ]
    result = gpd.GeoDataFrame(
        {"quarter_id": names.index.to_numpy(dtype=object), "name": names.to_numpy(dtype=object)},
        geometry=shapes,
        crs=rows.crs,
    )
    repeated = [str(quarter) for quarter, number in grouped.size().items() if number > 1]
    result.attrs["repeated_ids"] = repeated
    return result, counts | {"repeated_ids": len(repeated)}
