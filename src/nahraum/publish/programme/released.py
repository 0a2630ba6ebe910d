"""A plan as it may leave the office: persons in multiples of ten, small counts not told, sums of what is shown."""

from __future__ import annotations

import copy
import math
from typing import Any

from nahraum.parameters import Parameters
from nahraum.publish.programme.goal_words import goal_text
from nahraum.publish.programme.model import Figure, PeopleEffect, PlanDocument
from nahraum.publish.programme.past_plans import PastPlans
from nahraum.publish.programme.telling import Telling, about, telling, told_anything
from nahraum.publish.programme.words import PlanWords
from nahraum.tables import PREREQUISITES

_PEOPLE = ("person", "residents")  # how units begin that count people
_FAIR_DIGITS, _RATIO_DIGITS = 2, 3
_LACKING = tuple(f"lacks_{name}_share" for name in PREREQUISITES)
_QUARTERS_TOLD = 3  # of a goal
_NEAR = ("green", "supply")  # of which thresholds are known
_MEANS = ("depth", "worst_fifth_gain", "lowest_status_gain")
_FIFTH = 0.2  # of all residents
_PRICED = {"eur": 1e5, "m²": 1e3}  # so much of a limit is told with a price


def released_plan(plan: PlanDocument, parameters: Parameters, past: PastPlans | None = None) -> PlanDocument:
    """The plan without what only the office may know.

    Parameters
        past : the plans that were released before; it is told what is told of this one.

    Notes
        Persons are multiples of `serving.rounding_residents`; fewer than `disclosure.minimum_count`, also none, are
        "fewer than" that. Quarters below `disclosure.minimum_denominator_share` residents, and those of which nothing
        else is told, are left out of the effects and of every total: no sum less what is shown tells of them. Targets
        follow from the published baseline and the persons that are told. Rents, moves and SGB II are left out unless
        the study publishes them.
    """
    rule = telling(plan, parameters, past)
    told = copy.deepcopy(plan)
    told["released"] = True
    for one in told["measures"]:
        one["effect"] = _alone(rule.shown(one["effect_by_quarter"]), rule, one["site_id"])
        back = math.fsum(row["missed"]["exact"] for row in rule.shown(one["effect_by_quarter"]))
        one["missed"] = rule.persons(back, f"missed/{one['site_id']}")
        one["effect_by_quarter"] = []
        one["newcomers"] = rule.rounded(one["newcomers"])
    told["outcome"] = _outcome(plan, rule)
    _solution(told, plan, rule)
    _limits(told, rule)
    _goals(told, rule)
    if not plan["study"]["figures_published"]:  # the office's own figures
        neutral = PlanWords(plan["language"]).text("displacement_observe")
        for row in told["displacement"]:
            row |= dict.fromkeys(("rent", "moves", "sgb2"), "") | {"text": neutral}
    else:
        _small_displacement(told, rule, parameters.number("disclosure.minimum_residents_index"))
    told["monitoring"] = [
        one | {"target": told["outcome"]["people_relieved"].get("about")}
        if one["id"] == "people_relieved" and told["outcome"] else _figure(one, rule, told["outcome"], "monitoring")
        for one in _of_most(told["monitoring"], told["outcome"])
    ]  # fmt: skip
    told["variants"] = [one | {"gap": _digits(one["gap"])} for one in told["variants"]]
    if withheld := rule.past.withheld:
        told["warnings"] = [*told["warnings"], PlanWords(plan["language"]).text("withheld", n=withheld)]
    return told


def _limits(told: PlanDocument, rule: Telling) -> None:
    """Limits that count people: used as persons are told, what was asked for as it is; prices in multiples."""
    of_people = told["solution"]["unit"].startswith(_PEOPLE)
    for limit in told["limits"]:
        if of_people and limit.get("price") is not None:  # times the cost of a site it would count who gains by it
            size = _PRICED.get(limit["unit"], 1.0)
            key = f"price/{limit.get('name', limit['label'])}"
            price = rule.signed(limit["price"] * size, key)
            limit["price"] = None if price is None else price / size
        if not limit["unit"].startswith(_PEOPLE):
            continue
        held = limit.get("name", "").partition(":")[2] in rule.held
        used = None if held else rule.signed(limit["used"], f"limit/{limit.get('name', limit['label'])}")
        allowed = None if held else limit["allowed"]
        slack = None if used is None or allowed is None else abs(used - allowed)
        limit |= {"used": used, "allowed": allowed, "slack": slack}


def _small_displacement(told: PlanDocument, rule: Telling, small: float) -> None:
    for row in told["displacement"]:
        if rule.residents.get(row["quarter_id"], 0.0) < small:
            row |= dict.fromkeys(("rent", "moves", "sgb2"), "")
            row["text"] = PlanWords(told["language"]).text("displacement_observe")


