"""The study area as a whole: where it lies, quarters, the edge, living space, completeness, notes, errors."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from nahraum.area import Area, AreaInputs, boundary_from_osm, build_area, quarters_from_osm
from nahraum.area.cells import inhabited_cells, with_internet_offer
from nahraum.area.completeness import categories
from nahraum.area.edges import longest_catchment_m, near_the_edge, study_ground
from nahraum.area.floor_area import with_floor_area
from nahraum.area.notes import _texts
from nahraum.area.space import working_crs
from nahraum.errors import InputError
from nahraum.tables import GridTable
from tiny_areas import (
    EAST,
    GRID,
    NORTH,
    UTM,
    barriers,
    boundaries,
    buildings,
    census,
    extract,
    facilities,
    greens,
    house,
    parameters,
    quarters,
    square,
    water,
    ways,
)

HOMES = [house(1, 50, 50), house(2, 150, 50), house(3, 250, 50)]
PEOPLE = census({(50, 50): 10, (150, 50): 20, (250, 50): 30})


def build(homes: list[dict[str, Any]] = HOMES, population: GridTable = PEOPLE, **inputs: Any) -> Area:
    osm = inputs.pop("osm", None) or extract(buildings=buildings(homes))
    settings, crs = inputs.pop("settings", parameters()), inputs.pop("crs", None)
    return build_area(AreaInputs(osm=osm, population=population, **inputs), settings, crs=crs)


def test_the_working_crs_is_the_zone_of_the_data() -> None:
    assert working_crs((7.7, 49.4, 7.8, 49.5)) == "EPSG:25832"
    assert working_crs((13.1, 52.3, 13.7, 52.7)) == "EPSG:25833"
    assert working_crs((-15.5, 28.0, -15.3, 28.2)) == "EPSG:32628"
    assert working_crs((151.0, -34.0, 151.4, -33.7)) == "EPSG:32756"
    assert working_crs((7.7, 49.4, 7.8, 49.5), "epsg:25833") == "EPSG:25833"


@pytest.mark.parametrize(
    ("crs", "message"),
    [
        ("EPSG:999999", "is not known"),
        ("UTM of here", "is not known"),
        ("EPSG:4326", "does not measure in metres"),
        ("EPSG:2263", "does not measure in metres"),
        ("EPSG:32756", "does not fit the data"),
    ],
)
def test_an_impossible_crs_says_what_is_wrong(crs: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        build(crs=crs)
    assert "study.toml" in raised.value.fix


def test_without_quarters_the_whole_study_is_one() -> None:
    built = build()
    assert built.quarters["quarter_id"].tolist() == ["all"]
    assert set(built.addresses["quarter_id"]) == {"all"}
    assert built.boundary["kind"].tolist() == ["extent"]
    assert built.addresses["inside"].all()


def test_an_address_in_two_quarters_belongs_to_the_lower_id() -> None:
    shapes = {"B": square(100, 0, 100), "A": square(0, 0, 160, 100)}
    built = build(quarters=quarters(shapes))
    assert built.addresses["quarter_id"].tolist() == ["A", "A", ""]
    assert built.addresses["inside"].tolist() == [True, True, False]
    notes = built.notes.set_index("code")["count"]
    assert notes["addresses_in_several_quarters"] == 1
    assert notes["quarters_without_residents"] == 1


def test_a_boundary_wins_over_quarters() -> None:
    whole = gpd.GeoDataFrame(geometry=[square(0, 0, 300, 100)], crs=GRID)
    built = build(quarters=quarters({"A": square(0, 0, 100)}), boundary=whole)
    assert built.addresses["inside"].all()
    assert built.addresses["quarter_id"].tolist() == ["A", "", ""]
    assert built.notes.set_index("code").loc["residents_outside_quarters", "count"] == 50


def test_a_cell_takes_the_quarter_and_the_side_of_most_residents() -> None:
    homes = [house(1, 20, 50, levels=1), house(2, 60, 50, levels=3), house(3, 80, 50, levels=1)]
    built = build(
        homes, census({(50, 50): 50}), quarters=quarters({"A": square(0, 0, 40, 100), "B": square(40, 0, 30, 100)})
    )
    cell = built.cells.iloc[0]
    assert (cell["quarter_id"], cell["inside"], cell["residents"]) == ("B", True, 50)


def test_quarters_come_from_administrative_areas() -> None:
    known = boundaries(
        [
            {"boundary_id": "osm:r2", "name": "Mitte", "geometry": square(0, 0, 200, 100)},
            {"boundary_id": "osm:r1", "name": "Ost", "geometry": square(200, 0, 100)},
            {"boundary_id": "osm:r9", "name": "Musterstadt", "admin_level": 8, "geometry": square(0, 0, 300, 100)},
        ]
    )
    osm = extract(buildings=buildings(HOMES), boundaries=known)
    found = quarters_from_osm(osm, 10)
    assert found["quarter_id"].tolist() == ["osm:r1", "osm:r2"]
    built = build(osm=osm, quarters=found, boundary=boundary_from_osm(osm, 8, name="Musterstadt"))
    assert built.addresses["quarter_id"].tolist() == ["osm:r2", "osm:r2", "osm:r1"]
    with pytest.raises(InputError, match="no boundary of admin_level 9") as level:
        quarters_from_osm(osm, 9)
    assert "8 (1), 10 (2)" in str(level.value)
    with pytest.raises(InputError, match="is called 'Muster'") as name:
        boundary_from_osm(osm, 8, name="Muster")
    assert "Musterstadt" in str(name.value)


def test_a_mapped_quarter_without_a_name_is_called_by_its_id() -> None:
    rows = [{"boundary_id": "osm:r7", "admin_level": 10, "geometry": square(0, 0, 500)}]
    assert quarters_from_osm(extract(boundaries=boundaries(rows)), 10)["name"].tolist() == ["osm:r7"]


def test_a_study_in_which_nobody_lives_is_refused_although_people_live_around_it() -> None:
    with pytest.raises(InputError, match="nobody lives inside the study area"):
        build(boundary=quarters({"A": square(900, 900, 50)}))


def test_quarters_and_boundaries_that_lie_elsewhere_are_refused() -> None:
    far = quarters({"A": square(900_000, 0, 100)})
    with pytest.raises(InputError, match="the quarters do not meet"):
        build(quarters=far)
    with pytest.raises(InputError, match="the boundary does not meet"):
        build(boundary=far)
    with pytest.raises(InputError, match="the quarters do not meet"):
        build(boundary=quarters({"A": square(0, 0, 100)}), quarters=far)
    with pytest.raises(InputError, match="names no CRS"):
        build(quarters=quarters({"A": square(0, 0, 100)}).set_crs(None, allow_override=True))
    with pytest.raises(InputError, match="quarter_id repeats"):
        twice = pd.concat([quarters({"A": square(0, 0, 100)})] * 2, ignore_index=True)
        build(quarters=twice)


def test_a_quarter_that_crosses_itself_is_repaired_and_named() -> None:
    corner = [(0, 0), (100, 100), (100, 0), (0, 100), (0, 0)]
    bow = shapely.Polygon([(EAST + x, NORTH + y) for x, y in corner])
    built = build(quarters=quarters({"A": bow, "B": square(100, 0, 200, 100)}))
    assert built.quarters.geometry.is_valid.all()
    assert built.notes.set_index("code").loc["quarters_repaired", "count"] == 1


def test_nobody_beyond_the_margin_is_kept() -> None:
    # the boundary is one 100 m cell; the margin 2 x 1000 m around it
    homes = [house(1, 50, 50), house(2, 2050, 50), house(3, 2250, 50)]
    population = census({(50, 50): 10, (2050, 50): 20, (2250, 50): 30})
    built = build(homes, population, quarters=quarters({"A": square(0, 0, 100)}))
    assert built.addresses["address_id"].tolist() == ["osm:w1", "osm:w2"]
    assert built.addresses["inside"].tolist() == [True, False]


def test_who_lives_nearer_to_the_edge_than_the_longest_catchment_is_marked() -> None:
    data, settings = shapely.box(0, 0, 5000, 5000), parameters()
    assert longest_catchment_m(settings) == 1000
    x, y = [999, 1001, 2500, 4500], [2500, 2500, 4001, 4500]
    assert near_the_edge(x, y, data=data, parameters=settings).tolist() == [True, False, True, True]
    assert longest_catchment_m(parameters(supply__maximum_distance_m=300.0)) == 500
    far = study_ground(shapely.box(2000, 2000, 2100, 2100), shapely.box(0, 0, 50_000, 50_000), settings)
    assert shapely.bounds(far).round().tolist() == [0, 0, 4100, 4100]


def test_an_unknown_green_standard_is_refused() -> None:
    with pytest.raises(InputError, match="no green standard 'who'") as raised:
        build(settings=parameters(green__standard="who"))
    assert "who_europe" in raised.value.expected


# --- living space and internet offer


def cells_of(residents: dict[tuple[float, float], float], communal: float = 0.0) -> pd.DataFrame:
    table = census(residents).table
    return pd.DataFrame(
        {"cell_key": table["cell_key"], "residents": table["residents"], "residents_communal": communal}
    )


PROPORTIONAL = parameters(residents__floor_area_elasticity=1.0)
FLOOR, SHAPE = "floor_area_m2_per_resident", "floor_area_m2_per_dwelling"


def test_floor_area_at_100_m_is_taken_as_published() -> None:
    given = census({(50, 50): 41.5, (150, 50): np.nan}, name=FLOOR)
    given.table.loc[given.table[FLOOR] == 41.5, f"{FLOOR}_status"] = "unreliable"
    found, _ = with_floor_area(
        cells_of({(50, 50): 10, (150, 50): 10, (250, 50): 10}), given, None, parameters=parameters()
    )
    assert found[f"{FLOOR}_status"].tolist() == ["unreliable", "suppressed", "missing"]
    assert found[FLOOR].tolist() == pytest.approx([41.5, np.nan, np.nan], nan_ok=True)


def test_floor_area_at_1_km_keeps_its_level_and_takes_the_shape_of_the_dwellings() -> None:
    # sizes 60 and 120, 30 and 10 residents; in proportion the mean is 75: 40 x 60 / 75 = 32 and 64
    cells = cells_of({(50, 50): 30, (150, 50): 10, (250, 50): 5})
    sizes = census({(50, 50): 60.0, (150, 50): 120.0}, name=SHAPE)
    published = census({(500, 500): 40.0}, size_m=1000, name=FLOOR)
    found, counts = with_floor_area(cells, published, sizes, parameters=PROPORTIONAL)
    assert found[FLOOR].tolist() == pytest.approx([32.0, 64.0, 40.0])
    assert found[f"{FLOOR}_status"].tolist() == ["imputed", "imputed", "unreliable"]
    assert (found[FLOOR] * found["residents"]).sum() / found["residents"].sum() == pytest.approx(40.0)
    assert (counts["floor_area_imputed"], counts["floor_area_coarse"]) == (2, 1)


def test_floor_area_per_resident_grows_slower_than_the_dwelling() -> None:
    # elasticity 0.5: shapes 8 and 12 for dwellings of 64 and 144 m²; mean 9 over 30 and 10 residents; 45 -> 40 and 60
    cells = cells_of({(50, 50): 30, (150, 50): 10})
    sizes = census({(50, 50): 64.0, (150, 50): 144.0}, name=SHAPE)
    published = census({(500, 500): 45.0}, size_m=1000, name=FLOOR)
    found, _ = with_floor_area(cells, published, sizes, parameters=parameters(residents__floor_area_elasticity=0.5))
    assert found[FLOOR].tolist() == pytest.approx([40.0, 60.0])


def test_communal_residents_have_no_share_in_the_level_of_floor_area() -> None:
    cells = cells_of({(50, 50): 30, (150, 50): 110}).assign(residents_communal=[0.0, 100.0])
    sizes = census({(50, 50): 60.0, (150, 50): 120.0}, name=SHAPE)
    found, _ = with_floor_area(
        cells, census({(500, 500): 40.0}, size_m=1000, name=FLOOR), sizes, parameters=PROPORTIONAL
    )
    assert found[FLOOR].tolist() == pytest.approx([32.0, 64.0])


def test_floor_area_at_1_km_without_dwellings_is_unreliable_and_coarser_says_nothing() -> None:
    cells = cells_of({(50, 50): 30})
    found, _ = with_floor_area(
        cells, census({(500, 500): 40.0}, size_m=1000, name=FLOOR), None, parameters=parameters()
    )
    assert found[[FLOOR, f"{FLOOR}_status"]].to_numpy().tolist() == [[40.0, "unreliable"]]
    coarse, _ = with_floor_area(
        cells, census({(500, 500): 40.0}, size_m=10_000, name=FLOOR), None, parameters=parameters()
    )
    assert coarse[f"{FLOOR}_status"].tolist() == ["missing"]
    none, _ = with_floor_area(cells, None, None, parameters=parameters())
    assert none[FLOOR].isna().all()


def test_the_internet_offer_is_that_of_the_required_speed() -> None:
    table = census({(50, 50): 0.4}, name="offered_100_share")
    table.table["offered_1000_share"] = 0.1
    cells = cells_of({(50, 50): 30, (150, 50): 30})
    found, counts = with_internet_offer(cells, table, parameters())
    assert found["internet_offer_share_status"].tolist() == ["ok", "missing"]
    assert found["internet_offer_share"].tolist()[0] == 0.4
    assert counts == {"cells_without_internet_offer": 1}
    faster, _ = with_internet_offer(cells, table, parameters(internet__required_mbit_s=1000))
    assert faster["internet_offer_share"].tolist()[0] == 0.1
    with pytest.raises(InputError, match="nothing about 50 Mbit/s"):
        with_internet_offer(cells, table, parameters(internet__required_mbit_s=50))


def test_ties_between_quarters_go_to_the_lowest_id_and_to_a_quarter_before_none() -> None:
    rows = pd.DataFrame(
        {
            "cell_key": [1, 1, 2, 2],
            "quarter_id": ["B", "A", "", "C"],
            "residents": [5.0, 5.0, 7.0, 7.0],
            "residents_communal": 0.0,
            "inside": [True, True, False, True],
        }
    )
    assert inhabited_cells(rows)["quarter_id"].tolist() == ["A", "C"]
    assert inhabited_cells(rows)["inside"].tolist() == [True, True]


# --- completeness


def judged(counts: dict[str, int], residents: float, **declared: Any) -> pd.DataFrame:
    rows = [{"category": name, "x_m": 1.0, "y_m": 1.0} for name, number in counts.items() for _ in range(number)]
    places = pd.DataFrame(rows, columns=["category", "x_m", "y_m"])
    ground = shapely.box(0, 0, 2, 2)
    found = categories(places, residents=residents, ground=ground, parameters=parameters(), **declared)
    return found.set_index("category")


def test_a_category_at_half_its_national_density_is_complete_and_below_it_is_unknown() -> None:
    # 0.45 general practitioners per 1000 residents: 45 expected among 100,000, half of it is 22.5
    assert judged({"gp": 23}, 100_000).loc["gp", ["status", "reason"]].tolist() == ["ok", "complete"]
    assert judged({"gp": 22}, 100_000).loc["gp", ["status", "reason"]].tolist() == ["missing", "sparse"]
    assert judged({"gp": 22}, 100_000).loc["gp", "n_expected"] == pytest.approx(45)


def test_where_few_are_expected_half_of_them_is_enough_and_fewer_are_unknown() -> None:
    # 4.5 expected among 10,000: half of it is 2.25
    assert judged({"gp": 3}, 10_000).loc["gp", ["status", "reason"]].tolist() == ["ok", "complete"]
    assert judged({"gp": 1}, 10_000).loc["gp", ["status", "reason"]].tolist() == ["missing", "sparse"]
    # exactly half: 1 of 2 expected
    assert judged({"food_full_range": 1}, 2 / 0.33 * 1000).loc["food_full_range", "reason"] == "complete"
    assert judged({"gp": 0}, 10_000).loc["gp", ["status", "reason"]].tolist() == ["missing", "absent"]


def test_whoever_runs_the_study_can_declare_a_category() -> None:
    found = judged({"gp": 0, "stop": 500}, 100_000, complete=["gp"], unknown=["stop"])
    assert found.loc["gp", ["status", "reason"]].tolist() == ["ok", "declared"]
    assert found.loc["stop", ["status", "reason"]].tolist() == ["missing", "declared"]
    with pytest.raises(InputError, match="did you mean 'pharmacy'"):
        judged({}, 1000, complete=["pharmacies"])
    with pytest.raises(InputError, match="declared complete and unknown"):
        judged({}, 1000, complete=["gp"], unknown=["gp"])


def test_schools_of_unspecified_level_stand_in_only_where_they_are_enough() -> None:
    # 18 primary schools expected among 100,000: 9 are enough
    used = judged({"primary_school": 2, "school_unspecified": 8}, 100_000).loc["primary_school"]
    assert used[["status", "reason", "n_places"]].tolist() == ["imputed", "fallback", 10]
    few = judged({"primary_school": 2, "school_unspecified": 5}, 100_000).loc["primary_school"]
    assert few[["status", "reason", "n_places"]].tolist() == ["missing", "sparse", 2]
    small_town = judged({"primary_school": 1, "school_unspecified": 5}, 21_000).loc["primary_school"]
    assert small_town[["status", "reason", "n_places"]].tolist() == ["imputed", "fallback", 6]
    enough = judged({"primary_school": 9, "school_unspecified": 5}, 100_000).loc["primary_school"]
    assert enough[["status", "reason", "n_places"]].tolist() == ["ok", "complete", 9]


def test_places_beyond_the_ground_do_not_make_a_category_complete() -> None:
    places = pd.DataFrame({"category": ["gp"] * 50, "x_m": 9.0, "y_m": 1.0})
    found = categories(places, residents=1e5, ground=shapely.box(0, 0, 2, 2), parameters=parameters())
    assert found.set_index("category").loc["gp", "reason"] == "absent"


def test_stand_in_schools_become_primary_schools_of_the_area() -> None:
    places = [{"facility_id": "osm:n1", "category": "school_unspecified", "name": "Schule", "status": "imputed"}]
    osm = extract(
        buildings=buildings(HOMES),
        facilities=facilities([p | {"geometry": shapely.Point(EAST, NORTH)} for p in places]),
    )
    built = build(osm=osm)
    assert built.facilities[["facility_id", "category", "status"]].to_numpy().tolist() == [
        ["osm:n1", "primary_school", "imputed"]
    ]
    assert "category_fallback_primary_school" in set(built.notes["code"])
    assert built.categories["category"].tolist() == sorted(built.categories["category"])


# --- the whole


def test_a_tiny_area_holds_every_table_and_says_what_it_does_not_know() -> None:
    lines = [
        [(EAST, NORTH + 500.0), (EAST + 900.0, NORTH + 500.0)],
        [(EAST + 500.0, NORTH), (EAST + 500.0, NORTH + 900)],
    ]
    road = ways(lines, GRID, highway=["residential", "footway"], name=["Hauptstraße", ""])
    rail = {"line_id": "osm:w60", "kind": "rail", "geometry": shapely.boundary(square(-50, -50, 700))}
    osm = extract(
        buildings=buildings(HOMES),
        greens=greens([{"green_id": "osm:w50", "name": "Stadtpark", "geometry": square(510, 510, 100)}], GRID),
        barriers=barriers([rail], GRID),
        water=water([{"water_id": "osm:w70", "geometry": square(300, 100, 60)}], GRID),
        **road,
    )
    built = build(osm=osm)
    assert built.crs == UTM
    assert built.greens["green_id"].tolist() == ["osm:w50"]
    assert not built.green_entrances.empty
    assert built.crossings["kind"].unique().tolist() == ["rail"]
    assert built.base["kind"].tolist() == ["green", "water", "rail", "path", "road"]
    assert built.base[["kind", "name"]].to_numpy().tolist()[-1] == ["road", "Hauptstraße"]
    drawn = built.background[["kind", "name", "zoom"]].drop_duplicates().to_numpy().tolist()
    assert drawn == [
        ["green", "", 6], ["water", "", 6], ["building", "", 13], ["path", "", 14], ["road", "Hauptstraße", 12],
        ["rail", "", 8],
    ]  # fmt: skip
    assert (built.background["kind"] == "building").sum() == len(HOMES)
    assert {"no_floor_area", "no_broadband", "category_absent_gp"} <= set(built.notes["code"])
    assert all(text and "{" not in text for text in [*built.notes["text_de"], *built.notes["text_en"]])
    assert {frame.crs.to_string() for frame in (built.greens, built.base, built.barriers, built.crossings)} == {UTM}


def test_every_note_is_said_in_both_languages_with_the_same_numbers() -> None:
    for code, text in {**_texts()["note"], **_texts()["category"]}.items():
        assert set(re.findall(r"{\w+}", text["de"])) == set(re.findall(r"{\w+}", text["en"])), code


def test_people_in_notes_are_rounded_because_notes_are_published() -> None:
    built = build(population=census({(50, 50): 10, (350, 50): 13}))
    assert built.notes.set_index("code").loc["residents_at_cell_centre", "count"] == 10


def test_an_extract_without_streets_is_refused() -> None:
    osm = extract(buildings=buildings(HOMES))
    with pytest.raises(InputError, match="no walkable way"):
        build(osm=replace(osm, ways=osm.ways.assign(walkable=False)))
    with pytest.raises(InputError, match="covers no area"):
        build(osm=replace(osm, extent=(np.nan,) * 4))
    with pytest.raises(InputError, match="covers no area"):
        build(osm=replace(osm, extent=(8.0, 50.0, 8.0, 50.0)))


def test_inputs_are_not_changed() -> None:
    osm = extract(buildings=buildings(HOMES))
    before = (osm.buildings.copy(), PEOPLE.table.copy(), dict(osm.counts))
    build(osm=osm)
    pd.testing.assert_frame_equal(before[0], osm.buildings)
    pd.testing.assert_frame_equal(before[1], PEOPLE.table)
    assert before[2] == osm.counts
