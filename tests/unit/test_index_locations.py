import numpy as np
import pytest
import shapely

from nahraum.index.contiguity import near_pairs
from nahraum.index.locations import compactness, stability
from six_cells import EAST, NO_GREEN, NO_NET, NO_SPACE, NO_SUPPLY, NORTH, analysed, key, lines

BAD = {**NO_SPACE, **NO_GREEN}
RAIL = ("osm:w9", "rail", shapely.LineString([(100, -500), (100, 500)]))


def at(*cells: tuple[int, int], **more) -> list[dict]:
    return [{"cell": cell, **BAD, **more} for cell in cells]


def ids(*cells: tuple[int, int]) -> list[str]:
    return [f"L{key(cell)}" for cell in cells]


def test_cells_up_to_100_m_apart_are_one_location_and_farther_ones_two() -> None:
    assert analysed(at((0, 0), (2, 1))).result.locations["location_id"].tolist() == ids((0, 0))
    assert analysed(at((0, 0), (3, 0))).result.locations["location_id"].tolist() == ids((0, 0), (3, 0))
    # squares that are 100 m apart both ways are 141 m apart
    assert len(analysed(at((0, 0), (2, 2))).result.locations) == 2


def test_near_pairs_are_found_in_every_direction_once() -> None:
    keys = np.sort([key(cell) for cell in [(5, 5), (3, 5), (7, 5), (4, 4), (6, 4), (5, 7), (6, 7)]])
    pairs = near_pairs(keys, gap_m=100.0)
    assert len(np.unique(pairs, axis=0)) == len(pairs)
    centre = int(np.searchsorted(keys, key((5, 5))))
    assert len(pairs[(pairs == centre).any(axis=1)]) == 6


def test_a_railway_without_a_crossing_parts_a_location() -> None:
    people = at((0, 0), (1, 0))
    assert len(analysed(people, barriers=lines(RAIL)).result.locations) == 2
    far = lines(("osm:w9", "rail", shapely.Point(100, 400)))
    assert len(analysed(people, barriers=lines(RAIL), crossings=far).result.locations) == 2


def test_a_crossing_nearby_joins_it_again_but_only_one_of_the_same_kind() -> None:
    people = at((0, 0), (1, 0))
    bridge = lines(("osm:w9", "rail", shapely.Point(100, 180)))
    assert len(analysed(people, barriers=lines(RAIL), crossings=bridge).result.locations) == 1
    over_a_brook = lines(("osm:w7", "water", shapely.Point(100, 50)))
    assert len(analysed(people, barriers=lines(RAIL), crossings=over_a_brook).result.locations) == 2


def test_a_large_road_is_no_barrier_between_homes() -> None:
    road = lines(("osm:w9", "major_road", RAIL[2]))
    assert len(analysed(at((0, 0), (1, 0)), barriers=road).result.locations) == 1


def test_the_barrier_counts_where_people_live_not_where_the_cell_has_its_centre() -> None:
    # the railway runs through the second cell, but its people live on the near side of it
    rail = lines(("osm:w9", "rail", shapely.LineString([(140, -500), (140, 500)])))
    people = [*at((0, 0)), *at((1, 0), x=EAST + 120.0)]
    assert len(analysed(people, barriers=rail).result.locations) == 1
    assert len(analysed([*at((0, 0)), *at((1, 0), x=EAST + 160.0)], barriers=rail).result.locations) == 2


def test_quarter_borders_do_not_part_a_location() -> None:
    people = [*at((0, 0), residents=30.0), *at((1, 0), quarter="B", residents=70.0)]
    row = analysed(people).result.locations.iloc[0]
    assert row["quarter_ids"] == "B; A" and row["quarter_names"] == "Quartier B; Quartier A"
    assert row["name"] == "Quartier B"


def test_compactness_of_a_square_and_of_a_strip() -> None:
    found = compactness(np.array([10_000.0, 30_000.0]), np.array([400.0, 800.0]))
    assert found.tolist() == pytest.approx([np.pi / 4, 4 * np.pi * 3 / 64])