def _solution(told: PlanDocument, plan: PlanDocument, rule: Telling) -> None:
    """What the model says in proportion to what is shown; fair goals as they are, unless a quarter is held back."""
    solution, exact = told["solution"], plan["solution"]["recomputed"]
    shown = about(told["outcome"].get("lacks_removed", {})) if told["outcome"] else 0.0
    names = ("value", "bound", "predicted", "recomputed")
    for name in names if solution["unit"].startswith(_PEOPLE) else names[2:]:
        if solution[name] is not None:
            ratio = round(solution[name] / exact, _RATIO_DIGITS) if exact else 0.0
            solution[name] = rule.signed(shown * ratio)
    if not solution["unit"].startswith(_PEOPLE):
        for name in names[:2]:
            known = solution[name] is not None and not rule.held
            solution[name] = round(solution[name], _FAIR_DIGITS) if known else None
    solution |= {name: _digits(solution[name]) for name in ("gap", "deviation")}
    more = told["next_money"]
    if more is not None and rule.held.intersection(more["quarter_ids"]):
        told["next_money"] = None
    elif more is not None and more["unit"].startswith(_PEOPLE):
        figures = {key: rule.signed(more[key], f"next_money/{key}") for key in ("gain", "most")}
        told["next_money"] = None if None in figures.values() else more | figures


def _goals(told: PlanDocument, rule: Telling) -> None:
    """Goals of what is shown: quarters that are not shown have no figure, a goal that nobody is shown to reach goes."""
    words, shown = PlanWords(told["language"]), told["outcome"]
    gains = {f"lacks_{one['id']}_share": one["gain"] for one in shown.get("by_prerequisite", ())}
    of_goal: dict[str, str] = {}
    kept = []
    for goal in told["goals"]:
        first = goal["figures"][0]["id"] if goal["figures"] else ""
        name = first.removeprefix("lacks_").removesuffix("_share")
        if first in gains:
            of_goal[goal["id"]] = name
            if "about" not in gains[first]:
                continue
        chosen = _of_most(goal["figures"], shown)
        goal["figures"] = [_figure(one, rule, shown, f"goal/{goal['id']}") for one in chosen]
        if first in gains:
            goal["text"] = goal_text(goal["figures"][0], gains[first]["about"], goal["year"], words)
        kept.append(goal)
    told["goals"] = kept
    ids = {goal["id"] for goal in kept}
    for one in told["measures"]:
        gain = {goal: one["effect"]["prerequisites"][name]["gain"] for goal, name in of_goal.items()}
        one["goals"] = [goal for goal in one["goals"] if goal in ids and "about" in gain.get(goal, {"about": 1})]


def _of_most(figures: list[Figure], shown: dict[str, Any]) -> list[Figure]:
    """The figures with those quarters only that are told to gain most of a prerequisite, the largest gain first.

    Which quarters stand there, and in which order, then tells no more than what is told of them.
    """
    gain = {
        (f"lacks_{name}_share", row["quarter_id"]): about(ways["gain"])
        for row in shown.get("by_quarter", ()) for name, ways in row["prerequisites"].items()
    }  # fmt: skip
    told: dict[str, list[tuple[float, str, Figure]]] = {}
    for one in figures:
        if one["id"] in _LACKING and (more := gain.get((one["id"], one["area_id"]))):
            told.setdefault(one["id"], []).append((-more, one["area_id"], one))
    found: list[Figure] = []
    for one in figures:
        if one["id"] not in _LACKING or not one["area_id"]:
            found.append(one)
        else:  # all of a kind where the first of them stood
            found += [row for _, _, row in sorted(told.pop(one["id"], ()), key=lambda row: row[:2])[:_QUARTERS_TOLD]]
    return found


def _digits(share: float | None) -> float | None:
    """A share of a sum of persons with so few digits that they do not hold the sum."""
    return None if share is None else round(share, _RATIO_DIGITS + 1)


def _alone(rows: list[dict[str, Any]], rule: Telling, site_id: str) -> PeopleEffect:
    """What a measure does alone: the sum over the quarters that are shown, rounded once."""

    def whole(numbers: list[dict[str, float]]) -> dict[str, float]:
        return {"exact": math.fsum(one["exact"] for one in numbers)}

    return rule.effect({
        "relieved": whole([one["relieved"] for one in rows]),
        "newly_lacking": whole([one["newly_lacking"] for one in rows]),
        "prerequisites": {
            name: {way: whole([one["prerequisites"][name][way] for one in rows]) for way in ("gain", "lose")}
            for name in PREREQUISITES
        },
    }, f"alone/{site_id}")  # fmt: skip


