"""What a planner can propose: one function for each kind of edit; points are metres in the study's CRS."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nahraum.scenario.edits import (
    BarrierAdded,
    BarrierRemoved,
    CapacityChanged,
    Edit,
    EntranceAdded,
    EntranceRemoved,
    FacilityAdded,
    FacilityClosed,
    FacilityMoved,
    FootpathAdded,
    FootpathRemoved,
    GreenAdded,
    GreenRemoved,
    Point,
    ResidentsAdded,
    checked,
)


def _points(points: Iterable[Sequence[float]]) -> tuple[Point, ...]:
    return tuple((float(x), float(y)) for x, y in points)


def facility_added(*, category: str, x: float, y: float, facility_id: str = "", name: str = "") -> Edit:
    """A place of supply at a point of the study's CRS. [m]"""
    return checked(FacilityAdded(category, float(x), float(y), facility_id, name))


def facility_moved(facility_id: str, *, x: float, y: float) -> Edit:
    """A place of supply moved to a point of the study's CRS. [m]"""
    return checked(FacilityMoved(facility_id, float(x), float(y)))


def facility_closed(facility_id: str) -> Edit:
    """A place of supply closed."""
    return checked(FacilityClosed(facility_id))


def capacity_changed(green_id: str, *, area_m2: float) -> Edit:
    """Another usable area of a green. [m²]"""
    return checked(CapacityChanged(green_id, float(area_m2)))


def green_added(
    *, outline: Iterable[Sequence[float]], entrances: Iterable[Sequence[float]], area_m2: float | None = None,
    green_id: str = "", name: str = "",
) -> Edit:  # fmt: skip
    """A public green by its outline and its entrances, points of the study's CRS. [m, m²]"""
    area = None if area_m2 is None else float(area_m2)
    return checked(GreenAdded(_points(outline), _points(entrances), area, green_id, name))


def green_removed(green_id: str) -> Edit:
    """A public green built over."""
    return checked(GreenRemoved(green_id))


def entrance_added(green_id: str, *, x: float, y: float, entrance_id: str = "") -> Edit:
    """Another entrance of a green, at a point of the study's CRS. [m]"""
    return checked(EntranceAdded(green_id, float(x), float(y), entrance_id))


def entrance_removed(entrance_id: str) -> Edit:
    """An entrance of a green closed."""
    return checked(EntranceRemoved(entrance_id))


def footpath_added(points: Iterable[Sequence[float]], *, joins: Iterable[int] | None = None, way_id: int = 0) -> Edit:
    """A footpath along points of the study's CRS; `joins` are the positions of those that meet a way. [m]"""
    return checked(FootpathAdded(_points(points), None if joins is None else tuple(joins), way_id))


def footpath_removed(way_id: int) -> Edit:
    """A way that is walked no longer."""
    return checked(FootpathRemoved(int(way_id)))


def barrier_added(points: Iterable[Sequence[float]], *, kind: str = "fence", line_id: str = "") -> Edit:
    """A line nobody walks across; kinds as in the study's barriers: rail, motorway, water, fence, … [m]"""
    return checked(BarrierAdded(_points(points), kind, line_id))


def barrier_removed(line_id: str) -> Edit:
    """A barrier taken away."""
    return checked(BarrierRemoved(line_id))


def residents_added(residents: float, *, address_id: str = "", x: float | None = None, y: float | None = None) -> Edit:
    """More residents at an address, or at a new address at a point of the study's CRS. [persons, m]"""
    place = (None if x is None else float(x), None if y is None else float(y))
    return checked(ResidentsAdded(float(residents), address_id, *place))
