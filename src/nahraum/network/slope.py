"""Walking up and down: heights at the nodes and Tobler's rule as a factor on the time on the level.

Tobler's walker covers 6 exp(-3.5 |s + 0.05|) km/h on a slope s (rise per metre, up is positive) and 5.04 km/h on the
level. Only the ratio of the two is used: each profile keeps its own speed on the level.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array, diags_array
from scipy.sparse.csgraph import connected_components

from nahraum.network.graph import Float64, Int64
from nahraum.network.segments import Segments
from nahraum.sources.elevation import Elevation

Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Slopes:
    """Heights of the ground at the nodes of an extract, NaN where none is known; the steepest slope believed. [m]"""

    height_m: Float64
    steepest_share: float

    @staticmethod
    def of(nodes: pd.DataFrame, elevation: Elevation, steepest_share: float) -> Slopes:
        """Heights between the points of the raster (bilinear)."""
        lon, lat = nodes["lon"].to_numpy(dtype=np.float64), nodes["lat"].to_numpy(dtype=np.float64)
        return Slopes(elevation.at_degrees(lon, lat), steepest_share)

    def counts(self, segments: Segments) -> dict[str, int]:
        """How many nodes of the ways have no height."""
        used = np.unique(np.concatenate([segments.first, segments.second]))
        return {"nodes_without_height": int(np.isnan(self.height_m[used]).sum())}

    def factors(self, ends: Int64, length_dm: Int64, carried: Bool) -> tuple[Float64, Float64]:
        """Time along each edge and back as a multiple of the time on the level; 1 where a height is not known. [-]

        Parameters
            ends, length_dm : nodes of each edge and its length. [-, dm]
            carried : whether a bridge or a tunnel carries the edge.
        """
        height = carried_heights(self.height_m, ends, length_dm, carried)
        rise = (height[ends[1]] - height[ends[0]]) * 10 / np.maximum(length_dm, 1)
        slope = np.clip(np.nan_to_num(rise, nan=0.0), -self.steepest_share, self.steepest_share)
        return tobler_factor(slope), tobler_factor(-slope)


def tobler_factor(slope: Float64) -> Float64:
    """Time on a slope as a multiple of the time on the level. [-]

    Parameters
        slope : rise per metre of way, up is positive.

    References
        Tobler (1993). Three presentations on geographical analysis and modeling. NCGIA technical report 93-1
    """
    return np.asarray(np.exp(3.5 * (np.abs(slope + 0.05) - 0.05)), dtype=np.float64)


def carried_heights(height_m: Float64, ends: Int64, length_dm: Int64, carried: Bool) -> Float64:
    """The same heights, but on bridges and in tunnels evenly between where they leave the ground. [m]

    Notes
        A node is on the ground where some edge of it is on the ground, and at the end of a bridge or tunnel that
        leads nowhere. The others take the mean of their neighbours, weighted by nearness: along a single way that
        is a straight ramp. What hangs together without touching the ground keeps its heights.
    """
    if not carried.any():
        return height_m
    from scipy.sparse.linalg import spsolve  # slow to import and rarely wanted

    first, second = ends[:, carried]
    n = len(height_m)
    degree = np.bincount(np.concatenate([first, second]), minlength=n)
    ground = np.bincount(ends[:, ~carried].ravel(), minlength=n) > 0
    ground |= (degree == 1) & ~np.isnan(height_m)
    weight = 1.0 / np.maximum(length_dm[carried], 1)
    links = coo_array((weight, (first, second)), shape=(n, n)).tocsr()
    links = links + links.T
    _, part = connected_components(links, directed=False)
    held = ground & (degree > 0) & ~np.isnan(height_m)
    free = np.flatnonzero((degree > 0) & ~held & np.isin(part, part[held]))
    if not len(free):
        return height_m
    pull = links[free]
    matrix = (diags_array(pull.sum(axis=1)) - pull[:, free]).tocsc()
    result = height_m.copy()
    result[free] = spsolve(matrix, pull @ np.where(held, height_m, 0.0))
    return result
