"""What-if over HTTP: named scenarios for the planner, answers by quarter for everybody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from nahraum.web.problems import PROBLEMS

if TYPE_CHECKING:
    from nahraum.workflow.planning import Planning

_MOST_PUBLIC = 20
Name = Annotated[str, Path(max_length=40, description="id of a scenario")]
Position = Annotated[int, Path(ge=0, le=10_000, description="of an edit in the list of those that count, from 0")]
Changes = Annotated[str, Header(alias="X-Nahraum", max_length=20, description="any value; against forged requests")]
Crs = Annotated[str, Query(max_length=80, description="of coordinates: the study's by default, or OGC:CRS84")]
Coordinate = Annotated[float, Query(ge=-1e9, le=1e9, allow_inf_nan=False)]
Metres = Annotated[float, Query(gt=0, le=500, allow_inf_nan=False, description="as the crow flies")]
Kind = Literal[
    "facility_added", "facility_moved", "facility_closed", "capacity_changed", "green_added", "green_removed",
    "entrance_added", "entrance_removed", "footpath_added", "footpath_removed", "barrier_added", "barrier_removed",
    "residents_added", "internet_offer_changed",
]  # fmt: skip


class EditBody(BaseModel):
    """An edit as it stands in a log: its kind, and what docs/explanation/what-if.md says belongs to it."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={"examples": [{"kind": "facility_added", "category": "gp", "x_m": 448000, "y_m": 5715000}]},
    )
    kind: Kind


class Named(BaseModel):
    """A name for a scenario."""

    name: str = Field(min_length=1, max_length=120)


class NewScenario(Named):
    """A new scenario, empty or with the edits of a log (`nahraum-edits`)."""

    log: dict[str, Any] | None = None


class OneEdit(BaseModel):
    """An edit of a scenario."""

    edit: EditBody
    crs: str = Field("", max_length=80, description="of its coordinates: the study's by default, or OGC:CRS84")
    version: int | None = Field(None, description="of the scenario as last seen; another one is answered with 409")


class Seen(BaseModel):
    """The version of a scenario as last seen."""

    version: int | None = None


class SomeEdits(BaseModel):
    """Edits that are tried together."""

    edits: list[EditBody] = Field(min_length=1, max_length=_MOST_PUBLIC)
    crs: str = Field("", max_length=80)


class OneMeasure(BaseModel):
    """A measure: its type, and how much of its unit."""

    type_id: str = Field(max_length=80)
    quantity: float = Field(gt=0, le=1e9, allow_inf_nan=False)


class SomeMeasures(BaseModel):
    """Measures by type of the catalogue, and how much of its unit each is."""

    measures: list[OneMeasure] = Field(min_length=1, max_length=_MOST_PUBLIC)


_At = Annotated[str, Field(pattern=r"^[0-9]{1,4}$", description="position of an edit, from 0")]


class Costing(BaseModel):
    """Which measures of the catalogue the edits of a scenario are, and how much of their unit, by position."""

    types: dict[_At, Annotated[str, Field(max_length=80)]] = Field({}, description="'' for none")
    quantities: dict[_At, Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)]] = {}


def _values(edit: EditBody) -> dict[str, Any]:
    return edit.model_dump()


def _about(router: APIRouter, planning: Planning) -> None:
    @router.get("/whatif", summary="What can be edited / Was sich ändern lässt")
    def about() -> dict[str, Any]:
        return planning.about()

    @router.get("/whatif/point", summary="Where a point of the study's CRS lies / Punkt in Länge und Breite")
    def point(x: Coordinate, y: Coordinate) -> dict[str, list[float]]:
        return {"point": planning.lon_lat(x, y)}


def public_router(planning: Planning) -> APIRouter:
    """What-if without the planner role: by quarter, residents rounded, nothing stored."""
    router = APIRouter(prefix="/api", tags=["What-if"], responses=PROBLEMS)
    _about(router, planning)

    @router.post("/whatif", summary="What some edits would change, by quarter / Was Änderungen bewirken, je Quartier")
    def answer(given: SomeEdits, x_nahraum: Changes) -> dict[str, Any]:
        return planning.released([_values(edit) for edit in given.edits], crs=given.crs)

    return router


def planner_router(planning: Planning) -> APIRouter:
    """Named scenarios: made, edited, undone, compared with the study as it is."""
    router = APIRouter(prefix="/api", tags=["What-if"], responses=PROBLEMS)
    _about(router, planning)
    _scenarios(router, planning)
    _edits(router, planning)
    _replacing(router, planning)
    _costs(router, planning)
    _scenario_costs(router, planning)

    @router.post("/whatif", summary="The same as outside the office would see it / Antwort wie außerhalb des Amtes")
    def answer(given: SomeEdits, x_nahraum: Changes) -> dict[str, Any]:
        return planning.released([_values(edit) for edit in given.edits], crs=given.crs)

    return router


def _costs(router: APIRouter, planning: Planning) -> None:
    @router.get("/measures", summary="Types of measures with costs per unit / Maßnahmenarten mit Kosten je Einheit")
    def types() -> list[dict[str, Any]]:
        return planning.measure_types()

    @router.post("/costs", summary="What some measures would cost / Was Maßnahmen kosten würden")
    def costs(given: SomeMeasures, x_nahraum: Changes) -> JSONResponse:
        return JSONResponse(planning.costs([(one.type_id, one.quantity) for one in given.measures]))


