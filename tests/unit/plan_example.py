"""A small plan by hand: three measures, two years, five funders; every sum can be checked in one's head."""

from __future__ import annotations

from typing import Any

from nahraum.publish.programme.model import FORMAT, FORMAT_VERSION, Measure, PlanDocument
from nahraum.tables import PREREQUISITES

LON, LAT = 10.2130, 47.3150  # in the middle of the six cells of publish_bundle


def people(**told: float) -> dict[str, Any]:
    """Who gains: relieved, newly, and `<prerequisite>` persons who gain it."""
    return {
        "relieved": {"exact": told.get("relieved", 0.0)}, "newly_lacking": {"exact": told.get("newly", 0.0)},
        "prerequisites": {
            name: {"gain": {"exact": told.get(name, 0.0)}, "lose": {"exact": told.get(f"{name}_lost", 0.0)}}
            for name in PREREQUISITES
        },
    }  # fmt: skip


def money(low: float | None, mid: float | None, high: float | None) -> dict[str, float | None]:
    return {"low_eur": low, "mid_eur": mid, "high_eur": high}


def measure(number: str, label: str, **more: Any) -> Measure:
    mid = more.pop("mid", 300_000.0)
    given: dict[str, Any] = {
        "number": number, "site_id": f"{number.lower()}:1a2b", "type_id": label.lower().replace(" ", "_"),
        "label": label,
        "name": "", "field": "green", "nature": "building", "programmes": ["sozialer_zusammenhalt"],
        "programme": "Sozialer Zusammenhalt", "payer": "Kommune", "quarter_id": "Q1",
        "quarter": "Am Markt", "unit": "m2",
        "quantity": 2000.0, "cost": money(mid / 2, mid, mid * 2), "running": money(3000.0, 7500.0, 12000.0),
        "price_year": 2026, "cost_source": "nahraum, Erfahrungswissen, bitte örtlich prüfen",
        "cost_date": "2026-11-01", "evidence": "from_knowledge",
        "running_source": "nahraum, Erfahrungswissen, bitte örtlich prüfen", "verify": True,
        "din276": {"500": round(mid * 0.85, 2), "700": round(mid - round(mid * 0.85, 2), 2)},
        "start_year": 2027, "ready_year": 2029, "lead_years": 2.0, "cost_by_year": {"2027": mid}, "eligible_eur": mid,
        "not_eligible_eur": 0.0, "income_eur": 0.0, "reason": "Parkplatz in einem Wohnviertel ohne Grün.",
        "goals": ["Z1"], "effect": people(relieved=123.4, green=210.0), "newcomers": 0.0, "dwellings": 0.0,
        "sealing_m2": -1800.0, "canopy_m2": None, "displacement": True, "chosen_share": 0.875, "must": False,
        "source": "data", "excluded": [], "life_years": 25.0, "funding_notes": [],
        "geometry": {"type": "Polygon", "coordinates": [[[LON, LAT], [LON + 0.001, LAT], [LON + 0.001, LAT + 0.0005],
                                                         [LON, LAT + 0.0005], [LON, LAT]]]},
        "point": [LON + 0.0005, LAT + 0.00025],
    }  # fmt: skip
    told = given | more
    told.setdefault("missed", {"exact": 100.0})
    rows = [{"quarter_id": "Q1", "residents": 3200.0, "missed": told["missed"], **told["effect"]}]
    told.setdefault("effect_by_quarter", rows)
    return told  # type: ignore[return-value]


def financing() -> list[dict[str, Any]]:
    """Thirds of M01 in 2027 and M02 in 2028, to the cent; M03 paid by another body. Cash one year later."""
    thirds = {"M01": (2027, (100_000.0, 100_000.0, 100_000.0)), "M02": (2028, (33_333.33, 33_333.33, 33_333.34))}
    rows = [
        {"number": number, "funder": funder, "basis": "programme", "year": year, "eur": eur}
        for number, (year, shares) in thirds.items()
        for funder, eur in zip(("bund", "land", "municipality"), shares, strict=True)
    ]
    rows.append({"number": "M03", "funder": "other", "basis": "programme", "year": 2027, "eur": 150_000.0})
    return rows + [row | {"basis": "cash", "year": row["year"] + 1} for row in rows]