def test_a_location_tells_residents_hectares_combination_and_shape() -> None:
    row = analysed().result.locations.set_index("location_id").loc[ids((0, 0))[0]]
    assert (row["residents"], row["several_known_residents"], row["hectares"]) == (150.0, 150.0, 2.0)
    assert row["compactness"] == pytest.approx(4 * np.pi * 2 / 36)
    assert row["combination"] == "living_space+green"
    assert row["combination_name_en"] == "living space + green (inner-city pattern)"


def test_the_combination_is_that_of_most_residents_with_several_lacks() -> None:
    people = [{"residents": 40.0, **NO_SUPPLY, **NO_NET}, {"residents": 35.0, **BAD}, {"residents": 25.0, **NO_GREEN}]
    people = [person | {"offer": 0.0, "floor": 25.0} for person in people]
    found = analysed(people).result.locations
    assert found["combination"].tolist() == ["living_space+green+internet"]


def test_small_settlements_are_listed_not_dropped() -> None:
    found = analysed([*at((0, 0), residents=299.0), *at((9, 9), residents=300.0)]).result
    assert found.locations["settlement"].tolist() == [True, False]
    assert found.settlements_small["location_id"].tolist() == ids((0, 0))


def test_nearest_missing_services_by_name() -> None:
    people = [{**BAD, **NO_SUPPLY, "gp": 1400.0, "residents": 30.0}, {**BAD, "gp": 900.0, "residents": 10.0}]
    table = analysed(people).result.location_services.set_index("service")
    assert sorted(table.index) == ["food_full_range", "gp", "green"]
    assert table.loc["gp", ["nearest_name", "distance_m"]].tolist() == ["Haus gp", 1400.0]
    assert table.loc["green", ["prerequisite", "nearest_name"]].tolist() == ["green", "Stadtpark"]


def test_a_service_that_is_mapped_too_thinly_is_not_called_missing() -> None:
    table = analysed([{**BAD, "gp": 3000.0}], categories={"gp": "missing"}).result.location_services
    assert table["service"].tolist() == ["green"]


def test_locations_of_one_quarter_are_told_apart_by_their_street_or_a_number() -> None:
    people = [*at((0, 0), residents=20.0), *at((5, 0), residents=30.0), *at((9, 0), residents=10.0)]
    street = lines(("Lindenstraße", "road", shapely.LineString([(500, 20), (600, 20)])))
    names = analysed(people, base=street).result.locations["name"]
    assert names.tolist() == ["Quartier A (1)", "Quartier A, Lindenstraße", "Quartier A (2)"]


def test_stability_is_the_share_of_variants_weighted_by_residents() -> None:
    found = analysed().result
    in_target = found.cells.set_index("cell_key")["in_target_share"]
    first, second = in_target[key((0, 0))], in_target[key((1, 0))]
    row = found.locations.set_index("location_id").loc[ids((0, 0))[0]]
    assert row["stability"] == pytest.approx((100 * first + 50 * second) / 150)
    assert (second, row["core_residents"]) == (1.0, 50.0)
    cells = found.cells
    again = stability(cells["in_target_share"], cells["residents"], cells["location_id"])
    assert again[ids((0, 0))[0]] == pytest.approx(row["stability"])


def test_a_town_without_any_location_has_empty_tables_of_the_same_shape() -> None:
    none, some = analysed([{}]).result, analysed().result
    assert none.locations.dtypes.astype(str).to_dict() == some.locations.dtypes.astype(str).to_dict()
    assert none.location_services.dtypes.to_dict() == some.location_services.dtypes.to_dict()
    assert len(none.locations) == len(none.location_services) == 0
    assert none.cells["location_id"].tolist() == [""]


def test_a_location_lies_where_its_cells_lie() -> None:
    row = analysed(at((3, 4))).result.locations.iloc[0]
    assert row.geometry.bounds == (EAST + 300, NORTH + 400, EAST + 400, NORTH + 500)
