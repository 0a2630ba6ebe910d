"""All sites of a study: places by rule, measures by type, the order by need near them, one table of what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module

import numpy as np
import pandas as pd

from nahraum.area.quarters import quarter_of_points
from nahraum.errors import InputError
from nahraum.grid import CELL_SIZE_M
from nahraum.measures.model import MeasureType, Site
from nahraum.measures.sites.building import MODELS, Built, built, lack_of, need_of, why_not
from nahraum.measures.sites.drawn import drawn_sites
from nahraum.measures.sites.near_street import streets_near
from nahraum.measures.sites.place import Found, Place, shapes_of
from nahraum.measures.sites.setting import Setting, SiteGround
from nahraum.measures.sites.shaping import site_of
from nahraum.measures.sites.telling import missing_note, type_note
from nahraum.parameters import Parameters

_HOMES = {
    "open_ground": "open_ground", "grass_strip": "open_ground", "school_yard": "open_ground",
    "closed_green": "open_ground", "green_entrance": "entrances", "link": "links", "gate": "links",
    "bridge": "links", "ground_floor": "ground_floors", "roof": "houses", "offices": "houses",
    "large_dwellings_houses": "houses", "internet_cells": "internet", "street": "streets", "square": "squares",
    "play": "squares",
}  # fmt: skip
RULES = (*_HOMES, "drawn")
"""Names of the rules; a type names one, or several with `, ` between."""

Ready = list[tuple[Place, Built]]
_WIDE = ("internet",)  # effects of sites that are many streets


@dataclass(frozen=True)
class Candidates:
    """Where what could be built.

    sites : sorted by id. notes : type_id, rule, looked_at, found, kept, text_de, text_en; a row per type, also of
    those without any site. must : ids of drawn sites that are set.
    """

    sites: tuple[Site, ...]
    notes: pd.DataFrame
    must: tuple[str, ...] = ()


def candidate_sites(ground: SiteGround, types: Mapping[str, MeasureType], parameters: Parameters) -> Candidates:
    """Sites for every type of measure: found in the data by the rule that the type names, and drawn ones.

    Parameters
        ground : the finished run; types : of `measures.catalogue.read_catalogue`; parameters : of the study.

    Returns
        Sites sorted by id, at most `sites.per_type_maximum` of each type from the data, those with most people in
        need near them (straight line, only for this order); drawn ones always. Same input, same sites.

    Raises
        InputError for a rule or an effect that does not exist, and for what is wrong with drawn sites.

    Notes
        Who gains what is not decided here: the edits of a site go to the access engine.
    """
    _known(types)
    setting, seen = Setting(ground, parameters), _Rules()
    sites: list[Site] = []
    rows = []
    for kind in sorted(types.values(), key=lambda one: one.id):
        made, note = _of_type(kind, setting, seen)
        sites += made
        rows.append(note)
    own, must = drawn_sites(ground.drawn, types, setting)
    known = {site.site_id for site in own}
    sites = [*(site for site in sites if site.site_id not in known), *own]
    columns = ["type_id", "rule", "looked_at", "found", "kept", "text_de", "text_en"]
    notes = pd.DataFrame(rows, columns=columns)
    return Candidates(_placed(sites, types, setting), notes, must)


class _Rules:
    """The rules, each asked once."""

    def __init__(self) -> None:
        self._found: dict[str, Found] = {}

    def __call__(self, name: str, setting: Setting) -> Found:
        if name not in self._found:
            rule: Callable[[Setting], Found] = getattr(import_module(f"nahraum.measures.sites.{_HOMES[name]}"), name)
            self._found[name] = rule(setting)
        return self._found[name]


def rules_of(kind: MeasureType) -> tuple[str, ...]:
    """The rules that a type names."""
    return tuple(name.strip() for name in kind.siting.split(",") if name.strip())


def _known(types: Mapping[str, MeasureType]) -> None:
    wrong = [f"{one.id}: siting {name!r}" for one in types.values() for name in rules_of(one) if name not in RULES]
    wrong += [f"{one.id}: effect {one.effect!r}" for one in types.values() if one.effect and one.effect not in MODELS]
    if wrong:
        raise InputError(
            "types of measures name a rule or an effect that does not exist", where=sorted(wrong),
            expected=f"siting: {', '.join(RULES)}; effect: {', '.join(MODELS)}",
            fix="change siting or effect of the type, or leave it empty: it is then only listed",
        )  # fmt: skip


def _of_type(kind: MeasureType, setting: Setting, seen: _Rules) -> tuple[list[Site], tuple[object, ...]]:
    """The sites of one type, and the row of the notes."""
    names = [name for name in rules_of(kind) if name != "drawn"]
    if kind.listed_only or not names:
        return [], missing_note(kind, "listed_only" if kind.listed_only else "drawn_only")
    if _of_unknown_service(kind, setting):
        return [], missing_note(kind, "unknown_service")
    asked = [(name, seen(name, setting)) for name in names]
    looked_at = sum(found.looked_at for _, found in asked)
    wanted = set(kind.options.get("kinds", ()))
    places = [(name, place) for name, found in asked for place in found.places if not wanted or place.kind in wanted]
    if not places and any(found.missing for _, found in asked):
        return [], missing_note(kind, next(found.missing for _, found in asked if found.missing), looked_at)
    ready, left = _buildable(kind, places, setting)
    useful = ready if kind.effect != "facility" else _in_reach_of_need(kind, ready, setting)
    left["no_need"] = len(ready) - len(useful)
    chosen, better, fewer = _most_needed(kind, useful, setting)
    left |= {"beside_better": better, "beyond_cap": fewer}
    sites = [site_of(kind, place, made) for place, made in chosen]
    return sites, type_note(kind, (looked_at, len(places), len(sites)), left)


def _of_unknown_service(kind: MeasureType, setting: Setting) -> bool:
    """Whether a type brings a service that is mapped so sparsely that nobody is known to lack it."""
    judged = setting.area.categories
    missing = set(judged["category"][judged["status"] == "missing"])
    return kind.effect == "facility" and str(kind.options.get("category", "")) in missing


def _buildable(kind: MeasureType, places: Iterable[tuple[str, Place]], setting: Setting) -> tuple[Ready, Counter[str]]:
    """What can stand where, and why it cannot elsewhere; a place that two rules find counts once."""
    ready: Ready = []
    left: Counter[str] = Counter()
    once: set[str] = set()
    for _, place in sorted(places, key=lambda one: one[1].key):
        if place.key in once:
            continue
        once.add(place.key)
        early = kind.effect == "facility"
        made = Built(left=why_not(kind, place, setting)) if early else built(kind, place, setting)
        if made.left:
            left[made.left] += 1
        else:
            ready.append((place, made))
    return ready, left


def _in_reach_of_need(kind: MeasureType, ready: Ready, setting: Setting) -> Ready:
    """The places of supply that somebody who lacks this service could reach at all: surely none is lost."""
    reach_m = setting.parameters.number("supply.maximum_distance_m") + CELL_SIZE_M  # people stand at their cell's mean
    near = setting.near(shapes_of([place for place, _ in ready]), reach_m, lack_of(kind))
    return [one for one, people in zip(ready, near.tolist(), strict=True) if people > 0]


def _most_needed(kind: MeasureType, ready: Ready, setting: Setting) -> tuple[Ready, int, int]:
    """The sites with most people in need near them, of places of supply one in each square; and how many were left.

    Left because a better one is in their square, and beyond the maximum.
    """
    places = [place for place, _ in ready]
    need = need_of(kind, places, setting) if places else np.zeros(0)
    order = sorted(range(len(ready)), key=lambda at: (-need[at], _preference(places[at]), places[at].key))
    if kind.effect == "facility":
        order = _one_per_square(order, places, need, setting.number("facility.spacing_m"))
    most = int(kind.options.get("maximum_sites", setting.number("per_type_maximum")))
    chosen = [ready[at] for at in order[:most]]
    if kind.effect == "facility":
        chosen = [(place, built(kind, place, setting)) for place, _ in chosen]
    return chosen, len(ready) - len(order), len(order) - len(chosen)


def _preference(place: Place) -> int:
    """A used ground floor before any house, any house before a new building."""
    return {"house": 1, "plot": 2}.get(place.kind, 0)


def _one_per_square(order: list[int], places: list[Place], need: np.ndarray, edge_m: float) -> list[int]:
    """Of each square the place that is preferred, then the one with most need near it."""
    best: dict[tuple[int, int], int] = {}
    for at in sorted(order, key=lambda one: (_preference(places[one]), -need[one], places[one].key)):
        best.setdefault((int(places[at].x_m // edge_m), int(places[at].y_m // edge_m)), at)
    kept = set(best.values())
    return [at for at in order if at in kept]


def _placed(sites: list[Site], types: Mapping[str, MeasureType], setting: Setting) -> tuple[Site, ...]:
    """The sites with their quarters, those without a name with the street beside them, sorted by id."""
    if not sites:
        return ()
    x, y = np.array([site.x_m for site in sites]), np.array([site.y_m for site in sites])
    quarters, _ = quarter_of_points(setting.area.quarters, x, y)
    named = [
        replace(site, quarter_id=str(quarter), street="" if _has_a_name(site, types) else street)
        for site, quarter, street in zip(sites, quarters, streets_near(x, y, setting), strict=True)
    ]
    return tuple(sorted(named, key=lambda site: site.site_id))


def _has_a_name(site: Site, types: Mapping[str, MeasureType]) -> bool:
    """Whether a site needs no street to be called by: it has a name, or is many streets."""
    return bool(site.name) or types[site.type_id].effect in _WIDE
