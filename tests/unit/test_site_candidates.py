"""Types of measures at the places that rules found: edits, quantities, costs, order, conflicts."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

import tiny_sites
from nahraum.errors import InputError
from nahraum.measures.model import MeasureType, Site
from nahraum.measures.sites import Candidates, SiteGround, candidate_sites, conflicts
from nahraum.measures.sites.building import Built
from nahraum.measures.sites.candidates import RULES
from nahraum.measures.sites.place import Place
from nahraum.measures.sites.shaping import site_of
from nahraum.measures.sites.stored import site_tables, sites_of
from nahraum.scenario.edits import CapacityChanged, EntranceAdded, FacilityAdded, GreenAdded, ResidentsAdded
from nahraum.tables import SERVICES
from tiny_areas import ways
from tiny_sites import CRS, at, box, building, ground, kind, rules, town

PARK = kind("park", "new_green", "open_ground", unit="m2", cost=10.0, sealing_m2=-1.0)
FLATS = kind("flats", "dwellings", "open_ground", unit="dwelling", cost=1000.0, sealing_m2=0.5)
GP = kind("gp_branch", "facility", "ground_floor", options={"category": "gp"})


def sites(of: SiteGround, *types: MeasureType, **overrides: object) -> Candidates:
    return candidate_sites(of, {one.id: one for one in types}, rules(**overrides))


def test_a_park_on_a_car_park_has_its_outline_its_entrances_and_a_cost_by_the_square_metre() -> None:
    found = sites(town(grounds=[ground(1, box(105, 105, 90), name="Am Markt")]), PARK)
    (site,) = found.sites
    (edit,) = site.edits
    assert isinstance(edit, GreenAdded)
    assert edit.area_m2 == pytest.approx(8100, rel=1e-3) and site.quantity == edit.area_m2
    assert len(edit.entrances) == 6  # an edge of 360 m, one at most every 60 m, streets 5 m away all round
    assert (site.cost.low_eur, site.cost.mid_eur) == (5 * site.quantity, 10 * site.quantity)
    assert site.sealing_m2 == -site.quantity  # all of a car park is sealed
    assert (site.parcel_id, site.name, site.source, site.quarter_id) == ("osm:w1", "Am Markt", "data", "q")
    assert site.reason_de == "Parkplatz unter freiem Himmel, 8.100 m²"
    assert site.site_id.startswith("park:")


def test_ground_smaller_than_the_standard_counts_only_as_a_part_of_a_green_that_it_touches() -> None:
    small = ground(1, box(190, 110, 25, 40))
    alone = sites(town(grounds=[small]), PARK, green_standards__nahraum_green__minimum_area_m2=5000.0)
    assert alone.sites == ()
    assert "1 zu klein für den Grünstandard" in alone.notes["text_de"].iloc[0]
    beside = town(grounds=[small], of_area={"greens_held": {"g": (80.0, [at(105, 105)])}})
    (site,) = sites(beside, PARK, green_standards__nahraum_green__minimum_area_m2=5000.0).sites
    assert isinstance(site.edits[0], CapacityChanged)
    assert site.edits[0].area_m2 == pytest.approx(80 * 80 + 1000, rel=1e-3)
    assert all(isinstance(edit, EntranceAdded) and edit.green_id == "g" for edit in site.edits[1:])
    assert len(site.edits) > 1


def test_what_is_public_green_already_is_not_made_green_again() -> None:
    held = {"greens_held": {"g": (80.0, [at(105, 105)])}}  # 105..185
    inside = sites(town(grounds=[ground(1, box(110, 110, 40))], of_area=held), PARK)
    assert inside.sites == () and "1 schon öffentliche Grünfläche" in inside.notes["text_de"].iloc[0]
    (site,) = sites(town(grounds=[ground(1, box(165, 105, 60, 50))], of_area=held), PARK).sites
    assert isinstance(site.edits[0], GreenAdded)
    assert site.edits[0].area_m2 == pytest.approx(40 * 50, rel=1e-3)


def test_ground_without_a_way_beside_it_is_not_entered_and_so_no_park() -> None:
    found = sites(town(grounds=[ground(1, box(1000, 1000, 90))]), PARK)
    assert found.sites == ()
    assert "1 ohne Weg in der Nähe" in found.notes["text_de"].iloc[0]


def test_a_wall_of_houses_between_ground_and_street_lets_nobody_in() -> None:
    ring = [building(1, box(101, 101, 98, 3)), building(2, box(101, 196, 98, 3)), building(3, box(101, 101, 3, 98)),
            building(4, box(196, 101, 3, 98))]  # fmt: skip
    assert sites(town(grounds=[ground(9, box(105, 105, 90))], buildings=ring), PARK).sites == ()


def test_dwellings_follow_floor_area_and_bring_people() -> None:
    (site,) = sites(town(grounds=[ground(1, box(105, 105, 50))]), FLATS).sites
    dwellings = int(2500 * 1.2 * 0.75 / 65)
    assert (site.dwellings, site.quantity) == (dwellings, dwellings)
    assert isinstance(site.edits[0], ResidentsAdded) and site.edits[0].residents == 2 * dwellings
    assert site.sealing_m2 == 0  # nothing is left to seal on a car park
    assert site.cost.mid_eur == 1000 * dwellings
    assert sites(town(grounds=[ground(1, box(105, 105, 20))]), FLATS).sites == ()


def test_what_is_not_known_to_be_sealed_stays_unknown() -> None:
    (site,) = sites(town(grounds=[ground(1, box(105, 105, 90), "brownfield")]), PARK).sites
    assert np.isnan(site.sealing_m2)


def test_a_shop_on_open_ground_seals_what_is_not_sealed_yet_and_one_in_a_house_nothing() -> None:
    hall = kind("hall", "facility", "open_ground", options={"category": "food_full_range"})
    for own, sealed in (("parking", 0.0), ("brownfield", np.nan)):
        (site,) = sites(town(grounds=[ground(1, box(105, 105, 50), own)]), hall).sites
        assert site.sealing_m2 == pytest.approx(sealed, nan_ok=True)
    grass = Place("g", "plot", shapely.Point(0, 0), 0.0, 0.0, area_m2=300.0, sealed=0.0)
    house = Place("h", "house", shapely.Point(0, 0), 0.0, 0.0, area_m2=300.0)
    assert [site_of(GP, place, Built()).sealing_m2 for place in (grass, house)] == [300.0, 0.0]


def test_a_site_without_a_name_is_called_by_the_nearest_named_street() -> None:
    lines = ways([[at(0, 100), at(300, 100)], [at(0, 210), at(300, 210)]], CRS, highway="residential", name="Bachweg")
    lines["ways"].loc[0, "name"] = "Am Bach"
    parks = [ground(1, box(105, 110, 90, 60)), ground(2, box(205, 110, 80, 60), name="Anger")]
    found = sites(town(grounds=parks, **lines), PARK)  # their middles are 40 m from one, 70 m from the other
    assert [(one.name, one.street) for one in found.sites] in (
        [("", "Am Bach"), ("Anger", "")], [("Anger", ""), ("", "Am Bach")]
    )  # fmt: skip
    far = sites(town(grounds=parks[:1], **lines), PARK, sites__street__called_m=20.0)
    assert far.sites[0].street == ""


def test_options_of_a_type_choose_size_kind_and_number() -> None:
    grounds = [ground(1, box(105, 105, 90)), ground(2, box(205, 105, 50), "brownfield"), ground(3, box(5, 105, 90))]
    for options, expected in (
        ({"kinds": ["brownfield"]}, {"osm:w2"}), ({"minimum_m2": 5000}, {"osm:w1", "osm:w3"}),
        ({"maximum_m2": 5000}, {"osm:w2"}),
    ):  # fmt: skip
        found = sites(town(grounds=grounds), replace(PARK, options=options))
        assert {site.parcel_id for site in found.sites} == expected
    assert len(sites(town(grounds=grounds), replace(PARK, options={"maximum_sites": 1})).sites) == 1
    assert len(sites(town(grounds=grounds), PARK, sites__per_type_maximum=2.0).sites) == 2


def test_of_many_places_those_with_people_in_need_near_them_stay() -> None:
    near, far = ground(1, box(105, 105, 30)), ground(2, box(1205, 105, 30))
    shifted = tiny_sites.streets(14)
    made = town(shifted, grounds=[near, far], judged=tiny_sites.judged(lacks_green=1.0))
    (site,) = sites(made, replace(PARK, options={"maximum_sites": 1})).sites
    assert site.parcel_id == "osm:w1"
    people = made.area.addresses.assign(x_m=at(1250, 0)[0])
    elsewhere = replace(made, area=replace(made.area, addresses=people))
    (site,) = sites(elsewhere, replace(PARK, options={"maximum_sites": 1})).sites
    assert site.parcel_id == "osm:w2"


def test_a_practice_moves_into_a_used_ground_floor_before_any_other_house() -> None:
    houses = [building(1, box(10, 10, 12), building="yes"), building(2, box(40, 10, 12), building="retail")]
    found = sites(town(buildings=houses), GP)
    assert [site.parcel_id for site in found.sites] == ["osm:w2"]  # one in a square of 200 m
    (edit,) = found.sites[0].edits
    assert isinstance(edit, FacilityAdded) and edit.category == "gp"
    assert "1 neben einem besser geeigneten Ort" in found.notes["text_de"].iloc[0]


def test_a_shop_needs_more_room_than_a_practice() -> None:
    houses = [building(1, box(10, 10, 12), building="retail"), building(2, box(310, 10, 21), building="retail")]
    shop = kind("shop", "facility", "ground_floor", options={"category": "food_full_range"})
    assert [site.parcel_id for site in sites(town(buildings=houses), shop).sites] == ["osm:w2"]


def test_a_place_of_supply_that_nobody_in_need_could_reach_is_left() -> None:
    houses = [building(1, box(10, 10, 12), building="retail"), building(2, box(1500, 10, 12), building="retail")]
    found = sites(town(buildings=houses, judged=tiny_sites.judged(lacks_supply=1.0)), GP)
    assert [site.parcel_id for site in found.sites] == ["osm:w1"]
    assert "1 ohne Menschen im Umkreis" in found.notes["text_de"].iloc[0]
    assert sites(town(buildings=houses, judged=tiny_sites.judged()), GP).sites == ()


def test_a_service_that_is_mapped_too_sparsely_gets_no_sites_but_a_reason() -> None:
    made = town(buildings=[building(1, box(10, 10, 12), building="retail")])
    unknown = made.area.categories.assign(status=["missing" if s == "gp" else "ok" for s in SERVICES])
    found = sites(replace(made, area=replace(made.area, categories=unknown)), GP)
    assert found.sites == ()
    assert "lückenhaft" in found.notes["text_de"].iloc[0] and "sparsely" in found.notes["text_en"].iloc[0]


def test_a_type_without_effect_or_rule_is_only_listed() -> None:
    found = sites(town(), kind("kiosk", "", "ground_floor"), kind("crossing", "footpath", "drawn"))
    assert found.sites == ()
    assert found.notes["text_en"].str.startswith(("Catalogue only", "Only the planner")).all()


def test_an_unknown_rule_or_effect_is_named_with_those_that_exist() -> None:
    with pytest.raises(InputError) as wrong:
        sites(town(), kind("one", "new_green", "open_grounds"), kind("two", "greenery", "open_ground"))
    assert "one: siting 'open_grounds'" in str(wrong.value) and "two: effect 'greenery'" in str(wrong.value)
    assert all(rule in str(wrong.value) for rule in RULES)


def test_a_type_may_name_several_rules() -> None:
    both = replace(PARK, siting="open_ground, grass_strip")
    strip = tiny_sites.green(7, box(5, 105, 90), kind="grass", public=False)
    found = sites(town(grounds=[ground(1, box(105, 105, 90))], greens=[strip]), both)
    assert {site.parcel_id for site in found.sites} == {"osm:w1", "osm:w7"}


def test_two_uses_of_one_parcel_exclude_each_other() -> None:
    found = sites(town(grounds=[ground(1, box(105, 105, 90)), ground(2, box(205, 105, 90))]), PARK, FLATS)
    names = [(site.type_id, site.parcel_id) for site in found.sites]
    pairs = [{names[a], names[b]} for a, b in conflicts(found.sites).tolist()]
    assert pairs == [{("flats", f"osm:w{n}"), ("park", f"osm:w{n}")} for n in (1, 2)] or len(pairs) == 2


def drawn_as(*shapes: shapely.Geometry, parcels: str = "abcdef") -> list[Site]:
    (site,) = sites(town(grounds=[ground(1, box(105, 105, 90))]), PARK).sites
    return [
        replace(site, site_id=f"s{n}", geometry=shape, parcel_id=parcels[n], edits=()) for n, shape in enumerate(shapes)
    ]


def test_overlapping_ground_excludes_pair_by_pair_not_through_a_third() -> None:
    chain = drawn_as(box(0, 0, 50), box(40, 0, 50), box(80, 0, 50))
    assert conflicts(chain).tolist() == [[0, 1], [1, 2]]


def test_ground_that_only_touches_does_not_exclude() -> None:
    assert conflicts(drawn_as(box(0, 0, 50), box(50, 0, 50))).tolist() == []
    assert conflicts(drawn_as(box(0, 0, 50), box(500, 0, 50), parcels="aa")).tolist() == [[0, 1]]
    assert conflicts([]).shape == (0, 2)


def test_two_enlargements_of_one_green_exclude_each_other() -> None:
    one, other = drawn_as(box(0, 0, 50), box(500, 0, 50))
    larger = CapacityChanged("g", 900.0)
    assert conflicts([replace(one, edits=(larger,)), replace(other, edits=(larger,))]).tolist() == [[0, 1]]


def test_sites_are_the_same_whatever_the_order_of_the_map() -> None:
    dice = random.Random(3)
    grounds = [ground(n, box(100.0 * (n % 3) + 5, 100.0 * (n // 3) + 5, 60 + n)) for n in range(1, 9)]
    houses = [building(20 + n, box(100.0 * n + 70, 5, 13), building="retail") for n in range(3)]
    one = sites(town(grounds=grounds, buildings=houses), PARK, FLATS, GP)
    dice.shuffle(grounds)
    dice.shuffle(houses)
    other = sites(town(grounds=grounds, buildings=houses), GP, PARK, FLATS)
    assert [site.site_id for site in one.sites] == sorted(site.site_id for site in one.sites)
    assert [site.site_id for site in one.sites] == [site.site_id for site in other.sites]
    assert [site.edits for site in one.sites] == [site.edits for site in other.sites]
    pd.testing.assert_frame_equal(one.notes, other.notes)


def test_a_new_neighbour_does_not_rename_a_site() -> None:
    before = sites(town(grounds=[ground(1, box(105, 105, 90))]), PARK)
    after = sites(town(grounds=[ground(1, box(105, 105, 90)), ground(2, box(205, 105, 90))]), PARK)
    assert before.sites[0].site_id in {site.site_id for site in after.sites}


def test_stored_sites_come_back_as_they_were() -> None:
    found = sites(town(grounds=[ground(1, box(105, 105, 90))]), PARK, FLATS)
    again = sites_of(site_tables(found, CRS))
    assert [(s.site_id, s.edits, s.cost, s.quantity) for s in again.sites] == [
        (s.site_id, s.edits, s.cost, s.quantity) for s in found.sites
    ]
