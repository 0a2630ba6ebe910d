"""Random towns written by libosmium in every shape it knows, read by the decoder and by libosmium: equal."""

import random

import numpy as np
import osmium
import pandas as pd
import pytest
from osmium.osm import mutable

from nahraum.sources.osm.door import open_door
from nahraum.sources.osm.pbf_blobs import pbf_file
from nahraum.sources.osm.raw import read_by_osmium, read_raw
from nahraum.sources.osm.streets import read_streets
from nahraum.sources.osm.walk import node_table, way_table, way_tags
from tiny_pbf import assert_same_raw

SHAPES = [
    "", "pbf_dense_nodes=false", "pbf_compression=none", "pbf_compression_level=1", "add_metadata=none",
    "locations_on_ways=true", "pbf_dense_nodes=false,pbf_compression=none",
]  # fmt: skip
KEYS = ("highway", "railway", "barrier", "foot", "crossing", "kerb", "name", "layer", "building", "shop", "source")
VALUES = ("footway", "platform", "gate", "no", "yes", "crossing", "Straße", "-1", "")
AUTHOR = {"version": 3, "timestamp": "2024-05-01T10:00:00Z", "changeset": 77, "uid": 5, "user": "jemand"}


def tags(chance):
    return {chance.choice(KEYS): chance.choice(VALUES) for _ in range(chance.choice((0, 0, 1, 2, 3)))}


def place(chance):
    return chance.uniform(-179, 179), chance.uniform(-85, 85)


def write_town(path, chance, shape, *, n_nodes):
    """More nodes than fit into one block (8,000), ways with lost nodes, relations; twice some objects, at times."""
    doubled = chance.random() < 0.3
    mixed = chance.random() < 0.3
    node_ids = sorted(chance.sample(range(1, 1 << 36), n_nodes))
    things = [
        mutable.Node(
            id=number, location=(chance.uniform(-179, 179), chance.uniform(-85, 85)), tags=tags(chance), **AUTHOR
        )
        for number in node_ids
    ]
    for number in range(1, 400):
        refs = [*chance.choices(node_ids, k=chance.randint(0, 8)), chance.randint(1, 1 << 36)]
        things.append(mutable.Way(id=number, nodes=refs, tags=tags(chance), **AUTHOR))
    for number in range(1, 60):
        kind = chance.choice(("multipolygon", "boundary", "route"))
        members = [
            (
                chance.choice("nwr"),
                chance.choice((chance.randint(1, 400), chance.choice(node_ids))),
                chance.choice(VALUES),
            )
            for _ in range(chance.randint(0, 6))
        ]
        things.append(mutable.Relation(id=number, members=members, tags={**tags(chance), "type": kind}, **AUTHOR))
    if doubled:
        things += chance.sample(things[n_nodes:], 20)  # libosmium promises nothing where nodes are repeated
    if mixed:
        chance.shuffle(things)
    write = {"Node": "add_node", "Way": "add_way", "Relation": "add_relation"}
    with osmium.SimpleWriter(osmium.io.File(str(path), ",".join(filter(None, ("osm.pbf", shape))))) as writer:
        for thing in things:
            getattr(writer, write[type(thing).__name__])(thing)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("shape", SHAPES)
def test_the_decoder_reads_what_libosmium_reads(tmp_path, shape, seed):
    path = tmp_path / "a.osm.pbf"
    write_town(path, random.Random(f"{shape}{seed}"), shape, n_nodes=(50, 9000, 17000)[seed])
    door = open_door(path)
    with pbf_file(path) as file:
        assert len(file.blobs) >= seed
    found = read_raw(door)
    assert_same_raw(found, read_by_osmium(door))
    ways, way_nodes = way_table(found.ways, way_tags(found))
    streets = read_streets(path)
    pd.testing.assert_frame_equal(streets.ways, ways)
    pd.testing.assert_frame_equal(streets.nodes, node_table(found, way_nodes))
    np.testing.assert_array_equal(streets.way_nodes, way_nodes)
