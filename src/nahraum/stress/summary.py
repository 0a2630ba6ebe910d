"""Failing people by quarter or any other group: each component, and how many meet in one household."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

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
    failing: Failing, group: pd.Series, parameters: Parameters | None = None, *, together: Several | None = None
) -> pd.DataFrame:
    """Failing people by group: of each component and of at least k together.

    Parameters
        group : label of each household, the index of the households; '' is left out.
        together : what `several` said, where it is known.

    Returns
        A row per group in order of label: group, households, persons; <component>_share, _low, _high for each component
        of the scenario; several_share, _low, _high (at least stress.components_needed); m0 (their mean share of the
        components with data); garden_share (context); components (how many have data). Shares are of persons; the
        likely one is of those for whom it is known, told by _completeness, NaN below counting.minimum_completeness.
    """
    known = parameters or Parameters()
    values = group.to_numpy(dtype=object)
    keep = np.asarray(group.notna().to_numpy() & (values != ""), dtype=bool)
    place, labels = pd.factorize(values[keep], sort=True)
    weight = failing.persons[keep]
    whole = np.bincount(place, weight, labels.size)

    enough = known.number("counting.minimum_completeness")

    def share(values: Floats) -> Floats:
        of = values[keep]
        told = np.bincount(place, weight * ~np.isnan(of), labels.size)
        found = np.bincount(place, weight * np.nan_to_num(of), labels.size) / np.where(told > 0, told, 1.0)
        return np.where(told >= enough * whole, np.where(told > 0, found, np.nan), np.nan)

    def told(values: Floats) -> Floats:
        return np.bincount(place, weight * ~np.isnan(values[keep]), labels.size) / whole

    columns = {
        "group": labels.astype(object), "households": np.bincount(place, minlength=labels.size).astype(np.float64),
        "persons": whole,
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
    columns["m0"] = share(together.count) / max(n_known, 1)
    columns["garden_share"] = share(failing.garden)
    return pd.DataFrame(columns).assign(components=n_known)
