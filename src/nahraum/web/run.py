"""Runs the server of a study until it is interrupted."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import uvicorn

from nahraum.errors import InputError
from nahraum.web.app import create_app, rules_for, start_token
from nahraum.web.guard import App
from nahraum.web.patience import Patient
from nahraum.workflow.serving import published

_CONNECTIONS = 800  # below what a system lets a process open; more get 503 from uvicorn
_IDLE_S = 20  # that a connection stays open for the next request of a browser


def serve(
    study: Path, *, host: str = "127.0.0.1", port: int = 8765, public: bool = False, what_if: bool | None = None,
    names: Iterable[str] = (), embedded_by: Iterable[str] = (), out: Path | None = None,
    tell: Callable[[str], None] = print,
) -> None:  # fmt: skip
    """Serves a study.

    Parameters
        host : the address to listen on; others than this machine can ask only where it is not 127.0.0.1.
        port : 0 takes a free one.
        public : read-only, without a token, only what is published.
        what_if : whether edits can be tried; by default in the planner role only.
        names : values of the header Host that a reverse proxy passes on.
        embedded_by : sites, such as https://www.stadt.de, that may show a public server in a frame of their pages.
        tell : says the address, once.

    Raises
        InputError where nothing has been published yet, or the address cannot be listened on.
    """
    found = published(study, out=out)
    planning = desk = None
    if not public if what_if is None else what_if:
        from nahraum.workflow.planning import planning_of

        planning = planning_of(found.study, stored=not public)
    if not public:
        from nahraum.workflow.plan_desk import PlanDesk

        desk = PlanDesk(found.study)
    listener = _listener(host, port)
    number = int(listener.getsockname()[1])
    token = None if public else start_token()
    rules = rules_for(found, port=number, token=token, names=names, embedded_by=embedded_by)
    app = create_app(found, rules, planning, desk)
    shown = host if host not in ("0.0.0.0", "::") else "127.0.0.1"  # noqa: S104
    tell(f"http://{shown}:{number}/" + ("" if token is None else f"start?token={token}"))
    gc.collect()
    gc.freeze()  # the study is held for good: looking through it again and again would hold answers up
    try:
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config_of(app)).run(sockets=[listener])
    finally:
        if desk is not None:
            desk.close()


def config_of(app: App, http: type[Patient] = Patient) -> uvicorn.Config:
    """How the app is served: what is told of the server, how long and how many connections are borne."""
    return uvicorn.Config(
        app, http=http, log_level="warning", server_header=False, date_header=False, limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=_IDLE_S, h11_max_incomplete_event_size=16_384, proxy_headers=False,
    )  # fmt: skip


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # the protocol is named, or asyncio leaves Nagle's algorithm on and every answer waits 40 ms
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_CONNECTIONS)  # whoever follows the address at once waits, and is not refused
    except OSError as wrong:
        listener.close()
        raise InputError(
            "the server cannot listen there", where=f"{host}:{port}: {wrong.strerror}",
            expected="a free port of this machine", fix="--port 0 takes a free one",
        ) from None  # fmt: skip
    return listener
