"""`nahraum stress` on the test town: files, disclosure, conservation, the same bytes again."""

import json
import shutil
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyogrio
import pytest

from attack_synthetic import SyntheticHarness
from nahraum import workflow
from nahraum.errors import InputError
from nahraum.publish.report.beside import chapters_of, read_chapters
from nahraum.stress.reading import read_scenario
from nahraum.stress.within import near_under
from nahraum.study import read_study
from nahraum.workflow.chain import analyse
from nahraum.workflow.progress import Progress
from nahraum.workflow.stress import StressAsk
from nahraum.workflow.stress_near import near_homes
from nahraum.workflow.verbs import store_of

ASK = StressAsk(("open_day", "nrw_spring_2020"), draws=2, choices=False)


@pytest.fixture(scope="module")
def town(small_town: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """The test town with one stress test."""
    folder = tmp_path_factory.mktemp("stress") / "town"
    shutil.copytree(small_town.folder, folder)
    study = folder / "study.toml"
    summary = workflow.stress(study, ASK, quiet=True)
    return SimpleNamespace(study=study, out=folder / "ergebnis", summary=summary)


def test_tables_a_layer_and_a_paper_are_there(town):
    told = town.out / "stress"
    names = {path.name for path in told.iterdir()} - {"stress.svg"}  # no map where no quarter is told
    assert names == {
        "STATEMENT.txt", "chapters.json", "stress.geojson", "stress.gpkg", "stress.json", "stress.pdf", "tables",
    }  # fmt: skip
    assert (told / "stress.pdf").read_bytes()[:5] == b"%PDF-"
    document = json.loads((told / "stress.json").read_text(encoding="utf-8"))
    assert [one["id"] for one in document["scenarios"]] == ["open_day", "nrw_spring_2020"] and document["verify"]
    assert "No row is a household that exists" in (told / "STATEMENT.txt").read_text(encoding="utf-8")


def test_every_table_and_layer_says_that_no_household_of_it_exists(town):
    told, exact = town.out / "stress", town.out / "internal" / "stress"
    tables = sorted((told / "tables").glob("*.csv"))
    assert {"household_fit", "mismatch_whole", "stress_study"} <= {path.stem for path in tables}
    for path in (*tables, *exact.glob("*.csv")):
        assert "no personal record" in path.read_text("utf-8") or "keine personenbez" in path.read_text("utf-8"), path
    for name in ("stress.json", "stress.geojson", "STATEMENT.txt"):
        assert "keine personenbezogenen Daten" in (told / name).read_text(encoding="utf-8"), name
    assert "ohne personenbezogene Daten" in (told / "chapters.json").read_text(encoding="utf-8")  # what the paper says
    with closing(sqlite3.connect(f"file:{told / 'stress.gpkg'}?mode=ro", uri=True)) as database:
        assert any("no personal record" in str(row) for row in database.execute("SELECT * FROM gpkg_metadata"))


def test_the_first_lines_say_who_could_not_keep_apart_at_home(town):
    path = town.out / "stress" / "tables" / "stress_study.csv"
    study = pd.read_csv(path, sep=";", decimal=",", skipfooter=1, engine="python")
    share = study.set_index("scenario").loc["open_day", "stress_isolation_share"]
    said = [line for line in town.summary.lines if "Absondern könnten sich" in line]
    assert len(said) == 1 and f"{100 * share:.0f}\u202f% der Menschen" in said[0]


def test_every_scenario_and_rooms_against_people_are_layers_that_qgis_colours(town, tmp_path):
    path = Path(shutil.copy(town.out / "stress" / "stress.gpkg", tmp_path))  # readers leave files beside it
    layers = {name for name, kind in pyogrio.list_layers(path) if kind}
    assert layers == {"stress_open_day", "stress_nrw_spring_2020", "mismatch"}
    told = pyogrio.read_dataframe(path, layer="stress_open_day")
    assert {"quarter_id", "stress_several_share", "stress_m0_share"} <= set(told) and told.crs.is_projected
    assert not {"households", "unit_id"} & set(told)
    with closing(sqlite3.connect(path)) as database:
        styled = {row[0] for row in database.execute("SELECT f_table_name FROM layer_styles")}
    assert styled == layers


def test_greens_prepared_for_a_day_are_those_of_the_indicator(town):
    """A radius beyond the standard's distance and nothing closed: the same m² per resident, the same ways."""
    study, day = read_study(town.study), replace(read_scenario("open_day"), radius_m=5000.0)
    with store_of(study).lock():
        near = near_homes(analyse(study, store_of(study), Progress(quiet=True)), study, [day])
    n = len(near.addresses)
    told = near_under(replace(near, green_m2=np.full(n, np.inf), green_access=np.ones(n)), day, study.parameters())
    known = ~np.isnan(near.green_m2)
    np.testing.assert_allclose(told.green_m2[known], near.green_m2[known], rtol=1e-9)
    known = ~np.isnan(near.green_access)
    assert known.any() and (told.green_access[known] == near.green_access[known]).all()


def test_the_next_report_takes_the_chapters_of_the_same_analysis_only(town, tmp_path):
    basis = json.loads((town.out / "stress" / "chapters.json").read_text(encoding="utf-8"))["basis"]
    chapters = read_chapters(town.out, basis=basis)
    assert [one.title for one in chapters] == ["Wohnen zu Hause", "Stresstest"]
    assert chapters_of(chapters, tmp_path)[1]["sections"]
    assert read_chapters(town.out, basis="another") == ()


def _exact(path: Path) -> pd.DataFrame:
    """A table of the office without the line that says what it is."""
    table = pd.read_csv(path, dtype={"quarter_id": str}, skipfooter=1, engine="python")
    return table.assign(quarter_id=table["quarter_id"].fillna(""))


def test_exact_figures_stay_with_the_office_and_conserve_people(town):
    exact = town.out / "internal" / "stress"
    assert stat.S_IMODE(exact.stat().st_mode) == 0o700
    quarters = _exact(exact / "quarters.csv")
    one = quarters[quarters["scenario"] == "open_day"]
    whole = one[one["quarter_id"] == ""].iloc[0]
    assert one.loc[one["quarter_id"] != "", "persons"].sum() == whole["persons"]
    homes = _exact(exact / "mismatch.csv")
    assert homes.loc[homes["quarter_id"] == "", "persons"].iloc[0] == whole["persons"]


def test_nothing_finer_than_quarters_is_told_and_persons_are_in_tens(town):
    for path in (town.out / "stress" / "tables").glob("*.csv"):
        table = pd.read_csv(path, sep=";", decimal=",", dtype={"quarter_id": str}, skipfooter=1, engine="python")
        assert not {"unit_id", "household_id", "cell_key", "households"} & set(table.columns)
        if "residents" in table:
            assert (table["residents"].dropna() % 10 == 0).all()
    quarters = pd.read_csv(town.out / "internal" / "stress" / "quarters.csv", dtype={"quarter_id": str})
    small = set(quarters.loc[quarters["households"] < 50, "quarter_id"].dropna())
    told = pd.read_csv(town.out / "stress" / "tables" / "stress_study.csv", sep=";", skipfooter=1, engine="python")
    path = town.out / "stress" / "tables" / "stress_quarters.csv"
    shown = set(pd.read_csv(path, sep=";", dtype={"quarter_id": str})["quarter_id"]) if path.exists() else set()
    assert len(told) == 2 and not small & shown


def test_the_same_test_gives_the_same_bytes_and_is_one_release(town):
    before = {path: path.read_bytes() for path in (town.out / "stress").rglob("*") if path.is_file()}
    released = (town.out / "internal" / "ledger.jsonl").read_bytes()
    workflow.stress(town.study, ASK, quiet=True)
    assert {path: path.read_bytes() for path in before} == before
    assert (town.out / "internal" / "ledger.jsonl").read_bytes() == released
    assert b"synthetic_figures" in released and SyntheticHarness(town.out).everything() == []


def test_an_unknown_scenario_or_plan_is_refused_before_anything_runs(town):
    with pytest.raises(InputError, match="there is no scenario"):
        workflow.stress(town.study, StressAsk(("nrw_2031",)), quiet=True)
    with pytest.raises(InputError, match="there is no plan"):
        workflow.stress(town.study, StressAsk(("open_day",), plan="none"), quiet=True)
