"""What the documents of the lab are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from nahraum.flexhousing.design import Checked
from nahraum.flexhousing.model import Concept, Requirement
from nahraum.flexhousing.portfolio import Portfolio
from nahraum.parameters import Parameters


@dataclass(frozen=True, eq=False)
class ReleasedLab:
    """What of a lab may leave the office: tables as those of `flexhousing.Lab`, persons in tens, NaN held back.

    state : by quarter with name and status (ok, suppressed), the whole study in the row with quarter_id ''.
    by_quarter : with name and status, too. rooms_needed : by most of those who live crowded; 0 by nobody.
    """

    state: pd.DataFrame
    effects: pd.DataFrame
    by_quarter: pd.DataFrame
    together: Mapping[str, float]
    stability: pd.DataFrame
    notes: tuple[tuple[str, str], ...]
    years: int
    rooms_needed: int = 0

    @property
    def quarters(self) -> pd.DataFrame:
        """Who lives crowded by quarter, without the row of the whole study."""
        return self.state[self.state["quarter_id"] != ""].reset_index(drop=True)


@dataclass(frozen=True, eq=False)
class Told:
    """A lab as it may leave the office, with what its documents need beside it.

    names : of the quarters. design, design_name, design_stress, scenario : of a design that was handed in, else None.
    take : units per year that were tried. brief : whether the requirements are written, too.
    """

    study: str
    language: str
    day: date
    version: str
    attribution: str
    lab: ReleasedLab
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
