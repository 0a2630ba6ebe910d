"""Competition for a supply: floating catchment areas, in two passes that meet in between.

Pass one sums the demand of each group (a green with all its entrances); any cut of the origins into tiles
gives whole numbers that simply add up. Pass two gives every origin its share of what it reaches.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nahraum.access.decay import Decay
from nahraum.access.pairs import Pairs
from nahraum.errors import InputError
from nahraum.frames import MICRO, to_micro
from nahraum.network.graph import Int64

Float64 = npt.NDArray[np.float64]
WEIGHT_ONE = 1 << 16  # weights are whole multiples of 2^-16: demand sums exactly, and all of Germany fits in int64


@dataclass(frozen=True)
class Weighted:
    """Pairs and how much each counts, in whole multiples of 2^-16; pairs of no weight are left out."""

    pairs: Pairs
    weight: Int64

    def only(self, origins: npt.NDArray[np.bool_]) -> Weighted:
        """Only the pairs of these origins; all ids stay."""
        mask = origins[self.pairs.origin]
        return Weighted(self.pairs.only(mask), self.weight[mask])


def weighted(pairs: Pairs, decay: Decay) -> Weighted:
    """The pairs with the weight of their distance (costs in dm)."""
    weight = weight_of(pairs.cost, decay)
    near = weight > 0
    return Weighted(pairs.only(near), weight[near])


def weight_of(cost_dm: npt.ArrayLike, decay: Decay) -> Int64:
    """How much a distance counts, in whole multiples of 2^-16."""
    metres = np.asarray(cost_dm, dtype=np.float64) / 10
    return np.asarray(np.rint(decay(metres) * WEIGHT_ONE), dtype=np.int64)


def demand_per_group(found: Weighted, residents: Float64) -> Int64:
    """Residents in the catchment of each group, each by the weight of its distance. [1e-6 × 2^-16 persons]

    Parameters
        found : pairs of the origins whose demand is asked for.
        residents : by origin. [persons]

    Returns
        By group; whole numbers, so that the demand of several tiles is their sum, in any order.

    Raises
        InputError where residents and origins do not match.
    """
    if len(residents) != len(found.pairs.origin_ids):
        raise InputError(
            "origins without residents' entry", where=f"{len(found.pairs.origin_ids)} origins, {len(residents)} entries"
        )
    demand = np.zeros(len(found.pairs.group_ids), dtype=np.int64)
    np.add.at(demand, found.pairs.group, to_micro(residents)[found.pairs.origin] * found.weight)
    return demand


def supply_ratio(supply: Float64, demand: Int64) -> Float64:
    """Supply per person who competes for it, by group; NaN where nobody does. [unit of supply per person]"""
    persons = demand / (float(WEIGHT_ONE) * MICRO)
    return np.asarray(supply / np.where(persons > 0, persons, np.nan), dtype=np.float64)


def supply_per_origin(found: Weighted, ratio: Float64) -> Float64:
    """What each origin gets of all groups it reaches, after competition. [unit of supply per person]

    Returns
        By origin; 0 where nothing is reached, NaN where a reached group has no ratio (nobody competes for it).

    Notes
        A_i = Σ_j R_j W(d_ij), added up in order of the group ids.
    """
    amount = ratio[found.pairs.group] * (found.weight / WEIGHT_ONE)
    n_origins = len(found.pairs.origin_ids)
    return np.asarray(np.bincount(found.pairs.origin, weights=amount, minlength=n_origins), dtype=np.float64)


def two_step(pairs: Pairs, residents: Float64, supply: Float64, *, decay: Decay) -> Float64:
    """Supply per person after competition, in one go, by origin.

    Parameters
        residents : by origin. [persons]
        supply : by group (m², places, …).
        decay : binary gives 2SFCA, zones E2SFCA, gaussian, power or exponential gravity with competition.

    Notes
        R_j = S_j / Σ_k P_k W(d_kj); A_i = Σ_j R_j W(d_ij).
        Σ residents × result = Σ supply of the groups that anybody reaches.
    """
    near = weighted(pairs, decay)
    return supply_per_origin(near, supply_ratio(supply, demand_per_group(near, residents)))
