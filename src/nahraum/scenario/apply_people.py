"""Edits of where people live and what internet they are offered, as tables of the study area."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely

from nahraum.area.edges import near_the_edge
from nahraum.area.model import Area
from nahraum.area.quarters import quarter_of_points
from nahraum.errors import InputError
from nahraum.frames import from_micro, to_micro
from nahraum.grid import GRID_CRS, cell_key, parse_cell_id
from nahraum.parameters import Parameters
from nahraum.scenario import edits as kinds
from nahraum.scenario.apply_tables import require_new, rows_of, with_row, with_values


def with_residents(area: Area, edit: kinds.ResidentsAdded, parameters: Parameters) -> Area:
    """The area with more residents at an address, or at a new one."""
    residents = float(from_micro(to_micro(edit.residents)))
    if edit.x_m is None or edit.y_m is None:
        at = rows_of(area.addresses, "address_id", edit.address_id)
        before = float(area.addresses["residents"].to_numpy(dtype=np.float64)[at][0])
        now = float(from_micro(to_micro(before) + to_micro(residents)))
        addresses, key = with_values(area.addresses, at, residents=now), int(area.addresses["cell_key"][at].iloc[0])
        return replace(area, addresses=addresses, cells=_more_in_cell(area.cells, key, residents, {}))
    require_new(area.addresses, "address_id", edit.address_id)
    row = new_address(area, edit, parameters) | {"residents": residents}
    cells = _more_in_cell(area.cells, row["cell_key"], residents, row)
    return replace(area, addresses=with_row(area.addresses, row), cells=cells)


def new_address(area: Area, edit: kinds.ResidentsAdded, parameters: Parameters) -> dict[str, Any]:
    """Where a new address lies: cell, quarter, inside the boundary or not, near the edge of the data or not.

    Raises
        InputError where it lies beyond the data.
    """
    x, y = np.array([edit.x_m], dtype=np.float64), np.array([edit.y_m], dtype=np.float64)
    ground = area.extent.geometry.iloc[0]
    if not shapely.intersects_xy(ground, x, y)[0]:
        raise InputError(f"the point {edit.x_m}, {edit.y_m} lies beyond the data", expected=f"metres in {area.crs}")
    east, north = _to_grid(area.crs).transform(x, y)
    quarter, _ = quarter_of_points(area.quarters, pd.Series(x), pd.Series(y))
    return {
        "address_id": edit.address_id, "cell_key": int(cell_key(east, north)[0]), "quarter_id": str(quarter[0]),
        "x_m": float(x[0]), "y_m": float(y[0]), "residents_communal": 0.0, "kind": "building",
        "inside": bool(shapely.intersects_xy(area.boundary.geometry.iloc[0], x, y)[0]),
        "edge": bool(near_the_edge(x, y, data=ground, parameters=parameters)[0]),
    }  # fmt: skip


@lru_cache(maxsize=8)
def _to_grid(crs: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(crs, GRID_CRS, always_xy=True)


def with_internet_offer(area: Area, edit: kinds.InternetOfferChanged, _: Parameters) -> Area:
    """The area with another internet offer in some cells."""
    at = cells_named(area, edit)
    cells = area.cells.copy()
    names = [name for name in map(str, cells.columns) if name.startswith(("offered_", "internet_offer_"))]
    for name in (name for name in names if name.endswith("_share")):
        before = cells.loc[at, name].to_numpy(dtype=np.float64)
        after = np.array([edit.offered(one) for one in before.tolist()])
        cells.loc[at, name] = after
        if f"{name}_status" in cells.columns:
            became = np.flatnonzero(at)[(before != after) & ~np.isnan(after)]
            cells.loc[cells.index[became], f"{name}_status"] = "ok"
    return replace(area, cells=cells)


def cells_named(area: Area, edit: kinds.InternetOfferChanged) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which rows of the cells an edit is about.

    Raises
        InputError where it names cells without residents.
    """
    held = area.cells["cell_key"].to_numpy(dtype=np.int64)
    at: np.ndarray[Any, np.dtype[np.bool_]] = np.isin(held, edit.cell_keys())
    if int(at.sum()) < len(edit.cell_keys()):
        lost = [one for one in edit.cells if parse_cell_id(one)[0] not in held]
        raise InputError(
            "the edit names cells without residents of the study", where=[*lost[:3], f"{len(lost)} in all"],
            expected="ids of inhabited 100 m cells", fix="look them up in the table or the map of the cells",
        )  # fmt: skip
    return at


def _more_in_cell(cells: pd.DataFrame, key: int, residents: float, row: dict[str, Any]) -> pd.DataFrame:
    """More residents in a cell; they live as the others there do. In a new cell nothing is known of how they live."""
    at = cells["cell_key"].to_numpy(dtype=np.int64) == key
    if at.any():
        before = float(cells["residents"].to_numpy(dtype=np.float64)[at][0])
        more: pd.DataFrame = with_values(cells, at, residents=float(from_micro(to_micro(before) + to_micro(residents))))
        return more
    known = {name: row[name] for name in ("cell_key", "quarter_id", "inside", "residents_communal")}
    statuses = {name: "missing" for name in cells.columns if str(name).endswith("_status")}
    longer: pd.DataFrame = with_row(cells, known | statuses | {"residents": residents})
    return longer.sort_values("cell_key", ignore_index=True)
