"""A small believable town for the map: 12 × 10 cells, six quarters, two of them with something unknown.

Values follow from the place of a cell by simple formulas, never from product code; no value means anything.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum import grid
from nahraum.tables import PREREQUISITES, SERVICES

CRS = "EPSG:25832"
EAST, NORTH = 4_137_000, 3_137_000
COLUMNS, ROWS = 12, 10
NAMES = (
    "Altstadt",
    "Bahnhofsviertel-Süd",
    "Großsiedlung Am Schäfersgrund",
    "Mühlhausen",
    "Oberweißbach (Ortsteil)",
    "Straße der Jugend",
)
WAYS = ("food_full_range", "gp", "pharmacy", "primary_school", "stop")
PLACES = {
    "food_full_range": "Frischemarkt Yıldız",
    "gp": "Praxis Dr. Groß",
    "pharmacy": "Löwen-Apotheke",
    "primary_school": "",
    "stop": "Schäfersgrund",
}


def _quarter(column: np.ndarray, row: np.ndarray) -> np.ndarray:
    return column // 4 + 3 * (row // 5)


def _values(column: np.ndarray, row: np.ndarray) -> dict[str, np.ndarray]:
    """Indicators by place: crowded in the south-west, far from everything in the north-east."""
    across, up = column / (COLUMNS - 1), row / (ROWS - 1)
    values = {
        "floor_area_m2_per_resident": 24 + 16 * across + 14 * up,
        "green_distance_m": 120 + 900 * np.abs(across - 0.4),
        "green_m2_per_resident": 14 - 12 * (1 - up) * (1 - across),
        "internet_offer_share": np.clip(1.25 - 0.9 * across * up - 0.3 * up, 0, 1),
    }
    for place, service in enumerate(WAYS):
        values[f"{service}_distance_m"] = 180 + 60 * place + 1100 * across * up + 90 * place * up
    reached = [values[f"{service}_distance_m"] <= 1000 for service in WAYS]
    values["services_within_reach"] = np.sum(reached, axis=0).astype(float)
    return values


def _lacking(values: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(values), np.nan, wrong.astype(float))


def _lacks(values: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    space, way, capacity = (
        values[name] for name in ("floor_area_m2_per_resident", "green_distance_m", "green_m2_per_resident")
    )
    food, services = values["food_full_range_distance_m"], values["services_within_reach"]
    return {
        "living_space": _lacking(space, space < 30),
        "green": ((way > 500) | (capacity < 6)).astype(float),
        "green_access": (way > 500).astype(float),
        "green_capacity": (capacity < 6).astype(float),
        "internet": 1 - values["internet_offer_share"],
        "supply": ((food > 1000) | (services < 4)).astype(float),
    }


def _counted(lacks: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Shares with k lacks or more, as bounds where something is unknown."""
    table = np.column_stack([lacks[name] for name in PREREQUISITES])
    low, high = np.nan_to_num(table, nan=0.0).sum(axis=1), np.nan_to_num(table, nan=1.0).sum(axis=1)
    columns = {}
    for k in (1, 2, 3, 4):
        bounds = np.clip(low - k + 1, 0, 1), np.clip(high - k + 1, 0, 1)
        columns[f"several_k{k}_share_min"], columns[f"several_k{k}_share_max"] = bounds
        columns[f"several_k{k}_share"] = np.where(np.isnan(table).any(axis=1), np.nan, bounds[0])
    return columns


def _class(columns: dict[str, Any]) -> np.ndarray:
    lacking, not_lacking = columns["several_k2_share_min"] >= 0.5, columns["several_k2_share_max"] < 0.5
    return np.select([lacking, not_lacking], ["lacking", "not_lacking"], "undetermined").astype(object)


