"""Who is slower, or stopped by steps and cobbles: the prerequisites on foot, in the time an adult takes.

The distance of a standard becomes a time budget at the speed of an adult (1000 m are 12.5 minutes); each walker has it
at the own speed and on the ways open to it. Values for an age weigh the same addresses by the residents of that age.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from nahraum.indicators import supply
from nahraum.indicators.further import Setting
from nahraum.indicators.reach import lack_status, within_reach
from nahraum.indicators.rules import Rules, read_rules
from nahraum.parameters.standards import GREEN_STANDARDS

_SAID = {
    "adult": ("Erwachsene", "adult"), "older_person": ("Ältere", "older person"), "child": ("Kinder", "child"),
    "pushchair": ("Kinderwagen", "pushchair"), "wheelchair": ("Rollstuhl", "wheelchair"),
}  # fmt: skip
_WHY = {
    "sparse": (
        "{who} nicht berechnet: Nur für {percent} % der Weglänge ist die Oberfläche erfasst.",
        "{who} not computed: the surface is mapped for only {percent} % of the length of ways.",
    ),
    "closed": (
        "{who} nicht berechnet: Nach den Daten ist kein einziger Weg dafür offen.",
        "{who} not computed: by the data not a single way is open to it.",
    ),
}
AGES = {"from_65": "older_person", "from_80": "older_person", "under_10": "child"}
_NAME = {
    "older_person": "an older person", "child": "a child", "pushchair": "somebody with a pushchair",
    "wheelchair": "somebody in a wheelchair",
}  # fmt: skip
OfTimes = Callable[[pd.DataFrame, Rules, float], pd.DataFrame]


def budget_min(distance_m: float, *, speed_km_h: float) -> float:
    """The time in which an adult walks a distance. [min]"""
    return distance_m / 1000 / speed_km_h * 60


def _reached(minutes: pd.DataFrame, rules: Rules, speed_km_h: float) -> pd.DataFrame:
    """For each service and address: 1 in time, 0 not, NaN not known."""
    budget = budget_min(rules.supply_distance_m, speed_km_h=speed_km_h)
    columns = {
        name: within_reach(minutes[f"{name}_minutes"], minutes[f"{name}_minutes_status"], maximum_m=budget)
        for name in rules.services
    }
    return pd.DataFrame(columns, index=minutes.index)


def _with_status(name: str, values: pd.Series, status: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({name: values.to_numpy(), f"{name}_status": status.to_numpy()}, index=values.index)


def _services(name: str, walker: str) -> OfTimes:
    def value(minutes: pd.DataFrame, rules: Rules, speed_km_h: float) -> pd.DataFrame:
        reached = _reached(minutes, rules, speed_km_h)
        status = pd.DataFrame({service: minutes[f"{service}_minutes_status"] for service in rules.services})
        known = supply.services_within_reach_status(reached, status)
        return _with_status(name, supply.services_within_reach(reached), known)

    return _named(value, name, f"How many of the services {walker} reaches in the adult's time. [services]")


def _no_supply(name: str, walker: str) -> OfTimes:
    def value(minutes: pd.DataFrame, rules: Rules, speed_km_h: float) -> pd.DataFrame:
        lacking = supply.lacks_supply(_reached(minutes, rules, speed_km_h), needed=rules.services_needed)
        known = lack_status(lacking, *(minutes[f"{service}_minutes_status"] for service in rules.services))
        return _with_status(name, lacking, known)

    return _named(value, name, f"Whether {walker} lacks everyday supply within the adult's time: 1, 0, NaN not known.")


def _no_green(name: str, walker: str) -> OfTimes:
    def value(minutes: pd.DataFrame, rules: Rules, speed_km_h: float) -> pd.DataFrame:
        budget = budget_min(rules.green_distance_m, speed_km_h=speed_km_h)
        status = minutes["green_minutes_status"]
        lacking = 1.0 - within_reach(minutes["green_minutes"], status, maximum_m=budget)
        return _with_status(name, lacking, lack_status(lacking.rename(name), status))

    return _named(value, name, f"Whether {walker} reaches no green within the adult's time: 1, 0, NaN not known.")


def _named(function: OfTimes, name: str, said: str) -> OfTimes:
    function.__name__, function.__doc__ = name, said
    return function


services_in_time_older_person = _services("services_in_time_older_person", _NAME["older_person"])
services_in_time_child = _services("services_in_time_child", _NAME["child"])
services_in_time_pushchair = _services("services_in_time_pushchair", _NAME["pushchair"])
services_in_time_wheelchair = _services("services_in_time_wheelchair", _NAME["wheelchair"])
no_supply_in_time_older_person_share = _no_supply("no_supply_in_time_older_person_share", _NAME["older_person"])
no_supply_in_time_child_share = _no_supply("no_supply_in_time_child_share", _NAME["child"])
no_supply_in_time_pushchair_share = _no_supply("no_supply_in_time_pushchair_share", _NAME["pushchair"])
no_supply_in_time_wheelchair_share = _no_supply("no_supply_in_time_wheelchair_share", _NAME["wheelchair"])
no_green_in_time_older_person_share = _no_green("no_green_in_time_older_person_share", _NAME["older_person"])
no_green_in_time_child_share = _no_green("no_green_in_time_child_share", _NAME["child"])
no_green_in_time_pushchair_share = _no_green("no_green_in_time_pushchair_share", _NAME["pushchair"])
no_green_in_time_wheelchair_share = _no_green("no_green_in_time_wheelchair_share", _NAME["wheelchair"])
no_supply_in_time_from_65_share = _no_supply("no_supply_in_time_from_65_share", "a resident of 65 and more")
no_supply_in_time_from_80_share = _no_supply("no_supply_in_time_from_80_share", "a resident of 80 and more")
no_supply_in_time_under_10_share = _no_supply("no_supply_in_time_under_10_share", "a resident younger than 10")
no_green_in_time_from_65_share = _no_green("no_green_in_time_from_65_share", "a resident of 65 and more")
no_green_in_time_from_80_share = _no_green("no_green_in_time_from_80_share", "a resident of 80 and more")
no_green_in_time_under_10_share = _no_green("no_green_in_time_under_10_share", "a resident younger than 10")

OF_PROFILE: dict[str, tuple[OfTimes, ...]] = {
    "older_person": (
        services_in_time_older_person, no_supply_in_time_older_person_share, no_green_in_time_older_person_share
    ),
    "child": (services_in_time_child, no_supply_in_time_child_share, no_green_in_time_child_share),
    "pushchair": (services_in_time_pushchair, no_supply_in_time_pushchair_share, no_green_in_time_pushchair_share),
    "wheelchair": (services_in_time_wheelchair, no_supply_in_time_wheelchair_share, no_green_in_time_wheelchair_share),
}  # fmt: skip
OF_AGE: dict[str, tuple[OfTimes, ...]] = {
    "from_65": (no_supply_in_time_from_65_share, no_green_in_time_from_65_share),
    "from_80": (no_supply_in_time_from_80_share, no_green_in_time_from_80_share),
    "under_10": (no_supply_in_time_under_10_share, no_green_in_time_under_10_share),
}


def address_values(setting: Setting) -> pd.DataFrame:
    """Every value of the walkers that were computed; those of an age where the study knows the ages."""
    rules, speed = read_rules(setting.parameters), setting.parameters.number("walkers.budget_speed_km_h")
    on_foot = setting.parameters.value(f"{GREEN_STANDARDS}.{rules.green_standard}.metric") == "network"
    addresses = setting.area.addresses
    found = []
    for profile, minutes in setting.given.minutes.items():
        ours = minutes.set_index("address_id").loc[addresses["address_id"]].set_axis(addresses.index)
        values = list(OF_PROFILE.get(profile, ()))
        values += [one for age, of in AGES.items() if of == profile and age_known(setting, age) for one in OF_AGE[age]]
        found += [value(ours, rules, speed) for value in values if on_foot or "_green_" not in value.__name__]
    return pd.concat(found, axis=1) if found else pd.DataFrame()


def age_known(setting: Setting, age: str) -> bool:
    """Whether the study brings the share of residents of an age."""
    ages = getattr(setting.area, "ages", None)
    told = ages is not None and f"{age}_share" in ages.columns
    return told or any(f"{age}_share" in grid.table.columns for grid in setting.given.topics.values())


def notes(setting: Setting) -> list[tuple[str, int, str, str]]:
    """Which walkers were not computed, and how little is mapped of what would stop them."""
    told = []
    for row in setting.given.walkers.to_dict("records"):
        if row["computed"]:
            continue
        percent = round(100 * float(np.nan_to_num(row["surface"])))
        names, why = _SAID.get(row["profile"], (row["profile"],) * 2), _WHY[str(row["reason"])]
        said = tuple(text.format(who=who, percent=percent) for text, who in zip(why, names, strict=True))
        told.append((f"walker_{row['profile']}", percent, said[0], said[1]))
    return told
