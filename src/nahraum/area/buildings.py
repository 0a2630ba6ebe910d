"""Homes: which mapped buildings people live in, where they stand and how much floor they have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from nahraum.area.space import Geometries, polygonal, project, project_points
from nahraum.grid import GRID_CRS, cell_key
from nahraum.parameters import Parameters

if TYPE_CHECKING:
    import geopandas as gpd

UNSPECIFIED = "yes"


def homes(buildings: gpd.GeoDataFrame, parameters: Parameters, *, crs: str) -> tuple[pd.DataFrame, dict[str, int]]:
    """Every mapped building that people may live in, sorted by id.

    Parameters
        buildings : `OsmExtract.buildings`.
        crs : the study's CRS.

    Returns
        building_id, x_m, y_m (a point inside the building), east_m, north_m (the same in EPSG:3035),
        cell_key (100 m), floor_m2 (gross floor area), communal, makeshift (no home by its tags or its ground:
        only taken where the census counts people and no better building is mapped); and the counts.

    Notes
        gross floor area = dwellings x floor area per dwelling where `building:flats` is mapped, otherwise
        footprint x storeys; storeys by type of building where they are not mapped. A bare `building=yes`
        without address gives way to its neighbours where these are known to be homes.
    """
    lived_in = buildings["residential"] | buildings["communal"]
    considered = buildings[lived_in | (buildings["building"] == UNSPECIFIED)].sort_values("building_id")
    considered = project(considered, crs, called="buildings").reset_index(drop=True)
    shapes, repaired = polygonal(considered.geometry.to_numpy())
    keep, counts = _plausible(considered, shapely.area(shapes), parameters)
    considered, shapes = considered[keep].reset_index(drop=True), shapes[keep]
    floor, assumed = _gross_floor_area_m2(considered, shapely.area(shapes), parameters)
    table = _points(shapes, crs).assign(
        building_id=considered["building_id"].astype(str),
        floor_m2=floor,
        communal=considered["communal"].to_numpy(bool),
        makeshift=~(considered["residential"] | considered["communal"]).to_numpy(bool),
    )
    likely = _likely(table.assign(sure=_surely_lived_in(considered)), parameters)
    counts |= {"buildings_repaired": repaired, "buildings_unlikely": int((~likely).sum())}
    counts["buildings_levels_assumed"] = int((assumed & likely & ~table["makeshift"]).sum())
    table = table[likely].reset_index(drop=True)
    return table, counts | {"homes": int((~table["makeshift"]).sum())}


def _points(shapes: Geometries, crs: str) -> pd.DataFrame:
    points = shapely.get_coordinates(shapely.point_on_surface(shapes)).round(2)
    east, north = project_points(points[:, 0], points[:, 1], crs, target=GRID_CRS)
    return pd.DataFrame(
        {
            "x_m": points[:, 0],
            "y_m": points[:, 1],
            "east_m": east,
            "north_m": north,
            "cell_key": cell_key(east, north),
        }
    )


def _surely_lived_in(buildings: gpd.GeoDataFrame) -> np.ndarray:
    """Whether a building is tagged as a home or carries an address; a bare building=yes may be a garage."""
    tagged = (buildings["building"] != UNSPECIFIED) | buildings["communal"] | (buildings["flats"] > 0)
    return np.asarray(tagged | buildings["has_address"], dtype=bool)


def _likely(table: pd.DataFrame, parameters: Parameters) -> np.ndarray:
    """Sure homes, and the others where the sure ones hold too little of their cell's floor to be all."""
    floor = table["floor_m2"].round(3).where(~table["makeshift"], 0.0)
    total = floor.groupby(table["cell_key"]).transform("sum")
    sure = floor.where(table["sure"], 0.0).groupby(table["cell_key"]).transform("sum")
    enough = sure >= parameters.number("residents.sure_homes_share") * total
    return (table["sure"] | ~enough | table["makeshift"]).to_numpy(bool)


def _plausible(
    buildings: gpd.GeoDataFrame, footprint: np.ndarray, parameters: Parameters
) -> tuple[np.ndarray, dict[str, int]]:
    small = footprint < parameters.number("area.minimum_dwelling_m2")
    home = (buildings["residential"] | buildings["communal"]).to_numpy(bool)
    unspecified = (buildings["building"] == UNSPECIFIED).to_numpy(bool) & ~buildings["communal"].to_numpy(bool)
    hall = unspecified & (footprint > parameters.number("residents.unspecified_building_maximum_m2"))
    hall &= ~(buildings["flats"] > 0).to_numpy(bool)
    return ~small & ~hall, {
        "buildings_too_small": int((small & home).sum()),
        "buildings_too_large": int((hall & home).sum()),
    }


def _gross_floor_area_m2(
    buildings: gpd.GeoDataFrame, footprint: np.ndarray, parameters: Parameters
) -> tuple[np.ndarray, np.ndarray]:
    """Gross floor area, and whether its storeys had to be assumed."""
    defaults = {name: float(p.value) for name, p in parameters.group("residents.levels_default").items()}
    usual = parameters.number("area.storey_height_levels_default")
    by_type = buildings["building"].map(defaults).astype(np.float64).fillna(usual).to_numpy()
    mapped = buildings["levels"].to_numpy(np.float64)
    levels = np.where(mapped > 0, np.clip(mapped, 1, parameters.number("residents.levels_maximum")), by_type)
    flats = buildings["flats"].to_numpy(np.float64)
    by_flats = flats * parameters.number("residents.gross_floor_area_m2_per_dwelling")
    return np.where(flats > 0, by_flats, footprint * levels), ~(mapped > 0) & ~(flats > 0)
