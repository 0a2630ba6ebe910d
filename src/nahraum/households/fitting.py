"""Weights of all areas of a level: dwellings, households, buildings one after the other, from the level above."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from nahraum.households.balance import Balanced, balanced
from nahraum.households.contracts import CLASSES
from nahraum.households.margins import Margin, Target, target
from nahraum.households.seed import Block
from nahraum.parameters import Parameters

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Weights = dict[str, Floats]
_NEAR = 1e-9


@dataclass(frozen=True)
class Fitted:
    """weights [areas, records] per block; targets per dimension; gap: worst miss per area and block."""

    weights: Weights
    targets: dict[str, Target]
    gap: dict[str, Floats]


def class_sums(block: Block, weights: Floats, dimension: str, n_classes: int) -> Floats:
    """Sums of the weights by class of one dimension. [areas, classes]"""
    classes = block.classes[block.dimensions.index(dimension)]
    member = np.zeros((classes.size, n_classes))
    member[np.arange(classes.size), classes] = 1.0
    return np.asarray(weights @ member)


def fit_level(
    blocks: dict[str, Block],
    margins: dict[str, Margin],
    totals: Floats,
    above: Weights,
    parent: Ints,
    parameters: Parameters,
) -> Fitted:
    """Weights of the areas of one level that meet its margins and start from those of the level above.

    Notes
        Dwellings first, so that floor areas tell of rooms that are not published; then households in them; where an
        area knows neither rooms nor floor areas, its households tell. Then buildings by tenure and years by type.
    """
    targets = {name: target(margins.get(name), totals, len(CLASSES[name])) for name in CLASSES if "age" not in name}
    apart = _apart(targets["household_size"], targets["household_type"])
    for name in ("household_size", "household_type"):
        targets[name] = replace(targets[name], consistent=targets[name].consistent & ~apart)
    done = _Level(blocks, targets, totals, above, parent, parameters, {}, {})
    rooms = done.fit("dwellings", {})
    told = _told(targets["rooms"], totals) | _told(targets["floor_area"], totals)
    exact = class_sums(blocks["dwellings"], rooms.weights, "rooms", len(CLASSES["rooms"]))
    lower, upper = np.where(told[:, None], exact, 0.0), np.where(told[:, None], exact, np.inf)
    done.fit("households", {"rooms": Target(lower, upper, targets["rooms"].consistent)})
    done.fit("dwellings", {"rooms": done.now("households", "rooms")})
    done.fit("buildings", {"tenure": done.now("households", "tenure")})
    done.fit("years", {"building_type": done.now("buildings", "building_type")})
    return Fitted(done.weights, targets, done.gap)


def _told(aim: Target, totals: Floats) -> npt.NDArray[np.bool_]:
    """Areas that know anything of a dimension."""
    return np.asarray((aim.upper < totals[:, None] * (1.0 - _NEAR)).any(axis=1) | (aim.lower > 0).any(axis=1))


def _apart(sizes: Target, types: Target) -> npt.NDArray[np.bool_]:
    """Areas whose sizes and types exclude each other by more than a household: living alone, families of three."""
    fixed = [(each.lower == each.upper).all(axis=1) for each in (sizes, types)]
    alone = np.abs(sizes.lower[:, 0] - types.lower[:, 0]) > 1.0
    families = types.lower[:, 2] > sizes.lower[:, 2:].sum(axis=1) + 1.0
    return np.asarray(fixed[0] & fixed[1] & (alone | families))


@dataclass(frozen=True)
class _Level:
    """What the blocks of a level share."""

    blocks: dict[str, Block]
    targets: dict[str, Target]
    totals: Floats
    above: Weights
    parent: Ints
    parameters: Parameters
    weights: Weights
    gap: dict[str, Floats]

    def now(self, block: str, dimension: str) -> Target:
        """A margin as already fitted, to be kept."""
        sums = class_sums(self.blocks[block], self.weights[block], dimension, len(CLASSES[dimension]))
        return Target(sums, sums, self.targets[dimension].consistent)

    def fit(self, name: str, instead: dict[str, Target]) -> Balanced:
        """The weights of one block; `instead` replaces targets."""
        block = self.blocks[name]
        wanted = [instead.get(each, self.targets[each]) for each in block.dimensions]
        lower, upper = stacked(wanted)
        found = balanced(
            self.above[name], block.classes, lower, upper, self.totals, parent=self.parent,
            rounds=int(self.parameters.number("households.rounds")),
            tolerance=self.parameters.number("households.tolerance"), additive=True,
        )  # fmt: skip
        self.weights[name], self.gap[name] = found.weights, found.gap
        return found


def stacked(wanted: list[Target]) -> tuple[Floats, Floats]:
    """Bounds of several dimensions as one array each, filled up with 0. [areas, dimensions, classes]"""
    most = max(each.lower.shape[1] for each in wanted)
    shape = (wanted[0].lower.shape[0], len(wanted), most)
    lower, upper = np.zeros(shape), np.zeros(shape)
    for m, each in enumerate(wanted):
        lower[:, m, : each.lower.shape[1]], upper[:, m, : each.upper.shape[1]] = each.lower, each.upper
    return lower, upper
