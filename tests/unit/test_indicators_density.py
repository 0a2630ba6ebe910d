"""Density: buildings by their middle, ground that the data cover; computed by hand."""

from __future__ import annotations

from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum.area.stock import building_stock
from nahraum.indicators.themes import density
from nahraum.parameters import Parameters

CRS = "EPSG:25832"
ZONES = gpd.GeoDataFrame({"zone": ["a", "b"]}, geometry=[shapely.box(0, 0, 100, 100), shapely.box(100, 0, 300, 100)])


def _setting(*, n_buildings: int = 2, extent: float = 300.0):
    addresses = pd.DataFrame({"x_m": [10.0, 150.0], "y_m": 50.0, "residents": [60.0, 20.0], "inside": True})
    stock = pd.DataFrame(
        {
            "x_m": [50.0, 100.0], "y_m": 50.0, "footprint_m2": [1000.0, 500.0], "storeys": [3.0, 2.0],
            "storeys_mapped": [True, False],
        }
    )  # fmt: skip
    frame = gpd.GeoDataFrame(geometry=[shapely.box(0, 0, extent, 100)], crs=CRS)
    area = SimpleNamespace(addresses=addresses, buildings=stock.iloc[:n_buildings], extent=frame, crs=CRS)
    return SimpleNamespace(area=area, parameters=Parameters())


def test_site_coverage_ratio_is_footprint_over_ground_and_a_common_edge_counts_once():
    table = density.zone_values(_setting(), ZONES)
    assert table["site_coverage_ratio"].tolist() == [0.15, 0.0]  # the building on the edge belongs to the first zone


def test_floor_area_ratio_counts_storeys_and_tells_assumed_ones():
    table = density.zone_values(_setting(), ZONES)
    assert table["floor_area_ratio"].tolist() == [0.4, 0.0]  # 3 · 1000 + 2 · 500 on a hectare
    assert table["floor_area_ratio_status"].tolist() == ["ok", "ok"]  # three quarters of the floor have mapped storeys


def test_open_space_ratio_is_unbuilt_ground_per_floor_and_unknown_without_floor():
    table = density.zone_values(_setting(), ZONES)
    assert table["open_space_ratio"].round(6).tolist()[0] == 2.125  # (1 - 0.15) / 0.4
    assert np.isnan(table["open_space_ratio"][1]) and table["open_space_ratio_status"][1] == "missing"


def test_residents_per_ha_counts_only_ground_that_the_data_cover():
    assert density.zone_values(_setting(), ZONES)["residents_per_ha"].tolist() == [60.0, 10.0]
    assert density.zone_values(_setting(extent=200.0), ZONES)["residents_per_ha"].tolist() == [60.0, 20.0]


def test_density_is_left_out_where_buildings_are_hardly_mapped():
    table = density.zone_values(_setting(n_buildings=1), ZONES)  # 1 for 80 residents are 12.5 per 1000
    assert list(table.columns) == ["residents_per_ha", "residents_per_ha_status", "residents_per_ha_completeness"]


def test_the_stock_has_assumed_storeys_and_no_roofs():
    shapes = [shapely.box(7.0, 50.0, 7.0002, 50.0001)] * 3
    buildings = gpd.GeoDataFrame(
        {"building_id": ["osm:w3", "osm:w1", "osm:w2"], "building": ["roof", "apartments", "house"],
         "levels": [1.0, 5.0, np.nan]}, geometry=shapes, crs="EPSG:4326",
    )  # fmt: skip
    stock = building_stock(buildings, Parameters(), crs=CRS)
    assert stock["building_id"].tolist() == ["osm:w1", "osm:w2"]
    assert stock["storeys"].tolist()[0] == 5.0 and stock["storeys"][1] > 0
    assert stock["storeys_mapped"].tolist() == [True, False]
