"""Blocks of flats and offices: roof storeys, dwellings in offices, retrofits (METHODS 8.2)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.area.quarters import quarter_of_points
from nahraum.area.space import project_points
from nahraum.grid import GRID_CRS, cell_key
from nahraum.measures.sites.place import NAN, Found, Place, found, short_hash
from nahraum.measures.sites.setting import Setting

_FLATS_KINDS = ("apartments", "flats", "block")
_UNSPECIFIED = ("yes", "residential", "building", "terrace", "house", "mixed_use")
_YEARS, _YEARS_COLUMN = "building_years", "built_1949_to_1978_share"
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


def roof(setting: Setting) -> Found:
    """Groups of blocks of flats with room for roof storeys.

    Notes
        dwellings = footprint × 0.8 × storeys added ÷ 65 m² × share built 1949–1978 × activation (METHODS 8.2). Of the
        building years the census classes give 1949–1978; what was built until 1990 beside them is left out. Where the
        study has no building years, a share from knowledge stands in and the reason says so.
    """
    table = _blocks(setting)
    if table.empty:
        return found([], len(setting.buildings))
    table = table[~(table["levels"] > setting.number("roof.maximum_storeys"))]
    share, known = _built_share(table, setting)
    factor = setting.number("roof.footprint_share") * setting.number("roof.storeys_added") / setting.number("roof.m2")
    potential = table["footprint_m2"] * factor * share * setting.number("roof.activation_share")
    table = table.assign(amount=potential, known=known)
    return found(_groups(table[table["amount"] > 0], setting, "roof"), len(setting.buildings))


def large_dwellings_houses(setting: Setting) -> Found:
    """The same blocks of flats with the dwellings that a programme of retrofits would reach."""
    table = _blocks(setting)
    if table.empty:
        return found([], len(setting.buildings))
    flats = table["flats"].fillna(table["residents"] / setting.number("dwellings.persons"))
    table = table.assign(amount=flats * setting.number("retrofit.activation_share"), known=True)
    return found(_groups(table[table["amount"] > 0], setting, "retrofit"), len(setting.buildings))


def offices(setting: Setting) -> Found:
    """Office buildings, with the dwellings that a part of their floor area would give."""
    houses = setting.buildings
    chosen = houses[houses["building"].isin(setting.words("office.kinds")) & ~houses["residential"].to_numpy(bool)]
    storeys = _storeys(chosen, setting)
    share = setting.number("dwellings.living_share") * setting.number("office.activation_share")
    number = chosen["footprint_m2"].to_numpy(np.float64) * storeys * share / setting.number("dwellings.m2")
    points = _points(chosen)
    places = [
        Place(
            key=str(row["building_id"]), kind="office", geometry=row["geometry"], x_m=x, y_m=y,
            parcel_id=str(row["building_id"]), name=str(row["name"]), area_m2=round(float(row["footprint_m2"]), 1),
            dwellings=float(amount), sealed=1.0,
        )
        for row, (x, y), amount in zip(chosen.to_dict("records"), points.tolist(), number.tolist(), strict=True)
    ]  # fmt: skip
    return found(places, len(houses))


def _points(houses: pd.DataFrame) -> Floats:
    shapes = np.asarray(houses["geometry"].to_numpy(), dtype=object)
    return np.asarray(shapely.get_coordinates(shapely.point_on_surface(shapes)).reshape(-1, 2).round(1))


def _storeys(houses: pd.DataFrame, setting: Setting) -> Floats:
    """Mapped storeys, else those of the building stock (by kind)."""
    stock = setting.area.buildings
    known = houses["levels"].to_numpy(np.float64)
    if stock is None:
        return np.where(known > 0, known, 1.0)
    usual = stock.set_index("building_id")["storeys"].reindex(houses["building_id"]).to_numpy(np.float64)
    return np.where(known > 0, known, np.nan_to_num(usual, nan=1.0))


def _blocks(setting: Setting) -> pd.DataFrame:
    """Blocks of flats: by their kind or flats, else by footprint and residents; with residents and x_m, y_m."""
    houses = setting.buildings
    addresses = setting.area.addresses
    people = addresses.set_index("address_id")["residents"]
    residents = people.reindex(houses["building_id"]).fillna(0.0).to_numpy(np.float64)
    large = houses["footprint_m2"].between(setting.number("roof.minimum_m2"), setting.number("roof.maximum_m2"))
    lived_in = residents >= setting.number("roof.minimum_residents")
    tagged = houses["building"].isin(_FLATS_KINDS) | (houses["flats"] >= 3)
    guessed = houses["building"].isin(_UNSPECIFIED) & houses["residential"].to_numpy(bool) & large & lived_in
    table = pd.DataFrame(houses.drop(columns="geometry")).assign(
        geometry=houses.geometry.to_numpy(), residents=residents
    )
    table = table[(tagged | guessed) & large & ~houses["communal"].to_numpy(bool)].reset_index(drop=True)
    xy = _points(table)
    placed: pd.DataFrame = table.assign(x_m=xy[:, 0], y_m=xy[:, 1])
    return placed


def _built_share(table: pd.DataFrame, setting: Setting) -> tuple[Floats, Bools]:
    """Share of houses of the years in question in the cell of each house, and whether the census tells it."""
    usual = np.full(len(table), setting.number("roof.years_share_unknown"))
    topic = setting.ground.topics.get(_YEARS)
    if topic is None or _YEARS_COLUMN not in topic.table:
        return usual, np.zeros(len(table), dtype=bool)
    east, north = project_points(table["x_m"], table["y_m"], setting.area.crs, target=GRID_CRS)
    keys = cell_key(east, north, topic.size_m)
    told = topic.table.set_index("cell_key")[_YEARS_COLUMN].reindex(keys).to_numpy(np.float64)
    known = ~np.isnan(told)
    return np.where(known, told, usual), known


def _groups(table: pd.DataFrame, setting: Setting, kind: str) -> list[Place]:
    """Houses of a square and quarter as one place, at the house with the largest amount."""
    edge = setting.number("roof.group_m")
    quarter, _ = quarter_of_points(setting.area.quarters, table["x_m"], table["y_m"])
    squares = zip((table["x_m"] // edge).astype(int), (table["y_m"] // edge).astype(int), quarter, strict=True)
    names = [f"{kind}:{x}:{y}:{short_hash(str(name))}" for x, y, name in squares]
    lived_in = frozenset(setting.area.addresses["address_id"])
    return [_group(str(name), rows, lived_in, kind) for name, rows in table.assign(group=names).groupby("group")]


def _group(name: str, rows: pd.DataFrame, lived_in: frozenset[str], kind: str) -> Place:
    first = rows.sort_values(["amount", "building_id"], ascending=[False, True]).iloc[0]
    amount: Any = float(rows["amount"].sum())
    told = float(rows["amount"][rows["known"]].sum())
    unknown = kind == "roof" and told < amount / 2
    return Place(
        key=name, kind="roof_years_unknown" if unknown else kind,
        geometry=shapely.normalize(shapely.multipolygons(_parts(rows))), x_m=float(first["x_m"]),
        y_m=float(first["y_m"]), dwellings=amount if kind == "roof" else 0.0,
        count=NAN if kind == "roof" else round(amount), sealed=1.0,
        address_id=str(first["building_id"]) if first["building_id"] in lived_in else "",
        extra={"houses": float(len(rows))},
    )  # fmt: skip


def _parts(rows: pd.DataFrame) -> list[shapely.Polygon]:
    return [part for shape in rows["geometry"] for part in shapely.get_parts(shape).tolist()]
