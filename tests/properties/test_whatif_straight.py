"""What-if under a green standard that measures straight lines: mended, and still the full run, bit for bit."""

import random

import pytest
from test_whatif_properties import full_run, same, what_changed

from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.scenario.state import StudyState
from tiny_studies import parameters, random_edit, random_study


@pytest.mark.parametrize("seed", range(100, 103))
def test_after_every_edit_the_state_is_the_full_run(seed):
    dice = random.Random(seed)
    area, network, _ = random_study(dice)
    decay = dice.choice(("binary", "gaussian"))
    chosen: Parameters = parameters(**{"green.standard": "who_europe", "green_access.decay": decay})
    state, kinds = StudyState.of(area, network, chosen), set()
    same(state.table(), full_run(state))
    for _ in range(12):
        before = state.table()
        try:
            change = state.apply(random_edit(dice, state))
        except InputError:
            same(state.table(), before)
            continue
        kinds.add((change.edit.kind, change.mended))
        same(state.table(), full_run(state))
        what_changed(change.table(), before, state.table())
        if dice.random() < 0.3:
            state.undo()
            same(state.table(), before)
    assert not [kind for kind, mended in kinds if not mended and "foot" not in kind and "barrier" not in kind]
