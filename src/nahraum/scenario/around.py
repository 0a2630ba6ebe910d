"""What of a study lies around a point: places, greens, their entrances, ways and barriers that an edit can name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
import pandas as pd
import shapely

from nahraum.area.model import Area
from nahraum.network import Network
from nahraum.network.graph import Float64
from nahraum.scenario.edits import Edit, FootpathAdded, FootpathRemoved

Point = tuple[float, float]


@dataclass(frozen=True)
class Thing:
    """Something that an edit can name by its id.

    what : facility, entrance, green, way or barrier; kind : its category, kind of entrance or kind of barrier.
    x_m, y_m : the point of it that is nearest to where one asked; within a green that point itself. [m]
    green_id : of an entrance; area_m2 : of a green, as it counts.
    """

    what: str
    id: str
    kind: str
    name: str
    x_m: float
    y_m: float
    distance_m: float
    green_id: str = ""
    area_m2: float | None = None


def around(
    area: Area, network: Network, log: Iterable[Edit], *, point: Point, within_m: float, most: int = 30
) -> list[Thing]:  # fmt: skip
    """What lies within a distance of a point, the nearest first, ties by kind and id.

    Parameters
        area : the study with its edits; network : without them; log : the edits.
        within_m : as the crow flies.
    """
    found = [
        *_points(area.facilities, "facility", "facility_id", point),
        *_points(area.green_entrances, "entrance", "entrance_id", point),
        *_shapes(area.greens, "green", point, within_m), *_shapes(area.barriers, "barrier", point, within_m),
        *_ways(network, list(log), point, within_m),
    ]  # fmt: skip
    near = [one for one in found if one.distance_m <= within_m]
    return sorted(near, key=attrgetter("distance_m", "what", "id"))[:most]


def _points(table: pd.DataFrame, what: str, key: str, point: Point) -> Iterator[Thing]:
    x, y = (table[name].to_numpy(dtype=np.float64) for name in ("x_m", "y_m"))
    away = np.hypot(x - point[0], y - point[1])
    for at in np.argsort(away, kind="stable")[:10].tolist():
        row = table.iloc[at]
        kind = str(row["category"] if what == "facility" else row["kind"])
        name, green = (str(row[one]) if one in table.columns else "" for one in ("name", "green_id"))
        yield Thing(what, str(row[key]), kind, name, float(x[at]), float(y[at]), float(away[at]), green)


def _shapes(table: pd.DataFrame, what: str, point: Point, within_m: float) -> Iterator[Thing]:
    here, shapes = shapely.Point(point), table["geometry"].to_numpy()
    key = "green_id" if what == "green" else "line_id"
    for at in np.flatnonzero(shapely.dwithin(shapes, here, within_m)).tolist():
        row, nearest = table.iloc[at], shapely.shortest_line(here, shapes[at])
        x, y = shapely.get_coordinates(nearest)[-1].tolist()
        kind, name = (str(row[one]) if one in table.columns else "" for one in ("kind", "name"))
        area_m2 = float(row["area_m2"]) if what == "green" and "area_m2" in table.columns else None
        yield Thing(what, str(row[key]), kind, name, x, y, float(nearest.length), area_m2=area_m2)


def _ways(network: Network, log: Sequence[Edit], point: Point, within_m: float) -> Iterator[Thing]:
    """Ways of the study and of the edits; the nearest piece of each."""
    gone = {edit.way_id for edit in log if isinstance(edit, FootpathRemoved)}
    starts, ends, ids = _segments(network, point, within_m)
    for edit in log:
        if isinstance(edit, FootpathAdded):
            line = np.array(edit.points)
            starts, ends = np.concatenate([starts, line[:-1]]), np.concatenate([ends, line[1:]])
            ids = np.concatenate([ids, np.full(len(line) - 1, edit.way_id)])
    feet = _feet(starts, ends, np.array(point))
    away = np.hypot(*(feet - point).T)
    best: dict[int, int] = {}
    for at in np.argsort(away, kind="stable")[:200].tolist():
        best.setdefault(int(ids[at]), at)
    for way, at in best.items():
        if way not in gone:
            yield Thing("way", str(way), "", "", float(feet[at][0]), float(feet[at][1]), float(away[at]))


def _segments(network: Network, point: Point, within_m: float) -> tuple[Float64, Float64, np.ndarray]:
    """Ends and way ids of the edges of which one end lies near enough to matter."""
    reach = within_m + 500.0  # an edge between two crossings is rarely longer
    near = (np.abs(network.x_m - point[0]) <= reach) & (np.abs(network.y_m - point[1]) <= reach)
    kept = np.flatnonzero(near[network.edge_from] | near[network.edge_to])
    places = np.column_stack([network.x_m, network.y_m])
    return places[network.edge_from[kept]], places[network.edge_to[kept]], network.edge_way_id[kept]


def _feet(starts: Float64, ends: Float64, point: Float64) -> Float64:
    """The point of each segment that is nearest to a point."""
    along = ends - starts
    length = np.maximum((along**2).sum(axis=1), 1e-12)
    share = np.clip(((point - starts) * along).sum(axis=1) / length, 0.0, 1.0)
    feet: Float64 = starts + share[:, None] * along
    return feet
