"""Whatever is edited, undone and branched: what stands is the full run on the edited study, bit for bit."""

import json
import random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.access import measure
from nahraum.errors import InputError
from nahraum.scenario.apply import edited
from nahraum.scenario.state import StudyState
from tiny_studies import random_edit, random_study


def full_run(state: StudyState) -> pd.DataFrame:
    """The oracle: nothing reused but the log."""
    study = state._study
    area, network = edited(study.area, study.network, state.log, study.parameters)
    return measure(area, network, study.parameters)


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(one, other, check_exact=True)


def tried(state: StudyState, dice: random.Random):
    """An edit made, or None where it was refused (and then nothing has changed)."""
    before = state.table()
    try:
        return state.apply(random_edit(dice, state))
    except InputError:
        same(state.table(), before)
        return None


def random_walk(seed: int, n_edits: int) -> None:
    dice = random.Random(seed)
    state = StudyState.of(*random_study(dice))
    same(state.table(), full_run(state))
    other = state.branch()
    for _ in range(n_edits):
        before = state.table()
        change = tried(state, dice)
        if change is None:
            continue
        after = state.table()
        same(after, full_run(state))
        what_changed(change.table(), before, after)
        if dice.random() < 0.3:
            state.undo()
            same(state.table(), before)
        if dice.random() < 0.3:
            state, other = other, state
            same(state.table(), full_run(state))
        if dice.random() < 0.1:
            other = state.branch()
    replayed = StudyState.replay(
        StudyState.of(*random_study(random.Random(seed))), json.loads(json.dumps(state.to_dict()))
    )
    same(replayed.table(), state.table())
    assert replayed.log == state.log


def what_changed(changes: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame) -> None:
    """A change names every value that is another one, once, with what it was and is; and none that is the same."""
    old, new = (table.set_index("address_id").astype(object) for table in (before, after))
    known, old = set(old.index), old.reindex(new.index)
    differs = ~((old == new) | (old.isna() & new.isna()))
    differs.loc[~new.index.isin(before["address_id"])] = True
    wanted = {
        (a, c): (old.loc[a, c] if a in known else None, new.loc[a, c])
        for a, row in differs.iterrows() for c in row.index[row.to_numpy(dtype=bool)]
    }  # fmt: skip
    told = list(zip(changes["address_id"], changes["column"], strict=True))
    assert len(told) == len(set(told))
    assert set(told) == set(wanted)
    for key, one, other in zip(told, changes["old"], changes["new"], strict=True):
        for value, expected in zip((one, other), wanted[key], strict=True):
            assert value == expected or (value is not None and value != value and expected != expected), key


@pytest.mark.parametrize("seed", range(8))
def test_after_every_edit_undo_and_branch_the_state_is_the_full_run(seed):
    random_walk(seed, 10)


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(1000, 10**9))
def test_any_town_and_any_edits_give_the_full_run(seed):
    random_walk(seed, 6)
