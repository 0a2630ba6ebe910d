"""The rim: how far the study looks around its boundary, and who lives too near to the end of the data."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from nahraum.area.space import points_of
from nahraum.errors import InputError
from nahraum.parameters import Parameters, shipped

_STANDARDS = "green_standards"


def green_standard(parameters: Parameters) -> str:
    """Id of the green standard the study chose.

    Raises
        InputError for a name that is none; the known ones are offered.
    """
    chosen = str(parameters.value("green.standard"))
    known = sorted({name.split(".")[1] for name in shipped() if name.startswith(_STANDARDS + ".")})
    if chosen not in known:
        raise InputError(
            f"there is no green standard {chosen!r}", expected=" or ".join(known),
            fix="set green.standard in [parameters] of study.toml",
        )  # fmt: skip
    return chosen


def longest_catchment_m(parameters: Parameters) -> float:
    """The longest way that decides whether somebody lacks a prerequisite: supply or green. [m]"""
    green = parameters.number(f"{_STANDARDS}.{green_standard(parameters)}.maximum_distance_m")
    return max(parameters.number("supply.maximum_distance_m"), green)


def minimum_green_m2(parameters: Parameters) -> float:
    """The smallest green that counts by the chosen standard. [m²]"""
    return parameters.number(f"{_STANDARDS}.{green_standard(parameters)}.minimum_area_m2")


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
