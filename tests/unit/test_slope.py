"""Walking up and down: heights from a raster, Tobler's rule, bridges and tunnels; by hand."""

import numpy as np
import pyproj
import pytest
from PIL import Image, TiffImagePlugin

from nahraum.errors import InputError
from nahraum.network import build_network
from nahraum.network.slope import carried_heights, tobler_factor
from nahraum.sources.elevation import Elevation, read_elevation
from tiny_walks import CRS, extract

UTM = "EPSG:25832"
# heights 0, 10, 20 from west to east in the southern row, 5 more in the northern one; 100 m apart
SMALL = np.array([[0, 10, 20], [5, 15, 25]], dtype=np.float32)


def raster(height=SMALL, west=1000.0, south=2000.0, step=100.0):
    return Elevation(height, west, south, step, UTM)


def test_on_the_level_and_on_five_percent_down_tobler_walks_as_he_wrote():
    assert tobler_factor(np.array([0.0])) == pytest.approx(1.0)
    level, down = 6 * np.exp(-3.5 * 0.05), 6.0
    assert level == pytest.approx(5.037, abs=1e-3)
    assert tobler_factor(np.array([-0.05])) == pytest.approx(level / down)
    up = 6 * np.exp(-3.5 * 0.15)
    assert tobler_factor(np.array([0.1])) == pytest.approx(level / up)


def test_heights_between_points_are_bilinear():
    x, y = np.array([1000.0, 1050.0, 1200.0, 1150.0]), np.array([2000.0, 2000.0, 2100.0, 2050.0])
    assert raster().at(x, y).tolist() == [0.0, 5.0, 25.0, 17.5]


def test_outside_and_beside_a_point_without_height_nothing_is_known():
    holed = SMALL.copy()
    holed[1, 1] = np.nan
    x, y = np.array([999.9, 1200.1, 1150.0, 1150.0]), np.array([2000.0, 2000.0, 2050.0, 2000.0])
    assert np.isnan(raster(holed).at(x, y)).tolist() == [True, True, True, False]


def test_a_bridge_rises_evenly_between_its_ends_whatever_lies_below():
    height = np.array([10.0, 0.0, -50.0, 40.0, 7.0])
    ends = np.array([[0, 1, 2, 3], [1, 2, 3, 4]])
    bridge = np.array([False, True, True, False])
    # ground at 0 m in node 1 and 40 m in node 3; node 2 stands a quarter of the way along the bridge
    found = carried_heights(height, ends, np.array([100, 100, 300, 100]), bridge)
    assert found.tolist() == pytest.approx([10.0, 0.0, 10.0, 40.0, 7.0])


def test_a_footbridge_with_three_ends_meets_in_between():
    height = np.array([0.0, 6.0, 9.0, -99.0, 1.0, 1.0, 1.0])
    ends = np.array([[0, 1, 2, 0, 1, 2], [3, 3, 3, 4, 5, 6]])
    carried = np.array([True, True, True, False, False, False])
    assert carried_heights(height, ends, np.full(6, 50), carried)[3] == pytest.approx(5.0)


def test_a_bridge_that_leads_nowhere_ends_on_the_ground_and_one_in_the_air_keeps_its_heights():
    height = np.array([0.0, 50.0, 20.0])
    ends = np.array([[0, 1], [1, 2]])
    assert carried_heights(height, ends, np.array([10, 10]), np.array([True, True])).tolist() == [0.0, 10.0, 20.0]
    ring = np.array([[0, 1, 2], [1, 2, 0]])
    assert carried_heights(height, ring, np.full(3, 10), np.full(3, True)).tolist() == height.tolist()


# a street of one step from south to north, about 100.1 m; the ground rises by 10 m in 100
LINE = {0: (9.0, 49.44), 1: (9.0, 49.4409), 2: (9.0, 49.4418)}


