"""The decoder of .osm.pbf against libosmium, on real extracts: equal in every object, tag and member."""

import numpy as np
import pandas as pd
import pytest

from nahraum.sources.osm.door import open_door
from nahraum.sources.osm.raw import read_by_osmium, read_raw
from nahraum.sources.osm.streets import read_streets
from nahraum.sources.osm.walk import node_table, way_table, way_tags
from tiny_pbf import assert_same_raw

pytestmark = pytest.mark.real

EXTRACTS = [
    "lauf/lauf-200115.osm.pbf",
    "oldenburg/02-UrbanInfrastructure.osm.pbf",
    "las_palmas/example_las_palmas_2023_osm_20230221.pbf",
    "heidelberg/heidelberg.test.pbf",
]


@pytest.mark.parametrize("file", EXTRACTS)
def test_the_decoder_reads_what_libosmium_reads_and_the_short_way_gives_the_same_streets(data_dir, file):
    door = open_door(data_dir / file)
    found = read_raw(door)
    assert len(found.ways.ids) > 10_000
    assert_same_raw(found, read_by_osmium(door))
    ways, way_nodes = way_table(found.ways, way_tags(found))
    streets = read_streets(door.path)
    pd.testing.assert_frame_equal(streets.ways, ways)
    pd.testing.assert_frame_equal(streets.nodes, node_table(found, way_nodes))
    np.testing.assert_array_equal(streets.way_nodes, way_nodes)
    np.testing.assert_array_equal(streets.nodes["node_id"].to_numpy()[streets.way_rows], way_nodes)
    pd.testing.assert_frame_equal(streets.bare_ways, ways[streets.bare_ways.columns.to_list()])
    pd.testing.assert_frame_equal(streets.bare_nodes, streets.nodes[streets.bare_nodes.columns.to_list()])
