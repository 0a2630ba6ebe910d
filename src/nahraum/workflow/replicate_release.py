"""Tables of a replicated index that a statistics office could publish: through the same door as everything else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.index.status import StatusIndex
from nahraum.parameters import Parameters
from nahraum.publish.bundle import Released
from nahraum.publish.loose import About, write_loose
from nahraum.publish.release import release
from nahraum.sources.published import Replication
from nahraum.workflow.replicate_stability import stability_columns
from nahraum.workflow.replicated import Replicated, lines_of, said

_STATUS = (
    "area_id", "name", "residents", "valid", "reason", "index", "rank", "class", "class_de", "class_en", "dynamics",
    "dynamics_class", "dynamics_class_de", "dynamics_class_en", "group", "attention", "variant_share", "rank_low",
    "rank_high", "reliability",
)  # fmt: skip
_SHARES = ("share", "percent")
_OF_CHANGE = ("dynamics", "dynamics_class", "dynamics_class_de", "dynamics_class_en", "group", "attention")
_PARTS = ("area_id", "part_id", "value", "standardised", "contribution", "weight")
_COLUMNS = {
    "area_id": ("Schlüssel", "key"),
    "valid": ("im Index", "in the index"),
    "reason": ("Grund, wenn nicht", "reason if not"),
    "index": ("Index (hoch: niedriger Status)", "index (high: low status)"),
    "rank": (
        "Rang unter den Räumen mit gezeigtem Index (1: höchster Index)",
        "rank among the areas whose index is shown (1: highest index)",
    ),
    "class_de": ("Statusklasse", "status class (German)"),
    "class_en": ("Statusklasse (englisch)", "status class"),
    "dynamics": ("Dynamik-Index", "dynamics index"),
    "dynamics_class": ("Dynamikklasse, Zeichen", "dynamics class, sign"),
    "dynamics_class_de": ("Dynamikklasse", "dynamics class (German)"),
    "dynamics_class_en": ("Dynamikklasse (englisch)", "dynamics class"),
    "group": ("Gruppe der Matrix", "group of the matrix"),
    "attention": ("besonderer Aufmerksamkeitsbedarf", "need of attention"),
    "variant_share": (
        "Anteil der Rechenvarianten, in denen der Raum zu denen mit dem niedrigsten Status gehört",
        "share of method variants in which the area is among those of lowest status",
    ),
    "rank_low": (
        "Rang unter den gezeigten, untere Grenze (90 % der Varianten)",
        "rank among the shown, lower end (90% of the variants)",
    ),
    "rank_high": (
        "Rang unter den gezeigten, obere Grenze (90 % der Varianten)",
        "rank among the shown, upper end (90% of the variants)",
    ),
    "reliability": ("Klasse nach den Daten: sicher, unsicher, offen", "class by the data: sure, uncertain, open"),
    "part_id": ("Indikator", "indicator"),
    "value": ("Wert", "value"),
    "standardised": ("standardisierter Wert", "standardised value"),
    "contribution": ("Beitrag zum Index", "contribution to the index"),
    "weight": ("Gewicht", "weight"),
    "scale": ("Einheit", "unit"),
    "denominator": ("Personen dahinter", "persons behind it"),
    "period": ("Zeitraum", "period"),
    "cases": ("Fälle", "cases"),
    "population": ("Bevölkerung", "population"),
    "crude_rate": ("Fälle je 100.000", "cases per 100,000"),
}
_DECIMALS = {"score": 5, "computed_score": 5, "population": 2, "crude_rate": 2, "m2_per_resident": 1}
_NOTES = {
    "source": ("Quelle", "Source"),
    "licence": ("Lizenz", "Licence"),
    "attribution": ("Nennung", "Attribution"),
    "computed": ("Berechnung", "Computation"),
    "agreement": ("Übereinstimmung", "Agreement"),
    "difference": ("Verbleibender Unterschied", "Remaining difference"),
    "held_back": ("Geheimhaltung", "Held back"),
    "limits": ("Grenzen", "Limits"),
}
_HELD_BACK = (
    'Ein Punkt "." ist geheim gehalten (kleine Zahl, kleiner Nenner oder daraus erschließbar), leer ist unbekannt, '
    "0 ist keine. Räume unter 300 Einwohnern haben keinen Index, unter 30 Räumen gibt es keine Klassen. Ränge zählen "
    "nur unter den Räumen, deren Index gezeigt wird.",
    'A dot "." is held back (small number, small denominator or what would give it away), empty is unknown, 0 is none. '
    "Areas below 300 residents have no index; below 30 areas there are no classes. Ranks count only the areas "
    "whose index is shown.",
)
_LIMITS = (
    "Klassen gelten innerhalb dieser Stadt und Ausgabe und werden nicht zwischen Städten verglichen. Der Status "
    "beschreibt Räume, nicht die Menschen in ihnen.",
    "Classes hold within this city and edition and are not compared between cities. The status describes areas, not "
    "the people in them.",
)


def released_tables(found: Replicated, kind: str) -> list[Released]:
    """The tables of a replication after disclosure control."""
    parameters = Parameters()
    if found.status is not None:
        _require_people(found, found.status)
        parts = release(_parts(found), "social_parts", parameters=parameters, name="parts")
        status = release(_status(found), "social_status", parameters=parameters, name="status", against=parts)
        return [status, parts]
    areas = found.areas.reset_index()
    if kind == "nyc-covid-rates":
        cases = areas.assign(period="2020-2025", crude_rate=areas["computed_rate"])
        wanted = ["area_id", "name", "period", "cases", "population", "crude_rate"]
        return [release(cases[wanted], "incidence", parameters=parameters, name="incidence")]
    if found.residents is None:
        return [release(areas, "facts", parameters=parameters, name="areas")]
    return [release(_shares(found), "social_parts", parameters=parameters, name="parts")]


def _require_people(found: Replicated, status: StatusIndex) -> None:
    """Shares leave only where the people behind them are known; a part of which nobody knows them stops the release."""
    unknown = [
        part
        for part in status.method.parts
        if part.scale in _SHARES and (part.id not in found.persons or found.persons[part.id].isna().all())
    ]
    if unknown:
        raise InputError(
            f"{status.method.id} cannot be released: the people behind {len(unknown)} of its shares are not known",
            where=[f"{part.id}: {part.label_de}" for part in unknown],
            expected="persons of working age, residents and children of the same day, by area",
            fix="lay the population register of the same day beside the shares (docs/howto/replicate.md), "
            "or leave out --out",
        )


def _status(found: Replicated) -> pd.DataFrame:
    """One row per area, with its name and residents."""
    assert found.status is not None
    areas = found.status.areas.set_index("area_id")
    areas["name"] = found.areas["name"].reindex(areas.index)
    people = found.residents
    areas["residents"] = np.nan if people is None else people.reindex(areas.index)
    table = areas.join(stability_columns(found)).reset_index()
    unused = _OF_CHANGE if found.status.method.dynamics is None else ()
    return table[[column for column in _STATUS if column in table.columns and column not in unused]]


def _parts(found: Replicated) -> pd.DataFrame:
    """One row per area and part of status and dynamics, with the persons behind it where they are known."""
    assert found.status is not None
    parts = found.status.parts
    parts = parts[parts["role"].isin(("status", "dynamics"))]
    scales = {part.id: part.scale for part in found.status.method.every_part()}
    long = parts.assign(scale=parts["part_id"].map(scales), denominator=_persons(found, parts))
    return long[[*_PARTS, "scale", "denominator"]].reset_index(drop=True)


def _persons(found: Replicated, parts: pd.DataFrame) -> list[float]:
    """Persons behind each row of the parts; NaN where the register of the same day is not there.

    Behind a change (d1, d3, d4) stand those of its share (s1, s3, s4).
    """
    known = {part: found.persons[part].to_dict() for part in found.persons.columns}
    known |= {f"d{part[1:]}": people for part, people in known.items() if part.startswith("s")}
    pairs = zip(parts["area_id"], parts["part_id"], strict=True)
    return [float(known.get(part, {}).get(area, np.nan)) for area, part in pairs]


def _shares(found: Replicated) -> pd.DataFrame:
    """Hamburg: share under 18 of the residents, and floor area as an amount."""
    areas = found.areas
    kinds = (
        ("under_18", "percent", "computed_under_18_percent"),
        ("m2_per_resident", "amount", "computed_m2_per_resident"),
    )
    rows = [
        pd.DataFrame({
            "area_id": areas.index, "part_id": part, "value": areas[column].to_numpy(), "scale": scale,
            "denominator": areas["residents"].to_numpy(),
        })
        for part, scale, column in kinds
    ]  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def write_release(wanted: Replication, found: Replicated, out: Path, language: str) -> list[Path]:
    """The released tables as CSV and workbook in `out`/<name>, with what must be said of them."""
    tables = released_tables(found, wanted.id)
    specs = list(wanted.tables.values())
    texts = {
        "source": "; ".join(dict.fromkeys(spec.source for spec in specs)),
        "licence": "; ".join(dict.fromkeys(spec.licence for spec in specs)),
        "attribution": "; ".join(dict.fromkeys(spec.attribution for spec in specs)),
        "computed": wanted.told("computed", language),
        "agreement": " | ".join(lines_of(agreement, language).strip() for agreement in found.agreements),
        "difference": wanted.told("difference", language),
        "held_back": said(_HELD_BACK, language),
        "limits": said(_LIMITS, language),
    }
    about = About(
        wanted.id, wanted.told("title", language),
        tuple((said(_NOTES[name], language), text) for name, text in texts.items()),
        texts["licence"], texts["attribution"], max(date.fromisoformat(spec.reference_date) for spec in specs),
        _version(), language, {name: said(pair, language) for name, pair in (_COLUMNS | dict(found.labels)).items()},
        _DECIMALS,
    )  # fmt: skip
    return write_loose(tables, about, out / wanted.id)


def _version() -> str:
    from nahraum import __version__

    return __version__
