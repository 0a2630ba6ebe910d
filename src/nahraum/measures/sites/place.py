"""A place where something could be built, before anybody says what."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

NAN = float("nan")
Geometries = npt.NDArray[np.object_]
Row = Mapping[Any, Any]  # one row of a table


@dataclass(frozen=True, eq=False)
class Place:
    """What a rule found: ground, a point on an edge, a line across a gap, a group of houses or cells.

    key : stays the same whatever else is found, and in the next run on the same data.
    kind : what it is today; it chooses the reason that is printed. geometry : in the study's CRS.
    parcel_id : places with the same one are the same ground; "" where nothing else can be there.
    sealed : share of the ground that is sealed today, NaN not known.
    target : id of the green that is entered, or name of what else the place belongs to.
    cells : keys of census cells it is about. extra : people's numbers for the printed reason.
    """

    key: str
    kind: str
    geometry: Any
    x_m: float
    y_m: float
    parcel_id: str = ""
    name: str = ""
    area_m2: float = NAN
    length_m: float = NAN
    dwellings: float = 0.0
    count: float = NAN
    sealed: float = NAN
    target: str = ""
    address_id: str = ""
    cells: tuple[int, ...] = ()
    extra: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """What one rule gives: its places, sorted by key, and how many objects it looked at.

    missing : what of the study's data it would need and has not, as a key of `texts.toml`; "" for nothing.
    """

    places: tuple[Place, ...]
    looked_at: int
    missing: str = ""


def found(places: list[Place], looked_at: int, missing: str = "") -> Found:
    """The places of a rule, sorted by key."""
    return Found(tuple(sorted(places, key=lambda place: place.key)), looked_at, missing)


def shapes_of(places: Sequence[Place]) -> Geometries:
    """The geometries of some places as an array."""
    return np.array([*(place.geometry for place in places), None], dtype=object)[:-1]


def short_hash(text: str) -> str:
    """Ten hex digits that stand for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def inner_point(shape: shapely.Geometry) -> tuple[float, float]:
    """A point of the shape, the same for the same shape. [m]"""
    point = shapely.point_on_surface(shape)
    return round(float(shapely.get_x(point)), 1), round(float(shapely.get_y(point)), 1)


def polygons_of(shape: shapely.Geometry) -> shapely.Geometry:
    """The polygons of any shape."""
    parts = [part for part in shapely.get_parts(shape).tolist() if shapely.area(part) > 0]
    return shapely.MultiPolygon(parts)


def largest_part(shape: shapely.Geometry) -> shapely.Geometry:
    """The largest polygon of an area; the first of equally large ones."""
    parts = shapely.get_parts(shape)
    return parts[int(np.argmax(shapely.area(parts)))] if len(parts) else shapely.Polygon()
