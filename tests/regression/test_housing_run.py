"""`nahraum housing` and `nahraum pilots` on the test town: files, chapters of the next report, refusals."""

import json
import shutil
import sqlite3
import stat
from contextlib import closing
from types import SimpleNamespace

import pandas as pd
import pytest

from attack_synthetic import SyntheticHarness
from nahraum import workflow
from nahraum.errors import InputError
from nahraum.publish.ledger import read_ledger
from nahraum.workflow.evaluating import EvaluateAsk
from nahraum.workflow.housing import HousingAsk
from nahraum.workflow.pilots import PilotAsk


@pytest.fixture(scope="module")
def town(small_town: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """The test town with one lab."""
    folder = tmp_path_factory.mktemp("housing") / "town"
    shutil.copytree(small_town.folder, folder)
    ask = HousingAsk(take={"dwelling_exchange": 2, "divide_detached_house": 1}, budget_eur=500_000.0, draws=1)
    summary = workflow.housing(folder / "study.toml", ask, quiet=True)
    return SimpleNamespace(folder=folder, study=folder / "study.toml", out=folder / "ergebnis", summary=summary)


def test_chapter_tables_and_layer_of_the_lab_are_there(town):
    names = {path.name for path in (town.out / "housing").iterdir()}
    layers = {"housing.geojson", "housing.gpkg"}
    assert {"housing.pdf", "housing.docx", "housing.xlsx", "concepts.csv", "chapters.json"} | layers <= names
    with closing(sqlite3.connect(shutil.copy(town.out / "housing" / "housing.gpkg", town.folder))) as database:
        assert any("keine personenbezogenen" in str(row) for row in database.execute("SELECT * FROM gpkg_metadata"))
    told = json.loads((town.out / "housing" / "chapters.json").read_text(encoding="utf-8"))
    assert [one["title"] for one in told["chapters"]] == ["Wohnlabor"] and told["basis"]
    assert any("synthetischen Haushalten" in line for line in town.summary.lines)


def test_nothing_follows_from_the_files_and_the_lab_is_a_release(town):
    assert SyntheticHarness(town.out).everything() == []
    entries = read_ledger(town.out / "internal")
    assert entries[-1].tables[0].name == "synthetic_figures" and entries[-1].tables[0].n_rows > 100


def test_possible_is_never_less_than_what_is_expected(town):
    effects = pd.read_parquet(town.out / "internal" / "housing" / "effects.parquet").set_index(["concept_id", "case"])
    for name in effects.index.get_level_values(0).unique():
        most, expected = (effects.loc[(name, case)] for case in ("potential_rooms", "expected_high"))
        if pd.notna(most["persons_low"]) and pd.notna(expected["persons_low"]):
            assert most["persons_low"] >= expected["persons_low"] - 1e-6, name


def test_a_concept_that_is_not_known_and_a_design_that_is_not_there_are_refused(town):
    with pytest.raises(InputError, match="cannot be used"):
        workflow.housing(town.study, HousingAsk(take={"tent": 1}, draws=0), quiet=True)
    with pytest.raises(InputError, match="cannot be read"):
        workflow.housing(town.study, HousingAsk(design=town.folder / "none.csv"), quiet=True)


def test_a_trial_without_an_outcome_or_with_an_unknown_one_is_refused(town):
    with pytest.raises(InputError, match="no outcome") as error:
        workflow.pilots(town.study, PilotAsk(), quiet=True)
    assert any("sgb2" in line for line in error.value.where)
    with pytest.raises(InputError, match="there is no outcome"):
        workflow.pilots(town.study, PilotAsk(outcome="sgb3"), quiet=True)
    bad = town.folder / "bad.csv"
    bad.write_text("quarter_id;period;value\n01;x;1\n02;2020;y\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        workflow.pilots(town.study, PilotAsk(panel=bad), quiet=True)
    assert len(error.value.where) == 2


PLAN = {
    "format": "nahraum-evaluation", "format_version": 1, "outcome": {"id": "wert", "label": "Wert", "unit": "€"},
    "pilots": ["P1", "P2"], "comparisons": [{"pilot": "P1", "quarter": "C1"}, {"pilot": "P2", "quarter": "C2"}],
    "periods_before": [2020.0, 2021.0], "start": 2022.0, "step": 1.0, "periods_after": 3, "standard_error": 0.4,
    "method": "difference_in_differences", "minimum_detectable_effect": 1.0, "significance": 0.05, "power": 0.8,
    "checks": ["pre_trend", "placebo_quarters"],
}  # fmt: skip


def test_a_trial_is_evaluated_by_its_plan_and_stays_in_the_office(town, tmp_path):
    plan, panel = tmp_path / "plan.json", tmp_path / "werte.csv"
    plan.write_text(json.dumps(PLAN | {"study": town.summary.document["study"]}), encoding="utf-8")
    values = {"P1": "10 10 7 7", "P2": "8 8 7 7", "C1": "9 9 9 9", "C2": "5 7 8 8"}
    lines = [f"{one};{2020 + at};{n}" for one, row in values.items() for at, n in enumerate(row.split())]
    panel.write_text("\n".join(["quarter_id;period;value", *lines]), encoding="utf-8")
    before = {path for path in town.out.rglob("*") if path.is_file()}
    summary = workflow.evaluate(town.study, EvaluateAsk(plan=plan, panel=panel), quiet=True)
    assert summary.document["estimate"] == pytest.approx(-3.0) and summary.document["large_enough"] is True
    text = "\n".join(summary.lines)
    assert "−3,00 €" in text and "von Zufall nicht unterscheiden" in text and "2 von 3" in text
    (new,) = {path for path in town.out.rglob("*") if path.is_file() and "nahraum" not in path.name} - before
    assert new == town.out / "internal" / "evaluation" / "effect.json" and stat.S_IMODE(new.stat().st_mode) == 0o600
    assert json.loads(new.read_text(encoding="utf-8"))["checks_by_hand"] == ["placebo_quarters"]
    plan.write_text(json.dumps(PLAN | {"study": "Anderswo"}), encoding="utf-8")
    with pytest.raises(InputError, match="another study"):
        workflow.evaluate(town.study, EvaluateAsk(plan=plan, panel=panel), quiet=True)
    with pytest.raises(InputError, match="cannot be read"):
        workflow.evaluate(town.study, EvaluateAsk(plan=tmp_path / "none.json", panel=panel), quiet=True)
