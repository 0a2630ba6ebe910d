"""A stress test as one document of released figures: what a browser or another program reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from nahraum.publish.bundle import Released
from nahraum.publish.housing.words import rounded
from nahraum.publish.housing.words import texts as lab_texts
from nahraum.publish.mapjson import scalar
from nahraum.publish.stress.chapter import hardest_scenario
from nahraum.publish.stress.released import ReleasedStress
from nahraum.publish.stress.told_scenarios import LANGUAGES, NORMAL_DAY, components_told, in_both, scenario_told
from nahraum.publish.stress.words import stress_texts
from nahraum.stress.failing import COMPONENTS

FORMAT, FORMAT_VERSION = "nahraum-stress", 2
_FIGURES = (*COMPONENTS, "several", "m0", "garden")
_MISMATCH = (
    "overcrowded", "overcrowded_counted", "underoccupied", "single_in_one_room", "below_adequate", "rent_high_assumed",
    "rent_overburden_assumed",
)  # fmt: skip
_ENDS = {
    "share": "share", "low": "share_min", "high": "share_max", "drawn_low": "drawn_share_min",
    "drawn_high": "drawn_share_max", "completeness": "completeness",
}  # fmt: skip
_OF_TENANTS = "rent_"  # shares of those whose rent is known
_TENS = 10
_SEED = "seed_"

Row = dict[str, Any]


def stress_document(told: ReleasedStress) -> dict[str, Any]:
    """Everything of a stress test that may leave the office, as plain values; null: not known or held back.

    Returns
        scenarios (each with whole, quarters, groups, repairs, choices), mismatch, incidence, and what they rest on.
        A figure has share, low, high (what the data leave), drawn_low, drawn_high (scatter of draws), persons in tens
        (share of the persons told, never exact ones), status (ok | held_back | unknown).
    """
    asked = {one.id for one in told.scenarios}
    return {
        "format": FORMAT, "format_version": FORMAT_VERSION, "study": told.study.name,
        "reference_date": told.study.reference_date.isoformat(), "language": told.study.language,
        "statement": told.statement, **{f"statement_{one}": str(lab_texts(one)["notice"]) for one in LANGUAGES},
        "verify": told.verify, "open": list(told.open), "attribution": told.attribution, "components_needed": told.k,
        "minimum_households": next(
            (one.value for one in told.parameters if one.id == "stress.minimum_households"), None
        ),
        "components": components_told(), "hardest": hardest_scenario(told),
        "normal_day": NORMAL_DAY if NORMAL_DAY in asked else None,
        "scenarios": [_scenario(one.id, scenario_told(one), told) for one in told.scenarios],
        "incidence": records(told.incidence), "mismatch": _mismatch(told),
        "parameters": [one.as_dict() for one in told.parameters],
    }  # fmt: skip


def records(table: pd.DataFrame) -> list[Row]:
    """Rows as plain values; what is not known is null."""
    return [{str(key): scalar(value, 6) for key, value in row.items()} for row in table.to_dict("records")]


def _scenario(name: str, facts: Row, told: ReleasedStress) -> Row:
    """A scenario with what came out."""
    figures = _reader(_FIGURES, "stress_")
    (whole,) = _rows(told.whole_study[name], figures)
    known = [
        one for one in COMPONENTS if one in whole["figures"] and whole["figures"][one]["completeness"] not in (None, 0)
    ]  # fmt: skip
    repairs, choices = (
        records(table[table["scenario"] == name].drop(columns="scenario")) if len(table) else []
        for table in (told.repairs, told.choices)
    )
    return {
        **facts, "known": known, "whole": whole, "quarters": _rows(told.quarters[name], figures),
        "groups": [_named(one, told) for one in _rows(told.groups[name], figures)],
        "repairs": sorted(repairs, key=lambda one: (-(one["several_persons"] or 0), one["site_id"])),
        "choices": [{**_choice(str(one["choice"])), **one} for one in choices],
    }  # fmt: skip


def _mismatch(told: ReleasedStress) -> Row | None:
    """Rooms against people; None without rooms."""
    if told.mismatch is None or told.mismatch_whole is None:
        return None
    figures = _reader(_MISMATCH, "")
    (whole,) = _rows(told.mismatch_whole, figures)
    groups, ages = (
        [] if found is None else [_named(one, told) for one in _rows(found, figures)]
        for found in (told.mismatch_groups, told.mismatch_ages)
    )
    return {"whole": whole, "quarters": _rows(told.mismatch, figures), "groups": groups, "ages": ages}


def _reader(names: tuple[str, ...], prefix: str) -> Callable[[Row], dict[str, Row]]:
    """What reads the figures of a row by their names."""

    def figures(row: Row) -> dict[str, Row]:
        held = str(row.get("suppressed") or "").split()
        people = row.get("residents")
        return {
            name: _figure(row, f"{prefix}{name}", people, held) for name in names if f"{prefix}{name}_share" in row
        }  # fmt: skip

    return figures


def _figure(row: Row, stem: str, people: Any, held: list[str]) -> Row:
    """One figure with both doubts, and persons of those told in tens."""
    found = {name: scalar(row.get(f"{stem}_{column}"), 4) for name, column in _ENDS.items()}
    whole = scalar(people)
    if stem.startswith(_OF_TENANTS) and whole is not None:
        whole = None if found["completeness"] is None else whole * found["completeness"]
    for name, of in (("persons", "share"), ("persons_low", "low"), ("persons_high", "high")):
        known = found[of] is not None and whole is not None
        found[name] = int(rounded(float(found[of]) * float(whole), _TENS)) if known else None
    status = "ok" if found["share"] is not None else "held_back" if f"{stem}_share" in held else "unknown"
    return {**found, "status": status}


def _rows(found: Released, figures: Callable[[Row], dict[str, Row]]) -> list[Row]:
    """Rows of a released table: key, name, persons, figures."""
    told: list[Row] = []
    for row in pd.DataFrame(found.frame).to_dict("records"):
        plain = {str(key): value for key, value in row.items()}
        keys: Row = {name: str(plain[name]) for name in ("quarter_id", "name") if name in plain}
        told.append({**keys, "residents": scalar(plain["residents"]), "figures": figures(plain)})
    return told


def _named(row: Row, told: ReleasedStress) -> Row:
    """A kind of household or an age by its name; where ages are known, those all from 65 on stand apart."""
    name = str(row["quarter_id"])
    apart = f"group_{name}_others"
    key = apart if told.mismatch_ages is not None and apart in stress_texts("de") else f"group_{name}"
    rest = {key: value for key, value in row.items() if key not in ("quarter_id", "name")}
    return {"group": name, **in_both("label", key), **rest}


def _choice(name: str) -> dict[str, str]:
    """What another assumption is called."""
    if name.startswith(_SEED):
        return in_both("label", "choice_seed", n=name.removeprefix(_SEED))
    return in_both("label", f"choice_{name}")
