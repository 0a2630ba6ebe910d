"""The whole run on real towns: Kaiserslautern (clipped extract, old census) and Lauf (no quarters)."""

import json
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from nahraum import workflow
from nahraum.tables import SERVICES

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real")]
HERE = Path(__file__).parent


def results(study: Path) -> SimpleNamespace:
    summary = workflow.run(study, quiet=True)  # every stage is there already
    public = Path(summary.document["public"])
    return SimpleNamespace(
        study=study,
        public=public,
        town=summary.document["municipality"],
        cells=gpd.read_parquet(public / "cells.parquet"),
        quarters=gpd.read_parquet(public / "quarters.parquet"),
        categories=pd.read_csv(public / "tables" / "categories.csv", sep=";", decimal=",", encoding="utf-8-sig"),
    )


@pytest.fixture(scope="module")
def kaiserslautern(analysed_town) -> SimpleNamespace:
    return results(analysed_town("kaiserslautern"))


@pytest.fixture(scope="module")
def lauf(analysed_town) -> SimpleNamespace:
    return results(analysed_town("lauf"))


def status_of(town: SimpleNamespace, category: str) -> str:
    table = town.categories.set_index("category")
    return str(table.loc[category, "status"])


def test_kaiserslautern_has_its_75_000_residents(kaiserslautern):
    """75,133 in the 31 cells that meet the box (shared/data/SPATIAL.md); cut cells lose who lives beyond it."""
    assert kaiserslautern.town["residents"] == pytest.approx(75_133, rel=0.02)


def test_the_rim_of_a_clipped_extract_is_left_out(kaiserslautern):
    town = kaiserslautern.town
    assert town["residents_edge"] > 0.2 * town["residents"]
    assert town["residents_judged"] + town["residents_edge"] == pytest.approx(town["residents"], abs=1)


def test_two_thirds_of_those_judged_in_kaiserslautern_have_green_within_500_m(kaiserslautern):
    """docs/decisions/green-entrances.md: 65.8 % of 30,695 residents; the half hectare within 500 m is no lack alone."""
    people = pd.read_parquet(kaiserslautern.public.parent / "internal" / "addresses.parquet")
    judged = people["residents"].where(people["judged"].eq(True), 0.0)
    assert judged.sum() == pytest.approx(30_695, abs=1)
    near = judged[people["green_distance_m"] <= 500].sum()
    assert near / judged.sum() == pytest.approx(0.6577, abs=0.0005)


def test_ten_mapped_doctors_make_the_category_unknown_and_nobody_lack_it(kaiserslautern):
    assert status_of(kaiserslautern, "gp") == "missing"
    table = kaiserslautern.categories.set_index("category")
    assert table.loc["gp", "n_places"] == 10
    assert status_of(kaiserslautern, "food_full_range") == "ok"
    assert status_of(kaiserslautern, "pharmacy") == "ok"


def test_internet_without_cell_values_is_unknown_and_the_result_a_range(kaiserslautern):
    town = kaiserslautern.town
    assert town["lacks_internet_share"] is None
    assert town["several_k2_share_min"] < town["several_k2_share_max"]
    assert (kaiserslautern.cells["class"] == "undetermined").any()


def test_the_postcode_that_occurs_twice_is_merged_and_named_by_check(kaiserslautern):
    assert sorted(kaiserslautern.quarters["quarter_id"]) == ["67655", "67657", "67659", "67661", "67663"]
    found = workflow.check(kaiserslautern.study, quiet=True)
    assert found.document["repeated_keys"]["quarters"] == ["67661"]


def test_living_space_is_near_the_published_mean_of_the_square_kilometres(kaiserslautern):
    """The 1 km census values of the window have a population-weighted mean of about 42 m² per resident."""
    cells = kaiserslautern.cells
    known = cells["floor_area_m2_per_resident"].notna() & cells["residents"].notna()
    mean = (cells["floor_area_m2_per_resident"] * cells["residents"])[known].sum() / cells.loc[known, "residents"].sum()
    assert 39 < mean < 45
    assert set(cells.loc[known, "floor_area_m2_per_resident_status"]) <= {"imputed", "unreliable"}


def test_lauf_without_quarters_is_divided_into_named_parts_of_neighbourhood_size(lauf):
    """21,355 residents in parts of about 2,500 (docs/decisions/neighbourhoods.md); nobody left out or counted twice."""
    quarters = lauf.quarters
    assert 6 <= len(quarters) <= 14
    assert quarters["quarter_id"].str.startswith("nq:").all() and quarters["name"].is_unique
    assert quarters["residents"].sum() == pytest.approx(lauf.town["residents"], abs=5 * len(quarters))


def test_residents_of_lauf_lie_between_the_cells_inside_the_box_and_all_that_meet_it(lauf, data_dir):
    """Cells cut by the box are decided by address, so the total lies between the two sums of the census itself."""
    census = pd.read_parquet(data_dir / "statistics" / "zensus2011_1km_germany" / "continuous_Einwohner.parquet")
    box = gpd.GeoSeries([shapely.box(11.2474, 49.4995, 11.3079, 49.5304)], crs="EPSG:4326")
    town = box.segmentize(0.001).to_crs("EPSG:3035").iloc[0]
    x, y = census["x"].to_numpy(), census["y"].to_numpy()
    cells = shapely.box(x - 500, y - 500, x + 500, y + 500)
    people = census["Einwohner"].clip(lower=0)
    inside, meeting = people[shapely.covers(town, cells)].sum(), people[shapely.intersects(town, cells)].sum()
    assert inside < lauf.town["residents"] < meeting


@pytest.mark.parametrize("name", ["kaiserslautern", "lauf"])
def test_nobody_lacks_a_service_whose_category_is_unknown(name, request):
    town = request.getfixturevalue(name)
    for service in SERVICES:
        if status_of(town, service) == "missing":
            status, way = town.cells[f"{service}_distance_m_status"], town.cells[f"{service}_distance_m"]
            assert set(status[way.notna()]) <= {"unreliable", "edge"}
            assert set(status[way.isna()]) <= {"missing", "suppressed", "edge"}


@pytest.mark.parametrize("name", ["kaiserslautern", "lauf"])
def test_report_map_and_attribution_are_there(name, request):
    town = request.getfixturevalue(name)
    assert (town.public / "report.pdf").stat().st_size > 100_000
    assert (town.public / "map" / "index.html").is_file()
    manifest = json.loads((town.public / "manifest.json").read_text(encoding="utf-8"))
    text = json.dumps(manifest, ensure_ascii=False)
    assert "© OpenStreetMap contributors" in text
    assert "ODbL-1.0" in text
    assert "dl-de/by-2-0" in text


def test_no_cell_below_ten_residents_shows_more_than_its_class(kaiserslautern):
    cells = kaiserslautern.cells
    hidden = cells["residents"].isna()
    assert hidden.any()
    assert cells.loc[hidden, "lacks_supply_share"].isna().all()
    assert (cells.loc[~hidden, "residents"] >= 10).all()
