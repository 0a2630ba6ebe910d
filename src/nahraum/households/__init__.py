"""Synthetic households in dwellings, per unit of census cells, that meet the published margins; no personal record."""

from __future__ import annotations

from nahraum.households.balance import Balanced, balanced
from nahraum.households.contracts import (
    FITS,
    HOME_QUARTERS,
    HOUSEHOLDS,
    MARGINS,
    PLACES,
    POOLS,
    STATED,
    UNIT_PLACES,
    UNITS,
)
from nahraum.households.counted import margins_of_counts
from nahraum.households.drawn import drawn_households
from nahraum.households.draws import drawn_shares
from nahraum.households.homes import Homes, drawn_homes, homes_in_quarters
from nahraum.households.synthesis import Synthetic, synthetic_households
from nahraum.households.variants import Variant, variants

__all__ = [
    "FITS",
    "HOME_QUARTERS",
    "HOUSEHOLDS",
    "MARGINS",
    "PLACES",
    "POOLS",
    "STATED",
    "UNITS",
    "UNIT_PLACES",
    "Balanced",
    "Homes",
    "Synthetic",
    "Variant",
    "balanced",
    "drawn_homes",
    "drawn_households",
    "drawn_shares",
    "homes_in_quarters",
    "margins_of_counts",
    "synthetic_households",
    "variants",
]
