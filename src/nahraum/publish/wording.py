"""What parameters and sources say in English, in the reader's language: scales, units, sources."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

from nahraum.provenance import NOT_STATED

_NOT_STATED = {"de": "nicht angegeben", "en": NOT_STATED}


@lru_cache(maxsize=1)
def _german() -> Mapping[str, Mapping[str, str]]:
    file = resources.files("nahraum.publish").joinpath("wording.toml")
    found: Mapping[str, Mapping[str, str]] = tomllib.loads(file.read_text(encoding="utf-8"))
    return found


def _said(section: str, text: str, language: str) -> str:
    return _german()[section].get(text, text) if language == "de" else text


def scale_text(scale: str, language: str) -> str:
    """The scale of a source: `100 m cell` is a `100-m-Zelle`."""
    return _said("scales", stated(scale, language), language)


def unit_text(unit: str, language: str) -> str:
    """The unit of a parameter."""
    return _said("units", unit, language)


def source_text(source: str, language: str) -> str:
    """Where a threshold or a value comes from."""
    return _said("sources", source, language)


def stated(text: str, language: str) -> str:
    """A fact of a source as it is, or that it is not stated."""
    return _NOT_STATED[language] if text == NOT_STATED else text
