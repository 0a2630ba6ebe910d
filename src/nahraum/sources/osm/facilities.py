"""Places of supply from nodes, ways and relations, each once (METHODS 3.4; TRAPS 5, 6, 10)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from nahraum.sources.osm.areas import Areas
from nahraum.sources.osm.categories import categories
from nahraum.sources.osm.duplicates import Place, distinct
from nahraum.sources.osm.geometry import Plane, area_m2
from nahraum.sources.osm.raw import RawNodes, Tags
from nahraum.sources.osm.rules import Rules

_IMPUTED = "school_unspecified"


def facility_table(
    nodes: RawNodes, areas: Areas, *, plane: Plane, rules: Rules, counts: Counter[str]
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """One row per place and category, deduplicated, and the duplicates merged (contract: OsmExtract)."""
    mapped = _of_nodes(nodes, plane) + _of_areas(areas, plane)
    places = distinct(mapped, rules)
    counts["facilities_mapped"] = len(mapped)
    counts["facilities_merged"] = len(mapped) - len(places)
    places = _small_shops_apart(places, areas, plane=plane, rules=rules, counts=counts)
    points = plane.to_degrees(np.array([place.point for place in places] + [None], dtype=object)[:-1])
    ids = _unique_ids(places)
    table = pd.DataFrame(
        {
            "facility_id": ids,
            "category": [place.category for place in places],
            "name": [place.name for place in places],
            "status": ["imputed" if place.category == _IMPUTED else "ok" for place in places],
            "area_m2": np.array([place.area_m2 for place in places], dtype=np.float64),
            "opening_hours": [place.opening_hours for place in places],
            "operator": [place.operator for place in places],
        }
    )
    texts = dict.fromkeys(("facility_id", "category", "name", "status", "opening_hours", "operator"), "str")
    frame = gpd.GeoDataFrame(table.astype(texts), geometry=points, crs="EPSG:4326")
    return frame.sort_values("facility_id", kind="stable", ignore_index=True), _merged(places)


def _merged(places: list[Place]) -> pd.DataFrame:
    """Under which object a duplicate is listed: osm_id, facility_id; sorted. Stops are left out: theirs are poles."""
    pairs = sorted({(other, place.id) for place in places if place.category != "stop" for other in place.also})
    return pd.DataFrame(pairs, columns=["osm_id", "facility_id"]).astype("str")


def _of_nodes(nodes: RawNodes, plane: Plane) -> list[Place]:
    found = []
    for number, lon, lat, tags in zip(
        nodes.ids.tolist(), nodes.lon.tolist(), nodes.lat.tolist(), nodes.tags, strict=True
    ):
        for category in categories(tags):
            point = shapely.Point(lon * plane.east, lat * plane.north)
            found.append(_place(f"osm:n{number}", category, tags, (point, point, float("nan"))))
    return found


def _of_areas(areas: Areas, plane: Plane) -> list[Place]:
    kinds = [categories(tags) for tags in areas.tags]
    rows = [row for row, found in enumerate(kinds) if found]
    shapes = plane.to_m(areas.shapes[rows])
    sizes = area_m2(areas.shapes[rows])
    found = []
    for row, shape, size in zip(rows, shapes, sizes.tolist(), strict=True):
        point = (
            shape.interpolate(0.5, normalized=True) if shape.geom_type == "LineString" else shape.representative_point()
        )
        for category in kinds[row]:
            known = size if size > 0 else float("nan")
            found.append(_place(str(areas.ids[row]), category, areas.tags[row], (shape, point, known)))
    return found


def _place(number: str, category: str, tags: Tags, where: tuple[BaseGeometry, shapely.Point, float]) -> Place:
    name = tags.get("name", tags.get("brand", tags.get("operator", "") if category == "bank_atm" else ""))
    shape, point, size = where
    return Place(
        number, category, name.strip(), shape, point, size, tags.get("opening_hours", ""), tags.get("operator", "")
    )


def _small_shops_apart(
    places: list[Place], areas: Areas, *, plane: Plane, rules: Rules, counts: Counter[str]
) -> list[Place]:
    """Supermarkets in a building too small for a full range become `food_small`."""
    shops = [number for number, place in enumerate(places) if place.category == "food_full_range"]
    buildings = areas.polygonal()
    buildings = buildings.only(np.array(["building" in tags for tags in buildings.tags], dtype=bool))
    sizes = area_m2(buildings.shapes)
    points = plane.to_degrees(np.array([places[number].point for number in shops] + [None], dtype=object)[:-1])
    shop, house = shapely.STRtree(buildings.shapes).query(points, predicate="within")
    around: dict[int, float] = defaultdict(float)
    for hit, row in zip(shop.tolist(), house.tolist(), strict=True):
        around[shops[hit]] = max(around[shops[hit]], float(sizes[row]))
    result = list(places)
    for number in shops:
        own = places[number].area_m2
        size = own if own > 0 else around.get(number, float("inf"))
        if size < rules.food_full_range_minimum_m2:
            result[number] = replace(places[number], category="food_small")
            counts["supermarkets_too_small"] += 1
    return result


def _unique_ids(places: list[Place]) -> list[str]:
    """The source id; further categories of the same object carry their category as suffix."""
    seen: Counter[str] = Counter()
    order = sorted(range(len(places)), key=lambda number: (places[number].id, _rank(places[number].category)))
    ids = [""] * len(places)
    for number in order:
        place = places[number]
        ids[number] = place.id if not seen[place.id] else f"{place.id}#{place.category}"
        seen[place.id] += 1
    return ids


def _rank(category: str) -> tuple[int, str]:
    services = ("food_full_range", "gp", "pharmacy", "primary_school", "stop")
    return (services.index(category) if category in services else len(services), category)
