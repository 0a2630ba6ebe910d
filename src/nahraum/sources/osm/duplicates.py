"""One place, mapped more than once: nodes in areas, buildings in grounds, platforms and poles (TRAPS 10).

The rules, for places of one category:

- a place inside the area of another with the same name, or where one of them has none, is the same place and
  keeps the area; two or more places inside an area without a name (practices in one doctors' building) stay
  several, and the area goes; differently named ones all stay;
- inside the grounds of a school, kita, hospital or sports centre everything of that category is the ground;
  a school whose level is known replaces the unspecified ground it stands on;
- two places of one name within `osm.duplicate_distance_m` are one, whatever they are drawn as, and so are the
  unnamed buildings of one school;
- stops: everything within `osm.stop_same_place_m`, and everything of one name or without a name within
  `osm.stop_same_name_m`, is one stop (both directions together); its point is the most central member.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from nahraum.sources.osm.categories import SCHOOLS
from nahraum.sources.osm.rules import Rules

GROUNDS = frozenset((*SCHOOLS, "kita", "hospital", "sport", "playground"))
_SPECIFIED = frozenset(("primary_school", "secondary_school"))


@dataclass(frozen=True)
class Place:
    """One mapped place of one category; shape and point in metres of the local plane."""

    id: str
    category: str
    name: str
    shape: BaseGeometry
    point: shapely.Point
    area_m2: float
    opening_hours: str = ""
    operator: str = ""
    also: tuple[str, ...] = ()  # ids of the duplicates that were merged into it

    @property
    def key(self) -> str:
        """The name as it is compared."""
        return " ".join(self.name.casefold().split())


def distinct(places: Sequence[Place], rules: Rules) -> list[Place]:
    """The places without duplicates, sorted by id and category."""
    groups: dict[str, list[Place]] = defaultdict(list)
    for place in sorted(places, key=lambda place: (place.id, place.category)):
        groups["school" if place.category in SCHOOLS else place.category].append(place)
    found: list[Place] = []
    for group, members in sorted(groups.items()):
        if group == "stop":
            found += _stops(members, rules)
        else:
            found += _same_name_near(_without_contained(members), rules.duplicate_distance_m)
    return sorted(found, key=lambda place: (place.id, place.category))


def _without_contained(places: list[Place]) -> list[Place]:
    """Places left when those inside the areas of others are merged, larger areas first."""
    areas = [number for number, place in enumerate(places) if place.area_m2 > 0]
    if not areas:
        return places
    tree = shapely.STRtree(np.array([place.point for place in places], dtype=object))
    areas.sort(key=lambda number: (-places[number].area_m2, number))
    kept: dict[int, Place] = dict(enumerate(places))
    for number in areas:
        if number not in kept:
            continue
        hits = np.sort(tree.query(places[number].shape, predicate="covers"))
        inside = [hit for hit in hits.tolist() if hit != number and hit in kept]
        inside = [hit for hit in inside if places[hit].area_m2 < places[number].area_m2 or hit not in areas]
        _absorb(kept, number, inside)
    return [kept[number] for number in sorted(kept)]


def _absorb(kept: dict[int, Place], number: int, inside: list[int]) -> None:
    """Merge the places inside an area with it, or let the area go, by the rules above."""
    area = kept[number]
    if area.category in SCHOOLS:
        _absorb_school(kept, number, inside)
        return
    if area.category in GROUNDS or area.name:
        same = [hit for hit in inside if area.category in GROUNDS or kept[hit].key in ("", area.key)]
        _merge(kept, number, same)
    elif len(inside) == 1:
        _merge(kept, number, inside)
    elif inside:
        del kept[number]


def _absorb_school(kept: dict[int, Place], number: int, inside: list[int]) -> None:
    ground = kept[number]
    specified = [hit for hit in inside if kept[hit].category in _SPECIFIED]
    if ground.category == "school_unspecified" and specified:
        for hit in inside:
            if hit not in specified:
                del kept[hit]
        del kept[number]
        return
    same = [hit for hit in inside if kept[hit].category in (ground.category, "school_unspecified")]
    _merge(kept, number, same)


def _merge(kept: dict[int, Place], number: int, others: Iterable[int]) -> None:
    for other in sorted(others):
        kept[number] = _joined(kept[number], kept.pop(other))


def _joined(main: Place, other: Place) -> Place:
    return replace(
        main,
        name=main.name or other.name,
        opening_hours=main.opening_hours or other.opening_hours,
        operator=main.operator or other.operator,
        also=tuple(dict.fromkeys(id for id in (*main.also, other.id, *other.also) if id != main.id)),
    )


def _same_name_near(places: list[Place], distance_m: float) -> list[Place]:
    """Places of one category and name near each other become one: the largest, else the first by id."""
    pairs = [(one, other) for one, other in _near(places, distance_m) if _is_same(places[one], places[other])]
    found = []
    for members in _clusters(len(places), pairs):
        first, *rest = sorted(members, key=lambda number: (-np.nan_to_num(places[number].area_m2), number))
        joined = places[first]
        for number in rest:
            joined = _joined(joined, places[number])
        found.append(joined)
    return found


def _is_same(one: Place, other: Place) -> bool:
    """Whether two near places are one: same category and name, or unnamed pieces of one school."""
    if one.category != other.category:
        return False
    if one.key == other.key:
        return one.key != "" or (one.category in SCHOOLS and min(one.area_m2, other.area_m2) > 0)
    return False


def _stops(places: list[Place], rules: Rules) -> list[Place]:
    """Stops: clusters of platforms, poles, stop positions and stations, nearest joined first.

    Unnamed pieces go to the nearest name; they never tie two differently named stops together.
    """
    near = _near(places, rules.stop_same_name_m)
    apart = [round(float(shapely.distance(places[one].shape, places[other].shape)), 3) for one, other in near]
    cluster = {number: [number] for number in range(len(places))}
    for distance, (one, other) in sorted(zip(apart, near, strict=True)):
        first, second = cluster[one], cluster[other]
        if first is second:
            continue
        names = [{places[number].key for number in members} - {""} for members in (first, second)]
        if distance <= rules.stop_same_place_m or not all(names) or names[0] & names[1]:
            first += second
            cluster.update(dict.fromkeys(second, first))
    return [
        _central([places[number] for number in sorted(members)])
        for number, members in cluster.items()
        if number == min(members)
    ]


def _central(members: list[Place]) -> Place:
    """The member nearest to all others (lowest id on a tie), with the most frequent name."""
    xy = shapely.get_coordinates([place.point for place in members])
    total = np.hypot(xy[:, None, 0] - xy[None, :, 0], xy[:, None, 1] - xy[None, :, 1]).sum(axis=1)
    names = [place.name for place in members if place.name]
    name = min(set(names), key=lambda text: (-names.count(text), text)) if names else ""
    central = members[int(np.argmin(np.round(total, 3)))]
    for place in members:
        central = _joined(central, place)
    return replace(central, name=name)


def _near(places: list[Place], distance_m: float) -> list[tuple[int, int]]:
    shapes = np.array([place.shape for place in places] + [None], dtype=object)[:-1]
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=distance_m)
    return sorted((int(a), int(b)) for a, b in zip(one, other, strict=True) if a < b)


def _clusters(count: int, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Numbers connected by pairs, each cluster sorted, clusters by their lowest number."""
    parent: npt.NDArray[np.int64] = np.arange(count, dtype=np.int64)

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = int(parent[number])
        return number

    for one, other in pairs:
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    found: dict[int, list[int]] = defaultdict(list)
    for number in range(count):
        found[root(number)].append(number)
    return [found[number] for number in sorted(found)]
