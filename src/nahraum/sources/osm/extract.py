"""What one OpenStreetMap extract says, as tables; the contract between this reader and the area and network."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely


@dataclass(frozen=True)
class OsmExtract:
    """One extract, read and repaired; all geometry lon/lat (EPSG:4326), all tables sorted by id.

    Parameters
        ways : a row per unbroken run of known nodes of a `highway=*` way (a missing node splits a way): way_id,
            part, first and n_nodes (slice into `way_nodes`), highway, walkable, steps, bridge, tunnel, layer,
            foot_oneway (1, 0, -1); as mapped, '' where not: name, surface, incline, width, wheelchair, lit,
            smoothness, tracktype, step_count, conveying, ramp, ramp_wheelchair, ramp_stroller.
        way_nodes : node ids of the runs, one after another.
        nodes : node_id, lon, lat, passable (False: a locked or private gate, a wall), barrier, kerb, crossing
            (signals, unsignalled, ''), wheelchair ('' where not mapped) of the nodes of these ways.
        facilities : a row per place and category: facility_id, category, name, status, area_m2, geometry (point),
            opening_hours, operator. An id is `osm:n12`, `osm:w3`, `osm:r4`; the second and further categories of
            one object carry them as suffix (`osm:n12#post`).
        greens : green_id, kind, name, public, fenced, geometry. Green that is not public is kept and marked.
        buildings : building_id, building, levels, flats, residential, communal, communal_kind, name, has_address,
            geometry (polygon).
        barriers : line_id, kind (rail, motorway, major_road, water, fence), bridge, geometry; no tunnels.
        water : water_id, geometry.
        gates : node_id, kind, passable, geometry.
        boundaries : boundary_id, admin_level, name, geometry.
        places : place_id, place, name, geometry.
        extent : west, south, east, north of the data. [degrees]
        counts : what was repaired, clipped, dropped and merged.
        date : day of the data where the header tells it, else ''.
        coverage : ground the data cover where no header box tells it (extracts cut by a polygon); None: all of
            the extent. [degrees]
        merged : osm_id of duplicates of a place (not of stops), facility_id of the object that lists it.
        grounds : ground_id, kind (parking: on the ground, in the open; brownfield, greenfield, construction, garages,
            school, commercial, retail, industrial), name, access, capacity (cars), geometry. None: not read.
    """

    ways: pd.DataFrame
    way_nodes: npt.NDArray[np.int64]
    nodes: pd.DataFrame
    facilities: gpd.GeoDataFrame
    greens: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame
    water: gpd.GeoDataFrame
    gates: gpd.GeoDataFrame
    boundaries: gpd.GeoDataFrame
    places: gpd.GeoDataFrame
    extent: tuple[float, float, float, float]
    counts: dict[str, int]
    date: str
    coverage: shapely.Polygon | None = None
    merged: pd.DataFrame | None = None
    public_space: gpd.GeoDataFrame | None = None
    street_furniture: pd.DataFrame | None = None
    grounds: gpd.GeoDataFrame | None = None