def _scenario_costs(router: APIRouter, planning: Planning) -> None:
    @router.get("/scenarios/{name}/costs", summary="What a scenario would cost / Was ein Szenario kosten würde")
    def costs(name: Name) -> JSONResponse:
        return JSONResponse(planning.scenario_costs(name))

    @router.post("/scenarios/{name}/costs", summary="Which measures its edits are / Welche Maßnahmen es sind")
    def choose(name: Name, given: Costing, x_nahraum: Changes) -> JSONResponse:
        places = sorted({*given.types, *given.quantities})
        chosen = {int(at): (given.types.get(at), given.quantities.get(at)) for at in places}
        return JSONResponse(planning.scenario_costs(name, chosen))


def _scenarios(router: APIRouter, planning: Planning) -> None:
    @router.get("/scenarios", summary="All scenarios / Alle Szenarien")
    def listed() -> list[dict[str, Any]]:
        return planning.listed()

    @router.post("/scenarios", status_code=201, summary="A new scenario / Neues Szenario")
    def create(given: NewScenario, x_nahraum: Changes) -> dict[str, Any]:
        return planning.create(given.name, given.log)

    @router.get("/scenarios/{name}", summary="A scenario with its edits / Szenario mit seinen Änderungen")
    def get(name: Name, crs: Crs = "") -> dict[str, Any]:
        return planning.get(name, crs=crs)

    @router.get("/scenarios/{name}/around", summary="What lies around a point and can be named / Was hier liegt")
    def around(
        name: Name, x: Coordinate, y: Coordinate, crs: Crs = "", within_m: Metres = 60.0
    ) -> list[dict[str, Any]]:
        return planning.around(name, (x, y), crs=crs, within_m=within_m)

    @router.patch("/scenarios/{name}", summary="Another name / Umbenennen")
    def rename(name: Name, given: Named, x_nahraum: Changes) -> dict[str, Any]:
        return planning.rename(name, given.name)

    @router.delete("/scenarios/{name}", status_code=204, summary="Delete / Löschen")
    def delete(name: Name, x_nahraum: Changes) -> Response:
        planning.delete(name)
        return Response(status_code=204)

    @router.post("/scenarios/{name}/duplicate", status_code=201, summary="A copy / Kopie")
    def duplicate(name: Name, given: Named, x_nahraum: Changes) -> dict[str, Any]:
        return planning.duplicate(name, given.name)

    @router.get("/scenarios/{name}/log", summary="The edits as a file / Änderungen als Datei")
    def log(name: Name) -> dict[str, Any]:
        return planning.log(name)

    @router.get("/scenarios/{name}/effect", summary="Against the study as it is / Gegenüber dem Bestand")
    def effect(name: Name) -> JSONResponse:
        return JSONResponse(planning.effect(name))


def _replacing(router: APIRouter, planning: Planning) -> None:
    @router.put("/scenarios/{name}/edits/{position}", summary="Another edit in its place / Änderung ersetzen")
    def replace(name: Name, position: Position, given: OneEdit, x_nahraum: Changes) -> JSONResponse:
        edit = _values(given.edit)
        return JSONResponse(planning.replace(name, position, edit, crs=given.crs, version=given.version))

    @router.post("/scenarios/{name}/edits/{position}/preview", summary="Try that / Ersetzen nur probieren")
    def preview(name: Name, position: Position, given: OneEdit, x_nahraum: Changes) -> JSONResponse:
        edit = _values(given.edit)
        return JSONResponse(planning.replace(name, position, edit, crs=given.crs, version=given.version, keep=False))

    @router.delete("/scenarios/{name}/edits/{position}", summary="Take an edit out / Änderung herausnehmen")
    def take_out(name: Name, position: Position, x_nahraum: Changes, version: int | None = None) -> JSONResponse:
        return JSONResponse(planning.replace(name, position, None, version=version))


def _edits(router: APIRouter, planning: Planning) -> None:
    @router.post("/scenarios/{name}/edits", summary="Make an edit / Änderung vornehmen")
    def edit(name: Name, given: OneEdit, x_nahraum: Changes) -> JSONResponse:
        return JSONResponse(planning.edit(name, _values(given.edit), crs=given.crs, version=given.version))

    @router.post("/scenarios/{name}/preview", summary="Try an edit without keeping it / Änderung nur probieren")
    def preview(name: Name, given: OneEdit, x_nahraum: Changes) -> JSONResponse:
        return JSONResponse(planning.edit(name, _values(given.edit), crs=given.crs, version=given.version, keep=False))

    @router.post("/scenarios/{name}/undo", summary="Take the last edit back / Rückgängig")
    def undo(name: Name, given: Seen, x_nahraum: Changes) -> JSONResponse:
        return JSONResponse(planning.step(name, -1, version=given.version))

    @router.post("/scenarios/{name}/redo", summary="Make it again / Wiederholen")
    def redo(name: Name, given: Seen, x_nahraum: Changes) -> JSONResponse:
        return JSONResponse(planning.step(name, 1, version=given.version))
