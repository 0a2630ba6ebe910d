"""How figures of a plan are told outside the office: persons in multiples, shares as what is told of persons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nahraum.parameters import Parameters
from nahraum.publish.programme.model import Figure, PeopleEffect, Persons, PlanDocument
from nahraum.publish.programme.past_plans import PastPlans
from nahraum.tables import PREREQUISITES

_LACKS = "lacks_"


@dataclass(frozen=True)
class Telling:
    """The rules for one plan.

    least : fewer are not told; step : multiples; small : areas with fewer residents are left out.
    least_worth : persons that a step of a share is worth at least; steps : of shares, finest first; residents, known :
    published, by area, '' for all: how many live there, and of how many of them each share is known.
    held : areas that are left out. past : figures of earlier plans.
    """

    least: int
    step: int
    small: float
    least_worth: float
    steps: tuple[float, ...]
    residents: Mapping[str, float]
    known: Mapping[str, Mapping[str, float]]
    held: frozenset[str]
    past: PastPlans = field(compare=False)

    def shown(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those of the quarters that are shown."""
        return [one for one in rows if one["residents"] >= self.small and one["quarter_id"] not in self.held]

    def persons(self, exact: float, key: str) -> Persons:
        """A number of persons as it is told: about so many, fewer than the least, or as in an earlier plan."""
        number = self.rounded(exact)
        return self.past.told(key, exact, {"about": number} if number else {"fewer_than": self.least})

    def rounded(self, persons: float) -> int:
        """0 for fewer than the least count; else the nearest multiple of the step, at least one."""
        if not math.isfinite(persons) or persons < self.least:
            return 0
        return max(self.step, self.step * math.floor(persons / self.step + 0.5))

    def signed(self, value: float | None, key: str = "") -> float | None:
        """A sum that may be negative; with a key as in an earlier plan, None where such plans say otherwise."""
        if value is None:
            return None
        told: Persons = self.persons(abs(value), key) if key else {"about": self.rounded(abs(value))}
        return math.copysign(about(told), value) + 0.0 if told else None

    def total(self, number: float) -> Persons:
        """A sum of what is told."""
        return {"about": number} if number else {"fewer_than": self.least}

    def share(self, value: float | None, area_id: str) -> float | None:
        """A share of an area in steps that are worth enough persons; None where no step is, or it is not known."""
        people = self.residents.get(area_id, 0.0)
        worth = [one for one in self.steps if one * people >= self.least_worth]
        return None if value is None or not worth else round(round(value / worth[0]) * worth[0], 6)

    def effect(self, effect: Mapping[str, Any], key: str) -> PeopleEffect:
        """Who gains and who loses, each as it is told."""
        return {
            "relieved": self.persons(effect["relieved"]["exact"], f"{key}/relieved"),
            "newly_lacking": self.persons(effect["newly_lacking"]["exact"], f"{key}/newly_lacking"),
            "prerequisites": {
                name: {way: self.persons(told["exact"], f"{key}/{name}/{way}") for way, told in ways.items()}
                for name, ways in effect["prerequisites"].items()
            },
        }

    def target(self, figure: Figure, outcome: Mapping[str, Any]) -> float | None:
        """What a published share becomes by what is told of persons; so it tells no more than they do.

        None in areas that are left out, and where nobody is told to gain or to lose.
        """
        baseline, area_id = figure["baseline"], figure["area_id"]
        gain, lose = _flows(figure["id"], area_id, outcome)
        people = self.known.get(area_id, {}).get(figure["id"], self.residents.get(area_id, 0.0))
        if baseline is None or figure["target"] is None or area_id in self.held or not people or not gain + lose:
            return None
        return self.share(min(1.0, max(0.0, baseline - (gain - lose) / people)), area_id)


def telling(plan: PlanDocument, parameters: Parameters, past: PastPlans | None = None) -> Telling:
    """The rules for a plan."""
    quarters = plan["area"]["quarters"]
    small = parameters.number("disclosure.minimum_denominator_share")
    away = [one for one in plan["outcome"].get("by_quarter", ()) if one["residents"] < small]
    whole = plan["area"].get("residents") or sum(one["residents"] for one in quarters)
    least, step = (parameters.number(one) for one in ("disclosure.minimum_count", "serving.rounding_residents"))
    return Telling(
        int(least), int(step), small, parameters.number("disclosure.rounding_persons"),
        tuple(sorted(float(one) for one in parameters.value("disclosure.rounding_share_steps"))),
        {one["quarter_id"]: one["residents"] for one in quarters} | {"": whole},
        {one["quarter_id"]: one.get("known", {}) for one in quarters} | {"": plan["area"].get("known", {})},
        frozenset(one["quarter_id"] for one in [*quarters, *away] if one["residents"] < small),
        past or PastPlans(least, step),
    )  # fmt: skip


def about(told: Persons) -> float:
    """What is told of a number of persons; 0 where it is few, or not told."""
    return told.get("about", 0.0)


def told_anything(effect: Mapping[str, Any]) -> bool:
    """Whether anything of an effect is told to change."""
    ways: Iterable[Persons] = (one for told in effect["prerequisites"].values() for one in told.values())
    return any(about(one) for one in (effect["relieved"], effect["newly_lacking"], *ways))


def _flows(name: str, area_id: str, outcome: Mapping[str, Any]) -> tuple[float, float]:
    """How many are told to gain and to lose what a share is about, in an area or in all."""
    rows = [one for one in outcome.get("by_quarter", ()) if area_id in ("", one["quarter_id"])]
    one = name.removeprefix(_LACKS).removesuffix("_share")
    if name.startswith(_LACKS) and one in PREREQUISITES:
        ways = [(row["prerequisites"][one]["gain"], row["prerequisites"][one]["lose"]) for row in rows]
    else:
        ways = [(row["relieved"], row["newly_lacking"]) for row in rows]
    return sum(about(gain) for gain, _ in ways), sum(about(lose) for _, lose in ways)
