"""Counts of a census to margins: tenure out of shares, dwellings out of buildings, the town out of its cells."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.frames import require
from nahraum.grid import parent_key
from nahraum.households.balance import balanced
from nahraum.households.contracts import BUILDING_TYPES, BUILDING_YEARS, CLASSES, MARGINS, PLACES
from nahraum.households.seed import year_seed
from nahraum.parameters import Parameters
from nahraum.tables import HOUSEHOLD_COUNTS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_AS_THEY_ARE = ("household_size", "household_type", "rooms", "floor_area", "age_tens", "age_five")
_NO_DWELLINGS = "nahraum fetch brings the archives of [sources.topics]: households, families, rooms, ownership …"


def margins_of_counts(counts: pd.DataFrame, cells: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Margins of the cells, of their square kilometres and of the municipalities, out of published counts.

    Parameters
        counts : `tables.HOUSEHOLD_COUNTS`.
        cells : `contracts.PLACES`: the inhabited cells; counts elsewhere are left out.

    Returns
        `contracts.MARGINS`. Tenure is the published share of owners times the households; dwellings by type of building
        out of buildings are bounds (3 to 6 dwellings), by year of construction they go by the types of the same cell. A
        municipality is the sum of its cells, where nearly all publish every class: a start, not a published count.

    Raises
        InputError where no size of any household is counted.
    """
    table = require(counts, HOUSEHOLD_COUNTS, called="counts of households")
    places = require(cells, PLACES, called="cells of households")
    cell = np.asarray(places["cell_key"].to_numpy(), dtype=np.int64)
    here: dict[str, Ints] = {"cell": cell, "km": np.unique(parent_key(cell))}
    chosen: list[pd.DataFrame] = [
        table[(table["level"] == level) & table["area_key"].isin(keys)] for level, keys in here.items()
    ]
    rows: pd.DataFrame = pd.concat(chosen)
    if not ((rows["measure"] == "household_size") & (rows["class_id"] > 0) & rows["count"].notna()).any():
        raise InputError(
            "the study knows no size of any household",
            where=f"counted are: {', '.join(sorted(rows['measure'].unique())) or 'nothing'}",
            expected="[sources.topics] households: the census table of households by size",
            fix=_NO_DWELLINGS,
        )
    parts = [rows[rows["measure"] == name].rename(columns={"measure": "dimension"}) for name in _AS_THEY_ARE]
    for level in here:
        mine = rows[rows["level"] == level]
        parts += [_tenure(mine, level), *_buildings(mine, level, parameters)]
    found = pd.concat([part for part in parts if len(part)], ignore_index=True)
    found = pd.concat([found, _towns(found, places, parameters)], ignore_index=True)
    return found.reindex(columns=[*MARGINS.names(), "least", "most"])


def table_of(rows: pd.DataFrame, measure: str, n_classes: int) -> tuple[Ints, Floats]:
    """Areas and their counts [areas, total and classes]; NaN where none is published."""
    mine = rows[rows["measure"] == measure]
    keys, place = np.unique(mine["area_key"].to_numpy(), return_inverse=True)
    found = np.full((keys.size, n_classes + 1), np.nan)
    found[place, mine["class_id"].to_numpy()] = mine["count"].to_numpy()
    return keys, found


def _long(level: str, keys: Ints, dimension: str, status: npt.ArrayLike, **values: Floats) -> pd.DataFrame:
    """Rows of one dimension: a row per area and class of count, least, most."""
    n = len(CLASSES[dimension])
    frame = pd.DataFrame({"level": level, "area_key": np.repeat(keys, n), "dimension": dimension})
    frame["class_id"] = np.tile(np.arange(1, n + 1), keys.size)
    for name, value in values.items():
        frame[name] = value.reshape(-1)
    frame["status"] = np.broadcast_to(np.asarray(status, dtype=object), (keys.size, n)).reshape(-1)
    return frame


def _tenure(rows: pd.DataFrame, level: str) -> pd.DataFrame:
    """Owners and tenants: the share of owners times the households, where both are published."""
    keys, share = table_of(rows, "owner_share", 1)
    known, sizes = table_of(rows, "household_size", len(CLASSES["household_size"]))
    if not keys.size or not known.size:
        return pd.DataFrame()
    number = np.where(np.isnan(sizes[:, 0]), sizes[:, 1:].sum(axis=1), sizes[:, 0])
    place = np.minimum(np.searchsorted(known, keys), known.size - 1)
    total = np.where(known[place] == keys, number[place], np.nan)
    told = ~np.isnan(total * share[:, 1])
    owners = (total * np.clip(share[:, 1], 0.0, 1.0))[told]
    return _long(level, keys[told], "tenure", "ok", count=np.stack([owners, total[told] - owners], axis=1))


