"""Buildings: their size, whether people live in them, and communal accommodation."""

from __future__ import annotations

from collections import Counter

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.sources.osm import housing
from nahraum.sources.osm.areas import Areas
from nahraum.sources.osm.raw import RawNodes, Tags

CRS = "EPSG:4326"
Strings = list[str]


def building_table(areas: Areas, nodes: RawNodes, counts: Counter[str]) -> gpd.GeoDataFrame:
    """One row per building polygon (contract: OsmExtract).

    A building of several separate parts is several rows (`osm:r4`, `osm:r4#2`); its flats are shared by area.
    """
    polygons = areas.polygonal()
    buildings = polygons.only(np.array([housing.is_building(own) for own in polygons.tags], dtype=bool))
    middles = shapely.centroid(buildings.shapes)
    landuse = _landuse(middles, polygons)
    communal = _communal(buildings, middles, polygons, nodes)
    tags = buildings.tags
    residential = [
        bool(home) or housing.is_residential(own, ground)
        for own, ground, home in zip(tags, landuse, communal, strict=True)
    ]
    table = gpd.GeoDataFrame(
        {
            "building_id": pd.Series(buildings.ids, dtype="str"),
            "building": pd.Series([own["building"] for own in tags], dtype="str"),
            "levels": np.array([housing.levels(own) for own in tags], dtype=np.float64),
            "flats": np.array([housing.flats(own) for own in tags], dtype=np.float64),
            "residential": np.array(residential, dtype=bool),
            "communal": np.array([kind != "" for kind in communal], dtype=bool),
            "communal_kind": pd.Series(communal, dtype="str"),
            "name": pd.Series([own.get("name", "") for own in tags], dtype="str"),
            "has_address": np.array(["addr:housenumber" in own for own in tags], dtype=bool),
        },
        geometry=buildings.shapes,
        crs=CRS,
    )
    return _single_parts(table, counts)


def _holding(shapes: npt.NDArray[np.object_], point: shapely.Point) -> list[int]:
    return [int(row) for row in np.flatnonzero(shapely.contains(shapes, point))]


def _landuse(middles: npt.NDArray[np.object_], polygons: Areas) -> Strings:
    """Kind of ground under each building: the smallest area of land use that is not housing, '' where none."""
    kinds = [own.get("landuse", "") for own in polygons.tags]
    rows = np.flatnonzero(
        np.array([kind in housing.OTHER_LANDUSE or kind == "residential" for kind in kinds], dtype=bool)
    )
    return _at(middles, polygons.shapes[rows], [kinds[row] for row in rows.tolist()])


def _communal(buildings: Areas, middles: npt.NDArray[np.object_], polygons: Areas, nodes: RawNodes) -> Strings:
    """Kind of communal accommodation: by the building's tags, the grounds it stands on, or a node in it."""
    own = [housing.communal_kind(tags) for tags in buildings.tags]
    kinds = [housing.communal_kind(tags) if "building" not in tags else "" for tags in polygons.tags]
    rows = np.flatnonzero(np.array([kind != "" for kind in kinds], dtype=bool))
    around = _at(middles, polygons.shapes[rows], [kinds[row] for row in rows.tolist()])
    within = [""] * len(own)
    for tags, lon, lat in zip(nodes.tags, nodes.lon.tolist(), nodes.lat.tolist(), strict=True):
        kind = housing.communal_kind(tags)
        if kind:
            for row in _holding(buildings.shapes, shapely.Point(lon, lat)):
                within[row] = kind
    homes = [_may_be_home(tags) for tags in buildings.tags]
    return [
        first or (second or third if home else "")
        for first, second, third, home in zip(own, around, within, homes, strict=True)
    ]


def _may_be_home(tags: Tags) -> bool:
    return tags["building"] in housing.HOMES or tags["building"] in housing.UNSPECIFIED


def _at(points: npt.NDArray[np.object_], shapes: npt.NDArray[np.object_], kinds: Strings) -> Strings:
    """Kind of the smallest shape that holds each point; '' where none does."""
    found = [""] * len(points)
    order = np.argsort(-shapely.area(shapes), kind="stable")
    point, shape = shapely.STRtree(shapes[order]).query(points, predicate="within")
    for number, row in sorted(zip(point.tolist(), shape.tolist(), strict=True)):
        found[number] = kinds[int(order[row])]
    return found


def _single_parts(table: gpd.GeoDataFrame, counts: Counter[str]) -> gpd.GeoDataFrame:
    several = table.geometry.geom_type == "MultiPolygon"
    counts["buildings_of_several_parts"] = int(several.sum())
    if not several.any():
        return table
    whole = shapely.area(np.asarray(table.geometry, dtype=object))
    parts = table.explode(index_parts=True)
    share = shapely.area(np.asarray(parts.geometry, dtype=object)) / whole[parts.index.get_level_values(0)]
    number = parts.index.get_level_values(1).to_numpy()
    parts["flats"] = parts["flats"] * share
    parts["building_id"] = [
        text if not count else f"{text}#{count + 1}" for text, count in zip(parts["building_id"], number, strict=True)
    ]
    return parts.sort_values("building_id", kind="stable", ignore_index=True)
