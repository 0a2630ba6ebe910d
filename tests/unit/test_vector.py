"""Quarters and boundaries from vector files: found in the right place, repaired openly, refused with advice."""

import json
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from nahraum.errors import InputError
from nahraum.sources.vector import read_boundary, read_polygons

# The definition in the .prj of Köln's shapefiles: the name of a known system, but a false easting of its own.
KOELN_PRJ = (
    'PROJCS["WGS_1984_UTM_Zone_32N",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,'
    '298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["False_Easting",2500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",9.0],'
    'PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
DRIVERS = {
    "quarters.geojson": "GeoJSON",
    "quarters.gpkg": "GPKG",
    "quarters.shp": "ESRI Shapefile",
    "q.fgb": "FlatGeobuf",
}


def quarters(crs: str | int = 4326) -> gpd.GeoDataFrame:
    shapes = [shapely.box(7.0 + 0.01 * i, 51.0, 7.01 + 0.01 * i, 51.01) for i in range(3)]
    table = {"key": ["0102", "0101", "0103"], "label": ["Süd", "Nord", "West"]}
    return gpd.GeoDataFrame(table, geometry=shapes, crs=4326).to_crs(crs)


def geojson(folder: Path, *rings: list[list[float]], ids: list[object] | None = None, **extra: object) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"key": ids[i] if ids else str(i)},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for i, ring in enumerate(rings)
    ]
    path = folder / "drawn.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", **extra, "features": features}))
    return path


def square(west: float = 7.0, south: float = 51.0, size: float = 0.01) -> list[list[float]]:
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


@pytest.mark.parametrize(
    ("name", "crs"),
    [(name, crs) for name in DRIVERS for crs in (4326, 25832) if (name, crs) != ("quarters.geojson", 25832)],
)
def test_every_format_gives_the_same_quarters_sorted_by_id(tmp_path, name, crs):
    path = tmp_path / name
    quarters(crs).to_file(path, driver=DRIVERS[name])
    read, counts = read_polygons(path, id="key", name="label")
    assert list(read.columns) == ["quarter_id", "name", "geometry"]
    assert read["quarter_id"].tolist() == ["0101", "0102", "0103"]
    assert read["name"].tolist() == ["Nord", "Süd", "West"]
    assert read.crs == f"EPSG:{crs}"
    assert set(counts.values()) == {0}
    assert read.to_crs(25832).area.sum() == pytest.approx(quarters(25832).area.sum(), rel=1e-6)


def test_a_zipped_shapefile_is_read(tmp_path):
    quarters().to_file(tmp_path / "q.shp")
    path = tmp_path / "q.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in tmp_path.glob("q.*"):
            if part != path:
                archive.write(part, f"folder/{part.name}")
    assert len(read_polygons(path, id="key")[0]) == 3


def test_a_false_easting_in_the_prj_is_obeyed_whatever_the_name_says(tmp_path):
    path = tmp_path / "Stadtteil.shp"
    moved = quarters(32632)
    moved.geometry = moved.geometry.translate(xoff=2_000_000)
    moved.to_file(path)
    path.with_suffix(".prj").write_text(KOELN_PRJ)
    read, _ = read_polygons(path, id="key")
    assert read.to_crs(4326).total_bounds == pytest.approx([7.0, 51.0, 7.03, 51.01], abs=1e-6)


def test_coordinates_on_another_continent_than_their_system_are_refused(tmp_path):
    path = tmp_path / "Stadtteil.shp"
    moved = quarters(32632)
    moved.geometry = moved.geometry.translate(xoff=2_000_000)
    moved.to_file(path)
    with pytest.raises(InputError, match="do not belong to WGS 84 / UTM zone 32N"):
        read_polygons(path, id="key")


def test_metres_in_a_geojson_without_crs_are_refused_and_read_once_the_study_names_it(tmp_path):
    path = geojson(tmp_path, square(360_000, 5_650_000, 1000))
    with pytest.raises(InputError, match="do not belong to WGS 84"):
        read_polygons(path, id="key")
    read, _ = read_polygons(path, id="key", crs="EPSG:25832")
    assert read.to_crs(4326).total_bounds[:2] == pytest.approx([7.0, 51.0], abs=0.05)


