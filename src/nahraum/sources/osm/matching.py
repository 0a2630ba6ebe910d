"""Which object of the data a correction means: by its id, else by place and name or category; exactly one or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from nahraum.sources.correction_words import is_similar, plain_name
from nahraum.sources.osm.correction_limits import Correction, Limits

Int64 = npt.NDArray[np.int64]
Geometries = npt.NDArray[np.object_]
_SHOWN = 5


class AmbiguousError(Exception):
    """A correction that means several objects; its text names them."""


@dataclass(frozen=True)
class Candidates:
    """Objects of one kind: a row per object and category; shapes in metres of the plane.

    Parameters
        ids : id of each row; rows of one object share what stands before a `#`.
        categories : what may be asked for in `category`, per row (a green is `park` and `public`).
        merged : ids of duplicates that the data no longer list, with the ids that they are listed under.
    """

    ids: Sequence[str]
    categories: Sequence[frozenset[str]]
    names: Sequence[str]
    shapes: Geometries
    merged: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def of_id(self, osm_id: str) -> list[int]:
        """Rows of an object; one row where the id names its category (`osm:n12#post`)."""
        rows = self._by_object.get(osm_id.partition("#")[0], [])
        if not rows:
            rows = [row for other in self.merged.get(osm_id, ()) for row in self._by_object.get(other, [])]
        return [row for row in rows if self.ids[row] == osm_id] if "#" in osm_id else rows

    @cached_property
    def _by_object(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for row, own in enumerate(self.ids):
            found.setdefault(own.partition("#")[0], []).append(row)
        return found

    def near(self, place: shapely.Geometry, distance_m: float) -> list[int]:
        """Rows within a distance of a place, in order."""
        return np.flatnonzero(shapely.dwithin(self.shapes, place, distance_m)).tolist() if len(self.shapes) else []

    def told(self, rows: Sequence[int], place: shapely.Geometry | None) -> str:
        """The rows in words, with their distance where a place is given."""
        said = []
        for row in rows[:_SHOWN]:
            what = f"{self.ids[row]} ({', '.join(sorted(self.categories[row]))}"
            what += f", {self.names[row]!r}" if self.names[row] else ""
            if place is not None:
                what += f", {shapely.distance(self.shapes[row], place):.0f} m"
            said.append(what + ")")
        return "; ".join(said) + (f"; and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else "")


@dataclass(frozen=True)
class Match:
    """Rows of the one object that is meant; none where it is not there; `changed` where it is something else now."""

    rows: tuple[int, ...] = ()
    changed: bool = False
    target: str = ""


def match(known: Candidates, correction: Correction, limits: Limits, *, distance_m: float) -> Match:
    """The object that a correction means.

    Parameters
        distance_m : how far from the place that is given.

    Raises
        AmbiguousError where several objects fit.

    Notes
        An id that is there decides; what else the row says of the object must then be true, or it is `changed`.
        An id that is not there is looked for by place only under the name that the row gives: what stands there now
        without it, or under another one, is the successor and not what the row means.
    """
    if correction.osm_id and (rows := known.of_id(correction.osm_id)):
        target = known.ids[rows[0]].partition("#")[0]
        fitting = [row for row in rows if _fits(known, row, correction, limits, unnamed=True)]
        return Match(tuple(fitting), target=target) if fitting else Match(tuple(rows), changed=True, target=target)
    place = correction.where
    if place is None or (correction.osm_id and not correction.name):
        return Match()
    rows = [row for row in known.near(place, distance_m) if _fits(known, row, correction, limits)]
    target = _only(known, rows, correction, place)
    whole = [row for row in known.of_id(target) if _fits(known, row, correction, limits)] if target else []
    return Match(tuple(whole), target=target)  # a way in several parts is one, however near they are


def named_near(known: Candidates, correction: Correction, limits: Limits) -> list[int]:
    """Rows of the name and category that a correction gives, within `elsewhere_m` of its place, nearest first."""
    place = correction.where
    rows = [] if place is None else known.near(place, limits.elsewhere_m)
    fitting = [row for row in rows if known.names[row] and _fits(known, row, correction, limits)]
    return sorted(fitting, key=lambda row: (float(shapely.distance(known.shapes[row], place)), known.ids[row]))


def _only(known: Candidates, rows: list[int], correction: Correction, place: shapely.Geometry) -> str:
    """The one object among rows, '' for none; one of exactly the given name goes before those of a similar one."""
    exact = [row for row in rows if correction.name and plain_name(known.names[row]) == plain_name(correction.name)]
    rows = exact or rows
    objects = {known.ids[row].partition("#")[0] for row in rows}
    if len(objects) > 1:
        raise AmbiguousError(known.told(rows, place))
    return next(iter(objects), "")


def _fits(known: Candidates, row: int, correction: Correction, limits: Limits, *, unnamed: bool = False) -> bool:
    """Whether a row is of the category and name that are given; `unnamed`: having no name is no contradiction."""
    if correction.category and correction.category not in known.categories[row]:
        return False
    if not correction.name or (unnamed and not known.names[row]):
        return True
    return is_similar(correction.name, known.names[row], limits.name_likeness)
