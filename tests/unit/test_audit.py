"""The differencing audit on towns of a few houses, by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from nahraum.errors import NahraumError
from nahraum.parameters import Parameters
from nahraum.publish import release
from nahraum.publish.audit import Zones, differences, exact, held_areas, refuse_differences, rounded
from nahraum.publish.disclosure import rules_of
from nahraum.workflow.overlays import cells_to_hold_back


def zones(name: str, lying: list[str], persons: list[float], hidden: tuple[str, ...] = ()) -> Zones:
    """Areas of one kind, published exactly but for the hidden ones."""
    sums = pd.Series(persons).groupby(pd.Series(lying)).sum().drop("", errors="ignore")
    return Zones(name, np.array(lying, dtype=object), exact(sums.drop(list(hidden))))


def test_a_school_district_two_persons_larger_than_a_quarter_tells_of_two_persons():
    persons = [50.0, 2.0, 80.0]
    quarters, districts = zones("quarters", ["Q1", "Q2", "Q2"], persons), zones("schools", ["S", "S", "T"], persons)
    found = differences([quarters, districts], persons, 3)
    assert found["persons"].tolist() == [2.0]
    assert found[["low", "high"]].to_numpy().tolist() == [[2.0, 2.0]]
    assert found["areas"].tolist() == ["quarters Q2; schools S"]


def test_areas_that_share_borders_tell_nothing_more():
    persons = [50.0, 2.0, 80.0]
    quarters, city = zones("quarters", ["Q1", "Q1", "Q2"], persons), zones("city", ["C"] * 3, persons)
    assert not len(differences([quarters, city], persons, 3))


def test_a_union_of_cells_within_a_quarter_leaves_the_rest_of_it():
    persons = [30.0, 25.0, 1.0]
    cells = zones("cells", ["a", "b", "c"], persons, hidden=("c",))
    quarter = zones("quarters", ["Q"] * 3, persons)
    found = differences([cells, quarter], persons, 3)
    assert (found["low"].iloc[0], found["high"].iloc[0]) == (1.0, 1.0)


def test_two_hidden_cells_hide_one_another_if_they_have_three_persons_together():
    cells = ["a", "b", "c"]
    for rest, told in ((1.0, True), (2.0, False)):
        persons = [30.0, rest, 1.0]
        both = zones("cells", cells, persons, hidden=("b", "c"))
        found = differences([both, zones("quarters", ["Q"] * 3, persons)], persons, 3)
        assert bool(len(found)) == told  # 1 + 1 = 2 bounds each below three


def test_three_kinds_of_areas_tell_what_no_two_of_them_tell():
    # p + q = 10, q + r = 10, p + r = 4 -> p = 2: no area lies within another
    persons = [2.0, 8.0, 2.0]
    one = zones("one", ["x", "x", ""], persons)
    two = zones("two", ["", "y", "y"], persons)
    three = zones("three", ["z", "", "z"], persons)
    assert len(differences([one, two], persons, 3)) == 0
    found = differences([one, two, three], persons, 3)
    assert found["persons"].tolist() == [2.0, 2.0]


def test_residents_in_tens_leave_room_for_doubt():
    persons = [98.0, 2.0]
    location = Zones("locations", np.array(["L", ""], dtype=object), rounded(pd.Series({"L": 100.0}), 10))
    quarter = zones("quarters", ["Q", "Q"], persons)
    assert not len(differences([location, quarter], persons, 3))
    told = Zones("locations", np.array(["L", ""], dtype=object), exact(pd.Series({"L": 98.0})))
    assert len(differences([told, quarter], persons, 3)) == 1


def test_the_error_names_the_areas_and_what_to_do():
    persons = [50.0, 2.0, 80.0]
    both = [zones("quarters", ["Q1", "Q2", "Q2"], persons), zones("schools", ["S", "S", "T"], persons)]
    with pytest.raises(NahraumError, match="quarters Q2; schools S: between 2 and 2 persons") as error:
        refuse_differences(differences(both, persons, 3), 3)
    assert error.value.expected
    assert error.value.fix
    refuse_differences(differences(both[:1], persons, 3), 3)


def test_cells_on_a_border_go_until_nothing_follows():
    # cell b lies in both quarters, with 2 persons in Q2
    persons, cells = [30.0, 40.0, 2.0, 60.0, 15.0], ["a", "b", "b", "c", "d"]
    both = [zones("cells", cells, persons), zones("quarters", ["Q1", "Q1", "Q2", "Q2", "Q2"], persons)]
    assert len(differences(both, persons, 3)) == 1
    gone = held_areas(both, persons, 3, may_go=("cells",))["cells"]
    left = Zones("cells", both[0].zone_of, {k: v for k, v in both[0].spans.items() if k not in gone})
    assert not len(differences([left, both[1]], persons, 3))
    assert gone < {"a", "b", "c", "d"}


def test_what_only_areas_that_must_stay_tell_is_an_error():
    persons = [50.0, 2.0, 80.0]
    both = [zones("quarters", ["Q1", "Q2", "Q2"], persons), zones("schools", ["S", "S", "T"], persons)]
    with pytest.raises(NahraumError, match="follow from what is published together"):
        held_areas(both, persons, 3, may_go=("cells",))


def test_an_empty_town_tells_nothing():
    assert not len(differences([zones("quarters", ["Q"], [0.0])], [0.0], 3))


def test_a_run_holds_back_the_cell_that_two_quarters_share():
    from nahraum.grid import cell_id

    parameters = Parameters(on=date(2025, 6, 30))
    keys = np.array([31647004200000, 31647004200100, 31648004200000], dtype=np.int64)
    cells = list(map(str, cell_id(keys)))
    addresses = pd.DataFrame({  # the second cell has two residents beyond the border of Q1
        "cell_key": keys[[0, 1, 1, 2, 2]], "quarter_id": ["Q1", "Q1", "Q2", "Q2", "Q2"], "inside": True,
        "residents": [30.0, 40.0, 2.0, 60.0, 15.0],
    })  # fmt: skip
    sums = addresses.groupby(cell_id(addresses["cell_key"].to_numpy()).astype(str))["residents"].sum()
    table = pd.DataFrame({"cell_id": cells, "residents": sums[cells].to_numpy(), "quarter_id": ["Q1", "Q1", "Q2"]})
    quarters = addresses.groupby("quarter_id", as_index=False)["residents"].sum()
    shown = {name: release(frame, name, parameters=parameters) for name, frame in
             (("cells", table), ("quarters", quarters))}  # fmt: skip
    gone = cells_to_hold_back(addresses, shown, rules_of(parameters))
    assert gone.any()
    again = release(table, "cells", parameters=parameters, held={"residents": gone})
    assert again.frame["residents"].isna().to_numpy()[gone].all()
    assert not cells_to_hold_back(addresses, {**shown, "cells": again}, rules_of(parameters)).any()
