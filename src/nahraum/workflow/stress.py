"""`nahraum stress`: who could not stay at home when the city closes, and which measure of a plan would repair most."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from nahraum import __version__
from nahraum.errors import InputError
from nahraum.provenance import NOT_STATED, Source
from nahraum.study import Study
from nahraum.workflow.programme import plan_name
from nahraum.workflow.progress import Progress
from nahraum.workflow.summary import Summary
from nahraum.workflow.verbs import store_of, study_of

if TYPE_CHECKING:
    from nahraum.households.homes import Homes
    from nahraum.parameters import Parameters
    from nahraum.stress.model import Scenario
    from nahraum.stress.outcome import StressTest
    from nahraum.stress.place import Near
    from nahraum.workflow.chain import Chain


@dataclass(frozen=True)
class StressAsk:
    """What is tested.

    scenarios : ids of ready scenarios, or files; empty: all ready ones. plan : name of a plan whose measures are held
    against the test; '' for none. draws : for intervals; -1 takes stress.draws, 0 none. choices : whether other
    assumptions about households are tried, too. name : under which the result is kept. publish : whether the map of the
    study shows it.
    """

    scenarios: Sequence[str | Path] = ()
    plan: str = ""
    draws: int = -1
    choices: bool = True
    name: str = "stress"
    publish: bool = False


def stress(
    study: Study | str | Path, ask: StressAsk, *, out: Path | None = None, quiet: bool = False,
    progress: Progress | None = None,
) -> Summary:  # fmt: skip
    """The stress test of a study: released tables and a paper in `stress/`, exact ones in `internal/stress/`.

    Parameters
        progress : is told how it goes; by default the one logger is.

    Raises
        InputError for a study without counts of households, unknown scenarios or plans; nothing half-written stays.
    """
    from nahraum.publish.past_figures import PastFigures
    from nahraum.publish.stress import released_stress, write_stress
    from nahraum.workflow.chapters import STRESS, keep, show
    from nahraum.workflow.publication import sources_of
    from nahraum.workflow.stress_lines import stress_lines

    known = study_of(study, out)
    progress, name = progress or Progress(quiet=quiet, language=known.language), plan_name(ask.name)
    with store_of(known).lock():
        found, chain = _test(known, ask, progress)
        with progress.stage("documents", "tables and paper"):
            _write_internal(found, known.output_folder / "internal" / "stress")
            area, internal, parameters = chain.area.value, known.output_folder / "internal", known.parameters()
            past = PastFigures.of(internal, parameters)
            told = released_stress(
                found, area.quarters, known, parameters, attribution=_attribution(sources_of(known)), past=past
            )
            past.record(
                internal, parameters, study=known.name, reference_date=known.reference_date, version=__version__
            )
            written = write_stress(told, known.output_folder, base=area.base, crs=area.crs, basis=chain.social.key)
            asked = {
                "scenarios": [one.id for one in found.scenarios], "plan": ask.plan,
                "draws": draws_of(ask.draws, parameters), "choices": ask.choices,
            }  # fmt: skip
            keep(known.output_folder, STRESS, name, ask=asked, basis=chain.social.key)
            show(known.output_folder, STRESS, name, published=ask.publish)
    document = {
        "scenarios": [one.id for one in found.scenarios], "open": list(found.open), "statement": found.statement,
        "files": [str(path) for path in written], "whole": told.whole(),
    }  # fmt: skip
    return Summary(document, [*stress_lines(told, found, known), *past.lines(known.language)])


def stress_test(
    study: Study | str | Path, *, scenarios: Sequence[str | Path] = (), draws: int = 0, plan: str = "",
    choices: bool = False,
) -> StressTest:  # fmt: skip
    """Who fails in what when the city closes: tables by quarter and kind of household, unsuppressed.

    Parameters
        scenarios : ids or files; all ready ones by default. draws : how many for intervals. plan : name of a plan whose
            measures are held against the test. choices : whether other assumptions about households are tried.
    """
    known = study_of(study)
    with store_of(known).lock():
        return _test(known, StressAsk(scenarios, plan, draws, choices), Progress(quiet=True))[0]


def _test(study: Study, ask: StressAsk, progress: Progress) -> tuple[StressTest, Chain]:
    """The test itself. Whoever asks holds the store's lock."""
    from nahraum.households.fit_told import fit_by_dimension
    from nahraum.households.homes import drawn_homes
    from nahraum.stress.association import with_incidence
    from nahraum.stress.outcome import StressTest, outcome_of
    from nahraum.stress.reading import read_scenario, ready_scenarios
    from nahraum.workflow.chain import analyse
    from nahraum.workflow.homes import homes_of, homes_variants
    from nahraum.workflow.stress_near import near_homes

    scenarios = tuple(read_scenario(one) for one in (ask.scenarios or ready_scenarios()))
    _one_of_each(scenarios)
    measures = measures_of(study, ask.plan)
    parameters, store = study.parameters(), store_of(study)
    chain = analyse(study, store, progress)
    homes = homes_of(study, store, progress, chain).value
    with progress.stage("stress", "stress test"):
        near = near_homes(chain, study, scenarios)
        number = draws_of(ask.draws, parameters)
        tables = outcome_of(
            homes, near, scenarios, parameters,
            draws=drawn_homes(homes, parameters, n=number) if number else (),
            choices=homes_variants(study, store, progress, chain, known=homes) if ask.choices else (),
        )  # fmt: skip
    repairs = pd.DataFrame() if not measures else _repairs(study, homes, near, scenarios, measures, progress)
    first = tables.quarters[tables.quarters["scenario"] == _hardest(tables.quarters)]
    names = dict(zip(homes.quarters["quarter_id"].astype(str), homes.quarters["name"].astype(str), strict=True))
    incidence = with_incidence(first, _cases(study, chain), parameters)
    fit = fit_by_dimension(homes.made.fits)
    return StressTest(scenarios, tables, repairs, incidence, homes.statement, homes.made.open, names, fit), chain


