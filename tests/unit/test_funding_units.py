"""Base units of funding areas: blocks from streets, parcels, cells; who lives in them; edits from files."""

from datetime import date
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from lattice_units import CRS, EAST, NORTH, lattice, name, need_of
from nahraum.errors import InputError
from nahraum.grid import cell_key
from nahraum.index.funding import blocks, cells, funding_areas, parcel_list, parcels, unit_need, weight_of_index
from nahraum.index.funding.borders import segments
from nahraum.parameters import Parameters
from nahraum.sources.funding_edits import read_funding_edits
from nahraum.study_keys import SOURCE_KEYS

TO_DEGREES = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)


def line(*points):
    return [(EAST + x, NORTH + y) for x, y in points]


def streets(*drawn: tuple[str, list]) -> SimpleNamespace:
    """An extract with these highways, drawn in metres; where two meet both have the point."""
    known: dict[tuple[float, float], int] = {}
    runs, nodes = [], []
    for number, (kind, points) in enumerate(drawn):
        runs.append({"way_id": number + 1, "part": 0, "first": len(nodes), "n_nodes": len(points), "highway": kind,
                     "tunnel": kind == "tunnel", "bridge": False, "name": "", "walkable": True})  # fmt: skip
        for point in points:
            known.setdefault(point, len(known) + 1)
            nodes.append(known[point])
    lon, lat = TO_DEGREES.transform(*np.array(list(known)).T)
    table = pd.DataFrame({"node_id": list(known.values()), "lon": lon, "lat": lat})
    nothing = gpd.GeoDataFrame({"line_id": [], "kind": [], "bridge": []}, geometry=[], crs="EPSG:4326")
    return SimpleNamespace(
        ways=pd.DataFrame(runs), way_nodes=np.array(nodes), nodes=table, barriers=nothing,
        water=gpd.GeoDataFrame({"water_id": []}, geometry=[], crs="EPSG:4326"),
        buildings=gpd.GeoDataFrame(geometry=[], crs="EPSG:4326"),
    )  # fmt: skip


def with_barrier(osm: SimpleNamespace, kind: str, points: list, *, bridge: bool = False) -> SimpleNamespace:
    lon, lat = TO_DEGREES.transform(*np.array(points).T)
    row = gpd.GeoDataFrame(
        {"line_id": ["osm:w99"], "kind": [kind], "bridge": [bridge]},
        geometry=[shapely.LineString(np.column_stack([lon, lat]))], crs="EPSG:4326",
    )  # fmt: skip
    osm.barriers = row
    return osm


def ground(*people: tuple[float, float, float], side: float = 200.0) -> SimpleNamespace:
    """A square study area; people as east, north, residents."""
    table = pd.DataFrame(people or [(10.0, 10.0, 5.0)], columns=["x", "y", "residents"])
    to_grid = pyproj.Transformer.from_crs(CRS, "EPSG:3035", always_xy=True)
    east, north = to_grid.transform(EAST + table["x"], NORTH + table["y"])
    addresses = pd.DataFrame(
        {"address_id": [f"a{k}" for k in range(len(table))], "x_m": EAST + table["x"], "y_m": NORTH + table["y"],
         "residents": table["residents"], "inside": True, "cell_key": cell_key(east, north)}
    )  # fmt: skip
    square = gpd.GeoDataFrame({"kind": ["given"]}, geometry=[shapely.box(*line((0, 0), (side, side))[0],
                              *line((0, 0), (side, side))[1])], crs=CRS)  # fmt: skip
    none = gpd.GeoDataFrame({"line_id": [], "kind": []}, geometry=[], crs=CRS)
    return SimpleNamespace(crs=CRS, boundary=square, addresses=addresses, barriers=none)


CROSS = (
    ("residential", line((0, 100), (100, 100), (200, 100))),
    ("residential", line((100, 0), (100, 100), (100, 200))),
)


def test_two_streets_that_cross_make_four_blocks():
    units = blocks(ground(), streets(*CROSS), Parameters())
    assert len(units) == 4
    assert units.table["hectares"].to_numpy() == pytest.approx([1.0] * 4, abs=1e-3)
    assert len(units.borders) == 4 and units.borders.is_open.all()
    assert units.borders.shared_mm == pytest.approx([100_000] * 4, abs=20)
    assert shapely.coverage_is_valid(units.shapes)


