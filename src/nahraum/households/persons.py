"""Who lives in the households: ages that meet the published ones, and what is assumed of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.households.assembly import handed_out
from nahraum.households.balance import balanced
from nahraum.households.contracts import BAND_FIVE, BAND_TENS, BANDS, OF_PERSONS
from nahraum.households.fitting import stacked
from nahraum.households.margins import Margin, Target, target
from nahraum.households.members import ROLES, linked, members, roles, told_of_members
from nahraum.households.rounding import whole, whole_tables
from nahraum.households.seed import Block
from nahraum.parameters import Parameters

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_AGES, _HAND, _BANDS = 20, 21, 24  # streams of chance
_TRACE = 1e-12  # of the seed stays in every entry, so that a role never is without ages


@dataclass(frozen=True)
class Aged:
    """weights [units, records of the block of persons]; targets of both publications of ages."""

    weights: Floats
    targets: dict[str, Target]


def ages_of_level(
    block: Block, margins: dict[str, Margin], above: Floats, parent: Ints, parameters: Parameters
) -> Floats:
    """Weights of role and age of the areas of one level; where an area publishes no ages, those of the level above."""
    totals = np.zeros(parent.size)
    for name in (each for each in OF_PERSONS if each in margins):
        totals = np.maximum(totals, np.where(margins[name].fixed, margins[name].lower.sum(axis=1), 0.0))
    some = totals > 0
    if not some.any():
        return above[parent]
    people = np.where(some, totals, 1.0)
    lower, upper = stacked([target(margins.get(name), people, _n(block, name)) for name in OF_PERSONS])
    fitted = _fitted(above, block.classes[[1, 2]], (lower, upper), people, parent, parameters)
    return np.where(some[:, None], fitted, above[parent])


def _fitted(
    seeds: Floats, classes: Ints, bounds: tuple[Floats, Floats], totals: Floats, parent: Ints, parameters: Parameters
) -> Floats:
    """Weights that meet the bounds."""
    rounds = int(parameters.number("households.rounds"))
    tolerance = parameters.number("households.tolerance")
    return balanced(
        seeds, classes, *bounds, totals, parent=parent, rounds=rounds, tolerance=tolerance, additive=True
    ).weights  # fmt: skip


def aged(
    households: pd.DataFrame,
    units: Ints,
    block: Block,
    *,
    margins: dict[str, Margin],
    start: tuple[Floats, Ints],
    parameters: Parameters,
    seed: int,
) -> tuple[pd.DataFrame, Aged]:
    """Columns age_<band> [persons], workers_assumed, school_children_assumed per household; how the ages were fitted.

    Parameters
        start : weights of the level above [areas, records], and which of them each unit starts from.

    Notes
        Ages are dealt by role. The published ages are those of all residents, also of communal accommodation: they
        are scaled to the persons of the households. Who of a role gets which age goes by `members.linked`.
    """
    unit = households["unit"].to_numpy()
    counts = roles(households["household_size"].to_numpy(), households["household_type"].to_numpy())
    by_role = np.stack(
        [np.bincount(unit, counts[:, role], units.size) for role in range(len(ROLES))], axis=1
    ).astype(np.int64)  # fmt: skip
    totals = by_role.sum(axis=1)
    targets = {name: target(margins.get(name), totals.astype(np.float64), _n(block, name)) for name in OF_PERSONS}
    exact = Target(by_role.astype(np.float64), by_role.astype(np.float64), np.ones(units.size, dtype=bool))
    lower, upper = stacked([targets["age_tens"], targets["age_five"], exact])
    found = _fitted(start[0], block.classes[[1, 2, 0]], (lower, upper), totals.astype(np.float64), start[1], parameters)
    table = np.zeros((units.size, len(ROLES), len(BANDS)))
    table[:, block.classes[0], block.classes[3]] = found + _TRACE * block.weights
    bands = _whole_bands(table.sum(axis=1), totals, units, seed)
    dealt = whole_tables(table, by_role, bands, seed=seed, stream=_AGES, ids=units)
    who = members(units[unit], households["number"].to_numpy(), counts)
    band = handed_out(unit[who.home], who.role, dealt, linked(who, parameters, seed=seed, stream=_HAND))
    frame = told_of_members(who, band, unit.size, parameters, seed)
    return frame.set_axis(households.index), Aged(found, targets)


def _whole_bands(bands: Floats, totals: Ints, units: Ints, seed: int) -> Ints:
    """Whole persons by band; the classes of both publications, which overlap, stay next to their fit."""
    both = np.zeros((units.size, max(BAND_TENS) + 1, max(BAND_FIVE) + 1))
    both[:, BAND_TENS, BAND_FIVE] = bands
    tens, five = whole(both.sum(axis=2), totals), whole(both.sum(axis=1), totals)
    rounded = whole_tables(both, tens, five, seed=seed, stream=_BANDS, ids=units)
    return np.asarray(rounded[:, BAND_TENS, BAND_FIVE])


def _n(block: Block, name: str) -> int:
    return int(block.classes[block.dimensions.index(name)].max()) + 1
