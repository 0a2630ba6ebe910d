"""Files from strangers: archives that grow, lie or lead astray, and texts that would make GDAL read others."""

import json
import os
import sqlite3
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from nahraum.errors import InputError
from nahraum.sources import zensus
from nahraum.sources.safety import open_member, unpack, zip_members
from nahraum.sources.vector import read_polygons
from nahraum.sources.vectorfile import driver_of

HEADER = "GITTER_ID_100m;x_mp_100m;y_mp_100m;Einwohner\n"
ROWS = "".join(
    f"CRS3035RES100mN2689100E{4337000 + 100 * i};{4337050 + 100 * i};2689150;{i % 90}\n" for i in range(20_000)
)
MEMBER = "Zensus2022_Bevoelkerungszahl_100m-Gitter.csv"
VRT = '<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'


def archive_of(folder: Path, members: dict[str, bytes], name: str = "topic.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(zipfile.ZipInfo(member), content, zipfile.ZIP_DEFLATED)
    return path


def census_zip(folder: Path) -> Path:
    return archive_of(folder, {MEMBER: (HEADER + ROWS).encode()})


def declare_size(path: Path, size: int) -> None:
    """Make the archive lie about the size of its only member, in both of its headers."""
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 24, size)
    struct.pack_into("<I", content, 22, size)
    path.write_bytes(content)


def test_an_honest_archive_is_streamed_as_it_is(tmp_path):
    path = census_zip(tmp_path)
    (member,) = zip_members(path)
    with open_member(path, member) as stream:
        assert stream.read().decode() == HEADER + ROWS
    assert len(zensus.population(path, 100).table) == 20_000


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = archive_of(tmp_path, {MEMBER: b"0" * 20_000_000})
    with pytest.raises(InputError, match="-fold"):
        zensus.population(path, 100)


def test_many_members_that_grow_together_are_refused(tmp_path):
    path = archive_of(tmp_path, {f"{i}.csv": b"0" * 1_000_000 for i in range(20)})
    with pytest.raises(InputError, match="together would grow"):
        zip_members(path)


@pytest.mark.parametrize(
    "name", ["../outside.csv", "/etc/outside.csv", "a/../../outside.csv", "..\\outside.csv", "C:\\outside.csv"]
)
def test_a_member_that_leads_out_of_the_archive_is_refused(tmp_path, name):
    with pytest.raises(InputError, match="points out of the archive"):
        zip_members(archive_of(tmp_path, {name: b"x"}))


def test_a_link_in_an_archive_is_refused(tmp_path):
    path = tmp_path / "link.zip"
    link = zipfile.ZipInfo("table_100m-Gitter.csv")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(InputError, match="is a link"):
        zip_members(path)


def test_an_archive_in_an_archive_is_refused(tmp_path):
    with pytest.raises(InputError, match="itself an archive"):
        zip_members(archive_of(tmp_path, {"inner.zip": b"PK\x03\x04", MEMBER: HEADER.encode()}))


def test_a_member_that_occurs_twice_is_refused(tmp_path):
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.csv", "2")
    with pytest.raises(InputError, match="occurs twice"):
        zip_members(path)


def test_a_member_larger_than_it_declares_is_refused_while_reading(tmp_path):
    path = census_zip(tmp_path)
    declare_size(path, len(HEADER) + 55)
    with pytest.raises(InputError, match="larger than the"):
        zensus.population(path, 100)


