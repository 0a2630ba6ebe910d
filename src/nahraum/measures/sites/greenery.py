"""How a place becomes public green in the study: outline, entrances, and what joins a green that is there."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from nahraum.area.edges import minimum_green_m2
from nahraum.area.space import Geometries
from nahraum.area.stretches import stretches
from nahraum.measures.sites.place import Place, largest_part, polygons_of
from nahraum.measures.sites.setting import Setting
from nahraum.scenario import capacity_changed, entrance_added, green_added
from nahraum.scenario.edits import Edit

_SIMPLIFY_M = 1.0
_NEW_SHARE = 0.5  # of a place that must not be public green yet
_BESIDE_M = 0.5  # beyond the fence that an entrance opens
Points = list[tuple[float, float]]
Floats = npt.NDArray[np.float64]


def green_edits(place: Place, setting: Setting) -> tuple[tuple[Edit, ...], str]:
    """The edits that make a place public green, and why it cannot be one ("" where it can).

    Notes
        A place of the standard's minimum size becomes a green of its own. A smaller one that touches a green of
        the study (`green_access.dissolve_gap_m`) enlarges it and opens it towards the ways beside the place. Any
        other place is too small to count by the standard: `too_small`. `no_way`: no walkable way beside it. What is
        public green already is taken off; `in_green` where that is most of it.
    """
    new = _not_yet_green(place.geometry, setting)
    if shapely.area(new) < _NEW_SHARE * shapely.area(place.geometry):
        return (), "in_green"
    shape = _simple(new)
    entrances = entrances_of(shape, setting)
    if not entrances:
        return (), "no_way"
    area_m2 = round(place.area_m2 * float(shapely.area(new) / shapely.area(place.geometry)), 2)
    if area_m2 >= minimum_green_m2(setting.parameters):
        ring = [(round(x, 1), round(y, 1)) for x, y in shapely.get_coordinates(shape.exterior)[:-1].tolist()]
        return (green_added(outline=ring, entrances=entrances, area_m2=area_m2),), ""
    return _joined(shape, area_m2, entrances, setting)


def _not_yet_green(shape: Any, setting: Setting) -> Any:
    """The largest part of an area outside the public greens of the study."""
    greens = setting.area.greens.geometry.to_numpy()
    over = np.flatnonzero(shapely.intersects(greens, shape)) if len(greens) else np.zeros(0, dtype=np.int64)
    if not len(over):
        return shape
    left = shapely.difference(shape, shapely.union_all(greens[over]))
    return shape if shapely.area(left) >= shapely.area(shape) - 1.0 else largest_part(polygons_of(left))


def _joined(shape: Any, area_m2: float, entrances: Points, setting: Setting) -> tuple[tuple[Edit, ...], str]:
    """A small place as part of the green that it touches; the largest one, ties to the lower id."""
    greens = setting.area.greens
    gap = setting.parameters.number("green_access.dissolve_gap_m")
    near = greens[shapely.dwithin(greens.geometry.to_numpy(), shape, gap)] if len(greens) else greens
    if near.empty:
        return (), "too_small"
    green = near.sort_values(["area_m2", "green_id"], ascending=[False, True]).iloc[0]
    limit = setting.parameters.number("scenario.entrance_limit_m")
    away = shapely.distance(shapely.boundary(green.geometry), shapely.points(np.array(entrances)))
    made = [
        entrance_added(str(green["green_id"]), x=x, y=y)
        for (x, y), metres in zip(entrances, away.tolist(), strict=True) if metres <= limit
    ]  # fmt: skip
    larger = capacity_changed(str(green["green_id"]), area_m2=round(float(green["area_m2"]) + area_m2, 2))
    return (larger, *made), ""


def entrances_of(shape: Any, setting: Setting) -> Points:
    """Points on the edge of an area from which a walkable way is near, with nothing between; at most one a stretch.

    A fence is opened: the point then lies beyond it, on the way's side.
    """
    rings = np.array([shape.exterior], dtype=object)
    pieces, _ = stretches(rings, setting.number("entrance_spacing_m"))
    points = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    if not len(setting.ways):
        return []
    at, way = setting.way_tree.query_nearest(points, max_distance=setting.number("way_near_m"), all_matches=False)
    steps = shapely.shortest_line(points[at], setting.ways[way])
    free = ~blocked(steps, setting)
    xy = outside_fences(np.asarray(steps, dtype=object)[free], setting)
    return sorted({(round(x, 1), round(y, 1)) for x, y in xy.tolist()})


def outside_fences(steps: Geometries, setting: Setting) -> Floats:
    """The start of each step, or half a metre beyond the last fence that it meets. [m]"""
    xy = shapely.get_coordinates(shapely.get_point(steps, 0)).reshape(-1, 2)
    fences = setting.lines_of("fence")
    if not len(fences) or not len(steps):
        return xy
    fence, step = shapely.STRtree(steps).query(fences, predicate="intersects")
    length = shapely.length(steps)
    for line, one in zip(fences[fence], step.tolist(), strict=True):
        met = shapely.get_parts(shapely.intersection(line, steps[one]))
        ends = shapely.points(shapely.get_coordinates(met))
        along = float(shapely.line_locate_point(steps[one], ends).max()) + _BESIDE_M
        before = float(shapely.line_locate_point(steps[one], shapely.Point(xy[one])))
        if along > before:
            xy[one] = shapely.get_coordinates(shapely.line_interpolate_point(steps[one], min(along, length[one])))[0]
    return xy


def blocked(steps: Geometries, setting: Setting) -> np.ndarray:
    """Which straight steps meet a building, a railway, a motorway or water."""
    hit = np.zeros(len(steps), dtype=bool)
    inner = shapely.line_interpolate_point(steps, 0.5, normalized=True)
    long = shapely.length(steps) > 1.0
    hit[setting.walls.query(inner, predicate="within")[0]] = True
    hit[setting.walls.query(steps, predicate="crosses")[0]] = True
    tree = shapely.STRtree(steps)
    for shapes in (setting.lines_of("rail", "motorway", "water"), setting.water):
        if len(shapes):
            hit[tree.query(shapes, predicate="intersects")[1]] = True
    return hit & long


def _simple(shape: Any) -> Any:
    """The outline with fewer corners, where it stays a simple ring."""
    fewer = shapely.simplify(shapely.Polygon(shape.exterior), _SIMPLIFY_M)
    return fewer if shapely.is_valid(fewer) and fewer.geom_type == "Polygon" and not fewer.is_empty else shape
