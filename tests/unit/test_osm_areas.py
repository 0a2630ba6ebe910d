"""Areas cut by the extract, old-style relations, holes and islands (TRAPS 1 and 2)."""

import pytest
import shapely

from nahraum.sources.osm import OsmExtract, read_osm
from tiny_osm import EAST_M, NORTH_M, SOUTH, WEST, TinyOsm

CLOSE_M2 = 5.0


@pytest.fixture
def town() -> TinyOsm:
    made = TinyOsm()
    made.street()
    return made


def metres(shape: shapely.Geometry) -> shapely.Geometry:
    """A shape of an extract in metres from the corner of the tiny town."""
    return shapely.transform(shape, lambda xy: (xy - [WEST, SOUTH]) * [EAST_M, NORTH_M])


def greens(extract: OsmExtract) -> dict[str, shapely.Geometry]:
    """Green shapes by id, in metres."""
    return {row.green_id: metres(row.geometry) for row in extract.greens.itertuples()}


def test_a_relation_keeps_its_holes_and_the_islands_in_them(town, tmp_path):
    outer, inner, island = (
        town.square((100, 100), 300),
        town.square((200, 200), 100),
        town.square((240, 240), 20),
    )
    town.relation(
        [("w", outer, "outer"), ("w", inner, "inner"), ("w", island, "outer")], type="multipolygon", leisure="park"
    )
    shape = greens(read_osm(town.write(tmp_path / "a.osm.pbf")))["osm:r1"]
    assert shape.area == pytest.approx(90_000 - 10_000 + 400, abs=CLOSE_M2)
    assert shape.contains(shapely.Point(250, 250))
    assert not shape.contains(shapely.Point(210, 210))


def test_an_old_style_relation_takes_the_tags_of_its_outer_way_and_keeps_the_hole(town, tmp_path):
    outer, inner = town.square((100, 100), 300, landuse="forest", name="Stadtwald"), town.square((200, 200), 100)
    town.relation([("w", outer, "outer"), ("w", inner, "inner")], type="multipolygon")
    extract = read_osm(town.write(tmp_path / "a.osm.pbf"))
    assert extract.greens["green_id"].tolist() == ["osm:r1"]
    assert extract.greens["name"].tolist() == ["Stadtwald"]
    assert greens(extract)["osm:r1"].area == pytest.approx(80_000, abs=CLOSE_M2)
    assert extract.counts["relations_old_style"] == 1


def test_tags_repeated_on_the_outer_way_do_not_fill_the_hole(town, tmp_path):
    outer, inner = town.square((100, 100), 300, landuse="forest"), town.square((200, 200), 100, landuse="meadow")
    town.relation([("w", outer, "outer"), ("w", inner, "inner")], type="multipolygon", landuse="forest")
    shapes = greens(read_osm(town.write(tmp_path / "a.osm.pbf")))
    assert sorted(shapes) == ["osm:r1", "osm:w3"]
    assert shapes["osm:r1"].area == pytest.approx(80_000, abs=CLOSE_M2)


def test_an_old_style_relation_of_different_outer_ways_cuts_the_hole_out_of_each(town, tmp_path):
    forest, meadow = town.square((100, 100), 300, landuse="forest"), town.square((500, 100), 300, landuse="meadow")
    hole = town.square((200, 200), 100)
    town.relation([("w", forest, "outer"), ("w", meadow, "outer"), ("w", hole, "inner")], type="multipolygon")
    shapes = greens(read_osm(town.write(tmp_path / "a.osm.pbf")))
    assert shapes["osm:w2"].area == pytest.approx(80_000, abs=CLOSE_M2)
    assert shapes["osm:w3"].area == pytest.approx(90_000, abs=CLOSE_M2)


def test_a_missing_inner_member_does_not_cost_the_whole_area(town, tmp_path):
    outer = town.square((100, 100), 300)
    town.relation([("w", outer, "outer"), ("w", 999, "inner")], type="multipolygon", natural="wood")
    extract = read_osm(town.write(tmp_path / "a.osm.pbf"))
    assert greens(extract)["osm:r1"].area == pytest.approx(90_000, abs=CLOSE_M2)
    assert extract.counts["relations_incomplete"] == 1


def test_a_relation_of_which_only_the_hole_is_there_is_no_area(town, tmp_path):
    inner = town.square((200, 200), 100)
    town.relation([("w", 999, "outer"), ("w", inner, "inner")], type="multipolygon", natural="wood")
    extract = read_osm(town.write(tmp_path / "a.osm.pbf"))
    assert len(extract.greens) == 0
    assert extract.counts["relations_dropped"] == 1


