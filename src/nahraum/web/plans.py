"""Plans and fronts over HTTP, in the planner role only: what can be asked for, documents, sets put together by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Response
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel, Field

from nahraum.web.jobs import Texts
from nahraum.web.planning import Changes
from nahraum.web.problems import PROBLEMS

if TYPE_CHECKING:
    from nahraum.workflow.plan_desk import PlanDesk
    from nahraum.workflow.plan_stored import Stored

PlanName = Annotated[str, Path(max_length=60, description="name of a plan")]
FrontName = Annotated[str, Path(max_length=60, description="name of a front")]
FileName = Annotated[str, Path(max_length=100, description="name of a file", examples=["kuf.xlsx"])]
SiteId = Annotated[str, Path(max_length=200, description="id of a site")]
ANY_FILE: dict[int | str, dict[str, Any]] = {
    **PROBLEMS, 200: {"content": {"application/octet-stream": {}}, "description": "the file"}
}  # fmt: skip


class PlanEntry(BaseModel):
    """A finished plan in the list of all; exact, for the office."""

    name: str
    title: str
    made: str
    weighting: str
    budget_eur: float | None
    cost_eur: float
    n_measures: int
    people_relieved: float | None
    lacks_removed: float | None
    status: str
    gap: float | None
    by_hand: bool
    published: bool


class FrontEntry(BaseModel):
    """A finished front in the list of all."""

    name: str
    title: str
    made: str
    n_points: int
    objectives: list[str]


class PlanFile(BaseModel):
    """A document that may leave the office."""

    name: str
    bytes: int


class ByHand(BaseModel):
    """Sites put together by hand."""

    sites: Texts
    against: Annotated[str, Field(max_length=80)] = Field("", description="plan it is held against; '' for none")


class Shown(BaseModel):
    """Whether everybody sees a plan on the map."""

    published: bool


def plans_router(desk: PlanDesk) -> APIRouter:
    """The routes below `/api/planning` and `/api/plans`."""
    router = APIRouter(prefix="/api", tags=["Plans"], responses=PROBLEMS)
    _form(router, desk)
    _plans(router, desk)
    _files(router, desk.plans, "plans")

    @router.post("/plans/try", summary="What sites put together by hand would do / Von Hand zusammengestellt")
    def attempt(given: ByHand, x_nahraum: Changes) -> JSONResponse:
        return JSONResponse(desk.attempt(given.sites, given.against))

    return router


def fronts_router(desk: PlanDesk) -> APIRouter:
    """The routes below `/api/fronts`."""
    router = APIRouter(prefix="/api", tags=["Plans"], responses=PROBLEMS)

    @router.get("/fronts", summary="All fronts / Alle Abwägungen")
    def listed() -> list[FrontEntry]:
        return [FrontEntry(**one) for one in desk.front_entries()]

    @router.get("/fronts/{name}", summary="A front, exact / Eine Abwägung, genau")
    def get(name: FrontName) -> JSONResponse:
        return JSONResponse(desk.fronts.document(name))

    @router.get("/fronts/{name}/sites", summary="Its sites as GeoJSON / Ihre Orte")
    def sites(name: FrontName) -> JSONResponse:
        return JSONResponse(desk.front_sites(name))

    @router.delete("/fronts/{name}", status_code=204, summary="Delete / Löschen")
    def delete(name: FrontName, x_nahraum: Changes) -> Response:
        desk.fronts.delete(name)
        return Response(status_code=204)

    _files(router, desk.fronts, "fronts")
    return router


def _form(router: APIRouter, desk: PlanDesk) -> None:
    @router.get("/planning", summary="What a plan can be asked for / Was sich fragen lässt")
    def about() -> JSONResponse:
        return JSONResponse(desk.form())

    @router.get("/planning/sites", summary="Sites to choose from, as GeoJSON / Mögliche Orte")
    def sites() -> JSONResponse:
        return JSONResponse(desk.sites())

    @router.get("/planning/sites/{site_id}", summary="One site with its shape / Ein Ort mit seiner Form")
    def site(site_id: SiteId) -> JSONResponse:
        return JSONResponse(desk.site(site_id))


def _plans(router: APIRouter, desk: PlanDesk) -> None:
    @router.get("/plans", summary="All plans / Alle Pläne")
    def listed() -> list[PlanEntry]:
        return [PlanEntry(**one) for one in desk.plan_entries()]

    @router.get("/plans/{name}", summary="A plan, exact / Ein Plan, genau")
    def get(name: PlanName) -> JSONResponse:
        return JSONResponse(desk.plans.document(name))

    @router.get("/plans/{name}/ask", summary="What was asked / Was gefragt war")
    def ask(name: PlanName) -> JSONResponse:
        return JSONResponse(desk.question(name))

    @router.get("/plans/{name}/financing", summary="Who pays what in which year / Finanzierung")
    def financing(name: PlanName) -> JSONResponse:
        return JSONResponse(desk.financing(name))

    @router.put("/plans/{name}/published", summary="Show it to everybody, or no longer / Veröffentlichen")
    def publish(name: PlanName, given: Shown, x_nahraum: Changes) -> PlanEntry:
        return PlanEntry(**desk.publish(name, given.published))

    @router.delete("/plans/{name}", status_code=204, summary="Delete / Löschen")
    def delete(name: PlanName, x_nahraum: Changes) -> Response:
        desk.delete_plan(name)
        return Response(status_code=204)


def _files(router: APIRouter, stored: Stored, kind: str) -> None:
    @router.get(f"/{kind}/{{name}}/files", summary="Its documents / Unterlagen")
    def files(name: PlanName) -> list[PlanFile]:
        return [PlanFile(name=one, bytes=path.stat().st_size) for one, path in stored.files(name).items()]

    @router.get(f"/{kind}/{{name}}/files/{{file}}", summary="One of them / Eine davon", response_class=FileResponse,
                responses=ANY_FILE)  # fmt: skip
    def file(name: PlanName, file: FileName) -> FileResponse:
        return FileResponse(stored.file(name, file), filename=file)
