"""A town of a few cells, built by hand, for the tests of indicators and index.

An address is a dict; what it does not name is the value of somebody who lacks nothing. Cells are (east, north)
steps of 100 m from one corner; the study's CRS is that of the grid, so that metres can be read off.
"""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum.grid import cell_key
from nahraum.index import analyse_index
from nahraum.indicators import judge
from nahraum.parameters import Parameters
from nahraum.tables import ACCESS, ADDRESSES, CELLS, SERVICES

CRS = "EPSG:3035"
EAST, NORTH = 4_200_000, 3_000_000
LACKS_NOTHING: dict[str, Any] = {
    "cell": (0, 0),
    "quarter": "A",
    "residents": 10.0,
    "communal": 0.0,
    "inside": True,
    "edge": False,
    "floor": 40.0,
    "floor_status": "ok",
    "offer": 1.0,
    "offer_status": "ok",
    "green": 100.0,
    "green_status": "ok",
    "green_m2": 20.0,
    "green_m2_status": "ok",
} | dict.fromkeys(SERVICES, 200.0)
NO_SPACE = {"floor": 25.0}
NO_GREEN = {"green": 900.0, "green_m2": 0.0}
NO_NET = {"offer": 0.0}
NO_SUPPLY = {"food_full_range": 1500.0}


def key(cell: tuple[int, int]) -> int:
    """Key of a cell given in steps from the corner."""
    return int(cell_key(EAST + 100 * cell[0] + 50, NORTH + 100 * cell[1] + 50)[()])


def _addresses(people: list[dict[str, Any]]) -> pd.DataFrame:
    rows = [
        {
            "address_id": p.get("id", f"a{i:02d}"),
            "cell_key": key(p["cell"]),
            "quarter_id": p["quarter"],
            "x_m": float(p.get("x", EAST + 100 * p["cell"][0] + 50)),
            "y_m": float(p.get("y", NORTH + 100 * p["cell"][1] + 50)),
            "residents": float(p["residents"]),
            "residents_communal": float(p["communal"]),
            "kind": "building",
            "inside": p["inside"],
            "edge": p["edge"],
        }
        for i, p in enumerate(people)
    ]
    return pd.DataFrame(rows)[ADDRESSES.names()]


def _cells(people: list[dict[str, Any]], speeds: dict[str, dict[tuple[int, int], float]]) -> pd.DataFrame:
    by_cell: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for p in people:
        by_cell.setdefault(p["cell"], []).append(p)
    rows = []
    for cell, members in sorted(by_cell.items(), key=lambda item: key(item[0])):
        most = max(members, key=lambda p: p["residents"])
        rows.append(
            {
                "cell_key": key(cell),
                "quarter_id": most["quarter"],
                "residents": float(sum(p["residents"] for p in members)),
                "residents_communal": float(sum(p["communal"] for p in members)),
                "inside": most["inside"],
                "floor_area_m2_per_resident": most["floor"],
                "floor_area_m2_per_resident_status": most["floor_status"],
                "internet_offer_share": most["offer"],
                "internet_offer_share_status": most["offer_status"],
            }
            | {name: values.get(cell, np.nan) for name, values in speeds.items()}
        )
    return pd.DataFrame(rows)[[*CELLS.names(), *speeds]]


def _way_status(person: dict[str, Any], service: str, mapped: str) -> str:
    """As `access` gives it: of a category mapped too thinly a way is an upper bound, and none proves nothing."""
    if person["edge"]:
        return "edge"
    if mapped == "missing":
        return "missing" if np.isnan(person[service]) else "unreliable"
    return str(person.get(f"{service}_status", "ok"))


def _access(people: list[dict[str, Any]], mapped: dict[str, str]) -> pd.DataFrame:
    rows = []
    for i, p in enumerate(people):
        row: dict[str, Any] = {"address_id": p.get("id", f"a{i:02d}")}
        for name in SERVICES:
            row[f"{name}_distance_m"] = float(p[name])
            row[f"{name}_distance_m_status"] = _way_status(p, name, mapped[name])
            row[f"{name}_nearest_id"] = "" if np.isnan(p[name]) else p.get(f"{name}_id", f"osm:n-{name}")
        row["green_distance_m"] = float(p["green"])
        row["green_distance_m_status"] = "edge" if p["edge"] else p["green_status"]
        row["green_nearest_id"] = "" if np.isnan(p["green"]) else "osm:w-park"
        row["green_m2_per_resident"] = float(p["green_m2"])
        row["green_m2_per_resident_status"] = "edge" if p["edge"] else p["green_m2_status"]
        rows.append(row)
    return pd.DataFrame(rows)[ACCESS.names()]


