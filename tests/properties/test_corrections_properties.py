"""Random corrections of a tiny town: the order means nothing, inputs stay, a path never makes a way longer."""

from __future__ import annotations

import random
from copy import deepcopy

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from nahraum.errors import InputError
from nahraum.network import build_network
from nahraum.sources.osm import OsmExtract
from tiny_corrections import TABLES, applied, differing, extract, place, town, wkt

CRS = "EPSG:25832"
CASES = 25
FIRST_OWN = 1 << 51


@pytest.fixture(scope="module")
def osm(tmp_path_factory) -> OsmExtract:
    return extract(town(), tmp_path_factory.mktemp("town"))


def spot(dice: random.Random) -> tuple[float, float]:
    return dice.uniform(5.0, 995.0), dice.uniform(5.0, 995.0)


def near_a_way(dice: random.Random) -> tuple[float, float]:
    along = dice.uniform(10.0, 990.0)
    return dice.choice([(along, 10.0 + dice.uniform(-8, 8)), (500.0 + dice.uniform(-8, 8), min(along, 395.0))])


def random_rows(dice: random.Random) -> list[dict[str, str]]:
    """A handful of corrections of all kinds that do not contradict each other."""
    rows: list[dict[str, str]] = []
    for _ in range(dice.randint(1, 3)):
        points = [
            near_a_way(dice),
            *(spot(dice) for _ in range(dice.randint(0, 2))),
            dice.choice((spot, near_a_way))(dice),
        ]
        rows.append({"action": "add", "object": "path"} | wkt("LINESTRING", points))
    for number in range(dice.randint(0, 2)):
        rows.append(
            {"action": "add", "object": "facility", "category": "Kita", "name": f"Kita {'AB'[number]}{number}"}
            | place(spot(dice))
        )
    rows.append({"action": "add", "object": "barrier"} | wkt("LINESTRING", [spot(dice), spot(dice)]))
    rows.append({"action": "add", "object": "gate", "category": dice.choice(("offen", "zu"))} | place(near_a_way(dice)))
    rows += dice.sample(
        [
            {"action": "remove", "object": "facility", "osm_id": "n1"},
            {"action": "open", "object": "gate", "osm_id": "n3"},
            {"action": "remove", "object": "path", "osm_id": "w3"},
            {"action": "retag", "object": "green", "osm_id": "w5", "new_category": "public"},
            {"action": "remove", "object": "barrier", "osm_id": "w6"},
        ],
        dice.randint(0, 4),
    )
    return rows


def lengths_dm(osm: OsmExtract, ids: np.ndarray) -> np.ndarray:
    """Shortest ways between nodes of the map that no gate or fence cuts. [dm]"""
    network = build_network(osm, crs=CRS)
    size = network.n_nodes
    graph = coo_array((network.edge_length_dm.astype(float), (network.edge_from, network.edge_to)), shape=(size, size))
    at = np.array([int(np.flatnonzero(network.node_id == one)[0]) for one in ids.tolist()])
    return dijkstra(graph.tocsr(), directed=False, indices=at)[:, at]


@pytest.mark.parametrize("seed", range(CASES))
def test_corrections_in_any_order_give_the_same_and_leave_their_input(osm, seed, tmp_path):
    dice = random.Random(seed)
    rows, before = random_rows(dice), deepcopy(osm)
    try:
        one, report = applied(osm, rows, tmp_path)
    except InputError as error:
        assert "add the same kita" in str(error)
        return
    dice.shuffle(rows)
    other, again = applied(osm, rows, tmp_path)
    assert differing(one, other) == []
    assert report.drop(columns="row").equals(again.drop(columns="row"))
    assert differing(osm, before) == [], "the extract that was handed in is as it was"
    sound(one, before)


def sound(osm: OsmExtract, before: OsmExtract) -> None:
    """What every extract promises: runs one after another, nodes known and sorted, own ids in their range."""
    size = osm.ways["n_nodes"].to_numpy()
    assert np.array_equal(osm.ways["first"], np.cumsum(size) - size) and size.sum() == len(osm.way_nodes)
    ids = osm.nodes["node_id"].to_numpy()
    assert (np.diff(ids) > 0).all() and set(osm.way_nodes.tolist()) == set(ids.tolist())
    assert (
        osm.ways["way_id"].is_monotonic_increasing
        and ids.max() < 2 * FIRST_OWN
        and osm.ways["way_id"].max() < 2 * FIRST_OWN
    )
    for name in TABLES:
        assert getattr(osm, name).dtypes.astype(str).to_dict() == getattr(before, name).dtypes.astype(str).to_dict(), (
            name
        )
    for run in np.split(osm.way_nodes, np.cumsum(size)[:-1]):
        assert (np.diff(run) != 0).all(), "no node twice in a row"


@pytest.mark.parametrize("seed", range(CASES))
def test_an_added_path_makes_no_way_longer_and_a_fence_none_shorter(osm, seed, tmp_path):
    dice = random.Random(1000 + seed)
    ids = osm.nodes.loc[osm.nodes["passable"], "node_id"].to_numpy()
    rows = [row for row in random_rows(dice) if row["object"] in ("path", "barrier") and row["action"] == "add"]
    before = lengths_dm(osm, ids)
    slack = 2.0 * len(osm.way_nodes)  # each division rounds a length
    paths, _ = applied(osm, [row for row in rows if row["object"] == "path"], tmp_path)
    assert (lengths_dm(paths, ids) <= before + slack).all()
    fences, _ = applied(osm, [row for row in rows if row["object"] == "barrier"], tmp_path)
    kept = np.isin(ids, fences.nodes.loc[fences.nodes["passable"], "node_id"])
    assert (lengths_dm(fences, ids[kept]) >= before[np.ix_(kept, kept)] - slack).all()