def test_a_geojson_that_names_its_crs_is_read_in_east_north_order(tmp_path):
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3044"}}
    path = geojson(tmp_path, square(360_000, 5_650_000, 1000), crs=crs)
    read, _ = read_polygons(path, id="key")
    assert read.to_crs(4326).total_bounds[:2] == pytest.approx([7.0, 51.0], abs=0.05)


def test_repeated_ids_are_dissolved_counted_and_named(tmp_path):
    path = geojson(tmp_path, square(7.0), square(7.01), square(7.05), ids=["67661", "67661", "67663"])
    read, counts = read_polygons(path, id="key")
    assert read["quarter_id"].tolist() == ["67661", "67663"]
    assert counts["repeated_ids"] == 1
    assert read.attrs["repeated_ids"] == ["67661"]
    assert read.geometry.iloc[0].area == pytest.approx(2e-4)


def test_the_row_order_changes_nothing(tmp_path):
    shapes = [square(7.0), square(7.01), square(7.05)]
    one, _ = read_polygons(geojson(tmp_path, *shapes, ids=["a", "a", "b"]), id="key")
    other, _ = read_polygons(geojson(tmp_path, *shapes[::-1], ids=["b", "a", "a"]), id="key")
    assert one.to_wkb().equals(other.to_wkb())


def test_a_ring_that_crosses_itself_is_repaired_and_counted(tmp_path):
    bow_tie = [[7.0, 51.0], [7.01, 51.01], [7.01, 51.0], [7.0, 51.01], [7.0, 51.0]]
    read, counts = read_polygons(geojson(tmp_path, bow_tie, square(7.05)), id="key")
    assert counts["repaired_geometries"] == 1
    assert read.geometry.is_valid.all()
    assert read.geometry.iloc[0].area == pytest.approx(0.5e-4)


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "1e999"])
def test_coordinates_that_are_no_numbers_are_refused(tmp_path, bad):
    path = geojson(tmp_path, square())
    path.write_text(path.read_text().replace("7.01", bad))
    with pytest.raises(InputError):
        read_polygons(path, id="key")


def test_nan_in_a_binary_file_is_refused_with_its_row(tmp_path):
    frame = quarters()
    broken = shapely.Polygon([(7, 51), (7.1, float("nan")), (7.1, 51.1), (7, 51)])
    frame.geometry = [frame.geometry.iloc[0], broken, frame.geometry.iloc[2]]
    frame.to_file(tmp_path / "q.gpkg")
    with pytest.raises(InputError, match="NaN or infinite in 1 rows"):
        read_polygons(tmp_path / "q.gpkg", id="key")


def test_a_missing_crs_is_refused_and_can_be_named(tmp_path):
    path = tmp_path / "q.shp"
    quarters().to_file(path)
    path.with_suffix(".prj").unlink()
    with pytest.raises(InputError, match="does not say its coordinate reference system"):
        read_polygons(path, id="key")
    assert read_polygons(path, id="key", crs="EPSG:4326")[0].crs == "EPSG:4326"


def test_an_undefined_crs_counts_as_missing(tmp_path):
    frame = quarters().set_crs(None, allow_override=True)
    with pytest.warns(UserWarning, match="crs"):
        frame.to_file(tmp_path / "q.gpkg")
    with pytest.raises(InputError, match="coordinate reference system"):
        read_polygons(tmp_path / "q.gpkg", id="key")


def test_a_crs_nobody_knows_is_refused(tmp_path):
    with pytest.raises(InputError, match="is not known"):
        read_polygons(geojson(tmp_path, square()), id="key", crs="EPSG:99999")


@pytest.mark.parametrize("crs", [31466, 31467, 31468, 31469, 4314])
def test_the_old_german_datum_is_refused_unless_the_shift_is_accepted(tmp_path, crs):
    path = tmp_path / "q.gpkg"
    quarters(crs).to_file(path)
    with pytest.raises(InputError, match="old datum") as caught:
        read_polygons(path, id="key")
    assert "accept_datum_shift" in caught.value.fix
    read, counts = read_polygons(path, id="key", accept_datum_shift=True)
    assert (len(read), counts["datum_shift"]) == (3, 1)