def _buildings(rows: pd.DataFrame, level: str, parameters: Parameters) -> list[pd.DataFrame]:
    """Dwellings by type of building and by year of construction."""
    n_types, n_years = len(BUILDING_TYPES), len(BUILDING_YEARS)
    listed = []
    direct, dwellings = table_of(rows, "dwellings_by_type", n_types)
    told = ~np.isnan(dwellings[:, 1:]).any(axis=1)
    if told.any():
        listed.append(_long(level, direct[told], "building_type", "ok", count=dwellings[told, 1:]))
    keys, types = table_of(rows, "buildings_by_type", n_types)
    told = ~np.isnan(types[:, 1:]).any(axis=1) & (np.nan_to_num(types[:, 1:]).sum(axis=1) > 0)
    keys, types = keys[told], types[told, 1:]
    if keys.size and not listed:
        listed.append(_bounded(level, keys, types, parameters))
    of_year, years = table_of(rows, "buildings_by_year", n_years)
    told = ~np.isnan(years[:, 1:]).any(axis=1) & (np.nan_to_num(years[:, 1:]).sum(axis=1) > 0)
    of_year, years = of_year[told], years[told, 1:]
    both, place, other = np.intersect1d(of_year, keys, return_indices=True)
    if both.size:
        stock = _dwellings_of(rows, both, types[other], parameters)
        by_year = dwellings_by_year(years[place], types[other], stock, parameters)
        listed.append(_long(level, both, "building_year", "unreliable", count=by_year))
    return listed


def _limits(parameters: Parameters) -> tuple[Floats, Floats]:
    """The least and most dwellings of a building of each type; NaN in the parameter is no limit."""
    least = np.asarray(parameters.value("households.dwellings_per_building_least"), dtype=np.float64)
    most = np.asarray(parameters.value("households.dwellings_per_building_most"), dtype=np.float64)
    return least, np.where(most > 0, most, np.inf)


def _bounded(level: str, keys: Ints, buildings: Floats, parameters: Parameters) -> pd.DataFrame:
    """Dwellings by type out of buildings: a count where every such building has as many, else bounds."""
    least, most = _limits(parameters)
    low = buildings * least
    high = np.multiply(buildings, most, out=np.zeros_like(low), where=buildings > 0)
    exact = low == high
    return _long(
        level, keys, "building_type", np.where(exact, "ok", "missing"),
        count=np.where(exact, low, np.nan), least=low, most=np.where(np.isinf(high), np.nan, high),
    )  # fmt: skip


def _dwellings_of(rows: pd.DataFrame, keys: Ints, buildings: Floats, parameters: Parameters) -> Floats:
    """Dwellings of each area by type: as many as the census counts, within what the buildings can hold."""
    typical = np.asarray(parameters.value("households.dwellings_per_building_assumed"), dtype=np.float64)
    least, most = _limits(parameters)
    low, usual = buildings * least, buildings * typical
    high = np.where(buildings > 0, np.where(np.isinf(most), 10.0 * np.maximum(typical, 1.0), most) * buildings, 0.0)
    total = usual.sum(axis=1)
    for measure in ("rooms", "floor_area"):
        known, counted = table_of(rows, measure, len(CLASSES[measure]))
        if known.size:
            place = np.minimum(np.searchsorted(known, keys), known.size - 1)
            found = np.where(known[place] == keys, counted[place, 0], np.nan)
            total = np.where(np.isnan(found), total, found)
    total = np.clip(total, low.sum(axis=1), high.sum(axis=1))
    parent = np.arange(keys.size)
    one = np.arange(buildings.shape[1])[None, :]
    fitted = balanced(usual, one, low[:, None], high[:, None], total, parent=parent)
    return fitted.weights


def dwellings_by_year(years: Floats, types: Floats, dwellings: Floats, parameters: Parameters) -> Floats:
    """Dwellings by year of construction: buildings by type and year, each with the dwellings of its type. [dwellings]

    Parameters
        years, types : buildings of each area by year and by type (noise keeps their sums apart: years are scaled).
        dwellings : of each area by type.

    Notes
        Buildings by type and year start from the seed and meet both counts (iterative proportional fitting).
    """
    seed = year_seed(parameters)
    kind, year = np.nonzero(seed > 0)
    scaled = years * (types.sum(axis=1) / years.sum(axis=1))[:, None]
    most = max(types.shape[1], years.shape[1])
    bounds = np.zeros((types.shape[0], 2, most))
    bounds[:, 0, : types.shape[1]], bounds[:, 1, : years.shape[1]] = types, scaled
    found = balanced(seed[kind, year][None, :], np.array([kind, year]), bounds, bounds, types.sum(axis=1), rounds=100)
    each = np.divide(dwellings, types, out=np.zeros_like(types), where=types > 0)
    result = np.zeros_like(years)
    np.add.at(result.T, year, (found.weights * each[:, kind]).T)
    return result


def _towns(rows: pd.DataFrame, places: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Sums of the municipalities over their cells that publish every class of a dimension.

    Only of dimensions of which these cells hold nearly all that is counted: where small counts are hidden (census 2011,
    bounds of buildings) the cells that publish everything are large or alike, and no picture of the town.
    """
    cells = rows[(rows["level"] == "cell") & (rows["class_id"] > 0)]
    told = cells["count"].notna().groupby([cells["dimension"], cells["area_key"]]).transform("all")
    known = cells["count"].fillna(cells.get("least", 0.0)).fillna(0.0)
    parts = known.where(told, 0.0).groupby(cells["dimension"]).sum() / known.groupby(cells["dimension"]).sum()
    enough = parts.index[parts >= parameters.number("households.town_told_share")]
    whole = cells[told.to_numpy(dtype=bool) & cells["dimension"].isin(enough).to_numpy()].merge(
        places.rename(columns={"cell_key": "area_key", "municipality_key": "town"}), on="area_key", how="left"
    )
    summed: pd.DataFrame = whole.groupby(["town", "dimension", "class_id"])["count"].sum().reset_index()
    return summed.rename(columns={"town": "area_key"}).assign(level="municipality", status="unreliable")
