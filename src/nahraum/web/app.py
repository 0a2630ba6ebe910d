"""The server of a study as an ASGI app: map, downloads, OGC API Features, and what-if for the planner."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import FastAPI
from fastapi import Path as PathParameter
from fastapi.responses import FileResponse
from pydantic import BaseModel

from nahraum.web import problems
from nahraum.web.embedding import origins
from nahraum.web.features import features_router
from nahraum.web.guard import App, Guard, Limits, Rules
from nahraum.web.pages import front_end

if TYPE_CHECKING:
    from nahraum.workflow.plan_desk import PlanDesk
    from nahraum.workflow.planning import Planning
    from nahraum.workflow.serving import Published

_ABOUT = """
What a study has published, and – in the planner role – what edits would change.

Reading needs nothing on a public server; else the cookie of the start-up address, or `Authorization: Bearer TOKEN`.
Whatever changes something needs the header `X-Nahraum: 1`. Every failure is a problem in four parts: what, where,
expected, fix. / Jede Fehlermeldung hat vier Teile: was, wo, was erwartet war, wie es sich beheben lässt.
"""
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class About(BaseModel):
    """The study that is served."""

    study: str
    version: str
    reference_date: str
    attribution: str
    language: str
    role: str
    what_if: bool
    plans: bool = False
    embeddable: bool = False


class Download(BaseModel):
    """A published file."""

    path: str
    bytes: int


def start_token() -> str:
    """A new start-up token."""
    return secrets.token_urlsafe(24)


def rules_for(
    published: Published, *, port: int, token: str | None, names: Iterable[str] = (), embedded_by: Iterable[str] = ()
) -> Rules:  # fmt: skip
    """Who may ask.

    Parameters
        port : of the server; names : further values of Host, e.g. of a reverse proxy ("karte.stadt.de").
        token : None for a public, read-only server.
        embedded_by : origins whose pages may show those of a public server in a frame.

    Raises
        InputError for what is no origin, and where the server is not public.
    """
    number = published.parameters.number
    limits = Limits(
        int(number("serving.body_bytes")),
        number("serving.requests_per_second"),
        int(number("serving.requests_at_once")),
    )
    hosts = {f"{name}:{port}" for name in LOOPBACK} | {name.lower() for name in names}
    return Rules(
        frozenset(hosts), token, cookie=f"nahraum_{port}", limits=limits, embedded_by=origins(embedded_by, token)
    )  # fmt: skip


def create_app(
    published: Published, rules: Rules, planning: Planning | None = None, desk: PlanDesk | None = None
) -> App:
    """The whole server of a study.

    Parameters
        planning : the study to be edited; None for a server without what-if. On a public server (no token) only
            answers by quarter are given and nothing is stored.
        desk : where plans are made; heard in the planner role only.
    """
    app = FastAPI(
        title="nahraum", version="1", description=_ABOUT, openapi_url="/api/openapi.json", docs_url=None,
        redoc_url=None, redirect_slashes=False,
    )  # fmt: skip
    problems.install(app)
    is_planner = rules.token is not None
    desk = desk if is_planner else None

    @app.get("/api", tags=["Study"], summary="The study that is served / Die Untersuchung", responses=problems.PROBLEMS)
    def about() -> About:
        role = "planner" if is_planner else "public"
        facts = published.about() | {"what_if": planning is not None, "plans": desk is not None}
        return About(**facts, role=role, embeddable=bool(rules.embedded_by))

    _downloads(app, published)
    most = int(published.parameters.number("serving.most_features"))
    layers = partial(published.every_layer, office=is_planner)
    app.include_router(features_router(layers, title=published.study.name, most=most))
    if planning is not None:
        from nahraum.web.planning import planner_router, public_router

        app.include_router(planner_router(planning) if is_planner else public_router(planning))
    if desk is not None:
        _planned(app, desk)
    words = ["planner" if is_planner else "public", *(["what-if"] if planning else [])]
    words += ["plan", "stress", "housing"] if desk is not None else []
    words += ["embed"] if rules.embedded_by else []
    front_end(app, published, " ".join(words))
    return Guard(app, rules)


def _planned(app: FastAPI, desk: PlanDesk) -> None:
    from nahraum.web.chapters import housing_router, stress_router
    from nahraum.web.jobs import jobs_router
    from nahraum.web.plans import fronts_router, plans_router
    from nahraum.workflow.chapter_desk import ChapterDesk

    chapters = ChapterDesk(desk.study, desk.jobs)
    plans = (jobs_router(desk, chapters), plans_router(desk), fronts_router(desk))
    for router in (*plans, stress_router(chapters), housing_router(chapters)):
        app.include_router(router)


def _downloads(app: FastAPI, published: Published) -> None:
    @app.get(
        "/api/downloads", tags=["Downloads"], summary="The published files / Veröffentlichte Dateien",
        responses=problems.PROBLEMS,
    )  # fmt: skip
    def downloads() -> list[Download]:
        return [Download(path=name, bytes=file.stat().st_size) for name, file in published.downloads().items()]

    any_file: dict[str, Any] = {"content": {"application/octet-stream": {}}, "description": "the file"}

    @app.get(
        "/api/downloads/{path:path}", tags=["Downloads"], summary="One published file / Eine Datei",
        response_class=FileResponse, responses={**problems.PROBLEMS, 200: any_file},
    )  # fmt: skip
    def download(path: Annotated[str, PathParameter(max_length=200, examples=["report.pdf"])]) -> FileResponse:
        found: Path | None = published.downloads().get(path)
        if found is None:
            raise problems.NotThereError("there is no such file", where=path[:80], expected="a path of /api/downloads")
        return FileResponse(found, filename=found.name)
