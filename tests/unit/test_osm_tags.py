"""What tags mean: walking, gates, barriers, places of supply, homes."""

import math

import pytest

from nahraum.sources.osm import housing
from nahraum.sources.osm.categories import categories
from nahraum.sources.osm.rules import osm_rules
from nahraum.sources.osm.tags import (
    barrier_kind,
    crossing_kind,
    foot_oneway,
    gate_kind,
    green_kind,
    incline_share,
    is_open_to_all,
    is_passable,
    is_walkable,
    layer,
    metres,
    number,
)


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "residential"},
        {"highway": "footway", "access": "no", "foot": "designated"},
        {"highway": "trunk"},
        {"highway": "cycleway"},
        {"highway": "cycleway", "bicycle": "designated"},
        {"highway": "trail"},
        {"highway": "service", "access": "customers"},
        {"highway": "track", "access": "agricultural"},
        {"highway": "primary", "foot": "use_sidepath"},
        {"highway": "bridleway", "foot": "yes"},
        {"highway": "steps"},
        {"railway": "platform"},
        {"highway": "trunk", "motorroad": "yes", "foot": "yes"},
    ],
)
def test_people_walk_where_german_defaults_let_them(tags):
    assert is_walkable(tags)


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "motorway"},
        {"highway": "motorway_link", "foot": "yes"},
        {"highway": "trunk", "motorroad": "yes"},
        {"highway": "trunk", "foot": "no"},
        {"highway": "cycleway", "foot": "no"},
        {"highway": "residential", "access": "private"},
        {"highway": "service", "access": "no"},
        {"highway": "footway", "foot": "private"},
        {"highway": "construction"},
        {"highway": "proposed"},
        {"highway": "bridleway"},
        {"highway": "raceway"},
        {"highway": "path", "abandoned": "yes"},
        {"disused:highway": "path"},
        {},
    ],
)
def test_people_do_not_walk_where_it_is_closed_to_them(tags):
    assert not is_walkable(tags)


def test_a_gate_is_open_unless_locked_or_private():
    assert is_passable({"barrier": "gate"})
    assert is_passable({"barrier": "bollard"})
    assert is_passable({"barrier": "gate", "access": "private", "foot": "yes"})
    assert not is_passable({"barrier": "gate", "locked": "yes"})
    assert not is_passable({"barrier": "gate", "access": "private"})
    assert not is_passable({"barrier": "lift_gate", "foot": "no"})
    assert not is_passable({"barrier": "wall"})
    assert is_passable({"highway": "crossing", "access": "no"})


def test_openings_are_gates_and_entrances():
    assert gate_kind({"barrier": "kissing_gate"}) == "kissing_gate"
    assert gate_kind({"entrance": "main"}) == "entrance"
    assert gate_kind({"barrier": "fence"}) == ""
    assert not is_passable({"entrance": "emergency"})


def test_escalators_and_marked_ways_have_a_direction():
    assert foot_oneway({"highway": "steps", "conveying": "backward"}) == -1
    assert foot_oneway({"highway": "footway", "oneway:foot": "yes"}) == 1
    assert foot_oneway({"highway": "residential", "oneway": "yes"}) == 0
    assert foot_oneway({"highway": "footway", "oneway": "yes"}) == 0


def test_an_escalator_follows_the_direction_that_is_told_for_it():
    assert foot_oneway({"highway": "steps", "conveying": "yes"}) == 0
    assert foot_oneway({"highway": "steps", "conveying": "reversible", "oneway": "yes"}) == 0
    assert foot_oneway({"highway": "steps", "conveying": "yes", "oneway": "-1"}) == -1
    assert foot_oneway({"highway": "steps", "conveying": "forward", "oneway:foot": "no"}) == 0


