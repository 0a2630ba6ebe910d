"""The social-space analysis as a planner meets it: classes in Musterstadt, and what happens where data are wrong."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from attack_harness import Harness
from nahraum import workflow
from nahraum.errors import InputError
from nahraum.musterstadt import write_city
from nahraum.publish.report.social import chapter
from nahraum.publish.report.words import Words
from nahraum.study import read_study
from nahraum.tables import PREREQUISITES
from nahraum.workflow.chain import Chain, analyse
from nahraum.workflow.progress import Progress
from nahraum.workflow.publication import build_bundle
from nahraum.workflow.verbs import store_of

pytestmark = pytest.mark.xdist_group("social")

RESIDENTS = 36_000  # 36 quarters, 33 of them with 300 residents or more
SECTION = '[social]\nmethod = "sozialindex.toml"\nstatistics = "sozialdaten"\n'


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Musterstadt, run with proposals for funding areas."""
    folder = tmp_path_factory.mktemp("social") / "musterstadt"
    write_city(RESIDENTS, 1, folder)
    study = folder / "study.toml"
    study.write_text(study.read_text(encoding="utf-8") + "\n[funding]\npropose = true\n", encoding="utf-8")
    workflow.run(study, quiet=True)
    return SimpleNamespace(
        folder=folder, study=study, public=folder / "ergebnis" / "public", chain=chain_of(study),
        truth=json.loads((folder / "truth.json").read_text(encoding="utf-8")),
    )  # fmt: skip


def chain_of(study: Path) -> Chain:
    known = read_study(study)
    store = store_of(known)
    with store.lock():
        return analyse(known, store, Progress(quiet=True))


def table(town: SimpleNamespace, name: str) -> pd.DataFrame:
    """A published table, its numbers as numbers: "." is held back."""
    path = town.public / "tables" / f"{name}.csv"
    return pd.read_csv(path, sep=";", decimal=",", encoding="utf-8-sig", dtype={"area_id": str}, na_values=".")


def test_nothing_below_k_follows_from_a_town_with_classes(town: SimpleNamespace) -> None:
    harness = Harness(town.public)
    assert {"social_status", "social_parts", "social_incidence"} <= set(harness.now.files)
    assert harness.everything() == []


def test_classes_appear_from_thirty_valid_quarters_on(town: SimpleNamespace) -> None:
    social = town.chain.social.value
    assert social.available and social.areas["valid"].sum() >= 30
    few = social.areas[social.areas["residents"] < 300]
    assert (few["reason"] == "few_residents").all() and few["index"].isna().all() and len(few)


def test_the_index_is_the_mean_of_standardised_parts(town: SimpleNamespace) -> None:
    """Computed again from the file: z over valid quarters, their mean, z again."""
    rows = pd.read_csv(
        town.folder / "statistik_quartiere.csv", sep=";", decimal=",", encoding="utf-8-sig",
        dtype={"Quartier_Nr": str}, na_values=".",
    ).dropna(subset=["Quartier_Nr"]).set_index("Quartier_Nr")  # fmt: skip
    areas = town.chain.social.value.areas.set_index("area_id")
    parts = rows.loc[
        areas.index[areas["valid"]], ["Arbeitslosenanteil_Prozent", "SGB_II_Quote_Prozent", "Kinderarmut_Prozent"]
    ]
    z = (parts - parts.mean()) / parts.std(ddof=0)
    index = z.mean(axis=1)
    index = (index - index.mean()) / index.std(ddof=0)
    np.testing.assert_allclose(areas.loc[index.index, "index"], index, atol=1e-9)


def test_the_sign_of_the_association_with_status_changes_after_the_first_wave(town: SimpleNamespace) -> None:
    """Planted: 0.34, then -0.30, -0.42, -0.12 per standard deviation of (high) status."""
    social = town.chain.social.value
    status = social.associations[social.associations["factor_id"] == "status"].set_index("period")
    assert (status["n_areas"] >= 30).all()
    for period, slope in zip(status.index, (0.34, -0.30, -0.42, -0.12), strict=True):
        row = status.loc[period]
        assert np.sign(np.log(row["rate_ratio_per_sd"])) == np.sign(slope), period
    assert status["direction"].tolist()[:3] == [1, -1, -1]
    changes = social.changes.set_index("factor_id")
    assert changes.loc["status", "change"] == "sign_changes"
    assert "nicht zwischen Personen" in social.caveat_de


