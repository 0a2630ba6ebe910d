"""Fibre for cells: who has the offer then, by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from nahraum import scenario
from nahraum.errors import InputError
from nahraum.grid import cell_id
from nahraum.scenario.apply import edited
from nahraum.scenario.state import StudyState
from nahraum.scenario.tally import Tally
from tiny_studies import EAST, NORTH, parameters, study_area
from tiny_walks import net

ONE, OTHER, OPEN = (str(one) for one in cell_id([30_000_040_000, 30_000_040_001, 30_000_040_002]))


@pytest.fixture
def state() -> StudyState:
    """Three cells with 10, 20 and 40 residents: a quarter has the offer, half of them, not known."""
    area = study_area({"a": (EAST, NORTH, 10.0), "b": (EAST + 100, NORTH, 20.0), "c": (EAST + 200, NORTH, 40.0)})
    keys = [30_000_040_000, 30_000_040_001, 30_000_040_002]
    cells = pd.concat([area.cells] * 3, ignore_index=True)
    share, status = [0.25, 0.5, np.nan], ["ok", "unreliable", "missing"]
    more = {"internet_offer_share": share, "internet_offer_share_status": status, "offered_50_share": [1.0, 0.5, 0.1]}
    area = type(area)(
        **vars(area) | {"cells": cells.assign(cell_key=keys, **more), "addresses": area.addresses.assign(cell_key=keys)}
    )
    street = net({1: (EAST, NORTH), 2: (EAST + 200, NORTH)}, [(1, 2, 1)])
    return StudyState.of(area, street, parameters())


def lacking(tally: Tally) -> tuple[float, float]:
    row = tally.total().iloc[0]
    return float(row["lacks_internet_residents"]), float(row["lacks_internet_completeness"])


def test_all_households_of_a_cell_get_the_offer_and_nobody_elsewhere(state):
    """Before: 7.5 of 10 and 10 of 20 lack it, of 40 it is not known. Then the 7.5 have it."""
    tally = Tally.of(state)
    assert lacking(tally) == (17.5, pytest.approx(30 / 70))
    change = state.apply(scenario.internet_offer_changed([ONE]))
    assert lacking(tally.after(state, change)) == (10.0, pytest.approx(30 / 70))
    assert change.table().empty  # no way is another
    assert repr(change) == f"<Change: internet_offer_changed {ONE}; 1 address>"
    told = change.residents().set_index("prerequisite").loc["lacks_internet"]
    assert (told["now_lacking"], told["no_longer_lacking"]) == (0.0, 7.5)


def test_the_offer_never_falls_and_where_it_was_not_known_only_all_of_it_is(state):
    """At least 40 %: the first cell rises from 25 to 40 %, the second keeps its half; the third stays not known."""
    area = edited(state.area, state.network, [scenario.internet_offer_changed([ONE, OTHER, OPEN], share=0.4)],
                  state.parameters)[0]  # fmt: skip
    assert area.cells["internet_offer_share"].tolist()[:2] == [0.4, 0.5]
    assert math.isnan(area.cells["internet_offer_share"][2])
    assert area.cells["internet_offer_share_status"].tolist() == ["ok", "unreliable", "missing"]
    assert area.cells["offered_50_share"].tolist() == [1.0, 0.5, 0.4]  # every speed
    whole = edited(state.area, state.network, [scenario.internet_offer_changed([OPEN])], state.parameters)[0]
    assert whole.cells["internet_offer_share"][2] == 1.0
    assert whole.cells["internet_offer_share_status"][2] == "ok"


def test_taken_back_the_offer_is_as_before(state):
    tally = Tally.of(state)
    after = tally.after(state, state.apply(scenario.internet_offer_changed([ONE, OPEN])))
    assert lacking(after) == (10.0, 1.0)
    assert lacking(after.after(state, state.undo())) == lacking(tally)


def test_newcomers_in_a_cell_with_fibre_have_the_offer(state):
    tally = Tally.of(state)
    for edit in (scenario.internet_offer_changed([ONE]), scenario.residents_added(5, address_id="a")):
        tally = tally.after(state, state.apply(edit))
    assert lacking(tally) == (10.0, pytest.approx(35 / 75))


def test_a_cell_without_residents_is_refused_and_nothing_has_changed(state):
    with pytest.raises(InputError) as told:
        state.apply(scenario.internet_offer_changed([ONE, "CRS3035RES100mN3000000E4200000"]))
    assert told.value.where == ["CRS3035RES100mN3000000E4200000", "1 in all"]
    assert state.log == ()
