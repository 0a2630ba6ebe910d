"""`nahraum pareto`: plans between which only values can decide, green against dwellings against cost."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nahraum import __version__
from nahraum.errors import InputError
from nahraum.study import Study
from nahraum.workflow.programme import Ask, plan_name, published
from nahraum.workflow.progress import Progress
from nahraum.workflow.summary import Summary
from nahraum.workflow.verbs import store_of, study_of

if TYPE_CHECKING:
    from nahraum.measures.pareto import ParetoFront
    from nahraum.measures.programme import Problem
    from nahraum.publish.programme.front import Found, FrontDocument
    from nahraum.workflow.plan_stages import Prepare, Ready


MOST_POINTS = 100


@dataclass(frozen=True)
class FrontAsk:
    """What a front is asked for.

    objectives : two or three names of `measures.pareto.NAMES`; the first is searched for. least : these or others as
    limits, by name (NaN: as it is today); without any, nobody shall lose supply. points : how many plans at most; 0
    takes the parameter. limits : as of a plan.
    """

    objectives: Sequence[str] = ("people_lacking_green", "dwellings", "cost")
    least: Mapping[str, float] = field(default_factory=dict)
    points: int = 0
    limits: Ask = field(default_factory=Ask)


def pareto(
    study: Study | str | Path, ask: FrontAsk, *, sites: Path | None = None, out: Path | None = None,
    quiet: bool = False, progress: Progress | None = None, prepare: Prepare | None = None,
) -> Summary:  # fmt: skip
    """The front between objectives, within the limits of a plan: `pareto/<name>/` in the output folder of the study.

    Raises
        InputError for a study without a finished run, unknown objectives, limits that no plan can keep.
    """
    from nahraum.publish.programme.front import front_document
    from nahraum.publish.programme.front_files import write_front
    from nahraum.workflow.plan_stages import ready_to_plan, with_drawn

    known = with_drawn(study_of(study, out), sites)
    asked = replace(ask, limits=replace(ask.limits, name=plan_name(ask.limits.name)))
    store, progress = store_of(known), progress or Progress(quiet=quiet, language=known.language)
    published(known)
    _require_consistent(asked, known)
    with store.lock():
        ready = (prepare or ready_to_plan)(known, store, progress)
        with progress.stage("front", "front of plans"):
            found = found_front(ready, asked, progress)
            progress.note(f"{len(found.front.plans)} plans")
        with progress.stage("documents", "documents of the plan"):
            document = front_document(found)
            written = write_front(document, found, known.output_folder)
            progress.note(f"{len(written)} files")
    lines = _lines(document, known)
    return Summary({"front": document, "files": [str(one) for one in written]}, lines)


def found_front(ready: Ready, ask: FrontAsk, progress: Progress) -> Found:
    """The front with all it was found among.

    Raises
        InputError for a number of plans that is none, and as `pareto`.
    """
    from nahraum.measures.pareto import conditions, pareto_front, read_effort
    from nahraum.publish.programme.front import Found
    from nahraum.workflow.plan_choice import limits_of, problem_of

    study = ready.study
    _require_consistent(ask, study)
    effort = read_effort(study.parameters())
    effort = replace(effort, points=ask.points) if ask.points else effort
    limits, priority = limits_of(ready, ask.limits, needs_budget=False)
    problem = problem_of(ready, ready.effects)
    front = pareto_front(
        problem, limits, objectives=tuple(ask.objectives), least=ask.least or None, effort=effort,
        progress=progress.counted,
    )  # fmt: skip
    manifest = (published(study) / "manifest.json").read_bytes()
    quarters = ready.chain.area.value.quarters
    budget = limits.most_eur
    return Found(
        study=study, name=ask.limits.name, crs=ready.base.state.crs, front=front,
        sites={site.site_id: site for site in ready.candidates.sites}, types=ready.types,
        quarters=dict(zip(quarters["quarter_id"].astype(str), quarters["name"].astype(str), strict=True)),
        ask={
            "objectives": list(ask.objectives), "priority": list(priority),
            "least": {
                name: None if isnan(value) else value
                for name, value in conditions(ask.least or None, ask.objectives).items()
            },
            "budget_eur": budget if budget < float("inf") else None, "must": list(limits.must),
            "must_not": list(limits.must_not), "types": list(ask.limits.types),
        },
        density=_density(ready, problem), moved=_moved(problem, front), residents=_residents(problem),
        run={"manifest": hashlib.sha256(manifest).hexdigest()[:16], "version": __version__, "stages": ready.stages},
        attribution=str(json.loads(manifest).get("licence", {}).get("attribution", "")),
    )  # fmt: skip


def _require_consistent(ask: FrontAsk, study: Study) -> None:
    """Refuses a number of plans that is none, and limits that contradict themselves, before anything is computed."""
    from nahraum.workflow.plan_limits import require_consistent

    if not 0 <= ask.points <= MOST_POINTS:
        raise InputError(
            "the number of plans of a front cannot be used", where=f"points = {ask.points}",
            expected=f"from 1 to {MOST_POINTS}; 0 takes pareto.points of the study", fix="--points 12",
        )  # fmt: skip
    require_consistent(ask.limits, study.plan)


def _moved(problem: Problem, front: ParetoFront) -> dict[str, list[pd.DataFrame]]:
    """Whom the plans of the front, of its ends and of double inner development move."""
    from nahraum.measures.pareto import moved_by_quarter

    double = front.double if front.double is not None and front.double.exists else None
    ends = (double.most_green, double.most_dwellings) if double else ()
    masks = {"points": front.masks, "payoff": front.payoff_masks,
             "double": [np.isin(problem.site_ids, ids) for ids in ends]}  # fmt: skip
    return {kind: [moved_by_quarter(problem, front.objectives, one) for one in some] for kind, some in masks.items()}


def _residents(problem: Problem) -> dict[str, float]:
    """How many people of the problem live in each quarter."""
    demand = problem.demand
    found = np.bincount(demand.quarter, weights=demand.residents, minlength=len(demand.quarters))
    return dict(zip(demand.quarters, found.tolist(), strict=True))


def _density(ready: Ready, problem: Problem) -> pd.DataFrame:
    """What 100 dwellings change at each site of the problem that adds some."""
    from nahraum.measures.density import nearest_rows, per_100_dwellings

    parameters = ready.study.parameters()
    sites = {site.site_id: site for site in ready.candidates.sites}
    mine = [sites[one] for one in problem.site_ids]
    near = nearest_rows(ready.demand, mine, ready.base.state.crs, within_m=parameters.number("coupling.near_m"))
    return per_100_dwellings(problem, parameters, surroundings=near)


_TEXTS = {
    "de": {
        "head": "Abwägung „{name}“: {n} Pläne zwischen {names}",
        "knee": "Knie",
        "double": "verbessert beides",
        "approximate": "Näherung",
        "complete": "vollständig bis zur verlangten Auflösung",
        "open": "weitere Pläne sind möglich",
        "files": "Arbeitshilfe, kein amtlicher Vordruck: {folder}",
    },
    "en": {
        "head": "weighing “{name}”: {n} plans between {names}",
        "knee": "knee",
        "double": "improves both",
        "approximate": "approximate",
        "complete": "complete up to the resolution asked for",
        "open": "other plans are possible",
        "files": "working aid, not an official form: {folder}",
    },
}


def _lines(front: FrontDocument, study: Study) -> list[str]:
    """The front in a few lines, exact: for the office."""
    from nahraum.publish.programme.front import amount
    from nahraum.publish.programme.words import PlanWords

    words, texts = PlanWords(study.language), _TEXTS[study.language]
    names = ", ".join(one["label"] for one in front["objectives"])
    lines = ["", texts["head"].format(name=front["name"], n=len(front["points"]), names=names)]
    for one in front["points"]:
        told = [f"{told['label']} {amount(one['values'][told['name']], told['unit'], words)}"
                for told in front["objectives"]]  # fmt: skip
        marks = [texts[key] for key in ("knee", "double") if one[key]]
        marks += [] if one["exact"] else [texts["approximate"]]
        lines.append(f"  {one['point']}  {'; '.join(told)}" + (f"  ({', '.join(marks)})" if marks else ""))
    lines += [f"  {front['double']['text']}"] if front["double"] else []
    lines.append(f"  {texts['complete' if front['complete'] else 'open']}")
    folder: Any = study.output_folder / "pareto" / front["name"]
    return [*lines, texts["files"].format(folder=folder)]
