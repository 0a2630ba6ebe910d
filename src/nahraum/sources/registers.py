"""Registers of a municipality: schools, practices, kitas with their places, retail surveys, green cadastres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.errors import InputError
from nahraum.sources.osm.categories import CATEGORIES
from nahraum.sources.osm.geometry import area_m2
from nahraum.sources.problems import nearest_name
from nahraum.sources.records import (
    LON_LAT,
    POSITION,
    Records,
    Shapes,
    column,
    entry_ids,
    hidden_numbers,
    mapping,
    read_records,
)
from nahraum.study import SourceSpec
from nahraum.tables import Register

GREEN = "green"
MODES = ("replace", "add")
_PLACE_COLUMNS = ("id", "name", *POSITION, "places", "kind", "address", "opening_hours")
_GREEN_COLUMNS = ("id", "name", "public", "fenced")
_YES = ("ja", "j", "yes", "y", "true", "wahr", "1", "x", "öffentlich")
_POLYGON = (3, 6)  # shapely's numbers of Polygon and MultiPolygon
_CENTIMETRES = 7  # decimals of a degree


def read_register(spec: SourceSpec) -> Register:
    """One register `[sources.registers.<category>]`: entries of supply, or public green of a cadastre.

    Parameters
        spec : `columns` id, name, x and y (with crs) or lon and lat, places, kind, address, opening_hours; for
            `green` id, name, public, fenced. `kinds` says which value of `kind` is which category (or several);
            rows of other kinds are left out and counted. `mode` is replace or add.

    Returns
        entries sorted by id; polygons stand at a point inside, several points of one row at the one nearest to
        their middle. Without an id column an entry is called by its position, else its name.

    Raises
        InputError for unknown categories, columns and modes, repeated ids, impossible numbers of places, files
        that cannot be read, a register without any usable row.
    """
    mode = str(spec.option("mode", MODES[0]))
    if mode not in MODES:
        raise InputError(f"[sources.{spec.name}] mode = {mode!r} is not known", expected=" or ".join(MODES))
    if spec.item == GREEN:
        return _green(spec, mode)
    kinds = _kinds(spec)
    columns = mapping(spec, _PLACE_COLUMNS, ("kind",) if spec.option("kinds") else ())
    records = read_records(spec, spec.files, columns)
    chosen, counts = _entries(spec, records, kinds)
    categories = sorted({category for listed in kinds.values() for category in listed})
    none = gpd.GeoDataFrame(
        {"green_id": [], "kind": [], "name": [], "public": [], "fenced": []}, geometry=[], crs=LON_LAT
    )
    return Register(tuple(categories), mode, chosen, none, counts, str(spec.option("date", "")))


def _kinds(spec: SourceSpec) -> dict[str, tuple[str, ...]]:
    """Value of the kind column -> categories; '' stands for every row where the study names no kinds."""
    named: Any = spec.option("kinds")
    if named is None:
        named = {"": spec.item}
    elif not isinstance(named, Mapping) or not named:
        raise InputError(
            f"[sources.{spec.name}] kinds must say which value is which category",
            expected='kinds = { "Grundschule" = "primary_school" }',
        )
    kinds = {str(value): tuple(to) if isinstance(to, list) else (str(to),) for value, to in named.items()}
    for listed in kinds.values():
        for category in listed:
            if category not in CATEGORIES:
                raise InputError(
                    f"[sources.{spec.name}] {category!r} is no category of places",
                    fix=nearest_name(str(category), (*CATEGORIES, GREEN)),
                )
    return kinds


def _entries(
    spec: SourceSpec, records: Records, kinds: Mapping[str, tuple[str, ...]]
) -> tuple[pd.DataFrame, dict[str, int]]:
    table = records.table
    points, several = _one_point(records.shapes)
    known = ~shapely.is_missing(points)
    xy = np.full((len(table), 2), np.nan)
    xy[known] = shapely.get_coordinates(points[known]).round(_CENTIMETRES)
    texts = {name: column(table, name) for name in ("name", "address", "opening_hours")}
    full = pd.DataFrame(
        {
            **texts,
            "places": records.figures("places", hidden_numbers(spec))
            if "places" in table
            else np.full(len(table), np.nan),
            "lon": xy[:, 0],
            "lat": xy[:, 1],
            "area_m2": _polygon_m2(records.shapes),
            "status": "ok",
        }
    )
    full["id"] = entry_ids(full, table, records.called)
    listed = [kinds.get("" if "" in kinds else kind, ()) for kind in column(table, "kind")]
    rows = [(at, category) for at, categories in enumerate(listed) for category in categories]
    if not rows:
        raise InputError(
            f"{records.called} ({len(table)} rows) holds no entry of the register",
            where=f"kinds there: {sorted(set(column(table, 'kind')))[:10]}" if len(table) else "the table is empty",
            expected=f"rows of the kinds {sorted(kinds)}" if "" not in kinds else "a row per place",
            fix="correct kinds; a category without any place is declared in [completeness] complete",
        )
    entries = full.iloc[[at for at, _ in rows]].assign(category=[category for _, category in rows])
    named = "register:" + entries["category"] + ":" + entries["id"]
    entries = entries.assign(facility_id=named).drop(columns="id").sort_values("facility_id", ignore_index=True)
    lost = entries["lon"].isna() & (entries["name"] == "")
    entries = entries[~lost].reset_index(drop=True)
    counts = {
        "other_kinds": sum(not categories for categories in listed),
        "without_position": int(entries["lon"].isna().sum()),
        "without_position_and_name": int(lost.sum()),
        "several_points": several,
    }
    return entries, counts


def _one_point(shapes: Shapes) -> tuple[Shapes, int]:
    """A point for each shape: inside of areas, of several points the one nearest to their middle; how many of these."""
    points = np.full(len(shapes), None, dtype=object)
    several = 0
    for at, shape in enumerate(shapes):
        if shape is None:
            continue
        parts = shapely.get_parts(shape)
        if shapely.get_type_id(shape) == 4:  # MultiPoint
            several += len(parts) > 1
            points[at] = parts[np.argmin(shapely.distance(parts, shapely.centroid(shape)))]
        else:
            points[at] = shapely.point_on_surface(shape)
    return points, several


def _polygon_m2(shapes: Shapes) -> npt.NDArray[np.float64]:
    sizes = np.full(len(shapes), np.nan)
    areal = np.isin(shapely.get_type_id(shapes), _POLYGON)
    sizes[areal] = area_m2(shapes[areal])
    return sizes


def _green(spec: SourceSpec, mode: str) -> Register:
    """Polygons of a green cadastre in the shape of `OsmExtract.greens`."""
    records = read_records(spec, spec.files, mapping(spec, _GREEN_COLUMNS, ()))
    shapes = np.asarray(shapely.make_valid(records.shapes), dtype=object)
    areal = np.array([_areal(shape) for shape in shapes], dtype=object)
    known = ~shapely.is_missing(areal)
    if not known.any():
        raise InputError(
            f"{records.called} ({len(shapes)} rows) holds no polygons",
            expected="a green cadastre as polygons (GeoPackage, Shapefile, GeoJSON, FlatGeobuf)",
            fix="export it with its geometry from your GIS",
        )
    centres = shapely.get_coordinates(shapely.point_on_surface(areal[known])).round(_CENTIMETRES)
    table = records.table[known].reset_index(drop=True)
    names = pd.DataFrame({"name": column(table, "name"), "address": "", "lon": centres[:, 0], "lat": centres[:, 1]})
    public = _said(spec, table, "public", _values(spec)) if "public" in table else np.ones(len(table), dtype=bool)
    fenced = _said(spec, table, "fenced", _YES) if "fenced" in table else np.zeros(len(table), dtype=bool)
    greens = gpd.GeoDataFrame(
        {
            "green_id": "register:green:" + entry_ids(names, table, records.called),
            "kind": "park",
            "name": names["name"],
            "public": public,
            "fenced": fenced,
        },
        geometry=areal[known],
        crs=LON_LAT,
    )
    if not public.any():
        raise InputError(
            f"{records.called}: no green is public", where=f"values there: {sorted(set(table['public']))[:10]}",
            fix='say which values mean public: public_values = ["gewidmet"]',
        )  # fmt: skip
    counts = {"not_polygons": int((~known).sum()), "not_public": int((~public).sum())}
    none = pd.DataFrame(columns=["facility_id", "category", "name", "address", "places", "lon", "lat", "area_m2",
                                 "opening_hours", "status"])  # fmt: skip
    return Register(
        (GREEN,), mode, none, greens.sort_values("green_id", ignore_index=True), counts, str(spec.option("date", ""))
    )


def _areal(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    if shape is None:
        return None
    parts = [one for one in shapely.get_parts(shapely.get_parts(shape)) if shapely.get_type_id(one) == 3]
    return shapely.normalize(shapely.union_all(parts)) if parts else None


def _values(spec: SourceSpec) -> Sequence[str]:
    values = spec.option("public_values", list(_YES))
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise InputError(f"[sources.{spec.name}] public_values must be a list of texts", expected='["gewidmet"]')
    return [value.casefold() for value in values]


def _said(spec: SourceSpec, table: pd.DataFrame, name: str, yes: Sequence[str]) -> npt.NDArray[np.bool_]:
    return np.array([text.casefold() in yes for text in column(table, name)], dtype=bool)
