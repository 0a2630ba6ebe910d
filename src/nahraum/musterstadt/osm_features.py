"""Greens, stops, squares, boundaries, place nodes and land use as OpenStreetMap objects."""

from __future__ import annotations

import numpy as np

from nahraum.musterstadt import plan as layout
from nahraum.musterstadt.city import City
from nahraum.musterstadt.greens import outline
from nahraum.musterstadt.osm_draft import OsmDraft
from nahraum.musterstadt.plan import Green, Ints, Plan
from nahraum.musterstadt.streets import gate_corners, ring_nodes

_FIELD_CELLS, _WOOD_FROM_HOMES, _LARGE_GREEN_CELLS = 6, 11, 2


class FeatureWriter:
    """Puts everything that is neither street nor house into a draft; `ids` are the OSM nodes of the street graph."""

    def __init__(self, city: City, draft: OsmDraft, ids: Ints) -> None:
        self.city, self.draft, self.ids = city, draft, ids
        self._more: dict[int, int] = {}

    def _node(self, corner: int) -> int:
        """OSM node of a corner of the lattice, made where no street uses it."""
        if self.ids[corner]:
            return int(self.ids[corner])
        if corner not in self._more:
            streets = self.city.streets
            self._more[corner] = self.draft.node(float(streets.x_m[corner]), float(streets.y_m[corner]))
        return self._more[corner]

    def greens(self) -> None:
        """Parks with and without fences and gates, a private park, a verge, playgrounds inside."""
        gate_of = {(g.green, g.street_node): g.node for g in self.city.streets.gates}
        for gate in self.city.streets.gates:
            if self.ids[gate.node]:
                self.draft.tag(int(self.ids[gate.node]), {"barrier": "gate", "access": "yes", "foot": "yes"})
        for number, green in enumerate(self.city.plan.greens):
            nodes = self._outline(number, green, gate_of)
            self._green(green, nodes)

    def _outline(self, number: int, green: Green, gate_of: dict[tuple[int, int], int]) -> list[int]:
        x, y = outline(self.city.streets, green)
        if green.kind == "verge":
            return [int(node) for node in self.draft.nodes(x, y)]
        corners = gate_corners(self.city.plan, green)
        nodes = []
        for k, (i, j, _, _) in enumerate(ring_nodes(green)):
            gate = gate_of.get((number, self.city.streets.corner(i, j)), -1) if (i, j) in corners else -1
            known = int(self.ids[gate]) if gate >= 0 else 0
            nodes.append(known or self.draft.node(float(x[k]), float(y[k])))
        return nodes

    def _green(self, green: Green, nodes: list[int]) -> None:
        ring = [*nodes, nodes[0]]
        if green.kind == "verge":
            self.draft.way(ring, {"landuse": "village_green"})
        elif green.kind == "private":
            self.draft.way(ring, {"leisure": "park", "access": "private", "barrier": "fence", "name": green.name})
        elif green.kind == "pocket":
            self.draft.way(ring, {"leisure": "park", "barrier": "fence", "name": green.name})
        elif green.kind == "far_gate":
            self.draft.way(ring, {"leisure": "park", "name": green.name})
            self.draft.way(ring, {"barrier": "fence", "fence_type": "railing"})
        elif green.i1 - green.i0 >= 3 and green.j1 - green.j0 >= 2:
            self._park_with_pond(green, ring)
        else:
            self.draft.way(ring, {"leisure": "park", "name": green.name})
            self._inside(green, 0.5, 0.28, {"leisure": "playground"})

    def _park_with_pond(self, green: Green, ring: list[int]) -> None:
        """A large park as multipolygon around a pond."""
        outer = self.draft.way(ring, {})
        pond = self._inside(green, 0.5, 0.75, {"natural": "water", "water": "pond"})
        members = [("w", outer, "outer"), ("w", pond, "inner")]
        self.draft.relation(members, {"type": "multipolygon", "leisure": "park", "name": green.name})
        self._inside(green, 0.17, 0.25, {"leisure": "playground"})

    def _inside(self, green: Green, u: float, w: float, tags: dict[str, str]) -> int:
        """A rectangle within one cell of the green, away from its paths: 396 m², a playground of a large green 836 m².

        `u`, `w`: shares of the green.
        """
        i = green.i0 + int(u * (green.i1 - green.i0))
        j = green.j0 + int(w * (green.j1 - green.j0))
        corner = self.city.streets.corner(i, j)
        x, y = self.city.streets.x_m[corner] + 50.0, self.city.streets.y_m[corner] + 50.0
        dx, dy = np.array([-11.0, 11.0, 11.0, -11.0]), np.array([-9.0, -9.0, 9.0, 9.0])
        if tags.get("leisure") == "playground" and (green.i1 - green.i0) * (green.j1 - green.j0) >= _LARGE_GREEN_CELLS:
            dx = 2 * dx
            dy = dy + np.array([0.0, 0.0, 1.0, 1.0])
        return self.draft.ring(x + dx, y + dy, tags)

    def stops(self, stop_names: list[str]) -> None:
        """Two poles per stop and the stop position on the street."""
        stops = self.city.stops
        for k, name in enumerate(stop_names):
            for side in (0, 1):
                tags = {"highway": "bus_stop", "public_transport": "platform", "bus": "yes", "name": name}
                self.draft.node(float(stops.x_m[k, side]), float(stops.y_m[k, side]), tags)
            corner = int(self.ids[stops.corner[k]])
            self.draft.tag(corner, {"public_transport": "stop_position", "bus": "yes", "name": name})

    def square(self) -> None:
        """The market square, and bollards where the old town begins."""
        i, j = self.city.plan.at(-4, 2)
        corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1), (i, j)]
        nodes = [self._node(self.city.streets.corner(a, b)) for a, b in corners]
        tags = {"highway": "pedestrian", "area": "yes", "place": "square", "name": "Marktplatz", "surface": "sett"}
        self.draft.way(nodes, tags)
        for x, y in ((-5, 2), (-3, 1)):
            node = int(self.ids[self.city.streets.corner(*self.city.plan.at(x, y))])
            if node:
                self.draft.tag(node, {"barrier": "bollard"})

    def boundaries(self) -> None:
        """The city (level 8) and its quarters (level 10), with a place node each."""
        plan = self.city.plan
        nx, ny = plan.shape
        low, high = 3, 9
        corners = [(low, high), (high, low), (nx - high, low), (nx - low, high), (nx - low, ny - high),
                   (nx - high, ny - low), (high, ny - low), (low, ny - high)]  # fmt: skip
        self._boundary(
            [corners], {"admin_level": "8", "name": plan.site.name, "de:amtlicher_gemeindeschluessel": plan.site.ags}
        )
        x, y = (
            float(v[self.city.streets.corner(*plan.at(-3, 2))]) for v in (self.city.streets.x_m, self.city.streets.y_m)
        )
        kind = "city" if plan.residents >= 100_000 else "town"
        tags = {"place": kind, "name": plan.site.name, "population": str(int(self.city.cells.residents.sum()))}
        self.draft.node(x - 50.0, y + 45.0, tags)
        for number, rings in enumerate(quarter_rings(plan)):
            quarter = plan.quarters[number]
            self._boundary(rings, {"admin_level": "10", "name": quarter.name, "ref": quarter.id})
            self._place_node(number, quarter.name)

    def _boundary(self, rings: list[list[tuple[int, int]]], tags: dict[str, str]) -> None:
        members = []
        for ring in rings:
            nodes = [self._node(self.city.streets.corner(i, j)) for i, j in ring]
            way = self.draft.way([*nodes, nodes[0]], {"boundary": "administrative", "admin_level": tags["admin_level"]})
            members.append(("w", way, "outer" if _turn(ring) > 0 else "inner"))
        self.draft.relation(members, {"type": "boundary", "boundary": "administrative"} | tags)

    def _place_node(self, number: int, name: str) -> None:
        plan, cells = self.city.plan, np.argwhere(self.city.plan.quarter == number)
        middle = cells[np.argmin(((cells - cells.mean(axis=0)) ** 2).sum(axis=1))]
        east, north = plan.origin_m
        village = any(v.name == name for v in plan.villages)
        tags = {"place": "village" if village else "suburb", "name": name}
        self.draft.node(east + 100.0 * float(middle[0]) + 47.0, north + 100.0 * float(middle[1]) + 47.0, tags)

    def land(self) -> None:
        """Fields around the city, and woods where they are too far away to be anybody's near green."""
        plan = self.city.plan
        east, north = plan.origin_m
        nx, ny = plan.shape
        home = np.argwhere(plan.use == layout.HOME)
        near = _near(plan, home, _WOOD_FROM_HOMES)
        chance = plan.rng(13).random((nx, ny))
        for i in range(0, nx - _FIELD_CELLS + 1, _FIELD_CELLS):
            for j in range(0, ny - _FIELD_CELLS + 1, _FIELD_CELLS):
                part = (slice(i, i + _FIELD_CELLS), slice(j, j + _FIELD_CELLS))
                if (plan.use[part] != layout.FIELD).any():
                    continue
                wood = not near[part].any() and chance[i, j] < 0.3
                tags = {"landuse": "forest"} if wood else {"landuse": "farmland"}
                x = east + 100.0 * i + np.array([15.0, 585.0, 585.0, 15.0])
                y = north + 100.0 * j + np.array([15.0, 15.0, 585.0, 585.0])
                self.draft.ring(x, y, tags)


