"""Places of supply and everything else with a name: where they stand and which street they open to."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from nahraum.musterstadt import plan as layout
from nahraum.musterstadt.characters import NAMES
from nahraum.musterstadt.homes import along_side, in_cell, project, side_edge
from nahraum.musterstadt.plan import Floats, Ints, Plan
from nahraum.musterstadt.search import from_nodes
from nahraum.musterstadt.streets import Streets

SERVICES = ("food", "gp", "pharmacy", "school", "stop")
# places per 1000 residents that the city gets, a little more than the national means the product expects
WANTED_PER_1000 = {"food": 0.37, "gp": 0.50, "pharmacy": 0.24, "school": 0.20, "stop": 2.6}
CUT_OFF_M = {"food": 1500.0, "gp": 1200.0, "pharmacy": 1200.0, "school": 1200.0}
SIZE = {"food": (0.42, 0.09, 0.36), "school": (0.60, 0.10, 0.45), "care": (0.30, 0.10, 0.24)}


@dataclass(frozen=True)
class Place:
    """One place: what it is, in which cell, on which side (S E N W = 0..3), how far along the side."""

    kind: str
    name: str
    i: int
    j: int
    side: int
    t: float
    tags: dict[str, str] = field(default_factory=dict)
    decoy: bool = False


@dataclass(frozen=True)
class Located:
    """Places with position and the foot of their way on the street."""

    places: tuple[Place, ...]
    edge: Ints
    x_m: Floats
    y_m: Floats
    offset_m: Floats
    leg_m: Floats

    def of(self, kind: str) -> npt.NDArray[np.bool_]:
        """Which places really offer this."""
        return np.array([p.kind == kind and not p.decoy for p in self.places], dtype=bool)


class Sites:
    """Free street sides of inhabited cells while places are given out."""

    def __init__(self, plan: Plan, streets: Streets) -> None:
        self.plan, self.streets = plan, streets
        self.taken = np.zeros((*plan.shape, 4), dtype=bool)

    def free_sides(self, i: int, j: int) -> list[int]:
        """Sides of a cell with a street and nothing on it yet; one side at least stays for homes."""
        sides = [s for s in self.open_sides(i, j) if not self.taken[i, j, s]]
        return sides if len(sides) > 2 else []

    def open_sides(self, i: int, j: int) -> list[int]:
        """Sides of a cell with a street."""
        return [s for s in range(4) if self._edge(i, j, s) >= 0]

    def _edge(self, i: int, j: int, side: int) -> int:
        return int(side_edge(self.streets, np.array([i]), np.array([j]), np.array([side]))[0])

    def take(self, i: int, j: int, side: int) -> None:
        """Keeps homes off a side."""
        self.taken[i, j, side] = True


def _core_places(plan: Plan, sites: Sites) -> list[Place]:
    """The services of the old core, at the same cells at every size."""
    listed = [
        ("food", "Frischemarkt Grünewald", 1, 1, 0, 0.5),
        ("pharmacy", "Rats-Apotheke", 0, 2, 0, 0.5),
        ("gp", "Hausarztpraxis Dr. Möller", -3, 1, 0, 0.5),
        ("school", "Lindenschule – Städtische Grundschule", 0, 4, 0, 0.5),
        ("care", "Seniorenzentrum St. Barbara", -1, 2, 2, 0.5),
    ]
    places = []
    for kind, name, x, y, side, t in listed:
        i, j = plan.at(x, y)
        sites.take(i, j, side)
        places.append(Place(kind, name, i, j, side, t))
    return places


def _core_decoys(plan: Plan) -> list[Place]:
    """What looks like a service and is none (or none of the five)."""
    listed = [
        ("food", "Kaufhalle Schlehenbusch", 3, -2, 1, 0.15, {"disused:shop": "supermarket"}),
        ("pharmacy", "Schlehen-Apotheke", 4, -2, 1, 0.12, {"was:amenity": "pharmacy"}),
        ("gp", "Hautarztpraxis Dr. Öztürk", 1, -2, 1, 0.12,
         {"amenity": "doctors", "healthcare": "doctor", "healthcare:speciality": "dermatology"}),
        ("convenience", "Kiosk Yıldız", 2, -2, 1, 0.12, {"shop": "kiosk"}),
        ("kita", "Kita Löwenzahn", -1, 2, 2, 0.45, {"amenity": "kindergarten"}),
    ]  # fmt: skip
    return [Place(k, n, *plan.at(x, y), side, t, tags, True) for k, n, x, y, side, t, tags in listed]


def _doctor_tags(number: int) -> dict[str, str]:
    tags = {"amenity": "doctors", "healthcare": "doctor"}
    return tags | ({"healthcare:speciality": "general"} if number % 2 else {})


def _title(kind: str, number: int, where: str, rng: np.random.Generator) -> str:
    lists = NAMES["places"]
    owner = str(rng.choice(lists["owners"]))
    if kind == "food":
        return f"{rng.choice(lists['supermarkets'])} {owner if number % 3 else where}"
    if kind == "gp":
        return f"{rng.choice(lists['doctors'])} {owner}"
    if kind == "pharmacy":
        name = str(rng.choice(lists["pharmacies"]))
        return name if number % 2 else f"{name} {where}"
    return f"{rng.choice(lists['schools'])} {where}"


def _centre_cells(plan: Plan, slot_number: int) -> Ints:
    """Inhabited cells of a quarter, nearest to its middle first."""
    slot = plan.slots[slot_number]
    i0, j0 = plan.at(slot.x0, slot.y0)
    area = (slice(i0, i0 + slot.x1 - slot.x0), slice(j0, j0 + slot.y1 - slot.y0))
    cells = np.argwhere(plan.use[area] == layout.HOME)
    middle = np.array([(slot.x1 - slot.x0) / 2 - 0.5, (slot.y1 - slot.y0) / 2 - 0.5])
    order = np.argsort(((cells - middle) ** 2).sum(axis=1), kind="stable")
    return np.asarray(cells[order] + [i0, j0], dtype=np.int64)


class _Centres:
    """Gives out services among the quarters that have a centre, as many as the city wants."""

    def __init__(self, plan: Plan, sites: Sites, far: Floats) -> None:
        self.plan, self.sites, self.far = plan, sites, far
        self.rng = plan.rng(6)
        self.cells = [_centre_cells(plan, k) for k in range(len(plan.slots))]
        self.places: list[Place] = []
        self.food_at: set[tuple[int, int]] = set()

    def _site(self, number: int, kind: str) -> tuple[int, int, int] | None:
        for i, j in self.cells[number][:9]:
            if kind == "food" and (int(i), int(j)) in self.food_at:
                continue
            if self.far[self.sites.streets.corner(int(i), int(j))] < CUT_OFF_M[kind]:
                return None
            if sides := self.sites.free_sides(int(i), int(j)):
                return int(i), int(j), sides[(int(i) + int(j)) % len(sides)]
        return None

    def add(self, number: int, kind: str, count: int) -> int:
        """Adds so many of a kind in one quarter; gp and pharmacy share a house. Returns how many fitted."""
        done, where = 0, self.plan.slots[number].name
        while done < count:
            site = self._site(number, kind)
            if site is None:
                break
            i, j, side = site
            self.sites.take(i, j, side)
            if kind == "food":
                self.food_at.add((i, j))
            together = min(3, count - done) if kind == "gp" else 1
            for t in (0.5, 0.38, 0.62)[:together]:
                tags = _doctor_tags(len(self.places)) if kind == "gp" else {}
                self.places.append(Place(kind, _title(kind, len(self.places), where, self.rng), i, j, side, t, tags))
            done += together
        return done

    def add_in_core(self, kind: str, count: int) -> None:
        """Practices and pharmacies no other quarter had room for go to the old town."""
        cells = ((-4, 1), (-5, 1), (-5, 2), (-3, 3), (-4, 3), (-5, 3), (-3, 2))
        for number in range(min(max(0, count), len(cells))):
            i, j = self.plan.at(*cells[number])
            if sides := self.sites.free_sides(i, j):
                self.sites.take(i, j, sides[0])
                self.places.append(Place(kind, _title(kind, number, "Altstadt", self.rng), i, j, sides[0], 0.5))

    def schools(self, number: int) -> int:
        """Fills the school cells of the quarter's plan."""
        slot = self.plan.slots[number]
        i0, j0 = self.plan.at(slot.x0, slot.y0)
        area = (slice(i0, i0 + slot.x1 - slot.x0), slice(j0, j0 + slot.y1 - slot.y0))
        found = np.argwhere(self.plan.use[area] == layout.SCHOOL) + np.array([i0, j0])
        for i, j in found:
            if self.far[self.sites.streets.corner(int(i), int(j))] >= CUT_OFF_M["school"]:
                name = _title("school", len(self.places), slot.name, self.rng)
                if sides := self.sites.open_sides(int(i), int(j)):
                    self.places.append(Place("school", name, int(i), int(j), sides[0], 0.5))
        return len(found)


