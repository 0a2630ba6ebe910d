"""`nahraum pilots`: which quarters to try something in, which to compare, what can be shown; plan of evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.study import Study
from nahraum.workflow.panels import PANEL_FIX, as_share, known_outcomes, panel_of_study, read_as, read_panel
from nahraum.workflow.progress import Progress
from nahraum.workflow.summary import Summary
from nahraum.workflow.verbs import store_of, study_of

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True)
class PilotAsk:
    """What a trial is asked for.

    outcome : a column of a table of [sources.statistics]. panel : a CSV with quarter_id, period and value instead.
    pilots : quarters by id or name that are set; else the best set of n_pilots is looked for.
    """

    outcome: str = ""
    panel: Path | None = None
    pilots: Sequence[str] = ()
    n_pilots: int = 2


def pilots(
    study: Study | str | Path, ask: PilotAsk, *, out: Path | None = None, quiet: bool = False
) -> Summary:  # fmt: skip
    """The design of a trial: `internal/pilots/` in the output folder of the study.

    Raises
        InputError without an outcome, for one that is not known, for quarters that cannot be compared.
    """
    from nahraum.pilots import evaluation_plan, trial_design
    from nahraum.publish.pilots import Trial, write_pilots
    from nahraum.workflow.chain import analyse
    from nahraum.workflow.housing import attribution_of
    from nahraum.workflow.housing_lines import pilot_lines

    known = study_of(study, out)
    if not ask.outcome and ask.panel is None:
        raise InputError(
            "the trial has no outcome", where=known_outcomes(known), expected="what shall change", fix=PANEL_FIX
        )
    given = None if ask.panel is None else read_panel(ask.panel)
    store, progress = store_of(known), Progress(quiet=quiet, language=known.language)
    with store.lock():
        chain = analyse(known, store, progress)
        panel, outcome = (
            (given, _of_file(ask)) if given is not None else panel_of_study(known, chain.inputs.value, ask.outcome)
        )
        quarters = chain.area.value.quarters
        table = _quarters(known, store, progress, quarters)
        outcome = outcome | {"read_as": read_as(panel, outcome)}
        panel, share = as_share(panel, outcome)
        with progress.stage("pilots", "quarters of the trial"):
            parameters = known.parameters()
            design = trial_design(
                panel, table, parameters, apart_m=_apart(quarters), n_pilots=ask.n_pilots,
                pilots=_ids(ask.pilots, table), share=share,
            )  # fmt: skip
            periods = sorted(float(one) for one in panel["period"].unique())
            plan = evaluation_plan(design, parameters, study=known.name, outcome=outcome, periods=periods)
            names = dict(zip(table["quarter_id"], table["name"], strict=True))
            told = Trial(
                known.name, known.language, known.reference_date, attribution_of(known), design, plan, names,
                outcome | {"share": share}, parameters,
            )  # fmt: skip
            written = write_pilots(told, known.output_folder / "internal")
    return Summary(
        {"study": known.name, "evaluation": plan, "files": [str(one) for one in written]},
        pilot_lines(told, known.output_folder),
    )  # fmt: skip


def _of_file(ask: PilotAsk) -> dict[str, Any]:
    assert ask.panel is not None
    name = ask.outcome or ask.panel.stem
    return {"id": name, "label": name, "source": ask.panel.name, "unit": "", "wanted": "lower"}


def _quarters(study: Study, store: Any, progress: Progress, quarters: gpd.GeoDataFrame) -> pd.DataFrame:
    """Quarters with residents and, where the study has households, how many people live crowded in them."""
    from nahraum.flexhousing.housed import Housed
    from nahraum.flexhousing.lab import crowding_by_quarter
    from nahraum.workflow.homes import homes_of

    ids = quarters["quarter_id"].astype(str)
    table = pd.DataFrame({"quarter_id": ids, "name": quarters["name"].astype(str)}).reset_index(drop=True)
    try:
        homes = homes_of(study, store, progress).value
        state = crowding_by_quarter({"low": Housed.of(homes.households)}).set_index("quarter_id")
        need = table["quarter_id"].map(state["crowded_persons_low"])
        residents = table["quarter_id"].map(homes.quarters.set_index("quarter_id")["residents"])
    except InputError:  # no households, or no rooms: the trial is designed without the need
        need, residents = pd.Series(np.nan, table.index), _residents(study, store, table)
    return table.assign(residents=residents.fillna(0.0).astype(float), need=need.astype(float))


def _residents(study: Study, store: Any, table: pd.DataFrame) -> pd.Series:
    from nahraum.workflow.chain import analyse_area

    addresses = analyse_area(study, store, Progress(quiet=True))[1].value.addresses
    return table["quarter_id"].map(addresses.groupby(addresses["quarter_id"].astype(str))["residents"].sum())


def _apart(quarters: gpd.GeoDataFrame) -> pd.DataFrame:
    """Distances of the outlines of quarters. [m]"""
    import shapely

    shapes, ids = quarters.geometry.to_numpy(), quarters["quarter_id"].astype(str)
    return pd.DataFrame(shapely.distance(shapes[:, None], shapes[None, :]), ids, ids)


def _ids(asked: Sequence[str], table: pd.DataFrame) -> list[str]:
    """Quarters by id, or by name where exactly one has it; others stay as they are and are refused later."""
    by_name = table.groupby("name")["quarter_id"].agg(list)
    found = []
    for one in asked:
        same = by_name.get(one, [])
        found.append(same[0] if len(same) == 1 and one not in set(table["quarter_id"]) else one)
    return found
