"""What stands on which sheet of the workbook: overview, a sheet per prerequisite, locations, method, sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from nahraum.indicators.catalogue import THEMES
from nahraum.publish import facts, labels
from nahraum.publish.bundle import PublishBundle, Released
from nahraum.publish.report.tables import source_label
from nahraum.publish.report.words import Words
from nahraum.publish.values import plain
from nahraum.publish.wording import scale_text, source_text, stated, unit_text
from nahraum.tables import PREREQUISITES, SERVICES

HEADER_ROWS = 2
_FURTHER = "further:"
_FIRST = ("quarter_id", "name", "residents")
_HEADINGS = {
    "de": {
        "id": "Parameter", "value": "Wert", "unit": "Einheit", "source": "Quelle", "date": "Stand",
        "evidence": "Beleg", "note": "Anmerkung", "overridden": "in der Studie geändert",
        "file": "Datei", "licence": "Lizenz", "attribution": "Namensnennung", "reference_date": "Stand",
        "scale": "räumliche Auflösung", "about": "Worum es geht", "as_of": "Stichtag", "signs": "Zeichen",
        "contact": "Ansprechstelle", "version": "Gerechnet mit", "parameters": "Schwellenwerte",
        "signs_text": "„.“ geheim gehalten (kleine Zahl); leere Zelle: unbekannt; 0: keine, gerundet",
        "parameters_text": "stehen mit Quelle und Beleg auf dem letzten Blatt; „nach Kenntnis“: bitte örtlich prüfen",
        "notes": "Hinweise zu diesem Lauf", "count": "Anzahl", "what": "Angabe", "label": "Indikator",
        "formula": "Berechnung", "limits": "Grenzen der Aussage",
        "rank": "Rang unter vergleichbaren Gemeinden (1: höchster Anteil)", "n_comparable": "vergleichbare Gemeinden",
        "measured_by": "gemessen nach", "lacking": "fehlt: {name} [Anteil der Einwohner]",
    },
    "en": {
        "id": "parameter", "value": "value", "unit": "unit", "source": "source", "date": "as of",
        "evidence": "evidence", "note": "note", "overridden": "changed in the study",
        "file": "file", "licence": "licence", "attribution": "attribution", "reference_date": "as of",
        "scale": "spatial resolution", "about": "what this is", "as_of": "reference date", "signs": "signs",
        "contact": "contact", "version": "computed with", "parameters": "thresholds",
        "signs_text": '"." held back (small count); empty cell: unknown; 0: none, rounded',
        "parameters_text": "are on the last sheet with source and evidence; \"from_knowledge\": verify locally",
        "notes": "notes on this run", "count": "count", "what": "figure", "label": "indicator",
        "formula": "computation", "limits": "when it misleads",
        "rank": "rank among comparable municipalities (1: highest share)", "n_comparable": "comparable municipalities",
        "measured_by": "measured by", "lacking": "lacks: {name} [share of residents]",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, its table, the columns that stay in sight."""

    name: str
    frame: pd.DataFrame
    frozen: int = 0
    headings: Mapping[str, str] = field(default_factory=dict)


def is_share(column: str) -> bool:
    """Whether Excel shows the column in per cent."""
    return column == "share" or "_share" in column or column.endswith("_completeness")


def theme_of(column: str, bundle: PublishBundle) -> str:
    """Prerequisite that a column belongs to, `further:<theme>` for a further indicator, '' for the overview."""
    entry = labels.entry_of(column, bundle.catalogue)
    if entry is not None and entry.theme:
        return f"{_FURTHER}{entry.theme}"
    if entry is not None and entry.prerequisite in PREREQUISITES:
        return entry.prerequisite
    for prerequisite in PREREQUISITES:
        if column.startswith((f"lacks_{prerequisite}", f"contribution_{prerequisite}", f"{prerequisite}_")):
            return prerequisite
    return "supply" if column.startswith(SERVICES) else ""