def test_a_member_shorter_than_it_declares_is_refused_while_reading(tmp_path):
    path = census_zip(tmp_path)
    declare_size(path, len(HEADER) + len(ROWS) + 1)
    with pytest.raises(InputError, match="ends after"):
        zensus.population(path, 100)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_truncated_zip_is_refused(tmp_path, share):
    path = census_zip(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(InputError, match="damaged or cut off"):
        zensus.population(path, 100)


def test_a_damaged_member_is_refused_not_read_halfway(tmp_path):
    path = census_zip(tmp_path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(InputError, match="damaged or cut off"):
        zensus.population(path, 100)


def test_an_encrypted_member_is_refused(tmp_path):
    path = census_zip(tmp_path)
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 0x1
    path.write_bytes(content)
    with pytest.raises(InputError, match="is encrypted"):
        zip_members(path)


def test_unpacking_stays_in_its_folder(tmp_path):
    path = archive_of(tmp_path, {"sub/a.shp": b"1"})
    folder = tmp_path / "out"
    assert unpack(path, zip_members(path), folder) == [folder / "sub" / "a.shp"]
    (member,) = zip_members(path)
    member.filename = "../escaped.shp"
    with pytest.raises(InputError):
        unpack(path, [member], folder)
    assert not (tmp_path / "escaped.shp").exists()


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.csv"
    path.write_text("password\nhunter2\n")
    return path


@pytest.mark.parametrize("name", ["quarters.geojson", "quarters.gpkg", "quarters.shp", "quarters.vrt", "quarters.fgb"])
def test_a_virtual_file_is_refused_whatever_it_is_called(tmp_path, secret, name):
    path = tmp_path / name
    path.write_text(VRT.format(secret))
    with pytest.raises(InputError, match="virtual file") as caught:
        read_polygons(path)
    assert "hunter2" not in str(caught.value)


def test_a_geojson_that_hides_a_virtual_file_is_read_as_geojson_only(tmp_path, secret):
    path = tmp_path / "quarters.geojson"
    path.write_text(json.dumps({"x": VRT.format(secret), "type": "FeatureCollection", "features": []}))
    with pytest.raises(InputError, match="holds no polygons"):
        read_polygons(path)


@pytest.mark.parametrize(
    "document",
    [
        {"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read {} ! write --of stream s"},
        {"type": "Topology", "objects": {}, "arcs": []},
        {"displayFieldName": "", "geometryType": "esriGeometryPolygon", "features": []},
        {"tilejson": "2.0", "tiles": ["https://example.org/{z}/{x}/{y}.pbf"]},
    ],
)
def test_other_formats_in_braces_are_refused(tmp_path, secret, document):
    path = tmp_path / "quarters.geojson"
    path.write_text(json.dumps(document).replace("{}", str(secret)))
    with pytest.raises(InputError):
        read_polygons(path)


def test_a_database_that_is_no_geopackage_is_refused(tmp_path):
    path = tmp_path / "quarters.gpkg"
    path.write_bytes(b"SQLite format 3\0" + bytes(500))
    with pytest.raises(InputError):
        driver_of(path)


def test_a_view_in_a_geopackage_may_choose_columns_but_not_call_functions(tmp_path):
    path = tmp_path / "quarters.gpkg"
    gpd.GeoDataFrame({"key": ["a"]}, geometry=[shapely.box(7, 51, 7.1, 51.1)], crs=4326).to_file(path, layer="t")
    with sqlite3.connect(path) as base:
        for name, column in (("plain", "key"), ("clever", "ST_AsText(geom) AS key")):
            base.execute(f"CREATE VIEW {name} AS SELECT fid, {column}, geom FROM t")
            base.execute(
                "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?, 'features', ?, 4326)",
                (name, name),
            )
            base.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POLYGON', 4326, 0, 0)", (name,))
    base.close()
    assert read_polygons(path, layer="plain", id="key")[0]["quarter_id"].tolist() == ["a"]
    with pytest.raises(InputError, match="unsafe use"):
        read_polygons(path, layer="clever", id="key")


def test_a_missing_file_is_an_error_a_planner_can_read(tmp_path):
    with pytest.raises(InputError, match="cannot be opened"):
        read_polygons(tmp_path / "nowhere.gpkg")
    with pytest.raises(InputError, match="cannot be opened"):
        zensus.population(tmp_path / "nowhere.zip", 100)


def test_the_doors_of_gdal_are_closed_before_it_is_loaded(tmp_path, secret):
    path = tmp_path / "v.geojson"
    path.write_text(VRT.format(secret))
    code = (
        "import nahraum.sources, pyogrio, pyproj, sys\n"
        "off = {'OGR_VRT', 'GDALG', 'WFS', 'OAPIF', 'HTTP', 'GPSBabel', 'Carto', 'Elasticsearch'}\n"
        "assert not off & set(pyogrio.list_drivers()), pyogrio.list_drivers()\n"
        "assert not pyproj.network.is_network_enabled()\n"
        "try:\n    pyogrio.read_dataframe(sys.argv[1])\n"
        "except pyogrio.errors.DataSourceError:\n    print('refused')\n"
    )
    environment = {**os.environ, "GDAL_SKIP": "KML", "PROJ_NETWORK": "ON"}
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, env=environment, check=False
    )
    assert (done.stdout.strip(), done.stderr.strip()) == ("refused", "")
