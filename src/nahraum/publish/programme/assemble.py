"""A plan as one document: plan.json, from which everything else is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from nahraum.measures.programme.rows import SITES
from nahraum.publish.programme.made import Made
from nahraum.publish.programme.made_measures import called, candidates_of, known, measures_of
from nahraum.publish.programme.made_outcome import goals_of, monitoring_of, outcome_of
from nahraum.publish.programme.model import FORMAT, FORMAT_VERSION, Funding, Measure, PlanDocument
from nahraum.publish.programme.words import PlanWords
from nahraum.tables import PREREQUISITES


def plan_document(made: Made) -> PlanDocument:
    """The plan with every figure as it is; `released_plan` makes of it what may leave the office."""
    words, study = PlanWords(made.language), made.study
    measures, outcome = measures_of(made), outcome_of(made)
    goals = goals_of(made, measures, outcome)
    numbers = {one["site_id"]: one["number"] for one in measures}
    return {
        "format": FORMAT, "format_version": FORMAT_VERSION, "released": False, "name": made.name,
        "title": words.text("plan_title", study=study.name, name=made.name), "language": made.language,
        "reference_date": study.reference_date.isoformat(),
        "study": {"name": study.name, "crs": made.crs, "lacks_needed": made.demand.k,
                  "figures_published": study.social is not None and study.social.published},
        "run": {"manifest": made.manifest, "version": made.version, "stages": dict(made.stages)},
        "ask": dict(made.ask), "solution": _solution(made), "measures": measures, "candidates": candidates_of(made),
        "goals": goals, "area": _area(made, measures), "outcome": outcome, "limits": _limits(made, measures),
        "next_money": _next(made), "rules": dict(made.funded.rules), "financing": _financing(made, numbers),
        "running": _running(made), "climate": _climate(measures),
        "displacement": _displacement(made, measures),
        "monitoring": monitoring_of(made, measures, goals, outcome), "attribution": made.attribution,
        "variants": _variants(made),
        "warnings": [*made.warnings, *_notes(made.plan.notes, made.language)],
    }  # fmt: skip


def _notes(notes: pd.DataFrame, language: str) -> list[str]:
    return [str(one) for one in notes[f"text_{language}"]] if len(notes) else []


def _solution(made: Made) -> dict[str, Any]:
    plan, again = made.plan, made.recomputed
    return {
        "status": plan.status, "method": plan.method, "value": known(plan.value), "bound": known(plan.bound),
        "gap": known(plan.gap), "unit": plan.unit, "others_eur": _borne_by_others(made),
        "cost_eur": _cost(made),
        "predicted": None if again is None else round(again.predicted.lacks_removed, 3),
        "recomputed": None if again is None else round(again.recomputed.lacks_removed, 3),
        "deviation": None if again is None else known(again.difference_share),
        "agrees": True if again is None else again.agrees, "n_sites": len(made.sites),
        "n_types": len({site.type_id for site in made.sites}),
    }  # fmt: skip


def _cost(made: Made) -> float:
    """The sum of the measures, each in whole cents, as the financing has it. [EUR]"""
    return round(sum(round(made.sites[made.place[one]].cost.mid_eur, 2) for one in made.plan.chosen), 2)


def _borne_by_others(made: Made) -> float:
    """What private parties and other bodies pay of the cost. [EUR]"""
    others = (one for one in made.funded.rows if one["basis"] == "programme" and one["funder"] in ("private", "other"))
    return round(sum(float(one["eur"]) for one in others), 2)


def _area(made: Made, measures: list[Measure]) -> dict[str, Any]:
    """The published baseline of the quarters: those with priority first, then those with measures."""
    several = f"several_k{made.demand.k}_share"
    priority, mine = set(made.ask["priority"]), {one["quarter_id"] for one in measures}
    rows: list[dict[str, Any]] = []
    for key, row in made.quarters.iterrows():
        residents = known(row.get("residents"))
        if not residents:
            continue
        rows.append({
            "quarter_id": str(key), "name": made.quarter_name(str(key)), "residents": residents,
            "known": _known(row, made.demand.k),
            "status": _status(made, str(key)), "priority": str(key) in priority,
            "with_measure": str(key) in mine, "several_share": known(row.get(several)),
            "lacks": {name: known(row.get(f"lacks_{name}_share")) for name in PREREQUISITES},
        })  # fmt: skip
    rows.sort(key=lambda one: (
        not one["priority"], not one["with_measure"], -(one["several_share"] or 0.0), one["quarter_id"]
    ))  # fmt: skip
    return {
        "several_share": known(made.whole.get(several)), "residents": known(made.whole.get("residents")),
        "known": _known(made.whole, made.demand.k), "quarters": rows,
    }  # fmt: skip


def _known(row: pd.Series, k: int) -> dict[str, float]:
    """Of how many people each share is known, by what is published. [persons]"""
    judged = known(row.get("residents_judged", row.get("residents")))
    shares = {f"lacks_{name}_share": known(row.get(f"lacks_{name}_completeness")) for name in PREREQUISITES}
    shares[f"several_k{k}_share"] = known(row.get("several_share_completeness"))
    return {} if judged is None else {name: round(judged * one, 1) for name, one in shares.items() if one}


def _status(made: Made, quarter_id: str) -> str:
    found = made.groups.of(quarter_id)
    named = {one.id: one.label_de if made.language == "de" else one.label_en for one in made.groups.groups}
    return named.get(found, "")


def _limits(made: Made, measures: list[Measure]) -> list[dict[str, Any]]:
    """Limits with what is used and what is left; those that were not set are not there."""
    rows = []
    for row in made.plan.limits.to_dict(orient="records"):
        if row["unit"] == SITES and row["used"] == 0 == row["most"]:  # it says which sites cannot be
            continue
        if row["name"] == "priority":
            rows.append(_priority(made, row))
            continue
        allowed = known(row["most"]) if known(row["most"]) is not None else known(row["least"])
        unit = "eur" if str(row["unit"]).upper().startswith("EUR") else str(row["unit"])
        rows.append({
            "name": str(row["name"]), "label": _label(made, row, measures), "used": known(row["used"]),
            "allowed": allowed, "slack": known(row["slack"]), "unit": unit, "binding": bool(row["binding"]),
            "price": known(row["price"]),
        })  # fmt: skip
    return rows


def _label(made: Made, row: Mapping[Any, Any], measures: list[Measure]) -> str:
    """What a limit is called: measures by number and name, quarters and types by name."""
    told, (kind, _, key) = str(row[f"label_{made.language}"]), str(row["name"]).partition(":")
    if kind in ("quarter_eur", "quarter_removed"):
        return told.removesuffix(key) + made.quarter_name(key)
    words, mine = PlanWords(made.language), next((one for one in measures if one["site_id"] == key), None)
    if kind == "type" and key in made.types:
        return words.text("limit_type", label=made.types[key].text("label", made.language))
    if kind == "must" and mine is not None:
        return words.text("limit_must", measure=f"{mine['number']} {mine['name'] or mine['label']}")
    return told


def _priority(made: Made, row: Mapping[Any, Any]) -> dict[str, Any]:
    """The share for quarters with priority in euros: what goes there, what must at least."""
    table, asked = made.plan.sites, made.ask["priority_share"]
    here = float(table.loc[table["quarter_id"].isin(made.ask["priority"]), "cost_eur"].sum())
    needed = asked * float(table["cost_eur"].sum())
    return {
        "name": "priority", "label": str(row[f"label_{made.language}"]), "used": round(here, 2),
        "allowed": round(needed, 2), "slack": round(here - needed, 2), "unit": "eur", "binding": bool(row["binding"]),
        "price": known(row["price"]),
    }  # fmt: skip


def _variants(made: Made) -> list[dict[str, Any]]:
    """The plan made again for other costs and needs."""
    if made.shares is None:
        return []
    columns = ["level", "k", "weights", "status", "gap", "n_sites", "same", "reason"]
    rows = made.shares.variants.to_dict(orient="records")
    return [{name: known(row[name]) if name in ("gap", "same") else row[name] for name in columns} for row in rows]


def _next(made: Made) -> dict[str, Any] | None:
    if made.next_money is None:
        return None
    place, more = made.place, made.next_money
    sites = [made.sites[place[one]] for one in more.added if one in place] if more.gain > 0 else []
    names = [
        called(one, made.types[one.type_id].text("label", made.language), made.quarter_name(one.quarter_id))
        for one in sites
    ]
    return {
        "eur": more.step_eur, "gain": known(max(0.0, more.gain)), "most": known(max(more.gain, more.most_gain, 0.0)),
        "names": names, "quarter_ids": sorted({one.quarter_id for one in sites}),
        "unit": more.unit,
    }  # fmt: skip


def _financing(made: Made, numbers: dict[str, str]) -> list[Funding]:
    found: list[Funding] = [
        {"number": numbers[str(one["site_id"])], "funder": str(one["funder"]), "basis": str(one["basis"]),
         "year": int(one["year"]), "eur": round(float(one["eur"]), 2)}
        for one in made.funded.rows if str(one["site_id"]) in numbers
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one["number"], one["basis"], one["year"], one["funder"]))


def _running(made: Made) -> list[dict[str, Any]]:
    """Running cost of each year, as the phasing has it."""
    years = made.plan.years
    return [
        {"year": int(row["year"]), "running_eur": known(row["running_eur"]), "invest_eur": known(row["invest_eur"])}
        for row in years.to_dict(orient="records")
    ]


def _climate(measures: list[Measure]) -> dict[str, float | None]:
    """Sums of what is known; None where nothing is."""
    known_ones = {
        "sealing_m2": [one["sealing_m2"] for one in measures if one["sealing_m2"] is not None],
        "canopy_m2": [one["canopy_m2"] for one in measures if one["canopy_m2"] is not None],
    }
    return {name: round(sum(values), 1) if values else None for name, values in known_ones.items()}


def _displacement(made: Made, measures: list[Measure]) -> list[dict[str, Any]]:
    rows = []
    for one in measures:
        if one["displacement"] or one["site_id"] in made.funded.displacement:
            told = made.funded.displacement.get(one["site_id"], {})
            rows.append({"number": one["number"], "measure": one["label"], "quarter": one["quarter"],
                         "quarter_id": one["quarter_id"],
                         **{key: str(told.get(key, "")) for key in ("rent", "moves", "sgb2", "text")}})  # fmt: skip
    return rows
