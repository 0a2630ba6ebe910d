"""Half of the committed speed of what-if, guarded where tests run: edits of a study on Heidelberg's network.

Committed are 1 ms for an edit of a facility and 20 ms for one of a footpath, all addresses, old and new values
included (benchmarks/whatif.py). A busy machine is slow in everything, so the measure is scipy's search for the nearest
of one category from all nodes, in turn with the edits, in processor time; it took 37 ms where the bars were measured.
The best turn counts: what has become slow is so in all of them.
"""

from dataclasses import replace
from statistics import median
from time import process_time

import geopandas as gpd
import numpy as np
import pytest
import shapely
from real_networks import town
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from nahraum import scenario
from nahraum.parameters import Parameters
from nahraum.scenario.state import StudyState
from nahraum.tables import SERVICES
from tiny_studies import study_area

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("witnesses")]

SCIPY_MS, FACILITY_MS, FOOTPATH_MS = 37, 1, 20
NODES_PER_ADDRESS, NODES_PER_PLACE, NODES_PER_GREEN, RUNS, EDITS = 4, 1500, 1000, 8, 8


def seconds(function, *arguments):
    began = process_time()
    result = function(*arguments)
    return process_time() - began, result


def study(network, rng):
    """An address for each four nodes, places of every service, a green for each thousand nodes."""

    def spots(nodes_per_spot):
        at = rng.choice(network.n_nodes, network.n_nodes // nodes_per_spot, replace=False)
        return list(zip((network.x_m[at] + 5).tolist(), (network.y_m[at] - 5).tolist(), strict=True))

    addresses = {f"a{n:06d}": (x, y, 10.0) for n, (x, y) in enumerate(spots(NODES_PER_ADDRESS))}
    places = [(f"{name}{n}", name, x, y) for name in SERVICES for n, (x, y) in enumerate(spots(NODES_PER_PLACE))]
    greens = {f"g{n:05d}": (100.0, [xy]) for n, xy in enumerate(spots(NODES_PER_GREEN))}
    area = study_area(addresses, places, greens)
    ground = shapely.box(network.x_m.min(), network.y_m.min(), network.x_m.max(), network.y_m.max())
    return replace(area, extent=gpd.GeoDataFrame(geometry=[ground], crs=area.crs)), places


def test_edits_keep_half_of_their_committed_speed(data_dir):
    network, rng = town(data_dir, "heidelberg").lengths, np.random.default_rng(7)
    area, places = study(network, rng)
    state = StudyState.of(area, network, Parameters())
    graph = csr_array((network.cost_out.astype(float), network.neighbour, network.indptr), shape=(network.n_nodes,) * 2)
    sources = rng.choice(network.n_nodes, network.n_nodes // NODES_PER_PLACE, replace=False)

    def told(edit):
        return state.apply(edit).differences()

    def moved():
        node, (name, _, _, _) = rng.integers(network.n_nodes), places[rng.integers(len(places))]
        return scenario.facility_moved(name, x=float(network.x_m[node]), y=float(network.y_m[node]))

    def path():
        node = int(rng.integers(network.n_nodes))
        away = np.hypot(network.x_m - network.x_m[node], network.y_m - network.y_m[node])
        end = int(rng.choice(np.flatnonzero((away > 100) & (away < 300))))
        return scenario.footpath_added([(float(network.x_m[at]), float(network.y_m[at])) for at in (node, end)])

    ratios = {"facility": [], "footpath": []}
    for turn in range(RUNS):
        plain_s, _ = seconds(lambda: dijkstra(graph, indices=sources, min_only=True))
        for kind, make in (("facility", moved), ("footpath", path)):
            taken = []
            for _ in range(EDITS):  # in a row, as somebody drags a place over the map
                edit_s, found = seconds(told, make())
                state.undo()
                assert all(len(one.old) == len(one.new) == len(one.address_ids) > 0 for one in found.values())
                taken.append(edit_s)
            if turn:  # the first loads what is compiled
                ratios[kind].append(plain_s / median(taken))
    figures = ", ".join(f"{kind} {max(found):.1f} times (median {median(found):.1f})" for kind, found in ratios.items())
    assert max(ratios["facility"]) >= SCIPY_MS / FACILITY_MS / 2, figures
    assert max(ratios["footpath"]) >= SCIPY_MS / FOOTPATH_MS / 2, figures
    print(figures)
