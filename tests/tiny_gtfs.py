"""Tiny timetables in GTFS, written as a zip, for the tests of the reader."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

LAT, LON = 50.0, 8.0
METRE = 1 / 111_195.0  # degrees of latitude
EVERY_DAY = "w,1,1,1,1,1,1,1,20260101,20261231"
STOPS = "stop_id,stop_name,stop_lat,stop_lon"
CALENDAR = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date"


def stop(name: str, north_m: float, *, title: str = "", more: str = "") -> str:
    """A row of stops.txt, so many metres north of a point."""
    return f"{name},{title or name},{LAT + north_m * METRE:.7f},{LON}{more}"


def table(header: str, rows: Iterable[str]) -> str:
    """A table as text."""
    return "\n".join([header, *rows]) + "\n"


def clock(minute: float) -> str:
    """The time so many minutes after midnight."""
    return f"{int(minute) // 60:02d}:{int(minute) % 60:02d}:{round(minute % 1 * 60):02d}"


def trips_of(runs: Mapping[str, list[tuple[str, float]]], *, service: str = "w", route: str = "r") -> dict[str, str]:
    """trips.txt and stop_times.txt: by trip its stops with minutes after midnight."""
    calls = [
        f"{trip},{clock(minute)},{clock(minute)},{at},{order}"
        for trip, stops in runs.items()
        for order, (at, minute) in enumerate(stops, start=1)
    ]
    return {
        "trips.txt": table("route_id,service_id,trip_id", [f"{route},{service},{trip}" for trip in runs]),
        "stop_times.txt": table("trip_id,arrival_time,departure_time,stop_id,stop_sequence", calls),
    }


def tables(**changed: str | None) -> dict[str, str]:
    """A whole feed: one bus from a over b to c at 7:00 every day of 2026; `stops_txt=…` replaces, None leaves out."""
    whole: dict[str, str | None] = {
        "stops.txt": table(STOPS, [stop("a", 0), stop("b", 1000), stop("c", 2000)]),
        "routes.txt": "route_id,route_short_name,route_type\nr,1,3\n",
        "calendar.txt": table(CALENDAR, [EVERY_DAY]),
        **trips_of({"t1": [("a", 420), ("b", 425), ("c", 430)]}),
    }
    whole |= {f"{name.removesuffix('_txt')}.txt": text for name, text in changed.items()}
    return {name: text for name, text in whole.items() if text is not None}


def written(folder: Path, content: Mapping[str, Any], name: str = "feed.zip") -> Path:
    """The tables as a zip."""
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in content.items():
            archive.writestr(zipfile.ZipInfo(member), text if isinstance(text, bytes) else str(text).encode())
    return path
