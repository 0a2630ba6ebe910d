"""Sentences about the class of an area and what would move it; texts in `explain.toml`."""

from __future__ import annotations

import math
import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

import pandas as pd

from nahraum.index.status.method import Classes, Method, Part
from nahraum.index.status.moves import Move

UNITS = {"share": (" %", " %"), "percent": (" %", " %"), "points": (" Punkten", " points")}
TIMES = {"share": 100.0}
INDEX_DIGITS = 4
LEAST_DIGITS, MOST_DIGITS = 1, 9


@lru_cache(maxsize=1)
def _texts() -> dict[str, dict[str, str]]:
    text = resources.files(__package__).joinpath("explain.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _number(value: float, digits: int, language: str, *, sign: bool = False) -> str:
    text = f"{value:+,.{digits}f}" if sign else f"{value:,.{digits}f}"
    text = text.replace("-", "−")
    return text.translate(str.maketrans(",.", ".,")) if language == "de" else text


def _digits(change: float) -> int:
    """So many decimals that a change is told with two digits."""
    if change == 0:
        return LEAST_DIGITS
    return min(max(1 - math.floor(math.log10(abs(change))), LEAST_DIGITS), MOST_DIGITS)


def _away(needed: float, value: float, digits: int) -> float:
    """The needed value rounded away from the present one, so that the told value is enough."""
    scale = 10.0**digits
    return (math.ceil if needed > value else math.floor)(round(needed * scale, 3)) / scale


def _beside(classes: Classes, move: Move, language: str) -> str:
    return classes.label(classes.ids[move.towards], language)


def move_sentence(part: Part, classes: Classes, move: Move, language: str) -> str:
    """What this part alone would have to be, or that it cannot do it alone."""
    label = {"part": part.label(language), "label": _beside(classes, move, language)}
    if not move.possible:
        return _texts()["unknown" if math.isnan(move.value) else "impossible"][language].format(**label)
    times = TIMES.get(part.scale, 1.0)
    unit = UNITS.get(part.scale, ("", ""))[0 if language == "de" else 1]
    value, needed = move.value * times, move.needed * times
    digits = 0 if part.scale == "rank" else _digits(needed - value)
    told = _away(needed, value, digits)
    return _texts()["move"][language].format(
        **label, needed=_number(told, digits, language) + unit, value=_number(value, digits, language) + unit,
        change=_number(told - value, digits, language, sign=True),
    )  # fmt: skip


def _near(area: dict[str, Any], limits: pd.DataFrame, method: Method, language: str) -> str:
    """The nearest limit of the class the area is in."""
    own = limits[limits["role"] == "status"]
    own = own[(own["class_below"] == area["class"]) | (own["class_above"] == area["class"])]
    if not len(own):
        return ""
    nearest = own.iloc[int((own["limit"] - area["index"]).abs().to_numpy().argmin())]
    other = nearest["class_above"] if nearest["class_below"] == area["class"] else nearest["class_below"]
    return " " + _texts()["near"][language].format(
        limit=_number(float(nearest["limit"]), INDEX_DIGITS, language), label=method.classes.label(other, language),
        apart=_number(abs(float(nearest["limit"]) - float(area["index"])), INDEX_DIGITS, language),
    )  # fmt: skip


def class_sentence(method: Method, area: dict[str, Any], limits: pd.DataFrame, language: str) -> str:
    """Class, index and rank of an area and the nearest limit, or why it has none."""
    if area["reason"]:
        return _texts()[str(area["reason"])][language].format(area=area["area_id"])
    if not area["class"]:
        return _texts()["unclassed"][language].format(area=area["area_id"])
    told = _texts()["class"][language].format(
        area=area["area_id"], label=area[f"class_{language}"], index=_number(area["index"], INDEX_DIGITS, language),
        rank=_number(area["rank"], 0, language),
    )  # fmt: skip
    return told + _near(area, limits, method, language)
