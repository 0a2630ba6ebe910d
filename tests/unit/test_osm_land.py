"""Green, water, buildings and communal accommodation (TRAPS 12)."""

import numpy as np
import pytest

from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.sources.osm import read_osm
from tiny_osm import TinyOsm


@pytest.fixture
def town() -> TinyOsm:
    made = TinyOsm()
    made.street()
    return made


def read(town: TinyOsm, folder, **overrides):
    """The extract of a tiny town, with parameters overridden."""
    return read_osm(town.write(folder / "a.osm.pbf"), parameters=Parameters(overrides) if overrides else None)


def public(extract) -> dict[str, bool]:
    """Whether each green is public, by name."""
    return dict(zip(extract.greens["name"], extract.greens["public"], strict=True))


def test_the_base_set_holds_parks_and_forest_but_no_gardens_graves_and_meadows(town, tmp_path):
    for number, (key, value) in enumerate(
        [
            ("leisure", "park"), ("landuse", "forest"), ("natural", "wood"), ("landuse", "recreation_ground"),
            ("leisure", "garden"), ("landuse", "cemetery"), ("landuse", "allotments"), ("landuse", "meadow"),
        ]
    ):  # fmt: skip
        town.square((100 + number * 100, 100), 80, **{key: value, "name": value})
    assert public(read(town, tmp_path)) == {
        "park": True, "forest": True, "wood": True, "recreation_ground": True,
        "garden": False, "cemetery": False, "allotments": False, "meadow": False,
    }  # fmt: skip


def test_another_tag_set_can_be_chosen_and_an_unknown_one_is_refused(town, tmp_path):
    town.square((100, 100), 80, landuse="forest", name="forest")
    town.square((200, 100), 80, landuse="cemetery", name="cemetery")
    assert public(read(town, tmp_path, **{"osm.green_tag_set": "narrow"})) == {"forest": False, "cemetery": False}
    assert public(read(town, tmp_path, **{"osm.green_tag_set": "wide"})) == {"forest": True, "cemetery": True}
    with pytest.raises(InputError, match="no green tag set"):
        read(town, tmp_path, **{"osm.green_tag_set": "broad"})


def test_green_behind_a_ticket_or_a_private_sign_is_kept_but_not_public(town, tmp_path):
    town.square((100, 100), 80, leisure="park", name="Kurpark", fee="yes")
    town.square((200, 100), 80, leisure="park", name="Werkspark", access="private")
    town.square((300, 100), 80, leisure="garden", name="Bürgergarten", access="yes")
    town.square((400, 100), 80, leisure="park", name="Tor", access="permissive")
    assert public(read(town, tmp_path)) == {
        "Kurpark": False, "Werkspark": False, "Bürgergarten": True, "Tor": True,
    }  # fmt: skip


def test_road_verges_tagged_as_village_green_are_no_park(town, tmp_path):
    town.square((100, 100), 60, landuse="village_green", name="Anger")
    town.ring([(300, 100), (900, 100), (900, 108), (300, 108)], landuse="village_green", name="Mittelstreifen")
    town.square((100, 300), 20, landuse="village_green", name="Verkehrsinsel")
    extract = read(town, tmp_path)
    assert public(extract) == {"Anger": True, "Mittelstreifen": False, "Verkehrsinsel": False}
    assert extract.counts["greens_as_verges"] == 2


def test_a_wood_on_military_or_paid_grounds_is_not_public(town, tmp_path):
    town.square((100, 100), 300, landuse="military")
    town.square((200, 200), 50, natural="wood", name="Kasernenwald")
    town.square((500, 200), 50, natural="wood", name="Stadtwald")
    assert public(read(town, tmp_path)) == {"Kasernenwald": False, "Stadtwald": True}


