"""What-if: edits of a study as plain data, and the state of a study under them.

`edited`, `Change` and `StudyState` are loaded when first used: they bring compiled kernels.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from nahraum.scenario.edits import Edit
from nahraum.scenario.log import edit_of, log_of, log_to_dict
from nahraum.scenario.proposals import (
    barrier_added,
    barrier_removed,
    capacity_changed,
    entrance_added,
    entrance_removed,
    facility_added,
    facility_closed,
    facility_moved,
    footpath_added,
    footpath_removed,
    green_added,
    green_removed,
    internet_offer_changed,
    residents_added,
)

__all__ = [
    "Edit",
    "barrier_added",
    "barrier_removed",
    "capacity_changed",
    "edit_of",
    "entrance_added",
    "entrance_removed",
    "facility_added",
    "facility_closed",
    "facility_moved",
    "footpath_added",
    "footpath_removed",
    "green_added",
    "green_removed",
    "internet_offer_changed",
    "log_of",
    "log_to_dict",
    "residents_added",
]

_LATER = {
    "edited": "nahraum.scenario.apply", "Change": "nahraum.scenario.change", "StudyState": "nahraum.scenario.state",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module(_LATER[name]), name)
    raise AttributeError(f"module 'nahraum.scenario' has no attribute {name!r}")
