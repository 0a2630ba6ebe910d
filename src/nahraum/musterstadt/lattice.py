"""Which corners of cells are joined by what: streets, bridges, underpasses, park paths, country roads, tracks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from nahraum.musterstadt import plan as layout
from nahraum.musterstadt.characters import CHARACTERS, INDEX
from nahraum.musterstadt.plan import Ints, Plan

CLASSES = (
    "", "residential", "living_street", "pedestrian", "footway", "tertiary", "secondary", "track", "service",
    "steps", "path", "unclassified",
)  # fmt: skip
CODE = {name: number for number, name in enumerate(CLASSES)}
CLOSED = CODE["service"]  # the only service ways are private
NAMED = [CODE[name] for name in ("residential", "living_street", "pedestrian", "tertiary", "secondary")]
MAIN_ROW, SOUTH_COLUMN, NORTH_COLUMN = 4, -4, 1
TRACK_SPACING, LONGEST_GAP = 6, 18


@dataclass(frozen=True)
class Lattice:
    """Classes and levels of all edges: h leads east from a corner, v leads north."""

    h: Ints
    v: Ints
    h_layer: Ints
    v_layer: Ints


def both_sides(values: Ints, axis: int, outside: int) -> tuple[Ints, Ints]:
    """Values of the cells on both sides of each edge: below/above (axis 1) or left/right (axis 0)."""
    pad = [(0, 0), (0, 0)]
    pad[axis] = (1, 1)
    wide = np.pad(values, pad, constant_values=outside)
    return (wide[:, :-1], wide[:, 1:]) if axis == 1 else (wide[:-1, :], wide[1:, :])


def _inner_class(plan: Plan, axis: int, rng: np.random.Generator) -> Ints:
    """Class of the streets inside quarters, by their character; 0 where a quarter leaves the edge out."""
    low, high = both_sides(plan.character, axis, -1)
    character = np.maximum(low, high)
    table = np.array([CODE[c.street] for c in CHARACTERS] + [CODE["residential"]])
    kind = table[character]
    line = np.arange(kind.shape[1])[None, :] if axis == 1 else np.arange(kind.shape[0])[:, None]
    kind = np.where((character == INDEX["tower_estate"]) & (line % 2 == 1), CODE["footway"], kind)
    chance = rng.random(kind.shape)
    loose = np.isin(character, [INDEX["garden_suburb"], INDEX["detached"], INDEX["village"]])
    if axis == 0:
        kind = np.where(loose & ((line % 2 == 1) | (chance < 0.15)), 0, kind)
        kind = np.where((character == INDEX["new_build"]) & (chance < 0.12), 0, kind)
    i, j = np.meshgrid(*(np.arange(n) for n in kind.shape), indexing="ij")
    left_out = ~plan.in_core(i, j) & (chance < np.where(loose, 0.20, 0.07)) & (character >= 0)
    return np.asarray(np.where(left_out, 0, kind), dtype=np.int64)


def _lines(plan: Plan, axis: int, rng: np.random.Generator) -> Ints:
    low, high = both_sides(plan.use, axis, layout.FIELD)
    built = np.isin(low, layout.BUILT) | np.isin(high, layout.BUILT)
    quarter_low, quarter_high = both_sides(plan.quarter, axis, -1)
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
    low, high = both_sides(plan.use, 1, layout.FIELD)
    fields = (low == layout.FIELD) & (high == layout.FIELD)
    row = MAIN_ROW - plan.south
    h[:, row] = np.where(fields[:, row] & (h[:, row] == 0), CODE["secondary"], h[:, row])
    low, high = both_sides(plan.use, 0, layout.FIELD)
    fields = (low == layout.FIELD) & (high == layout.FIELD)
    south, north = SOUTH_COLUMN - plan.west, NORTH_COLUMN - plan.west
    rows = np.arange(v.shape[1]) + plan.south
    for column, part in ((south, rows < 0), (north, rows > 3)):
        v[column] = np.where(fields[column] & part & (v[column] == 0), CODE["secondary"], v[column])


def _used_corners(h: Ints, v: Ints) -> npt.NDArray[np.bool_]:
    """Corners of cells that some street touches."""
    used = np.zeros((v.shape[0], h.shape[1]), dtype=bool)
    for low, high, edges in ((used[:-1], used[1:], h), (used[:, :-1], used[:, 1:], v)):
        low |= edges > 0
        high |= edges > 0
    return used


def _joined(plan: Plan, h: Ints, v: Ints) -> None:
    """Streets along quarter borders go on through fields to the next street, so that no quarter is cut off."""
    rows = {y - plan.south for s in plan.slots for y in (s.y0, s.y1)}
    columns = {x - plan.west for s in plan.slots for x in (s.x0, s.x1)}
    for axis, lines in ((1, sorted(rows)), (0, sorted(columns))):
        low, high = both_sides(plan.use, axis, layout.FIELD)
        i, j = np.meshgrid(*(np.arange(n) for n in low.shape), indexing="ij")
        inside = plan.in_core(i, j) & plan.in_core(i - (1 - axis), j - axis)
        free = (low == layout.FIELD) & (high == layout.FIELD) & ~inside
        edges, open_edges, used = (h, free, _used_corners(h, v)) if axis == 1 else (v.T, free.T, _used_corners(h, v).T)
        for line in lines:
            ends = np.nonzero(used[:, line])[0]
            for a, b in pairwise(ends.tolist()):
                gap = slice(a, b)
                if b - a <= LONGEST_GAP and not edges[gap, line].any():
                    edges[gap, line] = np.where(open_edges[gap, line], CODE["tertiary"], 0)


def _tracks(plan: Plan, h: Ints, v: Ints, rng: np.random.Generator) -> None:
    """Field tracks outside, well away from the core, so that they cut no planted detour short."""
    for axis, edges in ((1, h), (0, v)):
        low, high = both_sides(plan.use, axis, layout.FIELD)
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
    _joined(plan, h, v)
    _tracks(plan, h, v, rng)
    h_layer, v_layer = _bridges(plan, h, v)
    return Lattice(h, v, h_layer, v_layer)
