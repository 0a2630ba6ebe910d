"""Places of supply: from nodes and areas, each once (TRAPS 5, 6, 10)."""

import numpy as np
import pytest

from nahraum.frames import require
from nahraum.sources.osm import read_osm
from nahraum.tables import FACILITIES
from tiny_osm import TinyOsm


@pytest.fixture
def town() -> TinyOsm:
    made = TinyOsm()
    made.street()
    return made


def places(town: TinyOsm, folder):
    """The facilities of a tiny town."""
    return read_osm(town.write(folder / "a.osm.pbf")).facilities


def test_shops_come_from_nodes_ways_and_relations(town, tmp_path):
    town.node((100, 100), shop="supermarket", name="Knoten")
    town.square((300, 100), 40, shop="supermarket", building="retail", name="Weg")
    outer, inner = town.square((500, 100), 60), town.square((520, 120), 10)
    town.relation(
        [("w", outer, "outer"), ("w", inner, "inner")], type="multipolygon", shop="supermarket", name="Relation"
    )
    found = places(town, tmp_path)
    assert found["name"].tolist() == ["Knoten", "Relation", "Weg"]
    assert found["facility_id"].tolist() == ["osm:n5", "osm:r1", "osm:w2"]
    assert found["area_m2"].tolist() == pytest.approx([np.nan, 3500, 1600], abs=5, nan_ok=True)


def test_a_node_inside_its_own_area_is_the_same_place(town, tmp_path):
    town.square((300, 100), 40, shop="supermarket", building="retail")
    town.node((310, 110), shop="supermarket", name="Markt", opening_hours="Mo-Sa 07:00-22:00")
    found = places(town, tmp_path)
    assert found["facility_id"].tolist() == ["osm:w2"]
    assert found["name"].tolist() == ["Markt"]
    assert found["opening_hours"].tolist() == ["Mo-Sa 07:00-22:00"]


def test_the_same_name_next_door_is_one_place_and_another_name_is_another(town, tmp_path):
    town.square((300, 100), 40, shop="supermarket", building="retail", name="Aldi")
    town.node((350, 110), shop="supermarket", name="ALDI")
    town.node((355, 110), shop="supermarket", name="Rewe")
    assert places(town, tmp_path)["name"].tolist() == ["Rewe", "Aldi"]


def test_several_practices_in_one_building_stay_several(town, tmp_path):
    town.square((300, 100), 30, amenity="doctors", building="yes")
    for number, name in enumerate(["Dr. Arndt", "Dr. Berg", "Dr. Cohn"]):
        town.node((305 + number, 110), amenity="doctors", name=name)
    found = places(town, tmp_path)
    assert sorted(found["name"]) == ["Dr. Arndt", "Dr. Berg", "Dr. Cohn"]
    assert set(found["category"]) == {"gp"}


def test_buildings_inside_school_grounds_are_not_schools(town, tmp_path):
    town.square((300, 100), 100, amenity="school", name="Lindenschule Grundschule")
    town.square((310, 110), 20, building="school", amenity="school", name="Haus B Grundschule")
    town.square((350, 110), 20, building="school")
    assert places(town, tmp_path)["facility_id"].tolist() == ["osm:w2"]


def test_a_primary_school_in_a_school_centre_replaces_the_unspecified_ground(town, tmp_path):
    town.square((300, 100), 100, amenity="school", name="Schulzentrum")
    town.node((320, 120), amenity="school", name="Grundschule Süd")
    town.node((360, 120), amenity="school", name="Realschule Süd")
    found = places(town, tmp_path)
    assert sorted(found["category"]) == ["primary_school", "secondary_school"]


def test_the_unnamed_buildings_of_one_school_are_one_school_of_unspecified_level(town, tmp_path):
    for number in range(3):
        town.square((300 + number * 40, 100), 20, building="school", amenity="school")
    found = places(town, tmp_path)
    assert found["category"].tolist() == ["school_unspecified"]
    assert found["status"].tolist() == ["imputed"]


def test_platforms_stop_positions_and_poles_of_both_directions_are_one_stop(town, tmp_path):
    town.node((200, 10), public_transport="stop_position", bus="yes", name="Rathaus")
    town.node((200, 18), highway="bus_stop", name="Rathaus")
    town.way([(195, 20), (210, 20)], public_transport="platform", name="Rathaus")
    town.node((230, 2), highway="bus_stop", name="Rathaus")
    town.node((232, 10), public_transport="stop_position", bus="yes")
    town.node((600, 18), highway="bus_stop", name="Markt")
    found = places(town, tmp_path)
    assert sorted(found["name"]) == ["Markt", "Rathaus"]
    assert set(found["category"]) == {"stop"}


def test_an_unnamed_pole_does_not_tie_two_named_stops_together(town, tmp_path):
    town.node((200, 18), highway="bus_stop", name="Rathaus")
    town.node((245, 18), highway="bus_stop")
    town.node((300, 18), highway="bus_stop", name="Markt")
    assert sorted(places(town, tmp_path)["name"]) == ["Markt", "Rathaus"]


def test_the_same_name_across_town_stays_two_stops(town, tmp_path):
    town.node((200, 18), highway="bus_stop", name="Schule")
    town.node((700, 18), highway="bus_stop", name="Schule")
    assert len(places(town, tmp_path)) == 2


def test_an_object_of_two_categories_has_two_rows_and_the_service_keeps_the_plain_id(town, tmp_path):
    town.node((100, 100), shop="kiosk", amenity="pharmacy", name="Beides")
    found = places(town, tmp_path)
    assert dict(zip(found["facility_id"], found["category"], strict=True)) == {
        "osm:n5": "pharmacy", "osm:n5#kiosk": "kiosk",
    }  # fmt: skip


def test_a_supermarket_in_a_tiny_building_is_a_small_shop(town, tmp_path):
    town.square((300, 100), 12, building="yes")
    town.node((305, 105), shop="supermarket", name="Lädchen")
    town.square((400, 100), 12, building="retail", shop="supermarket", name="Kleinmarkt")
    town.node((500, 100), shop="supermarket", name="Freistehend")
    extract = read_osm(town.write(tmp_path / "a.osm.pbf"))
    found = extract.facilities.set_index("name")["category"].to_dict()
    assert found == {"Lädchen": "food_small", "Kleinmarkt": "food_small", "Freistehend": "food_full_range"}
    assert extract.counts["supermarkets_too_small"] == 2


def test_a_school_cut_by_the_extract_keeps_its_place(town, tmp_path):
    corners = [town.node(point) for point in [(900, 500), (990, 500), (1100, 600), (1050, 700)]]
    town.ring(corners, amenity="school", name="Randschule")
    town.lose(*corners[2:])
    found = places(town, tmp_path)
    assert found["name"].tolist() == ["Randschule"]


def test_the_table_keeps_the_contract_of_facilities(town, tmp_path):
    town.node((100, 100), shop="supermarket")
    found = places(town, tmp_path)
    require(found.assign(places=float("nan"), x_m=0.0, y_m=0.0), FACILITIES, called="facilities")
    assert found["name"].tolist() == [""]


def test_an_extract_without_places_has_an_empty_table(town, tmp_path):
    found = places(town, tmp_path)
    assert len(found) == 0
    assert "category" in found.columns
