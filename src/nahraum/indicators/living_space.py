"""Living space: place-based, the mean floor area per resident of the cell."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nahraum.errors import InputError


def of_cell(cells: pd.DataFrame, cell_key: pd.Series, column: str) -> pd.Series:
    """A value of the cells at each address, in the order of the addresses.

    Raises
        InputError where an address lies in a cell that the table does not hold.
    """
    by_key = cells.set_index("cell_key")[column]
    lost = cell_key[~cell_key.isin(by_key.index)]
    if len(lost):
        raise InputError(
            f"{len(lost)} addresses lie in cells without a row", where=f"first cells: {sorted(set(lost))[:3]}",
            expected="one row in the table of cells for every cell with an address",
        )  # fmt: skip
    return pd.Series(by_key.loc[cell_key].to_numpy(), index=cell_key.index, name=column)


def floor_area_m2_per_resident(cells: pd.DataFrame, cell_key: pd.Series) -> pd.Series:
    """Mean floor area per resident of the cell an address lies in. [m² per person]

    Parameters
        cells : table of cells with `floor_area_m2_per_resident`.
        cell_key : cell of each address.

    Returns
        One value per address; NaN where the cell's value is missing or suppressed.

    Notes
        A mean of the cell, not of the household: one person in a large flat hides crowded families.

    References
        Statistische Ämter des Bundes und der Länder (2024). Zensus 2022, Gitterzellen.
    """
    return of_cell(cells, cell_key, "floor_area_m2_per_resident")


def lacks_living_space(floor_area_m2: pd.Series, only_communal: pd.Series, *, minimum_m2: float) -> pd.Series:
    """Who lacks living space, place-based: 1 yes, 0 no, NaN not known. [-]

    Parameters
        floor_area_m2 : mean floor area per resident of the cell. [m² per person]
        only_communal : True where all residents of the address live in communal accommodation; the floor
            area of dwellings says nothing about them.
        minimum_m2 : below this a resident lacks living space; exactly this much is enough. [m² per person]
    """
    known = floor_area_m2.notna().to_numpy() & ~only_communal.to_numpy(dtype=bool)
    below = (floor_area_m2 < minimum_m2).to_numpy()
    values = np.where(known, below.astype(np.float64), np.nan)
    return pd.Series(values, index=floor_area_m2.index, name="lacks_living_space")


def lacks_living_space_status(floor_area_status: pd.Series, only_communal: pd.Series) -> pd.Series:
    """Status of the lack: that of the floor area; `undetermined` in communal accommodation."""
    return floor_area_status.mask(only_communal, "undetermined").rename("lacks_living_space_status")
