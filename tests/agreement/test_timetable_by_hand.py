"""The vectorised reader against a reader of timetables in plain Python, on random feeds with everything GTFS allows."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from nahraum.parameters import Parameters
from nahraum.sources.gtfs import DAYS, read_timetable
from tiny_gtfs import CALENDAR, STOPS, clock, stop, table, written

START, LENGTH = date(2026, 3, 2), 28
NAMES = "abcdefgh"
Call = tuple[str, float | None, int]  # stop, minute, pickup_type


def random_trips(dice: random.Random) -> dict[str, tuple[str, str, list[Call]]]:
    """By trip: service, direction, calls; some times are blank, some calls allow no boarding, some pass midnight."""
    found = {}
    for number in range(dice.randint(5, 40)):
        minute, calls = float(dice.randint(300, 1560)), []
        for at in dice.sample(NAMES, dice.randint(2, 6)):
            calls.append((at, minute, dice.choice((0, 0, 0, 1, 2))))
            minute += dice.choice((1, 2.5, 30, 90))
        for at in range(1, len(calls) - 1):
            if dice.random() < 0.3:
                calls[at] = (calls[at][0], None, calls[at][2])
        found[f"t{number}"] = (dice.choice("xyz"), dice.choice(("", "0", "1")), calls)
    return found


def random_calendar(dice: random.Random) -> tuple[dict[str, tuple[set[int], date, date]], dict[tuple[str, date], bool]]:
    rules = {}
    for service in "xy":  # z runs on named days only
        first = START + timedelta(days=dice.randint(0, 7))
        rules[service] = (
            {day for day in range(7) if dice.random() < 0.7}, first, first + timedelta(days=dice.randint(7, LENGTH)),
        )  # fmt: skip
    days = [START + timedelta(days=n) for n in range(LENGTH)]
    exceptions = {(service, day): dice.random() < 0.5 for day in days for service in "xyz" if dice.random() < 0.2}
    exceptions |= {("z", START + timedelta(days=1)): True, ("x", START + timedelta(days=1)): True}
    return rules, exceptions


def runs(service: str, day: date, rules: dict, exceptions: dict) -> bool:
    if (service, day) in exceptions:
        return bool(exceptions[service, day])
    weekdays, first, last = rules.get(service, (set(), day, day))
    return day.weekday() in weekdays and first <= day <= last


def usual(trips: dict, rules: dict, exceptions: dict, weekdays: tuple[int, ...]) -> date | None:
    """The first day of those with the most usual number of trips, of several numbers the largest."""
    days = [START + timedelta(days=n) for n in range(2 * LENGTH)]
    counts = {
        day: sum(runs(service, day, rules, exceptions) for service, _, _ in trips.values())
        for day in days
        if day.weekday() in weekdays
    }
    counts = {day: n for day, n in counts.items() if n}
    often = Counter(counts.values())
    best = max(often, key=lambda n: (often[n], n), default=0)
    return min((day for day, n in counts.items() if n == best), default=None)


def by_hand(
    trips: dict, headways: dict[str, list[tuple[int, int, int]]], day: date, rules: dict, exceptions: dict
) -> Counter[tuple[str, str, int]]:
    """Departures by stop, direction and hour on a day."""
    found: Counter[tuple[str, str, int]] = Counter()
    for trip, (service, direction, calls) in trips.items():
        if not runs(service, day, rules, exceptions):
            continue
        seconds = []
        for at, (_, minute, _) in enumerate(calls):
            if minute is None:
                before = max(k for k in range(at) if calls[k][1] is not None)
                after = min(k for k in range(at, len(calls)) if calls[k][1] is not None)
                one, other = calls[before][1] * 60, calls[after][1] * 60
                seconds.append(int(one + (other - one) * (at - before) / (after - before) + 1e-9))
            else:
                seconds.append(int(minute * 60))
        starts = [seconds[0]]
        if trip in headways:
            starts = [start for first, last, every in headways[trip] for start in range(first, last, every)]
        for start in starts:
            for at, (pole, _, boarding) in enumerate(calls[:-1]):
                if boarding != 1:
                    toward = direction or f"gtfs:{calls[at + 1][0]}"
                    found[pole, toward, (start + seconds[at] - seconds[0]) // 3600] += 1
    return found


@pytest.mark.parametrize("seed", range(20))
def test_departures_of_random_feeds(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    trips = random_trips(dice)
    rules, exceptions = random_calendar(dice)
    headways = {
        trip: [(3600 * dice.randint(5, 9), 3600 * dice.randint(9, 26), dice.choice((600, 1234)))]
        for trip in trips
        if dice.random() < 0.2
    }
    text = "%Y%m%d"
    feed = {
        "stops.txt": table(STOPS, [stop(name, 1000 * at) for at, name in enumerate(NAMES)]),
        "routes.txt": "route_id,route_short_name,route_type\nr,1,3\n",
        "trips.txt": table(
            "route_id,service_id,trip_id,direction_id", [f"r,{s},{t},{d}" for t, (s, d, _) in trips.items()]
        ),
        "stop_times.txt": table(
            "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type",
            [
                f"{trip},{when},{when},{pole},{10 * order},{boarding or ''}"
                for trip, (_, _, calls) in trips.items()
                for order, (pole, minute, boarding) in enumerate(calls)
                for when in ["" if minute is None else clock(minute)]
            ],
        ),
        "calendar.txt": table(
            CALENDAR,
            [
                f"{s},{','.join('1' if day in weekdays else '0' for day in range(7))},{first:{text}},{last:{text}}"
                for s, (weekdays, first, last) in rules.items()
            ],
        ),
        "calendar_dates.txt": table(
            "service_id,date,exception_type",
            [f"{s},{day:{text}},{1 if added else 2}" for (s, day), added in exceptions.items()],
        ),
        "frequencies.txt": table(
            "trip_id,start_time,end_time,headway_secs",
            [f"{t},{clock(a / 60)},{clock(b / 60)},{every}" for t, runs in headways.items() for a, b, every in runs],
        ),
    }
    got = read_timetable([written(tmp_path, feed)], parameters=Parameters())
    for day, weekdays in zip(DAYS, ((1, 2, 3), (5,), (6,)), strict=True):
        chosen = usual(trips, rules, exceptions, weekdays)
        if day == "working_day":
            assert got.feeds[day][0] == (chosen.isoformat() if chosen else "")
        chosen = date.fromisoformat(got.feeds[day][0]) if got.feeds[day][0] else None
        wanted = by_hand(trips, headways, chosen, rules, exceptions) if chosen else Counter()
        ours = got.departures[got.departures["day"] == day]
        found = {
            (row.stop_id.removeprefix("gtfs:"), row.direction, row.hour): row.departures for row in ours.itertuples()
        }
        assert found == dict(wanted), day
