"""Public space beside green: squares, streets for people on foot, yards, places to play, and what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.sources.osm import tags as meaning
from nahraum.sources.osm.areas import Areas
from nahraum.sources.osm.geometry import Plane, area_m2
from nahraum.sources.osm.raw import Raw, RawNodes, RawWays, Tags
from nahraum.sources.osm.rings import runs
from nahraum.sources.osm.rules import Rules

CRS = "EPSG:4326"
Geometries = npt.NDArray[np.object_]

PLAY = ("playground", "pitch")
SPACE_KINDS = ("square", "marketplace", "pedestrian", "living_street", "open_yard", *PLAY)
FURNITURE = ("bench", "toilets", "drinking_water", "tree")
_TEXTS = ("name", "access", "surface", "lit", "wheelchair", "min_age", "max_age", "opening_hours")
_SHUT = meaning.NOT_PUBLIC - {"unknown"}


def space_kind(tags: Tags) -> str:
    """What kind of public space an object is, '' for none (nothing in a building or a tunnel is one)."""
    if meaning.is_gone(tags) or any(tags.get(key, "no") != "no" for key in ("indoor", "tunnel", "building")):
        return ""
    if tags.get("place") == "square":
        return "square"
    leisure = meaning.values(tags.get("leisure", ""))
    if "marketplace" in meaning.values(tags.get("amenity", "")):
        return "marketplace"
    if tags.get("highway") in meaning.FOOT_STREETS:
        return tags["highway"]
    found = [kind for kind in PLAY if kind in leisure]
    return found[0] if found else "open_yard" if "schoolyard" in leisure else ""


def is_open_space(tags: Tags, kind: str, *, enclosed: bool) -> bool:
    """Whether anybody may use a space free of charge.

    Parameters
        enclosed : it lies on grounds of a school, a kindergarten or a club; then, as for every yard, only a tag
            that opens it counts.
    """
    access = tags.get("access", "")
    if tags.get("fee", "no") not in ("no", "0", "donation") or tags.get("foot", "") in meaning.CLOSED:
        return False
    if enclosed or kind == "open_yard":
        return access in meaning.FOOT_OPEN
    return access not in meaning.NOT_PUBLIC


def furniture_kind(tags: Tags) -> str:
    """bench, toilets, drinking_water or tree; '' for anything else or what is gone."""
    if meaning.is_gone(tags):
        return ""
    amenity = tags.get("amenity", "")
    if amenity in ("bench", "toilets", "drinking_water"):
        return amenity
    if tags.get("drinking_water") == "yes" and (amenity == "fountain" or tags.get("man_made") == "water_tap"):
        return "drinking_water"
    return "tree" if tags.get("natural") == "tree" else ""


def public_space_table(raw: Raw, areas: Areas, rules: Rules) -> gpd.GeoDataFrame:
    """One row per public space: areas, stretches of street (lines) and places mapped as a point.

    Returns
        space_id, kind (SPACE_KINDS), public (anybody may use it), area_m2 (NaN for lines and points), width_m (NaN
        where not mapped), name, access, surface, lit, wheelchair, min_age, max_age, opening_hours ('' where not
        mapped), geometry; sorted by id. A street with missing nodes is several rows (`osm:w1`, `osm:w1#2`).
    """
    found = list(_found(raw, areas))
    tags = [own for _, own, _ in found]
    kinds = [space_kind(own) for own in tags]
    geometry = np.array([*(shape for _, _, shape in found), None], dtype=object)[:-1]
    sizes = area_m2(geometry)
    enclosed = _enclosed(geometry, areas, rules)
    table = {
        "space_id": pd.array([number for number, _, _ in found], dtype="str"),
        "kind": pd.array(kinds, dtype="str"),
        "public": np.array(
            [is_open_space(own, kind, enclosed=shut) for own, kind, shut in zip(tags, kinds, enclosed, strict=True)],
            dtype=bool,
        ),
        "area_m2": np.where(sizes > 0, sizes, np.nan),
        "width_m": np.array([meaning.metres(own.get("width", "")) for own in tags], dtype=np.float64),
        **{name: pd.array([own.get(name, "") for own in tags], dtype="str") for name in _TEXTS},
    }
    frame = gpd.GeoDataFrame(pd.DataFrame(table), geometry=geometry, crs=CRS)
    return frame.sort_values("space_id", kind="stable", ignore_index=True)


def _found(raw: Raw, areas: Areas) -> Iterator[tuple[str, Tags, shapely.Geometry]]:
    """Id, tags and shape of every public space."""
    polygons = areas.polygonal()
    drawn = set()
    for number, own, shape in zip(polygons.ids.tolist(), polygons.tags, polygons.shapes.tolist(), strict=True):
        if space_kind(own) and (own.get("highway") not in meaning.FOOT_STREETS or meaning.is_space_area(own)):
            drawn.add(number)
            yield str(number), own, shape
    for number, lon, lat, own in _nodes(raw.nodes, space_kind):
        yield f"osm:n{number}", own, shapely.Point(lon, lat)
    yield from _streets(raw.ways, drawn)


def _streets(ways: RawWays, drawn: set[str]) -> Iterator[tuple[str, Tags, shapely.Geometry]]:
    """Streets for people on foot that are mapped as lines."""
    wanted = [
        row
        for row, own in enumerate(ways.tags)
        if own.get("highway") in meaning.FOOT_STREETS and not meaning.is_space_area(own)
    ]
    rows = np.array([row for row in wanted if space_kind(ways.tags[row]) in meaning.FOOT_STREETS], dtype=np.int64)
    row, part, start, length = runs(ways, rows)
    for at, count, first, size in zip(row.tolist(), part.tolist(), start.tolist(), length.tolist(), strict=True):
        number = f"osm:w{ways.ids[at]}"
        if number not in drawn:
            place = slice(first, first + size)
            line = shapely.LineString(np.column_stack([ways.lon[place], ways.lat[place]]))
            yield number if not count else f"{number}#{count + 1}", ways.tags[at], line


def _nodes(nodes: RawNodes, kind: Callable[[Tags], str]) -> Iterator[tuple[int, float, float, Tags]]:
    places = zip(nodes.ids.tolist(), nodes.lon.tolist(), nodes.lat.tolist(), nodes.tags, strict=True)
    return (place for place in places if kind(place[3]))


def _enclosed(shapes: Geometries, areas: Areas, rules: Rules) -> npt.NDArray[np.bool_]:
    """Whether the middle of each shape lies on grounds that are not open as a rule."""
    polygons = areas.polygonal()
    closed = [not rules.closed_yards.isdisjoint(meaning.pairs(own)) for own in polygons.tags]
    grounds = polygons.only(np.array(closed, dtype=bool))
    hit = np.zeros(len(shapes), dtype=bool)
    if len(shapes) and len(grounds.ids):
        points = shapely.point_on_surface(shapes)
        hit[shapely.STRtree(grounds.shapes).query(points, predicate="within")[0]] = True
    return hit


def street_furniture_table(raw: Raw, *, plane: Plane, rules: Rules) -> pd.DataFrame:
    """Benches, toilets, drinking water and single trees, one row each.

    Returns
        furniture_id, kind (FURNITURE), public (no private access, for toilets and water), fee, wheelchair ('' where
        not mapped), lon, lat; sorted by id. A bench or a toilet drawn as a way stands at the middle of its nodes; a
        row of trees is a tree every `osm.tree_row_spacing_m` (`osm:w1#1`, …).
    """
    rows = [
        (f"osm:n{number}", furniture_kind(own), lon, lat, own)
        for number, lon, lat, own in _nodes(raw.nodes, furniture_kind)
    ]
    rows += list(_drawn_furniture(raw.ways, plane, rules.tree_row_spacing_m))
    ids, kinds, lon, lat, tags = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [], [], [])
    table = pd.DataFrame(
        {
            "furniture_id": pd.array(ids, dtype="str"),
            "kind": pd.array(kinds, dtype="str"),
            "public": np.array([own.get("access", "") not in _SHUT for own in tags], dtype=bool),
            "fee": pd.array([own.get("fee", "") for own in tags], dtype="str"),
            "wheelchair": pd.array([own.get("wheelchair", "") for own in tags], dtype="str"),
            "lon": np.array(lon, dtype=np.float64),
            "lat": np.array(lat, dtype=np.float64),
        }
    )
    return table.sort_values("furniture_id", kind="stable", ignore_index=True)


def _drawn_furniture(ways: RawWays, plane: Plane, spacing_m: float) -> Iterator[tuple[str, str, float, float, Tags]]:
    for row, own in enumerate(ways.tags):
        kind = furniture_kind(own)
        is_row = own.get("natural") == "tree_row" and not meaning.is_gone(own)
        if not kind and not is_row:
            continue
        place = slice(int(ways.start[row]), int(ways.start[row + 1]))
        known = ~np.isnan(ways.lon[place])
        lon, lat = ways.lon[place][known], ways.lat[place][known]
        if len(lon) and kind:
            yield f"osm:w{ways.ids[row]}", kind, float(lon.mean()), float(lat.mean()), own
        elif len(lon) > 1:
            line = shapely.LineString(np.column_stack([lon * plane.east, lat * plane.north]))
            steps = np.linspace(0.0, line.length, max(int(line.length // spacing_m), 1) + 1)
            xy = shapely.get_coordinates(shapely.line_interpolate_point(line, steps))
            for at, (x, y) in enumerate(xy.tolist(), start=1):
                yield f"osm:w{ways.ids[row]}#{at}", "tree", x / plane.east, y / plane.north, own
