"""Who lives where and how: residents per cell and house, floor area, internet offer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nahraum.musterstadt import plan as layout
from nahraum.musterstadt.characters import CHARACTERS, INDEX
from nahraum.musterstadt.homes import Homes
from nahraum.musterstadt.plan import Floats, Ints, Plan

LIMIT_M2 = 30.0  # only to keep planted values well away from it
MINIMUM_PER_CELL = 6
CARE_PLACES = 24
NO_BUILDING_SHARE = 0.015


@dataclass(frozen=True)
class Cells:
    """One row per inhabited cell, ordered by column and row."""

    i: Ints
    j: Ints
    quarter: Ints
    character: Ints
    residents: Ints
    communal: Ints
    space_m2: Floats  # floor area per resident of private households
    crowded: np.ndarray[tuple[int], np.dtype[np.bool_]]
    offered: Floats  # [n, 3]: share of households offered 50, 100, 1000 Mbit/s
    slow: np.ndarray[tuple[int], np.dtype[np.bool_]]

    @property
    def number(self) -> int:
        """How many."""
        return int(self.i.size)


def share_out(weights: Floats, total: int, minimum: int) -> Ints:
    """Whole persons by weight: at least `minimum` each, together exactly `total`."""
    rest = total - minimum * weights.size
    if rest < 0:
        raise AssertionError("fewer residents than inhabited cells need")
    exact = weights / weights.sum() * rest
    whole = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: rest - int(whole.sum())]] += 1
    return np.asarray(whole + minimum, dtype=np.int64)


def _patches(plan: Plan, topic: int) -> Floats:
    """A smooth random field over the cells, uniform between 0 and 1: neighbours are alike."""
    rng = plan.rng(topic)
    x, y = np.meshgrid(*(np.arange(n, dtype=float) for n in plan.shape), indexing="ij")
    field = np.zeros(plan.shape)
    for _ in range(6):
        angle, wave, phase = rng.uniform(0, np.pi), rng.uniform(5.0, 14.0), rng.uniform(0, 2 * np.pi)
        field += np.sin((x * np.cos(angle) + y * np.sin(angle)) * 2 * np.pi / wave + phase)
    homes = plan.use == layout.HOME
    ranks = np.zeros(plan.shape)
    ranks[homes] = (np.argsort(np.argsort(field[homes], kind="stable"), kind="stable") + 0.5) / max(1, homes.sum())
    return ranks


def _core_override(plan: Plan, crowded: Floats, slow: Floats) -> None:
    """The planted lacks of the core: the estate lacks all, also across the border of its quarter."""
    for x in range(0, 6):
        for y in (-3, -2, -1):
            estate = x >= 1
            crowded[plan.at(x, y)] = slow[plan.at(x, y)] = float(estate)
    crowded[plan.at(5, -1)] = 0.0
    slow[plan.at(5, -3)] = 0.0
    for x, y in ((-1, 3), (0, 3), (1, 3), (3, 3), (4, 3), (5, 3), (-10, 1), (-10, 2)):
        slow[plan.at(x, y)] = float(x > -5)
    for x, y in ((2, 1), (-5, 2)):
        crowded[plan.at(x, y)] = 1.0


def _lacks(plan: Plan) -> tuple[Floats, Floats]:
    """Where flats are crowded and where the internet offer is slow, per cell of the plan, 0 or 1."""
    columns = {name: np.array([getattr(c, name) for c in CHARACTERS] + [0.0]) for name in ("crowded", "slow")}
    crowded = (_patches(plan, 7) < columns["crowded"][plan.character]).astype(float)
    slow = (_patches(plan, 8) < columns["slow"][plan.character]).astype(float)
    x0, y0 = plan.at(layout.CORE_WEST, layout.CORE_SOUTH)
    core = (slice(x0, x0 + 20), slice(y0, y0 + 11))
    crowded[core], slow[core] = 0.0, 0.0
    _core_override(plan, crowded, slow)
    slow[plan.character == INDEX["village"]] = 1.0
    return crowded, slow


def build_cells(plan: Plan, homes: Homes, factor: Floats, care_cells: set[tuple[int, int]]) -> Cells:
    """Residents and living conditions of all cells that have a house.

    Parameters
        factor : by cell of the plan, how much thinner a cell is settled than its density says.
        care_cells : cells with a care home; its residents are counted on top.
    """
    with_home = np.zeros(plan.shape, dtype=bool)
    with_home[homes.i, homes.j] = True
    i, j = np.nonzero(with_home)
    care = np.array([(a, b) in care_cells for a, b in zip(i.tolist(), j.tolist(), strict=True)], dtype=bool)
    communal = np.where(care, CARE_PLACES, 0)
    weights = plan.density[i, j] * factor[i, j]
    residents = share_out(weights, plan.residents - int(communal.sum()), MINIMUM_PER_CELL) + communal
    crowded_map, slow_map = _lacks(plan)
    crowded, slow = crowded_map[i, j] > 0, slow_map[i, j] > 0
    rng = plan.rng(9)
    low, high = (np.array([c.space[k] for c in CHARACTERS])[plan.character[i, j]] for k in (0, 1))
    space = np.where(crowded, rng.uniform(19.5, 26.5, i.size), low + (high - low) * rng.random(i.size))
    _large_flat(plan, i, j, residents, space)
    fast = np.stack(
        [rng.uniform(98.0, 100.0, i.size), rng.uniform(93.0, 98.0, i.size), rng.uniform(20.0, 92.0, i.size)]
    )
    bad = np.stack([rng.uniform(35.0, 92.0, i.size), rng.uniform(0.0, 8.0, i.size), np.zeros(i.size)])
    offered = np.where(slow, bad, fast).T / 100.0
    return Cells(
        i, j, plan.quarter[i, j], plan.character[i, j], residents, communal,
        np.round(space, 2).astype(np.float64), crowded, np.round(offered, 4).astype(np.float64), slow,
    )  # fmt: skip


LARGE_FLAT = (3, -3)
LARGE_FLAT_M2 = 180.0


def _large_flat(plan: Plan, i: Ints, j: Ints, residents: Ints, space: Floats) -> None:
    """One person in a large flat beside crowded families: the cell's mean stays crowded."""
    at = plan.at(*LARGE_FLAT)
    here = (i == at[0]) & (j == at[1])
    families = residents[here] - 1
    space[here] = np.minimum((families * 18.0 + LARGE_FLAT_M2) / residents[here], 27.0)
