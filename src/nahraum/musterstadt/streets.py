"""The street graph of the plan: corners of cells and gates as nodes, edges with class, level, name and length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from nahraum.musterstadt.lattice import CLOSED, CODE, Lattice, both_sides
from nahraum.musterstadt.plan import Floats, Green, Ints, Plan


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


def _name_keys(plan: Plan, axis: int, shape: tuple[int, ...]) -> Ints:
    """Number of the street each edge belongs to: through streets change their name every 1.8 km."""
    low, high = both_sides(plan.quarter, axis, -1)
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
