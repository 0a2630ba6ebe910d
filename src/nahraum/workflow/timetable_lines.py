"""What `nahraum check` says of a timetable: its period, the days that are counted, how much it holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from nahraum.publish.report.words import Words
from nahraum.sources.gtfs import DAYS, Timetable

_WORDS = {
    "de": {
        "period": "{file}: gültig {first_day} bis {last_day}; {holds}",
        "inside": "der Stichtag {on} liegt darin",
        "outside": "der Stichtag {on} liegt NICHT darin",
        "days": "gezählt: {days}",
        "working_day": "Werktag",
        "saturday": "Samstag",
        "sunday": "Sonntag",
        "day": "{name} {day} ({trips} Fahrten)",
        "none": "{name} keiner",
        "sizes": "{n_stops} Masten und Stationen, {n_routes} Linien, {n_trips} Fahrten, {n_stop_times} Halte",
        "stops": "im Ausschnitt {stops} Haltestellen mit Abfahrten",
    },
    "en": {
        "period": "{file}: valid {first_day} to {last_day}; {holds}",
        "inside": "the reference date {on} lies in it",
        "outside": "the reference date {on} does NOT lie in it",
        "days": "counted: {days}",
        "working_day": "working day",
        "saturday": "Saturday",
        "sunday": "Sunday",
        "day": "{name} {day} ({trips} trips)",
        "none": "{name} none",
        "sizes": "{n_stops} poles and stations, {n_routes} lines, {n_trips} trips, {n_stop_times} calls",
        "stops": "{stops} stops with departures in the window",
    },
}


def covers(feed: Mapping[Any, Any], on: date) -> bool:
    """Whether a day lies in the period of a feed (a row of `Timetable.feeds`)."""
    return bool(feed["first_day"] <= on.isoformat() <= feed["last_day"])


def timetable_lines(timetable: Timetable, on: date, language: str) -> list[str]:
    """Lines for people: per file its period, the typical days and its size; then the stops found."""
    words, numbers = _WORDS[language], Words(language)
    lines = []
    for feed in timetable.feeds.to_dict("records"):
        holds = words["inside" if covers(feed, on) else "outside"].format(on=on)
        lines.append(
            words["period"].format(holds=holds, **{key: feed[key] for key in ("file", "first_day", "last_day")})
        )
        days = [
            words["day"].format(name=words[day], day=feed[day], trips=numbers.number(feed[f"trips_{day}"]))
            if feed[day]
            else words["none"].format(name=words[day])
            for day in DAYS
        ]
        lines.append(words["days"].format(days=", ".join(days)))
        sizes = {key: numbers.number(feed[key]) for key in ("n_stops", "n_routes", "n_trips", "n_stop_times")}
        lines.append(words["sizes"].format(**sizes))
    lines.append(words["stops"].format(stops=numbers.number(len(timetable.stops))))
    return lines


def timetable_document(timetable: Timetable, on: date) -> dict[str, Any]:
    """The same as plain values."""
    feeds = timetable.feeds.to_dict("records")
    return {
        "feeds": [
            {str(key): value for key, value in feed.items()} | {"covers_reference_date": covers(feed, on)}
            for feed in feeds
        ],
        "stops_with_departures": len(timetable.stops),
        "counts": dict(timetable.counts),
    }