def _figure(figure: Figure, rule: Telling, outcome: dict[str, Any], kind: str) -> Figure:
    """Persons rounded, or as in an earlier plan; targets of shares by what is told of persons."""
    if figure["unit"].startswith(_PEOPLE):
        key = f"{kind}/{figure['id']}/{figure['area_id']}"
        return figure | {
            "baseline": rule.signed(figure["baseline"], f"{key}/baseline"),
            "target": rule.signed(figure["target"], f"{key}/target"),
        }  # fmt: skip
    return figure | {"target": rule.target(figure, outcome)} if figure["unit"] == "share" else figure


def _quarter(row: dict[str, Any], rule: Telling, key: str) -> dict[str, Any]:
    """A quarter as it is told; lacks that arise where fewer go count below none."""
    removed = rule.signed(row["lacks_removed"]["exact"], f"{key}/removed") or 0.0
    return row | rule.effect(row, key) | {"lacks_removed": rule.total(removed)}


def _outcome(plan: PlanDocument, rule: Telling) -> dict[str, Any]:
    outcome = plan["outcome"]
    if not outcome:
        return {}
    told = dict(outcome)
    rows = [_quarter(one, rule, f"quarter/{one['quarter_id']}") for one in rule.shown(outcome["by_quarter"])]
    quarters = [one for one in rows if told_anything(one)]  # a row of few only would tell that there are any
    status = {one["quarter_id"]: one["status"] for one in plan["area"]["quarters"]}
    ordered = sorted(quarters, key=lambda one: (-about(one["relieved"]), one["quarter_id"]))
    told["by_quarter"] = [one | {"residents": rule.rounded(one["residents"])} for one in ordered]
    told["by_status"] = [
        one | {"residents": rule.rounded(one["residents"])}
        | {
            key: rule.total(sum(about(row[key]) for row in quarters if status.get(row["quarter_id"]) == one["name"]))
            for key in ("relieved", "newly_lacking")
        }
        for one in outcome["by_status"]
    ]  # fmt: skip
    told["by_prerequisite"] = [
        one | {way: rule.total(sum(about(row["prerequisites"][one["id"]][way]) for row in quarters))
               for way in ("gain", "lose")}
        for one in outcome["by_prerequisite"]
    ]  # fmt: skip
    told["lacks_removed"] = rule.total(max(0.0, sum(about(one["lacks_removed"]) for one in quarters)))
    told["people_relieved"] = rule.total(sum(about(one["relieved"]) for one in quarters))
    away = any(one["residents"] < rule.small for one in outcome["by_quarter"])
    told["measures"] = [
        _poverty(one, rule, away=away, nobody=not about(told["people_relieved"])) for one in outcome["measures"]
    ]
    for name in ("newcomers", "newcomers_lacking"):
        told[name] = None if outcome[name] is None else rule.rounded(outcome[name])
    return told | _means(outcome, told, rule, away=away)


def _means(outcome: dict[str, Any], told: dict[str, Any], rule: Telling, *, away: bool) -> dict[str, float | None]:
    """Means and shares of few or many, from persons that are told; where an area is left out only how near it is.

    Two digits of a mean of 14 people count one of them, and a digit that changes from plan to plan speaks of few.
    """
    found: dict[str, float | None] = dict.fromkeys(("near_threshold_share", *_MEANS))
    shown = {one["id"]: about(one["gain"]) for one in told["by_prerequisite"]}
    near = sum(shown.get(one, 0.0) for one in _NEAR)
    share = _mean(outcome["near_threshold_share"], near, rule, "near_threshold_share")
    found["near_threshold_share"] = None if share is None else min(1.0, share)
    if away or not sum(shown.values()):
        return found
    sizes = {"worst_fifth_gain": _FIFTH * rule.residents.get("", 0.0)}
    if outcome["by_status"]:
        sizes["lowest_status_gain"] = outcome["by_status"][0]["residents"]
    found |= {name: _mean(outcome[name], size, rule, name) for name, size in sizes.items()}
    gone = sum(one["gain"].get("exact", 0.0) for one in outcome["by_prerequisite"])
    people = rule.signed(gone / outcome["depth"], "depth") if outcome["depth"] else None
    found["depth"] = round(max(1.0, sum(shown.values()) / people), 1) if people else None
    return found


def _mean(value: float | None, size: float, rule: Telling, key: str) -> float | None:
    """A mean of so many: what is told of its sum by their number."""
    total = None if value is None else rule.signed(value * size, key)
    return None if total is None or size <= 0 else round(total / size, _FAIR_DIGITS)


def _poverty(one: dict[str, Any], rule: Telling, *, away: bool, nobody: bool) -> dict[str, Any]:
    """H, A or M0 in steps worth enough persons; not after, where an area is left out, nor where nobody is told of."""
    before = rule.share(one["before"], "")
    after = None if away else before if nobody else rule.share(one["after"], "")
    return one | {"before": before, "after": after}