def slope_of_ten_percent():
    x, y = pyproj.Transformer.from_crs("EPSG:4326", UTM, always_xy=True).transform(9.0, 49.44)
    rows = np.arange(-3, 6) * 100.0
    return Elevation(np.repeat((rows / 10)[:, None], 3, axis=1).astype(np.float32), x - 100, y - 300, 100.0, UTM)


def test_uphill_takes_longer_than_downhill_by_toblers_ratio():
    network = build_network(
        extract(LINE, [{"way_id": 5, "nodes": [0, 1]}]), crs=CRS, profile="adult", elevation=slope_of_ten_percent()
    )
    level = network.edge_length_dm[0] * 0.75
    assert network.edge_forward[0] == pytest.approx(level * np.exp(3.5 * 0.10), abs=2)
    assert network.edge_backward[0] == pytest.approx(level * np.exp(3.5 * 0.0), abs=2)  # -10 % is as fast as 0 %
    assert not network.is_symmetric and network.counts["nodes_without_height"] == 0


def test_a_tunnel_through_the_hill_is_level_where_its_ends_are():
    hill = slope_of_ten_percent()
    hill.height_m[:] = 0
    hill.height_m[4] = 80  # between the two ends
    ways = [{"way_id": 5, "nodes": [0, 1, 2], "tunnel": True}]
    network = build_network(extract(LINE, ways), crs=CRS, profile="adult", elevation=hill)
    assert network.edge_forward.tolist() == network.edge_backward.tolist() == [751, 751]


def test_where_no_height_is_known_walking_is_level_and_the_nodes_are_counted():
    far = Elevation(SMALL, 0.0, 0.0, 1.0, UTM)
    network = build_network(extract(LINE, [{"way_id": 5, "nodes": [0, 1, 2]}]), crs=CRS, profile="adult", elevation=far)
    assert network.edge_forward.tolist() == [751, 751] and network.counts["nodes_without_height"] == 3


def test_heights_without_a_profile_are_refused():
    with pytest.raises(InputError, match="not lengths"):
        build_network(extract(LINE, [{"way_id": 5, "nodes": [0, 1]}]), crs=CRS, elevation=raster())


def same(found: Elevation) -> None:
    assert (found.west, found.south, found.step, found.crs) == (1000.0, 2000.0, 100.0, UTM)
    assert np.array_equal(found.height_m, SMALL)


ASC = "ncols 3\nnrows 2\nxllcorner 950\nyllcorner 1950\ncellsize 100\nNODATA_value -9999\n5 15 25\n0 10 20\n"
XYZ = "".join(f"{1000 + 100 * c} {2000 + 100 * r} {SMALL[r, c]}\n" for r in (1, 0) for c in range(3))


def geotiff(path, height=SMALL, kind=1, nodata=None, **more):
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    corner = (950.0, 2150.0) if kind == 1 else (1000.0, 2100.0)
    tags[33550], tags[33922] = (100.0, 100.0, 0.0), (0.0, 0.0, 0.0, *corner, 0.0)
    tags.tagtype[33550] = tags.tagtype[33922] = 12
    tags[34735] = (1, 1, 0, 2, 1025, 0, 1, kind, 3072, 0, 1, 25832)
    tags.tagtype[34735] = 3
    if nodata is not None:
        tags[42113] = nodata
    Image.fromarray(height[::-1].copy()).save(path, format="TIFF", tiffinfo=tags, **more)
    return path


def test_an_ascii_grid_is_read_corner_or_centre(tmp_path):
    (tmp_path / "a.asc").write_text(ASC)
    same(read_elevation(tmp_path / "a.asc", crs=UTM))
    (tmp_path / "c.txt").write_text(ASC.replace("ncols ", "ncols\t").replace("cellsize ", "cellsize\t"))
    same(read_elevation(tmp_path / "c.txt", crs=UTM))
    (tmp_path / "b.txt").write_text(ASC.replace("corner 950", "center 1000").replace("corner 1950", "center 2000"))
    same(read_elevation(tmp_path / "b.txt", crs=UTM))


