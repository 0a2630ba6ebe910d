"""Reasons and notes of financing, in German and English."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources


@lru_cache(maxsize=1)
def _texts() -> dict[str, dict[str, str]]:
    file = resources.files("nahraum.measures.funding").joinpath("texts.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def told(code: str, language: str, **values: str) -> str:
    """One text with its values."""
    return _texts()[code][language].format(**values)


def amount(value: float, language: str) -> str:
    """An amount of whole EUR, as a reader of the language writes it."""
    text = f"{value:,.0f}"
    return text.replace(",", ".") if language == "de" else text


def percent(share: float, language: str) -> str:
    """A share in per cent with one digit at most."""
    text = f"{round(share * 100, 1):g}"
    return f"{text.replace('.', ',') if language == 'de' else text} %"
