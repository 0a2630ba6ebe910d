"""Verbs of planning: plan, pareto."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nahraum.cli.options import amounts, listed, or_nan, pairs
from nahraum.cli.verb import Json, Out, StudyPath, show, verb


@verb
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
        list[str] | None,
        typer.Option(help="sealing=0, running=50000, dwellings=100, quarter:0104=50, type:new_park=2; repeatable"),
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
        budget_eur=or_nan(budget), yearly_eur=tuple(amounts(yearly)), years=years, weights=goal,
        priority=listed(priority), priority_share=or_nan(priority_share), must=tuple(must or ()),
        must_not=tuple(must_not or ()), types=listed(types), name=name, variants=variants, publish=publish,
        limit=pairs(limit or []),
    )  # fmt: skip
    summary = workflow.plan(study, ask, sites=sites, out=out, quiet=as_json)
    show(summary.document, summary.lines, as_json=as_json)


@verb
def pareto(
    study: StudyPath,
    objectives: Annotated[
        str, typer.Option(help="two or three, the first is searched for; an unknown one tells which there are")
    ] = "people_lacking_green,dwellings,cost",
    limit: Annotated[
        list[str] | None,
        typer.Option(help="an objective as a limit, e.g. dwellings=200 or people_lacking_supply=today; repeatable"),
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
        budget_eur=or_nan(budget), must=tuple(must or ()), must_not=tuple(must_not or ()), types=listed(types),
        name=name,
    )  # fmt: skip
    ask = workflow.FrontAsk(listed(objectives), pairs(limit or [], today=True), points, limits)
    summary = workflow.pareto(study, ask, sites=sites, out=out, quiet=as_json)
    show(summary.document, summary.lines, as_json=as_json)
