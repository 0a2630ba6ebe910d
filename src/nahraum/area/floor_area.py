"""Living space of each 100 m cell, from what the census tells: at 100 m, at 1 km, or in dwellings by size."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nahraum.area.cells import COARSEST_M, looked_up
from nahraum.grid import CELL_SIZE_M, parent_key
from nahraum.parameters import Parameters
from nahraum.tables import GridTable

VALUE = "floor_area_m2_per_resident"
SHAPE = "floor_area_m2_per_dwelling"


def with_floor_area(
    cells: pd.DataFrame, floor_area: GridTable | None, dwellings: GridTable | None, *, parameters: Parameters
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Cells with floor_area_m2_per_resident and its status. [m² per person]

    Parameters
        cells : from `cells.inhabited_cells`.
        floor_area : floor area per resident, at 100 m or up to 1 km; never of a municipality.
        dwellings : mean floor area per dwelling at 100 m.

    Returns
        the cells and the counts for the notes. Status ok: published for the cell; imputed: the published
        value of a coarser cell, spread over its 100 m cells by the size of their dwellings so that the mean
        over residents stays the published one; unreliable: the value of the coarser cell itself, where
        the size of dwellings is not known; missing, suppressed: not known.
    """
    values, status = looked_up(cells["cell_key"], floor_area, VALUE)
    coarse = floor_area is not None and CELL_SIZE_M < floor_area.size_m <= COARSEST_M
    if coarse and floor_area is not None and dwellings is not None and dwellings.size_m == CELL_SIZE_M:
        values, status = _benchmarked(
            (values, status), cells, dwellings, size_m=floor_area.size_m, parameters=parameters
        )
    known = ~np.isnan(values)
    counts = {
        "floor_area_imputed": int((known & (status == "imputed")).sum()),
        "floor_area_coarse": int((known & (status == "unreliable")).sum()) if coarse else 0,
        "floor_area_unknown": int((~known).sum()),
    }
    return cells.assign(**{VALUE: values, f"{VALUE}_status": status}), counts


def _benchmarked(
    coarse: tuple[np.ndarray, np.ndarray],
    cells: pd.DataFrame,
    dwellings: GridTable,
    *,
    size_m: int,
    parameters: Parameters,
) -> tuple[np.ndarray, np.ndarray]:
    """The published level of the coarse cell in the shape of the mean dwellings of its 100 m cells.

    value_c = published x s_c / (sum of residents_c x s_c / sum of residents_c), s_c = mean dwelling of c to the
    power `residents.floor_area_elasticity`, over the 100 m cells c of one coarse cell with a known mean
    dwelling; residents in communal accommodation live in no dwelling.
    """
    published, status = coarse
    mean_dwelling, _ = looked_up(cells["cell_key"], dwellings, SHAPE)
    shape = np.where(mean_dwelling > 0, mean_dwelling, np.nan) ** parameters.number("residents.floor_area_elasticity")
    living = (cells["residents"] - cells["residents_communal"]).to_numpy()
    use = ~np.isnan(shape) & ~np.isnan(published) & (living > 0)
    parent = parent_key(cells["cell_key"].to_numpy(), CELL_SIZE_M, size_m)
    rows = pd.DataFrame({"parent": parent, "top": living * shape, "bottom": living})[use].groupby("parent").sum()
    mean_shape = pd.Series(parent).map(rows["top"] / rows["bottom"]).to_numpy(np.float64)
    values = np.where(use, published * shape / np.where(use, mean_shape, 1.0), published)
    marked = status.copy()
    marked[use] = "imputed"
    return values, marked
