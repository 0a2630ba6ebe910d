"""What the parts of the stress test hand to each other: a scenario, and what a place offers under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from datetime import date
from typing import Any

import pandas as pd

NO_LIMIT = float("inf")
WHO = (
    "workers", "pupils", "pupils_from_10", "children_under_12", "persons", "households",
)  # fmt: skip
WHAT = {
    "home_office": ("workers",),
    "lessons_at_home": ("pupils", "pupils_from_10"),
    "video_meeting": ("workers",),
    "video_lesson": ("pupils", "pupils_from_10"),
    "cloud_work": ("workers",),
    "stream_hd": ("persons", "households"),
    "stream_4k": ("persons", "households"),
    "background": ("persons",),
    "care_at_home": ("children_under_12",),
    "green_visit": ("persons",),
    "food_shopping": ("households",),
}
"""What somebody may do, and who may do it."""


@dataclass(frozen=True)
class Activity:
    """Who does what, and how likely at the same time.

    chance : of each of them, at the busiest hour. of : an activity that it is a part of; its chance is multiplied.
    """

    who: str
    what: str
    chance: float
    of: str
    source: str
    date: date
    evidence: str
    source_en: str = ""


@dataclass(frozen=True)
class Retail:
    """How many customers a shop may let in: one per m2_per_customer of sales area up to a size, another rate above."""

    m2_per_customer: float
    up_to_m2: float = float("inf")
    m2_per_customer_above: float = float("inf")


@dataclass(frozen=True)
class Rule:
    """A value of a scenario with where it is from."""

    name: str
    value: Any
    unit: str
    source: str
    date: date
    evidence: str
    source_en: str = ""


@dataclass(frozen=True)
class Scenario:
    """A day with its rules: who does what and how likely, what is closed, how many may come in.

    begin, end : when the rules held; None for a scenario of no date.
    isolate : persons of a household who would have to keep apart. retail : None: nobody is turned away at the door.
    distance_m : to be kept between people of different households, 0 for none.
    heat : a hot day: more visits to green, only shaded green counts, homes that heat up.
    radius_m : how far from home one may go on foot. closed : kinds of open space that are closed, ids of
    `stress.closed_kinds`.
    """

    id: str
    label_de: str
    label_en: str
    begin: date | None
    end: date | None
    activities: tuple[Activity, ...]
    isolate: int
    retail: Retail | None
    distance_m: float
    heat: bool
    rules: tuple[Rule, ...] = ()
    note_de: str = ""
    note_en: str = ""
    radius_m: float = NO_LIMIT
    closed: tuple[str, ...] = ()

    @property
    def limits_ways(self) -> bool:
        """Whether its rules change what stands within reach."""
        return self.radius_m < NO_LIMIT or bool(self.closed)

    def chance(self, what: str, who: str | None = None) -> float:
        """How likely something is for each who may do it; 0 where the scenario does not have it. [share]"""
        found = [one for one in self.activities if one.what == what and (who is None or one.who == who)]
        return min(1.0, sum(self._chance(one) for one in found))

    def doing(self, what: str) -> tuple[tuple[str, float], ...]:
        """Who does something, and how likely each."""
        return tuple((one.who, self._chance(one)) for one in self.activities if one.what == what)

    def _chance(self, activity: Activity) -> float:
        return activity.chance * (self.chance(activity.of, activity.who) if activity.of else 1.0)

    def label(self, language: str) -> str:
        """Its name in German or English."""
        return str(getattr(self, f"label_{language}"))


@dataclass(frozen=True)
class Place:
    """What places offer under a scenario, by place of the households (index: unit_id, quarter_id).

    green, green_low, green_high : share of its people with too little green at the busiest hour, or none in reach.
    supply, supply_low, supply_high : share without a food shop on foot, or whose shops may not let all in.
    offered : share of households offered a downlink, by speed in Mbit/s; empty where no offer is known.
    NaN is not known.
    """

    table: pd.DataFrame
    offered: Mapping[int, pd.Series] = made_by(default_factory=dict)
