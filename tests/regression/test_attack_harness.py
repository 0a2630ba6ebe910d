"""All releases of two studies, every file of them and the open census: nothing below k can be recovered."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest

from attack_harness import Harness, Release, Span, told_counts
from nahraum import workflow
from nahraum.errors import InputError
from nahraum.grid import cell_id
from nahraum.publish.ledger import read_ledger

pytestmark = pytest.mark.xdist_group("town")


def census_of(folder: Path) -> pd.DataFrame:
    """What the open census tells of each cell: residents and the mean floor area."""
    cells = gpd.read_parquet(folder / "internal" / "cells.parquet")
    columns = ["cell_id", "residents", "floor_area_m2_per_resident"]
    return pd.DataFrame(cells.assign(cell_id=cell_id(cells["cell_key"].to_numpy()).astype(str)))[columns]


@pytest.fixture(scope="module")
def town(small_town: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """The test town released twice: as it is, and with another threshold of living space."""
    folder = tmp_path_factory.mktemp("twice") / "town"
    shutil.copytree(small_town.folder, folder)
    first = folder / "first"
    shutil.copytree(folder / "ergebnis" / "public", first)
    study = folder / "study.toml"
    study.write_text(
        study.read_text(encoding="utf-8") + '\n[parameters]\n"supply.maximum_distance_m" = 700.0\n', "utf-8"
    )
    summary = workflow.run(study, quiet=True)
    return SimpleNamespace(folder=folder, study=study, first=first, public=folder / "ergebnis" / "public",
                           internal=folder / "ergebnis" / "internal", summary=summary)  # fmt: skip


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Two municipalities with their quarters: areas within areas."""
    folder = tmp_path_factory.mktemp("nested") / "county"
    workflow.musterstadt(3_000, seed=3, folder=folder, municipalities=2)
    workflow.run(folder / "study.toml", quiet=True)
    return SimpleNamespace(folder=folder / "ergebnis", public=folder / "ergebnis" / "public")


def test_nothing_below_k_follows_from_two_releases_of_a_town(town):
    harness = Harness(town.first, town.public)
    assert harness.everything() == []
    assert harness.hidden_cells(census_of(town.folder / "ergebnis")) == []


def test_nothing_below_k_follows_from_a_county_with_municipalities_and_quarters(county):
    harness = Harness(county.public)
    assert {"municipalities", "quarters", "municipality", "cells"} <= set(harness.now.files)
    assert harness.everything() == []
    assert harness.hidden_cells(census_of(county.folder)) == []


def test_the_attacker_looks_at_thousands_of_figures_in_every_file(town):
    release = Release(town.public)
    assert set(release.files["quarters"]) >= {"csv", "gpkg", "map", "parquet"}
    assert set(release.files["cells"]) >= {"csv", "gpkg", "map", "parquet"}
    figures = sum(
        sum(span is not None for span in spans)
        for name, frame in release.tables()
        for _, spans, _ in told_counts(name, frame)
    )
    assert figures > 2_000


def test_the_town_keeps_a_ledger_of_both_releases_that_nobody_else_may_read(town):
    entries = read_ledger(town.internal)
    assert len(entries) == 2
    assert {table.name for table in entries[0].tables} >= {"cells", "quarters", "municipality"}
    assert stat.S_IMODE(town.internal.stat().st_mode) == 0o700
    before = (town.internal / "ledger.jsonl").read_bytes()
    published = (town.public / "manifest.json").read_bytes()
    workflow.run(town.study, quiet=True)
    assert (town.internal / "ledger.jsonl").read_bytes() == before  # the same run once more adds nothing
    assert (town.public / "manifest.json").read_bytes() == published
    assert not [path for path in town.public.rglob("*") if "ledger" in path.name]


def planted(public: Path, folder: Path, change: object) -> Harness:
    """The release with one leak in its table of quarters."""
    shutil.copytree(public, folder, dirs_exist_ok=True)
    path = folder / "tables" / "quarters.csv"
    table = pd.read_csv(
        path, sep=";", decimal=",", dtype={"quarter_id": str}, na_values=["."], encoding="utf-8-sig"
    ).copy()
    change(table)
    table.to_csv(path, sep=";", decimal=",", index=False, encoding="utf-8-sig")
    for other in (folder / "quarters.parquet", folder / "nahraum.gpkg", folder / "map" / "data" / "quarters.json"):
        other.unlink()
    return Harness(public, folder)


def test_a_planted_share_of_two_persons_is_found(town, tmp_path):
    def change(table: pd.DataFrame) -> None:
        table["residents"] = table["residents_judged"] = 1_000_000.0
        table.loc[0, "lacks_green_share"] = 1.5e-6

    # on its own step a share of a million persons is known to a thousand: the attacker needs a finer one
    harness = planted(town.public, tmp_path / "p", change)
    assert not [f for f in harness.figures_and_complements() if "lacks_green_share" in f]

    def count(table: pd.DataFrame) -> None:
        table["cases"] = 7.0
        table.loc[1, "cases"] = 2.0

    found = planted(town.public, tmp_path / "q", count).figures_and_complements()
    assert [one for one in found if "cases" in one]


