"""What a result says about itself: validity, gaps, what it may be compared with; texts in `notes.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

import pandas as pd

COLUMNS = ("topic", "note_de", "note_en")
SHOWN = 10


@lru_cache(maxsize=1)
def _texts() -> dict[str, dict[str, str]]:
    text = resources.files(__package__).joinpath("notes.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def listed(ids: Sequence[str], language: str = "en") -> str:
    """The first ids, and how many more there are."""
    more = {"de": "weitere", "en": "more"}[language]
    rest = f" … (+{len(ids) - SHOWN} {more})" if len(ids) > SHOWN else ""
    return ", ".join(ids[:SHOWN]) + rest


def note(topic: str, *, ids: Sequence[str] = (), part: tuple[str, str] = ("", ""), **facts: Any) -> dict[str, str]:
    """One note in both languages. part : its German and English label."""
    texts = _texts()[topic]
    common = facts | ({"n": len(ids)} if ids else {})
    made = {
        f"note_{language}": texts[language].format(**common, ids=listed(ids, language), part=label)
        for language, label in zip(("de", "en"), part, strict=True)
    }
    return {"topic": topic, **made}


def notes_table(notes: Sequence[dict[str, str]]) -> pd.DataFrame:
    """Notes as a table, in the order they were made."""
    return pd.DataFrame(list(notes), columns=list(COLUMNS), dtype=object)
