"""Streets, railway, river and motorway as OpenStreetMap objects."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nahraum.musterstadt import plan as layout
from nahraum.musterstadt.characters import NAMES
from nahraum.musterstadt.lattice import CLASSES, CLOSED, motorway_row
from nahraum.musterstadt.osm_draft import OsmDraft
from nahraum.musterstadt.plan import Floats, Ints, Plan
from nahraum.musterstadt.streets import Streets

_TAGS: dict[str, dict[str, str]] = {
    "residential": {"maxspeed": "30", "surface": "asphalt", "sidewalk": "both", "lit": "yes"},
    "living_street": {"surface": "paving_stones", "lit": "yes"},
    "pedestrian": {"surface": "sett", "lit": "yes"},
    "footway": {"surface": "paving_stones"},
    "tertiary": {"maxspeed": "50", "surface": "asphalt", "sidewalk": "both", "lit": "yes"},
    "secondary": {"maxspeed": "50", "surface": "asphalt", "sidewalk": "both"},
    "track": {"tracktype": "grade2", "surface": "gravel"},
    "path": {"surface": "fine_gravel"},
    "service": {"access": "private"},
}
RIVER_HALF_M, RAIL_GAP_M = 22.0, 4.5


class StreetWriter:
    """Puts the street graph into a draft; `ids` gives the OSM node of each node of the graph, 0 where unused."""

    def __init__(self, plan: Plan, streets: Streets, draft: OsmDraft, names: tuple[list[str], Ints]) -> None:
        self.plan, self.streets, self.draft = plan, streets, draft
        self.names, self.name_of = names
        used = np.unique(np.concatenate([streets.start, streets.end]))
        self.ids = np.zeros(streets.x_m.size, dtype=np.int64)
        self.ids[used] = draft.nodes(streets.x_m[used], streets.y_m[used])

    def write(self) -> None:
        """All ways of the graph, runs of like edges joined."""
        special = self._special_edges()
        for run in self._runs():
            if len(run) == 1 and run[0] in special:
                special[run[0]]()
            else:
                first = run[0]
                nodes = [int(self.ids[self.streets.start[first]])]
                nodes += [int(self.ids[self.streets.end[edge]]) for edge in run]
                self.draft.way(nodes, self.tags(first))
        self._sidewalk()
        self._island()

    def tags(self, edge: int) -> dict[str, str]:
        """Tags of one edge."""
        kind = CLASSES[int(self.streets.kind[edge])]
        tags = {"highway": "footway" if kind == "path" else kind}
        if self.name_of[edge] >= 0:
            tags["name"] = self.names[self.name_of[edge]]
        tags |= _TAGS.get(kind, {})
        layer = int(self.streets.layer[edge])
        if layer:
            tags |= {"bridge" if layer > 0 else "tunnel": "yes", "layer": str(layer)}
        return tags

    def _special_edges(self) -> dict[int, Callable[[], None]]:
        """Edges with more inside them than two ends."""
        crossing = int(self.streets.v_edge[self.plan.at(4, 0)])
        stairs = int(self.streets.v_edge[self.plan.at(-4, 3)])
        found: dict[int, Callable[[], None]] = {stairs: lambda: self._stairs(stairs)}
        if crossing >= 0:
            found[crossing] = lambda: self._closed_crossing(crossing)
        return found

    def _runs(self) -> list[list[int]]:
        """Consecutive edges of the same line, class, level and name."""
        s = self.streets
        step = s.end - s.start
        key = np.stack([s.kind, s.layer, s.name_key, step])
        joined = np.zeros(s.start.size, dtype=bool)
        joined[1:] = (key[:, 1:] == key[:, :-1]).all(axis=0) & (s.start[1:] == s.end[:-1]) & (s.layer[1:] == 0)
        for edge in (int(s.v_edge[self.plan.at(-4, 3)]), int(s.v_edge[self.plan.at(4, 0)])):
            if edge >= 0:
                joined[edge] = False
                joined[min(edge + 1, joined.size - 1)] = False
        begins = np.nonzero(~joined)[0].tolist()
        return [list(range(a, b)) for a, b in zip(begins, [*begins[1:], s.start.size], strict=True)]

    def _between(self, edge: int, *shares: float) -> list[int]:
        s = self.streets
        a, b = s.start[edge], s.end[edge]
        x = [float(s.x_m[a] + t * (s.x_m[b] - s.x_m[a])) for t in shares]
        y = [float(s.y_m[a] + t * (s.y_m[b] - s.y_m[a])) for t in shares]
        return [self.draft.node(u, w) for u, w in zip(x, y, strict=True)]

    def _stairs(self, edge: int) -> None:
        """A lane of the old town with steps in its middle."""
        low, high = self._between(edge, 0.4, 0.6)
        a, b = int(self.ids[self.streets.start[edge]]), int(self.ids[self.streets.end[edge]])
        lane = {"highway": "footway", "name": "Rathaustreppe", "surface": "sett"}
        self.draft.way([a, low], lane)
        steps = {"highway": "steps", "step_count": "24", "incline": "up", "handrail": "yes", "name": "Rathaustreppe"}
        self.draft.way([low, high], steps)
        self.draft.way([high, b], lane)

    def _closed_crossing(self, edge: int) -> None:
        """A works crossing over the railway behind a locked gate: nobody may walk here."""
        if self.streets.kind[edge] != CLOSED:
            return
        gate, other = self._between(edge, 0.2, 0.8)
        for node in (gate, other):
            self.draft.tag(node, {"barrier": "gate", "locked": "yes", "access": "private"})
        a, b = int(self.ids[self.streets.start[edge]]), int(self.ids[self.streets.end[edge]])
        self.draft.way([a, gate, other, b], {"highway": "service", "access": "private", "name": "Werksübergang"})

    def _sidewalk(self) -> None:
        """A separately mapped pavement north of the station street, joined at every corner."""
        corners = [self.streets.corner(*self.plan.at(x, 1)) for x in range(-2, 4)]
        if not all(self.ids[c] for c in corners):
            return
        x, y = self.streets.x_m[corners], self.streets.y_m[corners] + 6.5
        nodes = self.draft.nodes(x, y).tolist()
        self.draft.way(nodes, {"highway": "footway", "footway": "sidewalk", "surface": "paving_stones"})
        for corner, node in zip(corners, nodes, strict=True):
            tags = {"highway": "footway", "footway": "crossing", "crossing": "unmarked"}
            self.draft.way([int(self.ids[corner]), node], tags)

    def _island(self) -> None:
        """A courtyard path joined to nothing."""
        i, j = self.plan.at(-1, 1)
        east, north = self.plan.origin_m
        x, y = east + 100.0 * i + np.array([42.0, 58.0]), north + 100.0 * j + np.array([50.0, 53.0])
        nodes = self.draft.nodes(x, y).tolist()
        self.draft.way(nodes, {"highway": "footway", "note": "Innenhof"})


def _line(
    plan: Plan, *, row: int | None = None, column: int | None = None, offset_m: float = 0.0
) -> tuple[Floats, Floats]:
    """A gently bent line through the whole extent along the middle of a row or column of cells. [m]"""
    east, north = plan.origin_m
    nx, ny = plan.shape
    if row is not None:
        x = np.linspace(east, east + 100.0 * nx, nx // 2 + 1)
        return x, np.full(x.size, north + 100.0 * row + 50.0 + offset_m) + 5.0 * np.sin(x / 410.0)
    y = np.linspace(north, north + 100.0 * ny, ny + 1)
    middle = east + 100.0 * float(column or 0) + 50.0
    return np.full(y.size, middle + offset_m) + 9.0 * np.sin(y / 230.0), y


def write_corridors(plan: Plan, draft: OsmDraft) -> None:
    """Railway with two tracks and a platform, the river, the motorway."""
    rail = layout.RAIL_ROW - plan.south
    for offset in (-RAIL_GAP_M / 2, RAIL_GAP_M / 2):
        x, y = _line(plan, row=rail, offset_m=offset)
        draft.way(
            draft.nodes(x, y).tolist(),
            {"railway": "rail", "usage": "main", "electrified": "contact_line", "gauge": "1435"},
        )
    column = layout.RIVER_COLUMN - plan.west
    x, y = _line(plan, column=column)
    draft.way(draft.nodes(x, y).tolist(), {"waterway": "river", "name": NAMES["river"]})
    bank_x, bank_y = np.concatenate([x - RIVER_HALF_M, x[::-1] + RIVER_HALF_M]), np.concatenate([y, y[::-1]])
    draft.ring(bank_x, bank_y, {"natural": "water", "water": "river", "name": NAMES["river"]})
    for offset, turn in ((-9.0, 1), (9.0, -1)):
        x, y = _line(plan, row=motorway_row(plan), offset_m=offset)
        nodes = draft.nodes(x[::turn], y[::turn]).tolist()
        tags = {"highway": "motorway", "ref": NAMES["motorway"], "oneway": "yes", "lanes": "2", "maxspeed": "130"}
        draft.way(nodes, tags)
    _station(plan, draft)


def _station(plan: Plan, draft: OsmDraft) -> None:
    east, north = plan.origin_m
    i, j = plan.at(-1, 0)
    x, y = east + 100.0 * i - 20.0, north + 100.0 * j
    tags = {
        "railway": "station",
        "public_transport": "station",
        "train": "yes",
        "name": f"{plan.site.name} Hauptbahnhof",
    }
    draft.node(x, y + 76.0, tags)
    edge = np.array([x - 60.0, x + 60.0]), np.array([y + 61.0, y + 61.0])
    tags = {"railway": "platform", "public_transport": "platform", "name": f"{plan.site.name} Hauptbahnhof", "ref": "1"}
    draft.way(draft.nodes(*edge).tolist(), tags)