def test_matrix_and_fifths_are_computed_from_what_is_published(town: SimpleNamespace) -> None:
    matrix, quarters = table(town, "social_matrix"), gpd.read_parquet(town.public / "quarters.parquet")
    assert matrix.loc[matrix["class"] == "all", "n_areas"].iloc[0] == len(quarters)
    assert matrix.loc[matrix["class"] != "all", "residents"].sum() == pytest.approx(quarters["residents"].sum(), abs=40)
    fifths = table(town, "social_fifths").set_index("indicator")
    assert (fifths["ordered_by"] == "status").all()
    assert fifths.loc["floor_area_m2_per_resident", "fifth_1"] < fifths.loc["floor_area_m2_per_resident", "fifth_5"]
    assert {f"lacks_{name}_share" for name in PREREQUISITES} <= set(fifths.index)


def test_the_quarters_carry_the_published_status_and_nothing_finer(town: SimpleNamespace) -> None:
    quarters = gpd.read_parquet(town.public / "quarters.parquet").set_index("quarter_id")
    status = table(town, "social_status").set_index("area_id")
    shown = status["index"].dropna()
    np.testing.assert_allclose(quarters.loc[shown.index, "status_index"], shown)
    assert ((shown * 10).round() - shown * 10).abs().max() < 1e-6
    hidden = status.index[status["index"].isna()]
    assert quarters.loc[hidden, "status_index"].isna().all()
    assert set(quarters["status_class"]) >= {"mittel", "niedrig"}


def test_a_part_that_is_held_back_cannot_be_had_from_the_index(town: SimpleNamespace) -> None:
    parts, status = table(town, "social_parts"), table(town, "social_status").set_index("area_id")
    gone = set(parts.loc[parts["value"].isna(), "area_id"])
    assert status.loc[sorted(gone), "index"].isna().all()
    social = town.chain.social.value.parts
    few = social[(social["value"] / 100 * social["denominator"] < 2.5) & (social["value"] > 0)]
    assert set(few["area_id"]) <= gone


def test_the_figures_behind_the_status_stand_in_no_other_table(town: SimpleNamespace) -> None:
    quarters = gpd.read_parquet(town.public / "quarters.parquet")
    assert not [name for name in quarters.columns if "sgb2" in name or "unemployed" in name]


def test_proposals_tell_who_they_reach_and_name_blocks_that_are_contiguous(town: SimpleNamespace) -> None:
    areas = gpd.read_parquet(town.public / "funding_areas.parquet")
    proposals = areas[areas["kind"] == "proposal"]
    assert len(proposals) and (proposals["residents"] % 10 == 0).all()
    assert (proposals["several_share"].dropna() <= 1).all()
    assert {"objective", "precision", "people"}.isdisjoint(areas.columns)
    blocks = gpd.read_parquet(town.public / "funding_blocks.parquet")
    assert not [name for name in blocks.columns if "residents" in name or "people" in name]


def test_a_quarter_is_explained_with_contributions_sureness_and_what_would_move_it(town: SimpleNamespace) -> None:
    areas = town.chain.social.value.areas
    chosen = areas[areas["class"] == "3"].iloc[0]
    told = workflow.explain(town.study, indicator="status_index", quarter=str(chosen["area_id"]))
    parts = [part for part in told.document["parts"] if part["role"] == "status"]
    assert sum(part["contribution"] for part in parts) == pytest.approx(chosen["index"])
    assert set(told.document["sureness"]) >= {"variant_share", "class_share", "rank_low"}
    assert any(move["possible"] for move in told.document["moves"])
    text = "\n".join(told.lines)
    assert "Wahl der Methode" in text and "Daten:" in text and "stünde das Gebiet jenseits" in text


