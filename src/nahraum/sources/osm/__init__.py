"""OpenStreetMap extracts: ways, places of supply, green, buildings, barriers (docs/explanation/openstreetmap.md)."""

from nahraum.sources.osm.extract import OsmExtract
from nahraum.sources.osm.read import read_osm

__all__ = ["OsmExtract", "read_osm"]
