"""Competition for a supply: two-step floating catchment areas, in two passes that meet in between.

Pass one sums the demand of each group (a green with all its entrances); any cut of the origins into tiles
gives whole numbers that simply add up. Pass two gives every origin its share of what it reaches.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.access.decay import Decay
from nahraum.errors import InputError
from nahraum.frames import MICRO, to_micro

WEIGHT_ONE = 1 << 16  # weights are whole multiples of 2^-16: demand sums exactly, and all of Germany fits in int64


def weighted(found: pd.DataFrame, decay: Decay) -> pd.DataFrame:
    """The pairs with their `weight` in whole multiples of 2^-16; pairs of no weight are left out."""
    weight = np.rint(decay(found["distance_dm"].to_numpy(dtype=np.float64) / 10) * WEIGHT_ONE).astype(np.int64)
    return found.assign(weight=weight)[weight > 0].reset_index(drop=True)


def demand_per_group(found: pd.DataFrame, residents: pd.Series) -> pd.Series:
    """Residents in the catchment of each group, each by the weight of its distance. [1e-6 × 2^-16 persons]

    Parameters
        found : weighted pairs of the origins whose demand is asked for.
        residents : per origin id, superfluous ones allowed. [persons]

    Returns
        int64 by group id, sorted; a group in nobody's reach is absent.

    Raises
        InputError where an origin of the pairs has no residents' entry.
    """
    micro = to_micro(_by_id(residents, found["origin_id"]))
    demand = pd.Series(micro * found["weight"].to_numpy(dtype=np.int64), name="demand")
    return demand.groupby(found["group_id"].to_numpy(dtype=object), sort=True).sum()


def reduce_demand(parts: list[pd.Series]) -> pd.Series:
    """Demand of all tiles together, by group id; whole numbers, so the order of tiles is irrelevant."""
    together = pd.concat(parts) if parts else pd.Series(dtype=np.int64)
    return together.groupby(level=0, sort=True).sum().astype(np.int64).rename("demand")


def supply_ratio(supply: pd.Series, demand: pd.Series) -> pd.Series:
    """Supply per person who competes for it, by group id. [unit of supply per person]

    A group that nobody reaches has no ratio and is absent; one reached only by empty addresses is NaN.
    """
    persons = demand.reindex(supply.index).dropna() / (float(WEIGHT_ONE) * MICRO)
    return (supply.reindex(persons.index) / persons.where(persons > 0)).sort_index().rename("ratio")


def supply_per_origin(found: pd.DataFrame, ratio: pd.Series, *, origin_ids: npt.NDArray[np.object_]) -> pd.Series:
    """What each origin gets of all groups it reaches, after competition. [unit of supply per person]

    Parameters
        found : weighted pairs, sorted by origin and group.
        ratio : per group id.
        origin_ids : all origins; one that reaches nothing gets 0.

    Returns
        By origin id, sorted. NaN where a reached group has no ratio (nobody competes for it).

    Notes
        A_i = Σ_j R_j W(d_ij), added up in order of the group ids.
    """
    ids = np.sort(np.asarray(origin_ids, dtype=object))
    ordered = found.sort_values(["origin_id", "group_id"])
    origin = np.searchsorted(ids, ordered["origin_id"].to_numpy(dtype=object))
    share = ratio.reindex(ordered["group_id"].to_numpy(dtype=object)).to_numpy(dtype=np.float64)
    amount = share * (ordered["weight"].to_numpy(dtype=np.int64) / WEIGHT_ONE)
    return pd.Series(np.bincount(origin, weights=amount, minlength=len(ids)), index=pd.Index(ids, dtype=object))


def two_step(found: pd.DataFrame, residents: pd.Series, supply: pd.Series, *, decay: Decay) -> pd.Series:
    """Supply per person after competition, in one go (2SFCA; with decay E2SFCA or Gaussian).

    Parameters
        found : pairs `origin_id`, `group_id`, `distance_dm`.
        residents : of every origin, by id. [persons]
        supply : of every group, by id (m², places, …).

    Returns
        By origin id. Σ residents × result = Σ supply of the groups that anybody reaches.

    Notes
        R_j = S_j / Σ_k P_k W(d_kj); A_i = Σ_j R_j W(d_ij).
    """
    near = weighted(found, decay)
    ratio = supply_ratio(supply, demand_per_group(near, residents))
    return supply_per_origin(near, ratio, origin_ids=residents.index.to_numpy(dtype=object))


def _by_id(values: pd.Series, ids: pd.Series) -> npt.NDArray[np.float64]:
    taken = values.reindex(ids.to_numpy(dtype=object))
    if taken.isna().any():
        raise InputError("origins without residents' entry", where=f"first: {list(taken.index[taken.isna()][:3])}")
    return taken.to_numpy(dtype=np.float64)
