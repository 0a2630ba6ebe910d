"""Residential buildings of the plan: four corners, front street and floor area of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nahraum.musterstadt import plan as layout
from nahraum.musterstadt.characters import CHARACTERS
from nahraum.musterstadt.plan import Floats, Ints, Plan
from nahraum.musterstadt.slots import mean_density
from nahraum.musterstadt.streets import Streets

SIDES = "SENW"
GROSS_PER_NET = 1.25  # m² gross floor area per m² of dwelling


@dataclass(frozen=True)
class Homes:
    """One row per residential building, ordered by cell, side and position along the side."""

    i: Ints
    j: Ints
    side: Ints
    edge: Ints
    corner_x: Floats  # [n, 4]
    corner_y: Floats
    x_m: Floats
    y_m: Floats
    footprint_m2: Floats
    offset_m: Floats
    leg_m: Floats

    def only(self, keep: npt.NDArray[np.bool_]) -> Homes:
        """The buildings that stay."""
        return Homes(**{name: getattr(self, name)[keep] for name in self.__dataclass_fields__})


def side_edge(streets: Streets, i: Ints, j: Ints, side: Ints) -> Ints:
    """Edge along each side (S, E, N, W) of each cell; -1 where there is no street."""
    choices = [streets.h_edge[i, j], streets.v_edge[i + 1, j], streets.h_edge[i, j + 1], streets.v_edge[i, j]]
    return np.asarray(np.choose(side, choices), dtype=np.int64)


def in_cell(streets: Streets, i: Ints, j: Ints, u: Floats, w: Floats) -> tuple[Floats, Floats]:
    """Place inside a (bent) cell from its share of the way east and north. [m, EPSG:3035]"""
    east, north = i + 1, j + 1
    corners = [streets.corners(a, b) for a, b in ((i, j), (east, j), (i, north), (east, north))]
    weights = [(1 - u) * (1 - w), u * (1 - w), (1 - u) * w, u * w]
    x = sum(streets.x_m[c] * k for c, k in zip(corners, weights, strict=True))
    y = sum(streets.y_m[c] * k for c, k in zip(corners, weights, strict=True))
    return np.asarray(x), np.asarray(y)


def along_side(side: Ints, t: Floats, depth: Floats) -> tuple[Floats, Floats]:
    """Shares east and north of a place `t` along a side and `depth` behind it."""
    u = np.choose(side, [t, 1 - depth, t, depth])
    w = np.choose(side, [depth, t, 1 - depth, t])
    return np.asarray(u, dtype=np.float64), np.asarray(w, dtype=np.float64)


def project(streets: Streets, edge: Ints, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Foot of each place on its edge: way along the edge and way to it. [m]"""
    ax, ay = streets.x_m[streets.start[edge]], streets.y_m[streets.start[edge]]
    bx, by = streets.x_m[streets.end[edge]], streets.y_m[streets.end[edge]]
    length = streets.length_m[edge]
    share = np.clip(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length**2, 0.0, 1.0)
    leg = np.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay))
    return share * length, leg


def _slots(plan: Plan, streets: Streets, taken: npt.NDArray[np.bool_]) -> tuple[Ints, Ints, Ints, Floats, Ints]:
    """Cell, side, position and character of every plot along a street."""
    found = []
    for number, character in enumerate(CHARACTERS):
        i, j = np.nonzero((plan.use == layout.HOME) & (plan.character == number))
        for side in range(4):
            edge = side_edge(streets, i, j, np.full(i.shape, side))
            free = (edge >= 0) & ~taken[i, j, side]
            others = side_edge(streets, i, j, np.full(i.shape, 0)) < 0
            free &= (SIDES[side] in character.sides) | (others & (side in (1, 3)))
            for k in range(character.houses):
                t = np.full(int(free.sum()), (k + 0.5) / character.houses * 0.6 + 0.2)
                found.append((i[free], j[free], np.full(t.shape, side), t, np.full(t.shape, number)))
    columns = [np.concatenate([part[k] for part in found]) for k in range(5)]
    order = np.lexsort((columns[3], columns[2], columns[1], columns[0]))
    order = order[_built_up(plan, columns[0][order], columns[1][order])]
    cell_i, cell_j, sides, kinds = (columns[k][order].astype(np.int64) for k in (0, 1, 2, 4))
    return cell_i, cell_j, sides, columns[3][order].astype(np.float64), kinds


def _built_up(plan: Plan, i: Ints, j: Ints) -> npt.NDArray[np.bool_]:
    """Which plots are built on: the fewer residents, the more gaps, but never an empty cell."""
    expected = plan.density[i, j] * mean_density(plan.residents)
    share = np.clip(expected / 45.0, 0.45, 1.0)
    first = np.ones(i.size, dtype=bool)
    first[1:] = (i[1:] != i[:-1]) | (j[1:] != j[:-1])
    return np.asarray(first | (plan.rng(10).random(i.size) < share))


def levels_of(homes: Homes, cell: Ints, floor_area_m2: Floats, highest: Ints) -> Ints:
    """Storeys so that the houses of a cell hold its dwellings.

    Parameters
        cell : cell of each house. floor_area_m2, highest : by cell.
    """
    ground = np.bincount(cell, homes.footprint_m2, floor_area_m2.size)
    levels = np.rint(floor_area_m2 * GROSS_PER_NET / np.maximum(ground, 1.0))
    return np.asarray(np.clip(levels, 1, highest)[cell], dtype=np.int64)


def build_homes(plan: Plan, streets: Streets, taken: npt.NDArray[np.bool_]) -> Homes:
    """Houses on all free street sides of inhabited cells.

    Parameters
        taken : by cell and side: already used by a shop or a school.
    """
    i, j, side, t, number = _slots(plan, streets, taken)
    rng = plan.rng(5)
    width = np.array([c.width for c in CHARACTERS])[number] * rng.uniform(0.9, 1.0, i.size)
    front = np.array([c.front for c in CHARACTERS])[number] + rng.uniform(0.0, 0.012, i.size)
    back = np.array([c.back for c in CHARACTERS])[number] + rng.uniform(-0.012, 0.0, i.size)
    xs, ys = [], []
    for along, depth in ((-0.5, front), (0.5, front), (0.5, back), (-0.5, back)):
        x, y = in_cell(streets, i, j, *along_side(side, t + along * width, depth))
        xs.append(x)
        ys.append(y)
    corner_x, corner_y = np.stack(xs, axis=1), np.stack(ys, axis=1)
    x, y = corner_x.mean(axis=1), corner_y.mean(axis=1)
    edge = side_edge(streets, i, j, side)
    offset, leg = project(streets, edge, x, y)
    next_x, next_y = np.roll(corner_x, -1, axis=1), np.roll(corner_y, -1, axis=1)
    area = np.abs((corner_x * next_y - next_x * corner_y).sum(axis=1)) / 2
    return Homes(i, j, side, edge, corner_x, corner_y, x, y, area, offset, leg)
