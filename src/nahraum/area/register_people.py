"""Residents of a municipality's register instead of the census, at the same addresses; totals stay exactly."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.area.apportion import apportion_groups
from nahraum.area.census import Window
from nahraum.area.quarters import quarter_of_points
from nahraum.area.register_join import joined_by_id
from nahraum.area.register_points import residents_at_points
from nahraum.area.space import polygonal, project, project_points
from nahraum.errors import InputError
from nahraum.frames import MICRO, to_micro
from nahraum.grid import GRID_CRS, cell_key
from nahraum.parameters import Parameters
from nahraum.tables import AGE_SHARES, PopulationRegister

Counts = dict[str, int]
Int64 = npt.NDArray[np.int64]
REGISTER = "register"
_COLUMNS = ("address_id", "cell_key", "x_m", "y_m", "micro", "communal_micro", "kind")


@dataclass(frozen=True)
class People:
    """Address points after the register spoke.

    points  as from `residents.residents_at_addresses`, and from_register (bool) and the columns of AGE_SHARES
    counts  for the notes
    """

    points: pd.DataFrame
    counts: Counts = field(default_factory=dict)


def register_residents(
    points: pd.DataFrame,
    homes: pd.DataFrame,
    register: PopulationRegister,
    *,
    quarters: gpd.GeoDataFrame,
    window: Window,
    parameters: Parameters,
) -> People:
    """Address points with the residents of a register in whole millionths. [persons]

    Parameters
        points : address points with residents of the census (`residents.residents_at_addresses`).
        homes : every mapped building that people may live in (`buildings.homes`).
        register : by quarter, block or address.
        quarters : of the study, in its CRS, sorted by id.
        window : which ground the study keeps.

    Returns
        points sorted by id, residents above 0. Areas add up to the register's number exactly.

    Raises
        InputError where ids do not fit the quarters, where the register lies elsewhere, where an area with
        residents is covered wholly by others.

    Notes
        quarter, block: the number of an area goes to its addresses in proportion to their residents by the census;
        where the census counts nobody, to its homes by floor area; where none is mapped, to a point inside.
        address: to the nearest home of the quarter within `registers.address_distance_m`, else to a point of its
        own; it stands for every quarter in which its points hold `registers.points_minimum_share` of the census.
        Everywhere else the census stays: areas and homes of points without a number, areas that reach beyond the data,
        addresses in no area.
    """
    before = points[list(_COLUMNS)].assign(from_register=False, **dict.fromkeys(AGE_SHARES, np.nan))
    spare = _spare_homes(homes, points, window)
    if register.kind == "address":
        after, counts = residents_at_points(
            before, spare, register, quarters=quarters, window=window, parameters=parameters
        )
    else:
        areas, counts = _areas(register, quarters, window, parameters)
        after, more = _over_areas(before, spare, areas, window)
        counts |= more
    after = after[after["micro"] > 0].sort_values("address_id", ignore_index=True)
    return People(after, counts | _totals(before, after, counts, parameters))


def _spare_homes(homes: pd.DataFrame, points: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Homes without residents of the census, as address points with their floor area."""
    here = shapely.contains_xy(window.area, homes["x_m"].to_numpy(np.float64), homes["y_m"].to_numpy(np.float64))
    lived_in = pd.Index(points["address_id"].to_numpy(dtype=object))
    chosen = homes[here & (lived_in.get_indexer(homes["building_id"].to_numpy(dtype=object)) < 0)]
    return pd.DataFrame(
        {
            "address_id": chosen["building_id"].to_numpy(dtype=object),
            "cell_key": chosen["cell_key"].to_numpy(np.int64),
            "x_m": chosen["x_m"].to_numpy(np.float64),
            "y_m": chosen["y_m"].to_numpy(np.float64),
            "micro": np.zeros(len(chosen), dtype=np.int64),
            "communal_micro": np.zeros(len(chosen), dtype=np.int64),
            "kind": "building",
            "from_register": False,
            **dict.fromkeys(AGE_SHARES, np.nan),
            "floor_m2": chosen["floor_m2"].to_numpy(np.float64),
            "communal": chosen["communal"].to_numpy(bool),
            "makeshift": chosen["makeshift"].to_numpy(bool),
        }
    )


def _areas(
    register: PopulationRegister, quarters: gpd.GeoDataFrame, window: Window, parameters: Parameters
) -> tuple[gpd.GeoDataFrame, Counts]:
    """Areas of the register: quarter_id, micro, used, shares of ages, geometry; sorted by id."""
    counts: Counts = {}
    if register.kind == "quarter":
        rows, counts = joined_by_id(register.table, quarters["quarter_id"].tolist())
        rows = rows.set_index("area_id").reindex(quarters["quarter_id"]).rename_axis("area_id").reset_index()
        shapes = quarters.geometry.to_numpy()
    else:
        rows = register.table
        placed = project(register.shapes, window.crs, called="the register of residents")
        shapes = polygonal(placed.geometry.to_numpy())[0]
        if not shapely.intersects(shapes, window.data).any():
            raise _elsewhere(shapes, window)
    size = shapely.area(shapes)
    inside = shapely.area(shapely.intersection(shapes, window.area))
    whole = inside >= parameters.number("registers.quarter_in_data_share") * size
    known = rows["residents"].notna().to_numpy()
    counts["register_areas_unknown"] = int((~known & (inside > 0)).sum())
    counts["register_areas_cut"] = int((known & ~whole & (inside > 0)).sum())
    used = known & whole & (size > 0)
    micro = np.where(used, to_micro(rows["residents"].where(used, 0.0)), 0)
    table = rows.rename(columns={"area_id": "quarter_id"}).assign(micro=micro, used=used)
    return gpd.GeoDataFrame(table, geometry=shapes, crs=window.crs), counts


