"""Words of the stress test in the reader's language, beside those of the report."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from nahraum.publish.report.words import DASH, Words


@lru_cache(maxsize=4)
def stress_texts(language: str) -> Mapping[str, Any]:
    """All texts of the stress test in one language."""
    file = resources.files("nahraum.publish.stress").joinpath("texts.toml")
    found: Mapping[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))[language]
    return found


class StressWords(Words):
    """The words of the report, and those of the stress test."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self.texts = {**self.texts, **stress_texts(language)}

    def component(self, name: str) -> str:
        """What a component is called."""
        return str(self.texts[f"component_{name}"])

    def told(self, row: Mapping[Any, Any], stem: str) -> str:
        """The likely share; where what is open decides it, the range that the data leave; a dash where that is all."""
        likely, low, high = (row.get(f"{stem}_share{end}") for end in ("", "_min", "_max"))
        if self.share(likely) != DASH:
            return self.share(likely)
        span = self.interval(low, None, high)
        return DASH if (self.share(low), self.share(high)) == (self.share(0.0), self.share(1.0)) else span
