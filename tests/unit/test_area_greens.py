"""Public green: what is one green, what is large enough, and where one can walk in."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.ops import substring

from nahraum.area.barriers import crossings, study_obstacles
from nahraum.area.entrances import green_entrances
from nahraum.area.footways import foot_network
from nahraum.area.greens import dissolved_greens, of_minimum_size, public_pieces
from nahraum.area.space import way_lines
from nahraum.area.stretches import stretches
from nahraum.sources.osm.extract import OsmExtract
from tiny_areas import (
    UTM,
    X,
    Y,
    barriers,
    buildings,
    extent_around,
    extract,
    gates,
    greens,
    parameters,
    utm_box,
    water,
    ways,
)

GROUND = utm_box(-2000, -2000, 4000)


def line(*points: tuple[float, float]) -> shapely.Geometry:
    return shapely.LineString([(X + x, Y + y) for x, y in points])


def path(*points: tuple[float, float]) -> list[tuple[float, float]]:
    return [(X + x, Y + y) for x, y in points]


def town(
    parks: list[dict[str, Any]], lines: list[list[tuple[float, float]]] | None = None, **tables: Any
) -> OsmExtract:
    tags = tables.pop("tags", {})
    street = ways(lines or [path((-500, -500), (-400, -500))], **tags)
    return extract(greens=greens(parks), extent=extent_around(GROUND, UTM, 10), **street, **tables)


def dissolved(osm: OsmExtract, **overrides: Any) -> gpd.GeoDataFrame:
    settings = parameters(**overrides)
    pieces, _ = public_pieces(osm, GROUND, crs=UTM)
    return dissolved_greens(pieces, study_obstacles(osm, GROUND, crs=UTM), settings)[0]


def entrances(osm: OsmExtract, **overrides: Any) -> pd.DataFrame:
    settings = parameters(**overrides)
    runs, lines = way_lines(osm, UTM)
    network = foot_network(osm, runs, lines, crs=UTM)
    found, _ = green_entrances(
        dissolved(osm, **overrides), network, study_obstacles(osm, GROUND, crs=UTM), parameters=settings
    )
    return found.assign(x=(found["x_m"] - X).round(0) + 0.0, y=(found["y_m"] - Y).round(0) + 0.0)


def park(number: int, shape: shapely.Geometry, **tags: Any) -> dict[str, Any]:
    return {"green_id": f"osm:w{number}", "geometry": shape} | tags


WEST, EAST = park(2, utm_box(0, 0, 60), name="Westpark"), park(1, utm_box(75, 0, 50), name="Ostpark")


def test_two_pieces_with_a_narrow_gap_are_one_green() -> None:
    one = dissolved(town([WEST, EAST]))
    assert one["green_id"].tolist() == ["osm:w1"]
    assert one["name"].tolist() == ["Westpark"]  # the larger of the two
    assert one["area_m2"].tolist() == pytest.approx([60 * 60 + 50 * 50], rel=1e-4)


def test_a_small_corner_does_not_give_its_name_to_a_forest() -> None:
    forest, maze = park(2, utm_box(0, 0, 400)), park(1, utm_box(400, 0, 50), name="Labyrinth")
    assert dissolved(town([forest, maze]))["name"].tolist() == [""]


def test_two_pieces_with_a_wide_gap_stay_two() -> None:
    assert len(dissolved(town([WEST, park(1, utm_box(81, 0, 50))]))) == 2


@pytest.mark.parametrize("kind", ["major_road", "motorway", "rail", "water"])
def test_a_road_a_railway_or_a_river_parts_green(kind: str) -> None:
    between = barriers([{"line_id": "osm:w9", "kind": kind, "geometry": line((67, -100), (67, 100))}])
    assert len(dissolved(town([WEST, EAST], barriers=between))) == 2


def test_an_obstacle_that_ends_halfway_does_not_part_green() -> None:
    between = barriers([{"line_id": "osm:w9", "kind": "rail", "geometry": line((67, -100), (67, 30))}])
    assert len(dissolved(town([WEST, EAST], barriers=between))) == 1


def test_a_ditch_does_not_part_green_and_a_wide_water_does() -> None:
    ditch = water([{"water_id": "osm:w8", "geometry": utm_box(65, -100, 4, 300)}])
    river = water([{"water_id": "osm:w8", "geometry": utm_box(65, -100, 6, 300)}])
    assert len(dissolved(town([WEST, EAST], water=ditch))) == 1
    assert len(dissolved(town([WEST, EAST], water=river))) == 2


def test_a_fence_parts_neighbours_but_not_what_lies_inside() -> None:
    assert len(dissolved(town([WEST, EAST | {"fenced": True}]))) == 2
    playground = park(1, utm_box(10, 10, 20), fenced=True)
    inside = dissolved(town([WEST, playground]))
    assert inside["area_m2"].tolist() == pytest.approx([3600], rel=1e-4)
    half_inside = park(1, utm_box(50, 10, 20), fenced=True)
    assert len(dissolved(town([WEST, half_inside]))) == 2


def test_green_that_is_not_public_does_not_count() -> None:
    assert dissolved(town([WEST, EAST | {"public": False}]))["green_id"].tolist() == ["osm:w2"]
    assert dissolved(town([])).empty


def test_water_inside_a_park_is_no_usable_area() -> None:
    lakes = water(
        [
            {"water_id": "osm:w8", "geometry": utm_box(10, 10, 20)},
            {"water_id": "osm:w9", "geometry": utm_box(10, 10, 10)},
        ]
    )
    assert dissolved(town([WEST], water=lakes))["area_m2"].tolist() == pytest.approx([3200], rel=1e-4)


def test_size_is_judged_after_pieces_became_one() -> None:
    together, _ = of_minimum_size(dissolved(town([WEST, EAST])), 5000)
    apart, counts = of_minimum_size(dissolved(town([WEST, EAST], barriers=_rail())), 5000)
    assert len(together) == 1
    assert apart.empty
    assert counts["greens_too_small"] == 2


def _rail() -> gpd.GeoDataFrame:
    return barriers([{"line_id": "osm:w9", "kind": "rail", "geometry": line((67, -100), (67, 100))}])


RING = path((-5, -5), (205, -5), (205, 105), (-5, 105), (-5, -5))
MEADOW = park(1, utm_box(0, 0, 200, 100))


def test_an_open_green_is_entered_every_fifty_metres() -> None:
    # 600 m of edge, a street 5 m beside it: 12 stretches
    found = entrances(town([MEADOW], [RING]))
    assert found["kind"].tolist() == ["open"] * 12
    assert found["entrance_id"].tolist() == [f"osm:w1#{number:04d}" for number in range(1, 13)]
    edge = shapely.boundary(utm_box(0, 0, 200, 100))
    assert (shapely.distance(shapely.points(found["x_m"], found["y_m"]), edge) < 0.2).all()


def test_an_open_green_is_not_entered_where_no_way_comes_near() -> None:
    assert entrances(town([MEADOW], [path((-50, -12), (250, -12))])).empty
    near = entrances(town([MEADOW], [path((-50, -12), (250, -12))]), green_access__entrance_tolerance_m=15)
    assert set(near["y"]) == {0}


def test_a_street_may_lie_farther_from_an_open_edge_than_a_path() -> None:
    beside = [path((-50, -17), (250, -17))]
    assert entrances(town([MEADOW], beside)).empty
    assert len(entrances(town([MEADOW], beside, tags={"highway": "residential"}))) >= 4
    assert entrances(town([MEADOW], [path((-50, -26), (250, -26))], tags={"highway": "residential"})).empty


def test_a_house_between_street_and_green_is_in_the_way() -> None:
    street, row = [path((-50, -20), (250, -20))], utm_box(-50, -12, 300, 8)
    houses = buildings([{"building_id": "osm:w77", "geometry": row}], UTM)
    assert entrances(town([MEADOW], street, tags={"highway": "residential"}, buildings=houses)).empty


def test_an_open_edge_behind_a_railway_is_no_entrance() -> None:
    street, rail = path((-50, -8), (250, -8)), line((-100, -4), (300, -4))
    assert len(entrances(town([MEADOW], [street]))) >= 4
    behind = barriers([{"line_id": "osm:w9", "kind": "rail", "geometry": rail}])
    assert entrances(town([MEADOW], [street], barriers=behind)).empty


def test_a_fence_on_one_side_leaves_the_others_open() -> None:
    # the fenced garden lies in the meadow's corner and shares its southern edge from 0 to 95 m
    garden = park(2, utm_box(0, 0, 95, 20), fenced=True)
    found = entrances(town([MEADOW, garden], [path((-50, -5), (250, -5))]))
    assert (found["x"] > 95).all()
    assert len(found) >= 2


def test_a_dead_end_that_nearly_touches_the_green_leads_in() -> None:
    found = entrances(town([MEADOW], [path((60, -200), (60, -8))]))
    assert found[["x", "y", "kind"]].to_numpy().tolist() == [[60, 0, "open"]]


def test_a_path_enters_where_it_crosses_the_edge() -> None:
    found = entrances(town([MEADOW | {"fenced": True}], [path((60, -200), (60, 50), (300, 50))]))
    assert found[["x", "y", "kind"]].to_numpy().tolist() == [[60, 0, "path"], [200, 50, "path"]]


def test_a_fenced_green_is_entered_by_its_gate_only() -> None:
    gate = gates([{"node_id": 7, "geometry": shapely.Point(X + 200, Y + 60)}])
    found = entrances(town([MEADOW | {"fenced": True}], [RING], gates=gate))
    assert found[["x", "y", "kind"]].to_numpy().tolist() == [[200, 60, "gate"]]


def test_a_locked_gate_lets_nobody_in() -> None:
    closed = gates([{"node_id": 7, "passable": False, "geometry": shapely.Point(X + 60, Y)}])
    osm = town([MEADOW | {"fenced": True}], [path((60, -200), (60, 50), (300, 50))], gates=closed)
    assert entrances(osm)[["x", "y"]].to_numpy().tolist() == [[200, 50]]


def test_a_street_along_a_fence_leads_nowhere() -> None:
    along = path((0, 0), (100, 0), (200, 0))  # drawn on the fence itself
    assert entrances(town([MEADOW | {"fenced": True}], [along])).empty


def test_a_fence_line_along_an_open_edge_keeps_people_out() -> None:
    fence = barriers([{"line_id": "osm:w9", "kind": "fence", "geometry": line((-10, 0), (210, 0))}])
    assert entrances(town([MEADOW], [path((-50, -5), (250, -5))], barriers=fence)).empty


def test_a_tunnel_below_and_a_bridge_above_a_green_lead_past_it() -> None:
    over, into = path((60, -200), (60, 200)), path((100, -200), (100, 50))
    level = path((60, -200), (100, -200))
    bridges = town([MEADOW], [over, into, level], tags={"bridge": [True, True, False]})
    assert entrances(bridges)[["x", "y"]].to_numpy().tolist() == [[100, 0]]
    assert entrances(town([MEADOW], [over, level], tags={"tunnel": [True, False]})).empty


def test_a_path_that_hangs_on_nothing_is_no_way_in() -> None:
    town_streets, lost = path((60, -200), (60, 50), (70, 50)), path((150, -10), (150, 20))
    assert entrances(town([MEADOW | {"fenced": True}], [town_streets, lost]))["x"].tolist() == [60]


def test_the_edge_of_a_clearing_is_an_edge_and_that_of_a_hut_is_none() -> None:
    clearing = shapely.difference(utm_box(0, 0, 400), utm_box(100, 100, 100))
    hut = shapely.difference(utm_box(0, 0, 400), utm_box(120, 100, 10))
    through = [path((125, 50), (125, 350), (130, 350))]
    assert entrances(town([park(1, clearing)], through))["kind"].tolist() == ["path", "path"]
    assert entrances(town([park(1, hut)], through)).empty


def test_an_edge_is_cut_as_shapely_would_cut_it() -> None:
    rings = np.array(
        [utm_box(0, 0, 200, 100).exterior, utm_box(0, 0, 7).exterior, shapely.Point(X, Y).buffer(90).exterior]
    )
    pieces, of = stretches(rings, 50.0)
    assert np.bincount(of).tolist() == [12, 1, 12]
    for ring in range(3):
        mine, number = pieces[of == ring], int((of == ring).sum())
        for position, piece in enumerate(mine):
            wanted = substring(rings[ring], position / number, (position + 1) / number, normalized=True)
            assert shapely.hausdorff_distance(piece, wanted) < 1e-6
        assert shapely.length(mine).sum() == pytest.approx(rings[ring].length)


def test_entrances_do_not_depend_on_the_order_of_rows() -> None:
    parks = [MEADOW, park(3, utm_box(0, 300, 90)), park(4, utm_box(95, 300, 90))]
    lines = [RING, path((10, 90), (10, 500)), path((-5, 105), (10, 105), (140, 350), (140, 500))]
    one, other = entrances(town(parks, lines)), entrances(town(parks[::-1], lines))
    pd.testing.assert_frame_equal(one, other)
    assert len(one) > 12


def test_one_can_cross_a_railway_by_bridge_underpass_and_at_grade() -> None:
    rail = barriers([{"line_id": "osm:w900", "kind": "rail", "geometry": line((-100, 0), (100, 0), (300, 0))}])
    level = [path((100, -50), (100, 0)), path((100, 0), (100, 50))]  # split at the crossing
    lines = [path((0, -50), (0, 50)), path((50, -50), (50, 50)), *level, path((150, -50), (150, 0))]
    osm = town([], lines, barriers=rail, tags={"bridge": [True, False, False, False, False]})
    runs, shapes = way_lines(osm, UTM)
    found = crossings(runs, shapes, study_obstacles(osm, GROUND, crs=UTM).lines)
    assert (shapely.get_x(found.geometry.to_numpy()) - X).round().tolist() == [0, 50, 100]
    assert found["kind"].tolist() == ["rail"] * 3
    assert np.unique(found["line_id"]).tolist() == ["osm:w900"]
