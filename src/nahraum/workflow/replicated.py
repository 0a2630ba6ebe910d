"""What a replication found: agreements, further sentences, and what can be told or released of its areas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from nahraum.index.agreement import Agreement
from nahraum.sources.published import Replication

if TYPE_CHECKING:
    from nahraum.index.status import StatusIndex

Sentence = tuple[str, str]
LANGUAGES = ("de", "en")


@dataclass(frozen=True)
class Replicated:
    """One published index, computed again.

    agreements : comparisons with what is published. findings : further sentences, German and English.
    status : the index with its parts, where the engine computed it; `inputs` its values.
    areas : computed and published figures by area_id, for `--area` and the release.
    persons : people behind each part of the status (columns by part id), where they are known.
    """

    agreements: tuple[Agreement, ...]
    areas: pd.DataFrame
    findings: tuple[Sentence, ...] = ()
    status: StatusIndex | None = None
    inputs: pd.DataFrame | None = None
    residents: pd.Series | None = None
    persons: pd.DataFrame = field(default_factory=pd.DataFrame)
    labels: Mapping[str, Sentence] = field(default_factory=dict)

    @property
    def reached(self) -> bool:
        """Whether every comparison agrees as far as it must."""
        return all(agreement.reached for agreement in self.agreements)


def said(pair: Sentence, language: str) -> str:
    """The German or the English one of two sentences."""
    return pair[LANGUAGES.index(language)]


def number(value: float, language: str, decimals: int = 0) -> str:
    """A number as the language writes it: 32.844,5 or 32,844.5."""
    text = f"{value:,.{decimals}f}".replace("-", "−")
    return text.translate(str.maketrans(",.", ".,")) if language == "de" else text


def small(value: float, language: str) -> str:
    """A small difference with two digits that say something: 0,0000066."""
    if value == 0 or value != value:
        return number(0 if value == 0 else value, language)
    decimals = 0 if abs(value) >= 1 and float(value).is_integer() else 1
    while decimals < 9 and abs(round(value, decimals) - value) > abs(value) * 0.05:
        decimals += 1
    return number(value, language, decimals)


def lines_of(agreement: Agreement, language: str) -> str:
    """One comparison as a line."""
    label = said((agreement.label_de, agreement.label_en), language)
    percent = "%" if language == "en" else " %"
    if agreement.figure is not None:
        told = number(agreement.figure, language, 4)
    elif agreement.compared == 1:
        told = said(("gleich", "equal") if agreement.agree else ("ungleich", "not equal"), language)
    else:
        of = said(("von", "of"), language)
        digits = 0 if agreement.agree == agreement.compared else 2
        share = number(100 * agreement.share, language, digits) + percent
        told = f"{number(agreement.agree, language)} {of} {number(agreement.compared, language)} = {share}"
    if agreement.largest == agreement.largest:
        told += said(("; größte Abweichung ", "; largest difference "), language) + small(agreement.largest, language)
    if agreement.needed is not None:
        least = agreement.needed if agreement.figure is not None else 100 * agreement.needed
        unit = "" if agreement.figure is not None else percent
        decimals = 2 if agreement.figure is not None else (0 if least == round(least) else 1)
        told += f"  [{said(('nötig', 'needed'), language)} {number(least, language, decimals)}{unit}]"
    if agreement.first and agreement.needed is not None:
        told += said((", zuerst ", ", first "), language) + ", ".join(agreement.first)
    return f"  {label}: {told}"


def needed(wanted: Replication, name: str) -> float | None:
    """The share that must agree, None where the data file asks for none."""
    return wanted.needed.get(name)


def source_lines(wanted: Replication, language: str) -> list[str]:
    """Where the tables come from, each publisher once."""
    once = dict.fromkeys((t.source, t.licence, t.reference_date) for t in wanted.tables.values())
    words = said(("Quelle", "Source"), language)
    dated = said(("Stand", "as of"), language)
    return [f"{words}: {source} ({licence}), {dated} {day}" for source, licence, day in once]


def as_document(wanted: Replication, found: Replicated) -> dict[str, Any]:
    """Everything for machines."""
    return {
        "name": wanted.id,
        "title_de": wanted.title_de,
        "title_en": wanted.title_en,
        "computed_de": wanted.computed_de,
        "computed_en": wanted.computed_en,
        "difference_de": wanted.difference_de,
        "difference_en": wanted.difference_en,
        "sources": sorted({f"{t.source} ({t.licence})" for t in wanted.tables.values()}),
        "agreements": [agreement.as_dict() for agreement in found.agreements],
        "findings_de": [pair[0] for pair in found.findings],
        "findings_en": [pair[1] for pair in found.findings],
        "reached": found.reached,
    }
