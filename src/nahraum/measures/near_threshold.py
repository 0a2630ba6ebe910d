"""How much of what a plan lifts lay, or lies, near a threshold: lifting people just over a line looks good cheaply."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from nahraum.index.people import Floats
from nahraum.indicators.rules import Rules
from nahraum.measures.built import Built
from nahraum.measures.lacking import counted_services, lacks_green, lacks_supply, needed_services
from nahraum.measures.lives import Lives
from nahraum.scenario.reached import reached_in
from nahraum.tables import PREREQUISITES

_GREEN, _SUPPLY = (PREREQUISITES.index(name) for name in ("green", "supply"))


@dataclass(frozen=True)
class NearThreshold:
    """What of the lacks of green and supply that go is near a threshold. [share of those pairs; NaN where none go]

    before : would not have been lacks with thresholds that much easier; those people were almost there already.
    after : would not have gone with thresholds that much stricter; those people are only just there now.
    either : one of the two. pairs : how many pairs of person and prerequisite go (green and supply).
    margin : how much easier or stricter, `plan_effect.near_margin_share`.
    flagged : the plan mainly lifts people near a threshold, `plan_effect.near_flag_share` of the pairs or more.
    """

    before: float
    after: float
    either: float
    pairs: float
    margin: float
    flagged: bool


def near_threshold(before: Built, after: Built, lives: Lives) -> NearThreshold:
    """How much of what goes between two states lies near a threshold."""
    rules, parameters = after.tally.ground.rules, after.state.parameters
    margin, flag = (parameters.number(f"plan_effect.near_{name}_share") for name in ("margin", "flag"))
    pairs = (lives.gone() * lives.people[:, None])[:, [_GREEN, _SUPPLY]]
    at = np.flatnonzero(pairs.any(axis=1))
    pairs, total = pairs[at], float(pairs.sum())
    ids = np.array(after.tally.ground.names, dtype=object)[lives.row[at]]
    almost = 1.0 - _lacks(before, ids, eased(rules, margin))  # no lack with easier thresholds
    barely = _lacks(after, ids, eased(rules, -margin))  # still a lack with stricter ones
    either = _share(pairs, np.fmax(almost, barely), total)
    return NearThreshold(
        before=_share(pairs, almost, total), after=_share(pairs, barely, total), either=either, pairs=total,
        margin=margin, flagged=bool(either >= flag),
    )  # fmt: skip


def eased(rules: Rules, margin: float) -> Rules:
    """The rules with thresholds easier by a share, or stricter where it is below 0."""
    green_m2 = None if rules.green_m2 is None else rules.green_m2 * (1 - margin)
    return replace(
        rules, supply_distance_m=rules.supply_distance_m * (1 + margin),
        green_distance_m=rules.green_distance_m * (1 + margin), green_m2=green_m2,
    )  # fmt: skip


def _lacks(built: Built, ids: np.ndarray[tuple[int], np.dtype[np.object_]], rules: Rules) -> Floats:
    """Lacks of green and of supply of some addresses by other rules."""
    held = reached_in(built.state, ids, rules)
    green = lacks_green(held.green_access, held.green_m2, needed_m2=rules.green_m2 or 0.0)
    within = counted_services(held.within, rules)
    supply = lacks_supply(within, needed=needed_services(rules), least=rules.services_needed)
    return np.column_stack([green, supply])


def _share(pairs: Floats, near: Floats, total: float) -> float:
    return float((pairs * np.nan_to_num(near, nan=0.0)).sum()) / total if total > 0 else float("nan")
