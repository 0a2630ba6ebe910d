"""On which days a service runs, and which days are typical."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.sources.gtfs.feed import OPTIONAL, WEEKDAYS, Feed
from nahraum.sources.gtfs.values import day_of
from nahraum.sources.problems import Problems

Int64 = npt.NDArray[np.int64]
_LONGEST_DAYS = 366 * 50
_EXPECTED = "dates like 20260630, weekdays 0 or 1, exception_type 1 (added) or 2 (removed)"


@dataclass(frozen=True)
class Calendar:
    """Rules by weekday (service, first, last, weekdays as bits from Monday) and exceptions (service, day, added).

    Days are counted from the common era, as `date.toordinal` does.
    """

    service: npt.NDArray[np.object_]
    first: Int64
    last: Int64
    weekdays: Int64
    exceptions: pd.DataFrame

    @property
    def period(self) -> tuple[int, int]:
        """The first and the last day that the calendar names."""
        added = self.exceptions.loc[self.exceptions["added"], "day"].to_numpy(dtype=np.int64)
        return int(np.concatenate([self.first, added]).min()), int(np.concatenate([self.last, added]).max())

    def services_on(self, day: int) -> set[str]:
        """The services that run on a day."""
        runs = (self.first <= day) & (self.last >= day) & (self.weekdays >> _weekday(day) & 1 == 1)
        services = set(self.service[runs])
        that_day = self.exceptions[self.exceptions["day"] == day]
        services -= set(that_day.loc[~that_day["added"], "service"])
        return services | set(that_day.loc[that_day["added"], "service"])

    def trips_per_day(self, trips: Mapping[str, int]) -> tuple[int, Int64]:
        """First day of the period, and how many trips run on each day from there on."""
        start, end = self.period
        length = end - start + 1
        weight = np.array([trips.get(name, 0) for name in self.service], dtype=np.int64)
        total = np.zeros(length, dtype=np.int64)
        weekday = (start + np.arange(length) - 1) % 7
        for number in range(7):
            runs = (self.weekdays >> number & 1).astype(bool) & (self.last >= self.first)
            step = np.zeros(length + 1, dtype=np.int64)
            np.add.at(step, self.first[runs] - start, weight[runs])
            np.add.at(step, self.last[runs] - start + 1, -weight[runs])
            total += np.where(weekday == number, np.cumsum(step[:-1]), 0)
        return start, total + self._changed(trips, start, length)

    def _changed(self, trips: Mapping[str, int], start: int, length: int) -> Int64:
        """What exceptions add to and take from each day: only what really changes counts."""
        change = np.zeros(length, dtype=np.int64)
        rule = {name: row for row, name in enumerate(self.service)}
        for service, day, added in self.exceptions[["service", "day", "added"]].itertuples(index=False):
            row = rule.get(service, -1)
            runs = (
                row >= 0 and self.first[row] <= day <= self.last[row] and self.weekdays[row] >> _weekday(day) & 1 == 1
            )
            if runs != added and 0 <= day - start < length:
                change[day - start] += trips.get(service, 0) if added else -trips.get(service, 0)
        return change


def _weekday(day: int) -> int:
    return (day - 1) % 7  # 1 January of year 1 was a Monday


def read_calendar(feed: Feed) -> Calendar:
    """The calendar of a feed; either of its two tables may be absent.

    Raises
        InputError for impossible dates, weekdays or exceptions, a service twice, or a calendar that names no day.
    """
    problems = Problems()
    rules = _rows(feed, "calendar.txt")
    first, last = (_days(rules[column], f"calendar.txt {column!r}", problems) for column in ("start_date", "end_date"))
    weekdays = np.zeros(len(rules), dtype=np.int64)
    for number, name in enumerate(WEEKDAYS):
        strange = ~rules[name].isin(("0", "1"))
        problems.add(f"calendar.txt {name!r} is neither 0 nor 1", rules.loc[strange, name], int(strange.sum()))
        weekdays |= (rules[name] == "1").to_numpy().astype(np.int64) << number
    twice = rules["service_id"].duplicated()
    problems.add("calendar.txt 'service_id' repeats", rules.loc[twice, "service_id"], int(twice.sum()))
    dates = _rows(feed, "calendar_dates.txt")
    day, kind = _days(dates["date"], "calendar_dates.txt 'date'", problems), dates["exception_type"]
    problems.add(
        "calendar_dates.txt 'exception_type' is neither 1 nor 2", kind[~kind.isin(("1", "2"))],
        int((~kind.isin(("1", "2"))).sum()),
    )  # fmt: skip
    problems.refuse_any(f"the calendar of {feed.path.name}", expected=_EXPECTED, fix="correct the feed")
    exceptions = pd.DataFrame({"service": dates["service_id"], "day": day, "added": (kind == "1").to_numpy()})
    exceptions = exceptions.drop_duplicates(["service", "day"], keep="last")
    calendar = Calendar(rules["service_id"].to_numpy(dtype=object), first, last, weekdays, exceptions)
    if not len(rules) and not exceptions["added"].any():
        raise InputError(
            f"{feed.path.name}: timetable without calendar", where="calendar.txt and calendar_dates.txt name no day",
            expected="at least one day of service", fix="correct the feed",
        )  # fmt: skip
    start, end = calendar.period
    if end - start > _LONGEST_DAYS:
        raise InputError(
            f"the calendar of {feed.path.name} is impossible", expected="a period of at most 50 years",
            where=f"from {date.fromordinal(start)} to {date.fromordinal(end)}", fix="correct the feed",
        )  # fmt: skip
    return calendar


def _rows(feed: Feed, table: str) -> pd.DataFrame:
    return feed.table(table, OPTIONAL[table]) if feed.has(table) else pd.DataFrame(columns=list(OPTIONAL[table]))


def _days(texts: pd.Series, column: str, problems: Problems) -> Int64:
    found = [day_of(str(text)) for text in texts]
    wrong = [str(text) for text, day in zip(texts, found, strict=True) if day is None]
    problems.add(f"{column} is no date", wrong, len(wrong))
    return np.array([0 if day is None else day.toordinal() for day in found], dtype=np.int64)


@dataclass(frozen=True)
class TypicalDays:
    """The typical working day, Saturday and Sunday of a feed (None where it has none) and their numbers of trips."""

    first: date
    last: date
    days: tuple[date | None, date | None, date | None]
    trips: tuple[int, int, int]


def typical_days(
    calendar: Calendar, trips: Mapping[str, int], *, on: date | None, near: date | None, weekdays: Sequence[int]
) -> TypicalDays:
    """The days whose number of trips is the most usual of their kind.

    Parameters
        trips : by service.
        on : the working day to take, with Saturday and Sunday of its week; None looks for them.
        near : of the days with the usual number the nearest to this one is taken, the earlier of two; None: the first.
            Saturday and Sunday are those nearest to the working day.
        weekdays : for the working day, 1 Monday … 7 Sunday.

    Raises
        InputError for a working day outside the calendar, at a weekend or without a trip.
    """
    start, total = calendar.trips_per_day(trips)
    weekday = (start + np.arange(len(total)) - 1) % 7
    running = np.flatnonzero(total > 0)
    if not len(running):
        raise InputError("the timetable has no trip on any day", expected="trips whose service the calendar knows")
    first, last = (date.fromordinal(start + int(running[at])) for at in (0, -1))
    chosen: list[int | None] = []
    beside = None if near is None else near.toordinal() - start
    for kinds in ([number - 1 for number in weekdays], [5], [6]):
        of_kind = running[np.isin(weekday[running], kinds)]
        chosen.append(_usual(of_kind, total, beside))
        beside = chosen[0] if chosen[0] is not None else beside
    if on is not None:
        chosen = _named(on, start, total, chosen)
    days = tuple(None if day is None else date.fromordinal(start + day) for day in chosen)
    counted = tuple(0 if day is None else int(total[day]) for day in chosen)
    return TypicalDays(first, last, (days[0], days[1], days[2]), (counted[0], counted[1], counted[2]))


def _usual(days: Int64, total: Int64, near: int | None) -> int | None:
    """The day with the most frequent number of trips (the larger one of two), nearest to `near`."""
    if not len(days):
        return None
    number, how_often = np.unique(total[days], return_counts=True)
    usual = number[np.flatnonzero(how_often == how_often.max())[-1]]
    alike = days[total[days] == usual]
    return int(alike[0] if near is None else alike[np.argmin(np.abs(alike - near))])


def _named(on: date, start: int, total: Int64, usual: list[int | None]) -> list[int | None]:
    """The working day that the study names, and Saturday and Sunday of its week where they have trips."""
    at, period = on.toordinal() - start, f"{date.fromordinal(start)} to {date.fromordinal(start + len(total) - 1)}"
    inside = 0 <= at < len(total)
    if not inside or on.weekday() > 4 or total[at] == 0:
        reason = "lies outside the calendar" if not inside else "is at a weekend" if on.weekday() > 4 else "has no trip"
        raise InputError(
            f"[sources.timetable] day = {on} {reason}", where=f"the calendar covers {period}",
            expected="a day from Monday to Friday with trips", fix="name another day, or none",
        )  # fmt: skip
    week = on + timedelta(days=5 - on.weekday())
    found: list[int | None] = [at]
    for number, weekend in enumerate((week, week + timedelta(days=1)), start=1):
        day = weekend.toordinal() - start
        found.append(day if 0 <= day < len(total) and total[day] > 0 else usual[number])
    return found
