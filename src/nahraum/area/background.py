"""What the map of a browser draws below its colours: all that helps to find one's way, in its full shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum.area.basemap import PATH, ROAD
from nahraum.area.space import Geometries, project

if TYPE_CHECKING:
    from nahraum.area.barriers import Obstacles
    from nahraum.sources.osm import OsmExtract

WOODS = ("forest", "wood")
WORKS = ("commercial", "construction", "industrial", "retail")
TOWNS = ("city", "town", "village", "hamlet")
_ROAD_ZOOMS = {
    "motorway": ("motorway", 6), "trunk": ("motorway", 7), "primary": ("road_major", 9),
    "secondary": ("road_major", 10), "tertiary": ("road", 11), "service": ("service", 14),
} | {name: ("road", 12) for name in ROAD if name != "tertiary"} | dict.fromkeys(PATH, ("path", 14))  # fmt: skip
_PLACE_ZOOMS = {"city": 6, "town": 8, "village": 10, "hamlet": 12}
_SHORTEST_RAIL_M = 300.0  # sidings show nearer
KINDS = (
    "wood", "green", "works", "water", "building", "path", "service", "road", "road_major", "motorway", "rail",
    "border", "municipality", *TOWNS,
)  # fmt: skip
"""In drawing order, lowest first."""


def background_layers(
    ways: tuple[pd.DataFrame, Geometries],
    obstacles: Obstacles,
    osm: OsmExtract,
    *,
    ground: shapely.Geometry,
    municipalities: gpd.GeoDataFrame | None,
    crs: str,
) -> gpd.GeoDataFrame:
    """The background of the map in the browser: kind, name, zoom (from which it is drawn), geometry.

    Parameters
        ways : from `space.way_lines`, all highways.
        obstacles : areas of water and buildings.
        ground : what does not touch it is left out; nothing is cut at it.
        municipalities : their borders and names, in a study of several.

    Notes
        Facts of the map only, nothing about people. Shapes as mapped, to the decimetre; the tiles simplify
        (`publish.vectortiles`).
    """
    layers = [
        _green(osm, crs), _works(osm, crs), _areas("water", obstacles.water, 6),
        _areas("building", obstacles.buildings, 13), _streets(ways),
        _lines("water", _mapped("water", osm, crs), 10), _rails(_mapped("rail", osm, crs)),
        _places(osm, crs, municipalities), _municipal(municipalities),
    ]  # fmt: skip
    drawn = pd.concat(layers, ignore_index=True)
    shapes = drawn["geometry"].to_numpy(dtype=object)
    shapely.prepare(ground)
    here = drawn[~shapely.is_empty(shapes) & shapely.intersects(ground, shapes)]
    order = here["kind"].map({kind: at for at, kind in enumerate(KINDS)})
    sorted_rows = here.assign(_order=order).sort_values(["_order", "name"], kind="stable", ignore_index=True)
    light = shapely.transform(sorted_rows["geometry"].to_numpy(dtype=object), lambda xy: xy.round(1))
    return gpd.GeoDataFrame(sorted_rows[["kind", "name", "zoom"]].assign(geometry=light), geometry="geometry", crs=crs)


def _rows(kind: object, name: object, zoom: object, shapes: object) -> pd.DataFrame:
    found = np.asarray(shapes, dtype=object)
    return pd.DataFrame({"kind": kind, "name": name, "zoom": zoom, "geometry": found}, index=range(len(found)))


def _areas(kind: str, shapes: Geometries, zoom: int) -> pd.DataFrame:
    return _rows(kind, "", zoom, shapes[shapely.get_dimensions(shapes) == 2])


def _lines(kind: str, shapes: Geometries, zoom: int) -> pd.DataFrame:
    return _rows(kind, "", zoom, shapes[shapely.get_dimensions(shapes) == 1])


def _mapped(kind: str, osm: OsmExtract, crs: str) -> Geometries:
    """Lines of a kind, those on bridges too."""
    lines = project(osm.barriers[osm.barriers["kind"] == kind], crs, called="barriers").sort_values("line_id")
    return np.asarray(lines.geometry.to_numpy(), dtype=object)


def _rails(tracks: Geometries) -> pd.DataFrame:
    """Tracks, the long ones early."""
    merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(shapely.get_parts(tracks))))
    return _lines("rail", merged, 8).assign(zoom=np.where(shapely.length(merged) < _SHORTEST_RAIL_M, 13, 8))


def _green(osm: OsmExtract, crs: str) -> pd.DataFrame:
    greens = project(osm.greens, crs, called="greens")
    kinds = np.where(greens["kind"].isin(WOODS), "wood", "green")
    return _rows(kinds, "", 6, greens.geometry.to_numpy())


def _works(osm: OsmExtract, crs: str) -> pd.DataFrame:
    if osm.grounds is None:
        return _rows("works", "", 11, [])
    grounds = project(osm.grounds[osm.grounds["kind"].isin(WORKS)], crs, called="grounds")
    return _areas("works", grounds.geometry.to_numpy(), 11)


def _streets(ways: tuple[pd.DataFrame, Geometries]) -> pd.DataFrame:
    """Streets of one class and name as one row: short files, and names that are written once."""
    runs, lines = ways
    classes = runs["highway"].astype(str).str.removesuffix("_link").map(_ROAD_ZOOMS)
    drawn = pd.DataFrame({"name": runs["name"].astype(str), "geometry": lines, "class": classes})[classes.notna()]
    drawn[["kind", "zoom"]] = pd.DataFrame(drawn.pop("class").to_list(), index=drawn.index, columns=["kind", "zoom"])
    groups = [(key, rows["geometry"].to_numpy(dtype=object)) for key, rows in drawn.groupby(["kind", "zoom", "name"])]
    bundles = np.array([shapely.multilinestrings(shapely.get_parts(shapes)) for _, shapes in groups], dtype=object)
    keys = pd.DataFrame([key for key, _ in groups], columns=["kind", "zoom", "name"])
    return _rows(keys["kind"], keys["name"], keys["zoom"], shapely.line_merge(bundles))


def _places(osm: OsmExtract, crs: str, municipalities: gpd.GeoDataFrame | None) -> pd.DataFrame:
    """Towns and villages, but those that are named as a municipality."""
    taken = [] if municipalities is None else municipalities["name"].astype(str)
    chosen = osm.places["place"].isin(TOWNS) & ~osm.places["name"].astype(str).isin(taken)
    towns = project(osm.places[chosen], crs, called="places")
    zooms = towns["place"].map(_PLACE_ZOOMS).to_numpy()
    return _rows(towns["place"].astype(str).to_numpy(), towns["name"].astype(str).to_numpy(), zooms, towns.geometry)


def _municipal(municipalities: gpd.GeoDataFrame | None) -> pd.DataFrame:
    """Borders and names of the municipalities."""
    if municipalities is None:
        return _rows("border", "", 6, [])
    shapes = municipalities.geometry.to_numpy()
    names = _rows("municipality", municipalities["name"].astype(str).to_numpy(), 6, shapely.point_on_surface(shapes))
    return pd.concat([_rows("border", "", 6, shapely.boundary(shapes)), names], ignore_index=True)
