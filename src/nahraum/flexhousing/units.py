"""How many units of a concept there could be, how many are to be expected, and where."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nahraum.flexhousing.housed import Housed
from nahraum.flexhousing.model import LEVELS, Concept
from nahraum.flexhousing.suitability import suited
from nahraum.parameters import Parameters


@dataclass(frozen=True, eq=False)
class Units:
    """suitable : homes of each quarter that the concept suits. possible : units in all, NaN not known.

    expected : units per year; low, mid, high. open : parts of the rule that the census does not tell.
    """

    suitable: pd.Series
    possible: float
    expected: tuple[float, float, float]
    open: tuple[str, ...]


def units_of(concept: Concept, homes: Housed, parameters: Parameters) -> Units:
    """What could be done of a concept in this stock, and what of it per year is to be expected.

    Notes
        Of an exchange the possible number follows from the moves; expected are those who register times the exchanges
        per registered household that were published, not what would fit.
    """
    found = suited(concept, homes)
    mask = homes.tenant if concept.effect == "exchange" else found.mask  # without tenure all count as tenants
    suitable = pd.Series(mask.astype(np.float64)).groupby(homes.quarter).sum().rename("suitable")
    n = float(mask.sum())
    if concept.effect == "exchange":
        could = float((mask & (homes.crowded | (homes.spare > 0))).sum())
        registered = parameters.value("flexhousing.registered_share")
        rate = parameters.number("flexhousing.exchanged_per_registered")
        low, mid, high = (could * float(one) * rate for one in registered)
        return Units(suitable, math.nan, (low, mid, high), found.open)
    if not found.known or math.isnan(concept.per_suitable):
        return Units(suitable, math.nan, (math.nan, math.nan, math.nan), found.open)
    possible = n * concept.per_suitable
    low, mid, high = (possible * one for one in concept.uptake)
    return Units(suitable, possible, (low, mid, high), found.open)


def ready_years(concept: Concept, years: int) -> float:
    """Years of a programme in which units become ready: those after the lead time of the concept."""
    return max(0.0, years - concept.lead_years)


def spread(number: float, suitable: pd.Series) -> dict[str, int]:
    """Whole units by quarter, in proportion to the suitable stock; largest remainders first, ties by id.

    Where nothing is suitable, all stand in no quarter ('').
    """
    whole, total = math.floor(number + 0.5), float(suitable.sum())
    if total <= 0 or whole <= 0:
        return {"": whole} if whole > 0 else {}
    exact = suitable.sort_index() * (whole / total)
    given = np.floor(exact).astype(int)
    rest = (exact - given).sort_values(ascending=False, kind="stable").index[: whole - int(given.sum())]
    given.loc[rest] += 1
    return {str(name): int(n) for name, n in given.items() if n}


def level_units(units: Units, level: str) -> float:
    """Expected units per year at a level: low, mid, high."""
    return units.expected[LEVELS.index(level)]
