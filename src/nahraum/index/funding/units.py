"""Base units of a funding area: blocks, parcels or cells, their borders and what parts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.area.space import points_of
from nahraum.errors import InputError
from nahraum.index.people import Floats, Int64
from nahraum.sources.problems import nearest_name

HECTARE_M2 = 10_000.0
KINDS = ("blocks", "parcels", "cells")
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Borders:
    """Pairs of units that share a border, sorted by position; lengths in whole millimetres.

    first, second   positions of the units, first < second
    shared_mm       length of the border
    open_mm         of it where no barrier runs
    kind            of the barrier along most of the rest, "" for none
    is_open         whether an area may grow over it: enough of it is open, or a crossing is declared
    declared        open only by a declared crossing
    """

    first: Int64
    second: Int64
    shared_mm: Int64
    open_mm: Int64
    kind: npt.NDArray[np.object_]
    is_open: Flags
    declared: Flags

    def __len__(self) -> int:
        return len(self.first)


@dataclass(frozen=True)
class Units:
    """Small pieces of ground that are taken whole, in the study's CRS.

    table    unit_id (unique, sorted), hectares, geometry; a border between two units has the same points on both sides
    borders  as `Borders`
    outer_mm length of each unit's outline [mm]
    kind     blocks | parcels | cells
    gap_m    width of the street ground between units; 0 where they cover the ground
    notes    code, count, text_de, text_en
    """

    table: gpd.GeoDataFrame
    borders: Borders
    outer_mm: Int64
    kind: str
    gap_m: float = 0.0
    notes: pd.DataFrame = field(default_factory=lambda: notes_table([]))

    def __len__(self) -> int:
        return len(self.table)

    @property
    def ids(self) -> npt.NDArray[np.object_]:
        """Ids of the units, sorted."""
        return np.asarray(self.table["unit_id"].to_numpy(), dtype=object)

    @property
    def shapes(self) -> npt.NDArray[np.object_]:
        """Polygons of the units."""
        return np.asarray(self.table.geometry.to_numpy(), dtype=object)

    def positions(self, ids: Sequence[str], *, called: str) -> Int64:
        """Positions of units by id.

        Raises
            InputError that names every unknown id and the nearest known one.
        """
        wanted = [str(name) for name in ids]
        at = pd.Index(self.ids).get_indexer(pd.Index(wanted, dtype=object)).astype(np.int64)
        unknown = [name for name, row in zip(wanted, at, strict=True) if row < 0]
        if unknown:
            raise InputError(
                f"{called} names {len(unknown)} units that are not there",
                where=f"first: {unknown[:3]}",
                expected=f"unit_id of the {len(self)} {self.kind}, e.g. {self.ids[0]!r}",
                fix=nearest_name(unknown[0], self.ids.tolist()) if len(self) < 20_000 else "",
            )
        return np.unique(at)


def notes_table(rows: Sequence[tuple[str, int, str, str]]) -> pd.DataFrame:
    """Notes as a table: code, count, text_de, text_en."""
    return pd.DataFrame(list(rows), columns=["code", "count", "text_de", "text_en"])


def unit_of_points(units: Units, x_m: npt.ArrayLike, y_m: npt.ArrayLike, *, farthest_m: float = 0.0) -> Int64:
    """Position of the unit that holds each point, the lowest where a point lies on a border; -1 for none.

    Parameters
        farthest_m : a point outside every unit belongs to the nearest one so far away. [m]
    """
    points = points_of(x_m, y_m)
    found = np.full(len(points), len(units), dtype=np.int64)
    if not len(units) or not len(points):
        return np.full(len(points), -1, dtype=np.int64)
    unit, point = shapely.STRtree(points).query(units.shapes, predicate="intersects")
    np.minimum.at(found, point, unit)
    if farthest_m and (lost := np.flatnonzero(found == len(units))).size:
        tree = shapely.STRtree(units.shapes)
        of_lost, near = tree.query_nearest(points[lost], max_distance=farthest_m, all_matches=True)
        np.minimum.at(found, lost[of_lost], near)
    return np.where(found == len(units), -1, found)


def with_crossings(units: Units, crossings: Sequence[shapely.Geometry], reach_m: float) -> Units:
    """The same units, with borders opened where a crossing is declared.

    Parameters
        crossings : points or lines in the CRS of the units.
        reach_m : so far from the common border. [m]

    Raises
        InputError where a crossing lies at no barrier between two units.
    """
    parted = np.flatnonzero(~units.borders.is_open & (units.borders.kind != ""))
    shapes, borders = units.shapes, units.borders
    common = shapely.intersection(
        shapely.buffer(shapes[borders.first[parted]], units.gap_m / 2 + 0.01),
        shapely.buffer(shapes[borders.second[parted]], units.gap_m / 2 + 0.01),
    )
    tree = shapely.STRtree(common)
    opened = np.zeros(len(borders), dtype=bool)
    lost = []
    for number, crossing in enumerate(crossings):
        found = tree.query(crossing, predicate="dwithin", distance=reach_m)
        if len(found):
            away = shapely.distance(common[found], crossing)
            opened[parted[found[away <= away.min() + 1.0]]] = True
        else:
            x, y = shapely.get_coordinates(shapely.centroid(crossing))[0]
            lost.append(f"crossing {number + 1} at {x:.0f}, {y:.0f}")
    if lost:
        raise InputError(
            f"{len(lost)} declared crossings lie at no barrier between two {units.kind}",
            where=lost[:5],
            expected=f"a point within {reach_m:g} m of a rail, motorway or water border, in the CRS of the study",
            fix="move the point, or leave the row out: where there is no barrier nothing needs to be crossed",
        )
    declared = borders.declared | opened
    return replace(units, borders=replace(borders, is_open=borders.is_open | opened, declared=declared))


def rounded_mm(length_m: Floats) -> Int64:
    """Lengths in whole millimetres, so that sums do not depend on their order."""
    return np.rint(np.asarray(length_m, dtype=np.float64) * 1000).astype(np.int64)
