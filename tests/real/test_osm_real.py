"""The reader on real extracts; counts after data/SPATIAL.md."""

import numpy as np
import osmium
import pytest
import shapely

from nahraum.sources.osm import read_osm

pytestmark = pytest.mark.real

UTM = "EPSG:25832"


@pytest.fixture(scope="module")
def kaiserslautern(data_dir):
    return read_osm(data_dir / "kaiserslautern" / "kaiserslautern.osm.gz")


@pytest.fixture(scope="module")
def lauf(data_dir):
    return read_osm(data_dir / "lauf" / "lauf-200115.osm.pbf")


def length_km(extract, rows) -> float:
    """Length of ways, in UTM."""
    at = extract.nodes.set_index("node_id")
    ids = extract.way_nodes
    xy = np.column_stack([at["lon"].reindex(ids), at["lat"].reindex(ids)]) * [
        111_320 * np.cos(np.radians(extract.extent[1])), 111_200,
    ]  # fmt: skip
    step = np.append(np.hypot(*np.diff(xy, axis=0).T), 0.0)
    ways = extract.ways[rows]
    return sum(step[row.first : row.first + row.n_nodes - 1].sum() for row in ways.itertuples()) / 1000


def test_kaiserslautern_has_its_walking_network(kaiserslautern):
    ways = kaiserslautern.ways
    assert ways["walkable"].sum() == pytest.approx(5250, rel=0.03)
    assert length_km(kaiserslautern, ways["walkable"]) == pytest.approx(502, rel=0.03)
    assert ways["highway"].isin(["footway", "path"]).sum() == pytest.approx(1984, rel=0.03)


def test_kaiserslautern_shops_are_found_as_nodes_and_as_areas(kaiserslautern):
    found = kaiserslautern.facilities
    shops = found[found["category"] == "food_full_range"]
    assert len(shops) + kaiserslautern.counts["supermarkets_too_small"] == pytest.approx(35, abs=3)
    assert shops["facility_id"].str.startswith("osm:n").any()
    assert shops["facility_id"].str.startswith("osm:w").any()
    assert (found["category"] == "pharmacy").sum() == 23
    assert (found["category"] == "gp").sum() == 10
    assert (found["category"] == "kita").sum() == pytest.approx(33, abs=5)


def test_kaiserslautern_schools_are_mostly_of_unspecified_level(kaiserslautern):
    schools = kaiserslautern.facilities[kaiserslautern.facilities["category"].str.endswith("school_unspecified")]
    assert (kaiserslautern.facilities["category"] == "primary_school").sum() < 5
    assert len(schools) > 15
    assert set(schools["status"]) == {"imputed"}


def test_kaiserslautern_poles_and_platforms_become_fewer_stops(kaiserslautern):
    stops = kaiserslautern.facilities[kaiserslautern.facilities["category"] == "stop"]
    assert 120 < len(stops) < 247


def test_kaiserslautern_green_and_buildings_are_complete(kaiserslautern):
    assert (kaiserslautern.greens["kind"] == "park").sum() == 11
    assert (kaiserslautern.greens["kind"] == "forest").sum() == pytest.approx(14, abs=2)
    assert len(kaiserslautern.buildings) == pytest.approx(15_151, rel=0.003)
    assert kaiserslautern.buildings["levels"].notna().sum() == pytest.approx(17, abs=1)


def test_the_forest_of_kaiserslautern_lies_outside_the_houses(kaiserslautern):
    """The extract was cut by a polygon; closed on the wrong side, the Pfälzerwald would cover the quarters."""
    forest = kaiserslautern.greens[kaiserslautern.greens["name"] == "Pfälzerwald"].geometry.union_all()
    middles = shapely.centroid(np.asarray(kaiserslautern.buildings.geometry, dtype=object))
    shapely.prepare(forest)
    assert shapely.contains(forest, middles).sum() < 0.01 * len(middles)
    public = kaiserslautern.greens[kaiserslautern.greens["public"]].to_crs(UTM)
    assert 400 < public.area.sum() / 1e4 < 600
    assert kaiserslautern.coverage.area < 0.85 * shapely.box(*kaiserslautern.extent).area


