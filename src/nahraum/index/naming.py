"""Names for locations that a planner recognises: quarter, main street inside, a number as the last resort."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

STREETS = ("road", "road_major")


def main_streets(shapes: gpd.GeoSeries, base: Any) -> list[str]:
    """The named street with most metres inside each shape; '' where none is mapped (ties: first name).

    Parameters
        shapes : polygons in the CRS of `base`.
        base : `kind`, `name`, `geometry`; streets are the kinds `road` and `road_major`.
    """
    streets = base[base["kind"].isin(STREETS) & (base["name"].fillna("") != "")]
    if not len(streets) or not len(shapes):
        return [""] * len(shapes)
    roads, areas = np.asarray(streets.geometry.to_numpy()), np.asarray(shapes.to_numpy())
    at, road = shapely.STRtree(roads).query(areas, predicate="intersects")
    length = np.rint(shapely.length(shapely.intersection(areas[at], roads[road])) * 10).astype(np.int64)
    found = pd.DataFrame({"at": at, "name": streets["name"].to_numpy(dtype=object)[road], "length": length})
    summed = found.groupby(["at", "name"], sort=True)["length"].sum().reset_index()
    best = summed.sort_values(["at", "length", "name"], ascending=[True, False, True]).drop_duplicates("at")
    names = dict(zip(best["at"], best["name"], strict=True))
    return [str(names.get(number, "")) for number in range(len(shapes))]


def location_names(
    quarters: Sequence[str], streets: Sequence[str], fallback: Sequence[str], order: Sequence[int]
) -> list[str]:
    """One name per location, each different.

    Parameters
        quarters : name of the largest quarter, '' for none; streets : as `main_streets`.
        fallback : what to call a location with neither.
        order : positions, most residents first: so equal names are numbered.
    """
    plain = [quarter or street or last for quarter, street, last in zip(quarters, streets, fallback, strict=True)]
    shared = Counter(plain)
    named = [
        f"{name}, {street}" if shared[name] > 1 and street and street != name else name
        for name, street in zip(plain, streets, strict=True)
    ]
    shared, seen = Counter(named), Counter[str]()
    for position in order:
        name = named[position]
        seen[name] += 1
        if shared[name] > 1:
            named[position] = f"{name} ({seen[name]})"
    return named
