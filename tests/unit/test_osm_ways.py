"""Ways, nodes, gates, extent and the door (TRAPS 3, 11, 16 and bad input)."""

import bz2
import dataclasses
import gzip

import numpy as np
import pandas as pd
import pytest
import shapely

from nahraum.errors import InputError
from nahraum.sources.osm import OsmExtract, read_osm
from tiny_osm import TinyOsm, degrees


@pytest.fixture
def town() -> TinyOsm:
    made = TinyOsm()
    made.street()
    return made


def assert_same(one: OsmExtract, other: OsmExtract) -> None:
    """Two extracts are equal in every table."""
    for field in dataclasses.fields(OsmExtract):
        first, second = getattr(one, field.name), getattr(other, field.name)
        if isinstance(first, pd.DataFrame):
            pd.testing.assert_frame_equal(pd.DataFrame(first), pd.DataFrame(second))
        elif isinstance(first, np.ndarray):
            assert first.tolist() == second.tolist(), field.name
        else:
            assert first == second, field.name


def test_a_missing_node_splits_a_way_and_is_never_bridged(town, tmp_path):
    nodes = [town.node((x, 100.0)) for x in range(0, 700, 100)]
    number = town.way(nodes, highway="footway", name="Uferweg")
    town.lose(nodes[3])
    extract = read_osm(town.write(tmp_path / "a.osm.pbf"))
    runs = extract.ways[extract.ways["way_id"] == number]
    assert runs["part"].tolist() == [0, 1]
    pieces = [extract.way_nodes[row.first : row.first + row.n_nodes].tolist() for row in runs.itertuples()]
    assert pieces == [nodes[:3], nodes[4:]]
    assert nodes[3] not in extract.nodes["node_id"].to_numpy()
    assert extract.counts["ways_split_at_missing_nodes"] == 1


def test_a_single_known_node_beside_missing_ones_makes_no_way(town, tmp_path):
    nodes = [town.node((x, 100.0)) for x in range(0, 400, 100)]
    number = town.way(nodes, highway="footway")
    town.lose(nodes[1], nodes[3])
    extract = read_osm(town.write(tmp_path / "a.osm.pbf"))
    assert not (extract.ways["way_id"] == number).any()


def test_every_highway_is_listed_and_marked_as_walkable_or_not(town, tmp_path):
    town.way([(0, 200), (100, 200)], highway="motorway")
    town.way([(0, 300), (100, 300)], highway="trail")
    town.way([(0, 400), (100, 400)], highway="construction")
    ways = read_osm(town.write(tmp_path / "a.osm.pbf")).ways
    assert ways.set_index("highway")["walkable"].to_dict() == {
        "residential": True, "motorway": False, "trail": True, "construction": False,
    }  # fmt: skip


def test_kerbs_and_crossings_are_read_from_the_nodes_of_ways(town, tmp_path):
    kerb = town.node((100.0, 100.0), barrier="kerb", kerb="raised", wheelchair="no")
    low = town.node((200.0, 100.0), kerb="lowered")
    light = town.node((300.0, 100.0), highway="crossing", crossing="traffic_signals")
    zebra = town.node((400.0, 100.0), highway="crossing", crossing="zebra")
    cars = town.node((500.0, 100.0), highway="traffic_signals")
    town.node((600.0, 100.0), highway="crossing", crossing="zebra")  # on no way
    town.way([kerb, low, light, zebra, cars], highway="footway")
    nodes = read_osm(town.write(tmp_path / "a.osm.pbf")).nodes.set_index("node_id")
    assert nodes.loc[[kerb, low, light, zebra, cars], "kerb"].tolist() == ["raised", "lowered", "", "", ""]
    assert nodes.loc[[kerb, low, light, zebra, cars], "crossing"].tolist() == [
        "", "", "signals", "unsignalled", "signals",
    ]  # fmt: skip
    assert nodes.loc[kerb, ["barrier", "wheelchair", "passable"]].tolist() == ["kerb", "no", True]
    assert len(nodes) == 5 + 4


