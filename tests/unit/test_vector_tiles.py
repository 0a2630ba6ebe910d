"""Vector tiles and their archive: bytes by the specification, and GDAL as another reader."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from nahraum.publish.vectortiles import background_tiles, described_layers, lon_lat_bounds, write_archive
from nahraum.publish.vectortiles.archive import tile_id
from nahraum.publish.vectortiles.encode import AREA, LINE, POINT, TileLayer, tile_bytes, varints

BEFORE_Z3 = 1 + 4 + 16
TOLD = {"vector_layers": described_layers()}


def one(dimension: int, *shapes: str) -> bytes:
    made = np.array([shapely.from_wkt(shape) for shape in shapes], dtype=object)
    feature = np.zeros(len(made), dtype=np.int64)
    return tile_bytes([TileLayer("x", dimension, made, feature, [{"kind": "a"}])])


def commands(body: bytes) -> list[int]:
    """The numbers of the geometry of the only feature of the only layer."""
    at = body.index(b"\x18") + 2  # type
    assert body[at] == 4 << 3 | 2
    length, numbers, value, shift = body[at + 1], [], 0, 0
    for byte in body[at + 2 : at + 2 + length]:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 128:
            numbers.append(value)
            value = shift = 0
    return numbers


def test_numbers_are_written_as_the_protocol_buffers_say():
    out, starts = varints([0, 1, 127, 128, 300, 1 << 34])
    assert bytes(out) == b"\x00\x01\x7f\x80\x01\xac\x02\x80\x80\x80\x80\x40"
    assert starts.tolist() == [0, 1, 2, 3, 5, 7, 12]


@pytest.mark.parametrize(
    ("dimension", "shapes", "numbers"),
    [  # the examples of the specification, 4.3.5
        (POINT, ["POINT (25 17)"], [9, 50, 34]),
        (LINE, ["LINESTRING (2 2, 2 10, 10 10)"], [9, 4, 4, 18, 0, 16, 16, 0]),
        (LINE, ["LINESTRING (2 2, 2 10, 10 10)", "LINESTRING (1 1, 3 5)"],
         [9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8]),
        (AREA, ["POLYGON ((3 6, 8 12, 20 34, 3 6))"], [9, 6, 12, 18, 10, 12, 24, 44, 15]),
    ],
)  # fmt: skip
def test_shapes_are_the_commands_of_the_specification(dimension, shapes, numbers):
    assert commands(one(dimension, *shapes)) == numbers


def test_what_has_no_extent_in_whole_units_is_left_out_with_its_holes():
    assert one(AREA, "POLYGON ((3 6, 3.2 6, 3.2 6.3, 3 6))") == b""
    assert one(LINE, "LINESTRING (2 2, 2.1 2.2)") == b""
    holed = one(AREA, "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (4 4, 4.2 4.3, 4.3 4, 4 4))")
    assert commands(holed) == commands(one(AREA, "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0))"))


def test_tiles_are_numbered_along_the_hilbert_curve():
    assert [tile_id(0, 0, 0), tile_id(1, 0, 0), tile_id(1, 0, 1), tile_id(1, 1, 1), tile_id(1, 1, 0)] == [0, 1, 2, 3, 4]
    assert tile_id(12, 3423, 1763) == 19078479  # PMTiles, specification of version 3
    numbers = sorted(tile_id(3, x, y) for x in range(8) for y in range(8))
    assert numbers == list(range(BEFORE_Z3, BEFORE_Z3 + 64))


@pytest.fixture
def town() -> gpd.GeoDataFrame:
    """A square park of 1 km with a pond in it, a street, a house and a name, in UTM."""
    park = shapely.box(410_000, 5_477_000, 411_000, 5_478_000) - shapely.box(410_400, 5_477_400, 410_600, 5_477_600)
    rows = [
        ("green", "", 6, park),
        ("water", "", 6, shapely.box(410_400, 5_477_400, 410_600, 5_477_600)),
        ("building", "", 13, shapely.box(410_100, 5_476_900, 410_120, 5_476_930)),
        ("road", "Große Straße", 12, shapely.LineString([(409_000, 5_476_950), (414_000, 5_476_950)])),
        ("town", "Lautern", 8, shapely.Point(410_500, 5_477_700)),
    ]
    kinds, names, zooms, shapes = zip(*rows, strict=True)
    return gpd.GeoDataFrame({"kind": kinds, "name": names, "zoom": zooms}, geometry=list(shapes), crs="EPSG:25832")


def written(background: gpd.GeoDataFrame, path: Path) -> Path:
    tiles = background_tiles(background)
    return write_archive(tiles, path, bounds=lon_lat_bounds(background), metadata=TOLD)


def test_gdal_reads_back_what_was_drawn(town, tmp_path):
    file = written(town, tmp_path / "base.pmtiles")
    assert {name for name, _ in pyogrio.list_layers(file)} == {"land", "buildings", "lines", "names"}
    for layer, kind in (("land", "green"), ("land", "water"), ("buildings", "building")):
        read = pyogrio.read_dataframe(file, layer=layer, where=f"kind = '{kind}'").to_crs(town.crs)
        drawn = town.geometry[town["kind"] == kind].iloc[0]
        # tiles overlap at their rims; a unit of a tile of zoom 14 is 0.4 m here
        assert shapely.area(shapely.union_all(read.geometry.buffer(0)) ^ drawn) < 1.2 * drawn.length
    street = pyogrio.read_dataframe(file, layer="lines").to_crs(town.crs)
    assert set(street["name"]) == {"Große Straße"}
    assert street.geometry.union_all().length == pytest.approx(5000, abs=5)
    name = pyogrio.read_dataframe(file, layer="names").to_crs(town.crs)
    assert name["name"].tolist() == ["Lautern"]
    assert name.geometry.iloc[0].distance(town.geometry.iloc[4]) < 1


def test_what_is_drawn_from_a_zoom_on_is_in_no_tile_before(town):
    tiles = background_tiles(town)
    assert min(zoom for zoom, *_, body in tiles if b"building" in body) == 13
    assert min(zoom for zoom, *_, body in tiles if "Große Straße".encode() in body) == 12
    assert min(zoom for zoom, *_, body in tiles if b"Lautern" in body) == 8


def test_the_same_background_gives_the_same_bytes_in_any_order(town, tmp_path):
    one = written(town, tmp_path / "one.pmtiles").read_bytes()
    assert written(town, tmp_path / "again.pmtiles").read_bytes() == one
    tiles = background_tiles(town)
    turned = write_archive(tiles[::-1], tmp_path / "turned.pmtiles", bounds=lon_lat_bounds(town), metadata=TOLD)
    assert turned.read_bytes() == one


def test_an_archive_of_many_tiles_is_read_through_its_leaves(tmp_path):
    rng = np.random.default_rng(1)
    tiles = [(9, x, y, rng.bytes(int(rng.integers(9, 900)))) for x in range(0, 400, 2) for y in range(0, 200, 2)]
    file = write_archive(tiles, tmp_path / "many.pmtiles", bounds=(-170.0, 20.0, -40.0, 80.0), metadata={})
    head = file.read_bytes()[:127]
    root, leaves = (int.from_bytes(head[at : at + 8], "little") for at in (16, 48))
    assert root + 127 <= 16_384
    assert leaves > 0
    assert head[:8] == b"PMTiles\x03"


def test_an_empty_background_is_an_archive_without_tiles(town, tmp_path):
    file = written(town.iloc[:0], tmp_path / "none.pmtiles")
    assert file.read_bytes()[:7] == b"PMTiles"
