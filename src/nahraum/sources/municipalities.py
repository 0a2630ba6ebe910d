"""Municipalities from VG250 of the BKG, or from any polygons with an official key: one valid row per key."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum.errors import InputError
from nahraum.frames import require
from nahraum.sources.georef import require_on_earth, usable_crs
from nahraum.sources.problems import Problems, find_name
from nahraum.sources.safety import is_zip, zip_members
from nahraum.sources.vector import Counts, clean_polygons, texts_of
from nahraum.sources.vectorfile import choose_layer, open_vector, read_layer
from nahraum.study import SourceSpec
from nahraum.tables import MUNICIPALITIES

_LAYER = "VG250_GEM"
_LAND_WITH_STRUCTURE = 4  # GF: 1 and 2 are water, 3 is land without, 4 land with structure
_AGS, _ARS = 8, 12
# Names in VG250 and VG250-EW, for what the study does not name.
_USUAL = {"name": "GEN", "type": "BEZ", "residents": "EWZ"}
_FIX = 'name the column in [sources.municipalities]: id = "AGS" (8 digits) or id = "ARS" (12 digits)'


def read_municipalities(spec: SourceSpec) -> tuple[gpd.GeoDataFrame, Counts]:
    """Municipalities of `[sources.municipalities]`: table `MUNICIPALITIES`, sorted by key, in the file's CRS.

    Returns
        The table, and what was done: without_structure (rows of water and the like, left out by GF), merged_rows
        (several rows of one key, dissolved), repaired_geometries, not_polygons, without_geometry, padded_keys (a
        leading zero was lost), datum_shift.

    Raises
        InputError for other formats, no column of keys, keys that are neither AGS nor ARS (all named at once), a CRS
        that is missing, unusable or of an old datum (unless accepted).
    """
    rows, called = _layer(spec.file, spec.option("layer"))
    given = spec.option("crs")
    shift = bool(spec.option("accept_datum_shift", False))
    crs, old = usable_crs(given, rows.crs, called, accept_datum_shift=shift)
    rows, without_structure = _with_structure(rows)
    polygons, counts = clean_polygons(rows, called)
    require_on_earth(crs, tuple(shapely.total_bounds(polygons.geometry.to_numpy())), called)
    polygons = polygons.set_crs(crs, allow_override=True)
    table, padded = _keyed(polygons, spec, called)
    merged = _merged(table)
    counts |= {
        "without_structure": without_structure,
        "merged_rows": len(table) - len(merged),
        "padded_keys": padded,
        "datum_shift": int(old),
    }
    return require(merged, MUNICIPALITIES, called=called), counts


def _layer(path: Path, layer: str | None) -> tuple[gpd.GeoDataFrame, str]:
    """The rows of the wanted layer; VG250_GEM where nothing is wanted and the file has it among others."""
    wanted = layer
    if wanted is None and is_zip(path):
        stems = {Path(member.filename).stem.casefold() for member in zip_members(path)}
        wanted = _LAYER if _LAYER.casefold() in stems else None
    with open_vector(path, wanted) as file:
        if wanted is None and file.driver == "GPKG":
            from nahraum.sources.vectorfile import layers  # only here: GDAL opens the file for it

            named = [name for name, _ in layers(file) if name.casefold().endswith(_LAYER.casefold())]
            wanted = named[0] if len(named) == 1 else None
        chosen = choose_layer(file, wanted)
        called = file.called if chosen == file.path.stem else f"{file.called}, layer {chosen!r}"
        return read_layer(file, chosen), called


def _column(rows: pd.DataFrame, name: str) -> str | None:
    return next((str(column) for column in rows.columns if str(column).casefold() == name.casefold()), None)


def _with_structure(rows: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int]:
    """Only land with structure, where the file says which rows are: the others are water beside it."""
    column = _column(rows, "GF")
    if column is None:
        return rows, 0
    land = pd.to_numeric(rows[column], errors="coerce") == _LAND_WITH_STRUCTURE
    if not land.any():
        return rows, 0
    return rows[land].reset_index(drop=True), int((~land).sum())


def _keyed(rows: gpd.GeoDataFrame, spec: SourceSpec, called: str) -> tuple[gpd.GeoDataFrame, int]:
    """Rows with municipality_id, ars, name, type, residents; and how many keys had lost a zero."""
    named = spec.option("id")
    columns = [str(column) for column in rows.columns if column != "geometry"]
    key = find_name(str(named), columns, called=called) if named else _column(rows, "AGS") or _column(rows, "ARS")
    if key is None:
        raise InputError(f"{called} has no official keys", where=f"columns: {columns[:20]}", fix=_FIX)
    keys = texts_of(rows[key])
    padded = keys.where(~keys.str.len().isin([_AGS - 1, _ARS - 1]) | ~keys.map(str.isdecimal), "0" + keys)
    problems = Problems()
    strange = ~padded.str.fullmatch(rf"\d{{{_AGS}}}|\d{{{_ARS}}}")
    problems.add(f"{key!r} holds no key of a municipality", keys[strange], int(strange.sum()))
    problems.refuse_any(called, expected="AGS of 8 digits or ARS of 12 digits", fix=_FIX)
    own_ars = _column(rows, "ARS")
    ars = texts_of(rows[own_ars]) if own_ars else pd.Series("", index=rows.index)
    ars = padded.where(padded.str.len() == _ARS, ars.where(ars.str.len() == _ARS, ""))
    ids = padded.where(padded.str.len() == _AGS, padded.str[:5] + padded.str[9:])
    table = {"municipality_id": ids.astype(object), "ars": ars.astype(object)}
    for ours, usual in _USUAL.items():
        wanted = spec.option(ours)
        column = find_name(str(wanted), columns, called=called) if wanted else _column(rows, usual)
        table[ours] = texts_of(rows[column]) if column else pd.Series("", index=rows.index, dtype=object)
    table["residents"] = pd.to_numeric(table["residents"].replace("", None), errors="coerce").astype(np.float64)
    table["residents"] = table["residents"].where(table["residents"] >= 0)
    return gpd.GeoDataFrame(table, geometry=rows.geometry, crs=rows.crs), int((padded != keys).sum())


def _merged(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One row per key; residents and names of a municipality stand on each of its rows, the largest row's stay."""
    order = rows.assign(_size=-shapely.area(rows.geometry.to_numpy())).sort_values(
        ["municipality_id", "_size", "name"], kind="stable"
    )
    first = order.drop_duplicates("municipality_id").drop(columns="_size")
    several = order[order.duplicated("municipality_id", keep=False)]
    shapes = {key: shapely.union_all(group.geometry.to_numpy()) for key, group in several.groupby("municipality_id")}
    geometry = [shapes.get(key, shape) for key, shape in zip(first["municipality_id"], first.geometry, strict=True)]
    merged = first.set_geometry(gpd.GeoSeries(geometry, index=first.index, crs=rows.crs))
    return merged.reset_index(drop=True)