def test_a_direction_closed_to_people_on_foot_leaves_the_other_one():
    assert foot_oneway({"highway": "path", "foot:backward": "no"}) == 1
    assert foot_oneway({"highway": "path", "foot:forward": "no"}) == -1
    assert foot_oneway({"highway": "path", "foot:forward": "no", "foot:backward": "no"}) == 0


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"highway": "traffic_signals"}, "signals"),
        ({"highway": "crossing", "crossing": "traffic_signals"}, "signals"),
        ({"highway": "crossing", "crossing": "island;traffic_signals"}, "signals"),
        ({"highway": "crossing", "crossing:signals": "yes"}, "signals"),
        ({"highway": "crossing", "crossing": "uncontrolled"}, "unsignalled"),
        ({"highway": "crossing", "crossing": "traffic_signals", "crossing:signals": "no"}, "unsignalled"),
        ({"crossing": "zebra"}, "unsignalled"),
        ({"crossing": "no"}, ""),
        ({"barrier": "kerb", "kerb": "lowered"}, ""),
    ],
)
def test_how_people_cross_at_a_node(tags, kind):
    assert crossing_kind(tags) == kind


@pytest.mark.parametrize(
    ("text", "length"),
    [("0.9", 0.9), ("0,9 m", 0.9), ("90 cm", 0.9), ("3'", 0.9144), ("2'6\"", 0.762), ('36"', 0.9144), ("", None)],
)
def test_widths_are_read_in_metres(text, length):
    assert metres(text) == pytest.approx(length) if length is not None else math.isnan(metres(text))


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("8%", 0.08), ("8 %", 0.08), ("-8,5%", -0.085), ("+3%", 0.03), ("6", 0.06), ("0", 0.0), ("45°", 1.0),
        ("-45°", -1.0), ("1:12", 1 / 12), ("1:0", None), ("up", None), ("down", None), ("steep", None), ("", None),
    ],
)  # fmt: skip
def test_inclines_are_read_as_rise_per_metre(text, share):
    assert incline_share(text) == pytest.approx(share) if share is not None else math.isnan(incline_share(text))


def test_a_bridge_without_a_layer_is_above_and_a_tunnel_below():
    assert layer({"bridge": "yes"}) == 1
    assert layer({"tunnel": "yes"}) == -1
    assert layer({"tunnel": "building_passage"}) == 0
    assert layer({"layer": "-2", "bridge": "yes"}) == -2
    assert layer({"layer": "ground"}) == 0


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"railway": "rail"}, "rail"),
        ({"railway": "rail", "tunnel": "yes"}, ""),
        ({"railway": "tram"}, ""),
        ({"railway": "abandoned"}, ""),
        ({"highway": "motorway_link"}, "motorway"),
        ({"highway": "trunk", "motorroad": "yes"}, "motorway"),
        ({"highway": "secondary"}, "major_road"),
        ({"highway": "tertiary"}, ""),
        ({"waterway": "river"}, "water"),
        ({"waterway": "stream"}, ""),
        ({"waterway": "stream", "width": "6,5 m"}, "water"),
        ({"waterway": "canal", "tunnel": "culvert"}, ""),
        ({"barrier": "hedge"}, "fence"),
        ({"barrier": "kerb"}, ""),
    ],
)
def test_barriers_are_rails_large_roads_wide_water_and_fences(tags, kind):
    assert barrier_kind(tags) == kind


def test_a_former_shop_is_no_shop():
    assert categories({"disused:shop": "supermarket"}) == []
    assert categories({"was:amenity": "pharmacy"}) == []
    assert categories({"shop": "supermarket", "disused": "yes"}) == []
    assert categories({"shop": "vacant"}) == []
    assert categories({"amenity": "pharmacy", "opening_hours": "closed"}) == []


