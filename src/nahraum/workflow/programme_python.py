"""The best programme of measures for Python: `nahraum.best_programme`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd

from nahraum.errors import InputError
from nahraum.workflow.programme import Ask, made_plan, published
from nahraum.workflow.progress import Progress
from nahraum.workflow.verbs import store_of

if TYPE_CHECKING:
    from nahraum.measures.programme import Plan
    from nahraum.publish.programme import PlanDocument
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
    more = dict(limits or {})
    unknown = sorted(set(more) - set(Ask.__dataclass_fields__))
    if unknown:
        raise InputError(
            "limits of the programme are not known", where=unknown, expected=", ".join(Ask.__dataclass_fields__)
        )
    asked = Ask(budget_eur=budget_eur, yearly_eur=tuple(yearly_eur), weights=weights, priority=tuple(priority))
    published(area.study)
    store = store_of(area.study)
    with store.lock():
        made = made_plan(ready_to_plan(area.study, store, Progress(quiet=True)), replace(asked, **more))
    document = plan_document(made)
    x, y = zip(*(one["point"] for one in document["measures"]), strict=True) if document["measures"] else ((), ())
    points = gpd.GeoDataFrame(measure_table(document), geometry=gpd.points_from_xy(x, y), crs="EPSG:4326")
    return Programme(made.plan.chosen, made.plan, document, points)
