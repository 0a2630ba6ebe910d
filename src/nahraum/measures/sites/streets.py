"""Streets without trees, where people live: room for green streets and trees."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from nahraum.area.quarters import quarter_of_points
from nahraum.area.space import Geometries, points_of, way_lines
from nahraum.measures.sites.place import Found, Place, Row, found, short_hash
from nahraum.measures.sites.setting import Setting


def street(setting: Setting) -> Found:
    """Stretches of named streets within one quarter that have hardly any mapped tree.

    Notes
        Where trees are mapped too sparsely in the whole study (`OpenSpace.mapped`), every street is one, and the
        reason says that trees are not known.
    """
    runs, lines = way_lines(setting.ground.osm, setting.area.crs)
    kinds = set(setting.words("street.kinds"))
    wanted = runs["walkable"].to_numpy(bool) & runs["highway"].isin(kinds).to_numpy() & (runs["name"] != "").to_numpy()
    wanted &= ~runs["bridge"].to_numpy(bool) & ~runs["tunnel"].to_numpy(bool)
    table = _named(runs[wanted].reset_index(drop=True), lines[wanted], setting)
    known = setting.area.open_space is not None and setting.area.open_space.said_of("tree") == "ok"
    table = table.assign(trees=_trees(np.array([*table["geometry"], None], dtype=object)[:-1], setting))
    least = setting.number("street.trees_per_100_m")
    bare = table[(table["trees"] * 100 < least * table["length_m"]) | (not known)]
    return found([_place(row, setting, known) for row in bare.to_dict("records")], len(table))


def _named(runs: pd.DataFrame, lines: Geometries, setting: Setting) -> pd.DataFrame:
    """Lines of one name in one quarter as one stretch; long ones are cut between their ways."""
    middle = shapely.get_coordinates(shapely.line_interpolate_point(lines, 0.5, normalized=True)).reshape(-1, 2)
    inside = shapely.contains_xy(setting.boundary, middle[:, 0], middle[:, 1])
    quarter, _ = quarter_of_points(setting.area.quarters, middle[:, 0], middle[:, 1])
    table = pd.DataFrame({"name": runs["name"], "quarter": quarter, "way": runs["way_id"], "part": runs["part"]})
    table = table.assign(geometry=lines, length_m=shapely.length(lines))[inside]
    table = table.sort_values(["name", "quarter", "way", "part"])
    longest, rows = setting.number("street.maximum_m"), []
    for (name, of), group in table.groupby(["name", "quarter"], sort=True):
        piece = (group["length_m"].cumsum() // longest).astype(int)
        for _, ways in group.groupby(piece, sort=True):
            shape = shapely.normalize(shapely.line_merge(shapely.multilinestrings(list(ways["geometry"]))))
            length = float(shapely.length(shape))
            if length >= setting.number("street.minimum_m"):
                key = f"street:{int(ways['way'].iloc[0])}:{short_hash(f'{name}|{of}')}"
                rows.append((key, str(name), shape, length))
    return pd.DataFrame(rows, columns=["key", "name", "geometry", "length_m"])


def _trees(lines: Geometries, setting: Setting) -> np.ndarray:
    """Mapped trees beside each stretch."""
    number, space = np.zeros(len(lines)), setting.area.open_space
    if space is None or not len(lines):
        return number
    trees = space.furniture[space.furniture["kind"] == "tree"]
    points = points_of(trees["x_m"], trees["y_m"])
    if len(points):
        near = setting.number("street.tree_near_m")
        line = shapely.STRtree(points).query(lines, predicate="dwithin", distance=near)[0]
        np.add.at(number, line, 1)
    return number


def _place(row: Row, setting: Setting, known: bool) -> Place:
    shape, length = row["geometry"], round(float(row["length_m"]), 1)
    xy = shapely.get_coordinates(shapely.point_on_surface(shape))[0].round(1)
    both_sides = 2 * length / setting.number("street.tree_every_m")
    return Place(
        key=str(row["key"]), kind="street" if known else "street_trees_unknown", geometry=shape, x_m=float(xy[0]),
        y_m=float(xy[1]), parcel_id=str(row["key"]), name=str(row["name"]), length_m=length,
        count=float(int(max(both_sides - float(row["trees"]), 1))), sealed=1.0, extra={"trees": float(row["trees"])},
    )  # fmt: skip
