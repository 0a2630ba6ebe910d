"""The decoder of .osm.pbf: odd blocks byte by byte, wild orders, damage; libosmium is the witness."""

import random
import zlib

import numpy as np
import pandas as pd
import pytest

from nahraum.errors import InputError
from nahraum.sources.osm import pbf_block, pbf_kernels, pbf_tags, read_osm
from nahraum.sources.osm import raw as raw_module
from nahraum.sources.osm.door import open_door
from nahraum.sources.osm.pbf_blobs import PbfFile
from nahraum.sources.osm.raw import read_by_osmium, read_raw
from nahraum.sources.osm.streets import read_streets
from tiny_osm import TinyOsm
from tiny_pbf import TinyBlock, assert_same_raw, blob, entry, header, write_pbf

STREET = {"highway": "residential", "name": "Hauptstraße"}


def same_by_both(path):
    """The reading of the decoder, after a look that libosmium reads the same."""
    door = open_door(path)
    found = read_raw(door)
    assert_same_raw(found, read_by_osmium(door))
    return found


def nodes(first, count, **tags):
    """Nodes in a row, 100 units apart."""
    return [(first + number, 70_000_000 + 100 * number, 510_000_000, tags) for number in range(count)]


@pytest.fixture
def osmium_is_away(monkeypatch):
    """libosmium must not be asked."""
    monkeypatch.setattr(raw_module, "read_by_osmium", lambda door: pytest.fail("read by libosmium"))


@pytest.mark.parametrize("packing", ["raw", "zlib"])
def test_plain_and_dense_nodes_lie_where_granularity_and_offsets_put_them(tmp_path, packing):
    """By hand: (offset + granularity · value) nanodegrees; -123456789 · 35 + 7 nano = -4.320987608 → cut -4.3209876."""
    block = TinyBlock(granularity=35, latitude_offset=7, longitude_offset=-11)
    block.plain([(5, 200_000_000, -123_456_789, {"shop": "bakery"})])
    block.dense([(7, -40, 60, {}), (9, 1, 2, {"amenity": "cafe", "name": "Ü"}), (11, 3, 4, {})])
    block.ways([(1, [5, 7, 9, 11], STREET)])
    found = same_by_both(write_pbf(tmp_path / "a.osm.pbf", block, packing=packing))
    assert found.nodes.ids.tolist() == [5, 9]
    assert found.nodes.tags == [{"shop": "bakery"}, {"amenity": "cafe", "name": "Ü"}]
    assert found.ways.lat.tolist() == [-4.3209876, 0.0000021, 0.0, 0.0000001]
    assert found.ways.lon.tolist() == [6.9999999, -0.0000014, 0.0, 0.0]


def test_unknown_fields_and_author_metadata_are_stepped_over(tmp_path):
    block = TinyBlock().dense(nodes(1, 3), info=b"\x0a\x03\x01\x01\x01").ways([(1, [1, 2, 3], STREET)])
    block.groups[0] += b"\x29" + bytes(8) + b"\x35" + bytes(4)  # fixed64 and fixed32 fields nobody knows
    assert len(same_by_both(write_pbf(tmp_path / "a.osm.pbf", block)).ways.refs) == 3


def test_ids_beyond_33_bits_are_kept(tmp_path):
    big = 1 << 40
    block = TinyBlock().dense([(7, 0, 0, {}), (big, 1, 1, {"shop": "kiosk"})]).ways([(big + 1, [7, big], STREET)])
    found = same_by_both(write_pbf(tmp_path / "a.osm.pbf", block))
    assert found.ways.ids.tolist() == [big + 1]
    assert found.ways.refs.tolist() == [7, big]
    assert found.nodes.ids.tolist() == [big]


def test_ids_below_zero_are_ids_as_any_other(tmp_path):
    """Editors number new objects so; libosmium does not place ways on such nodes."""
    block = TinyBlock().dense([(-7, 2, 3, {"shop": "kiosk"}), (5, 1, 1, {})]).ways([(-3, [-7, 5], STREET)])
    path = write_pbf(tmp_path / "a.osm.pbf", block)
    found = read_raw(open_door(path))
    assert (found.ways.ids.tolist(), found.nodes.ids.tolist()) == ([-3], [-7])
    assert found.ways.lon.tolist() == [2e-7, 1e-7]
    assert read_streets(path).way_nodes.tolist() == [-7, 5]


