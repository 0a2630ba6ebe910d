"""One row per address with every value a lack is judged by, and the lacks themselves by given rules."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.frames import require
from nahraum.indicators import green, internet, living_space, supply
from nahraum.indicators.reach import PROVEN, STATUS, first_status, lack_status
from nahraum.indicators.rules import Rules
from nahraum.tables import ACCESS, ADDRESSES, CELLS, SERVICES

SPEED_COLUMNS = "offered_{}_share"
WAYS = (*(f"{service}_distance_m" for service in SERVICES), "green_distance_m")


class AreaLike(Protocol):
    """What the indicators and the index need of an area (`nahraum.area.Area` is one)."""

    @property
    def crs(self) -> str:
        """Metric CRS of the study."""

    @property
    def addresses(self) -> pd.DataFrame:
        """Table `ADDRESSES`."""

    @property
    def cells(self) -> pd.DataFrame:
        """Table `CELLS`; may hold `offered_<speed>_share` beside it."""

    @property
    def quarters(self) -> Any:
        """GeoDataFrame `QUARTERS`."""

    @property
    def facilities(self) -> pd.DataFrame:
        """Table `FACILITIES`."""

    @property
    def greens(self) -> pd.DataFrame:
        """Table `GREENS`."""

    @property
    def barriers(self) -> Any:
        """GeoDataFrame `line_id, kind, geometry`."""

    @property
    def crossings(self) -> Any:
        """GeoDataFrame `line_id, kind, geometry` of points where a walkable way crosses a barrier."""

    @property
    def base(self) -> Any:
        """GeoDataFrame `kind, name, geometry`: streets by name."""


def _measured(rows: pd.DataFrame, access: pd.DataFrame) -> pd.DataFrame:
    """The access table in the order of the rows."""
    ours, theirs = pd.Index(rows["address_id"]), pd.Index(access["address_id"])
    at = theirs.get_indexer(ours)
    if len(ours) != len(theirs) or (at < 0).any():
        raise InputError(
            "addresses and access do not belong together",
            where=f"without access: {list(ours.difference(theirs))[:3]}; "
            f"without address: {list(theirs.difference(ours))[:3]}",
            expected="the same address ids on both sides, each once",
        )
    table: pd.DataFrame = access.drop(columns="address_id").iloc[at]
    return table.reset_index(drop=True)


def without_stranded(rows: pd.DataFrame) -> pd.DataFrame:
    """An address that reaches no service of any kind is not on the network: not known, instead of lacking all."""
    unreachable, proven = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
    for service in SERVICES:
        status = rows[f"{service}_distance_m_status"]
        unreachable += (status == "unreachable").to_numpy()
        proven += status.isin(PROVEN).to_numpy()
    stranded = (unreachable >= 2) & (unreachable == proven)
    if not stranded.any():
        return rows
    for name in (*WAYS, "green_m2_per_resident"):
        lost = stranded & (rows[f"{name}_status"] == "unreachable").to_numpy()
        rows[f"{name}_status"] = rows[f"{name}_status"].mask(lost, "missing")
    return rows


def address_values(area: AreaLike, access: pd.DataFrame) -> pd.DataFrame:
    """One row per address, sorted by id, with every value that a lack is judged by and its status.

    Returns
        Columns of `ADDRESSES` and `ACCESS`; of the cell `floor_area_m2_per_resident`,
        `internet_offer_share` and, where known, `offered_<speed>_share`, each with its `_status`.

    Raises
        InputError where a table breaks its contract or ids differ.
    """
    addresses = require(area.addresses, ADDRESSES, called="the addresses")
    cells = require(area.cells, CELLS, called="the cells")
    require(access, ACCESS, called="the access table")
    rows = addresses.sort_values("address_id", kind="stable").reset_index(drop=True)
    rows = pd.concat([rows, _measured(rows, access)], axis=1)
    rows["floor_area_m2_per_resident"] = living_space.floor_area_m2_per_resident(cells, rows["cell_key"])
    rows["internet_offer_share"] = internet.internet_offer_share(cells, rows["cell_key"])
    speeds = sorted(c for c in cells.columns if c.startswith("offered_") and c.endswith("_share"))
    carried = ["floor_area_m2_per_resident_status", "internet_offer_share_status"]
    for name in (*carried, *speeds, *(f"{s}_status" for s in speeds)):
        if name in cells.columns:
            rows[name] = living_space.of_cell(cells, rows["cell_key"], name)
    rows = rows.astype({name: STATUS for name in rows.columns if name.endswith("_status")})
    return without_stranded(rows)


def can_judge_speed(values: pd.DataFrame, mbit_s: int) -> bool:
    """Whether the offer of this speed is known for any address."""
    column = SPEED_COLUMNS.format(mbit_s)
    return column in values.columns and bool(values[column].notna().any())


def _only_communal(values: pd.DataFrame) -> pd.Series:
    return (values["residents_communal"] > 0) & (values["residents_communal"] >= values["residents"])


def lack_values(values: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Who lacks what by these rules, without statuses; any subset of the rows gives the same answers for them.

    Returns
        Per address `lacks_living_space`, `lacks_green_access`, `lacks_green_capacity`, `lacks_green`,
        `lacks_supply` (1, 0, NaN not known), `lacks_internet` (share of households),
        `services_within_reach`; index as given.
    """
    area = values["floor_area_m2_per_resident"]
    space = living_space.lacks_living_space(area, _only_communal(values), minimum_m2=rules.floor_area_m2)
    way, share = values["green_distance_m"], values["green_m2_per_resident"]
    access = green.lacks_green_access(way, values["green_distance_m_status"], maximum_m=rules.green_distance_m)
    capacity = green.lacks_green_capacity(share, values["green_m2_per_resident_status"], minimum_m2=rules.green_m2)
    reached = supply.services_reached(values, services=rules.services, maximum_m=rules.supply_distance_m)
    columns = [
        space,
        access,
        capacity,
        green.lacks_green(access, capacity if rules.green_m2 is not None else None),
        internet.lacks_internet(values[rules.internet_column]),
        supply.services_within_reach(reached),
        supply.lacks_supply(reached, needed=rules.services_needed),
    ]
    return pd.concat(columns, axis=1)


