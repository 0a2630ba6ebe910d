"""The rim: how far the study looks around its boundary, and who lives too near to the end of the data."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from nahraum.area.space import points_of
from nahraum.parameters import Parameters
from nahraum.parameters.standards import GREEN_STANDARDS, green_standard


def longest_catchment_m(parameters: Parameters) -> float:
    """The longest way that decides whether somebody lacks a prerequisite: supply or green. [m]"""
    green = parameters.number(f"{GREEN_STANDARDS}.{green_standard(parameters)}.maximum_distance_m")
    return max(parameters.number("supply.maximum_distance_m"), green)


def minimum_green_m2(parameters: Parameters) -> float:
    """The smallest green that counts by the chosen standard. [m²]"""
    return parameters.number(f"{GREEN_STANDARDS}.{green_standard(parameters)}.minimum_area_m2")


def study_ground(boundary: shapely.Geometry, data: shapely.Geometry, parameters: Parameters) -> shapely.Geometry:
    """The boundary with its margin, as far as the data reach: residents in it are kept.

    Notes
        margin = `area.margin_factor` x longest catchment: whoever lives there competes for the same green.
    """
    margin = parameters.number("area.margin_factor") * longest_catchment_m(parameters)
    if shapely.covers(boundary, data):
        return data
    return shapely.intersection(shapely.buffer(shapely.simplify(boundary, margin / 100), margin), data)


def near_the_edge(
    x_m: npt.ArrayLike, y_m: npt.ArrayLike, *, data: shapely.Geometry, parameters: Parameters
) -> npt.NDArray[np.bool_]:
    """Whether each point lies nearer to the end of the data than the longest catchment, in a straight line."""
    rim = shapely.boundary(data)
    shapely.prepare(rim)
    return np.asarray(shapely.distance(points_of(x_m, y_m), rim) < longest_catchment_m(parameters))
