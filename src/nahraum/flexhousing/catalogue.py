"""The catalogue of concepts and the spatial requirements, checked; with the study's own costs and uptake."""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from nahraum.errors import InputError
from nahraum.flexhousing.effects import new_rooms
from nahraum.flexhousing.model import EFFECTS, Concept, Requirement
from nahraum.measures.prices import read_prices
from nahraum.parameters import EVIDENCE, Parameters

OWN = ("cost", "cost_m2", "uptake", "m2", "price_year", "source")
"""Fields that a study may state in [flexhousing.<concept>] instead of the catalogue."""
SUITS = (
    "building_type", "building_year", "tenure", "floor_area_m2_min", "household_size_max", "spare_rooms_min",
    "aged_from_60",
)  # fmt: skip
_NEEDED = ("label_de", "label_en", "effect", "unit", "source_de", "source_en", "date", "evidence", "requirements")
_THREE = 3


def read_concepts(
    parameters: Parameters, own: Mapping[str, Mapping[str, Any]] | None = None, year: int | None = None
) -> Mapping[str, Concept]:
    """All concepts by id, in the order of the catalogue; costs in prices of `year`.

    Parameters
        own : what the study states per concept: cost or cost_m2 (one amount or low, mid, high), uptake, m2.

    Raises
        InputError with every unknown concept and field and every value that cannot be used.

    Notes
        A cost that neither catalogue nor study knows stays unknown (NaN): such a concept is told, not funded.
    """
    shipped, stated = _shipped("concepts.toml"), own or {}
    problems = [text for name, item in stated.items() for text in _own_problems(name, item, shipped)]
    if problems:
        raise InputError(
            "[flexhousing] of the study cannot be used", where=problems,
            expected=f"[flexhousing.<concept>] with {', '.join(OWN)}", fix="docs/howto/housing-lab.md",
        )  # fmt: skip
    prices = read_prices(parameters)
    meant = prices.nearest(year if year is not None else max(prices.values))
    found = {}
    for name, item in shipped.items():
        concept = _concept(name, {**item, **_told(stated.get(name, {}), meant)})
        factor = prices.factor(concept.price_year, meant) if concept.price_year else 1.0
        low, mid, high = (round(one * factor, 2) for one in concept.cost_eur)
        mark = concept.cost_evidence
        if factor != 1.0 and prices.verify_locally(concept.price_year, meant):
            mark = "from_knowledge"
        found[name] = replace(concept, cost_eur=(low, mid, high), price_year=meant, cost_evidence=mark)
    return MappingProxyType(found)


def read_requirements() -> Mapping[str, Requirement]:
    """All spatial requirements by id, in their order."""
    found = {}
    for name, item in _shipped("requirements.toml").items():
        plain = {key: value for key, value in item.items() if key in Requirement.__dataclass_fields__}
        texts = {key: str(value) for key, value in item.items() if key.endswith(("_de", "_en"))}
        found[name] = Requirement(**(plain | {"id": name, "texts": texts, "date": str(item["date"])}))
    return MappingProxyType(found)


@lru_cache(maxsize=2)
def _shipped(file: str) -> Mapping[str, Mapping[str, Any]]:
    text = resources.files("nahraum.flexhousing").joinpath(file).read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def catalogue_problems() -> list[str]:
    """What is wrong in the shipped files; for the contract test."""
    known, problems = set(_shipped("requirements.toml")), []
    for name, item in _shipped("concepts.toml").items():
        problems += [f"{name}: {key} is missing" for key in _NEEDED if key not in item]
        if item.get("effect") not in EFFECTS:
            problems.append(f"{name}: effect {item.get('effect')!r}")
        problems += [f"{name}: requirement {one!r} is not known" for one in item["requirements"] if one not in known]
        marks = [item.get(key) for key in ("evidence", "uptake_evidence", "cost_evidence") if key in item]
        problems += [f"{name}: evidence {mark!r}" for mark in marks if mark not in EVIDENCE]
        problems += [f"{name}: suits {key!r}" for key in item.get("suits", {}) if key not in SUITS]
        if {"cost", "cost_m2"} & set(item) and not {"cost_source_de", "cost_source_en", "price_year"} <= set(item):
            problems.append(f"{name}: a cost without source or price year")
        if item.get("effect") == "division" and _rooms_left(name, item) < 0:
            problems.append(f"{name}: spare_rooms_min is less than the rooms of the new home")
    return problems


