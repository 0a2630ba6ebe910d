"""Houses, works, schools, shops and practices as OpenStreetMap objects."""

from __future__ import annotations

import numpy as np

from nahraum.musterstadt import plan as layout
from nahraum.musterstadt.characters import CHARACTERS, INDEX, NAMES
from nahraum.musterstadt.city import City
from nahraum.musterstadt.homes import along_side, in_cell, levels_of
from nahraum.musterstadt.names import house_numbers
from nahraum.musterstadt.osm_draft import OsmDraft
from nahraum.musterstadt.places import SIZE, Place
from nahraum.musterstadt.plan import Floats, Ints

_FOOD = {"shop": "supermarket", "opening_hours": "Mo-Sa 07:00-21:00"}
_PHARMACY = {"amenity": "pharmacy", "dispensing": "yes", "opening_hours": "Mo-Fr 08:30-18:30; Sa 09:00-13:00"}
_GP = {"amenity": "doctors", "healthcare": "doctor", "opening_hours": "Mo-Fr 08:00-12:00; Mo,Tu,Th 15:00-18:00"}
_SCHOOL = {"amenity": "school", "school": "primary", "isced:level": "1"}
_CARE = {"amenity": "social_facility", "social_facility": "nursing_home", "social_facility:for": "senior"}
FLATS_FROM = 3


def home_levels(city: City) -> Ints:
    """Storeys of every house."""
    columns = city.plan.shape[1] + 1
    cell = np.searchsorted(city.cells.i * columns + city.cells.j, city.homes.i * columns + city.homes.j)
    private = city.cells.residents - city.cells.communal
    highest = np.array([c.levels[1] for c in CHARACTERS])[city.cells.character]
    return levels_of(city.homes, cell, private * city.cells.space_m2, highest)


def write_homes(city: City, draft: OsmDraft, names: tuple[list[str], Ints], hidden: set[tuple[int, int]]) -> None:
    """All houses with storeys and address, but for the cells where OpenStreetMap knows none."""
    homes, levels = city.homes, home_levels(city)
    shown = np.array([(a, b) not in hidden for a, b in zip(homes.i.tolist(), homes.j.tolist(), strict=True)])
    ids = draft.nodes(homes.corner_x[shown], homes.corner_y[shown]).reshape(-1, 4).tolist()
    number = house_numbers(city.streets, homes.edge, homes.side, homes.offset_m)
    character = city.plan.character[homes.i, homes.j]
    flats = np.rint(homes.footprint_m2 * levels / 1.25 / np.array([c.household_m2 for c in CHARACTERS])[character])
    kinds = [c.building for c in CHARACTERS]
    estate, texts, of_edge = INDEX["tower_estate"], names[0], names[1][homes.edge]
    rows = zip(ids, character[shown].tolist(), levels[shown].tolist(), of_edge[shown].tolist(),
               number[shown].tolist(), flats[shown].tolist(), strict=True)  # fmt: skip
    for corners, kind, storeys, street, house, dwellings in rows:
        tags = {"building": kinds[kind], "building:levels": str(storeys)}
        if street >= 0:
            tags["addr:street"], tags["addr:housenumber"] = texts[street], str(house)
        if kind == estate and dwellings >= FLATS_FROM:
            tags["building:flats"] = str(int(dwellings))
        draft.way([*corners, corners[0]], tags)


class _Block:
    """Draws rectangles inside cells."""

    def __init__(self, city: City, draft: OsmDraft) -> None:
        self.city, self.draft = city, draft

    def ring(self, place: Place, size: tuple[float, float, float], tags: dict[str, str]) -> int:
        """A rectangle at a street side: width and depths in shares of the cell."""
        width, front, back = size
        t = np.array([place.t - width / 2, place.t + width / 2, place.t + width / 2, place.t - width / 2])
        return self._draw(place, t, np.array([front, front, back, back]), tags)

    def _draw(self, place: Place, t: Floats, depth: Floats, tags: dict[str, str]) -> int:
        four = np.ones(4, dtype=np.int64)
        u, w = along_side(four * place.side, t, depth)
        x, y = in_cell(self.city.streets, four * place.i, four * place.j, u, w)
        return self.draft.ring(x, y, tags)

    def point(self, number: int, tags: dict[str, str]) -> int:
        """A node where the plan has the place."""
        located = self.city.places
        return self.draft.node(float(located.x_m[number]), float(located.y_m[number]), tags)


def _address(city: City, names: tuple[list[str], Ints], number: int) -> dict[str, str]:
    edge = city.places.edge[number : number + 1]
    if names[1][edge[0]] < 0:
        return {}
    side = np.array([city.places.places[number].side])
    house = house_numbers(city.streets, edge, side, city.places.offset_m[number : number + 1])
    return {"addr:street": names[0][names[1][edge[0]]], "addr:housenumber": str(house[0])}