def _generic_places(plan: Plan, streets: Streets, sites: Sites, have: dict[str, int]) -> list[Place]:
    estate = [streets.corner(*plan.at(x, y)) for x in (2, 6) for y in (0, -3)]
    centres = _Centres(plan, sites, from_nodes(streets, estate))
    full = [k for k, slot in enumerate(plan.slots) if slot.level == 2]
    some = [k for k, slot in enumerate(plan.slots) if slot.level == 1]
    for number in full:
        centres.schools(number)
    for number in some:
        have["food"] += centres.add(number, "food", 1)
    for kind in ("food", "pharmacy", "gp"):
        missing = math.ceil(WANTED_PER_1000[kind] * plan.residents / 1000) - have[kind]
        for turn, number in enumerate(full):
            share = max(1, math.ceil(missing / (len(full) - turn)))
            missing -= centres.add(number, kind, share)
        if kind == "food":
            for number in range(len(plan.slots)):
                missing -= centres.add(number, kind, 1) if missing > 0 else 0
        else:
            centres.add_in_core(kind, missing)
    return centres.places


def build_places(plan: Plan, streets: Streets) -> tuple[Located, npt.NDArray[np.bool_]]:
    """All places of supply but stops, and which street sides they take."""
    sites = Sites(plan, streets)
    places = _core_places(plan, sites)
    have = {kind: sum(p.kind == kind for p in places) for kind in SERVICES}
    places += _generic_places(plan, streets, sites, have) if plan.slots else []
    return locate(streets, [*places, *_core_decoys(plan)]), sites.taken


def locate(streets: Streets, places: list[Place]) -> Located:
    """Positions of places: large ones stand in the middle of their plot, small ones at the front."""
    i, j = np.array([p.i for p in places]), np.array([p.j for p in places])
    side, t = np.array([p.side for p in places]), np.array([p.t for p in places])
    depth = np.array([sum(SIZE[p.kind][1:]) / 2 if p.kind in SIZE and not p.decoy else 0.13 for p in places])
    x, y = in_cell(streets, i, j, *along_side(side, t, depth))
    edge = side_edge(streets, i, j, side)
    if (edge < 0).any():
        raise AssertionError("a place of the plan lies at no street")
    offset, leg = project(streets, edge, x, y)
    return Located(tuple(places), edge, x, y, offset, leg)
