"""A green cadastre instead of mapped public green, inside the boundary."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.area.space import Geometries, polygonal, project
from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.tables import Register

if TYPE_CHECKING:
    from nahraum.area.register_places import Ground
    from nahraum.sources.osm import OsmExtract

Bools = npt.NDArray[np.bool_]


def with_register_greens(
    osm: OsmExtract, register: Register, ground: Ground, parameters: Parameters
) -> tuple[OsmExtract, dict[str, object], pd.DataFrame]:
    """The extract with the cadastre's green; one row of comparison, and a row per green of the cadastre.

    Notes
        mode replace: inside the boundary mapped public green goes, except kinds a cadastre of parks does not hold
        (`registers.green_kinds_kept`); what of a piece lies beyond the boundary stays. Green that the cadastre calls
        not public is not public, whatever is mapped there.

    Raises
        InputError where no green of the cadastre lies inside the data.
    """
    mine = project(register.greens, ground.crs, called="the green cadastre")
    shapes, _ = polygonal(mine.geometry.to_numpy())
    region = _region(shapes, ground)
    touching = np.asarray(shapely.intersects(region, shapes), dtype=bool)
    if not shapely.intersects(ground.data, shapes).any():
        raise InputError(
            f"[sources.registers.green]: none of {len(shapes)} greens lies inside the OpenStreetMap data",
            expected=f"the same place, in any CRS ({ground.crs} is used here)",
            fix="check the file and its crs",
        )
    theirs = project(osm.greens, ground.crs, called="green").reset_index(drop=True)
    mapped, _ = polygonal(theirs.geometry.to_numpy())
    public = theirs["public"].to_numpy(bool)
    kept_kinds = theirs["kind"].isin(parameters.value("registers.green_kinds_kept")).to_numpy(bool)
    goes = public & ~kept_kinds & np.asarray(shapely.intersects(region, mapped), dtype=bool)
    told = mine["public"].to_numpy(bool)
    row = _row(shapes[touching & told], mapped[goes], region)
    share = parameters.number("registers.green_found_share")
    found, known = _found(shapes, mapped[public], share), _found(mapped, shapes[told], share)
    here = touching & told
    row |= {
        "category": "green", "mode": register.mode, "date": register.date, "n_register": int(here.sum()),
        "n_osm": int(goes.sum()), "n_matched": int((found & here).sum()), "n_by_name": 0,
        "n_only_register": int((here & ~found).sum()),
        "n_only_osm": int((goes & ~known).sum()),
        "n_unplaced": 0,
        "osm_recall_share": float((found & here).sum() / here.sum()) if here.any() else np.nan,
    }  # fmt: skip
    if register.mode == "replace":
        mapped[goes] = _areal(shapely.difference(mapped[goes], region))
    closed = public & kept_kinds & _inside(mapped, shapes[~told])
    left = ~shapely.is_empty(mapped) & ~shapely.is_missing(mapped)
    stays = theirs.assign(public=public & ~closed)[left].set_geometry(mapped[left], crs=ground.crs)
    stays = stays[list(register.greens.columns)]
    whole = pd.concat([stays, mine.set_geometry(shapes, crs=ground.crs)], ignore_index=True).to_crs(osm.greens.crs)
    whole = whole.astype({name: osm.greens[name].dtype for name in ("green_id", "kind", "name", "public", "fenced")})
    return replace(osm, greens=whole.sort_values("green_id", ignore_index=True)), row, _objects(mine, found, touching)


def _region(shapes: Geometries, ground: Ground) -> shapely.Geometry:
    corners = shapely.get_coordinates(shapely.envelope(shapes))
    return ground.of(corners[:, 0], corners[:, 1])


def _areal(shapes: Geometries) -> Geometries:
    """Polygons only; what is left of a piece may also be lines and points."""
    found = np.full(len(shapes), None, dtype=object)
    for at, shape in enumerate(shapes):
        parts = [one for one in shapely.get_parts(shapely.get_parts(shape)) if shapely.area(one) > 0]
        found[at] = shapely.union_all(parts) if parts else None
    return found


def _row(register: Geometries, mapped: Geometries, region: shapely.Geometry) -> dict[str, object]:
    """Areas inside the region, each once: of the cadastre, of the mapped green it stands for, of both."""
    ours = shapely.intersection(shapely.union_all(register), region)
    theirs = shapely.intersection(shapely.union_all(mapped), region)
    both = shapely.intersection(ours, theirs)
    return {
        "register_m2": round(float(shapely.area(ours)), 1), "osm_m2": round(float(shapely.area(theirs)), 1),
        "common_m2": round(float(shapely.area(both)), 1), "median_distance_m": np.nan, "places": np.nan,
    }  # fmt: skip


def _found(shapes: Geometries, others: Geometries, share: float) -> Bools:
    """Whether others cover at least this share of each shape; overlapping others count once."""
    covered = np.zeros(len(shapes))
    if len(others):
        one, other = shapely.STRtree(others).query(shapes, predicate="intersects")
        for at in np.unique(one):
            covered[at] = shapely.area(shapely.intersection(shapes[at], shapely.union_all(others[other[one == at]])))
    size = shapely.area(shapes)
    return np.asarray((size > 0) & (covered >= share * size), dtype=bool)


def _inside(shapes: Geometries, grounds: Geometries) -> Bools:
    """Whether a point inside each shape lies on one of the grounds."""
    hit = np.zeros(len(shapes), dtype=bool)
    known = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    if len(grounds) and len(known):
        at, _ = shapely.STRtree(grounds).query(shapely.point_on_surface(shapes[known]), predicate="intersects")
        hit[known[at]] = True
    return hit


def _objects(greens: gpd.GeoDataFrame, found: Bools, inside: Bools) -> pd.DataFrame:
    """A row per green of the cadastre, for the office."""
    return pd.DataFrame(
        {
            "category": "green", "outcome": np.where(found, "mapped", "only in the register"),
            "register_id": greens["green_id"], "register_name": greens["name"], "address": "", "places": np.nan,
            "osm_id": "", "osm_name": "", "distance_m": np.nan, "inside": inside,
        }
    )  # fmt: skip
