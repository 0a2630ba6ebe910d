"""From a section of the study to its table and to its line in the manifest."""

import hashlib
from pathlib import Path

import geopandas as gpd
import osmium
import pytest
import shapely

from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.sources.load import load_grid, load_polygons, provenance_of
from nahraum.sources.registry import registry
from nahraum.study import SourceSpec

CELLS = "cell;persons;m2;homes;size;p50;p1000\n100mN27689E43340;4;40,5;2;81;100;50\n"
CENSUS = "GITTER_ID_100m;x_mp_100m;y_mp_100m;Einwohner\nCRS3035RES100mN2689100E4337000;4337050;2689150;4\n"


def spec(section: str, kind: str, *files: Path, **options: object) -> SourceSpec:
    return SourceSpec(section, kind, tuple(files), options)


@pytest.fixture
def cells(tmp_path):
    path = tmp_path / "cells.csv"
    path.write_text(CELLS)
    return path


@pytest.mark.parametrize(
    ("name", "columns", "column", "value"),
    [
        ("population", {"residents": "persons"}, "residents", 4),
        ("floor_area", {"floor_area_m2_per_resident": "m2"}, "floor_area_m2_per_resident", 40.5),
        ("dwellings", {"dwellings": "homes", "floor_area_m2_per_dwelling": "size"}, "floor_area_m2_per_dwelling", 81),
        ("broadband", {"50": "p50", "1000": "p1000"}, "offered_1000_share", 0.5),
    ],
)
def test_a_grid_table_is_read_by_the_names_of_the_section(cells, name, columns, column, value):
    read = load_grid(spec(name, "grid_table", cells, columns=columns), parameters=Parameters())
    assert read.table[column].tolist() == [value]
    assert read.table[f"{column}_status"].tolist() == ["ok"]


def test_census_files_and_class_files_are_read_by_their_kind(tmp_path):
    census = tmp_path / "Zensus2022_Bevoelkerungszahl_100m-Gitter.csv"
    census.write_text(CENSUS)
    read = load_grid(spec("population", "zensus2022", census, size_m=100), parameters=Parameters())
    assert read.table["residents"].tolist() == [4]
    one = tmp_path / "class_1.csv"
    one.write_text("x;y;value\n4334050;2768950;3\n")
    read = load_grid(spec("dwellings", "class_files", one, classes=[24]), parameters=Parameters())
    assert read.table["floor_area_m2_per_dwelling"].tolist() == [24]


def test_the_window_reaches_every_reader(tmp_path, cells):
    columns = {"residents": "persons"}
    far = (0.0, 0.0, 1.0, 1.0)
    read = load_grid(spec("population", "grid_table", cells, columns=columns), parameters=Parameters(), window_m=far)
    assert len(read.table) == 0
    assert list(read.table.columns) == ["cell_key", "residents", "residents_status"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "does not say which column holds residents"),
        ({"columns": {"resident": "persons"}}, "did you mean 'residents'"),
        ({"columns": ["persons"]}, "must map our names"),
        ({"columns": {"residents": "persons"}, "missing": "-1"}, "must be a list of numbers"),
        ({"columns": {"residents": "persons"}, "size_m": "100m"}, "size_m = '100m'"),
    ],
)
def test_a_section_that_does_not_fit_is_refused_with_advice(cells, options, said):
    with pytest.raises(InputError, match=said):
        load_grid(spec("population", "grid_table", cells, **options), parameters=Parameters())


def test_a_census_topic_is_one_file(cells):
    with pytest.raises(InputError, match="must name one census file"):
        load_grid(spec("population", "zensus2022", cells, cells), parameters=Parameters())


@pytest.fixture
def polygons(tmp_path):
    path = tmp_path / "quarters.shp"
    shapes = [shapely.box(7, 51, 7.1, 51.1), shapely.box(7.1, 51, 7.2, 51.1)]
    gpd.GeoDataFrame({"key": ["b", "a"], "label": ["B", "A"]}, geometry=shapes, crs=4326).to_file(path)
    return path


