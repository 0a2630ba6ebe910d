"""Public space, play and green by several standards: values by hand, on one street with three addresses."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from nahraum.access.open_space import NO, UNKNOWN, YES, Surroundings, WayLengths, calm_streets, lit_ways, step_free_ways
from nahraum.area.public_space import WAY_TEXTS, OpenSpace
from nahraum.frames import MICRO
from nahraum.indicators import private_open_space
from nahraum.indicators.further import Setting
from nahraum.indicators.private_open_space import open_ground_ratio
from nahraum.indicators.themes import green, play, public_space
from nahraum.parameters import Parameters
from nahraum.publish.disclosure import rules_of
from nahraum.publish.rounding import rounded_means
from tiny_studies import EAST, NORTH, study_area
from tiny_walks import CRS, net

KINDS = ("public_space", "bench", "toilets", "drinking_water", "tree", "playground")
HOMES = {"a": (EAST, NORTH + 10, 10.0), "b": (EAST + 400, NORTH + 10, 20.0), "c": (EAST + 1000, NORTH + 10, 5.0)}


def street():
    """One street of 1 km along y = 0 with a node every 100 m: way 1 to the middle, way 2 from there."""
    return net({i: (EAST + 100.0 * i, NORTH) for i in range(11)}, [(i, i + 1, 1 + i // 5) for i in range(10)])


def box(x: float, y: float, side: float) -> shapely.Polygon:
    return shapely.box(EAST + x, NORTH + y, EAST + x + side, NORTH + y + side)


def ways(*rows: dict) -> pd.DataFrame:
    """What is mapped of each way."""
    usual = dict.fromkeys(WAY_TEXTS, "") | {"highway": "residential", "steps": False}
    return pd.DataFrame([{"way_id": at + 1} | usual | row for at, row in enumerate(rows)])


def frame(rows: list[dict], columns: list[str]) -> gpd.GeoDataFrame:
    table = pd.DataFrame(rows, columns=[*columns, "geometry"])
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(table["geometry"].to_list(), crs=CRS), crs=CRS)


def space(spaces=(), plays=(), furniture=(), tags=({}, {}), greens=(), woods=(), sparse=()) -> OpenSpace:
    """The open space of the street.

    spaces: id, kind, x, y, side; plays: id, playground, play_m2, room_m2, x; furniture: kind, x; greens: id, area, x.
    """
    corners = [(n, x + dx, y + dy) for n, _, x, y, s in spaces for dx, dy in ((0, 0), (s, 0), (s, s), (0, s))]
    corners += [(n, x, 0.0) for n, _, _, _, x in plays]
    points = pd.DataFrame(
        {
            "point_id": [f"{n}@{at}" for at, (n, _, _) in enumerate(corners)], "place_id": [n for n, _, _ in corners],
            "x_m": [EAST + x for _, x, _ in corners], "y_m": [NORTH + y for _, _, y in corners],
        }
    ).astype({"x_m": float, "y_m": float})  # fmt: skip
    return OpenSpace(
        spaces=frame(
            [
                {"space_id": n, "kind": k, "name": "", "area_m2": float(s * s), "geometry": box(x, y, s)}
                for n, k, x, y, s in spaces
            ],
            ["space_id", "kind", "name", "area_m2"],
        ),
        play=frame(
            [
                {"play_id": n, "playground": p, "name": "", "play_m2": m, "room_m2": r, "geometry": box(x, 0, 1)}
                for n, p, m, r, x in plays
            ],
            ["play_id", "playground", "name", "play_m2", "room_m2"],
        ).astype({"playground": bool, "play_m2": float, "room_m2": float}),
        points=points,
        furniture=pd.DataFrame(
            {
                "furniture_id": [f"f{at}" for at in range(len(furniture))],
                "kind": [k for k, _ in furniture],
                "x_m": [EAST + float(x) for _, x in furniture],
                "y_m": NORTH,
            }
        ),
        woods=frame([{"geometry": box(x, 0, 10)} for x in woods], []),
        ways=ways(*tags),
        mapped=pd.DataFrame(
            {
                "kind": KINDS,
                "n_places": 1,
                "per_1000_residents": 0.5,
                "minimum_per_1000": 1.0,
                "status": ["missing" if kind in sparse else "ok" for kind in KINDS],
                "reason": "complete",
            }
        ),
        greens=frame(
            [{"green_id": n, "name": "", "area_m2": m, "geometry": box(x, 0, 10)} for n, m, x in greens],
            ["green_id", "name", "area_m2"],
        ),
        green_entrances=pd.DataFrame(
            {
                "entrance_id": [f"{n}#1" for n, _, _ in greens],
                "green_id": [n for n, _, _ in greens],
                "x_m": [EAST + float(x) for _, _, x in greens],
                "y_m": NORTH,
            }
        ),
    )


def setting(open_space: OpenSpace | None, homes=None, **values) -> Setting:
    area = replace(study_area(homes or HOMES), open_space=open_space)
    usual = {"attach.component_minimum_m": 150.0}
    return Setting(area, street(), pd.DataFrame(), Parameters(usual | values))


def told(module, open_space: OpenSpace, name: str, homes=None, **values) -> tuple[list[float], list[str]]:
    """Values and statuses of one indicator."""
    table = module.address_values(setting(open_space, homes, **values))
    return table[name].tolist(), table[f"{name}_status"].astype(str).tolist()


SQUARE = ("s", "square", 200.0, 20.0, 20.0)  # 400 m²; its corner is 230 m from a, 210 m from b, 810 m from c


def test_public_space_m2_per_resident_300m_divides_the_square_by_all_who_live_within_300_m():
    found = told(public_space, space([SQUARE]), "public_space_m2_per_resident_300m")
    assert found == ([40.0, 20.0, 0.0], ["ok", "ok", "ok"])  # 400/10, 400/20; c reaches none: known to be none
    area, residents = np.array([400.0, 5.0]), np.array([20.0, 0.0])
    assert public_space.public_space_m2_per_resident_300m(area, residents).tolist()[0] == 20.0


def test_public_space_m2_per_resident_500m_counts_the_neighbour_at_420_m():
    values, _ = told(public_space, space([SQUARE]), "public_space_m2_per_resident_500m")
    assert values == pytest.approx([400 / 30, 400 / 30, 0.0])


def test_public_space_counts_at_most_the_cap_and_only_the_kinds_asked_for():
    street_piece = ("t", "living_street", 0.0, 0.0, 10.0)
    name = "public_space_m2_per_resident_300m"
    both = space([SQUARE, street_piece])
    assert told(public_space, both, name)[0][0] == 50.0
    assert told(public_space, both, name, **{"public_space.usable_area_cap_m2": 100.0})[0][0] == 20.0
    assert told(public_space, both, name, **{"public_space.counted_kinds": ["square"]})[0][0] == 40.0


def test_public_space_distance_m_leads_to_a_square_not_to_a_living_street():
    found = space([SQUARE, ("t", "living_street", 0.0, 0.0, 10.0)])
    assert told(public_space, found, "public_space_distance_m") == ([230.0, 210.0, 810.0], ["ok"] * 3)
    assert told(public_space, space(), "public_space_distance_m")[1] == ["unreachable"] * 3
    assert told(public_space, space(sparse=("public_space",)), "public_space_distance_m")[1] == ["missing"] * 3


def test_benches_within_300m_are_counted_on_foot_and_unknown_where_few_are_mapped():
    things = [("bench", 0), ("bench", 100), ("bench", 290), ("bench", 291), ("bench", 1000)]
    assert told(public_space, space(furniture=things), "benches_within_300m") == ([3.0, 2.0, 1.0], ["ok"] * 3)
    values, statuses = told(public_space, space(furniture=things, sparse=("bench",)), "benches_within_300m")
    assert np.isnan(values).all() and statuses == ["missing"] * 3


def test_toilet_distance_m_is_an_upper_bound_where_few_are_mapped():
    things = space(furniture=[("toilets", 500)], sparse=("toilets",))
    assert told(public_space, things, "toilet_distance_m") == ([510.0, 110.0, 510.0], ["unreliable"] * 3)


def test_drinking_water_distance_m_is_unknown_where_none_is_mapped():
    none = space(sparse=("drinking_water",))
    assert told(public_space, none, "drinking_water_distance_m")[1] == ["missing"] * 3
    there = space(furniture=[("drinking_water", 400)])
    assert told(public_space, there, "drinking_water_distance_m")[0] == [410.0, 10.0, 610.0]


def test_lit_way_share_300m_is_the_lit_length_of_what_is_mapped():
    name = "lit_way_share_300m"
    # a meets 300 m of way 1; b 400 m of way 1 and 200 m of way 2; c 300 m of way 2
    assert told(public_space, space(tags=({"lit": "yes"}, {"lit": "no"})), name)[0] == pytest.approx([1.0, 2 / 3, 0.0])
    values, statuses = told(public_space, space(tags=({"lit": "yes"}, {})), name)
    assert values[:2] == [1.0, 1.0] and np.isnan(values[2])  # of b's ways two thirds are known, of c's none
    assert statuses == ["ok", "ok", "missing"]
    strict = told(public_space, space(tags=({"lit": "yes"}, {})), name, **{"public_space.known_share_minimum": 0.7})
    assert strict[1] == ["ok", "missing", "missing"]


def test_step_free_share_300m_leaves_out_what_is_not_known():
    name = "step_free_share_300m"
    flight = {"highway": "steps", "steps": True}
    assert told(public_space, space(tags=({"surface": "asphalt"}, flight)), name)[0] == pytest.approx([1.0, 2 / 3, 0.0])
    assert told(public_space, space(tags=({}, {"surface": "asphalt"})), name)[1] == ["missing", "missing", "ok"]


def test_living_street_share_300m_is_a_share_of_streets_only():
    name = "living_street_share_300m"
    tags = ({"highway": "living_street"}, {"highway": "residential"})
    assert told(public_space, space(tags=tags), name)[0] == pytest.approx([1.0, 2 / 3, 0.0])
    values, statuses = told(public_space, space(tags=({"highway": "living_street"}, {"highway": "footway"})), name)
    assert values[:2] == [1.0, 1.0] and statuses == ["ok", "ok", "undetermined"]


def test_playground_under_6_distance_m_is_unreliable_where_the_nearest_has_no_size():
    plays = [("p", True, 600.0, 600.0, 300.0), ("q", True, np.nan, np.nan, 900.0), ("r", True, 100.0, 100.0, 0.0)]
    name = "playground_under_6_distance_m"
    assert told(play, space(plays=plays), name) == ([310.0, 110.0, 110.0], ["ok", "ok", "unreliable"])
    sure, perhaps = pd.Series([300.0, np.nan]), pd.Series([200.0, np.nan])
    assert play.playground_under_6_distance_m(sure, perhaps).tolist()[0] == 200.0


def test_playground_under_6_share_is_unknown_where_only_a_playground_without_size_is_near():
    plays = [("p", True, 600.0, 600.0, 300.0), ("q", True, np.nan, np.nan, 900.0), ("r", False, np.nan, 9e3, 0.0)]
    values, statuses = told(play, space(plays=plays), "playground_under_6_share")
    assert values[:2] == [0.0, 1.0] and np.isnan(values[2])  # 310 m, 110 m; 110 m to one that may be too small
    assert statuses == ["ok", "ok", "undetermined"]


def test_playground_from_6_to_11_distance_m_counts_the_room_around():
    plays = [("p", True, 600.0, 600.0, 0.0), ("q", True, 600.0, 8000.0, 500.0), ("r", False, np.nan, 6000.0, 900.0)]
    assert told(play, space(plays=plays), "playground_from_6_to_11_distance_m")[0] == [510.0, 110.0, 110.0]
    assert play.playground_from_6_to_11_distance_m(pd.Series([5.0]), pd.Series([np.nan])).tolist() == [5.0]


def test_playground_from_6_to_11_share_asks_for_400_m():
    plays = [("q", True, 600.0, 8000.0, 500.0)]
    assert told(play, space(plays=plays), "playground_from_6_to_11_share")[0] == [0.0, 1.0, 0.0]  # 510, 110, 510 m


def test_playground_from_12_distance_m_asks_for_a_hectare():
    plays = [("p", True, 600.0, 9999.0, 0.0), ("q", True, np.nan, 10000.0, 700.0)]
    assert told(play, space(plays=plays), "playground_from_12_distance_m") == ([710.0, 310.0, 310.0], ["ok"] * 3)


def test_playground_from_12_share_is_unknown_where_playgrounds_are_hardly_mapped():
    plays = [("q", True, 600.0, 20000.0, 0.0)]
    assert told(play, space(plays=plays), "playground_from_12_share")[0] == [1.0, 1.0, 0.0]  # 10, 410, 1010 m
    assert told(play, space(plays=plays, sparse=("playground",)), "playground_from_12_share")[1] == ["missing"] * 3


GREENS = [("small", 6000.0, 300.0), ("hectare", 12000.0, 600.0), ("large", 150000.0, 1000.0)]
# in a straight line from the addresses: a 300, 600, 1000 m; b 90, 200, 600 m; c 690, 390, 0 m


def test_who_europe_green_share_is_measured_in_a_straight_line():
    assert told(green, space(greens=GREENS), "who_europe_green_share") == ([1.0, 1.0, 1.0], ["ok"] * 3)
    farther = [("small", 6000.0, 301.0)]
    assert told(green, space(greens=farther), "who_europe_green_share")[0] == [0.0, 1.0, 0.0]


def test_ioer_green_share_asks_for_a_hectare():
    assert told(green, space(greens=GREENS), "ioer_green_share")[0] == [0.0, 1.0, 1.0]


def test_ioer_daily_share_asks_for_both_tiers():
    assert told(green, space(greens=GREENS), "ioer_daily_share")[0] == [0.0, 1.0, 1.0]
    assert told(green, space(greens=GREENS[:2]), "ioer_daily_share")[0] == [0.0, 0.0, 0.0]
    assert green.ioer_daily_share(np.array([[True, False], [True, True]])).tolist() == [0.0, 1.0]


def test_berlin_near_share_is_measured_on_foot():
    assert told(green, space(greens=GREENS), "berlin_near_share")[0] == [1.0, 1.0, 1.0]  # 310, 110, 10 m
    assert told(green, space(greens=GREENS[1:2]), "berlin_near_share")[0] == [0.0, 1.0, 1.0]  # 610, 210, 410 m


def test_berlin_district_share_asks_for_ten_hectares_within_1000_m_on_foot():
    assert told(green, space(greens=GREENS), "berlin_district_share")[0] == [0.0, 1.0, 1.0]  # 1010, 610, 10 m


def test_rule_300_share_counts_the_leg_to_the_street():
    assert told(green, space(greens=GREENS), "rule_300_share")[0] == [0.0, 1.0, 1.0]  # 310 m on foot, 300 m straight


def test_berlin_near_green_m2_shares_each_green_among_all_who_reach_it_without_a_cap():
    # small: a 310, b 110 → 30 persons; hectare: b 210, c 410 → 25; large: c 10 → 5 (150,000 m², above any cap)
    expected = [6000 / 30, 6000 / 30 + 12000 / 25, 12000 / 25 + 150000 / 5]
    assert told(green, space(greens=GREENS), "berlin_near_green_m2")[0] == pytest.approx(expected)


def test_green_10ha_distance_m_leads_to_an_entrance():
    assert told(green, space(greens=GREENS), "green_10ha_distance_m")[0] == [1010.0, 610.0, 10.0]
    assert told(green, space(greens=GREENS[:1]), "green_10ha_distance_m")[1] == ["unreachable"] * 3
    assert told(green, space(), "green_10ha_distance_m")[1] == ["missing"] * 3  # no green mapped at all


def test_three_trees_share_takes_a_wood_for_three_and_sparse_mapping_for_nothing():
    trees = [("tree", 0), ("tree", 5), ("tree", 28), ("tree", 400)]  # within 30 m of a: 10.0, 11.2, 29.7 m
    found = space(furniture=trees, woods=(1015.0,))
    assert told(green, found, "three_trees_share") == ([1.0, 0.0, 1.0], ["ok"] * 3)
    assert told(green, space(furniture=trees, sparse=("tree",)), "three_trees_share")[1] == ["missing"] * 3


CIRCLE_M2 = 8 * 75.0**2 * np.sin(np.pi / 8)  # sixteen corners: 17,221 m²


def housed(*houses: tuple[float, float, float, bool], greens=()) -> Setting:
    """The street with houses (x, footprint, storeys, storeys mapped)."""
    found = setting(space())
    stock = pd.DataFrame(houses, columns=["x_m", "footprint_m2", "storeys", "storeys_mapped"]).assign(y_m=NORTH)
    stock["x_m"] += EAST
    area = replace(found.area, buildings=stock)
    if greens:
        area = replace(area, greens=gpd.GeoDataFrame({"green_id": range(len(greens))}, geometry=list(greens), crs=CRS))
    return replace(found, area=area)


def test_private_open_space_low_share_is_type_one_as_in_a_perimeter_block():
    block = housed((0, 6000.0, 4.0, True), (400, 6000.0, 2.0, True), (1000, 100.0, 2.0, True))
    ratio, assumed = open_ground_ratio(block)
    expected = [(CIRCLE_M2 - 6000) / 24000, (CIRCLE_M2 - 6000) / 12000, (CIRCLE_M2 - 100) / 200]  # 0.47, 0.94, 86
    assert ratio.tolist() == pytest.approx(expected) and not assumed.any()
    table = green.address_values(block)
    assert table["private_open_space_low_share"].tolist() == [1.0, 0.0, 0.0]


def test_private_open_space_medium_share_lies_between_the_thresholds():
    ratio = pd.Series([0.69, 0.7, 1.99, 2.0, np.nan])
    found = private_open_space.private_open_space_medium_share(ratio, low=0.7, high=2.0)
    assert found.tolist()[:4] == [0.0, 1.0, 1.0, 0.0] and np.isnan(found[4])


def test_private_open_space_high_share_leaves_public_green_out():
    park = shapely.box(EAST - 100, NORTH - 200, EAST + 200, NORTH + 200)
    table = green.address_values(housed((0, 500.0, 2.0, True), (400, 500.0, 2.0, False), greens=(park,)))
    assert table["private_open_space_high_share"].tolist()[:2] == [0.0, 1.0]  # all ground around a is the park
    assert table["private_open_space_high_share_status"].astype(str).tolist() == ["ok", "imputed", "undetermined"]


def test_private_open_space_is_not_computed_where_buildings_are_hardly_mapped():
    assert "private_open_space_low_share" not in green.address_values(setting(space()))


def test_at_the_edge_ways_are_kept_and_nobody_is_judged():
    homes = {"rim": HOMES["a"], "z": HOMES["b"]}
    found = told(public_space, space([SQUARE]), "public_space_distance_m", homes)
    assert found == ([230.0, 210.0], ["edge", "ok"])
    values, statuses = told(green, space(greens=GREENS), "rule_300_share", homes)
    assert np.isnan(values[0]) and statuses == ["edge", "ok"]


def test_an_address_without_a_way_is_unknown_but_still_at_home():
    homes = {"a": HOMES["a"], "far": (EAST + 300.0, NORTH + 600.0, 7.0)}
    found = space([SQUARE], greens=[("g", 6000.0, 300.0)])
    values, statuses = told(public_space, found, "public_space_m2_per_resident_300m", homes)
    assert values[0] == 40.0 and np.isnan(values[1]) and statuses == ["ok", "unreachable"]
    assert told(green, found, "rule_300_share", homes)[1] == ["ok", "unreachable"]
    assert told(green, found, "who_europe_green_share", homes)[1] == ["ok", "ok"]  # a straight line needs no way


def test_without_public_space_there_is_no_column():
    for theme in (green, play, public_space):
        assert theme.address_values(setting(None)) is None and theme.notes(setting(None)) == []


def test_what_is_mapped_too_sparsely_is_said_with_how_sparsely():
    found = setting(space(sparse=("bench", "tree", "playground")))
    codes = [note[0] for theme in (green, public_space, play) for note in theme.notes(found)]
    assert codes == ["sparse_tree", "sparse_bench", "sparse_playground"]
    german = green.notes(found)[0][2]
    assert german.startswith("Zu wenige erfasste Bäume: 1 (0,50 je 1000 Einwohner; nötig 1).")


def test_values_follow_the_rows_of_the_addresses_whatever_their_order():
    found = setting(space([SQUARE], greens=GREENS, furniture=[("bench", 0)]))
    turned = replace(found, area=replace(found.area, addresses=found.area.addresses.iloc[::-1].reset_index(drop=True)))
    for theme in (green, public_space):
        one, other = theme.address_values(found), theme.address_values(turned)
        pd.testing.assert_frame_equal(one, other.iloc[::-1].reset_index(drop=True))


def test_what_a_way_says_of_light_steps_and_calm():
    flight = {"steps": True, "highway": "steps", "ramp_wheelchair": "yes", "surface": "asphalt"}
    table = ways(
        {"lit": "yes"}, {"lit": "no"}, {}, {"lit": "24/7", "surface": "sett"}, {"surface": "sand"},
        {"wheelchair": "no"}, flight, {"highway": "living_street"}, {"highway": "path"},
    )  # fmt: skip
    assert lit_ways(table).tolist() == [YES, NO, UNKNOWN, YES, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]
    free = step_free_ways(table, Parameters()).tolist()
    assert free == [UNKNOWN, UNKNOWN, UNKNOWN, YES, NO, NO, YES, UNKNOWN, UNKNOWN]
    assert calm_streets(table, Parameters()).tolist() == [NO, NO, NO, NO, NO, NO, UNKNOWN, YES, UNKNOWN]


def test_shares_of_no_ways_are_unknown():
    share, known = WayLengths(np.zeros((1, 3, 3, 3))).share(1)
    assert np.isnan(share).all() and np.isnan(known).all()


def test_a_way_that_nobody_described_is_unknown_not_an_error():
    around = Surroundings(SimpleNamespace(), space(), Parameters())
    assert around.space.said_of("bench") == "ok"
    found = setting(space(tags=({"lit": "yes"},)))  # way 2 of the network stands in no table
    assert public_space.address_values(found)["lit_way_share_300m_status"].astype(str).tolist() == [
        "ok",
        "ok",
        "missing",
    ]


def test_published_means_of_ways_are_told_in_steps_worth_five_persons():
    rules = rules_of(Parameters())
    frame = pd.DataFrame({"lit_way_share_300m": [0.4567, 0.4567], "public_space_distance_m": [456.7, 456.7]})
    told = rounded_means(frame, np.array([20_000, 100]) * MICRO, rules)
    assert told["lit_way_share_300m"].tolist() == [0.46, 0.45]  # steps of 0.01 and 0.05
    assert told["public_space_distance_m"].tolist() == [457.0, 450.0]  # steps of 1 m and 50 m
