"""The report of several municipalities: maps that can be read, pages of one sheet, ranks that say what they count."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pikepdf
import pytest
from publish_bundle import make_bundle, make_quarters, make_study

from nahraum.parameters import Parameters
from nahraum.publish import PublishBundle, palette, release
from nahraum.publish.report.build import document
from nahraum.publish.report.municipality_maps import municipality_layers, municipality_pictures, share_legend
from nahraum.publish.report.region import Said, region_of
from nahraum.publish.report.region_files import _file_name, write_region
from nahraum.publish.report.region_page import page_document
from nahraum.publish.report.words import Words

NAMES = ("Adorf", "Bheim", "Cstadt")


def county(language: str = "de") -> PublishBundle:
    """Three municipalities of one type, ranked."""
    rows = make_quarters().rename(columns={"quarter_id": "municipality_id"})
    rows = rows.assign(municipality_id=["05999001", "05999002", "05999003"], name=list(NAMES), type="Dorf")
    rows = rows.assign(rank=[1, 2, 3], rank_min=[1, 2, 3], rank_max=[2, 3, 3], n_comparable=3)
    table = release(gpd.GeoDataFrame(rows), "municipalities", parameters=Parameters(), name="municipalities")
    study = replace(make_study(name="Probekreis"), language=language)
    return replace(make_bundle(study=study), more=(table,))


@pytest.mark.parametrize(
    ("shares", "edges"),
    [
        ([0.42, 0.43, 0.48], (0.42, 0.44, 0.46, 0.48, 0.5, 0.52)),
        ([0.21, 0.39], (0.2, 0.25, 0.3, 0.35, 0.4, 0.45)),
        ([0.98, 1.0], (0.95, 0.96, 0.97, 0.98, 0.99, 1.0)),
        ([0.0, 1.0], palette.SHARE_EDGES),
        ([np.nan], palette.SHARE_EDGES),
    ],
)
def test_municipalities_that_differ_by_some_points_are_told_apart(shares, edges):
    assert palette.fine_share_edges(np.array(shares)) == pytest.approx(edges)


def test_the_classes_of_a_share_are_told_in_whole_points():
    legend = share_legend("Anteil", palette.fine_share_edges(np.array([0.42, 0.48])), Words("de"))
    assert [text for _, text in legend.entries][:2] == ["42–44\u202f%", "44–46\u202f%"]


@pytest.mark.parametrize(("language", "said"), [("de", "Blatt jeder Gemeinde"), ("en", "page of each municipality")])
def test_the_report_of_a_county_shows_municipalities_and_points_to_their_pages(language, said, tmp_path):
    told = document(county(language), tmp_path)
    assert said in told["map_class"]["caption"]
    assert all((tmp_path / one["file"]).is_file() for one in (told["map_class"], *told["maps_prerequisites"]))
    assert len(told["maps_prerequisites"]) == 4


def test_on_maps_of_a_county_stand_the_names_of_municipalities_and_no_quarters():
    bundle = county()
    layers = municipality_layers(gpd.GeoDataFrame(bundle.table("municipalities").frame), bundle.base, bundle.crs)
    assert [name for name, _, _ in layers.names] == list(NAMES)
    assert len(layers.borders) == len(NAMES)


def test_a_page_is_found_by_its_name_among_the_files():
    assert _file_name("05999003", "Brückenau (Ost)") == "05999003_Brueckenau_Ost"
    assert _file_name("05999003", "05999003") == "05999003"  # a municipality without a name is called by its key


def test_a_page_says_what_rank_1_is_and_that_a_rank_is_no_distance(tmp_path):
    region = region_of(county())
    page = page_document(region, region.municipalities.frame.iloc[0], tmp_path, Said("de"))
    assert page["figures_key"][2]["label"].endswith("Rang 1 = höchster Anteil")
    assert "fast gleich (höchstens 0 Punkte Unterschied)" in page["findings"][-1]
    apart = region.municipalities.frame.assign(several_k2_share=[0.3, 0.36, 0.5])
    apart = replace(region, municipalities=replace(region.municipalities, frame=apart))
    page = page_document(apart, apart.municipalities.frame.iloc[0], tmp_path, Said("de"))
    assert not any("fast gleich" in line for line in page["findings"])


def test_a_page_is_one_sheet_and_its_appendix(tmp_path):
    write_region(region_of(county()), tmp_path)
    page = pikepdf.open(tmp_path / "municipalities" / "05999001_Adorf.pdf")
    assert len(page.pages) <= 2


def test_a_study_of_one_municipality_has_maps_of_its_cells(tmp_path):
    with pytest.raises(LookupError):
        municipality_pictures(make_bundle(), 2, Words("de"), tmp_path)
    assert "Zellen von 100 m" in document(make_bundle(), tmp_path)["map_class"]["caption"]
