"""Public transport: classes of stops and places, shares, departures near home, by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nahraum.area.transit import Transit
from nahraum.indicators.catalogue import read_catalogue
from nahraum.indicators.further import Setting
from nahraum.indicators.themes import transit as theme
from nahraum.indicators.transit_classes import best_rank, read_system, stop_categories
from nahraum.parameters import Parameters
from nahraum.publish.frequency import with_frequency
from tiny_studies import parameters, study_area
from tiny_transit import both_ways, rows, transit
from tiny_walks import ORIGIN, net

EAST, NORTH = ORIGIN
OEROK, ARE, GERMAN = (read_system(Parameters(), name) for name in ("oerok", "are", "de"))


def categories(given: Transit, system: Any) -> dict[str, tuple[str, float, str]]:
    table = stop_categories(given, system)
    return {
        str(name): (str(row["mode"]), round(float(row["interval_min"]), 2), str(row["category"]))
        for name, row in table.iterrows()
    }


def test_a_bus_every_half_hour_each_way() -> None:
    """2 departures per hour and direction: 56 in all, 840 · 2 / 56 = 30 minutes."""
    given = transit({"a": 2.0}, both_ways("a", 2))
    assert categories(given, OEROK) == {"a": ("4", 30.0, "V")}
    assert categories(given, ARE) == {"a": ("tram_bus", 30.0, "IV")}
    assert categories(given, GERMAN) == {"a": ("C", 30.0, "V")}


def test_the_highest_mode_gives_the_column_and_all_lines_the_interval() -> None:
    """A train each hour and direction and five buses: 6 each way, every 10 minutes, as a railway station."""
    given = transit({"a": 6.0}, both_ways("a", 5) + both_ways("a", 1, route_type=106))
    assert categories(given, OEROK) == {"a": ("2", 10.0, "II")}
    assert categories(given, GERMAN) == {"a": ("A", 10.0, "I")}


def test_only_the_german_system_halves_departures_by_the_directions_served() -> None:
    one_way = transit({"a": 4.0}, rows("a", 4))
    one_way = replace(one_way, stops=one_way.stops.assign(n_directions=1))
    assert categories(one_way, OEROK)["a"][1] == 30.0
    assert categories(one_way, GERMAN)["a"][1] == 15.0


def test_a_railway_station_with_three_next_stops_is_a_node_in_switzerland() -> None:
    listed = both_ways("a", 2, route_type=2) + both_ways("b", 2, route_type=2)
    given = transit({"a": 2.0, "b": 2.0}, listed, [("a", 2, 3), ("b", 2, 2), ("b", 3, 9)])
    assert categories(given, ARE) == {"a": ("rail_node", 30.0, "II"), "b": ("rail_line", 30.0, "III")}


def test_ferries_and_weekends_give_no_class() -> None:
    listed = both_ways("a", 9, route_type=4) + both_ways("a", 9, day="sunday") + both_ways("a", 9, hours=[5, 20])
    given = transit({"a": 0.0}, listed)
    table = stop_categories(given, OEROK).loc["a"]
    assert (table["mode"], table["departures"], table["category"]) == ("", 0, "-")
    assert np.isnan(table["interval_min"])


def ways(**metres: list[float]) -> pd.DataFrame:
    return pd.DataFrame(metres, dtype=float)


def test_transit_class_oerok_is_the_better_one_of_all_stops() -> None:
    """IV at 480 m is D, V at 90 m is D; IV at 700 m is E, V at 600 m is F; neither near is no class, 8."""
    found = theme.transit_class_oerok(ways(IV=[480, 700, 1251, np.nan], V=[90, 600, np.nan, 1250]), OEROK)
    assert found.tolist() == [4, 5, 8, 7]


def test_transit_class_are_knows_four_classes() -> None:
    assert theme.transit_class_are(ways(I=[300, 301, 1000], V=[10, 300, 300]), ARE).tolist() == [1, 1, 3]
    assert theme.transit_class_are(ways(V=[300, 301]), ARE).tolist() == [4, 5]


def test_transit_class_de_at_450_m_of_a_tram_every_nine_minutes_is_b() -> None:
    assert theme.transit_class_de(ways(II=[450], VII=[10]), GERMAN).tolist() == [2]
    assert best_rank(ways(VII=[300, 301]), GERMAN).tolist() == [6, 7]


RANKS = pd.Series([1.0, 2.0, 4.0, 5.0, 6.0, 7.0, 8.0, np.nan])


def flags(series: pd.Series) -> list[float]:
    return series.fillna(-1).tolist()


def test_transit_good_oerok_share_is_a_to_d() -> None:
    assert flags(theme.transit_good_oerok_share(RANKS, OEROK)) == [1, 1, 1, 0, 0, 0, 0, -1]


def test_transit_very_poor_oerok_share_is_g_or_none() -> None:
    assert flags(theme.transit_very_poor_oerok_share(RANKS, OEROK)) == [0, 0, 0, 0, 0, 1, 1, -1]


def test_transit_good_are_share_is_a_or_b() -> None:
    assert flags(theme.transit_good_are_share(RANKS[:4], ARE)) == [1, 1, 0, 0]


def test_transit_very_poor_are_share_is_no_class() -> None:
    assert flags(theme.transit_very_poor_are_share(RANKS[:4], ARE)) == [0, 0, 0, 1]


def test_transit_good_de_share_is_a_or_b() -> None:
    assert flags(theme.transit_good_de_share(RANKS[:6], GERMAN)) == [1, 1, 0, 0, 0, 0]


def test_transit_very_poor_de_share_is_f_or_none() -> None:
    assert flags(theme.transit_very_poor_de_share(RANKS[:6], GERMAN)) == [0, 0, 0, 0, 1, 1]


def test_stop_departures_per_hour_500m_is_that_of_the_best_stop_not_the_sum() -> None:
    start, rate = np.array([0, 2, 2, 3]), np.array([1.5, 4.0, 0.5])
    assert theme.stop_departures_per_hour_500m(start, rate).tolist() == [4.0, 0.0, 0.5]


# ── on a street of 2 km: a stop at 0 m, homes at 100, 900 and 1,900 m, one far from every way ─────

STREET = net({i: (EAST + 100.0 * i, NORTH) for i in range(21)}, [(i, i + 1, 1) for i in range(20)])
HOMES = {
    "b": (EAST + 900.0, NORTH, 20.0), "a": (EAST + 100.0, NORTH, 10.0), "c": (EAST + 1900.0, NORTH, 5.0),
    "lost": (EAST + 100.0, NORTH + 3000.0, 1.0), "rim": (EAST + 200.0, NORTH, 1.0),
}  # fmt: skip
TRAM = transit({"tram": 6.0, "bus": 2.0}, both_ways("tram", 6, route_type=0) + both_ways("bus", 2))


def setting(given: Transit | None = TRAM, *, unknown: float | None = None) -> Setting:
    """A tram every 10 minutes at 0 m and a bus every 30 at 1,000 m; perhaps a stop of unknown frequency."""
    places = [("tram", "stop", EAST, NORTH), ("bus", "stop", EAST + 1000.0, NORTH)]
    places += [] if unknown is None else [("osm:n1", "stop", EAST + unknown, NORTH)]
    area = replace(study_area(HOMES, places), transit=given)
    return Setting(area, STREET, pd.DataFrame(), parameters())


def column(name: str, **options: Any) -> dict[str, Any]:
    held = setting(**options)
    table = theme.address_values(held)
    assert table is not None and table.index.equals(held.area.addresses.index)
    values = table[name].astype(object).where(table[name].notna(), None)
    return dict(zip(held.area.addresses["address_id"], zip(values, table[f"{name}_status"], strict=True), strict=True))


def test_classes_of_addresses_on_foot() -> None:
    """ÖROK: tram every 10 min is III, bus every 30 min is V. 100 m from the tram: B. 100 m from the bus: D, and
    900 m from the tram: E. 900 m from the bus: G."""
    assert column("transit_class_oerok") == {
        "a": (2, "ok"), "b": (4, "ok"), "c": (7, "ok"), "lost": (None, "missing"), "rim": (2, "edge"),
    }  # fmt: skip


def test_classes_of_addresses_in_a_straight_line_ask_for_no_way() -> None:
    found = column("transit_class_de")
    assert found["lost"] == (7, "ok")
    assert found["a"] == (1, "ok")  # a tram every 10 minutes is II: A up to 300 m


def test_a_stop_of_unknown_frequency_makes_the_class_unreliable_or_undetermined() -> None:
    """At 1,900 m itself: c knows only G, a and b lie beyond its rings or within them."""
    found = column("transit_class_oerok", unknown=1900.0)
    assert found["a"] == (2, "ok")
    assert found["b"] == (4, "unreliable") and found["c"] == (7, "unreliable")
    alone = column(
        "transit_class_oerok", given=transit({"tram": 6.0}, both_ways("tram", 6, route_type=0)), unknown=1900.0
    )
    assert alone["c"] == (None, "undetermined")


def test_a_good_class_is_a_fact_whatever_else_is_near() -> None:
    found = column("transit_good_oerok_share", unknown=200.0)
    assert found["a"] == (1, "ok")
    assert column("transit_very_poor_oerok_share", unknown=200.0)["a"] == (0, "ok")


def test_departures_within_500_m_of_addresses() -> None:
    assert column("stop_departures_per_hour_500m") == {
        "a": (6, "ok"), "b": (2, "ok"), "c": (0, "ok"), "lost": (None, "missing"), "rim": (6, "edge"),
    }  # fmt: skip
    assert column("stop_departures_per_hour_500m", unknown=1900.0)["c"] == (None, "undetermined")


def test_without_a_timetable_the_theme_has_no_columns() -> None:
    assert theme.address_values(setting(None)) is None


def test_every_column_of_the_theme_has_its_entry() -> None:
    table = theme.address_values(setting())
    assert table is not None
    entries = {item.id for item in read_catalogue() if item.theme == "transit"}
    assert {name for name in table.columns if not name.endswith("_status")} == entries


# ── what stops say on the map ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("language", "said", "unknown"),
    [
        ("de", "1,5 Abfahrten je Stunde und Richtung", "Takt unbekannt"),
        ("en", "1.5 departures per hour and direction", "frequency unknown"),
    ],
)
def test_stops_tell_their_frequency(language: str, said: str, unknown: str) -> None:
    places = pd.DataFrame({"facility_id": ["a", "b", "c"], "category": ["stop_rare", "stop", "gp"]})
    told = with_frequency(places, pd.Series({"a": 1.5}), language)
    assert told["frequency"].tolist() == [said, unknown, ""]
    assert told["departures_per_hour"].round(3).fillna(-1).tolist() == [1.5, -1, -1]
    plain = with_frequency(places, None, language)
    assert plain["frequency"].tolist() == ["unknown", "unknown", ""] and "departures_per_hour" not in plain
