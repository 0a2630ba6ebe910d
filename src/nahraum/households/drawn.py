"""Further households from the same counts: what noise, hidden classes and few households leave open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from nahraum.compiled import compiled
from nahraum.households.assembly import joint, wanted_links
from nahraum.households.balance import balanced
from nahraum.households.contracts import BANDS, CLASSES
from nahraum.households.fitting import class_sums, stacked
from nahraum.households.labels import labelled, named
from nahraum.households.margins import Target
from nahraum.households.members import ROLES, linked, members, roles, told_of_members
from nahraum.households.rounding import uniforms
from nahraum.households.synthesis import Synthetic
from nahraum.parameters import Parameters

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_ROUNDS = 12  # from the fitted weights; noise makes margins contradict each other, more sweeps change nothing
_NEAR = 1e-4
_NOISE, _RECORD, _LINK, _AGE = 0, 10, 12, 25
_STREAMS = 32  # streams of chance per draw, after those of the households themselves
_TRACE = 1e-12


@dataclass(frozen=True)
class Dice:
    """Chances of classes by group, added up; one array for all groups."""

    heaps: Floats
    n_classes: int

    @classmethod
    def of(cls, chances: Floats) -> Dice:
        """Dice out of weights [groups, classes], not negative; a group without any weight has all classes alike."""
        heaps = np.cumsum(chances + _TRACE, axis=1)
        heaps /= heaps[:, -1:]
        return cls((heaps + np.arange(heaps.shape[0])[:, None]).reshape(-1), chances.shape[1])

    def thrown(self, group: Ints, chance: Floats) -> Ints:
        """The class, from 0, of each row by its group and its number in [0, 1)."""
        found = np.empty(group.size, dtype=np.int64)
        _throw(self.heaps, self.n_classes, np.ascontiguousarray(group), chance, found)
        return found


@compiled
def _throw(heaps: Floats, n_classes: int, group: Ints, chance: Floats, found: Ints) -> None:
    """The first class of each row's group whose heap is above its number."""
    for row in range(group.size):
        first = group[row] * n_classes
        low, high, wanted = first, first + n_classes, group[row] + chance[row]
        while low < high:
            middle = (low + high) // 2
            if heaps[middle] <= wanted:
                low = middle + 1
            else:
                high = middle
        found[row] = min(low - first, n_classes - 1)


def drawn_households(made: Synthetic, *, parameters: Parameters, n: int, seed: int = 1) -> Iterator[pd.DataFrame]:
    """Tables like `made.households`, one per draw, with the same number of households in each unit.

    Parameters
        n : how many draws.
        seed : same seed, same draws; those of a unit do not depend on the other units.

    Notes
        Each draw moves every published count of size, type, rooms and tenure by the noise of the census (a 0 stays 0),
        fits again from the weights, and draws every household, its dwelling and the ages of its people from them.
        Floor areas, buildings and ages are drawn from their fit, without noise of their own. Value choices, like the
        strength of association of the seed, are another figure and not in here.
    """
    units = np.repeat(np.arange(made.unit_ids.size), made.totals)
    number = np.arange(units.size) - np.repeat(np.cumsum(made.totals) - made.totals, made.totals) + 1
    names = named(made.unit_ids[units], number)
    links = wanted_links(made.open)
    dice = {child: Dice.of(_conditional(made, block)) for block, _, child, _ in links}
    ages = Dice.of(_ages(made)) if "persons" in made.fitted.weights else None
    for draw in range(n):
        stream = _STREAMS * (draw + 4)
        ids = (made.unit_ids[units], number)
        homes = {"unit": units, "number": number} | _of_records(made, units, ids, (seed, stream), parameters)
        for _, parent, child, own in links:
            group = units * len(CLASSES[parent]) + homes[parent] - 1
            homes[child] = dice[child].thrown(group, uniforms(seed, stream + _LINK + own, *ids)) + 1
        table = pd.DataFrame(homes)
        if ages is not None:
            table = pd.concat([table, _people(table, ages, ids, (seed, stream), parameters)], axis=1)
        yield labelled(table, made.unit_ids, made.open, parameters, names=names)


