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
    """Dwellings bound in price per quarter or municipality of the list, and how many of them lose it soon.

    The whole study is the sum over its areas in the list: dwellings and residents of the same areas.
    """
    bound = setting.given.housing.get("bound_dwellings")
    if bound is None:
        return pd.DataFrame(index=zones.index)
    rows = bound.latest().set_index("area_id").rename(index=str)
    addresses = setting.area.addresses
    inside = addresses[addresses["inside"].to_numpy(dtype=bool)]
    keys = zones["zone"].astype(str)
    listed = _listed(rows, inside) if list(keys) == ["all"] else _by_zone(rows, inside, keys)
    if listed is None:
        return pd.DataFrame(index=zones.index)
    enough = setting.parameters.number("counting.minimum_completeness")
    return _rates(listed, list(keys) == ["all"], enough).set_axis(zones.index)


def _residents(inside: pd.DataFrame, rows: pd.DataFrame) -> pd.Series | None:
    """Residents of the study's areas by the key that the list uses: quarters, else municipalities; None for neither."""
    for column in ("quarter_id", "municipality_id"):
        if column in inside and inside[column].astype(str).isin(rows.index).any():
            return inside["residents"].groupby(inside[column].astype(str)).sum()
    return None


def _listed(rows: pd.DataFrame, inside: pd.DataFrame) -> pd.DataFrame | None:
    """Every area of the study with its residents and what the list says of it; a list of one row is the whole."""
    residents = _residents(inside, rows)
    if residents is None:
        return None if len(rows) != 1 else rows.set_axis(["all"]).assign(residents=inside["residents"].sum())
    return rows.reindex(residents.index).assign(residents=residents)


def _by_zone(rows: pd.DataFrame, inside: pd.DataFrame, keys: pd.Series) -> pd.DataFrame | None:
    if not keys.isin(rows.index).any():
        return None
    residents = _residents(inside, rows.loc[rows.index.isin(keys)])
    told = np.nan if residents is None else residents.reindex(keys).to_numpy()
    return rows.reindex(keys).assign(residents=told)


def _rates(listed: pd.DataFrame, whole: bool, enough: float) -> pd.DataFrame:
    """Both rates with status and completeness, row by row or of all rows together.

    Of all together each rate pairs what is known of the same areas; where these hold too few of the residents, it is
    unknown, where not all, unreliable.
    """
    found = {}
    for name, needed, rate in (
        ("bound_dwellings_per_1000_residents", ["bound"], bound_dwellings_per_1000_residents),
        ("bindings_expiring_share", ["expiring", "bound"], bindings_expiring_share),
    ):
        if not set(needed) <= set(listed.columns):
            continue
        used, part = listed[[*needed, "residents"]].fillna({"residents": 0.0}), 1.0
        if whole:
            known = used[needed].notna().all(axis=1)
            everybody = float(used["residents"].sum())
            part = float(used.loc[known, "residents"].sum()) / everybody if everybody > 0 else 0.0
            used = used[known].sum().to_frame().T if part >= enough else used.iloc[:1] * np.nan
        first, second = used[needed[0]], used[needed[1] if len(needed) > 1 else "residents"]
        values = rate(first, second).reset_index(drop=True)
        told = values.notna()
        found[name] = values
        found[f"{name}_status"] = pd.Series(
            np.where(told, "ok" if part >= 1 else "unreliable", "missing"), index=values.index, dtype=object
        )
        found[f"{name}_completeness"] = told.astype(float) if not whole else pd.Series([part], index=values.index)
    return pd.DataFrame(found)


def bound_dwellings_per_1000_residents(bound: pd.Series, residents: pd.Series) -> pd.Series:
    """Dwellings bound in price per 1000 residents; NaN where nobody lives or the number is not known. [dwellings]"""
    return (1000 * bound / residents.where(residents > 0)).rename("bound_dwellings_per_1000_residents")


def bindings_expiring_share(expiring: pd.Series, bound: pd.Series) -> pd.Series:
    """Share of bound dwellings whose binding ends within the years of the table; NaN without any. [share]"""
    return (expiring / bound.where(bound > 0)).clip(upper=1.0).rename("bindings_expiring_share")