def test_lost_timestamps_of_2106_give_no_date_and_the_old_bound_element_no_box(kaiserslautern):
    assert kaiserslautern.date == ""
    assert kaiserslautern.extent == pytest.approx((7.7171, 49.4183, 7.8206, 49.4570), abs=2e-4)


def test_lauf_has_its_walking_network_shops_and_practices(lauf):
    assert lauf.ways.loc[lauf.ways["walkable"], "way_id"].nunique() == pytest.approx(2789, rel=0.04)
    assert length_km(lauf, lauf.ways["walkable"]) == pytest.approx(249, rel=0.03)
    number = lauf.facilities["category"].value_counts()
    assert number["food_full_range"] + lauf.counts.get("supermarkets_too_small", 0) == 10
    assert number["pharmacy"] == 8
    assert number["kita"] == 11
    assert number[["gp", "specialist", "paediatrician"]].sum() == 12
    assert len(lauf.buildings) == pytest.approx(6533, rel=0.005)


def test_lauf_split_ways_at_the_nodes_the_extract_left_out(lauf):
    assert lauf.counts["missing_nodes"] > 6000
    assert lauf.counts["ways_split_at_missing_nodes"] > 50
    at = lauf.nodes
    west, south, east, north = lauf.extent
    assert at["lon"].between(west - 1e-6, east + 1e-6).all()
    assert at["lat"].between(south - 1e-6, north + 1e-6).all()


def test_the_clipped_municipalities_of_lauf_tile_the_extract(lauf):
    """Every boundary is cut by the box; closed along it on the right sides they cover it without overlap."""
    box = shapely.box(*lauf.extent)
    found = lauf.boundaries[lauf.boundaries["admin_level"] == 8]
    assert found.geometry.union_all().symmetric_difference(box).area < 1e-4 * box.area
    assert sum(shape.area for shape in found.geometry) == pytest.approx(box.area, rel=1e-4)


def test_lauf_keeps_the_forest_that_the_box_cuts(lauf):
    forest = lauf.greens[lauf.greens["kind"].isin(["forest", "wood"])].to_crs(UTM)
    assert 450 < forest.area.sum() / 1e4 < 550
    assert lauf.counts["areas_closed_along_the_edge"] > 50


@pytest.mark.parametrize("file", ["lauf/lauf-200115.osm.pbf", "kaiserslautern/kaiserslautern.osm.gz"])
def test_areas_equal_those_of_libosmium_wherever_it_assembles_them(data_dir, file):
    extract = read_osm(data_dir / file)
    own = dict(zip(extract.greens["green_id"], extract.greens.geometry, strict=True))
    factory = osmium.geom.WKBFactory()
    areas = osmium.FileProcessor(str(data_dir / file)).with_areas()
    compared = 0
    for area in areas.with_filter(osmium.filter.EntityFilter(osmium.osm.AREA)):
        shape = own.get(f"osm:{'w' if area.from_way() else 'r'}{area.orig_id()}")
        if shape is None:
            continue
        try:
            other = shapely.from_wkb(factory.create_multipolygon(area))
        except RuntimeError:
            continue  # an area without rings: one that libosmium gives up
        compared += 1
        assert other.symmetric_difference(shape).area <= 1e-6 * other.area
    assert 0 < compared < len(own)


def test_the_placeholder_box_of_heidelberg_is_refused(data_dir):
    extract = read_osm(data_dir / "heidelberg" / "heidelberg.test.pbf")
    assert extract.counts["header_box_refused"] == 1
    west, south, east, north = extract.extent
    assert 8.4 < west < 8.6 < 8.75 < east < 8.95
    assert 49.30 < south < 49.38 < 49.45 < north < 49.55
    assert extract.date == "2024-09-08"
    assert extract.ways["walkable"].sum() > 20_000


def test_oldenburg_without_poi_nodes_still_has_its_supermarkets(data_dir):
    extract = read_osm(data_dir / "oldenburg" / "02-UrbanInfrastructure.osm.pbf")
    number = extract.facilities["category"].value_counts()
    assert number["food_full_range"] == pytest.approx(37, abs=2)
    assert number["pharmacy"] == 8
    assert (extract.greens["kind"] == "park").sum() == 180
    assert len(extract.buildings) == pytest.approx(48_197, rel=0.003)
