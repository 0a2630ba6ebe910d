"""Where one can walk into a green: paths across its edge, gates, and open edges along a way."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.area.barriers import BLOCKING_A_STEP, Obstacles, are_crossed
from nahraum.area.space import Geometries, points_of
from nahraum.area.stretches import stretches
from nahraum.parameters import Parameters

_ON_THE_EDGE_M = 0.5  # a fence is drawn on the edge, give or take a projection
_COLUMNS = ["green", "x", "y", "kind"]


@dataclass(frozen=True)
class FootNetwork:
    """Walkable ways of the main network, in the study's CRS, and the gates on them."""

    runs: pd.DataFrame  # highway, bridge, tunnel
    lines: Geometries
    gates: Geometries  # points one may pass
    closed: Geometries  # points one may not pass


@dataclass(frozen=True)
class _Edges:
    """Outer edges of all greens, with the edges of large holes: one ring each."""

    rings: Geometries
    green: npt.NDArray[np.int64]  # position of its green, per ring
    shapes: Geometries  # per green
    fences: Geometries  # per green: edges of its fenced pieces, or None


def green_entrances(
    greens: gpd.GeoDataFrame, network: FootNetwork, obstacles: Obstacles, *, parameters: Parameters
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Points where one can walk into each green.

    Parameters
        greens : green_id, fence (edges of its fenced pieces, or None), geometry; sorted by id.
        network : walkable ways and gates.
        obstacles : a step from the way to an open edge must not cross them.

    Returns
        a table by `tables.GREEN_ENTRANCES`; and the counts for the notes.

    Notes
        path: a way crosses the edge (not in a tunnel, not on a bridge that leads over the green).
        gate: a passable gate on the edge.
        open: one point per `green_access.boundary_sample_m` of an edge without fence that a path comes within
        `green_access.entrance_tolerance_m` of, or the axis of a street within `green_access.open_edge_m`,
        unless rail, water, motorway, a fence or a building lies between.
        A fenced edge has paths and gates only. Closed gates on the edge let no path through.
    """
    edges = _edges(greens, parameters)
    known = pd.concat([_gates(edges, network, parameters), _paths(edges, network, parameters)], ignore_index=True)
    opened = _open_edges(edges, network, obstacles, parameters=parameters)
    found = pd.concat([known, _not_yet_known(opened, known)], ignore_index=True)
    found[["x", "y"]] = found[["x", "y"]].round(1)
    found = found.drop_duplicates(["green", "x", "y"]).sort_values(["green", "x", "y"], ignore_index=True)
    ids = greens["green_id"].to_numpy(dtype=object)[found["green"].to_numpy(np.int64)]
    number = found.groupby("green").cumcount() + 1
    table = pd.DataFrame(
        {
            "entrance_id": [f"{green}#{n:04d}" for green, n in zip(ids, number, strict=True)],
            "green_id": ids,
            "x_m": found["x"].astype(np.float64),
            "y_m": found["y"].astype(np.float64),
            "kind": found["kind"].to_numpy(dtype=object),
        }
    )
    return table, {"greens_without_entrance": len(greens) - found["green"].nunique(), "green_entrances": len(table)}


def _edges(greens: gpd.GeoDataFrame, parameters: Parameters) -> _Edges:
    shapes = np.asarray(greens.geometry.to_numpy(), dtype=object)
    polygons, of_polygon = shapely.get_parts(shapes, return_index=True)
    rings, of_ring = shapely.get_rings(polygons, return_index=True)
    outer = np.concatenate([[True], np.diff(of_ring) > 0]) if len(rings) else np.zeros(0, dtype=bool)
    large = shapely.area(shapely.polygons(rings)) >= parameters.number("green_access.hole_minimum_m2")
    keep = outer | large
    green = of_polygon[of_ring[keep]].astype(np.int64)
    return _Edges(rings[keep], green, shapes, greens["fence"].to_numpy(dtype=object))


def _paths(edges: _Edges, network: FootNetwork, parameters: Parameters) -> pd.DataFrame:
    way, ring = _pairs(edges.rings, network.lines, 0.0)
    leads = _leading_in(network, way, edges.shapes[edges.green[ring]])
    way, ring = way[leads], ring[leads]
    points, at = shapely.get_parts(shapely.intersection(network.lines[way], edges.rings[ring]), return_index=True)
    is_point = shapely.get_type_id(points) == 0
    points, at = points[is_point], at[is_point]
    free = ~_at_closed_gates(points, network, parameters)
    return _rows(edges.green[ring[at[free]]], points[free], "path")


def _at_closed_gates(points: Geometries, network: FootNetwork, parameters: Parameters) -> npt.NDArray[np.bool_]:
    snap = parameters.number("green_access.gate_snap_m")
    closed = np.zeros(len(points), dtype=bool)
    if len(network.closed) and len(points):
        closed[shapely.STRtree(points).query(network.closed, predicate="dwithin", distance=snap)[1]] = True
    return closed


def _leading_in(network: FootNetwork, way: npt.NDArray[np.int64], green: Geometries) -> npt.NDArray[np.bool_]:
    """Whether each way really goes into its green: on the ground, or on a bridge that ends in it."""
    lines = network.lines[way]
    first, last = shapely.get_point(lines, 0), shapely.get_point(lines, -1)
    ends = shapely.intersects(first, green) | shapely.intersects(last, green)
    bridge = network.runs["bridge"].to_numpy(bool)[way]
    tunnel = network.runs["tunnel"].to_numpy(bool)[way]
    return np.asarray(~shapely.touches(lines, green) & ~tunnel & (~bridge | ends))


def _gates(edges: _Edges, network: FootNetwork, parameters: Parameters) -> pd.DataFrame:
    gate, ring = _pairs(edges.rings, network.gates, parameters.number("green_access.gate_snap_m"))
    return _rows(edges.green[ring], network.gates[gate], "gate")


def _open_edges(edges: _Edges, network: FootNetwork, obstacles: Obstacles, *, parameters: Parameters) -> pd.DataFrame:
    """One point per stretch of open edge that a way on the ground comes near, the stretch's middle if possible."""
    pieces, ring = stretches(edges.rings, parameters.number("green_access.boundary_sample_m"))
    green = edges.green[ring]
    on_ground = ~network.runs["bridge"].to_numpy(bool) & ~network.runs["tunnel"].to_numpy(bool)
    ways, near = network.lines[on_ground], _nearness_m(network.runs[on_ground], parameters)
    way, piece = _pairs(pieces, ways, near)
    middle = shapely.line_interpolate_point(pieces[piece], 0.5, normalized=True)
    from_middle = shapely.shortest_line(middle, ways[way])
    fits = shapely.length(from_middle) <= near[way]
    steps = np.concatenate([from_middle[fits], shapely.shortest_line(pieces[piece], ways[way])])
    of_step = np.concatenate([piece[fits], piece])
    second = np.arange(len(steps)) >= int(fits.sum())
    free = _free_steps(steps, edges.fences[green[of_step]], obstacles)
    ranked = pd.DataFrame({"piece": of_step, "second": second, "length": shapely.length(steps).round(3)})[free]
    chosen = ranked.sort_values(["piece", "second", "length"], kind="stable").drop_duplicates("piece")
    starts = np.asarray(shapely.get_point(steps[chosen.index], 0), dtype=object)
    return _rows(green[chosen["piece"]], starts, "open").assign(stretch=pieces[chosen["piece"]])


def _nearness_m(runs: pd.DataFrame, parameters: Parameters) -> npt.NDArray[np.float64]:
    """How near each way must come to an open edge: a path to its line, a street to its axis."""
    streets = runs["highway"].isin(list(parameters.value("green_access.streets")))
    path, street = (parameters.number(f"green_access.{name}") for name in ("entrance_tolerance_m", "open_edge_m"))
    return np.where(streets, street, path)


def _free_steps(steps: Geometries, fences: Geometries, obstacles: Obstacles) -> npt.NDArray[np.bool_]:
    """Steps from an edge to a way that start at no fence of the green and cross nothing."""
    free = ~are_crossed(steps, obstacles.of_kinds(BLOCKING_A_STEP))
    free &= ~are_crossed(steps, obstacles.of_kinds(("fence",)), within_m=_ON_THE_EDGE_M)
    free &= ~are_crossed(steps, obstacles.buildings)
    fenced = np.flatnonzero(~shapely.is_missing(fences))
    free[fenced] &= ~shapely.dwithin(shapely.get_point(steps[fenced], 0), fences[fenced], _ON_THE_EDGE_M)
    return free


def _not_yet_known(opened: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Points of open stretches that hold no path and no gate of the same green."""
    if opened.empty or known.empty:
        return opened[_COLUMNS]
    tree = shapely.STRtree(points_of(known["x"], known["y"]))
    row, point = tree.query(opened["stretch"].to_numpy(dtype=object), predicate="dwithin", distance=_ON_THE_EDGE_M)
    same = opened["green"].to_numpy()[row] == known["green"].to_numpy()[point]
    return opened.drop(index=opened.index[np.unique(row[same])])[_COLUMNS]


def _pairs(
    edges: Geometries, others: Geometries, distance_m: float | npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """(other, edge) pairs within a distance of each other, sorted."""
    if not len(edges) or not len(others):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    tree = shapely.STRtree(edges)
    if np.any(distance_m):
        other, edge = tree.query(others, predicate="dwithin", distance=distance_m)
    else:
        other, edge = tree.query(others, predicate="intersects")
    order = np.lexsort((edge, other))
    return other[order], edge[order]


def _rows(green: npt.NDArray[np.int64], points: Geometries, kind: str) -> pd.DataFrame:
    xy = shapely.get_coordinates(points)
    return pd.DataFrame({"green": green, "x": xy[:, 0], "y": xy[:, 1], "kind": kind})[_COLUMNS]
