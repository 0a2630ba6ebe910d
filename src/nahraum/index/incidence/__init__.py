"""Incidence by area: rates, smoothing, association with status and prerequisites per wave."""

from __future__ import annotations

from nahraum.index.incidence.analysis import Incidence, incidence_analysis
from nahraum.index.incidence.cases import cases_of_larger_areas
from nahraum.index.incidence.factors import Factor, prerequisite_factor, status_factor

__all__ = [
    "Factor",
    "Incidence",
    "cases_of_larger_areas",
    "incidence_analysis",
    "prerequisite_factor",
    "status_factor",
]
