"""A study with tables of its own: `check` tells what each of them holds, and a run shows their figures."""

import shutil
from pathlib import Path

import geopandas as gpd
import pytest

from nahraum import workflow
from nahraum.errors import NahraumError
from nahraum.musterstadt import write_city
from nahraum.study import read_study
from nahraum.workflow.inputs import Inputs, read_inputs

pytestmark = pytest.mark.xdist_group("bad")

SECTIONS = """
[sources.statistics.sozialraum]
file = "sozial.csv"
id = "nr"
id_digits = {digits}
header = 1
columns = {{ unemployed = "Arbeitslose", rent = "#3" }}
exclude = ["Stadt"]

[sources.municipalities]
file = "gemeinden.gpkg"
"""


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("raw")
    write_city(1000, 1, folder)
    return folder


@pytest.fixture
def town(raw: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "town"
    shutil.copytree(raw, folder)
    quarters = gpd.read_file(folder / "quartiere.geojson").to_crs(25832)
    keys = [str(key) for key in quarters["quartier_nr"]]
    rows = [f"{key};{number};." for number, key in enumerate(keys)]
    (folder / "sozial.csv").write_text("nr;Arbeitslose;Miete\n" + "\n".join([*rows, "Stadt;999;1", ";5;5"]) + "\n")
    outline = gpd.GeoDataFrame(
        {"AGS": ["07312000"], "GEN": ["Musterstadt"]}, geometry=[quarters.union_all()], crs=25832
    )
    outline.to_file(folder / "gemeinden.gpkg", driver="GPKG")
    study = folder / "study.toml"
    study.write_text(study.read_text(encoding="utf-8") + SECTIONS.format(digits=len(keys[0])), encoding="utf-8")
    return folder


def inputs_of(town: Path) -> Inputs:
    study = read_study(town / "study.toml")
    return read_inputs(study, study.parameters())


def test_the_tables_of_a_study_are_read_with_their_counts(town):
    read = inputs_of(town)
    table = read.statistics["sozialraum"]
    assert table.table["unemployed"].tolist() == list(range(len(table.table)))
    assert set(table.table["rent_status"]) == {"suppressed"}
    assert read.counts["statistics.sozialraum"]["excluded"] == 1
    assert read.counts["statistics.sozialraum"]["without_id"] == 1
    assert read.municipalities is not None
    assert read.municipalities["municipality_id"].tolist() == ["07312000"]


def test_check_tells_what_was_read_and_left_out(town):
    told = "\n".join(workflow.check(town / "study.toml", quiet=True).lines)
    assert "1 Zeilen ohne Schlüssel ausgelassen (Summen, Fußnoten)" in told
    assert "1 Zeilen ausgeschlossen" in told
    assert "1 Gemeinden" in told


def test_a_table_that_cannot_be_read_says_all_four_parts(town):
    path = town / "sozial.csv"
    path.write_text(path.read_text().replace("Stadt;999;1", "x1;viele;1\nx1;3;1"))
    with pytest.raises(NahraumError) as refused:
        inputs_of(town)
    message = refused.value.message()
    assert all(part in message for part in ("WHAT", "WHERE", "EXPECTED", "FIX"))
    assert "sozial.csv" in message
    assert "the key has not" in message
    assert "text where a number is needed" in message
