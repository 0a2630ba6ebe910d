"""Walking networks of a real town: what the profiles leave open, islands, order in memory."""

import numpy as np
import pytest

from nahraum.network import BLOCKED, build_network, known_shares
from nahraum.sources.osm import read_osm

CRS = "EPSG:25832"
pytestmark = [pytest.mark.real, pytest.mark.xdist_group("network")]


@pytest.fixture(scope="module")
def heidelberg(data_dir):
    return read_osm(data_dir / "heidelberg" / "heidelberg.test.pbf")


@pytest.fixture(scope="module")
def everything(heidelberg):
    return build_network(heidelberg, crs=CRS)


def test_most_of_the_town_hangs_together_and_the_rest_is_told(everything):
    counts = everything.counts
    assert counts["components"] > 100
    assert counts["main_component_length_m"] > 0.95 * counts["length_m"]
    small = counts["length_m"] - counts["main_component_length_m"] - counts["small_components_length_m"]
    assert abs(small) <= 1  # metres are rounded down


def test_only_marked_ways_are_one_way(heidelberg, everything):
    marked = heidelberg.ways.loc[heidelberg.ways["foot_oneway"] != 0, "way_id"]
    one_way = (everything.edge_forward == BLOCKED) | (everything.edge_backward == BLOCKED)
    assert 0 < one_way.sum() < 50
    assert set(everything.edge_way_id[one_way].tolist()) <= set(marked.tolist())


def test_neighbours_on_the_ground_are_near_in_memory(everything):
    by_id = np.argsort(np.argsort(everything.node_id, kind="stable"))
    apart = np.abs(everything.edge_from - everything.edge_to).mean()
    assert apart < 0.05 * np.abs(by_id[everything.edge_from] - by_id[everything.edge_to]).mean()


def test_wheels_have_fewer_ways_than_feet_and_little_is_mapped(heidelberg, everything):
    networks = {name: build_network(heidelberg, crs=CRS, profile=name) for name in ("adult", "pushchair", "wheelchair")}
    length = {name: network.counts["length_m"] for name, network in networks.items()}
    assert length["wheelchair"] < length["pushchair"] < length["adult"] == everything.counts["length_m"]
    assert length["wheelchair"] > 0.8 * length["adult"]
    shares = known_shares(networks["wheelchair"])
    assert shares["surface"] > 0.4 and shares["kerb"] < 0.05
