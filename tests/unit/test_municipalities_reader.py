"""Municipalities from VG250 and its like: one valid row per official key, whatever the file holds beside."""

import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from nahraum.errors import InputError
from nahraum.sources.load import load_municipalities
from nahraum.sources.municipalities import read_municipalities
from nahraum.study import SourceSpec


def spec(path: Path, **options: object) -> SourceSpec:
    return SourceSpec("municipalities", "vector", (path,), options)


def square(east: float, size: float = 1000) -> shapely.Polygon:
    return shapely.box(400_000 + east, 5_500_000, 400_000 + east + size, 5_501_000)


def vg250(folder: Path, name: str = "VG250_GEM.shp", crs: str = "EPSG:25832", **columns: list[object]) -> Path:
    given = {
        "GF": [4, 2, 4, 4],
        "ARS": ["073120000000", "073120000000", "073355011036", "073355011036"],
        "AGS": ["07312000", "07312000", "07335036", "07335036"],
        "GEN": ["Kaiserslautern", "Kaiserslautern", "Ramstein", "Ramstein"],
        "BEZ": ["Stadt", "Stadt", "Ortsgemeinde", "Ortsgemeinde"],
        "EWZ": [99_684, 0, 5_000, 5_000],
    } | columns
    shapes = [square(0), square(1000, 50), square(2000), square(5000, 500)]
    path = folder / name
    gpd.GeoDataFrame(given, geometry=shapes, crs=crs).to_file(path)
    return path


def test_water_is_left_out_parts_are_united_and_names_and_residents_stay(tmp_path):
    read, counts = load_municipalities(spec(vg250(tmp_path)))
    assert read["municipality_id"].tolist() == ["07312000", "07335036"]
    assert read["ars"].tolist() == ["073120000000", "073355011036"]
    assert read["name"].tolist() == ["Kaiserslautern", "Ramstein"]
    assert read["type"].tolist() == ["Stadt", "Ortsgemeinde"]
    assert read["residents"].tolist() == [99_684, 5_000]
    assert read.geometry.area.tolist() == [1_000_000, 1_500_000]
    assert counts["without_structure"] == 1
    assert counts["merged_rows"] == 1
    assert read.crs.to_epsg() == 25832


def test_keys_come_from_the_long_key_where_there_is_no_other(tmp_path):
    path = tmp_path / "GEM.shp"
    ars = ["010010000000", "073355011036"]
    gpd.GeoDataFrame({"ARS": ars}, geometry=[square(0), square(2000)], crs=25832).to_file(path)
    read, _ = read_municipalities(spec(path))
    assert read["municipality_id"].tolist() == ["01001000", "07335036"]
    assert read["ars"].tolist() == ars
    assert read["name"].tolist() == ["", ""]
    assert read["residents"].isna().all()


def test_a_zip_of_all_layers_is_read_by_the_layer_of_municipalities(tmp_path):
    vg250(tmp_path)
    vg250(tmp_path, "VG250_KRS.shp")
    packed = tmp_path / "vg250-ew.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(tmp_path.glob("VG250_*.*")):
            archive.write(part, f"vg250-ew/vg250-ew_ebenen/{part.name}")
    assert read_municipalities(spec(packed))[0]["municipality_id"].tolist() == ["07312000", "07335036"]


def test_a_geopackage_of_all_layers_is_read_by_the_layer_of_municipalities(tmp_path):
    path = tmp_path / "DE_VG250.gpkg"
    for layer in ("vg250_krs", "vg250_gem"):
        frame = gpd.GeoDataFrame({"AGS": ["07312000"]}, geometry=[square(0)], crs=25832)
        frame.to_file(path, layer=layer, driver="GPKG")
    assert read_municipalities(spec(path))[0]["municipality_id"].tolist() == ["07312000"]


def test_own_columns_are_read_and_lost_zeros_come_back(tmp_path):
    path = tmp_path / "own.gpkg"
    table = {"schluessel": [7312000, 11000000], "ort": ["A", "B"], "ew": [5.0, None]}
    gpd.GeoDataFrame(table, geometry=[square(0), square(2000)], crs=25832).to_file(path, driver="GPKG")
    read, counts = read_municipalities(spec(path, id="schluessel", name="ort", residents="ew"))
    assert read["municipality_id"].tolist() == ["07312000", "11000000"]
    assert read["name"].tolist() == ["A", "B"]
    assert counts["padded_keys"] == 1


def test_a_ring_that_crosses_itself_is_repaired_and_counted(tmp_path):
    bow = shapely.Polygon([(400_000, 5_500_000), (401_000, 5_501_000), (401_000, 5_500_000), (400_000, 5_501_000)])
    path = tmp_path / "a.gpkg"
    gpd.GeoDataFrame({"AGS": ["07312000"]}, geometry=[bow], crs=25832).to_file(path, driver="GPKG")
    read, counts = read_municipalities(spec(path))
    assert counts["repaired_geometries"] == 1
    assert read.geometry.is_valid.all()


def test_keys_that_are_none_are_all_named_at_once(tmp_path):
    path = vg250(tmp_path, AGS=["07312000", "07312000", "Ramstein", "073"])
    with pytest.raises(InputError, match="holds no key of a municipality in 2 rows") as refused:
        read_municipalities(spec(path))
    assert "AGS of 8 digits" in refused.value.expected


def test_a_file_without_keys_and_one_of_the_old_datum_are_refused(tmp_path):
    bare = tmp_path / "bare.gpkg"
    gpd.GeoDataFrame({"ort": ["A"]}, geometry=[square(0)], crs=25832).to_file(bare, driver="GPKG")
    with pytest.raises(InputError, match="no official keys"):
        read_municipalities(spec(bare))
    old = tmp_path / "old.gpkg"
    shape = [shapely.box(3_400_000, 5_500_000, 3_401_000, 5_501_000)]
    gpd.GeoDataFrame({"AGS": ["07312000"]}, geometry=shape, crs=31467).to_file(old, driver="GPKG")
    with pytest.raises(InputError, match="old datum"):
        read_municipalities(spec(old))
    assert read_municipalities(spec(old, accept_datum_shift=True))[1]["datum_shift"] == 1
