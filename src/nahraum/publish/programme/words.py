"""Numbers and words of a plan's documents in the reader's language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from nahraum.publish.programme.model import Money, Persons
from nahraum.publish.report.words import DASH, Words


@lru_cache(maxsize=4)
def texts(language: str) -> Mapping[str, Any]:
    """All texts of the documents in one language."""
    file = resources.files("nahraum.publish.programme").joinpath("texts.toml")
    found: Mapping[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))[language]
    return found


class PlanWords(Words):
    """Formatting in one language; amounts as 1.234 € in German, €1,234 in English."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self.texts = texts(language)

    def named(self, section: str, key: str) -> str:
        """A word of a section: a unit, a funder, a nature; the key itself where there is none."""
        found: Mapping[str, str] = self.texts.get(section, {})
        return found.get(key, key.replace("_", " "))

    def eur(self, value: float | None, decimals: int = 0) -> str:
        """An amount; a dash where it is not known."""
        told = self.number(value, decimals)
        if told == DASH:
            return DASH
        if self.language == "de":
            return f"{told}\u00a0€"
        return f"−€{told[1:]}" if told.startswith("−") else f"€{told}"

    def spread(self, money: Money) -> str:
        """Low, middle and high of an amount; a dash where it is not known."""
        low, middle, high = (money.get(f"{end}_eur") for end in ("low", "mid", "high"))
        if middle is None:
            return DASH
        if low is None or high is None or low == high:
            return self.eur(middle)
        return self.text("spread", middle=self.eur(middle), low=self.eur(low), high=self.eur(high))

    def dated(self, source: str, day: str) -> str:
        """A source with the day it is of; a study need not state one."""
        return f"{source} ({self.text('as_of', day=self.day(day))})" if day else source

    def persons(self, told: Persons | None) -> str:
        """A number of persons as it may be said: exact, about, or fewer than."""
        if not told:
            return DASH
        if "fewer_than" in told:
            return self.text("fewer_than", n=self.number(told["fewer_than"]))
        if "about" in told:
            return self.text("about", n=self.number(told["about"]))
        return self.number(told.get("exact"), 1 if self._small(told.get("exact")) else 0)

    @staticmethod
    def _small(value: float | None) -> bool:
        return value is not None and 0 < abs(value) < 10 and value != int(value)

    def quantity(self, value: float, unit: str) -> str:
        """So many of a unit: 1.200 m², 3 Wohnungen, one place."""
        singular = "one_" if value == 1 else ""
        named = self.named("units", f"{singular}{unit}")
        return f"{self.number(value)}\u00a0{named}"

    def change(self, value: float | None, unit: str) -> str:
        """A change with its sign."""
        if value is None:
            return self.text("unknown")
        sign = "+" if value > 0 else "±" if value == 0 else ""
        return f"{sign}{self.number(value)}\u00a0{unit}"
