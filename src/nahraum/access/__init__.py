"""Ways on foot: nearest places, reachable sums, competition; exact, tile by tile."""

from nahraum.access.per_address import measure
from nahraum.access.setting import AccessRules, AttachedArea, GreenStandard, access_rules, attach_area
from nahraum.access.tiles import Tile, one_tile, square_tiles

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
