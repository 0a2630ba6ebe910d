"""One metric space per study: the working CRS, how far the data reach, and geometry brought into it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely
from pyproj.exceptions import CRSError

from nahraum.errors import InputError
from nahraum.grid import GRID_CRS

if TYPE_CHECKING:
    from nahraum.sources.osm import OsmExtract

LON_LAT = "EPSG:4326"
_ETRS89_ZONES = {31: "EPSG:25831", 32: "EPSG:25832", 33: "EPSG:25833"}
_GERMANY = (5.8, 47.2, 15.1, 55.1)
_DENSIFY_DEGREES = 0.005
_FOREIGN_DEGREES = 6.0

Geometries = npt.NDArray[np.object_]


def working_crs(extent: tuple[float, float, float, float], crs: str | None = None) -> str:
    """The study's metric CRS: the one it names, otherwise the UTM zone of the middle of its data.

    Parameters
        extent : west, south, east, north of the data. [degrees]
        crs : what `study.toml` names, if anything.

    Returns
        e.g. "EPSG:25832" (ETRS89 inside Germany, else WGS 84 / UTM).

    Raises
        InputError where the named CRS is unknown, not metric, or made for another part of the world.
    """
    west, south, east, north = _checked_extent(extent)
    lon, lat = (west + east) / 2, (south + north) / 2
    if crs:
        return _checked_crs(crs, lon, lat)
    zone = min(int((lon + 180) // 6) + 1, 60)
    if in_germany(extent) and zone in _ETRS89_ZONES:
        return _ETRS89_ZONES[zone]
    return f"EPSG:{32600 + zone if lat >= 0 else 32700 + zone}"


def in_germany(extent: tuple[float, float, float, float]) -> bool:
    """Whether the middle of the data lies in the box around Germany; a neighbour's border region may, too."""
    lon, lat = (extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2
    return _GERMANY[0] <= lon <= _GERMANY[2] and _GERMANY[1] <= lat <= _GERMANY[3]


def _checked_extent(extent: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    if not np.isfinite(extent).all() or extent[2] <= extent[0] or extent[3] <= extent[1]:
        raise InputError(
            "the OpenStreetMap extract covers no area", where=f"west, south, east, north = {extent}",
            expected="an extract with streets", fix="check [sources.osm] file",
        )  # fmt: skip
    return extent


def _checked_crs(crs: str, lon: float, lat: float) -> str:
    expected = "a metric CRS of the area, e.g. EPSG:25832"
    fix = "set [area] crs in study.toml, or leave it out: the UTM zone of the data is then used"
    try:
        known = pyproj.CRS.from_user_input(crs)
    except CRSError as error:
        raise InputError(f"the CRS {crs!r} is not known", where=str(error)[:200], expected=expected, fix=fix) from None
    units = {axis.unit_name for axis in known.axis_info}
    if not known.is_projected or units != {"metre"}:
        raise InputError(f"the CRS {crs!r} ({known.name}) does not measure in metres", expected=expected, fix=fix)
    use = known.area_of_use
    if use is not None and not (
        use.west - _FOREIGN_DEGREES <= lon <= use.east + _FOREIGN_DEGREES
        and use.south - _FOREIGN_DEGREES <= lat <= use.north + _FOREIGN_DEGREES
    ):
        where = f"the data lie at {lon:.2f}° E, {lat:.2f}° N; the CRS is made for {use.name}"
        raise InputError(f"the CRS {crs!r} does not fit the data", where=where, expected=expected, fix=fix)
    authority = known.to_authority()
    return f"{authority[0]}:{authority[1]}" if authority else known.to_string()


def project(frame: gpd.GeoDataFrame, crs: str, *, called: str = "a layer") -> gpd.GeoDataFrame:
    """The layer in the CRS of the study.

    Raises
        InputError where the layer names no CRS of its own.
    """
    if frame.crs is None:
        raise InputError(
            f"{called} ({len(frame)} rows) names no CRS", expected="a file that says its CRS, or crs = \"EPSG:…\"",
            fix="add crs to the section in study.toml",
        )  # fmt: skip
    return frame.to_crs(_known(crs))


@lru_cache(maxsize=64)
def _known(crs: str) -> pyproj.CRS:
    return pyproj.CRS.from_user_input(crs)


@lru_cache(maxsize=64)
def _turn(source: str, target: str) -> pyproj.Transformer:
    """East before north on both sides; setting one up costs as much as turning 100,000 points."""
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def project_points(x: npt.ArrayLike, y: npt.ArrayLike, source: str, *, target: str) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates of points in another CRS, always east before north."""
    east, north = _turn(source, target).transform(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
    return np.asarray(east), np.asarray(north)


def project_polygon(polygon: shapely.Geometry, source: str, target: str, *, step_m: float = 500.0) -> shapely.Geometry:
    """One polygon in another metric CRS, its long edges bent as the projection asks."""
    turn = _turn(source, target)
    dense = shapely.segmentize(polygon, step_m)
    return shapely.transform(dense, lambda xy: np.column_stack(turn.transform(xy[:, 0], xy[:, 1])))


def extent_polygon(
    extent: tuple[float, float, float, float], crs: str, *, coverage: shapely.Geometry | None = None
) -> shapely.Geometry:
    """How far the data reach, as a polygon in the study's CRS. [m]

    Parameters
        extent : west, south, east, north. [degrees]
        coverage : ground that the data really cover, where they were not cut by a box. [degrees]

    Raises
        InputError where the data have no extent (an empty extract).
    """
    whole = shapely.box(*_checked_extent(extent))
    box = shapely.segmentize(whole if coverage is None else shapely.intersection(whole, coverage), _DENSIFY_DEGREES)
    turn = _turn(LON_LAT, crs)
    return shapely.transform(box, lambda xy: np.column_stack(turn.transform(xy[:, 0], xy[:, 1])))


def grid_window(polygon: shapely.Geometry, crs: str) -> shapely.Geometry:
    """A polygon of the study's CRS in the CRS of the census grid."""
    return project_polygon(polygon, crs, GRID_CRS)


def polygonal(geometries: npt.ArrayLike) -> tuple[Geometries, int]:
    """The same areas, valid and without stray lines and points; and how many had to be repaired."""
    shapes = np.array(geometries, dtype=object)
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
    mixed = np.flatnonzero(shapely.get_type_id(shapes) == 7)
    for position in mixed:  # collections only, left over by repairs
        parts = shapely.get_parts(shapes[position])
        shapes[position] = shapely.union_all(parts[shapely.area(parts) > 0])
    return shapes, int(broken.sum())


def way_lines(osm: OsmExtract, crs: str) -> tuple[pd.DataFrame, Geometries]:
    """All highway runs with at least two nodes, and their lines in the study's CRS."""
    runs = osm.ways[osm.ways["n_nodes"] >= 2].reset_index(drop=True)
    count = runs["n_nodes"].to_numpy(np.int64)
    first = runs["first"].to_numpy(np.int64)
    owner = np.repeat(np.arange(len(runs)), count)
    offset = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    node_ids = osm.way_nodes[first[owner] + offset]
    order = np.argsort(osm.nodes["node_id"].to_numpy(), kind="stable")
    at = order[np.searchsorted(osm.nodes["node_id"].to_numpy()[order], node_ids)]
    x, y = project_points(osm.nodes["lon"].to_numpy()[at], osm.nodes["lat"].to_numpy()[at], LON_LAT, target=crs)
    lines = shapely.linestrings(np.column_stack([x, y]), indices=owner) if len(owner) else np.array([], dtype=object)
    return runs, np.asarray(lines, dtype=object)


def node_points(osm: OsmExtract, crs: str) -> pd.DataFrame:
    """Nodes of ways with x_m, y_m in the study's CRS."""
    x, y = project_points(osm.nodes["lon"], osm.nodes["lat"], LON_LAT, target=crs)
    return pd.DataFrame(osm.nodes).assign(x_m=x, y_m=y)


def points_of(x_m: npt.ArrayLike, y_m: npt.ArrayLike) -> Geometries:
    """Points as an array of geometries."""
    xy = np.column_stack([np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)])
    return np.asarray(shapely.points(xy), dtype=object)
