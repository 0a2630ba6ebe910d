"""Which relation describes which area, with whose tags, and its shape from the members that are there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from nahraum.sources.osm.categories import BY_TAG
from nahraum.sources.osm.geometry import valid_area
from nahraum.sources.osm.housing import COMMUNAL, OTHER_LANDUSE
from nahraum.sources.osm.raw import Raw, RawRelation, RawWays, Tags
from nahraum.sources.osm.repair import Repair
from nahraum.sources.osm.rings import chains_of, filled, stitched
from nahraum.sources.osm.tags import is_space_area, values

Int64 = npt.NDArray[np.int64]

_ANY_VALUE = ("building", "shop", "healthcare", "social_facility", "place")
_SOME_VALUES = {
    "landuse": OTHER_LANDUSE
    | {
        "residential", "forest", "meadow", "grass", "village_green", "recreation_ground", "common", "cemetery",
        "allotments", "reservoir", "basin", "greenfield",
    },
    "leisure": {
        "park", "garden", "recreation_ground", "common", "village_green", "nature_reserve", "dog_park",
        "golf_course", "water_park", "swimming_area", "schoolyard", *BY_TAG["leisure"],
    },
    "natural": {"water", "wood", "scrub", "heath", "grassland", "beach"},
    "waterway": {"riverbank", "dock"},
    "amenity": {"doctors", "school", "university", "college", "parking", *COMMUNAL, *BY_TAG["amenity"]},
    "tourism": {"zoo", "theme_park", "museum"},
    "office": {"coworking"},
    "railway": {"platform", "station"},
    "public_transport": {"platform", "station"},
    "boundary": {"administrative"},
}  # fmt: skip
_LABELS = ("label", "admin_centre")


@dataclass(frozen=True)
class Claimed:
    """A relation that is an area, with its tags (its own, or those of its outer way)."""

    relation: RawRelation
    tags: Tags


@dataclass(frozen=True)
class Claims:
    """What relations say about ways: areas, tags taken from ways (by row), holes of ways, all member rows."""

    relations: dict[int, Claimed]
    claimed: dict[int, frozenset[tuple[str, str]]]
    holes: dict[int, list[int]]
    members: set[int]
    row: dict[int, int]


def area_tags(tags: Tags) -> Tags:
    """The tags that make a closed way an area of interest here."""
    found = {key: tags[key] for key in _ANY_VALUE if tags.get(key, "no") != "no"}
    for key, known in _SOME_VALUES.items():
        if key in tags and not known.isdisjoint(values(tags[key])):
            found[key] = tags[key]
    if is_space_area(tags):
        found["highway"] = tags["highway"]
    if tags.get("area") == "no" and "building" not in found:
        return {}
    return found


def is_unbuilt(tags: Tags) -> bool:
    """Whether an area is green or water, where few buildings stand."""
    green = tags.get("landuse") in ("forest", "meadow", "grass", "village_green", "reservoir", "basin")
    return green or "natural" in tags or tags.get("leisure") in ("park", "nature_reserve") or "waterway" in tags


def claims(raw: Raw) -> Claims:
    """Relations that are areas; the tags of outer ways go to old-style ones and are taken from the ways."""
    row = {int(number): place for place, number in enumerate(raw.ways.ids.tolist())}
    relations: dict[int, Claimed] = {}
    taken: dict[int, frozenset[tuple[str, str]]] = {}
    holes: dict[int, list[int]] = {}
    members: set[int] = set()
    for relation in raw.relations:
        parts = [(row[number], role) for number, role in relation.ways if number in row]
        own = area_tags(relation.tags)
        tags = relation.tags if own else _outer_tags(relation, parts, raw.ways)
        if tags:
            relations[relation.id] = Claimed(relation, tags)
            common = frozenset(area_tags(tags).items())
            for part, _ in parts:
                taken[part] = taken.get(part, frozenset()) | common
        elif relation.tags.get("type") == "multipolygon":
            inner = [part for part, role in parts if role == "inner"]
            holes.update({part: holes.get(part, []) + inner for part, role in parts if role != "inner"})
        members.update(part for part, _ in parts)
    return Claims(relations, taken, holes, members, row)


def _outer_tags(relation: RawRelation, parts: list[tuple[int, str]], ways: RawWays) -> Tags:
    """Tags of an old-style relation: those of its outer ways, if they agree; else none."""
    if relation.tags.get("type") != "multipolygon":
        return {}
    tagged = [ways.tags[part] for part, role in parts if role != "inner" and area_tags(ways.tags[part])]
    kinds = {frozenset(area_tags(tags).items()) for tags in tagged}
    if len(kinds) != 1:
        return {}
    merged: Tags = {}
    for tags in reversed(tagged):
        merged = {**merged, **tags}
    return {**merged, **relation.tags}


def relation_shape(found: Claimed, raw: Raw, repair: Repair, *, row: dict[int, int]) -> BaseGeometry | None:
    """Area of a relation from the members that are there; None where no outline is left of it."""
    relation, tags, ways, counts = found.relation, found.tags, raw.ways, repair.counts
    chains: list[Int64] = []
    roles: list[str] = []
    for number, role in relation.ways:
        pieces = chains_of(ways, row[number]) if number in row else []
        chains += pieces
        roles += [role] * len(pieces)
    rings, rest = stitched(chains, ways.refs)
    missing = any(number not in row for number, _ in relation.ways)
    counts["relations_incomplete"] += int(missing or bool(rest))
    counts["relations_old_style"] += int(not area_tags(relation.tags))
    if not missing and not rest:
        return filled([_polygon(ring, ways) for ring, _ in rings]) if rings else None
    labels = [
        shapely.Point(raw.positions[ref]) for ref, role in relation.nodes if role in _LABELS and ref in raw.positions
    ]
    if tags.get("boundary") == "administrative":
        labels += repair.named_places.get(tags.get("name", ""), [])
    inner = {number for number, role in enumerate(roles) if role == "inner"}
    shape = _from_parts(rings, rest, chains, inner=inner, repair=repair, unbuilt=is_unbuilt(tags), labels=labels)
    if shape.is_empty:
        counts["relations_dropped"] += 1
        return None
    return shape


def _from_parts(
    rings: list[tuple[Int64, list[int]]],
    rest: list[Int64],
    chains: list[Int64],
    *,
    inner: set[int],
    repair: Repair,
    unbuilt: bool,
    labels: list[shapely.Point],
) -> BaseGeometry:
    """Outer outlines by the even-odd rule without the inner ones, larger first so that islands in holes come back."""
    ways = repair.ways
    parts = [(valid_area(_polygon(ring, ways)), inner.issuperset(members)) for ring, members in rings]
    ends = {int(chains[number][end]) for number in inner for end in (0, -1)}
    open_inner = [chain for chain in rest if int(chain[0]) in ends or int(chain[-1]) in ends]
    open_outer = [chain for chain in rest if int(chain[0]) not in ends and int(chain[-1]) not in ends]
    if open_outer:
        parts.append((repair.area(open_outer, unbuilt=unbuilt, inside=labels), False))
    if open_inner:
        parts.append((repair.area(open_inner, unbuilt=False), True))
    shape: BaseGeometry = shapely.Polygon()
    for part, is_hole in sorted(parts, key=lambda part: -float(part[0].area)):
        shape = shape.difference(part) if is_hole else shape.symmetric_difference(part)
    return valid_area(shape)


def _polygon(ring: Int64, ways: RawWays) -> shapely.Polygon:
    return shapely.Polygon(np.column_stack([ways.lon[ring], ways.lat[ring]]))


def with_holes(shape: BaseGeometry, inner: list[int], ways: RawWays) -> BaseGeometry:
    """A way's area without the rings of the inner ways of relations that do not say what they are."""
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        return shape
    rings, _ = stitched([chain for part in sorted(set(inner)) for chain in chains_of(ways, part)], ways.refs)
    for ring, _ in rings:
        shape = shape.difference(valid_area(_polygon(ring, ways)))
    return valid_area(shape)
