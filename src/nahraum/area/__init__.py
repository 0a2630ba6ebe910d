"""Tables to one study area: residents on addresses, quarters, supply, public green with entrances, the edge."""

from nahraum.area.build import build_area
from nahraum.area.model import Area, AreaInputs
from nahraum.area.quarters import boundary_from_osm, quarters_from_osm

__all__ = ["Area", "AreaInputs", "boundary_from_osm", "build_area", "quarters_from_osm"]
