"""Public space of a study area: what touches is one space, streets in pieces, places to play with their room."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from nahraum.area.public_space import OpenSpace, open_space, smallest_green_m2
from nahraum.parameters import Parameters
from tiny_areas import UTM, X, Y, extract, facilities, greens, lon_lat, utm_box

GROUND = utm_box(-2000, -2000, 4000)


def drawn(rows: list[dict]) -> gpd.GeoDataFrame:
    """The reader's table of public space from rows in UTM."""
    texts = dict.fromkeys(("name", "access", "surface", "lit", "wheelchair", "min_age", "max_age", "opening_hours"), "")
    usual = {"space_id": "", "kind": "square", "public": True, "area_m2": np.nan, "width_m": np.nan} | texts
    shapes = [lon_lat(row["geometry"], UTM) for row in rows]
    table = pd.DataFrame([{k: v for k, v in (usual | row).items() if k != "geometry"} for row in rows], columns=usual)
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")


def placed(rows: list[tuple[str, float, float]]) -> pd.DataFrame:
    """The reader's table of furniture: kind and UTM place."""
    points = [lon_lat(shapely.Point(X + x, Y + y), UTM) for _, x, y in rows]
    return pd.DataFrame(
        {
            "furniture_id": [f"osm:n{at}" for at in range(len(rows))], "kind": [kind for kind, _, _ in rows],
            "public": True, "fee": "", "wheelchair": "", "lon": [p.x for p in points], "lat": [p.y for p in points],
        }
    )  # fmt: skip


def line(*points: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([(X + x, Y + y) for x, y in points])


def greenery(rows: list[tuple[str, float, shapely.Polygon]]) -> gpd.GeoDataFrame:
    frame = {"green_id": [r[0] for r in rows], "name": "", "area_m2": [r[1] for r in rows]}
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([r[2] for r in rows], crs=UTM), crs=UTM)


def playgrounds(*places: tuple[str, float, float]) -> gpd.GeoDataFrame:
    rows = [
        {"facility_id": name, "category": "playground", "geometry": shapely.Point(X + x, Y + y)}
        for name, x, y in places
    ]
    return facilities(rows, UTM)


def built(rows, things=(), green=(), told=None, residents=1000.0, complete=(), **values) -> OpenSpace:
    """The open space of a tiny town."""
    osm = extract(public_space=drawn(list(rows)), street_furniture=placed(list(things)))
    if told is not None:
        osm = extract(public_space=osm.public_space, street_furniture=osm.street_furniture, facilities=told)
    every = greenery(list(green))
    entrances = pd.DataFrame(columns=["entrance_id", "green_id", "x_m", "y_m", "kind"])
    found = open_space(
        osm,
        GROUND,
        (every, every, entrances),
        crs=UTM,
        residents=residents,
        parameters=Parameters(values),
        complete=complete,
    )
    assert found is not None
    return found


def test_what_touches_is_one_space_without_the_green_in_it():
    rows = [
        {"space_id": "osm:w2", "name": "Markt", "geometry": utm_box(0, 0, 30)},
        {"space_id": "osm:w1", "kind": "pedestrian", "geometry": utm_box(30, 0, 20)},
        {"space_id": "osm:w3", "geometry": utm_box(200, 0, 10)},
    ]
    spaces = built(rows, green=[("g", 100.0, utm_box(0, 0, 10))]).spaces
    assert spaces[["space_id", "kind", "name"]].to_numpy().tolist() == [
        ["osm:w1", "square", "Markt"]
    ]  # 100 m²: too small
    assert spaces["area_m2"].tolist() == pytest.approx([900 + 400 - 100], abs=0.1)


def test_a_square_that_is_a_park_is_green_and_no_public_space():
    rows = [{"space_id": "osm:w1", "geometry": utm_box(0, 0, 50)}]
    assert built(rows, green=[("g", 2500.0, utm_box(-1, -1, 52))]).spaces.empty


def test_streets_are_cut_into_pieces_and_end_where_a_square_begins():
    rows = [
        {"space_id": "osm:w1", "geometry": utm_box(100, -20, 40)},
        {"space_id": "osm:w2", "kind": "pedestrian", "width_m": 10.0, "geometry": line((0, 0), (120, 0))},
        {"space_id": "osm:w3", "kind": "living_street", "geometry": line((0, 100), (40, 100))},
    ]
    spaces = built(rows).spaces.set_index("space_id")
    assert spaces.index.tolist() == ["osm:w1", "osm:w2.001", "osm:w2.002", "osm:w3.001"]
    assert spaces["area_m2"].tolist() == pytest.approx([1600, 500, 500, 240], abs=0.5)  # 100 m left; 40 m × 6 m


def test_what_is_not_public_or_far_away_is_left_out():
    rows = [
        {"space_id": "osm:w1", "public": False, "geometry": utm_box(0, 0, 50)},
        {"space_id": "osm:w2", "geometry": utm_box(3000, 0, 50)},
    ]
    assert built(rows).spaces.empty


