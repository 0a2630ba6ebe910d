"""plan.json: everything the documents of a plan print, as plain values; what its parts are called."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypedDict

from nahraum.errors import InputError

FORMAT = "nahraum-plan"
FORMAT_VERSION = 1
FUNDERS = ("bund", "land", "eu", "municipality", "private", "other")
KG = ("100", "200", "300", "400", "500", "600", "700", "800")  # cost groups of DIN 276:2018-12

Persons = dict[str, float]  # {"exact": 123.4} in the office; {"about": 120} or {"fewer_than": 3} outside
Money = dict[str, float | None]  # low_eur, mid_eur, high_eur; None where not known


class PeopleEffect(TypedDict):
    """Who gains and who loses: `relieved` fall below k known lacks; per prerequisite `gain` and `lose`."""

    relieved: Persons
    newly_lacking: Persons
    prerequisites: dict[str, dict[str, Persons]]


class Funding(TypedDict):
    """One amount of the financing: a funder pays it for a measure in a year.

    basis : programme (the year of the grant) | cost (the year it is spent) | cash (the year the money flows).
    """

    number: str
    funder: str
    basis: str
    year: int
    eur: float


class Measure(TypedDict):
    """One measure of the plan: what, where, for whom, for how much, paid by whom."""

    number: str
    site_id: str
    type_id: str
    label: str
    name: str
    field: str
    nature: str
    programmes: list[str]
    programme: str
    payer: str
    quarter_id: str
    quarter: str
    unit: str
    quantity: float
    cost: Money
    running: Money
    price_year: int
    cost_source: str
    cost_date: str
    running_source: str
    evidence: str
    verify: bool
    din276: dict[str, float]
    start_year: int | None
    ready_year: int | None
    lead_years: float
    cost_by_year: dict[str, float]
    eligible_eur: float | None
    not_eligible_eur: float | None
    income_eur: float
    reason: str
    goals: list[str]
    effect: PeopleEffect
    effect_by_quarter: list[dict[str, Any]]
    missed: Persons
    newcomers: float
    dwellings: float
    sealing_m2: float | None
    canopy_m2: float | None
    displacement: bool
    chosen_share: float | None
    must: bool
    source: str
    excluded: list[str]
    life_years: float
    funding_notes: list[str]
    geometry: dict[str, Any]
    point: list[float]


class Candidate(TypedDict):
    """A site that could have been chosen."""

    site_id: str
    type_id: str
    label: str
    field: str
    name: str
    quarter_id: str
    cost: Money
    chosen: bool
    reason: str
    verify: bool
    geometry: dict[str, Any]
    point: list[float]


class Figure(TypedDict):
    """An indicator before the plan, its target, and where it holds ('' = the whole study)."""

    id: str
    label: str
    unit: str
    kind: str
    area_id: str
    area: str
    baseline: float | None
    target: float | None
    source: str


class Goal(TypedDict):
    """What a group of measures is to reach, by when."""

    id: str
    label: str
    text: str
    figures: list[Figure]
    year: int | None


class Document(TypedDict):
    """What a plan and a front have alike: whose it is, of which run, what was asked."""

    format: str
    format_version: int
    released: bool
    name: str
    title: str
    language: str
    reference_date: str
    study: dict[str, Any]
    run: dict[str, Any]
    ask: dict[str, Any]
    attribution: str
    warnings: list[str]


class PlanDocument(Document):
    """The whole plan. `docs/reference/plan-json.md` tells every part."""

    solution: dict[str, Any]
    measures: list[Measure]
    candidates: list[Candidate]
    goals: list[Goal]
    area: dict[str, Any]
    outcome: dict[str, Any]
    limits: list[dict[str, Any]]
    next_money: dict[str, Any] | None
    rules: dict[str, Any]
    financing: list[Funding]
    running: list[dict[str, Any]]
    climate: dict[str, float | None]
    displacement: list[dict[str, Any]]
    monitoring: list[Figure]
    variants: list[dict[str, Any]]


def plan_text(plan: PlanDocument) -> str:
    """plan.json as text, the same bytes for the same plan: a line per part, and per measure, site or row of a list."""
    parts = [f"{_json(name)}: {_lines(value)}" for name, value in plan.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _lines(value: Any) -> str:
    """A part; lists of things an item a line. (Indented throughout it takes many times as long.)"""
    if not isinstance(value, list) or not any(isinstance(one, dict) for one in value):
        return _json(value)
    return "[\n " + ",\n ".join(_json(one) for one in value) + "\n]"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def read_plan(path: Path) -> PlanDocument:
    """A plan as it was written.

    Raises
        InputError for a file that is no plan, or one of a later version.
    """
    try:
        plan: PlanDocument = json.loads(path.read_text(encoding="utf-8"))
        kind, version = plan["format"], plan["format_version"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path} is no plan", where=str(error), expected="plan.json as nahraum plan writes it",
            fix="nahraum plan STUDY --budget EUR",
        ) from None  # fmt: skip
    if kind != FORMAT or version != FORMAT_VERSION:
        raise InputError(
            f"{path} has {kind} {version}", expected=f"{FORMAT} {FORMAT_VERSION}", fix="make the plan again"
        )
    return plan
