"""Ratios and sums that are printed beside their own numerators: Hamburg, New York, Berlin, Köln (STATISTICS.md)."""

import pytest

from nahraum.sources.published import read_all, replication
from nahraum.sources.statistics import load_statistics
from nahraum.study import SourceSpec
from nahraum.workflow.replicate_rates import hamburg, new_york

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("published")]


def found(data_dir, name, function):
    wanted = replication(name)
    return function(wanted, read_all(wanted, data_dir))


def agreement(result, name):
    return next(each for each in result.agreements if each.id == name)


def test_floor_area_per_resident_of_hamburg_agrees_within_rounding_in_all_107_rows(data_dir):
    result = found(data_dir, "hamburg-m2-2014", hamburg)
    area, young = agreement(result, "m2_per_resident"), agreement(result, "under_18")
    assert (area.agree, area.compared) == (107, 107) and area.largest <= 0.076
    assert (young.agree, young.compared) == (107, 107) and young.largest <= 0.05 + 1e-9
    assert result.areas.index.is_unique  # five districts are called like one of their quarters
    assert result.areas.loc["Hamburg (Stadt)", "computed_m2_per_resident"] == pytest.approx(38.8, abs=0.05)


def test_rates_and_sums_of_new_york_are_the_published_ones(data_dir):
    """177 areas within 0.07; 3,628,423 cases among 8,332,458.14 residents."""
    result = found(data_dir, "nyc-covid-rates", new_york)
    rate = agreement(result, "rate")
    assert (rate.agree, rate.compared) == (177, 177) and rate.largest <= 0.07
    assert result.areas["cases"].sum() == 3_628_423
    assert result.areas["population"].sum() == pytest.approx(8_332_458.14, abs=0.005)
    assert agreement(result, "cases").reached and agreement(result, "population").reached


def test_floor_area_per_person_of_berlin_has_the_computed_mean_and_quartiles(data_dir):
    """Housing of 2018 (headings shifted by one) joined with the register of 12/2018: 437 areas, 38.13 m² per person,
    quartiles 34.0, 38.0, 42.6; 73.41 m² per dwelling."""
    folder = data_dir / "statistics"
    files = tuple(sorted((folder / "berlin_housing").glob("berlin-lor-housing-stock-2018-00-*.csv")))
    columns = {"dwellings": "#2", "area_100m2": "#12"}
    options = {"id": "#1", "id_digits": 8, "columns": columns, "marks": {"-": "zero"}}
    housing = load_statistics(SourceSpec("statistics.x", "table", files, options)).table.set_index("area_id")
    assert housing["area_100m2"].sum() * 100 / housing["dwellings"].sum() == pytest.approx(73.41, abs=0.005)
    people = read_all(replication("mss-berlin-2019"), data_dir)["persons"].set_index("area_id")["residents"]
    both = housing.join(people, how="inner")
    both = both[both["residents"] > 0]
    area_m2 = both["area_100m2"] * 100
    assert len(both) == 437
    assert area_m2.sum() / both["residents"].sum() == pytest.approx(38.13, abs=0.005)
    quartiles = (area_m2 / both["residents"]).quantile([0.25, 0.5, 0.75]).round(1)
    assert quartiles.tolist() == [34.0, 38.0, 42.6]
