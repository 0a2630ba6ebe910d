"""Geodesic lengths of short lines, as exact in decimetres as the full computation and much faster.

The mean-latitude formula of Gauss is off by less than 0.05 mm on a line of up to 1 km below 80° of latitude. Only
lines that are longer, farther north, or within a thousandth of a decimetre of the border between two whole
decimetres go to the full computation, so that every result is the full one's.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pyproj

from nahraum.network.graph import Float64, Int64, Whole

_GEOD = pyproj.Geod(ellps="WGS84")
_SHORT_DM = 10_000.0
_GUARD_DM = 1e-3
_AT_ONCE = 1 << 15  # lines whose numbers stay in the processor's cache
_POLAR = 80.0
_RADIAN = math.pi / 180


def geodesic_dm(lon: Float64, lat: Float64, ends: Whole) -> Int64:
    """Length between two points each on the ellipsoid WGS 84, at least 1 dm. [dm]

    Parameters
        lon, lat : of the points. [degrees]
        ends : rows first and second, positions of the points.
    """
    n = ends.shape[1]
    whole = np.empty(n, dtype=np.int64)
    for first in range(0, n, _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        whole[part] = _whole_dm(lon, lat, ends[:, part])
    return whole


def _whole_dm(lon: Float64, lat: Float64, ends: Whole) -> Float64:
    lon0, lat0, lon1, lat1 = lon[ends[0]], lat[ends[0]], lon[ends[1]], lat[ends[1]]
    length = _gauss_dm(lon1 - lon0, lat1 - lat0, (lat0 + lat1) / 2)
    whole = np.rint(length)
    sure = (np.abs(length - whole) < 0.5 - _GUARD_DM) & (length < _SHORT_DM) & (np.abs(lat0) < _POLAR)
    at = np.flatnonzero(~sure)
    if len(at):
        whole[at] = np.rint(np.asarray(_GEOD.inv(lon0[at], lat0[at], lon1[at], lat1[at])[2]) * 10)
    return np.maximum(whole, 1.0)


def _gauss_dm(east: Float64, north: Float64, latitude: Float64) -> npt.NDArray[np.float64]:
    """Length of lines from their extent in degrees and their mean latitude."""
    sine = np.sin(latitude * _RADIAN) ** 2
    bend = 1 / (1 - _GEOD.es * sine)
    square = (1 - sine) * bend * (east * east) + ((1 - _GEOD.es) * bend) ** 2 * bend * (north * north)
    return np.asarray(10 * _GEOD.a * _RADIAN * np.sqrt(square), dtype=np.float64)
