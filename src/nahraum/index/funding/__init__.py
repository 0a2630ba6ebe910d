"""Delineation: proposals for funding areas from small units, and neighbourhoods of equal size by max-p.

funding_of_study(area, osm, access, result, parameters)  # all of it; or step by step:
units = blocks(area, osm, parameters)                    # or parcels(…), cells(…)
need = unit_need(units, address_need(area.addresses, result), parameters)
found = funding_areas(units, need, parameters)           # .areas .units .edits .before .notes
"""

from __future__ import annotations

from nahraum.index.funding.areas import FundingAreas, funding_areas
from nahraum.index.funding.blocks import blocks
from nahraum.index.funding.listed import parcel_list
from nahraum.index.funding.maxp import Regions, max_p
from nahraum.index.funding.need import address_need, unit_need, weight_of_index
from nahraum.index.funding.of_study import StudyFunding, funding_of_study, units_of_study, variant_need
from nahraum.index.funding.supplied import cells, parcels
from nahraum.index.funding.units import Units

__all__ = [
    "FundingAreas",
    "Regions",
    "StudyFunding",
    "Units",
    "address_need",
    "blocks",
    "cells",
    "funding_areas",
    "funding_of_study",
    "max_p",
    "parcel_list",
    "parcels",
    "unit_need",
    "units_of_study",
    "variant_need",
    "weight_of_index",
]
