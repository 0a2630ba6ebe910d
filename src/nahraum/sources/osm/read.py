"""One OpenStreetMap extract into tables: the way from the file to `OsmExtract`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import shapely

from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.sources.osm.areas import Areas, assembled
from nahraum.sources.osm.bounds import Reach, reach_of
from nahraum.sources.osm.buildings import building_table
from nahraum.sources.osm.door import EXPECTED, Door, open_door
from nahraum.sources.osm.extract import OsmExtract
from nahraum.sources.osm.facilities import facility_table
from nahraum.sources.osm.geometry import Plane
from nahraum.sources.osm.grounds import ground_table
from nahraum.sources.osm.land import green_table, water_table
from nahraum.sources.osm.lines import barrier_table, boundary_table, fence_lines, place_table
from nahraum.sources.osm.public_space import public_space_table, street_furniture_table
from nahraum.sources.osm.raw import Raw, RawNodes, read_raw
from nahraum.sources.osm.repair import Repair
from nahraum.sources.osm.rules import osm_rules
from nahraum.sources.osm.walk import gate_table, node_table, way_table, way_tags


def read_osm(path: Path, *, parameters: Parameters | None = None) -> OsmExtract:
    """Ways, places, green, buildings and barriers of an OpenStreetMap extract, repaired where it was cut.

    Parameters
        path : .osm.pbf, .osm.gz, .osm.bz2 or .osm; the format is found by content.
        parameters : of the study; the shipped ones without.

    Raises
        InputError where the file is missing, of another kind, broken off, empty, or holds no walkable way.

    Notes
        Walking follows the access defaults of Germany as stated in `nahraum.sources.osm.tags`. Outlines cut by
        the extract are closed along the edge of the data; which side is inside is then a guess (the less built
        one for green and water, else the smaller one). All repairs are in `counts`.
    """
    door = open_door(Path(path))
    raw = read_raw(door)
    if raw.is_empty:
        raise InputError(f"{door.path.name} is empty", where="it holds no street, place or building", expected=EXPECTED)
    return extract_of(raw, door, parameters)


def extract_of(raw: Raw, door: Door, parameters: Parameters | None) -> OsmExtract:
    """The tables of what was read, repaired and interpreted. Raises InputError where nothing is walkable."""
    rules = osm_rules(parameters)
    reach = reach_of(raw.ways, door.box, rules)
    houses = _building_points(raw, reach.plane)
    repair = Repair(raw.ways, reach.plane, reach.ground, houses, rules, _named(raw.nodes))
    repair.counts["header_box_refused"] = int(reach.box_refused)
    repair.counts["repeated_objects"] = raw.n_repeated
    areas = assembled(raw, repair)
    return _extract(raw, areas, repair, reach, door)


def _extract(raw: Raw, areas: Areas, repair: Repair, reach: Reach, door: Door) -> OsmExtract:
    plane, rules, counts = repair.plane, repair.rules, repair.counts
    ways, way_nodes = way_table(raw.ways, way_tags(raw))
    if not ways["walkable"].any():
        raise InputError(
            f"{door.path.name} holds no walkable way",
            where=f"{len(ways)} ways with highway=*, none of them open to people on foot",
            expected="an extract with streets and footways",
            fix="use an extract that was not filtered",
        )
    _count_broken(raw, counts)
    barriers = barrier_table(raw.ways)
    fences = plane.to_m(fence_lines(barriers))
    facilities, merged = facility_table(raw.nodes, areas, plane=plane, rules=rules, counts=counts)
    return OsmExtract(
        ways=ways,
        way_nodes=way_nodes,
        nodes=node_table(raw, way_nodes),
        facilities=facilities,
        merged=merged,
        greens=green_table(areas, fences, plane=plane, rules=rules, counts=counts),
        buildings=building_table(areas, raw.nodes, counts),
        barriers=barriers,
        water=water_table(areas),
        gates=gate_table(raw),
        boundaries=boundary_table(areas),
        places=place_table(raw.nodes, areas),
        extent=reach.extent,
        counts={key: int(counts[key]) for key in sorted(counts)},
        date=door.date,
        public_space=public_space_table(raw, areas, rules),
        street_furniture=street_furniture_table(raw, plane=plane, rules=rules),
        grounds=ground_table(areas),
        coverage=None if reach.has_box else plane.to_degrees(np.array([reach.ground], dtype=object))[0],
    )


def _building_points(raw: Raw, plane: Plane) -> shapely.STRtree:
    """The first node of each building: enough to tell built from open land."""
    ways = raw.ways
    rows = np.flatnonzero(np.array(["building" in tags for tags in ways.tags], dtype=bool))
    first = ways.start[rows]
    first = first[~np.isnan(ways.lon[first])]
    points = np.column_stack([ways.lon[first] * plane.east, ways.lat[first] * plane.north])
    return shapely.STRtree(np.asarray(shapely.points(points), dtype=object))


def _named(nodes: RawNodes) -> dict[str, list[shapely.Point]]:
    """Places by name: a municipality holds the place it is named after."""
    found: dict[str, list[shapely.Point]] = {}
    for tags, lon, lat in zip(nodes.tags, nodes.lon.tolist(), nodes.lat.tolist(), strict=True):
        if "place" in tags and "name" in tags:
            found.setdefault(tags["name"], []).append(shapely.Point(lon, lat))
    return found


def _count_broken(raw: Raw, counts: Counter[str]) -> None:
    lost = np.isnan(raw.ways.lon)
    counts["missing_nodes"] = len(np.unique(raw.ways.refs[lost]))
    streets = np.array(["highway" in tags for tags in raw.ways.tags], dtype=bool)
    owner = np.repeat(np.arange(len(streets)), np.diff(raw.ways.start))
    broken = np.bincount(owner, weights=lost, minlength=len(streets)) > 0
    counts["ways_split_at_missing_nodes"] = int((broken & streets).sum())
