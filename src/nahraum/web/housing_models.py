"""What the housing lab looks like over HTTP: the form, and the document of a result."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from nahraum.web.stress_models import Closed, Document, Form, Number, Open


class Levels(Closed):
    """Low, middle and high; null: not known."""

    low: Number
    mid: Number
    high: Number


class ConceptTold(Closed):
    """A concept with everything the catalogue and the study say of it."""

    id: str
    label_de: str
    label_en: str
    note_de: str
    note_en: str
    effect: str
    moves: bool = Field(description="whether people move")
    unit: str
    unit_de: str
    unit_en: str
    legal_de: list[str]
    legal_en: list[str]
    requirements: list[str]
    source_de: str
    source_en: str
    date: str
    evidence: str
    evidence_de: str
    evidence_en: str
    uptake: Levels = Field(description="share of what could be done that is done per year")
    uptake_source_de: str
    uptake_source_en: str
    uptake_evidence: str
    uptake_evidence_de: str
    uptake_evidence_en: str
    cost_eur: Levels = Field(description="per unit")
    price_year: int | None
    cost_source_de: str
    cost_source_en: str
    cost_evidence: str
    cost_evidence_de: str
    cost_evidence_en: str
    lead_years: Number
    m2: Number
    m2_per_person: list[Number] = Field(description="before, after")
    land_m2: Number
    carbon_kg_m2: Number
    verify_locally: bool


class RequirementNamed(Closed):
    """What a design is asked for."""

    id: str
    label_de: str
    label_en: str
    unit_de: str
    unit_en: str
    least: Number
    of: str
    of_de: str
    of_en: str
    weight: Number


class RequirementTold(RequirementNamed):
    """A spatial requirement with its source."""

    source_de: str
    source_en: str
    date: str
    evidence: str
    evidence_de: str
    evidence_en: str
    concepts: list[str]


class RequirementMet(RequirementNamed):
    """A requirement held against a design; met is null where it does not apply."""

    requirement_id: str
    value: Number
    met: bool | None


class RoomList(Closed):
    """The form of a design's list of rooms."""

    columns: list[str]
    example: str


class HousingForm(Form):
    """What a lab can be asked for."""

    years: int
    concepts: list[ConceptTold]
    requirements: list[RequirementTold]
    room_list: RoomList


class DesignScore(Closed):
    """A design held against the requirements."""

    name: str
    n_dwellings: int
    n_rooms: int
    score: Number
    requirements: list[RequirementMet]


class DesignResult(DesignScore):
    """The same in a lab, with a sentence of the stress test."""

    stress_de: str
    stress_en: str


class Case(Open):
    """A concept in one case: potential_<limit>, expected_<level>, taken, taken_with_chains; never in one sum."""

    case: str
    units: Number
    persons_low: Number
    persons_high: Number
    cost_per_person_eur: Number
    new_build_per_person_eur: Number


class ConceptResult(ConceptTold):
    """A concept with what it would change."""

    cases: list[Case]


class CrowdedQuarter(Open):
    """Who lives crowded in a quarter."""

    quarter_id: str
    name: str
    households: Number
    persons: Number
    crowded_persons_low: Number
    crowded_persons_high: Number
    crowded_share: Number
    status: Literal["ok", "suppressed"]


class RelievedQuarter(Open):
    """Persons relieved by a concept in a quarter."""

    concept_id: str
    case: str
    quarter_id: str
    name: str
    persons_low: Number
    persons_high: Number
    status: Literal["ok", "suppressed"]


class Stability(Open):
    """The expected effect of a concept in draws."""

    concept_id: str
    n_draws: int
    positive_share: Number
    persons_low: Number
    persons_high: Number
    stable: bool


class Chosen(Open):
    """What a portfolio takes of a concept."""

    concept_id: str
    units: Number
    cost_eur: Number
    persons: Number


class LeftOut(Closed):
    """A concept that a portfolio does not take, and why."""

    concept_id: str
    why: str
    why_de: str
    why_en: str


class PortfolioTold(Closed):
    """Concepts within a budget."""

    budget_eur: Number
    cost_eur: Number
    chosen: list[Chosen]
    status: str
    gap: Number
    recomputed: dict[str, Number]
    left_out: list[LeftOut]


class NoteTold(Closed):
    """What could not be told."""

    key: str
    about: str
    text_de: str
    text_en: str


class HousingAsked(Closed):
    """What was asked; `take` in units per year."""

    take: dict[str, float]
    budget_eur: Number
    brief: bool
    draws: int
    design: str | None


class HousingResult(Document):
    """A lab: released figures only; null is not known or held back."""

    years: int
    ask: HousingAsked
    notes: list[NoteTold]
    whole: dict[str, Number]
    quarters: list[CrowdedQuarter]
    concepts: list[ConceptResult]
    by_quarter: list[RelievedQuarter]
    together: dict[str, Number] | None
    stability: list[Stability]
    portfolio: PortfolioTold | None
    requirements: list[RequirementTold]
    design: DesignResult | None
