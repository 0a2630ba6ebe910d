"""The measures of a plan, each with what it does alone, what it costs and who pays."""

from __future__ import annotations

import math
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum.frames import MICRO, to_micro
from nahraum.measures.alone import alone_by_quarter
from nahraum.measures.model import Cost, Demand, MeasureType, Site
from nahraum.publish.mapjson import COORDINATE_DIGITS
from nahraum.publish.programme.made import Made
from nahraum.publish.programme.model import Candidate, Measure, Money, PeopleEffect
from nahraum.tables import PREREQUISITES

_WGS84 = "EPSG:4326"
LOCAL = "local"


def known(value: Any) -> float | None:
    """A number as JSON has it; None where it is not known."""
    return None if value is None or not math.isfinite(float(value)) else float(value)


def money(cost: Cost) -> Money:
    """Three estimates in whole cents."""
    told = {name: known(getattr(cost, name)) for name in ("low_eur", "mid_eur", "high_eur")}
    return {name: None if value is None else round(value, 2) for name, value in told.items()}


def measures_of(made: Made) -> list[Measure]:
    """The chosen measures, numbered by the year they begin, then by cost, the dearest first, then by id.

    Not by what they do: of two that are told alike the order would say which does more.
    """
    table = made.plan.sites.set_index("site_id")
    order = table.reset_index().sort_values(["start_year", "cost_eur", "site_id"], ascending=[True, False, True])
    ids = [str(one) for one in order["site_id"]]
    numbers = {site_id: f"M{at:02d}" for at, site_id in enumerate(ids, start=1)}
    place, rows = made.place, {str(key): row for key, row in table.iterrows()}
    shapes = _turned([made.sites[place[one]] for one in ids], made.crs)
    people = people_by_quarter(made.demand)
    return [
        _measure(made, made.sites[place[one]], rows[one], numbers, (shape, alone(made, place[one], people)))
        for one, shape in zip(ids, shapes, strict=True)
    ]


def _turned(sites: list[Site], crs: str) -> list[Any]:
    """The geometries in degrees, with six digits."""
    if not sites:
        return []
    series = gpd.GeoSeries([site.geometry for site in sites], crs=crs).to_crs(_WGS84)
    return list(shapely.set_precision(series.to_numpy(), 10.0**-COORDINATE_DIGITS, mode="pointwise"))


def _measure(
    made: Made, site: Site, row: pd.Series, numbers: dict[str, str],
    seen: tuple[Any, tuple[PeopleEffect, list[dict[str, Any]]]],
) -> Measure:  # fmt: skip
    shape, (effect, by_quarter) = seen
    kind, language = made.types[site.type_id], made.language
    label, quarter = kind.text("label", language), made.quarter_name(site.quarter_id)
    paid = made.funded.of_site.get(site.site_id, {})
    eur = float(row["cost_eur"])
    spot = shapely.point_on_surface(shape)
    newcomers = float(made.effects.newcomers[made.place[site.site_id]])
    return {
        "number": numbers[site.site_id], "site_id": site.site_id, "type_id": site.type_id, "label": label,
        "name": called(site, label, quarter), "field": kind.field, "nature": kind.nature,
        "programmes": list(kind.programmes), "programme": str(paid.get("programme", row["programme"])),
        "payer": str(paid.get("payer", kind.payer)), "quarter_id": site.quarter_id, "quarter": quarter,
        "unit": kind.unit, "quantity": site.quantity, "cost": money(site.cost), "running": money(site.running),
        "price_year": kind.price_year, "cost_source": kind.text("cost_source", language), "cost_date": kind.cost_date,
        "running_source": kind.text("running_source", language),
        "evidence": kind.evidence, "verify": kind.verify_locally, "din276": _groups(kind, eur),
        "start_year": _year(row["start_year"]), "ready_year": _year(row["ready_year"]), "lead_years": kind.lead_years,
        "cost_by_year": dict(paid.get("cost_by_year", {})), "eligible_eur": paid.get("eligible_eur"),
        "not_eligible_eur": paid.get("not_eligible_eur"), "income_eur": float(paid.get("income_eur", 0.0)),
        "reason": site.reason_de if language == "de" else site.reason_en, "goals": [],
        "effect": effect, "effect_by_quarter": by_quarter,
        "missed": {"exact": round(sum(one["missed"]["exact"] for one in by_quarter), 3)},
        "newcomers": newcomers, "dwellings": site.dwellings,
        "sealing_m2": known(site.sealing_m2), "canopy_m2": known(site.canopy_m2), "displacement": kind.displacement,
        "chosen_share": made.chosen_share(site.site_id), "must": site.site_id in made.ask["must"],
        "source": site.source,
        "excluded": _excluded(made, site), "life_years": kind.life_years,
        "funding_notes": [one for one in (kind.text("note", language), *paid.get("notes", ())) if one],
        "geometry": shapely.geometry.mapping(shape), "point": [round(spot.x, 6), round(spot.y, 6)],
    }  # fmt: skip