def test_members_keep_kind_role_and_place_and_ways_of_relations_are_kept_without_tags(tmp_path):
    members = [
        ("w", 9, "outer"),
        ("w", 8, ""),
        ("n", 3, "label"),
        ("r", 4, "subarea"),
        ("w", 9, "outer"),
        ("n", 77, ""),
    ]
    block = TinyBlock().dense(nodes(1, 4)).ways([(8, [1, 2], {}), (9, [2, 3], {"source": "x"}), (10, [1, 4], {})])
    block.relations([(1, members, {"type": "multipolygon", "natural": "wood"}), (2, members, {"type": "route"})])
    found = same_by_both(write_pbf(tmp_path / "a.osm.pbf", block))
    assert found.ways.ids.tolist() == [8, 9]
    assert [relation.id for relation in found.relations] == [1]
    assert found.relations[0].ways == ((9, "outer"), (8, ""))
    assert found.relations[0].nodes == ((3, "label"), (77, ""))
    assert list(found.positions) == [3]


def test_each_kernel_is_compiled_once_and_the_rehearsal_compiles_all(tmp_path):
    """Another type of an argument is another compilation on every machine."""
    town = busy_town().write(tmp_path / "a.osm.pbf")
    pbf_block.rehearse()
    kernels = [
        one
        for one in {**vars(pbf_kernels), **vars(pbf_tags)}.values()
        if hasattr(one, "signatures") and one.__name__[0] != "_"
    ]
    assert len(kernels) == 9
    assert {len(kernel.signatures) for kernel in kernels} == {1}
    read_streets(town)
    read_raw(open_door(town))
    assert {len(kernel.signatures) for kernel in kernels} == {1}


def sorted_blocks(n_blocks=12):
    """Many small blocks in order: nodes, ways, relations."""
    blocks = [TinyBlock().dense(nodes(1 + 10 * number, 10, shop="kiosk")) for number in range(n_blocks)]
    blocks += [
        TinyBlock().ways([(number, [10 * number + 1, 10 * number + 12, 10 * number + 20], STREET)])
        for number in range(n_blocks - 1)
    ]
    return [*blocks, TinyBlock().relations([(1, [("w", 2, "outer")], {"type": "multipolygon", "highway": "footway"})])]


def test_each_block_of_a_sorted_file_is_unpacked_once(tmp_path, monkeypatch, osmium_is_away):
    unpacked = []
    content = PbfFile.content
    monkeypatch.setattr(PbfFile, "content", lambda self, number: unpacked.append(number) or content(self, number))
    path = write_pbf(tmp_path / "a.osm.pbf", *sorted_blocks())
    assert len(read_raw(open_door(path)).ways.ids) == 11
    assert sorted(unpacked) == list(range(24))
    unpacked.clear()
    assert len(read_streets(path).ways) == 11
    assert sorted(unpacked) == list(range(24))


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_the_blocks_changes_nothing(tmp_path, seed):
    blocks = sorted_blocks()
    plain = read_raw(open_door(write_pbf(tmp_path / "a.osm.pbf", *blocks)))
    random.Random(seed).shuffle(blocks)
    path = write_pbf(tmp_path / "b.osm.pbf", *blocks)
    assert_same_raw(plain, same_by_both(path))
    assert_same_streets(path)


@pytest.mark.parametrize("place", range(24))
def test_a_stray_way_is_found_wherever_it_stands(tmp_path, place):
    """Bisection must not overlook what stands where no sorted file has it."""
    blocks = sorted_blocks()
    blocks.insert(place, TinyBlock().ways([(500, [5, 6], STREET)]))
    path = write_pbf(tmp_path / "a.osm.pbf", *blocks)
    assert 500 in same_by_both(path).ways.ids
    assert 500 in read_streets(path).ways["way_id"].to_numpy()


