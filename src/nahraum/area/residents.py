"""Residents at address points: the census cell's total, shared among the homes in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.area.apportion import apportion_groups
from nahraum.area.census import CensusCells, Window
from nahraum.area.space import project_points
from nahraum.frames import to_micro
from nahraum.grid import CELL_SIZE_M, GRID_CRS, cell_centre_m, cell_id, cell_key, parent_key
from nahraum.parameters import Parameters
from nahraum.tables import GridTable

SHAPE = "floor_area_m2_per_dwelling"

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Shares:
    """What remains of each census cell for ordinary homes, on the way from cells to addresses."""

    cells: pd.DataFrame  # cell_key (100 m), parent (position of the census cell), micro
    centres: pd.DataFrame  # parent, micro: census cells with neither home nor dwelling


def residents_at_addresses(
    census: CensusCells,
    homes: pd.DataFrame,
    dwellings: GridTable | None,
    *,
    window: Window,
    parameters: Parameters,
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Address points with their residents in whole millionths. [persons]

    Parameters
        census : inhabited census cells that touch the window.
        homes : from `buildings.homes`.
        dwellings : dwellings per 100 m cell; only used where the census cells are coarser.
        window : which part of the ground the study keeps.

    Returns
        address_id, cell_key, x_m, y_m, micro, communal_micro, kind; sorted by id, residents above 0, inside
        the window; and the counts for the notes.

    Notes
        1. Communal accommodation takes its estimate. 2. What remains of a census cell coarser than 100 m goes
        to its 100 m cells by dwellings and their size, else by floor area of homes. 3. A 100 m cell's residents
        go to its homes by floor area, or to its centre where no home is mapped. Exact to a millionth.
    """
    mapped = homes
    homes = homes.assign(parent=census.position(cell_key(homes["east_m"], homes["north_m"], census.size_m)))
    homes = homes[homes["parent"] >= 0].reset_index(drop=True)
    communal_micro = _communal_micro(homes, census, parameters)
    rest = census.micro - np.bincount(homes["parent"], communal_micro, len(census.micro)).astype(np.int64)
    ordinary = homes[~homes["communal"] & ~homes["makeshift"]].reset_index(drop=True)
    shares, cut = _shares_of_cells(rest, census, ordinary, _known_dwellings(dwellings, census, parameters), parameters)
    addresses = pd.concat(
        [
            _at_communal(homes, communal_micro),
            *_at_homes_and_centres(shares.cells, _with_makeshift(ordinary, homes), window.crs),
            _at_coarse_centres(shares.centres, census, window.crs),
        ],
        ignore_index=True,
    )
    addresses = addresses[addresses["micro"] > 0]
    kept = _on(window, addresses)
    left_out = cut + int(addresses.loc[~kept, "micro"].sum())
    addresses = addresses[kept].sort_values("address_id").reset_index(drop=True)
    return addresses, {"residents_left_out_of_cut_cells": round(left_out / 1e6)} | _counts(mapped, addresses, window)


def _on(window: Window, points: pd.DataFrame) -> npt.NDArray[np.bool_]:
    x, y = points["x_m"].to_numpy(np.float64), points["y_m"].to_numpy(np.float64)
    return np.asarray(shapely.contains_xy(window.area, x, y))


def _counts(homes: pd.DataFrame, addresses: pd.DataFrame, window: Window) -> dict[str, int]:
    empty = ~homes["building_id"].isin(addresses["address_id"])
    return {
        "homes_without_residents": int((empty & ~homes["makeshift"] & _on(window, homes)).sum()),
        "makeshift_homes": int((~empty & homes["makeshift"]).sum()),
    }


