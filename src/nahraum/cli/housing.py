"""Verbs of housing: stress, housing, pilots, evaluate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nahraum.cli.options import listed
from nahraum.cli.verb import Json, Out, StudyPath, show, verb


@verb
def stress(
    study: StudyPath,
    scenario: Annotated[
        list[str] | None,
        typer.Option(help="id of a ready scenario, or a TOML file; repeatable; default: all ready ones"),
    ] = None,
    plan: Annotated[str, typer.Option(help="name of a plan: which of its measures would repair most")] = "",
    draws: Annotated[int, typer.Option(help="for intervals; 0 for none, -1 takes the study's parameter")] = -1,
    choices: Annotated[bool, typer.Option(help="whether other assumptions about households are tried, too")] = True,
    name: Annotated[str, typer.Option(help="under which the result is kept")] = "stress",
    publish: Annotated[bool, typer.Option("--publish", help="show it on the map of the study")] = False,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Who could not stay at home when the city closes: rooms, bandwidth, green, supply, care."""
    from nahraum import workflow

    ask = workflow.StressAsk(tuple(scenario or ()), plan, draws, choices, name=name, publish=publish)
    summary = workflow.stress(study, ask, out=out, quiet=as_json)
    show(summary.document, summary.lines, as_json=as_json)


@verb
def housing(
    study: StudyPath,
    take: Annotated[
        list[str] | None, typer.Option(help="units per year to try, e.g. dwelling_exchange=40; repeatable")
    ] = None,
    budget: Annotated[float | None, typer.Option(help="of a portfolio of concepts, in EUR")] = None,
    brief: Annotated[bool, typer.Option("--brief", help="requirements as a matrix of criteria")] = False,
    design: Annotated[Path | None, typer.Option(help="a design's list of rooms (CSV) to be held against them")] = None,
    draws: Annotated[int | None, typer.Option(help="of households; 0 for none", min=0, max=200)] = None,
    name: Annotated[str, typer.Option(help="under which the result is kept")] = "housing",
    publish: Annotated[bool, typer.Option("--publish", help="show it on the map of the study")] = False,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Flexible housing concepts: what they could change for crowded households, and what is to be expected."""
    from nahraum import workflow

    ask = workflow.HousingAsk(_units(take or []), budget, brief, design, draws, name=name, publish=publish)
    summary = workflow.housing(study, ask, out=out, quiet=as_json)
    show(summary.document, summary.lines, as_json=as_json)


@verb
def pilots(
    study: StudyPath,
    outcome: Annotated[str, typer.Option(help="a column of the office's statistics that shall change")] = "",
    panel: Annotated[Path | None, typer.Option(help="CSV with quarter_id, period, value instead")] = None,
    pilot: Annotated[str, typer.Option(help="quarters by id or name with commas; else the best are proposed")] = "",
    quarters: Annotated[int, typer.Option(help="how many pilot quarters")] = 2,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Which quarters to take for a trial, which to compare with, and what it can show at all."""
    from nahraum import workflow

    ask = workflow.PilotAsk(outcome=outcome, panel=panel, pilots=listed(pilot), n_pilots=quarters)
    summary = workflow.pilots(study, ask, out=out, quiet=as_json)
    show(summary.document, summary.lines, as_json=as_json)


@verb
def evaluate(
    study: StudyPath,
    plan: Annotated[
        Path | None, typer.Option(help="plan of the evaluation; default: internal/pilots/evaluation.json")
    ] = None,
    panel: Annotated[Path | None, typer.Option(help="CSV with quarter_id, period, value, before and after")] = None,
    outcome: Annotated[str, typer.Option(help="a column of the office's statistics; default: that of the plan")] = "",
    out: Out = None,
    as_json: Json = False,
) -> None:
    """What a trial showed: effect with interval, held against the smallest one it could show."""
    from nahraum import workflow

    ask = workflow.EvaluateAsk(plan=plan, panel=panel, outcome=outcome)
    summary = workflow.evaluate(study, ask, out=out, quiet=as_json)
    show(summary.document, summary.lines, as_json=as_json)


def _units(texts: list[str]) -> dict[str, float]:
    """Units by concept. Raises typer.BadParameter for what is none."""
    try:
        return {name.strip(): float(value) for name, value in (text.split("=") for text in texts)}
    except ValueError:
        raise typer.BadParameter(
            f"--take {' '.join(texts)}: concept=units per year, e.g. dwelling_exchange=40"
        ) from None