def _without_plain_status(frame: pd.DataFrame) -> pd.DataFrame:
    """Status columns stay where they say something."""
    silent = [c for c in frame.columns if str(c).endswith("_status") and (frame[c] == "ok").all()]
    return frame.drop(columns=silent)


def _quarter_sheets(table: Released, bundle: PublishBundle) -> list[Sheet]:
    language, frame = bundle.study.language, _without_plain_status(plain(table))
    first = [column for column in _FIRST if column in frame.columns]
    pages = []
    used = {theme_of(str(column), bundle) for column in frame.columns}
    more = [f"{_FURTHER}{theme}" for theme in THEMES if f"{_FURTHER}{theme}" in used]
    for theme in ("", *PREREQUISITES, *more):
        rest = [
            c for c in map(str, frame.columns) if c not in first and c != "suppressed" and theme_of(c, bundle) == theme
        ]
        columns = [*first, *rest, "suppressed"]
        title = labels.table_name("quarters", language)
        if theme:
            section = "themes" if theme.startswith(_FURTHER) else "names"
            title = f"{title} {labels.text(section, theme.removeprefix(_FURTHER), language)}"
        pages.append(Sheet(title[:31], frame[columns], frozen=min(2, len(first))))
    return pages


def _standing(table: Released, bundle: PublishBundle) -> Sheet:
    """The one row of the municipality, upright: a line per value."""
    language, frame = bundle.study.language, _without_plain_status(plain(table))
    lines = [
        {
            "what": labels.heading(str(column), bundle.catalogue, language),
            "id": str(column),
            "said": frame[column].iloc[0],
        }
        for column in frame.columns
        if column != "suppressed"
    ]
    held = str(frame["suppressed"].iloc[0]).split()
    upright = pd.DataFrame({
        "what": [line["what"] for line in lines],
        "id": [line["id"] for line in lines],
        "value": [_upright(line["said"], line["id"] in held or "all" in held) for line in lines],
    }).astype(object)  # fmt: skip
    words = _HEADINGS[language]
    return Sheet(
        labels.table_name("municipality", language),
        upright,
        1,
        {"what": words["what"], "id": " ", "value": words["value"]},
    )


def _said(column: str, value: object, language: str) -> object:
    return labels.value_text(column, value, language) if isinstance(value, str) else value


def _upright(value: object, held: bool) -> object:
    if isinstance(value, str):
        return value
    if value is None or value != value:
        return "." if held else ""
    return float(value) if isinstance(value, int | float | np.number) else str(value)


def sheets(bundle: PublishBundle) -> list[Sheet]:
    """All sheets after the one to read first."""
    language = bundle.study.language
    pages = [*_comparison(bundle), _standing(bundle.municipality, bundle), *_quarter_sheets(bundle.quarters, bundle)]
    for table in (
        bundle.locations, bundle.location_services, bundle.combinations, bundle.partly_known,
        bundle.variants, bundle.discriminating, bundle.categories, *bundle.more,
    ):  # fmt: skip
        if table is None:
            continue
        county = table.name == "municipalities"
        headings = _of_municipalities(bundle) if county else labels.headings_of(table.name, language)
        frame = _without_plain_status(plain(table))
        pages.append(Sheet(labels.table_name(table.name, language)[:31], frame, 2 if county else 0, headings))
    return [*pages, _indicator_sheet(bundle), _parameter_sheet(bundle)]


def _of_municipalities(bundle: PublishBundle) -> dict[str, str]:
    """Headings that speak of municipalities where those of the columns speak of quarters."""
    words = _HEADINGS[bundle.study.language]
    lacks = {
        f"lacks_{p}_share": words["lacking"].format(name=labels.text("names", p, bundle.study.language))
        for p in PREREQUISITES
    }
    return lacks | {name: words[name] for name in ("rank", "n_comparable", "measured_by")}


