"""Where could a measure be? Rules that find sites in the data, sites that planners draw, and which exclude each other.

Names are loaded when first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nahraum.measures.sites.candidates import RULES, Candidates, candidate_sites
    from nahraum.measures.sites.conflict import conflicts
    from nahraum.measures.sites.setting import SiteGround

_HOMES = {
    "Candidates": "candidates",
    "RULES": "candidates",
    "SiteGround": "setting",
    "candidate_sites": "candidates",
    "conflicts": "conflict",
}

__all__ = ["RULES", "Candidates", "SiteGround", "candidate_sites", "conflicts"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"nahraum.measures.sites.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'nahraum.measures.sites' has no attribute {name!r}")
