"""Edits of a study as plain data: what somebody proposes to add, move, close or remove.

One schema for command line, plan, web, stores and tests. Coordinates are metres in the study's CRS. Ids of new
things are made of what the edit says (`edit:` and a hash) unless they are given, so that a log that is replayed
gives the same ids.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar

from nahraum.errors import InputError
from nahraum.grid import parse_cell_id
from nahraum.scenario.edit_checks import (
    Point,
    bad_points,
    beyond,
    empty,
    is_cell,
    no_length,
    not_numbers,
    plain,
)

WAY_IDS = 1 << 52  # ids of new ways: above every source's, and exact in JSON
LEAST_RESIDENTS, MOST_RESIDENTS = 0.001, 1e7  # persons; all of Germany and these fit in int64 of weighted millionths
LEAST_M2, MOST_M2 = 1.0, 1e10


@dataclass(frozen=True)
class Edit:
    """One edit; its `kind` says which."""

    kind: ClassVar[str] = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {"kind": self.kind} | {f.name: plain(getattr(self, f.name)) for f in fields(self)}

    def digest(self) -> str:
        """Sixteen hex digits that stand for what the edit says."""
        text = json.dumps(self.to_dict(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def _wrong(self) -> list[str]:
        """What is wrong with it, whatever the study."""
        return []


@dataclass(frozen=True)
class FacilityAdded(Edit):
    """A place of supply where none was."""

    kind: ClassVar[str] = "facility_added"
    category: str
    x_m: float
    y_m: float
    facility_id: str = ""
    name: str = ""

    def _wrong(self) -> list[str]:
        return [*not_numbers(self, "x_m", "y_m"), *empty(self, "category")]


@dataclass(frozen=True)
class FacilityMoved(Edit):
    """A place of supply somewhere else."""

    kind: ClassVar[str] = "facility_moved"
    facility_id: str
    x_m: float
    y_m: float

    def _wrong(self) -> list[str]:
        return [*not_numbers(self, "x_m", "y_m"), *empty(self, "facility_id")]


@dataclass(frozen=True)
class FacilityClosed(Edit):
    """A place of supply that is there no longer."""

    kind: ClassVar[str] = "facility_closed"
    facility_id: str

    def _wrong(self) -> list[str]:
        return empty(self, "facility_id")


@dataclass(frozen=True)
class CapacityChanged(Edit):
    """Another usable area of a green. [m²]"""

    kind: ClassVar[str] = "capacity_changed"
    green_id: str
    area_m2: float

    def _wrong(self) -> list[str]:
        return [*not_numbers(self, "area_m2"), *beyond(self, "area_m2", LEAST_M2, MOST_M2), *empty(self, "green_id")]


@dataclass(frozen=True)
class GreenAdded(Edit):
    """A public green: its outline, where one can walk in, and its area where it is not the outline's."""

    kind: ClassVar[str] = "green_added"
    outline: tuple[Point, ...]
    entrances: tuple[Point, ...]
    area_m2: float | None = None
    green_id: str = ""
    name: str = ""

    def _wrong(self) -> list[str]:
        found = [*bad_points("outline", self.outline, 3), *bad_points("entrances", self.entrances, 1)]
        if self.area_m2 is not None:
            found += [*not_numbers(self, "area_m2"), *beyond(self, "area_m2", LEAST_M2, MOST_M2)]
        if not found and self.shape_m2() <= 0:
            found.append("'outline' encloses nothing")
        return found

    def shape_m2(self) -> float:
        """Area inside the outline. [m²]"""
        ring = self.outline
        turns = zip(ring, (*ring[1:], ring[0]), strict=True)
        x0, y0 = ring[0]
        return abs(sum((ax - x0) * (by - y0) - (bx - x0) * (ay - y0) for (ax, ay), (bx, by) in turns)) / 2


@dataclass(frozen=True)
class GreenRemoved(Edit):
    """A public green with all its entrances, no longer there."""

    kind: ClassVar[str] = "green_removed"
    green_id: str

    def _wrong(self) -> list[str]:
        return empty(self, "green_id")


@dataclass(frozen=True)
class EntranceAdded(Edit):
    """Another point where one can walk into a green."""

    kind: ClassVar[str] = "entrance_added"
    green_id: str
    x_m: float
    y_m: float
    entrance_id: str = ""

    def _wrong(self) -> list[str]:
        return [*not_numbers(self, "x_m", "y_m"), *empty(self, "green_id")]


@dataclass(frozen=True)
class EntranceRemoved(Edit):
    """A way into a green that is closed."""

    kind: ClassVar[str] = "entrance_removed"
    entrance_id: str

    def _wrong(self) -> list[str]:
        return empty(self, "entrance_id")


