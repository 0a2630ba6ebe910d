"""Streets of the plan: edges between the corners of cells, bridges, underpasses, park paths, country roads, tracks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from nahraum.musterstadt import plan as layout
from nahraum.musterstadt.characters import CHARACTERS, INDEX
from nahraum.musterstadt.plan import Floats, Green, Ints, Plan

CLASSES = (
    "", "residential", "living_street", "pedestrian", "footway", "tertiary", "secondary", "track", "service",
    "steps", "path", "unclassified",
)  # fmt: skip
CODE = {name: number for number, name in enumerate(CLASSES)}
CLOSED = CODE["service"]  # the only service ways are private
NAMED = [CODE[name] for name in ("residential", "living_street", "pedestrian", "tertiary", "secondary")]
MAIN_ROW, SOUTH_COLUMN, NORTH_COLUMN = 4, -4, 1
TRACK_SPACING = 6


@dataclass(frozen=True)
class Lattice:
    """Classes and levels of all edges: h leads east from a corner, v leads north."""

    h: Ints
    v: Ints
    h_layer: Ints
    v_layer: Ints


@dataclass(frozen=True)
class Gate:
    """A gate in the fence of a green: number of the green, node of the gate, node of the street before it."""

    green: int
    node: int
    street_node: int


@dataclass(frozen=True)
class Streets:
    """The street graph: corners of cells and a few further nodes, edges with class, level and name key."""

    x_m: Floats
    y_m: Floats
    start: Ints
    end: Ints
    kind: Ints
    layer: Ints
    name_key: Ints
    length_m: Floats
    h_edge: Ints
    v_edge: Ints
    rows: int
    gates: tuple[Gate, ...]

    def corner(self, i: int, j: int) -> int:
        """Node at the lower-left corner of a cell."""
        return i * self.rows + j

    def corners(self, i: Ints, j: Ints) -> Ints:
        """Nodes at the lower-left corners of cells."""
        return np.asarray(i * self.rows + j, dtype=np.int64)

    @property
    def walkable(self) -> npt.NDArray[np.bool_]:
        """Whether one may walk along each edge."""
        return np.asarray(self.kind != CLOSED)


def corner_positions(plan: Plan) -> tuple[Floats, Floats]:
    """Corners of all cells, gently bent by less than 9 m so that streets are not ruled lines. [m, EPSG:3035]"""
    nx, ny = plan.shape
    i, j = np.meshgrid(np.arange(nx + 1.0), np.arange(ny + 1.0), indexing="ij")
    u, w = i + plan.west, j + plan.south
    phase = plan.rng(2).uniform(0.0, 2 * np.pi, 4)
    chance = plan.rng(3).uniform(-1.5, 1.5, (2, nx + 1, ny + 1))
    dx = 4.5 * np.sin(w / 2.7 + u / 9.0 + phase[0]) + 2.4 * np.sin(u / 3.1 - w / 5.3 + phase[1])
    dy = 4.5 * np.sin(u / 2.9 - w / 8.0 + phase[2]) + 2.4 * np.sin(w / 3.7 + u / 4.9 + phase[3])
    east, north = plan.origin_m
    return east + 100.0 * i + dx + chance[0], north + 100.0 * j + dy + chance[1]


def _pairs(values: Ints, axis: int, outside: int) -> tuple[Ints, Ints]:
    """Values of the cells on both sides of each edge: below/above (axis 1) or left/right (axis 0)."""
    pad = [(0, 0), (0, 0)]
    pad[axis] = (1, 1)
    wide = np.pad(values, pad, constant_values=outside)
    return (wide[:, :-1], wide[:, 1:]) if axis == 1 else (wide[:-1, :], wide[1:, :])


def _inner_class(plan: Plan, axis: int, rng: np.random.Generator) -> Ints:
    """Class of the streets inside quarters, by their character; 0 where a quarter leaves the edge out."""
    low, high = _pairs(plan.character, axis, -1)
    character = np.maximum(low, high)
    table = np.array([CODE[c.street] for c in CHARACTERS] + [CODE["residential"]])
    kind = table[character]
    line = np.arange(kind.shape[1])[None, :] if axis == 1 else np.arange(kind.shape[0])[:, None]
    kind = np.where((character == INDEX["tower_estate"]) & (line % 2 == 1), CODE["footway"], kind)
    if axis == 0:
        chance = rng.random(kind.shape)
        loose = np.isin(character, [INDEX["garden_suburb"], INDEX["detached"], INDEX["village"]])
        kind = np.where(loose & ((line % 2 == 1) | (chance < 0.15)), 0, kind)
        kind = np.where((character == INDEX["new_build"]) & (chance < 0.12), 0, kind)
    return np.asarray(kind, dtype=np.int64)


def _lines(plan: Plan, axis: int, rng: np.random.Generator) -> Ints:
    low, high = _pairs(plan.use, axis, layout.FIELD)
    built = np.isin(low, layout.BUILT) | np.isin(high, layout.BUILT)
    quarter_low, quarter_high = _pairs(plan.quarter, axis, -1)
    kind = _inner_class(plan, axis, rng)
    kind = np.where(quarter_low != quarter_high, CODE["tertiary"], kind)
    kind = np.where((low == layout.SQUARE) | (high == layout.SQUARE), CODE["pedestrian"], kind)
    kind = np.where((low == layout.PARK) & (high == layout.PARK), CODE["path"], kind)
    rim = np.isin(low, (layout.PARK, layout.SCHOOL)) ^ np.isin(high, (layout.PARK, layout.SCHOOL))
    kind = np.where(rim & np.isin(kind, (0, CODE["footway"])), CODE["residential"], kind)
    corridor = np.isin(low, (layout.RAIL, layout.RIVER)) & np.isin(high, (layout.RAIL, layout.RIVER))
    return np.where(built & ~corridor, kind, 0)


def _close_corridors(plan: Plan, h: Ints, v: Ints) -> None:
    v[:, layout.RAIL_ROW - plan.south] = 0
    h[layout.RIVER_COLUMN - plan.west, :] = 0


def _bridges(plan: Plan, h: Ints, v: Ints) -> tuple[Ints, Ints]:
    """Bridges over the river at quarter borders; underpasses below the railway, none near the cut-off estate."""
    h_layer, v_layer = np.zeros_like(h), np.zeros_like(v)
    column, row = plan.at(layout.RIVER_COLUMN, layout.RAIL_ROW)
    lines = {s.y0 for s in plan.slots} | {s.y1 for s in plan.slots}
    for y in sorted(lines | {MAIN_ROW}):
        j = y - plan.south
        if y in (0, 1) or not ((h[column - 1, j] and h[column + 1, j]) or y == MAIN_ROW):
            continue
        h[column, j], h_layer[column, j] = CODE["secondary" if y == MAIN_ROW else "tertiary"], 1
    last = layout.CROSSING
    columns = {s.x0 for s in plan.slots} | {s.x1 for s in plan.slots}
    west = sorted((x for x in columns if x < layout.CROSSING - 8), reverse=True)
    east = sorted(x for x in columns if x > 16)
    for group, last in ((west, layout.CROSSING + 4), (east, 4)):
        for x in group:
            i = x - plan.west
            if abs(x - last) >= 12 and v[i, row - 1] and v[i, row + 1]:
                v[i, row], v_layer[i, row], last = CODE["tertiary"], -1, x
    i = layout.CROSSING - plan.west
    v[i, row], v_layer[i, row] = CODE["secondary"], -1
    v_layer[:, motorway_row(plan)] = np.where(v[:, motorway_row(plan)] > 0, 1, 0)
    return h_layer, v_layer


def _core_streets(plan: Plan, h: Ints, v: Ints) -> None:
    """Streets of the old core that no rule gives: along the railway, the way to the far gate, a private crossing."""
    i, j = plan.at(0, 0)
    h[i - 4 : i + 6, j] = CODE["tertiary"]
    h[i + 6 : i + 9, j - 3] = CODE["footway"]
    v[i + 9, j - 3 : j - 1] = CODE["footway"]
    h[i + 8, j - 1] = CODE["footway"]
    v[i + 4, j] = CODE["service"]


def _country_roads(plan: Plan, h: Ints, v: Ints) -> None:
    """Roads that leave the city to the edge of the data, wherever they cross fields."""
    low, high = _pairs(plan.use, 1, layout.FIELD)
    fields = (low == layout.FIELD) & (high == layout.FIELD)
    row = MAIN_ROW - plan.south
    h[:, row] = np.where(fields[:, row] & (h[:, row] == 0), CODE["secondary"], h[:, row])
    low, high = _pairs(plan.use, 0, layout.FIELD)
    fields = (low == layout.FIELD) & (high == layout.FIELD)
    south, north = SOUTH_COLUMN - plan.west, NORTH_COLUMN - plan.west
    rows = np.arange(v.shape[1]) + plan.south
    for column, part in ((south, rows < 0), (north, rows > 3)):
        v[column] = np.where(fields[column] & part & (v[column] == 0), CODE["secondary"], v[column])


def _tracks(plan: Plan, h: Ints, v: Ints, rng: np.random.Generator) -> None:
    """Field tracks outside, well away from the core, so that they cut no planted detour short."""
    for axis, edges in ((1, h), (0, v)):
        low, high = _pairs(plan.use, axis, layout.FIELD)
        fields = (low == layout.FIELD) & (high == layout.FIELD) & (edges == 0)
        x = np.arange(edges.shape[0])[:, None] + plan.west
        y = np.arange(edges.shape[1])[None, :] + plan.south
        far = (x < layout.CORE_WEST - 3) | (x > layout.CORE_EAST + 3)
        far = far | (y < layout.CORE_SOUTH - 2) | (y > layout.CORE_NORTH + 2)
        line = (y if axis == 1 else x) % TRACK_SPACING == 2
        edges[fields & far & line & (rng.random(edges.shape) < 0.85)] = CODE["track"]


def motorway_row(plan: Plan) -> int:
    """Row of cells north of everything along which the motorway runs."""
    return plan.shape[1] - 10


def build_lattice(plan: Plan) -> Lattice:
    """Which corners of cells are joined by what."""
    rng = plan.rng(4)
    h, v = _lines(plan, 1, rng), _lines(plan, 0, rng)
    _close_corridors(plan, h, v)
    _core_streets(plan, h, v)
    _country_roads(plan, h, v)
    _tracks(plan, h, v, rng)
    h_layer, v_layer = _bridges(plan, h, v)
    return Lattice(h, v, h_layer, v_layer)


def _name_keys(plan: Plan, axis: int, shape: tuple[int, ...]) -> Ints:
    """Number of the street each edge belongs to: through streets change their name every 1.8 km."""
    low, high = _pairs(plan.quarter, axis, -1)
    x, y = np.meshgrid(np.arange(shape[0]), np.arange(shape[1]), indexing="ij")
    line, along = (y, x) if axis == 1 else (x, y)
    through = 10**9 + line * 100_000 + along // 18
    inner = (np.maximum(low, high) + 1) * 4_000 + line % 4_000
    return np.where(low == high, inner, through) * 2 + axis


def ring_nodes(green: Green) -> list[tuple[int, int, int, int]]:
    """Corners along a green's outline, anticlockwise: column, row, and the direction inwards."""
    low_i, low_j, high_i, high_j = green.i0, green.j0, green.i1, green.j1
    corners = [(i, low_j) for i in range(low_i, high_i)] + [(high_i, j) for j in range(low_j, high_j)]
    corners += [(i, high_j) for i in range(high_i, low_i, -1)] + [(low_i, j) for j in range(high_j, low_j, -1)]
    return [
        (i, j, int(i == low_i) - int(i == high_i), int(j == low_j) - int(j == high_j)) for i, j in corners
    ]  # fmt: skip