@pytest.mark.parametrize("text", [XYZ, XYZ.replace(" ", ","), "x y z\n" + XYZ, XYZ.replace(" ", "   ")])
def test_xyz_text_is_read_in_any_dress(tmp_path, text):
    (tmp_path / "dgm.xyz").write_text(text)
    same(read_elevation(tmp_path / "dgm.xyz", crs=UTM))


def test_a_geotiff_tells_its_own_place(tmp_path):
    same(read_elevation(geotiff(tmp_path / "a.tif")))
    same(read_elevation(geotiff(tmp_path / "b.tif", kind=2)))
    found = read_elevation(geotiff(tmp_path / "c.tif", nodata="10"))
    assert np.isnan(found.height_m[0, 1]) and np.isnan(found.height_m).sum() == 1


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_a_compressed_geotiff_is_read(tmp_path, compression):
    same(read_elevation(geotiff(tmp_path / "a.tif", compression=compression)))


def test_a_geotiff_of_whole_metres_is_read(tmp_path):
    same(read_elevation(geotiff(tmp_path / "a.tif", height=SMALL.astype(np.uint16))))
    same(read_elevation(geotiff(tmp_path / "b.tif", height=SMALL.astype(np.int32))))


def test_tiles_make_one_raster_and_the_gap_between_them_is_unknown(tmp_path):
    (tmp_path / "a.asc").write_text(ASC)
    (tmp_path / "b.asc").write_text(ASC.replace("xllcorner 950", "xllcorner 1350"))
    found = read_elevation([tmp_path / "a.asc", tmp_path / "b.asc"], crs=UTM)
    assert found.height_m.shape == (2, 7) and np.isnan(found.height_m[:, 3]).all()
    assert found.height_m[0, 4:].tolist() == [0, 10, 20]


@pytest.mark.parametrize(
    ("text", "crs", "what"),
    [
        (XYZ, "", "CRS of the elevation is not known"),
        (XYZ, "EPSG:4326", "in degrees"),
        ("1000 2000 5\n", UTM, "single point"),
        (XYZ + "1130 2000 5\n", UTM, "regular raster"),
        (ASC.replace("0 10 20\n", ""), UTM, "no elevation raster"),
        ("nrows 2\n" + ASC.replace("nrows 2\n", "").replace("cellsize 100\n", ""), UTM, "no elevation raster"),
        ("%PDF-1.4\n", UTM, "no elevation raster"),
        (ASC.replace("ncols 3", "ncols 3000000000"), UTM, "million points"),
        (ASC.replace("cellsize 100", "cellsize 0"), UTM, "no place on earth"),
        (ASC.replace("cellsize 100", "cellsize -1"), UTM, "no place on earth"),
        (ASC.replace("xllcorner 950", "xllcorner nan"), UTM, "no place on earth"),
        (ASC, "nonsense", "no CRS"),
    ],
)
def test_what_is_no_raster_is_refused_in_words(tmp_path, text, crs, what):
    (tmp_path / "a.txt").write_text(text)
    with pytest.raises(InputError, match=what):
        read_elevation(tmp_path / "a.txt", crs=crs)


def test_missing_files_broken_tiffs_and_tiles_that_do_not_fit_are_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_elevation(tmp_path / "none.tif")
    (tmp_path / "a.tif").write_bytes(geotiff(tmp_path / "b.tif").read_bytes()[:60])
    with pytest.raises(InputError, match="no elevation raster"):
        read_elevation(tmp_path / "a.tif")
    Image.fromarray(np.zeros((2, 2), dtype=np.float32)).save(tmp_path / "c.tif")
    with pytest.raises(InputError, match="no place on earth"):
        read_elevation(tmp_path / "c.tif")
    (tmp_path / "d.asc").write_text(ASC)
    (tmp_path / "e.asc").write_text(ASC.replace("xllcorner 950", "xllcorner 1333"))
    with pytest.raises(InputError, match="regular raster"):
        read_elevation([tmp_path / "d.asc", tmp_path / "e.asc"], crs=UTM)
    with pytest.raises(InputError, match="no elevation file"):
        read_elevation([])