def test_of_repeated_objects_the_last_one_counts(tmp_path):
    block = TinyBlock().dense([(1, 0, 0, {}), (2, 5, 5, {"shop": "kiosk"}), (2, 9, 9, {"shop": "bakery"})])
    block.ways([(1, [1, 2], STREET), (1, [2, 1], {"highway": "path"}), (2, [1, 2], STREET)])
    path = write_pbf(tmp_path / "a.osm.pbf", block)
    found = read_raw(open_door(path))
    assert found.n_repeated == 2
    assert found.ways.refs.tolist() == [2, 1, 1, 2]
    assert found.ways.tags[0] == {"highway": "path"}
    assert found.nodes.tags == [{"shop": "bakery"}]
    assert found.ways.lon[0] == 9e-7
    assert_same_streets(path)


def test_a_node_off_the_earth_is_no_place(tmp_path):
    block = TinyBlock().dense([(1, 1_800_000_001, 0, {"shop": "kiosk"}), (2, 0, -900_000_001, {"shop": "kiosk"})])
    block.dense([(3, 1_800_000_000, 900_000_000, {"shop": "kiosk"})])
    assert same_by_both(write_pbf(tmp_path / "a.osm.pbf", block)).nodes.ids.tolist() == [3]


def assert_same_streets(path):
    """The short way gives the tables of the long one."""
    streets, extract = read_streets(path), read_osm(path)
    pd.testing.assert_frame_equal(streets.ways, extract.ways)
    pd.testing.assert_frame_equal(streets.nodes, extract.nodes)
    np.testing.assert_array_equal(streets.way_nodes, extract.way_nodes)


def busy_town():
    """A town with everything that people on foot meet."""
    town = TinyOsm()
    town.street()
    gate = town.node((100, 500), barrier="gate", locked="yes")
    crossing = town.node((200, 500), highway="crossing", crossing="zebra", kerb="lowered", wheelchair="yes")
    lamp = town.node((250, 500), highway="street_lamp", crossing__signals="no")
    lost = town.node((270, 500))
    town.way([(0, 500), gate, crossing, lamp, lost, (300, 500), (310, 500)], highway="path", name="Weg")
    town.way([(0, 600), (10, 600)], highway="path", oneway__foot="-1", layer="-2", incline="8%", lit="yes")
    town.way([(0, 610), (10, 610)], highway="footway", foot__backward="no", disused="yes")
    town.way([(0, 620), (10, 620)], highway="steps", step_count="12", conveying="forward", ramp__stroller="yes")
    town.way([(0, 700), (10, 700)], railway="platform")
    town.way([(0, 710), (10, 710)], public_transport="platform", name="Bahnhof")
    town.way([(0, 720), (10, 720)], railway="rail")
    town.way([(0, 730), (10, 730)], building="yes")
    outer = town.square((400, 400), 100)
    known = town.square((600, 400), 100, highway="footway", name="Rand")
    town.relation(
        [("w", outer, "outer"), ("w", known, "outer")], type="multipolygon", highway="pedestrian", name="Markt"
    )
    town.relation([("w", outer, "outer")], type="multipolygon", highway="footway", name="Zweite")
    town.relation([("w", outer, "outer")], type="multipolygon", landuse="forest")
    town.lose(lost)
    return town


@pytest.mark.parametrize("turned", [False, True])
def test_the_short_way_to_the_streets_gives_the_tables_of_the_long_one(tmp_path, turned):
    path = busy_town().write(tmp_path / "a.osm.pbf", turned=turned)
    assert_same_streets(path)
    ways = read_streets(path).ways.set_index("way_id")
    assert ways.loc[[10, 11], "name"].tolist() == ["Markt", "Rand"]
    assert ways.loc[3, "foot_oneway"] == -1
    assert ways.loc[2, "part"].tolist() == [0, 1]


def test_streets_of_xml_are_those_of_the_pbf(tmp_path):
    town = busy_town()
    one, other = read_streets(town.write(tmp_path / "a.osm.pbf")), read_streets(town.write(tmp_path / "a.osm"))
    pd.testing.assert_frame_equal(one.ways, other.ways)
    pd.testing.assert_frame_equal(one.nodes, other.nodes)


def test_a_file_without_streets_has_none(tmp_path):
    streets = read_streets(write_pbf(tmp_path / "a.osm.pbf", TinyBlock().dense(nodes(1, 2))))
    assert len(streets.ways) == len(streets.nodes) == len(streets.way_nodes) == 0


