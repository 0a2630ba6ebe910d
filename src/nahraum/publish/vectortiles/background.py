"""The background of the map as tiles: for each zoom what is drawn there, as coarse as nobody sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.publish.vectortiles.archive import Tile
from nahraum.publish.vectortiles.encode import AREA, EXTENT, LINE, POINT, TileLayer, tile_bytes

MERCATOR = "EPSG:3857"
FIRST_ZOOM, LAST_ZOOM = 6, 14
_HALF_WORLD_M = 20_037_508.342789244
_PIXEL = EXTENT / 512  # a tile is 512 pixels wide on the screen
_RIM = 8 * _PIXEL  # drawn beyond the rim, so that lines do not end there
_LEAST_PX2 = 4.0  # smaller areas are left out, but on the last zoom
_FINEST = 1.0
LAYERS = {"land": AREA, "buildings": AREA, "lines": LINE, "names": POINT}
Geometries = npt.NDArray[np.object_]


def background_tiles(background: gpd.GeoDataFrame) -> list[Tile]:
    """All tiles of a background, by zoom.

    Parameters
        background : kind, name, geometry; zoom, from which on a row is drawn (all zooms where there is no such column).

    Returns
        zoom, x, y and the tile: layers `land`, `buildings`, `lines`, `names`, each with `kind` and `name`.
    """
    pieces = _pieces(background)
    return [tile for zoom in range(FIRST_ZOOM, LAST_ZOOM + 1) for tile in _zoom(pieces, zoom)]


def described_layers() -> list[dict[str, Any]]:
    """The layers of the tiles as the metadata of an archive name them (`vector_layers`)."""
    fields = {"kind": "String", "name": "String"}
    return [{"id": name, "fields": fields, "minzoom": FIRST_ZOOM, "maxzoom": LAST_ZOOM} for name in LAYERS]


def lon_lat_bounds(background: gpd.GeoDataFrame) -> tuple[float, float, float, float]:
    """West, south, east, north. [degrees]"""
    if background.empty:
        return 0.0, 0.0, 0.0, 0.0
    west, south, east, north = background.to_crs("EPSG:4326").total_bounds.tolist()
    return west, south, east, north


def _pieces(background: gpd.GeoDataFrame) -> pd.DataFrame:
    """A row per point, line or polygon, with its layer; coordinates in the unit square of the world, y down."""
    world = background.to_crs(MERCATOR).geometry.to_numpy()
    parts, row = shapely.get_parts(world, return_index=True)
    square = shapely.transform(parts, _unit)
    dimension = shapely.get_dimensions(square)
    kind = background["kind"].astype(str).to_numpy()[row]
    layer = np.select(
        [dimension == 0, dimension == 1, kind == "building"], ["names", "lines", "buildings"], default="land"
    )
    zoom = background["zoom"].to_numpy()[row] if "zoom" in background.columns else np.zeros(len(row), dtype=np.int64)
    name = background["name"].fillna("").astype(str).to_numpy()[row]
    kept = ~shapely.is_empty(square)
    return pd.DataFrame({"layer": layer, "kind": kind, "name": name, "zoom": zoom, "shape": square})[kept]


def _unit(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.column_stack([xy[:, 0] + _HALF_WORLD_M, _HALF_WORLD_M - xy[:, 1]]) / (2 * _HALF_WORLD_M)


def _zoom(pieces: pd.DataFrame, zoom: int) -> Iterator[Tile]:
    """The tiles of one zoom."""
    drawn = pieces[pieces["zoom"] <= zoom]
    shapes = shapely.transform(drawn["shape"].to_numpy(dtype=object), lambda xy: xy * (EXTENT * 2**zoom))
    is_last = zoom == LAST_ZOOM
    shapes = np.asarray(shapely.simplify(shapes, _FINEST if is_last else _PIXEL / 2), dtype=object)
    is_area = drawn["layer"].isin(["land", "buildings"]).to_numpy()
    kept = ~shapely.is_empty(shapes)
    if not is_last:
        kept &= ~is_area | (shapely.area(shapes) >= _LEAST_PX2 * _PIXEL**2)
    drawn, shapes = drawn[kept].reset_index(drop=True), shapes[kept]
    for x, y, rows in _by_tile(shapes):
        body = tile_bytes(list(_layers(drawn.iloc[rows], shapes[rows], x, y)))
        if body:
            yield zoom, x, y, body


def _by_tile(shapes: Geometries) -> Iterator[tuple[int, int, npt.NDArray[np.int64]]]:
    """Which shapes touch which tile, in order of x and y."""
    if not len(shapes):
        return
    west, north, east, south = shapely.total_bounds(shapes)
    columns = np.arange(int(west // EXTENT), int(east // EXTENT) + 1)
    lines = np.arange(int(north // EXTENT), int(south // EXTENT) + 1)
    x, y = (axis.ravel() for axis in np.meshgrid(columns, lines, indexing="ij"))
    boxes = shapely.box(x * EXTENT - _RIM, y * EXTENT - _RIM, (x + 1) * EXTENT + _RIM, (y + 1) * EXTENT + _RIM)
    tile, row = shapely.STRtree(shapes).query(boxes)
    order = np.lexsort((row, tile))
    edges = np.searchsorted(tile[order], np.arange(len(x) + 1))
    for at in np.flatnonzero(edges[1:] > edges[:-1]).tolist():
        yield int(x[at]), int(y[at]), row[order][edges[at] : edges[at + 1]]


def _layers(rows: pd.DataFrame, shapes: Geometries, x: int, y: int) -> Iterator[TileLayer]:
    corner = np.array([x * EXTENT, y * EXTENT], dtype=np.float64)
    for name, dimension in LAYERS.items():
        chosen = (rows["layer"] == name).to_numpy()
        if not chosen.any():
            continue
        own = np.asarray(shapely.transform(shapes[chosen], lambda xy: xy - corner), dtype=object)
        rim = 0.0 if dimension == POINT else _RIM
        clipped: Any = shapely.clip_by_rect(own, -rim, -rim, EXTENT + rim, EXTENT + rim)
        parts, at = shapely.get_parts(clipped, return_index=True)
        fits = (shapely.get_dimensions(parts) == dimension - 1) & ~shapely.is_empty(parts)
        parts, at = parts[fits], at[fits]
        if dimension == AREA:
            parts = shapely.orient_polygons(parts)
        yield _grouped(name, dimension, parts, rows[chosen].iloc[at])


def _grouped(layer: str, dimension: int, parts: Geometries, rows: pd.DataFrame) -> TileLayer:
    """Parts of one kind and name as one feature, points each as its own; features in the order of their first part."""
    keys = list(zip(rows["kind"], rows["name"], strict=True))
    if dimension == POINT:
        numbers, told = list(range(len(keys))), keys
    else:
        first: dict[tuple[str, str], int] = {}
        numbers = [first.setdefault(key, len(first)) for key in keys]
        told = list(first)
    feature = np.array(numbers, dtype=np.int64)
    order = np.argsort(feature, kind="stable")
    properties = [{"kind": kind} | ({"name": name} if name else {}) for kind, name in told]
    return TileLayer(layer, dimension, parts[order], feature[order], properties)