def test_neighbouring_blocks_have_the_same_points_on_their_common_edge():
    units = blocks(ground(), streets(*CROSS), Parameters())
    ends, _ = segments(units.shapes)
    _, count = np.unique(ends, axis=0, return_counts=True)
    outline = shapely.length(shapely.union_all(units.shapes))
    assert (count == 2).sum() >= 4
    length = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]).sum()
    assert length == pytest.approx(outline + 2 * units.borders.shared_mm.sum() / 1000, abs=0.01)


def test_the_id_of_a_block_tells_a_point_inside_it():
    units = blocks(ground(), streets(*CROSS), Parameters())
    assert list(units.ids) == sorted(units.ids)
    for unit, shape in zip(units.ids, units.shapes, strict=True):
        east, north = (float(part) for part in unit.removeprefix("B").split("-"))
        assert shape.buffer(1).contains(shapely.Point(east, north))


def test_the_order_of_streets_changes_neither_blocks_nor_ids():
    more = (*CROSS, ("residential", line((0, 40), (100, 40))), ("service", line((150, 100), (150, 200))))
    told = Parameters({"funding_areas.largest_block_ha": 0.5})
    one, other = (blocks(ground(), streets(*order), told) for order in (more, more[::-1]))
    assert list(one.ids) == list(other.ids) and len(one) == 6
    assert all(a.equals(b) for a, b in zip(one.shapes, other.shapes, strict=True))


def test_a_dead_end_a_tunnel_and_a_footway_make_no_block():
    more = (("residential", line((50, 100), (50, 60))), ("tunnel", line((0, 50), (200, 50))),
            ("footway", line((0, 150), (200, 150))))  # fmt: skip
    assert len(blocks(ground(), streets(*CROSS, *more), Parameters())) == 4


def test_footways_divide_a_block_that_is_too_large():
    more = (("footway", line((0, 150), (200, 150))),)
    told = Parameters({"funding_areas.largest_block_ha": 0.5})
    assert len(blocks(ground(), streets(*CROSS, *more), told)) == 6


def test_a_traffic_island_joins_a_block_unless_somebody_lives_there():
    island = (("residential", line((100, 120), (120, 120), (120, 100), (100, 100))),)
    assert len(blocks(ground(), streets(*CROSS, *island), Parameters())) == 4
    assert len(blocks(ground((110, 110, 3.0)), streets(*CROSS, *island), Parameters())) == 5


def test_a_railway_is_the_edge_of_a_block_and_closed_even_on_a_bridge():
    for bridge in (False, True):
        osm = with_barrier(streets(*CROSS), "rail", line((0, 160), (200, 160)), bridge=bridge)
        units = blocks(ground(), osm, Parameters())
        assert len(units) == 6
        closed = ~units.borders.is_open
        assert closed.sum() == 2 and set(units.borders.kind[closed]) == {"rail"}


def test_ground_between_two_tracks_joins_no_side():
    osm = with_barrier(streets(*CROSS), "rail", line((0, 150), (200, 150)))
    second = osm.barriers.copy()
    lon, lat = TO_DEGREES.transform(*np.array(line((0, 156), (200, 156))).T)
    second.geometry = [shapely.LineString(np.column_stack([lon, lat]))]
    osm.barriers = pd.concat([osm.barriers, second.assign(line_id="osm:w98")], ignore_index=True)
    units = blocks(ground(), osm, Parameters())
    narrow = np.flatnonzero(units.table["hectares"] < 0.1)
    touching = np.isin(units.borders.first, narrow) | np.isin(units.borders.second, narrow)
    assert len(narrow) == 2 and not units.borders.is_open[touching].any()


def test_residents_are_counted_in_the_block_that_holds_them():
    units = blocks(ground(), streets(*CROSS), Parameters())
    people = pd.DataFrame({
        "address_id": ["a", "b", "c"],
        "x_m": EAST + np.array([20.0, 150, 150]), "y_m": NORTH + np.array([20.0, 20, 30]),
        "residents": [10.0, 4.0, 6.0], "judged": [10.0, 4.0, 0.0], "people": [5.0, 0.0, 0.0],
        "people_min": [5.0, 0.0, 0.0], "people_max": [5.0, 4.0, 6.0],
    })  # fmt: skip
    need = unit_need(units, people, Parameters())
    assert sorted(need["residents"]) == [0, 0, 10, 10] and need["people_max"].sum() == 15
    assert need["weight"].tolist() == [1.0] * 4
    turned = unit_need(units, people.iloc[::-1], Parameters())
    pd.testing.assert_frame_equal(need, turned)
    weight = pd.Series([2.0, 1.0, 1.0], index=["a", "b", "c"], name="children")
    assert unit_need(units, people, Parameters(), weight=weight)["weight"].max() == 2.0


