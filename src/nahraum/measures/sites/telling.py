"""Why a site is where it is, and what a rule looked at, in both languages."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from nahraum.measures.model import MeasureType
from nahraum.measures.sites.place import Place

Note = tuple[object, ...]
_LANGUAGES = ("de", "en")


@lru_cache(maxsize=1)
def texts() -> dict[str, Any]:
    """The texts of the sites."""
    return tomllib.loads(resources.files(__package__).joinpath("texts.toml").read_text(encoding="utf-8"))


def reason(place: Place, dwellings: float = 0.0) -> tuple[str, str]:
    """Why here, German and English; numbers rounded to whole ones."""
    text = texts()["reason"][place.kind]
    numbers = {"area": place.area_m2, "length": place.length_m, "count": place.count} | dict(place.extra)
    numbers["dwellings"] = dwellings or place.dwellings
    de, en = (text[one].format(**{name: _number(value, one) for name, value in numbers.items()}) for one in _LANGUAGES)
    return str(de), str(en)


def _number(value: float, language: str) -> str:
    if math.isnan(value):
        return "?"
    return f"{value:,.0f}".replace(",", "." if language == "de" else ",")


def missing_note(kind: MeasureType, code: str, looked_at: int = 0) -> Note:
    """The row of a type for which nothing could be sought."""
    text = texts()["missing"][code]
    return kind.id, kind.siting, looked_at, 0, 0, text["de"], text["en"]


def type_note(kind: MeasureType, numbers: tuple[int, int, int], left: Mapping[str, int]) -> Note:
    """The row of a type: how many objects were looked at, places found, sites kept, and what was left out why."""
    looked_at, found, kept = numbers
    said = []
    for language in _LANGUAGES:
        parts = [
            texts()["left"][name][language].format(n=_number(float(n), language))
            for name, n in sorted(left.items()) if n > 0
        ]  # fmt: skip
        rest = f"; {', '.join(parts)}" if parts else ""
        told = {"looked_at": looked_at, "found": found, "kept": kept}
        shown = {name: _number(float(value), language) for name, value in told.items()}
        said.append(texts()["told"][language].format(**shown, left=rest))
    return kind.id, kind.siting, looked_at, found, kept, *said
