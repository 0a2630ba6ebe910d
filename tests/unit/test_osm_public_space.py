"""Squares, streets for people on foot, places to play and what stands there, from OpenStreetMap."""

import numpy as np
import pytest

from nahraum.sources.osm import read_osm
from tiny_osm import TinyOsm


@pytest.fixture
def town() -> TinyOsm:
    made = TinyOsm()
    made.street()
    return made


def spaces(town: TinyOsm, folder):
    """Public spaces of a tiny town, by id."""
    return read_osm(town.write(folder / "a.osm.pbf")).public_space.set_index("space_id")


def furniture(town: TinyOsm, folder):
    return read_osm(town.write(folder / "a.osm.pbf")).street_furniture


def test_squares_and_pedestrian_areas_have_a_size_and_streets_are_lines(town, tmp_path):
    town.square((100, 100), 40, place="square", name="Markt", highway="pedestrian", area="yes")
    town.square((300, 100), 30, highway="pedestrian", area="yes")
    town.way([(100, 300), (200, 300)], highway="pedestrian", width="8 m", surface="sett", lit="yes")
    town.way([(100, 400), (200, 400)], highway="living_street")
    found = spaces(town, tmp_path)
    assert found["kind"].tolist() == ["square", "pedestrian", "pedestrian", "living_street"]
    assert found["area_m2"].tolist()[:2] == pytest.approx([1600, 900], rel=1e-3)
    assert found["area_m2"].isna().tolist() == [False, False, True, True]
    assert found.geom_type.tolist() == ["Polygon", "Polygon", "LineString", "LineString"]
    assert found.loc["osm:w4", ["width_m", "surface", "lit"]].tolist() == [8.0, "sett", "yes"]


def test_a_closed_pedestrian_way_without_area_is_a_street_around_a_block(town, tmp_path):
    town.square((100, 100), 40, highway="pedestrian")
    found = spaces(town, tmp_path)
    assert found.geom_type.tolist() == ["LineString"]


def test_a_pedestrian_multipolygon_keeps_its_hole(town, tmp_path):
    outer = town.square((100, 100), 50)
    inner = town.square((120, 120), 10)
    town.relation([("w", outer, "outer"), ("w", inner, "inner")], type="multipolygon", highway="pedestrian")
    found = spaces(town, tmp_path)
    assert found["area_m2"].tolist() == pytest.approx([2400], rel=1e-3)


def test_nothing_in_a_building_a_tunnel_or_out_of_use_is_public_space(town, tmp_path):
    town.square((100, 100), 40, amenity="marketplace", building="yes", name="Markthalle")
    town.way([(100, 300), (200, 300)], highway="pedestrian", tunnel="yes")
    town.square((300, 100), 40, highway="pedestrian", area="yes", indoor="yes")
    town.square((400, 100), 40, leisure="playground", disused="yes")
    assert spaces(town, tmp_path).empty


def test_yards_are_open_only_where_a_tag_says_so(town, tmp_path):
    town.square((100, 100), 40, leisure="schoolyard", access="yes", name="offen")
    town.square((200, 100), 40, leisure="schoolyard", name="Hof")
    found = spaces(town, tmp_path).set_index("name")
    assert found["public"].to_dict() == {"offen": True, "Hof": False}


def test_a_playground_of_a_kindergarten_and_a_pitch_of_a_club_are_not_public(town, tmp_path):
    town.square((100, 100), 100, amenity="kindergarten")
    town.square((110, 110), 20, leisure="playground", name="Kita")
    town.square((300, 100), 100, leisure="sports_centre")
    town.square((310, 110), 20, leisure="pitch", name="Verein")
    town.square((340, 110), 20, leisure="pitch", name="Bolzplatz", access="yes")
    town.square((500, 100), 20, leisure="playground", name="Park")
    town.node((600, 100), leisure="playground", name="Punkt")
    town.square((700, 100), 20, leisure="playground", name="privat", access="private")
    found = spaces(town, tmp_path).set_index("name")
    assert found["public"].to_dict() == {
        "Kita": False, "Verein": False, "Bolzplatz": True, "Park": True, "Punkt": True, "privat": False,
    }  # fmt: skip
    assert np.isnan(found.loc["Punkt", "area_m2"])


def test_a_street_cut_by_the_extract_is_split_and_never_bridged(town, tmp_path):
    lost = town.node((200, 300))
    town.way([(100, 300), (150, 300), lost, (250, 300), (300, 300)], highway="living_street")
    town.lose(lost)
    found = spaces(town, tmp_path)
    assert found.index.tolist() == ["osm:w2", "osm:w2#2"]


def test_benches_toilets_water_and_trees_are_found_as_points_and_ways(town, tmp_path):
    town.node((100, 100), amenity="bench")
    town.way([(200, 100), (204, 100)], amenity="bench")
    town.square((300, 100), 6, amenity="toilets", fee="yes", wheelchair="yes")
    town.node((400, 100), amenity="toilets", access="customers")
    town.node((500, 100), amenity="drinking_water")
    town.node((510, 100), amenity="fountain", drinking_water="yes")
    town.node((520, 100), man_made="water_tap", drinking_water="yes")
    town.node((530, 100), amenity="fountain")
    town.node((600, 100), natural="tree")
    town.node((610, 100), natural="peak")
    found = furniture(town, tmp_path)
    assert found["kind"].value_counts().to_dict() == {"drinking_water": 3, "bench": 2, "toilets": 2, "tree": 1}
    toilets = found[found["kind"] == "toilets"]
    assert toilets["public"].tolist() == [False, True]
    assert toilets["fee"].tolist() == ["", "yes"]


def test_a_row_of_trees_is_a_tree_every_ten_metres(town, tmp_path):
    town.way([(100, 100), (135, 100)], natural="tree_row")
    found = furniture(town, tmp_path)
    assert found["furniture_id"].tolist() == [f"osm:w2#{n}" for n in range(1, 5)]  # 35 m: 3 steps, 4 trees


def test_the_own_decoder_and_libosmium_give_the_same_public_space(town, tmp_path):
    town.square((100, 100), 40, place="square", name="Markt")
    town.node((600, 100), natural="tree")
    town.node((520, 100), man_made="water_tap", drinking_water="yes")
    ours = read_osm(town.write(tmp_path / "a.osm.pbf"))
    theirs = read_osm(town.write(tmp_path / "a.osm"))
    assert ours.street_furniture.equals(theirs.street_furniture) and len(ours.street_furniture) == 2
    assert ours.public_space.equals(theirs.public_space)