def test_a_forest_leaving_the_data_is_clipped_at_their_edge(town, tmp_path):
    """Both ends of the known outline lie before the eastern edge; the missing way is outside."""
    known = town.way([(1000, 700), (800, 700), (800, 500), (1000, 500)])
    town.relation([("w", known, "outer"), ("w", 999, "outer")], type="multipolygon", landuse="forest")
    extract = read_osm(town.write(tmp_path / "a.osm.pbf"))
    assert greens(extract)["osm:r1"].area == pytest.approx(200 * 200, abs=300)
    assert extract.counts["areas_closed_along_the_edge"] == 1


def test_a_closed_way_with_missing_nodes_is_clipped_around_the_corner_of_the_data(town, tmp_path):
    inside = [town.node((700, 1000)), town.node((700, 800)), town.node((1000, 800))]
    outside = [town.node((1300, 800)), town.node((1300, 1300)), town.node((700, 1300))]
    town.ring([*inside, *outside], leisure="park")
    town.lose(*outside)
    extract = read_osm(town.write(tmp_path / "a.osm.pbf"))
    assert greens(extract)["osm:w2"].area == pytest.approx(300 * 200, abs=300)


def test_the_built_side_of_a_cut_forest_edge_is_not_the_forest(town, tmp_path):
    """The larger side is the forest, because the smaller one is full of houses."""
    edge = town.way([(0, 300), (500, 300), (1000, 300)])
    town.relation([("w", edge, "outer"), ("w", 999, "outer")], type="multipolygon", landuse="forest")
    for number in range(20):
        town.square((40 + number * 45, 100), 10, building="house")
    shape = greens(read_osm(town.write(tmp_path / "a.osm.pbf")))["osm:r1"]
    assert shape.area == pytest.approx(700_000, abs=2000)


def test_a_municipality_lies_on_the_side_of_the_place_it_is_named_after(town, tmp_path):
    edge = town.way([(0, 300), (1000, 300)])
    town.node((500, 800), place="town", name="Oberstadt")
    town.relation(
        [("w", edge, "outer"), ("w", 999, "outer")],
        type="boundary", boundary="administrative", admin_level="8", name="Oberstadt",
    )  # fmt: skip
    found = read_osm(town.write(tmp_path / "a.osm.pbf")).boundaries
    assert found["admin_level"].tolist() == [8]
    assert metres(found.geometry.iloc[0]).area == pytest.approx(700_000, abs=2000)


def test_a_short_gap_away_from_the_edge_is_closed_straight(town, tmp_path):
    corners = [town.node(point) for point in [(400, 400), (600, 400), (600, 500), (600, 600), (400, 600)]]
    town.ring(corners, leisure="park")
    town.lose(corners[2])
    extract = read_osm(town.write(tmp_path / "a.osm.pbf"))
    assert greens(extract)["osm:w2"].area == pytest.approx(40_000, abs=CLOSE_M2)
    assert extract.counts["areas_closed_straight"] == 1


def test_an_outline_of_which_too_little_is_left_is_dropped_and_counted(town, tmp_path):
    corners = [town.node(point) for point in [(400, 400), (600, 400), (600, 600), (400, 600)]]
    town.ring(corners, leisure="park")
    town.lose(*corners[:2])
    extract = read_osm(town.write(tmp_path / "a.osm.pbf"))
    assert len(extract.greens) == 0
    assert extract.counts["outlines_not_closed"] == 1


def test_a_ring_of_several_ways_in_any_direction_is_one_area(town, tmp_path):
    a, b, c, d = (town.node(point) for point in [(100, 100), (400, 100), (400, 400), (100, 400)])
    parts = [town.way([a, b]), town.way([c, b]), town.way([c, d, a])]
    town.relation([("w", part, "outer") for part in parts], type="multipolygon", leisure="park")
    shape = greens(read_osm(town.write(tmp_path / "a.osm.pbf")))["osm:r1"]
    assert shape.area == pytest.approx(90_000, abs=CLOSE_M2)


def test_a_self_crossing_outline_is_repaired_and_counted(town, tmp_path):
    town.ring([(100, 100), (300, 300), (300, 100), (100, 300)], leisure="park")
    extract = read_osm(town.write(tmp_path / "a.osm.pbf"))
    assert greens(extract)["osm:w2"].is_valid
    assert extract.counts["invalid_areas_repaired"] == 1