def test_quarters_have_a_row_each_and_a_boundary_has_one(polygons):
    quarters, _ = load_polygons(spec("quarters", "vector", polygons, id="key", name="label"))
    assert quarters["name"].tolist() == ["A", "B"]
    boundary, _ = load_polygons(spec("boundary", "vector", polygons))
    assert len(boundary) == 1
    with pytest.raises(InputError, match="no vector file"):
        load_polygons(spec("quarters", "osm"))


def test_census_and_openstreetmap_bring_their_licence_and_attribution(cells):
    census = provenance_of(spec("population", "zensus2022", cells, size_m=100))[0]
    assert (census.licence, census.reference_date, census.scale) == ("dl-de/by-2-0", "2022-05-15", "100 m cell")
    publisher = "© Statistische Ämter des Bundes und der Länder, Zensus 2022"
    assert census.attribution == f"{publisher}; Gitter © GeoBasis-DE / BKG"
    streets = provenance_of(spec("osm", "osm", cells))[0]
    assert (streets.licence, streets.attribution) == ("ODbL-1.0", "© OpenStreetMap contributors")


def test_other_sources_say_what_the_study_says_or_that_nothing_is_stated(cells):
    silent = provenance_of(spec("floor_area", "grid_table", cells, size_m=1000))[0]
    assert (silent.licence, silent.attribution, silent.reference_date) == ("not stated",) * 3
    assert silent.scale == "1 km cell"
    told = provenance_of(
        spec("floor_area", "grid_table", cells, licence="dl-de/zero-2-0", attribution="Stadt X", date="2024-12-31")
    )[0]
    assert (told.licence, told.attribution, told.reference_date) == ("dl-de/zero-2-0", "Stadt X", "2024-12-31")


def test_every_file_of_a_source_stands_in_the_manifest_with_its_hash(cells, polygons):
    source = provenance_of(spec("population", "grid_table", cells))[0]
    assert source.sha256 == hashlib.sha256(CELLS.encode()).hexdigest()
    assert (source.file, source.bytes, source.name) == ("cells.csv", len(CELLS), "population")
    files = [part.file for part in provenance_of(spec("quarters", "vector", polygons))]
    assert files == ["quarters.shp", "quarters.dbf", "quarters.shx", "quarters.prj", "quarters.cpg"]
    assert provenance_of(spec("quarters", "osm")) == []


def test_quarters_and_boundaries_from_openstreetmap_carry_its_licence(cells):
    source = provenance_of(spec("quarters", "osm", cells))[0]
    assert (source.licence, source.scale) == ("ODbL-1.0", "areas")


def test_the_registry_names_licence_and_attribution_of_every_known_provider():
    assert registry()["osm"]["licence"] == "ODbL-1.0"
    assert registry()["zensus2022"]["topics"]["population"]["columns"][0] == "Einwohner"


def test_an_extract_tells_its_own_day_where_the_study_does_not(tmp_path):
    file = tmp_path / "town.osm.pbf"
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", "2025-03-09T21:21:00Z")
    osmium.SimpleWriter(str(file), 65536, header).close()
    assert provenance_of(spec("osm", "osm", file))[0].reference_date == "2025-03-09"
    assert provenance_of(spec("osm", "osm", file, date="2025-03-01"))[0].reference_date == "2025-03-01"
    file.write_bytes(b"no extract")
    assert provenance_of(spec("osm", "osm", file))[0].reference_date == "not stated"


@pytest.mark.parametrize(
    ("section", "kind", "scale", "attribution"),
    [
        ("statistics.x", "inkar", "areas", "© BBSR Bonn, INKAR"),
        ("statistics.x", "breitbandatlas", "areas", "Breitbandatlas, © BNetzA / BMDV / atene KOM / TÜV Rheinland"),
        ("municipalities", "vector", "areas", "not stated"),
        ("population", "zensus2011", "100 m cell", "© Statistische Ämter des Bundes und der Länder, Zensus 2011"),
    ],
)
def test_tables_of_areas_and_the_census_of_2011_say_their_scale_and_publisher(cells, section, kind, scale, attribution):
    told = provenance_of(spec(section, kind, cells))[0]
    assert (told.scale, told.attribution) == (scale, attribution)
