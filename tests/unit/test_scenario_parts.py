"""The small parts what-if stands on: codes of ids, arrays that can be put back, ways divided and cut."""

import numpy as np
import pytest
import shapely

from nahraum.access.codes import Codes, CodesExhausted
from nahraum.network.ledger import Ledger
from nahraum.network.patch import NEW, Draft
from tiny_walks import CRS, ORIGIN, net

EAST, NORTH = ORIGIN


def at(east: float, north: float = 0.0) -> tuple[float, float]:
    return EAST + east, NORTH + north


def test_codes_sort_as_the_ids_do_also_the_new_ones():
    codes = Codes(["b", "d", "a"])
    names = ["aa", "c", "0", "zz", "d0"]
    for name in names:
        codes.code(name)
    everything = sorted([*names, "a", "b", "d"])
    assert sorted(everything, key=codes.code) == everything
    assert codes.names_of(np.array([codes.code(name) for name in everything])).tolist() == everything
    assert codes.names_of(np.array([0])).tolist() == [""]  # no code
    assert max(map(codes.code, everything)) < 2**32


def test_between_two_neighbours_there_is_room_for_some_thirty_halvings():
    codes = Codes(["a", "b"])
    with pytest.raises(CodesExhausted):
        for n in range(1, 40):
            codes.code("a" + "0" * (40 - n))
    assert n > 25


def test_a_ledger_is_put_back_and_forward():
    book = Ledger()
    book.add("x", np.arange(3), group="g", fill=-1)
    book.tables["t"] = {"k": 1}
    book.begin()
    first = book.grow("g", 2000)
    book.set("x", 1, 50)
    book.set("x", np.array([0, first]), np.array([7, 8]))
    book.set("x", 1, 60)
    book.put("t", "k", None)
    book.put("t", "m", 2)
    journal = book.end()
    assert (book["x"][[0, 1, 2, 3]].tolist(), book.tables["t"]) == ([7, 60, 2, 8], {"m": 2})
    book.undo(journal)
    assert (book["x"][[0, 1, 2, 3]].tolist(), book.tables["t"]) == ([0, 1, 2, -1], {"k": 1})
    book.redo(journal)
    assert (book["x"][[0, 1, 2, 3]].tolist(), book.tables["t"]) == ([7, 60, 2, 8], {"m": 2})


def cross():
    """A street of 200 m, one way in its second half (way 1), and one across its middle (way 2)."""
    network = net(
        {1: at(0), 2: at(100), 3: at(200), 4: at(100, 100), 5: at(100, -100)},
        [(1, 2, 1), (2, 3, 1), (2, 4, 2), (2, 5, 2)],
    )
    back = network.edge_length_dm.copy()
    back[1] = 1 << 30
    return network.with_costs(network.edge_length_dm, back, unit="dm", pace=1.0)


def test_a_one_way_street_that_is_divided_stays_one_way_and_as_long():
    draft = Draft(cross(), crs=CRS)
    node = draft.joined(at(130, 4), 30.0)
    network = draft.finish()
    pieces = np.flatnonzero((network.edge_from == node) | (network.edge_to == node))
    assert sorted(network.edge_length_dm[pieces].tolist()) == [300, 700]
    assert network.node_id[node] == NEW + node
    costs = [sorted((int(network.edge_forward[p]), int(network.edge_backward[p]))) for p in pieces]
    assert sorted(costs) == [[300, 1 << 30], [700, 1 << 30]]
    assert (np.diff(network.edge_way_id) >= 0).all()


def test_where_a_way_is_met_at_its_end_nothing_is_divided():
    draft = Draft(cross(), crs=CRS)
    assert draft.joined(at(203, 1), 30.0) == 2
    assert draft.finish().n_edges == 4


def test_a_barrier_through_a_crossing_parts_all_that_meet_there():
    draft = Draft(cross(), crs=CRS)
    draft.cut(shapely.LineString([at(90, 10), at(110, -10)]))
    network = draft.finish()
    assert network.n_edges == 4
    assert network.component.max() == 4  # four ways each by themselves, and the bare crossing
    assert network.edge_length_dm.sum() == cross().edge_length_dm.sum()


def test_a_barrier_along_a_street_closes_the_stretch_it_lies_on():
    draft = Draft(cross(), crs=CRS)
    draft.cut(shapely.LineString([at(20), at(60)]))
    network = draft.finish()
    assert sorted(network.edge_length_dm[network.edge_way_id == 1].tolist()) == [200, 400, 400, 1000]
    assert network.component.max() == 2
