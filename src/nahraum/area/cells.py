"""Inhabited 100 m cells: residents, quarter, living space and internet offer."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.frames import sum_by
from nahraum.grid import CELL_SIZE_M, parent_key
from nahraum.parameters import Parameters
from nahraum.tables import GridTable

COARSEST_M = 1000


def inhabited_cells(addresses: pd.DataFrame) -> pd.DataFrame:
    """One row per 100 m cell with residents: sums over its address points.

    The quarter is that of most residents (ties: lowest id); the cell is inside where most residents are.
    """
    key = addresses["cell_key"]
    total = sum_by(addresses["residents"], key)
    communal = sum_by(addresses["residents_communal"], key)
    within = sum_by(addresses["residents"] * addresses["inside"], key)
    by_quarter = addresses.groupby(["cell_key", "quarter_id"], sort=True)["residents"].sum().round(6).reset_index()
    by_quarter = by_quarter.assign(nowhere=by_quarter["quarter_id"] == "")
    most = by_quarter.sort_values(
        ["cell_key", "residents", "nowhere", "quarter_id"], ascending=[True, False, True, True]
    ).drop_duplicates("cell_key")
    return pd.DataFrame(
        {
            "cell_key": total.index.to_numpy(np.int64),
            "quarter_id": most["quarter_id"].to_numpy(dtype=object),
            "residents": total.to_numpy(),
            "residents_communal": communal.to_numpy(),
            "inside": (2 * within >= total).to_numpy(bool),
        }
    )


def with_internet_offer(
    cells: pd.DataFrame, broadband: GridTable | None, parameters: Parameters
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Cells with the share of households offered the required speed, and its status; other speeds beside it.

    Raises
        InputError where the broadband table holds no share for the required speed.
    """
    speed = int(parameters.number("internet.required_mbit_s"))
    name = f"offered_{speed}_share"
    if broadband is not None and name not in broadband.table.columns:
        offered = sorted(c for c in broadband.table.columns if c.startswith("offered_") and c.endswith("_share"))
        raise InputError(
            f"the broadband table tells nothing about {speed} Mbit/s", where=f"it holds {offered}",
            expected=f"a column for {speed} Mbit/s",
            fix="map it in [sources.broadband] columns, or set internet.required_mbit_s in [parameters]",
        )  # fmt: skip
    values, status = looked_up(cells["cell_key"], broadband, name)
    counts = {"cells_without_internet_offer": int(np.isnan(values).sum()) if broadband is not None else 0}
    named: dict[str, np.ndarray] = {"internet_offer_share": values, "internet_offer_share_status": status}
    for other in [] if broadband is None else sorted(map(str, broadband.table.columns)):
        if other.startswith("offered_") and other.endswith("_share"):
            named[other], named[f"{other}_status"] = looked_up(cells["cell_key"], broadband, other)
    return cells.assign(**named), counts


def looked_up(keys: pd.Series, grid: GridTable | None, column: str) -> tuple[np.ndarray, np.ndarray]:
    """Value and status of each 100 m cell in a grid table of any size.

    A value of a coarser grid is `unreliable` for the single cell; one coarser than 1 km says nothing about
    it: `missing`, as where there is no table or no row.
    """
    if grid is None or grid.size_m > COARSEST_M:
        return np.full(len(keys), np.nan), np.full(len(keys), "missing", dtype=object)
    own = keys.to_numpy(np.int64)
    wanted = own if grid.size_m == CELL_SIZE_M else parent_key(own, CELL_SIZE_M, grid.size_m)
    table = grid.table.set_index("cell_key")
    values = table[column].reindex(wanted).to_numpy(np.float64, na_value=np.nan)
    if f"{column}_status" in table:
        said = table[f"{column}_status"].astype(object).reindex(wanted).fillna("missing")
        status = said.to_numpy(dtype=object, copy=True)
    else:
        status = np.where(np.isnan(values), "missing", "ok").astype(object)
    status[np.isnan(values) & np.isin(status, ["ok", "unreliable", "imputed"])] = "missing"
    if grid.size_m > CELL_SIZE_M:
        status[status == "ok"] = "unreliable"
    return values, status