def test_a_park_is_fenced_by_its_own_tag_or_by_a_fence_around_most_of_it(town, tmp_path):
    town.square((100, 100), 80, leisure="park", name="Tag", barrier="fence")
    town.square((300, 100), 80, leisure="park", name="Zaun")
    town.ring([(299, 99), (381, 99), (381, 181), (299, 181)], barrier="fence")
    town.square((500, 100), 80, leisure="park", name="Halb")
    town.way([(500, 100), (580, 100), (580, 180)], barrier="fence")
    town.square((700, 100), 80, leisure="park", name="Offen")
    greens = read(town, tmp_path).greens
    assert dict(zip(greens["name"], greens["fenced"], strict=True)) == {
        "Tag": True, "Zaun": True, "Halb": False, "Offen": False,
    }  # fmt: skip


def test_water_areas_are_read(town, tmp_path):
    town.square((100, 100), 80, natural="water")
    town.square((300, 100), 80, landuse="basin")
    town.square((500, 100), 80, landuse="residential")
    assert read(town, tmp_path).water["water_id"].tolist() == ["osm:w2", "osm:w3"]


def test_buildings_carry_levels_flats_and_address(town, tmp_path):
    town.square((100, 100), 20, building="apartments", building__levels="4", building__flats="12",
                addr__housenumber="3")  # fmt: skip
    town.square((200, 100), 20, building="garage")
    town.square((300, 100), 20, building="no")
    found = read(town, tmp_path).buildings
    assert found["building_id"].tolist() == ["osm:w2", "osm:w3"]
    assert found["levels"].tolist() == pytest.approx([4, np.nan], nan_ok=True)
    assert found["flats"].tolist() == pytest.approx([12, np.nan], nan_ok=True)
    assert found["residential"].tolist() == [True, False]
    assert found["has_address"].tolist() == [True, False]


def test_a_building_of_unknown_kind_is_a_home_unless_the_ground_says_otherwise(town, tmp_path):
    town.square((90, 90), 100, landuse="industrial")
    town.square((100, 100), 20, building="yes", name="Halle")
    town.square((300, 100), 20, building="yes", name="Haus")
    found = read(town, tmp_path).buildings
    assert dict(zip(found["name"], found["residential"], strict=True)) == {"Halle": False, "Haus": True}


def test_a_care_home_is_known_by_its_building_its_grounds_or_a_node_inside(town, tmp_path):
    town.square((100, 100), 20, building="yes", name="Tag", amenity="social_facility", social_facility="nursing_home")
    town.square((200, 90), 100, amenity="nursing_home")
    town.square((210, 100), 20, building="yes", name="Grund")
    town.square((240, 100), 5, building="garage", name="Garage")
    town.square((400, 100), 20, building="yes", name="Knoten")
    town.node((410, 110), amenity="social_facility", social_facility="group_home")
    town.square((500, 100), 20, building="yes", name="Haus")
    found = read(town, tmp_path).buildings.set_index("name")
    assert found["communal_kind"].to_dict() == {
        "Tag": "care_home", "Grund": "care_home", "Garage": "", "Knoten": "group_home", "Haus": "",
    }  # fmt: skip
    assert found.loc[["Tag", "Grund", "Knoten"], "residential"].all()


def test_a_building_of_two_parts_is_two_rows_that_share_its_flats(town, tmp_path):
    large, small = town.square((100, 100), 20), town.square((200, 100), 10)
    town.relation(
        [("w", large, "outer"), ("w", small, "outer")],
        type="multipolygon", building="apartments", building__flats="10",
    )  # fmt: skip
    found = read(town, tmp_path).buildings
    assert found["building_id"].tolist() == ["osm:r1", "osm:r1#2"]
    assert found["flats"].sum() == pytest.approx(10)
    assert sorted(found["flats"]) == pytest.approx([2, 8], abs=0.01)


def test_places_are_named_points(town, tmp_path):
    town.node((500, 500), place="suburb", name="Nord")
    town.node((600, 500), place="suburb")
    town.square((100, 100), 80, place="neighbourhood", name="Süd")
    found = read(town, tmp_path).places
    assert dict(zip(found["name"], found["place"], strict=True)) == {"Nord": "suburb", "Süd": "neighbourhood"}
