"""How sure a status is: value choices and data, two figures never merged; zones and sensitivity beside them."""

from __future__ import annotations

from nahraum.index.robust.choices import ValueChoices, value_choices
from nahraum.index.robust.data import DataUncertainty, data_uncertainty
from nahraum.index.robust.sobol import sensitivity, sobol_indices
from nahraum.index.robust.zones import zone_dependence

__all__ = [
    "DataUncertainty",
    "ValueChoices",
    "data_uncertainty",
    "sensitivity",
    "sobol_indices",
    "value_choices",
    "zone_dependence",
]
