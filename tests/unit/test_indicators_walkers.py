"""Walkers: an adult's time at the own speed; computed by hand for five addresses."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from nahraum.access import walkers as measured
from nahraum.errors import InputError
from nahraum.index.further import summed_values
from nahraum.indicators.catalogue import entry
from nahraum.indicators.further import Given
from nahraum.indicators.rules import read_rules
from nahraum.indicators.themes import walkers
from nahraum.network.build import NoWayError
from nahraum.parameters import Parameters
from nahraum.tables import SERVICES, GridTable

# 1000 m at 4.8 km/h are 12.5 minutes, 500 m 6.25 minutes
MINUTES = {
    "food_full_range": [12.5, 12.6, 5.0, np.nan, 5.0],
    "gp": [1.0, 1.0, 1.0, np.nan, 20.0],
    "pharmacy": [1.0, 1.0, 1.0, np.nan, 20.0],
    "primary_school": [1.0, 1.0, 13.0, np.nan, np.nan],
    "stop": [20.0, 1.0, 1.0, np.nan, 1.0],
    "green": [6.2, 6.3, 6.25, np.nan, np.nan],
}
STATUS = {name: ["ok", "ok", "ok", "unreachable", "ok"] for name in MINUTES}
STATUS["primary_school"][4] = STATUS["green"][4] = "missing"


@pytest.fixture(scope="module")
def minutes() -> pd.DataFrame:
    columns = {f"{name}_minutes": values for name, values in MINUTES.items()}
    columns |= {f"{name}_minutes_status": values for name, values in STATUS.items()}
    return pd.DataFrame(columns)


def _of(minutes: pd.DataFrame, name: str) -> pd.DataFrame:
    return getattr(walkers, name)(minutes, read_rules(Parameters()), 4.8)


def _services(minutes, name):
    table = _of(minutes, name)
    assert table[name].tolist() == [4.0, 4.0, 4.0, 0.0, 2.0]
    assert table[f"{name}_status"].tolist()[4] == "unreliable"  # whether a school is there is not known


def _no_supply(minutes, name):
    # food in 12.5 min and four of five: no lack; food a tenth of a minute too far: a lack; nothing reached: a lack;
    # two known and one unknown of five: a lack, whatever the unknown one is
    assert _of(minutes, name)[name].tolist() == [0.0, 1.0, 0.0, 1.0, 1.0]


def _no_green(minutes, name):
    table = _of(minutes, name)
    assert table[name].tolist()[:4] == [0.0, 1.0, 0.0, 1.0] and np.isnan(table[name][4])
    assert table[f"{name}_status"].tolist() == ["ok", "ok", "ok", "ok", "undetermined"]


def test_a_kilometre_is_twelve_and_a_half_minutes():
    assert walkers.budget_min(1000.0, speed_km_h=4.8) == pytest.approx(12.5)


def test_services_in_time_older_person_counts_what_is_reached_within_the_budget(minutes):
    _services(minutes, "services_in_time_older_person")


def test_no_supply_in_time_older_person_share_is_judged_as_the_prerequisite(minutes):
    _no_supply(minutes, "no_supply_in_time_older_person_share")


def test_no_green_in_time_older_person_share_compares_with_the_time_of_the_standard(minutes):
    _no_green(minutes, "no_green_in_time_older_person_share")


def test_services_in_time_child_counts_what_is_reached_within_the_budget(minutes):
    _services(minutes, "services_in_time_child")


def test_no_supply_in_time_child_share_is_judged_as_the_prerequisite(minutes):
    _no_supply(minutes, "no_supply_in_time_child_share")


def test_no_green_in_time_child_share_compares_with_the_time_of_the_standard(minutes):
    _no_green(minutes, "no_green_in_time_child_share")


def test_services_in_time_pushchair_counts_what_is_reached_within_the_budget(minutes):
    _services(minutes, "services_in_time_pushchair")


def test_no_supply_in_time_pushchair_share_is_judged_as_the_prerequisite(minutes):
    _no_supply(minutes, "no_supply_in_time_pushchair_share")


def test_no_green_in_time_pushchair_share_compares_with_the_time_of_the_standard(minutes):
    _no_green(minutes, "no_green_in_time_pushchair_share")


def test_services_in_time_wheelchair_counts_what_is_reached_within_the_budget(minutes):
    _services(minutes, "services_in_time_wheelchair")


def test_no_supply_in_time_wheelchair_share_is_judged_as_the_prerequisite(minutes):
    _no_supply(minutes, "no_supply_in_time_wheelchair_share")


def test_no_green_in_time_wheelchair_share_compares_with_the_time_of_the_standard(minutes):
    _no_green(minutes, "no_green_in_time_wheelchair_share")


def test_no_supply_in_time_from_65_share_judges_the_same_addresses(minutes):
    _no_supply(minutes, "no_supply_in_time_from_65_share")


def test_no_green_in_time_from_65_share_judges_the_same_addresses(minutes):
    _no_green(minutes, "no_green_in_time_from_65_share")


def test_no_supply_in_time_from_80_share_judges_the_same_addresses(minutes):
    _no_supply(minutes, "no_supply_in_time_from_80_share")


def test_no_green_in_time_from_80_share_judges_the_same_addresses(minutes):
    _no_green(minutes, "no_green_in_time_from_80_share")


def test_no_supply_in_time_under_10_share_judges_the_same_addresses(minutes):
    _no_supply(minutes, "no_supply_in_time_under_10_share")


def test_no_green_in_time_under_10_share_judges_the_same_addresses(minutes):
    _no_green(minutes, "no_green_in_time_under_10_share")


def _setting(minutes, *, ages: bool, standard: str = "nahraum_green"):
    ids = [f"a{n}" for n in range(5)]
    area = SimpleNamespace(addresses=pd.DataFrame({"address_id": ids, "cell_key": range(5)}))
    table = pd.DataFrame({"cell_key": range(5), "from_65_share": [0.5] * 5, "from_65_share_status": "ok"})
    topics = {"age_classes": GridTable(100, table)} if ages else {}
    known = pd.DataFrame({"profile": ["wheelchair"], "computed": [False], "reason": ["sparse"], "surface": [0.123]})
    given = Given(topics=topics, minutes={"older_person": minutes.assign(address_id=ids)}, walkers=known)
    return SimpleNamespace(area=area, given=given, parameters=Parameters({"green.standard": standard}))


def test_only_what_was_computed_and_ages_that_are_known_have_columns(minutes):
    table = walkers.address_values(_setting(minutes, ages=True))
    assert "no_supply_in_time_from_65_share" in table and "no_supply_in_time_from_80_share" not in table
    assert not any("wheelchair" in name or "child" in name for name in table)
    assert "no_supply_in_time_from_65_share" not in walkers.address_values(_setting(minutes, ages=False))


def test_a_standard_in_a_straight_line_gives_no_time_to_a_green(minutes):
    table = walkers.address_values(_setting(minutes, ages=False, standard="who_europe"))
    assert not any("green" in name for name in table) and "services_in_time_older_person" in table


def test_what_is_too_sparse_is_told_with_its_share(minutes):
    [(code, percent, german, english)] = walkers.notes(_setting(minutes, ages=False))
    assert (code, percent) == ("walker_wheelchair", 12)
    assert german == "Rollstuhl nicht berechnet: Nur für 12 % der Weglänge ist die Oberfläche erfasst."
    assert "12 %" in english


def test_a_walker_to_whom_no_way_is_open_is_told_so_and_not_as_sparsely_mapped(minutes):
    setting = _setting(minutes, ages=False)
    setting.given.walkers["reason"], setting.given.walkers["surface"] = "closed", np.nan
    [(_, _, german, english)] = walkers.notes(setting)
    assert german == "Rollstuhl nicht berechnet: Nach den Daten ist kein einziger Weg dafür offen."
    assert english == "wheelchair not computed: by the data not a single way is open to it."


def test_only_the_lack_of_any_way_makes_a_profile_closed_other_errors_are_told(monkeypatch):
    def refused(error):
        def built(*args, **kwargs):
            raise error

        monkeypatch.setattr(measured, "build_network", built)

    parameters = Parameters({"walkers.profiles": ["wheelchair"]})
    refused(NoWayError("the street data hold no walkable way"))
    known = measured.measure_walkers(SimpleNamespace(crs="EPSG:25832"), None, parameters).known
    assert known[["computed", "reason"]].to_numpy().tolist() == [[False, "closed"]]
    refused(InputError("a node of the street data lies nowhere (NaN)"))
    with pytest.raises(InputError, match="lies nowhere"):
        measured.measure_walkers(SimpleNamespace(crs="EPSG:25832"), None, parameters)


def test_a_share_of_an_age_weighs_the_residents_of_that_age():
    name = "no_supply_in_time_from_65_share"
    rows = pd.DataFrame(
        {
            "inside": True, "edge": False, "residents": [10.0, 30.0, 20.0], "from_65_share": [0.5, 0.1, np.nan],
            name: [1.0, 0.0, 1.0], f"{name}_status": "ok",
        }
    )  # fmt: skip
    table = summed_values(rows, [entry(name)], np.zeros(3, dtype=np.int64), n=1, share=0.05)
    assert table[name][0] == pytest.approx(5 / 8)  # 5 of 8 people of 65 and more; ages of the third cell are unknown


def test_services_are_those_of_the_study():
    assert set(SERVICES) < set(MINUTES)
