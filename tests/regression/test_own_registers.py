"""A whole run with the office's own registers: residents by quarter, pharmacies; told in check, tables, report, map."""

import json
from importlib import resources
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest

from nahraum import workflow

pytestmark = pytest.mark.xdist_group("town")

SECTIONS = """
[sources.population_register]
kind = "quarter"
file = "statistik_quartiere.csv"
date = "2025-12-31"
columns = { id = "Quartier_Nr", residents = "Einwohner", age_65_plus = "65_und_aelter" }

[sources.registers.pharmacy]
file = "apotheken.csv"
date = "2026-01-31"
columns = { id = "nr", name = "name", lon = "lon", lat = "lat" }

[output]
folder = "mit_registern"
"""


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(
        folder / "tables" / f"{name}.csv", sep=";", decimal=",", encoding="utf-8-sig", dtype={"quarter_id": str}
    )


@pytest.fixture(scope="module")
def office(small_town: SimpleNamespace) -> SimpleNamespace:
    places = gpd.read_file(small_town.public / "map" / "data" / "places.geojson")
    own = places[places["category"] == "pharmacy"].iloc[0]
    line = f"007;{own['name']};{own.geometry.x:.6f};{own.geometry.y:.6f}".replace(".", ",")
    (small_town.folder / "apotheken.csv").write_text(f"nr;name;lon;lat\n{line}\n", encoding="utf-8")
    text = small_town.study.read_text(encoding="utf-8").partition("[output]")[0]
    study = small_town.folder / "registers.toml"
    study.write_text(text + SECTIONS, encoding="utf-8")
    checked, summary = workflow.check(study, quiet=True), workflow.run(study, quiet=True)
    return SimpleNamespace(
        study=study, checked=checked, folder=study.parent / "mit_registern", public=Path(summary.document["public"])
    )


def test_quarters_have_the_residents_of_the_register(office, small_town):
    told = pd.read_csv(small_town.folder / "statistik_quartiere.csv", sep=";", dtype=str, encoding="utf-8-sig")
    told = told[told["Quartier_Nr"].notna()].set_index("Quartier_Nr")["Einwohner"].astype(float)
    quarters = table(office.public, "quarters").set_index("quarter_id")["residents"]
    assert quarters.dropna().to_dict() == told[quarters.dropna().index].to_dict()
    assert table(office.public, "municipality")["residents"][0] == told.sum()


def test_the_difference_is_published_with_both_dates(office):
    shown = table(office.public, "population_difference")
    assert set(shown["census_date"]) == {"2022-05-15"} and set(shown["register_date"]) == {"2025-12-31"}
    assert (shown["residents_census"].dropna() % 5 == 0).all()


def test_both_dates_stand_on_every_page_of_the_report_and_on_the_map(office):
    study = json.loads((office.public / "map" / "data" / "study.json").read_text(encoding="utf-8"))
    assert (
        study["population_days"]["de"] == "Einwohner: Melderegister, 31.\u00a0Dezember 2025; Zensus, 15.\u00a0Mai 2022"
    )
    style = resources.files("nahraum.publish.report").joinpath("style.typ").read_text(encoding="utf-8")
    footer = style.partition("footer: context {")[2].partition("},")[0]
    assert "population_days" in footer
    assert (office.public / "report.pdf").stat().st_size > 20_000


def test_the_register_and_what_it_has_in_common_with_the_map_are_published(office):
    row = table(office.public, "registers").iloc[0]
    assert (row["register"], row["n_register"], row["n_matched"], row["mode"]) == ("pharmacy", 1, 1, "replace")
    places = table(office.public, "places")
    assert places.loc[places["category"] == "pharmacy", "facility_id"].tolist() == ["register:pharmacy:007"]
    judged = table(office.public, "categories").set_index("category")
    assert judged.loc["pharmacy", "reason"] == "register"


def test_the_list_of_entries_stays_in_the_office(office):
    path = office.folder / "internal" / "register_objects.csv"
    rows = pd.read_csv(path, sep=";", decimal=",", encoding="utf-8-sig")
    assert rows["outcome"].tolist() == ["matched by name"]
    assert path.stat().st_mode & 0o077 == 0
    assert not list(office.public.rglob("register_objects*"))


def test_ages_stand_beside_the_addresses_in_the_office(office):
    shares = pd.read_parquet(office.folder / "internal" / "addresses.parquet")["from_65_share"]
    assert shares.notna().any() and shares.dropna().between(0, 1).all()


def test_check_tells_the_difference_and_the_register(office):
    lines = "\n".join(office.checked.lines)
    assert "Einwohner nach Zensus (15.\u00a0Mai 2022) und Register (31.\u00a0Dezember 2025), je Quartier" in lines
    assert "Apotheke: 1 im Register, 1 in der Karte, 1 in beiden" in lines
    assert len(office.checked.document["population_difference"]) > 3
    json.dumps(office.checked.document)


def test_the_same_study_without_its_registers_is_what_it_was(office, small_town):
    text = office.study.read_text(encoding="utf-8").partition("[sources.population_register]")[0]
    study = small_town.folder / "zurueck.toml"
    study.write_text(text + '[output]\nfolder = "zurueck"\n', encoding="utf-8")
    assert workflow.check(study, quiet=True).document == workflow.check(small_town.study, quiet=True).document
