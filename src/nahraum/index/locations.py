"""Locations lacking several prerequisites: lacking cells that belong together, described for the planner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum.frames import MICRO, sum_by, to_micro, weighted_mean_by
from nahraum.grid import GRID_CRS, cell_square
from nahraum.index.aggregate import Counted, Counting
from nahraum.index.combinations import combination_name, dominating
from nahraum.index.contiguity import connected, home_points_m, read_barriers
from nahraum.index.naming import location_names, main_streets
from nahraum.index.people import Floats, Int64, sum_micro
from nahraum.index.services import nearest_missing_services
from nahraum.indicators import AreaLike, Rules
from nahraum.parameters import Parameters

HECTARE_M2 = 10_000.0
TEXTS = (
    "location_id", "name", "combination", "combination_name_de", "combination_name_en", "quarter_ids",
    "quarter_names",
)  # fmt: skip


@dataclass(frozen=True)
class Delineation:
    """Parameters of the delineation, and the numbers of the location each row and counted cell lies in (-1: none)."""

    ids: list[str]
    cells: pd.DataFrame  # cell_key, location (number)
    of_row: Int64
    of_unit: Int64


def _place_of(keys: pd.Series, cell_keys: Int64, number: Int64) -> Int64:
    if not len(cell_keys):
        return np.full(len(keys), -1, dtype=np.int64)
    wanted = keys.to_numpy(dtype=np.int64)
    at = np.minimum(np.searchsorted(cell_keys, wanted), len(cell_keys) - 1)
    return np.where(cell_keys[at] == wanted, number[at], -1)


def delineate(
    cells: pd.DataFrame, rows: pd.DataFrame, counted: Counted, *, area: AreaLike, parameters: Parameters
) -> Delineation:
    """Which lacking cells form one location.

    Parameters
        cells : `cell_key`, `class`; rows : addresses; counted : their residents.
        area : for barriers and crossings.
        parameters : gap, kinds of barriers, reach of a crossing.

    Notes
        Cells of the class `lacking` at most the gap apart belong together unless the line between the
        places where their residents live meets a barrier without a walkable crossing nearby; quarter
        borders do not matter. The id is that of the lowest cell: it stays while that cell stays.
    """
    keys = np.sort(cells.loc[cells["class"] == "lacking", "cell_key"].to_numpy(dtype=np.int64))
    barriers = read_barriers(
        area.barriers,
        area.crossings,
        kinds=parameters.value("locations.barrier_kinds"),
        reach_m=parameters.number("locations.crossing_reach_m"),
    )
    if len(keys):
        points = home_points_m(rows, keys)
        lowest = connected(keys, points, barriers, gap_m=parameters.number("locations.gap_m"))
    else:
        lowest = np.array([], dtype=np.int64)
    first, number = np.unique(lowest, return_inverse=True)
    inside = rows["inside"].to_numpy(dtype=bool)
    return Delineation(
        ids=[f"L{key}" for key in keys[first].tolist()],
        cells=pd.DataFrame({"cell_key": keys, "location": number}),
        of_row=np.where(inside, _place_of(rows["cell_key"], keys, number), -1),
        of_unit=_place_of(counted.cells.keys["cell_key"], keys, number),
    )


def compactness(area_m2: Floats, border_m: Floats) -> Floats:
    """4 pi A / P^2 of an outline: 1 for a circle, 0.785 for a square, towards 0 for a ragged strip. [-]"""
    return np.asarray(4 * np.pi * area_m2 / border_m**2, dtype=np.float64)


def _shapes(found: Delineation) -> pd.DataFrame:
    """Outline of each location in the grid's own CRS, where areas are true."""
    n, of_cell = len(found.ids), found.cells["location"].to_numpy(dtype=np.int64)
    squares = cell_square(found.cells["cell_key"].to_numpy(dtype=np.int64))
    outlines = np.array([shapely.union_all(squares[of_cell == number]) for number in range(n)], dtype=object)
    area_m2, border_m = shapely.area(outlines), shapely.length(outlines)
    return pd.DataFrame(
        {
            "n_cells": np.bincount(of_cell, minlength=n),
            "hectares": area_m2 / HECTARE_M2,
            "compactness": compactness(area_m2, border_m),
            "geometry": outlines,
        }
    )


def _quarters(rows: pd.DataFrame, found: Delineation, names: Mapping[str, str]) -> pd.DataFrame:
    """Quarters of each location with residents, the largest first."""
    member = found.of_row >= 0
    table = pd.DataFrame(
        {
            "location": found.of_row[member],
            "quarter_id": rows["quarter_id"].to_numpy(dtype=object)[member],
            "micro": to_micro(rows["residents"].to_numpy())[member],
        }
    )
    summed = table.groupby(["location", "quarter_id"], sort=True)["micro"].sum().reset_index()
    summed = summed[summed["quarter_id"] != ""]
    summed["name"] = [names.get(quarter, "") for quarter in summed["quarter_id"]]
    return summed.sort_values(["location", "micro", "quarter_id"], ascending=[True, False, True])


