"""Three passes over the file (relations, nodes, ways) into arrays; nothing is interpreted here.

Node positions live in osmium's compact index while the file is read; afterwards only those of the ways kept
remain, as flat arrays. The order of objects in the file does not matter: one location handler sees both the
node and the way pass, and sorts its index between them where needed.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
import osmium

from nahraum.sources.osm.door import Door, readable

Tags = dict[str, str]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]

UNKNOWN = 2147483647
_PER_DEGREE = 1e7
_PLACE_KEYS = (
    "amenity", "shop", "healthcare", "leisure", "tourism", "office", "public_transport", "highway", "railway",
    "barrier", "entrance", "place", "social_facility",
)  # fmt: skip
NODE_KEYS = (*_PLACE_KEYS, "kerb", "crossing", "crossing:signals", "natural", "man_made")
WAY_KEYS = frozenset(
    ("highway", "railway", "waterway", "barrier", "building", "landuse", "natural", "water", "boundary", *_PLACE_KEYS)
)
AREA_RELATIONS = ("multipolygon", "boundary")


@dataclass(frozen=True)
class RawNodes:
    """Tagged nodes, sorted by id."""

    ids: Int64
    lon: Float64
    lat: Float64
    tags: list[Tags]


@dataclass(frozen=True)
class RawWays:
    """Ways sorted by id; way i has the references `start[i]:start[i + 1]`; lon and lat are NaN for missing nodes."""

    ids: Int64
    start: Int64
    refs: Int64
    lon: Float64
    lat: Float64
    tags: list[Tags]


@dataclass(frozen=True)
class RawRelation:
    """One relation that may be an area: its way members with roles, and its node members with roles."""

    id: int
    tags: Tags
    ways: tuple[tuple[int, str], ...]
    nodes: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Raw:
    """Everything of the file that can matter, not yet interpreted."""

    nodes: RawNodes
    ways: RawWays
    relations: list[RawRelation]
    positions: dict[int, tuple[float, float]]
    n_repeated: int
    is_empty: bool


def read_raw(door: Door) -> Raw:
    """Nodes, ways and area relations of a checked file.

    Raises
        InputError where the file breaks off or cannot be understood.

    Notes
        A .osm.pbf is read by the decoder of `pbf_raw`, everything else, and a .osm.pbf that demands more than
        plain data (several versions of one object), by libosmium (docs/decisions/osm-reader.md).
    """
    if door.format == "osm.pbf":
        from nahraum.sources.osm.pbf_raw import read_pbf_raw  # compiled code: only where it is needed

        with readable(door.path):
            raw = read_pbf_raw(door.path)
        if raw is not None:
            return raw
    return read_by_osmium(door)


def read_by_osmium(door: Door) -> Raw:
    """The same as `read_raw`, by libosmium, whatever the format."""
    with readable(door.path):
        relations = _relations(door)
        index = osmium.index.create_map("flex_mem")
        locate = osmium.NodeLocationsForWays(index)
        locate.ignore_errors()
        nodes, twice_nodes = _nodes(door, locate)
        members = {ref for relation in relations for ref, _ in relation.ways}
        ways, twice_ways = _ways(door, locate, members)
        wanted = {ref for relation in relations for ref, _ in relation.nodes}
        positions = _positions(index, wanted)
    is_empty = not len(ways.ids) and not len(nodes.ids)
    return Raw(nodes, ways, relations, positions, twice_nodes + twice_ways, is_empty)


def _relations(door: Door) -> list[RawRelation]:
    found: dict[int, RawRelation] = {}
    only = osmium.filter.TagFilter(*(("type", kind) for kind in AREA_RELATIONS))
    stream = osmium.FileProcessor(door.file(), osmium.osm.RELATION).with_filter(only)
    for relation in cast("Iterator[osmium.osm.Relation]", stream):
        members = [(member.type, member.ref, member.role) for member in relation.members]
        found[relation.id] = RawRelation(
            relation.id,
            {tag.k: tag.v for tag in relation.tags},
            tuple(dict.fromkeys((ref, role) for kind, ref, role in members if kind == "w")),
            tuple((ref, role) for kind, ref, role in members if kind == "n"),
        )
    return [found[number] for number in sorted(found)]


def _nodes(door: Door, locate: osmium.NodeLocationsForWays) -> tuple[RawNodes, int]:
    ids, lon, lat = array("q"), array("d"), array("d")
    tags: list[Tags] = []
    stream = osmium.FileProcessor(door.file(), osmium.osm.NODE).with_filter(locate)
    keyed = stream.with_filter(osmium.filter.KeyFilter(*NODE_KEYS))
    for node in cast("Iterator[osmium.osm.Node]", keyed):
        place = node.location
        if place.valid():
            ids.append(node.id)
            lon.append(place.x / _PER_DEGREE)
            lat.append(place.y / _PER_DEGREE)
            tags.append({tag.k: tag.v for tag in node.tags})
    order, n_repeated = last_by_id(np.frombuffer(ids, dtype=np.int64))
    nodes = RawNodes(
        np.frombuffer(ids, dtype=np.int64)[order],
        np.frombuffer(lon, dtype=np.float64)[order],
        np.frombuffer(lat, dtype=np.float64)[order],
        [tags[row] for row in order.tolist()],
    )
    return nodes, n_repeated


def _ways(door: Door, locate: osmium.NodeLocationsForWays, members: set[int]) -> tuple[RawWays, int]:
    ids, sizes, refs, x, y = array("q"), array("q"), array("q"), array("i"), array("i")
    tags: list[Tags] = []
    stream = osmium.FileProcessor(door.file(), osmium.osm.WAY).with_filter(locate)
    for way in cast("Iterator[osmium.osm.Way]", stream):
        found = {tag.k: tag.v for tag in way.tags}
        if WAY_KEYS.isdisjoint(found) and way.id not in members:
            continue
        nodes = list(way.nodes)
        places = [node.location for node in nodes]
        ids.append(way.id)
        sizes.append(len(nodes))
        refs.extend([node.ref for node in nodes])
        x.extend([place.x for place in places])
        y.extend([place.y for place in places])
        tags.append(found)
    order, n_repeated = last_by_id(np.frombuffer(ids, dtype=np.int64))
    start = np.concatenate([[0], np.cumsum(np.frombuffer(sizes, dtype=np.int64))])
    rows = slices(start[order], start[order + 1] - start[order])
    place = (np.frombuffer(x, dtype=np.int32)[rows], np.frombuffer(y, dtype=np.int32)[rows])
    ways = RawWays(
        np.frombuffer(ids, dtype=np.int64)[order],
        np.concatenate([[0], np.cumsum(start[order + 1] - start[order])]),
        np.frombuffer(refs, dtype=np.int64)[rows],
        degrees(*place, 0),
        degrees(*place, 1),
        [tags[row] for row in order.tolist()],
    )
    return ways, n_repeated


def degrees(x: Int32, y: Int32, axis: int) -> Float64:
    """Longitude (axis 0) or latitude (axis 1), NaN where a node is missing. [°]"""
    lost = (x == UNKNOWN) | (y == UNKNOWN)
    place = (x, y)[axis] / _PER_DEGREE
    place[lost] = np.nan
    return place


def last_by_id(ids: Int64) -> tuple[Int64, int]:
    """Rows in order of id, the last of repeated ones; and how many were repeated."""
    order = np.argsort(ids, kind="stable").astype(np.int64)
    last = np.append(ids[order][1:] != ids[order][:-1], True) if len(ids) else np.zeros(0, dtype=bool)
    return order[last], int(len(ids) - last.sum())


def _positions(index: osmium.index.LocationTable, wanted: Iterable[int]) -> dict[int, tuple[float, float]]:
    found = {}
    for ref in sorted(wanted):
        try:
            place = index.get(ref)
        except KeyError:
            continue
        if place.valid():
            found[ref] = (place.x / _PER_DEGREE, place.y / _PER_DEGREE)
    return found


def slices(first: Int64, size: Int64) -> Int64:
    """Positions of the slices first : first + size, one after another."""
    ends = np.cumsum(size)
    total = int(ends[-1]) if len(ends) else 0
    return np.asarray(np.arange(total) + np.repeat(first - (ends - size), size), dtype=np.int64)
