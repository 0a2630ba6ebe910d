"""The housing lab as one document of released figures: what a browser or another program reads."""

from __future__ import annotations

from typing import Any

import geopandas as gpd

from nahraum.publish.housing.brief import stress_line
from nahraum.publish.housing.layer import housing_layer
from nahraum.publish.housing.model import Told
from nahraum.publish.housing.released import step_of
from nahraum.publish.housing.sheets import released_tables
from nahraum.publish.housing.told_concepts import (
    LANGUAGES,
    Row,
    concept_told,
    design_told,
    in_both,
    records,
    requirements_told,
)
from nahraum.publish.housing.words import LabWords
from nahraum.publish.mapjson import scalar

FORMAT, FORMAT_VERSION = "nahraum-housing", 1
_WHY = {
    "relieves nobody of crowding": "out_no_crowding", "its cost is not known": "out_no_cost",
    "no units are to be expected": "out_no_units", "relieves nobody here": "out_nobody",
}  # fmt: skip
_OF_WHOLE = ("households", "persons", "crowded", "spare_room", "alone_in_one_room")


def housing_document(told: Told, quarters: gpd.GeoDataFrame | None = None) -> dict[str, Any]:
    """Everything of a lab that may leave the office, as plain values; null: not known or held back.

    Parameters
        quarters : with their outlines, for the shares of the layer; None for a document without them.

    Returns
        concepts with a row per case (possible and expected are never in one sum), quarters, portfolio, requirements,
        design, notes, and what they rest on.
    """
    tables = released_tables(told)
    concepts = list(told.concepts.values())
    effects = tables["concepts"].drop(columns=["concept", "verify_locally"])
    shown = records(tables["quarters"])
    return {
        "format": FORMAT, "format_version": FORMAT_VERSION, "study": told.study, "reference_date": told.day.isoformat(),
        "language": told.language, **in_both("statement", "notice"),
        "verify": any(one.verify_locally for one in concepts), "attribution": told.attribution,
        "years": told.lab.years, "minimum_households": scalar(told.parameters.number("flexhousing.minimum_households")),
        "notes": [_note(key, about, told) for key, about in told.lab.notes], "whole": _whole(told),
        "quarters": _quarters(shown, told, quarters),
        "concepts": [
            {**concept_told(one), "cases": records(effects[effects["concept_id"] == one.id].drop(columns="concept_id"))}
            for one in concepts
        ],
        "by_quarter": records(tables["concepts_by_quarter"]), "together": _together(told),
        "stability": records(tables["stability"]) if "stability" in tables else [],
        "portfolio": _portfolio(told),
        "requirements": requirements_told(told.requirements, concepts), "design": _design(told),
        "parameters": [one.as_dict() for one in told.parameters.used() if one.id.startswith("flexhousing.")],
    }  # fmt: skip


def _whole(told: Told) -> Row:
    """Who lives crowded in the whole study."""
    row = told.lab.state[told.lab.state["quarter_id"] == ""].iloc[0]
    return {str(name): scalar(value) for name, value in row.items() if str(name).startswith(_OF_WHOLE)}


def _together(told: Told) -> Row | None:
    """All that was tried, at once; None where nothing was."""
    return {name: scalar(value) for name, value in told.lab.together.items()} if told.take else None


def _quarters(rows: list[Row], told: Told, quarters: gpd.GeoDataFrame | None) -> list[Row]:
    """Quarters with the share of their layer; those held back say so."""
    shares: dict[str, Any] = {}
    if quarters is not None and len(quarters):
        layer = housing_layer(told, quarters)
        shares = dict(zip(layer["quarter_id"].astype(str), layer["crowded_share"], strict=True))
    return [{**row, "crowded_share": scalar(shares.get(str(row["quarter_id"])))} for row in rows]


def _portfolio(told: Told) -> Row | None:
    found = told.portfolio
    if found is None:
        return None
    chosen = records(found.chosen)
    return {
        "budget_eur": scalar(found.budget_eur), "cost_eur": scalar(sum(float(one["cost_eur"] or 0) for one in chosen)),
        "chosen": chosen, "status": found.status, "gap": scalar(found.gap, 4),
        "recomputed": {name: scalar(value) for name, value in found.recomputed.items()},
        "left_out": [
            {"concept_id": name, "why": why, **in_both("why", _WHY.get(why, why))} for name, why in found.left_out
        ],
    }  # fmt: skip


def _design(told: Told) -> Row | None:
    """A design that was handed in, against the requirements and the stress test."""
    if told.design is None:
        return None
    lines = {f"stress_{one}": stress_line(told, LabWords(one, step_of(told.parameters))) or "" for one in LANGUAGES}
    return {
        "name": told.design_name, "n_dwellings": len(told.design.dwellings), "n_rooms": told.design_rooms,
        "score": scalar(told.design.score, 4), **lines,
        "requirements": design_told(told.design.rows, told.requirements),
    }  # fmt: skip


def _note(key: str, about: str, told: Told) -> Row:
    """What could not be told, as a sentence."""
    name, _, rest = about.partition(": ")
    texts = {}
    for language in LANGUAGES:
        named = str(told.concepts[name].text("label", language)) if name in told.concepts else name
        shown = f"{named} ({', '.join(LabWords(language).columns(rest.split(', ')))})" if rest else named
        texts[f"text_{language}"] = LabWords(language).text(f"note_{key}", about=shown)
    return {"key": key, "about": about, **texts}
