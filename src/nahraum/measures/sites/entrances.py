"""Where a green could be entered: on its edge beside a way, far on foot from the entrances it has."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.access.engine import Engine
from nahraum.access.reach import pairs
from nahraum.access.setting import access_rules, attach_area
from nahraum.area.stretches import stretches
from nahraum.measures.sites.greenery import blocked, outside_fences
from nahraum.measures.sites.place import Found, Place, Row, found
from nahraum.measures.sites.setting import Setting
from nahraum.network import attach_points

_DM = 10.0
Floats = npt.NDArray[np.float64]


def green_entrance(setting: Setting) -> Found:
    """Points beside the edges of public greens from which the next entrance of the same green is far on foot.

    Notes
        The way is the exact one on the network, from the point to the entrances of that green. A fence between the
        way and the green is what the entrance opens; a building, rail, a motorway or water is not opened.
    """
    rules = access_rules(setting.parameters)
    if rules.green.metric != "network":
        return found([], 0, "linear_green")
    greens = _greens(setting)
    points = _beside_ways(greens, setting)
    if points.empty:
        return found([], len(greens))
    points["way_m"] = _way_m(points, setting)
    least = setting.number("entrance.minimum_way_m")
    far = points[points["way_m"] >= least]
    return found([_place(row) for row in _apart(far, setting).to_dict("records")], len(greens))


def _greens(setting: Setting) -> gpd.GeoDataFrame:
    """Public greens that meet the boundary."""
    greens = setting.area.greens
    return greens[shapely.intersects(setting.boundary, greens.geometry.to_numpy())].reset_index(drop=True)


def _beside_ways(greens: gpd.GeoDataFrame, setting: Setting) -> pd.DataFrame:
    """Points along the edges with a walkable way near: green_id, name, x_m, y_m, on the way's side of any fence."""
    shapes = np.asarray(greens.geometry.to_numpy(), dtype=object)
    polygons, of = shapely.get_parts(shapes, return_index=True)
    rings = np.asarray(shapely.get_exterior_ring(polygons), dtype=object)
    pieces, ring = stretches(rings, setting.parameters.number("green_access.boundary_sample_m"))
    middle = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    if not len(middle) or not len(setting.ways):
        return pd.DataFrame(columns=["green_id", "name", "x_m", "y_m"])
    at, way = setting.way_tree.query_nearest(middle, max_distance=setting.number("way_near_m"), all_matches=False)
    steps = np.asarray(shapely.shortest_line(middle[at], setting.ways[way]), dtype=object)
    inside = shapely.contains_xy(setting.boundary, *shapely.get_coordinates(middle[at]).T)
    free = np.flatnonzero(~blocked(steps, setting) & inside)
    xy = outside_fences(steps[free], setting).round(1)
    green = of[ring[at[free]]]
    named = {name: greens[name].to_numpy(dtype=object)[green] for name in ("green_id", "name")}
    table = pd.DataFrame({**named, "x_m": xy[:, 0], "y_m": xy[:, 1]})
    return table.drop_duplicates(["green_id", "x_m", "y_m"]).sort_values(["green_id", "x_m", "y_m"], ignore_index=True)


def _way_m(points: pd.DataFrame, setting: Setting) -> Floats:
    """On foot from each point to the nearest entrance of its green, at most `sites.link.longest_way_m`. [m]

    NaN where the point itself meets no way.
    """
    net, rules = setting.ground.network, access_rules(setting.parameters)
    entrances = attach_area(setting.area, net, rules).entrances
    ids = np.array([f"{at:07d}" for at in range(len(points))], dtype=object)
    named = points[["x_m", "y_m"]].assign(id=ids)
    there = attach_points(net, named, maximum_leg_m=rules.maximum_leg_m, barriers=setting.lines_of(
        *rules.entrance_barriers), across=False)  # fmt: skip
    longest = setting.number("link.longest_way_m")
    way = np.where(there.status == "ok", longest, np.nan)
    if not len(entrances.id):
        return way
    reached = pairs(Engine.of(net), there, entrances, limit=int(longest * _DM))
    own = reached.group_ids[reached.group] == points["green_id"].to_numpy(dtype=object)[reached.origin]
    way[reached.origin[own]] = np.where(there.status[reached.origin[own]] == "ok", reached.cost[own] / _DM, np.nan)
    return way


def _apart(points: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """Of each green the points with the longest ways, apart from each other; at most so many."""
    apart, most = setting.number("entrance.spacing_m"), int(setting.number("entrance.per_green"))
    kept: list[int] = []
    order = points.sort_values(["green_id", "way_m", "x_m", "y_m"], ascending=[True, False, True, True])
    for _, rows in order.groupby("green_id", sort=True):
        taken: list[tuple[float, float]] = []
        for at, x, y in zip(rows.index.tolist(), rows["x_m"].tolist(), rows["y_m"].tolist(), strict=True):
            if len(taken) < most and all(np.hypot(x - a, y - b) >= apart for a, b in taken):
                taken.append((x, y))
                kept.append(at)
    return points.loc[sorted(kept)]


def _place(row: Row) -> Place:
    x, y, green = float(row["x_m"]), float(row["y_m"]), str(row["green_id"])
    return Place(
        key=f"entrance:{green}:{x:.0f}:{y:.0f}", kind="entrance", geometry=shapely.Point(x, y), x_m=x, y_m=y,
        name=str(row["name"]), sealed=0.0, target=green, extra={"way": float(row["way_m"])},
    )  # fmt: skip
