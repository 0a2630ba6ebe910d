"""A front between objectives as a document: plans between which only values can decide, as table, picture and words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from nahraum.measures.model import MeasureType, Site
from nahraum.measures.pareto import ParetoFront
from nahraum.publish.programme.blocks import Block, Bullets, Heading, Paper, Paragraph, Picture, facts, table
from nahraum.publish.programme.front_density import density_blocks, density_rows
from nahraum.publish.programme.model import Document
from nahraum.publish.programme.paper import paper_of
from nahraum.publish.programme.words import PlanWords
from nahraum.publish.report.words import DASH
from nahraum.study import Study

FORMAT, FORMAT_VERSION = "nahraum-front", 1
_EUR = ("EUR", "EUR per year")
SITES_SHOWN = 12
PRICED = {
    "budget": 1e5, "years": 1e5, "least:cost": 1e5, "least:sealing": 1e3, "least:canopy": 1e3, "least:running": 1e3,
    **dict.fromkeys((f"least:people_lacking_{name}" for name in ("green", "supply", "internet")), 10.0),
    "least:lacks_removed": 10.0, "least:dwellings": 10.0,
}  # fmt: skip
"""Limits that are told with their price, each in so many units; those of types and sites have none to tell."""
_LEAST_PRICE = 0.05
_RAISED = ("dwellings", "canopy", "lacks_removed")  # the more the better


class FrontDocument(Document):
    """front.json: every plan of the front with its figures and its measures.

    today : value of each objective without a plan. moved, residents : for the office only, who gains and who loses by
    quarter under the plans of `points`, `payoff` and `double`, and how many live in each quarter.
    """

    objectives: list[dict[str, Any]]
    points: list[dict[str, Any]]
    today: dict[str, Any]
    moved: dict[str, list[list[dict[str, Any]]]]
    residents: dict[str, float]
    payoff: list[dict[str, Any]]
    prices: list[dict[str, Any]]
    complete: bool
    exact: bool
    hypervolume: float | None
    double: dict[str, Any] | None
    density: list[dict[str, Any]]


@dataclass(frozen=True)
class Found:
    """A front and what it was found among."""

    study: Study
    name: str
    crs: str
    front: ParetoFront
    sites: Mapping[str, Site]
    types: Mapping[str, MeasureType]
    quarters: Mapping[str, str]
    ask: Mapping[str, Any]
    run: Mapping[str, Any]
    density: pd.DataFrame
    moved: Mapping[str, Sequence[pd.DataFrame]]
    residents: Mapping[str, float]
    attribution: str = ""
    warnings: tuple[str, ...] = ()


def front_document(found: Found) -> FrontDocument:
    """The front, exact: for the office."""
    study, front, language = found.study, found.front, found.study.language
    words = PlanWords(language)
    return {
        "format": FORMAT, "format_version": FORMAT_VERSION, "released": False, "name": found.name,
        "title": words.text("front_title", study=study.name, name=found.name), "language": language,
        "reference_date": study.reference_date.isoformat(), "study": {"name": study.name, "crs": found.crs},
        "run": dict(found.run), "ask": dict(found.ask),
        "objectives": [
            {"name": one.name, "label": one.label_de if language == "de" else one.label_en, "unit": one.unit,
             "better": "higher" if one.sign > 0 else "lower"}
            for one in front.objectives
        ],
        "points": _point_rows(found), "today": {name: _plain(value) for name, value in front.today.items()},
        "moved": {kind: [_rows(one) for one in plans] for kind, plans in found.moved.items()},
        "residents": dict(found.residents),
        "payoff": _rows(front.payoff.reset_index()), "prices": _rows(front.prices),
        "complete": front.complete, "exact": bool(front.points["exact"].all()),
        "hypervolume": _plain(front.hypervolume), "double": _double(found),
        "density": density_rows(
            found.density, {key: kind.text("label", language) for key, kind in found.types.items()}, found.quarters
        ),
        "attribution": found.attribution, "warnings": list(found.warnings),
    }  # fmt: skip


def _point_rows(found: Found) -> list[dict[str, Any]]:
    names = [one.name for one in found.front.objectives]
    rows = found.front.points.to_dict(orient="records")
    return [
        {"point": str(row["point"]), "values": {name: _plain(row[name]) for name in names},
         "exact": bool(row["exact"]), "gap": _plain(row["gap"]), "knee": bool(row["knee"]),
         "double": None if row["double"] is None else bool(row["double"]), "sites": list(chosen),
         "measures": _measures(found, chosen)}
        for row, chosen in zip(rows, found.front.plans, strict=True)
    ]  # fmt: skip


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): _plain(value) for key, value in row.items()} for row in table.to_dict(orient="records")]


def _plain(value: Any) -> Any:
    told = value.item() if hasattr(value, "item") else value
    return None if isinstance(told, float) and not math.isfinite(told) else told


def _measures(found: Found, chosen: Sequence[str]) -> list[dict[str, Any]]:
    """How many of which type, with their cost, the dearest type first."""
    rows: dict[str, dict[str, Any]] = {}
    for site in (found.sites[one] for one in chosen):
        kind = found.types[site.type_id]
        row = rows.setdefault(site.type_id, {"type_id": site.type_id, "label": kind.text("label", found.study.language),
                                             "n": 0, "cost_eur": 0.0, "verify": kind.verify_locally})  # fmt: skip
        row["n"] += 1
        row["cost_eur"] = round(row["cost_eur"] + site.cost.mid_eur, 2)
    return sorted(rows.values(), key=lambda row: (-row["cost_eur"], row["type_id"]))


def _double(found: Found) -> dict[str, Any] | None:
    told = found.front.double
    if told is None:
        return None
    return {
        "exists": told.exists, "proven": told.proven,
        "most_green": list(told.most_green), "most_dwellings": list(told.most_dwellings),
        "relieved": [_plain(one) for one in told.relieved], "dwellings": [_plain(one) for one in told.dwellings],
        "text": told.text_de if found.study.language == "de" else told.text_en,
    }  # fmt: skip


def amount(value: Any, unit: str, words: PlanWords) -> str:
    """A value of an objective as it is printed."""
    if value is None:
        return DASH
    return words.eur(float(value)) if unit in _EUR else words.number(float(value))


def front_paper(front: FrontDocument, drawn: Picture | None) -> Paper:
    """The front as a document: the question, the picture, the plans, what is proven, double inner development."""
    words = PlanWords(front["language"])
    blocks: list[Block] = [Heading(words.text("h_front")), Paragraph(words.text("front_lead"))]
    blocks += [drawn] if drawn else []
    blocks += [_points(front, words), Paragraph(words.text("front_note"), "note")]
    blocks += [Heading(words.text("h_double")), Paragraph(str(front["double"]["text"]))] if front["double"] else []
    blocks += [Heading(words.text("h_front_ends")), _payoff(front, words)]
    blocks += _prices(front, words)
    blocks += [Heading(words.text("h_front_plans")), Bullets(tuple(_contents(one, words) for one in front["points"]))]
    blocks += density_blocks(front["density"], words)
    blocks += [Heading(words.text("h_front_proof")), facts(_proof(front, words))]
    if any(one["verify"] for point in front["points"] for one in point["measures"]):
        blocks.append(Paragraph(words.text("costs_verify_all"), "note"))
    blocks += [Bullets(tuple(front["warnings"]))] if front["warnings"] else []
    subtitle = words.text("front_subtitle", names=" · ".join(one["label"] for one in front["objectives"]))
    return paper_of(front, front["title"], subtitle, blocks)


def _points(front: FrontDocument, words: PlanWords) -> Block:
    rows = []
    for one in front["points"]:
        marks = [words.text(key) for key in ("knee", "double") if one[key]]
        marks += [] if one["exact"] else [words.text("approximate", gap=words.share(one["gap"], 1))]
        values = [amount(one["values"][told["name"]], told["unit"], words) for told in front["objectives"]]
        rows.append([one["point"], *values, str(len(one["sites"])), ", ".join(marks)])
    labels = [f"{one['label']} {'↑' if one['better'] == 'higher' else '↓'}" for one in front["objectives"]]
    head = [words.text("head_plan"), *labels, words.text("head_measures_n"), words.text("head_observe")]
    n = len(labels)
    return table(
        head, rows, words.text("caption_front"), align="l" + "r" * n + "rl", widths="0.6" + " 1.3" * n + " 0.9 1.6"
    )


def _payoff(front: FrontDocument, words: PlanWords) -> Block:
    labels = {one["name"]: one["label"] for one in front["objectives"]}
    named = [(labels[row["best_for"]], row) for row in front["payoff"]] + [(words.text("front_today"), front["today"])]
    rows = [[label, *(amount(row[one["name"]], one["unit"], words) for one in front["objectives"])]
            for label, row in named]  # fmt: skip
    head = [words.text("head_best_for"), *(one["label"] for one in front["objectives"])]
    n = len(labels)
    return table(head, rows, words.text("caption_payoff"), align="l" + "r" * n, widths="1.4" + " 1" * n)


def _prices(front: FrontDocument, words: PlanWords) -> list[Block]:
    """What some units more of a limit would bring of the first objective, by the linear relaxation."""
    first, rows = front["objectives"][0], []
    for one in (price for price in front["prices"] if price["limit"] in PRICED):
        size = PRICED[one["limit"]]
        if one["price"] is not None and abs(one["price"] * size) >= _LEAST_PRICE:
            price = words.number(abs(one["price"]) * size, 0 if front["released"] else 1)
            rows.append([one["point"], words.label(f"limit_{one['limit'].replace(':', '_')}"), price])
    if not rows:
        return []
    head = [words.text("head_plan"), words.text("head_limit"), first["label"]]
    found = table(head, rows, words.text("caption_prices"), align="llr", widths="0.7 2.6 1.4")
    return [Heading(words.text("h_prices")), Paragraph(words.text("prices_lead")), found]


def _contents(point: Mapping[str, Any], words: PlanWords) -> str:
    told = [f"{one['n']} × {one['label']}" for one in point["measures"][:SITES_SHOWN]]
    return f"{point['point']}: {', '.join(told) or words.text('nothing_built')}"


def _proof(front: FrontDocument, words: PlanWords) -> list[tuple[str, str]]:
    share, budget, least = front["hypervolume"], front["ask"].get("budget_eur"), front["ask"].get("least", {})
    return [
        (words.text("fact_complete"), words.text("front_complete" if front["complete"] else "front_open")),
        (words.text("fact_exact"), words.text("front_exact" if front["exact"] else "front_approximate")),
        (words.text("fact_hypervolume"), "" if share is None else words.share(share, 1)),
        *([(words.text("fact_budget"), words.eur(budget))] if budget is not None else []),
        (words.text("fact_asked"), "; ".join(_asked(name, value, words) for name, value in least.items())),
        (words.text("k_run"), str(front["run"]["manifest"])),
    ]


def _asked(name: str, value: float | None, words: PlanWords) -> str:
    """A condition that every plan of the front keeps."""
    named = words.named("objectives", name)
    if value is None:
        return words.text("asked_today", name=named)
    told = words.eur(value) if name in ("cost", "running") else words.number(value)
    return words.text("asked_least" if name in _RAISED else "asked_most", name=named, value=told)
