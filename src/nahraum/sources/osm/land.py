"""Green, water and closed grounds."""

from __future__ import annotations

from collections import Counter

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.sources.osm import tags as meaning
from nahraum.sources.osm.areas import Areas
from nahraum.sources.osm.geometry import Plane, area_m2
from nahraum.sources.osm.rules import Rules

CRS = "EPSG:4326"
Bools = npt.NDArray[np.bool_]
Geometries = npt.NDArray[np.object_]


def green_table(
    areas: Areas, fences: Geometries, *, plane: Plane, rules: Rules, counts: Counter[str]
) -> gpd.GeoDataFrame:
    """Green areas of any candidate tag; public by tag set and access, fenced or open (contract: OsmExtract).

    Parameters
        areas : areas of the extract. [degrees]
        fences : lines of fences, walls and hedges. [m, local plane]
    """
    polygons = areas.polygonal()
    tags = [meaning.green_tag(own, rules.green_candidates) for own in polygons.tags]
    rows = np.array([tag != "" for tag in tags], dtype=bool)
    greens = polygons.only(rows)
    kinds = [tag for tag in tags if tag]
    shapes = plane.to_m(greens.shapes)
    verge = _verges(kinds, shapes, greens.shapes, rules)
    closed = _on_closed_grounds(greens, polygons, rules)
    entered = np.array([meaning.is_open_to_all(own) for own in greens.tags], dtype=bool)
    listed = np.array([kind in rules.green_public for kind in kinds], dtype=bool)
    counts["greens_as_verges"] = int((verge & listed).sum())
    counts["greens_on_closed_grounds"] = int((closed & listed & entered).sum())
    tagged = np.array([own.get("barrier", "") in meaning.FENCES for own in greens.tags], dtype=bool)
    return gpd.GeoDataFrame(
        {
            "green_id": pd.Series(greens.ids, dtype="str"),
            "kind": pd.Series([kind.partition("=")[2] for kind in kinds], dtype="str"),
            "name": pd.Series([own.get("name", "") for own in greens.tags], dtype="str"),
            "public": listed & entered & ~closed & ~verge,
            "fenced": tagged | enclosed(shapes, fences, rules),
        },
        geometry=greens.shapes,
        crs=CRS,
    )


def _verges(kinds: list[str], shapes: Geometries, degrees: Geometries, rules: Rules) -> Bools:
    """Strips beside roads: of a tag used for them, and too small or too narrow."""
    suspect = np.array([kind in rules.verge_tags for kind in kinds], dtype=bool)
    width = 2 * shapely.area(shapes) / np.maximum(shapely.length(shapes), 1e-9)
    return np.asarray(
        suspect & ((area_m2(degrees) < rules.verge_minimum_m2) | (width < rules.verge_minimum_width_m)), dtype=bool
    )


def _on_closed_grounds(greens: Areas, polygons: Areas, rules: Rules) -> Bools:
    """Greens whose inner point lies in military or paid grounds."""
    closed = [not rules.closed_grounds.isdisjoint(meaning.pairs(own)) for own in polygons.tags]
    grounds = polygons.only(np.array(closed, dtype=bool))
    points = shapely.point_on_surface(greens.shapes)
    hit = np.zeros(len(greens.ids), dtype=bool)
    hit[shapely.STRtree(grounds.shapes).query(points, predicate="within")[0]] = True
    return hit


def enclosed(shapes: Geometries, fences: Geometries, rules: Rules) -> Bools:
    """Areas whose edge runs along fences for the minimum share of its length. [m in the local plane]"""
    enclosed = np.zeros(len(shapes), dtype=bool)
    if not len(fences):
        return enclosed
    edges = shapely.boundary(shapes)
    number, fence = shapely.STRtree(fences).query(edges, predicate="dwithin", distance=rules.fence_tolerance_m)
    order = np.lexsort((fence, number))
    number, fence = number[order], fence[order]
    for row, first, size in zip(*np.unique(number, return_index=True, return_counts=True), strict=True):
        beside = shapely.buffer(shapely.union_all(fences[fence[first : first + size]]), rules.fence_tolerance_m)
        covered = shapely.length(shapely.intersection(edges[row], beside))
        enclosed[row] = covered >= rules.fence_minimum_share * shapely.length(edges[row])
    return enclosed


def water_table(areas: Areas) -> gpd.GeoDataFrame:
    """Water areas."""
    polygons = areas.polygonal()
    water = polygons.only(np.array([meaning.is_water(own) for own in polygons.tags], dtype=bool))
    return gpd.GeoDataFrame({"water_id": pd.Series(water.ids, dtype="str")}, geometry=water.shapes, crs=CRS)
