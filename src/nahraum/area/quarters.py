"""Quarters and the boundary: whom the study is about, and how it is divided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.area.space import points_of, polygonal, project
from nahraum.errors import InputError
from nahraum.frames import require
from nahraum.tables import QUARTERS

if TYPE_CHECKING:
    from nahraum.sources.osm import OsmExtract

WHOLE = "all"


def quarters_from_osm(osm: OsmExtract, admin_level: int) -> gpd.GeoDataFrame:
    """The administrative areas of one level as quarters: quarter_id, name (its id where none is mapped), geometry.

    Raises
        InputError where the extract holds none of that level; the levels it holds are named.
    """
    chosen = _of_level(osm, admin_level).sort_values("boundary_id")
    keys, names = chosen["boundary_id"].astype(str), chosen["name"].astype(str)
    frame = {"quarter_id": keys, "name": names.where(names != "", keys)}
    return gpd.GeoDataFrame(frame, geometry=chosen.geometry.to_numpy(), crs=osm.boundaries.crs).reset_index(drop=True)


def boundary_from_osm(osm: OsmExtract, admin_level: int, *, name: str = "") -> gpd.GeoDataFrame:
    """The administrative areas of one level (and name, if given) as the study's boundary (EPSG:4326).

    Raises
        InputError where there is none; the names of that level are offered.
    """
    chosen = _of_level(osm, admin_level)
    if name:
        named = chosen[chosen["name"] == name]
        if named.empty:
            raise InputError(
                f"no OpenStreetMap boundary of admin_level {admin_level} is called {name!r}",
                where=f"names there: {sorted(chosen['name'].unique())[:10]}",
                fix="set [sources.boundary] name to one of these",
            )
        chosen = named
    return chosen[["name", "geometry"]].reset_index(drop=True)


def _of_level(osm: OsmExtract, admin_level: int) -> gpd.GeoDataFrame:
    chosen = osm.boundaries[osm.boundaries["admin_level"] == admin_level]
    if chosen.empty:
        levels = osm.boundaries["admin_level"].value_counts().sort_index()
        raise InputError(
            f"the OpenStreetMap extract holds no boundary of admin_level {admin_level}",
            where=f"levels there: {', '.join(f'{level} ({n})' for level, n in levels.items()) or 'none'}",
            expected="admin_level 8 municipalities, 9 Stadtbezirke, 10 Stadtteile, as a rule",
            fix='choose a level that is there, or give a file: [sources.quarters] kind = "vector"',
        )
    return chosen


def study_quarters(quarters: gpd.GeoDataFrame | None, *, crs: str) -> tuple[gpd.GeoDataFrame | None, dict[str, int]]:
    """The given quarters in the study's CRS, sorted by id, valid; None stays None.

    Raises
        InputError for a missing CRS, repeated ids or missing columns.
    """
    if quarters is None:
        return None, {}
    fix = "map id and name in [sources.quarters]"
    require(pd.DataFrame(quarters), QUARTERS, called="the table of quarters", fix=fix)
    if quarters.empty:
        raise InputError("the table of quarters is empty", expected="one row per quarter", fix="leave the section out")
    here = project(quarters, crs, called="the table of quarters")
    shapes, repaired = polygonal(here.geometry.to_numpy())
    frame = {"quarter_id": here["quarter_id"].astype(str).to_numpy(), "name": here["name"].astype(str).to_numpy()}
    table = gpd.GeoDataFrame(frame, geometry=shapes, crs=crs).sort_values("quarter_id", ignore_index=True)
    return table, {"quarters_repaired": repaired}


def study_boundary(
    boundary: gpd.GeoDataFrame | None, quarters: gpd.GeoDataFrame | None, data: shapely.Geometry, *, crs: str
) -> gpd.GeoDataFrame:
    """Whom the study is about: the given boundary, else the union of the quarters, else all the data.

    Parameters
        quarters : from `study_quarters`.
        data : how far the data reach, in the study's CRS.

    Raises
        InputError where it does not meet the data, or the quarters do not.
    """
    kind = "given" if boundary is not None else "quarters" if quarters is not None else "extent"
    union: shapely.Geometry = data
    if boundary is not None:
        union = shapely.union_all(polygonal(project(boundary, crs, called="the boundary").geometry.to_numpy())[0])
    elif quarters is not None:
        union = shapely.union_all(quarters.geometry.to_numpy())
    if shapely.area(shapely.intersection(union, data)) <= 0:
        raise _elsewhere(kind, union, data, crs)
    if quarters is not None and not shapely.intersects(quarters.geometry.to_numpy(), data).any():
        raise _elsewhere("quarters", shapely.box(*quarters.total_bounds), data, crs)
    return gpd.GeoDataFrame({"kind": [kind]}, geometry=[union], crs=crs)


def _elsewhere(kind: str, union: shapely.Geometry, data: shapely.Geometry, crs: str) -> InputError:
    called, section = ("the quarters do", "quarters") if kind == "quarters" else ("the boundary does", "boundary")
    boxes = []
    for who, shape in ((section, union), ("OpenStreetMap data", data)):
        west, south, east, north = shapely.bounds(shape)
        boxes.append(f"{who}: west {west:.0f}, south {south:.0f}, east {east:.0f}, north {north:.0f}")
    return InputError(
        f"{called} not meet the OpenStreetMap data",
        where=boxes,
        expected=f"the same place, in any CRS ({crs} shown here)",
        fix=f"check the file and the crs of [sources.{section}]",
    )


def whole_study(boundary: gpd.GeoDataFrame, name: str = "") -> gpd.GeoDataFrame:
    """One quarter that is the whole study, for a study without quarters."""
    frame = {"quarter_id": [WHOLE], "name": [name]}
    return gpd.GeoDataFrame(frame, geometry=boundary.geometry.to_numpy(), crs=boundary.crs)


def quarter_of_points(
    quarters: gpd.GeoDataFrame, x_m: npt.ArrayLike, y_m: npt.ArrayLike
) -> tuple[npt.NDArray[np.object_], int]:
    """Quarter of each point, "" where it lies in none; and how many points lie in more than one.

    Where quarters overlap, the one with the lowest id has the point.
    """
    names = quarters["quarter_id"].to_numpy(dtype=object)
    if sorted(names) != list(names):
        raise InputError("quarters must be sorted by id")
    points = points_of(x_m, y_m)
    tree = shapely.STRtree(points)
    quarter, point = tree.query(quarters.geometry.to_numpy(), predicate="intersects")
    lowest = np.full(len(points), len(names), dtype=np.int64)
    np.minimum.at(lowest, point, quarter)
    several = int((np.bincount(point, minlength=len(points)) > 1).sum())
    return np.append(names, "")[lowest], several
