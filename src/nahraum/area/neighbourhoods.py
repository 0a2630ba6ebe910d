"""Quarters of a study that brings none: boundaries of OpenStreetMap, else delineated by size and barriers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy import sparse
from scipy.spatial import KDTree

from nahraum.area.barriers import are_crossed, study_obstacles
from nahraum.area.naming import quarter_names
from nahraum.area.quarters import quarter_of_points, quarters_from_osm, study_quarters
from nahraum.errors import InputError
from nahraum.frames import sum_by, to_micro
from nahraum.grid import CELL_SIZE_M, GRID_CRS, cell_centre_m, cell_id, cell_square
from nahraum.parameters import Parameters

if TYPE_CHECKING:
    from nahraum.sources.osm import OsmExtract

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_TWO = 2


@dataclass(frozen=True)
class _Cells:
    """Inhabited cells inside the boundary: key, middle [m, EPSG:3035], residents [1e-6]."""

    key: Int64
    at: Floats
    micro: Int64


def neighbourhoods(
    addresses: pd.DataFrame,
    osm: OsmExtract,
    boundary: gpd.GeoDataFrame,
    parameters: Parameters,
    *,
    boundaries: bool = True,
) -> tuple[gpd.GeoDataFrame, str]:
    """Quarters where the study brings none, and where they come from: osm or delineated.

    Parameters
        addresses : table `ADDRESSES`; only residents inside the boundary count.
        boundary : one row, in the study's CRS.
        boundaries : whether the administrative boundaries of OpenStreetMap are tried first.

    Returns
        `QUARTERS` in the study's CRS, sorted by id.

    Notes
        Boundaries of OpenStreetMap are taken where one level covers nearly all residents with two quarters at least.
        Else inhabited cells that no barrier parts are taken together and divided, along their longer side, into
        parts of about equal numbers of residents; small pieces join the nearest part. Every cell belongs to one
        quarter as a whole; ground without residents goes with the nearest cell. The same data give the same quarters.
    """
    crs = str(boundary.crs)
    for level in parameters.value("neighbourhoods.osm_levels") if boundaries else ():
        given = _of_level(osm, int(level), addresses, crs=crs, parameters=parameters)
        if given is not None:
            return given, "osm"
    cells = _inhabited(addresses)
    obstacles = study_obstacles(osm, shapely.buffer(boundary.geometry.iloc[0], 1.0), crs=crs)
    lines = obstacles.of_kinds(tuple(parameters.value("neighbourhoods.barriers")))
    walls = gpd.GeoSeries(lines, crs=crs).to_crs(GRID_CRS).to_numpy()
    part = delineated(cells.at, cells.micro, walls, parameters)
    shapes = _polygons(cells, part, boundary)
    lowest = [cells.key[part == number].min() for number in range(part.max() + 1)]
    ids = [f"nq:{name}" for name in cell_id(np.array(lowest, dtype=np.int64))]
    table = gpd.GeoDataFrame({"quarter_id": ids}, geometry=shapes, crs=crs)
    table = table.assign(name=quarter_names(table, osm)).sort_values("quarter_id", ignore_index=True)
    return table[["quarter_id", "name", "geometry"]], "delineated"


def _of_level(
    osm: OsmExtract, level: int, addresses: pd.DataFrame, *, crs: str, parameters: Parameters
) -> gpd.GeoDataFrame | None:
    """The boundaries of one level of OpenStreetMap, if they are quarters of this study."""
    try:
        found = quarters_from_osm(osm, level)
    except InputError:
        return None
    table, _ = study_quarters(found, crs=crs)
    if table is None:
        return None
    inside = addresses[addresses["inside"].to_numpy(dtype=bool)]
    quarter, _ = quarter_of_points(table, inside["x_m"], inside["y_m"])
    people = to_micro(inside["residents"].to_numpy())
    covered = people[quarter != ""].sum() >= parameters.number("neighbourhoods.osm_cover_share") * people.sum()
    lived_in = np.unique(quarter[(quarter != "") & (people > 0)])
    if not covered or len(lived_in) < _TWO:
        return None
    return table[table["quarter_id"].isin(lived_in)].reset_index(drop=True)


def _inhabited(addresses: pd.DataFrame) -> _Cells:
    lived_in = addresses[addresses["inside"].to_numpy(dtype=bool) & (addresses["residents"].to_numpy() > 0)]
    total = sum_by(lived_in["residents"], lived_in["cell_key"])
    key = total.index.to_numpy(np.int64)
    east, north = cell_centre_m(key)
    return _Cells(key, np.column_stack([east, north]).astype(np.float64), to_micro(total.to_numpy()))


def delineated(at: Floats, micro: Int64, walls: npt.NDArray[np.object_], parameters: Parameters) -> Int64:
    """Number of the quarter (0, 1, …) of each cell.

    Parameters
        at : middle of each cell. [m]; micro : residents. [1e-6]; walls : barriers as lines, in the same CRS.
    """
    target, least = (parameters.number(f"neighbourhoods.{name}") * 1e6 for name in ("residents", "minimum_residents"))
    near = KDTree(at).query_pairs(parameters.number("neighbourhoods.longest_gap_m"), output_type="ndarray")
    near = near[np.lexsort((near[:, 1], near[:, 0]))]
    steps = shapely.linestrings(at[near]) if len(near) else np.array([], dtype=object)
    open_ = near[~are_crossed(np.asarray(steps, dtype=object), walls)]
    part = _components(len(at), open_)
    divided = np.zeros(len(at), dtype=np.int64)
    number = 0
    for one in range(part.max() + 1):
        rows = np.flatnonzero(part == one)
        pieces = max(1, round(float(micro[rows].sum()) / target))
        divided[rows] = number + _divided(at[rows], micro[rows], pieces)
        number += pieces
    return _joined(divided, at, micro, least, parameters.number("neighbourhoods.farthest_join_m"))


def _components(n: int, pairs: Int64) -> Int64:
    ones = np.ones(len(pairs), dtype=np.int8)
    graph = sparse.coo_matrix((ones, (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    return np.asarray(sparse.csgraph.connected_components(graph, directed=False)[1], dtype=np.int64)


def _divided(at: Floats, micro: Int64, pieces: int) -> Int64:
    """Cells in so many parts of about equal residents: halved along the longer side, again and again."""
    found = np.zeros(len(at), dtype=np.int64)
    if pieces <= 1 or len(at) <= 1:
        return found
    spread = at.max(axis=0) - at.min(axis=0)
    along = int(spread[1] > spread[0])
    order = np.lexsort((at[:, 1 - along], at[:, along]))
    first = pieces // 2
    reached = np.cumsum(micro[order])
    cut = int(np.searchsorted(reached, reached[-1] * first / pieces, side="left")) + 1
    cut = min(max(cut, 1), len(at) - 1)
    low, high = order[:cut], order[cut:]
    found[low] = _divided(at[low], micro[low], first)
    found[high] = first + _divided(at[high], micro[high], pieces - first)
    return found


def _joined(part: Int64, at: Floats, micro: Int64, least: float, farthest_m: float) -> Int64:
    """Parts with too few residents join the nearest other one, the smallest first; far-off ones stay."""
    part = np.unique(part, return_inverse=True)[1].astype(np.int64)
    lonely: set[int] = set()
    while True:
        people = np.bincount(part, weights=micro)
        small = [n for n in np.argsort(people, kind="stable") if 0 < people[n] < least and n not in lonely]
        if not small or len(np.flatnonzero(people)) <= 1:
            return np.unique(part, return_inverse=True)[1].astype(np.int64)
        one = int(small[0])
        own, others = np.flatnonzero(part == one), np.flatnonzero(part != one)
        away, nearest = KDTree(at[others]).query(at[own])
        at_best = int(np.argmin(away))
        if away[at_best] > farthest_m:
            lonely.add(one)
        else:
            part[own] = part[others[nearest[at_best]]]


def _polygons(cells: _Cells, part: Int64, boundary: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """The ground of each part: its cells, and of the rest of the boundary what is nearest to them."""
    ground = boundary.to_crs(GRID_CRS).geometry.iloc[0]
    frame = shapely.buffer(shapely.envelope(ground), CELL_SIZE_M)
    points = shapely.multipoints(cells.at)
    faces = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame))
    owner = shapely.STRtree(faces).query(shapely.points(cells.at), predicate="within")
    shapes = []
    for number in range(part.max() + 1):
        rows = np.flatnonzero(part == number)
        mine = faces[owner[1][np.isin(owner[0], rows)]] if len(cells.key) > _TWO else np.array([frame])
        squares = cell_square(cells.key[rows])
        shapes.append(shapely.intersection(shapely.union_all(np.concatenate([mine, squares])), ground))
    series = gpd.GeoSeries(shapes, crs=GRID_CRS).to_crs(boundary.crs)
    return np.asarray(shapely.make_valid(series.to_numpy()), dtype=object)
