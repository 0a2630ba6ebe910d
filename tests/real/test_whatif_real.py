"""What-if on a real town: thirty edits of all kinds, each equal to the full run on the edited study."""

import random
from pathlib import Path

import pandas as pd
import pytest

import nahraum
from nahraum.access import measure
from nahraum.errors import InputError
from nahraum.scenario.apply import edited
from tiny_studies import random_edit

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real")]
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def kaiserslautern(data_dir, tmp_path_factory):
    folder = tmp_path_factory.mktemp("whatif")
    text = (HERE / "kaiserslautern.toml").read_text(encoding="utf-8")
    study = folder / "kaiserslautern.toml"
    study.write_text(text.replace("../../../shared/data", data_dir.as_posix()), encoding="utf-8")
    return nahraum.what_if(study)


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
