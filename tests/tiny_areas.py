"""Tiny OpenStreetMap extracts and census tables, built by hand in metres, for the tests of the study area."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from nahraum.grid import cell_key
from nahraum.parameters import Parameters
from nahraum.sources.osm.extract import OsmExtract
from nahraum.tables import GridTable

UTM, GRID, LON_LAT = "EPSG:25832", "EPSG:3035", "EPSG:4326"
EAST, NORTH = 4_200_000, 3_000_000
"""Corner of a 1 km census cell (EPSG:3035) in the middle of Germany."""
X, Y = 600_000.0, 5_500_000.0
"""A round point in UTM 32."""


@lru_cache(maxsize=8)
def _turn(crs: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(crs, LON_LAT, always_xy=True)


def lon_lat(shape: shapely.Geometry, crs: str) -> shapely.Geometry:
    turn = _turn(crs)
    return shapely.transform(shape, lambda xy: np.column_stack(turn.transform(xy[:, 0], xy[:, 1])))


def _frame(rows: list[dict[str, Any]], columns: dict[str, Any], crs: str) -> gpd.GeoDataFrame:
    full = [columns | row for row in rows]
    shapes = [lon_lat(row.pop("geometry"), crs) for row in full]
    frame = pd.DataFrame(full, columns=list(columns))
    types = {name: type(value) for name, value in columns.items() if isinstance(value, (bool, int, float))}
    return gpd.GeoDataFrame(frame.astype(types), geometry=shapes, crs=LON_LAT)


def buildings(rows: list[dict[str, Any]], crs: str = GRID) -> gpd.GeoDataFrame:
    usual = {"building_id": "", "building": "house", "levels": np.nan, "flats": np.nan, "residential": True,
             "communal": False, "communal_kind": "", "name": "", "has_address": True}  # fmt: skip
    return _frame(rows, usual, crs)


def house(number: int, east: float, north: float, side_m: float = 10.0, **tags: Any) -> dict[str, Any]:
    """A square building around a point given from the corner of the tiny town's census cell."""
    x, y, half = EAST + east, NORTH + north, side_m / 2
    return {"building_id": f"osm:w{number}", "geometry": shapely.box(x - half, y - half, x + half, y + half)} | tags


def facilities(rows: list[dict[str, Any]], crs: str = GRID) -> gpd.GeoDataFrame:
    usual = {"facility_id": "", "category": "stop", "name": "", "status": "ok", "area_m2": np.nan,
             "opening_hours": "", "operator": ""}  # fmt: skip
    return _frame(rows, usual, crs)


def greens(rows: list[dict[str, Any]], crs: str = UTM) -> gpd.GeoDataFrame:
    usual = {"green_id": "", "kind": "park", "name": "", "public": True, "fenced": False}
    return _frame(rows, usual, crs)


def barriers(rows: list[dict[str, Any]], crs: str = UTM) -> gpd.GeoDataFrame:
    return _frame(rows, {"line_id": "", "kind": "rail", "bridge": False}, crs)


def gates(rows: list[dict[str, Any]], crs: str = UTM) -> gpd.GeoDataFrame:
    return _frame(rows, {"node_id": 0, "kind": "gate", "passable": True}, crs)


def water(rows: list[dict[str, Any]], crs: str = UTM) -> gpd.GeoDataFrame:
    return _frame(rows, {"water_id": ""}, crs)


def boundaries(rows: list[dict[str, Any]], crs: str = GRID) -> gpd.GeoDataFrame:
    return _frame(rows, {"boundary_id": "", "admin_level": 10, "name": ""}, crs)


def ways(lines: list[list[tuple[float, float]]], crs: str = UTM, **tags: Any) -> dict[str, Any]:
    """The tables of ways whose nodes are shared where coordinates are the same; tags hold one value per way."""
    usual = {"highway": "footway", "walkable": True, "steps": False, "bridge": False, "tunnel": False, "layer": 0}
    usual |= {"name": "", "foot_oneway": 0, "surface": "", "incline": "", "width": "", "wheelchair": "", "lit": ""}
    numbers: dict[tuple[float, float], int] = {}
    flat = [numbers.setdefault(point, len(numbers) + 1) for line in lines for point in line]
    count = np.array([len(line) for line in lines])
    frame = pd.DataFrame(
        {"way_id": np.arange(1, len(lines) + 1), "part": 0, "first": np.cumsum(count) - count, "n_nodes": count}
    )
    for name, value in (usual | tags).items():
        frame[name] = value
    turn = _turn(crs)
    xy = np.array(list(numbers)).reshape(-1, 2)
    lon, lat = turn.transform(xy[:, 0], xy[:, 1])
    nodes = pd.DataFrame({"node_id": list(numbers.values()), "lon": lon, "lat": lat, "barrier": "", "passable": True})
    return {"ways": frame, "way_nodes": np.array(flat, dtype=np.int64), "nodes": nodes}


def extent_around(shape: shapely.Geometry, crs: str, margin_m: float) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.bounds(lon_lat(shapely.buffer(shape, margin_m), crs))
    return float(west), float(south), float(east), float(north)


def extract(*, margin_m: float = 5000.0, **tables: Any) -> OsmExtract:
    """An extract around the tiny census cell, with one street and whatever tables are given."""
    street = ways([[(EAST, NORTH), (EAST + 1000.0, NORTH + 1000.0)]], GRID)
    box = shapely.box(EAST, NORTH, EAST + 1000, NORTH + 1000)
    empty = OsmExtract(
        **street,
        facilities=facilities([]),
        greens=greens([]),
        buildings=buildings([]),
        barriers=barriers([]),
        water=water([]),
        gates=gates([]),
        boundaries=boundaries([]),
        places=_frame([], {"place_id": "", "place": "", "name": ""}, GRID),
        extent=extent_around(box, GRID, margin_m),
        counts={},
        date="2025-06-30",
    )
    return replace(empty, **tables)


def census(values: dict[tuple[float, float], float], size_m: int = 100, name: str = "residents") -> GridTable:
    """A grid table; each value sits in the cell that holds the point given from the corner of the tiny town."""
    keys = [int(cell_key(EAST + east, NORTH + north, size_m)) for east, north in values]
    table = pd.DataFrame({"cell_key": keys, name: np.array(list(values.values()), dtype=np.float64)})
    table[f"{name}_status"] = np.where(table[name].isna(), "suppressed", "ok")
    return GridTable(size_m, table.sort_values("cell_key", ignore_index=True))


def square(east: float, north: float, width_m: float, height_m: float | None = None) -> shapely.Geometry:
    """A rectangle given from the corner of the tiny census cell (EPSG:3035)."""
    x, y = EAST + east, NORTH + north
    return shapely.box(x, y, x + width_m, y + (height_m or width_m))


def utm_box(x: float, y: float, width_m: float, height_m: float | None = None) -> shapely.Geometry:
    """A rectangle given from the round UTM point."""
    return shapely.box(X + x, Y + y, X + x + width_m, Y + y + (height_m or width_m))


def quarters(shapes: dict[str, shapely.Geometry], crs: str = GRID) -> gpd.GeoDataFrame:
    frame = {"quarter_id": list(shapes), "name": [f"Quartier {name}" for name in shapes]}
    return gpd.GeoDataFrame(frame, geometry=list(shapes.values()), crs=crs)


def parameters(**overrides: Any) -> Parameters:
    return Parameters({name.replace("__", "."): value for name, value in overrides.items()})
