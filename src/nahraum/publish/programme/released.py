"""A plan as it may leave the office: persons in multiples of ten, small counts not told, sums of what is shown."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from nahraum.parameters import Parameters
from nahraum.publish.programme.goal_words import goal_text
from nahraum.publish.programme.model import Figure, PeopleEffect, Persons, PlanDocument
from nahraum.publish.programme.words import PlanWords
from nahraum.tables import PREREQUISITES

_PEOPLE = ("person", "residents")  # how units begin that count people
_FAIR_DIGITS = 2
_WHOLE_SHARE = 0.01  # targets are told in whole per cent at the finest


@dataclass(frozen=True)
class _Rule:
    """least : fewer are not told; step : multiples; small : areas with fewer residents are left out.

    least_worth : persons that a step of a share is worth at least; steps : of shares, finest first; residents :
    published, by area, '' for all. held : areas that are left out; net : by share of the whole, the persons in them who
    gain less those who lose.
    """

    least: int
    step: int
    small: float
    least_worth: float = 5.0
    steps: tuple[float, ...] = ()
    residents: Mapping[str, float] = field(default_factory=dict)
    held: frozenset[str] = frozenset()
    net: Mapping[str, float] = field(default_factory=dict)

    def shown(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those of the quarters that are shown."""
        return [one for one in rows if one["residents"] >= self.small and one["quarter_id"] not in self.held]

    def without_held(self, figure: Figure) -> float | None:
        """The target as if nothing changed in areas that are left out; None for such an area."""
        target, people = figure["target"], self.residents.get("", 0.0)
        if target is None or figure["area_id"] in self.held:
            return None
        return target if figure["area_id"] or not people else target + self.net.get(figure["id"], 0.0) / people

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
    than" that. Rents, moves and SGB II are left out unless the study publishes them. Quarters below
    `disclosure.minimum_denominator_share` residents are left out of the effects and of every total: no sum less what is
    shown tells of them. Shares of the baseline come from the published tables already.
    """
    rule = _rule(plan, parameters)
    told = copy.deepcopy(plan)
    told["released"] = True
    for one in told["measures"]:
        one["effect"] = _added(rule.shown(one["effect_by_quarter"]), rule)
        back = math.fsum(row["missed"]["exact"] for row in rule.shown(one["effect_by_quarter"]))
        one["missed"] = rule.persons({"exact": back})
        one["effect_by_quarter"] = []
        one["newcomers"] = rule.rounded(one["newcomers"])
    told["outcome"] = _outcome(plan, rule)
    _solution(told, plan, rule)
    for limit in told["limits"]:
        if limit["unit"].startswith(_PEOPLE):
            held = limit.get("name", "").partition(":")[2] in rule.held
            limit |= {key: None if held else rule.signed(limit[key]) for key in ("used", "allowed", "slack")}
    _goals(told, rule)
    if not plan["study"]["figures_published"]:  # the office's own figures
        neutral = PlanWords(plan["language"]).text("displacement_observe")
        for row in told["displacement"]:
            row |= dict.fromkeys(("rent", "moves", "sgb2"), "") | {"text": neutral}
    else:
        _small_displacement(told, rule, parameters.number("disclosure.minimum_residents_index"))
    told["monitoring"] = [
        one | {"target": told["outcome"]["people_relieved"].get("about")}
        if one["id"] == "people_relieved" and told["outcome"] else _figure(one, rule)
        for one in told["monitoring"]
    ]  # fmt: skip
    return told


def _rule(plan: PlanDocument, parameters: Parameters) -> _Rule:
    quarters = plan["area"]["quarters"]
    small = parameters.number("disclosure.minimum_denominator_share")
    away = [one for one in plan["outcome"].get("by_quarter", ()) if one["residents"] < small]
    net = {
        f"lacks_{name}_share": sum(_net(one["prerequisites"][name], "gain", "lose") for one in away)
        for name in PREREQUISITES
    } | {f"several_k{plan['study']['lacks_needed']}_share": sum(_net(one, "relieved", "newly_lacking") for one in away)}
    return _Rule(
        int(parameters.number("disclosure.minimum_count")),
        int(parameters.number("serving.rounding_residents")),
        small,
        parameters.number("disclosure.rounding_persons"),
        tuple(sorted(float(one) for one in parameters.value("disclosure.rounding_share_steps"))),
        {one["quarter_id"]: one["residents"] for one in quarters} | {"": sum(one["residents"] for one in quarters)},
        frozenset(one["quarter_id"] for one in [*quarters, *away] if one["residents"] < small),
        net if away else {},
    )


def _net(told: Mapping[str, Any], gain: str, lose: str) -> float:
    return float(told[gain]["exact"]) - float(told[lose]["exact"])


def _small_displacement(told: PlanDocument, rule: _Rule, small: float) -> None:
    for row in told["displacement"]:
        if rule.residents.get(row["quarter_id"], 0.0) < small:
            row |= dict.fromkeys(("rent", "moves", "sgb2"), "")
            row["text"] = PlanWords(told["language"]).text("displacement_observe")


def _solution(told: PlanDocument, plan: PlanDocument, rule: _Rule) -> None:
    """What the model says in proportion to what is shown; fair goals as they are, unless a quarter is held back."""
    solution, exact = told["solution"], plan["solution"]["recomputed"]
    shown = told["outcome"].get("lacks_removed", {}).get("about", 0) if told["outcome"] else 0.0
    part = shown / exact if exact else 0.0
    names = ("value", "bound", "predicted", "recomputed")
    for name in names if solution["unit"].startswith(_PEOPLE) else names[2:]:
        solution[name] = None if solution[name] is None else rule.signed(solution[name] * part)
    if not solution["unit"].startswith(_PEOPLE):
        for name in names[:2]:
            known = solution[name] is not None and not rule.held
            solution[name] = round(solution[name], _FAIR_DIGITS) if known else None
    more = told["next_money"]
    if more is not None and rule.held.intersection(more["quarter_ids"]):
        told["next_money"] = None
    elif more is not None and more["unit"].startswith(_PEOPLE):
        more |= {key: rule.signed(more[key]) for key in ("gain", "most")}


def _goals(told: PlanDocument, rule: _Rule) -> None:
    """Goals of what is shown: quarters that are not shown have no figure, a goal that nobody is shown to reach goes."""
    words, shown = PlanWords(told["language"]), told["outcome"]
    gains = {f"lacks_{one['id']}_share": one["gain"] for one in shown.get("by_prerequisite", ())}
    by_quarter = {one["quarter_id"]: one["prerequisites"] for one in shown.get("by_quarter", ())}
    of_goal: dict[str, str] = {}
    kept = []
    for goal in told["goals"]:
        first = goal["figures"][0]["id"] if goal["figures"] else ""
        name = first.removeprefix("lacks_").removesuffix("_share")
        if first in gains:
            of_goal[goal["id"]] = name
            if "about" not in gains[first]:
                continue
        goal["figures"] = [
            _figure(one, rule) for one in goal["figures"]
            if first not in gains or not one["area_id"]
            or "about" in by_quarter.get(one["area_id"], {}).get(name, {}).get("gain", {})
        ]  # fmt: skip
        if first in gains:
            goal["text"] = goal_text(goal["figures"][0], gains[first]["about"], goal["year"], words)
        kept.append(goal)
    told["goals"] = kept
    ids = {goal["id"] for goal in kept}
    for one in told["measures"]:
        gain = {goal: one["effect"]["prerequisites"][name]["gain"] for goal, name in of_goal.items()}
        one["goals"] = [goal for goal in one["goals"] if goal in ids and "about" in gain.get(goal, {"about": 1})]


def _added(rows: list[dict[str, Any]], rule: _Rule) -> PeopleEffect:
    """The sum over some quarters, rounded once."""

    def told(numbers: Iterable[Persons]) -> Persons:
        return rule.persons({"exact": math.fsum(one["exact"] for one in numbers)})

    return {
        "relieved": told(one["relieved"] for one in rows),
        "newly_lacking": told(one["newly_lacking"] for one in rows),
        "prerequisites": {
            name: {way: told([one["prerequisites"][name][way] for one in rows]) for way in ("gain", "lose")}
            for name in PREREQUISITES
        },
    }


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
        return figure | {"target": rule.share(rule.without_held(figure), figure["area_id"])}
    return figure


def _outcome(plan: PlanDocument, rule: _Rule) -> dict[str, Any]:
    outcome = plan["outcome"]
    if not outcome:
        return {}
    told = dict(outcome)
    quarters = [{**one, **_effect(cast(PeopleEffect, one), rule)} for one in rule.shown(outcome["by_quarter"])]
    status = {one["quarter_id"]: one["status"] for one in plan["area"]["quarters"]}
    told["by_quarter"] = [one | {"residents": rule.rounded(one["residents"])} for one in quarters]
    told["by_status"] = [
        one | {"residents": rule.rounded(one["residents"])}
        | {
            key: _told(sum(_about(row[key]) for row in quarters if status.get(row["quarter_id"]) == one["name"]), rule)
            for key in ("relieved", "newly_lacking")
        }
        for one in outcome["by_status"]
    ]  # fmt: skip
    told["measures"] = [
        one | {key: _poverty(one[key], rule) for key in ("before", "after")} for one in outcome["measures"]
    ]
    told["by_prerequisite"] = [
        one | {way: _sum(quarters, one["id"], way, rule) for way in ("gain", "lose")}
        for one in outcome["by_prerequisite"]
    ]
    gains, losses = (sum(_about(one[way]) for one in told["by_prerequisite"]) for way in ("gain", "lose"))
    told["lacks_removed"] = _told(max(0, gains - losses), rule)
    told["people_relieved"] = _told(sum(_about(one["relieved"]) for one in quarters), rule)
    for name in ("newcomers", "newcomers_lacking"):
        told[name] = None if outcome[name] is None else rule.rounded(outcome[name])
    for name in ("near_threshold_share", "depth", "worst_fifth_gain", "lowest_status_gain"):
        told[name] = None if outcome[name] is None else round(outcome[name], 2)
    if rule.net:
        told["lowest_status_gain"] = None
    return told


def _poverty(value: float | None, rule: _Rule) -> float | None:
    """H, A or M0; in steps worth enough persons where an area is left out."""
    if rule.net:
        return rule.share(value, "")
    return None if value is None else round(value, 3)


def _sum(quarters: list[dict[str, Any]], name: str, way: str, rule: _Rule) -> Persons:
    return _told(sum(_about(one["prerequisites"][name][way]) for one in quarters), rule)


def _about(told: Persons) -> float:
    return told.get("about", 0)


def _told(number: float, rule: _Rule) -> Persons:
    return {"about": number} if number else {"fewer_than": rule.least}