def gate_corners(plan: Plan, green: Green) -> list[tuple[int, int]]:
    """Corners at which a gate stands."""
    if green.kind == "pocket":
        return [(green.i0, green.j0), (green.i1, green.j1)]
    if green.kind == "far_gate":
        return [plan.at(8, -1)]
    return []


def _gates(plan: Plan, x: Floats, y: Floats) -> tuple[list[tuple[float, float]], Ints, tuple[Gate, ...]]:
    """Gates of fenced greens: further nodes, edges street - gate - middle of the green, and the gates themselves."""
    rows = plan.shape[1] + 1
    nodes: list[tuple[float, float]] = []
    edges: list[tuple[int, int]] = []
    gates: list[Gate] = []
    for number, green in enumerate(plan.greens):
        corners = gate_corners(plan, green)
        if not corners:
            continue
        middle = x.size + len(nodes)
        area = (slice(green.i0, green.i1 + 1), slice(green.j0, green.j1 + 1))
        nodes.append((float(x[area].mean()), float(y[area].mean())))
        for i, j, di, dj in ring_nodes(green):
            if (i, j) in corners:
                gate = x.size + len(nodes)
                nodes.append((float(x[i, j] + green.inset_m * di), float(y[i, j] + green.inset_m * dj)))
                edges += [(i * rows + j, gate), (gate, middle)]
                gates.append(Gate(number, gate, i * rows + j))
    return nodes, np.array(edges, dtype=np.int64).reshape(-1, 2), tuple(gates)


