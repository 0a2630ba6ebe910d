"""Plans for Python: `nahraum.best_programme` under a budget, `nahraum.pareto_front` between objectives."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd

from nahraum.errors import InputError
from nahraum.workflow.pareto import FrontAsk, found_front
from nahraum.workflow.programme import Ask, made_plan, published
from nahraum.workflow.progress import Progress
from nahraum.workflow.verbs import store_of

if TYPE_CHECKING:
    import pandas as pd

    from nahraum.measures.pareto import ParetoFront
    from nahraum.measures.programme import Plan
    from nahraum.publish.programme import PlanDocument
    from nahraum.publish.programme.front import FrontDocument
    from nahraum.workflow.python import Analysis, StudyArea


@dataclass(frozen=True, eq=False)
class Programme:
    """A plan, unsuppressed: for the office.

    chosen : ids of the chosen sites. plan : with status, bound, gap, limits and years (`measures.programme.Plan`).
    document : plan.json as plain values. measures : the chosen measures as points in WGS 84.
    """

    chosen: tuple[str, ...]
    plan: Plan
    document: PlanDocument
    measures: gpd.GeoDataFrame


def best_programme(
    area: StudyArea, result: Analysis | None = None, *, budget_eur: float, yearly_eur: Sequence[float] = (),
    weights: str = "utilitarian", priority: Sequence[str] = (), limits: Mapping[str, Any] | None = None,
) -> Programme:  # fmt: skip
    """What to fund with a budget; the study must have been run (`nahraum.run`).

    Parameters
        area : of `nahraum.build_area`. result : of `nahraum.analyse`; taken from the finished stages in any case.
        weights : utilitarian | prioritarian | worst_quarter | worst_fifth. priority : quarters, or ("status",).
        limits : further fields of `workflow.Ask`: must, must_not, types, years, priority_share, variants,
            limit ({"sealing": 0, "quarter:0104": 50}).

    Returns
        The plan with its proof and its recomputation; nothing is written.

    Raises
        InputError for a study without a finished run, and limits that cannot be met.
    """
    from nahraum.publish.programme import plan_document
    from nahraum.publish.programme.layers import measure_table
    from nahraum.workflow.plan_stages import ready_to_plan

    _ = result
    first = Ask(budget_eur=budget_eur, yearly_eur=tuple(yearly_eur), weights=weights, priority=tuple(priority))
    asked = _asked(first, limits)
    published(area.study)
    store = store_of(area.study)
    with store.lock():
        made = made_plan(ready_to_plan(area.study, store, Progress(quiet=True)), asked)
    document = plan_document(made)
    x, y = zip(*(one["point"] for one in document["measures"]), strict=True) if document["measures"] else ((), ())
    points = gpd.GeoDataFrame(measure_table(document), geometry=gpd.points_from_xy(x, y), crs="EPSG:4326")
    return Programme(made.plan.chosen, made.plan, document, points)


@dataclass(frozen=True, eq=False)
class Weighing:
    """Plans between which only values can decide, unsuppressed: for the office.

    points : a row per plan: point, a column per objective, exact, gap, knee, double, n_sites. plans : ids of the sites
    of each. front : with payoff, prices and what is proven (`measures.pareto.ParetoFront`). document : front.json.
    """

    points: pd.DataFrame
    plans: tuple[tuple[str, ...], ...]
    front: ParetoFront
    document: FrontDocument


def pareto_front(
    area: StudyArea, *, objectives: Sequence[str] = FrontAsk.objectives, least: Mapping[str, float] | None = None,
    points: int = 0, budget_eur: float = math.nan, limits: Mapping[str, Any] | None = None,
) -> Weighing:  # fmt: skip
    """Plans of which none is better in every objective; the study must have been run (`nahraum.run`).

    Parameters
        area : of `nahraum.build_area`. objectives : two or three names; the first is searched for.
        least : objectives, these or others, as limits, by name (NaN: as it is today); without any, nobody shall lose
            supply.
        points : plans at most; 0 takes the parameter. budget_eur : of each plan; NaN for none.
        limits : as for `best_programme`.

    Returns
        The front with what is proven; nothing is written.

    Raises
        InputError for a study without a finished run, unknown objectives, limits that no plan can keep.
    """
    from nahraum.publish.programme.front import front_document
    from nahraum.workflow.plan_stages import ready_to_plan

    asked = FrontAsk(tuple(objectives), dict(least or {}), points, _asked(Ask(budget_eur=budget_eur), limits))
    published(area.study)
    store, quiet = store_of(area.study), Progress(quiet=True)
    with store.lock():
        found = found_front(ready_to_plan(area.study, store, quiet), asked, quiet)
    return Weighing(found.front.points, found.front.plans, found.front, front_document(found))


def _asked(ask: Ask, limits: Mapping[str, Any] | None) -> Ask:
    """The question with further fields of `Ask`. Raises InputError for fields that it has not."""
    more = dict(limits or {})
    unknown = sorted(set(more) - set(Ask.__dataclass_fields__))
    if unknown:
        raise InputError(
            "limits of the programme are not known", where=unknown, expected=", ".join(Ask.__dataclass_fields__)
        )
    return replace(ask, **more)
