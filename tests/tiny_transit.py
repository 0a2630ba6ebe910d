"""Hand-made timetables as the reader hands them over, and what they are to an area."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from nahraum.area.transit import Transit
from nahraum.sources.gtfs import Timetable

COLUMNS = ["stop_id", "day", "route_type", "direction", "hour", "departures"]
FEED = {
    "feed": 1, "file": "feed.zip", "first_day": "2026-01-01", "last_day": "2026-12-31", "working_day": "2026-06-30",
    "saturday": "2026-06-27", "sunday": "2026-06-28", "trips_working_day": 9, "trips_saturday": 5, "trips_sunday": 5,
    "n_stops": 2, "n_routes": 1, "n_trips": 9, "n_stop_times": 18,
}  # fmt: skip


def rows(stop_id: str, per_hour: int, *, hours: Iterable[int] = range(6, 20), **more: Any) -> list[tuple[Any, ...]]:
    """So many departures in each hour, by bus on a working day in direction 0 unless told otherwise."""
    usual = {"day": "working_day", "route_type": 3, "direction": "0"} | more
    return [(stop_id, usual["day"], usual["route_type"], usual["direction"], hour, per_hour) for hour in hours]


def both_ways(stop_id: str, per_hour: int, **more: Any) -> list[tuple[Any, ...]]:
    """The same in both directions."""
    return rows(stop_id, per_hour, direction="0", **more) + rows(stop_id, per_hour, direction="1", **more)


def departures(listed: list[tuple[Any, ...]], key: str = "stop_id") -> pd.DataFrame:
    """Rows as the table of a timetable, or of an area."""
    return pd.DataFrame(listed, columns=[key, *COLUMNS[1:]])


def links(listed: list[tuple[Any, ...]], key: str = "stop_id") -> pd.DataFrame:
    """stop, route_type, next_stops on working days."""
    frame = pd.DataFrame(listed, columns=[key, "route_type", "next_stops"])
    frame.insert(1, "day", "working_day")
    return frame


def timetable(places: dict[str, tuple[float, float]], listed: list[tuple[Any, ...]], **feed: Any) -> Timetable:
    """Stops by id at longitude and latitude, with their departures."""
    stops = pd.DataFrame(
        {
            "stop_id": list(places), "name": [name.removeprefix("gtfs:").title() for name in places],
            "lon": [xy[0] for xy in places.values()], "lat": [xy[1] for xy in places.values()], "n_poles": 2,
        }
    )  # fmt: skip
    return Timetable(stops, departures(listed), links([]), pd.DataFrame([FEED | feed]), {"served_by_call": 0})


def transit(rates: dict[str, float], listed: list[tuple[Any, ...]], next_stops: list[tuple[Any, ...]] = ()) -> Transit:
    """Stops of an area with departures per hour and direction, and the departures themselves."""
    stops = pd.DataFrame(
        {
            "facility_id": sorted(rates), "departures_per_hour": [rates[name] for name in sorted(rates)],
            "n_directions": 2, "counts": [rates[name] >= 1 for name in sorted(rates)],
        }
    )  # fmt: skip
    key = "facility_id"
    return Transit(stops, departures(listed, key), links(list(next_stops), key), pd.DataFrame([FEED]))
