"""Ways on foot: nearest places, reachable sums, competition; exact, tile by tile.

Names are loaded when first used, so that one search does not wait for all the others.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nahraum.access.per_address import measure
    from nahraum.access.setting import AccessRules, AttachedArea, GreenStandard, access_rules, attach_area
    from nahraum.access.tiles import Tile, one_tile, square_tiles

_HOMES = {
    "AccessRules": "setting",
    "AttachedArea": "setting",
    "GreenStandard": "setting",
    "Tile": "tiles",
    "access_rules": "setting",
    "attach_area": "setting",
    "measure": "per_address",
    "one_tile": "tiles",
    "square_tiles": "tiles",
}

__all__ = [
    "AccessRules",
    "AttachedArea",
    "GreenStandard",
    "Tile",
    "access_rules",
    "attach_area",
    "measure",
    "one_tile",
    "square_tiles",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"nahraum.access.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'nahraum.access' has no attribute {name!r}")
