"""What was repaired, left out, assumed or decided on the way to a study area, said to a planner."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

import pandas as pd

_COARSE = 10


@lru_cache(maxsize=1)
def _texts() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("notes.toml").read_text(encoding="utf-8"))


def study_notes(counts: Mapping[str, int], categories: pd.DataFrame) -> pd.DataFrame:
    """Notes in the order of `notes.toml`: code, count, text_de, text_en; only what happened.

    Parameters
        counts : of all steps; a code without a text, or a count of 0, gives no note.
        categories : by `tables.CATEGORIES`; every category that is not simply complete gives a note.

    Notes
        Numbers of people are rounded to 10: notes are published.
    """
    rows = []
    for code, text in _texts()["note"].items():
        number = int(counts.get(code, 0))
        if text.get("people"):
            number = round(number / _COARSE) * _COARSE
        if number > 0:
            rows.append((code, number, _said(text["de"], number, "de"), _said(text["en"], number, "en")))
    rows += _category_notes(categories)
    return pd.DataFrame(rows, columns=["code", "count", "text_de", "text_en"])


def _category_notes(categories: pd.DataFrame) -> list[tuple[str, int, str, str]]:
    rows = []
    for row in categories.sort_values("category").to_dict("records"):
        text = _texts()["category"].get(f"{row['reason']}_{row['status']}")
        if text:
            names = _texts()["name"][row["category"]]
            numbers = {"count": int(row["n_places"]), "expected": round(float(row["n_expected"]))}
            said = (text["de"].format(name=names["de"], **numbers), text["en"].format(name=names["en"], **numbers))
            rows.append((f"category_{row['reason']}_{row['category']}", int(row["n_places"]), *said))
    return rows


def _said(text: str, number: int, language: str) -> str:
    return text.format(count=f"{number:,}".replace(",", "." if language == "de" else ","))
