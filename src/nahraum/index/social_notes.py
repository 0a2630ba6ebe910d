"""Notes of the social-space analysis, in the shape of all notes of a run."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

import pandas as pd

from nahraum.index.status.notes import listed

COLUMNS = ("code", "count", "text_de", "text_en")
Note = dict[str, Any]


@lru_cache(maxsize=1)
def _texts() -> dict[str, dict[str, str]]:
    text = resources.files("nahraum.index").joinpath("social.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def note(topic: str, ids: Sequence[str] = ()) -> Note:
    """One note in both languages, with the first ids it speaks of."""
    texts = _texts()[topic]
    told = {f"text_{lang}": texts[lang].format(n=len(ids), ids=listed(ids, lang)) for lang in ("de", "en")}
    return {"code": f"social_{topic}", "count": len(ids), **told}


def of_topics(table: pd.DataFrame, prefix: str) -> list[Note]:
    """Notes of a package (topic, note_de, note_en) in the shape of all notes of a run."""
    return [
        {"code": f"{prefix}_{row['topic']}", "count": 1, "text_de": row["note_de"], "text_en": row["note_en"]}
        for row in table.to_dict("records")
    ]


def notes_table(notes: Sequence[Note]) -> pd.DataFrame:
    """Notes as a table: code, count, text_de, text_en; each text once."""
    return pd.DataFrame(list(notes), columns=list(COLUMNS)).drop_duplicates(ignore_index=True)
