"""Closing what the extract has cut: one place that knows the box, the buildings, and counts what it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from nahraum.sources.osm.clip import chosen, closed_along_edge, closed_straight
from nahraum.sources.osm.geometry import Plane
from nahraum.sources.osm.raw import RawWays
from nahraum.sources.osm.rules import Rules

Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Repair:
    """What is known of the data when an outline must be closed, and the counts of what was done.

    The ground the data cover and points of buildings are in the local plane, named places in degrees.
    """

    ways: RawWays
    plane: Plane
    ground: shapely.Polygon
    buildings: shapely.STRtree
    rules: Rules
    named_places: Mapping[str, Sequence[shapely.Point]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def area(self, chains: Sequence[Int64], *, unbuilt: bool, inside: Sequence[shapely.Point] = ()) -> BaseGeometry:
        """The area of open chains (positions in the way references) in degrees; an empty polygon if hopeless.

        Parameters
            unbuilt : the area holds few buildings (green, water), which helps to tell its side.
            inside : points that must lie in the area (label of a municipality). [degrees]
        """
        lines = [
            np.column_stack([self.ways.lon[chain] * self.plane.east, self.ways.lat[chain] * self.plane.north])
            for chain in chains
        ]
        sides = closed_along_edge(lines, self.ground, self.rules.edge_tolerance_m)
        if sides is not None:
            self.counts["areas_closed_along_the_edge"] += 1
            return self._degrees(self._side(sides, unbuilt, inside))
        straight = closed_straight(lines, self.rules.close_gap_share)
        if straight is not None and not (unbuilt and self._is_built(straight)):
            self.counts["areas_closed_straight"] += 1
            return self._degrees(straight)
        self.counts["outlines_not_closed"] += 1
        return shapely.Polygon()

    def _side(
        self, sides: tuple[BaseGeometry, BaseGeometry], unbuilt: bool, inside: Sequence[shapely.Point]
    ) -> BaseGeometry:
        for label in self.plane.to_m(np.array(list(inside), dtype=object)):
            for side in sides:
                if side.contains(label):
                    return side
        return chosen(sides, self.buildings if unbuilt else None, self.rules.settled_ratio)

    def _is_built(self, shape: BaseGeometry) -> bool:
        """Whether an area holds buildings as densely as the whole data: then it is the wrong side of an outline."""
        inside = len(self.buildings.query(shape, predicate="intersects"))
        return bool(inside * self.ground.area > len(self.buildings.geometries) * shape.area)

    def _degrees(self, shape: BaseGeometry) -> BaseGeometry:
        result: BaseGeometry = self.plane.to_degrees(np.array([shape], dtype=object))[0]
        return result
