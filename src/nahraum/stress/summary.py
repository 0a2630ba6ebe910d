"""Failing people by quarter or any other group: each component, and how many meet in one household."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.households.sums import Groups
from nahraum.index.bounds import count_distribution, several_lower, several_upper
from nahraum.parameters import Parameters
from nahraum.stress.failing import COMPONENTS, Failing

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
    weight = failing.persons
    whole, _ = groups.summed(weight, np.zeros(len(weight)))
    enough = known.number("counting.minimum_completeness")

    def share(values: Floats) -> Floats:
        people, total = groups.summed(weight, values)
        found = total / np.where(people > 0, people, 1.0)
        return np.where(people >= enough * whole, np.where(people > 0, found, np.nan), np.nan)

    def told(values: Floats) -> Floats:
        return groups.summed(weight, values)[0] / whole

    columns = {
        "group": groups.labels, "households": groups.rows(), "persons": whole,
    }  # fmt: skip
    for name in (one for one in COMPONENTS if one in failing.chances):
        chances = failing.chances[name]
        low, high = share(chances.low), share(chances.high)
        columns[f"{name}_share"] = np.clip(share(chances.likely), low, high)
        columns[f"{name}_share_low"], columns[f"{name}_share_high"] = low, high
        columns[f"{name}_completeness"] = told(chances.likely)
    together = several(failing, int(known.number("stress.components_needed"))) if together is None else together
    low, high = share(together.low), share(together.high)
    columns["several_share"] = np.clip(share(together.likely), low, high)
    columns["several_share_low"], columns["several_share_high"] = low, high
    columns["several_completeness"] = told(together.likely)
    n_known = len(failing.known)
    columns["m0_share"] = share(together.count) / max(n_known, 1)
    columns["garden_share"] = share(failing.garden)
    return pd.DataFrame(columns).assign(components=n_known)
