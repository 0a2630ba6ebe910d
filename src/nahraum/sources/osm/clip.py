"""Outlines that the extract has cut: closed along the edge of the data, or straight where the gap is short.

Coordinates are metres of the local plane. A cut outline tells where the border runs, not which side is
inside: along the edge of the data two areas are possible, and `chosen` decides between them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from nahraum.sources.osm.geometry import valid_area

Chain = npt.NDArray[np.float64]


def closed_along_edge(
    chains: Sequence[Chain], ground: shapely.Polygon, tolerance_m: float
) -> tuple[BaseGeometry, BaseGeometry] | None:
    """The two areas that open chains cut out of the ground the data cover; None where a chain ends inside it.

    Parameters
        chains : coordinates of outlines that leave the ground, or end at most the tolerance before its edge. [m]
        tolerance_m : how far before the edge the last known node may lie. [m]
    """
    edge = ground.exterior
    area: BaseGeometry = shapely.Polygon()
    pieces = [piece for chain in chains for piece in _pieces(chain, ground)]
    for piece in pieces:
        ends = [shapely.Point(piece[0]), shapely.Point(piece[-1])]
        if max(edge.distance(end) for end in ends) > tolerance_m:
            return None
        first, last = (edge.project(end) for end in ends)
        ring = np.vstack([piece, _along(edge, last, first)])
        if len(ring) > 2:
            area = shapely.symmetric_difference(area, valid_area(shapely.Polygon(ring)))
    if not pieces:
        return None
    area = valid_area(area)
    return area, valid_area(shapely.difference(ground, area))


def _pieces(chain: Chain, ground: shapely.Polygon) -> list[Chain]:
    inside = shapely.intersection(shapely.LineString(chain), ground)
    if inside.geom_type == "MultiLineString":
        inside = shapely.line_merge(inside)
    return [shapely.get_coordinates(part) for part in shapely.get_parts(inside) if part.length > 0]


def _along(edge: shapely.LinearRing, start: float, end: float) -> Chain:
    """Points of the edge from one position to another, going forward: both ends and the corners between."""
    length = edge.length
    target = end if end >= start else end + length
    corners = [edge.project(shapely.Point(corner)) for corner in edge.coords[:-1]]
    between = sorted(p + turn for p in corners for turn in (0.0, length) if start < p + turn < target)
    stations = [start, *between, target]
    return np.array([edge.interpolate(position % length).coords[0] for position in stations])


def closed_straight(chains: Sequence[Chain], gap_share: float) -> BaseGeometry | None:
    """The area enclosed when open ends are joined straight, nearest first; None where the gaps are too long.

    Parameters
        gap_share : longest sum of gaps, as a share of the known length.
    """
    rest = [np.asarray(chain) for chain in chains if len(chain) > 1]
    known = sum(float(np.hypot(*np.diff(chain, axis=0).T).sum()) for chain in rest)
    gaps = 0.0
    area: BaseGeometry = shapely.Polygon()
    while rest:
        ring = rest.pop(0)
        while True:
            options = [(_distance(ring[-1], ring[0]), -1, False)]
            for number, chain in enumerate(rest):
                options.append((_distance(ring[-1], chain[0]), number, False))
                options.append((_distance(ring[-1], chain[-1]), number, True))
            gap, number, turned = min(options)
            gaps += gap
            if number < 0:
                break
            chain = rest.pop(number)
            ring = np.vstack([ring, chain[::-1] if turned else chain])
        if len(ring) > 2:
            area = shapely.symmetric_difference(area, valid_area(shapely.Polygon(ring)))
    return valid_area(area) if known and gaps <= gap_share * known and area.area > 0 else None


def _distance(one: Chain, other: Chain) -> float:
    return float(np.hypot(one[0] - other[0], one[1] - other[1]))


def chosen(
    sides: tuple[BaseGeometry, BaseGeometry], buildings: shapely.STRtree | None, settled_ratio: float
) -> BaseGeometry:
    """The side that is the area: the one with far fewer buildings (green, water), else the smaller one.

    Parameters
        buildings : points of buildings where the area is known to hold few of them, else None.
        settled_ratio : how many times denser the other side must be built.
    """
    smaller, larger = sorted(sides, key=lambda side: float(side.area))
    if buildings is None or smaller.area <= 0:
        return smaller if smaller.area > 0 else larger
    dense_small, dense_large = (
        len(buildings.query(side, predicate="intersects")) / side.area for side in (smaller, larger)
    )
    return larger if dense_small > settled_ratio * dense_large else smaller
