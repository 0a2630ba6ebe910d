"""What a planner can propose: one function for each kind of edit; points are metres in the study's CRS."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from nahraum.scenario.edits import Edit
from nahraum.scenario.log import edit_of


def _made(kind: str, **values: Any) -> Edit:
    """The edit of these values, every one of them checked."""
    return edit_of({"kind": kind} | values)


def facility_added(*, category: str, x: float, y: float, facility_id: str = "", name: str = "") -> Edit:
    """A place of supply at a point of the study's CRS. [m]"""
    return _made("facility_added", category=category, x_m=x, y_m=y, facility_id=facility_id, name=name)


def facility_moved(facility_id: str, *, x: float, y: float) -> Edit:
    """A place of supply moved to a point of the study's CRS. [m]"""
    return _made("facility_moved", facility_id=facility_id, x_m=x, y_m=y)


def facility_closed(facility_id: str) -> Edit:
    """A place of supply closed."""
    return _made("facility_closed", facility_id=facility_id)


def capacity_changed(green_id: str, *, area_m2: float) -> Edit:
    """Another usable area of a green. [m²]"""
    return _made("capacity_changed", green_id=green_id, area_m2=area_m2)


def green_added(
    *, outline: Iterable[Sequence[float]], entrances: Iterable[Sequence[float]], area_m2: float | None = None,
    green_id: str = "", name: str = "",
) -> Edit:  # fmt: skip
    """A public green by its outline and its entrances, points of the study's CRS. [m, m²]"""
    return _made("green_added", outline=outline, entrances=entrances, area_m2=area_m2, green_id=green_id, name=name)


def green_removed(green_id: str) -> Edit:
    """A public green built over."""
    return _made("green_removed", green_id=green_id)


def entrance_added(green_id: str, *, x: float, y: float, entrance_id: str = "") -> Edit:
    """Another entrance of a green, at a point of the study's CRS. [m]"""
    return _made("entrance_added", green_id=green_id, x_m=x, y_m=y, entrance_id=entrance_id)


def entrance_removed(entrance_id: str) -> Edit:
    """An entrance of a green closed."""
    return _made("entrance_removed", entrance_id=entrance_id)


def footpath_added(points: Iterable[Sequence[float]], *, joins: Iterable[int] | None = None, way_id: int = 0) -> Edit:
    """A footpath along points of the study's CRS; `joins` are the positions of those that meet a way. [m]"""
    return _made("footpath_added", points=points, joins=joins, way_id=way_id)


def footpath_removed(way_id: int) -> Edit:
    """A way that is walked no longer."""
    return _made("footpath_removed", way_id=way_id)


def barrier_added(points: Iterable[Sequence[float]], *, kind: str = "fence", line_id: str = "") -> Edit:
    """A line nobody walks across; kinds as in the study's barriers: rail, motorway, water, fence, … [m]"""
    return _made("barrier_added", points=points, barrier=kind, line_id=line_id)


def barrier_removed(line_id: str) -> Edit:
    """A barrier taken away."""
    return _made("barrier_removed", line_id=line_id)


def residents_added(residents: float, *, address_id: str = "", x: float | None = None, y: float | None = None) -> Edit:
    """More residents at an address, or at a new address at a point of the study's CRS. [persons, m]"""
    return _made("residents_added", residents=residents, address_id=address_id, x_m=x, y_m=y)


def internet_offer_changed(cells: Iterable[str], *, share: float = 1.0) -> Edit:
    """Fibre for 100 m cells, by the ids of the census: at least this share of their households is offered it. [0..1]"""
    return _made("internet_offer_changed", cells=cells, share=share)
