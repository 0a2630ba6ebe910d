"""Sentences of the table of fifths, with numbers as a reader of German or English writes them."""

from __future__ import annotations

import math
import tomllib
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np

from nahraum.errors import InputError
from nahraum.indicators.catalogue import SHARE, Indicator, format_number

if TYPE_CHECKING:
    from nahraum.index.inequality.fifths import Fifths

_DIGITS = 10.0  # from here on one decimal less is shown: 4,1 beside 19


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    text = resources.files("nahraum.index.inequality").joinpath("fifths.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def about(language: str) -> str:
    """What every reader of such a table has to know."""
    return str(_words()["about"][language])


def note(name: str, language: str, **values: object) -> str:
    """A note by its key; shares among the values in per cent."""
    shown = {key: _percent(value, language) if isinstance(value, float) else value for key, value in values.items()}
    return str(_words()["notes"][name][language]).format(**shown)


def _percent(share: float, language: str) -> str:
    """Rounded down, so that not quite all is not all."""
    return f"{format_number(math.floor(share * 100), 0, language)} %"


def number(item: Indicator, value: float, language: str) -> str:
    """The bare number, shares in per cent; one decimal less from 10 on."""
    shown = value * 100 if item.unit == SHARE else value
    fewer = round(abs(shown), item.decimals) >= _DIGITS
    text = format_number(shown, max(0, item.decimals - 1) if fewer else item.decimals, language)
    return text.replace("-", "−") if text.strip("-0.,") else text.lstrip("-")


def valued(item: Indicator, value: float, language: str) -> str:
    """The number with its unit."""
    unit = "%" if item.unit == SHARE else item.text("unit", language)
    return f"{number(item, value, language)} {unit}".rstrip()


def texts(found: Fifths, places: str, language: str) -> str:
    """What the lowest fifth has and the top fifth has; how it runs over all areas; who is better placed.

    Raises
        InputError for places that have no name.
    """
    words = _words()
    if places not in words["places"]:
        raise InputError(f"areas cannot be called {places!r}", expected=", ".join(words["places"]))
    named = words["places"][places][language]
    ends = {
        key.removesuffix(f"_{language}"): text.format(places=named)
        for key, text in words["words"][found.ordered_by].items()
        if key.endswith(f"_{language}")
    }
    item, low, high = found.item, found.means[0], found.means[-1]
    template = words["sentences"].get(item.id, words["any"])[language]
    label = item.text("label", language)
    told = [
        template.format(
            **ends,
            In_first=_capital(ends["in_first"]),
            label=_capital(label),
            low=valued(item, low, language),
            high=valued(item, high, language),
            low_number=number(item, low, language),
            high_number=number(item, high, language),
        )
    ]
    if found.ordered_by == "status" and not np.isnan(found.slope.sii_low) and not found.data.equal:
        told.append(_slope(found, language))
    if found.favours:
        told.append(words["favours"][found.favours][language])
    return " ".join(told)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _slope(found: Fifths, language: str) -> str:
    line, item = found.slope, found.item
    clear = line.sii_low > 0 or line.sii_high < 0
    kind = ("rises" if line.sii > 0 else "falls") if clear else "unclear"
    low, high = line.sii_low, line.sii_high
    if kind == "falls":
        low, high = -line.sii_high, -line.sii_low
    sii = _points(item, abs(line.sii), language)
    template = str(_words()["slope"][kind][language])
    return template.format(
        sii=sii,
        low=number(item, low, language),
        high=number(item, high, language),
        confidence=format_number(line.confidence * 100, 0, language),
    )


def _points(item: Indicator, value: float, language: str) -> str:
    """A difference: of shares in percentage points."""
    if item.unit != SHARE:
        return valued(item, value, language)
    return f"{number(item, value, language)} {'Prozentpunkte' if language == 'de' else 'percentage points'}"