@pytest.mark.parametrize("packing", ["lz4", "zstd", "lzma"])
def test_another_packing_is_named_with_a_way_out(tmp_path, packing):
    path = write_pbf(tmp_path / "a.osm.pbf", TinyBlock().dense(nodes(1, 2)), packing=packing)
    for read in (read_osm, read_streets):
        with pytest.raises(InputError, match=packing) as caught:
            read(path)
        assert "osmium cat" in caught.value.fix


def test_a_file_with_several_versions_of_objects_goes_to_libosmium(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(raw_module, "read_by_osmium", lambda door: asked.append(door) or read_by_osmium(door))
    block = TinyBlock().dense(nodes(1, 2)).ways([(1, [1, 2], STREET)])
    demands = ("OsmSchema-V0.6", "DenseNodes", "HistoricalInformation")
    path = write_pbf(tmp_path / "a.osm.pbf", block, demands=demands)
    assert len(read_raw(open_door(path)).ways.ids) == 1
    assert len(read_streets(path).ways) == 1
    assert len(asked) == 2


def test_a_file_that_breaks_off_anywhere_is_refused(tmp_path):
    path = write_pbf(tmp_path / "a.osm.pbf", TinyBlock().dense(nodes(1, 40)).ways([(1, [1, 2], STREET)]))
    content, least = path.read_bytes(), len(header())
    for size in range(least + 1, len(content)):
        path.write_bytes(content[:size])
        for read in (read_osm, read_streets):
            with pytest.raises(InputError, match="damaged or incomplete"):
                read(path)


@pytest.mark.parametrize("size", [b"", entry(2, 0)])
@pytest.mark.parametrize("form", ["packed", "number"])
def test_a_blob_without_its_size_or_with_a_number_for_content_is_refused(tmp_path, size, form):
    packed_content = zlib.compress(TinyBlock().dense(nodes(1, 40)).ways([(1, [1, 2], STREET)]).content())
    body = size + entry(3, packed_content if form == "packed" else 7)
    head = entry(1, b"OSMData") + entry(3, len(body))
    path = tmp_path / "a.osm.pbf"
    path.write_bytes(header() + len(head).to_bytes(4, "big") + head + body)
    for read in (read_osm, read_streets):
        with pytest.raises(InputError, match="damaged or incomplete"):
            read(path)


def test_a_wrong_checksum_and_a_wrong_size_are_refused(tmp_path):
    content = TinyBlock().dense(nodes(1, 40)).content()
    packed = blob("OSMData", content)
    for broken in (packed[:-1] + bytes([packed[-1] ^ 1]), packed.replace(b"\x10", b"\x11", 1)):
        (tmp_path / "a.osm.pbf").write_bytes(header() + broken)
        with pytest.raises(InputError, match="damaged or incomplete"):
            read_streets(tmp_path / "a.osm.pbf")


def test_flipped_bytes_are_refused_or_read_but_never_read_beyond_the_block(tmp_path):
    """Blobs without packing have no checksum: any content may come."""
    block = TinyBlock().plain(nodes(1, 3, shop="kiosk")).dense(nodes(10, 20, barrier="gate"))
    block.ways([(number, [10, 12, 14], STREET) for number in range(5)])
    block.relations([(1, [("w", 2, "outer"), ("n", 3, "label")], {"type": "multipolygon", "highway": "footway"})])
    content, chance = block.content(), random.Random(7)
    n_refused = 0
    for _ in range(400):
        broken = bytearray(content)
        for _ in range(chance.randint(1, 3)):
            broken[chance.randrange(len(broken))] = chance.choice((0, 1, 127, 128, 255, chance.randrange(256)))
        (tmp_path / "a.osm.pbf").write_bytes(header() + blob("OSMData", bytes(broken), "raw"))
        door = open_door(tmp_path / "a.osm.pbf")
        for read in (lambda: read_raw(door), lambda: read_streets(tmp_path / "a.osm.pbf")):  # noqa: B023
            try:
                read()
            except InputError:
                n_refused += 1
    assert n_refused > 50
