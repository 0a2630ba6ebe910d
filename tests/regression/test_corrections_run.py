"""Corrections on the way of a whole run: what they touch changes, nothing else; without the file all is as before."""

from __future__ import annotations

import csv
import dataclasses
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nahraum import workflow
from nahraum.errors import NahraumError
from nahraum.sources.osm import OsmExtract, read_osm
from nahraum.store import StageStore
from nahraum.study import read_study
from nahraum.workflow.chain import Chain, analyse, analyse_area
from nahraum.workflow.progress import Progress
from tiny_corrections import differing, write

pytestmark = pytest.mark.xdist_group("corrections")
AUTHOR = "Frieda Musteramt"
GREEN = {"greens", "green_entrances", "open_space", "notes", "base"}  # parts of the area that rest on green


@pytest.fixture(scope="module")
def raw(small_town) -> Path:
    return small_town.folder


@pytest.fixture(scope="module")
def osm(raw) -> OsmExtract:
    return read_osm(raw / "musterstadt.osm.pbf")


@pytest.fixture(scope="module")
def reference(raw) -> Chain:
    return analysed(raw)


@pytest.fixture
def town(raw, tmp_path) -> Path:
    shutil.copytree(raw, tmp_path / "town", ignore=shutil.ignore_patterns("ergebnis", "mit_registern"))
    return tmp_path / "town"


def analysed(folder: Path) -> Chain:
    study = read_study(folder / "study.toml")
    return analyse(study, StageStore(study.output_folder / "internal" / "stages"), Progress(quiet=True))


def correct(folder: Path, rows: list[dict[str, str]]) -> None:
    """The study with a file of corrections."""
    write([row | {"author": AUTHOR} for row in rows], folder / "korrekturen.csv")
    study = folder / "study.toml"
    text = study.read_text(encoding="utf-8").partition("\n[sources.corrections]")[0]
    study.write_text(f'{text}\n[sources.corrections]\nfile = "korrekturen.csv"\n', encoding="utf-8")


def only(osm: OsmExtract, category: str) -> str:
    ids = osm.facilities.loc[osm.facilities["category"] == category, "facility_id"]
    assert len(ids) == 1
    return str(ids.iloc[0])


def other_columns(one: pd.DataFrame, two: pd.DataFrame) -> set[str]:
    """Columns in which two tables of the same rows differ."""
    assert one.shape == two.shape and list(one.columns) == list(two.columns)
    return {str(name) for name in one.columns if not pd.DataFrame(one)[name].equals(pd.DataFrame(two)[name])}


def other_parts(one: object, two: object) -> set[str]:
    """Fields in which two dataclasses of tables and arrays differ."""
    found = set()
    for item in dataclasses.fields(one):
        first, second = getattr(one, item.name), getattr(two, item.name)
        if isinstance(first, pd.DataFrame):
            same = first.shape == second.shape and not other_columns(first, second)
        elif dataclasses.is_dataclass(first):
            same = not other_parts(first, second)
        elif isinstance(first, np.ndarray):
            same = np.array_equal(first, second)
        else:
            same = first == second
        found |= set() if same else {item.name}
    return found


def test_a_closed_pharmacy_changes_the_ways_to_pharmacies_and_nothing_else(reference, osm, town):
    correct(town, [{"action": "remove", "object": "facility", "osm_id": only(osm, "pharmacy")}])
    chain = analysed(town)
    assert differing(chain.inputs.value.osm, reference.inputs.value.osm) == ["facilities"]
    assert other_parts(chain.area.value, reference.area.value) == {"facilities", "categories", "notes"}
    assert other_parts(chain.network.value, reference.network.value) == set()
    columns = other_columns(chain.access.value, reference.access.value)
    assert columns and all(name.startswith("pharmacy_") for name in columns)
    supply = other_columns(chain.judged.value, reference.judged.value)
    assert not {name for name in supply if name.startswith(("lacks_green", "lacks_internet", "lacks_living_space"))}


def test_a_park_opened_to_the_public_changes_green_and_nothing_else(reference, town):
    rows = reference.inputs.value.osm.greens
    park = rows[rows["name"] == "Werkspark"].iloc[0]
    correct(town, [{"action": "retag", "object": "green", "osm_id": park["green_id"], "new_category": "öffentlich"}])
    chain = analysed(town)
    assert differing(chain.inputs.value.osm, reference.inputs.value.osm) == ["greens"]
    assert other_parts(chain.area.value, reference.area.value) <= GREEN
    assert other_parts(chain.network.value, reference.network.value) == set()
    columns = other_columns(chain.access.value, reference.access.value)
    assert all(name.startswith("green_") for name in columns)


