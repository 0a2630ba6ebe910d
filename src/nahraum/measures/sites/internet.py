"""Groups of census cells whose households are not offered the required speed."""

from __future__ import annotations

import math

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
    east, north = cell_centre_m(lacking["cell_key"].to_numpy(np.int64))
    edge = int(setting.number("internet.group_m"))
    parts = zip((east // edge).tolist(), (north // edge).tolist(), lacking["quarter_id"], strict=True)
    names = [f"internet:{x}:{y}:{short_hash(str(quarter))}" for x, y, quarter in parts]
    table = lacking.assign(
        group=names, households=households_without(lacking, setting), counted=counted_households(lacking, setting)
    )
    least = setting.number("internet.minimum_households")
    groups = [(str(name), rows) for name, rows in table.groupby("group", sort=True)]
    return found([_place(n, rows, setting) for n, rows in groups if rows["households"].sum() >= least], len(inside))


def households_without(cells: pd.DataFrame, setting: Setting) -> pd.Series:
    """Households without the required offer by cell; all of them where the offer is not known. [households]"""
    offered = cells["internet_offer_share"].fillna(0.0)
    return cells["residents"] / setting.number("internet.persons_per_household") * (1 - offered)


def counted_households(cells: pd.DataFrame, setting: Setting) -> pd.Series:
    """Households a measure is for, by cell: those without the offer; all in quarters whose shares are not published.

    Quantity, cost and reason of a site leave the office: of a small quarter they must not tell the share.
    """
    area = setting.area.cells
    residents = area[area["inside"]].groupby("quarter_id")["residents"].sum()
    small = cells["quarter_id"].map(residents).fillna(0.0) < setting.parameters.number(
        "disclosure.minimum_denominator_share"
    )  # fmt: skip
    everybody = cells["residents"] / setting.number("internet.persons_per_household")
    return households_without(cells, setting).where(~small, everybody)


def rounded_households(number: float, setting: Setting) -> float:
    """The nearest multiple of `serving.rounding_residents`, at least one: an estimate, and none to count back from."""
    step = setting.parameters.number("serving.rounding_residents")
    return max(step, step * math.floor(number / step + 0.5))


def _place(name: str, rows: pd.DataFrame, setting: Setting) -> Place:
    keys = np.sort(rows["cell_key"].to_numpy(np.int64))
    shape = project_polygon(shapely.union_all(cell_square(keys)), GRID_CRS, setting.area.crs)
    x, y = inner_point(shape)
    return Place(
        key=name, kind="internet", geometry=shapely.normalize(shape), x_m=x, y_m=y,
        count=rounded_households(float(rows["counted"].sum()), setting), cells=tuple(keys.tolist()),
    )  # fmt: skip
