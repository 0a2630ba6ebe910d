"""From the zips of a study's timetable to departures on typical days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.sources.gtfs.calendar import Calendar, TypicalDays, read_calendar, typical_days
from nahraum.sources.gtfs.calls import Calls, read_calls
from nahraum.sources.gtfs.feed import Feed, open_feed
from nahraum.sources.gtfs.stops import gathered, read_poles
from nahraum.sources.gtfs.timetable import DAYS, Timetable
from nahraum.sources.gtfs.values import whole_of
from nahraum.sources.problems import Problems

Ints = npt.NDArray[np.int64]
Extent = tuple[float, float, float, float]
_KEY = ["stop", "day", "route_type", "direction", "hour"]


@dataclass(frozen=True)
class _Part:
    """One feed, read: boardings with the marks of their trips, poles, typical days, sizes."""

    feed: Feed
    calls: Calls
    trips: pd.DataFrame
    poles: pd.DataFrame
    days: TypicalDays
    sizes: dict[str, int]


def read_timetable(
    files: Sequence[Path], *, on: date | None = None, parameters: Parameters,
    near: date | None = None, extent: Extent | None = None,
) -> Timetable:  # fmt: skip
    """Departures by stop, kind of vehicle, direction and hour on the typical days of one or several GTFS feeds.

    Parameters
        on : the working day to count; None takes the day with the most usual number of trips in each feed.
        near : the reference date of the study; of several such days the nearest to it is taken.
        extent : only stops in this box: west, south, east, north. [degrees]

    Raises
        InputError with all problems of a feed at once: missing tables and columns, no calendar, impossible dates,
        times and places, ids that lead nowhere; and where no stop lies in the extent or nobody departs.

    Notes
        Hours are those of the service day: 25 is 1 h after midnight. Trips that go by headway count each run. A
        vehicle of the same line, from the same stop to the same next one, in the same minute, that is in two feeds
        is counted once.
    """
    parts = [_read(open_feed(path), on=on, near=near, parameters=parameters) for path in files]
    if not any(part.days.days[0] for part in parts):
        raise InputError(
            "the timetable has no working day", where=[f"{part.feed.path.name}: {part.days.first}" for part in parts],
            expected="a feed that covers a Tuesday, Wednesday or Thursday", fix="take a longer feed",
        )  # fmt: skip
    stops, stop_of = gathered([part.poles for part in parts], parameters)
    within = _inside(stops, extent)
    if not within.any():
        raise _elsewhere(stops, extent)
    rows = [
        _departures(part, stop_of[at], stops["stop_id"].to_numpy(dtype=object), within)
        for at, part in enumerate(parts)
    ]  # fmt: skip
    rows, twice = _once(rows)
    every = pd.concat(rows, ignore_index=True)
    if every.empty:
        raise InputError(
            "nobody departs from any stop of the timetable", where=[part.feed.path.name for part in parts],
            expected="trips with at least two stops on the typical days", fix="correct the feed",
        )  # fmt: skip
    counts = {name: sum(part.calls.counts[name] for part in parts) for name in parts[0].calls.counts}
    served = np.zeros(len(stops), dtype=bool)
    served[every["stop"].unique()] = True
    counts |= {"same_in_two_feeds": twice, "stops_without_departure": int((within & ~served).sum())}
    counts.pop("n_stop_times")
    return Timetable(
        stops=stops[within & served].reset_index(drop=True),
        departures=_named(every.groupby(_KEY, sort=True).size().rename("departures").reset_index(), stops),
        links=_named(
            every.groupby(["stop", "day", "route_type"])["next_stop"].nunique().rename("next_stops").reset_index(),
            stops,
        ),
        feeds=pd.DataFrame([_described(number, part) for number, part in enumerate(parts, start=1)]),
        counts=dict(sorted(counts.items())),
    )


def _read(feed: Feed, *, on: date | None, near: date | None, parameters: Parameters) -> _Part:
    calendar = read_calendar(feed)
    trips, sizes = _trips(feed)
    per_service = {str(name): int(number) for name, number in trips["service_id"].value_counts().items()}
    weekdays = [int(number) for number in parameters.value("transit.working_weekdays")]
    days = typical_days(calendar, per_service, on=on, near=near, weekdays=weekdays)
    runs = _running(calendar, trips["service_id"], days)
    calls = read_calls(feed, trips["trip_id"].to_numpy(dtype=object), np.asarray(runs.any(axis=1), dtype=np.bool_))
    poles = read_poles(feed, calls.stop_ids)
    sizes |= {"n_stops": _rows_of(feed, "stops.txt"), "n_stop_times": calls.counts["n_stop_times"]}
    return _Part(feed, calls, trips.assign(**{day: runs[:, at] for at, day in enumerate(DAYS)}), poles, days, sizes)


def _running(calendar: Calendar, service: pd.Series, days: TypicalDays) -> npt.NDArray[np.bool_]:
    """Which trips run on which typical day. [n_trips, n_days]"""
    runs = np.zeros((len(service), len(DAYS)), dtype=bool)
    for at, day in enumerate(days.days):
        if day is not None:
            runs[:, at] = service.isin(calendar.services_on(day.toordinal())).to_numpy()
    return runs


def _rows_of(feed: Feed, table: str) -> int:
    return len(feed.table(table, (feed.columns[table][0],)))


def _trips(feed: Feed) -> tuple[pd.DataFrame, dict[str, int]]:
    """Trips with service, kind of vehicle, line (as it is compared between feeds) and direction ('' not told)."""
    problems = Problems()
    routes = feed.table("routes.txt", ("route_id", "route_type", "route_short_name", "route_long_name"))
    trips = feed.table("trips.txt", ("trip_id", "route_id", "service_id", "direction_id"))
    for table, name in ((routes, "route_id"), (trips, "trip_id")):
        again = table[name].duplicated() | (table[name] == "")
        problems.add(f"{name!r} repeats or is empty", table.loc[again, name], int(again.sum()))
    kind = [whole_of(text) for text in routes["route_type"]]
    wrong = [text for text, number in zip(routes["route_type"], kind, strict=True) if number is None]
    problems.add("routes.txt 'route_type' is no number", wrong, len(wrong))
    at = pd.Index(routes["route_id"].drop_duplicates()).get_indexer(pd.Index(trips["route_id"]))
    problems.add("'route_id' is not in routes.txt", trips.loc[at < 0, "route_id"], int((at < 0).sum()))
    problems.refuse_any(
        feed.called("trips.txt"), expected="each trip once, on a route of routes.txt", fix="correct the feed"
    )
    line = routes["route_short_name"].where(routes["route_short_name"] != "", routes["route_long_name"])
    line = line.str.casefold().str.replace(r"\s+", "", regex=True)
    trips = trips.assign(
        route_type=np.array([number or 0 for number in kind] or [0], dtype=np.int64)[at],
        line=line.to_numpy(dtype=object)[at],
        direction=trips["direction_id"].where(trips["direction_id"].isin(("0", "1")), ""),
    )
    return trips, {"n_routes": len(routes), "n_trips": len(trips)}


def _inside(stops: pd.DataFrame, extent: Extent | None) -> npt.NDArray[np.bool_]:
    if extent is None:
        return np.ones(len(stops), dtype=bool)
    west, south, east, north = extent
    return (stops["lon"].between(west, east) & stops["lat"].between(south, north)).to_numpy()


def _elsewhere(stops: pd.DataFrame, extent: Extent | None) -> InputError:
    bounds = (stops["lon"].min(), stops["lat"].min(), stops["lon"].max(), stops["lat"].max())
    return InputError(
        "no stop of the timetable lies in the study's data",
        where=f"the stops lie in {_box(bounds)}, the data in {_box(extent or bounds)}",
        expected="a timetable of the same area", fix="check [sources.timetable] and [sources.osm]",
    )  # fmt: skip


def _box(bounds: Extent) -> str:
    return ", ".join(f"{value:.3f}" for value in bounds) + " (west, south, east, north)"


def _departures(
    part: _Part, stop_of: Ints, stop_ids: npt.NDArray[np.object_], within: npt.NDArray[np.bool_]
) -> pd.DataFrame:
    """One row per departure and day: stop, next_stop (positions), day, route_type, line, direction, hour, minute.

    A move from one pole of a stop to another is no departure.
    """
    calls, trips = part.calls, part.trips
    pole = pd.Index(part.poles["pole_id"]).get_indexer(pd.Index(calls.stop_ids))
    of_pole = np.where(pole >= 0, stop_of[np.maximum(pole, 0)], -1) if len(stop_of) else pole
    stop, following = of_pole[calls.stop], of_pole[calls.next_stop]
    leaves = (stop != following) & within[stop]
    stop, following, trip = stop[leaves], following[leaves], calls.trip[leaves]
    minute = calls.second[leaves] // 60
    told = trips["direction"].to_numpy(dtype=object)[trip]
    rows = pd.DataFrame(
        {
            "stop": stop, "next_stop": following, "route_type": trips["route_type"].to_numpy()[trip],
            "line": trips["line"].to_numpy(dtype=object)[trip],
            "direction": np.where(told != "", told, stop_ids[following]),
            "hour": minute // 60, "minute": minute,
        }
    )  # fmt: skip
    runs = [trips[day].to_numpy(dtype=bool)[trip] for day in DAYS]
    by_day: list[pd.DataFrame] = [rows[run].assign(day=day) for day, run in zip(DAYS, runs, strict=True)]
    return pd.concat(by_day, ignore_index=True)


def _once(rows: list[pd.DataFrame]) -> tuple[list[pd.DataFrame], int]:
    """The departures without those that an earlier feed has as well, and how many these were."""
    if len(rows) < 2:
        return rows, 0
    key = ["stop", "next_stop", "day", "line", "minute"]
    every = pd.concat(rows, keys=range(len(rows)), names=["feed"]).reset_index("feed")
    every["number"] = every.groupby([*key, "feed"]).cumcount()
    twice = every.duplicated([*key, "number"])
    kept = every[~twice]
    return [kept[kept["feed"] == at].drop(columns=["feed", "number"]) for at in range(len(rows))], int(twice.sum())


def _named(table: pd.DataFrame, stops: pd.DataFrame) -> pd.DataFrame:
    """The table with the id of its stop, sorted by it, and days in their order."""
    order = {day: number for number, day in enumerate(DAYS)}
    table.insert(0, "stop_id", stops["stop_id"].to_numpy(dtype=object)[table.pop("stop").to_numpy(dtype=np.int64)])
    keys = [name for name in table.columns if name not in ("departures", "next_stops")]
    placed: pd.DataFrame = table.sort_values(
        keys, key=lambda column: column.map(order) if column.name == "day" else column, ignore_index=True
    )
    return placed


def _described(number: int, part: _Part) -> Mapping[str, Any]:
    days = part.days
    return {
        "feed": number,
        "file": part.feed.path.name,
        "first_day": days.first.isoformat(),
        "last_day": days.last.isoformat(),
        **{name: "" if day is None else day.isoformat() for name, day in zip(DAYS, days.days, strict=True)},
        **{f"trips_{name}": trips for name, trips in zip(DAYS, days.trips, strict=True)},
        **dict(sorted(part.sizes.items())),
    }
