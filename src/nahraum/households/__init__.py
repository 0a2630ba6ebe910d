"""Synthetic households in dwellings, per unit of census cells, that meet the published margins; no personal record."""

from __future__ import annotations

from nahraum.households.balance import Balanced, balanced
from nahraum.households.contracts import FITS, HOUSEHOLDS, MARGINS, PLACES, POOLS, STATED
from nahraum.households.draws import drawn_shares
from nahraum.households.synthesis import Synthetic, synthetic_households

__all__ = [
    "FITS",
    "HOUSEHOLDS",
    "MARGINS",
    "PLACES",
    "POOLS",
    "STATED",
    "Balanced",
    "Synthetic",
    "balanced",
    "drawn_shares",
    "synthetic_households",
]