def test_values_joined_by_semicolons_are_several():
    assert categories({"shop": "bakery; supermarket"}) == ["food_full_range", "bakery_butcher"]
    assert categories({"amenity": "restaurant;cafe"}) == ["eating"]
    assert categories({"amenity": "pharmacy", "shop": "chemist"}) == ["pharmacy", "drugstore"]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, ["gp"]),
        ({"name": "Dr. Meier"}, ["gp"]),
        ({"healthcare:speciality": "general;paediatrics"}, ["gp", "paediatrician"]),
        ({"healthcare:speciality": "orthopaedics"}, ["specialist"]),
        ({"healthcare:speciality": "acupuncture"}, ["specialist"]),
        ({"healthcare:speciality": "paediatrics"}, ["paediatrician"]),
        ({"name": "Zahnärzte am Markt"}, ["dentist"]),
        ({"name": "Hautarztpraxis Dr. Roth"}, ["specialist"]),
        ({"name": "Praxis für Allgemeinmedizin und Chirurgie"}, ["gp"]),
    ],
)
def test_doctors_are_told_apart_by_speciality_else_by_name(tags, expected):
    assert categories({"amenity": "doctors", **tags}) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"name": "Betzenberg Grundschule"}, ["primary_school"]),
        ({"name": "Grund- und Hauptschule Nord"}, ["primary_school", "secondary_school"]),
        ({"name": "Burggymnasium"}, ["secondary_school"]),
        ({"school": "primary"}, ["primary_school"]),
        ({"isced:level": "1-3", "name": "Lindenschule"}, ["primary_school", "secondary_school"]),
        ({"isced:level": "2;3"}, ["secondary_school"]),
        ({"name": "Röhmschule"}, ["school_unspecified"]),
        ({}, ["school_unspecified"]),
        ({"name": "Berufsbildende Schule II"}, ["other_school"]),
        ({"name": "Kreismusikschule"}, ["other_school"]),
    ],
)
def test_a_school_has_a_level_only_where_tags_or_name_tell_it(tags, expected):
    assert categories({"amenity": "school", **tags}) == expected


def test_a_private_playground_is_no_place_for_all():
    assert categories({"leisure": "playground"}) == ["playground"]
    assert categories({"leisure": "playground", "access": "private"}) == []


def test_green_kind_is_the_first_tag_of_the_sets():
    candidates = osm_rules().green_candidates
    assert green_kind({"leisure": "park", "natural": "wood"}, candidates) == "park"
    assert green_kind({"landuse": "forest"}, candidates) == "forest"
    assert green_kind({"natural": "scrub"}, candidates) == "scrub"
    assert green_kind({"landuse": "residential"}, candidates) == ""


def test_green_is_open_unless_closed_paid_or_a_garden_without_permission():
    assert is_open_to_all({"leisure": "park"})
    assert is_open_to_all({"leisure": "garden", "access": "yes"})
    assert not is_open_to_all({"leisure": "garden"})
    assert not is_open_to_all({"leisure": "park", "fee": "yes"})
    assert not is_open_to_all({"leisure": "park", "access": "customers"})
    assert not is_open_to_all({"landuse": "forest", "foot": "no"})


def test_numbers_are_read_with_comma_or_point_and_never_negative():
    assert number("2,5 m") == 2.5
    assert number("3;4") == 3.0
    assert math.isnan(number("-3"))
    assert math.isnan(number("many"))
    assert math.isnan(housing.levels({"building:levels": "0"}))
    assert housing.levels({"building:levels": "4"}) == 4.0


def test_homes_are_told_by_kind_else_by_what_speaks_against_it():
    assert housing.is_residential({"building": "detached"}, "industrial")
    assert housing.is_residential({"building": "yes"}, "")
    assert housing.is_residential({"building": "commercial", "building:flats": "6"}, "commercial")
    assert not housing.is_residential({"building": "yes"}, "industrial")
    assert not housing.is_residential({"building": "yes", "amenity": "school"}, "residential")
    assert not housing.is_residential({"building": "garage"}, "residential")


def test_communal_accommodation_is_no_bus_shelter_and_no_assisted_living():
    assert housing.communal_kind({"amenity": "social_facility", "social_facility": "nursing_home"}) == "care_home"
    assert housing.communal_kind({"building": "dormitory"}) == "dormitory"
    assert housing.communal_kind({"amenity": "social_facility", "social_facility": "shelter"}) == "shelter"
    assert housing.communal_kind({"amenity": "shelter"}) == ""
    assert housing.communal_kind({"social_facility": "assisted_living"}) == ""