def _named(table: pd.DataFrame, shapes: gpd.GeoSeries, quarters: pd.DataFrame, area: AreaLike) -> list[str]:
    largest = quarters[quarters["name"] != ""].drop_duplicates("location").set_index("location")["name"]
    order = sorted(range(len(table)), key=lambda i: (-table["residents"].iloc[i], table["location_id"].iloc[i]))
    return location_names(
        [str(largest.get(number, "")) for number in range(len(table))],
        main_streets(shapes, area.base),
        table["location_id"].tolist(),
        order,
    )


def _counts(rows: pd.DataFrame, counted: Counted, found: Delineation, rule: Counting) -> pd.DataFrame:
    n = len(found.ids)
    micro = to_micro(rows["residents"].to_numpy())
    sums = counted.cells.grouped(found.of_unit, n)
    return pd.DataFrame(
        {
            "residents": sum_micro(micro, found.of_row, n) / MICRO,
            "residents_judged": sums["judged"] / MICRO,
            "several_known_residents": sums[f"h{rule.k}_known"] / MICRO,
        }
    )


def locations_table(
    rows: pd.DataFrame, counted: Counted, found: Delineation, *, area: AreaLike, parameters: Parameters, rule: Counting
) -> gpd.GeoDataFrame:
    """One row per location, in the study's CRS, sorted by id.

    Returns
        `location_id`, `name`, `residents` [persons], `residents_judged`, `several_known_residents` (with at least
        k known lacks), `n_cells`, `hectares`, `compactness` (4 pi A / P^2), `combination` (that of most
        residents) with `combination_name_de|_en`, `quarter_ids` and `quarter_names` (largest first, `; `
        between), `settlement` (fewer residents than an index needs: listed, not dropped), `geometry`.
    """
    n = len(found.ids)
    names = dict(zip(area.quarters["quarter_id"], area.quarters["name"], strict=True))
    quarters = _quarters(rows, found, names)
    shapes = _shapes(found)
    placed = gpd.GeoSeries(shapes.pop("geometry"), crs=GRID_CRS).to_crs(area.crs)
    table = pd.concat([pd.DataFrame({"location_id": found.ids}), _counts(rows, counted, found, rule), shapes], axis=1)
    table.insert(1, "name", _named(table, placed, quarters, area))
    table["combination"] = dominating(counted.people, found.of_row, n, k=rule.k)
    for language in ("de", "en"):
        table[f"combination_name_{language}"] = [combination_name(text, language) for text in table["combination"]]
    for column, source in (("quarter_ids", "quarter_id"), ("quarter_names", "name")):
        joined = quarters.groupby("location", sort=True)[source].agg("; ".join)
        table[column] = [str(joined.get(number, "")) for number in range(n)]
    table["settlement"] = table["residents"] < parameters.number("locations.settlement_minimum_residents")
    placed_table = gpd.GeoDataFrame(table.astype(dict.fromkeys(TEXTS, str)), geometry=placed, crs=area.crs)
    return placed_table.sort_values("location_id", kind="stable").reset_index(drop=True)


def location_services(
    values: pd.DataFrame, found: Delineation, *, area: AreaLike, rules: Rules, rule: Counting
) -> pd.DataFrame:
    """What is missing near each location and where the nearest of it is; as `services.nearest_missing_services`."""
    table = nearest_missing_services(
        values,
        found.of_row,
        len(found.ids),
        area=area,
        rules=rules,
        majority=rule.majority,
        status_share=rule.status_share,
    )
    table.insert(0, "location_id", [found.ids[number] for number in table.pop("place")])
    table = table.sort_values(["location_id", "prerequisite", "service"], kind="stable").reset_index(drop=True)
    return table.astype({name: str for name in table.columns if name != "distance_m"})


def stability(in_target_share: pd.Series, residents: pd.Series, location_id: pd.Series) -> pd.Series:
    """Share of variants that name a location's cells, mean over them weighted by residents. [share]"""
    return weighted_mean_by(in_target_share, residents, location_id).rename("stability")


def with_stability(locations: gpd.GeoDataFrame, cells: pd.DataFrame, of_cell: pd.DataFrame) -> gpd.GeoDataFrame:
    """Locations with `stability` and `core_residents`: residents of the cells that every variant names. [persons]

    Parameters
        cells : with `in_target_share` and `residents`; of_cell : `cell_key`, `location_id`.
    """
    member = cells.merge(of_cell, on="cell_key", how="inner")
    result, ids = locations.copy(), locations["location_id"]
    held = stability(member["in_target_share"], member["residents"], member["location_id"])
    core = sum_by(member["residents"].where(member["in_target_share"] == 1.0, 0.0), member["location_id"])
    result["stability"] = held.reindex(ids).to_numpy(dtype=float)
    result["core_residents"] = core.reindex(ids).to_numpy(dtype=float)
    return result
