"""What the census tells of each grid cell beyond living space: people, households, dwellings, buildings, rents.

Values are those of the cell an address lies in; areas weigh them by residents.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from nahraum.area.cells import looked_up
from nahraum.indicators.further import Setting
from nahraum.tables import GridTable

OfCell = Callable[[pd.Series, GridTable], pd.DataFrame]


def address_values(setting: Setting) -> pd.DataFrame:
    """Every value of the topics that the study brings, per address; the first topic that has a value gives it."""
    keys = setting.area.addresses["cell_key"]
    found = _of_register(setting)
    for grid in setting.given.topics.values():
        for name in map(str, grid.table.columns):
            if name in VALUES and name not in found:
                found[name] = VALUES[name](keys, grid)
    return pd.concat(list(found.values()), axis=1) if found else pd.DataFrame()


def _of_register(setting: Setting) -> dict[str, pd.DataFrame]:
    """Ages of a register of residents go before those of the census."""
    addresses, ages = setting.area.addresses, getattr(setting.area, "ages", None)
    if ages is None or ages.empty:
        return {}
    known = ages.set_index("address_id").reindex(addresses["address_id"]).set_axis(addresses.index)
    found = {}
    for name in (str(column) for column in known.columns if str(column) in VALUES):
        values = known[name].astype(float)
        status = np.where(values.isna(), "missing", "ok").astype(object)
        found[name] = pd.DataFrame({name: values, f"{name}_status": status})
    return found


def _of_cell(name: str, what: str) -> OfCell:
    def value(cell_key: pd.Series, grid: GridTable) -> pd.DataFrame:
        values, status = looked_up(cell_key, grid, name)
        return pd.DataFrame({name: values, f"{name}_status": status}, index=cell_key.index)

    value.__name__ = name
    value.__doc__ = f"{what} NaN where none is published; unreliable where it is in brackets or of a coarser cell."
    return value


net_cold_rent_eur_m2 = _of_cell("net_cold_rent_eur_m2", "Mean net cold rent of rented dwellings of the cell. [EUR/m²]")
mean_age_years = _of_cell("mean_age_years", "Mean age of the residents of the cell. [years]")
mean_household_size = _of_cell("mean_household_size", "Mean size of private households of the cell. [persons]")
under_10_share = _of_cell("under_10_share", "Residents younger than 10. [share]")
under_18_share = _of_cell("under_18_share", "Residents younger than 18. [share]")
from_65_share = _of_cell("from_65_share", "Residents of 65 and more years. [share]")
from_80_share = _of_cell("from_80_share", "Residents of 80 and more years. [share]")
one_person_households_share = _of_cell("one_person_households_share", "Households of one person. [share of households]")
lone_parent_households_share = _of_cell("lone_parent_households_share", "Lone parents. [share of households]")
mean_dwelling_m2 = _of_cell("mean_dwelling_m2", "Mean floor area of a dwelling. [m²]")
rooms_per_dwelling = _of_cell("rooms_per_dwelling", "Mean number of rooms of a dwelling, kitchens counted. [rooms]")
owner_occupied_share = _of_cell("owner_occupied_share", "Dwellings lived in by their owners. [share of dwellings]")
vacant_dwellings_share = _of_cell("vacant_dwellings_share", "Vacant dwellings. [share of dwellings]")
market_active_vacancy_share = _of_cell(
    "market_active_vacancy_share", "Dwellings vacant and to be had within three months. [share of dwellings]"
)
large_buildings_share = _of_cell("large_buildings_share", "Buildings with seven and more dwellings. [share]")
built_before_1949_share = _of_cell("built_before_1949_share", "Residential buildings from before 1949. [share]")
built_1949_to_1978_share = _of_cell("built_1949_to_1978_share", "Residential buildings of 1949 to 1978. [share]")

VALUES: dict[str, OfCell] = {
    value.__name__: value
    for value in (
        net_cold_rent_eur_m2, mean_age_years, mean_household_size, under_10_share, under_18_share, from_65_share,
        from_80_share, one_person_households_share, lone_parent_households_share, mean_dwelling_m2,
        rooms_per_dwelling, owner_occupied_share, vacant_dwellings_share, market_active_vacancy_share,
        large_buildings_share, built_before_1949_share, built_1949_to_1978_share,
    )
}  # fmt: skip
