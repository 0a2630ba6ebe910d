"""What the parts of the lab hand to each other: concepts, requirements, and what is asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Names = npt.NDArray[np.object_]

LEVELS = ("low", "mid", "high")
EFFECTS = ("dwelling", "division", "exchange", "room", "desk", "isolation", "lodger", "design")
MOVES = ("dwelling", "division", "exchange")
"""Effects that make people move; the others help where people live, or tell how to build."""
READINGS = ("low", "high")
"""Rooms needed: at least, and at most, over all ages and sexes that the census leaves open."""


@dataclass(frozen=True)
class Concept:
    """One flexible housing concept, as the catalogue and the study tell it.

    suits : rule on stock (`suitability.suited`); per_suitable : units per suitable dwelling.
    uptake : share of what could be done that is done per year; low, mid, high. Exchange has its own (registered).
    m2, rooms : of one unit; rooms without the kitchen, 0: by its m². homes_for : persons of the first household that
        moves in at most; 0: any. cost_eur : per unit, low, mid, high, in prices of `price_year`; NaN not known.
    land_m2, carbon_kg_m2 : per unit, per m²; NaN not known. verify_locally : the cost is from knowledge only.
    """

    id: str
    effect: str
    unit: str
    texts: Mapping[str, Any]
    requirements: tuple[str, ...] = ()
    suits: Mapping[str, Any] = field(default_factory=dict)
    per_suitable: float = math.nan
    uptake: tuple[float, float, float] = (0.0, 0.0, 0.0)
    m2: float = math.nan
    rooms: int = 0
    homes_for: int = 0
    occupancy: float = 1.0
    cost_eur: tuple[float, float, float] = (math.nan, math.nan, math.nan)
    price_year: int = 0
    cost_evidence: str = ""
    m2_per_person: tuple[float, float] = (math.nan, math.nan)
    lead_years: float = 0.0
    land_m2: float = math.nan
    carbon_kg_m2: float = math.nan
    evidence: str = ""
    uptake_evidence: str = ""
    date: str = ""

    def text(self, name: str, language: str) -> Any:
        """A text in the language: label, note, source, cost_source, uptake_source, legal."""
        return self.texts.get(f"{name}_{language}", [] if name == "legal" else "")

    @property
    def costed(self) -> bool:
        """Whether its middle cost is known."""
        return math.isfinite(self.cost_eur[1])

    @property
    def verify_locally(self) -> bool:
        """Whether something of it is from knowledge only."""
        return "from_knowledge" in (self.cost_evidence, self.evidence, self.uptake_evidence)


@dataclass(frozen=True)
class Requirement:
    """A spatial requirement that a design can be checked against; `check` names the rule, `of` what it serves."""

    id: str
    check: str
    least: float
    of: str
    weight: float
    texts: Mapping[str, str]
    least_m2: float = math.nan
    most_m2: float = math.nan
    least_rooms: float = 0.0
    m2_per_desk: float = math.nan
    evidence: str = ""
    date: str = ""

    def text(self, name: str, language: str) -> str:
        """A text in the language: label, unit, source."""
        return str(self.texts.get(f"{name}_{language}", ""))

    @property
    def verify_locally(self) -> bool:
        """Whether its measure is from knowledge only."""
        return self.evidence == "from_knowledge"