@pytest.mark.parametrize("column", ["nationality", "Ausländeranteil", "share_foreign", "migration_background"])
def test_nationality_never_weighs_need(column):
    units = lattice(2, 2)
    people = pd.DataFrame({
        "address_id": ["a"], "x_m": [EAST + 5], "y_m": [NORTH + 5], "residents": [1.0], "judged": [1.0],
        "people": [1.0], "people_min": [1.0], "people_max": [1.0],
    })  # fmt: skip
    with pytest.raises(InputError, match="cannot weigh need"):
        unit_need(units, people, Parameters(), weight=pd.Series([1.0], index=["a"], name=column))


def test_an_index_that_counts_nationality_never_weighs_need():
    index = SimpleNamespace(method=SimpleNamespace(id="mss_berlin", uses_nationality=True), areas=None)
    with pytest.raises(InputError, match="mss_berlin"):
        weight_of_index(index, pd.Series(dtype=object))


def test_a_status_index_weighs_areas_of_low_status_more_and_the_mean_by_one():
    areas = pd.DataFrame({"area_id": ["a", "b", "c"], "index": [-1.0, 0.0, 2.0]})  # high: disadvantage
    index = SimpleNamespace(method=SimpleNamespace(id="own", uses_nationality=False), areas=areas)
    weight = weight_of_index(index, pd.Series(["c", "a", "b", "elsewhere"], index=["w", "x", "y", "z"]))
    assert weight["w"] > weight["y"] > weight["x"] and weight["z"] == 1.0


def test_more_people_in_need_than_residents_are_refused():
    people = pd.DataFrame({
        "address_id": ["a"], "x_m": [EAST], "y_m": [NORTH], "residents": [1.0], "judged": [1.0], "people": [1.0],
        "people_min": [1.0], "people_max": [3.0],
    })  # fmt: skip
    with pytest.raises(InputError, match="more people in need than residents"):
        unit_need(lattice(1, 1), people, Parameters())


def given(*boxes: tuple[str, float, float, float, float]) -> gpd.GeoDataFrame:
    shapes = [shapely.box(EAST + a, NORTH + b, EAST + c, NORTH + d) for _, a, b, c, d in boxes]
    return gpd.GeoDataFrame({"quarter_id": [box[0] for box in boxes]}, geometry=shapes, crs=CRS)


TWO_AND_TWO = given(("p1", 0, 0, 90, 90), ("p2", 110, 0, 200, 90), ("p3", 0, 110, 90, 200), ("p4", 110, 110, 200, 200))


def test_parcels_across_a_street_are_neighbours():
    units = parcels(ground(), TWO_AND_TWO, Parameters())
    pairs = {(units.ids[a], units.ids[b]) for a, b in zip(units.borders.first, units.borders.second, strict=True)}
    assert {("p1", "p2"), ("p1", "p3"), ("p2", "p4"), ("p3", "p4")} <= pairs
    assert units.kind == "parcels"


def test_an_area_of_parcels_is_closed_over_its_streets():
    units = parcels(ground(), TWO_AND_TWO, Parameters())
    need = need_of(units, {}).assign(people=80.0, people_min=80.0, people_max=80.0)
    told = {"funding_areas.minimum_residents": 100.0, "funding_areas.runs": 0, "funding_areas.minimum_lift": 0.0}
    area = funding_areas(units, need, Parameters(told)).areas.loc[0]
    assert area["n_units"] == 4
    assert area.geometry.geom_type == "Polygon" and area.geometry.area == pytest.approx(40_000, rel=0.01)


def test_a_railway_parts_parcels():
    area = ground()
    area.barriers = gpd.GeoDataFrame(
        {"line_id": ["r"], "kind": ["rail"]}, geometry=[shapely.LineString(line((100, 0), (100, 200)))], crs=CRS
    )
    units = parcels(area, TWO_AND_TWO, Parameters())
    across = {(units.ids[a], units.ids[b]): open_ for a, b, open_ in
              zip(units.borders.first, units.borders.second, units.borders.is_open, strict=True)}  # fmt: skip
    assert not across[("p1", "p2")] and across[("p1", "p3")]


