"""Concepts and requirements as plain values in both languages, each with source, date and evidence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from nahraum.flexhousing.model import LEVELS, MOVES, Concept, Requirement
from nahraum.publish.housing.words import LabWords
from nahraum.publish.mapjson import scalar

LANGUAGES = ("de", "en")
_TEXTS = ("label", "note", "source", "uptake_source", "cost_source")
_UNSTATED = (math.nan, math.nan, math.nan)  # where units come from projects, or from who registers for an exchange
_MARKS = ("evidence", "uptake_evidence", "cost_evidence")

Row = dict[str, Any]


def records(table: pd.DataFrame) -> list[Row]:
    """Rows as plain values; what is not known is null."""
    return [{str(key): scalar(value, 6) for key, value in row.items()} for row in table.to_dict("records")]


def in_both(name: str, key: str, **values: Any) -> dict[str, str]:
    """A text in German and English: <name>_de, <name>_en; the key where there is none."""
    return {
        f"{name}_{one}": LabWords(one).label(key).format(**values) if key else "" for one in LANGUAGES
    }  # fmt: skip


def concept_told(one: Concept) -> Row:
    """A concept with everything the catalogue and the study say of it; null: not known."""
    texts = {f"{name}_{each}": str(one.text(name, each)) for name in _TEXTS for each in LANGUAGES}
    legal = {f"legal_{each}": list(one.text("legal", each)) for each in LANGUAGES}
    marks: Row = {}
    for name in _MARKS:
        mark = str(getattr(one, name))
        marks |= {name: mark, **in_both(name, f"evidence_{mark}" if mark else "")}
    return {
        "id": one.id, **texts, "effect": one.effect, "moves": one.effect in MOVES, "unit": one.unit,
        **in_both("unit", f"unit_{one.unit}"), **legal, "requirements": list(one.requirements), **marks,
        "date": one.date, "uptake": _levels(one.uptake if any(one.uptake) else _UNSTATED),
        "cost_eur": _levels(one.cost_eur), "price_year": one.price_year or None, "lead_years": scalar(one.lead_years),
        "m2": scalar(one.m2),
        "m2_per_person": [scalar(each) for each in one.m2_per_person], "land_m2": scalar(one.land_m2),
        "carbon_kg_m2": scalar(one.carbon_kg_m2), "verify_locally": one.verify_locally,
    }  # fmt: skip


def requirements_told(requirements: Mapping[str, Requirement], concepts: Iterable[Concept]) -> list[Row]:
    """Every spatial requirement with the concepts that ask for it."""
    known = list(concepts)
    return [
        {
            **requirement_told(one), "source_de": one.text("source", "de"), "source_en": one.text("source", "en"),
            "date": one.date, "evidence": one.evidence, **in_both("evidence", f"evidence_{one.evidence}"),
            "concepts": [each.id for each in known if one.id in each.requirements],
        }
        for one in requirements.values()
    ]  # fmt: skip


def requirement_told(one: Requirement) -> Row:
    """What is asked, how much of it, what for."""
    texts = {f"{name}_{each}": one.text(name, each) for name in ("label", "unit") for each in LANGUAGES}
    return {
        "id": one.id, **texts, "least": scalar(one.least), "of": one.of, **in_both("of", f"serves_{one.of}"),
        "weight": scalar(one.weight),
    }  # fmt: skip


def design_told(rows: pd.DataFrame, requirements: Mapping[str, Requirement]) -> list[Row]:
    """A design held against every requirement; met is null where one does not apply."""
    return [
        {**requirement_told(requirements[str(one["requirement_id"])]), **one,
         "met": None if one["met"] is None else bool(one["met"])}
        for one in records(rows.astype({"met": object}))
    ]  # fmt: skip


def _levels(values: tuple[float, float, float]) -> Row:
    return {name: scalar(value, 6) for name, value in zip(LEVELS, values, strict=True)}
