"""The timetable of Musterstadt against its plan, and what a thinned-out timetable does to who lacks supply."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from nahraum.access import measure
from nahraum.area import build_area
from nahraum.indicators import judge
from nahraum.musterstadt import write_city
from nahraum.network import build_network
from nahraum.parameters import Parameters
from nahraum.sources.gtfs import read_timetable
from nahraum.study import read_study
from nahraum.workflow.inputs import Inputs, read_inputs
from nahraum.workflow.placing import area_inputs


@pytest.fixture(scope="module", params=[1000, 20_000])
def city(request, tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("city")
    write_city(request.param, 3, folder)
    return folder


def test_departures_by_direction_are_those_of_the_plan(city):
    told = json.loads((city / "truth.json").read_text(encoding="utf-8"))["stops"]
    read = read_timetable([city / "fahrplan_gtfs.zip"], parameters=Parameters())
    day = read.departures[(read.departures["day"] == "working_day") & read.departures["hour"].between(6, 19)]
    found = day.pivot_table(index="stop_id", columns="direction", values="departures", aggfunc="sum", fill_value=0)
    ours = {str(stop).removeprefix("gtfs:").removesuffix("_1"): row.tolist() for stop, row in found.iterrows()}
    assert ours == {stop: planned["departures_6_20"] for stop, planned in told.items()}


def test_every_stop_of_the_plan_counts_and_no_mapped_one_is_left(city):
    told = json.loads((city / "truth.json").read_text(encoding="utf-8"))["stops"]
    study = read_study(city / "study.toml")
    parameters = study.parameters()
    area = build_area(area_inputs(read_inputs(study, parameters), study), parameters, crs=None)
    stops = area.facilities[area.facilities["category"].isin(("stop", "stop_rare"))]
    assert set(stops["facility_id"]) == {f"gtfs:{stop}_1" for stop in told}
    assert set(stops["category"]) == {"stop"}
    assert area.categories.set_index("category").loc["stop", "reason"] == "timetable"


def thinned(path: Path, target: Path) -> Path:
    """The same timetable with every second working-day departure of each line only at 7 and at 13 h."""
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(target, "w") as out:
        tables = {name: archive.read(name) for name in archive.namelist()}
        trips = pd.read_csv(io.BytesIO(tables["trips.txt"]), dtype=str)
        times = pd.read_csv(io.BytesIO(tables["stop_times.txt"]), dtype=str)
        start = times.groupby("trip_id")["departure_time"].min()
        kept = trips["trip_id"].map(start).str[:2].isin(("07", "13"))
        tables["trips.txt"] = trips[kept].to_csv(index=False).encode()
        tables["stop_times.txt"] = times[times["trip_id"].isin(trips.loc[kept, "trip_id"])].to_csv(index=False).encode()
        for name, content in tables.items():
            out.writestr(name, content)
    return target


def lacking(inputs: Inputs, study, parameters: Parameters) -> tuple[pd.DataFrame, set[str]]:
    area = build_area(area_inputs(inputs, study), parameters, crs=None)
    access = measure(area, build_network(inputs.osm, crs=area.crs), parameters)
    return judge(area, access, parameters).set_index("address_id"), set(area.facilities["category"])


def test_buses_twice_a_day_are_no_everyday_supply(city, tmp_path):
    """With stops gone as a service, those who had exactly four of five lack supply; everything else stays."""
    study = read_study(city / "study.toml")
    parameters = study.parameters()
    inputs = read_inputs(study, parameters)
    before, kinds = lacking(inputs, study, parameters)
    rare = read_timetable([thinned(city / "fahrplan_gtfs.zip", tmp_path / "rare.zip")], parameters=parameters)
    after, rare_kinds = lacking(replace(inputs, timetable=rare), study, parameters)
    assert "stop_rare" not in kinds and "stop" not in rare_kinds
    with_stop = before["services_within_reach"] - after["services_within_reach"]
    assert set(with_stop.unique()) <= {0.0, 1.0} and (with_stop == 1).any()
    lost = (before["lacks_supply"] == 0) & (after["lacks_supply"] == 1)
    four = (before["services_within_reach"] == 4) & (before["lacks_supply"] == 0) & (with_stop == 1)
    assert lost.any() and lost.equals(four)
    others = [name for name in before.columns if not name.startswith(("lacks_supply", "services_", "stop_"))]
    pd.testing.assert_frame_equal(before[others], after[others])
