"""Stress tests and labs over HTTP, in the planner role only: what can be asked for, kept results, their documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Response
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel, Field

from nahraum.web.housing_models import DesignScore, HousingForm, HousingResult
from nahraum.web.planning import Changes
from nahraum.web.plans import ANY_FILE, FileName, PlanFile, Shown
from nahraum.web.problems import PROBLEMS
from nahraum.web.stress_models import StressForm, StressResult
from nahraum.workflow.chapter_asks import MOST_CSV
from nahraum.workflow.chapters import HOUSING, STRESS

if TYPE_CHECKING:
    from nahraum.workflow.chapter_desk import ChapterDesk

ResultName = Annotated[str, Path(max_length=60, description="name of a result")]


class ResultEntry(BaseModel):
    """A kept result in the list of all."""

    name: str
    made: str
    published: bool = Field(description="whether everybody sees it; one at most")
    outdated: bool = Field(description="of an earlier analysis than the study holds now; then it is not on the map")
    bytes: int
    draws: int
    residents: float | None


class StressEntry(ResultEntry):
    """A stress test in the list of all."""

    scenarios: list[str]
    plan: str
    choices: bool
    hardest: str
    several_share: float | None


class LabEntry(ResultEntry):
    """A lab in the list of all."""

    take: dict[str, float]
    budget_eur: float | None
    brief: bool
    design: str | None
    crowded_low: float | None
    crowded_high: float | None


class Design(BaseModel):
    """A design's list of rooms."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    csv: Annotated[str, Field(max_length=MOST_CSV, description="dwelling;room;use;m2;… – a row per room")]


def stress_router(desk: ChapterDesk) -> APIRouter:
    """The routes below `/api/stress`."""
    router = APIRouter(prefix="/api/stress", tags=["Stress test"], responses=PROBLEMS)

    @router.get("", summary="What a stress test can be asked for / Was sich fragen lässt", responses=_of(StressForm))
    def about() -> JSONResponse:
        return JSONResponse(desk.stress_form())

    @router.get("/results", summary="All stress tests, the newest first / Alle Stresstests")
    def listed() -> list[StressEntry]:
        return [StressEntry(**one) for one in desk.entries(STRESS)]

    @router.put("/results/{name}/published", summary="Show it to everybody, or no longer / Veröffentlichen")
    def publish(name: ResultName, given: Shown, x_nahraum: Changes) -> StressEntry:
        return StressEntry(**desk.publish(STRESS, name, given.published))

    _results(router, desk, STRESS)
    return router


def housing_router(desk: ChapterDesk) -> APIRouter:
    """The routes below `/api/housing`."""
    router = APIRouter(prefix="/api/housing", tags=["Housing lab"], responses=PROBLEMS)

    @router.get("", summary="What a lab can be asked for / Was sich fragen lässt", responses=_of(HousingForm))
    def about() -> JSONResponse:
        return JSONResponse(desk.housing_form())

    @router.post(
        "/design", summary="A list of rooms against the requirements / Raumliste prüfen", responses=_of(DesignScore)
    )
    def design(given: Design, x_nahraum: Changes) -> JSONResponse:
        return JSONResponse(desk.design(given.name, given.csv))

    @router.get("/results", summary="All labs, the newest first / Alle Ergebnisse des Wohnlabors")
    def listed() -> list[LabEntry]:
        return [LabEntry(**one) for one in desk.entries(HOUSING)]

    @router.put("/results/{name}/published", summary="Show it to everybody, or no longer / Veröffentlichen")
    def publish(name: ResultName, given: Shown, x_nahraum: Changes) -> LabEntry:
        return LabEntry(**desk.publish(HOUSING, name, given.published))

    _results(router, desk, HOUSING)
    return router


def _results(router: APIRouter, desk: ChapterDesk, verb: str) -> None:
    stored, told = desk.results[verb], StressResult if verb == STRESS else HousingResult

    @router.get("/results/{name}", summary="A result: released figures / Ein Ergebnis", responses=_of(told))
    def get(name: ResultName) -> JSONResponse:
        return JSONResponse(stored.document(name))

    @router.delete("/results/{name}", status_code=204, summary="Delete / Löschen")
    def delete(name: ResultName, x_nahraum: Changes) -> Response:
        desk.delete(verb, name)
        return Response(status_code=204)

    @router.get("/results/{name}/files", summary="Its documents / Unterlagen")
    def files(name: ResultName) -> list[PlanFile]:
        return [PlanFile(name=one, bytes=path.stat().st_size) for one, path in stored.files(name).items()]

    @router.get("/results/{name}/files/{file}", summary="One of them / Eine davon", response_class=FileResponse,
                responses=ANY_FILE)  # fmt: skip
    def file(name: ResultName, file: FileName) -> FileResponse:
        return FileResponse(stored.file(name, file), filename=file)


def _of(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    """What an answer looks like, for the OpenAPI description; it is not checked again."""
    return {**PROBLEMS, 200: {"model": model, "description": "released figures"}}