def test_what_closes_a_way_to_wheels_is_read_as_mapped(town, tmp_path):
    told = {"surface": "sett", "smoothness": "bad", "tracktype": "grade2", "incline": "8%", "width": "1,2"}
    told |= {"step_count": "12", "conveying": "forward", "ramp": "yes", "wheelchair": "no", "lit": "yes"}
    number = town.way([(0, 200), (100, 200)], highway="steps", ramp__wheelchair="yes", ramp__stroller="no", **told)
    row = read_osm(town.write(tmp_path / "a.osm.pbf")).ways.set_index("way_id").loc[number]
    assert {name: row[name] for name in told} == told
    assert (row["ramp_wheelchair"], row["ramp_stroller"], row["foot_oneway"], row["steps"]) == ("yes", "no", 1, True)


def test_the_rings_of_a_square_can_be_walked(town, tmp_path):
    town.ring([(100, 100), (200, 100), (200, 200)], highway="pedestrian", area="yes")
    outer = town.square((400, 400), 100)
    town.relation([("w", outer, "outer")], type="multipolygon", highway="pedestrian", name="Marktplatz")
    ways = read_osm(town.write(tmp_path / "a.osm.pbf")).ways.set_index("way_id")
    assert ways.loc[2, "walkable"]
    assert ways.loc[outer, "walkable"]
    assert ways.loc[outer, "name"] == "Marktplatz"


def test_nodes_carry_their_barrier_and_gates_are_listed(town, tmp_path):
    gate = town.node((100, 500), barrier="gate", locked="yes")
    post = town.node((200, 500), barrier="bollard")
    town.way([(0, 500), gate, post, (300, 500)], highway="path")
    door = town.node((600, 600), entrance="main")
    town.ring([door, (620, 600), (620, 620)], building="house")
    park_door = town.node((700, 700), entrance="yes")
    extract = read_osm(town.write(tmp_path / "a.osm.pbf"))
    nodes = extract.nodes.set_index("node_id")
    assert nodes.loc[[gate, post], "passable"].tolist() == [False, True]
    assert nodes.loc[gate, "barrier"] == "gate"
    assert extract.gates["node_id"].tolist() == [gate, post, park_door]


def test_positions_survive_to_a_centimetre(town, tmp_path):
    nodes = read_osm(town.write(tmp_path / "a.osm.pbf")).nodes.set_index("node_id")
    assert nodes.loc[2, ["lon", "lat"]].tolist() == pytest.approx(degrees((500.0, 10.0)), abs=1e-7)


def test_the_box_of_the_header_is_the_extent(town, tmp_path):
    extract = read_osm(town.write(tmp_path / "a.osm.pbf"))
    assert extract.extent == pytest.approx((*degrees((0, 0)), *degrees((1000, 1000))), abs=1e-6)
    assert extract.counts["header_box_refused"] == 0


def test_a_placeholder_box_gives_way_to_the_streets(town, tmp_path):
    town.box = ((-400_000, -1_000_000), (4_000_000, 3_000_000))
    extract = read_osm(town.write(tmp_path / "a.osm.pbf"))
    assert extract.extent == pytest.approx((*degrees((0, 10)), *degrees((1000, 990))), abs=1e-6)
    assert extract.counts["header_box_refused"] == 1


def test_without_a_box_the_streets_give_the_extent_and_broken_ways_do_not_count(town, tmp_path):
    town.box = None
    lost = town.node((0, 5000))
    town.way([(500, 10), (500, 4000), lost], highway="residential")
    town.lose(lost)
    extract = read_osm(town.write(tmp_path / "a.osm.pbf"))
    assert extract.extent == pytest.approx((*degrees((0, 10)), *degrees((1000, 990))), abs=1e-6)


def test_a_header_box_is_the_coverage_and_without_one_it_is_inferred(town, tmp_path):
    assert read_osm(town.write(tmp_path / "a.osm.pbf")).coverage is None
    town.box = None
    far = town.way([(0, 3000), (10, 3000)], highway="residential")
    assert far
    ground = read_osm(town.write(tmp_path / "b.osm.pbf")).coverage
    assert ground.contains(shapely.Point(degrees((500, 20))))
    assert not ground.contains(shapely.Point(degrees((500, 2000))))


