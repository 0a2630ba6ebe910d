"""Numbers and words of the lab's documents in the reader's language; persons only as they may leave the office."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from nahraum.publish.report.words import DASH, Words


@lru_cache(maxsize=4)
def texts(language: str) -> Mapping[str, Any]:
    """All texts of the documents in one language."""
    file = resources.files("nahraum.publish.housing").joinpath("texts.toml")
    found: Mapping[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))[language]
    return found


def rounded(persons: float, step: int) -> float:
    """Persons as a multiple of the step; NaN stays NaN."""
    return persons if math.isnan(persons) else step * math.floor(persons / step + 0.5)


class LabWords(Words):
    """Formatting in one language; persons in multiples of `step`."""

    def __init__(self, language: str, step: int = 10) -> None:
        super().__init__(language)
        self.texts = texts(language)
        self.step = step

    def persons(self, low: float, high: float | None = None) -> str:
        """A number of persons, or a range; `under 10` for few, also for none; a dash where it is not known."""
        ends = [low] if high is None else [min(low, high), max(low, high)]
        if any(math.isnan(one) for one in ends):
            return DASH
        told = [rounded(one, self.step) for one in ends]
        if told[-1] == 0:
            return self.text("under", n=self.step)
        shown = [self.number(one) for one in told]
        return shown[0] if shown[0] == shown[-1] else f"{shown[0]}–{shown[-1]}"

    def columns(self, names: list[str]) -> list[str]:
        """Columns of households by their name in the reader's language."""
        return [str(self.texts.get(f"column_{name}", name)) for name in names]

    def eur(self, value: float) -> str:
        """An amount of some size: to the thousand from 100,000 on, else to the hundred; a dash where not known."""
        if math.isnan(value):
            return DASH
        if abs(value) >= 1e5:
            return self.text("per_million", n=self.number(value / 1e3))
        told = self.number(round(value, -2))
        return f"{told}\u00a0€" if self.language == "de" else f"€{told}"

    def units(self, value: float) -> str:
        """A number of units; below ten with a digit."""
        few = not math.isnan(value) and 0 < abs(value) < 10 and value != round(value)
        return self.number(value, 1 if few else 0)
