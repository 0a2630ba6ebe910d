"""Residents of a municipality's own register: by quarter, by block or at addresses, with ages where it tells them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.errors import InputError
from nahraum.sources.problems import Problems
from nahraum.sources.records import (
    LON_LAT,
    POSITION,
    Records,
    Shapes,
    column,
    entry_ids,
    hidden_numbers,
    is_vector,
    mapping,
    read_records,
)
from nahraum.sources.statistics import load_statistics
from nahraum.study import SourceSpec
from nahraum.tables import AGE_SHARES, PopulationRegister

_AGE = re.compile(r"age_(\d{1,3})_(\d{1,3}|plus)")
_OLDEST = 200
_POLYGONS, _POINTS = (3, 6), (0, 4)  # shapely's numbers, single and multi
Columns = Mapping[str, str | list[str]]
Float64 = npt.NDArray[np.float64]


def read_population_register(spec: SourceSpec, *, tolerance_share: float) -> PopulationRegister:
    """Residents of `[sources.population_register]`.

    Parameters
        spec : kind quarter (a table whose ids are those of the study's quarters), block (polygons with counts, or
            polygons and a table joined by id) or address (points with counts). `columns` id, residents, area_id
            (id in the file of polygons, where it has another name), x and y or lon and lat, and ages as
            age_<first>_<last> or age_<first>_plus, both years included. Tables by quarter or block are laid out as
            `[sources.statistics]` can say (exclude for totals, where, header, long tables …).
        tolerance_share : by which ages may add up to more than the residents of an area.

    Returns
        a row per area or address, sorted by id; NaN where the register shows no number.

    Raises
        InputError for negative numbers and fractions, repeated ids, ages that overlap or add up to more than all,
        blocks without polygons, addresses without points, a CRS that is missing or cannot be.
    """
    ages = _ages(spec)
    needed = ("residents",) if spec.kind == "address" else ("id", "residents")
    known = ("id", "residents", *(("area_id",) if spec.kind == "block" else ()), *POSITION, *ages)
    columns = mapping(spec, known, needed)
    read = _read(spec, columns, ages)
    called, counted, shapes = read.called, read.table, read.shapes
    if counted["residents"].isna().all():
        raise InputError(f"{called} tells no number of residents", expected="a column of whole numbers")
    bands = {name: counted[name].to_numpy(np.float64) for name in ages}
    _check_ids(called, counted["area_id"])
    _check_sums(called, counted, bands, tolerance_share)
    residents = counted["residents"].to_numpy(np.float64)
    table = counted[["area_id", "residents", "residents_status"]]
    table = table.assign(**{name: _share(bands, ages, residents, within=span) for name, span in AGE_SHARES.items()})
    order = np.argsort(table["area_id"].to_numpy(dtype=str), kind="stable")
    drawn = order[~shapely.is_missing(shapes[order])]
    places = gpd.GeoDataFrame({"area_id": table["area_id"].to_numpy()[drawn]}, geometry=shapes[drawn], crs=LON_LAT)
    return PopulationRegister(
        kind=spec.kind,
        table=table.iloc[order].reset_index(drop=True),
        shapes=places,
        date=str(spec.option("date", "")),
        counts=read.counts,
    )


def _ages(spec: SourceSpec) -> dict[str, tuple[int, int | None]]:
    """First and last year of each age column named in the study."""
    columns = spec.option("columns", {})
    names = (
        sorted(str(name) for name in columns if str(name).startswith("age_")) if isinstance(columns, Mapping) else []
    )
    found: dict[str, tuple[int, int | None]] = {}
    for name in names:
        match = _AGE.fullmatch(name)
        if not match or (match[2] != "plus" and int(match[2]) < int(match[1])):
            raise InputError(
                f"[sources.population_register] columns: {name!r} is no range of ages",
                expected="age_0_5 (both years included), age_65_plus",
            )
        found[name] = (int(match[1]), None if match[2] == "plus" else int(match[2]))
    spans = sorted((first, _OLDEST if last is None else last, name) for name, (first, last) in found.items())
    for (_, last, one), (first, _, other) in pairwise(spans):
        if first <= last:
            raise InputError(
                f"[sources.population_register] columns: {one!r} and {other!r} overlap", expected="ages that adjoin"
            )
    return found


@dataclass(frozen=True)
class _Counted:
    """area_id, residents with status and ages of each row, and a shape (None: none)."""

    called: str
    table: pd.DataFrame
    shapes: Shapes
    counts: dict[str, int]


def _read(spec: SourceSpec, columns: Columns, ages: Iterable[str]) -> _Counted:
    """What the files tell, whether they are tables, vector files or both."""
    drawn = [path for path in spec.files if is_vector(path)]
    tables = [path for path in spec.files if path not in drawn]
    if spec.kind != "address" and tables:
        called, counted, counts = _tables(spec, tables, columns, ages)
        shapes = np.full(len(counted), None, dtype=object)
        if spec.kind == "block":
            shapes = _polygons_of(spec, drawn, counted["area_id"].tolist(), columns)
        return _Counted(called, counted, shapes, counts)
    records = read_records(spec, spec.files, {name: to for name, to in columns.items() if name != "area_id"})
    shapes = _shapes(spec, records)
    counted = pd.DataFrame({"area_id": _ids(spec, records, shapes)})
    for name in ("residents", *ages):
        counted[name] = records.figures(name, hidden_numbers(spec))
    counted["residents_status"] = np.where(counted["residents"].isna(), "missing", "ok")
    kept = (counted["area_id"] != "").to_numpy()
    counts = {"areas": int(kept.sum()), "without_id": int((~kept).sum())}
    return _Counted(records.called, counted[kept].reset_index(drop=True), shapes[kept], counts)


def _tables(
    spec: SourceSpec, files: list[Path], columns: Columns, ages: Iterable[str]
) -> tuple[str, pd.DataFrame, dict[str, int]]:
    """Persons of areas from tables as offices write them, whole and not negative; and what was read and left out."""
    named = {name: str(columns[name]) for name in ("residents", *ages)}
    options = dict(spec.options) | {"id": str(columns["id"]), "columns": named}
    areas = load_statistics(SourceSpec(spec.name, "table", tuple(files), options))
    read = areas.latest()
    called = files[0].name if len(files) == 1 else f"{files[0].name} … ({len(files)} files)"
    problems = Problems()
    for name in named:
        values = read[name].to_numpy(np.float64)
        for kind, bad in (("is negative", values < 0), ("is no whole number", values % 1 > 0)):
            examples = [f"{area}: {value:g}" for area, value in zip(read["area_id"][bad], values[bad], strict=True)]
            problems.add(f"{name!r} {kind}", examples, len(examples))
    problems.refuse_any(
        called, expected="whole numbers of persons from 0 on",
        fix='correct the file; a point or comma that groups thousands is told by decimal = "," or "."',
    )  # fmt: skip
    return called, read[["area_id", *named, "residents_status"]], dict(areas.counts)


def _shapes(spec: SourceSpec, records: Records) -> Shapes:
    """Polygons of blocks, points of addresses; none for quarters."""
    if spec.kind == "quarter":
        return np.full(len(records.table), None, dtype=object)
    kinds, wanted = (_POLYGONS, "polygons") if spec.kind == "block" else (_POINTS, "points")
    fits = np.isin(shapely.get_type_id(records.shapes), kinds)
    if not fits.all():
        raise InputError(
            f"{records.called}: {int((~fits).sum())} of {len(fits)} rows have no {wanted[:-1]}",
            expected=f"kind = {spec.kind!r} needs {wanted}"
            + (": a vector file, or files = [polygons, table]" if spec.kind == "block" else ": a vector file, x and y"),
            fix='kind = "quarter" joins a table to [sources.quarters] by id' if not fits.any() else "complete the file",
        )
    if spec.kind == "address":
        return np.asarray(shapely.centroid(records.shapes), dtype=object)
    return np.asarray(shapely.make_valid(records.shapes), dtype=object)


def _polygons_of(spec: SourceSpec, drawn: list[Path], ids: list[str], columns: Columns) -> Shapes:
    """The polygon of each id; polygons without a row are nobody's. Parts of one id are one area."""
    if not drawn:
        raise InputError(
            "[sources.population_register] blocks have no polygons",
            expected='files = ["blocks.gpkg", "residents.csv"]',
            fix='name the polygons too; kind = "quarter" joins a table to [sources.quarters]',
        )  # fmt: skip
    areas = read_records(spec, drawn, {"id": columns.get("area_id", columns["id"])})
    parts = pd.Series(shapely.make_valid(areas.shapes), dtype=object).groupby(areas.table["id"])
    shapes = {str(name): shapely.union_all(group.to_numpy()) for name, group in parts}
    lost = sorted(set(ids) - {name for name, shape in shapes.items() if not shapely.is_empty(shape)})
    if lost:
        raise InputError(
            f"{len(lost)} ids of the register have no polygon in {areas.called}",
            where=[f"first: {lost[:5]}", f"ids of the polygons: {sorted(shapes)[:5]}"],
            expected="the same ids on both sides (leading zeros count)",
            fix='correct them (id_digits = … adds zeros), or leave rows such as totals out: exclude = ["…"]',
        )
    found = np.full(len(ids), None, dtype=object)
    for at, name in enumerate(ids):
        found[at] = shapes[name]
    return found


