"""Verbs beside a study: replicate, ledger, serve, warmup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nahraum.cli.verb import Json, Out, StudyPath, say, show, verb


@verb
def replicate(
    name: Annotated[str, typer.Argument(help="a published index, e.g. mss-berlin-2019", show_default=False)] = "",
    known: Annotated[bool, typer.Option("--list", help="tell which there are")] = False,
    data: Annotated[Path | None, typer.Option(help="folder with the published tables, else NAHRAUM_DATA")] = None,
    area: Annotated[str, typer.Option(help="also explain this area, e.g. 09030901")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="also write the released tables below it")] = None,
    language: Annotated[str, typer.Option(help="de or en")] = "de",
    as_json: Json = False,
) -> None:
    """A published index from its published figures: how far it agrees, and why not further."""
    from nahraum import workflow

    if language not in ("de", "en"):
        raise typer.BadParameter("--language is de or en")
    if known == bool(name):
        raise typer.BadParameter("give a NAME, or --list")
    if known:
        summary = workflow.replications_list(language)
    else:
        summary = workflow.replicate(name, data=data, area=area, out=out, language=language)
    show(summary.document, summary.lines, as_json=as_json)
    if not summary.document.get("reached", True):
        raise typer.Exit(1)


@verb
def ledger(
    study: StudyPath,
    withdraw: Annotated[str, typer.Option(help="take back a release that never left the office, by its id")] = "",
    reason: Annotated[str, typer.Option(help="why it is taken back")] = "",
    out: Out = None,
    as_json: Json = False,
) -> None:
    """What was released so far; later releases are held against it."""
    from nahraum import workflow

    summary = workflow.releases(study, withdraw=withdraw, reason=reason, out=out)
    show(summary.document, summary.lines, as_json=as_json)


@verb
def serve(
    study: StudyPath,
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes a free one")] = 8765,
    public: Annotated[bool, typer.Option("--public", help="read-only, no token, only what is published")] = False,
    what_if: Annotated[
        bool | None, typer.Option("--what-if/--no-what-if", help="whether edits can be tried; default: not in public")
    ] = None,
    name: Annotated[list[str] | None, typer.Option(help="host name that a reverse proxy passes on; repeatable")] = None,
    embed: Annotated[
        list[str] | None,
        typer.Option(help="with --public: site whose pages may show the map, https://www.stadt.de; repeatable"),
    ] = None,
    out: Out = None,
) -> None:
    """The study on a web server of this machine: map, downloads, OGC API Features, what-if, plans, stress test, lab."""
    from nahraum.web.run import serve as serve_study

    serve_study(
        study, host=host, port=port, public=public, what_if=what_if, names=name or (), embedded_by=embed or (),
        out=out, tell=say,
    )  # fmt: skip


@verb
def warmup(as_json: Json = False) -> None:
    """Compiles the kernels once, so that nobody waits for them later."""
    from nahraum import workflow

    summary = workflow.warmup()
    show(summary.document, summary.lines, as_json=as_json)
