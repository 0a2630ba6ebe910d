"""Where a shop, a practice or a pharmacy could move in: ground floors, else open ground."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from nahraum.area.space import points_of
from nahraum.measures.sites.open_ground import grass_strip, open_ground
from nahraum.measures.sites.place import Found, Place, Row, found
from nahraum.measures.sites.setting import Setting

_MIXED_GROUND = ("commercial", "retail")
_CLOSED_KINDS = ("garage", "garages", "shed", "hut", "roof", "carport", "church", "industrial", "school", "greenhouse")
_BUILT_SHARE = 0.5  # a new building leaves half of its plot for access and parking


def ground_floor(setting: Setting) -> Found:
    """Houses of the size that a place of supply needs, and open ground for a new one.

    Notes
        kind ground_floor: a commercial kind of building, one with a shop, practice, café … in it, or one on
        commercial ground. house: any other house that is large enough. plot: open ground; half of it can be built on.
    """
    table = _houses(setting)
    least = min(setting.number("facility.minimum_m2.other"), setting.number("facility.minimum_m2.food_full_range"))
    table = table[table["footprint_m2"] >= least]
    places = [_place(row) for row in table.to_dict("records")]
    plots = [*open_ground(setting).places, *grass_strip(setting).places]
    places += [_plot(place) for place in plots if place.area_m2 * _BUILT_SHARE >= least]
    return found(places, len(setting.buildings) + len(plots))


def _houses(setting: Setting) -> pd.DataFrame:
    """building_id, kind, name, footprint_m2, x_m, y_m, geometry of the houses that could serve."""
    houses = setting.buildings
    houses = houses[~houses["building"].isin(_CLOSED_KINDS)].reset_index(drop=True)
    used = houses["building"].isin(setting.words("facility.building_kinds")).to_numpy()
    used = used | _with_signs(houses, setting) | _on_mixed_ground(houses, setting)
    points = shapely.get_coordinates(shapely.point_on_surface(houses.geometry.to_numpy())).reshape(-1, 2).round(1)
    return pd.DataFrame(
        {
            "building_id": houses["building_id"], "kind": np.where(used, "ground_floor", "house"),
            "footprint_m2": houses["footprint_m2"], "x_m": points[:, 0], "y_m": points[:, 1],
            "geometry": houses.geometry.to_numpy(),
        }
    )  # fmt: skip


def _with_signs(houses: pd.DataFrame, setting: Setting) -> np.ndarray:
    """Which houses have a place inside that shows a used ground floor."""
    held = np.zeros(len(houses), dtype=bool)
    places = setting.area.facilities
    places = places[places["category"].isin(setting.words("facility.signs"))]
    if len(houses) and len(places):
        tree = shapely.STRtree(houses.geometry.to_numpy())
        held[tree.query(points_of(places["x_m"], places["y_m"]), predicate="within")[1]] = True
    return held


def _on_mixed_ground(houses: pd.DataFrame, setting: Setting) -> np.ndarray:
    held = np.zeros(len(houses), dtype=bool)
    if setting.grounds is not None and len(houses):
        mixed = setting.grounds.geometry[setting.grounds["kind"].isin(_MIXED_GROUND)].to_numpy()
        if len(mixed):
            points = shapely.point_on_surface(houses.geometry.to_numpy())
            held[shapely.STRtree(mixed).query(points, predicate="within")[0]] = True
    return held


def _place(row: Row) -> Place:
    return Place(
        key=str(row["building_id"]), kind=str(row["kind"]), geometry=shapely.Point(row["x_m"], row["y_m"]),
        x_m=float(row["x_m"]), y_m=float(row["y_m"]), parcel_id=str(row["building_id"]),
        area_m2=round(float(row["footprint_m2"]), 1),
    )  # fmt: skip


def _plot(place: Place) -> Place:
    """Open ground for a new building."""
    return Place(
        key=place.key, kind="plot", geometry=shapely.Point(place.x_m, place.y_m), x_m=place.x_m, y_m=place.y_m,
        parcel_id=place.parcel_id, name=place.name, area_m2=round(place.area_m2 * _BUILT_SHARE, 1), sealed=place.sealed,
    )  # fmt: skip