def _ids(spec: SourceSpec, records: Records, shapes: Shapes) -> list[str]:
    """Ids as text; addresses without a column for them are called by their position."""
    if spec.kind != "address" or "id" in records.table:
        return column(records.table, "id")
    xy = shapely.get_coordinates(shapes).round(7)
    places = pd.DataFrame({"lon": xy[:, 0], "lat": xy[:, 1], "name": "", "address": ""})
    return [str(name) for name in entry_ids(places, records.table, records.called)]


def _check_ids(called: str, ids: pd.Series) -> None:
    repeated = sorted(set(ids[ids.duplicated()]))
    if repeated:
        raise InputError(
            f"{called}: the id repeats in {int(ids.duplicated(keep=False).sum())} rows",
            where=f"first: {repeated[:3]}",
            expected="one row per area, all ages, sexes and nationalities together",
            fix="add the rows up first, or map another column to id",
        )


def _check_sums(called: str, table: pd.DataFrame, bands: Mapping[str, Float64], tolerance_share: float) -> None:
    """Ages may not add up to more than everybody."""
    if not bands:
        return
    total = np.nansum(np.column_stack(list(bands.values())), axis=1)
    everybody = table["residents"].to_numpy(np.float64)
    bad = total > everybody * (1 + tolerance_share) + 0.5
    if bad.any():
        examples = table.loc[bad, "area_id"].head(3).tolist()
        raise InputError(
            f"{called}: ages add up to more than all residents in {int(bad.sum())} rows",
            where=f"first: {examples}", expected="ages that do not overlap",
            fix="does a column hold all ages, or a part of another one?",
        )  # fmt: skip


def _share(
    bands: Mapping[str, Float64], ages: Mapping[str, tuple[int, int | None]], residents: Float64, *,
    within: tuple[int, int | None],
) -> Float64:  # fmt: skip
    """Share of residents between two ages; NaN where the columns do not begin and end there, or one is not known."""
    first, last = within
    end = _OLDEST if last is None else last
    spans = sorted((low, _OLDEST if high is None else high, name) for name, (low, high) in ages.items())
    chosen = [(low, high, name) for low, high, name in spans if low >= first and high <= end]
    whole = bool(chosen) and chosen[0][0] == first and chosen[-1][1] == end
    whole = whole and all(one[1] + 1 == other[0] for one, other in pairwise(chosen))
    if not whole:
        return np.full(len(residents), np.nan)
    count = np.sum([bands[name] for _, _, name in chosen], axis=0)
    share = np.divide(count, residents, out=np.full(len(residents), np.nan), where=residents > 0)
    return np.asarray(np.minimum(share, 1.0), dtype=np.float64)