def _communal_micro(homes: pd.DataFrame, census: CensusCells, parameters: Parameters) -> Int64:
    """Residents of communal accommodation: by floor area, less where the cell does not hold that many."""
    floor, communal = homes["floor_m2"].to_numpy(), homes["communal"].to_numpy(bool)
    per_m2 = parameters.number("area.communal_residents_per_m2")
    per_home_m2 = 1 / parameters.number("residents.gross_floor_area_m2_per_resident")
    expected = to_micro(floor * np.where(communal, per_m2, np.where(homes["makeshift"], 0.0, per_home_m2)))
    in_cell = np.bincount(homes["parent"], expected, len(census.micro)).astype(np.float64)
    scale = np.minimum(1.0, np.divide(census.micro, in_cell, out=np.ones_like(in_cell), where=in_cell > 0))
    return np.where(communal, np.floor(expected * scale[homes["parent"]]), 0).astype(np.int64)


def _known_dwellings(dwellings: GridTable | None, census: CensusCells, parameters: Parameters) -> pd.DataFrame:
    whole = np.zeros(0, dtype=np.int64)
    empty = pd.DataFrame({"cell_key": whole, "parent": whole, "dwellings": [], "crowd": []})
    if dwellings is None or dwellings.size_m != CELL_SIZE_M or census.size_m == CELL_SIZE_M:
        return empty
    known = dwellings.table[dwellings.table["dwellings"] > 0].sort_values("cell_key")
    known = known.assign(parent=census.position(parent_key(known["cell_key"], CELL_SIZE_M, census.size_m)))
    known = known[known["parent"] >= 0].reset_index(drop=True)
    return known.assign(crowd=_crowd(known, parameters))[["cell_key", "parent", "dwellings", "crowd"]]


def _crowd(known: pd.DataFrame, parameters: Parameters) -> pd.Series:
    """Residents per dwelling of each cell, relative to its census cell: more people live in larger dwellings.

    Floor area per resident grows with the floor area of a dwelling to the power e, so residents per dwelling
    grow to the power 1 - e; without sizes every dwelling holds the same number.
    """
    if SHAPE not in known:
        return pd.Series(1.0, index=known.index)
    power = 1 - parameters.number("residents.floor_area_elasticity")
    size = known[SHAPE]
    weight = known["dwellings"].where(size > 0, 0.0)
    top = (weight * size.fillna(0.0)).groupby(known["parent"]).transform("sum")
    mean = top / weight.groupby(known["parent"]).transform("sum")
    return ((size / mean) ** power).where(size > 0, 1.0).fillna(1.0).round(6)


def _shares_of_cells(
    rest: Int64, census: CensusCells, ordinary: pd.DataFrame, known: pd.DataFrame, parameters: Parameters
) -> tuple[_Shares, int]:
    """Residents of each 100 m cell, and how many of cut cells lie beyond the data. [1e-6]"""
    if census.size_m == CELL_SIZE_M:
        cells = pd.DataFrame({"cell_key": census.key, "parent": np.arange(len(rest)), "micro": rest})
        return _Shares(cells, cells.iloc[:0][["parent", "micro"]]), 0
    candidates = _candidate_cells(ordinary, known, parameters)
    has_known = np.isin(np.arange(len(rest)), known["parent"])
    inside = np.where(has_known, rest, np.floor(rest * census.share_in_data)).astype(np.int64)
    has_candidate = np.isin(np.arange(len(rest)), candidates["parent"])
    micro = apportion_groups(
        np.where(has_candidate, inside, 0), candidates["parent"].to_numpy(), candidates["weight"].to_numpy(np.float64)
    )
    empty = np.flatnonzero(~has_candidate & (inside > 0))
    centres = pd.DataFrame({"parent": empty, "micro": inside[empty]})
    return _Shares(candidates.assign(micro=micro), centres), int((rest - inside).sum())