def test_unknown_layers_and_columns_offer_the_nearest(tmp_path):
    path = tmp_path / "city.gpkg"
    quarters().to_file(path, layer="quartiere")
    quarters().to_file(path, layer="bezirke")
    with pytest.raises(InputError, match="did you mean 'quartiere'"):
        read_polygons(path, layer="quartier", id="key")
    with pytest.raises(InputError, match="several layers"):
        read_polygons(path, id="key")
    with pytest.raises(InputError, match="did you mean 'label'"):
        read_polygons(path, layer="bezirke", id="key", name="lable")


def test_without_an_id_column_the_columns_that_could_be_one_are_offered(tmp_path):
    with pytest.raises(InputError, match="which column names a quarter") as caught:
        read_polygons(geojson(tmp_path, square(7.0), square(7.1)))
    assert 'id = "key"' in caught.value.fix


def test_whole_numbers_as_ids_have_no_decimals_and_empty_ids_are_refused(tmp_path):
    read, _ = read_polygons(geojson(tmp_path, square(7.0), square(7.1), ids=[12.0, 7.0]), id="key")
    assert read["quarter_id"].tolist() == ["12", "7"]
    with pytest.raises(InputError, match="'key' is empty in 1 rows"):
        read_polygons(geojson(tmp_path, square(7.0), square(7.1), ids=["a", None]), id="key")


def test_bare_geometry_collections_one_file_each_are_called_like_their_files(tmp_path):
    for number, name in enumerate(["501_altstadt", "500_mitte"]):
        polygon = {"type": "Polygon", "coordinates": [square(7.0 + number)]}
        text = json.dumps({"type": "GeometryCollection", "geometries": [polygon]})
        (tmp_path / f"{name}.json").write_text(text)
    read, _ = read_polygons(list(tmp_path.glob("*.json")))
    assert read["quarter_id"].tolist() == ["500_mitte", "501_altstadt"]


def test_points_are_no_quarters_and_rows_without_area_are_counted(tmp_path):
    points = gpd.GeoDataFrame({"key": ["a"]}, geometry=[shapely.Point(7, 51)], crs=4326)
    points.to_file(tmp_path / "p.gpkg")
    with pytest.raises(InputError):
        read_polygons(tmp_path / "p.gpkg", id="key")
    mixed = gpd.GeoDataFrame(
        {"key": ["a", "b", "c"]}, geometry=[shapely.box(7, 51, 7.1, 51.1), shapely.Point(7, 51), None], crs=4326
    )
    mixed.to_file(tmp_path / "m.geojson")
    read, counts = read_polygons(tmp_path / "m.geojson", id="key")
    assert (len(read), counts["not_polygons"], counts["without_geometry"]) == (1, 1, 1)


def test_a_boundary_is_one_row_of_all_polygons_or_of_those_with_a_name(tmp_path):
    path = tmp_path / "all.gpkg"
    quarters().to_file(path)
    whole, counts = read_boundary(path)
    assert whole["quarter_id"].tolist() == ["boundary"]
    assert whole.geometry.iloc[0].area == pytest.approx(3e-4)
    assert counts["repeated_ids"] == 0
    part, _ = read_boundary(path, name="Nord")
    assert (part["name"].tolist(), part.geometry.iloc[0].area) == (["Nord"], pytest.approx(1e-4))
    with pytest.raises(InputError, match="did you mean 'Nord'"):
        read_boundary(path, name="Nordd")


@pytest.mark.parametrize("name", ["quarters.geojson", "quarters.gpkg", "quarters.shp", "q.fgb"])
def test_a_file_cut_off_is_refused(tmp_path, name):
    path = tmp_path / name
    quarters().to_file(path, driver=DRIVERS[name])
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    with pytest.raises(InputError):
        read_polygons(path, id="key")


def test_a_part_of_a_shapefile_is_refused_with_advice(tmp_path):
    quarters().to_file(tmp_path / "q.shp")
    with pytest.raises(InputError, match=r"name the \.shp file"):
        read_polygons(tmp_path / "q.dbf", id="key")
