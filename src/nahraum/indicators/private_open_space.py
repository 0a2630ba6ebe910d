"""Private and semi-public open space around homes (type I to III): a second axis beside public green, never added."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.network.legs import points_of

if TYPE_CHECKING:
    from nahraum.indicators.further import Setting

Float64 = npt.NDArray[np.float64]
Bool = npt.NDArray[np.bool_]


def open_ground_ratio(setting: Setting) -> tuple[Float64, Bool] | None:
    """Unbuilt ground without public green per floor area around each address, and whether storeys were assumed.

    Returns
        m² per m²; NaN without a building around. None where buildings are hardly mapped.

    Notes
        (ground - public green - footprints) / floor area, within `private_open_space.around_m`, where there are data.
        A building counts with all of its area where its middle lies. Streets are part of the ground.
    """
    stock, addresses = setting.area.buildings, setting.area.addresses
    least = setting.parameters.number("density.minimum_buildings_per_1000_residents")
    if stock is None or 1000 * len(stock) < least * float(addresses["residents"].sum()):
        return None
    around_m = setting.parameters.number("private_open_space.around_m")
    places = points_of(addresses["x_m"], addresses["y_m"])
    tree = shapely.STRtree(points_of(stock["x_m"], stock["y_m"]))
    address, house = tree.query(places, predicate="dwithin", distance=around_m)
    footprint = stock["footprint_m2"].to_numpy(np.float64)
    floor = footprint * stock["storeys"].to_numpy(np.float64)
    assumed = np.where(stock["storeys_mapped"].to_numpy(bool), 0.0, floor)
    built, floors, unknown = (
        np.bincount(address, weights=each[house], minlength=len(places)) for each in (footprint, floor, assumed)
    )
    free = np.maximum(_ground_m2(setting, places, around_m) - built, 0.0)
    ratio = np.divide(free, floors, out=np.full(len(places), np.nan), where=floors > 0)
    share = 1 - setting.parameters.number("density.minimum_mapped_storeys_share")
    return ratio, np.asarray(unknown > share * floors)


def _ground_m2(setting: Setting, places: npt.NDArray[np.object_], around_m: float) -> Float64:
    """Ground around each place that the data cover, without public green. [m²]"""
    circles = shapely.buffer(places, around_m, quad_segs=4)
    covered = setting.area.extent.geometry.iloc[0]
    shapely.prepare(covered)
    cut = ~shapely.contains(covered, circles)
    circles[cut] = shapely.intersection(circles[cut], covered)
    ground = np.asarray(shapely.area(circles), dtype=np.float64)
    green = setting.area.greens.geometry.to_numpy()
    if len(green):
        circle, of = shapely.STRtree(green).query(circles, predicate="intersects")
        inside = shapely.area(shapely.intersection(circles[circle], green[of]))
        ground -= np.bincount(circle, weights=inside, minlength=len(ground))
    return np.maximum(ground, 0.0)


def private_open_space_low_share(ratio: pd.Series, *, low: float) -> pd.Series:
    """Who lives with little private open space around (type I, as in perimeter blocks): 1 yes, 0 no. [-]

    Parameters
        ratio : unbuilt ground without public green per floor area around the address. [m² per m²]
    """
    return (ratio < low).astype(np.float64).where(ratio.notna()).rename("private_open_space_low_share")


def private_open_space_medium_share(ratio: pd.Series, *, low: float, high: float) -> pd.Series:
    """Who lives with some private open space around (type II, as in rows of flats): 1 yes, 0 no. [-]"""
    between = (ratio >= low) & (ratio < high)
    return between.astype(np.float64).where(ratio.notna()).rename("private_open_space_medium_share")


def private_open_space_high_share(ratio: pd.Series, *, high: float) -> pd.Series:
    """Who lives with much private open space around (type III, as with detached houses): 1 yes, 0 no. [-]"""
    return (ratio >= high).astype(np.float64).where(ratio.notna()).rename("private_open_space_high_share")
