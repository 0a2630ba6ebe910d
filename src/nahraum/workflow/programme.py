"""`nahraum plan`: what to fund. Sites, effects, choice, recomputation, financing, documents."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from nahraum import __version__
from nahraum.errors import InputError
from nahraum.publish.facts import slug
from nahraum.study import Study
from nahraum.workflow.progress import Progress
from nahraum.workflow.summary import Summary
from nahraum.workflow.verbs import store_of, study_of

if TYPE_CHECKING:
    from nahraum.publish.programme.made import Made
    from nahraum.workflow.plan_stages import Prepare, Ready

_MANIFEST_DIGITS = 16
_LONGEST_NAME = 40
_NUMBERED = re.compile(r"-[0-9]{1,6}$")
ASK = "ask.json"


@dataclass(frozen=True)
class Ask:
    """What a plan is asked for; what is not given is taken from [plan] of the study, or does not bind.

    budget_eur : all investments. yearly_eur : most per year, one amount for all years or one for each.
    weights : utilitarian | prioritarian | worst_quarter | worst_fifth. priority : quarters by id or name, or
    `status` for those of the lowest class; priority_share : of the money at least there (NaN: the parameter).
    must, must_not : ids of sites. types : only these types; empty for all. name : of the plan.
    years : over how many it is spread. variants : whether the plan is made again for other costs and needs.
    publish : whether the map of the study shows it.
    limit : further limits by name (`plan_limits.named_limits`); each replaces that of [plan] limits.
    sites : a plan by hand: exactly these sites; searched is only how much better another one could be.
    """

    budget_eur: float = math.nan
    yearly_eur: Sequence[float] = ()
    weights: str = "utilitarian"
    priority: Sequence[str] = ()
    priority_share: float = math.nan
    must: Sequence[str] = ()
    must_not: Sequence[str] = ()
    types: Sequence[str] = ()
    name: str = "plan"
    years: int = 0
    variants: bool = True
    publish: bool = False
    limit: Mapping[str, float] = field(default_factory=dict)
    sites: Sequence[str] = ()


def plan(
    study: Study | str | Path, ask: Ask, *, sites: Path | None = None, out: Path | None = None, quiet: bool = False,
    progress: Progress | None = None, prepare: Prepare | None = None,
) -> Summary:  # fmt: skip
    """The best programme of measures within a budget: `plan/<name>/` in the output folder of the study.

    Parameters
        sites : a file of drawn sites instead of [sources.measure_sites].
        progress : is told how it goes; by default the one logger is. prepare : makes the study ready to be planned, by
            default from its stages on disk.

    Raises
        InputError for a study without a finished run, a budget below every cost, limits that contradict each other,
        sites or quarters that are not there; nothing half-written stays.
    """
    from nahraum.publish.programme import plan_document, read_plan, write_plan
    from nahraum.publish.programme.write import FOLDER, PLAN
    from nahraum.workflow.plan_limits import require_consistent
    from nahraum.workflow.plan_lines import plan_lines
    from nahraum.workflow.plan_map import write_to_map
    from nahraum.workflow.plan_stages import ready_to_plan, with_drawn

    known = with_drawn(study_of(study, out), sites)
    asked = replace(ask, name=plan_name(ask.name))
    store, progress = store_of(known), progress or Progress(quiet=quiet, language=known.language)
    published(known)
    require_consistent(asked, known.plan)
    with store.lock():
        ready = (prepare or ready_to_plan)(known, store, progress)
        with progress.stage("programme", "choice of measures"):
            fresh = [one for one in progress.computed if one not in ("sites", "effects")]
            made = made_plan(ready, asked, fresh=fresh, progress=progress)
        with progress.stage("documents", "documents of the plan"):
            document = plan_document(made)
            ground = _ground(ready)
            written = write_plan(document, known.output_folder, known.parameters(), ground=ground)
            write_ask(asked, known.output_folder)  # after it: a plan that could not be written keeps its question
            told = read_plan(known.output_folder / FOLDER / asked.name / PLAN)
            written += write_to_map(told, known.output_folder, publish=asked.publish)
            progress.note(f"{len(written)} files")
    lines = plan_lines(document, known.output_folder)
    return Summary({"plan": document, "files": [str(one) for one in written]}, lines)


def plan_name(given: str) -> str:
    """The name of a plan as a folder can have it; a number at its end stays where it has to be cut."""
    whole = slug(given)
    number = _NUMBERED.search(whole)
    end = number.group() if number is not None and len(whole) > _LONGEST_NAME else ""
    found = (whole.removesuffix(end)[: _LONGEST_NAME - len(end)].rstrip("-") + end).strip("-")
    if not found or not any(sign.isalnum() for sign in given):
        raise InputError(f"{given!r} is no name of a plan", expected="letters and digits", fix="--name stadtpark-2027")
    return found


def published(study: Study) -> Path:
    """The folder of the published results.

    Raises
        InputError where the study has not been run.
    """
    folder = study.output_folder / "public"
    if not (folder / "manifest.json").is_file():
        raise InputError(
            f"{study.name} has not been run yet", where=str(study.output_folder),
            expected="a finished run: the figures of a plan lead back to it", fix=f"nahraum run {study.path.name}",
        )  # fmt: skip
    return folder


def made_plan(ready: Ready, ask: Ask, *, fresh: Sequence[str] = (), progress: Progress | None = None) -> Made:
    """The plan with all it was made of.

    Parameters
        fresh : stages that had to be computed again; the published figures are then of an earlier state.
        progress : is told how far the search is.
    """
    from nahraum.publish.programme.made import Made
    from nahraum.workflow.plan_choice import chosen
    from nahraum.workflow.plan_money import funded_plan

    public = published(ready.study)
    manifest = (public / "manifest.json").read_bytes()
    choice = chosen(ready, ask, progress)
    quarters = pd.read_parquet(public / "quarters.parquet").drop(columns=["geometry"], errors="ignore")
    whole = pd.read_csv(
        public / "tables" / "municipality.csv", sep=";", decimal=",", na_values=["."], encoding="utf-8-sig"
    )
    told = json.loads(manifest)
    return Made(
        study=ready.study, name=ask.name, crs=ready.base.state.crs, types=ready.types, sites=ready.candidates.sites,
        demand=ready.demand, effects=ready.effects, plan=choice.plan, recomputed=choice.recomputed,
        groups=ready.groups,
        quarters=quarters.set_index(quarters["quarter_id"].astype(str)), whole=whole.iloc[0], ask=choice.ask,
        funded=funded_plan(ready, choice.plan), shares=choice.shares, next_money=choice.next_money,
        conflicts=ready.excluded_ids(), manifest=hashlib.sha256(manifest).hexdigest()[:_MANIFEST_DIGITS],
        stages=ready.stages, version=__version__, attribution=str(told.get("licence", {}).get("attribution", "")),
        warnings=_stale(ready.study, fresh),
    )  # fmt: skip


def write_ask(ask: Ask, out: Path) -> Path:
    """The question beside the exact plan, so that it can be changed and asked again."""
    from nahraum.publish.programme.write import FOLDER, write_private
    from nahraum.workflow.plan_asks import ask_told

    told = json.dumps(ask_told(ask), ensure_ascii=False, indent=1) + "\n"
    return write_private(told, out / "internal" / FOLDER / ask.name, ASK)


def _stale(study: Study, fresh: Sequence[str]) -> tuple[str, ...]:
    if not fresh:
        return ()
    texts = {
        "de": "Die Studie wurde seit ihrem letzten Lauf geändert; die veröffentlichten Ausgangswerte sind von davor: "
        "nahraum run erneut ausführen.",
        "en": "The study was changed since its last run; the published baseline is of before: do nahraum run again.",
    }
    return (texts[study.language],)


def _ground(ready: Ready) -> Any:
    from nahraum.publish.programme.drawings import Ground

    area = ready.chain.area.value
    return Ground(ready.chain.index.value.cells, area.quarters, area.base, area.crs)
