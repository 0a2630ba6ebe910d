"""Places to play: playgrounds and pitches that lie together, with what registers and corrections say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from nahraum.area.space import Geometries, polygonal, project
from nahraum.parameters import Parameters

if TYPE_CHECKING:
    from nahraum.sources.osm import OsmExtract


def with_told_playgrounds(found: gpd.GeoDataFrame, osm: OsmExtract, parameters: Parameters) -> gpd.GeoDataFrame:
    """Mapped spaces with the playgrounds of registers and corrections, and without those that these took away.

    Notes
        `osm.facilities` hold what is true after registers and corrections: a mapped playground stays while a place of
        the category is left within `osm.duplicate_distance_m`. One with an id of another source is added, in place
        of playgrounds mapped as a point that near; where an outline is that near, it is the same and the outline stays.
    """
    told = osm.facilities[osm.facilities["category"] == "playground"]
    told = project(told, str(found.crs), called="places").sort_values("facility_id")
    near_m = parameters.number("osm.duplicate_distance_m")
    is_ground = found["kind"].eq("playground").to_numpy(bool)
    stays = ~is_ground | _near(found, told, near_m)
    new = told[~told["facility_id"].str.startswith("osm:").to_numpy(bool)]
    outlines = found[stays & is_ground & found["area_m2"].notna().to_numpy(bool)]
    new = new[~_near(new, outlines, near_m)]
    stays &= ~(is_ground & found["area_m2"].isna().to_numpy(bool) & _near(found, new, near_m))
    if new.empty:
        return found[stays]
    added = gpd.GeoDataFrame(
        {"space_id": new["facility_id"], "kind": "playground", "name": new["name"], "area_m2": new["area_m2"]},
        geometry=new.geometry, crs=found.crs,
    )  # fmt: skip
    return gpd.GeoDataFrame(pd.concat([found[stays], added], ignore_index=True), crs=found.crs)


def _near(some: gpd.GeoDataFrame, others: gpd.GeoDataFrame, distance_m: float) -> npt.NDArray[np.bool_]:
    """Which of some shapes have one of the others within a distance."""
    near = np.zeros(len(some), dtype=bool)
    if len(some) and len(others):
        tree = shapely.STRtree(others.geometry.to_numpy())
        near[tree.query(some.geometry.to_numpy(), predicate="dwithin", distance=distance_m)[0]] = True
    return near


def places_to_play(found: gpd.GeoDataFrame, greens: gpd.GeoDataFrame, parameters: Parameters) -> gpd.GeoDataFrame:
    """Places to play: playgrounds and pitches that lie together, and how much room there is with the green around."""
    shapes, _ = polygonal(found.geometry.to_numpy())
    label, merged = together(shapes, parameters.number("play.cluster_gap_m"))
    labels = pd.RangeIndex(len(merged))
    drawn_m2 = shapely.area(shapes)
    size = np.where(drawn_m2 > 0, drawn_m2, found["area_m2"].to_numpy(np.float64))
    is_ground = found["kind"].eq("playground").to_numpy(bool)
    rows = found[["space_id", "name"]].assign(
        label=label, playground=is_ground, ground_m2=np.where(is_ground, size, np.nan), told_m2=size - drawn_m2
    )
    groups = rows.groupby("label")
    room_m2 = shapely.area(merged) + groups["told_m2"].sum().reindex(labels).to_numpy(np.float64)
    room_m2 = np.where(room_m2 > 0, room_m2, np.nan)
    if len(merged) and len(greens):
        place, green = shapely.STRtree(greens.geometry.to_numpy()).query(merged, predicate="intersects")
        around = pd.Series(greens["area_m2"].to_numpy(np.float64)[green]).groupby(place).max().reindex(labels)
        room_m2 = np.fmax(room_m2, around.to_numpy(np.float64))
    named = rows[rows["name"] != ""].sort_values(["label", "space_id"]).drop_duplicates("label")
    play = gpd.GeoDataFrame(
        {
            "play_id": groups["space_id"].min().reindex(labels).to_numpy(dtype=object),
            "playground": groups["playground"].any().reindex(labels).to_numpy(dtype=bool),
            "name": named.set_index("label")["name"].reindex(labels).fillna("").to_numpy(dtype=object),
            "play_m2": groups["ground_m2"].sum(min_count=1).reindex(labels).to_numpy(np.float64).round(2),
            "room_m2": room_m2.round(2),
        },
        geometry=merged,
        crs=found.crs,
    )
    return play.astype({"play_id": "str", "name": "str"}).sort_values("play_id", ignore_index=True)


def together(shapes: Geometries, gap_m: float) -> tuple[npt.NDArray[np.int32], Geometries]:
    """Number of the group of each shape, and the union of each group: what lies within the gap of each other."""
    if not len(shapes):
        return np.zeros(0, dtype=np.int32), np.array([], dtype=object)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=gap_m)
    links = coo_array((np.ones(len(one)), (one, other)), shape=(len(shapes), len(shapes)))
    _, label = connected_components(links, directed=False)
    order = np.argsort(label, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(label[order])) + 1)
    merged = np.array([*(shapely.union_all(shapes[group]) for group in groups), None], dtype=object)[:-1]
    return label, np.asarray(shapely.normalize(merged), dtype=object)
