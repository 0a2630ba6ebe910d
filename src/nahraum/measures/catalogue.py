"""The catalogue of measures: what each type costs, needs and may be paid by, in prices of the study's year."""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from nahraum.errors import InputError
from nahraum.measures.catalogue_rules import Problems, entry_problems, override_problems
from nahraum.measures.model import Cost, MeasureType
from nahraum.measures.prices import Prices, read_prices
from nahraum.parameters import Parameters

LOCAL, FROM_KNOWLEDGE = "local", "from_knowledge"  # LOCAL: what a municipality states in its study file
WATCHED = ("green", "housing")  # fields near whose measures rents are to be watched, unless a study says otherwise
_DETAILS = "details"
_HOWTO = "docs/howto/measures.md shows a section [measures.<type>]"


def read_catalogue(
    parameters: Parameters, overrides: Mapping[str, Mapping[str, Any]] | None = None, year: int | None = None
) -> Mapping[str, MeasureType]:
    """All types of measures by id, in the order of the catalogue, with the study's own values.

    Parameters
        overrides : the sections `[measures.<type>]` of the study file (`Study.measures`).
        year : in whose prices costs are told; the last year of the price index where it is silent or beyond it.

    Raises
        InputError with every unknown type and field (and the nearest known one) and every value that cannot be used.

    Notes
        A cost that the study states is taken as it is, in prices of `year`, unless the section names its `price_year`.
    """
    shipped, stated = _shipped(), overrides or {}
    if problems := [text for name, item in stated.items() for text in override_problems(name, item, shipped)]:
        raise InputError(
            "[measures] of the study cannot be used", where=problems,
            expected="[measures.<type>] with cost, running, lead_years, programmes, options …", fix=_HOWTO,
        )  # fmt: skip
    prices = read_prices(parameters)
    meant = prices.nearest(year if year is not None else max(prices.values))
    return MappingProxyType({
        name: _measure_type(name, _with_own(item, stated.get(name, {}), meant), prices, meant)
        for name, item in shipped.items()
    })  # fmt: skip


def types_named(names: Sequence[str], types: Mapping[str, MeasureType]) -> tuple[MeasureType, ...]:
    """The types that somebody asks for, in their order, ready to be planned.

    Raises
        InputError for types that are not known (with the nearest one), listed only, or without a cost.
    """
    problems: Problems = []
    for name in names:
        if name not in types:
            problems.append(f"there is no type {name!r}{_nearest(name, types)}")
        elif types[name].listed_only:
            problems.append(f"{name!r} is listed only: {types[name].note_en or 'it has no effect model or no rule'}")
        elif not types[name].costed:
            problems.append(f"{name!r} has no cost: {types[name].cost_source_en}")
    if problems:
        raise InputError(
            "these measures cannot be planned", where=problems,
            expected="types of the catalogue with an effect, a rule for sites and a cost",
            fix="state the cost in the study file: [measures.<type>] cost = [low, mid, high]",
        )  # fmt: skip
    return tuple(types[name] for name in names)


def _nearest(name: str, known: Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    return f": did you mean {near[0]!r}?" if near else f"; known: {', '.join(known)}"


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, Mapping[str, Any]]:
    """The entries that come with nahraum, each with the marks of what is told beside its cost."""
    text = resources.files("nahraum.measures").joinpath("catalogue.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    marks = document.pop(_DETAILS)
    usual = _both("details_source", marks["source_de"], marks["source_en"]) | {"details_evidence": marks["evidence"]}
    entries = {name: usual | item for name, item in document.items()}
    if problems := [text for name, item in entries.items() for text in entry_problems(name, item)]:
        raise InputError("measures/catalogue.toml is not complete", where=problems)
    return MappingProxyType(entries)


def _with_own(item: Mapping[str, Any], own: Mapping[str, Any], year: int) -> dict[str, Any]:
    """An entry with what the study states instead; its source says so."""
    found = dict(item) | {name: value for name, value in own.items() if name not in ("source", "date", "options")}
    found["options"] = {**item.get("options", {}), **own.get("options", {})}
    source = str(own.get("source", "study.toml"))
    found["running_price_year"] = item["price_year"]
    if "cost" in own:
        marks = {"cost_date": own.get("date", ""), "evidence": LOCAL, "price_year": own.get("price_year", year)}
        found |= marks | _both("cost_source", source, source)
    if "running" in own:
        marks = {"running_evidence": LOCAL, "running_price_year": own.get("price_year", year)}
        found |= marks | _both("running_source", source, source)
    if set(own) - {"cost", "running", "price_year", "source", "date", "programmes", "payer"}:
        found |= _both("details_source", source, source) | {"details_evidence": LOCAL}
    return found


def _both(name: str, german: str, english: str) -> dict[str, Any]:
    """A text of an entry in both languages."""
    return {f"{name}_de": german, f"{name}_en": english}


def _measure_type(name: str, item: Mapping[str, Any], prices: Prices, year: int) -> MeasureType:
    """An entry as a type, with its costs in prices of the year."""
    known = {field.name for field in fields(MeasureType)}
    plain = {key: value for key, value in item.items() if key in known}
    given = {
        "id": name, "price_year": year, "cost_date": str(item["cost_date"]), "options": dict(item["options"]),
        "programmes": tuple(item["programmes"]), "din276": {str(key): float(v) for key, v in item["din276"].items()},
        "lead_years": float(item["lead_years"]), "life_years": float(item["life_years"]),
        "sealing_m2": float(item.get("sealing_m2", math.nan)), "canopy_m2": float(item.get("canopy_m2", math.nan)),
        "displacement": bool(item.get("displacement", item["field"] in WATCHED)),
    }  # fmt: skip
    cost = _indexed(item, "cost", "evidence", prices, year)
    running = _indexed({**item, "price_year": item["running_price_year"]}, "running", "running_evidence", prices, year)
    return MeasureType(**(plain | given | cost | running))


def _indexed(item: Mapping[str, Any], name: str, mark: str, prices: Prices, year: int) -> dict[str, Any]:
    """An amount in prices of the year, with its source; it is known no better than the index that moved it."""
    own_year, source = int(item["price_year"]), f"{name}_source"
    found: dict[str, Any] = {name: _cost(item.get(name)).times(prices.factor(own_year, year))}
    if found[name].high_eur > 0 and prices.factor(own_year, year) != 1.0:  # nothing stays nothing in any year
        moved = {"de": "Baupreisindex", "en": "building price index"}
        found |= {
            f"{source}_{one}": f"{item.get(f'{source}_{one}', '')}; {own_year} → {year}: {said}"
            for one, said in moved.items()
        }
        if prices.verify_locally(own_year, year):
            found[mark] = FROM_KNOWLEDGE
    return found


def _cost(value: Any) -> Cost:
    """Three amounts, one amount for all three, or none known."""
    if value is None:
        return Cost(math.nan, math.nan, math.nan)
    low, mid, high = value if isinstance(value, (list, tuple)) else (value, value, value)
    return Cost(float(low), float(mid), float(high))
