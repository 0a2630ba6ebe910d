"""What a timetable becomes: stops, and their departures on typical days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

DAYS = ("working_day", "saturday", "sunday")


@dataclass(frozen=True)
class Timetable:
    """Departures of one or several feeds on typical days, counted where people board.

    stops       stop_id, name, lon, lat, n_poles: one row per stop, its poles and platforms together
    departures  stop_id, day (of `DAYS`), route_type (GTFS), direction, hour, departures: hour is that of the day of
                service, 24 and later is after midnight; direction is direction_id, else the next stop
    links       stop_id, day, route_type, next_stops: how many different stops come next
    feeds       one row per file: feed (from 1), file, first_day, last_day, working_day, saturday, sunday (ISO dates,
                '' where there is none), trips_<day>, n_stops, n_routes, n_trips, n_stop_times (rows of the file)
    counts      what was met on the way: no_boarding, served_by_call, calls_without_stop (flexible service),
                trips_without_times, same_in_two_feeds, stops_without_departure
    """

    stops: pd.DataFrame
    departures: pd.DataFrame
    links: pd.DataFrame
    feeds: pd.DataFrame
    counts: Mapping[str, int]
