"""Density: how much ground is built on, how much floor stands on it, how many people live there."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.area.space import points_of
from nahraum.indicators.further import Setting

HECTARE_M2 = 10_000.0
Floats = npt.NDArray[np.float64]


def zone_values(setting: Setting, zones: gpd.GeoDataFrame) -> pd.DataFrame:
    """Site coverage, floor area ratio, open space ratio and residents per hectare of each zone.

    Notes
        A building counts with all of its area where its middle lies; of a zone only the ground that the data cover
        counts. Where buildings are hardly mapped only residents per hectare are told. Of whole municipalities the open
        space ratio is left out: woods and fields make it as large as one likes.
    """
    ground = pd.Series(shapely.area(shapely.intersection(zones.geometry.to_numpy(), _covered(setting)))).round(0)
    residents = pd.Series(_sums(setting.area.addresses, setting.area.addresses[["residents"]], zones)[:, 0])
    columns: dict[str, pd.Series] = {"residents_per_ha": residents_per_ha(residents, ground)}
    imputed = np.zeros(len(zones), dtype=bool)
    stock = setting.area.buildings
    if stock is not None and _well_mapped(setting):
        floor = stock["footprint_m2"] * stock["storeys"]
        parts = pd.DataFrame(
            {"covered": stock["footprint_m2"], "floor": floor, "mapped": floor.where(stock["storeys_mapped"], 0.0)}
        )
        covered, floors, mapped = (pd.Series(column) for column in _sums(stock, parts, zones).T)
        coverage, ratio = site_coverage_ratio(covered, ground), floor_area_ratio(floors, ground)
        columns |= {"site_coverage_ratio": coverage, "floor_area_ratio": ratio}
        if not _whole_municipalities(setting, zones):
            columns["open_space_ratio"] = open_space_ratio(coverage, ratio)
        least = setting.parameters.number("density.minimum_mapped_storeys_share")
        imputed = (floors > 0).to_numpy() & (mapped < least * floors).to_numpy()
    return _with_status(columns, imputed).set_axis(zones.index)


def site_coverage_ratio(footprint_m2: pd.Series, ground_m2: pd.Series) -> pd.Series:
    """Ground covered by buildings, of all ground (GRZ, gross). [-]"""
    return (footprint_m2 / ground_m2.where(ground_m2 > 0)).clip(upper=1.0).rename("site_coverage_ratio")


def floor_area_ratio(floor_m2: pd.Series, ground_m2: pd.Series) -> pd.Series:
    """Gross floor area of all storeys, of all ground (GFZ, gross). [-]"""
    return (floor_m2 / ground_m2.where(ground_m2 > 0)).rename("floor_area_ratio")


def open_space_ratio(coverage: pd.Series, floor_ratio: pd.Series) -> pd.Series:
    """Ground without building per floor area: (1 - GRZ) / GFZ; NaN where nothing is built. [m² per m²]

    References
        Berghauser Pont & Haupt (2010). Spacematrix.
    """
    return ((1 - coverage) / floor_ratio.where(floor_ratio > 0)).rename("open_space_ratio")


def residents_per_ha(residents: pd.Series, ground_m2: pd.Series) -> pd.Series:
    """Residents per hectare of ground, streets and green included. [persons/ha]"""
    return (HECTARE_M2 * residents / ground_m2.where(ground_m2 > 0)).rename("residents_per_ha")


def _whole_municipalities(setting: Setting, zones: gpd.GeoDataFrame) -> bool:
    known = getattr(setting.area, "municipalities", None)
    keys = ["all", *(() if known is None else known["municipality_id"].astype(str))]
    return bool(zones["zone"].astype(str).isin(keys).all())


def _covered(setting: Setting) -> shapely.Geometry:
    ground: shapely.Geometry = setting.area.extent.geometry.iloc[0]
    return ground


def _well_mapped(setting: Setting) -> bool:
    addresses = setting.area.addresses
    people = float(addresses["residents"].sum())
    least = setting.parameters.number("density.minimum_buildings_per_1000_residents")
    return setting.area.buildings is not None and 1000 * len(setting.area.buildings) >= least * people


def _sums(points: pd.DataFrame, values: pd.DataFrame, zones: gpd.GeoDataFrame) -> Floats:
    """Sums of values at points per zone; on a common edge the first zone has the point."""
    tree = shapely.STRtree(points_of(points["x_m"], points["y_m"]))
    zone, point = tree.query(zones.geometry.to_numpy(), predicate="intersects")
    first = np.full(len(points), len(zones), dtype=np.int64)
    np.minimum.at(first, point, zone)
    held = first < len(zones)
    totals = np.zeros((len(zones), values.shape[1]))
    np.add.at(totals, first[held], np.round(values.to_numpy(np.float64)[held], 6))
    return np.round(totals, 6)


def _with_status(columns: dict[str, pd.Series], imputed: npt.NDArray[np.bool_]) -> pd.DataFrame:
    table: dict[str, object] = {}
    for name, values in columns.items():
        known = values.notna().to_numpy()
        weak = imputed & (name in ("floor_area_ratio", "open_space_ratio"))
        table[name] = values.to_numpy()
        table[f"{name}_status"] = np.where(known, np.where(weak, "imputed", "ok"), "missing").astype(object)
        table[f"{name}_completeness"] = known.astype(np.float64)
    return pd.DataFrame(table)