@dataclass(frozen=True)
class FootpathAdded(Edit):
    """A footpath along some points; those whose positions stand in `joins` are moved onto the nearest way.

    Without `joins` both ends join. The ways met are divided there.
    """

    kind: ClassVar[str] = "footpath_added"
    points: tuple[Point, ...]
    joins: tuple[int, ...] | None = None
    way_id: int = 0

    def _wrong(self) -> list[str]:
        found = [*bad_points("points", self.points, 2), *no_length(self.points)]
        places = range(len(self.points))
        if self.joins is not None and (not self.joins or any(at not in places for at in self.joins)):
            found.append(f"'joins' = {list(self.joins)}: at least one position from 0 to {len(self.points) - 1}")
        if self.way_id and not WAY_IDS <= self.way_id < 2 * WAY_IDS:
            found.append(f"'way_id' = {self.way_id}: a new way has an id from 2^52 to 2^53 - 1")
        return found

    def joining(self) -> frozenset[int]:
        """Positions of the points that join a way."""
        return frozenset((0, len(self.points) - 1) if self.joins is None else self.joins)


@dataclass(frozen=True)
class FootpathRemoved(Edit):
    """A way that is walked no longer, all of it."""

    kind: ClassVar[str] = "footpath_removed"
    way_id: int


@dataclass(frozen=True)
class BarrierAdded(Edit):
    """A line nobody walks across; legs to the nearest way keep to its side if the study's rules say so of its kind."""

    kind: ClassVar[str] = "barrier_added"
    points: tuple[Point, ...]
    barrier: str = "fence"
    line_id: str = ""

    def _wrong(self) -> list[str]:
        return [*bad_points("points", self.points, 2), *no_length(self.points), *empty(self, "barrier")]


@dataclass(frozen=True)
class BarrierRemoved(Edit):
    """A barrier that is there no longer; one that an edit had added is as if it had never been there."""

    kind: ClassVar[str] = "barrier_removed"
    line_id: str

    def _wrong(self) -> list[str]:
        return empty(self, "line_id")


@dataclass(frozen=True)
class ResidentsAdded(Edit):
    """More residents: at an address, or at a new one at a point (either `address_id` or `x_m` and `y_m`, or all)."""

    kind: ClassVar[str] = "residents_added"
    residents: float
    address_id: str = ""
    x_m: float | None = None
    y_m: float | None = None

    def _wrong(self) -> list[str]:
        found = [*not_numbers(self, "residents"), *beyond(self, "residents", LEAST_RESIDENTS, MOST_RESIDENTS)]
        if (self.x_m is None) != (self.y_m is None):
            found.append("'x_m' and 'y_m' go together")
        elif self.x_m is None and not self.address_id:
            found.append("neither an address nor a point is given")
        elif self.x_m is not None:
            found += not_numbers(self, "x_m", "y_m")
        return found


@dataclass(frozen=True)
class InternetOfferChanged(Edit):
    """At least this share of the households of some 100 m cells is offered every speed, as with fibre; nobody loses."""

    kind: ClassVar[str] = "internet_offer_changed"
    cells: tuple[str, ...]
    share: float = 1.0

    def _wrong(self) -> list[str]:
        found = [] if isinstance(self.cells, tuple) and self.cells else ["'cells' names no cell"]
        found += [f"'cells' holds {one!r}, no id of a 100 m cell" for one in self.cells if not is_cell(one)][:3]
        return [*found, *not_numbers(self, "share"), *beyond(self, "share", 0.0, 1.0)]

    def cell_keys(self) -> tuple[int, ...]:
        """The keys of the cells, each once, ascending."""
        return tuple(sorted({parse_cell_id(one)[0] for one in self.cells}))

    def offered(self, before: float) -> float:
        """The share of households with the offer afterwards; where it was not known, only all of them is known."""
        if math.isnan(before):
            return 1.0 if self.share == 1.0 else before
        return max(before, self.share)


KINDS: dict[str, type[Edit]] = {
    one.kind: one
    for one in (
        FacilityAdded, FacilityMoved, FacilityClosed, CapacityChanged, GreenAdded, GreenRemoved, EntranceAdded,
        EntranceRemoved, FootpathAdded, FootpathRemoved, BarrierAdded, BarrierRemoved, ResidentsAdded,
        InternetOfferChanged,
    )
}  # fmt: skip
_IDS = {
    "facility_added": "facility_id", "green_added": "green_id", "entrance_added": "entrance_id",
    "barrier_added": "line_id",
}  # fmt: skip


def checked(edit: Edit) -> Edit:
    """The same edit with every id that it makes.

    Raises
        InputError with everything that is wrong with it.
    """
    if problems := edit._wrong():
        raise InputError(
            f"the edit {edit.kind!r} cannot be used", where=problems,
            expected="metres in the study's CRS, ids of the study", fix="see docs/explanation/what-if.md",
        )  # fmt: skip
    name = _IDS.get(edit.kind)
    if name and not getattr(edit, name):
        return replace(edit, **{name: f"edit:{edit.digest()}"})
    if isinstance(edit, FootpathAdded) and not edit.way_id:
        return replace(edit, way_id=WAY_IDS + int(edit.digest(), 16) % WAY_IDS)
    if isinstance(edit, ResidentsAdded) and not edit.address_id:
        return replace(edit, address_id=f"edit:{edit.digest()}")
    return edit
