"""OpenStreetMap extracts: ways, places of supply, green, buildings, barriers (docs/explanation/openstreetmap.md).

Names are loaded when first used: the walking network needs a few of the files here, not the readers of areas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nahraum.sources.osm.extract import OsmExtract
    from nahraum.sources.osm.read import read_osm

_HOMES = {"OsmExtract": "extract", "read_osm": "read"}

__all__ = ["OsmExtract", "read_osm"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"nahraum.sources.osm.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'nahraum.sources.osm' has no attribute {name!r}")