def test_a_planted_total_that_tells_the_rest_is_found(town, tmp_path):
    def change(table: pd.DataFrame) -> None:
        table["extra_residents"] = 100.0
        table.loc[0, "extra_residents"] = float("nan")

    harness = planted(town.public, tmp_path / "p", change)
    path = tmp_path / "p" / "tables" / "municipality.csv"
    table = pd.read_csv(path, sep=";", decimal=",", na_values=["."], encoding="utf-8-sig")
    table["extra_residents"] = 100.0 * (len(harness.now.table("quarters")) - 1) + 2
    table.to_csv(path, sep=";", decimal=",", index=False, encoding="utf-8-sig")
    (tmp_path / "p" / "nahraum.gpkg").unlink(missing_ok=True)
    assert not Harness(tmp_path / "p").totals()  # multiples of five leave room

    import attack_harness

    exact = attack_harness.EXACT
    attack_harness.EXACT = (*exact, "extra_residents")
    try:
        assert [one for one in Harness(tmp_path / "p").totals() if "extra_residents" in one]
    finally:
        attack_harness.EXACT = exact


def test_a_file_that_tells_what_another_holds_back_is_found(town, tmp_path):
    public = tmp_path / "p"
    shutil.copytree(town.public, public)
    path = public / "map" / "data" / "quarters.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    column = document["columns"]["residents"]
    document["columns"]["residents"] = [None if at == 0 else value for at, value in enumerate(column)]
    path.write_text(json.dumps(document), encoding="utf-8")
    assert [one for one in Harness(public).files_against_files() if "residents" in one]


def test_a_count_that_changed_by_one_between_two_releases_is_found(town, tmp_path):
    def change(table: pd.DataFrame) -> None:
        table["cases"] = 40.0

    def later(table: pd.DataFrame) -> None:
        table["cases"] = 40.0
        table.loc[2, "cases"] = 41.0

    planted(town.public, tmp_path / "a", change)
    planted(town.public, tmp_path / "b", later)
    found = Harness(tmp_path / "a", tmp_path / "b").release_by_release()
    assert len([one for one in found if "cases" in one]) == 1


def social_folder(folder: Path, **tables: pd.DataFrame) -> Harness:
    """A release of nothing but these tables."""
    (folder / "tables").mkdir(parents=True)
    for name, table in tables.items():
        path = folder / "tables" / f"{name}.csv"
        table.to_csv(path, sep=";", decimal=",", index=False, encoding="utf-8-sig", na_rep=".")
    return Harness(folder)


def test_a_change_beside_a_held_back_share_and_a_change_too_fine_are_found(tmp_path):
    table = pd.DataFrame({
        "area_id": ["A", "A", "B", "B"], "part_id": ["s4", "d4"] * 2, "scale": ["percent", "points"] * 2,
        "value": [float("nan"), 39.158, 20.0, -1.5], "denominator": [52.0, float("nan"), 500.0, float("nan")],
    })  # fmt: skip
    found = social_folder(tmp_path / "a", social_parts=table).changes()
    assert len(found) == 3 and "A: a share is held back" in found[0] and "B: a change of -1.5" in found[2]
    safe = table.assign(value=[float("nan"), float("nan"), 20.0, -2.0])
    assert social_folder(tmp_path / "b", social_parts=safe).changes() == []


def test_a_missing_rank_is_found(tmp_path):
    ranks = [1.0, 2.0, float("nan"), 4.0]
    table = pd.DataFrame({"area_id": list("ABCD"), "index": ranks, "rank": ranks, "rank_high": ranks})
    assert len(social_folder(tmp_path / "a", social_status=table).ranks()) == 2
    safe = table.replace({4.0: 3.0})
    assert social_folder(tmp_path / "b", social_status=safe).ranks() == []


def test_an_only_case_told_by_expected_cases_is_found(tmp_path):
    gone = float("nan")
    table = pd.DataFrame({"area_id": list("ABC"), "period": "w1", "cases": [gone, gone, 0.0],
                          "residents": [1800.0, 1800.0, 2000.0], "expected": [gone, gone, 1 / 2.8]})  # fmt: skip
    found = social_folder(tmp_path / "a", social_incidence=table).expected()
    assert found == ["social_incidence w1: 2 held-back areas have 1.0 cases together"]
    safe = table.assign(expected=float("nan"))
    assert social_folder(tmp_path / "b", social_incidence=safe).expected() == []


def test_spans_are_secret_only_if_nothing_but_one_or_two_is_left():
    assert Span(1.0, 2.0).secret
    assert Span(0.5, 2.4).secret
    assert not Span(0.0, 2.0).secret
    assert not Span(2.0, 3.0).secret
    assert not Span(0.2, 0.8).secret


def test_releases_are_listed_and_a_draft_is_taken_back(town):
    listed = workflow.releases(town.study)
    assert [row["withdrawn"] for row in listed.document["releases"]] == [None, None]
    first = listed.document["releases"][0]["id"]
    taken = workflow.releases(town.study, withdraw=first, reason="Entwurf")
    assert taken.document["releases"][0]["withdrawn"] == "Entwurf"
    assert "zurückgezogen: Entwurf" in taken.lines[2]
    with pytest.raises(InputError, match="cannot be withdrawn"):
        workflow.releases(town.study, withdraw=first, reason="noch einmal")
