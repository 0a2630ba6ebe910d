"""Rates and ratios computed again: Hamburg's floor area per resident, New York's cases per 100,000."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from nahraum.index.agreement import Agreement, values_agree
from nahraum.sources.published import Replication
from nahraum.workflow.replicated import Replicated, Sentence, needed, number

_PERCENT = 100.0
_PER = 100_000.0


def _total(
    name: str, labels: Sentence, found: float, published: float, tolerance: float, share: float | None
) -> Agreement:
    one = pd.Series([found], index=["total"])
    return values_agree(name, labels, one, pd.Series([published], index=["total"]), tolerance=tolerance, needed=share)


def hamburg(wanted: Replication, tables: Mapping[str, pd.DataFrame]) -> Replicated:
    """Floor area per resident and share under 18 of Hamburg's quarters, districts and the city."""
    totals = int(wanted.expected["totals"])
    areas = _with_totals_apart(tables["areas"], totals)
    areas["computed_m2_per_resident"] = areas["dwellings"] * areas["dwelling_m2"] / areas["residents"]
    areas["computed_under_18_percent"] = areas["under_18"] / areas["residents"] * _PERCENT
    agreements = (
        values_agree(
            "m2_per_resident", ("Wohnfläche je Einwohner [m²]", "floor area per resident [m²]"),
            areas["computed_m2_per_resident"], areas["m2_per_resident"],
            tolerance=float(wanted.expected["m2_tolerance"]), needed=needed(wanted, "m2_per_resident"),
        ),
        values_agree(
            "under_18", ("Anteil unter 18 [%]", "share under 18 [%]"),
            areas["computed_under_18_percent"], areas["under_18_percent"],
            tolerance=float(wanted.expected["percent_tolerance"]), needed=needed(wanted, "under_18"),
        ),
    )  # fmt: skip
    quarters = areas.iloc[: len(areas) - totals]
    least, most = quarters["computed_m2_per_resident"].min(), quarters["computed_m2_per_resident"].max()
    findings = (
        (
            f"{len(quarters)} Stadtteile von {number(least, 'de', 1)} bis {number(most, 'de', 1)} m² je Einwohner; "
            f"die letzten {totals} Zeilen der Datei sind Summen (Bezirke, Stadt).",
            f"{len(quarters)} quarters from {number(least, 'en', 1)} to {number(most, 'en', 1)} m² per resident; "
            f"the last {totals} rows of the file are totals (districts, city).",
        ),
    )
    return Replicated(agreements, areas, findings, residents=areas["residents"], labels=_HAMBURG)


def _with_totals_apart(table: pd.DataFrame, totals: int) -> pd.DataFrame:
    """Rows by id; the totals at the end get ids of their own: five districts are called like one of their quarters."""
    ids = table["area_id"].to_list()
    first = len(ids) - totals
    named = [*ids[:first], *(f"{name} (Bezirk)" for name in ids[first:-1]), f"{ids[-1]} (Stadt)"]
    return table.assign(area_id=named).set_index("area_id")


_HAMBURG: Mapping[str, Sentence] = {
    "residents": ("Bevölkerung", "residents"),
    "dwellings": ("Wohnungen", "dwellings"),
    "dwelling_m2": ("mittlere Wohnungsgröße [m²]", "mean dwelling size [m²]"),
    "computed_m2_per_resident": ("Wohnfläche je Einwohner, berechnet [m²]", "floor area per resident, computed [m²]"),
    "m2_per_resident": ("… veröffentlicht [m²]", "… published [m²]"),
    "under_18": ("unter 18-Jährige", "persons under 18"),
    "computed_under_18_percent": ("Anteil unter 18, berechnet [%]", "share under 18, computed [%]"),
    "under_18_percent": ("… veröffentlicht [%]", "… published [%]"),
}
_NEW_YORK: Mapping[str, Sentence] = {
    "cases": ("Fälle", "cases"),
    "population": ("Bevölkerung", "population"),
    "computed_rate": ("Fälle je 100.000, berechnet", "cases per 100,000, computed"),
    "rate": ("… veröffentlicht", "… published"),
}


def new_york(wanted: Replication, tables: Mapping[str, pd.DataFrame]) -> Replicated:
    """Cases per 100,000 residents of New York's areas, and the city's sums."""
    areas = tables["areas"].set_index("area_id")
    areas["computed_rate"] = areas["cases"] / areas["population"] * _PER
    expected = wanted.expected
    agreements = (
        values_agree(
            "rate", ("Fälle je 100.000", "cases per 100,000"), areas["computed_rate"], areas["rate"],
            tolerance=float(expected["rate_tolerance"]), needed=needed(wanted, "rate"),
        ),
        _total(
            "cases", ("Summe der Fälle", "sum of cases"), areas["cases"].sum(), float(expected["cases"]), 0.0,
            needed(wanted, "cases"),
        ),
        _total(
            "population", ("Summe der Bevölkerung", "sum of population"), areas["population"].sum(),
            float(expected["population"]), float(expected["population_tolerance"]), needed(wanted, "population"),
        ),
    )  # fmt: skip
    cases, people = float(areas["cases"].sum()), float(areas["population"].sum())
    findings = (
        (
            f"Zusammen {number(cases, 'de')} Fälle bei {number(people, 'de', 2)} Einwohnern: "
            f"{number(cases / people * _PER, 'de', 1)} je 100.000.",
            f"Together {number(cases, 'en')} cases among {number(people, 'en', 2)} residents: "
            f"{number(cases / people * _PER, 'en', 1)} per 100,000.",
        ),
    )
    return Replicated(agreements, areas, findings, residents=areas["population"], labels=_NEW_YORK)
