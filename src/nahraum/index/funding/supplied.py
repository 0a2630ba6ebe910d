"""Other base units: blocks or parcels that the study brings, or the 100 m cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum.area.space import Geometries, points_of, polygonal, project
from nahraum.errors import InputError
from nahraum.grid import GRID_CRS, cell_id, cell_square
from nahraum.index.funding.borders import matched_borders, near_borders, parted_by_steps
from nahraum.index.funding.units import HECTARE_M2, Units, notes_table, rounded_mm
from nahraum.index.people import Int64
from nahraum.parameters import Parameters

if TYPE_CHECKING:
    from nahraum.area import Area

_OVERLAP_M2 = 1.0
_FIRST = 5


def parcels(area: Area, given: gpd.GeoDataFrame, parameters: Parameters) -> Units:
    """Blocks or parcels of the city as base units.

    Parameters
        given : `quarter_id` (the id of a parcel, as `sources.vector` reads it) or `unit_id`, and polygons in any CRS.

    Raises
        InputError where ids repeat, polygons overlap, or none lies inside the boundary.

    Notes
        Parcels with streets between them are neighbours over the widest gap; such areas are closed over the streets.
        A parcel that lies in the boundary with less than half of its ground is left out.
    """
    here = project(given, area.crs, called="the table of parcels")
    name = "unit_id" if "unit_id" in here.columns else "quarter_id"
    shapes, _ = polygonal(here.geometry.to_numpy())
    ids = here[name].astype(str).to_numpy(dtype=object)
    if len(repeated := sorted(pd.Series(ids)[pd.Series(ids).duplicated()].unique())):
        raise InputError(
            f"the table of parcels names {len(repeated)} parcels twice", where=f"first: {repeated[:_FIRST]}",
            expected="one row per parcel", fix="dissolve them by id in your GIS",
        )  # fmt: skip
    ground = area.boundary.geometry.union_all()
    inside = shapely.area(shapely.intersection(shapes, ground)) >= shapely.area(shapes) / 2
    inside &= shapely.area(shapes) > 0
    if not inside.any():
        raise InputError(
            "no parcel lies inside the boundary of the study", where=f"{len(shapes)} parcels, study in {area.crs}",
            expected="parcels of the same place", fix="check the file and the crs of [sources.parcels]",
        )  # fmt: skip
    order = np.flatnonzero(inside)[np.argsort(ids[inside], kind="stable")]
    shapes, ids = np.asarray(shapely.normalize(shapes[order]), dtype=object), ids[order]
    _refuse_overlaps(shapes, ids)
    gap = parameters.number("funding_areas.widest_gap_m")
    borders = near_borders(shapes, gap, parameters.number("funding_areas.shortest_border_m"))
    borders = parted_by_steps(borders, shapes, _homes(area, shapes), _walls(area, parameters))
    note = ("funding_parcels", len(ids), f"{len(ids)} Flurstücke oder Blöcke der Kommune als Einheiten.",
            f"{len(ids)} parcels or blocks of the municipality as units.")  # fmt: skip
    left = int((~inside).sum())
    off = ("funding_parcels_outside", left, f"{left} davon außerhalb der Gebietsgrenze ausgelassen.",
           f"{left} of them outside the boundary left out.")  # fmt: skip
    table = gpd.GeoDataFrame(
        {"unit_id": ids, "hectares": shapely.area(shapes) / HECTARE_M2}, geometry=shapes, crs=area.crs
    )
    outer = rounded_mm(shapely.length(shapes))
    shared = np.bincount(
        np.concatenate([borders.first, borders.second]),
        weights=np.concatenate([borders.shared_mm, borders.shared_mm]),
        minlength=len(ids),
    )
    outer = np.maximum(outer, np.rint(shared).astype(np.int64))  # narrow parcels may be near to many others
    return Units(table, borders, outer, "parcels", gap_m=gap, notes=notes_table([note, off]))


def cells(area: Area, parameters: Parameters) -> Units:
    """The 100 m cells with residents, and those between them, as base units where there is no map of streets.

    Notes
        Cells that touch along an edge are neighbours. Their outlines are turned from the grid into the study's CRS
        point by point, so that a common edge stays common.
    """
    lived_in = area.addresses[area.addresses["inside"].to_numpy(bool) & (area.addresses["residents"].to_numpy() > 0)]
    keys = _with_gaps(np.unique(lived_in["cell_key"].to_numpy(np.int64)))
    squares = gpd.GeoSeries(cell_square(keys), crs=GRID_CRS).to_crs(area.crs).to_numpy()
    shapes = np.asarray(shapely.normalize(shapely.set_precision(squares, 0.01)), dtype=object)
    ids = cell_id(keys)
    order = np.argsort(ids, kind="stable")
    shapes, ids = shapes[order], ids[order]
    borders = matched_borders(shapes, {}, parameters.number("funding_areas.shortest_border_m"))
    borders = parted_by_steps(borders, shapes, _homes(area, shapes), _walls(area, parameters))
    table = gpd.GeoDataFrame(
        {"unit_id": ids, "hectares": shapely.area(shapes) / HECTARE_M2}, geometry=shapes, crs=area.crs
    )
    note = ("funding_cells", len(ids), f"{len(ids)} Rasterzellen von 100 m als Einheiten: kein Blockbezug.",
            f"{len(ids)} cells of 100 m as units: edges are not those of blocks.")  # fmt: skip
    return Units(table, borders, rounded_mm(shapely.length(shapes)), "cells", notes=notes_table([note]))


def _with_gaps(keys: Int64) -> Int64:
    """The cells and those without residents that have at least two of their four neighbours among them."""
    steps = np.array([1, -1, 1_000_000, -1_000_000], dtype=np.int64)
    around = np.unique((keys[:, None] + steps).ravel())
    around = around[~np.isin(around, keys)]
    lived = np.isin(around[:, None] + steps, keys).sum(axis=1)
    return np.unique(np.concatenate([keys, around[lived > 1]]))


def _walls(area: Area, parameters: Parameters) -> dict[str, Geometries]:
    kinds = parameters.value("funding_areas.barriers")
    known = area.barriers.sort_values("line_id", kind="stable")
    return {kind: np.asarray(known[known["kind"] == kind].geometry.to_numpy(), dtype=object) for kind in kinds}


def _homes(area: Area, shapes: Geometries) -> Geometries:
    """Where the residents of each unit live on average, where that lies inside it; else any point inside."""
    people = area.addresses[area.addresses["residents"].to_numpy() > 0]
    points = points_of(people["x_m"], people["y_m"])
    anywhere = np.asarray(shapely.point_on_surface(shapes), dtype=object)
    if not len(points):
        return anywhere
    unit, point = shapely.STRtree(points).query(shapes, predicate="intersects")
    at = pd.DataFrame({"unit": unit, "w": people["residents"].to_numpy()[point]})
    for name in ("x_m", "y_m"):
        at[name] = people[name].to_numpy()[point] * at["w"]
    total = at.groupby("unit", sort=True).sum()
    mean = points_of(total["x_m"] / total["w"], total["y_m"] / total["w"])
    rows = total.index.to_numpy(np.int64)
    inside = shapely.contains_properly(shapes[rows], mean)
    anywhere[rows[inside]] = mean[inside]
    return anywhere


def _refuse_overlaps(shapes: Geometries, ids: np.ndarray) -> None:
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pair = first < second
    first, second = first[pair], second[pair]
    common = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    smaller = np.minimum(shapely.area(shapes[first]), shapely.area(shapes[second]))
    bad = np.flatnonzero(common > np.maximum(_OVERLAP_M2, 0.05 * smaller))
    if len(bad):
        raise InputError(
            f"{len(bad)} pairs of parcels overlap",
            where=[f"{ids[first[row]]} and {ids[second[row]]}: {common[row]:.0f} m²" for row in bad[:_FIRST]],
            expected="parcels that lie beside each other",
            fix="repair the layer in your GIS, or use blocks",
        )
