"""`nahraum housing`: flexible concepts on synthetic households, a portfolio, requirements, a design against them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from nahraum import __version__
from nahraum.errors import InputError
from nahraum.provenance import NOT_STATED
from nahraum.study import Study
from nahraum.workflow.programme import plan_name
from nahraum.workflow.progress import Progress
from nahraum.workflow.summary import Summary
from nahraum.workflow.verbs import store_of, study_of

if TYPE_CHECKING:
    import geopandas as gpd

    from nahraum.flexhousing import Concept, Lab
    from nahraum.flexhousing.design import Checked
    from nahraum.households.homes import Homes
    from nahraum.parameters import Parameters
    from nahraum.publish.housing import Told
    from nahraum.publish.past_figures import PastFigures

SCENARIO = "nrw_spring_2020"


@dataclass(frozen=True)
class HousingAsk:
    """What the lab is asked for.

    take : units per year of a concept that somebody wants to try. budget_eur : of a portfolio; None for none.
    brief : whether the requirements are written, too. design : a list of rooms (CSV) to be held against them.
    draws : of households in which the expected effect is computed again; None: flexhousing.draws.
    name : under which the result is kept. publish : whether the map of the study shows it.
    """

    take: Mapping[str, float] = field(default_factory=dict)
    budget_eur: float | None = None
    brief: bool = False
    design: Path | None = None
    draws: int | None = None
    name: str = "housing"
    publish: bool = False


def housing(
    study: Study | str | Path, ask: HousingAsk | None = None, *, out: Path | None = None, quiet: bool = False,
    progress: Progress | None = None,
) -> Summary:  # fmt: skip
    """What flexible housing concepts would change: `housing/` in the output folder of the study.

    Parameters
        progress : is told how it goes; by default the one logger is.

    Raises
        InputError for a study without households or rooms, concepts that are not known, a budget that funds nothing, a
        list of rooms that cannot be read; nothing half-written stays.
    """
    from nahraum.publish.housing import write_housing
    from nahraum.publish.past_figures import PastFigures
    from nahraum.workflow.chapters import HOUSING, keep, show
    from nahraum.workflow.housing_lines import housing_lines

    known, asked = study_of(study, out), ask or HousingAsk()
    rooms = _rooms(asked.design)  # a list that cannot be read is told at once
    store, progress = store_of(known), progress or Progress(quiet=quiet, language=known.language)
    name = plan_name(asked.name)
    with store.lock():
        homes, quarters, basis = _homes(known, store, progress)
        parameters = known.parameters()
        with progress.stage("housing", "housing lab"):
            internal = known.output_folder / "internal"
            past = PastFigures.of(internal, parameters)
            told, exact = _told(known, homes, asked, rooms, past)
            progress.note(f"{len(told.concepts)} concepts")
        with progress.stage("documents", "documents of the lab"):
            past.record(
                internal, parameters, study=known.name, reference_date=known.reference_date, version=__version__
            )
            written = write_housing(told, known.output_folder, quarters, exact=exact, basis=basis)
            keep(known.output_folder, HOUSING, name, ask=_asked(asked, parameters), basis=basis)
            show(known.output_folder, HOUSING, name, published=asked.publish)
            progress.note(f"{len(written)} files")
    document = _document(told) | {"files": [str(one) for one in written]}
    return Summary(document, [*housing_lines(told, known.output_folder), *past.lines(known.language)])


def _asked(ask: HousingAsk, parameters: Parameters) -> dict[str, Any]:
    """The question as plain values."""
    return {
        "take": dict(ask.take), "budget_eur": ask.budget_eur, "brief": ask.brief or ask.design is not None,
        "draws": int(parameters.number("flexhousing.draws")) if ask.draws is None else ask.draws,
        "design": None if ask.design is None else ask.design.stem,
    }  # fmt: skip


def concepts_of(study: Study, parameters: Parameters) -> Mapping[str, Concept]:
    """The concepts with what the study states of them, in prices of its plan."""
    from nahraum.flexhousing import read_concepts

    return read_concepts(parameters, study.flexhousing, study.plan.price_year or study.reference_date.year)


def lab_of(study: Study | str | Path, *, take: Mapping[str, float] | None = None, draws: int = 0) -> Lab:
    """The lab of a study for Python, exact: for the office, not for publication."""
    known = study_of(study)
    store = store_of(known)
    with store.lock():
        homes, _, _ = _homes(known, store, Progress(quiet=True))
        parameters = known.parameters()
        return _lab(homes, concepts_of(known, parameters), parameters, HousingAsk(take=take or {}, draws=draws))


def _homes(study: Study, store: Any, progress: Progress) -> tuple[Homes, gpd.GeoDataFrame, str]:
    """Households, quarters with their outlines, and the key of the analysis that a report is of."""
    from nahraum.workflow.chain import analyse
    from nahraum.workflow.homes import homes_of

    chain = analyse(study, store, progress)
    return homes_of(study, store, progress, chain).value, chain.area.value.quarters, chain.social.key


def _rooms(path: Path | None) -> pd.DataFrame | None:
    """The rooms of a design. Raises InputError for a file that is not there or cannot be read."""
    if path is None:
        return None
    from nahraum.flexhousing.design import read_rooms

    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read", where=str(error.strerror), fix="--design rooms.csv") from None
    return read_rooms(data, called=Path(path).name)


def _lab(homes: Homes, concepts: Mapping[str, Concept], parameters: Parameters, ask: HousingAsk) -> Lab:
    from nahraum.flexhousing import housing_lab

    draws = _draws(homes, parameters, ask)
    return housing_lab(homes.households, concepts, parameters, take=ask.take, draws=draws)


def _told(
    study: Study, homes: Homes, ask: HousingAsk, rooms: pd.DataFrame | None, past: PastFigures
) -> tuple[Told, Lab]:
    """The lab as it may leave the office with everything its documents need, and as it is."""
    from nahraum.flexhousing import read_requirements
    from nahraum.flexhousing.design import checked_design
    from nahraum.flexhousing.portfolio import best_portfolio
    from nahraum.publish.housing import Told
    from nahraum.publish.housing.released import released_lab, released_portfolio

    parameters = study.parameters()
    concepts, requirements = concepts_of(study, parameters), read_requirements()
    lab = _lab(homes, concepts, parameters, ask)
    chosen = None if ask.budget_eur is None else best_portfolio(lab, concepts, ask.budget_eur, parameters)
    found: dict[str, Any] = {}
    if rooms is not None and ask.design is not None:
        design = checked_design(rooms, requirements)
        found = {"design": design, "design_rooms": len(rooms), "design_name": ask.design.stem}
        found |= _stress(design, ask.design.stem, lab, study, past)
    names = {
        str(key): str(name) for key, name in zip(homes.quarters["quarter_id"], homes.quarters["name"], strict=True)
    }
    released = released_lab(lab, concepts, names, parameters, take=ask.take, past=past)
    told = Told(
        study=study.name, language=study.language, day=study.reference_date, version=__version__,
        attribution=attribution_of(study), lab=released, concepts=concepts, requirements=requirements, names=names,
        parameters=parameters, take=ask.take, brief=ask.brief or rooms is not None,
        portfolio=None if chosen is None else released_portfolio(chosen, parameters, past), **found,
    )  # fmt: skip
    return told, lab


def _draws(homes: Homes, parameters: Parameters, ask: HousingAsk) -> Iterable[pd.DataFrame]:
    n = int(parameters.number("flexhousing.draws")) if ask.draws is None else ask.draws
    if not n:
        return ()
    from nahraum.households.homes import drawn_homes

    return islice(drawn_homes(homes, parameters, n=n), n)


def _stress(design: Checked, name: str, lab: Lab, study: Study, past: PastFigures) -> dict[str, Any]:
    from nahraum.flexhousing.design_stress import design_under_stress
    from nahraum.publish.housing.released import released_design
    from nahraum.stress.reading import read_scenario

    scenario, parameters = read_scenario(SCENARIO), study.parameters()
    least = parameters.number("flexhousing.minimum_households")
    found = design_under_stress(design.dwellings, lab.homes["low"], scenario, least=least)
    told = released_design(found, name, parameters, past)
    return {"design_stress": told, "scenario": scenario.label(study.language)}


def attribution_of(study: Study) -> str:
    """Whose data a result of the study rests on."""
    from nahraum.workflow.publication import sources_of

    known = {one.attribution for one in sources_of(study)} - {"", NOT_STATED}
    return "; ".join(sorted(known))


def _document(told: Told) -> dict[str, Any]:
    """The lab as plain values, as it may leave the office."""
    from nahraum.publish.housing.sheets import released_tables

    tables = {name: _records(table) for name, table in released_tables(told).items()}
    document: dict[str, Any] = {"study": told.study, "years": told.lab.years, "tables": tables}
    if told.portfolio is not None:
        found = told.portfolio
        document["portfolio"] = {
            "budget_eur": found.budget_eur, "chosen": _records(found.chosen),
            "status": found.status, "gap": round(found.gap, 4), "left_out": dict(found.left_out),
            "recomputed": {name: None if one != one else one for name, one in found.recomputed.items()},
        }  # fmt: skip
    if told.design is not None:
        document["design"] = {"score": told.design.score, "requirements": _records(told.design.rows)}
    return document


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values; what is not known is null."""
    return [
        {str(key): None if value is None or value != value else value for key, value in row.items()}
        for row in table.to_dict("records")
    ]  # fmt: skip