def draws_of(asked: int, parameters: Parameters) -> int:
    """How many draws are made; below 0 as many as the study says."""
    return int(parameters.number("stress.draws")) if asked < 0 else asked


def _cases(study: Study, chain: Chain) -> pd.DataFrame:
    """Cases by area and period as they may be published: what is held back takes no part in a published correlation."""
    from nahraum.publish.past import PastReleases
    from nahraum.workflow.social_tables import cases_of, social_door

    parameters = study.parameters()
    past = PastReleases(study.output_folder / "internal", parameters)
    told = cases_of(chain.social.value, social_door(parameters, past))
    return chain.social.value.cases if told is None else pd.DataFrame(told.frame)


def _attribution(sources: Sequence[Source]) -> str:
    """Who must be named, each once, in the order of the sources."""
    return "; ".join(dict.fromkeys(one.attribution for one in sources if one.attribution not in ("", NOT_STATED)))


def _one_of_each(scenarios: Sequence[Scenario]) -> None:
    ids = [one.id for one in scenarios]
    repeated = sorted({one for one in ids if ids.count(one) > 1})
    if repeated:
        raise InputError("scenarios have the same id", where=str(repeated), expected="each scenario once")


def _hardest(quarters: pd.DataFrame) -> str:
    """The scenario in which most people fail in several components; where none is known, may fail at most."""
    order = ["several_share", "several_share_high", "scenario"]
    whole = quarters[quarters["quarter_id"] == ""].sort_values(order, ascending=[False, False, True])
    return str(whole["scenario"].iloc[0])


def measures_of(study: Study, name: str) -> list[dict[str, str]]:
    """The measures of a plan that was made before; none where none is asked for. Raises InputError for no such plan."""
    if not name:
        return []
    path = study.output_folder / "plan" / name / "plan.json"
    if not path.is_file():
        there = sorted(one.parent.name for one in (study.output_folder / "plan").glob("*/plan.json"))
        raise InputError(
            f"there is no plan {name!r}", where=str(path.parent), expected=", ".join(there) or "a plan made before",
            fix=f"nahraum plan STUDY --budget EUR --name {name}",
        )  # fmt: skip
    plan: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    keys = ("site_id", "number", "label", "quarter")
    return [{key: str(one[key]) for key in keys} for one in plan["measures"]]


def _repairs(
    study: Study, homes: Homes, near: Near, scenarios: Sequence[Scenario], measures: list[dict[str, str]],
    progress: Progress,
) -> pd.DataFrame:  # fmt: skip
    """What each measure of a plan would repair, by scenario."""
    from nahraum.stress.failing import who_fails
    from nahraum.stress.outcome import mean_size, places_of
    from nahraum.stress.repair import Ground, of_plan, repairs
    from nahraum.stress.within import near_under
    from nahraum.workflow.plan_stages import ready_to_plan

    parameters = study.parameters()
    ready = ready_to_plan(study, store_of(study), progress)
    required = int(parameters.number("internet.required_mbit_s"))
    wanted, parts = {one["site_id"] for one in measures}, []
    with progress.stage("repairs", "what measures would repair"):
        for one in scenarios:
            place = places_of(homes, near, [one], parameters)[one.id]
            failing = who_fails(homes.households, place, one, parameters)
            ground = Ground(
                homes.households, near_under(near, one, parameters), homes.places, one, mean_size(homes.households),
                place, failing, required,
            )  # fmt: skip
            found = repairs(ground, ready.demand, ready.effects, parameters, only=wanted)
            parts.append(of_plan(found, measures).assign(scenario=one.id))
    return pd.concat(parts, ignore_index=True)


def _write_internal(found: StressTest, folder: Path) -> list[Path]:
    """The exact tables, for the office only; the last line of each says that no household of it exists."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in (folder, folder.parent):
        one.chmod(0o700)
    tables = {name: getattr(found.tables, name) for name in found.tables.__dataclass_fields__}
    written = []
    for name, table in (tables | {"repairs": found.repairs, "incidence": found.incidence}).items():
        path = folder / f"{name}.csv"
        if not len(table):
            path.unlink(missing_ok=True)
            continue
        temporary = path.with_name(f".tmp-{path.name}")
        text = table.to_csv(index=False, lineterminator="\n")
        temporary.write_text(f"{text}{found.statement}\n", encoding="utf-8")
        temporary.chmod(0o600)
        temporary.replace(path)
        written.append(path)
    statement = folder / "STATEMENT.txt"
    statement.write_text(found.statement + "\n", encoding="utf-8")
    return [*written, statement]
