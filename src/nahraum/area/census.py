"""The part of the census a study needs: inhabited cells that touch its ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.area.space import grid_window
from nahraum.errors import InputError
from nahraum.frames import to_micro
from nahraum.grid import CELL_SIZE_M, cell_corner_m, cell_square
from nahraum.tables import GridTable

COARSEST_M = 1000
_FIX = "check [sources.population]: file, columns, and that it covers the OpenStreetMap extract"


@dataclass(frozen=True)
class Window:
    """The ground a study keeps: the boundary with its margin, as far as the data reach."""

    crs: str
    data: shapely.Geometry  # how far the OpenStreetMap data reach
    area: shapely.Geometry  # of it, what lies in the boundary or its margin


@dataclass(frozen=True)
class CensusCells:
    """Inhabited census cells that touch the window, sorted by key."""

    size_m: int
    key: npt.NDArray[np.int64]
    micro: npt.NDArray[np.int64]
    share_in_data: npt.NDArray[np.float64]

    def position(self, keys: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Position of each key among these cells, -1 where there is none."""
        wanted = np.asarray(keys, dtype=np.int64)
        at = np.searchsorted(self.key, wanted)
        at[at == len(self.key)] = 0
        return np.where(self.key[at] == wanted, at, -1) if len(self.key) else np.full(len(wanted), -1)


def census_cells(population: GridTable, window: Window) -> tuple[CensusCells, dict[str, int]]:
    """The inhabited cells of the population table that touch the window; and the counts for the notes.

    Raises
        InputError for a grid that is too coarse or does not nest in 100 m, negative residents, a table that
        lies elsewhere, and a window without any resident.
    """
    table = population.table.sort_values("cell_key", ignore_index=True)
    _check(population, table)
    ground = grid_window(window.area, window.crs)
    near = _touching(table["cell_key"].to_numpy(), population.size_m, ground)
    _check_place(table, near, population.size_m, ground)
    inside = table[near]
    residents = inside["residents"]
    inhabited = inside[residents > 0]
    if inhabited.empty:
        raise InputError(
            "no inhabited census cell lies in the study area", where=f"{len(inside)} cells there, none with residents",
            expected="residents per cell above 0", fix=_FIX,
        )  # fmt: skip
    keys = inhabited["cell_key"].to_numpy(np.int64)
    data = grid_window(window.data, window.crs)
    squares = cell_square(keys, population.size_m)
    share = np.minimum(shapely.area(shapely.intersection(squares, data)) / float(population.size_m) ** 2, 1.0)
    share[shapely.contains_properly(data, squares)] = 1.0
    cells = CensusCells(population.size_m, keys, to_micro(inhabited["residents"]), share)
    return cells, {
        "census_cells_cut": int((share < 1).sum()) if population.size_m > CELL_SIZE_M else 0,
        "census_cells_unknown": int(residents.isna().sum()),
        "population_cell_m": population.size_m,
    }


def _check(population: GridTable, table: pd.DataFrame) -> None:
    size, problems = population.size_m, []
    if size % CELL_SIZE_M or size > COARSEST_M:
        problems.append(f"its cells measure {size} m")
    if (low := table[table["residents"] < 0]).size:
        problems.append(f"'residents' is below 0 in {len(low)} rows, first: {low['residents'].head(3).tolist()}")
    if np.isinf(table["residents"].to_numpy(np.float64)).any():
        problems.append("'residents' holds infinite values")
    if table["cell_key"].duplicated().any():
        problems.append(f"'cell_key' repeats in {int(table['cell_key'].duplicated(keep=False).sum())} rows")
    if problems:
        raise InputError(
            f"the population table ({len(table)} rows) cannot be used", where=problems,
            expected="one row per census cell of 100 m to 1 km with residents ≥ 0 (empty where secret)",
            fix='secret values such as -1 and -9 are named in [sources.population] missing = [-1, -9]',
        )  # fmt: skip


def _touching(keys: npt.NDArray[np.int64], size_m: int, ground: shapely.Geometry) -> npt.NDArray[np.bool_]:
    west, south, east, north = shapely.bounds(ground)
    x, y = cell_corner_m(keys, size_m)
    near = (x < east) & (x + size_m > west) & (y < north) & (y + size_m > south)
    shapely.prepare(ground)
    near[near] = shapely.intersects(ground, cell_square(keys[near], size_m))
    return np.asarray(near, dtype=bool)


def _check_place(table: pd.DataFrame, near: npt.NDArray[np.bool_], size_m: int, ground: shapely.Geometry) -> None:
    if near.any():
        return
    x, y = cell_corner_m(table["cell_key"].to_numpy(), size_m)
    area = " ".join(f"{value / 1000:.0f}" for value in shapely.bounds(ground))
    if len(table):
        census = f"{x.min() / 1000:.0f} {y.min() / 1000:.0f} {x.max() / 1000:.0f} {y.max() / 1000:.0f}"
    else:
        census = "nowhere: the table is empty"
    raise InputError(
        "the census lies outside the study area",
        where=[f"census (west south east north, km in EPSG:3035): {census}", f"study area: {area}"],
        expected="a population table that covers the OpenStreetMap extract",
        fix=_FIX,
    )
