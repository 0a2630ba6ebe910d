"""What one part alone would have to be for an area to stand in another class: the whole index recomputed each time.

Mean and standard deviation move with the area itself, so a limit cannot simply be read off: the values at which the
class changes are searched over all that the part can be, and closed in by halving.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from nahraum.index.status.check import LIMITS
from nahraum.index.status.classes import class_of_one, cut
from nahraum.index.status.compose import aggregated
from nahraum.index.status.engine import Side
from nahraum.index.status.pipeline import Inputs, computed, pieces_of, rescaled_index, scaled_parts

Floats = npt.NDArray[np.float64]
STEPS = 64  # places looked at over the range of a part before halving
HALVINGS = 60
CLOSE = 1e-12  # of the value: as near as the limit is told
BEYOND = 10.0  # parts without natural ends are searched so many spans beyond the areas
ADDITIVE = ("sum", "mean", "counting", "exponential_rank")


@dataclass(frozen=True)
class Move:
    """The nearest value of one part that puts the area across one limit; NaN where no value of this part does.

    limit : number of the limit (0..); towards : number of the class next to it on the other side.
    """

    part: int
    limit: int
    towards: int
    value: float
    needed: float

    @property
    def possible(self) -> bool:
        """Whether this part alone can do it."""
        return not np.isnan(self.needed)


def _class_of(side: Side, raw: Floats, row: int) -> int:
    index = rescaled_index(raw, side.recipe.restandardise)
    return class_of_one(index, row, side.classes, standardised=side.recipe.restandardise == "z")


def _whole(side: Side, row: int, part: int, value: float) -> int:
    """Class of the area with another value, everything computed again."""
    steps = computed(side.inputs.with_value(row, part, value), side.recipe, side.steps.given)
    return int(cut(steps.index, side.classes, standardised=side.recipe.restandardise == "z").number[row])


def class_at(side: Side, row: int, part: int) -> Callable[[float], int]:
    """The class of an area as a function of the value of one of its parts, all else as it is.

    Where parts are weighted by fixed numbers, only the column that changes is standardised again; the plain version,
    `_whole`, is its witness.
    """
    recipe = side.recipe
    if recipe.domains or recipe.weights in ("pca", "pca_score"):
        return lambda value: _whole(side, row, part, value)
    one = replace(recipe, parts=(recipe.parts[part],))
    weights = np.array([1.0 if recipe.weights == "equal" else item.weight for item in recipe.parts])
    summed = replace(one, aggregate="sum") if recipe.aggregate == "mean" else one
    now, alone = side.steps.parts.standardised, side.inputs.only(part)
    pieces = pieces_of(now, weights, recipe, side.steps.raw) if recipe.aggregate in ADDITIVE else np.zeros_like(now)
    base = np.delete(pieces, part, axis=1).sum(axis=1)
    of_part = weights[part : part + 1] / (weights.sum() if recipe.aggregate == "mean" else 1.0)

    def found(value: float) -> int:
        scaled = scaled_parts(alone.with_value(row, 0, value), one)
        if recipe.aggregate in ADDITIVE:
            raw = base + pieces_of(scaled, of_part, summed, base).sum(axis=1)
        else:
            whole = now.copy()
            whole[:, part] = scaled[:, 0]
            raw = aggregated(whole, weights, recipe.aggregate, scale=recipe.standardise)
        return _class_of(side, raw, row)

    return found


def _range(inputs: Inputs, side: Side, part: int) -> tuple[float, float]:
    """All that the part can be: the ends of its scale, else far beyond what the areas have."""
    low, high = LIMITS[side.recipe.parts[part].scale]
    column = inputs.column(part)
    known = column[~np.isnan(column)]
    span = max(float(known.max() - known.min()), abs(float(known.max())), 1.0)
    low = low if np.isfinite(low) else float(known.min()) - BEYOND * span
    high = high if np.isfinite(high) else float(known.max()) + BEYOND * span
    if side.recipe.parts[part].transform == "log":
        low = max(low, float(known.min()) / (1.0 + BEYOND))
    if side.recipe.parts[part].scale == "rank":
        high = float(len(known))
    return low, high


def _closed_in(
    at: Callable[[float], int], near: float, far: float, passed: Callable[[int], bool], *, whole: bool
) -> float:
    """The value nearest to `near` at which the limit is passed; it is passed at `far`. whole : whole numbers only."""
    for _ in range(HALVINGS):
        middle = float(np.floor((near + far) / 2.0)) if whole else (near + far) / 2.0
        if abs(far - near) <= CLOSE * max(1.0, abs(far)) or middle in (near, far):
            break
        if passed(at(middle)):
            far = middle
        else:
            near = middle
    return far


def _nearest(
    at: Callable[[float], int], value: float, places: Floats, numbers: list[int], *, passed: Callable[[int], bool],
    whole: bool,
) -> float:  # fmt: skip
    """The nearest value on either side at which the limit is passed; NaN where there is none."""
    found = []
    for chosen in (np.flatnonzero(places > value), np.flatnonzero(places < value)[::-1]):
        near = value
        for k in chosen:
            if passed(numbers[k]):
                found.append(_closed_in(at, near, float(places[k]), passed, whole=whole))
                break
            near = float(places[k])
    return min(found, key=lambda item: abs(item - value)) if found else np.nan


def _beyond(limit: int, *, down: bool) -> Callable[[int], bool]:
    return lambda number: number <= limit if down else number > limit


def part_moves(side: Side, row: int, part: int) -> list[Move]:
    """For each limit between classes: the value of this part that puts the area on its other side.

    Parameters
        row : position of the area among the members of the side.
    """
    value = float(side.inputs.column(part)[row])
    n_limits = len(side.classes.cuts)
    if side.cut is None:
        return []
    own = int(side.cut.number[row])
    if np.isnan(value):
        return [Move(part, k, k if own > k else k + 1, value, np.nan) for k in range(n_limits)]
    at = class_at(side, row, part)
    places, whole = np.linspace(*_range(side.inputs, side, part), STEPS + 1), side.recipe.parts[part].scale == "rank"
    places = np.unique(np.rint(places)) if whole else places
    numbers = [at(float(place)) for place in places]
    moves = []
    for k in range(n_limits):
        down = own > k
        needed = _nearest(at, value, places, numbers, passed=_beyond(k, down=down), whole=whole)
        moves.append(Move(part, k, k if down else k + 1, value, needed))
    return moves
