"""A lattice of square units of 100 m for the tests of funding areas; unit `u03_01` is column 3, row 1."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum.index.funding.borders import matched_borders
from nahraum.index.funding.units import Units, rounded_mm

CRS = "EPSG:25832"
EAST, NORTH = 400_000.0, 5_500_000.0
Place = tuple[int, int]


def name(place: Place) -> str:
    return f"u{place[0]:02d}_{place[1]:02d}"


def lattice(columns: int, rows: int, *, walls: dict[str, list[list[Place]]] | None = None) -> Units:
    """Square units; `walls` are lines by kind along corners, in steps of 100 m."""
    places = [(x, y) for x in range(columns) for y in range(rows)]
    return units_at(places, walls=walls)


def units_at(places: Iterable[Place], *, walls: dict[str, list[list[Place]]] | None = None) -> Units:
    listed = sorted(places, key=name)
    x, y = (np.array([place[k] for place in listed], dtype=float) * 100 for k in (0, 1))
    shapes = shapely.normalize(shapely.box(EAST + x, NORTH + y, EAST + x + 100, NORTH + y + 100))
    lines = {
        kind: np.array([shapely.LineString([(EAST + 100 * a, NORTH + 100 * b) for a, b in line]) for line in drawn])
        for kind, drawn in (walls or {}).items()
    }
    table = gpd.GeoDataFrame({"unit_id": [name(place) for place in listed], "hectares": 1.0}, geometry=shapes, crs=CRS)
    return Units(table, matched_borders(shapes, lines, 10.0), rounded_mm(shapely.length(shapes)), "blocks")


def need_of(
    units: Units, people: dict[Place, float], *, residents: float | dict[Place, float] = 100.0,
    unknown: dict[Place, float] | None = None, weight: dict[Place, float] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Need of a lattice: `people` in need by place (0 elsewhere), residents the same everywhere or by place."""
    table = pd.DataFrame(index=pd.Index(units.ids, name="unit_id"))
    plain = residents if isinstance(residents, float) else 100.0
    table["residents"] = plain
    if isinstance(residents, dict):
        for place, value in residents.items():
            table.loc[name(place), "residents"] = value
    table["judged"] = table["residents"]
    table["people"] = 0.0
    for place, value in people.items():
        table.loc[name(place), "people"] = value
    table["people_min"] = table["people_max"] = table["people"]
    for place, value in (unknown or {}).items():
        table.loc[name(place), "people_max"] += value
    table["weight"] = 1.0
    for place, value in (weight or {}).items():
        table.loc[name(place), "weight"] = value
    return table
