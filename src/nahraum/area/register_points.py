"""Residents of a register of addresses at the homes nearest to its points."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.area.census import Window
from nahraum.area.quarters import quarter_of_points
from nahraum.area.space import points_of, project, project_points
from nahraum.errors import InputError
from nahraum.frames import MICRO, to_micro
from nahraum.grid import GRID_CRS, cell_key
from nahraum.parameters import Parameters
from nahraum.tables import AGE_SHARES, PopulationRegister

Int64 = npt.NDArray[np.int64]


def residents_at_points(
    before: pd.DataFrame,
    spare: pd.DataFrame,
    register: PopulationRegister,
    *,
    quarters: gpd.GeoDataFrame,
    window: Window,
    parameters: Parameters,
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Address points after a register of addresses, and counts for the notes.

    Parameters
        before : address points by the census.
        spare : homes without residents of the census.

    Notes
        The register stands for every quarter in which its points hold `registers.points_minimum_share` of the
        census at least; there nobody of the census is left, except in the homes of points without a number. A
        point goes to the nearest building of its own quarter, ties to the lowest id.
    """
    placed, counts = _placed(register, quarters, window)
    quarter, _ = quarter_of_points(quarters, before["x_m"], before["y_m"])
    placed, refused = _plausible(placed, before["micro"].groupby(quarter).sum(), parameters)
    counts |= refused
    told, silent = (placed[placed["residents"].notna() == known].reset_index(drop=True) for known in (True, False))
    buildings = pd.concat([before[before["kind"] == "building"], spare], ignore_index=True)
    buildings = buildings.sort_values("address_id", ignore_index=True)
    buildings["quarter_id"], _ = quarter_of_points(quarters, buildings["x_m"], buildings["y_m"])
    limit_m = parameters.number("registers.address_distance_m")
    home, unknown = _nearest(told, buildings, limit_m), _nearest(silent, buildings, limit_m)
    of_home, own = _at_homes(told, buildings, home), _at_own(told[home < 0], window)
    kept = buildings["address_id"].to_numpy()[np.setdiff1d(unknown[unknown >= 0], home)]
    stays = before[~np.isin(quarter, told["quarter_id"].unique()) | before["address_id"].isin(kept).to_numpy()]
    counts["register_points_by_census"] = int(before["address_id"].isin(kept).sum())
    counts["register_at_new_points"] = round(int(own["micro"].sum()) / MICRO)
    parts = [part[list(before.columns)] for part in (stays, of_home, own) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else before.iloc[:0], counts


def _placed(
    register: PopulationRegister, quarters: gpd.GeoDataFrame, window: Window
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Points in a quarter of the study, sorted by id; residents are NaN where the register tells none."""
    placed = project(register.shapes, window.crs, called="the register of residents")
    xy = shapely.get_coordinates(placed.geometry.to_numpy()).round(2)
    rows = register.table.assign(x_m=xy[:, 0], y_m=xy[:, 1])
    rows["quarter_id"], _ = quarter_of_points(quarters, rows["x_m"], rows["y_m"])
    inside = np.asarray(shapely.contains_xy(window.area, xy[:, 0], xy[:, 1])) & (rows["quarter_id"] != "").to_numpy()
    if not inside.any():
        west, south, east, north = (float(value) for value in quarters.total_bounds)
        raise InputError(
            f"none of {len(rows)} addresses of the register lies in a quarter of the study",
            where=[
                f"register: {xy[:, 0].min():.0f} to {xy[:, 0].max():.0f}, {xy[:, 1].min():.0f} to {xy[:, 1].max():.0f}",
                f"quarters: {west:.0f} to {east:.0f}, {south:.0f} to {north:.0f} ({window.crs})",
            ],
            expected="the same place, in any CRS",
            fix="check crs, and that x and y (lon and lat) are not swapped",
        )
    known = rows["residents"].notna().to_numpy()
    counts = {
        "register_points_elsewhere": int((~inside).sum()),
        "register_areas_unknown": int((inside & ~known).sum()),
    }
    here = rows[inside].sort_values("area_id", ignore_index=True)
    return here.assign(micro=to_micro(here["residents"].fillna(0.0))), counts


def _plausible(points: pd.DataFrame, census: pd.Series, parameters: Parameters) -> tuple[pd.DataFrame, dict[str, int]]:
    """Points of the quarters for which the register may stand, and how many quarters it may not stand for.

    A stray point does not empty a quarter: where the points hold too small a share of the census, the census stays.
    """
    told = points.groupby("quarter_id")["micro"].sum()
    counted = census.reindex(told.index).fillna(0)
    enough = told >= parameters.number("registers.points_minimum_share") * counted
    chosen = points[points["quarter_id"].map(enough).astype(bool)].reset_index(drop=True)
    return chosen, {"register_quarters_by_census": int((~enough).sum())}


def _nearest(told: pd.DataFrame, buildings: pd.DataFrame, limit_m: float) -> Int64:
    """Position of the nearest building of the same quarter within the limit, -1 where there is none."""
    found = np.full(len(told), -1, dtype=np.int64)
    if told.empty or buildings.empty:
        return found
    points = points_of(told["x_m"], told["y_m"])
    homes = points_of(buildings["x_m"], buildings["y_m"])
    point, home = shapely.STRtree(homes).query(points, predicate="dwithin", distance=limit_m)
    same = told["quarter_id"].to_numpy()[point] == buildings["quarter_id"].to_numpy()[home]
    point, home = point[same], home[same]
    metres = shapely.distance(points[point], homes[home]).round(2)
    order = np.lexsort((home, metres, point))
    first = np.unique(point[order], return_index=True)[1]
    found[point[order][first]] = home[order][first]
    return found


def _at_homes(told: pd.DataFrame, buildings: pd.DataFrame, home: Int64) -> pd.DataFrame:
    """Buildings with the residents of their points; ages are the mean over these."""
    here, at = told[home >= 0], home[home >= 0]
    micro = np.bincount(at, here["micro"], len(buildings)).astype(np.int64)
    ages = {
        name: _mean(here[name].to_numpy(np.float64), here["micro"].to_numpy(np.int64), at, micro) for name in AGE_SHARES
    }
    communal = (buildings["communal_micro"] > 0).to_numpy() | buildings["communal"].eq(True).to_numpy()
    whole = buildings.assign(micro=micro, communal_micro=np.where(communal, micro, 0), from_register=True, **ages)
    return whole[micro > 0]


def _mean(values: npt.NDArray[np.float64], micro: Int64, at: Int64, total: Int64) -> npt.NDArray[np.float64]:
    """Mean over the residents of each building; NaN where one of its points does not tell."""
    weighted = np.zeros(len(total))
    np.add.at(weighted, at, np.where(micro > 0, values * micro, 0.0))
    mean = np.divide(weighted, total, out=np.full(len(total), np.nan), where=total > 0)
    return np.asarray(mean.round(9), dtype=np.float64)


def _at_own(told: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Points without a home near them, as addresses of their own."""
    east, north = project_points(told["x_m"], told["y_m"], window.crs, target=GRID_CRS)
    return told.assign(
        address_id="register:" + told["area_id"].astype(str), cell_key=cell_key(east, north),
        communal_micro=np.zeros(len(told), dtype=np.int64), kind="register", from_register=True,
    )  # fmt: skip
