"""What a plan of a study can be asked for, and the sites it would choose from: for a form and its map."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import shapely

from nahraum.publish.mapjson import COORDINATE_DIGITS
from nahraum.workflow.plan_money import rules_of

if TYPE_CHECKING:
    from nahraum.measures.model import Site
    from nahraum.measures.programme import Problem
    from nahraum.study import Study
    from nahraum.workflow.plan_stages import Ready

LIMITS = (
    {"name": "running", "unit": "eur_per_year", "kind": "most"}, {"name": "sealing", "unit": "m2", "kind": "most"},
    {"name": "canopy", "unit": "m2", "kind": "least"}, {"name": "dwellings", "unit": "dwellings", "kind": "least"},
)  # fmt: skip
EMPTY: Mapping[str, Any] = {
    "lacks_needed": None, "goals": [], "has_status": False, "quarters": [], "types": [], "limits": [],
    "programmes": [], "purses": {}, "objectives": [], "seconds": {}, "defaults": {},
}  # fmt: skip


def form_of(ready: Ready, problem: Problem) -> dict[str, Any]:
    """Quarters, types, goals, limits, objectives, and what the study already says."""
    from nahraum.measures.pareto.objectives import NAMES, objectives_of
    from nahraum.measures.programme.goal import WEIGHTS

    study = ready.study
    number = study.parameters().number
    objectives = objectives_of(problem, NAMES)
    social = ready.chain.social.value.areas
    return {
        "lacks_needed": ready.demand.k, "goals": list(WEIGHTS),
        "has_status": bool(ready.groups.groups) or (len(social) > 0 and "index" in social),
        "quarters": _quarters(ready), "types": _types(ready), "limits": [dict(one) for one in LIMITS],
        "programmes": _programmes(ready), "purses": dict(study.plan.purses),
        "objectives": [
            {"name": one.name, "label": {"de": one.label_de, "en": one.label_en}, "unit": one.unit,
             "better": "higher" if one.sign > 0 else "lower"}
            for one in objectives
        ],
        "seconds": {"plan": number("programme.seconds"), "front": number("pareto.seconds")},
        "defaults": _defaults(study),
    }  # fmt: skip


def _defaults(study: Study) -> dict[str, Any]:
    spec = study.plan
    return {
        "budget_eur": _known(spec.budget_eur), "yearly_eur": _known(spec.yearly_eur), "years": spec.years,
        "priority": list(spec.priority), "priority_share": study.parameters().number("plan.priority_share"),
        "limits": dict(spec.limits),
    }  # fmt: skip


def _quarters(ready: Ready) -> list[dict[str, Any]]:
    language = ready.study.language
    named = {one.id: one.label_de if language == "de" else one.label_en for one in ready.groups.groups}
    frame = ready.chain.index.value.quarters
    people = dict(zip(frame["quarter_id"].astype(str), frame["residents"].astype(float), strict=True))
    quarters = ready.chain.area.value.quarters.sort_values("quarter_id", kind="stable")
    pairs = zip(quarters["quarter_id"].astype(str), quarters["name"].astype(str), strict=True)
    return [
        {"quarter_id": key, "name": name, "status": named.get(ready.groups.of_quarter.get(key, ""), ""),
         "residents": _known(people.get(key, math.nan))}
        for key, name in pairs
    ]  # fmt: skip


def _types(ready: Ready) -> list[dict[str, Any]]:
    n_sites: dict[str, int] = {}
    for site in ready.candidates.sites:
        n_sites[site.type_id] = n_sites.get(site.type_id, 0) + 1
    return [
        {"type_id": kind.id, "label": {"de": kind.label_de, "en": kind.label_en}, "field": kind.field,
         "unit": kind.unit, "n_sites": n_sites.get(kind.id, 0), "has_cost": kind.costed,
         "verify": kind.verify_locally}
        for kind in ready.types.values() if not kind.listed_only
    ]  # fmt: skip


def _programmes(ready: Ready) -> list[dict[str, str]]:
    """Programmes that may pay a measure that could be chosen."""
    labels, language = rules_of(ready.study).programmes(), ready.study.language
    named = sorted({name for site in ready.candidates.sites for name in ready.types[site.type_id].programmes})
    return [{"name": one, "label": labels.get(one, {}).get(f"label_{language}", one)} for one in named]


def sites_told(ready: Ready) -> dict[str, Any]:
    """Every candidate site as a point, with what it would do alone; exact, for the office."""
    from nahraum.measures.alone import alone_table

    alone, excluded = alone_table(ready.demand, ready.effects), ready.excluded_ids()
    sites = ready.candidates.sites
    points = gpd.GeoSeries(gpd.points_from_xy([one.x_m for one in sites], [one.y_m for one in sites]),
                           crs=ready.base.state.crs).to_crs("EPSG:4326")  # fmt: skip
    must = set(ready.candidates.must)
    features = []
    for site, point in zip(sites, points, strict=True):
        row = alone.loc[site.site_id]
        told = _facts(ready, site) | {
            "relieved": _persons(row["people_relieved"]),
            "lacks_removed": _persons(row["lacks_gone"] - row["lacks_arisen"]),
            "must": site.site_id in must, "excludes": list(excluded.get(site.site_id, ())),
        }  # fmt: skip
        where = {"type": "Point", "coordinates": [round(point.x, 6), round(point.y, 6)]}
        features.append({"type": "Feature", "id": site.site_id, "geometry": where, "properties": told})
    return {"type": "FeatureCollection", "features": features}


def site_told(ready: Ready, name: str) -> dict[str, Any] | None:
    """One candidate site with its whole shape; None where there is none."""
    site = next((one for one in ready.candidates.sites if one.site_id == name), None)
    if site is None:
        return None
    turned = gpd.GeoSeries([site.geometry], crs=ready.base.state.crs).to_crs("EPSG:4326")
    shape = shapely.set_precision(turned.to_numpy()[0], 10.0**-COORDINATE_DIGITS, mode="pointwise")
    more = {
        "reason": site.reason_de if ready.study.language == "de" else site.reason_en,
        "running_eur": _known(site.running.mid_eur), "dwellings": site.dwellings,
    }  # fmt: skip
    return {"type": "Feature", "id": name, "geometry": shapely.geometry.mapping(shape),
            "properties": _facts(ready, site) | more}  # fmt: skip


def _facts(ready: Ready, site: Site) -> dict[str, Any]:
    kind = ready.types[site.type_id]
    return {
        "site_id": site.site_id, "type_id": site.type_id, "label": kind.text("label", ready.study.language),
        "name": site.name, "field": kind.field, "quarter_id": site.quarter_id, "quantity": site.quantity,
        "unit": kind.unit, "cost_eur": _known(site.cost.mid_eur), "verify": kind.verify_locally,
        "source": site.source,
    }  # fmt: skip


def _persons(value: Any) -> float:
    return round(float(value), 3) + 0.0


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