def _elsewhere(shapes: npt.NDArray[np.object_], window: Window) -> InputError:
    boxes = []
    for who, bounds in (("register", shapely.total_bounds(shapes)), ("data", shapely.bounds(window.data))):
        west, south, east, north = bounds
        boxes.append(f"{who}: west {west:.0f}, south {south:.0f}, east {east:.0f}, north {north:.0f}")
    return InputError(
        "the register of residents does not meet the OpenStreetMap data",
        where=boxes,
        expected=f"the same place, in any CRS ({window.crs} shown here)",
        fix="check file and crs of [sources.population_register]",
    )


def _over_areas(
    before: pd.DataFrame, spare: pd.DataFrame, areas: gpd.GeoDataFrame, window: Window
) -> tuple[pd.DataFrame, Counts]:
    """The number of each area spread over its addresses, else its homes, else set on a point inside."""
    everybody = pd.concat([before, spare], ignore_index=True).sort_values("address_id", ignore_index=True)
    area = _position(areas, everybody)
    census = np.bincount(area[area >= 0], everybody["micro"].to_numpy()[area >= 0], len(areas)).astype(np.int64)
    weight = _weights(everybody, area, census)
    total = areas["micro"].to_numpy(np.int64)
    there = np.bincount(area[area >= 0], weight[area >= 0], len(areas)) > 0
    chosen = (area >= 0) & (weight > 0)
    micro = everybody["micro"].to_numpy(np.int64).copy()
    micro[area >= 0] = 0
    micro[chosen] = apportion_groups(np.where(there, total, 0), area[chosen], weight[chosen])
    communal = (everybody["communal_micro"] > 0).to_numpy() | everybody["communal"].eq(True).to_numpy()
    told = {name: _of_area(areas[name].to_numpy(np.float64), area) for name in AGE_SHARES}
    after = everybody.assign(micro=micro, communal_micro=np.where(communal, micro, 0), from_register=area >= 0, **told)[
        before.columns
    ]
    new = _new_points(areas, np.flatnonzero(~there & (total > 0)), window)
    counts = {"register_at_new_points": round(int(new["micro"].sum()) / MICRO)}
    return pd.concat([after, new[list(before.columns)]], ignore_index=True) if len(new) else after, counts


def _position(areas: gpd.GeoDataFrame, points: pd.DataFrame) -> Int64:
    """Position of each point's area, the one of lowest id; -1 where it lies in none, or its number is not used."""
    names, _ = quarter_of_points(areas, points["x_m"], points["y_m"])
    at = np.asarray(pd.Index(areas["quarter_id"]).get_indexer(pd.Index(names)), dtype=np.int64)
    return np.where(np.append(areas["used"].to_numpy(bool), False)[at], at, -1)


def _of_area(values: npt.NDArray[np.float64], area: Int64) -> npt.NDArray[np.float64]:
    return np.append(values, np.nan)[area]  # -1 takes the last one


def _weights(everybody: pd.DataFrame, area: Int64, census: Int64) -> npt.NDArray[np.float64]:
    """Residents by the census in whole millionths; where an area has none, floor area of its homes."""
    counted = np.append(census, 0)[area] > 0
    floor = everybody["floor_m2"].where(everybody["makeshift"].ne(True)).fillna(0.0).to_numpy(np.float64)
    return np.where(counted, everybody["micro"].to_numpy(np.int64) / 1_000, floor)


def _new_points(areas: gpd.GeoDataFrame, needed: Int64, window: Window) -> pd.DataFrame:
    """A point of its own for areas with residents in which nothing is mapped; not on ground of a lower id."""
    rows = []
    for at in needed.tolist():
        ground = shapely.difference(areas.geometry.iloc[at], shapely.union_all(areas.geometry.to_numpy()[:at]))
        ground = shapely.intersection(ground, window.area)
        if shapely.area(ground) <= 0:
            raise InputError(
                f"area {areas['quarter_id'].iloc[at]!r} of the register is covered wholly by others",
                where=f"{round(int(areas['micro'].iloc[at]) / MICRO)} residents have no ground of their own",
                expected="areas that do not overlap", fix="correct the polygons, or take the area out of the register",
            )  # fmt: skip
        point = shapely.point_on_surface(ground)
        rows.append((f"register:{areas['quarter_id'].iloc[at]}", round(point.x, 2), round(point.y, 2), at))
    table = pd.DataFrame(rows, columns=["address_id", "x_m", "y_m", "at"])
    at = table["at"].to_numpy(np.int64)
    east, north = project_points(table["x_m"], table["y_m"], window.crs, target=GRID_CRS)
    return table.assign(
        cell_key=cell_key(east, north), micro=areas["micro"].to_numpy(np.int64)[at],
        communal_micro=np.zeros(len(table), dtype=np.int64), kind=REGISTER, from_register=True,
        **{name: areas[name].to_numpy(np.float64)[at] for name in AGE_SHARES},
    )  # fmt: skip


def _totals(before: pd.DataFrame, after: pd.DataFrame, counts: Counts, parameters: Parameters) -> Counts:
    """How many come from the register, and by how much that differs from the census at the same places."""
    told = int(after.loc[after["from_register"], "micro"].sum())
    counted = int(before["micro"].sum()) - int(after.loc[~after["from_register"], "micro"].sum())
    apart = abs(told - counted) / counted if counted > 0 else 0.0
    limit = parameters.number("registers.deviation_warning_share")
    return {
        "register_residents": round(told / MICRO),
        "register_deviation_percent": round(100 * apart) if apart > limit else 0,
    }
