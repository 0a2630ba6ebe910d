"""The GeoPackage opens coloured, says who made the data, and is the same on every run."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import pyogrio
import pytest
from publish_bundle import make_bundle, make_cells, make_locations

from nahraum.publish.geopackage import write_geopackage
from nahraum.publish.labels import table_name


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> Path:
    return write_geopackage(make_bundle(), tmp_path_factory.mktemp("gpkg"))


def rows(path: Path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()


def test_every_table_is_a_layer_with_its_rows(package):
    bundle = make_bundle()
    listed = {name for name, _ in pyogrio.list_layers(package)}
    for table in bundle.tables():
        assert table.name in listed
        assert pyogrio.read_info(package, layer=table.name, force_feature_count=True)["features"] == len(table.frame)
    assert {"base_areas", "base_lines", "layer_styles"} <= listed


def test_cells_keep_their_grid_and_quarters_the_crs_of_the_study(package):
    assert gpd.read_file(package, layer="cells").crs.to_epsg() == 3035
    assert gpd.read_file(package, layer="quarters").crs.to_epsg() == 25832


def test_held_back_values_are_empty_in_the_package_too(package):
    cells = gpd.read_file(package, layer="cells").set_index("cell_id")
    small = cells.loc[make_cells()["cell_id"].iloc[2]]
    assert small["residents"] != small["residents"]
    assert small["class"] == "undetermined"


def test_each_layer_has_one_default_style(package):
    found = rows(package, "SELECT f_table_name, count(*), sum(useAsDefault) FROM layer_styles GROUP BY 1")
    assert {name for name, _, _ in found} >= {"cells", "quarters", "locations", "places", "greens", "entrances"}
    assert all(defaults == 1 for _, _, defaults in found)


def test_styles_name_columns_that_exist_and_are_well_formed(package):
    for layer, qml in rows(package, "SELECT f_table_name, styleQML FROM layer_styles"):
        renderer = ElementTree.fromstring(qml).find("renderer-v2")
        assert renderer is not None
        columns = set(pyogrio.read_info(package, layer=layer)["fields"])
        if attr := renderer.get("attr"):
            assert attr in columns, (layer, attr)
        symbols = {symbol.get("name") for symbol in renderer.iter("symbol")}
        for part in (*renderer.iter("category"), *renderer.iter("range")):
            assert part.get("symbol") in symbols


def test_cells_open_by_class_and_quarters_by_the_share_lacking_several(package):
    defaults = dict(rows(package, "SELECT f_table_name, styleQML FROM layer_styles WHERE useAsDefault = 1"))
    cells = ElementTree.fromstring(defaults["cells"]).find("renderer-v2")
    assert (cells.get("type"), cells.get("attr")) == ("categorizedSymbol", "class")
    assert [c.get("value") for c in cells.iter("category")] == ["lacking", "not_lacking", "undetermined"]
    quarters = ElementTree.fromstring(defaults["quarters"]).find("renderer-v2")
    assert (quarters.get("type"), quarters.get("attr")) == ("graduatedSymbol", "several_k2_share")
    assert len(list(quarters.iter("range"))) == 5


def test_every_indicator_has_a_graduated_style_of_its_own(package):
    columns = set()
    for (qml,) in rows(package, "SELECT styleQML FROM layer_styles WHERE f_table_name = 'cells'"):
        columns.add(ElementTree.fromstring(qml).find("renderer-v2").get("attr"))
    assert {"class", "floor_area_m2_per_resident", "green_distance_m", "lacks_supply_share"} <= columns


def test_licence_and_attribution_lie_in_the_file_and_in_every_layer(package):
    for layer in ("cells", "quarters", "places"):
        said = pyogrio.read_info(package, layer=layer)["layer_metadata"]
        assert said["ATTRIBUTION"].startswith("© OpenStreetMap contributors")
        assert said["LICENCE"] == "ODbL-1.0"
        assert said["REFERENCE_DATE"] == "2025-06-30"
    metadata = pyogrio.read_info(package, layer="cells")["dataset_metadata"]
    assert metadata["TITLE"].startswith("Probestadt")
    assert "nahraum" in metadata["STATEMENT"]  # GDAL drops a key DESCRIPTION


def test_the_version_opens_in_older_programs(package):
    assert rows(package, "PRAGMA user_version") == [(10300,)]


def test_no_moment_of_the_run_is_in_the_file(package):
    moments = rows(package, "SELECT last_change FROM gpkg_contents")
    moments += rows(package, "SELECT timestamp FROM gpkg_metadata_reference")
    moments += rows(package, "SELECT update_time FROM layer_styles")
    assert set(moments) == {("2025-06-30T00:00:00.000Z",)}


def test_layers_are_named_for_the_reader(package):
    found = dict(rows(package, "SELECT table_name, identifier FROM gpkg_contents"))
    assert found["cells"] == table_name("cells", "de") == "Gitterzellen"


def test_areas_and_lines_of_the_map_base_are_layers_of_their_own(package):
    assert set(gpd.read_file(package, layer="base_areas").geom_type) == {"Polygon"}
    assert set(gpd.read_file(package, layer="base_lines").geom_type) == {"LineString"}


def test_a_study_without_cells_locations_or_map_base_still_opens(tmp_path):
    bundle = make_bundle(cells=make_cells().iloc[:0], locations=make_locations().iloc[:0])
    path = write_geopackage(replace(bundle, base=bundle.base.iloc[:0]), tmp_path)
    assert len(gpd.read_file(path, layer="cells")) == 0
    assert len(gpd.read_file(path, layer="locations")) == 0
    assert "base_lines" not in {name for name, _ in pyogrio.list_layers(path)}
