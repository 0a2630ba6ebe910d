"""Stops of the city and the bus lines that serve them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nahraum.musterstadt import plan as layout
from nahraum.musterstadt.homes import project
from nahraum.musterstadt.lattice import CODE, MAIN_ROW
from nahraum.musterstadt.places import WANTED_PER_1000
from nahraum.musterstadt.plan import Floats, Ints, Plan
from nahraum.musterstadt.streets import Streets

BESIDE_M, FROM_CORNER_M = 5.0, 14.0
_CORE = (
    ("Rathaus", -3, 3), ("Bahnhof", -1, 1), ("Lindenhof", 1, 3), ("Sonnenhügel", 4, 4), ("Südvorstadt", 0, -2),
    ("Schlehenbusch", 4, 0), ("Mühlenwerder", -8, 4),
)  # fmt: skip
_LINES = ((6, 0, 3), (1, 0, 2), (1, 0, 4, 5))


@dataclass(frozen=True)
class Stops:
    """One row per stop: the corner it lies at, its street edge, and the two poles on both sides of the street.

    lines: for each bus line the stops in order; names of core stops, '' elsewhere.
    """

    corner: Ints
    edge: Ints
    x_m: Floats  # [n, 2], the second pole across the street
    y_m: Floats
    offset_m: Floats
    leg_m: Floats
    name: tuple[str, ...]
    lines: tuple[tuple[int, ...], ...]


def _through(plan: Plan, streets: Streets, axis: int) -> list[list[tuple[int, int]]]:
    """Stretches of main street along each line of the lattice outside the core, as corners in order."""
    edges = streets.h_edge if axis == 1 else streets.v_edge.T
    main = (edges >= 0) & np.isin(streets.kind[np.maximum(edges, 0)], (CODE["tertiary"], CODE["secondary"]))
    city = _near_homes(plan)
    stretches = []
    for line in range(main.shape[1]):
        run: list[tuple[int, int]] = []
        for along in range(main.shape[0]):
            corner = (along, line) if axis == 1 else (line, along)
            if main[along, line] and city[corner] and not _in_core(plan, *corner):
                run.append(corner)
            elif run:
                stretches.append(run)
                run = []
    return [s for s in stretches if len(s) >= 3]


def _near_homes(plan: Plan) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    homes = np.pad(plan.use == layout.HOME, 1)
    return np.asarray(homes[:-1, :-1] | homes[1:, :-1] | homes[:-1, 1:] | homes[1:, 1:], dtype=np.bool_)


def _in_core(plan: Plan, i: int, j: int) -> bool:
    x, y = i + plan.west, j + plan.south
    return layout.CORE_WEST <= x <= layout.CORE_EAST and layout.CORE_SOUTH <= y <= layout.CORE_NORTH


def _edge_at(streets: Streets, i: int, j: int) -> int:
    """The street at a corner a bus runs along: east, west, north or south."""
    around = [(streets.h_edge, i, j), (streets.h_edge, i - 1, j), (streets.v_edge, i, j), (streets.v_edge, i, j - 1)]
    found = [int(e[a, b]) for e, a, b in around if 0 <= a < e.shape[0] and 0 <= b < e.shape[1] and e[a, b] >= 0]
    return found[0] if found else -1


def _core_stops(plan: Plan) -> tuple[list[tuple[int, int, str]], list[list[int]]]:
    stops = [(*plan.at(x, y), name) for name, x, y in _CORE]
    lines = [list(line) for line in _LINES]
    for village in plan.villages:
        x, y = (village.x0 + 1, MAIN_ROW) if village.y0 <= MAIN_ROW <= village.y1 else (1, village.y0 + 1)
        lines[0].append(len(stops))
        stops.append((*plan.at(x, y), village.name))
    return stops, lines


def build_stops(plan: Plan, streets: Streets) -> Stops:
    """Stops along the main streets, as close together as the city's size wants."""
    stops, lines = _core_stops(plan)
    wanted = math.ceil(WANTED_PER_1000["stop"] * plan.residents / 1000)
    seen = {(i, j) for i, j, _ in stops}
    stretches = [*_through(plan, streets, 1), *_through(plan, streets, 0)]
    for step in (4, 2, 1):
        for stretch in stretches if len(stops) < wanted or step == 4 else []:
            picked = [corner for corner in stretch[1::step] if corner not in seen]
            for start in range(0, len(picked), 30):
                part = picked[start : start + 30]
                lines.append(list(range(len(stops), len(stops) + len(part))))
                stops += [(i, j, "") for i, j in part]
            seen.update(picked)
    return _placed(streets, stops, [line for line in lines if line])


def _with_end(line: list[int], corner: np.ndarray[tuple[int], np.dtype[np.int64]], streets: Streets) -> list[int]:
    """A line of one stop runs on to the nearest other stop: a bus has to go somewhere."""
    if len(line) > 1 or len(corner) < 2:
        return line
    x, y = streets.x_m[corner], streets.y_m[corner]
    apart = np.hypot(x - x[line[0]], y - y[line[0]])
    apart[line[0]] = np.inf
    return [*line, int(np.argmin(apart))]


def _placed(streets: Streets, stops: list[tuple[int, int, str]], lines: list[list[int]]) -> Stops:
    corner = np.array([streets.corner(i, j) for i, j, _ in stops])
    edge = np.array([_edge_at(streets, i, j) for i, j, _ in stops])
    if (edge < 0).any():
        raise AssertionError("a stop of the plan lies at no street")
    ahead = np.where(streets.start[edge] == corner, streets.end[edge], streets.start[edge])
    dx, dy = streets.x_m[ahead] - streets.x_m[corner], streets.y_m[ahead] - streets.y_m[corner]
    length = np.hypot(dx, dy)
    dx, dy = dx / length, dy / length
    x = np.stack([streets.x_m[corner] + dx * FROM_CORNER_M + side * dy * BESIDE_M for side in (1, -1)], axis=1)
    y = np.stack([streets.y_m[corner] + dy * FROM_CORNER_M - side * dx * BESIDE_M for side in (1, -1)], axis=1)
    offset, leg = project(streets, edge, x[:, 0], y[:, 0])
    runs = tuple(tuple(_with_end(line, corner, streets)) for line in lines)
    return Stops(corner, edge, x, y, offset, leg, tuple(s[2] for s in stops), runs)