def test_playgrounds_and_pitches_that_lie_together_are_one_place_with_the_park_around():
    rows = [
        {"space_id": "osm:w1", "kind": "playground", "geometry": utm_box(0, 0, 20)},
        {"space_id": "osm:w2", "kind": "pitch", "geometry": utm_box(35, 0, 30)},
        {"space_id": "osm:w3", "kind": "playground", "geometry": utm_box(500, 0, 20)},
        {"space_id": "osm:n4", "kind": "playground", "geometry": shapely.Point(X + 800, Y)},
        {"space_id": "osm:w5", "kind": "pitch", "geometry": utm_box(1000, 0, 30)},
    ]
    told = playgrounds(("osm:w1", 10, 10), ("osm:w3", 510, 10), ("osm:n4", 800, 0))
    play = built(rows, green=[("g", 20000.0, utm_box(490, -10, 100))], told=told).play.set_index("play_id")
    assert play.index.tolist() == ["osm:n4", "osm:w1", "osm:w3", "osm:w5"]
    assert play["playground"].tolist() == [True, True, True, False]
    assert play["play_m2"].tolist() == pytest.approx([np.nan, 400, 400, np.nan], abs=0.1, nan_ok=True)
    assert play["room_m2"].tolist() == pytest.approx([np.nan, 1300, 20000, 900], abs=0.5, nan_ok=True)


def test_registers_and_corrections_take_playgrounds_away_and_bring_others():
    rows = [
        {"space_id": "osm:w1", "kind": "playground", "area_m2": 400.0, "geometry": utm_box(0, 0, 20)},
        {"space_id": "osm:w2", "kind": "playground", "area_m2": 400.0, "geometry": utm_box(500, 0, 20)},
    ]
    told = playgrounds(("osm:w1", 10, 10), ("register:7", 800, 0))  # the register holds no osm:w2
    told.loc[told["facility_id"] == "register:7", "area_m2"] = 650.0
    space = built(rows, told=told)
    assert space.play["play_id"].tolist() == ["osm:w1", "register:7"]
    assert space.play["play_m2"].tolist() == pytest.approx([400, 650], abs=0.1)
    assert space.play["room_m2"].tolist() == pytest.approx([400, 650], abs=0.1)
    assert int(space.mapped.set_index("kind")["n_places"]["playground"]) == 2


def test_a_register_gives_a_mapped_point_its_size_and_leaves_a_mapped_outline():
    rows = [
        {"space_id": "osm:w1", "kind": "playground", "area_m2": 400.0, "geometry": utm_box(0, 0, 20)},
        {"space_id": "osm:n2", "kind": "playground", "geometry": shapely.Point(X + 500, Y)},
    ]
    told = playgrounds(("register:1", 10, 10), ("register:2", 510, 10))
    told["area_m2"] = [450.0, 700.0]
    play = built(rows, told=told).play.set_index("play_id")
    assert play["play_m2"].to_dict() == pytest.approx({"osm:w1": 400.0, "register:2": 700.0}, abs=0.1)


def test_too_few_mapped_benches_prove_nothing_and_that_is_said():
    things = [("bench", 0, 0), ("bench", 10, 0), ("bench", 20, 0), ("tree", 0, 10)]
    mapped = built([], things, residents=1000.0).mapped.set_index("kind")
    assert mapped.loc["bench", ["n_places", "per_1000_residents", "status", "reason"]].tolist() == [
        3, 3.0, "ok", "complete",
    ]  # fmt: skip
    assert mapped.loc["tree", ["status", "reason"]].tolist() == ["missing", "sparse"]
    assert mapped.loc["toilets", ["status", "reason"]].tolist() == ["missing", "absent"]
    assert built([], things, residents=1100.0).said_of("bench") == "missing"  # 2.7 per 1000


def test_what_a_register_tells_completely_is_never_too_little():
    mapped = built([], complete=("playground",)).mapped.set_index("kind")
    assert mapped.loc["playground", ["n_places", "status", "reason"]].tolist() == [0, "ok", "declared"]


def test_one_comes_into_a_square_along_its_edge_and_into_a_street_at_its_middle():
    rows = [
        {"space_id": "osm:w1", "geometry": utm_box(0, 0, 40)},
        {"space_id": "osm:w2", "kind": "living_street", "geometry": line((100, 0), (140, 0))},
    ]
    points = built(rows).points
    assert points["place_id"].value_counts().to_dict() == {"osm:w1": 8, "osm:w2.001": 1}  # sides of 40 m in two
    middle = points[points["place_id"] == "osm:w2.001"]
    assert middle[["x_m", "y_m"]].to_numpy().tolist() == [[X + 120, Y]]
    assert points["point_id"].is_unique


def test_woods_count_as_trees_whoever_owns_them():
    woods = greens([{"green_id": "osm:w9", "kind": "forest", "public": False, "geometry": utm_box(0, 0, 100)}])
    osm = extract(public_space=drawn([]), street_furniture=placed([]), greens=woods)
    nothing = greenery([])
    found = open_space(osm, GROUND, (nothing, nothing, pd.DataFrame(columns=["entrance_id", "green_id", "x_m", "y_m"])),
                       crs=UTM, residents=1.0, parameters=Parameters())  # fmt: skip
    assert found is not None and len(found.woods) == 1


def test_an_extract_read_without_public_space_has_none():
    nothing = greenery([])
    assert (
        open_space(extract(), GROUND, (nothing, nothing, pd.DataFrame()), crs=UTM, residents=1.0,
                   parameters=Parameters()) is None
    )  # fmt: skip


def test_green_is_kept_from_the_smallest_size_that_any_standard_asks_for():
    assert smallest_green_m2(Parameters()) == 5000.0
    assert smallest_green_m2(Parameters({"green_standards.ioer.minimum_area_m2": 2000.0})) == 2000.0
