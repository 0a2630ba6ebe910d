"""From a section `[sources.<name>]` of the study to its table, and to what the manifest says about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd

from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.provenance import NOT_STATED, Source, file_sha256
from nahraum.sources import stated_residents, statistics, zensus, zensus2011
from nahraum.sources.areatable import AreaTable
from nahraum.sources.broadband import read_broadband
from nahraum.sources.context import read_context
from nahraum.sources.gridtable import read_class_files, read_grid_table
from nahraum.sources.gtfs import Timetable, read_timetable
from nahraum.sources.municipalities import read_municipalities
from nahraum.sources.osm import OsmExtract, read_osm
from nahraum.sources.osm.axes import KIND, read_axes
from nahraum.sources.osm.door import open_door
from nahraum.sources.population_register import read_population_register
from nahraum.sources.problems import nearest_name
from nahraum.sources.registers import read_register
from nahraum.sources.registry import registry
from nahraum.sources.tabular import Window
from nahraum.sources.topics import read_topic, read_topic_table
from nahraum.sources.vector import read_boundary, read_polygons
from nahraum.study import SourceSpec
from nahraum.tables import GridTable, PopulationRegister, Register

_POSITION = ("cell", "x", "y")
# The columns a grid table must bring for a section, and those it may bring.
_NEEDED = {
    "population": ("residents",),
    "floor_area": ("floor_area_m2_per_resident",),
    "dwellings": ("dwellings",),
}
_OPTIONAL: Mapping[str, tuple[str, ...]] = {"dwellings": ("floor_area_m2_per_dwelling",)}
_SIDECARS = (".dbf", ".shx", ".prj", ".cpg")


def load_streets(spec: SourceSpec, *, parameters: Parameters) -> OsmExtract:
    """Streets and places of `[sources.osm]`: an OpenStreetMap extract, or street axes. Raises as the readers."""
    return read_axes(spec, parameters=parameters) if spec.kind == KIND else read_osm(spec.file, parameters=parameters)


def load_grid(spec: SourceSpec, *, parameters: Parameters, window_m: Window | None = None) -> GridTable:
    """The grid table of a source: population, floor_area, dwellings or broadband.

    Parameters
        window_m : only cells that touch this box: west, south, east, north. [m, EPSG:3035]

    Raises
        InputError from the readers, and where `columns` of the section does not fit its name.
    """
    size_m = _size_m(spec)
    if spec.name == "broadband":
        return read_broadband(
            spec.files,
            size_m=size_m,
            columns=_mapping(spec),
            unit=spec.option("unit", "percent"),
            missing=_numbers(spec, "missing"),
            window_m=window_m,
        )
    if spec.kind == "zensus2022":
        return _census(spec, size_m, parameters, window_m)
    if spec.kind == "zensus2011":
        return _census2011(spec, size_m, parameters, window_m)
    if spec.kind == "class_files":
        classes = _numbers(spec, "classes") or parameters.value("census.floor_area_class_midpoints_m2")
        return read_class_files(spec.files, size_m=size_m, classes=classes, window_m=window_m)
    if spec.kind == "grid_table" and spec.name in _NEEDED:
        columns = _mapping(spec)
        _check_columns(spec, columns)
        return read_grid_table(
            spec.files, size_m=size_m, columns=columns, missing=_numbers(spec, "missing"), window_m=window_m
        )
    raise InputError(f"[sources.{spec.name}] kind = {spec.kind!r} is no table by grid cell")


def load_topic(spec: SourceSpec, *, window_m: Window | None = None) -> GridTable:
    """The values of one further census topic, `[sources.topics.<topic>]`.

    Raises
        InputError from the readers, for an unknown topic, and where more than one census file is named.
    """
    size_m = _size_m(spec)
    if spec.kind == "zensus2022":
        if len(spec.files) != 1:
            raise InputError(f"[sources.{spec.name}] must name one census file", where=[f.name for f in spec.files])
        return read_topic(spec.file, spec.item, size_m=size_m, window_m=window_m)
    if spec.kind == "zensus2011":
        return zensus2011.topic(_one_file(spec), spec.item, size_m, window_m=window_m)
    return read_topic_table(
        spec.files,
        spec.item,
        size_m=size_m,
        columns=_mapping(spec),
        missing=_numbers(spec, "missing"),
        window_m=window_m,
    )


def _census(spec: SourceSpec, size_m: int, parameters: Parameters, window_m: Window | None) -> GridTable:
    if len(spec.files) != 1:
        raise InputError(f"[sources.{spec.name}] must name one census file", where=[f.name for f in spec.files])
    if spec.name == "population":
        return zensus.population(spec.file, size_m, window_m=window_m)
    if spec.name == "floor_area":
        return zensus.floor_area(spec.file, size_m, window_m=window_m)
    return zensus.dwellings(spec.file, size_m, parameters=parameters, window_m=window_m)


def _census2011(spec: SourceSpec, size_m: int, parameters: Parameters, window_m: Window | None) -> GridTable:
    if spec.name == "population":
        return zensus2011.population(_one_file(spec), size_m, window_m=window_m)
    if spec.name == "dwellings":
        return zensus2011.dwellings(_one_file(spec), size_m, parameters=parameters, window_m=window_m)
    return zensus2011.floor_area(list(spec.files), size_m, parameters=parameters, window_m=window_m)


def _one_file(spec: SourceSpec) -> Path:
    if len(spec.files) != 1:
        raise InputError(f"[sources.{spec.name}] must name one census file", where=[f.name for f in spec.files])
    return spec.file


def load_context(spec: SourceSpec, *, window_m: Window | None = None) -> gpd.GeoDataFrame | GridTable:
    """A map of the office with one figure, `[sources.context.<name>]`: polygons, or cells of a grid.

    Raises
        InputError from the readers, and where `columns` does not say which column holds the figure.
    """
    columns = _mapping(spec)
    if "value" not in columns:
        raise InputError(
            f"[sources.{spec.name}] does not say which column holds the figure", fix='columns = { value = "…" }'
        )
    if spec.kind == "polygons":
        return read_context(
            spec.files, value=columns["value"], layer=spec.option("layer"), crs=spec.option("crs"),
            accept_datum_shift=bool(spec.option("accept_datum_shift", False)),
        )  # fmt: skip
    missing = _numbers(spec, "missing")
    return read_grid_table(spec.files, size_m=_size_m(spec), columns=columns, missing=missing, window_m=window_m)


def load_statistics(spec: SourceSpec) -> AreaTable:
    """The table of small areas or municipalities of `[sources.statistics.<name>]`. Raises as the readers."""
    return statistics.load_statistics(spec)


def load_municipalities(spec: SourceSpec) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """The municipalities of `[sources.municipalities]` (table `MUNICIPALITIES`), and counts. Raises as the reader."""
    return read_municipalities(spec)


def _size_m(spec: SourceSpec) -> int:
    size = spec.option("size_m", 100)
    if isinstance(size, bool) or not isinstance(size, int) or size <= 0:
        raise InputError(
            f"[sources.{spec.name}] size_m = {size!r}", expected="edge of a cell in whole metres, e.g. 100"
        )
    return size


def _mapping(spec: SourceSpec) -> dict[str, str]:
    columns = spec.option("columns", {})
    if not isinstance(columns, Mapping) or not all(isinstance(value, str) for value in columns.values()):
        raise InputError(
            f"[sources.{spec.name}] columns must map our names to theirs",
            expected='columns = { residents = "Einwohner" }',
        )
    return {str(ours): theirs for ours, theirs in columns.items()}


def _check_columns(spec: SourceSpec, columns: Mapping[str, str]) -> None:
    needed = _NEEDED[spec.name]
    known: Collection[str] = (*needed, *_OPTIONAL.get(spec.name, ()), *_POSITION)
    for name in columns:
        if name not in known:
            raise InputError(f"[sources.{spec.name}] columns knows no {name!r}", fix=nearest_name(name, known))
    for name in needed:
        if name not in columns:
            raise InputError(
                f"[sources.{spec.name}] does not say which column holds {name}",
                fix=f'columns = {{ {name} = "…" }}',
            )


def _numbers(spec: SourceSpec, key: str) -> Sequence[float]:
    values = spec.option(key, [])
    if not isinstance(values, list) or not all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        raise InputError(f"[sources.{spec.name}] {key} must be a list of numbers", expected=f"{key} = [-1, -9]")
    return [float(value) for value in values]


def load_polygons(spec: SourceSpec) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """Polygons of `[sources.quarters]` (quarter_id, name, geometry) or `[sources.boundary]` (one row), and counts.

    Raises
        InputError from the readers, and for kinds that are not vector files.
    """
    if spec.kind != "vector":
        raise InputError(f"[sources.{spec.name}] kind = {spec.kind!r} is no vector file")
    common: dict[str, Any] = {
        "layer": spec.option("layer"),
        "name": spec.option("name"),
        "crs": spec.option("crs"),
        "accept_datum_shift": bool(spec.option("accept_datum_shift", False)),
    }
    if spec.name == "boundary":
        return read_boundary(list(spec.files), **common)
    return read_polygons(list(spec.files), id=spec.option("id"), **common)


def load_parcels(spec: SourceSpec) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """Parcels or blocks of `[sources.parcels]` (quarter_id holds their id, geometry), and counts.

    Raises
        InputError from the reader, and where `use` is neither list nor units.
    """
    if spec.option("use", "list") not in ("list", "units"):
        raise InputError(f"[sources.parcels] use = {spec.option('use')!r} is not known", expected="list or units")
    return read_polygons(
        list(spec.files), layer=spec.option("layer"), id=spec.option("id"), crs=spec.option("crs"),
        accept_datum_shift=bool(spec.option("accept_datum_shift", False)),
    )  # fmt: skip


def load_timetable(
    spec: SourceSpec, *, parameters: Parameters, near: date, extent: tuple[float, float, float, float]
) -> Timetable:
    """The timetable of `[sources.timetable]`.

    Parameters
        near : the reference date of the study.
        extent : only stops in this box: west, south, east, north. [degrees]

    Raises
        InputError from the reader, and for a `day` that is none.
    """
    day = spec.option("day")
    try:
        on = day if day is None or isinstance(day, date) else date.fromisoformat(str(day))
    except ValueError:
        raise InputError(f"[sources.timetable] day = {day!r} is no date", expected="day = 2026-06-16") from None
    return read_timetable(spec.files, on=on, parameters=parameters, near=near, extent=extent)


def load_register(spec: SourceSpec) -> Register:
    """The register of one section `[sources.registers.<category>]`. Raises as the reader."""
    return read_register(spec)


def load_population_register(spec: SourceSpec, *, parameters: Parameters) -> PopulationRegister:
    """The residents of `[sources.population_register]`. Raises as the reader."""
    return read_population_register(spec, tolerance_share=parameters.number("registers.age_sum_tolerance_share"))


def reference_date_of(spec: SourceSpec) -> str:
    """Day of a source as the study states it, else as its provider does; '' where nobody does."""
    known: Mapping[str, Any] = registry().get(spec.kind, {})
    return str(spec.option("date", known.get("reference_date", "")))


def provenance_of(spec: SourceSpec) -> list[Source]:
    """What the manifest says about each file of a source (parts of a shapefile are files of their own).

    Licence, attribution and date come from the study; where it is silent from `registry.toml` for known
    providers, the day of an OpenStreetMap extract from its header, else they are "not stated".
    """
    known: Mapping[str, Any] = registry().get(spec.kind, {})
    if (spec.name, spec.kind) == ("population", stated_residents.KIND):
        return [stated_residents.stated_source(spec)]
    return [
        Source(
            name=spec.name,
            file=path.name,
            sha256=file_sha256(path),
            bytes=path.stat().st_size,
            licence=str(spec.option("licence", known.get("licence", NOT_STATED))),
            attribution=str(spec.option("attribution", known.get("attribution", NOT_STATED))),
            reference_date=str(spec.option("date", known.get("reference_date", _own_day(spec, path)))),
            scale=_scale(spec),
            note=str(spec.option("note", known.get("note", ""))),
            url=" + ".join(spec.urls),
        )
        for path in _all_files(spec)
    ]


def _own_day(spec: SourceSpec, path: Path) -> str:
    """The day that an OpenStreetMap extract itself tells."""
    if spec.kind != "osm":
        return NOT_STATED
    try:
        return open_door(path).date or NOT_STATED
    except InputError:  # the reader says what is wrong with it
        return NOT_STATED


def _all_files(spec: SourceSpec) -> list[Path]:
    found: list[Path] = []
    for path in spec.files:
        found.append(path)
        if path.suffix.lower() == ".shp":
            beside = {other.name.casefold(): other for other in sorted(path.parent.iterdir())}
            parts = (beside.get(f"{path.stem}{ending}".casefold()) for ending in _SIDECARS)
            found += [part for part in parts if part is not None]
    return found


def _scale(spec: SourceSpec) -> str:
    if spec.name in ("osm", "corrections"):
        return str(registry()["osm"]["scale"])
    if spec.name in ("quarters", "boundary", "municipalities", "incidence") or spec.group == "statistics":
        return "areas"
    if spec.name == "measure_sites":
        return "sites"
    if spec.name == "timetable":
        return "stops"
    if spec.group == "registers" or (spec.name, spec.kind) == ("population_register", "address"):
        return str(registry()["osm"]["scale"])
    if spec.name == "population_register":
        return "areas"
    size_m = _size_m(spec)
    return f"{size_m // 1000} km cell" if size_m % 1000 == 0 else f"{size_m} m cell"
