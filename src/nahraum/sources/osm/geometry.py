"""A local plane in metres for distances inside one extract, and areas of small shapes given in degrees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

Float64 = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]

_AXIS_M = 6378137.0
_ECCENTRICITY2 = 0.00669438002290


def metres_per_degree(latitude: npt.ArrayLike) -> tuple[Float64, Float64]:
    """Length of a degree east and north on the GRS80 ellipsoid. [m per degree]"""
    phi = np.radians(np.asarray(latitude, dtype=np.float64))
    root = np.sqrt(1.0 - _ECCENTRICITY2 * np.sin(phi) ** 2)
    east = _AXIS_M / root * np.cos(phi)
    north = _AXIS_M * (1.0 - _ECCENTRICITY2) / root**3
    return np.radians(east), np.radians(north)


def area_m2(shapes: Geometries) -> Float64:
    """Area of each shape given in degrees, by the scale at its middle; 0 for lines and points. [m²]"""
    if not len(shapes):
        return np.zeros(0)
    bounds = shapely.bounds(shapes)
    east, north = metres_per_degree((bounds[:, 1] + bounds[:, 3]) / 2)
    return np.asarray(shapely.area(shapes) * east * north, dtype=np.float64)


@dataclass(frozen=True)
class Plane:
    """Equirectangular plane of one extract: degrees times these factors are metres."""

    east: float
    north: float

    @classmethod
    def at(cls, extent: tuple[float, float, float, float]) -> Plane:
        """The plane that is true to scale in the middle of an extent."""
        east, north = metres_per_degree((extent[1] + extent[3]) / 2)
        return cls(float(east), float(north))

    def to_m(self, shapes: Geometries) -> Geometries:
        """Shapes in metres of shapes in degrees."""
        factor = np.array([self.east, self.north])
        return np.asarray(shapely.transform(shapes, lambda xy: xy * factor), dtype=object)

    def to_degrees(self, shapes: Geometries) -> Geometries:
        """Shapes in degrees of shapes in metres."""
        factor = np.array([self.east, self.north])
        return np.asarray(shapely.transform(shapes, lambda xy: xy / factor), dtype=object)


def polygons_only(shape: BaseGeometry) -> BaseGeometry:
    """The polygonal part of any shape (an empty polygon where there is none)."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = [part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def valid_area(shape: BaseGeometry) -> BaseGeometry:
    """The shape made valid, polygons only."""
    if shape.geom_type in ("Polygon", "MultiPolygon") and shapely.is_valid(shape):
        return shape
    return polygons_only(shapely.make_valid(shape))
