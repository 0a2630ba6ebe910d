"""What holds for every study area: nobody is lost, and the order and the CRS of inputs change nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.area import Area, AreaInputs, build_area
from nahraum.area.apportion import apportion_groups
from nahraum.frames import to_micro
from nahraum.tables import GridTable
from tiny_areas import (
    GRID,
    LON_LAT,
    UTM,
    barriers,
    buildings,
    census,
    extract,
    facilities,
    greens,
    house,
    parameters,
    quarters,
    square,
    ways,
)

TABLES = ("addresses", "cells", "quarters", "facilities", "categories", "greens", "green_entrances", "barriers",
          "crossings", "base", "notes")  # fmt: skip


@st.composite
def towns(draw: st.DrawFn, size_m: int) -> tuple[list[dict[str, Any]], GridTable, GridTable]:
    """Homes, residents and dwellings of one census square kilometre; anything may be missing anywhere."""
    spot = st.integers(0, 9)
    kinds = st.sampled_from(["house", "apartments", "yes", "bungalow"])
    homes = []
    for number in range(1, draw(st.integers(0, 12)) + 1):
        east, north = 100 * draw(spot) + draw(st.integers(15, 85)), 100 * draw(spot) + draw(st.integers(15, 85))
        tags = {"building": draw(kinds), "levels": draw(st.sampled_from([np.nan, 1.0, 3.5])),
                "communal": draw(st.booleans()), "has_address": draw(st.booleans())}  # fmt: skip
        homes.append(house(number, east, north, draw(st.integers(5, 30)), **tags))
    people = st.floats(0.000001, 5000, allow_nan=False)
    centres = st.tuples(spot, spot).map(lambda at: (at[0] * 100 + 50.0, at[1] * 100 + 50.0))
    places = st.just((500.0, 500.0)) if size_m == 1000 else centres
    residents = draw(st.dictionaries(places, people, min_size=1, max_size=8))
    dwellings = draw(st.dictionaries(centres, st.integers(1, 40).map(float), max_size=6))
    return homes, census(residents, size_m), census(dwellings, name="dwellings")


def built(homes: list[dict[str, Any]], population: GridTable, dwellings: GridTable) -> Area:
    inputs = AreaInputs(osm=extract(buildings=buildings(homes)), population=population, dwellings=dwellings)
    return build_area(inputs, parameters(), crs=None)


@settings(max_examples=10, deadline=None)
@given(town=towns(100))
def test_every_resident_of_a_100_m_cell_has_an_address_in_it(town: Any) -> None:
    homes, population, dwellings = town
    area = built(homes, population, dwellings)
    wanted = population.table.assign(micro=to_micro(population.table["residents"])).set_index("cell_key")["micro"]
    micro = pd.Series(to_micro(area.addresses["residents"])).groupby(area.addresses["cell_key"].to_numpy()).sum()
    pd.testing.assert_series_equal(micro, wanted[wanted > 0], check_names=False)
    assert to_micro(area.cells["residents"]).sum() == wanted.sum()
    assert (area.addresses["residents_communal"] <= area.addresses["residents"]).all()


@settings(max_examples=10, deadline=None)
@given(town=towns(1000))
def test_every_resident_of_a_1_km_cell_has_an_address_in_it(town: Any) -> None:
    homes, population, dwellings = town
    area = built(homes, population, dwellings)
    assert to_micro(area.addresses["residents"]).sum() == to_micro(population.table["residents"]).sum()
    assert to_micro(area.cells["residents"]).sum() == to_micro(population.table["residents"]).sum()


@settings(max_examples=100, deadline=None)
@given(
    totals=st.lists(st.integers(0, 3 * 10**10), min_size=1, max_size=6),
    weights=st.lists(st.floats(0.001, 1e6), min_size=1, max_size=30),
    seed=st.integers(0, 99),
)
def test_parts_add_up_and_the_larger_weight_never_gets_less(totals: list[int], weights: list[float], seed: int) -> None:
    group = np.random.default_rng(seed).integers(0, len(totals), len(weights))
    whole = np.where(np.bincount(group, minlength=len(totals)) > 0, totals, 0).astype(np.int64)
    parts = apportion_groups(whole, group.astype(np.int64), np.array(weights))
    assert np.bincount(group, parts, len(totals)).astype(np.int64).tolist() == whole.tolist()
    assert (parts >= 0).all()
    for one in range(len(totals)):
        order = np.argsort(np.array(weights)[group == one], kind="stable")
        assert (np.diff(parts[group == one][order]) >= -1).all()  # one millionth by largest remainder


def small_town() -> AreaInputs:
    rng = np.random.default_rng(7)
    at = 100 * rng.integers(0, 10, (60, 2)) + rng.integers(20, 80, (60, 2))
    homes = [house(n, *at[n].tolist(), levels=float(n % 4 + 1)) for n in range(1, 60)]
    lines = [[(4_200_000.0 + x, 3_000_000.0), (4_200_000.0 + x, 3_001_000.0)] for x in range(0, 1001, 125)]
    lines += [[(4_200_000.0 + x, 3_000_000.0 + y) for x in range(0, 1001, 125)] for y in range(0, 1001, 125)]
    lots = [square(130 + 125 * (n % 5), 10 + 127 * n, 110) for n in range(5)]
    parks = [{"green_id": f"osm:w{n}", "name": f"Park {n}", "geometry": lot} for n, lot in enumerate(lots)]
    shops = [{"facility_id": f"osm:n{n}", "category": c, "geometry": square(100 * n, 90 * n, 1).centroid}
             for n, c in enumerate(["stop", "gp", "pharmacy", "school_unspecified", "stop"])]  # fmt: skip
    loops = [shapely.boundary(square(-300 + 90 * n, -300, 700)) for n in range(3)]
    rail = [{"line_id": f"osm:w9{n}", "kind": "rail", "geometry": loop} for n, loop in enumerate(loops)]
    osm = extract(
        buildings=buildings(homes),
        greens=greens(parks, GRID),
        facilities=facilities(shops),
        barriers=barriers(rail, GRID),
        **ways(lines, GRID),
    )
    spots = [(x * 100 + 50.0, y * 100 + 50.0) for x in range(10) for y in range(10)]
    people = census({spot: float(rng.integers(3, 60)) for spot in spots})
    size = census({spot: float(rng.integers(40, 140)) for spot in spots}, name="floor_area_m2_per_dwelling")
    size.table["dwellings"] = rng.integers(1, 30, len(spots)).astype(float)
    floor = census({(500, 500): 42.0}, size_m=1000, name="floor_area_m2_per_resident")
    shapes = {f"Q{n}": square(200 * n, 0, 210, 1000) for n in range(5)}
    return AreaInputs(osm=osm, population=people, dwellings=size, floor_area=floor, quarters=quarters(shapes))


def shuffled(inputs: AreaInputs, seed: int) -> AreaInputs:
    def mixed(frame: Any) -> Any:
        return frame.sample(frac=1, random_state=seed).reset_index(drop=True)

    osm = inputs.osm
    tables = {name: mixed(getattr(osm, name)) for name in ("greens", "buildings", "barriers", "facilities", "gates")}
    grids = {name: getattr(inputs, name) for name in ("population", "dwellings", "floor_area")}
    grids = {name: GridTable(grid.size_m, mixed(grid.table)) for name, grid in grids.items()}
    return replace(inputs, osm=replace(osm, **tables), quarters=mixed(inputs.quarters), **grids)


@pytest.fixture(scope="module")
def plain() -> Area:
    return build_area(small_town(), parameters(), crs=None)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_changes_nothing(plain: Area, seed: int) -> None:
    other = build_area(shuffled(small_town(), seed), parameters(), crs=None)
    for name in TABLES:
        one, two = getattr(plain, name), getattr(other, name)
        pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(two), check_exact=True, obj=name)


@pytest.mark.parametrize("crs", [UTM, LON_LAT, "EPSG:25833", "EPSG:3857"])
def test_the_crs_of_the_quarters_changes_nothing(plain: Area, crs: str) -> None:
    inputs = small_town()
    dense = gpd.GeoDataFrame(inputs.quarters).assign(geometry=lambda frame: frame.geometry.segmentize(20))
    other = build_area(replace(inputs, quarters=dense.to_crs(crs)), parameters(), crs=None)
    pd.testing.assert_frame_equal(plain.addresses, other.addresses)
    pd.testing.assert_frame_equal(plain.cells, other.cells)


def test_another_working_crs_moves_nobody_to_another_cell_or_quarter(plain: Area) -> None:
    other = build_area(small_town(), parameters(), crs="EPSG:25833")
    same = ["address_id", "cell_key", "quarter_id", "kind", "inside", "edge"]
    pd.testing.assert_frame_equal(plain.addresses[same], other.addresses[same])
    np.testing.assert_allclose(plain.addresses["residents"], other.addresses["residents"], rtol=0.002)
    assert plain.greens["green_id"].tolist() == other.greens["green_id"].tolist()
