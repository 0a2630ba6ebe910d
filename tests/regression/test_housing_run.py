"""`nahraum housing` and `nahraum pilots` on the test town: files, chapters of the next report, refusals."""

import json
import shutil
from types import SimpleNamespace

import pandas as pd
import pytest

from nahraum import workflow
from nahraum.errors import InputError
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
    assert {"housing.pdf", "housing.docx", "housing.xlsx", "housing.geojson", "concepts.csv", "chapters.json"} <= names
    told = json.loads((town.out / "housing" / "chapters.json").read_text(encoding="utf-8"))
    assert [one["title"] for one in told["chapters"]] == ["Wohnlabor"] and told["basis"]
    assert any("synthetischen Haushalten" in line for line in town.summary.lines)


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
