"""What-if survives what interrupts it, and studies that hold nothing."""

import random

import numpy as np
import pandas as pd
import pytest

from nahraum import scenario
from nahraum.access import connected, measure, repair, surroundings
from nahraum.errors import InputError
from nahraum.network.ledger import Ledger
from nahraum.scenario.apply import edited
from nahraum.scenario.state import StudyState
from tiny_studies import EAST, NORTH, parameters, random_edit, random_study, study_area
from tiny_walks import net

KERNELS = ((repair, "mend"), (repair, "answer"), (surroundings, "ball"), (surroundings, "rewritten"))


def full_run(state: StudyState) -> pd.DataFrame:
    study = state._study
    return measure(*edited(study.area, study.network, state.log, study.parameters), study.parameters)


def same(state: StudyState) -> None:
    pd.testing.assert_frame_equal(state.table(), full_run(state), check_exact=True)


class Interrupted:
    """A function that is interrupted in one of its next calls, before or after it has done its work."""

    def __init__(self, function, reason: type[BaseException], *, calls: int, after: bool) -> None:
        self.function, self.reason, self.left, self.after = function, reason, calls, after

    def __call__(self, *arguments):
        self.left -= 1
        if self.left == 0 and not self.after:
            raise self.reason
        result = self.function(*arguments)
        if self.left == 0:
            raise self.reason
        return result


def street_town() -> StudyState:
    """A street of 1 km, an address at each end, a shop and a park in between."""
    nodes = {n: (EAST + 100.0 * n, NORTH) for n in range(11)}
    area = study_area(
        {"a": (EAST, NORTH, 10.0), "b": (EAST + 1000, NORTH, 10.0)},
        [("shop", "food_full_range", EAST + 300, NORTH)],
        {"park": (50.0, [(EAST + 700, NORTH)]), "green": (50.0, [(EAST + 400, NORTH)])},
    )
    return StudyState.of(area, net(nodes, [(n, n + 1, 1) for n in range(10)]), parameters())


@pytest.mark.parametrize("reason", [KeyboardInterrupt, MemoryError])
@pytest.mark.parametrize(("module", "kernel"), KERNELS)
def test_an_interrupted_edit_leaves_every_state_as_it_was(monkeypatch, module, kernel, reason):
    state = street_town()
    state.apply(scenario.facility_added(category="gp", x=EAST + 100, y=NORTH))
    other = state.branch()
    change = other.apply(scenario.green_removed("park"))
    before, told = state.table(), change.values()
    edit = scenario.facility_moved("shop", x=EAST + 900, y=NORTH)
    if module is surroundings:  # b at 1,000 m has the green within 500 m now
        edit = scenario.entrance_added("green", x=EAST + 500, y=NORTH)
    with monkeypatch.context() as patch:
        patch.setattr(module, kernel, Interrupted(getattr(module, kernel), reason, calls=1, after=True))
        with pytest.raises(reason):
            state.apply(edit)
    assert len(state.log) == 1
    pd.testing.assert_frame_equal(state.table(), before)
    assert change.values() == told
    same(other)
    state.apply(edit)
    same(state)
    assert state._position.host is other._position.host  # made again once for all of them


@pytest.mark.parametrize("step", ["undo", "redo"])
def test_an_interruption_on_the_way_between_two_states_is_made_good(monkeypatch, step):
    state = street_town()
    other = state.branch()
    state.apply(scenario.facility_closed("shop"))
    other.apply(scenario.facility_added(category="gp", x=EAST + 100, y=NORTH))
    with monkeypatch.context() as patch:
        interrupted = Interrupted(getattr(Ledger, step), KeyboardInterrupt, calls=1, after=True)
        patch.setattr(Ledger, step, lambda *arguments: interrupted(*arguments))
        with pytest.raises(KeyboardInterrupt):
            state.table()
    same(state)
    same(other)
    state.undo()
    same(state)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_interrupted_whenever_the_states_stay_the_full_run(monkeypatch, seed):
    dice = random.Random(seed)
    state = StudyState.of(*random_study(dice))
    other = state.branch()
    for _ in range(12):
        module, name = dice.choice((*KERNELS, (surroundings, "labels_along"), (connected, "explored")))
        interrupted = Interrupted(
            getattr(module, name), KeyboardInterrupt, calls=dice.randint(1, 3), after=dice.random() < 0.5
        )
        with monkeypatch.context() as patch:
            if dice.random() < 0.5:
                patch.setattr(module, name, interrupted)
            log = state.log
            try:
                state.apply(random_edit(dice, state))
            except InputError:
                assert state.log == log
            except KeyboardInterrupt:
                assert state.log == log
        if dice.random() < 0.3 and state.log:
            state.undo()
        if dice.random() < 0.3:
            state, other = other, state
        same(state)
    same(other)


def test_a_study_without_any_address_can_be_edited():
    nodes = {n: (EAST + 100.0 * n, NORTH) for n in range(11)}
    area = study_area({}, [("shop", "food_full_range", EAST, NORTH)], {"park": (50.0, [(EAST + 700, NORTH)])})
    state = StudyState.of(area, net(nodes, [(n, n + 1, 1) for n in range(10)]), parameters())
    assert state.table().empty
    for edit in (
        scenario.facility_added(category="gp", x=EAST + 100, y=NORTH),
        scenario.facility_moved("shop", x=EAST + 300, y=NORTH),
        scenario.entrance_added("park", x=EAST + 720, y=NORTH),
    ):
        change = state.apply(edit)
        assert change.mended
        assert change.table().empty
        assert change.differences() == {}
    state.apply(scenario.residents_added(5, x=EAST + 250, y=NORTH, address_id="new"))
    table = state.table().set_index("address_id")
    assert table.loc["new", "food_full_range_distance_m"] == 50.0
    assert table.loc["new", "gp_distance_m"] == 150.0
    assert np.isclose(table.loc["new", "green_m2_per_resident"], 500.0)
    same(state)
    for _ in range(4):
        state.undo()
    assert state.table().empty
