"""Areas of closed ways and relations, assembled here so that nothing is dropped silently (TRAPS 1, 2).

A relation with missing members is repaired from what is there. An old-style relation takes the tags of its
outer way, and that way is then no area of its own: otherwise it would fill the holes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from nahraum.sources.osm.geometry import polygons_only, valid_area
from nahraum.sources.osm.outlines import Claims, area_tags, claims, is_unbuilt, relation_shape, with_holes
from nahraum.sources.osm.raw import Raw, RawWays, Tags, slices
from nahraum.sources.osm.repair import Repair
from nahraum.sources.osm.rings import chains_of

Int64 = npt.NDArray[np.int64]
Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Areas:
    """Areas of ways and relations by id (`osm:w1`, `osm:r1`), sorted; a line or point where no area was found."""

    ids: npt.NDArray[np.object_]
    tags: list[Tags]
    shapes: Geometries

    def only(self, rows: npt.NDArray[np.bool_]) -> Areas:
        """The areas of the given rows."""
        tags = [tag for tag, wanted in zip(self.tags, rows.tolist(), strict=True) if wanted]
        return Areas(self.ids[rows], tags, self.shapes[rows])

    def polygonal(self) -> Areas:
        """Those that are polygons."""
        return self.only(shapely.get_dimensions(self.shapes) == 2)


def assembled(raw: Raw, repair: Repair) -> Areas:
    """All areas of the extract that can matter, repaired and clipped; what was done stands in `repair.counts`."""
    known = claims(raw)
    ids: list[str] = []
    tags: list[Tags] = []
    shapes: list[BaseGeometry] = []
    for number, found in sorted(known.relations.items()):
        shape = relation_shape(found, raw, repair, row=known.row)
        if shape is not None and not shape.is_empty:
            ids.append(f"osm:r{number}")
            tags.append(found.tags)
            shapes.append(shape)
    rows, way_tags = _candidates(raw.ways, known)
    way_shapes = _way_shapes(raw.ways, rows, way_tags, repair)
    for row, own, shape in zip(rows.tolist(), way_tags, way_shapes, strict=True):
        holes = known.holes.get(row)
        ids.append(f"osm:w{raw.ways.ids[row]}")
        tags.append(own)
        shapes.append(with_holes(shape, holes, raw.ways) if holes else shape)
    order = np.argsort(np.array(ids, dtype=str), kind="stable") if ids else np.zeros(0, dtype=np.int64)
    kept = np.array([*shapes, None], dtype=object)[:-1][order]
    areas = Areas(np.array(ids, dtype=object)[order], [tags[i] for i in order.tolist()], kept)
    return areas.only(~shapely.is_empty(kept) & ~shapely.is_missing(kept))


def _candidates(ways: RawWays, known: Claims) -> tuple[Int64, list[Tags]]:
    """Ways that are areas of their own, with the tags no relation has claimed."""
    rows, tags = [], []
    for row, own in enumerate(ways.tags):
        taken = known.claimed.get(row, frozenset())
        left = {key: value for key, value in area_tags(own).items() if (key, value) not in taken}
        is_open = ways.refs[ways.start[row]] != ways.refs[ways.start[row + 1] - 1]
        if left and not (is_open and row in known.members):
            rows.append(row)
            tags.append({key: value for key, value in own.items() if key in left or (key, value) not in taken})
    return np.array(rows, dtype=np.int64), tags


def _way_shapes(ways: RawWays, rows: Int64, tags: list[Tags], repair: Repair) -> Geometries:
    """Shape of each way: all closed complete ways at once, the others one by one."""
    size = ways.start[rows + 1] - ways.start[rows]
    position = slices(ways.start[rows], size)
    owner = np.repeat(np.arange(len(rows)), size)
    lost = np.bincount(owner, weights=np.isnan(ways.lon[position]), minlength=len(rows)) > 0
    closed = ways.refs[ways.start[rows]] == ways.refs[ways.start[rows + 1] - 1]
    whole = closed & ~lost & (size > 3)
    shapes = np.full(len(rows), None, dtype=object)
    inside = whole[owner]
    points = np.column_stack([ways.lon[position[inside]], ways.lat[position[inside]]])
    number = np.cumsum(whole) - 1
    shapes[whole] = shapely.polygons(shapely.linearrings(points, indices=number[owner[inside]]))
    broken = np.flatnonzero(whole)[~shapely.is_valid(shapes[whole])]
    repair.counts["invalid_areas_repaired"] += len(broken)
    for row in broken.tolist():
        shapes[row] = valid_area(shapes[row])
    for row in np.flatnonzero(~whole).tolist():
        shapes[row] = _cut_shape(ways, int(rows[row]), tags[row], repair)
    return shapes


def _cut_shape(ways: RawWays, row: int, tags: Tags, repair: Repair) -> BaseGeometry:
    """Area of an open or broken way; the line or point that is left of it where none can be closed."""
    chains = chains_of(ways, row)
    linear = {tags.get("railway"), tags.get("public_transport")} & {"platform"} and "building" not in tags
    if chains and not linear:
        shape = polygons_only(repair.area(chains, unbuilt=is_unbuilt(tags)))
        if not shape.is_empty:
            return shape
    known = np.arange(ways.start[row], ways.start[row + 1])
    known = known[~np.isnan(ways.lon[known])]
    points = np.column_stack([ways.lon[known], ways.lat[known]])
    if not len(points):
        return shapely.Polygon()
    return shapely.LineString(points) if len(points) > 1 else shapely.Point(points[0])