def called(site: Site, label: str, quarter: str) -> str:
    """What a planner calls it: as drawn, else the type and the place, by its name, its street or its quarter."""
    if site.source == "drawn" and site.name:
        return site.name
    return f"{label}, {site.name or site.street or quarter}"


def _year(value: Any) -> int | None:
    return None if known(value) is None else int(value)


def _groups(kind: MeasureType, eur: float) -> dict[str, float]:
    """The cost by cost group, to the cent; the largest takes what rounding leaves."""
    told = {group: round(eur * share, 2) for group, share in sorted(kind.din276.items())}
    if told:
        largest = max(told, key=lambda group: (told[group], group))
        told[largest] = round(told[largest] + eur - sum(told.values()), 2)
    return told


def _excluded(made: Made, site: Site) -> list[str]:
    """What cannot be built there, too: labels of the types, each once."""
    place = made.place
    others = [made.sites[place[one]].type_id for one in made.conflicts.get(site.site_id, ()) if one in place]
    return sorted({made.types[one].text("label", made.language) for one in others if one != site.type_id})


def alone(made: Made, site: int, people: pd.Series) -> tuple[PeopleEffect, list[dict[str, Any]]]:
    """What a site does, by the model, the others not being built: in all, and by quarter where anything changes.

    Parameters
        people : residents by quarter id.

    Also by quarter `missed`: lacks that would come back if the plan were built without it.
    """
    place = made.place
    found = alone_by_quarter(made.demand, made.effects, site, [place[one] for one in made.plan.chosen])
    changed = found[(found != 0).any(axis=1) & (found.index != "")]
    return people_of(found.sum()), [
        {"quarter_id": str(key), "residents": round(float(people[str(key)]), 3),
         "missed": {"exact": round(float(one["missed"]), 3)}} | people_of(one)
        for key, one in changed.iterrows()
    ]  # fmt: skip


def people_by_quarter(demand: Demand) -> pd.Series:
    """Residents by quarter id. [persons]"""
    micro = np.zeros(len(demand.quarters), dtype=np.int64)
    np.add.at(micro, demand.quarter, to_micro(demand.residents))
    return pd.Series(micro / MICRO, index=pd.Index(demand.quarters))


def people_of(row: pd.Series) -> PeopleEffect:
    """A row of `measures.lives.FLOWS` as it is told."""
    return {
        "relieved": {"exact": round(float(row["people_relieved"]), 3)},
        "newly_lacking": {"exact": round(float(row["people_newly_lacking"]), 3)},
        "prerequisites": {
            name: {
                "gain": {"exact": round(float(row[f"{name}_no_longer_lacking"]), 3)},
                "lose": {"exact": round(float(row[f"{name}_now_lacking"]), 3)},
            }
            for name in PREREQUISITES
        },
    }  # fmt: skip


def candidates_of(made: Made) -> list[Candidate]:
    """All sites that could have been chosen, in the order of their ids."""
    if not made.sites:
        return []
    chosen, language = set(made.plan.chosen), made.language
    points = gpd.GeoSeries(gpd.points_from_xy([s.x_m for s in made.sites], [s.y_m for s in made.sites]), crs=made.crs)
    spots = shapely.get_coordinates(points.to_crs(_WGS84).to_numpy()).round(COORDINATE_DIGITS).tolist()
    found: list[Candidate] = []
    for site, spot in zip(made.sites, spots, strict=True):
        kind = made.types[site.type_id]
        found.append({
            "site_id": site.site_id, "type_id": site.type_id, "label": kind.text("label", language),
            "field": kind.field, "name": site.name, "quarter_id": site.quarter_id, "cost": money(site.cost),
            "chosen": site.site_id in chosen, "reason": site.reason_de if language == "de" else site.reason_en,
            "verify": kind.verify_locally, "geometry": {"type": "Point", "coordinates": spot}, "point": spot,
        })  # fmt: skip
    return found
