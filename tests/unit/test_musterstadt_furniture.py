"""Musterstadt's trees, benches and toilets are in the file as they are planned."""

import numpy as np
import pytest

from nahraum.musterstadt import plan as layout
from nahraum.musterstadt.city import City, build_city
from nahraum.musterstadt.osm import write_osm
from nahraum.sources.osm import OsmExtract, read_osm


@pytest.fixture(scope="module")
def city() -> City:
    return build_city(1000, 1)


@pytest.fixture(scope="module")
def extract(city: City, tmp_path_factory) -> OsmExtract:
    path = tmp_path_factory.mktemp("city") / "musterstadt.osm.pbf"
    write_osm(city, path, set())
    return read_osm(path)


def test_two_rows_of_trees_stand_in_every_inhabited_cell_but_those_of_every_third_quarter(city, extract):
    quarters = city.plan.quarter[city.plan.use == layout.HOME]
    rows = np.array([0, 3, 8])[quarters % 3][quarters >= 0]
    assert (extract.street_furniture["kind"] == "tree").sum() == 2 * rows.sum() > 0
    assert (rows == 0).any()


def test_every_stop_and_the_market_square_have_benches_and_parks_have_water(city, extract):
    found = extract.street_furniture["kind"].value_counts()
    parks = [green for green in city.plan.greens if green.public and green.kind != "verge"]
    assert found["bench"] >= len(city.stops.name) + 8
    assert found["drinking_water"] == len(parks) + 1
    assert found["toilets"] >= 1


def test_the_market_square_is_one_hectare_of_public_space(extract):
    squares = extract.public_space[extract.public_space["kind"] == "square"]
    assert squares["name"].tolist() == ["Marktplatz"]
    assert squares["area_m2"].iloc[0] == pytest.approx(10_000, rel=0.1)


def test_the_playground_of_a_large_park_is_large_enough_for_small_children(extract):
    sizes = extract.public_space.loc[extract.public_space["kind"] == "playground", "area_m2"]
    assert sizes.tolist() == [pytest.approx(44 * 19, rel=0.01)]
