"""Long jobs over HTTP: asked for, watched, cancelled. In the planner role only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from nahraum.web.planning import Changes
from nahraum.web.problems import PROBLEMS, Problem
from nahraum.workflow.chapter_asks import MOST_CSV, MOST_DRAWS

if TYPE_CHECKING:
    from nahraum.workflow.chapter_desk import ChapterDesk
    from nahraum.workflow.jobs import Job
    from nahraum.workflow.plan_desk import PlanDesk

_IDS = 5000
Key = Annotated[str, Path(max_length=40, description="id of a job")]
Text = Annotated[str, Field(max_length=200)]
Texts = Annotated[list[Text], Field(max_length=_IDS)]
Amount = Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, max_length=80, description="letters and digits; 40 are kept")]
Draws = Annotated[int, Field(ge=0, le=MOST_DRAWS, description="for intervals; 0: none, not said: as the study says")]
Finite = Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]


class JobAsk(BaseModel):
    """What a plan or a front is asked for; what is not given is taken from [plan] of the study, or does not bind."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "stadtpark-2027", "budget_eur": 5_000_000, "priority": ["status"]}]},
    )
    name: Name
    budget_eur: Amount | None = None
    yearly_eur: Annotated[list[Amount], Field(max_length=100)] | None = Field(None, description="one for all years")
    years: Annotated[int, Field(ge=0, le=100)] | None = None
    weights: Literal["utilitarian", "prioritarian", "worst_quarter", "worst_fifth"] | None = None
    priority: Texts | None = Field(None, description="ids or names of quarters, or status for the lowest class")
    priority_share: Annotated[float, Field(ge=0, le=1)] | None = None
    must: Texts | None = None
    must_not: Texts | None = None
    types: Texts | None = Field(None, description="only these types of measures")
    limit: dict[Text, Finite] | None = Field(None, description="running, sealing, canopy, dwellings, quarter:<id>, …")
    variants: bool | None = Field(None, description="whether it is made again for other costs and needs")
    sites: Texts | None = Field(None, description="a plan by hand: exactly these; only its bound is searched")
    against: Annotated[str, Field(max_length=80)] | None = Field(None, description="plan whose question it shares")
    replace: bool | None = Field(None, description="whether one of the same name may be replaced; otherwise 409")
    objectives: Annotated[list[Text], Field(max_length=3)] | None = Field(None, description="of a front: two or three")
    least: dict[Text, Finite | None] | None = Field(None, description="of a front: further ones; null: as today")
    points: Annotated[int, Field(ge=0, le=100)] | None = Field(None, description="of a front: plans at most")


class StressJobAsk(BaseModel):
    """What a stress test is asked for; the open day is always computed along."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"scenarios": ["nrw_spring_2020"]}]})
    name: Name | None = None
    scenarios: Texts | None = Field(None, description="ids of ready scenarios; none: all of them")
    plan: Text | None = Field(None, description="plan whose measures are held against the test")
    draws: Draws | None = None
    choices: bool | None = Field(None, description="whether other assumptions about households are tried, too")
    replace: bool | None = None


class JobDesign(BaseModel):
    """A design that a lab holds against its requirements and the stress test."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(min_length=1, max_length=80)]
    csv: Annotated[str, Field(max_length=MOST_CSV)]


class HousingJobAsk(BaseModel):
    """What a lab is asked for."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"take": {"dwelling_exchange": 40}}]})
    name: Name | None = None
    take: dict[Text, Amount] | None = Field(None, description="units per year of concepts that are tried")
    budget_eur: Amount | None = Field(None, description="of a portfolio of concepts")
    brief: bool | None = Field(None, description="whether the requirements are written as a matrix of criteria")
    draws: Draws | None = None
    design: JobDesign | None = None
    replace: bool | None = None


class NewPlanJob(BaseModel):
    """A plan or a front to be made when it is its turn."""

    kind: Literal["plan", "front", "prepare"]
    ask: JobAsk | None = None


class NewStressJob(BaseModel):
    """A stress test to be made when it is its turn."""

    kind: Literal["stress"]
    ask: StressJobAsk | None = None


class NewHousingJob(BaseModel):
    """A lab to be made when it is its turn."""

    kind: Literal["housing"]
    ask: HousingJobAsk | None = None


NewJob = Annotated[NewPlanJob | NewStressJob | NewHousingJob, Field(discriminator="kind")]


class StageTold(BaseModel):
    """A stage that is over."""

    title: str
    seconds: float


class Mark(BaseModel):
    """How far a search was."""

    seconds: float
    incumbent: float | None
    bound: float | None


class JobTold(BaseModel):
    """A job and how far it is."""

    id: str
    kind: Literal["plan", "front", "prepare", "stress", "housing"]
    name: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    made: str
    place: int = Field(description="jobs before it")
    stage: str
    stages: list[StageTold]
    seconds: float
    limit_seconds: float
    incumbent: float | None = Field(description="value of the best plan so far")
    bound: float | None = Field(description="no plan is better")
    gap: float | None
    unit: str
    n_plans: int | None = Field(description="of a front: found so far")
    of_plans: int | None
    trail: list[Mark]
    error: Problem | None
    result: str | None


def jobs_router(desk: PlanDesk, chapters: ChapterDesk) -> APIRouter:
    """The routes below `/api/jobs`."""
    router = APIRouter(prefix="/api/jobs", tags=["Jobs"], responses=PROBLEMS)

    @router.get("", summary="All jobs, the newest first / Alle Aufträge")
    def listed() -> list[JobTold]:
        return [JobTold(**desk.told(one)) for one in desk.jobs.listed()]

    def added(given: NewJob) -> Job:
        asked: dict[str, Any] = {} if given.ask is None else given.ask.model_dump(exclude_unset=True)
        if isinstance(given, NewPlanJob):
            return desk.ask(given.kind, asked)
        return chapters.ask(given.kind, asked)

    @router.post("", status_code=202, summary="To be made when it is its turn / Rechnen, sobald es dran ist")
    def begin(given: NewJob, x_nahraum: Changes) -> JobTold:
        return JobTold(**desk.told(added(given)))

    @router.get("/{key}", summary="How far a job is / Stand eines Auftrags")
    def get(key: Key) -> JobTold:
        return JobTold(**desk.told(desk.jobs.get(key)))

    @router.delete("/{key}", status_code=204, summary="Cancel, or take off the list / Abbrechen")
    def remove(key: Key, x_nahraum: Changes) -> Response:
        desk.jobs.remove(key)
        return Response(status_code=204)

    return router
