"""Verbs that make or fetch what goes in: demo, musterstadt, init, fetch, check."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from nahraum.cli.verb import Json, Out, StudyPath, say, show, verb


@verb
def demo(
    out: Out = None,
    residents: Annotated[int, typer.Option(help="size of the synthetic city")] = 20_000,
    seed: Annotated[int, typer.Option(help="same seed, same city")] = 1,
    serve: Annotated[bool, typer.Option("--serve", help="open the map on 127.0.0.1 afterwards")] = False,
    as_json: Json = False,
) -> None:
    """Musterstadt: writes its raw input files, runs everything, says what it found."""
    from nahraum import workflow

    summary = workflow.demo(out or Path("nahraum-demo"), residents=residents, seed=seed, quiet=as_json)
    show(summary.document, summary.lines, as_json=as_json)
    if serve:
        _serve_map(Path(summary.document["public"]) / "map")


@verb
def musterstadt(
    residents: Annotated[int, typer.Option(help="1,000 to 5,000,000; of all municipalities together")] = 20_000,
    municipalities: Annotated[int, typer.Option(help="2 to 40: a county of so many instead of one city")] = 1,
    seed: Annotated[int, typer.Option(help="same seed, same city")] = 1,
    out: Annotated[Path, typer.Option("--out", help="folder for the raw files")] = Path("musterstadt"),
    as_json: Json = False,
) -> None:
    """Only the synthetic city's raw input files, in the original formats; or those of a county."""
    from nahraum import workflow

    summary = workflow.musterstadt(residents, seed=seed, folder=out, municipalities=municipalities)
    show(summary.document, summary.lines, as_json=as_json)


@verb
def init(
    name: Annotated[str, typer.Option(help="a municipality by name, e.g. Kaiserslautern")] = "",
    ags: Annotated[str, typer.Option(help="by its key of eight digits; several with commas")] = "",
    kreis: Annotated[str, typer.Option(help="all municipalities of a Kreis, by its key of five digits")] = "",
    names: Annotated[Path | None, typer.Option("--from", help="a text file with a name or a key per line")] = None,
    title: Annotated[str, typer.Option("--title", help="what report and map are called")] = "",
    out: Annotated[Path, typer.Option("--out", help="the study file to write")] = Path("study.toml"),
    boundaries: Annotated[Path | None, typer.Option(help="a VG250 file of the BKG instead of the fetched one")] = None,
    download: Annotated[bool, typer.Option("--download", help="fetch the list of municipalities if need be")] = False,
    language: Annotated[str, typer.Option(help="of comments, report and map: de or en")] = "de",
    as_json: Json = False,
) -> None:
    """A commented study for a German municipality, several or a Kreis, with its public downloads."""
    from nahraum import workflow

    if sum(map(bool, (name, ags, kreis, names))) != 1:
        raise typer.BadParameter("give one of --name, --ags, --kreis, --from")
    if language not in ("de", "en"):
        raise typer.BadParameter("--language is de or en")
    keys = [key for key in ags.split(",") if key.strip()]
    summary = workflow.init(
        name=name, ags=keys, kreis=kreis, names=names, title=title, out=out, boundaries=boundaries, download=download,
        language=language, quiet=as_json,
    )  # fmt: skip
    show(summary.document, summary.lines, as_json=as_json)


@verb
def fetch(
    study: Annotated[Path | None, typer.Argument(help="the study file", show_default=False)] = None,
    only: Annotated[list[str] | None, typer.Option(help="a section, e.g. osm or topics.rent; may be repeated")] = None,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="ask whether there are newer files, and take them")
    ] = False,
    boundaries: Annotated[bool, typer.Option("--boundaries", help="the list of municipalities for init")] = False,
    as_json: Json = False,
) -> None:
    """Downloads what the study names: resumed, checked, noted. The only verb that asks the internet."""
    from nahraum import workflow

    if (study is None) != boundaries:
        raise typer.BadParameter("give either a study or --boundaries")
    if study is None:
        summary = workflow.fetch_boundaries(refresh=refresh, quiet=as_json)
    else:
        summary = workflow.fetch(study, only=only or (), refresh=refresh, quiet=as_json)
    show(summary.document, summary.lines, as_json=as_json)


@verb
def check(study: StudyPath, as_json: Json = False) -> None:
    """Validates the inputs, prints completeness and the scale of each source; runs nothing."""
    from nahraum import workflow

    summary = workflow.check(study, quiet=as_json)
    show(summary.document, summary.lines, as_json=as_json)


def _serve_map(folder: Path) -> None:
    from nahraum.web.static_server import serve_folder

    with serve_folder(folder) as address:
        say(f"map: {address}   (Ctrl-C ends)")
        try:
            while True:
                sys.stdin.readline()
        except KeyboardInterrupt:
            return
