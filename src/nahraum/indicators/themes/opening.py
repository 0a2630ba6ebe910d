"""What opening hours say about one moment of a usual week."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

import pandas as pd

from nahraum.errors import InputError

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_WEEK = date(2025, 3, 3)  # a Monday of a week without holidays anywhere in Germany


def open_at(hours: pd.Series, moment: str) -> pd.Series:
    """Whether each place is open at a moment such as "Sa 10:00": 1, 0, NaN where its hours are not mapped or not clear.

    Parameters
        hours : values of `opening_hours`; a usual week counts, no holidays.
    """
    when = moment_of(moment)
    return hours.map({text: _open(text, when) for text in hours.unique()}).astype(float)


def moment_of(text: str) -> datetime:
    """A weekday and a time as a moment of a usual week. Raises InputError for anything else."""
    day, _, clock = text.partition(" ")
    try:
        at = time.fromisoformat(clock)
        place = _DAYS.index(day)
    except ValueError:
        raise InputError(f"{text!r} is no moment of a week", expected='e.g. "Sa 10:00", "Tu 19:00"') from None
    return datetime.combine(_WEEK + timedelta(days=place), at)


@lru_cache(maxsize=4096)
def _open(text: str, when: datetime) -> float:
    from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]

    if not text.strip():
        return float("nan")
    try:
        hours = OpeningHours(text)
        return float("nan") if hours.is_unknown(when) else float(hours.is_open(when))
    except (ParserError, ValueError):
        return float("nan")
