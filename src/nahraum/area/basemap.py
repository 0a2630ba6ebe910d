"""The background of the maps: streets, rail, water and green, merged and simplified. For drawing only."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum.area.barriers import Obstacles
from nahraum.area.space import Geometries, polygonal
from nahraum.parameters import Parameters

ROAD_MAJOR = ("motorway", "trunk", "primary", "secondary")
ROAD = ("tertiary", "unclassified", "residential", "living_street", "pedestrian")
PATH = ("footway", "path", "cycleway", "steps", "track", "bridleway")
KINDS = ("green", "water", "rail", "path", "road", "road_major")
"""In drawing order, lowest first."""


def base_layers(
    ways: tuple[pd.DataFrame, Geometries],
    obstacles: Obstacles,
    pieces: gpd.GeoDataFrame,
    *,
    ground: shapely.Geometry,
    parameters: Parameters,
) -> gpd.GeoDataFrame:
    """Background layers of the study: kind, name, geometry; one row per kind and name.

    Parameters
        ways : from `space.way_lines`, all highways.
        obstacles : rail and water.
        pieces : public green before the size filter.
        ground : nothing is drawn beyond it.

    Notes
        Footpaths are left out where there are more than `basemap.maximum_paths`: they blacken the map.
    """
    tolerance = parameters.number("basemap.simplify_m")
    lines = _lines(ways, obstacles, ground, most_paths=parameters.number("basemap.maximum_paths"))
    areas = _areas(obstacles, pieces, least_m2=parameters.number("basemap.minimum_area_m2"))
    layers = [
        _within(_merged_areas(areas, tolerance), ground, dimension=2),
        _within(_merged_lines(lines, tolerance), ground, dimension=1),
    ]
    result = gpd.GeoDataFrame(pd.concat(layers, ignore_index=True), geometry="geometry", crs=pieces.crs)
    order = {name: position for position, name in enumerate(KINDS)}
    result = result[~result.geometry.is_empty].assign(_order=lambda frame: frame["kind"].map(order))
    return result.sort_values(["_order", "name"], ignore_index=True).drop(columns="_order")


def _lines(
    ways: tuple[pd.DataFrame, Geometries], obstacles: Obstacles, ground: shapely.Geometry, *, most_paths: float
) -> pd.DataFrame:
    runs, lines = ways
    classes = dict.fromkeys(ROAD_MAJOR, "road_major") | dict.fromkeys(ROAD, "road") | dict.fromkeys(PATH, "path")
    kind = runs["highway"].astype(str).str.removesuffix("_link").map(classes)
    kind = kind.where(shapely.intersects(shapely.envelope(ground), lines))
    if (kind == "path").sum() > most_paths:
        kind = kind.mask(kind == "path")
    frames = [pd.DataFrame({"kind": kind, "name": runs["name"], "geometry": lines})[kind.notna()]]
    for barrier in ("rail", "water"):
        frames.append(pd.DataFrame({"kind": barrier, "name": "", "geometry": obstacles.of_kinds((barrier,))}))
    return pd.concat(frames, ignore_index=True)


def _areas(obstacles: Obstacles, pieces: gpd.GeoDataFrame, *, least_m2: float) -> pd.DataFrame:
    water = pd.DataFrame({"kind": "water", "name": "", "geometry": obstacles.water})
    green = pd.DataFrame({"kind": "green", "name": pieces["name"], "geometry": pieces.geometry.to_numpy()})
    areas = pd.concat([water, green], ignore_index=True)
    return areas[shapely.area(areas["geometry"].to_numpy(dtype=object)) >= least_m2]


def _within(layer: pd.DataFrame, ground: shapely.Geometry, *, dimension: int) -> pd.DataFrame:
    """What of a layer lies on the ground, lines as lines and areas as areas."""
    shapes = np.asarray(shapely.intersection(layer["geometry"].to_numpy(dtype=object), ground), dtype=object)
    for position in np.flatnonzero(shapely.get_type_id(shapes) == 7):  # left where something touches the rim
        parts = shapely.get_parts(shapes[position])
        shapes[position] = shapely.union_all(parts[shapely.get_dimensions(parts) == dimension])
    return layer.assign(geometry=shapes)


def _merged_lines(drawn: pd.DataFrame, tolerance_m: float) -> pd.DataFrame:
    groups = _groups(drawn)
    bundles = [shapely.multilinestrings(shapely.get_parts(shapes)) for _, shapes in groups]
    merged = shapely.line_merge(np.array(bundles, dtype=object))
    return _layer(groups, np.asarray(shapely.simplify(merged, tolerance_m), dtype=object))


def _merged_areas(drawn: pd.DataFrame, tolerance_m: float) -> pd.DataFrame:
    groups = _groups(drawn)
    unions = np.array([shapely.union_all(shapes) for _, shapes in groups], dtype=object)
    return _layer(groups, np.asarray(shapely.simplify(unions, tolerance_m), dtype=object))


def _groups(drawn: pd.DataFrame) -> list[tuple[tuple[str, str], Geometries]]:
    return [
        ((str(kind), str(name)), rows["geometry"].to_numpy(dtype=object))
        for (kind, name), rows in drawn.groupby(["kind", "name"], sort=True)
    ]


def _layer(groups: list[tuple[tuple[str, str], Geometries]], shapes: Geometries) -> pd.DataFrame:
    """One row per group; coordinates in whole decimetres: shorter files."""
    light = shapely.transform(shapes, lambda xy: xy.round(1))
    valid, _ = polygonal(light)
    return pd.DataFrame(
        {"kind": [key[0] for key, _ in groups], "name": [key[1] for key, _ in groups], "geometry": valid}
    )
