"""Real boundaries with their oddities: every one lands where it belongs, and what was mended is counted."""

from pathlib import Path

import geopandas as gpd
import pytest

from nahraum.errors import InputError
from nahraum.sources.municipalities import read_municipalities
from nahraum.sources.vector import read_polygons
from nahraum.study import SourceSpec

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("boundaries")]

KOELN = (6.773, 50.830, 7.162, 51.085)  # SPATIAL.md


def lonlat(shapes: gpd.GeoDataFrame) -> list[float]:
    return [round(float(value), 3) for value in shapes.to_crs("EPSG:4326").total_bounds]


def test_germany_has_10990_municipalities_of_which_37_are_repaired(data_dir):
    file = data_dir / "boundaries" / "germany" / "VG250_GEM_simplified.zip"
    read, counts = read_municipalities(SourceSpec("municipalities", "vector", (file,), {}))
    assert len(read) == read["municipality_id"].nunique() == 10_990
    assert counts["repaired_geometries"] == 37
    assert read["municipality_id"].str.fullmatch(r"\d{8}").all()
    assert read["ars"].str.fullmatch(r"\d{12}").all()
    assert read.geometry.is_valid.all()
    assert read.geometry.area.sum() / 1e6 == pytest.approx(357_590, rel=0.005)  # km², Destatis; lakes and coast differ
    assert {"07312000", "11000000", "05315000"} <= set(read["municipality_id"])


def test_the_original_layers_are_refused_for_their_old_datum_and_their_keys(data_dir):
    file = data_dir / "statistics" / "vg250_ew_sample" / "VG250_LAN.shp"
    with pytest.raises(InputError, match="old datum"):
        read_municipalities(SourceSpec("municipalities", "vector", (file,), {}))
    with pytest.raises(InputError, match="holds no key of a municipality in 16 rows"):  # of 35; the others are water
        read_municipalities(SourceSpec("municipalities", "vector", (file,), {"accept_datum_shift": True}))


@pytest.mark.parametrize(
    ("file", "key", "number", "repaired"),
    [
        ("koeln/stadtbezirke/Stadtbezirk.shp", "STB_NR", 9, 0),
        ("koeln/stadtteile/Stadtteil.shp", "STT_NR", 86, 1),
        ("statistics/koeln/Stadtteil.shp", "STT_NR", 86, 1),
    ],
)
def test_koeln_lands_in_koeln_by_its_definition_not_by_its_name(data_dir, file, key, number, repaired):
    read, counts = read_polygons(data_dir / file, id=key)
    assert len(read) == number
    assert counts["repaired_geometries"] == repaired
    assert lonlat(read) == list(KOELN)


def test_the_name_alone_would_have_put_koeln_elsewhere(data_dir):
    with pytest.raises(InputError, match="coordinates do not belong to"):
        read_polygons(data_dir / "koeln" / "stadtteile" / "Stadtteil.shp", id="STT_NR", crs="EPSG:32632")


def test_gelsenkirchen_is_read_east_first_although_its_code_says_north_first(data_dir):
    file = data_dir / "boundaries" / "gelsenkirchen" / "Stadtteile_Gelsenkirchen.json"
    read, _ = read_polygons(file, id="spatialUnitId", name="stadttei00")
    assert len(read) == 18
    west, south, east, north = lonlat(read)
    assert 6.9 < west < east < 7.2
    assert 51.4 < south < north < 51.7


def test_the_bare_collections_of_duisburg_are_called_like_their_files(data_dir):
    files = sorted((data_dir / "boundaries" / "duisburg").glob("7*.json"))
    read, _ = read_polygons(files)
    assert "704_wanheim-angerhausen" in set(read["quarter_id"])
    assert len(read) == len(files) == 11
    west, south, east, north = lonlat(read)
    assert 6.6 < west < east < 6.85
    assert 51.3 < south < north < 51.6


def test_the_planning_areas_of_berlin_keep_their_leading_zeros(data_dir):
    folder: Path = data_dir / "berlin" / "lor_2021"
    read, counts = read_polygons(folder / "lor_planungsraeume_2021.shp", id="PLR_ID", name="PLR_NAME")
    assert len(read) == 542
    assert read["quarter_id"].str.fullmatch(r"\d{8}").all()
    assert counts["repaired_geometries"] == 0
    assert lonlat(read) == [13.088, 52.338, 13.761, 52.676]