def _internet_status(values: pd.DataFrame, rules: Rules) -> pd.Series:
    name, column = f"{rules.internet_column}_status", values[rules.internet_column]
    if name in values.columns:
        return values[name].rename("lacks_internet_status")
    unknown = column.isna().to_numpy()
    return first_status(values.index, ("missing", unknown), name="lacks_internet_status")


def lack_statuses(values: pd.DataFrame, lacks: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """How each lack of `lack_values` is known: a column `<lack>_status` each."""
    way, area = values["green_distance_m_status"], values["green_m2_per_resident_status"]
    services = pd.DataFrame({s: values[f"{s}_distance_m_status"] for s in rules.services}, index=values.index)
    reached = supply.services_reached(values, services=rules.services, maximum_m=rules.supply_distance_m)
    columns = [
        living_space.lacks_living_space_status(values["floor_area_m2_per_resident_status"], _only_communal(values)),
        lack_status(lacks["lacks_green_access"], way),
        lack_status(lacks["lacks_green_capacity"], area),
        lack_status(lacks["lacks_green"], *((way, area) if rules.green_m2 is not None else (way,))),
        _internet_status(values, rules),
        supply.services_within_reach_status(reached, services),
        lack_status(lacks["lacks_supply"], *(services[s] for s in rules.services)),
    ]
    return pd.concat(columns, axis=1)


def lacks_by_rules(values: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Who lacks what and how that is known: `lack_values` with a column `<lack>_status` after each."""
    lacks = lack_values(values, rules)
    statuses = lack_statuses(values, lacks, rules)
    together = pd.concat([lacks, statuses], axis=1)
    return together[[name for lack in lacks.columns for name in (lack, f"{lack}_status")]]
