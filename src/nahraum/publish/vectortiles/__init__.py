"""Vector tiles in one file: shapes → Mapbox vector tiles → a PMTiles archive that any file server can hand out."""

from nahraum.publish.vectortiles.archive import write_archive
from nahraum.publish.vectortiles.background import background_tiles, described_layers, lon_lat_bounds

__all__ = ["background_tiles", "described_layers", "lon_lat_bounds", "write_archive"]
