"""Verbs of the analysis: run, region, explain."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nahraum.cli.verb import Json, Out, StudyPath, show, verb


@verb
def run(study: StudyPath, out: Out = None, as_json: Json = False) -> None:
    """The whole analysis: raw files to tables, report and map."""
    from nahraum import workflow

    summary = workflow.run(study, out=out, quiet=as_json)
    show(summary.document, summary.lines, as_json=as_json)


@verb
def region(
    studies: Annotated[list[Path], typer.Argument(help="a study of several municipalities, or several studies")],
    name: Annotated[str, typer.Option(help="of the region, for several studies")] = "",
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Many municipalities, one method, one report with a page for each."""
    from nahraum import workflow

    summary = workflow.region(studies, name=name, out=out, quiet=as_json)
    show(summary.document, summary.lines, as_json=as_json)


@verb
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
    show(summary.document, summary.lines, as_json=as_json)