def make_cells() -> gpd.GeoDataFrame:
    """Cells of 100 m with values, lacks and class; a few too small to be shown."""
    column, row = (axis.ravel() for axis in np.meshgrid(np.arange(COLUMNS), np.arange(ROWS)))
    inhabited = (column * 7 + row * 5) % 11 != 0
    column, row = column[inhabited], row[inhabited]
    keys = grid.cell_key(EAST + 100 * column, NORTH + 100 * row)
    quarter = _quarter(column, row)
    values = _values(column, row)
    values["floor_area_m2_per_resident"][quarter == 4] = np.nan
    values["internet_offer_share"][quarter == 5] = np.nan
    lacks = _lacks(values)
    residents = 30.0 + (column * 37 + row * 53) % 190
    residents[(column * 5 + row * 3) % 29 == 1] = 6.0
    columns: dict[str, Any] = {
        "cell_id": grid.cell_id(keys), "quarter_id": [f"Q{number}" for number in quarter], "residents": residents,
        "residents_judged": residents, "residents_edge": 0.0, "residents_communal": 0.0,
    }  # fmt: skip
    for name, value in values.items():
        columns[name] = value
        columns[f"{name}_status"] = np.where(np.isnan(value), "missing", "ok").astype(object)
    columns["primary_school_distance_m_status"] = np.full(len(keys), "imputed", dtype=object)
    for name in lacks:
        columns[f"lacks_{name}_share"] = lacks[name]
        columns[f"lacks_{name}_completeness"] = (~np.isnan(lacks[name])).astype(float)
        columns[f"lacks_{name}_status"] = np.where(np.isnan(lacks[name]), "missing", "ok").astype(object)
    columns |= _counted(lacks)
    columns["class"] = _class(columns)
    for service in SERVICES:
        columns[f"{service}_nearest_id"] = f"osm:n{SERVICES.index(service) + 1}"
        columns[f"{service}_nearest_name"] = PLACES[service]
    columns["green_nearest_id"], columns["green_nearest_name"] = "osm:w1", "Stadtpark"
    columns["known_dimensions"] = "living_space+green+internet+supply"
    return gpd.GeoDataFrame(columns, geometry=list(grid.cell_square(keys)), crs=grid.GRID_CRS)


def _mean(part: pd.DataFrame, name: str) -> float:
    known = part[part[name].notna()]
    return float((known[name] * known["residents"]).sum() / known["residents"].sum()) if len(known) else np.nan


def aggregate(part: pd.DataFrame) -> dict[str, Any]:
    total = float(part["residents"].sum())
    row: dict[str, Any] = {
        "residents": total,
        "residents_judged": total,
        "residents_edge": 0.0,
        "residents_communal": 0.0,
    }
    for name in part.columns:
        if name.startswith("several_") and not name.endswith(("_min", "_max")):
            row[f"{name}_min"], row[f"{name}_max"] = _mean(part, f"{name}_min"), _mean(part, f"{name}_max")
            row[name] = np.nan if part[name].isna().any() else _mean(part, name)
        elif name.endswith(("_m", "_per_resident", "_reach")) or name == "internet_offer_share":
            row[name], row[f"{name}_status"] = _mean(part, name), "ok" if part[name].notna().any() else "missing"
    for name in (*PREREQUISITES, "green_access", "green_capacity"):
        known = part["residents"][part[f"lacks_{name}_share"].notna()].sum() / total
        row[f"lacks_{name}_share"], row[f"lacks_{name}_completeness"] = _mean(part, f"lacks_{name}_share"), float(known)
        row[f"lacks_{name}_status"] = "ok" if known else "missing"
        row[f"lacks_{name}_residents"] = row[f"lacks_{name}_share"] * total
    row |= {"m0_min": 0.21, "m0": np.nan, "m0_max": 0.27, "a_min": 0.52, "a": np.nan, "a_max": 0.66}
    return row


def make_quarters(cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Six quarters whose shapes are unions of their cells' rectangles, grown a little."""
    rows = []
    for number, name in enumerate(NAMES):
        part = cells[cells["quarter_id"] == f"Q{number}"]
        west, south = EAST + 400 * (number % 3), NORTH + 500 * (number // 3)
        shape = shapely.box(west, south, west + 400, south + 500)
        rows.append({"quarter_id": f"Q{number}", "name": name, "geometry": shape} | aggregate(pd.DataFrame(part)))
    table = gpd.GeoDataFrame(rows, crs=grid.GRID_CRS).to_crs(CRS)
    ranks = {"rank_min": [3, 1, 1, 6, 2, 2], "rank_max": [5, 2, 2, 6, 5, 5]}
    return table.assign(in_target_share=[0.1, 0.85, 1.0, 0.0, 0.4, 0.3], **ranks)


def make_locations(cells: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Two locations and a settlement, cut out of the lacking cells."""
    west = cells[(cells["class"] == "lacking") & (cells["quarter_id"] == "Q0")]
    east = cells[(cells["class"] == "lacking") & cells["quarter_id"].isin(["Q2", "Q5"])]
    shapes = [part.geometry.union_all() for part in (west, east)]
    columns = {
        "location_id": ["L1", "L2"], "name": [NAMES[0], NAMES[2]],
        "residents": [float(west["residents"].sum()), 160.0], "hectares": [float(len(west)), float(len(east))],
        "combination": ["living_space+green", "internet+supply"], "compactness": [0.71, 0.42],
        "stability": [0.92, 0.55], "quarter_ids": ["Q0", "Q2; Q5"], "settlement": [False, True],
    }  # fmt: skip
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=grid.GRID_CRS).to_crs(CRS)
