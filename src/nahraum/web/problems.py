"""One table from errors to statuses; every failure is the four-part message, never a stack trace."""

from __future__ import annotations

import logging
from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from nahraum.errors import InputError, MissingDependencyError, NahraumError, OutputError, StudyError

log = logging.getLogger("nahraum")


class Parts(BaseModel):
    """The four parts in another language."""

    what: str
    where: list[str]
    expected: str
    fix: str


class Problem(BaseModel):
    """What cannot be done, where, what was expected, how to mend it."""

    error: str = Field(description="kind of the error")
    what: str
    where: list[str]
    expected: str
    fix: str
    german: Annotated[Parts | None, Field(description="the same in German, where it is known")] = None


class NotThereError(InputError):
    """Something asked for by its id is not there."""


class UnfitQueryError(InputError):
    """A parameter of an address is not known there, or its value cannot be used (OGC API Features: 400)."""


STATUSES: tuple[tuple[str, int], ...] = (
    ("UnknownScenarioError", 404), ("NotThereError", 404), ("UnknownJobError", 404), ("UnknownPlanError", 404),
    ("UnfitQueryError", 400), ("OutdatedScenarioError", 409), ("NotReadyError", 409), ("NameTakenError", 409),
    ("BusyError", 429),
    (StudyError.__name__, 500), (MissingDependencyError.__name__, 501), (OutputError.__name__, 503),
    (InputError.__name__, 422), (NahraumError.__name__, 400),
)  # fmt: skip
"""Status of each error by the name of its class; the first that the error is an instance of counts."""

PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem, "description": words}
    for code, words in {
        400: "the request cannot be understood", 401: "the start-up token is missing",
        403: "refused: wrong host, wrong origin, or the header X-Nahraum is missing", 404: "not there",
        409: "changed meanwhile by somebody else, not ready yet, or the name is taken", 413: "too large",
        422: "the values cannot be used",
        429: "too many requests", 503: "cannot be stored, or too many requests are under way",
    }.items()
}  # fmt: skip
"""What every operation may answer besides its result, for the OpenAPI description."""

_PLAIN = {
    404: ("there is nothing here", "an address of the API: see /api/openapi.json"),
    405: ("this cannot be done here", "another method: see /api/openapi.json"),
}


def body(what: str, *, where: str = "", expected: str = "", fix: str = "", error: str = "InputError") -> dict[str, Any]:
    """The four parts as plain values."""
    told = Problem(error=error, what=what, where=[where] if where else [], expected=expected, fix=fix)
    return told.model_dump(exclude_none=True)


def places_of(error: RequestValidationError) -> list[str]:
    """Which values of a request cannot be used, and why."""
    places = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}"[:200] for one in error.errors()[:20]]
    return [_clean(place) for place in places]


def status_of(error: NahraumError) -> int:
    """The HTTP status of an error."""
    names = {one.__name__ for one in type(error).__mro__}
    return next((status for name, status in STATUSES if name in names), 500)


def install(app: FastAPI) -> None:
    """Makes every failure of the app a problem."""
    app.add_exception_handler(NahraumError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(Exception, _unknown)


def _known(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, NahraumError)
    german = vars(error).get("german")  # measures.german
    return JSONResponse(error.as_dict() | ({"german": german} if german else {}), status_of(error))


def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    problem = Problem(
        error="InputError", what="the request cannot be used", where=places_of(error),
        expected="what /api/openapi.json describes", fix="",
    )  # fmt: skip
    return JSONResponse(problem.model_dump(exclude_none=True), 422)


def _plain(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    what, expected = _PLAIN.get(error.status_code, ("the request cannot be answered", ""))
    return JSONResponse(body(what, expected=expected), error.status_code, headers=dict(error.headers or {}))


def _unknown(request: Request, error: Exception) -> JSONResponse:
    log.error("%s %s failed: %r", request.method, request.url.path, error)
    told = body("the server failed", fix="see what it printed; please report it", error=type(error).__name__)
    return JSONResponse(told, 500)


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
