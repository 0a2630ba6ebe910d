"""Further indicators: a theme hands over values, they are summed up to cells, quarters and the municipality."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from nahraum.errors import NahraumError
from nahraum.index.further import summed_values
from nahraum.indicators import further
from nahraum.indicators.catalogue import entry, further_entry
from nahraum.indicators.themes import short_ways

ROWS = pd.DataFrame(
    {
        "inside": True,
        "edge": [False, False, False, True],
        "residents": [10.0, 30.0, 20.0, 5.0],
        "detour_factor": [1.0, 1.4, np.nan, 9.0],
        "detour_factor_status": ["ok", "ok", "unreachable", "edge"],
    }
)


def test_detour_factor_is_the_way_over_the_straight_line_and_never_below_one():
    walked, straight = pd.Series([300.0, 90.0, 500.0, np.nan]), pd.Series([200.0, 50.0, 501.0, 400.0])
    factor = short_ways.detour_factor(walked, straight, minimum_m=100.0)
    assert factor.round(6).tolist()[0] == 1.5
    assert np.isnan(factor[1])  # nearer than 100 m: says nothing
    assert factor[2] == 1.0  # the leg may be shorter by rounding
    assert np.isnan(factor[3])


def test_values_of_addresses_become_a_median_over_judged_residents_with_completeness():
    table = summed_values(ROWS, [entry("detour_factor")], np.zeros(4, dtype=np.int64), n=1, share=0.05)
    assert table["detour_factor"].tolist() == [1.4]  # 10 at 1.0, 30 at 1.4; who lives at the edge does not count
    assert table["detour_factor_completeness"].round(6).tolist() == [round(40 / 60, 6)]
    assert table["detour_factor_status"].tolist() == ["ok"]


def _setting():
    area = SimpleNamespace(addresses=pd.DataFrame({"address_id": ["a", "b"]}))
    return SimpleNamespace(area=area)


def test_a_theme_without_catalogue_entry_or_status_is_refused():
    index, known = _setting().area.addresses.index, {"own"}
    good = pd.DataFrame({"own": [1.0, 2.0], "own_status": ["ok", "ok"]})
    assert list(further._side_by_side([good, None], index, known).columns) == ["own", "own_status"]
    with pytest.raises(NahraumError, match="no column own_status"):
        further._side_by_side([good.drop(columns="own_status")], index, known)
    with pytest.raises(NahraumError, match="in no catalogue"):
        further._side_by_side([good.rename(columns=lambda name: name.replace("own", "strange"))], index, known)
    with pytest.raises(NahraumError, match="lost rows"):
        further._side_by_side([good.iloc[:1]], index, known)


def test_an_entry_of_the_study_is_checked_like_a_shipped_one():
    item = {k: v for k, v in vars(entry("detour_factor")).items() if k not in ("id", "columns")}
    own = further_entry("sgb2_share", {k: list(v) if isinstance(v, tuple) else v for k, v in item.items()})
    assert own.id == "sgb2_share" and own.columns == ("sgb2_share",)
    with pytest.raises(NahraumError, match="not complete"):
        further_entry("sgb2_share", item | {"theme": "weather"})
