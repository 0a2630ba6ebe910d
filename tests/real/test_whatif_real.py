"""What-if on a real town: thirty edits of all kinds, each equal to the full run on the edited study."""

import random

import pandas as pd
import pytest

import nahraum
from nahraum.access import measure
from nahraum.errors import InputError
from nahraum.scenario.apply import edited
from tiny_studies import random_edit

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real")]


@pytest.fixture(scope="module")
def kaiserslautern(analysed_town):
    return nahraum.what_if(analysed_town("kaiserslautern"))


def test_thirty_edits_of_kaiserslautern_are_equal_to_the_full_run(kaiserslautern):
    dice = random.Random(7)
    state = kaiserslautern
    area, network, parameters = state.area, state.network, state._study.parameters
    base = state.table()
    pd.testing.assert_frame_equal(base, measure(area, network, parameters))
    kinds, made, mended = set(), 0, 0
    while made < 30:
        try:
            change = state.apply(random_edit(dice, state, reach_m=150.0))
        except InputError:
            continue
        made += 1
        mended += change.mended
        kinds.add(change.edit.kind)
        pd.testing.assert_frame_equal(state.table(), measure(*edited(area, network, state.log, parameters), parameters))
    assert len(kinds) >= 10
    assert mended >= 25  # the rest: barriers of the base taken away, and the like
    for _ in range(30):
        state.undo()
    pd.testing.assert_frame_equal(state.table(), base)
