"""Names of delineated quarters: their largest place, else their longest street."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum.area.space import project, way_lines

if TYPE_CHECKING:
    from nahraum.sources.osm import OsmExtract

PLACES = ("town", "village", "suburb", "quarter", "neighbourhood", "hamlet", "isolated_dwelling", "locality")
_SIDES = (("West", "Ost"), ("Süd", "Nord"))


def quarter_names(quarters: gpd.GeoDataFrame, osm: OsmExtract) -> list[str]:
    """A name for each quarter, no two the same.

    Parameters
        quarters : geometry in the study's CRS.

    Notes
        The place of the highest rank inside (of several the one nearest to the middle), else the street (one to walk
        along) with the longest way inside, else the number of the quarter. Equal names get the side of the compass on
        which they lie.
    """
    crs = str(quarters.crs)
    places, streets = _places(osm, crs), _streets(osm, crs)
    names = []
    for number, shape in enumerate(quarters.geometry.to_numpy()):
        name = _place_in(shape, places) or _street_in(shape, streets) or f"Quartier {number + 1}"
        names.append(name)
    return _told_apart(names, quarters)


def _places(osm: OsmExtract, crs: str) -> gpd.GeoDataFrame:
    known = osm.places[osm.places["place"].isin(PLACES) & (osm.places["name"].astype(str) != "")]
    here = project(known, crs, called="places")
    rank = here["place"].map({kind: number for number, kind in enumerate(PLACES)})
    return here.assign(rank=rank).sort_values(["rank", "place_id"], ignore_index=True)


def _place_in(shape: shapely.Geometry, places: gpd.GeoDataFrame) -> str:
    inside = places[shapely.contains(shape, places.geometry.to_numpy())]
    if inside.empty:
        return ""
    best = inside[inside["rank"] == inside["rank"].min()]
    away = shapely.distance(best.geometry.to_numpy(), shapely.centroid(shape))
    return str(best["name"].iloc[int(np.argmin(away))])


def _streets(osm: OsmExtract, crs: str) -> pd.DataFrame:
    runs, lines = way_lines(osm, crs)
    named = (runs["name"].astype(str).to_numpy() != "") & runs["walkable"].to_numpy(bool)  # no motorway
    middle = shapely.line_interpolate_point(lines[named], 0.5, normalized=True)
    length = shapely.length(lines[named]).round(1)
    return pd.DataFrame({"name": runs["name"].astype(str).to_numpy()[named], "length_m": length, "at": middle})


def _street_in(shape: shapely.Geometry, streets: pd.DataFrame) -> str:
    inside = streets[shapely.contains(shape, streets["at"].to_numpy(dtype=object))]
    if inside.empty:
        return ""
    total = inside.groupby("name", sort=True)["length_m"].sum()
    return str(total.idxmax())


def _told_apart(names: list[str], quarters: gpd.GeoDataFrame) -> list[str]:
    """Quarters of one name by the side of the compass on which they lie from their common middle, else by number."""
    middles = shapely.get_coordinates(shapely.centroid(quarters.geometry.to_numpy()))
    result = list(names)
    for name in sorted({one for one in names if names.count(one) > 1}):
        rows = [row for row, one in enumerate(names) if one == name]
        away = middles[rows] - middles[rows].mean(axis=0)
        sides = [_SIDES[axis := int(abs(y) > abs(x))][int((x, y)[axis] > 0)] for x, y in away]
        seen: dict[str, int] = {}
        for row, side in zip(rows, sides, strict=True):
            seen[side] = seen.get(side, 0) + 1
            result[row] = f"{name} {side}" if seen[side] == 1 else f"{name} {side} {seen[side]}"
    return result
