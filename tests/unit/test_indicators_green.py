import numpy as np
import pandas as pd
import pytest

from nahraum.indicators.green import (
    green_distance_m,
    green_m2_per_resident,
    lacks_green,
    lacks_green_access,
    lacks_green_capacity,
)
from nahraum.indicators.reach import lack_status, within_reach

ACCESS = pd.DataFrame({"green_distance_m": [120.0, np.nan], "green_m2_per_resident": [8.5, 0.0]})


def test_green_distance_m_is_the_way_as_it_was_measured() -> None:
    assert green_distance_m(ACCESS).tolist() == pytest.approx([120.0, np.nan], nan_ok=True)


def test_green_m2_per_resident_is_the_share_after_competition() -> None:
    assert green_m2_per_resident(ACCESS).tolist() == [8.5, 0.0]


def test_lacks_green_access_beyond_the_distance_or_where_nothing_is_found() -> None:
    way = pd.Series([500.0, 500.1, np.nan])
    status = pd.Series(["ok", "ok", "unreachable"])
    assert lacks_green_access(way, status, maximum_m=500.0).tolist() == [0.0, 1.0, 1.0]


def test_lacks_green_capacity_below_the_area_and_unknown_at_the_edge() -> None:
    area = pd.Series([5.9, 6.0, 0.0, np.nan, 2.0, np.nan])
    status = pd.Series(["ok", "ok", "ok", "unreachable", "edge", "undetermined"])
    found = lacks_green_capacity(area, status, minimum_m2=6.0)
    assert found.tolist() == pytest.approx([1.0, 0.0, 1.0, 1.0, np.nan, np.nan], nan_ok=True)


def test_a_standard_without_capacity_leaves_it_unknown() -> None:
    assert lacks_green_capacity(pd.Series([1.0]), pd.Series(["ok"]), minimum_m2=None).isna().all()


def test_lacks_green_when_one_of_the_two_is_lacking_and_only_both_known_clear_it() -> None:
    access = pd.Series([0.0, 1.0, 0.0, np.nan, np.nan, 0.0])
    capacity = pd.Series([0.0, 0.0, 1.0, 1.0, 0.0, np.nan])
    found = lacks_green(access, capacity)
    assert found.tolist() == pytest.approx([0.0, 1.0, 1.0, 1.0, np.nan, np.nan], nan_ok=True)
    assert lacks_green(access, None).tolist() == pytest.approx(access.tolist(), nan_ok=True)


def test_a_place_within_reach_is_a_fact_but_one_beyond_it_proves_nothing_where_the_map_is_thin_or_ends() -> None:
    way = pd.Series([100.0, 900.0, 100.0, 900.0, np.nan, np.nan])
    status = pd.Series(["unreliable", "unreliable", "edge", "edge", "missing", "ok"])
    found = within_reach(way, status, maximum_m=500.0)
    assert found.tolist() == pytest.approx([1.0, np.nan, 1.0, np.nan, np.nan, np.nan], nan_ok=True)


def test_a_lack_says_how_it_is_known() -> None:
    lacks = pd.Series([1.0, np.nan, 0.0, 1.0], name="lacks_green")
    one, two = pd.Series(["ok", "missing", "imputed", "ok"]), pd.Series(["ok", "ok", "ok", "edge"])
    assert lack_status(lacks, one, two).tolist() == ["ok", "undetermined", "imputed", "edge"]