def _rooms_left(name: str, item: Mapping[str, Any]) -> int:
    """Rooms that a household has left beyond its need when the new home is taken out of its own."""
    return int(item.get("suits", {}).get("spare_rooms_min", 0)) - new_rooms(_concept(name, item), Parameters())


def _own_problems(name: str, item: Any, shipped: Mapping[str, Any]) -> list[str]:
    if name not in shipped:
        near = difflib.get_close_matches(name, shipped, n=1, cutoff=0.4)
        return [f"there is no concept {name!r}" + (f": did you mean {near[0]!r}?" if near else "")]
    if not isinstance(item, Mapping):
        return [f"[flexhousing.{name}] is no section"]
    problems = [f"[flexhousing.{name}] knows no {key!r}" for key in item if key not in OWN]
    for key in ("cost", "cost_m2", "uptake", "m2", "price_year"):
        if key in item and not _usable(item[key], most=1.0 if key == "uptake" else math.inf):
            problems.append(f"[flexhousing.{name}] {key} = {item[key]!r}: numbers from 0 on, low to high")
    return problems


def _usable(value: Any, *, most: float) -> bool:
    listed = value if isinstance(value, list) else [value]
    numbers = all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in listed)
    return numbers and len(listed) in (1, _THREE) and sorted(listed) == listed and listed[0] >= 0 and listed[-1] <= most


def _told(own: Mapping[str, Any], year: int) -> dict[str, Any]:
    """What the study states, with its marks."""
    found = {key: value for key, value in own.items() if key != "source"}
    if "cost" in own or "cost_m2" in own:
        source = str(own.get("source", "study.toml"))
        found |= {"cost": own.get("cost"), "cost_m2": own.get("cost_m2"), "price_year": own.get("price_year", year)}
        found |= {"cost_source_de": source, "cost_source_en": source, "cost_evidence": "local"}
    return found


def _concept(name: str, item: Mapping[str, Any]) -> Concept:
    cost = _three(item.get("cost"))
    if item.get("cost") is None and item.get("cost_m2") is not None:
        area = float(item["m2"]) + float(item.get("shared_m2", 0.0))
        cost = tuple(one * area for one in _three(item["cost_m2"]))  # type: ignore[assignment]
    texts = {key: value for key, value in item.items() if key.endswith(("_de", "_en"))}
    before, after = item.get("m2_per_person", (math.nan, math.nan))
    return Concept(
        id=name, effect=str(item["effect"]), unit=str(item["unit"]), texts=texts,
        requirements=tuple(item["requirements"]), suits=dict(item.get("suits", {})),
        per_suitable=float(item.get("per_suitable", math.nan)), uptake=_three(item.get("uptake", 0.0)),
        m2=float(item.get("m2", math.nan)), rooms=int(item.get("rooms", 0)), homes_for=int(item.get("homes_for", 0)),
        occupancy=float(item.get("occupancy", 1.0)), cost_eur=cost, price_year=int(item.get("price_year", 0)),
        cost_evidence=str(item.get("cost_evidence", "")), m2_per_person=(float(before), float(after)),
        lead_years=float(item.get("lead_years", 0.0)), land_m2=float(item.get("land_m2", math.nan)),
        carbon_kg_m2=float(item.get("carbon_kg_m2", math.nan)), evidence=str(item["evidence"]),
        uptake_evidence=str(item.get("uptake_evidence", "")), date=str(item["date"]),
    )  # fmt: skip


def _three(value: Any) -> tuple[float, float, float]:
    """Low, mid and high; one amount for all three; NaN where none is known."""
    if value is None:
        return math.nan, math.nan, math.nan
    low, mid, high = value if isinstance(value, (list, tuple)) and len(value) == _THREE else [_one(value)] * _THREE
    return float(low), float(mid), float(high)


def _one(value: Any) -> float:
    return float(value[0]) if isinstance(value, (list, tuple)) else float(value)
