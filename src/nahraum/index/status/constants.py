"""Constants of the formulas and the least every method must ask for, with source, date and evidence mark."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

from nahraum.errors import InputError
from nahraum.parameters import EVIDENCE

MARKS = ("value", "unit", "source", "date", "evidence")


@lru_cache(maxsize=1)
def constants() -> dict[str, dict[str, Any]]:
    """All constants of `constants.toml` with their marks, by id.

    Raises
        InputError where a constant lacks a mark.
    """
    text = resources.files(__package__).joinpath("constants.toml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = tomllib.loads(text)
    lacking = [f"{name} lacks {mark!r}" for name, item in found.items() for mark in MARKS if mark not in item]
    lacking += [f"{name} has another evidence mark" for name, item in found.items() if item["evidence"] not in EVIDENCE]
    if lacking:
        raise InputError("the constants of the status index are not complete", where=lacking, expected=", ".join(MARKS))
    return found


def constant_value(name: str) -> float:
    """One constant that is a number."""
    return float(constants()[name]["value"])


def constant_pair(name: str) -> tuple[float, float]:
    """One constant that is a pair of numbers."""
    low, high = constants()[name]["value"]
    return float(low), float(high)
