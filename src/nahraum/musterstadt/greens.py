"""Greens of the plan: outline, size and the points where one can walk in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nahraum.musterstadt.homes import Homes
from nahraum.musterstadt.lattice import CODE
from nahraum.musterstadt.plan import Floats, Green, Ints, Plan
from nahraum.musterstadt.search import at_feet, from_feet
from nahraum.musterstadt.streets import Streets, ring_nodes

MINIMUM_M2, CAP_M2 = 5_000.0, 100_000.0
VERGE_DEPTH_M = (14.0, 29.0)
_AT_ONCE = 32


@dataclass(frozen=True)
class Entrances:
    """One row per point where one can walk into a public green: its number and its foot on an edge."""

    green: Ints
    edge: Ints
    offset_m: Floats
    leg_m: Floats


@dataclass(frozen=True)
class Pairs:
    """One row per house and green within reach."""

    green: Ints
    home: Ints
    distance_m: Floats

    def only(self, keep: npt.NDArray[np.bool_]) -> Pairs:
        """The pairs that count."""
        return Pairs(self.green[keep], self.home[keep], self.distance_m[keep])


def outline(streets: Streets, green: Green) -> tuple[Floats, Floats]:
    """Corners of a green, anticlockwise, not closed. [m, EPSG:3035]"""
    if green.kind == "verge":
        low = [streets.corner(i, green.j0) for i in (green.i0, green.i1)]
        x, y = streets.x_m[low], streets.y_m[low]
        near, far = VERGE_DEPTH_M
        return np.concatenate([x, x[::-1]]), np.concatenate([y + near, y[::-1] + far])
    ring = ring_nodes(green)
    nodes = np.array([streets.corner(i, j) for i, j, _, _ in ring])
    inward = np.array([(di, dj) for _, _, di, dj in ring])
    return streets.x_m[nodes] + green.inset_m * inward[:, 0], streets.y_m[nodes] + green.inset_m * inward[:, 1]


def area_m2(x: Floats, y: Floats) -> float:
    """Area of a polygon. [m²]"""
    return float(abs((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()) / 2)


def areas_m2(plan: Plan, streets: Streets) -> Floats:
    """Area of every green. [m²]"""
    return np.array([area_m2(*outline(streets, green)) for green in plan.greens])


def _open_entrances(streets: Streets, green: Green) -> list[tuple[int, float, float]]:
    """Paths that lead in, and a point every 50 m along the streets around."""
    found = []
    inset = green.inset_m
    for i, j, di, dj in ring_nodes(green):
        ways = []
        if dj and not di:
            ways = [(int(streets.v_edge[i, j if dj > 0 else j - 1]), dj > 0)]
        elif di and not dj:
            ways = [(int(streets.h_edge[i if di > 0 else i - 1, j]), di > 0)]
        for edge, from_start in ways:
            if edge >= 0 and streets.kind[edge] == CODE["path"]:
                found.append((edge, inset if from_start else float(streets.length_m[edge]) - inset, 0.0))
    rim = [int(streets.h_edge[i, j]) for i in range(green.i0, green.i1) for j in (green.j0, green.j1)]
    rim += [int(streets.v_edge[i, j]) for j in range(green.j0, green.j1) for i in (green.i0, green.i1)]
    for edge in rim:
        if edge >= 0:
            found += [(edge, t * float(streets.length_m[edge]), inset) for t in (0.25, 0.75)]
    return found


def build_entrances(plan: Plan, streets: Streets) -> Entrances:
    """Entrances of all public greens that are large enough to count."""
    rows: list[tuple[int, int, float, float]] = []
    sizes = areas_m2(plan, streets)
    for number, green in enumerate(plan.greens):
        if green.kind == "open" and sizes[number] >= MINIMUM_M2:
            rows += [(number, *entrance) for entrance in _open_entrances(streets, green)]
    leads = {(int(a), int(b)): k for k, (a, b) in enumerate(zip(streets.start, streets.end, strict=True))}
    for gate in streets.gates:
        edge = leads.get((gate.street_node, gate.node), -1)
        if edge >= 0 and sizes[gate.green] >= MINIMUM_M2:
            rows.append((gate.green, edge, float(streets.length_m[edge]), 0.0))
    columns = list(zip(*rows, strict=True))
    return Entrances(
        np.array(columns[0], dtype=np.int64), np.array(columns[1], dtype=np.int64), np.array(columns[2]),
        np.array(columns[3]),
    )  # fmt: skip


def reach(streets: Streets, entrances: Entrances, homes: Homes, limit_m: float) -> Pairs:
    """All pairs of a house and a green with an entrance within a distance on foot."""
    order = np.argsort(homes.edge, kind="stable")
    first = np.searchsorted(homes.edge[order], np.arange(streets.start.size + 1))
    found: list[tuple[Ints, Ints, Floats]] = []
    numbers = np.unique(entrances.green)
    for begin in range(0, numbers.size, _AT_ONCE):
        part = numbers[begin : begin + _AT_ONCE]
        use = np.isin(entrances.green, part)
        group = np.searchsorted(part, entrances.green[use])
        node_m = from_feet(
            streets, entrances.edge[use], entrances.offset_m[use], entrances.leg_m[use], group, limit_m
        )  # fmt: skip
        for row, green in zip(node_m, part, strict=True):
            near = np.isfinite(row)
            edges = np.nonzero(near[streets.start] | near[streets.end])[0]
            counts = first[edges + 1] - first[edges]
            starts = np.repeat(first[edges], counts)
            within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
            home = order[starts + within]
            distance = at_feet(streets, row, homes.edge[home], homes.offset_m[home], homes.leg_m[home])
            close = distance <= limit_m
            found.append((np.full(int(close.sum()), green), home[close], distance[close]))
    green, home, distance = (np.concatenate([part[k] for part in found]) for k in range(3))
    return Pairs(green.astype(np.int64), home.astype(np.int64), distance)