def _main_component(start: Ints, end: Ints, kind: Ints, size: int) -> npt.NDArray[np.bool_]:
    open_ways = kind != CLOSED
    graph = coo_matrix((np.ones(open_ways.sum()), (start[open_ways], end[open_ways])), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    main = np.bincount(label).argmax()
    return np.asarray((label[start] == main) & (label[end] == main))


def build_streets(plan: Plan, lattice: Lattice) -> Streets:
    """The street graph without islands; edges keep the order h then v, column by column, then paths to gates."""
    x, y = corner_positions(plan)
    rows = plan.shape[1] + 1
    parts = []
    for axis, kinds, layers in ((1, lattice.h, lattice.h_layer), (0, lattice.v, lattice.v_layer)):
        i, j = np.nonzero(kinds)
        order = np.lexsort((i, j) if axis == 1 else (j, i))
        i, j = i[order], j[order]
        start, end = i * rows + j, (i + axis) * rows + j + (1 - axis)
        parts.append((start, end, kinds[i, j], layers[i, j], _name_keys(plan, axis, kinds.shape)[i, j], i, j))
    nodes, paths, gates = _gates(plan, x, y)
    extra = [paths[:, 0], paths[:, 1], np.full(len(paths), CODE["footway"]), np.zeros(len(paths)), -np.ones(len(paths))]
    start, end, kind, layer, key = (
        np.concatenate([parts[0][k], parts[1][k], extra[k]]).astype(np.int64) for k in range(5)
    )
    xs = np.append(x.ravel(), [node[0] for node in nodes])
    ys = np.append(y.ravel(), [node[1] for node in nodes])
    keep = _main_component(start, end, kind, xs.size)
    edge = np.where(keep, np.cumsum(keep) - 1, -1)
    h_edge, v_edge = np.full(lattice.h.shape, -1, np.int64), np.full(lattice.v.shape, -1, np.int64)
    split = len(parts[0][0])
    h_edge[parts[0][5], parts[0][6]] = edge[:split]
    v_edge[parts[1][5], parts[1][6]] = edge[split : split + len(parts[1][0])]
    length = np.hypot(xs[end] - xs[start], ys[end] - ys[start])
    return Streets(
        xs, ys, start[keep], end[keep], kind[keep], layer[keep], key[keep], length[keep], h_edge, v_edge, rows,
        gates,
    )  # fmt: skip
