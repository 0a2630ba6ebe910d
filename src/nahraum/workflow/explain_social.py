"""`nahraum explain --indicator status_index`: the parts of a quarter's status, how firm it is, what would move it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nahraum.errors import InputError
from nahraum.index.social import Given, Social
from nahraum.index.social_values import joined
from nahraum.index.status import read_method
from nahraum.index.status.explain import StatusExplanation, explain_status
from nahraum.indicators.catalogue import format_number
from nahraum.workflow.summary import Summary

_WORDS = {
    "de": {
        "method": "Methode",
        "parts": "Anteile und ihr Beitrag zum Index",
        "part": "{label}: {value} (standardisiert {z}, Gewicht {weight} %, Beitrag {contribution})",
        "gap": "unbekannt",
        "choices": "Wahl der Methode: in {share} % der Varianten unter den Quartieren mit dem niedrigsten Status, "
        "Rang {low} bis {high} (ein Anteil der Varianten, keine Aussage über Zufall)",
        "data": "Daten: Index zwischen {low} und {high}, in {share} % der Ziehungen dieselbe Klasse",
        "data_only": "Daten: Index zwischen {low} und {high}",
        "moves": "Was allein das Quartier in eine andere Klasse brächte, wenn alles andere bliebe",
        "no_moves": "Kein Anteil allein brächte es in eine andere Klasse.",
        "notes": "Zu beachten",
        "internal": "Interner Wert, nicht zur Veröffentlichung.",
    },
    "en": {
        "method": "method",
        "parts": "parts and what they add to the index",
        "part": "{label}: {value} (standardised {z}, weight {weight}%, adds {contribution})",
        "gap": "unknown",
        "choices": "choice of method: in {share}% of the variants among the quarters of lowest status, rank {low} to "
        "{high} (a share of variants says nothing about chance)",
        "data": "data: index between {low} and {high}, the same class in {share}% of the draws",
        "data_only": "data: index between {low} and {high}",
        "moves": "what alone would put the quarter into another class, all else as it is",
        "no_moves": "No part alone would put it into another class.",
        "notes": "to be known",
        "internal": "Internal value, not for publication.",
    },
}
_DECIMALS = {"share": 3, "percent": 1, "points": 1}


def explain_quarter(social: Social, given: Given, quarters: pd.DataFrame, *, quarter: str, language: str) -> Summary:
    """The status of one quarter.

    Parameters
        given : of the study, as the stage had it; quarter : id or name.

    Raises
        InputError where the study has no status, or the quarter is not known.
    """
    if given.spec is None or given.statistics is None or not len(social.areas):
        raise InputError(
            "this study has no status index", expected="[social] with a method and a table of the office's figures",
            fix="docs/howto/social-analysis.md",
        )  # fmt: skip
    method = read_method(given.spec.method_file or given.spec.method)
    known = joined(given.statistics, method, given.spec, quarters)
    area_id = _id_of(quarters, quarter)
    found = explain_status(known.values, method, area_id, residents=known.residents, excluded=given.spec.exclude)
    row = social.areas[social.areas["area_id"] == area_id].iloc[0]
    document = found.as_dict() | {
        "indicator": "status_index", "quarter": area_id, "name": str(row["name"]), "sureness": _sureness(row),
    }  # fmt: skip
    return Summary(document, _lines(found, row, language))


def _id_of(quarters: pd.DataFrame, asked: str) -> str:
    ids, names = quarters["quarter_id"].astype(str), quarters["name"].astype(str)
    found = ids[(ids == asked) if (ids == asked).any() else names.str.casefold() == asked.casefold()]
    if len(found) != 1:
        listed = "; ".join(f"{i} {n}" for i, n in list(zip(ids, names, strict=True))[:20])
        what = f"no quarter is called {asked!r}" if not len(found) else f"{len(found)} quarters are called {asked!r}"
        raise InputError(what, where=f"quarters: {listed}", fix="give the id or the full name of a quarter")
    return str(found.iloc[0])


def _sureness(row: pd.Series) -> dict[str, Any]:
    """What hangs on the choice of method and what on the data, as plain values."""
    names = ("variant_share", "rank_low", "rank_high", "index_low", "index_high", "class_share", "reliability")
    found = {name: row.get(name) for name in names if name in row.index}
    return {name: None if value is None or value != value else value for name, value in found.items()}


def _lines(found: StatusExplanation, row: pd.Series, language: str) -> list[str]:
    words, method = _WORDS[language], found.method

    def number(value: object, decimals: int = 2) -> str:
        known = isinstance(value, int | float) and value == value
        return format_number(float(value), decimals, language) if known else words["gap"]  # type: ignore[arg-type]

    sentence = found.sentence_de if language == "de" else found.sentence_en
    lines = [f"{row['name']} ({found.area_id})", "", f"  {sentence}"]
    lines.append(f"  {words['method']}: {method.label(language)}, {method.edition} ({method.source})")
    if "variant_share" in row.index and pd.notna(row["variant_share"]):
        told = {"share": number(100 * row["variant_share"], 0), "low": number(row["rank_low"], 0)}
        lines.append(f"  {words['choices'].format(high=number(row['rank_high'], 0), **told)}")
        kind = "data" if pd.notna(row["class_share"]) and row["class"] else "data_only"
        ends = {"low": number(row["index_low"]), "high": number(row["index_high"])}
        lines.append(f"  {words[kind].format(share=number(100 * row['class_share'], 0), **ends)}")
    lines += ["", f"{words['parts']}:"]
    for _, part in found.parts.iterrows():
        scale = {item.id: item.scale for item in method.every_part()}.get(str(part["part_id"]), "score")
        told = {
            "label": part[f"label_{language}"], "value": number(part["value"], _DECIMALS.get(scale, 2)),
            "z": number(part["standardised"]), "weight": number(100 * part["weight"], 0),
            "contribution": number(part["contribution"]),
        }  # fmt: skip
        lines.append(f"  {words['part'].format(**told)}")
    if row["class"]:
        possible = found.moves[found.moves["possible"].astype(bool)]
        moves = [str(text) for text in possible[f"text_{language}"]]
        lines += ["", f"{words['moves']}:", *(f"  {text}" for text in moves or [words["no_moves"]])]
    lines += ["", f"{words['notes']}:", *(f"  {text}" for text in found.notes[f"note_{language}"])]
    return [*lines, words["internal"]]