def test_the_report_has_the_chapter_in_both_languages(town: SimpleNamespace, tmp_path: Path) -> None:
    study = read_study(town.study)
    for language in ("de", "en"):
        known = replace(study, language=language)
        bundle = build_bundle(known, town.chain, known.parameters())
        sections = chapter(bundle, tmp_path, Words(language))
        assert len(sections) == 6
        told = json.dumps(sections, ensure_ascii=False)
        caveat = {"de": "Zusammenhänge zwischen Gebieten, nicht zwischen Personen", "en": "between areas, not between"}
        assert caveat[language] in told and "{" not in told.replace('{"', "").replace(": {", "").replace("[{", "")


@pytest.fixture
def small(small_town: SimpleNamespace, tmp_path: Path) -> Path:
    """Raw files of the smallest town in a folder of its own."""
    folder = tmp_path / "town"
    shutil.copytree(small_town.folder, folder, ignore=shutil.ignore_patterns("ergebnis"))
    return folder / "study.toml"


def without(study: Path, old: str, new: str = "") -> None:
    text = study.read_text(encoding="utf-8")
    assert old in text
    study.write_text(text.replace(old, new), encoding="utf-8")


def test_without_social_figures_inequality_stays_and_nothing_stands_in_for_a_status(small: Path) -> None:
    without(small, SECTION)
    social = chain_of(small).social.value
    assert not social.method and not len(social.areas) and not social.available
    assert (social.fifths["ordered_by"] == "own").all()
    assert "status" not in set(social.associations.get("factor_id", []))
    assert "social_no_section" in set(social.notes["code"])


def test_below_thirty_quarters_there_is_an_index_and_no_class(small: Path) -> None:
    study = read_study(small)
    chain = chain_of(small)
    assert not chain.social.value.available
    bundle = build_bundle(study, chain, study.parameters())
    status = bundle.table("social_status")
    assert status is not None and "class" not in status.frame and "attention" not in status.frame
    assert "status_class" not in bundle.quarters.frame
    assert "status_too_few_areas" in set(bundle.notes["code"])


def test_a_table_of_other_areas_is_refused_before_anything_is_published(small: Path) -> None:
    without(small, 'id = "Quartier_Nr"', 'id = "Quartier"')
    with pytest.raises(InputError, match="is a quarter of the study"):
        chain_of(small)


def test_some_rows_that_are_no_quarter_are_told(small: Path) -> None:
    path = small.parent / "statistik_quartiere.csv"
    text = path.read_text(encoding="utf-8-sig")
    first = text.splitlines()[1].split(";")[0]
    path.write_text("\ufeff" + text.replace(f"{first};", "99999;", 1), encoding="utf-8")
    notes = chain_of(small).social.value.notes.set_index("code")["text_de"]
    assert "99999" in notes["social_rows_elsewhere"] and first in notes["social_quarters_without_row"]


def test_check_tells_how_many_quarters_get_an_index_before_a_run(town: SimpleNamespace) -> None:
    told = workflow.check(town.study, quiet=True)
    assert told.document["social"]["valid"] == town.chain.social.value.areas["valid"].sum()
    assert any("Klassen gibt es ab 30" in line for line in told.lines)


def test_a_table_that_is_public_anyway_is_not_held_back_again(town: SimpleNamespace) -> None:
    study = read_study(town.study)
    assert study.social is not None
    public = replace(study, social=replace(study.social, published=True))
    bundle = build_bundle(public, town.chain, public.parameters())
    status, parts = bundle.table("social_status"), bundle.table("social_parts")
    assert status is not None and parts is not None
    valid = town.chain.social.value.areas.set_index("area_id")["valid"]
    shown = status.frame.set_index("area_id")["index"].notna()
    assert shown.equals(valid.reindex(shown.index))
    given = town.chain.social.value.parts["value"].notna().sum()  # "." stands in the office's own table
    assert "suppressed" not in parts.frame and parts.frame["value"].notna().sum() == given
