"""Groups of census cells whose households are not offered the required speed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from nahraum.area.space import project_polygon
from nahraum.grid import GRID_CRS, cell_centre_m, cell_square
from nahraum.measures.sites.place import Found, Place, found, inner_point, short_hash
from nahraum.measures.sites.setting import Setting


def internet_cells(setting: Setting) -> Found:
    """Inhabited cells with households below the required speed, grouped by square and quarter.

    Notes
        households = residents ÷ persons per household × share without the offer. Cells of which the offer is not
        known are left out: unknown is not without.
    """
    cells = setting.area.cells
    inside = cells[cells["inside"] & (cells["residents"] > 0)]
    if inside["internet_offer_share"].isna().all():
        return found([], len(inside), "no_internet")
    lacking = inside[inside["internet_offer_share"] < 1.0]
    persons = setting.number("internet.persons_per_household")
    households = lacking["residents"] / persons * (1 - lacking["internet_offer_share"])
    east, north = cell_centre_m(lacking["cell_key"].to_numpy(np.int64))
    edge = int(setting.number("internet.group_m"))
    parts = zip((east // edge).tolist(), (north // edge).tolist(), lacking["quarter_id"], strict=True)
    names = [f"internet:{x}:{y}:{short_hash(str(quarter))}" for x, y, quarter in parts]
    table = lacking.assign(group=names, households=households)
    least = setting.number("internet.minimum_households")
    groups = [(str(name), rows) for name, rows in table.groupby("group", sort=True)]
    return found([_place(n, rows, setting) for n, rows in groups if rows["households"].sum() >= least], len(inside))


def _place(name: str, rows: pd.DataFrame, setting: Setting) -> Place:
    keys = np.sort(rows["cell_key"].to_numpy(np.int64))
    shape = project_polygon(shapely.union_all(cell_square(keys)), GRID_CRS, setting.area.crs)
    x, y = inner_point(shape)
    return Place(
        key=name, kind="internet", geometry=shapely.normalize(shape), x_m=x, y_m=y,
        count=float(max(round(float(rows["households"].sum())), 1)), cells=tuple(keys.tolist()),
    )  # fmt: skip
