"""Squares for stalls, and public ground far from a playground."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from nahraum.area.space import Geometries
from nahraum.measures.sites.open_ground import open_ground
from nahraum.measures.sites.place import Found, Place, Row, found, inner_point, largest_part
from nahraum.measures.sites.setting import Setting


def square(setting: Setting) -> Found:
    """Squares and market places, and car parks in the open that are large enough for stalls."""
    least, space = setting.number("square.minimum_m2"), setting.area.open_space
    if space is None:
        return found([], 0, "no_open_space")
    table = space.spaces[space.spaces["kind"].isin(("square", "marketplace"))]
    places = [_square(row) for row in _within(table, setting).to_dict("records")]
    cars = [_stall(place) for place in open_ground(setting).places if place.kind == "parking"]
    large = [place for place in [*places, *cars] if place.area_m2 >= least]
    return found(large, len(table) + len(cars))


def play(setting: Setting) -> Found:
    """Public greens and squares from which the next playground is far, one place each."""
    space = setting.area.open_space
    if space is None:
        return found([], 0, "no_open_space")
    greens = space.greens.rename(columns={"green_id": "space_id"})[["space_id", "name", "geometry"]]
    squares = space.spaces[space.spaces["kind"] == "square"][["space_id", "name", "geometry"]]
    table = _within(pd.concat([greens, squares], ignore_index=True), setting)
    table = table[shapely.area(table["geometry"].to_numpy()) >= setting.number("play.m2")]
    points = shapely.point_on_surface(np.asarray(table["geometry"].to_numpy(), dtype=object))
    away = _away_m(points, np.asarray(space.play.geometry[space.play["playground"]].to_numpy(), dtype=object))
    far = away >= setting.number("play.distance_m")
    rows = zip(table[far].to_dict("records"), away[far].tolist(), strict=True)
    return found([_play(row, way, setting) for row, way in rows], len(table))


def _within(table: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """The rows whose inner point lies inside the boundary."""
    shapes = np.asarray(table["geometry"].to_numpy(), dtype=object)
    xy = shapely.get_coordinates(shapely.point_on_surface(shapes)).reshape(-1, 2)
    return pd.DataFrame(table)[shapely.contains_xy(setting.boundary, xy[:, 0], xy[:, 1])].sort_values("space_id")


def _away_m(points: Geometries, playgrounds: Geometries) -> np.ndarray:
    """Distance of each point to the next playground in a straight line; infinite where there is none. [m]"""
    if not len(playgrounds) or not len(points):
        return np.full(len(points), np.inf)
    nearest = shapely.STRtree(playgrounds).nearest(points)
    return np.asarray(shapely.distance(points, playgrounds[nearest]))


def _square(row: Row) -> Place:
    shape = row["geometry"]
    area = float(shapely.area(shape))
    ground = shapely.normalize(largest_part(shape)) if area > 0 else shape
    x, y = inner_point(ground)
    return Place(
        key=str(row["space_id"]), kind="square", geometry=ground, x_m=x, y_m=y, parcel_id=str(row["space_id"]),
        name=str(row["name"]), area_m2=round(float(shapely.area(ground)), 1),
    )  # fmt: skip


def _stall(place: Place) -> Place:
    return Place(
        key=place.key, kind="stall", geometry=place.geometry, x_m=place.x_m, y_m=place.y_m, parcel_id=place.parcel_id,
        name=place.name, area_m2=place.area_m2, sealed=place.sealed,
    )  # fmt: skip


def _play(row: Row, way_m: float, setting: Setting) -> Place:
    x, y = inner_point(row["geometry"])
    return Place(
        key=f"play:{row['space_id']}", kind="play", geometry=shapely.Point(x, y), x_m=x, y_m=y,
        parcel_id=f"play:{row['space_id']}", name=str(row["name"]), area_m2=setting.number("play.m2"), sealed=0.0,
        extra={"way": min(way_m, 99_999.0)},
    )  # fmt: skip
