"""Residents of a register stay what they are: totals to the millionth, whatever the order of rows and buildings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.area import Area, AreaInputs, build_area
from nahraum.frames import to_micro
from nahraum.tables import PopulationRegister
from tiny_areas import GRID, buildings, census, extract, house, parameters, quarters, square

CELLS = [(50 + 100 * i, 50 + 100 * j) for i in range(5) for j in range(3)]
STRIPS = {f"{i:02d}": square(100 * i, 0, 100, 300) for i in range(5)}
BLOCKS = {f"b{i}": square(100 * i + 5, 5, 90, 140) for i in range(5)}

homes = st.lists(
    st.tuples(st.integers(0, 480), st.integers(0, 280), st.integers(1, 6)),
    min_size=1,
    max_size=12,
    unique_by=lambda h: h[:2],
)
people = st.dictionaries(st.sampled_from(CELLS), st.integers(1, 500), min_size=1, max_size=8)
told = st.lists(st.one_of(st.none(), st.integers(0, 3000)), min_size=5, max_size=5).filter(any)


def register(kind: str, shapes: dict[str, shapely.Geometry], numbers: list[int | None]) -> PopulationRegister:
    values = [np.nan if number is None else float(number) for number in numbers]
    frame = pd.DataFrame({"area_id": list(shapes), "residents": values})
    frame = frame.assign(residents_status=np.where(frame["residents"].isna(), "missing", "ok"), under_10_share=np.nan,
                         from_65_share=np.nan, from_80_share=np.nan)  # fmt: skip
    drawn = gpd.GeoDataFrame({"area_id": list(shapes)}, geometry=list(shapes.values()), crs=GRID).to_crs("EPSG:4326")
    return PopulationRegister(kind, frame, drawn, "2025-12-31")


def built(drawn: list[tuple[int, int, int]], residents: dict[Any, int], own: PopulationRegister | None) -> Area:
    rows = [house(n, east, north, side_m=9, levels=levels) for n, (east, north, levels) in enumerate(drawn, 1)]
    inputs = AreaInputs(
        osm=extract(buildings=buildings(rows)), population=census(dict(residents)), quarters=quarters(STRIPS),
        population_register=own,
    )  # fmt: skip
    return build_area(inputs, parameters(), crs=None)


@settings(max_examples=10, deadline=None)
@given(homes, people, told)
def test_every_quarter_adds_up_to_the_register_exactly(drawn, residents, numbers) -> None:
    area = built(drawn, residents, register("quarter", STRIPS, numbers))
    micro = pd.Series(to_micro(area.addresses["residents"]), index=area.addresses["quarter_id"]).groupby(level=0).sum()
    for name, number in zip(STRIPS, numbers, strict=True):
        if number is not None:
            assert micro.get(name, 0) == number * 1_000_000
    assert set(area.addresses["quarter_id"]) <= {*STRIPS, ""}


@settings(max_examples=6, deadline=None)
@given(homes, people, told)
def test_every_block_adds_up_and_nobody_outside_changes(drawn, residents, numbers) -> None:
    own = register("block", BLOCKS, numbers)
    area, before = built(drawn, residents, own), built(drawn, residents, None)
    shapes = gpd.GeoSeries(list(BLOCKS.values()), index=list(BLOCKS), crs=GRID).to_crs(area.crs)
    points = shapely.points(area.addresses[["x_m", "y_m"]].to_numpy())
    micro = to_micro(area.addresses["residents"])
    inside = np.zeros(len(points), dtype=bool)
    for name, number in zip(BLOCKS, numbers, strict=True):
        here = shapely.intersects(shapes[name], points)
        inside |= here
        if number is not None:
            assert micro[here].sum() == number * 1_000_000
    outside = area.addresses[~inside].set_index("address_id")["residents"]
    same = before.addresses.set_index("address_id")["residents"]
    assert all(same[name] == value for name, value in outside.items())


@settings(max_examples=6, deadline=None)
@given(homes, people)
def test_a_register_with_the_census_own_totals_moves_nobody(drawn, residents) -> None:
    totals = [sum(number for (east, _), number in residents.items() if east // 100 == i) for i in range(5)]
    plain, area = built(drawn, residents, None), built(drawn, residents, register("quarter", STRIPS, totals))
    pd.testing.assert_frame_equal(area.addresses, plain.addresses)
    assert (area.population_difference["residents_difference"] == 0).all()


@settings(max_examples=6, deadline=None)
@given(homes, people, told, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_buildings_does_not_matter(drawn, residents, numbers, shuffle) -> None:
    own = register("quarter", STRIPS, numbers)
    order = list(range(5))
    shuffle.shuffle(order)
    mixed = replace(own, table=own.table.iloc[order].reset_index(drop=True))
    one, other = built(drawn, residents, own), built(drawn, residents, mixed)
    pd.testing.assert_frame_equal(one.addresses, other.addresses)
    pd.testing.assert_frame_equal(one.population_difference, other.population_difference)
