"""Real timetables: Heidelberg (two feeds) and Las Palmas, counted once more by plain Python."""

import csv
import io
import time
import zipfile
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from nahraum.area.completeness import study_facilities
from nahraum.area.space import extent_polygon, working_crs
from nahraum.area.transit import with_timetable
from nahraum.parameters import Parameters
from nahraum.sources.gtfs import DAYS, Timetable, read_timetable
from nahraum.sources.osm import read_osm

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real")]
VRN, RNV = "heidelberg/vrn_gtfs_cut.zip", "heidelberg/rnv.zip"
LAS_PALMAS = "las_palmas/gtfs_es_las_palmas_de_gran_canaria_guaguas_20230222.zip"
# shared/data/SPATIAL.md: stops, routes, trips, stop times
SIZES = {VRN: (392, 7, 1480, 46_269), RNV: (2057, 100, 20_636, 424_266), LAS_PALMAS: (793, 44, 6839, 152_558)}
NEAR = {VRN: date(2022, 11, 1), RNV: date(2016, 11, 15), LAS_PALMAS: date(2023, 2, 22)}


def rows(path: Path, table: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as archive:
        return list(csv.DictReader(io.TextIOWrapper(archive.open(table), encoding="utf-8-sig")))


def runs(path: Path, day: date) -> set[str]:
    """The services of a day, row by row of both calendars."""
    named, key = day.strftime("%A").lower(), day.strftime("%Y%m%d")
    found = {
        row["service_id"]
        for row in rows(path, "calendar.txt")
        if row[named] == "1" and row["start_date"] <= key <= row["end_date"]
    }
    for row in rows(path, "calendar_dates.txt"):
        if row["date"] == key:
            (found.add if row["exception_type"] == "1" else found.discard)(row["service_id"])
    return found


def by_hand(path: Path, day: date, one_stop: set[str] | None = None) -> Counter[tuple[str, int]]:
    """Boardings by pole and hour on a day, one row after the other; not from pole to pole of `one_stop`."""
    on = runs(path, day)
    trips = {row["trip_id"] for row in rows(path, "trips.txt") if row["service_id"] in on}
    calls: dict[str, list[tuple[int, str, str, str]]] = {}
    for row in rows(path, "stop_times.txt"):
        if row["trip_id"] in trips:
            call = (int(row["stop_sequence"]), row["departure_time"], row["stop_id"], row.get("pickup_type", ""))
            calls.setdefault(row["trip_id"], []).append(call)
    found: Counter[tuple[str, int]] = Counter()
    for listed in calls.values():
        for (_, departs, pole, boarding), (_, _, after, _) in pairwise(sorted(listed)):
            if boarding != "1" and not {pole, after} <= (one_stop or set()):
                found[pole, int(departs.split(":")[0])] += 1
    return found


@pytest.fixture(scope="module")
def read(data_dir):
    """Reads each feed once."""
    held: dict[str, Timetable] = {}

    def once(name: str) -> Timetable:
        if name not in held:
            held[name] = read_timetable([data_dir / name], near=NEAR[name], parameters=Parameters())
        return held[name]

    return once


@pytest.mark.parametrize("name", SIZES)
def test_the_sizes_are_those_of_the_files(read, name):
    feed = read(name).feeds.iloc[0]
    assert (feed["n_stops"], feed["n_routes"], feed["n_trips"], feed["n_stop_times"]) == SIZES[name]


@pytest.mark.parametrize(
    ("name", "period", "working_day", "trips"),
    [
        (
            VRN,
            ("2022-06-12", "2022-12-10"),
            "2022-10-27",
            499,
        ),  # 1 November is a holiday, the 2nd and 3rd have 490 trips
        (RNV, ("2016-10-22", "2016-12-10"), "2016-11-09", 7099),  # nearest of the usual days; the 15th has 7,123
        (LAS_PALMAS, ("2015-12-10", "2025-01-30"), "2023-02-22", 3759),
    ],
)
def test_period_and_typical_working_day(read, name, period, working_day, trips):
    feed = read(name).feeds.iloc[0]
    assert (feed["first_day"], feed["last_day"]) == period
    assert (feed["working_day"], feed["trips_working_day"]) == (working_day, trips)
    assert date.fromisoformat(feed["saturday"]).weekday() == 5
    assert date.fromisoformat(feed["sunday"]).weekday() == 6


@pytest.mark.parametrize("name", SIZES)
def test_no_other_working_day_is_more_usual(data_dir, read, name):
    """The number of trips of every Tuesday to Thursday of half a year around, counted by hand."""
    per_service = Counter(row["service_id"] for row in rows(data_dir / name, "trips.txt"))
    feed = read(name).feeds.iloc[0]
    first, last = (date.fromisoformat(feed[end]) for end in ("first_day", "last_day"))
    if (last - first).days > 400:
        first, last = NEAR[name], NEAR[name] + timedelta(days=60)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    counts = Counter(
        sum(per_service[service] for service in runs(data_dir / name, day)) for day in days if 1 <= day.weekday() <= 3
    )
    assert counts[feed["trips_working_day"]] == max(counts.values())


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("name", SIZES)
def test_departures_of_poles_that_stand_alone_equal_a_count_by_hand(data_dir, read, name, day):
    """Of every stop with one pole, hour by hour; and no departure is lost or invented where poles are joined."""
    timetable = read(name)
    counted = by_hand(data_dir / name, date.fromisoformat(timetable.feeds[day][0]))
    single = timetable.stops.loc[timetable.stops["n_poles"] == 1, "stop_id"].str.removeprefix("gtfs:")
    poles = [row for row in rows(data_dir / name, "stops.txt") if row.get("location_type") != "1"]
    pole_of = {row.get("parent_station") or row["stop_id"]: row["stop_id"] for row in poles}
    alone = {f"gtfs:{stop}": pole_of[stop] for stop in single}
    of_day = timetable.departures[timetable.departures["day"] == day]
    ours = of_day.groupby(["stop_id", "hour"])["departures"].sum()
    for (stop_id, hour), departures in ours.items():
        if stop_id in alone:
            assert departures == counted[alone[stop_id], hour], (stop_id, hour)
    assert len(alone) > 20
    total = sum(counted.values())
    assert 0.97 * total <= of_day["departures"].sum() <= total  # a few trips call twice at one stop


def test_a_stop_of_three_poles_in_las_palmas_is_their_sum(data_dir, read):
    """Teatro: two poles of one name 65 m apart, and Rafael Cabrera (Teatro), 27 m from one of them."""
    timetable, poles = read(LAS_PALMAS), {"1001", "1930", "523"}
    names = {row["stop_name"] for row in rows(data_dir / LAS_PALMAS, "stops.txt") if row["stop_id"] in poles}
    assert names == {"Teatro", "Rafael Cabrera (Teatro)"}
    counted = by_hand(data_dir / LAS_PALMAS, date.fromisoformat(timetable.feeds["working_day"][0]), one_stop=poles)
    here = timetable.departures.query("stop_id == 'gtfs:1001' and day == 'working_day'")
    assert timetable.stops.set_index("stop_id").loc["gtfs:1001", "n_poles"] == 3
    assert here["departures"].sum() == sum(n for (pole, _), n in counted.items() if pole in poles)


def test_two_feeds_of_heidelberg_meet_at_their_stops(data_dir, read):
    both = read_timetable([data_dir / RNV, data_dir / VRN], parameters=Parameters())
    apart = len(read(RNV).stops) + len(read(VRN).stops)
    assert 900 < len(both.stops) < apart - 100
    assert both.counts["same_in_two_feeds"] == 0  # timetables of 2016 and 2022: lines are named differently


def test_the_large_feed_is_read_in_seconds(data_dir):
    start = time.process_time()
    read_timetable([data_dir / RNV], parameters=Parameters())
    assert time.process_time() - start < 20  # 2 s on the machine it was written on


@pytest.mark.parametrize(
    ("extract", "feed"),
    [
        ("heidelberg/heidelberg.test.pbf", RNV),
        ("las_palmas/example_las_palmas_2023_osm_20230221.pbf", LAS_PALMAS),
    ],
)
def test_the_timetable_takes_the_place_of_mapped_stops(data_dir, read, extract, feed):
    """Nearly every mapped stop lies near one of the timetable; most of its stops are served often enough."""
    parameters = Parameters()
    osm = read_osm(data_dir / extract, parameters=parameters)
    crs = working_crs(osm.extent, None)
    data = extent_polygon(osm.extent, crs, coverage=osm.coverage)
    mapped = study_facilities(osm.facilities, crs=crs)
    places, transit, counts = with_timetable(mapped, read(feed), crs=crs, data=data, parameters=parameters)
    stops = int((mapped["category"] == "stop").sum())
    assert counts["stops_replaced"] + counts["stops_of_unknown_frequency"] == stops > 300
    assert counts["stops_replaced"] > 0.6 * stops
    assert counts["stops_of_timetable"] > 2 * counts["stops_rare"] > 0
    assert set(places["category"]) - set(mapped["category"]) == {"stop_rare"}
    assert pd.Index(transit.stops["facility_id"]).is_unique