def _candidate_cells(ordinary: pd.DataFrame, known: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """100 m cells that may hold residents of a coarser census cell, each with its weight in dwellings."""
    floor = ordinary.groupby(["cell_key", "parent"], sort=True)["floor_m2"].sum().round(3).reset_index()
    # a home's 100 m cell always lies in the home's census cell, so the key alone joins
    cells = known.merge(floor, on=["cell_key", "parent"], how="outer").sort_values("cell_key", ignore_index=True)
    both = cells[cells["dwellings"].notna() & cells["floor_m2"].notna()]
    sums = both.groupby("parent")[["dwellings", "floor_m2"]].sum()
    overall = both["dwellings"].sum() / both["floor_m2"].sum() if len(both) else 1.0
    rate = cells["parent"].map(sums["dwellings"] / sums["floor_m2"]).fillna(overall)
    limit = parameters.number("residents.undisclosed_dwellings_maximum")
    estimate = cells["floor_m2"] * rate
    estimate = estimate.where(~cells["parent"].isin(known["parent"]), estimate.clip(upper=limit))
    weight = (cells["dwellings"] * cells["crowd"]).fillna(estimate)
    return cells.assign(weight=weight)[["cell_key", "parent", "weight"]]


def _with_makeshift(ordinary: pd.DataFrame, homes: pd.DataFrame) -> pd.DataFrame:
    """Homes, and in cells without any the plain buildings that are none by their tags: above shops, say."""
    spare = homes[homes["makeshift"] & ~homes["cell_key"].isin(ordinary["cell_key"])]
    return pd.concat([ordinary, spare]).sort_values("building_id", ignore_index=True)


def _at_communal(homes: pd.DataFrame, communal_micro: Int64) -> pd.DataFrame:
    chosen = homes[homes["communal"]]
    micro = communal_micro[homes["communal"].to_numpy(bool)]
    return _addresses(chosen["building_id"], chosen, micro, kind="building").assign(communal_micro=micro)


def _at_homes_and_centres(cells: pd.DataFrame, ordinary: pd.DataFrame, crs: str) -> list[pd.DataFrame]:
    """Residents of 100 m cells at their homes by floor area; at the centre where no home is mapped."""
    cells = cells.sort_values("cell_key", ignore_index=True)
    at = np.searchsorted(cells["cell_key"], ordinary["cell_key"])
    listed = at < len(cells)
    listed[listed] &= cells["cell_key"].to_numpy()[at[listed]] == ordinary["cell_key"].to_numpy()[listed]
    living, group = ordinary[listed].reset_index(drop=True), at[listed].astype(np.int64)
    built = np.isin(np.arange(len(cells)), group)
    totals = cells["micro"].to_numpy(np.int64)
    micro = apportion_groups(np.where(built, totals, 0), group, living["floor_m2"].to_numpy(np.float64))
    bare = cells[~built]
    points = _centres(bare["cell_key"].to_numpy(), CELL_SIZE_M, crs)
    return [
        _addresses(living["building_id"], living, micro, kind="building"),
        _addresses(points["address_id"], points, totals[~built], kind="cell_centre"),
    ]


def _at_coarse_centres(centres: pd.DataFrame, census: CensusCells, crs: str) -> pd.DataFrame:
    points = _centres(census.key[centres["parent"]], census.size_m, crs)
    return _addresses(points["address_id"], points, centres["micro"].to_numpy(np.int64), kind="cell_centre")


def _centres(keys: Int64, size_m: int, crs: str) -> pd.DataFrame:
    east, north = cell_centre_m(keys, size_m)
    x, y = project_points(east, north, GRID_CRS, target=crs)
    names = np.array([f"cell:{name}" for name in cell_id(keys, size_m)], dtype=object)
    return pd.DataFrame({"address_id": names, "cell_key": cell_key(east, north), "x_m": x.round(2), "y_m": y.round(2)})


def _addresses(ids: pd.Series, points: pd.DataFrame, micro: Int64, *, kind: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "address_id": ids.to_numpy(dtype=object),
            "cell_key": points["cell_key"].to_numpy(np.int64),
            "x_m": points["x_m"].to_numpy(np.float64),
            "y_m": points["y_m"].to_numpy(np.float64),
            "micro": micro,
            "communal_micro": np.zeros(len(points), dtype=np.int64),
            "kind": kind,
        }
    )
