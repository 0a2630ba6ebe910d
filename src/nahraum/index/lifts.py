"""What would lift a place over a threshold: the gap in the units of the thing, and for how many people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nahraum.frames import MICRO, to_micro
from nahraum.index import counting
from nahraum.index.people import Int64, judged_people, judged_rows
from nahraum.indicators import Rules, lack_values
from nahraum.indicators.catalogue import LABELS_DE, LABELS_EN, format_number
from nahraum.indicators.supply import lacks_supply, services_reached
from nahraum.tables import PREREQUISITES

SERVICES_DE = {
    "food_full_range": "Lebensmittelmarkt mit Vollsortiment",
    "gp": "Hausarztpraxis",
    "pharmacy": "Apotheke",
    "primary_school": "Grundschule",
    "stop": "Haltestelle",
}
SERVICES_EN = {
    "food_full_range": "full-range food shop",
    "gp": "general practitioner",
    "pharmacy": "pharmacy",
    "primary_school": "primary school",
    "stop": "public-transport stop",
}


@dataclass(frozen=True)
class Lift:
    """One thing that would change the answer, in both languages."""

    de: str
    en: str


@dataclass(frozen=True)
class Scene:
    """The judged addresses of a place, with what they need to be judged again, and names of places."""

    rows: pd.DataFrame
    lacks: pd.DataFrame
    rules: Rules
    names: dict[str, str]

    @property
    def micro(self) -> Int64:
        """Residents of each address. [millionths of a person]"""
        return np.where(judged_rows(self.rows), to_micro(self.rows["residents"].to_numpy()), 0)

    def persons(self, flag: pd.Series) -> float:
        """Residents of the addresses where the flag is set."""
        return float(self.micro[flag.to_numpy(dtype=bool)].sum()) / MICRO


def _both(value: float, decimals: int = 0) -> tuple[str, str]:
    return format_number(value, decimals, "de"), format_number(value, decimals, "en")


def _space(scene: Scene) -> list[Lift]:
    rows, limit = scene.rows, scene.rules.floor_area_m2
    below = scene.lacks["lacks_living_space"] == 1.0
    people = scene.persons(below)
    if not people:
        return []
    gap = (limit - rows["floor_area_m2_per_resident"]).where(below, 0.0)
    living = (to_micro(rows["residents"]) - to_micro(rows["residents_communal"])) / MICRO
    missing = float((gap * np.where(judged_rows(rows), living, 0.0)).sum())
    (n_de, n_en), (m_de, m_en), (l_de, l_en) = _both(people), _both(missing), _both(limit)
    return [
        Lift(
            f"{n_de} Einwohner leben in Zellen unter {l_de} m² je Einwohner; "
            f"bis zur Schwelle fehlen zusammen {m_de} m².",
            f"{n_en} residents live in cells below {l_en} m² per person; {m_en} m² in all are missing.",
        )
    ]


def _nearest(scene: Scene, kind: str, lacking: pd.Series) -> tuple[str, str]:
    """The nearest place of those who lack it, by name and mean way; '' where none is mapped."""
    weights = pd.Series(scene.micro, index=scene.rows.index).where(lacking, 0)
    way = scene.rows[f"{kind}_distance_m"]
    known = weights.where(way.notna(), 0)
    if not known.sum():
        return "", ""
    mean = float((way.fillna(0.0) * known).sum() / known.sum())
    ids = scene.rows[f"{kind}_nearest_id"]
    most = known.groupby(ids.to_numpy(), sort=True).sum()
    name = scene.names.get(str(most.idxmax()), "") or ""
    (m_de, m_en) = _both(mean)
    to_de, to_en = (f" bis {name}", f" to {name}") if name else ("", "")
    return f"jetzt im Mittel {m_de} m{to_de}", f"now {m_en} m on average{to_en}"


def _green_way(scene: Scene) -> list[Lift]:
    lacking = scene.lacks["lacks_green_access"] == 1.0
    people = scene.persons(lacking)
    if not people:
        return []
    (n_de, n_en), (l_de, l_en) = _both(people), _both(scene.rules.green_distance_m)
    now_de, now_en = _nearest(scene, "green", lacking)
    return [
        Lift(
            f"Ein Eingang zu öffentlichem Grün in höchstens {l_de} m ({now_de or 'jetzt keiner gefunden'}): "
            f"{n_de} Einwohner hätten Grün in Gehweite.",
            f"An entrance to public green within {l_en} m ({now_en or 'none found now'}): "
            f"{n_en} residents would have green within walking distance.",
        )
    ]


def _green_area(scene: Scene) -> list[Lift]:
    lacking, limit = scene.lacks["lacks_green_capacity"] == 1.0, scene.rules.green_m2
    people = scene.persons(lacking)
    if not people or limit is None:
        return []
    short = (limit - scene.rows["green_m2_per_resident"].fillna(0.0)).where(lacking, 0.0)
    (n_de, n_en), (m_de, m_en) = _both(people), _both(float((short * scene.micro).sum()) / MICRO)
    l_de, l_en = _both(limit)
    return [
        Lift(
            f"{n_de} Einwohner haben weniger als {l_de} m² Grün je Einwohner; "
            f"zusammen fehlen ihnen mindestens {m_de} m².",
            f"{n_en} residents have less than {l_en} m² of green per person; they are short of at least {m_en} m².",
        )
    ]


def _green(scene: Scene) -> list[Lift]:
    return _green_way(scene) + (_green_area(scene) if scene.rules.green_m2 is not None else [])


def _internet(scene: Scene) -> list[Lift]:
    share = scene.lacks["lacks_internet"]
    people = float((share.fillna(0.0) * scene.micro).sum()) / MICRO
    if not people:
        return []
    (n_de, n_en), speed = _both(people), scene.rules.required_mbit_s
    return [
        Lift(
            f"Ein Angebot von mindestens {speed} Mbit/s für die übrigen Haushalte: {n_de} Einwohner.",
            f"An offer of at least {speed} Mbit/s for the remaining households: {n_en} residents.",
        )
    ]


def _supply(scene: Scene) -> list[Lift]:
    """Each service that alone would end the lack for somebody; most people first."""
    rules, rows = scene.rules, scene.rows
    reached = services_reached(rows, services=rules.services, maximum_m=rules.supply_distance_m)
    lacking = lacks_supply(reached, needed=rules.services_needed) == 1.0
    gained: list[tuple[float, str]] = []
    for service in rules.services:
        with_it = lacks_supply(reached.assign(**{service: 1.0}), needed=rules.services_needed)
        people = scene.persons(lacking & (with_it == 0.0))
        if people:
            gained.append((-people, service))
    limit_de, limit_en = _both(rules.supply_distance_m)
    lifts = []
    for negative, service in sorted(gained):
        n_de, n_en = _both(-negative)
        now_de, now_en = _nearest(scene, service, lacking & (reached[service] == 0.0))
        lifts.append(
            Lift(
                f"{SERVICES_DE[service]} in höchstens {limit_de} m ({now_de or 'jetzt nichts gefunden'}): "
                f"{n_de} Einwohnern fehlte Nahversorgung nicht mehr.",
                f"{SERVICES_EN[service]} within {limit_en} m ({now_en or 'none found now'}): "
                f"{n_en} residents would no longer lack supply.",
            )
        )
    if not lifts and scene.persons(lacking):
        return [
            Lift(
                "Ein Angebot allein reicht für niemanden; es fehlen mehrere zugleich.",
                "One service alone is enough for nobody; several are missing at once.",
            )
        ]
    return lifts


def _several(scene: Scene) -> list[Lift]:
    """The share that would be left if one prerequisite were lacking to nobody; the largest effect first."""
    people = judged_people(scene.rows, scene.lacks)
    nobody = np.zeros(len(people.micro), dtype=np.int64)
    k = scene.rules.lacks_needed

    def share(lacks: pd.DataFrame) -> float:
        sums = counting.unit_sums(judged_people(scene.rows, lacks), nobody, 1, ks=(k,))
        return float(counting.several_known_share(sums, k).iloc[0])

    now = share(scene.lacks) if len(nobody) else 0.0
    left = [(share(scene.lacks.assign(**{f"lacks_{name}": 0.0})), name) for name in PREREQUISITES] if now > 0 else []
    lifts = []
    for after, name in sorted(left):
        if after < now:
            (a_de, a_en), (n_de, n_en) = _both(after * 100, 1), _both(now * 100, 1)
            lifts.append(
                Lift(
                    f"Wenn {LABELS_DE[name]} niemandem fehlte: {a_de} % statt {n_de} %.",
                    f"If nobody lacked {LABELS_EN[name]}: {a_en} % instead of {n_en} %.",
                )
            )
    return lifts


_BY_ID: dict[str, Callable[[Scene], list[Lift]]] = {
    "floor_area_m2_per_resident": _space,
    "lacks_living_space": _space,
    "green_distance_m": _green_way,
    "lacks_green_access": _green_way,
    "green_m2_per_resident": _green_area,
    "lacks_green_capacity": _green_area,
    "lacks_green": _green,
    "internet_offer_share": _internet,
    "lacks_internet": _internet,
    "services_within_reach": _supply,
    "lacks_supply": _supply,
    **{f"{service}_distance_m": _supply for service in SERVICES_DE},
    **dict.fromkeys(("several_share", "several_known_share", "m0", "a", "class", "censored_share"), _several),
}


def lifts_of(indicator: str, rows: pd.DataFrame, rules: Rules, names: dict[str, str]) -> tuple[Lift, ...]:
    """What would lift the residents of these addresses over the threshold; empty where nothing is lacking.

    Parameters
        rows : addresses of the place with their values; names : of facilities and greens by id.
    """
    make = _BY_ID.get(indicator)
    return tuple(make(Scene(rows, lack_values(rows, rules), rules, names))) if make else ()
