"""Timetables in GTFS: departures by stop, direction, hour and kind of vehicle (docs/decisions/timetable.md)."""

from nahraum.sources.gtfs.read import read_timetable
from nahraum.sources.gtfs.timetable import DAYS, Timetable

__all__ = ["DAYS", "Timetable", "read_timetable"]
