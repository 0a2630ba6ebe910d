"""The municipal statistics office's table and the health office's waves, per quarter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from nahraum.musterstadt.census import german
from nahraum.musterstadt.characters import CHARACTERS
from nahraum.musterstadt.city import City
from nahraum.musterstadt.households import Households
from nahraum.musterstadt.plan import Floats, Ints

SUPPRESSED, SMALLEST_CASES = ".", 3
# waves: begin, end, mean cumulative incidence per 100,000, and how it hangs together with social status
WAVES = (
    ("1. Welle", "2020-03-02", "2020-05-17", 520.0, 0.34),
    ("2. Welle", "2020-09-28", "2021-02-28", 2_900.0, -0.30),
    ("3. Welle", "2021-03-01", "2021-06-13", 1_750.0, -0.42),
    ("4. Welle", "2021-08-09", "2021-12-26", 4_100.0, -0.12),
)


@dataclass(frozen=True)
class QuarterFigures:
    """By quarter, in the order of the plan."""

    residents: Ints
    under_18: Ints
    over_64: Ints
    households: Ints
    employed: Ints
    unemployed: Ints
    basic_income: Ints
    children_in_basic_income: Ints
    lone_parents: Ints
    with_children: Ints
    dwellings: Ints
    m2_per_dwelling: Floats
    status: Floats  # standardised; high = well-off


def build_figures(city: City, homes: Households) -> QuarterFigures:
    """Figures of the municipal statistics office; they follow the social status of the quarters."""
    rng, number = city.plan.rng(16), len(city.plan.quarters)
    quarter = city.cells.quarter

    def total(values: Ints) -> Ints:
        return np.bincount(quarter, values, number).astype(np.int64)

    raw = np.array([CHARACTERS[q.character].status for q in city.plan.quarters]) + rng.normal(0.0, 0.35, number)
    spread = raw.std() if number > 1 else 1.0
    status = (raw - raw.mean()) / (spread or 1.0)
    residents, young = total(city.cells.residents), total(homes.ages[:, 0])
    middle = total(homes.ages[:, 1] + homes.ages[:, 2] + homes.ages[:, 3])
    jobless = np.clip(0.062 * np.exp(-0.55 * status + rng.normal(0, 0.06, number)), 0.005, 0.3)
    income = np.clip(0.095 * np.exp(-0.65 * status + rng.normal(0, 0.06, number)), 0.005, 0.5)
    child = np.clip(income * 1.6, 0, 0.75)
    return QuarterFigures(
        residents, young, total(homes.ages[:, 4]), total(homes.households),
        np.rint(middle * np.clip(0.61 + 0.04 * status, 0.35, 0.75)).astype(np.int64),
        np.rint(middle * jobless).astype(np.int64),
        np.rint((residents - total(homes.ages[:, 4])) * income).astype(np.int64),
        np.rint(young * child).astype(np.int64), total(homes.types[:, 3]),
        total(homes.types[:, 2] + homes.types[:, 3]), total(homes.dwellings.sum(axis=1)),
        np.bincount(quarter, homes.m2_per_dwelling * homes.households, number) / np.maximum(total(homes.households), 1),
        status,
    )  # fmt: skip


def _hidden(values: Ints) -> list[str]:
    """Counts of 1 and 2 are not told."""
    return [SUPPRESSED if 0 < value < SMALLEST_CASES else str(value) for value in values.tolist()]


def _share(part: Ints, whole: Ints) -> list[str]:
    percent = german(100.0 * part / np.maximum(whole, 1), 1).tolist()
    hide = ((part > 0) & (part < SMALLEST_CASES)) | (whole < 10)
    return [SUPPRESSED if hidden else text for text, hidden in zip(percent, hide.tolist(), strict=True)]


def _together(figures: Sequence[QuarterFigures]) -> QuarterFigures:
    """Figures of the quarters of all cities, one city after the other."""
    return QuarterFigures(
        *(np.concatenate([getattr(one, name.name) for one in figures]) for name in fields(QuarterFigures))
    )


def write_statistics(cities: Sequence[tuple[City, QuarterFigures]], path: Path, *, called: str = "Musterstadt") -> None:
    """CSV as municipal offices give it: semicolon, decimal comma, UTF-8 with BOM, '.' for secret, total at the end."""
    f = _together([figures for _, figures in cities])
    quarters = [quarter for city, _ in cities for quarter in city.plan.quarters]
    columns: dict[str, list[str]] = {
        "Quartier_Nr": [q.id for q in quarters],
        "Quartier": [q.name for q in quarters],
        "Stadtbezirk": [q.district for q in quarters],
        "Einwohner": _hidden(f.residents),
        "unter_18": _hidden(f.under_18),
        "65_und_aelter": _hidden(f.over_64),
        "Haushalte": _hidden(f.households),
        "Haushalte_mit_Kindern": _hidden(f.with_children),
        "Alleinerziehende": _hidden(f.lone_parents),
        "SV_Beschaeftigte": _hidden(f.employed),
        "Arbeitslose": _hidden(f.unemployed),
        "Arbeitslosenanteil_Prozent": _share(f.unemployed, f.unemployed + f.employed),
        "SGB_II_Empfaenger": _hidden(f.basic_income),
        "SGB_II_Quote_Prozent": _share(f.basic_income, f.residents - f.over_64),
        "Kinderarmut_Prozent": _share(f.children_in_basic_income, f.under_18),
        "Wohnungen": _hidden(f.dwellings),
        "Wohnflaeche_je_Wohnung_m2": german(f.m2_per_dwelling, 1).tolist(),
        "Erwerbspersonen": _hidden(f.unemployed + f.employed),
        "unter_65": _hidden(f.residents - f.over_64),
    }
    whole = ["", f"{called} insgesamt", ""]
    counts = [
        f.residents,
        f.under_18,
        f.over_64,
        f.households,
        f.with_children,
        f.lone_parents,
        f.employed,
        f.unemployed,
    ]
    whole += [str(int(values.sum())) for values in counts]
    whole += _share(f.unemployed.sum(keepdims=True), (f.unemployed + f.employed).sum(keepdims=True))
    whole += [str(int(f.basic_income.sum()))]
    whole += _share(f.basic_income.sum(keepdims=True), (f.residents - f.over_64).sum(keepdims=True))
    whole += _share(f.children_in_basic_income.sum(keepdims=True), f.under_18.sum(keepdims=True))
    mean = (f.m2_per_dwelling * f.households).sum(keepdims=True) / max(1, int(f.households.sum()))
    whole += [str(int(f.dwellings.sum())), german(mean, 1).tolist()[0]]
    whole += [str(int((f.unemployed + f.employed).sum())), str(int((f.residents - f.over_64).sum()))]
    lines = [";".join(columns), *(";".join(row) for row in zip(*columns.values(), strict=True)), ";".join(whole)]
    path.write_text("\ufeff" + "\n".join(lines) + "\n", encoding="utf-8")


def wave_incidence(figures: QuarterFigures, rng: np.random.Generator) -> Floats:
    """Incidence per quarter and wave; its tie to social status changes sign after the first. [per 100,000]"""
    rows = [
        mean * np.exp(slope * figures.status + rng.normal(0.0, 0.10, figures.status.size))
        for _, _, _, mean, slope in WAVES
    ]
    return np.asarray(np.round(np.stack(rows), 1), dtype=np.float64)


def write_incidence(cities: Sequence[tuple[City, QuarterFigures]], path: Path) -> None:
    """CSV of the health office: quarter, wave, cases, incidence; semicolon, decimal comma, '.' for secret."""
    incidence = np.concatenate([wave_incidence(figures, city.plan.rng(17)) for city, figures in cities], axis=1)
    figures = _together([figures for _, figures in cities])
    quarters = [quarter for city, _ in cities for quarter in city.plan.quarters]
    cases = np.rint(incidence * figures.residents / 100_000).astype(np.int64)
    lines = ["quartier_nr;quartier;welle;beginn;ende;einwohner;faelle;inzidenz_je_100000"]
    for k, (wave, begin, end, _, _) in enumerate(WAVES):
        shown = _hidden(cases[k])
        for number, quarter in enumerate(quarters):
            value = german(incidence[k, number : number + 1], 1)[0]
            row = [
                quarter.id,
                quarter.name,
                wave,
                begin,
                end,
                str(int(figures.residents[number])),
                shown[number],
                str(value),
            ]
            lines.append(";".join(row))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
