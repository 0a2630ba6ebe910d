"""The command line: each verb is one function that calls one function of `nahraum.workflow`."""

from __future__ import annotations

import json
import logging
import sys
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
log = logging.getLogger("nahraum")

P = ParamSpec("P")
StudyPath = Annotated[Path, typer.Argument(help="the study file, e.g. study.toml", show_default=False)]
Out = Annotated[Path | None, typer.Option("--out", help="folder for the results")]
Json = Annotated[bool, typer.Option("--json", help="one JSON document for machines instead of text")]


def _verb(function: Callable[P, None]) -> Callable[P, None]:
    """A verb whose failures become the four-part message (exit 1) and whose interruption is told (exit 130)."""

    @wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except NahraumError as error:
            if kwargs.get("as_json"):
                _say(json.dumps(error.as_dict(), ensure_ascii=False, indent=2))
            else:
                typer.echo(error.message(), err=True)
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            typer.echo("interrupted; finished stages are kept and the next run goes on from them", err=True)
            raise typer.Exit(130) from None

    return guarded


def _say(text: str) -> None:
    typer.echo(text)


def _show(document: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    if as_json:
        _say(json.dumps(document, ensure_ascii=False, indent=2, default=str))
    else:
        for line in lines:
            _say(line)


@app.command()
@_verb
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
    _show(summary.document, summary.lines, as_json=as_json)
    if serve:
        _serve_map(Path(summary.document["public"]) / "map")


@app.command()
@_verb
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
    _show(summary.document, summary.lines, as_json=as_json)


@app.command()
@_verb
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
    _show(summary.document, summary.lines, as_json=as_json)


@app.command()
@_verb
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
    _show(summary.document, summary.lines, as_json=as_json)


@app.command()
@_verb
def check(study: StudyPath, as_json: Json = False) -> None:
    """Validates the inputs, prints completeness and the scale of each source; runs nothing."""
    from nahraum import workflow

    summary = workflow.check(study, quiet=as_json)
    _show(summary.document, summary.lines, as_json=as_json)


@app.command()
@_verb
def run(study: StudyPath, out: Out = None, as_json: Json = False) -> None:
    """The whole analysis: raw files to tables, report and map."""
    from nahraum import workflow

    summary = workflow.run(study, out=out, quiet=as_json)
    _show(summary.document, summary.lines, as_json=as_json)


@app.command()
@_verb
def region(
    studies: Annotated[list[Path], typer.Argument(help="a study of several municipalities, or several studies")],
    name: Annotated[str, typer.Option(help="of the region, for several studies")] = "",
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Many municipalities, one method, one report with a page for each."""
    from nahraum import workflow

    summary = workflow.region(studies, name=name, out=out, quiet=as_json)
    _show(summary.document, summary.lines, as_json=as_json)


@app.command()
@_verb
def explain(
    study: StudyPath,
    indicator: Annotated[str, typer.Option(help="an indicator id, e.g. green_distance_m")],
    cell: Annotated[str | None, typer.Option(help="INSPIRE id of a 100 m cell")] = None,
    quarter: Annotated[str | None, typer.Option(help="id or name of a quarter")] = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Why a number is what it is: inputs, formula, parameters, and what would lift it over the threshold."""
    from nahraum import workflow

    if (cell is None) == (quarter is None):
        raise typer.BadParameter("give either --cell or --quarter")
    summary = workflow.explain(study, indicator=indicator, cell=cell, quarter=quarter, out=out)
    _show(summary.document, summary.lines, as_json=as_json)


@app.command()
@_verb
def plan(
    study: StudyPath,
    budget: Annotated[float | None, typer.Option(help="all investments together, in EUR")] = None,
    yearly: Annotated[str, typer.Option(help="most per year in EUR: one amount, or several with commas")] = "",
    years: Annotated[int, typer.Option(help="over how many years the money is spread")] = 0,
    goal: Annotated[
        str, typer.Option(help="utilitarian, prioritarian, worst_quarter or worst_fifth: how lacks are weighed")
    ] = "utilitarian",
    priority: Annotated[str, typer.Option(help="quarters by id or name with commas, or: status")] = "",
    priority_share: Annotated[float | None, typer.Option(help="share of the money at least there, 0 to 1")] = None,
    must: Annotated[list[str] | None, typer.Option(help="id of a site that is set; may be repeated")] = None,
    must_not: Annotated[list[str] | None, typer.Option(help="id of a site that is not wanted; repeatable")] = None,
    types: Annotated[str, typer.Option(help="only these types of measures, with commas")] = "",
    limit: Annotated[
        list[str] | None, typer.Option(help="e.g. sealing=0, running=50000, dwellings=100, quarter:0104=50; repeatable")
    ] = None,
    name: Annotated[str, typer.Option(help="of the plan and its folder")] = "plan",
    sites: Annotated[Path | None, typer.Option(help="GeoJSON or GeoPackage of drawn sites")] = None,
    variants: Annotated[bool, typer.Option(help="whether other costs and needs are tried, too")] = True,
    publish: Annotated[bool, typer.Option("--publish", help="show it on the map; else it stays in plan/")] = False,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """What to fund: the best measures within a budget, with documents for an application."""
    from nahraum import workflow

    ask = workflow.Ask(
        budget_eur=_or_nan(budget), yearly_eur=tuple(_amounts(yearly)), years=years, weights=goal,
        priority=_listed(priority), priority_share=_or_nan(priority_share), must=tuple(must or ()),
        must_not=tuple(must_not or ()), types=_listed(types), name=name, variants=variants, publish=publish,
        limit=_pairs(limit or []),
    )  # fmt: skip
    summary = workflow.plan(study, ask, sites=sites, out=out, quiet=as_json)
    _show(summary.document, summary.lines, as_json=as_json)


@app.command()
@_verb
def pareto(
    study: StudyPath,
    objectives: Annotated[
        str, typer.Option(help="two or three, the first is searched for; an unknown one tells which there are")
    ] = "people_lacking_green,dwellings,cost",
    limit: Annotated[
        list[str] | None,
        typer.Option(help="a further objective as a limit, e.g. sealing=0 or people_lacking_supply=today; repeatable"),
    ] = None,
    points: Annotated[int, typer.Option(help="plans at most; 0 takes the study's parameter")] = 0,
    budget: Annotated[float | None, typer.Option(help="all investments together, in EUR")] = None,
    must: Annotated[list[str] | None, typer.Option(help="id of a site that is set; may be repeated")] = None,
    must_not: Annotated[list[str] | None, typer.Option(help="id of a site that is not wanted; repeatable")] = None,
    types: Annotated[str, typer.Option(help="only these types of measures, with commas")] = "",
    name: Annotated[str, typer.Option(help="of the front and its folder")] = "front",
    sites: Annotated[Path | None, typer.Option(help="GeoJSON or GeoPackage of drawn sites")] = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Green, dwellings, cost: plans between which only values can decide."""
    from nahraum import workflow

    limits = workflow.Ask(
        budget_eur=_or_nan(budget), must=tuple(must or ()), must_not=tuple(must_not or ()), types=_listed(types),
        name=name,
    )  # fmt: skip
    ask = workflow.FrontAsk(_listed(objectives), _pairs(limit or [], today=True), points, limits)
    summary = workflow.pareto(study, ask, sites=sites, out=out, quiet=as_json)
    _show(summary.document, summary.lines, as_json=as_json)


@app.command()
@_verb
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
    _show(summary.document, summary.lines, as_json=as_json)
    if not summary.document.get("reached", True):
        raise typer.Exit(1)


@app.command()
@_verb
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
    _show(summary.document, summary.lines, as_json=as_json)


@app.command()
@_verb
def serve(
    study: StudyPath,
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="0 takes a free one")] = 8765,
    public: Annotated[bool, typer.Option("--public", help="read-only, no token, only what is published")] = False,
    what_if: Annotated[
        bool | None, typer.Option("--what-if/--no-what-if", help="whether edits can be tried; default: not in public")
    ] = None,
    name: Annotated[list[str] | None, typer.Option(help="host name that a reverse proxy passes on; repeatable")] = None,
    out: Out = None,
) -> None:
    """The study on a web server of this machine: map, downloads, OGC API Features, what-if."""
    from nahraum.web.run import serve as serve_study

    serve_study(
        study, host=host, port=port, public=public, what_if=what_if, names=name or (), out=out, tell=_say
    )  # fmt: skip


@app.command()
@_verb
def warmup(as_json: Json = False) -> None:
    """Compiles the kernels once, so that nobody waits for them later."""
    from nahraum import workflow

    summary = workflow.warmup()
    _show(summary.document, summary.lines, as_json=as_json)


def _serve_map(folder: Path) -> None:
    from nahraum.web.static_server import serve_folder

    with serve_folder(folder) as address:
        _say(f"map: {address}   (Ctrl-C ends)")
        try:
            while True:
                sys.stdin.readline()
        except KeyboardInterrupt:
            return


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _amounts(text: str) -> list[float]:
    try:
        return [float(part) for part in _listed(text)]
    except ValueError:
        raise typer.BadParameter(f"--yearly {text}: amounts in EUR with commas between, e.g. 500000,800000") from None


def _pairs(texts: list[str], *, today: bool = False) -> dict[str, float]:
    """Amounts by name; NaN for the one of today, where that may be said."""
    try:
        pairs = [text.split("=") for text in texts]
        found = {name.strip(): _amount(value.strip(), today=today) for name, value in pairs}
    except ValueError:
        more = " or today" if today else ""
        raise typer.BadParameter(f"--limit {' '.join(texts)}: name=value{more}, e.g. sealing=0") from None
    return found


def _amount(text: str, *, today: bool) -> float:
    if today and text == "today":
        return float("nan")
    value = float(text)
    if value != value:
        raise ValueError(text)
    return value


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value


def _log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.handlers[:] = [handler]
    log.setLevel(logging.INFO)
    log.propagate = False


def main() -> None:
    """Entry point: exit 0 done, 1 with the four-part message, 2 usage, 130 interrupted."""
    _log_to_stderr()
    app()


if __name__ == "__main__":
    main()