def test_without_the_file_every_stage_is_found_again_under_its_old_key(reference, osm, town):
    before = (town / "study.toml").read_text(encoding="utf-8")
    correct(town, [{"action": "remove", "object": "facility", "osm_id": only(osm, "gp")}])
    corrected = analysed(town)
    assert all(corrected.keys()[name] != key for name, key in reference.keys().items())
    (town / "study.toml").write_text(before, encoding="utf-8")
    (town / "korrekturen.csv").unlink()
    again = analysed(town)
    assert again.keys() == reference.keys()
    assert other_parts(again.area.value, reference.area.value) == set()
    pd.testing.assert_frame_equal(again.access.value, reference.access.value, check_exact=True)


def test_what_the_corrections_did_is_published_without_the_author(osm, town):
    rows = [
        {"action": "remove", "object": "facility", "osm_id": only(osm, "gp"), "reason": "=Praxis aufgegeben"},
        {"action": "remove", "object": "facility", "osm_id": "n999999999", "reason": "Laden geschlossen"},
        {"action": "retag", "object": "facility", "osm_id": "n999999998", "new_name": "Neu", "reason": "heißt anders"},
    ]
    correct(town, rows)
    told = workflow.check(town / "study.toml", quiet=True)
    assert told.document["corrections"]["counts"] == {"applied": 1, "adopted": 1, "conflict": 1}
    assert any("1 angewandt, 1 stehen schon so in den Daten, 1 nicht angewandt" in line for line in told.lines)
    assert any("korrekturen.csv, row 4" in line for line in told.lines)
    workflow.run(town / "study.toml", quiet=True)
    public = town / "ergebnis" / "public"
    with (public / "tables" / "corrections.csv").open(encoding="utf-8-sig", newline="") as stream:
        table = list(csv.DictReader(stream, delimiter=";"))
    assert sorted(row["outcome"] for row in table) == ["adopted", "applied", "conflict"]
    assert "'=Praxis aufgegeben" in {row["reason"] for row in table}, "quoted: no formula"
    manifest = json.loads((public / "manifest.json").read_text(encoding="utf-8"))
    assert "corrections" in json.dumps(manifest)
    named = [
        path.relative_to(public)
        for path in sorted(public.rglob("*"))
        if path.is_file() and AUTHOR.encode() in path.read_bytes()
    ]
    assert named == []


def test_a_correction_that_fits_two_objects_stops_the_run_and_publishes_nothing(osm, town):
    stops = osm.facilities[osm.facilities["category"] == "stop"]
    far = "corrections.match_distance_m"
    text = (town / "study.toml").read_text(encoding="utf-8")
    (town / "study.toml").write_text(f'{text}\n[parameters]\n"{far}" = 5000.0\n', encoding="utf-8")
    point = stops.geometry.iloc[0]
    row = {"action": "remove", "object": "facility", "category": "Haltestelle"}
    correct(town, [row | {"lon": f"{point.x:.6f}", "lat": f"{point.y:.6f}"}])
    with pytest.raises(NahraumError) as caught:
        workflow.run(town / "study.toml", quiet=True)
    text = caught.value.message()
    assert text.startswith("WHAT") and "row 2" in text and "fits several" in text and "0 m" in text
    assert caught.value.expected and caught.value.fix
    assert not (town / "ergebnis" / "public").exists()


def test_a_correction_of_a_later_day_than_the_study_is_refused(town):
    correct(town, [{"action": "remove", "object": "facility", "osm_id": "n1", "date": "2026-09-01"}])
    with pytest.raises(NahraumError, match="after the study's reference_date 2026-06-30"):
        analysed(town)


def test_the_same_study_on_another_day_reads_its_corrections_again(raw, town):
    correct(town, [{"action": "remove", "object": "facility", "osm_id": "n1"}])
    study = read_study(town / "study.toml")
    keys = []
    for day in (study.reference_date, study.reference_date.replace(year=2027)):
        store = StageStore(town / "ergebnis" / "internal" / "stages")
        keys.append(analyse_area(replace(study, reference_date=day), store, Progress(quiet=True))[0].key)
    assert keys[0] != keys[1]
