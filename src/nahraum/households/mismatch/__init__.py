"""Households and dwellings that do not match: too few rooms, rooms to spare, floor area beside the adequate one."""

from __future__ import annotations

from nahraum.households.mismatch.adequacy import adequacy_gap, adequate_m2
from nahraum.households.mismatch.burden import rent_burden
from nahraum.households.mismatch.crowding import overcrowded, rooms_usable, underoccupied
from nahraum.households.mismatch.needs import rooms_by_rule, rooms_needed
from nahraum.households.mismatch.table import (
    AGE_GROUPS,
    HOUSEHOLD_GROUPS,
    household_groups,
    mismatch,
    mismatch_by,
    mismatch_by_age,
)

__all__ = [
    "AGE_GROUPS",
    "HOUSEHOLD_GROUPS",
    "adequacy_gap",
    "adequate_m2",
    "household_groups",
    "mismatch",
    "mismatch_by",
    "mismatch_by_age",
    "overcrowded",
    "rent_burden",
    "rooms_by_rule",
    "rooms_needed",
    "rooms_usable",
    "underoccupied",
]
