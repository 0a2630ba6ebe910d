"""What a correction says, and the distances by which it is held against the data, as values for pure functions."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import geopandas as gpd
import numpy as np
import shapely

from nahraum.parameters import Parameters
from nahraum.sources.osm.geometry import Plane

APPLIED, ADOPTED, CONFLICT = "applied", "adopted", "conflict"


@dataclass(frozen=True)
class Limits:
    """The parameters `corrections.*` of a study."""

    match_distance_m: float
    line_distance_m: float
    adopted_distance_m: float
    elsewhere_m: float
    moved_place_m: float
    moved_line_m: float
    same_line_m: float
    same_line_share: float
    same_way_factor: float
    same_green_share: float
    same_outline_share: float
    join_limit_m: float
    gate_snap_m: float
    touch_m: float
    name_likeness: float
    data_margin_m: float

    @classmethod
    def of(cls, parameters: Parameters) -> Limits:
        """As the study sees them."""
        return cls(**{item.name: parameters.number(f"corrections.{item.name}") for item in fields(cls)})


@dataclass(frozen=True)
class Correction:
    """One row of CORRECTIONS with its shapes in metres of the extract's plane."""

    id: str
    row: str
    action: str
    object: str
    osm_id: str
    name: str
    category: str
    new_name: str
    new_category: str
    degrees: shapely.Geometry | None
    shape: shapely.Geometry | None
    old: shapely.Geometry | None

    @property
    def where(self) -> shapely.Geometry | None:
        """Where the data must have it: the old place of a move, else the place."""
        return self.old if self.action == "move" else self.shape

    @property
    def line(self) -> shapely.LineString:
        """The shape of a path or barrier that is added or moved: the reader lets nothing else through."""
        if not isinstance(self.shape, shapely.LineString):
            raise TypeError(f"{self.row} holds no line")
        return self.shape


@dataclass(frozen=True)
class Outcome:
    """What became of one correction: applied, adopted or conflict; to which object; why, as a code with its words.

    `name`, `category` and `place` (a point, in metres of the plane) are those of the object in the data.
    """

    correction: Correction
    status: str
    detail: str
    target: str = ""
    told: dict[str, str] = field(default_factory=dict)
    name: str = ""
    category: str = ""
    place: shapely.Geometry | None = None


def corrections_of(table: gpd.GeoDataFrame, plane: Plane) -> list[Correction]:
    """The rows of CORRECTIONS in order of their ids."""
    found = []
    for row in table.sort_values("correction_id", kind="stable").to_dict("records"):
        shape = row["geometry"]
        is_moved = row["old_lon"] == row["old_lon"]
        old = _in_m(plane, shapely.Point(row["old_lon"], row["old_lat"])) if is_moved else None
        found.append(
            Correction(
                row["correction_id"], row["row"], row["action"], row["object"], row["osm_id"], row["name"],
                row["category"], row["new_name"], row["new_category"], shape,
                None if shape is None else _in_m(plane, shape), old,
            )
        )  # fmt: skip
    return found


def _in_m(plane: Plane, shape: shapely.Geometry) -> shapely.Geometry:
    shapes: list[shapely.Geometry] = plane.to_m(np.array([shape], dtype=object)).tolist()
    return shapes[0]
