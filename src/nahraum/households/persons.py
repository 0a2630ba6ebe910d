"""Who lives in the households: ages that meet the published ones, and what is assumed of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.households.assembly import handed_out
from nahraum.households.balance import balanced
from nahraum.households.contracts import BAND_FIVE, BAND_TENS, BANDS, OF_PERSONS
from nahraum.households.fitting import stacked
from nahraum.households.margins import Margin, Target, target
from nahraum.households.rounding import uniforms, whole, whole_tables
from nahraum.households.seed import Block
from nahraum.parameters import Parameters

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
ROLES = ("living_alone", "partner", "child", "lone_parent", "other")
_AGES, _HAND, _WORK, _SCHOOL, _BANDS = 20, 21, 22, 23, 24
_TRACE = 1e-12  # of the seed stays in every entry, so that a role never is without ages
_ONE, _COUPLE, _FAMILY, _LONE = 1, 2, 3, 4  # classes of household_type


def roles(size: Ints, kind: Ints) -> Ints:
    """Persons of each household by role. [households, roles]

    A household of six and more counts as six. Beside a couple without child stand others.
    """
    counts = np.zeros((size.size, len(ROLES)), dtype=np.int64)
    couple = (kind == _COUPLE) | (kind == _FAMILY)
    counts[:, 0] = np.where(kind == _ONE, size, 0)
    counts[:, 1] = np.where(couple, 2, 0)
    counts[:, 2] = np.where(kind == _FAMILY, size - 2, np.where(kind == _LONE, size - 1, 0))
    counts[:, 3] = kind == _LONE
    counts[:, 4] = size - counts[:, :4].sum(axis=1)
    return counts


def aged(
    households: pd.DataFrame, units: Ints, block: Block, margins: dict[str, Margin], parameters: Parameters, seed: int
) -> tuple[pd.DataFrame, dict[str, Target]]:
    """Columns age_<band> [persons], workers_assumed, school_children_assumed per household; targets of the ages.

    Notes
        Ages are dealt by role. The published ages are those of all residents, also of communal accommodation: they
        are scaled to the persons of the households. Ages within a household do not depend on each other otherwise.
    """
    unit = households["unit"].to_numpy()
    counts = roles(households["household_size"].to_numpy(), households["household_type"].to_numpy())
    by_role = np.zeros((units.size, len(ROLES)), dtype=np.int64)
    np.add.at(by_role, unit, counts)
    totals = by_role.sum(axis=1)
    targets = {name: target(margins.get(name), totals.astype(np.float64), _n(block, name)) for name in OF_PERSONS}
    exact = Target(by_role.astype(np.float64), by_role.astype(np.float64), np.ones(units.size, dtype=bool))
    lower, upper = stacked([targets["age_tens"], targets["age_five"], exact])
    found = balanced(
        block.weights[None, :], block.classes[[1, 2, 0]], lower, upper, totals.astype(np.float64),
        rounds=int(parameters.number("households.rounds")), tolerance=parameters.number("households.tolerance"),
    )  # fmt: skip
    table = np.zeros((units.size, len(ROLES), len(BANDS)))
    table[:, block.classes[0], block.classes[3]] = found.weights + _TRACE * block.weights
    bands = _whole_bands(table.sum(axis=1), totals, units, seed)
    dealt = whole_tables(table, by_role, bands, seed=seed, stream=_AGES, ids=units)
    home = np.repeat(np.arange(unit.size), counts.sum(axis=1))
    role = np.repeat(np.tile(np.arange(len(ROLES)), unit.size), counts.reshape(-1))
    place = np.arange(home.size) - np.searchsorted(home, home)
    ids = (units[unit[home]], households["number"].to_numpy()[home], place)
    band = handed_out(unit[home], role, dealt, uniforms(seed, _HAND, *ids))
    return _columns(households.index, home, band, ids, parameters, seed), targets


def _whole_bands(bands: Floats, totals: Ints, units: Ints, seed: int) -> Ints:
    """Whole persons by band; the classes of both publications, which overlap, stay next to their fit."""
    both = np.zeros((units.size, max(BAND_TENS) + 1, max(BAND_FIVE) + 1))
    both[:, BAND_TENS, BAND_FIVE] = bands
    tens, five = whole(both.sum(axis=2), totals), whole(both.sum(axis=1), totals)
    rounded = whole_tables(both, tens, five, seed=seed, stream=_BANDS, ids=units)
    return np.asarray(rounded[:, BAND_TENS, BAND_FIVE])


def _n(block: Block, name: str) -> int:
    return int(block.classes[block.dimensions.index(name)].max()) + 1


def _columns(
    index: pd.Index, home: Ints, band: Ints, ids: tuple[Ints, ...], parameters: Parameters, seed: int
) -> pd.DataFrame:
    ages = np.zeros((index.size, len(BANDS)), dtype=np.int64)
    np.add.at(ages, (home, band), 1)
    frame = pd.DataFrame(ages, index=index, columns=[f"age_{name}" for name in BANDS])
    for column, rate, stream in (
        ("workers_assumed", "households.employed_by_age_assumed", _WORK),
        ("school_children_assumed", "households.at_school_by_age_assumed", _SCHOOL),
    ):
        share = np.asarray(parameters.value(rate), dtype=np.float64)
        does = uniforms(seed, stream, *ids) < share[band]
        frame[column] = np.bincount(home[does], minlength=index.size)
    return frame
