"""Flexible housing lab: concepts on synthetic households, what is possible and what expected; requirements, designs.

concepts = read_concepts(parameters)
lab = housing_lab(homes.households, concepts, parameters, take={"dwelling_exchange": 40})
"""

from __future__ import annotations

from nahraum.flexhousing.catalogue import read_concepts, read_requirements
from nahraum.flexhousing.lab import Lab, housing_lab
from nahraum.flexhousing.model import Concept, Requirement

__all__ = ["Concept", "Lab", "Requirement", "housing_lab", "read_concepts", "read_requirements"]
