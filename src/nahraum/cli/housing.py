"""Verbs of housing: stress, housing, pilots."""

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
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Who could not stay at home when the city closes: rooms, bandwidth, green, supply, care."""
    from nahraum import workflow

    ask = workflow.StressAsk(scenarios=tuple(scenario or ()), plan=plan, draws=draws, choices=choices)
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
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Flexible housing concepts: what they could change for crowded households, and what is to be expected."""
    from nahraum import workflow

    ask = workflow.HousingAsk(take=_units(take or []), budget_eur=budget, brief=brief, design=design, draws=draws)
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


def _units(texts: list[str]) -> dict[str, float]:
    """Units by concept. Raises typer.BadParameter for what is none."""
    try:
        return {name.strip(): float(value) for name, value in (text.split("=") for text in texts)}
    except ValueError:
        raise typer.BadParameter(
            f"--take {' '.join(texts)}: concept=units per year, e.g. dwelling_exchange=40"
        ) from None
