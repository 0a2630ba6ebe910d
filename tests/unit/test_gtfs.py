"""Timetables in GTFS: what is a departure, on which day, from which stop; and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.sources.gtfs import Timetable, read_timetable
from tiny_gtfs import CALENDAR, STOPS, stop, table, tables, trips_of, written

WEEK = "w,1,1,1,1,1,0,0,20260601,20260630"
DATES = "service_id,date,exception_type"


def read(folder: Path, *feeds: dict[str, Any], on: date | None = None, **options: Any) -> Timetable:
    files = [written(folder, feed, f"feed{number}.zip") for number, feed in enumerate(feeds or (tables(),), start=1)]
    return read_timetable(files, on=on, parameters=Parameters(), **options)


def by_stop(read: Timetable, day: str = "working_day") -> dict[str, int]:
    of_day = read.departures[read.departures["day"] == day]
    return {str(k).removeprefix("gtfs:"): int(v) for k, v in of_day.groupby("stop_id")["departures"].sum().items()}


def hours(read: Timetable, at: str) -> dict[int, int]:
    rows = read.departures[(read.departures["day"] == "working_day") & (read.departures["stop_id"] == f"gtfs:{at}")]
    return {int(hour): int(n) for hour, n in rows.groupby("hour")["departures"].sum().items()}


def test_every_stop_but_the_last_of_a_trip_has_a_departure(tmp_path):
    assert by_stop(read(tmp_path)) == {"a": 1, "b": 1}
    assert read(tmp_path).counts["stops_without_departure"] == 1


def test_where_nobody_may_board_there_is_no_departure_and_on_call_there_is(tmp_path):
    header = "trip_id,departure_time,stop_id,stop_sequence,pickup_type"
    calls = ["t1,7:00:00,a,1,1", "t1,7:05:00,b,2,2", "t1,7:10:00,c,3,0"]
    got = read(tmp_path, tables(stop_times_txt=table(header, calls)))
    assert by_stop(got) == {"b": 1}
    assert (got.counts["no_boarding"], got.counts["served_by_call"]) == (1, 1)


def test_a_time_after_midnight_stays_with_its_service_day(tmp_path):
    late = trips_of({"t1": [("a", 23 * 60 + 50), ("b", 25 * 60 + 10), ("c", 25 * 60 + 20)]})
    got = read(tmp_path, tables() | late)
    assert (hours(got, "a"), hours(got, "b")) == ({23: 1}, {25: 1})


def test_blank_times_are_filled_in_evenly(tmp_path):
    header = "trip_id,arrival_time,departure_time,stop_id,stop_sequence"
    calls = ["t1,7:50:00,7:50:00,a,1", "t1,,,b,5", "t1,,,c,7", "t1,8:20:00,8:20:00,a,9"]
    got = read(tmp_path, tables(stop_times_txt=table(header, calls)))
    assert (hours(got, "b"), hours(got, "c")) == ({8: 1}, {8: 1})  # 8:00 and 8:10


def test_an_arrival_stands_in_for_a_missing_departure(tmp_path):
    header = "trip_id,arrival_time,departure_time,stop_id,stop_sequence"
    calls = ["t1,9:00:00,,a,1", "t1,9:30:00,,b,2"]
    assert hours(read(tmp_path, tables(stop_times_txt=table(header, calls))), "a") == {9: 1}


def test_a_trip_that_does_not_tell_when_it_begins_is_left_out_and_counted(tmp_path):
    header = "trip_id,arrival_time,departure_time,stop_id,stop_sequence"
    calls = ["t1,,,a,1", "t1,7:00:00,7:00:00,b,2", "t2,8:00:00,8:00:00,a,1", "t2,9:00:00,9:00:00,b,2"]
    trips = "route_id,service_id,trip_id\nr,w,t1\nr,w,t2\n"
    got = read(tmp_path, tables(stop_times_txt=table(header, calls), trips_txt=trips))
    assert hours(got, "a") == {8: 1}
    assert got.counts["trips_without_times"] == 1


def test_a_trip_by_headway_counts_each_of_its_runs(tmp_path):
    """6:00 to 7:00 every 20 minutes are 6:00, 6:20, 6:40; b follows five minutes later."""
    rows = ["t1,06:00:00,07:00:00,1200,0", "t1,23:00:00,24:10:00,1800,1"]
    runs = table("trip_id,start_time,end_time,headway_secs,exact_times", rows)
    got = read(tmp_path, tables(frequencies_txt=runs))
    assert hours(got, "a") == {6: 3, 23: 2, 24: 1}
    assert hours(got, "b") == {6: 3, 23: 2, 24: 1}


def test_the_order_of_rows_does_not_matter(tmp_path):
    turned = tables()
    head, *rows = turned["stop_times.txt"].splitlines()
    turned["stop_times.txt"] = table(head, rows[::-1])
    one, other = read(tmp_path), read(tmp_path, turned)
    pd.testing.assert_frame_equal(one.departures, other.departures)
    pd.testing.assert_frame_equal(one.stops, other.stops)


def test_direction_is_told_by_the_feed_or_by_the_next_stop(tmp_path):
    assert set(read(tmp_path).departures["direction"]) == {"gtfs:b", "gtfs:c"}
    told = "route_id,service_id,trip_id,direction_id\nr,w,t1,1\n"
    assert set(read(tmp_path, tables(trips_txt=told)).departures["direction"]) == {"1"}


def test_links_count_the_different_next_stops(tmp_path):
    runs = trips_of({"t1": [("a", 420), ("b", 425)], "t2": [("a", 430), ("c", 440)], "t3": [("a", 450), ("b", 455)]})
    links = read(tmp_path, tables() | runs).links
    assert links[links["day"] == "working_day"]["next_stops"].tolist() == [2]


# ── calendars ─────────────────────────────────────────────────────────────────────────────────────


def test_either_table_of_the_calendar_is_enough(tmp_path):
    dates = table(DATES, ["w,20260616,1", "w,20260620,1", "w,20260621,1"])
    got = read(tmp_path, tables(calendar_txt=None, calendar_dates_txt=dates)).feeds.iloc[0]
    assert (got["working_day"], got["saturday"], got["sunday"]) == ("2026-06-16", "2026-06-20", "2026-06-21")


def test_a_timetable_without_calendar_is_refused(tmp_path):
    with pytest.raises(InputError, match="timetable without calendar"):
        read(tmp_path, tables(calendar_txt=None))
    with pytest.raises(InputError, match="timetable without calendar"):
        read(tmp_path, tables(calendar_txt=CALENDAR + "\n"))


def test_the_typical_working_day_has_the_most_usual_number_of_trips(tmp_path):
    """June 2026: 2 trips on working days, 1 more from the 9th to the 11th, none on Thursday the 4th (a holiday)."""
    calendar = table(CALENDAR, [WEEK, "x,0,1,1,1,0,0,0,20260609,20260611", "h,0,0,0,1,0,0,0,20260604,20260604"])
    dates = table(DATES, ["w,20260604,2", "w,20260604,2"])
    runs = trips_of({"t1": [("a", 420), ("b", 425)], "t2": [("a", 480), ("b", 485)]})
    runs["trips.txt"] += "r,x,t3\nr,h,t4\n"
    runs["stop_times.txt"] += (
        "t3,9:00:00,9:00:00,a,1\nt3,9:05:00,9:05:00,b,2\nt4,9:00:00,9:00:00,a,1\nt4,9:05:00,9:05:00,b,2\n"
    )
    feed = tables(calendar_txt=calendar, calendar_dates_txt=dates) | runs
    got = read(tmp_path, feed)
    assert (got.feeds["working_day"][0], got.feeds["trips_working_day"][0]) == ("2026-06-02", 2)
    assert read(tmp_path, feed, near=date(2026, 6, 24)).feeds["working_day"][0] == "2026-06-24"
    assert read(tmp_path, feed, on=date(2026, 6, 10)).feeds["trips_working_day"][0] == 3
    assert (got.feeds["saturday"][0], by_stop(got, "saturday")) == ("", {})
    assert (got.feeds["first_day"][0], got.feeds["last_day"][0]) == ("2026-06-01", "2026-06-30")


def test_of_two_equally_usual_numbers_the_larger_one_is_taken(tmp_path):
    calendar = table(CALENDAR, ["w,0,1,1,0,0,0,0,20260601,20260607", "x,0,0,1,0,0,0,0,20260601,20260607"])
    runs = trips_of({"t1": [("a", 420), ("b", 425)]})
    runs["trips.txt"] += "r,x,t2\n"
    runs["stop_times.txt"] += "t2,8:00:00,8:00:00,a,1\nt2,8:05:00,8:05:00,b,2\n"
    got = read(tmp_path, tables(calendar_txt=calendar) | runs).feeds
    assert (got["working_day"][0], got["trips_working_day"][0]) == ("2026-06-03", 2)


def test_the_weekend_of_a_named_day_is_that_of_its_week(tmp_path):
    got = read(tmp_path, on=date(2026, 9, 15)).feeds.iloc[0]
    assert (got["working_day"], got["saturday"], got["sunday"]) == ("2026-09-15", "2026-09-19", "2026-09-20")


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2027, 1, 5), "outside the calendar"),
        (date(2026, 9, 19), "at a weekend"),
        (date(2026, 9, 15), "has no trip"),
    ],
)
def test_a_day_that_cannot_be_counted_is_refused(tmp_path, day, reason):
    dates = table(DATES, ["w,20260915,2"])
    with pytest.raises(InputError, match=reason) as raised:
        read(tmp_path, tables(calendar_dates_txt=dates), on=day)
    assert "2026-01-01 to 2026-12-31" in str(raised.value)


def test_a_feed_of_weekends_only_has_no_working_day(tmp_path):
    with pytest.raises(InputError, match="has no working day"):
        read(tmp_path, tables(calendar_txt=table(CALENDAR, ["w,0,0,0,0,0,1,1,20260601,20260630"])))


# ── stops ─────────────────────────────────────────────────────────────────────────────────────────


def test_poles_of_one_name_nearby_are_one_stop_and_far_apart_two(tmp_path):
    stops = table(STOPS, [stop("a1", 0, title="Markt"), stop("a2", 140, title="MARKT"), stop("x", 2000, title="Markt")])
    runs = trips_of({"t1": [("a1", 420), ("x", 425)], "t2": [("x", 420), ("a2", 425), ("x", 430)]})
    got = read(tmp_path, tables(stops_txt=stops) | runs)
    assert by_stop(got) == {"a1": 2, "x": 1}
    assert got.stops["n_poles"].tolist() == [2, 1]


def test_platforms_of_one_station_are_one_stop_at_the_most_central(tmp_path):
    header = STOPS + ",location_type,parent_station"
    rows = [stop("s", 500, more=",1,"), *(stop(f"p{n}", 300 * n, title=f"Gleis {n}", more=",0,s") for n in range(3))]
    runs = trips_of(
        {"t1": [("p0", 420), ("c", 425)], "t2": [("p2", 430), ("c", 435)], "t3": [("p1", 420), ("p2", 421)]}
    )
    got = read(tmp_path, tables(stops_txt=table(header, [*rows, stop("c", 5000, more=",0,")])) | runs)
    assert by_stop(got) == {"s": 2}  # from one platform to another of the same stop nobody departs
    assert got.stops.iloc[0]["lat"] == pytest.approx(50 + 300 / 111_195)


def test_a_stop_without_a_place_takes_that_of_its_station(tmp_path):
    header = STOPS + ",location_type,parent_station"
    rows = ["p,Gleis,,,0,s", stop("s", 0, more=",1,"), stop("c", 5000, more=",0,")]
    got = read(tmp_path, tables(stops_txt=table(header, rows)) | trips_of({"t1": [("p", 420), ("c", 425)]}))
    assert got.stops["lat"].tolist() == [50.0]


def test_only_stops_in_the_extent_are_kept_with_what_leads_out_of_it(tmp_path):
    got = read(tmp_path, extent=(7.9, 49.99, 8.1, 50.005))
    assert (got.stops["stop_id"].tolist(), by_stop(got)) == (["gtfs:a"], {"a": 1})
    with pytest.raises(InputError, match="no stop of the timetable lies in the study's data"):
        read(tmp_path, extent=(9.0, 49.0, 9.1, 49.1))


# ── several feeds ─────────────────────────────────────────────────────────────────────────────────


def test_the_same_feed_twice_counts_once(tmp_path):
    got = read(tmp_path, tables(), tables())
    assert by_stop(got) == {"a": 1, "b": 1}
    assert got.counts["same_in_two_feeds"] == 6  # two departures on each of three days
    assert got.stops["n_poles"].tolist() == [2, 2]


def test_other_lines_at_the_same_stop_are_added(tmp_path):
    other = tables(
        stops_txt=table(STOPS, [stop("k", 20, title="Markt (Bus)"), stop("l", 3000)]),
        routes_txt="route_id,route_short_name,route_type\nr,77,700\n",
    ) | trips_of({"t1": [("k", 420), ("l", 425)]})
    got = read(tmp_path, tables(), other)
    assert by_stop(got) == {"a": 2, "b": 1}
    assert got.feeds["feed"].tolist() == [1, 2]
    assert sorted(got.departures["route_type"].unique()) == [3, 700]


def test_one_id_for_different_places_in_two_feeds_stays_two_stops(tmp_path):
    far = tables(stops_txt=table(STOPS, [stop("a", 9000), stop("b", 9900), stop("c", 12000)]))
    got = read(tmp_path, tables(), far)
    assert {"gtfs:a@1", "gtfs:a@2"} <= set(got.stops["stop_id"])


# ── what is refused ───────────────────────────────────────────────────────────────────────────────


def test_everything_that_is_missing_is_named_at_once(tmp_path):
    broken = tables(routes_txt=None, calendar_txt=None, trips_txt="trip,route_id,service_id\n")
    with pytest.raises(InputError) as raised:
        read(tmp_path, broken)
    said = str(raised.value)
    assert "routes.txt is missing" in said
    assert "trips.txt has no column 'trip_id'; did you mean 'trip'" in said
    assert "timetable without calendar" in said
    assert {"WHAT", "WHERE", "EXPECTED", "FIX"} <= {line.split()[0] for line in said.splitlines()}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"stops_txt": table(STOPS, ["a,a,95.0,8.0", "b,b,0,0", stop("c", 0)])}, "no possible .* in 2"),
        ({"stops_txt": table(STOPS, [stop("a", 0), stop("a", 9), stop("b", 0)])}, "'stop_id' repeats or is empty in 1"),
        ({"stops_txt": table(STOPS, [stop("a", 0), stop("b", 0)])}, r"not there in 1 rows, first: \['c'\]"),
        ({"routes_txt": "route_id,route_type\nq,3\n"}, "'route_id' is not in routes.txt"),
        ({"routes_txt": "route_id,route_type\nr,bus\n"}, "'route_type' is no number"),
        ({"trips_txt": "trip_id,route_id,service_id\nt1,r,w\nt1,r,w\n"}, "'trip_id' repeats"),
        ({"trips_txt": "trip_id,route_id,service_id\nt9,r,w\n"}, "'trip_id' is not in trips.txt"),
        ({"calendar_txt": table(CALENDAR, ["w,1,1,1,1,1,2,0,20260601,2026"])}, "'saturday' is neither 0 nor 1"),
        ({"calendar_txt": table(CALENDAR, ["w,1,1,1,1,1,2,0,20260601,2026"])}, "'end_date' is no date"),
        ({"calendar_txt": table(CALENDAR, ["w,1,1,1,1,1,0,0,19000101,21000101"])}, "at most 50 years"),
        ({"calendar_dates_txt": table(DATES, ["w,20260601,3"])}, "'exception_type' is neither 1 nor 2"),
        ({"frequencies_txt": "trip_id,start_time,end_time,headway_secs\nt1,6:00:00,7:00:00,0\n"}, "impossible row"),
    ],
)  # fmt: skip
def test_a_broken_feed_says_what_is_wrong(tmp_path, changed, reason):
    with pytest.raises(InputError, match=reason):
        read(tmp_path, tables(**changed))


@pytest.mark.parametrize(
    ("calls", "reason"),
    [
        (["t1,25 Uhr,a,1", "t1,7:05:00,b,2"], "'departure_time' is no time"),
        (["t1,7:61:00,a,1", "t1,7:05:00,b,2"], "'departure_time' is no time"),
        (["t1,7:00:00,a,1", "t1,7:05:00,b,1"], "'stop_sequence' repeats"),
        (["t1,7:00:00,a,first", "t1,7:05:00,b,1"], "'stop_sequence' is no number"),
    ],
)
def test_broken_stop_times_say_what_is_wrong(tmp_path, calls, reason):
    feed = tables(stop_times_txt=table("trip_id,departure_time,stop_id,stop_sequence", calls))
    with pytest.raises(InputError, match=reason):
        read(tmp_path, feed)


def test_a_byte_order_mark_quotes_blanks_and_broken_lines_do_no_harm(tmp_path):
    feed: dict[str, Any] = dict(tables())
    feed["stops.txt"] = (
        "\ufeff"
        + STOPS
        + ',stop_desc\r\n"a"," Markt ",50.0,8.0,"vor dem\nRathaus"\r\nb,b,50.01, 8.0,\r\nc,c,50.02,8.0,\r\n'
    ).encode()
    got = read(tmp_path, feed)
    assert by_stop(got) == {"a": 1, "b": 1}
    assert got.stops["name"].tolist() == ["Markt", "b"]


def test_tables_may_lie_in_a_folder_but_not_twice(tmp_path):
    inside = {f"gtfs/{name}": text for name, text in tables().items()}
    assert by_stop(read(tmp_path, inside)) == {"a": 1, "b": 1}
    with pytest.raises(InputError, match=r"stops.txt is there twice"):
        read(tmp_path, inside | {"old/stops.txt": "stop_id"})


def test_a_file_that_is_no_zip_is_refused(tmp_path):
    path = tmp_path / "stops.txt"
    path.write_text(STOPS, encoding="utf-8")
    with pytest.raises(InputError, match="is no GTFS timetable"):
        read_timetable([path], parameters=Parameters())


def test_a_trip_of_an_unknown_service_never_runs(tmp_path):
    feed = tables()
    feed["trips.txt"] += "r,nobody,t2\n"
    feed["stop_times.txt"] += "t2,8:00:00,8:00:00,a,1\nt2,8:05:00,8:05:00,b,2\n"
    assert by_stop(read(tmp_path, feed)) == {"a": 1, "b": 1}


def test_a_feed_without_any_departure_is_refused(tmp_path):
    with pytest.raises(InputError, match="nobody departs"):
        read(tmp_path, tables() | trips_of({"t1": [("a", 420)]}))


def test_flexible_service_without_a_stop_is_no_departure_and_is_counted(tmp_path):
    calls = ["t1,7:00:00,a,1", "t1,7:02:00,,2", "t1,7:05:00,b,3"]
    got = read(tmp_path, tables(stop_times_txt=table("trip_id,departure_time,stop_id,stop_sequence", calls)))
    assert (by_stop(got), got.counts["calls_without_stop"]) == ({"a": 1}, 1)


def test_a_row_with_too_few_values_is_refused(tmp_path):
    feed = tables()
    feed["stop_times.txt"] += "t1,7:20:00\n"
    with pytest.raises(InputError, match=r"feed1.zip, stop_times.txt cannot be read as a table"):
        read(tmp_path, feed)


def test_names_in_an_old_encoding_are_read(tmp_path):
    feed: dict[str, Any] = dict(tables())
    feed["stops.txt"] = table(STOPS, [stop("a", 0, title="Mühle"), stop("b", 1000), stop("c", 2000)]).encode("cp1252")
    assert read(tmp_path, feed).stops["name"].tolist() == ["Mühle", "b"]
