"""The door for cells: fewer than ten residents leave nothing but the class."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from publish_bundle import make_cells, make_quarters

from nahraum.errors import InputError, NahraumError
from nahraum.parameters import Parameters
from nahraum.publish import GEOGRAPHIES, Released, release

PARAMETERS = Parameters(on=date(2025, 6, 30))


def released(residents: tuple[float, ...]) -> pd.DataFrame:
    return release(make_cells(residents), "cells", parameters=PARAMETERS).frame


def test_a_cell_below_ten_residents_keeps_its_id_its_quarter_and_its_class_only():
    small = released((120.0, 80.0, 9.0, 45.0, 200.0, 130.0)).iloc[2]
    kept = {"cell_id", "quarter_id", "class", "geometry", "suppressed"}
    for column, value in small.items():
        if column in kept:
            continue
        if str(column).endswith("_status"):
            assert value == "suppressed", column
        else:
            assert value == "" or np.isnan(value), column
    assert small["class"] == "undetermined"
    assert small["suppressed"] == "all"


def test_a_cell_of_ten_residents_keeps_its_values():
    frame = released((120.0, 80.0, 10.0, 45.0, 200.0, 130.0))
    assert frame["residents"].tolist() == [120.0, 80.0, 10.0, 45.0, 200.0, 130.0]
    assert (frame["suppressed"] == "").all()


def test_a_lone_small_cell_of_a_quarter_takes_the_next_smallest_with_it():
    frame = released((120.0, 80.0, 9.0, 45.0, 200.0, 130.0))
    assert frame["suppressed"].tolist() == ["", "", "all", "all", "", ""]


def test_two_small_cells_with_ten_residents_together_protect_each_other():
    frame = released((7.0, 8.0, 60.0, 50.0, 40.0, 30.0, 30.0, 20.0, 25.0))
    assert frame["suppressed"].tolist() == ["all", "all", "", "", "", "", "", "", ""]


def test_cells_carry_shares_and_no_counts_of_persons_who_lack():
    frame = released((120.0, 80.0, 90.0, 45.0, 200.0, 130.0))
    assert "lacks_green_share" in frame
    assert not [column for column in frame if column.startswith("lacks_") and column.endswith("_residents")]


def test_cells_tell_facts_of_the_place_and_the_class_but_no_figure_of_persons_together():
    cells = make_cells((120.0, 80.0, 90.0, 45.0, 200.0, 130.0)).assign(
        several_share=0.31, several_share_status="ok", m0_k2=0.1, a=0.5, censored_green_share=0.1,
        several_known_share=0.3,
        rank_min=1.0, location_id="L1", in_target_share=1.0, residents_communal=2.0, several_share_max=0.4,
    )  # fmt: skip
    frame = release(cells, "cells", parameters=PARAMETERS).frame
    gone = (
        "m0",
        "a",
        "rank",
        "censored_",
        "contribution_",
        "residents_",
        "several_k",
        "several_share_m",
        "several_known",
    )
    for column in frame:
        assert column not in gone and not (column.startswith(gone) and column != "a"), column
    assert frame["several_share"].dropna().unique().tolist() == [0.4]
    assert {"location_id", "class", "in_target_share", "several_share_status", "green_distance_m"} <= set(frame)


def test_a_share_of_a_cell_never_counts_fewer_than_five_persons():
    sizes = (10.0, 14.0, 24.0, 25.0, 60.0, 130.0)
    cells = make_cells(sizes).assign(lacks_green_share=[0.2, 2 / 14, 0.9, 0.08, 2 / 60, 2 / 130])
    frame = release(cells, "cells", parameters=PARAMETERS).frame
    assert frame["lacks_green_share"].tolist() == [0.0, 0.0, 1.0, 0.0, 0.0, 0.0]
    assert frame["lacks_living_space_share"].tolist() == [0.0, 0.5, 1.0, 0.0, 0.5, 1.0]


def test_fifths_lacking_several_are_told_where_a_fifth_is_five_persons():
    cells = make_cells((10.0, 24.0, 25.0, 60.0, 130.0, 400.0)).assign(several_share=0.55, several_share_status="ok")
    frame = release(cells, "cells", parameters=PARAMETERS).frame
    assert frame["several_share"].isna().tolist() == [True, True, False, False, False, False]
    assert frame["several_share_status"].tolist() == ["suppressed"] * 2 + ["ok"] * 4


def test_ways_of_a_cell_are_given_in_tens_of_metres():
    cells = make_cells((120.0, 80.0, 90.0, 45.0, 200.0, 130.0)).assign(green_distance_m=[254.9, 255.0, 0, 7, 1, 496])
    frame = release(cells, "cells", parameters=PARAMETERS).frame
    assert frame["green_distance_m"].tolist() == [250, 260, 0, 10, 0, 500]


def test_the_table_handed_in_is_not_changed():
    cells = make_cells()
    before = cells.copy()
    release(cells, "cells", parameters=PARAMETERS)
    pd.testing.assert_frame_equal(pd.DataFrame(cells), pd.DataFrame(before))


def test_the_order_of_rows_does_not_matter():
    cells = make_cells()
    one = release(cells, "cells", parameters=PARAMETERS).frame
    other = release(cells.iloc[::-1], "cells", parameters=PARAMETERS).frame
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))


def test_whole_numbers_and_truth_values_that_must_go_become_unknown():
    cells = make_cells()
    cells["services_within_reach"] = np.array([5, 4, 3, 2, 1, 0])
    cells["communal"] = [True, False, True, False, True, False]
    frame = release(cells, "cells", parameters=PARAMETERS).frame
    assert np.isnan(frame["services_within_reach"].iloc[2])
    assert np.isnan(frame["communal"].iloc[2])
    assert frame["communal"].iloc[0] == 1.0


def test_how_many_values_went_is_counted_per_column():
    result = release(make_cells(), "cells", parameters=PARAMETERS)
    assert result.hidden["residents"] == 2
    assert result.hidden["green_distance_m"] == 2


def test_the_threshold_is_a_parameter_of_the_study():
    strict = Parameters({"disclosure.minimum_residents_cell": 50}, on=date(2025, 6, 30))
    frame = release(make_cells((120.0, 80.0, 9.0, 45.0, 200.0, 130.0)), "cells", parameters=strict).frame
    assert frame["suppressed"].tolist() == ["", "", "all", "all", "", ""]


def test_rows_of_addresses_are_refused_by_name_and_by_column():
    addresses = pd.DataFrame({"address_id": ["osm:w1"], "residents": [30.0]})
    with pytest.raises(NahraumError, match="no rule says"):
        release(addresses, "addresses", parameters=PARAMETERS)
    for geography in GEOGRAPHIES:
        with pytest.raises(NahraumError, match="below the cell"):
            release(addresses, geography, parameters=PARAMETERS)


def test_cells_in_another_crs_are_refused():
    with pytest.raises(InputError, match="EPSG:3035"):
        release(make_cells().to_crs("EPSG:25832"), "cells", parameters=PARAMETERS)


def test_nobody_can_make_a_released_table_without_the_door():
    with pytest.raises(NahraumError, match="has not been released"):
        Released("quarters", "quarters", make_quarters())


def test_an_empty_table_passes():
    frame = release(make_cells().iloc[:0], "cells", parameters=PARAMETERS).frame
    assert len(frame) == 0
    assert "suppressed" in frame
