"""What the documents of the lab are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from nahraum.flexhousing.design import Checked
from nahraum.flexhousing.lab import Lab
from nahraum.flexhousing.model import Concept, Requirement
from nahraum.flexhousing.portfolio import Portfolio
from nahraum.parameters import Parameters


@dataclass(frozen=True, eq=False)
class Told:
    """A lab with what its documents need beside it.

    names : of the quarters. design, design_name, design_stress, scenario : of a design that was handed in, else None.
    take : units per year that were tried. brief : whether the requirements are written, too.
    """

    study: str
    language: str
    day: date
    version: str
    attribution: str
    lab: Lab
    concepts: Mapping[str, Concept]
    requirements: Mapping[str, Requirement]
    names: Mapping[str, str]
    parameters: Parameters
    take: Mapping[str, float]
    portfolio: Portfolio | None = None
    design: Checked | None = None
    design_rooms: int = 0
    design_name: str = ""
    design_stress: pd.DataFrame | None = None
    scenario: str = ""
    brief: bool = False