def test_the_day_of_the_header_is_the_date_and_a_lost_timestamp_is_none(town, tmp_path):
    town.date = "2024-09-08T20:21:00Z"
    assert read_osm(town.write(tmp_path / "a.osm.pbf")).date == "2024-09-08"
    town.date = "2106-02-07T06:28:15Z"
    assert read_osm(town.write(tmp_path / "b.osm.pbf")).date == ""


def test_format_order_and_repetition_change_nothing(town, tmp_path):
    town.square((100, 100), 200, leisure="park", name="Stadtpark")
    town.square((400, 100), 20, building="house")
    town.node((500, 50), shop="supermarket", name="Markt")
    town.way([(500, 10), (500, 900)], railway="rail")
    plain = read_osm(town.write(tmp_path / "a.osm.pbf"))
    assert_same(plain, read_osm(town.write(tmp_path / "turned.osm.pbf", turned=True)))
    text = town.write(tmp_path / "a.osm").read_bytes()
    for name, content in {"b.osm": text, "b.osm.gz": gzip.compress(text), "b.osm.bz2": bz2.compress(text)}.items():
        (tmp_path / name).write_bytes(content)
        assert_same(plain, read_osm(tmp_path / name))


def test_the_format_is_found_by_content_not_by_name(town, tmp_path):
    path = town.write(tmp_path / "a.osm.pbf").rename(tmp_path / "download.bin")
    assert len(read_osm(path).ways) == 1


def test_barrier_lines_are_split_at_missing_nodes_and_leave_out_tunnels(town, tmp_path):
    rails = [town.node((x, 800.0)) for x in range(0, 600, 100)]
    town.way(rails, railway="rail")
    town.way([(0, 900), (100, 900)], railway="rail", tunnel="yes")
    town.lose(rails[2])
    lines = read_osm(town.write(tmp_path / "a.osm.pbf")).barriers
    assert lines["line_id"].tolist() == ["osm:w2", "osm:w2#2"]
    assert set(lines["kind"]) == {"rail"}


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match="there is no file"):
        read_osm(tmp_path / "none.osm.pbf")


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "a.osm.pbf").write_bytes(b"")
    with pytest.raises(InputError, match="is empty"):
        read_osm(tmp_path / "a.osm.pbf")


@pytest.mark.parametrize("content", [b"PK\x03\x04 a zip", b"a;b;c\n1;2;3\n", b'<?xml version="1.0"?><gpx></gpx>'])
def test_another_kind_of_file_is_refused(tmp_path, content):
    (tmp_path / "a.osm.pbf").write_bytes(content)
    with pytest.raises(InputError, match="not an OpenStreetMap file") as caught:
        read_osm(tmp_path / "a.osm.pbf")
    assert caught.value.expected


def test_an_extract_without_objects_is_refused(tmp_path):
    with pytest.raises(InputError, match="is empty"):
        read_osm(TinyOsm().write(tmp_path / "a.osm.pbf"))


@pytest.mark.parametrize("name", ["a.osm.pbf", "a.osm", "a.osm.gz", "a.osm.bz2"])
def test_a_truncated_file_is_refused(town, tmp_path, name):
    for number in range(400):
        town.node((float(number), 50.0), amenity="bench", name=f"Bank {number * 7919}")
    content = town.write(tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: len(content) * 2 // 3])
    with pytest.raises(InputError, match="damaged or incomplete") as caught:
        read_osm(tmp_path / name)
    assert caught.value.fix


def test_an_extract_without_walkable_ways_is_refused(tmp_path):
    town = TinyOsm()
    town.way([(0, 0), (100, 0)], highway="motorway")
    with pytest.raises(InputError, match="no walkable way"):
        read_osm(town.write(tmp_path / "a.osm.pbf"))
