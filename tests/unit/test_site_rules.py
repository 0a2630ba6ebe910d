"""Where a measure could be: each rule on a town of a few streets, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

import tiny_sites
from nahraum.grid import cell_key
from nahraum.measures.sites.entrances import green_entrance
from nahraum.measures.sites.ground_floors import ground_floor
from nahraum.measures.sites.houses import large_dwellings_houses, offices, roof
from nahraum.measures.sites.internet import internet_cells
from nahraum.measures.sites.links import bridge, gate, link
from nahraum.measures.sites.open_ground import closed_green, grass_strip, open_ground, school_yard
from nahraum.measures.sites.place import Found
from nahraum.measures.sites.setting import Setting
from nahraum.measures.sites.squares import play, square
from nahraum.measures.sites.streets import street
from nahraum.tables import GridTable
from tiny_areas import ways
from tiny_sites import CRS, at, box, building, green, ground, setting, streets, town


def keys(found: Found) -> list[str]:
    return [place.key for place in found.places]


def test_a_car_park_in_the_open_is_open_ground_and_all_of_it_is_sealed() -> None:
    found = open_ground(setting(town(grounds=[ground(1, box(10, 10, 30))])))
    assert keys(found) == ["osm:w1"]
    place = found.places[0]
    assert (place.kind, place.parcel_id, place.sealed) == ("parking", "osm:w1", 1.0)
    assert place.area_m2 == pytest.approx(900, rel=1e-3)


@pytest.mark.parametrize("access", ["private", "no", "military"])
def test_a_private_car_park_is_left_out_and_one_for_customers_is_not(access: str) -> None:
    shapes = [ground(1, box(10, 10, 30), access=access), ground(2, box(60, 10, 30), access="customers")]
    assert keys(open_ground(setting(town(grounds=shapes)))) == ["osm:w2"]


def test_ground_that_is_built_on_or_too_small_is_left_out() -> None:
    shapes = [ground(1, box(10, 10, 30)), ground(2, box(60, 10, 19)), ground(3, box(10, 60, 30), "brownfield")]
    hall = building(9, box(10, 10, 18, 30))  # 60 % of the first
    assert keys(open_ground(setting(town(grounds=shapes, buildings=[hall])))) == ["osm:w3"]


def test_a_court_of_garages_is_open_ground_although_it_is_built_on() -> None:
    found = open_ground(
        setting(town(grounds=[ground(1, box(10, 10, 30), "garages")], buildings=[building(9, box(10, 10, 20, 30))]))
    )
    assert keys(found) == ["osm:w1"]
    assert np.isnan(found.places[0].sealed)


def test_ground_beyond_the_boundary_is_nobodys_to_build_on() -> None:
    made = town(grounds=[ground(1, box(10, 10, 30))])
    inside = replace(made, area=replace(made.area, boundary=made.area.boundary.set_geometry([box(200, 200, 50)])))
    assert keys(open_ground(setting(inside))) == []


def test_a_map_that_was_read_without_grounds_says_so() -> None:
    made = town()
    found = open_ground(setting(replace(made, osm=replace(made.osm, grounds=None))))
    assert (found.places, found.missing) == ((), "no_grounds")


def test_grass_that_is_no_public_green_is_a_strip_and_public_or_enclosed_grass_is_not() -> None:
    rows = [
        green(1, box(10, 10, 40), kind="grass", public=False),
        green(2, box(60, 10, 30), kind="village_green", public=True),
        green(3, box(110, 110, 30), kind="meadow", public=False),  # within a park of the study
        green(4, box(210, 110, 40), kind="garden", public=False),
    ]
    made = town(greens=rows, of_area={"greens_held": {"park": (80.0, [at(105, 105)])}})
    assert keys(grass_strip(setting(made))) == ["osm:w1"]
    assert keys(closed_green(setting(made))) == ["osm:w4"]


def test_a_school_yard_is_the_ground_without_its_buildings_and_open_yards_stay() -> None:
    schools = [ground(1, box(0, 0, 90), "school"), ground(2, box(200, 0, 90), "school")]
    house = building(9, box(0, 0, 90, 40))
    space = tiny_sites.open_space(spaces=[("s", "open_yard", box(210, 10, 50))])
    found = school_yard(setting(town(grounds=schools, buildings=[house], of_area={"open_space": space})))
    assert keys(found) == ["osm:w1"]
    assert found.places[0].area_m2 == pytest.approx(90 * 48, rel=1e-3)  # 2 m beside the wall are kept free


def test_an_entrance_is_proposed_where_the_own_entrance_of_the_green_is_far_on_foot() -> None:
    park = {"park": (80.0, [at(105, 105)])}  # a square 105..185, entered at its lower left corner
    made = town(of_area={"greens_held": park})
    area = made.area
    green_shape = area.greens.set_geometry([box(105, 105, 90)], crs=CRS)
    made = replace(made, area=replace(area, greens=green_shape))
    found = green_entrance(setting(made, sites__entrance__minimum_way_m=120.0))
    assert found.looked_at == 1
    assert found.places and all(place.target == "park" for place in found.places)
    for place in found.places:
        x, y = sorted((place.x_m - at(0, 0)[0], place.y_m - at(0, 0)[1]))  # on the upper or the right edge
        assert y == pytest.approx(195, abs=0.1)
        round_the_block = min((x - 100) + 100 + 5, (200 - x) + 100 + 95)
        assert place.extra["way"] == pytest.approx(round_the_block + 2 * 5, abs=0.3)
    assert green_entrance(setting(made, sites__entrance__minimum_way_m=500.0)).places == ()


def test_a_fence_is_what_an_entrance_opens_and_the_point_lies_outside_of_it() -> None:
    ring = shapely.get_coordinates(box(103, 103, 94).exterior).tolist()
    made = town(of_area={"greens_held": {"park": (80.0, [at(105, 105)])}, "barriers_held": [("f", "fence", ring)]})
    shape = made.area.greens.set_geometry([box(105, 105, 90)], crs=CRS)
    made = replace(made, area=replace(made.area, greens=shape))
    found = green_entrance(setting(made, sites__entrance__spacing_m=10.0))
    assert len(found.places) == 4  # the only entrance lies behind the fence: nobody reaches it
    for place in found.places:
        assert shapely.distance(box(105, 105, 90), place.geometry) == pytest.approx(2.5, abs=0.11)
        assert place.extra["way"] == 3000


def test_entrances_change_nothing_where_the_standard_measures_in_a_straight_line() -> None:
    found = green_entrance(setting(town(), green__standard="who_europe"))
    assert found.missing == "linear_green"


# two rows of streets 100 m apart that meet only at their western ends: 200 m of way on each side
COMB = [(2, 12), (3, 13), (4, 14), (12, 22), (13, 23), (14, 24), (11, 21), (21, 31), (22, 32), (23, 33), (24, 34)]


def gaps(*, rule: object = link, **tables: object) -> list[tuple[float, float]]:
    """Length and way of the gaps found beside the comb; the saving asked for is 300 m."""
    made = town(streets(without=COMB), **tables)  # type: ignore[arg-type]
    return sorted((place.length_m, place.extra["way"]) for place in rule(setting(made)).places)  # type: ignore[operator]


def test_the_end_of_two_long_arms_is_a_missing_link_with_its_exact_way() -> None:
    assert gaps() == [(100.0, 700.0)]  # 300 m back, 100 m across, 300 m out


def test_a_gap_that_saves_too_little_is_none() -> None:
    made = town(streets(without=COMB))
    assert link(setting(made, sites__link__minimum_saving_m=601.0)).places == ()
    assert len(link(setting(made, sites__link__minimum_saving_m=600.0)).places) == 1


def test_a_building_between_the_ends_is_not_walked_through() -> None:
    wall = building(1, box(50, 40, 300, 10))
    assert gaps(buildings=[wall]) == []


def test_a_fence_between_the_ends_makes_a_gate_and_a_railway_a_bridge() -> None:
    fence = {"barriers_held": [("f", "fence", [at(50, 50), at(400, 50)])]}
    rail = {"barriers_held": [("r", "rail", [at(50, 50), at(400, 50)])]}
    assert gaps(of_area=fence) == []
    assert gaps(rule=gate, of_area=fence) == [(100.0, 700.0)]
    assert gaps(rule=gate, of_area=rail) == [] == gaps(of_area=rail)
    assert gaps(rule=bridge, of_area=rail)[0] == (100.0, 700.0)
    assert gaps(rule=bridge) == [] == gaps(rule=bridge, of_area=fence)


def test_a_grid_of_streets_has_no_missing_link() -> None:
    made = setting(town())
    assert link(made).places == () == gate(made).places


def test_a_house_with_a_shop_in_it_is_a_ground_floor_and_others_are_houses_and_plots() -> None:
    houses = [
        building(1, box(10, 10, 12), building="yes"), building(2, box(40, 10, 12), building="apartments"),
        building(3, box(70, 10, 12), building="retail"), building(4, box(10, 40, 9), building="retail"),
        building(5, box(40, 40, 12), building="garage"),
    ]  # fmt: skip
    plot = ground(6, box(110, 10, 30), "brownfield")
    made = town(buildings=houses, grounds=[plot], of_area={"facilities": [("f", "bakery_butcher", *at(15, 15))]})
    found = {place.key: place.kind for place in ground_floor(setting(made)).places}
    assert found == {"osm:w1": "ground_floor", "osm:w2": "house", "osm:w3": "ground_floor", "osm:w6": "plot"}


def blocks(n: int = 3, **tags: object) -> list[dict[str, object]]:
    return [building(i + 1, box(30.0 * i, 10, 20), building="apartments", **tags) for i in range(n)]


def test_roof_storeys_follow_the_formula_of_methods_8_2() -> None:
    found = roof(setting(town(buildings=blocks())))
    # 3 houses of 400 m² × 0.8 × 1 storey ÷ 65 m² × 0.5 (years not known) × 0.2 activated
    assert [place.kind for place in found.places] == ["roof_years_unknown"]
    assert found.places[0].dwellings == pytest.approx(3 * 400 * 0.8 / 65 * 0.5 * 0.2, rel=1e-3)
    assert found.places[0].extra["houses"] == 3


def test_building_years_of_the_census_replace_the_share_from_knowledge() -> None:
    from nahraum.area.space import project_points

    east, north = project_points([at(10, 20)[0]], [at(10, 20)[1]], CRS, target="EPSG:3035")
    around = [cell_key(east + 1000 * dx, north + 1000 * dy, 1000)[0] for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    years = pd.DataFrame({"cell_key": sorted(around), "built_1949_to_1978_share": 0.9})
    found = roof(setting(town(buildings=blocks(), topics={"building_years": GridTable(1000, years)})))
    assert [place.kind for place in found.places] == ["roof"]
    assert found.places[0].dwellings == pytest.approx(3 * 400 * 0.8 / 65 * 0.9 * 0.2, rel=1e-3)


def test_high_rises_care_homes_and_small_houses_get_no_roof_storey() -> None:
    tall = [building(1, box(10, 10, 20), building="apartments", levels=8.0)]
    care = [building(1, box(10, 10, 20), building="apartments", communal=True)]
    small = [building(1, box(10, 10, 10), building="apartments")]
    for houses in (tall, care, small):
        assert roof(setting(town(buildings=houses))).places == ()


def test_an_unspecified_house_is_a_block_of_flats_when_many_live_there() -> None:
    house = [building(1, box(10, 10, 20), building="yes")]
    made = town(buildings=house)
    assert roof(setting(made)).places == ()
    people = made.area.addresses.assign(address_id="osm:w1", residents=12.0)
    lived_in = replace(made, area=replace(made.area, addresses=people))
    assert roof(setting(lived_in)).places[0].address_id == "osm:w1"
    retrofit = large_dwellings_houses(setting(lived_in, sites__retrofit__activation_share=0.5))
    assert retrofit.places[0].count == 3  # 12 persons ÷ 2 × 0.5


def test_offices_give_the_dwellings_of_their_floor_area() -> None:
    houses = [
        building(1, box(10, 10, 50), building="office", levels=4.0, residential=False),
        building(2, box(110, 10, 50), building="apartments", levels=4.0),
    ]
    found = offices(setting(town(buildings=houses)))
    assert keys(found) == ["osm:w1"]
    assert found.places[0].dwellings == pytest.approx(2500 * 4 * 0.75 * 0.2 / 65, rel=1e-3)


def with_cells(shares: list[float], residents: float = 40.0) -> Setting:
    made = town()
    first = 26890 * 1_000_000 + 43370
    cells = pd.DataFrame(
        {
            "cell_key": [first + i for i in range(len(shares))], "quarter_id": "q", "residents": residents,
            "inside": True, "internet_offer_share": shares,
        }
    )  # fmt: skip
    return setting(replace(made, area=replace(made.area, cells=cells)))


def test_cells_without_the_offer_are_grouped_with_their_households() -> None:
    found = internet_cells(with_cells([0.0, 0.5, 1.0]))
    assert len(found.places) == 1
    assert found.places[0].count == 30  # 40 ÷ 2 × (1 + 0.5)
    assert len(found.places[0].cells) == 2


def test_an_unknown_offer_is_not_a_missing_one() -> None:
    assert internet_cells(with_cells([np.nan, np.nan])).missing == "no_internet"
    assert internet_cells(with_cells([np.nan, 0.0])).places[0].count == 20


def test_households_are_told_in_tens_and_in_a_small_quarter_without_its_share() -> None:
    assert internet_cells(with_cells([0.1, 0.2, 1.0], residents=104.0)).places[0].count == 90  # 52 × 1.7 = 88.4
    several = {share: internet_cells(with_cells([share, share], residents=40.0)).places[0] for share in (0.0, 0.5)}
    assert several[0.0].count == several[0.5].count == 40  # 80 residents: all households


def test_few_households_are_no_site_of_their_own() -> None:
    assert internet_cells(with_cells([0.0], residents=8.0)).places == ()


def with_street(**space: object) -> Setting:
    lines = ways([[at(0, 0), at(200, 0)]], CRS, highway="residential", name="Hauptstraße")
    made = town(of_area={"open_space": tiny_sites.open_space(**space)}, **lines)  # type: ignore[arg-type]
    return setting(made)


def test_a_street_without_trees_has_room_for_two_rows() -> None:
    found = street(with_street())
    assert [(place.kind, place.name) for place in found.places] == [("street", "Hauptstraße")]
    assert found.places[0].length_m == pytest.approx(200, abs=0.5)
    assert found.places[0].count == 26  # 2 × 200 m ÷ 15 m


def test_a_street_with_trees_is_left_and_one_of_unknown_trees_says_so() -> None:
    avenue = [at(20.0 * i, 5) for i in range(10)]
    assert street(with_street(trees=avenue)).places == ()
    assert [place.kind for place in street(with_street(trees=avenue, known=False)).places] == ["street_trees_unknown"]


def test_squares_and_large_car_parks_hold_stalls() -> None:
    space = tiny_sites.open_space(spaces=[("s1", "square", box(10, 10, 30)), ("s2", "square", box(60, 10, 10))])
    made = town(grounds=[ground(1, box(110, 10, 30))], of_area={"open_space": space})
    assert {place.key: place.kind for place in square(setting(made)).places} == {"s1": "square", "osm:w1": "stall"}


def test_a_playground_is_proposed_where_the_next_one_is_far() -> None:
    space = tiny_sites.open_space(
        greens=[("g1", box(0, 0, 60)), ("g2", box(800, 0, 60))], playgrounds=[box(0, 100, 20)]
    )
    found = play(setting(town(of_area={"open_space": space})))
    assert keys(found) == ["play:g2"]
    assert found.places[0].extra["way"] == pytest.approx(np.hypot(830 - 20, 100 - 30), abs=15)


def test_the_places_of_a_rule_do_not_depend_on_the_order_of_the_map() -> None:
    rows = [ground(n, box(60.0 * n, 10, 30)) for n in range(1, 5)]
    one, other = (open_ground(setting(town(grounds=some))) for some in (rows, rows[::-1]))
    assert keys(one) == keys(other)
    assert all(shapely.equals(a.geometry, b.geometry) for a, b in zip(one.places, other.places, strict=True))
