"""Where and when trips call: departures of the trips of typical days, times filled in, headways unrolled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from nahraum.errors import InputError
from nahraum.sources.gtfs.feed import OPTIONAL, Feed, encoded
from nahraum.sources.gtfs.values import NO_TIME, seconds_of, times, whole_of, wholes
from nahraum.sources.problems import Problems

Int64 = npt.NDArray[np.int64]
Whole = npt.NDArray[np.int32 | np.int64]
_EXPECTED = "trip_id of trips.txt, times like 7:05:00 or 25:10:00, stop_sequence 0, 1, 2 …"
NO_BOARDING, BY_CALL = 1, (2, 3)
SHORTEST_HEADWAY_S = 10


@dataclass(frozen=True)
class Calls:
    """One row per boarding: trip (position), stop and the next one (positions in `stop_ids`), second of the day.

    counts : n_stop_times of the file, and what was left out.
    """

    trip: Whole
    stop: Whole
    next_stop: Whole
    second: Whole
    stop_ids: npt.NDArray[np.object_]
    counts: dict[str, int]


@dataclass(frozen=True)
class _Rows:
    """Rows of stop_times.txt of the chosen trips, in the order of trips and stops."""

    trip: Whole
    sequence: Whole
    stop: Whole
    departure: Whole
    boarding: Whole


def read_calls(feed: Feed, trip_ids: npt.NDArray[np.object_], chosen: npt.NDArray[np.bool_]) -> Calls:
    """Every boarding of the chosen trips; the last stop of a trip and stops without boarding are none.

    Parameters
        trip_ids : all trips of the feed; `chosen` those that run on a typical day.

    Raises
        InputError for unknown trips, impossible times, sequences that repeat within a trip, impossible headways.
    """
    problems = Problems()
    rows, stop_ids, read = _read(feed, pd.Index(trip_ids), chosen, problems)
    again = (rows.trip[1:] == rows.trip[:-1]) & (rows.sequence[1:] == rows.sequence[:-1])
    problems.add("'stop_sequence' repeats within a trip", trip_ids[rows.trip[1:][again][:3]], int(again.sum()))
    runs = _headways(feed, pd.Index(trip_ids), chosen, problems)
    problems.refuse_any(feed.called("stop_times.txt"), expected=_EXPECTED, fix="correct the feed")
    rows, timeless = _timed(rows)
    ahead = np.append(rows.trip[1:] == rows.trip[:-1], False) if len(rows.trip) else np.zeros(0, dtype=bool)
    following = np.append(rows.stop[1:], -1)[: len(rows.stop)]
    kept = ahead & (rows.boarding != NO_BOARDING)
    counts = read | {
        "trips_without_times": timeless,
        "no_boarding": int((ahead & (rows.boarding == NO_BOARDING)).sum()),
        "served_by_call": int((ahead & np.isin(rows.boarding, BY_CALL)).sum()),
    }
    start = _first_departure(rows)
    trip, stop, following, second = rows.trip[kept], rows.stop[kept], following[kept], rows.departure[kept]
    if runs is not None:
        trip, stop, following, second = _unrolled((trip, stop, following, second), start[trip], runs)
    return Calls(trip, stop, following, second, stop_ids, counts)


def _read(
    feed: Feed, trips: pd.Index, chosen: npt.NDArray[np.bool_], problems: Problems
) -> tuple[_Rows, npt.NDArray[np.object_], dict[str, int]]:
    """The rows of the chosen trips, sorted; only they are kept while the file streams by."""
    has_arrival = "arrival_time" in feed.columns["stop_times.txt"]
    has_boarding = "pickup_type" in feed.columns["stop_times.txt"]
    names = ["trip_id", "stop_sequence", "stop_id", "departure_time"]
    names += ["arrival_time"] * has_arrival + ["pickup_type"] * has_boarding
    parts: list[tuple[Whole, ...]] = []
    stops: dict[str, int] = {}
    n_rows, flexible = 0, 0
    for batch in feed.batches("stop_times.txt", names):
        n_rows += batch.num_rows
        columns = dict(zip(names, batch.columns, strict=True))
        code, texts = encoded(columns["trip_id"])
        known = trips.get_indexer(pd.Index(texts, dtype=object))
        unknown = known[code] < 0
        problems.add("'trip_id' is not in trips.txt", texts[code[unknown]][:3], int(unknown.sum()))
        trip = known[code]
        of_day = (trip >= 0) & chosen[np.maximum(trip, 0)]
        anywhere = np.asarray(pc.equal(columns["stop_id"], b""))  # flexible service: an area instead of a stop
        flexible += int((of_day & anywhere).sum())
        here = np.flatnonzero(of_day & ~anywhere)
        if not len(here):
            continue
        columns = {name: column.take(pa.array(here)) for name, column in columns.items()}
        departure = times(*encoded(columns["departure_time"]), "departure_time", problems)
        if has_arrival:
            arrival = times(*encoded(columns["arrival_time"]), "arrival_time", problems)
            departure = np.where(departure == NO_TIME, arrival, departure)
        code, texts = encoded(columns["stop_id"])
        stop = np.array([stops.setdefault(text, len(stops)) for text in texts], dtype=np.int64)[code]
        boarding = np.zeros(len(here), dtype=np.int64)
        if has_boarding:
            boarding = _boarding(*encoded(columns["pickup_type"]), problems)
        sequence = wholes(*encoded(columns["stop_sequence"]), "stop_sequence", problems)
        parts.append(tuple(column.astype(np.int32) for column in (trip[here], sequence, stop, departure, boarding)))
    whole = [np.concatenate(part) for part in zip(*parts, strict=True)] or [np.zeros(0, dtype=np.int32)] * 5
    order = np.lexsort((whole[1], whole[0]))
    ids = np.empty(len(stops), dtype=object)
    ids[:] = list(stops)
    return _Rows(*(column[order] for column in whole)), ids, {"n_stop_times": n_rows, "calls_without_stop": flexible}


def _boarding(code: Int64, texts: npt.NDArray[np.object_], problems: Problems) -> Int64:
    return wholes(code, np.where(texts == "", "0", texts), "pickup_type", problems)


def _timed(rows: _Rows) -> tuple[_Rows, int]:
    """Rows with a time each: blanks are filled in evenly between the times around them, whole seconds.

    Trips whose first or last stop has no time are left out; their number comes back.
    """
    if not len(rows.trip):
        return rows, 0
    first = np.append(True, rows.trip[1:] != rows.trip[:-1])
    last = np.append(first[1:], True)
    blank = rows.departure == NO_TIME
    lost = np.unique(rows.trip[blank & (first | last)])
    kept = ~np.isin(rows.trip, lost)
    trip, sequence, stop, departure, boarding = (
        column[kept] for column in (rows.trip, rows.sequence, rows.stop, rows.departure, rows.boarding)
    )
    known = np.flatnonzero(departure != NO_TIME)
    if len(known):
        filled = np.interp(np.arange(len(departure)), known, departure[known])
        departure = np.floor(filled + 1e-6).astype(np.int64)
    return _Rows(trip, sequence, stop, departure, boarding), len(lost)


def _first_departure(rows: _Rows) -> Int64:
    """Second of the first departure of each trip, by its position."""
    start = np.zeros(int(rows.trip.max()) + 1 if len(rows.trip) else 1, dtype=np.int64)
    if len(rows.trip):
        first = np.flatnonzero(np.append(True, rows.trip[1:] != rows.trip[:-1]))
        start[rows.trip[first]] = rows.departure[first]
    return start


def _headways(
    feed: Feed, trips: pd.Index, chosen: npt.NDArray[np.bool_], problems: Problems
) -> tuple[Int64, Int64] | None:
    """Runs of the trips that go by headway: position of the trip and second of its start; None without such trips."""
    if not feed.has("frequencies.txt"):
        return None
    table = feed.table("frequencies.txt", OPTIONAL["frequencies.txt"])
    trip = trips.get_indexer(pd.Index(table["trip_id"]))
    begin, end = ([seconds_of(text) for text in table[name]] for name in ("start_time", "end_time"))
    every = [whole_of(text) for text in table["headway_secs"]]
    found: list[tuple[int, Int64]] = []
    for row, (at, one, other, step) in enumerate(zip(trip, begin, end, every, strict=True)):
        if at < 0 or one is None or other is None or step is None or step < SHORTEST_HEADWAY_S:
            problems.add("frequencies.txt has an impossible row", [", ".join(table.iloc[row])], 1)
        elif chosen[at]:
            found.append((int(at), np.arange(max(one, 0), other, step, dtype=np.int64)))
    if not found:
        return None
    return np.repeat([at for at, _ in found], [len(run) for _, run in found]), np.concatenate([run for _, run in found])


def _unrolled(
    calls: tuple[Int64, Int64, Int64, Int64], start: Int64, runs: tuple[Int64, Int64]
) -> tuple[Int64, Int64, Int64, Int64]:
    """Boardings of every run of the trips that go by headway, in place of those of the pattern they follow."""
    trip, stop, following, second = calls
    order = np.argsort(runs[0], kind="stable")
    run_trip, run_start = runs[0][order], runs[1][order]
    low, high = np.searchsorted(run_trip, trip), np.searchsorted(run_trip, trip, side="right")
    times_run = np.where(high > low, high - low, 1)
    if int(times_run.sum()) > 500_000_000:
        raise InputError("frequencies.txt unrolls to more than 500 million departures", fix="correct the feed")
    at = np.repeat(np.arange(len(trip)), times_run)
    number = np.arange(len(at)) - np.repeat(np.cumsum(times_run) - times_run, times_run)
    by_headway = (high > low)[at]
    run = np.where(by_headway, low[at] + number, 0)
    moved = run_start[run] + second[at] - start[at] if len(run_start) else second[at]
    return trip[at], stop[at], following[at], np.where(by_headway, moved, second[at])
