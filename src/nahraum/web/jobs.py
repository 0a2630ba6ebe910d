"""Long jobs over HTTP: asked for, watched, cancelled. In the planner role only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from nahraum.web.planning import Changes
from nahraum.web.problems import PROBLEMS, Problem

if TYPE_CHECKING:
    from nahraum.workflow.plan_desk import PlanDesk

_IDS = 5000
Key = Annotated[str, Path(max_length=40, description="id of a job")]
Text = Annotated[str, Field(max_length=200)]
Texts = Annotated[list[Text], Field(max_length=_IDS)]
Amount = Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)]
Finite = Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]


class JobAsk(BaseModel):
    """What a plan or a front is asked for; what is not given is taken from [plan] of the study, or does not bind."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "stadtpark-2027", "budget_eur": 5_000_000, "priority": ["status"]}]},
    )
    name: Annotated[str, Field(min_length=1, max_length=80, description="letters and digits; 40 are kept")]
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


class NewJob(BaseModel):
    """A job to be done when it is its turn."""

    kind: Literal["plan", "front", "prepare"]
    ask: JobAsk | None = None


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
    kind: Literal["plan", "front", "prepare"]
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


def jobs_router(desk: PlanDesk) -> APIRouter:
    """The routes below `/api/jobs`."""
    router = APIRouter(prefix="/api/jobs", tags=["Jobs"], responses=PROBLEMS)

    @router.get("", summary="All jobs, the newest first / Alle Aufträge")
    def listed() -> list[JobTold]:
        return [JobTold(**desk.told(one)) for one in desk.jobs.listed()]

    @router.post("", status_code=202, summary="A plan or a front, when it is its turn / Plan oder Abwägung rechnen")
    def begin(given: NewJob, x_nahraum: Changes) -> JobTold:
        asked: dict[str, Any] = {} if given.ask is None else given.ask.model_dump(exclude_unset=True)
        return JobTold(**desk.told(desk.ask(given.kind, asked)))

    @router.get("/{key}", summary="How far a job is / Stand eines Auftrags")
    def get(key: Key) -> JobTold:
        return JobTold(**desk.told(desk.jobs.get(key)))

    @router.delete("/{key}", status_code=204, summary="Cancel, or take off the list / Abbrechen")
    def remove(key: Key, x_nahraum: Changes) -> Response:
        desk.jobs.remove(key)
        return Response(status_code=204)

    return router
