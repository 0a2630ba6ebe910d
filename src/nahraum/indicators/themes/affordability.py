"""Housing cost: rents against the ceilings of the municipality (KdU), and dwellings bound in price."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from nahraum.area.cells import looked_up
from nahraum.errors import InputError
from nahraum.indicators.further import Setting
from nahraum.tables import GridTable

RENT = "net_cold_rent_eur_m2"


def address_values(setting: Setting) -> pd.DataFrame:
    """Rent against the ceiling at every address, where the study brings rents and ceilings."""
    ceilings = setting.given.housing.get("rent_ceilings")
    rents = [grid for grid in setting.given.topics.values() if RENT in grid.table.columns]
    if ceilings is None or not rents:
        return pd.DataFrame()
    persons = int(setting.parameters.number("affordability.reference_household_persons"))
    sizes = [float(size) for size in setting.parameters.value("affordability.adequate_floor_area_m2")]
    ratio, status = _ratio(setting, rents[0], _ceiling_eur(ceilings.latest(), persons), sizes[persons - 1])
    above = rent_above_ceiling_share(ratio)
    index = setting.area.addresses.index
    return pd.DataFrame(
        {
            "rent_to_ceiling_ratio": ratio.to_numpy(), "rent_to_ceiling_ratio_status": status,
            "rent_above_ceiling_share": above.to_numpy(), "rent_above_ceiling_share_status": status,
        },
        index=index,
    )  # fmt: skip


def _ratio(setting: Setting, grid: GridTable, ceiling_eur: float, adequate_m2: float) -> tuple[pd.Series, np.ndarray]:
    rent, status = looked_up(setting.area.addresses["cell_key"], grid, RENT)
    cold = setting.parameters.number("affordability.cold_operating_costs_eur_m2")
    return rent_to_ceiling_ratio(pd.Series(rent), adequate_m2, ceiling_eur, operating_eur_m2=cold), status


def rent_to_ceiling_ratio(
    rent_eur_m2: pd.Series, adequate_m2: float, ceiling_eur: float, *, operating_eur_m2: float
) -> pd.Series:
    """Gross cold rent of an adequate dwelling at the rent of the cell, against the ceiling for it. [-]

    Parameters
        rent_eur_m2 : net cold rent of the cell; adequate_m2 : floor area the ceiling speaks of.
        ceiling_eur : gross cold rent the municipality recognises for the household. [EUR per month]
        operating_eur_m2 : cold operating costs. [EUR/m²]

    Returns
        1 where the mean rent just meets the ceiling, more where it lies above.

    References
        § 22 SGB II; product of area and rent ("Produkttheorie"), BSG B 4 AS 109/11 R.
    """
    return ((rent_eur_m2 + operating_eur_m2) * adequate_m2 / ceiling_eur).rename("rent_to_ceiling_ratio")


def rent_above_ceiling_share(ratio: pd.Series) -> pd.Series:
    """Whether the mean rent of the cell lies above the ceiling: 1, 0, NaN not known. [share]"""
    return (ratio > 1).astype(float).where(ratio.notna()).rename("rent_above_ceiling_share")


def _ceiling_eur(rows: pd.DataFrame, persons: int) -> float:
    found = rows.loc[rows["area_id"].astype(str).str.lstrip("0") == str(persons), "ceiling_eur"]
    if found.empty or not float(found.iloc[0]) > 0:
        raise InputError(
            f"[sources.rent_ceilings] has no ceiling for a household of {persons}",
            where=f"households there: {', '.join(rows['area_id'].astype(str))}",
            expected="a row per household size with its gross cold rent in euros",
            fix='id = "…" (persons), columns = { ceiling_eur = "…" }; or affordability.reference_household_persons',
        )
    return float(found.iloc[0])


def zone_values(setting: Setting, zones: gpd.GeoDataFrame) -> pd.DataFrame:
    """Dwellings bound in price per quarter, and how many of them lose it soon; the municipality is their sum."""
    bound = setting.given.housing.get("bound_dwellings")
    if bound is None:
        return pd.DataFrame(index=zones.index)
    rows = bound.latest().set_index("area_id")
    keys = zones["zone"].astype(str)
    addresses = setting.area.addresses
    inside = addresses[addresses["inside"].to_numpy(dtype=bool)]
    if list(keys) == ["all"]:
        residents = pd.Series([inside["residents"].sum()], index=zones.index)
        table = (
            rows[[c for c in ("bound", "expiring") if c in rows]].sum(min_count=1).to_frame().T.set_axis(zones.index)
        )
    elif keys.isin(rows.index).any():
        residents = inside.groupby("quarter_id")["residents"].sum().reindex(keys).set_axis(zones.index)
        table = rows.reindex(keys).set_axis(zones.index)
    else:
        return pd.DataFrame(index=zones.index)
    columns = {"bound_dwellings_per_1000_residents": bound_dwellings_per_1000_residents(table["bound"], residents)}
    if "expiring" in table:
        columns["bindings_expiring_share"] = bindings_expiring_share(table["expiring"], table["bound"])
    for name, values in list(columns.items()):
        known = values.notna()
        columns[f"{name}_status"] = pd.Series(np.where(known, "ok", "missing"), index=zones.index, dtype=object)
        columns[f"{name}_completeness"] = known.astype(float)
    return pd.DataFrame(columns, index=zones.index)


def bound_dwellings_per_1000_residents(bound: pd.Series, residents: pd.Series) -> pd.Series:
    """Dwellings bound in price per 1000 residents; NaN where nobody lives or the number is not known. [dwellings]"""
    return (1000 * bound / residents.where(residents > 0)).rename("bound_dwellings_per_1000_residents")


def bindings_expiring_share(expiring: pd.Series, bound: pd.Series) -> pd.Series:
    """Share of bound dwellings whose binding ends within the years of the table; NaN without any. [share]"""
    return (expiring / bound.where(bound > 0)).clip(upper=1.0).rename("bindings_expiring_share")
