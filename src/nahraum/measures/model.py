"""What the parts of the planning hand to each other: types of measures, sites, who is affected, what a site changes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Any

import numpy as np
import numpy.typing as npt

from nahraum.scenario.edits import Edit
from nahraum.tables import SERVICES

Floats = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

FIELDS = ("green", "short_ways", "supply", "internet", "housing")
UNITS = ("site", "m2", "m", "dwelling", "address", "tree", "year")
NATURES = ("preparation", "order", "building", "fund", "other")
PAYERS = ("municipality", "private", "other")
PARTS = (*SERVICES, "green_access", "green_m2", "internet")  # what a site can change at an address


@dataclass(frozen=True)
class Cost:
    """Three estimates of one amount. [EUR] NaN where none is known."""

    low_eur: float
    mid_eur: float
    high_eur: float

    def times(self, factor: float) -> Cost:
        """The amount of so many units."""
        return Cost(self.low_eur * factor, self.mid_eur * factor, self.high_eur * factor)


@dataclass(frozen=True)
class MeasureType:
    """One type of measure as the catalogue tells it, with the study's own values where it has any.

    cost, running : per unit, in prices of the study's year; running per year.
    cost_source_de, _en, cost_date, evidence : where the cost is from; `from_knowledge` is told as "verify locally".
    lead_years : from the decision to use. life_years : how long it lasts.
    din276 : share of the cost by cost group of DIN 276:2018-12, e.g. {"500": 0.85, "700": 0.15}.
    nature : preparation | order | building | fund | other (Städtebauförderrichtlinie NRW 2023, part 2).
    programmes : funding programmes that may pay it; empty: other bodies do (`payer`).
    effect : name of the effect model; "" in a type that is listed only.
    siting : name of the rule that finds sites; "drawn" where only the planner can say.
    excludes : types that cannot stand on the same parcel; one parcel always has one use.
    sealing_m2, canopy_m2 : change per unit; NaN where not known.
    displacement : whether rents near it are to be watched; of green and housing always, unless the study denies it.
    running_source_de, _en, running_evidence, details_source_de, _en, details_evidence : the same of the running cost,
    and of what else is told of it (lead, life, shares, sealing, canopy, options). note : what a planner must know about
    it, who pays.
    `local` is the evidence of values that a municipality gives in its study file.
    """

    id: str
    label_de: str
    label_en: str
    field: str
    unit: str
    cost: Cost
    running: Cost
    price_year: int
    cost_source_de: str
    cost_source_en: str
    cost_date: str
    evidence: str
    lead_years: float
    life_years: float
    din276: Mapping[str, float]
    nature: str
    programmes: tuple[str, ...]
    payer: str
    effect: str
    siting: str
    options: Mapping[str, Any] = made_by(default_factory=dict)
    sealing_m2: float = 0.0
    canopy_m2: float = 0.0
    displacement: bool = False
    running_source_de: str = ""
    running_source_en: str = ""
    running_evidence: str = ""
    details_source_de: str = ""
    details_source_en: str = ""
    details_evidence: str = ""
    note_de: str = ""
    note_en: str = ""

    @property
    def verify_locally(self) -> bool:
        """Whether outputs with its costs must say "bitte örtlich prüfen / verify locally"."""
        return "from_knowledge" in (self.evidence, self.running_evidence)

    @property
    def costed(self) -> bool:
        """Whether its cost is known; what it costs to run may still be unknown."""
        return all(math.isfinite(value) for value in (self.cost.low_eur, self.cost.mid_eur, self.cost.high_eur))

    def text(self, name: str, language: str) -> str:
        """Its label, note or one of its sources in German or English."""
        return str(getattr(self, f"{name}_{language}"))

    @property
    def listed_only(self) -> bool:
        """Whether it has no effect model or no siting rule that ran, and so cannot be planned."""
        return not self.effect or not self.siting


@dataclass(frozen=True, eq=False)
class Site:
    """One measure at one place: what would be built, and what that means as edits of the study.

    site_id : type and a hash of the place; stable whatever else is found.
    parcel_id : sites with the same one exclude each other; "" where nothing does.
    quantity : in the unit of the type.
    geometry : point, line or polygon in the study's CRS.
    edits : what the access engine is told; measures that change no access have none.
    source : data | drawn. reason_de, reason_en : why here, in a planner's words.
    dwellings : that are added. sealing_m2, canopy_m2 : change by the site; NaN where not known.
    cost, running : of the whole site. [EUR, EUR per year] street : beside it; "" where it has a name or none is near.
    """

    site_id: str
    type_id: str
    quarter_id: str
    x_m: float
    y_m: float
    quantity: float
    geometry: Any
    edits: tuple[Edit, ...]
    cost: Cost
    running: Cost
    parcel_id: str = ""
    name: str = ""
    source: str = "data"
    reason_de: str = ""
    reason_en: str = ""
    dwellings: float = 0.0
    sealing_m2: float = 0.0
    canopy_m2: float = 0.0
    street: str = ""


@dataclass(frozen=True, eq=False)
class Demand:
    """The people of a study as the choice sees them: a row for each group at an address that is judged alike.

    row : position of the address in `scenario.tally.Ground`, ascending; quarter : number of its quarter in `quarters`.
    residents : persons; only counted ones. status : social status group of each of `quarters`, "" where not known.
    within : 1 within reach, 0 not, NaN not known; columns as `SERVICES`, 0 in those that the study does not count.
    needed, least : which services must be there in any case (food), and how many of all.
    green_access : 1, 0, NaN. green_m2 : m² per resident after competition, NaN not known; 0 for all, and
    `green_m2_needed` 0, where the standard asks for no area. internet : share of households without the offer, NaN.
    living_space : 1 lacking, 0 not, NaN not known.
    """

    row: Int64
    address_id: npt.NDArray[np.object_]
    cell: Int64
    quarter: Int64
    quarters: tuple[str, ...]
    residents: Floats
    within: Floats
    green_access: Floats
    green_m2: Floats
    internet: Floats
    living_space: Floats
    needed: tuple[str, ...]
    least: int
    green_m2_needed: float
    k: int
    status: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Effects:
    """What each site changes, alone, at the addresses it reaches: sparse, sorted by site and row of `Demand`.

    start : first record of each site, and the end. row : row of `Demand`.
    change : a column per entry of `PARTS`: +1 now within reach (also where that was not known), -1 no longer known to
    be, 0 as before for services and green_access; m² per resident for green_m2; share of households for internet
    (negative is fewer without); both 0 where not known before or after.
    newcomers : per site, counted persons who move in; newcomers_lacking : how many of them lack at least k, as known.
    seconds : computing time per site.
    """

    site_ids: tuple[str, ...]
    start: Int64
    row: Int64
    change: Floats
    newcomers: Floats
    newcomers_lacking: Floats
    seconds: Floats

    def of(self, site: int) -> slice:
        """Records of one site."""
        return slice(int(self.start[site]), int(self.start[site + 1]))
