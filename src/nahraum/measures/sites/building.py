"""What a type of measure is at a place: the edits that the access engine is told, dwellings, or why it cannot be."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nahraum.grid import cell_id
from nahraum.measures.model import MeasureType
from nahraum.measures.sites.greenery import green_edits
from nahraum.measures.sites.place import Place, shapes_of
from nahraum.measures.sites.setting import Setting
from nahraum.scenario import entrance_added, facility_added, footpath_added, internet_offer_changed, residents_added
from nahraum.scenario.edits import Edit
from nahraum.scenario.fit import CATEGORIES
from nahraum.tables import SERVICES

FOOD = "food_full_range"


@dataclass(frozen=True)
class Built:
    """A measure at a place; `left` says why it cannot be there, "" where it can. [edits, dwellings]"""

    edits: tuple[Edit, ...] = ()
    dwellings: float = 0.0
    left: str = ""


def built(kind: MeasureType, place: Place, setting: Setting) -> Built:
    """A type of measure at a place.

    Raises
        KeyError for an effect that is no model here (`candidate_sites` asks first).
    """
    if not _fits(kind, place):
        return Built(left="wrong_size")
    return MODELS[kind.effect].build(kind, place, setting)


def why_not(kind: MeasureType, place: Place, setting: Setting) -> str:
    """Why a place of supply cannot be at a place, "" where it can: told before any edit is made, for there are many."""
    if not _fits(kind, place) or place.area_m2 < _least_m2(str(kind.options.get("category", "")), setting):
        return "wrong_size"
    return ""


def _fits(kind: MeasureType, place: Place) -> bool:
    """Whether the place is of the size that the type's options ask for, where its size is known."""
    least, most = kind.options.get("minimum_m2", 0.0), kind.options.get("maximum_m2", math.inf)
    return math.isnan(place.area_m2) or float(least) <= place.area_m2 <= float(most)


def _new_green(_: MeasureType, place: Place, setting: Setting) -> Built:
    edits, left = green_edits(place, setting)
    return Built(edits, left=left)


def _entrance(_: MeasureType, place: Place, setting: Setting) -> Built:
    if not place.target:
        return Built(left="no_green")
    return Built((entrance_added(place.target, x=place.x_m, y=place.y_m),))


def _footpath(_: MeasureType, place: Place, setting: Setting) -> Built:
    import shapely

    points = [(round(x, 1), round(y, 1)) for x, y in shapely.get_coordinates(place.geometry).tolist()]
    return Built((footpath_added(points),))


def _facility(kind: MeasureType, place: Place, setting: Setting) -> Built:
    category = str(kind.options.get("category", ""))
    if left := why_not(kind, place, setting):
        return Built(left=left)
    if category not in CATEGORIES:
        return Built()  # no indicator of the count measures it
    return Built((facility_added(category=category, x=place.x_m, y=place.y_m, name=place.name),))


def _least_m2(category: str, setting: Setting) -> float:
    return setting.number(f"facility.minimum_m2.{category if category == FOOD else 'other'}")


def _dwellings(_: MeasureType, place: Place, setting: Setting) -> Built:
    number = dwellings_at(place, setting)
    if number < setting.number("dwellings.minimum"):
        return Built(left="few_dwellings")
    people = number * setting.number("dwellings.persons")
    if place.address_id:
        return Built((residents_added(people, address_id=place.address_id),), number)
    return Built((residents_added(people, x=place.x_m, y=place.y_m),), number)


def dwellings_at(place: Place, setting: Setting) -> float:
    """Dwellings that a place has room for: what its rule counted, else by floor area ratio. [whole dwellings]"""
    if place.dwellings > 0 or math.isnan(place.area_m2):
        return float(math.floor(place.dwellings + 1e-9))
    floor_m2 = place.area_m2 * setting.number("dwellings.floor_area_ratio") * setting.number("dwellings.living_share")
    return float(math.floor(floor_m2 / setting.number("dwellings.m2") + 1e-9))


def _internet(_: MeasureType, place: Place, setting: Setting) -> Built:
    if not place.cells:
        return Built(left="no_cells")
    return Built((internet_offer_changed(cell_id(np.array(place.cells)).tolist()),))


def _surface(_: MeasureType, place: Place, setting: Setting) -> Built:
    return Built()


@dataclass(frozen=True)
class Model:
    """An effect model: how it is built, who counts as near it (`Setting.people`), within how far. [-, -, m]"""

    build: Callable[[MeasureType, Place, Setting], Built]
    need: str
    reach_m: Callable[[Setting], float]


def _green_m(setting: Setting) -> float:
    from nahraum.access.setting import access_rules

    return access_rules(setting.parameters).green.maximum_distance_m * setting.number("reach_share")


def _supply_m(setting: Setting) -> float:
    return setting.parameters.number("supply.maximum_distance_m") * setting.number("reach_share")


def _link_m(setting: Setting) -> float:
    return setting.number("link_reach_m")


def _surface_m(setting: Setting) -> float:
    return setting.number("surface_reach_m")


MODELS: Mapping[str, Model] = {
    "new_green": Model(_new_green, "green", _green_m),
    "green_entrance": Model(_entrance, "green", _green_m),
    "footpath": Model(_footpath, "any", _link_m),
    "facility": Model(_facility, "supply", _supply_m),
    "dwellings": Model(_dwellings, "residents", _surface_m),
    "internet": Model(_internet, "internet", _surface_m),
    "surface": Model(_surface, "residents", _surface_m),
}


def need_of(kind: MeasureType, places: list[Place], setting: Setting) -> np.ndarray[Any, np.dtype[np.float64]]:
    """People in need near each place, for the order of sites; dwellings and households where these are the unit."""
    if kind.effect == "dwellings":
        return np.array([dwellings_at(place, setting) for place in places], dtype=np.float64)
    if kind.effect == "internet":
        return np.array([place.count for place in places], dtype=np.float64)
    return setting.near(shapes_of(places), MODELS[kind.effect].reach_m(setting), lack_of(kind))


def lack_of(kind: MeasureType) -> str:
    """The column of `Setting.people` that tells who is in need of a type."""
    need, category = MODELS[kind.effect].need, str(kind.options.get("category", ""))
    return category if need == "supply" and category in SERVICES else need
