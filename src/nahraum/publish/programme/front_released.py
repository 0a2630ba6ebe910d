"""A front as it may leave the office: of each of its plans what `nahraum plan` would tell of it.

Two plans of a front, of two fronts, or a front and a plan may differ by one measure. So no total is rounded for itself:
told is today's number, once, less what is told of the quarters, by the same figures as of a plan. Where two of them are
fewer than k persons apart, in this front or an earlier release, they are told alike (`past_plans`). What else followed
from exact values follows from told ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nahraum.measures.pareto.quality import hypervolume, normalised
from nahraum.parameters import Parameters
from nahraum.publish.programme.front import PRICED, FrontDocument
from nahraum.publish.programme.front_density import released_density
from nahraum.publish.programme.model import Persons
from nahraum.publish.programme.past_plans import PastPlans
from nahraum.publish.programme.words import PlanWords

_PERSON, _LACKING, _HOMES = "person", "people_lacking_", "dwellings"
_GREEN = f"{_LACKING}green"
_GAP_STEPS, _SHARE_DIGITS = 1e4, 3
_WAYS = {"gain": 1.0, "lose": -1.0}
_NONE = {False: 0.0, True: -0.0}  # of a figure that makes worse
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Told:
    """What is told of persons: of today by objective, and of every figure of a plan by its key and exact number."""

    today: Mapping[str, float]
    figures: Mapping[str, Mapping[float, Persons]]
    shown: frozenset[str]

    def better(self, moved: Rows, name: str) -> float | None:
        """By how much a plan is told to make an objective better; None where something that it changes is not told."""
        exact = _figures(moved, name, self.shown)
        total = 0.0
        for key in (one for one in self.figures if _is_of(one, name)):
            number = exact.get(key, _NONE[key.endswith("/lose")])
            told = self.figures[key][abs(number)]
            if number and not told:
                return None
            total += math.copysign(told.get("about", 0.0), number)
        return total


def released_front(front: FrontDocument, parameters: Parameters, past: PastPlans | None = None) -> FrontDocument:
    """The front as it may leave the office.

    Parameters
        past : the plans and fronts that were released before; it is told what is told of this one.

    Notes
        Persons are multiples of `serving.rounding_residents`, changes by fewer than `disclosure.minimum_count` in a
        quarter, also by none, are none. Quarters below `disclosure.minimum_denominator_share` residents count nowhere.
        A plan improves both only if it is told to.
    """
    least, step = (parameters.number(one) for one in ("disclosure.minimum_count", "serving.rounding_residents"))
    past = past or PastPlans(least, step)
    rule = _told(front, past, parameters.number("disclosure.minimum_denominator_share"))
    signs = {one["name"]: 1.0 if one["better"] == "higher" else -1.0 for one in front["objectives"]}

    def values(row: Mapping[str, Any], moved: Rows) -> dict[str, Any]:
        better = {key: rule.better(moved, key) for key in rule.today}
        told = {key: None if more is None else max(0.0, rule.today[key] + signs[key] * more)
                for key, more in better.items()}  # fmt: skip
        return {key: told.get(key, value) for key, value in row.items()}

    moved = front["moved"]
    told: FrontDocument = {**front, "released": True, "moved": {}, "residents": {}, "today": values(front["today"], [])}
    told["points"] = [
        one | {"values": values(one["values"], rows), "gap": _gap(one["gap"])}
        for one, rows in zip(front["points"], moved["points"], strict=True)
    ]
    for one in told["points"]:
        green, before = (row.get(_GREEN) for row in (one["values"], told["today"]))
        one["double"] = green is not None and green < before if one["double"] else one["double"]
    told["payoff"] = [values(one, rows) for one, rows in zip(front["payoff"], moved["payoff"], strict=True)]
    told["density"] = released_density(front["density"], past)
    told["prices"] = _prices(front, past)
    told["hypervolume"] = _hypervolume(told, signs)
    if front["double"] is not None:
        told["double"] = _double(front, [rule.better(rows, _GREEN) for rows in moved["double"]], int(least))
    if withheld := past.withheld:
        told["warnings"] = [*told["warnings"], PlanWords(front["language"]).text("withheld", n=withheld)]
    return told


def _told(front: FrontDocument, past: PastPlans, small: float) -> Told:
    people = [one["name"] for one in front["objectives"] if one["unit"].startswith(_PERSON)]
    shown = frozenset(name for name, residents in front["residents"].items() if name and residents >= small)
    plans: list[Rows] = [rows for some in front["moved"].values() for rows in some]
    figures: dict[str, Mapping[float, Persons]] = {}
    for name in people:
        numbers = [_figures(moved, name, shown) for moved in plans]
        keys = {key for one in numbers for key in one} | {
            key for key in past.past if _is_of(key, name) and key.split("/")[1] in shown
        }
        for key in sorted(keys):
            figures[key] = past.alike(key, [0.0, *(abs(one.get(key, 0.0)) for one in numbers)])
    today = {name: past.told(f"today/{name}", abs(now), past.usual(abs(now))).get("about", 0.0)
             for name, now in front["today"].items() if name in people}  # fmt: skip
    return Told(today, figures, shown)


def _figures(moved: Rows, name: str, shown: frozenset[str]) -> dict[str, float]:
    """The figures of a plan that an objective is made of, by the keys they have in a plan; signed by what is better."""
    found: dict[str, float] = {}
    for row in moved:
        if row["objective"] != name or row["quarter_id"] not in shown:
            continue
        if name.startswith(_LACKING):
            for way, sign in _WAYS.items():
                found[f"quarter/{row['quarter_id']}/{name.removeprefix(_LACKING)}/{way}"] = sign * row[way]
        else:
            found[f"quarter/{row['quarter_id']}/removed"] = row["gain"] - row["lose"]
    return found


def _is_of(key: str, name: str) -> bool:
    """Whether a figure of a quarter belongs to an objective."""
    if not name.startswith(_LACKING):
        return key.startswith("quarter/") and key.endswith("/removed")
    ends = tuple(f"/{name.removeprefix(_LACKING)}/{way}" for way in _WAYS)
    return key.startswith("quarter/") and key.endswith(ends)


def _gap(gap: float | None) -> float | None:
    """A gap, no smaller than it is, too coarse for who would count by it."""
    return None if gap is None else math.ceil(gap * _GAP_STEPS) / _GAP_STEPS


def _prices(front: FrontDocument, past: PastPlans) -> list[dict[str, Any]]:
    """Prices tell of persons in multiples only: times the cost of a site they would count who gains by it."""
    kept = [one for one in front["prices"] if one["limit"] in PRICED]
    first, told = front["objectives"][0]["name"], {}
    for limit in sorted({one["limit"] for one in kept}):
        prices = [one["price"] for one in kept if one["limit"] == limit and one["price"] is not None]
        told[limit] = past.alike(f"front/{first}/price/{limit}", [abs(one) * PRICED[limit] for one in prices])
    return [one | {"price": _priced(one["price"], PRICED[one["limit"]], told[one["limit"]])} for one in kept]


def _priced(price: float | None, size: float, told: Mapping[float, Persons]) -> float | None:
    if price is None or not (found := told[abs(price) * size]):
        return None
    return math.copysign(found.get("about", 0.0), price) / size + 0.0


def _hypervolume(told: FrontDocument, signs: Mapping[str, float]) -> float | None:
    """The share of the box that what is told dominates; None where something is not known."""
    rows = [[one["values"][name] for name in signs] for one in told["points"]]
    ends = [[row[name] for name in signs] for row in told["payoff"]]
    if not rows or any(value is None for row in [*rows, *ends] for value in row):
        return None
    sign = np.array(list(signs.values()))
    gains, best = np.array(rows, dtype=np.float64) * sign, np.array(ends, dtype=np.float64) * sign
    worst = np.minimum(best.min(axis=0), gains.min(axis=0))
    ideal = np.maximum(best.max(axis=0), gains.max(axis=0))
    return round(hypervolume(normalised(gains, worst, ideal)), _SHARE_DIGITS)


def _double(front: FrontDocument, fewer: Sequence[float | None], least: int) -> dict[str, Any]:
    """What improves both, as far as it is told to relieve anybody; where it is not, there is no such plan.

    fewer : people fewer without green, of the plan with most green and of the one with most dwellings.
    """
    found, words = dict(front["double"] or {}), PlanWords(front["language"])
    nothing: dict[str, Any] = {"most_green": [], "most_dwellings": [], "relieved": [0.0, 0.0], "dwellings": [0.0, 0.0]}
    if found["exists"] and fewer[0] is None:
        return found | nothing | {"exists": None, "text": words.text("double_untold")}
    if found["exists"] and fewer[0] and fewer[0] > 0:
        some, flats = [fewer[0], fewer[1] or 0.0], found["dwellings"]
        if some[1] <= 0:
            found |= {"most_dwellings": found["most_green"]}
            some, flats = [fewer[0]] * 2, [flats[0]] * 2
        text = words.text(
            "double_one" if some[0] == some[1] and flats[0] == flats[1] else "double_yes",
            fewer=words.number(some[0]), flats=words.number(flats[0]), more=words.number(some[1]),
            most=words.number(flats[1]),
        )  # fmt: skip
        return found | {"relieved": some, "dwellings": flats, "text": text}
    if found["exists"] and not found["proven"]:
        return found | nothing | {"exists": None, "text": words.text("double_open")}
    homes = any(row[_HOMES] for row in front["payoff"])
    text = words.text("double_none", n=least) if homes and found["exists"] is not None else found["text"]
    return found | nothing | {"exists": None if found["exists"] is None else False, "text": text}