def _conditional(made: Synthetic, block: str) -> Floats:
    """The table of a block with two dimensions as [units × classes of the first, classes of the second]."""
    table = joint(made.blocks[block], made.fitted.weights[block])
    return table.reshape(-1, table.shape[-1])


def _ages(made: Synthetic) -> Floats:
    """The fitted ages as [units × roles, bands]."""
    block, weights = made.blocks["persons"], made.fitted.weights["persons"]
    table = np.zeros((weights.shape[0], len(ROLES), len(BANDS)))
    table[:, block.classes[0], block.classes[3]] = weights + _TRACE * block.weights
    return table.reshape(-1, len(BANDS))


def _people(
    homes: pd.DataFrame, ages: Dice, ids: tuple[Ints, Ints], chance: tuple[int, int], parameters: Parameters
) -> pd.DataFrame:
    """Ages and what is assumed by age of the households of a draw."""
    seed, stream = chance
    counts = roles(homes["household_size"].to_numpy(), homes["household_type"].to_numpy())
    who = members(ids[0], ids[1], counts)
    group = homes["unit"].to_numpy()[who.home] * len(ROLES) + who.role
    band = ages.thrown(group, linked(who, parameters, seed=seed, stream=stream + _AGE))
    return told_of_members(who, band, len(homes), parameters, seed + stream)


def _of_records(
    made: Synthetic, units: Ints, ids: tuple[Ints, Ints], chance: tuple[int, int], parameters: Parameters
) -> dict[str, Ints]:
    """Size, type, rooms and tenure of every household of a draw, as classes from 1."""
    seed, stream = chance
    block, start = made.blocks["households"], made.fitted.weights["households"]
    wanted = [_moved(made, name, k, chance, parameters) for k, name in enumerate(block.dimensions)]
    lower, upper = stacked(wanted)
    totals = made.totals.astype(np.float64)
    parent = np.arange(totals.size)
    fitted = balanced(start, block.classes, lower, upper, totals, parent=parent, rounds=_ROUNDS, tolerance=_NEAR)
    record = Dice.of(fitted.weights).thrown(units, uniforms(seed, stream + _RECORD, *ids))
    return {name: block.classes[k][record] + 1 for k, name in enumerate(block.dimensions)}


def _moved(made: Synthetic, name: str, k: int, chance: tuple[int, int], parameters: Parameters) -> Target:
    """The bounds of one dimension of every unit, with noise on what is published."""
    seed, stream = chance
    aim = made.fitted.targets[name]
    lower, upper = aim.lower, aim.upper
    if name == "rooms" and name not in made.margins:
        lower = upper = class_sums(made.blocks["households"], made.fitted.weights["households"], name, lower.shape[1])
    n_units, n = lower.shape
    unit, number = np.repeat(made.unit_ids, n), np.tile(np.arange(n), n_units)
    noise = ndtri(np.clip(uniforms(seed, stream + _NOISE + k, unit, number), 1e-12, 1 - 1e-12)).reshape(n_units, n)
    sd = parameters.number("households.count_noise_sd") * np.sqrt(_cells_of(made))[:, None]
    return noisy(lower, upper, made.totals.astype(np.float64), sd * noise)


def _cells_of(made: Synthetic) -> Floats:
    """How many cells each unit is made of: each brings noise of its own."""
    unit = made.pools["unit_id"].to_numpy()
    place = np.searchsorted(made.unit_ids, unit)
    mine = np.minimum(place, made.unit_ids.size - 1)
    return np.bincount(mine[made.unit_ids[mine] == unit], minlength=made.unit_ids.size).astype(np.float64)


def noisy(lower: Floats, upper: Floats, totals: Floats, noise: Floats) -> Target:
    """Bounds [units, classes] with noise on the known classes, scaled to the total again where all are known."""
    fixed = (lower == upper) & (lower > 0)
    moved = np.where(fixed, np.maximum(lower + noise, 0.0), lower)
    sums = moved.sum(axis=1)
    all_known = (lower == upper).all(axis=1)
    scale = np.where((sums > totals) | (all_known & (sums > 0)), totals / np.where(sums > 0, sums, 1.0), 1.0)
    moved = moved * scale[:, None]
    high = np.where(fixed | (upper == 0), moved, np.maximum(upper, moved))
    return Target(moved, high, np.ones(totals.size, dtype=bool))