def lines(*rows: tuple[str, str, Any]) -> gpd.GeoDataFrame:
    """Barriers, crossings, or streets: (line_id or name, kind, geometry in metres from the corner)."""
    shapes = [shapely.transform(shape, lambda xy: xy + np.array([EAST, NORTH])) for _, _, shape in rows]
    table = pd.DataFrame([row[:2] for row in rows], columns=["line_id", "kind"], dtype=object)
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, crs=CRS), crs=CRS)


def town(
    people: list[dict[str, Any]],
    *,
    quarters: dict[str, str] | None = None,
    categories: dict[str, str] | None = None,
    barriers: gpd.GeoDataFrame | None = None,
    crossings: gpd.GeoDataFrame | None = None,
    base: gpd.GeoDataFrame | None = None,
    speeds: dict[str, dict[tuple[int, int], float]] | None = None,
) -> tuple[SimpleNamespace, pd.DataFrame]:
    """An area and its access table."""
    full = [LACKS_NOTHING | p for p in people]
    names = quarters or {name: f"Quartier {name}" for name in sorted({p["quarter"] for p in full} - {""})}
    status = dict.fromkeys(SERVICES, "ok") | (categories or {})
    square = shapely.box(EAST, NORTH, EAST + 1000, NORTH + 1000)
    area = SimpleNamespace(
        crs=CRS,
        addresses=_addresses(full),
        cells=_cells(full, speeds or {}),
        quarters=gpd.GeoDataFrame(
            {"quarter_id": list(names), "name": list(names.values())}, geometry=[square] * len(names), crs=CRS
        ),
        facilities=pd.DataFrame(
            {
                "facility_id": [f"osm:n-{name}" for name in SERVICES],
                "category": list(SERVICES),
                "name": [f"Haus {name}" for name in SERVICES],
                "x_m": float(EAST),
                "y_m": float(NORTH),
                "status": "ok",
            }
        ),
        categories=pd.DataFrame({"category": list(status), "status": list(status.values())}),
        greens=pd.DataFrame({"green_id": ["osm:w-park"], "name": ["Stadtpark"], "area_m2": [20_000.0]}),
        barriers=lines() if barriers is None else barriers,
        crossings=lines() if crossings is None else crossings,
        base=lines() if base is None else base,
    )
    area.base = area.base.rename(columns={"line_id": "name"})
    return area, _access(full, status)


SIX = [
    {"cell": (0, 0), "residents": 100.0, **NO_SPACE, **NO_GREEN},
    {"cell": (1, 0), "residents": 50.0, **NO_SPACE, **NO_GREEN, **NO_SUPPLY, **NO_NET},
    {"cell": (2, 0), "residents": 30.0, **NO_SUPPLY, "quarter": "B"},
    {"cell": (5, 0), "residents": 20.0, **NO_SPACE, **NO_SUPPLY, "quarter": "B"},
    {"cell": (5, 5), "residents": 200.0, "quarter": "B"},
    {"cell": (5, 6), "residents": 100.0, "offer": 0.4, **NO_GREEN, "quarter": "C"},
]
"""Six cells, 500 residents: 170 lack space, 250 green, 50 + 60 internet, 100 supply."""


def analysed(people: list[dict[str, Any]] | None = None, overrides: dict[str, Any] | None = None, **more: Any) -> Any:
    """Result of the whole index; with it `.area`, `.access`, `.judged`, `.parameters`. Without arguments: SIX."""
    if people is None and overrides is None and not more:
        return _six()
    return _analysed(SIX if people is None else people, overrides, more)


@lru_cache(maxsize=1)
def _six() -> Any:
    return _analysed(SIX, None, {})


def _analysed(people: list[dict[str, Any]], overrides: dict[str, Any] | None, more: dict[str, Any]) -> Any:
    area, access = town(people, **more)
    parameters = Parameters(overrides)
    judged = judge(area, access, parameters)
    result = analyse_index(area, access, judged, parameters)
    return SimpleNamespace(result=result, area=area, access=access, judged=judged, parameters=parameters)
