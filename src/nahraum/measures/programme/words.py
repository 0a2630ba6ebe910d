"""Limits in a planner's words, in both languages; amounts as each language writes them."""

from __future__ import annotations

import math

Told = tuple[str, str]
_GERMAN = {
    "EUR": "€",
    "EUR per year": "€ je Jahr",
    "sites": "Standorte",
    "dwellings": "Wohnungen",
    "person × prerequisite": "Person × Voraussetzung",
}


def amount(value: float, unit: str) -> Told:
    """An amount with its unit, German and English."""
    digits = 0 if unit.startswith("EUR") or float(value).is_integer() else 2
    english = f"{value:,.{digits}f}"
    german = english.translate(str.maketrans(",.", ".,"))
    return f"{german} {_GERMAN.get(unit, unit)}".rstrip(), f"{english} {unit}".rstrip()


def bounded(least: float, most: float, unit: str) -> Told:
    """What a limit says: "at least …", "at most …"; German and English."""
    german, english = [], []
    for value, words in ((least, ("mindestens", "at least")), (most, ("höchstens", "at most"))):
        if math.isfinite(value):
            told = amount(value, unit)
            german.append(f"{words[0]} {told[0]}")
            english.append(f"{words[1]} {told[1]}")
    return ", ".join(german), ", ".join(english)
