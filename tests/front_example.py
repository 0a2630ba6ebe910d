"""Fronts made by hand: 1,300 people lack green today, plans give some of quarter Q1 green."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nahraum.publish.programme.front import FORMAT, FORMAT_VERSION, FrontDocument

TODAY = 1300.0


def point(name: str, lacking: float | None, cost: float) -> dict[str, Any]:
    return {"point": name, "values": {"people_lacking_green": lacking, "cost": cost}, "exact": True, "gap": 0.0,
            "knee": name == "P02", "double": None, "sites": ["a"], "measures": []}  # fmt: skip


def moved(gain: float) -> list[dict[str, Any]]:
    """Whom a plan gives green in Q1."""
    return [{"objective": "people_lacking_green", "quarter_id": "Q1", "gain": gain, "lose": 0.0}] if gain else []


def front_with(gains: Sequence[float], *, name: str = "f", green: Sequence[float] = ()) -> FrontDocument:
    """Plans by which so many gain green; green : the same of the plans of double inner development."""
    points = [point(f"P{at + 1:02d}", TODAY - gain, 3e6 - 1e5 * at) for at, gain in enumerate(gains)]
    objectives = [
        {"name": key, "label": label, "unit": unit, "better": "lower"}
        for key, label, unit in (("people_lacking_green", "Menschen ohne Grün", "persons"), ("cost", "Kosten", "EUR"))
    ]
    ends = (0, len(gains) - 1)
    payoff = [{"best_for": one["name"], **points[at]["values"]} for one, at in zip(objectives, ends, strict=True)]
    prices = [{"point": "P01", "limit": limit, "price": price}
              for limit, price in (("budget", 1.6e-5), ("least:dwellings", 2.0), ("type:gate", 1.0))]  # fmt: skip
    return {
        "format": FORMAT, "format_version": FORMAT_VERSION, "released": False, "name": name, "title": "T",
        "language": "de", "reference_date": "2026-06-30", "study": {"name": "M", "crs": "EPSG:25832"},
        "run": {"manifest": "0" * 16, "version": "1"}, "objectives": objectives, "points": points, "payoff": payoff,
        "ask": {"budget_eur": None, "least": {"dwellings": 200.0, "people_lacking_green": None}}, "prices": prices,
        "complete": True, "exact": True, "hypervolume": 0.5, "double": None, "density": [], "attribution": "",
        "warnings": [], "today": {"people_lacking_green": TODAY, "cost": 0.0}, "residents": {"Q1": 3200.0},
        "moved": {"points": [moved(one) for one in gains], "payoff": [moved(gains[at]) for at in ends],
                  "double": [moved(one) for one in green]},
    }  # fmt: skip


def front() -> FrontDocument:
    """Three plans by which 66, 64 and 40 people gain green."""
    return front_with([66.0, 64.0, 40.0])


def site(
    dwellings: float, *, green: float = 0.0, sharing: float = 0.0, change: float = 0.0, until: float | None = None
) -> dict[str, Any]:
    """A row of the table of 100 dwellings."""
    return {
        "site_id": "s", "type_id": "homes", "quarter_id": "Q1", "label": "Wohnungen", "quarter": "Q1",
        "dwellings": dwellings, "persons": 2 * dwellings, "living_space_persons": 0.0, "internet_persons": 0.0,
        "green_persons": green, "supply_persons": 0.0, "green_m2_change": change, "green_sharing": sharing,
        "dwellings_until_green": until, "newcomers_lacking": 0.0, "green_m2_for_all": 1200.0, "shop_m2": 1.0,
        "kita_places": 1.0, "school_places": 1.0, "shop_site_id": "", "shop_people": None, "shop_people_with": None,
        "shop_bears": "",
    }  # fmt: skip
