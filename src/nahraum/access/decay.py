"""How much a place counts at a distance: 1 nearby, 0 beyond the catchment."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from nahraum.errors import InputError
from nahraum.parameters import Parameters

Weights = npt.NDArray[np.float64]
Decay = Callable[[npt.NDArray[np.float64]], Weights]


def binary(distance_m: npt.ArrayLike, *, catchment_m: float) -> Weights:
    """1 within the catchment, 0 beyond: plain 2SFCA. [0..1]

    References
        Luo & Wang (2003). Measures of spatial accessibility to health care in a GIS environment.
        doi:10.1068/b29120
    """
    return (np.asarray(distance_m, dtype=np.float64) <= catchment_m).astype(np.float64)


def zones(distance_m: npt.ArrayLike, *, catchment_m: float, weights: Sequence[float]) -> Weights:
    """Weight of the ring of equal width in which the distance lies, 0 beyond the last: E2SFCA. [0..1]

    References
        Luo & Qi (2009). An enhanced two-step floating catchment area method. doi:10.1016/j.healthplace.2009.06.002
    """
    distance = np.asarray(distance_m, dtype=np.float64)
    ring = np.searchsorted(catchment_m * np.arange(1, len(weights) + 1) / len(weights), distance, side="left")
    return np.append(np.asarray(weights, dtype=np.float64), 0.0)[ring]


def gaussian(distance_m: npt.ArrayLike, *, catchment_m: float) -> Weights:
    """Gaussian decay that is 1 at 0 and 0 at the edge of the catchment. [0..1]

    Notes
        W(d) = (exp(-(d/d0)²/2) - exp(-1/2)) / (1 - exp(-1/2)) for d ≤ d0.

    References
        Dai (2011). Racial/ethnic and socioeconomic disparities in urban green space accessibility.
        doi:10.1016/j.landurbplan.2011.05.003
    """
    share = np.asarray(distance_m, dtype=np.float64) / catchment_m
    edge = np.exp(-0.5)
    inside = (np.exp(-0.5 * share * share) - edge) / (1.0 - edge)
    return np.where(share <= 1.0, np.maximum(inside, 0.0), 0.0)


def power(distance_m: npt.ArrayLike, *, catchment_m: float, exponent: float, nearest_m: float) -> Weights:
    """Gravity: falls with a power of the distance, 1 up to `nearest_m`, 0 beyond the catchment. [0..1]

    Notes
        W(d) = (d / nearest_m)^-exponent for nearest_m < d ≤ catchment_m.

    References
        Hansen (1959). How accessibility shapes land use. doi:10.1080/01944365908978307
    """
    distance = np.asarray(distance_m, dtype=np.float64)
    return np.where(distance <= catchment_m, (np.maximum(distance, nearest_m) / nearest_m) ** -exponent, 0.0)


def exponential(distance_m: npt.ArrayLike, *, catchment_m: float, half_m: float) -> Weights:
    """Gravity: halves every `half_m`, 0 beyond the catchment. [0..1]

    Notes
        W(d) = 2^(-d / half_m) for d ≤ catchment_m.
    """
    distance = np.asarray(distance_m, dtype=np.float64)
    return np.where(distance <= catchment_m, np.exp2(-distance / half_m), 0.0)


def decay_of(parameters: Parameters, name: str, *, catchment_m: float) -> Decay:
    """The decay a study names: binary, zones_slow, zones_sharp or gaussian.

    Raises
        InputError for any other name.
    """
    if name == "binary":
        return lambda distance_m: binary(distance_m, catchment_m=catchment_m)
    if name == "gaussian":
        return lambda distance_m: gaussian(distance_m, catchment_m=catchment_m)
    if name in ("zones_slow", "zones_sharp"):
        weights = parameters.value(f"catchment.{name}")
        return lambda distance_m: zones(distance_m, catchment_m=catchment_m, weights=weights)
    raise InputError(f"no decay is called {name!r}", expected="binary, zones_slow, zones_sharp or gaussian")
