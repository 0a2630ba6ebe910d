"""Public green: adjoining pieces become one, then the standard's minimum size decides which count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from nahraum.area.barriers import PARTING_GREEN, Obstacles, are_crossed
from nahraum.area.space import Geometries, points_of, polygonal, project
from nahraum.parameters import Parameters

if TYPE_CHECKING:
    from nahraum.sources.osm import OsmExtract

_LOOK_EVERY_M = 10.0


def public_pieces(osm: OsmExtract, ground: shapely.Geometry, *, crs: str) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """Pieces of public green that touch the ground, sorted by id: green_id, name, fenced, geometry."""
    touching = project(osm.greens, crs, called="green").sort_values("green_id")
    touching = touching[shapely.intersects(ground, touching.geometry.to_numpy())]
    public = touching[touching["public"].to_numpy(bool)].reset_index(drop=True)
    shapes, repaired = polygonal(public.geometry.to_numpy())
    pieces = gpd.GeoDataFrame(public[["green_id", "name", "fenced"]], geometry=shapes, crs=crs)
    pieces = pieces[shapely.area(shapes) > 0].reset_index(drop=True)
    return pieces, {"greens_not_public": len(touching) - len(public), "greens_repaired": repaired}


def dissolved_greens(
    pieces: gpd.GeoDataFrame, obstacles: Obstacles, parameters: Parameters
) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """Greens after adjoining pieces became one, before the size filter.

    Parameters
        pieces : from `public_pieces`.
        obstacles : lines and water that keep pieces apart.

    Returns
        green_id (lowest of its pieces), name (of its largest named piece, if that is a fair part of it),
        area_m2 (land: without mapped water), fence (edges of its fenced pieces, None without), geometry;
        sorted by id; and the counts for the notes.

    Notes
        Two pieces are one when the gap between them is below `green_access.dissolve_gap_m` and one can step
        across somewhere without a railway, a road of secondary class or more, or water wider than
        `green_access.water_width_m`. A fence parts two pieces, unless one lies inside the other.
    """
    shapes = np.asarray(pieces.geometry.to_numpy(), dtype=object)
    if not len(shapes):
        empty = gpd.GeoDataFrame(pieces[["green_id", "name"]], geometry=shapes, crs=pieces.crs)
        return empty.assign(area_m2=np.zeros(0), fence=None), {"greens_joined": 0}
    one, other = _joined_pairs(pieces, shapes, obstacles, parameters)
    links = coo_array((np.ones(len(one)), (one, other)), shape=(len(shapes), len(shapes)))
    _, label = connected_components(links, directed=False)
    area = shapely.area(shapes)
    rows = pd.DataFrame({"label": label, "green_id": pieces["green_id"], "name": pieces["name"], "area": area})
    largest = rows.sort_values(["label", "area", "green_id"], ascending=[True, False, True])
    share = largest["area"] / largest.groupby("label")["area"].transform("sum")
    worthy = (largest["name"] != "") & (share >= parameters.number("green_access.name_share"))
    named = largest[worthy].drop_duplicates("label").set_index("label")["name"]
    first = rows.sort_values("green_id").drop_duplicates("label").set_index("label")["green_id"]
    merged = _merged(shapes, label)
    labels = pd.Index(np.arange(len(merged)))
    frame = {
        "green_id": first.reindex(labels).to_numpy(dtype=object),
        "name": named.reindex(labels).fillna("").to_numpy(dtype=object),
        "area_m2": _land_m2(merged, obstacles.water).round(2),
        "fence": _fences(shapes, label, pieces["fenced"].to_numpy(bool)),
    }
    greens = gpd.GeoDataFrame(frame, geometry=merged, crs=pieces.crs)
    return greens.sort_values("green_id", ignore_index=True), {"greens_joined": len(shapes) - len(merged)}


def of_minimum_size(greens: gpd.GeoDataFrame, minimum_m2: float) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """Greens of at least the standard's minimum size."""
    large = greens[greens["area_m2"] >= minimum_m2].reset_index(drop=True)
    return large, {"greens_too_small": len(greens) - len(large), "greens": len(large)}


