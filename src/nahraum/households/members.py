"""The persons of households one by one: who they are to each other, and what is assumed of each by age."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr, ndtri

from nahraum.households.contracts import BANDS
from nahraum.households.rounding import uniforms
from nahraum.parameters import Parameters

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
ROLES = ("living_alone", "partner", "child", "lone_parent", "other", "parent")
"""partner: of a couple without child in the household; parent: of a couple with child."""
_WORK, _SCHOOL = 22, 23  # streams of chance
_EDGE = 1e-12
_ONE, _COUPLE, _FAMILY, _LONE = 1, 2, 3, 4  # classes of household_type
_ASSUMED = (
    ("workers_assumed", "households.employed_by_age_assumed", _WORK),
    ("school_children_assumed", "households.at_school_by_age_assumed", _SCHOOL),
)


def roles(size: Ints, kind: Ints) -> Ints:
    """Persons of each household by role. [households, roles]

    A household of six and more counts as six. Beside a couple without child stand others.
    """
    counts = np.zeros((size.size, len(ROLES)), dtype=np.int64)
    counts[:, 0] = np.where(kind == _ONE, size, 0)
    counts[:, 1] = np.where(kind == _COUPLE, 2, 0)
    counts[:, 5] = np.where(kind == _FAMILY, 2, 0)
    counts[:, 2] = np.where(kind == _FAMILY, size - 2, np.where(kind == _LONE, size - 1, 0))
    counts[:, 3] = kind == _LONE
    counts[:, 4] = size - counts.sum(axis=1)
    return counts


@dataclass(frozen=True)
class Members:
    """One entry per person: row of the household, role, and ids (unit, number of the household, place in it)."""

    home: Ints
    role: Ints
    ids: tuple[Ints, Ints, Ints]


def members(unit_id: Ints, number: Ints, counts: Ints) -> Members:
    """The persons of households with so many of each role [households, roles]."""
    persons = counts.sum(axis=1)
    home = np.repeat(np.arange(counts.shape[0]), persons)
    role = np.repeat(np.tile(np.arange(len(ROLES)), counts.shape[0]), counts.reshape(-1))
    place = np.arange(home.size) - np.repeat(np.cumsum(persons) - persons, persons)
    return Members(home, role, (unit_id[home], number[home], place))


def linked(who: Members, parameters: Parameters, *, seed: int, stream: int) -> Floats:
    """A number in (0, 1) per person, evenly spread over all; those of one household lie near each other.

    Notes
        A Gaussian copula: the numbers decide who is older, so that partners are of about one age and the children of
        older parents are older. How near is an assumption (households.age_association).
    """
    together = parameters.number("households.age_association")
    household, own = (ndtri(np.clip(uniforms(seed, stream, *ids), _EDGE, 1 - _EDGE)) for ids in (who.ids[:2], who.ids))
    return np.asarray(ndtr(np.sqrt(together) * household + np.sqrt(1.0 - together) * own))


def told_of_members(who: Members, band: Ints, n: int, parameters: Parameters, seed: int) -> pd.DataFrame:
    """Columns age_<band> [persons], workers_assumed, school_children_assumed of n households."""
    ages = np.bincount(who.home * len(BANDS) + band, minlength=n * len(BANDS)).reshape(n, len(BANDS))
    columns = {f"age_{name}": ages[:, k].astype(np.int64) for k, name in enumerate(BANDS)}
    for column, rate, stream in _ASSUMED:
        share = np.asarray(parameters.value(rate), dtype=np.float64)
        does = uniforms(seed, stream, *who.ids) < share[band]
        columns[column] = np.bincount(who.home[does], minlength=n)
    return pd.DataFrame(columns)