def write_places(city: City, draft: OsmDraft, names: tuple[list[str], Ints]) -> None:
    """Supermarkets (half as areas, half as points in their hall), schools, practices, pharmacies, decoys."""
    block = _Block(city, draft)
    houses: set[tuple[int, int, int]] = set()
    for number, place in enumerate(city.places.places):
        title = {"name": place.name} | _address(city, names, number)
        if place.decoy:
            block.point(number, title | place.tags)
        elif place.kind == "food":
            hall = {"building": "retail", "building:levels": "1"}
            if number % 2 == 0:
                block.ring(place, SIZE["food"], hall | title | _FOOD)
            else:
                block.ring(place, SIZE["food"], hall)
                block.point(number, title | _FOOD)
        elif place.kind == "school":
            block.ring(place, SIZE["school"], title | _SCHOOL)
            block.ring(place, (0.40, 0.14, 0.26), {"building": "school", "building:levels": "2"})
        elif place.kind == "care":
            block.ring(place, SIZE["care"], title | _CARE | {"building": "residential", "building:levels": "3"})
        else:
            _practice(block, place, number, title, houses)


def _practice(
    block: _Block, place: Place, number: int, title: dict[str, str], houses: set[tuple[int, int, int]]
) -> None:
    """A practice or pharmacy on the ground floor of a commercial house; several may share one."""
    at = (place.i, place.j, place.side)
    if at not in houses:
        houses.add(at)
        centre = Place(place.kind, "", place.i, place.j, place.side, 0.5)
        block.ring(centre, (0.40, 0.09, 0.21), {"building": "commercial", "building:levels": "3"})
    block.point(number, title | (_PHARMACY if place.kind == "pharmacy" else _GP | place.tags))


def write_other_buildings(city: City, draft: OsmDraft) -> None:
    """Works and their land, empty plots, churches, town hall, small shops."""
    block, plan = _Block(city, draft), city.plan
    empty = plan.use == layout.HOME
    empty[city.homes.i, city.homes.j] = False
    for place in city.places.places:
        empty[place.i, place.j] = False
    for i, j in np.argwhere(empty).tolist():
        block.ring(Place("plot", "", i, j, 0, 0.5), (0.80, 0.10, 0.90), {"landuse": "brownfield"})
    for i, j in np.argwhere(plan.use == layout.WORKS).tolist():
        ground = Place("works", "", i, j, 0, 0.5)
        block.ring(ground, (0.82, 0.10, 0.90), {"landuse": "industrial"})
        block.ring(ground, (0.60, 0.20, 0.70), {"building": "industrial", "building:levels": "1"})
    square = Place("hall", "", *plan.at(-4, 2), 2, 0.5)
    block.ring(
        square, (0.34, 0.10, 0.30), {"building": "civic", "amenity": "townhall", "name": f"Rathaus {plan.site.name}"}
    )
    rng, lists = plan.rng(12), NAMES["places"]
    for number, slot in enumerate(s for s in plan.slots if s.level):
        (i0, j0), (i1, j1) = plan.at(slot.x0, slot.y0), plan.at(slot.x1, slot.y1)
        lived_in = (city.cells.i >= i0) & (city.cells.i < i1) & (city.cells.j >= j0) & (city.cells.j < j1)
        cells = np.stack([city.cells.i[lived_in], city.cells.j[lived_in]], axis=1)
        for k, tags in enumerate(({"shop": "bakery"}, {"amenity": "cafe"}, {"amenity": "place_of_worship"})):
            if not len(cells):
                continue
            i, j = cells[int(rng.integers(0, len(cells)))]
            _corner_shop(block, Place("shop", "", int(i), int(j), 0, 0.5), tags, _shop_name(k, number, lists, rng))


def _shop_name(kind: int, number: int, lists: dict[str, list[str]], rng: np.random.Generator) -> str:
    if kind == 0:
        return f"{rng.choice(lists['bakeries'])} {rng.choice(lists['owners'])}"
    names = lists["cafes"] if kind == 1 else lists["churches"]
    return str(names[number % len(names)])


def _corner_shop(block: _Block, place: Place, tags: dict[str, str], name: str) -> None:
    """A small place in the middle of a block."""
    four = np.ones(1, dtype=np.int64)
    x, y = in_cell(block.city.streets, four * place.i, four * place.j, np.array([0.5]), np.array([0.42]))
    if "place_of_worship" in tags.values():
        tags = tags | {"religion": "christian"}
        dx, dy = np.array([-9.0, 9.0, 9.0, -9.0]), np.array([-6.0, -6.0, 6.0, 6.0])
        block.draft.ring(x + dx, y + dy, tags | {"building": "church", "name": name})
    else:
        block.draft.node(float(x[0]), float(y[0]), tags | {"name": name})
