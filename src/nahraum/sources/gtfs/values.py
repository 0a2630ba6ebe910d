"""Times, dates and numbers of a feed, from the few different texts that stand for many rows."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import numpy.typing as npt

from nahraum.sources.problems import Problems

Int64 = npt.NDArray[np.int64]
NO_TIME = -1
_LONGEST_H = 24 * 14


def seconds_of(text: str) -> int | None:
    """Seconds since the service day began of `7:05:00` or `25:10:00`; `NO_TIME` for '', None for no time."""
    if not text:
        return NO_TIME
    parts = text.split(":")
    if len(parts) not in (2, 3) or not all(part.strip().isdecimal() for part in parts):
        return None
    hour, minute, second = (int(part) for part in [*parts, "0"][:3])
    return 3600 * hour + 60 * minute + second if hour < _LONGEST_H and minute < 60 and second < 60 else None


def day_of(text: str) -> date | None:
    """The day of `20260630`; None for no day."""
    if len(text) != 8 or not text.isdecimal():
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def whole_of(text: str) -> int | None:
    """A whole number from 0 on, None for anything else."""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def degrees_of(text: str, limit: float) -> float:
    """Degrees within ± limit, NaN for anything else."""
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if abs(value) <= limit else math.nan


def times(code: Int64, different: npt.NDArray[np.object_], column: str, problems: Problems) -> Int64:
    """Seconds of every row; what is no time is a problem."""
    return _numbers(code, different, [seconds_of(text) for text in different], f"{column!r} is no time", problems)


def wholes(code: Int64, different: npt.NDArray[np.object_], column: str, problems: Problems) -> Int64:
    """Whole numbers of every row; what is none is a problem."""
    return _numbers(code, different, [whole_of(text) for text in different], f"{column!r} is no number", problems)


def _numbers(
    code: Int64, different: npt.NDArray[np.object_], read: list[int | None], kind: str, problems: Problems
) -> Int64:
    wrong = np.array([value is None for value in read], dtype=bool)
    if wrong.any():
        rows = wrong[code]
        problems.add(kind, different[code[rows]][:3], int(rows.sum()))
    return np.array([0 if value is None else value for value in read] or [0], dtype=np.int64)[code]
