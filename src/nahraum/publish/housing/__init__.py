"""What leaves the office of the housing lab: chapter, tables, layer, requirements; a design held against them."""

from nahraum.publish.housing.model import Told
from nahraum.publish.housing.write import write_housing

__all__ = ["Told", "write_housing"]
