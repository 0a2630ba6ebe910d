"""Residents on addresses: every number here is computed by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nahraum.area import Area, AreaInputs, build_area
from nahraum.area.apportion import apportion_groups
from nahraum.errors import InputError
from nahraum.frames import apportion_micro
from nahraum.grid import cell_key
from nahraum.tables import GridTable
from tiny_areas import EAST, NORTH, buildings, census, extract, house, parameters


def area(homes: list[dict], population: GridTable, **inputs: object) -> Area:
    osm = extract(buildings=buildings(homes), **({"margin_m": inputs.pop("margin_m")} if "margin_m" in inputs else {}))
    return build_area(AreaInputs(osm=osm, population=population, **inputs), parameters(), crs=None)


def residents(built: Area) -> dict[str, float]:
    return dict(zip(built.addresses["address_id"], built.addresses["residents"].round(2), strict=True))


def key(east: float, north: float) -> int:
    return int(cell_key(EAST + east, NORTH + north))


def test_a_cell_is_shared_by_footprint_times_storeys() -> None:
    # 100 m² x 2 = 200 and 100 m² x 4 = 400 of 600 m²
    homes = [house(1, 30, 30, levels=2), house(2, 70, 70, levels=4)]
    assert residents(area(homes, census({(50, 50): 90}))) == {"osm:w1": 30.0, "osm:w2": 60.0}


def test_storeys_that_are_not_mapped_follow_the_kind_of_building() -> None:
    # house: 2 storeys, apartments: 4
    homes = [house(1, 30, 30), house(2, 70, 70, building="apartments")]
    assert residents(area(homes, census({(50, 50): 90}))) == {"osm:w1": 30.0, "osm:w2": 60.0}


def test_mapped_dwellings_count_before_storeys() -> None:
    # 230 m² of flats (2 x 115) against 100 m² x 2.3 storeys
    homes = [house(1, 30, 30, flats=2, levels=9), house(2, 70, 70, levels=2.3)]
    assert area(homes, census({(50, 50): 50})).addresses["residents"].tolist() == pytest.approx([25, 25], rel=0.002)


def test_sheds_halls_and_garages_hold_nobody() -> None:
    homes = [
        house(1, 30, 30),
        house(2, 60, 30, side_m=4),  # 16 m²
        house(3, 60, 60, side_m=45, building="yes"),  # 2025 m²
        house(4, 90, 90, building="yes", has_address=False),  # no address beside a house with one
    ]
    assert residents(area(homes, census({(50, 50): 12}))) == {"osm:w1": 12.0}


def test_a_building_without_address_counts_where_no_better_one_is_known() -> None:
    homes = [house(1, 30, 30, building="yes", has_address=False), house(2, 70, 70, building="yes", has_address=False)]
    assert residents(area(homes, census({(50, 50): 12}))) == {"osm:w1": 6.0, "osm:w2": 6.0}


def test_a_cell_without_home_keeps_its_residents_at_its_centre() -> None:
    built = area([house(1, 30, 30)], census({(50, 50): 12, (150, 50): 7}))
    centre = built.addresses[built.addresses["kind"] == "cell_centre"]
    assert centre["address_id"].tolist() == [f"cell:CRS3035RES100mN{NORTH}E{EAST + 100}"]
    assert centre["residents"].tolist() == [7.0]
    assert set(built.notes["code"]) >= {"residents_at_cell_centre"}


def test_a_home_in_a_cell_without_residents_is_no_address() -> None:
    built = area([house(1, 30, 30), house(2, 250, 30)], census({(50, 50): 12}))
    assert built.addresses["address_id"].tolist() == ["osm:w1"]


def test_a_coarse_cell_is_shared_by_dwellings_then_by_floor_area() -> None:
    # 100 residents, 4 dwellings in one 100 m cell (no home mapped) and 6 in another (two homes 1 : 2)
    dwellings = census({(50, 50): 4, (150, 50): 6}, name="dwellings")
    homes = [house(1, 130, 30, levels=1), house(2, 170, 70, levels=2)]
    built = area(homes, census({(500, 500): 100}, size_m=1000), dwellings=dwellings)
    assert residents(built) == {f"cell:CRS3035RES100mN{NORTH}E{EAST}": 40.0, "osm:w1": 20.0, "osm:w2": 40.0}


def test_larger_dwellings_hold_more_residents() -> None:
    # 4 dwellings of 64 m² and 4 of 144 m²; mean 104; elasticity 0.5: weights 4 x 8 and 4 x 12 (both over root of 104)
    dwellings = census({(50, 50): 4, (150, 50): 4}, name="dwellings")
    dwellings.table["floor_area_m2_per_dwelling"] = [64.0, 144.0]
    osm, settings = extract(), parameters(residents__floor_area_elasticity=0.5)
    inputs = AreaInputs(osm=osm, population=census({(500, 500): 100}, size_m=1000), dwellings=dwellings)
    found = build_area(inputs, settings, crs=None).addresses["residents"]
    assert found.tolist() == pytest.approx([40.0, 60.0], abs=1e-3)


def test_people_above_shops_stand_at_the_building_not_at_the_cell_centre() -> None:
    shop = house(2, 150, 50, building="yes", residential=False)
    built = area([house(1, 50, 50), shop], census({(50, 50): 12, (150, 50): 7}))
    assert residents(built) == {"osm:w1": 12.0, "osm:w2": 7.0}
    assert "makeshift_homes" in set(built.notes["code"])
    beside_a_home = area([house(1, 50, 50), shop | house(2, 80, 50)], census({(50, 50): 12}))
    assert residents(beside_a_home) == {"osm:w1": 12.0}


def test_a_shop_draws_no_residents_where_the_census_knows_none() -> None:
    shop = house(2, 150, 50, building="yes", residential=False)
    assert residents(area([house(1, 50, 50), shop], census({(500, 500): 12}, size_m=1000))) == {"osm:w1": 12.0}


def test_homes_in_a_cell_without_disclosed_dwellings_get_an_estimate() -> None:
    # known: 6 dwellings on 600 m² of floor; the other cell has 200 m² -> 2 dwellings; 80 residents = 60 + 20
    dwellings = census({(50, 50): 6}, name="dwellings")
    homes = [house(1, 50, 50, levels=6), house(2, 150, 50, levels=2)]
    built = area(homes, census({(500, 500): 80}, size_m=1000), dwellings=dwellings)
    assert residents(built) == {"osm:w1": 60.0, "osm:w2": 20.0}


def test_the_estimate_for_undisclosed_dwellings_is_capped() -> None:
    # 2000 m² of floor would be 20 dwellings; the census hides at most 10: 16 x 10 / (6 + 10)
    dwellings = census({(50, 50): 6}, name="dwellings")
    homes = [house(1, 50, 50, levels=6), house(2, 150, 50, levels=20)]
    built = area(homes, census({(500, 500): 16}, size_m=1000), dwellings=dwellings)
    assert residents(built) == {"osm:w1": 6.0, "osm:w2": 10.0}


def test_a_coarse_cell_without_dwelling_figures_is_shared_by_floor_area() -> None:
    homes = [house(1, 50, 50, levels=1), house(2, 950, 950, levels=3)]
    assert residents(area(homes, census({(500, 500): 100}, size_m=1000))) == {"osm:w1": 25.0, "osm:w2": 75.0}


def test_a_coarse_cell_with_nothing_in_it_keeps_its_residents_at_its_centre() -> None:
    built = area([], census({(500, 500): 9}, size_m=1000))
    assert residents(built) == {f"cell:CRS3035RES1000mN{NORTH}E{EAST}": 9.0}
    assert built.cells["cell_key"].tolist() == [key(500, 500)]


def test_communal_accommodation_takes_its_estimate_and_no_more() -> None:
    # 40 x 40 m x 1 storey = 1600 m² x 0.022 = 35.2 people; the rest lives in the house
    homes = [house(1, 20, 20), house(2, 60, 60, side_m=40, levels=1, communal=True, residential=False)]
    built = area(homes, census({(50, 50): 100}))
    home = built.addresses.set_index("address_id")
    assert home.loc["osm:w2", "residents"] == pytest.approx(35.2, rel=0.002)  # the footprint in UTM, not on the grid
    assert home.loc["osm:w2", "residents_communal"] == home.loc["osm:w2", "residents"]
    assert home["residents"].sum() == 100
    assert home.loc["osm:w1", "residents_communal"] == 0


def test_communal_accommodation_shares_a_cell_that_holds_fewer_than_expected() -> None:
    # expected: 1600 x 0.022 = 35.2 in the home, 2112 / 60 = 35.2 in the houses; the cell holds 20: 10 each
    homes = [
        house(1, 20, 20, side_m=10, levels=21.12),
        house(2, 60, 60, side_m=40, levels=1, communal=True, residential=False),
    ]
    built = area(homes, census({(50, 50): 20}))
    assert built.addresses["residents"].tolist() == pytest.approx([10.0, 10.0], abs=1e-5)
    assert built.cells["residents_communal"].tolist() == pytest.approx([10.0], abs=1e-5)


def test_residents_of_an_address_never_leave_their_census_cell() -> None:
    homes = [house(number, 30 + 100 * (number % 5), 30 + 7 * number, levels=1 + number % 3) for number in range(1, 10)]
    population = census({(50, 50): 17, (150, 50): 33, (250, 50): 1, (350, 50): 19.5, (450, 50): 3})
    built = area(homes, population)
    found = built.addresses.groupby("cell_key")["residents"].sum()
    wanted = population.table.set_index("cell_key")["residents"]
    pd.testing.assert_series_equal(found, wanted, check_names=False, rtol=0, atol=1e-9)


def test_a_coarse_cell_cut_by_the_data_keeps_whoever_lives_inside() -> None:
    # the data end 250 m east of the cell's corner: of 100 dwellings 30 lie at 50 m, 70 at 650 m
    osm = extract(buildings=buildings([house(1, 50, 450)]))
    west, south, _, north = osm.extent
    half = extract(margin_m=1.0).extent
    cut = (west, south, half[0] + (half[2] - half[0]) * 0.25, north)
    osm = type(osm)(**(osm.__dict__ | {"extent": cut}))
    dwellings = census({(50, 450): 30, (650, 450): 70}, name="dwellings")
    population = census({(500, 500): 200}, size_m=1000)
    built = build_area(AreaInputs(osm=osm, population=population, dwellings=dwellings), parameters(), crs=None)
    assert residents(built) == {"osm:w1": 60.0}
    assert set(built.notes["code"]) >= {"census_cells_cut", "residents_left_out_of_cut_cells"}


def test_a_cut_coarse_cell_without_dwellings_is_cut_by_area() -> None:
    osm = extract(buildings=buildings([house(1, 50, 450)]))
    west, south, _, north = osm.extent
    half = extract(margin_m=1.0).extent
    cut = (west, south, half[0] + (half[2] - half[0]) * 0.25, north)
    osm = type(osm)(**(osm.__dict__ | {"extent": cut}))
    built = build_area(AreaInputs(osm=osm, population=census({(500, 500): 200}, size_m=1000)), parameters(), crs=None)
    assert built.addresses["residents"].sum() == pytest.approx(50, abs=5)


def test_secret_cells_hold_nobody_and_are_named() -> None:
    built = area([house(1, 50, 50)], census({(50, 50): 5, (150, 50): np.nan}))
    assert built.addresses["residents"].sum() == 5
    assert built.notes.set_index("code").loc["census_cells_unknown", "count"] == 1


def test_many_totals_are_shared_as_one_by_one() -> None:
    rng = np.random.default_rng(1)
    group = np.sort(rng.integers(0, 40, 400))
    weights = rng.integers(0, 5000, 400).astype(float)
    weights[rng.random(400) < 0.1] = 0
    totals = rng.integers(0, 10**10, 40)
    totals[np.bincount(group, weights, 40) == 0] = 0
    parts = apportion_groups(totals, group, weights)
    for number in range(40):
        expected = apportion_micro(int(totals[number]), weights[group == number])
        assert parts[group == number].tolist() == expected.tolist()


def test_a_total_with_nothing_to_go_to_is_an_error() -> None:
    with pytest.raises(InputError, match="nothing to be shared among"):
        apportion_groups(np.array([5]), np.array([0]), np.array([0.0]))


@pytest.mark.parametrize(
    ("population", "message"),
    [
        (census({(900_000, 50): 5}), "the census lies outside the study area"),
        (GridTable(100, census({(50, 50): 5}).table.iloc[:0]), "the census lies outside the study area"),
        (census({(50, 50): 0}), "no inhabited census cell"),
        (census({(50, 50): np.nan}), "no inhabited census cell"),
        (census({(50, 50): -1}), "is below 0 in 1 rows"),
        (census({(500, 500): 5}, size_m=10_000), "its cells measure 10000 m"),
        (census({(500, 500): 5}, size_m=250), "its cells measure 250 m"),
    ],
)
def test_a_census_that_cannot_be_used_says_why(population: GridTable, message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        area([house(1, 50, 50)], population)
    assert raised.value.expected
    assert raised.value.fix
