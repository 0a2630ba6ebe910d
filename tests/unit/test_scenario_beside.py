"""A path beside a street goes: places and addresses come to lie on one edge in one edit."""

import pandas as pd

from nahraum import scenario
from nahraum.access import measure
from nahraum.scenario.apply import edited
from nahraum.scenario.state import StudyState
from nahraum.tables import SERVICES
from tiny_studies import parameters, study_area
from tiny_walks import ORIGIN, net

EAST, NORTH = ORIGIN


def test_who_stood_on_the_edge_before_sees_the_place_that_comes_to_it():
    corners = {0: (EAST, NORTH), 1: (EAST + 100, NORTH), 2: (EAST, NORTH + 3), 3: (EAST + 100, NORTH + 3)}
    network = net(corners, [(0, 1, 1), (2, 3, 2), (0, 2, 3), (1, 3, 4)])
    area = study_area(
        {"a": (EAST + 40, NORTH + 5, 1.0), "b": (EAST + 49, NORTH - 1, 1.0)},
        [(f"f{x}", SERVICES[0], EAST + x, NORTH + y) for x, y in ((0, 0), (100, 0), (50, 4))],
    )
    state = StudyState.of(area, network, parameters())
    state.apply(scenario.footpath_removed(2))
    full = measure(*edited(area, network, state.log, parameters()), parameters())
    assert full.set_index("address_id").loc["b", f"{SERVICES[0]}_nearest_id"] == "f50"
    pd.testing.assert_frame_equal(state.table(), full, check_exact=True)