def _joined_pairs(
    pieces: gpd.GeoDataFrame, shapes: Geometries, obstacles: Obstacles, parameters: Parameters
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    gap = parameters.number("green_access.dissolve_gap_m")
    width = parameters.number("green_access.water_width_m")
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=gap)
    upper = one < other
    one, other = one[upper], other[upper]
    smaller = np.minimum(shapely.area(shapes[one]), shapely.area(shapes[other]))
    overlap = shapely.area(shapely.intersection(shapes[one], shapes[other]))
    nested = overlap >= parameters.number("green_access.nested_share") * smaller
    fenced = pieces["fenced"].to_numpy(bool)
    candidate = ~nested & ~fenced[one] & ~fenced[other]
    lines = obstacles.of_kinds(PARTING_GREEN)
    joined = nested.copy()
    direct = shapely.shortest_line(shapes[one[candidate]], shapes[other[candidate]])
    joined[candidate] = (shapely.length(direct) < gap) & ~_parted(direct, lines, obstacles.water, width)
    for position in np.flatnonzero(candidate & ~joined):  # few: pairs with an obstacle at their nearest points
        steps = _steps_between(shapes[one[position]], shapes[other[position]], gap)
        joined[position] = bool(len(steps)) and not _parted(steps, lines, obstacles.water, width).all()
    return one[joined], other[joined]


def _parted(steps: Geometries, lines: Geometries, water: Geometries, width_m: float) -> npt.NDArray[np.bool_]:
    parted = are_crossed(steps, lines)
    if len(water) and len(steps):
        area, step = shapely.STRtree(steps).query(water, predicate="intersects")
        wet = shapely.length(shapely.intersection(steps[step], water[area]))
        parted |= np.bincount(step, weights=wet, minlength=len(steps)) > width_m
    return parted


def _steps_between(one: shapely.Geometry, other: shapely.Geometry, gap_m: float) -> Geometries:
    """Shortest ways from points along the edge of one piece to the other, as far as they bridge the gap."""
    found = []
    for start, end in ((one, other), (other, one)):
        near = shapely.intersection(shapely.boundary(start), shapely.buffer(shapely.envelope(end), gap_m))
        xy = shapely.get_coordinates(shapely.segmentize(near, _LOOK_EVERY_M))
        if len(xy):
            steps = np.asarray(shapely.shortest_line(points_of(xy[:, 0], xy[:, 1]), end), dtype=object)
            found.append(steps[shapely.length(steps) < gap_m])
    return np.concatenate(found) if found else np.array([], dtype=object)


def _merged(shapes: Geometries, label: npt.NDArray[np.int32]) -> Geometries:
    order = np.argsort(label, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(label[order])) + 1)
    merged = [shapes[group[0]] if len(group) == 1 else shapely.union_all(shapes[group]) for group in groups]
    shapes_of_labels, _ = polygonal(np.array(merged, dtype=object))
    return np.asarray(shapely.normalize(shapes_of_labels), dtype=object)


def _fences(shapes: Geometries, label: npt.NDArray[np.int32], fenced: npt.NDArray[np.bool_]) -> Geometries:
    """Edges of the fenced pieces of each green, None where it has none."""
    fences = np.full(int(label.max()) + 1, None, dtype=object)
    for position in np.unique(label[fenced]):
        fences[position] = shapely.union_all(shapely.boundary(shapes[fenced & (label == position)]))
    return fences


def _land_m2(greens: Geometries, water: Geometries) -> npt.NDArray[np.float64]:
    """Area without mapped water; overlapping water areas count once."""
    land = np.asarray(shapely.area(greens), dtype=np.float64)
    if len(water):
        lake, green = shapely.STRtree(greens).query(water, predicate="intersects")
        for position in np.unique(green):
            land[position] -= shapely.area(
                shapely.intersection(greens[position], shapely.union_all(water[lake[green == position]]))
            )
    return land