def figure(name: str, label: str, baseline: float | None, target: float | None, **more: Any) -> dict[str, Any]:
    given = {
        "id": name, "label": label, "unit": "share", "kind": "output", "area_id": "", "area": "Musterstadt",
        "baseline": baseline, "target": target, "source": "nahraum",
    }  # fmt: skip
    return given | more


def quarter(name: str, residents: float, **more: Any) -> dict[str, Any]:
    lacks = {"living_space": 0.12, "green": 0.44, "internet": 0.05, "supply": 0.31}
    told = {"quarter_id": name, "name": f"Quartier {name}", "residents": residents, "status": "niedrig",
            "priority": False, "several_share": 0.22, "lacks": lacks}  # fmt: skip
    return told | more


def example_plan(language: str = "de", **more: Any) -> PlanDocument:
    """The plan; `more` replaces parts of it."""
    measures = [
        measure("M01", "Kleiner Park", mid=300_000.0),
        measure("M02", "Fußwegverbindung", mid=100_000.0, name="Durchstich =Hafen", field="short_ways", unit="m",
                quantity=40.0, start_year=2028, ready_year=2028, cost_by_year={"2028": 100_000.0}, verify=False,
                evidence="published", goals=["Z1", "Z2"], effect=people(relieved=2.0, supply=55.0, green=1.0),
                sealing_m2=60.0, canopy_m2=0.0, displacement=False,
                geometry={"type": "LineString", "coordinates": [[LON, LAT], [LON + 0.0005, LAT + 0.0003]]}),
        measure("M03", "Glasfaser", mid=150_000.0, field="internet", unit="address", quantity=100.0, programmes=[],
                programme="", payer="Telekommunikationsunternehmen, Gigabitförderung", nature="other", goals=["Z3"],
                effect=people(relieved=0.0, internet=180.0), eligible_eur=0.0, not_eligible_eur=150_000.0,
                running=money(None, None, None), sealing_m2=0.0, canopy_m2=0.0, displacement=False, must=True,
                funding_notes=["Nicht aus der Städtebauförderung: anderer Träger (Subsidiarität)."]),
    ]  # fmt: skip
    flows = people(relieved=124.0, newly=1.0, green=211.0, supply=55.0, internet=180.0)
    plan: dict[str, Any] = {
        "format": FORMAT, "format_version": FORMAT_VERSION, "released": False, "name": "fuenfhundert",
        "title": "Musterstadt: Plan „fuenfhundert“", "language": language, "reference_date": "2026-06-30",
        "study": {"name": "Musterstadt", "crs": "EPSG:25832", "lacks_needed": 2, "figures_published": False},
        "run": {"manifest": "0123456789abcdef", "version": "0.1.0", "stages": {"effects": "ab" * 12}},
        "ask": {"budget_eur": 600_000.0, "goal": "lacks_removed", "weighting": "utilitarian", "by_status": False},
        "solution": {
            "status": "optimal", "method": "search+exact", "value": 446.0, "bound": 446.0, "gap": 0.0,
            "unit": "person × prerequisite",
            "cost_eur": 550_000.0, "others_eur": 150_000.0,
            "predicted": 446.04, "recomputed": 441.2,
            "deviation": -0.0108, "agrees": True, "n_sites": 57, "n_types": 11,
        },
        "measures": measures,
        "candidates": [
            {"site_id": f"s{i}", "type_id": "pocket_park", "label": "Kleiner Park", "field": "green", "name": "",
             "quarter_id": "Q1", "cost": money(1.0, 2.0, 3.0), "chosen": i == 0, "reason": "Parkplatz", "verify": True,
             "geometry": {"type": "Point", "coordinates": [LON, LAT]}, "point": [LON + i * 0.001, LAT]}
            for i in range(4)
        ],
        "goals": [
            {"id": "Z1", "label": "Grün und Freiraum in Wohnungsnähe", "year": 2029,
             "text": "Der Anteil sinkt von 44 % auf 38 %. Bis 2029.",
             "figures": [figure("lacks_green_share", "Einwohner, denen Grün fehlt", 0.44, 0.3812)]},
            {"id": "Z2", "label": "Kurze Wege zur Nahversorgung", "year": 2028, "text": "Rund 55 gewinnen hinzu.",
             "figures": [figure("lacks_supply_share", "Einwohner, denen Nahversorgung fehlt", 0.31, None)]},
            {"id": "Z3", "label": "Leistungsfähiges Internet-Angebot", "year": 2029, "figures": [],
             "text": "Rund 180."},
        ],
        "area": {"several_share": 0.22, "quarters": [quarter("Q1", 3200.0, priority=True), quarter("Q2", 1850.0)]},
        "outcome": {
            "lacks_removed": {"exact": 441.2}, "people_relieved": {"exact": 124.0}, "depth": 1.23456,
            "worst_fifth_gain": 0.123, "lowest_status_gain": None,
            "near_threshold_share": 0.1234, "near_flag": False, "newcomers": 0.0,
            "newcomers_lacking": 0.0,
            "by_prerequisite": [
                {"id": name, "gain": flows["prerequisites"][name]["gain"], "lose": flows["prerequisites"][name]["lose"]}
                for name in PREREQUISITES
            ],
            "by_quarter": [
                {"quarter_id": "Q1", "name": "Am Markt", "residents": 3200.0, "lacks_removed": {"exact": 441.2},
                 **flows},
                {"quarter_id": "Q2", "name": "Klein", "residents": 60.0, "lacks_removed": {"exact": 40.0},
                 **people(relieved=40.0, green=40.0)},
            ],
            "measures": [{"measure": "m0", "before": 0.123456, "after": 0.1}],
            "by_status": [{"name": "niedrig", "residents": 3217.4,
                           "relieved": {"exact": 124.0}, "newly_lacking": {"exact": 1.0}}],
        },
        "limits": [
            {"label": "Budget", "used": 550_000.0, "allowed": 600_000.0, "slack": 50_000.0, "unit": "eur"},
            {"label": "Menschen", "used": 123.0, "allowed": 2.0, "slack": 121.0, "unit": "persons"},
        ],
        "next_money": {"eur": 100_000.0, "gain": 61.4, "most": 64.9, "names": ["Kleiner Park, Am Markt"],
                       "quarter_ids": ["Q1"], "unit": "person × prerequisite"},
        "rules": {"label": "Drittel", "date": "2026-01-01", "source": "VV 2026", "notes": ["Frist 30. 9."]},
        "financing": financing(),
        "running": [],
        "climate": {"sealing_m2": -1740.0, "canopy_m2": None},
        "displacement": [
            {"number": "M01", "measure": "Kleiner Park", "quarter": "Am Markt", "quarter_id": "Q1",
             "rent": "7,80 €/m²", "moves": "", "sgb2": "12 %", "text": "beobachten"},
        ],
        "monitoring": [
            figure("cost_eur", "Kosten des Plans", None, 550_000.0, unit="eur", kind="input"),
            figure("lacks_green_share", "Einwohner, denen Grün fehlt", 0.44, 0.3812),
            figure("relieved", "entlastete Einwohner", 0.0, 124.0, unit="persons"),
            figure("rent_eur_m2", "Miete", 7.8, None, unit="eur_m2", kind="context"),
        ],
        "variants": [
            {"level": "low", "k": 2, "weights": "utilitarian", "status": "optimal", "gap": 0.0, "n_sites": 3,
             "same": 1.0, "reason": ""},
            {"level": "high", "k": 2, "weights": "utilitarian", "status": "none", "gap": None, "n_sites": 0,
             "same": None, "reason": "must-haves cost more than the budget"},
        ],
        "attribution": "© OpenStreetMap-Mitwirkende",
        "warnings": ["Ein Hinweis."],
    }  # fmt: skip
    return plan | more  # type: ignore[return-value]
