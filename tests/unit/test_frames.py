import numpy as np
import pandas as pd
import pytest

from nahraum.errors import InputError
from nahraum.frames import Column, Contract, apportion_micro, attach, require, sum_by, to_micro, weighted_mean_by

DWELLINGS = Contract(
    "dwellings",
    "one row per dwelling",
    ("dwelling_id",),
    (Column("dwelling_id", "text"), Column("floor_area_m2", "float", unit="m²", minimum=0), Column("rooms", "int")),
)


def test_all_problems_of_a_table_are_named_at_once():
    table = pd.DataFrame(
        {"dwelling_id": ["B17", "B17", "C02"], "floor_area_m2": [50.0, -1.0, np.inf], "rooms": [2.5, 1, 3]}
    )
    with pytest.raises(InputError) as caught:
        require(table, DWELLINGS, called="housing.gpkg, layer 'dwellings'", fix="map your names under [columns]")
    text = caught.value.message()
    assert "WHAT     housing.gpkg, layer 'dwellings' (3 rows) cannot be used" in text
    assert "dwelling_id repeats in 2 rows, first: [['B17']]" in text
    assert "'floor_area_m2' is below 0 in 1 rows" in text
    assert "'floor_area_m2' holds infinite values" in text
    assert "'rooms' must hold whole numbers" in text
    assert "FIX      map your names under [columns]" in text


def test_text_in_a_number_column_is_shown():
    table = pd.DataFrame({"dwelling_id": ["a"], "floor_area_m2": ["fifty"], "rooms": [1]})
    with pytest.raises(InputError, match="fifty"):
        require(table, DWELLINGS, called="x")


def test_attach_joins_by_id_and_not_by_position():
    table = pd.DataFrame({"residents": [1.0, 2.0]}, index=["a", "b"])
    joined = attach(table, pd.Series([20.0, 10.0], index=["b", "a"], name="rent"))
    assert joined["rent"].tolist() == [10.0, 20.0]
    assert "rent" not in table.columns


@pytest.mark.parametrize("ids", [["a"], ["a", "c"], ["a", "a"]])
def test_attach_refuses_other_ids(ids):
    table = pd.DataFrame({"residents": [1.0, 2.0]}, index=["a", "b"])
    with pytest.raises(InputError, match="same ids on both sides"):
        attach(table, pd.Series(1.0, index=ids, name="rent"))


def test_a_sum_does_not_depend_on_the_order_of_rows():
    rng = np.random.default_rng(1)
    values = pd.Series(rng.random(1000) * 1e3)
    groups = pd.Series(rng.integers(0, 5, 1000))
    order = rng.permutation(1000)
    straight, shuffled = sum_by(values, groups), sum_by(values.iloc[order], groups.iloc[order])
    assert straight.tolist() == shuffled.tolist()


def test_a_mean_counts_people_and_only_known_values():
    values = pd.Series([10.0, 20.0, np.nan])
    mean = weighted_mean_by(values, pd.Series([1.0, 3.0, 100.0]), pd.Series(["q", "q", "q"]))
    assert mean["q"] == pytest.approx(17.5)


def test_shares_of_a_total_add_up_exactly_and_ties_go_to_the_first():
    parts = apportion_micro(100, np.array([1.0, 1.0, 1.0]))
    assert parts.tolist() == [34, 33, 33]
    assert apportion_micro(int(to_micro([7.0])[0]), np.array([0.1, 0.2, 0.7])).sum() == 7_000_000


def test_a_total_cannot_be_shared_among_nothing():
    with pytest.raises(InputError):
        apportion_micro(10, np.array([0.0]))


@pytest.mark.parametrize("value", [1e13, -1e13, float("inf"), float("nan"), 2.0**63 / 1e6])
def test_what_does_not_fit_in_millionths_is_refused(value):
    """2^63 millionths are 9,223,372,036,854.775808."""
    with pytest.raises(InputError):
        to_micro([1.0, value])
    with pytest.raises(InputError):
        to_micro(value)


def test_what_just_fits_in_millionths_is_counted():
    assert to_micro([9.2e12, -9.2e12]).tolist() == [9_200_000_000_000_000_000, -9_200_000_000_000_000_000]
    assert to_micro([]).tolist() == []