def _comparison(bundle: PublishBundle) -> list[Sheet]:
    """What region.pdf compares, a row per municipality by type and share: the sheet to begin with."""
    found = bundle.table("municipalities")
    if found is None:
        return []
    k, frame = int(bundle.study.parameters().number("counting.lacks_needed")), plain(found)
    several = f"several_k{k}_share"
    wanted = (
        "municipality_id", "name", "type", "residents", *(f"lacks_{p}_share" for p in PREREQUISITES),
        several, f"{several}_min", f"{several}_max", "several_residents", "rank", "rank_min", "rank_max",
        "n_comparable", "measured_by", "suppressed",
    )  # fmt: skip
    order = [name for name in ("type", several, "municipality_id") if name in frame.columns]
    ascending = [name != several for name in order]
    ordered = frame.sort_values(order, ascending=ascending, na_position="last", ignore_index=True)
    columns = [name for name in wanted if name in frame.columns]
    name = labels.table_name("comparison", bundle.study.language)
    return [Sheet(name, ordered[columns], 2, _of_municipalities(bundle))]


def _indicator_sheet(bundle: PublishBundle) -> Sheet:
    """The catalogue: how each value is computed, where that comes from and when it misleads."""
    language = bundle.study.language
    german = language == "de"
    rows = [
        [entry.id, entry.label_de if german else entry.label_en, labels.unit_of(entry, language),
         entry.formula_de if german else entry.formula_en, entry.limits_de if german else entry.limits_en,
         source_text(entry.source, language), entry.evidence]
        for entry in bundle.catalogue
    ]  # fmt: skip
    names = ["id", "label", "unit", "formula", "limits", "source", "evidence"]
    headings = {name: _HEADINGS[language][name] for name in names[1:]} | {"id": " "}
    return Sheet(
        labels.table_name("indicators", language), pd.DataFrame(rows, columns=names, dtype=object), 2, headings
    )


def _parameter_sheet(bundle: PublishBundle) -> Sheet:
    language = bundle.study.language
    rows = [
        [p.id, str(p.value), unit_text(p.unit, language), source_text(p.source, language),
         p.date.isoformat(), p.evidence,
         labels.text("words", "verify", language) if p.verify_locally else p.note, "x" if p.overridden else ""]
        for p in bundle.parameters
    ]  # fmt: skip
    names = ["id", "value", "unit", "source", "date", "evidence", "note", "overridden"]
    frame = pd.DataFrame(rows, columns=names, dtype=object)
    return Sheet(labels.table_name("parameters", language), frame, 1, {n: _HEADINGS[language][n] for n in names})


def read_me(bundle: PublishBundle) -> list[tuple[str, str]]:
    """What a reader must know first, as pairs of heading and text."""
    words, licence = _HEADINGS[bundle.study.language], facts.output_licence(bundle)
    lines = [
        (words["about"], facts.description(bundle)),
        (words["as_of"], facts.date_text(bundle)),
        (words["version"], f"nahraum {bundle.version}"),
        (words["licence"], f"{licence} {facts.licence_address(licence)}".strip()),
        (words["attribution"], bundle.attribution),
        (words["contact"], bundle.study.contact),
        (words["signs"], words["signs_text"]),
        (words["parameters"], words["parameters_text"]),
    ]
    return [(name, text) for name, text in lines if text]


def source_table(bundle: PublishBundle) -> list[list[str]]:
    """Sources with file, licence, attribution, date and resolution; the heading first."""
    language = bundle.study.language
    words, spoken = _HEADINGS[language], Words(language)
    names = ("file", "licence", "attribution", "reference_date", "scale", "note")
    lines = [
        [
            source_label(s.name, spoken), facts.file_name(s.file),
            *(stated(text, language) for text in (s.licence, s.attribution, s.reference_date)),
            scale_text(s.scale, language), s.note,
        ]
        for s in bundle.sources
    ]  # fmt: skip
    return [[words["source"], *(words[name] for name in names)], *lines]


def note_table(bundle: PublishBundle) -> list[list[str]]:
    """What was repaired, assumed or left out in this run; the heading first."""
    words, column = _HEADINGS[bundle.study.language], f"text_{bundle.study.language}"
    lines = [[str(text), str(count)] for text, count in zip(bundle.notes[column], bundle.notes["count"], strict=True)]
    return [[words["notes"], words["count"]], *lines]
