"""What parts places from each other: rail, water, large roads, fences; and where one can walk across."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.area.space import Geometries, points_of, polygonal, project

if TYPE_CHECKING:
    from nahraum.sources.osm import OsmExtract

PARTING_GREEN = ("rail", "motorway", "major_road", "water")
BLOCKING_A_STEP = ("rail", "motorway", "water")


@dataclass(frozen=True)
class Obstacles:
    """Lines, water areas and buildings that part places, in the study's CRS, ready to be asked."""

    lines: gpd.GeoDataFrame
    water: Geometries
    buildings: Geometries

    def of_kinds(self, kinds: tuple[str, ...]) -> Geometries:
        """Lines of these kinds."""
        chosen = self.lines[self.lines["kind"].isin(kinds)]
        return np.asarray(chosen.geometry.to_numpy(), dtype=object)


def study_obstacles(osm: OsmExtract, ground: shapely.Geometry, *, crs: str) -> Obstacles:
    """Barrier lines and water areas that touch the ground, sorted by id; what stands on a bridge parts nothing."""
    lines = project(osm.barriers, crs, called="barriers").sort_values(["line_id", "kind"])
    lines = lines[~lines["bridge"].to_numpy(bool)] if "bridge" in lines else lines
    lines = lines[shapely.intersects(ground, lines.geometry.to_numpy())].reset_index(drop=True)
    water = project(osm.water, crs, called="water").sort_values("water_id")
    water = water[shapely.intersects(ground, water.geometry.to_numpy())]
    shapes, _ = polygonal(water.geometry.to_numpy())
    buildings = project(osm.buildings[["geometry"]], crs, called="buildings").geometry.to_numpy()
    return Obstacles(lines[["line_id", "kind", "geometry"]], shapes, np.asarray(buildings, dtype=object))


def are_crossed(steps: Geometries, obstacles: Geometries, *, within_m: float = 0.0) -> npt.NDArray[np.bool_]:
    """Whether each line (a step from here to there) meets any of the obstacles, or comes that near to one."""
    crossed = np.zeros(len(steps), dtype=bool)
    if len(crossed) and len(obstacles):
        tree = shapely.STRtree(steps)
        if within_m:
            crossed[tree.query(obstacles, predicate="dwithin", distance=within_m)[1]] = True
        else:
            crossed[tree.query(obstacles, predicate="intersects")[1]] = True
    return crossed


def crossings(runs: pd.DataFrame, lines: Geometries, barriers: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Points where a walkable way crosses a barrier, by bridge, underpass or at grade.

    Parameters
        runs, lines : from `space.way_lines`; only the walkable ones are used.
        barriers : line_id, kind, geometry; fences are left out: a gate is no place to cross between quarters.

    Returns
        line_id, kind, geometry (Point); sorted. A way that only ends at the barrier does not cross it, two
        ways that end at the same point of it do.
    """
    walkable = runs["walkable"].to_numpy(bool)
    ways, own = lines[walkable], runs["way_id"].to_numpy()[walkable]
    real = barriers[barriers["kind"] != "fence"].reset_index(drop=True)
    barrier, way = shapely.STRtree(ways).query(real.geometry.to_numpy(), predicate="intersects")
    source = real["line_id"].to_numpy(dtype=object)[barrier]
    other = source != np.array([f"osm:w{number}" for number in own[way]], dtype=object)
    barrier, way = barrier[other], way[other]
    met = shapely.intersection(real.geometry.to_numpy()[barrier], ways[way])
    points, of = shapely.get_parts(met, return_index=True)
    is_point = shapely.get_type_id(points) == 0
    points, of = points[is_point], of[is_point]
    at_end = shapely.distance(points, shapely.boundary(ways[way[of]])) < 0.01
    xy = shapely.get_coordinates(points).round(2)
    found = pd.DataFrame({"barrier": barrier[of], "x": xy[:, 0], "y": xy[:, 1], "ways": np.where(at_end, 1, 2)})
    met_at = found.groupby(["barrier", "x", "y"], sort=True)["ways"].sum().reset_index()
    met_at = met_at[met_at["ways"] >= 2]
    frame = real.loc[met_at["barrier"], ["line_id", "kind"]].reset_index(drop=True)
    return gpd.GeoDataFrame(frame, geometry=points_of(met_at["x"], met_at["y"]), crs=barriers.crs)
