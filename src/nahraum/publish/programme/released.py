"""A plan as it may leave the office: persons in multiples of ten, small counts not told, sums of what is shown."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from nahraum.parameters import Parameters
from nahraum.publish.programme.model import Figure, PeopleEffect, Persons, PlanDocument

_PEOPLE = ("person", "residents", "lacks")  # how units begin that count people
_WHOLE_SHARE = 0.01  # targets are told in whole per cent at the finest


@dataclass(frozen=True)
class _Rule:
    """least : fewer are not told; step : multiples; small : areas with fewer residents are left out.

    least_worth : persons that a step of a share is worth at least; steps : of shares, finest first; residents :
    published, by area, '' for all.
    """

    least: int
    step: int
    small: float
    least_worth: float = 5.0
    steps: tuple[float, ...] = ()
    residents: Mapping[str, float] = field(default_factory=dict)

    def share(self, value: float | None, area_id: str) -> float | None:
        """A share of an area in steps that are worth enough persons; None where no step is, or it is not known."""
        people = self.residents.get(area_id, 0.0)
        worth = [one for one in self.steps if one >= _WHOLE_SHARE and one * people >= self.least_worth]
        return None if value is None or not worth else round(round(value / worth[0]) * worth[0], 6)

    def persons(self, told: Persons) -> Persons:
        number = self.rounded(told.get("exact", 0.0))
        return {"about": number} if number else {"fewer_than": self.least}

    def rounded(self, persons: float) -> int:
        """0 for fewer than the least count; else the nearest multiple of the step, at least one."""
        if not math.isfinite(persons) or persons < self.least:
            return 0
        return max(self.step, self.step * math.floor(persons / self.step + 0.5))

    def signed(self, value: float | None) -> float | None:
        """A sum that may be negative."""
        return None if value is None else math.copysign(self.rounded(abs(value)), value) + 0.0


def released_plan(plan: PlanDocument, parameters: Parameters) -> PlanDocument:
    """The plan without what only the office may know.

    Persons are multiples of `serving.rounding_residents`; fewer than `disclosure.minimum_count`, also none, are "fewer
    than" that. Rents, moves and SGB II of small quarters are left out unless the study publishes them. Quarters below
    `disclosure.minimum_denominator_share` residents are left out of the effects. Totals by quarter are sums of what is
    shown. Shares of the baseline come from the published tables already.
    """
    rule = _Rule(
        int(parameters.number("disclosure.minimum_count")),
        int(parameters.number("serving.rounding_residents")),
        parameters.number("disclosure.minimum_denominator_share"),
        parameters.number("disclosure.rounding_persons"),
        tuple(sorted(float(one) for one in parameters.value("disclosure.rounding_share_steps"))),
        {one["quarter_id"]: one["residents"] for one in plan["area"]["quarters"]}
        | {"": sum(one["residents"] for one in plan["area"]["quarters"])},
    )
    told = copy.deepcopy(plan)
    told["released"] = True
    for one in told["measures"]:
        one["effect"] = _effect(one["effect"], rule)
        one["newcomers"] = rule.rounded(one["newcomers"])
    told["outcome"] = _outcome(told["outcome"], rule)
    solution = told["solution"]
    for name in ("value", "bound", "predicted", "recomputed"):
        solution[name] = rule.signed(solution[name])
    if told["next_money"] is not None:
        told["next_money"] |= {key: rule.signed(told["next_money"][key]) for key in ("gain", "most")}
    for limit in told["limits"]:
        if limit["unit"].startswith(_PEOPLE):
            limit |= {key: rule.signed(limit[key]) for key in ("used", "allowed", "slack")}
    for goal in told["goals"]:
        goal["figures"] = [_figure(one, rule) for one in goal["figures"]]
    small = parameters.number("disclosure.minimum_residents_index")
    for row in told["displacement"]:  # the office's own figures
        if rule.residents.get(row["quarter_id"], 0.0) < small and not plan["study"]["figures_published"]:
            row |= dict.fromkeys(("rent", "moves", "sgb2"), "")
    told["monitoring"] = [_figure(one, rule) for one in told["monitoring"]]
    return told


def _effect(effect: PeopleEffect, rule: _Rule) -> PeopleEffect:
    return {
        "relieved": rule.persons(effect["relieved"]),
        "newly_lacking": rule.persons(effect["newly_lacking"]),
        "prerequisites": {
            name: {way: rule.persons(told) for way, told in ways.items()}
            for name, ways in effect["prerequisites"].items()
        },
    }


def _figure(figure: Figure, rule: _Rule) -> Figure:
    """Persons rounded; targets of shares in steps that are worth enough persons."""
    if figure["unit"].startswith(_PEOPLE):
        return figure | {"baseline": rule.signed(figure["baseline"]), "target": rule.signed(figure["target"])}
    if figure["unit"] == "share":
        return figure | {"target": rule.share(figure["target"], figure["area_id"])}
    return figure


def _outcome(outcome: Mapping[str, Any], rule: _Rule) -> dict[str, Any]:
    if not outcome:
        return {}
    told = dict(outcome)
    quarters = [
        {**one, **_effect(cast(PeopleEffect, one), rule)}
        for one in outcome["by_quarter"]
        if one["residents"] >= rule.small
    ]
    told["by_quarter"] = [one | {"residents": rule.rounded(one["residents"])} for one in quarters]
    told["by_status"] = [
        one | {"residents": rule.rounded(one["residents"])}
        | {key: rule.persons(one[key]) for key in ("relieved", "newly_lacking")}
        for one in outcome["by_status"]
    ]  # fmt: skip
    told["measures"] = [
        one | {key: None if one[key] is None else round(one[key], 3) for key in ("before", "after")}
        for one in outcome["measures"]
    ]
    told["by_prerequisite"] = [
        one | {way: _sum(quarters, one["id"], way, rule) for way in ("gain", "lose")}
        for one in outcome["by_prerequisite"]
    ]
    told["lacks_removed"] = rule.persons(outcome["lacks_removed"])
    told["people_relieved"] = _told(sum(_about(one["relieved"]) for one in quarters), rule)
    for name in ("newcomers", "newcomers_lacking"):
        told[name] = None if outcome[name] is None else rule.rounded(outcome[name])
    for name in ("near_threshold_share", "depth", "worst_fifth_gain", "lowest_status_gain"):
        told[name] = None if outcome[name] is None else round(outcome[name], 2)
    return told


def _sum(quarters: list[dict[str, Any]], name: str, way: str, rule: _Rule) -> Persons:
    return _told(sum(_about(one["prerequisites"][name][way]) for one in quarters), rule)


def _about(told: Persons) -> float:
    return told.get("about", 0)


def _told(number: float, rule: _Rule) -> Persons:
    return {"about": number} if number else {"fewer_than": rule.least}
