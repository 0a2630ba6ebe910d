"""Where the data reach: the header's box if it is one, else the ground around streets and buildings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy import ndimage

from nahraum.sources.osm.geometry import Plane, polygons_only
from nahraum.sources.osm.raw import RawWays
from nahraum.sources.osm.rules import Rules

Box = tuple[float, float, float, float]
Float64 = npt.NDArray[np.float64]

_CELL_DEGREES = 0.01
_PER_REACH = 8  # steps per reach: how finely nodes are thinned out
_SHRINK = 0.9  # of the reach is taken back, so that the ground ends a little beyond the last node
_MAIN_PATCH_SHARE = 0.8
_FULL_SHARE = 0.5
_WORLD = (-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True)
class Reach:
    """Extent of the data in degrees, the ground they cover in the local plane, and what became of the header."""

    extent: Box
    plane: Plane
    ground: shapely.Polygon
    has_box: bool
    box_refused: bool


def reach_of(ways: RawWays, header: Box | None, rules: Rules) -> Reach:
    """How far the data reach.

    An extract with a believable header box covers that box. Without one the ground is inferred: extracts cut
    by a polygon around a town have a box around them, but no data in its corners.
    """
    extent, refused = extent_of(ways, header, rules.header_box_minimum_cover)
    plane = Plane.at(extent)
    west, south, east, north = extent
    box = shapely.box(west * plane.east, south * plane.north, east * plane.east, north * plane.north)
    has_box = header is not None and not refused
    ground = box if has_box else _ground(ways, box, plane, rules.coverage_reach_m)
    return Reach(extent, plane, ground, has_box, refused)


def _ground(ways: RawWays, box: shapely.Polygon, plane: Plane, reach_m: float) -> shapely.Polygon:
    """The box without the parts farther than the reach from every street and building; no holes. [m]"""
    lon, lat = _street_nodes(ways)
    step = reach_m / _PER_REACH
    cells = np.unique(np.column_stack([np.rint(lon * plane.east / step), np.rint(lat * plane.north / step)]), axis=0)
    if not len(cells):
        return box
    around = shapely.union_all(shapely.buffer(shapely.points(cells * step), reach_m, quad_segs=4))
    shrunk = shapely.buffer(around, -reach_m * _SHRINK)
    inside = polygons_only(shapely.intersection(shrunk, box))
    parts = [shapely.Polygon(part.exterior) for part in shapely.get_parts(inside) if not part.is_empty]
    main = max(parts, key=lambda part: float(part.area), default=box)
    return shapely.simplify(main, step / 2) if main.area > 0 else box


def extent_of(ways: RawWays, header: Box | None, minimum_cover: float) -> tuple[Box, bool]:
    """West, south, east, north of the data, and whether the header's box was refused as a placeholder. [degrees]

    Parameters
        header : box of the file's header, None without one.
        minimum_cover : share of its width and height that the streets must cover for the box to be believed.
    """
    lon, lat = _street_nodes(ways)
    if header is not None and _is_believable(header, lon, lat, minimum_cover):
        return header, False
    if not len(lon):
        return header or _WORLD, header is not None
    main = _main_patch(lon, lat)
    lon, lat = lon[main], lat[main]
    return (float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())), header is not None


def _street_nodes(ways: RawWays) -> tuple[Float64, Float64]:
    """Nodes of complete streets and buildings."""
    wanted = np.array(["highway" in tags or "building" in tags for tags in ways.tags], dtype=bool)
    size = np.diff(ways.start)
    owner = np.repeat(np.arange(len(ways.ids)), size)
    lost = np.bincount(owner, weights=np.isnan(ways.lon), minlength=len(ways.ids)) > 0
    kept = (wanted & ~lost)[owner] if len(owner) else np.zeros(0, dtype=bool)
    return ways.lon[kept], ways.lat[kept]


def _is_believable(box: Box, lon: Float64, lat: Float64, minimum_cover: float) -> bool:
    inside = (lon >= box[0]) & (lon <= box[2]) & (lat >= box[1]) & (lat <= box[3])
    if not inside.any():
        return False
    width, height = np.ptp(lon[inside]) / (box[2] - box[0]), np.ptp(lat[inside]) / (box[3] - box[1])
    return bool(min(width, height) >= minimum_cover)


def _main_patch(lon: Float64, lat: Float64) -> npt.NDArray[np.bool_]:
    """The nodes in the largest compact patch of cells; all of them where it holds too few.

    Extracts with complete ways and relations carry single long-distance ways far outside the town.
    """
    column = np.floor((lon - lon.min()) / _CELL_DEGREES).astype(np.int64)
    row = np.floor((lat - lat.min()) / _CELL_DEGREES).astype(np.int64)
    taken = np.zeros((int(row.max()) + 1, int(column.max()) + 1), dtype=bool)
    taken[row, column] = True
    everything = np.ones(len(lon), dtype=bool)
    if taken.mean() >= _FULL_SHARE:
        return everything
    square = np.ones((3, 3), dtype=bool)
    compact = ndimage.binary_opening(taken, square)
    patches, _ = ndimage.label(ndimage.binary_dilation(compact, square) & taken, square)
    at_node = patches[row, column]
    sizes = np.bincount(at_node)
    if len(sizes) < 2 or sizes[1:].max() < _MAIN_PATCH_SHARE * len(lon):
        return everything
    return np.asarray(at_node == 1 + int(np.argmax(sizes[1:])), dtype=bool)
