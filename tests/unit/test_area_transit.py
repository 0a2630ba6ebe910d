"""Stops of a timetable in place of mapped ones: which count, which are rare, what stays of OpenStreetMap."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from nahraum.area import Area, AreaInputs, build_area
from nahraum.area.transit import departures_per_hour, told_by_timetable, within_hours
from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.sources.gtfs import Timetable
from tiny_areas import EAST, GRID, NORTH, buildings, census, extract, facilities, house, lon_lat, parameters
from tiny_transit import both_ways, departures, rows, timetable

HALVES = {"from_hour": 6, "to_hour": 20, "one_way_share": 0.8}


def rate(listed: list[tuple[Any, ...]], **changed: float) -> list[Any]:
    found = departures_per_hour(departures(listed, "facility_id"), **(HALVES | changed))
    return found.reset_index().to_numpy().tolist()


def test_a_bus_every_hour_each_way_is_one_departure_per_hour_and_direction() -> None:
    assert rate(both_ways("a", 1)) == [["a", 28, 2, 1.0]]


def test_a_terminus_has_one_direction() -> None:
    assert rate(rows("a", 2)) == [["a", 28, 1, 2.0]]


def test_a_few_trips_the_other_way_do_not_make_a_second_direction() -> None:
    """14 there, 3 back: 82 % in one direction. With 4 back it is 78 %: two directions."""
    assert rate(rows("a", 1) + rows("a", 1, hours=[6, 7, 8], direction="1"))[0][1:] == [17, 1, 17 / 14]
    assert rate(rows("a", 1) + rows("a", 1, hours=[6, 7, 8, 9], direction="1"))[0][1:] == [18, 2, 9 / 14]


def test_only_working_days_from_6_to_20_count() -> None:
    listed = (
        rows("a", 1) + rows("a", 9, day="sunday") + rows("a", 9, hours=[4, 5, 20, 21, 25]) + rows("b", 3, hours=[5])
    )
    assert rate(listed) == [["a", 14, 1, 1.0], ["b", 0, 1, 0.0]]


def test_hours_after_midnight_count_by_the_clock() -> None:
    assert within_hours([5, 6, 19, 20, 29, 30, 43, 44], 6, 20).tolist() == [
        False, True, True, False, False, True, True, False,
    ]  # fmt: skip


# ── in a study area: stops 0, 400 and 900 m east of a house ───────────────────────────────────────


def at(east: float, north: float = 50.0) -> tuple[float, float]:
    point = lon_lat(shapely.Point(EAST + east, NORTH + north), GRID)
    return point.x, point.y


def mapped(east: float, name: str) -> dict[str, Any]:
    return {"facility_id": f"osm:n{name}", "name": name, "geometry": shapely.Point(EAST + east, NORTH + 50)}


STOPS = [mapped(10, "1"), mapped(250, "2"), mapped(1500, "3")]
TABLE = timetable(
    {"gtfs:often": at(0), "gtfs:rare": at(400)}, both_ways("gtfs:often", 2) + rows("gtfs:rare", 1, hours=[7])
)


def build(given: Timetable | None = TABLE, settings: Parameters | None = None, **inputs: Any) -> Area:
    osm = extract(buildings=buildings([house(1, 50, 50)]), facilities=facilities(STOPS))
    asked = AreaInputs(osm=osm, population=census({(50, 50): 10}), timetable=given, **inputs)
    return build_area(asked, settings or parameters(), crs=None)


def categories(area: Area) -> dict[str, str]:
    return dict(zip(area.facilities["facility_id"], area.facilities["category"], strict=True))


def notes(area: Area) -> dict[str, int]:
    return {str(code): int(count) for code, count in zip(area.notes["code"], area.notes["count"], strict=True)}


def test_stops_of_the_timetable_take_the_place_of_mapped_ones_nearby() -> None:
    """Mapped stops 10 and 150 m from one of the timetable go; the one 1,100 m away stays with unknown frequency."""
    area = build()
    assert categories(area) == {"gtfs:often": "stop", "gtfs:rare": "stop_rare", "osm:n3": "stop"}
    assert area.transit is not None
    assert area.transit.stops["facility_id"].tolist() == ["gtfs:often", "gtfs:rare"]
    assert area.transit.stops["departures_per_hour"].round(6).tolist() == [2.0, round(1 / 14, 6)]
    told = notes(area)
    assert {code: n for code, n in told.items() if "stop" in code} == {
        "stops_of_timetable": 1, "stops_rare": 1, "stops_replaced": 2, "stops_of_unknown_frequency": 1,
    }  # fmt: skip


def test_a_complete_timetable_replaces_every_mapped_stop() -> None:
    assert categories(build(timetable_complete=True)) == {"gtfs:often": "stop", "gtfs:rare": "stop_rare"}


def test_with_a_timetable_no_stop_means_no_stop() -> None:
    stop = build().categories.set_index("category").loc["stop"]
    assert (stop["status"], stop["reason"], stop["n_places"]) == ("ok", "timetable", 2)
    only_rare = timetable({"gtfs:rare": at(400)}, rows("gtfs:rare", 1, hours=[7]))
    stop = build(only_rare, timetable_complete=True).categories.set_index("category").loc["stop"]
    assert (stop["status"], stop["reason"], stop["n_places"]) == ("ok", "timetable", 0)


def test_what_is_declared_unknown_stays_unknown() -> None:
    stop = build(unknown_categories=("stop",)).categories.set_index("category").loc["stop"]
    assert (stop["status"], stop["reason"]) == ("missing", "declared")
    judged = pd.DataFrame({"category": ["gp", "stop"], "status": "missing", "reason": "sparse"})
    assert told_by_timetable(judged, ())["reason"].tolist() == ["sparse", "timetable"]


def test_without_a_timetable_everything_is_as_before() -> None:
    area = build(None)
    assert area.transit is None
    assert set(categories(area).values()) == {"stop"}
    assert notes(area)["stops_without_timetable"] == 3
    assert "stops_without_timetable" not in notes(build())


def test_the_threshold_of_the_stop_rule_is_a_parameter() -> None:
    strict = parameters(**{"transit.minimum_departures_per_hour": 2.5})
    assert categories(build(settings=strict))["gtfs:often"] == "stop_rare"
    whole_day = parameters(**{"transit.from_hour": 0, "transit.to_hour": 24})
    table = build(settings=whole_day).transit
    assert table is not None and table.stops["departures_per_hour"].round(6).tolist()[0] == round(56 / 2 / 24, 6)
    with pytest.raises(InputError, match="cannot be used"):
        build(settings=parameters(**{"transit.from_hour": 20}))


def test_a_timetable_of_another_day_is_told() -> None:
    settings = Parameters(on=date(2027, 1, 11))
    assert notes(build(settings=settings))["timetable_days_off"] == 11


def test_a_timetable_of_another_place_is_refused() -> None:
    with pytest.raises(InputError, match="no stop of the timetable lies in the study's data"):
        build(timetable({"gtfs:far": (13.0, 52.5)}, rows("gtfs:far", 1)))


def test_stops_keep_the_columns_of_places() -> None:
    table = build().facilities.set_index("facility_id")
    assert table.loc["gtfs:often", "name"] == "Often"
    assert table.loc["gtfs:often", "status"] == "ok" and table.loc["gtfs:often", "opening_hours"] == ""
    assert np.isnan(table.loc["gtfs:often", "area_m2"])
    assert list(table.index) == sorted(table.index)