def test_overlapping_and_repeated_parcels_are_refused():
    with pytest.raises(InputError, match="p1 and p2"):
        parcels(ground(), given(("p1", 0, 0, 100, 100), ("p2", 50, 0, 150, 100)), Parameters())
    with pytest.raises(InputError, match="twice"):
        parcels(ground(), given(("p1", 0, 0, 100, 100), ("p1", 100, 0, 150, 100)), Parameters())
    with pytest.raises(InputError, match="no parcel lies inside"):
        parcels(ground(), given(("p1", 9000, 0, 9100, 100)), Parameters())


def test_the_list_of_parcels_says_what_lies_inside_and_what_is_cut():
    area = gpd.GeoDataFrame({"area_id": ["F1"]}, geometry=[shapely.box(EAST, NORTH, EAST + 120, NORTH + 100)], crs=CRS)
    table = parcel_list(area, TWO_AND_TWO, Parameters()).set_index("parcel_id")
    assert list(table.index) == ["p1", "p2"]
    assert table.loc["p1", "inside_share"] == 1.0 and table.loc["p1", "listed"]
    assert table.loc["p2", "inside_share"] == pytest.approx(10 / 90, abs=1e-3) and not table.loc["p2", "listed"]


def test_cells_are_units_where_there_is_no_map():
    units = cells(ground((10, 10, 3.0), (10, 150, 3.0), (150, 10, 3.0), side=300.0), Parameters())
    assert units.kind == "cells" and all(unit.startswith("CRS3035RES100m") for unit in units.ids)
    assert len(units) >= 3 and units.borders.shared_mm == pytest.approx(100_000, rel=0.01)


HEAD = "Aktion;Einheiten;Gebiet;Grund;Bearbeiter;Datum\n"


def test_edits_of_a_german_table_are_read(tmp_path):
    path = tmp_path / "aenderungen.csv"
    path.write_text(HEAD + "hinzu;B1; F1;Schule;Öztürk;1.3.2026\nmuss;B2;;Ratsbeschluss;Öztürk;2026-02-01\n", "utf-8")
    table = read_funding_edits([path], on=date(2026, 6, 1))
    assert table["action"].tolist() == ["must", "add"]
    assert table["date"].tolist() == ["2026-02-01", "2026-03-01"]
    assert table["reason"].tolist() == ["Ratsbeschluss", "Schule"] and table["edit_id"].is_unique


def test_edits_are_read_from_geojson_with_polygons(tmp_path):
    path = tmp_path / "aenderungen.geojson"
    frame = gpd.GeoDataFrame(
        {"action": ["add"], "reason": ["Spielplatz"], "author": ["x"], "date": ["2026-03-01"]},
        geometry=[shapely.box(7.0, 51.0, 7.01, 51.01)], crs="EPSG:4326",
    )  # fmt: skip
    frame.to_file(path, driver="GeoJSON")
    table = read_funding_edits([path], on=date(2026, 6, 1))
    assert table.loc[0, "geometry"].area > 0 and table.crs == "EPSG:4326"


def test_everything_wrong_with_edits_is_told_at_once(tmp_path):
    path = tmp_path / "aenderungen.csv"
    path.write_text(HEAD + "hinzu;B1;;;Öztürk;1.3.2026\nverschieben;B2;;x;y;2027-01-01\nmuss;;;x;y;gestern\n", "utf-8")
    with pytest.raises(InputError) as caught:
        read_funding_edits([path], on=date(2026, 6, 1))
    told = str(caught.value)
    for part in (
        "row 2: no reason",
        "'verschieben' is not known",
        "after the reference date",
        "no day",
        "neither units",
    ):
        assert part in told


def test_a_table_of_edits_needs_its_columns(tmp_path):
    path = tmp_path / "aenderungen.csv"
    path.write_text("Aktion;Einheiten\nhinzu;B1\n", "utf-8")
    with pytest.raises(InputError, match="'reason'"):
        read_funding_edits([path], on=date(2026, 6, 1))


def test_the_study_knows_parcels_and_edits():
    assert {"parcels", "funding_edits"} <= set(SOURCE_KEYS)


def test_permuting_addresses_and_units_changes_nothing():
    units = lattice(4, 4)
    need = need_of(units, {(1, 1): 90.0, (2, 1): 70.0})
    told = Parameters({"funding_areas.minimum_residents": 100.0, "funding_areas.runs": 3})
    one = funding_areas(units, need, told)
    other = funding_areas(units, need.sample(frac=1, random_state=3), told)
    pd.testing.assert_frame_equal(one.areas.drop(columns="geometry"), other.areas.drop(columns="geometry"))
    assert name((1, 1)) in set(one.units.loc[one.units["area_id"] == "F1", "unit_id"])
