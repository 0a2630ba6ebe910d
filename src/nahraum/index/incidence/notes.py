"""What has to be known beside a figure: codes in the tables, sentences on paper; all texts are in `words.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from typing import Any

import pandas as pd

_PLACE = {"de": 0, "en": 1}


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


def word(section: str, name: str, language: str) -> str:
    """A text in German or English, with {…} still to fill in."""
    return str(_words()[section][name][_PLACE[language]])


def caveat(language: str) -> str:
    """The sentence that every table and map of associations carries."""
    return str(_words()["caveat"][_PLACE[language]])


def notes_table(codes: Iterable[str]) -> pd.DataFrame:
    """The notes that occur, in the order of the texts: topic, note_de, note_en."""
    there = set(codes)
    rows = [(code, *texts) for code, texts in _words()["notes"].items() if code in there]
    return pd.DataFrame(rows, columns=["topic", "note_de", "note_en"], dtype=object)
