"""Quarters of a study that brings none."""

from __future__ import annotations

from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.area.naming import _told_apart
from nahraum.area.neighbourhoods import _divided, delineated, neighbourhoods
from nahraum.grid import cell_key
from nahraum.parameters import Parameters

NOTHING = np.array([], dtype=object)


def _row(n: int, *, step: float = 100.0, start: float = 0.0) -> np.ndarray:
    return np.column_stack([start + step * np.arange(n), np.zeros(n)])


def _people(*counts: float) -> np.ndarray:
    return np.rint(np.array(counts) * 1e6).astype(np.int64)


def test_a_long_street_is_divided_into_parts_of_equal_residents():
    part = delineated(_row(50), _people(*[100.0] * 50), NOTHING, Parameters())  # 5,000 residents, quarters of 2,500
    assert part.tolist() == [0] * 25 + [1] * 25


def test_a_barrier_parts_neighbours_and_what_is_too_small_joins_the_nearest():
    wall = np.array([shapely.LineString([(2450, -500), (2450, 500)])], dtype=object)
    part = delineated(_row(50), _people(*[50.0] * 50), wall, Parameters())  # 1,250 on each side
    assert part.tolist() == [0] * 25 + [1] * 25
    few = _people(*[50.0] * 25, *[10.0] * 25)  # 250 behind the wall: too few for a quarter
    assert set(delineated(_row(50), few, wall, Parameters()).tolist()) == {0}


def test_a_far_off_hamlet_stays_one_of_its_own():
    at = np.vstack([_row(10), _row(2, start=5000.0)])
    assert delineated(at, _people(*[100.0] * 12), NOTHING, Parameters()).tolist() == [0] * 10 + [1] * 2
    near = np.vstack([_row(10), _row(2, start=2000.0)])
    assert set(delineated(near, _people(*[100.0] * 12), NOTHING, Parameters()).tolist()) == {0}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=40), st.integers(1, 8))
def test_every_cell_is_in_one_part_and_parts_follow_the_line(people, pieces):
    at = _row(len(people))
    part = _divided(at, _people(*people), pieces)
    assert part.min() == 0 and part.max() < pieces
    assert (np.diff(part) >= 0).all()


def test_the_order_of_cells_changes_nothing():
    dice = np.random.default_rng(3)
    at = 100.0 * np.array([(x, y) for x in range(15) for y in range(15)], dtype=float)
    micro = _people(*dice.integers(5, 90, len(at)))
    order = dice.permutation(len(at))
    one, other = (
        delineated(at, micro, NOTHING, Parameters()),
        delineated(at[order], micro[order], NOTHING, Parameters()),
    )
    assert pd.Series(list(zip(one[order], other, strict=True))).nunique() == one.max() + 1


def test_quarters_of_one_name_are_told_apart_by_the_compass():
    quarters = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1), shapely.box(9, 0, 10, 1), shapely.box(20, 0, 21, 1)])
    assert _told_apart(["Mitte", "Mitte", "Berg"], quarters) == ["Mitte West", "Mitte Ost", "Berg"]


def _town():
    """1,200 residents in two rows of cells, one place and two streets, in EPSG:3035."""
    keys = cell_key(4_337_000 + 100 * np.arange(24), np.full(24, 2_689_000))
    at = 4_337_050.0 + 100 * np.arange(24)
    addresses = pd.DataFrame(
        {"cell_key": keys, "x_m": at, "y_m": 2_689_050.0, "residents": 50.0, "inside": True, "address_id": range(24)}
    )
    boundary = gpd.GeoDataFrame(geometry=[shapely.box(4_336_000, 2_688_000, 4_341_000, 2_690_000)], crs="EPSG:3035")
    return addresses, boundary


def _osm():
    lonlat = gpd.GeoSeries([shapely.Point(4_337_500, 2_689_050)], crs="EPSG:3035").to_crs("EPSG:4326")
    empty = gpd.GeoDataFrame({"line_id": [], "kind": [], "bridge": []}, geometry=[], crs="EPSG:4326")
    return SimpleNamespace(
        places=gpd.GeoDataFrame(
            {"place_id": ["osm:n1"], "place": ["suburb"], "name": ["Altdorf"]}, geometry=lonlat, crs="EPSG:4326"
        ),
        ways=pd.DataFrame({"n_nodes": [], "first": [], "name": [], "walkable": []}),
        way_nodes=np.array([], dtype=np.int64),
        nodes=pd.DataFrame({"node_id": [], "lon": [], "lat": []}),
        barriers=empty,
        water=gpd.GeoDataFrame({"water_id": []}, geometry=[], crs="EPSG:4326"),
        buildings=gpd.GeoDataFrame(geometry=[], crs="EPSG:4326"),
        boundaries=gpd.GeoDataFrame(
            {"boundary_id": [], "admin_level": [], "name": []}, geometry=[], crs="EPSG:4326"
        ),
    )  # fmt: skip


def test_quarters_tile_the_boundary_hold_every_address_and_bear_the_name_of_their_place():
    addresses, boundary = _town()
    small = Parameters({"neighbourhoods.residents": 600.0})
    quarters, source = neighbourhoods(addresses, _osm(), boundary, small)
    assert source == "delineated" and len(quarters) == 2
    assert quarters["name"].tolist() == ["Altdorf", "Quartier 2"]
    assert quarters.geometry.area.sum() == shapely.area(boundary.geometry.iloc[0])
    held = [shapely.contains_xy(shape, addresses["x_m"], addresses["y_m"]).sum() for shape in quarters.geometry]
    assert held == [12, 12]
    assert quarters["quarter_id"].str.startswith("nq:CRS3035RES100m").all()