def _turn(ring: list[tuple[int, int]]) -> int:
    """Twice the area of an outline in cells: positive where it runs anticlockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True))


def _near(plan: Plan, home: Ints, cells: int) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Cells within a square around any home."""
    nx, ny = plan.shape
    count = np.zeros((nx + 1, ny + 1), dtype=np.int64)
    low, high = np.maximum(home - cells, 0), np.minimum(home + cells + 1, [nx, ny])
    for x, y, sign in (
        (low[:, 0], low[:, 1], 1),
        (high[:, 0], high[:, 1], 1),
        (low[:, 0], high[:, 1], -1),
        (high[:, 0], low[:, 1], -1),
    ):
        np.add.at(count, (x, y), sign)
    return np.asarray(count.cumsum(axis=0).cumsum(axis=1)[:nx, :ny] > 0)


def quarter_rings(plan: Plan) -> list[list[list[tuple[int, int]]]]:
    """Outlines of every quarter as corners of the lattice, anticlockwise."""
    area = quarter_areas(plan)
    return [_rings(area, number) for number in range(len(plan.quarters))]


def quarter_areas(plan: Plan) -> Ints:
    """Quarter of every cell, also of cells without use inside the core and of railway and river within the city."""
    area = plan.quarter.copy()
    known = np.argwhere(area >= 0)
    (x0, y0), (x1, y1) = plan.at(layout.CORE_WEST, layout.CORE_SOUTH), plan.at(layout.CORE_EAST, layout.CORE_NORTH)
    rail, river = layout.RAIL_ROW - plan.south, layout.RIVER_COLUMN - plan.west
    near = known[(abs(known - [(x0 + x1) // 2, (y0 + y1) // 2]) < 20).all(axis=1)]
    for i in range(x0, x1):
        for j in range(y0, y1):
            if area[i, j] < 0:
                same = ((near[:, 1] > rail) == (j >= rail)) & ((near[:, 0] > river) == (i >= river))
                far = ((near - [i, j]) ** 2).sum(axis=1) + np.where(same, 0, 10**6)
                area[i, j] = plan.quarter[tuple(near[np.argmin(far)])]
    for line, before, after in ((area[:, rail], area[:, rail + 1], area[:, rail - 1]),
                                (area[river], area[river + 1], area[river - 1])):  # fmt: skip
        line[:] = np.where((line < 0) & (before >= 0) & (after >= 0), before, line)
    return area


def _rings(quarter: Ints, number: int) -> list[list[tuple[int, int]]]:
    cells = np.argwhere(quarter == number)
    inside = {(int(i), int(j)) for i, j in cells}
    leaves: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for i, j in sorted(inside):
        sides = [((i, j), (i + 1, j), (i, j - 1)), ((i + 1, j), (i + 1, j + 1), (i + 1, j)),
                 ((i + 1, j + 1), (i, j + 1), (i, j + 1)), ((i, j + 1), (i, j), (i - 1, j))]  # fmt: skip
        for start, end, neighbour in sides:
            if neighbour not in inside:
                leaves.setdefault(start, []).append(end)
    rings = []
    while leaves:
        start = min(leaves)
        ring, at, before = [start], start, None
        while True:
            nexts = leaves[at]
            step = nexts[0] if len(nexts) == 1 or before is None else _left_turn(before, at, nexts)
            nexts.remove(step)
            if not nexts:
                del leaves[at]
            before, at = at, step
            if at == start:
                break
            ring.append(at)
        rings.append(ring)
    return rings


def _left_turn(before: tuple[int, int], at: tuple[int, int], nexts: list[tuple[int, int]]) -> tuple[int, int]:
    """Where two cells only touch at a corner, the outline stays with its own cell."""
    dx, dy = at[0] - before[0], at[1] - before[1]
    return max(nexts, key=lambda n: dx * (n[1] - at[1]) - dy * (n[0] - at[0]))
