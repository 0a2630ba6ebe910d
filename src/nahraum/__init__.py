"""nahraum: where people lack living space, green, internet and everyday supply near home.

Names listed here are the promise of the Python interface; everything else may move. They are loaded when
first used, so that `import nahraum` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
_EDITS = (
    "barrier_added", "barrier_removed", "capacity_changed", "entrance_added", "entrance_removed", "facility_added",
    "facility_closed", "facility_moved", "footpath_added", "footpath_removed", "green_added", "green_removed",
    "internet_offer_changed", "residents_added",
)  # fmt: skip
_NAMES = {
    "read_study": "nahraum.study",
    "build_area": "nahraum.workflow",
    "analyse": "nahraum.workflow",
    "run": "nahraum.workflow",
    "what_if": "nahraum.workflow",
    "walking_minutes": "nahraum.workflow",
    "best_programme": "nahraum.workflow",
    "pareto_front": "nahraum.workflow",
    "stress_test": "nahraum.workflow",
    "synthetic_households": "nahraum.workflow",
    "share_within": "nahraum.access.minutes",
    "Area": "nahraum.area",
    "Result": "nahraum.index",
    **dict.fromkeys((*_EDITS, "edit_of", "Edit", "Change", "StudyState"), "nahraum.scenario"),
    "NahraumError": "nahraum.errors",
    "InputError": "nahraum.errors",
}
__all__ = ["__version__", *_NAMES]


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        return getattr(import_module(_NAMES[name]), name)
    raise AttributeError(f"module 'nahraum' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
