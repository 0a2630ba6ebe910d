"""What a stress test looks like over HTTP: the form, and the document of a result."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Number = float | None


class Closed(BaseModel):
    """Nothing else is in it."""

    model_config = ConfigDict(extra="forbid")


class Open(BaseModel):
    """Further columns of a table may be in it."""

    model_config = ConfigDict(extra="allow")


class ParameterTold(Closed):
    """A dated value that a result rests on."""

    id: str
    value: Any
    unit: str
    source: str
    date: str
    evidence: str
    note: str
    overridden_in_study: bool


class Component(Closed):
    """A component of the test by name; the last, `several`, counts the others."""

    id: str
    label_de: str
    label_en: str
    long_de: str
    long_en: str


class _Marked(Closed):
    source_de: str
    source_en: str
    date: str
    evidence: str
    evidence_de: str
    evidence_en: str


class ActivityTold(_Marked):
    """Who does what at the busiest hour, and how likely."""

    who: str
    who_de: str
    who_en: str
    what: str
    what_de: str
    what_en: str
    chance: float
    of: str = Field(description="an activity that it is a part of; '' of none")


class RuleTold(_Marked):
    """A rule of a day; `value_de` and `value_en` are ready to print."""

    name: str
    name_de: str
    name_en: str
    value: Any
    value_de: str
    value_en: str
    unit: str


class ScenarioTold(Closed):
    """A ready scenario with everything dated."""

    id: str
    label_de: str
    label_en: str
    note_de: str
    note_en: str
    begin: str | None
    end: str | None
    heat: bool
    normal_day: bool
    activities: list[ActivityTold]
    rules: list[RuleTold]


class PlanNamed(Closed):
    """A plan whose measures can be held against the test."""

    name: str
    title: str


class Form(Closed):
    """What every result needs and offers."""

    missing: list[str] = Field(description="census topics without which no job can succeed")
    open: list[str] = Field(description="census topics that would say more")
    name: str
    draws: int
    most_draws: int
    minimum_households: int
    limit_seconds: float


class StressForm(Form):
    """What a stress test can be asked for."""

    components_needed: int
    components: list[Component]
    plans: list[PlanNamed]
    scenarios: list[ScenarioTold]


class Figure(Closed):
    """A share of people with both doubts: low to high is what the data leave, drawn_low to drawn_high the scatter."""

    share: Number
    low: Number
    high: Number
    drawn_low: Number
    drawn_high: Number
    completeness: Number
    persons: int | None = Field(description="share of the people told, in tens")
    persons_low: int | None
    persons_high: int | None
    status: Literal["ok", "held_back", "unknown"]


class Figures(Closed):
    """The figures of all people."""

    residents: Number
    figures: dict[str, Figure]


class QuarterFigures(Figures):
    """The figures of a quarter."""

    quarter_id: str
    name: str


class GroupFigures(Figures):
    """The figures of a kind of household, or of an age."""

    group: str
    label_de: str
    label_en: str


class Repair(Open):
    """A measure of a plan, and how many fail no more with it."""

    site_id: str
    number: str
    label: str
    quarter: str
    several_persons: Number


class Choice(Open):
    """Shares of the whole study under another assumption about households."""

    choice: str
    label_de: str
    label_en: str
    several_share: Number


class ScenarioResult(ScenarioTold):
    """A scenario with what came out."""

    known: list[str] = Field(description="components with data")
    whole: Figures
    quarters: list[QuarterFigures]
    groups: list[GroupFigures]
    repairs: list[Repair]
    choices: list[Choice]


class Mismatch(Closed):
    """Rooms against people."""

    whole: Figures
    quarters: list[QuarterFigures]
    groups: list[GroupFigures]
    ages: list[GroupFigures]


class StressAsked(Closed):
    """What was asked."""

    scenarios: list[str]
    plan: str
    draws: int
    choices: bool


class Correlation(Open):
    """Rank correlation with observed cases of a wave."""

    scenario: str
    period: str
    n_areas: Number
    rho: Number
    p_value: Number


class Document(Closed):
    """What every result begins with."""

    name: str
    format: str
    format_version: int
    study: str
    reference_date: str
    language: str
    statement_de: str
    statement_en: str
    verify: bool = Field(description="something rests on general knowledge: please verify locally")
    attribution: str
    minimum_households: Number
    parameters: list[ParameterTold]
    basis: str = Field(description="key of the analysis it rests on")


class StressResult(Document):
    """A stress test: released figures only; null is not known or held back."""

    statement: str
    open: list[str]
    components_needed: int
    components: list[Component]
    hardest: str
    normal_day: str | None
    ask: StressAsked
    scenarios: list[ScenarioResult]
    incidence: list[Correlation]
    mismatch: Mismatch | None
