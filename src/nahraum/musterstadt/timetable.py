"""The timetable of the city's buses as GTFS."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nahraum.musterstadt.census import zip_entry
from nahraum.musterstadt.characters import NAMES
from nahraum.musterstadt.city import City
from nahraum.musterstadt.osm_draft import to_lon_lat

FIRST_MINUTE, LAST_MINUTE = 5 * 60, 23 * 60
METRES_PER_MINUTE = 300.0


def _table(header: str, rows: list[str]) -> bytes:
    return ("\n".join([header, *rows]) + "\n").encode("utf-8")


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}:00"


def _stops(city: City, names: list[str]) -> list[str]:
    lon, lat = to_lon_lat(city.stops.x_m, city.stops.y_m)
    rows = []
    for k, name in enumerate(names):
        for side in (0, 1):
            rows.append(f'{city.plan.site.prefix}ms{k + 1}_{side + 1},"{name}",{lat[k, side]:.7f},{lon[k, side]:.7f},0')
    return rows


def _minutes(city: City, line: tuple[int, ...]) -> list[int]:
    """Minutes from the first stop of a line to each, at least one between stops."""
    at = list(line)
    x, y = city.stops.x_m[at, 0], city.stops.y_m[at, 0]
    steps = np.maximum(np.rint(np.hypot(np.diff(x), np.diff(y)) / METRES_PER_MINUTE), 1)
    return [0, *np.cumsum(steps).astype(int).tolist()]


def _headway(city: City, number: int) -> int:
    """Minutes between buses: denser in large cities; every stop has at least one an hour."""
    if number < 3:
        return 30 if city.plan.residents < 50_000 else 15
    return (20, 30, 15)[number % 3] if city.plan.residents >= 50_000 else (30, 60, 30)[number % 3]


def planned_departures(city: City, from_hour: int, to_hour: int) -> list[tuple[int, int]]:
    """Departures of each stop on a working day in the two directions of its lines, from the plan alone."""
    found = np.zeros((len(city.stops.corner), 2), dtype=np.int64)
    for number, line in enumerate(city.stops.lines):
        for direction, stops in enumerate((line, line[::-1])):
            starts = np.arange(FIRST_MINUTE + 7 * (number % 4), LAST_MINUTE, _headway(city, number))
            for stop, minute in zip(stops[:-1], _minutes(city, stops)[:-1], strict=True):
                departs = starts + minute
                found[stop, direction] += int(((departs >= 60 * from_hour) & (departs < 60 * to_hour)).sum())
    return [(int(one), int(other)) for one, other in found]


def _runs(city: City, names: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Rows of routes, trips and stop times."""
    routes: list[str] = []
    trips: list[str] = []
    times: list[str] = []
    of = city.plan.site.prefix
    for number, line in enumerate(city.stops.lines):
        routes.append(f'{of}r{number + 1},sw,{number + 1},"{names[line[0]]} – {names[line[-1]]}",3')
        for direction, stops in enumerate((line, line[::-1])):
            minutes, headway = _minutes(city, stops), _headway(city, number)
            for service, every in (("werktags", headway), ("wochenende", min(60, headway * 2))):
                for start in range(FIRST_MINUTE + 7 * (number % 4), LAST_MINUTE, every):
                    trip = f"{of}t{len(trips) + 1}"
                    trips.append(f'{of}r{number + 1},{service},{trip},"{names[stops[-1]]}",{direction}')
                    for order, (stop, minute) in enumerate(zip(stops, minutes, strict=True), start=1):
                        clock = _clock(start + minute)
                        times.append(f"{trip},{clock},{clock},{of}ms{stop + 1}_{direction + 1},{order}")
    return routes, trips, times


def write_timetable(cities: Sequence[tuple[City, list[str]]], path: Path) -> None:
    """A GTFS zip: agency, stops, routes, trips, stop times, calendar of working days and weekends.

    Parameters
        cities : each with the names of its stops.
    """
    runs = [_runs(city, names) for city, names in cities]
    routes, trips, times = ([row for run in runs for row in run[part]] for part in range(3))
    stops = [row for city, names in cities for row in _stops(city, names)]
    calendar = ["werktags,1,1,1,1,1,0,0,20260101,20261231", "wochenende,0,0,0,0,0,1,1,20260101,20261231"]
    days = "monday,tuesday,wednesday,thursday,friday,saturday,sunday"
    files = {
        "agency.txt": _table(
            "agency_id,agency_name,agency_url,agency_timezone,agency_lang",
            [f'sw,"{NAMES["operator"]}",https://musterstadt.invalid,Europe/Berlin,de'],
        ),
        "stops.txt": _table("stop_id,stop_name,stop_lat,stop_lon,location_type", stops),
        "routes.txt": _table("route_id,agency_id,route_short_name,route_long_name,route_type", routes),
        "trips.txt": _table("route_id,service_id,trip_id,trip_headsign,direction_id", trips),
        "stop_times.txt": _table("trip_id,arrival_time,departure_time,stop_id,stop_sequence", times),
        "calendar.txt": _table(f"service_id,{days},start_date,end_date", calendar),
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(zip_entry(name), content)
