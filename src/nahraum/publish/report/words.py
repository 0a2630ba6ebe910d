"""Numbers and words of the report in the reader's language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np

DASH = "–"
_MONTHS_DE = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@lru_cache(maxsize=4)
def texts(language: str) -> Mapping[str, Any]:
    """All texts of the report in one language."""
    file = resources.files("nahraum.publish.report").joinpath("texts.toml")
    found: Mapping[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))[language]
    return found


def _known(value: Any) -> bool:
    return value is not None and not (isinstance(value, float | np.floating) and np.isnan(value))


class Words:
    """Formatting in one language: German 1.234,5 and 12,3 %, English 1,234.5 and 12.3%."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.texts = texts(language)

    def text(self, key: str, **values: Any) -> str:
        """One text with its values filled in."""
        return str(self.texts[key]).format(**values)

    def label(self, key: str) -> str:
        """A label, or the key itself where there is none."""
        return str(self.texts.get(key, key))

    def breaking(self, key: str) -> str:
        """A label with the places where it may be divided in a narrow column."""
        return (
            self.label(key).replace("Nahversorgung", "Nah\u00adversor\u00adgung").replace("Wohnraum", "Wohn\u00adraum")
        )

    def number(self, value: Any, decimals: int = 0) -> str:
        """A number with thousands marks; a dash where it is not known."""
        if not _known(value):
            return DASH
        text = f"{float(value):,.{decimals}f}"
        if self.language == "de":
            text = text.replace(",", "\0").replace(".", ",").replace("\0", ".")
        return text.replace("-", "−")

    def share(self, value: Any, decimals: int = 0) -> str:
        """A share 0..1 as percent; a dash where it is not known."""
        if not _known(value):
            return DASH
        small = 0 < abs(float(value)) <= 0.005 and decimals == 0
        sign = "\u202f%" if self.language == "de" else "%"
        if small:
            return f"<\u202f1{sign}"
        return self.number(100 * float(value), decimals) + sign

    def interval(self, low: Any, middle: Any, high: Any) -> str:
        """A share; a range where its ends differ in the printed digits."""
        if not _known(low) or not _known(high):
            return self.share(middle)
        if self.share(low) == self.share(high):
            return self.share(low)
        return f"{self.number(100 * float(low))}–{self.share(high)}"

    def listed(self, names: list[str]) -> str:
        """Names in a row: A, B und C; after five the rest is counted."""
        shown = names[:5]
        if len(names) > 5:
            more = "weitere" if self.language == "de" else "more"
            shown = [*shown[:4], f"{len(names) - 4} {more}"]
        last = " und " if self.language == "de" else " and "
        return last.join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)

    def day(self, value: date | str) -> str:
        """A date in words, e.g. 30. Juni 2025."""
        try:
            day = value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            return str(value)
        if self.language == "de":
            return f"{day.day}.\u00a0{_MONTHS_DE[day.month - 1]} {day.year}"
        return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"
