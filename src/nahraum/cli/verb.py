"""What all verbs of the command line share: the app, how a failure is told, how a summary is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec

import typer

from nahraum.errors import NahraumError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Where do people lack living space, green, internet and everyday supply near home – "
    "and where do several of these lacks meet?",
)

P = ParamSpec("P")
StudyPath = Annotated[Path, typer.Argument(help="the study file, e.g. study.toml", show_default=False)]
Out = Annotated[Path | None, typer.Option("--out", help="folder for the results")]
Json = Annotated[bool, typer.Option("--json", help="one JSON document for machines instead of text")]


def verb(function: Callable[P, None]) -> Callable[P, None]:
    """A verb of the app; its failures become the four-part message (exit 1), its interruption is told (exit 130)."""

    @wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except NahraumError as error:
            if kwargs.get("as_json"):
                say(json.dumps(error.as_dict(), ensure_ascii=False, indent=2))
            else:
                typer.echo(error.message(), err=True)
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            typer.echo("interrupted; finished stages are kept and the next run goes on from them", err=True)
            raise typer.Exit(130) from None

    app.command()(guarded)
    return guarded


def say(text: str) -> None:
    """One line to the standard output."""
    typer.echo(text)


def show(document: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    """A summary as JSON for machines, or as lines for people."""
    if as_json:
        say(json.dumps(document, ensure_ascii=False, indent=2, default=str))
    else:
        for line in lines:
            say(line)
