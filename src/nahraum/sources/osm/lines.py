"""Barriers people cannot cross, administrative boundaries, and named places."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.sources.osm import tags as meaning
from nahraum.sources.osm.areas import Areas
from nahraum.sources.osm.raw import RawNodes, RawWays, slices
from nahraum.sources.osm.rings import runs

CRS = "EPSG:4326"


def barrier_table(ways: RawWays) -> gpd.GeoDataFrame:
    """Lines of rail, motorways, major roads, rivers and fences, without tunnels (contract: OsmExtract).

    A way with missing nodes is several rows (`osm:w1`, `osm:w1#2`).
    """
    kinds = [meaning.barrier_kind(tags) for tags in ways.tags]
    row, part, start, length = runs(ways, np.flatnonzero(np.array([kind != "" for kind in kinds], dtype=bool)))
    position = slices(start, length)
    points = np.column_stack([ways.lon[position], ways.lat[position]])
    lines = shapely.linestrings(points, indices=np.repeat(np.arange(len(row)), length))
    ids = [
        f"osm:w{number}" if not count else f"osm:w{number}#{count + 1}"
        for number, count in zip(ways.ids[row].tolist(), part.tolist(), strict=True)
    ]
    table = gpd.GeoDataFrame(
        {
            "line_id": pd.Series(ids, dtype="str"),
            "kind": pd.Series([kinds[number] for number in row.tolist()], dtype="str"),
            "bridge": np.array([meaning.is_bridge(ways.tags[number]) for number in row.tolist()], dtype=bool),
        },
        geometry=np.asarray(lines, dtype=object),
        crs=CRS,
    )
    return table.sort_values("line_id", kind="stable", ignore_index=True)


def boundary_table(areas: Areas) -> gpd.GeoDataFrame:
    """Administrative areas with their level."""
    polygons = areas.polygonal()
    levels = [
        meaning.number(own.get("admin_level", "")) if own.get("boundary") == "administrative" else float("nan")
        for own in polygons.tags
    ]
    found = polygons.only(~np.isnan(np.array(levels, dtype=np.float64)))
    return gpd.GeoDataFrame(
        {
            "boundary_id": pd.Series(found.ids, dtype="str"),
            "admin_level": np.array([int(level) for level in levels if level == level], dtype=np.int64),
            "name": pd.Series([own.get("name", "") for own in found.tags], dtype="str"),
        },
        geometry=found.shapes,
        crs=CRS,
    )


def place_table(nodes: RawNodes, areas: Areas) -> gpd.GeoDataFrame:
    """Named places (town, suburb, quarter, …) as points."""
    rows = [row for row, own in enumerate(nodes.tags) if _is_place(own)]
    spots = np.array([_is_place(own) for own in areas.tags], dtype=bool)
    drawn = areas.only(spots).polygonal()
    tags = [*(nodes.tags[row] for row in rows), *drawn.tags]
    points = np.concatenate([shapely.points(nodes.lon[rows], nodes.lat[rows]), shapely.point_on_surface(drawn.shapes)])
    ids = [*(f"osm:n{number}" for number in nodes.ids[rows].tolist()), *drawn.ids.tolist()]
    table = gpd.GeoDataFrame(
        {
            "place_id": pd.Series(ids, dtype="str"),
            "place": pd.Series([own["place"] for own in tags], dtype="str"),
            "name": pd.Series([own["name"] for own in tags], dtype="str"),
        },
        geometry=points,
        crs=CRS,
    )
    return table.sort_values("place_id", kind="stable", ignore_index=True)


def _is_place(tags: dict[str, str]) -> bool:
    return tags.get("place", "no") != "no" and tags.get("name", "") != "" and not meaning.is_gone(tags)


def fence_lines(barriers: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """The fences, walls and hedges among the barriers."""
    return np.asarray(barriers.geometry[barriers["kind"] == "fence"], dtype=object)
