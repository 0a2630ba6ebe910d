"""Failing people by quarter or any other group: each component, and how many meet in one household."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.households.sums import Groups
from nahraum.index.bounds import count_distribution, several_lower, several_upper
from nahraum.parameters import Parameters
from nahraum.stress.failing import COMPONENTS, Failing
from nahraum.stress.tally_kernels import add_up

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Several:
    """Chance of each household to fail in at least k components, and the expected number of them among these.

    low, high : over everything that is open, and over all ways in which the components may meet in one household.
    """

    low: Floats
    likely: Floats
    high: Floats
    count: Floats


def several(failing: Failing, k: int) -> Several:
    """At least k components fail together. [chance]

    Notes
        Alkire–Foster with an absolute k over the components with data. Components meet independently within a household
        of known rooms, ages and place (likely); the bounds of Fréchet hold whatever they do.

    References
        Alkire, S. & Foster, J. (2011). doi 10.1016/j.jpubeco.2010.11.006
    """
    known = failing.known
    n = failing.persons.size
    if not known:
        return Several(np.zeros(n), np.full(n, np.nan), np.ones(n), np.full(n, np.nan))
    likely, low, high = (
        np.stack([getattr(failing.chances[name], end) for name in known], axis=1) for end in ("likely", "low", "high")
    )
    chance = count_distribution(np.nan_to_num(likely, nan=0.0))
    counts = np.arange(chance.shape[1])
    heads, number = chance[:, k:].sum(axis=1), (chance[:, k:] * counts[k:]).sum(axis=1)
    unknown = np.isnan(likely).any(axis=1)
    least, most = np.clip(several_lower(low, k), 0.0, 1.0), np.clip(several_upper(high, k), 0.0, 1.0)
    heads = np.clip(heads, least, most)
    return Several(least, np.where(unknown, np.nan, heads), most, np.where(unknown, np.nan, number))


def failing_by(
    failing: Failing, group: pd.Series | Groups, parameters: Parameters | None = None, *,
    together: Several | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Failing people by group: of each component and of at least k together.

    Parameters
        group : label of each household, '' is left out; or the groups, where they are known.
        together : what `several` said, where it is known.

    Returns
        A row per group in order of label: group, households, persons; <component>_share, _low, _high for each component
        of the scenario; several_share, _low, _high (at least stress.components_needed); m0_share (the counting index:
        several_share × the mean share of the components with data that fail for these people); garden_share (context);
        components (how many have data). Shares are of persons; the likely one is of those for whom it is known, told by
        _completeness, NaN below counting.minimum_completeness.
    """
    known = parameters or Parameters()
    groups = group if isinstance(group, Groups) else Groups.of(group)
    if together is None:
        together = several(failing, int(known.number("stress.components_needed")))
    chances = [failing.chances[name] for name in _components(failing)]
    values = [value for one in chances for value in (one.low, one.likely, one.high)]
    values += [together.low, together.likely, together.high, together.count, failing.garden]
    sums = [groups.summed(failing.persons, one) for one in values]
    whole, _ = groups.summed(failing.persons, np.zeros(failing.persons.size))
    told, total = (np.stack([one[at] for one in sums], axis=1) for at in (0, 1))
    return _table(failing, groups, (whole, told, total), known)


def failing_tables(
    failing: Failing, grouped: Mapping[str, Groups], parameters: Parameters | None = None
) -> dict[str, pd.DataFrame]:
    """`failing_by` for several groupings of the same households, in one pass; the same figures to the last bit."""
    known, names = parameters or Parameters(), list(_components(failing))
    k, n = int(known.number("stress.components_needed")), failing.persons.size
    chances = np.empty((len(names), 3, n))
    for at, name in enumerate(names):
        one = failing.chances[name]
        chances[at, 0], chances[at, 1], chances[at, 2] = one.low, one.likely, one.high
    told_of = np.array([names.index(name) for name in failing.known], dtype=np.int64)
    sizes = [len(groups.labels) for groups in grouped.values()]
    first = np.cumsum([0, *sizes])
    places = np.stack(
        [np.where(groups.place < 0, -1, groups.place + at) for groups, at in zip(grouped.values(), first, strict=False)]
    )
    columns = 3 * len(names) + 5
    whole, told, total = np.zeros(first[-1]), np.zeros((first[-1], columns)), np.zeros((first[-1], columns))
    add_up(chances, failing.garden, told_of, k, failing.persons, places, whole, told, total)
    return {
        name: _table(failing, groups, (whole[at : at + n], told[at : at + n], total[at : at + n]), known)
        for (name, groups), at, n in zip(grouped.items(), first, sizes, strict=False)
    }


def _components(failing: Failing) -> Iterator[str]:
    return (one for one in COMPONENTS if one in failing.chances)


def _table(
    failing: Failing, groups: Groups, sums: tuple[Floats, Floats, Floats], parameters: Parameters
) -> pd.DataFrame:
    """Shares out of sums by group: low, likely, high of each component and of several, their number, gardens."""
    whole, told, total = sums
    enough = parameters.number("counting.minimum_completeness") * whole
    share = np.where(told >= enough[:, None], np.where(told > 0, total / np.where(told > 0, told, 1.0), np.nan), np.nan)
    columns = {"group": groups.labels, "households": groups.rows(), "persons": whole}
    at = 0
    for name in (*_components(failing), "several"):
        low, likely, high = share[:, at], share[:, at + 1], share[:, at + 2]
        columns[f"{name}_share"] = np.clip(likely, low, high)
        columns[f"{name}_share_low"], columns[f"{name}_share_high"] = low, high
        columns[f"{name}_completeness"] = told[:, at + 1] / whole
        at += 3
    n_known = len(failing.known)
    columns["m0_share"], columns["garden_share"] = share[:, at] / max(n_known, 1), share[:, at + 1]
    return pd.DataFrame(columns).assign(components=n_known)
