"""Fifths of residents in a planner's words: numbers by hand, German and English, what cannot be told."""

import math

import numpy as np
import pandas as pd
import pytest

from nahraum.errors import InputError
from nahraum.index.inequality.fifths import fifths_table
from nahraum.index.inequality.words import about, number
from nahraum.indicators.catalogue import entry, read_catalogue
from nahraum.parameters import Parameters

IDS = [f"q{at:02d}" for at in range(10)]
RESIDENTS = pd.Series(1000.0, index=IDS)
STATUS = pd.Series(np.arange(10, 0, -1.0), index=IDS)  # high index = low status: q00 has the lowest
GREEN = [4.0, 4.2, 8, 7, 9, 12, 11, 14, 18, 20]


def table(values, **options):
    options.setdefault("status", STATUS)
    return fifths_table(pd.DataFrame(values, index=IDS), RESIDENTS, Parameters(), **options)


def test_the_lowest_fifth_against_the_top_fifth_in_words():
    row = table({"green_m2_per_resident": GREEN}).iloc[0]
    assert row["text_de"].startswith(
        "Das Fünftel der Einwohner in den Quartieren mit dem niedrigsten Status hat "
        "4,1 m² Grün je Einwohner in Gehweite, das oberste 19."
    )
    assert row["text_en"].startswith(
        "The fifth of residents in the quarters of lowest status has "
        "4.1 m² of green per resident within a walk, the top fifth 19."
    )
    assert row["fifth_1"] == pytest.approx(4.1) and row["fifth_5"] == pytest.approx(19)
    assert row["difference"] == pytest.approx(14.9) and row["ratio"] == pytest.approx(19 / 4.1)
    assert row["favours"] == "top" and "Günstiger steht das oberste Fünftel." in row["text_de"]
    assert "steigt der Wert mit dem Status" in row["text_de"] and "95-%-Intervall" in row["text_de"]
    assert row["concentration_index"] > 0 and math.isnan(row["erreygers_index"])


def test_a_share_is_told_in_per_cent_and_its_slope_in_points():
    row = table({"lacks_supply_share": np.linspace(0.45, 0.05, 10) + [0, 0.01] * 5}).iloc[0]
    assert row["text_de"].startswith(
        "Im Fünftel der Einwohner in den Quartieren mit dem niedrigsten Status fehlt 43 % die Nahversorgung, "
        "im obersten 8 %."
    )
    assert "Prozentpunkte" in row["text_de"] and "percentage points" in row["text_en"]
    assert row["favours"] == "top"  # fewer lack it there
    assert row["erreygers_index"] == pytest.approx(4 * row["mean"] * row["concentration_index"])


def test_an_indicator_without_its_own_sentence_gets_the_general_one():
    row = table({"mean_age_years": np.linspace(38.2, 47.2, 10)}).iloc[0]
    assert row["text_de"].startswith(
        "Durchschnittsalter: im Fünftel der Einwohner in den Quartieren mit dem niedrigsten Status 39 Jahre"
    )
    assert row["favours"] == ""  # no side is better


def test_status_may_be_high_where_it_is_good():
    turned = table({"green_m2_per_resident": GREEN}, status=-STATUS, high_is="advantage")
    pd.testing.assert_frame_equal(turned, table({"green_m2_per_resident": GREEN}))
    with pytest.raises(InputError, match="disadvantage or advantage"):
        table({"green_m2_per_resident": GREEN}, high_is="good")


def test_without_status_the_spread_of_the_indicator_itself_is_told():
    row = table({"green_m2_per_resident": GREEN[::-1]}, status=None).iloc[0]
    assert row["ordered_by"] == "own" and row["fifth_1"] == pytest.approx(4.1)
    assert "mit den niedrigsten Werten" in row["text_de"] and "Status" not in row["text_de"]
    assert row[["sii", "rii", "concentration_index"]].isna().all() and 0 < row["gini"] < 1
    assert row["favours"] == ""


def test_an_area_is_split_where_a_fifth_ends():
    residents = pd.Series([3000.0, *[1000.0] * 7, 0.0, 0.0], index=IDS)
    found = fifths_table(
        pd.DataFrame({"gp_distance_m": [100.0, 900, *[500] * 8]}, index=IDS), residents, Parameters(), status=STATUS
    ).iloc[0]
    # 10,000 residents: the first 2,000 with 100; then 1,000 with 100 and 1,000 with 900
    assert [found[f"fifth_{at}"] for at in range(1, 6)] == pytest.approx([100, 500, 500, 500, 500])
    assert found["areas"] == 8 and found["residents"] == 10_000


def test_areas_without_value_or_status_are_left_out_and_told():
    green, status = GREEN.copy(), STATUS.copy()
    green[3], status.iloc[5] = math.nan, math.nan
    row = table({"green_m2_per_resident": green}, status=status).iloc[0]
    assert row["areas"] == 8 and row["completeness"] == pytest.approx(0.8)
    assert "Bekannt für 80 % der Einwohner." in row["note_de"] and "Wenige Gebiete (8)." in row["note_de"]


def test_not_quite_all_is_not_all():
    residents = RESIDENTS.copy()
    residents.iloc[3] = 1.0
    green = GREEN.copy()
    green[3] = math.nan
    row = fifths_table(
        pd.DataFrame({"green_m2_per_resident": green}, index=IDS), residents, Parameters(), status=STATUS
    ).iloc[0]
    assert "Bekannt für 99 % der Einwohner." in row["note_de"]


def test_where_the_slope_is_not_clear_nobody_is_called_better_placed():
    row = table({"green_m2_per_resident": [5, 9, 4, 8, 6, 7, 9, 5, 8, 5]}).iloc[0]
    assert "nicht eindeutig" in row["text_de"] and "not clear" in row["text_en"] and row["favours"] == ""


@pytest.mark.parametrize("values", [[1.0] * 4 + [0.0] * 6, [0.0] * 6 + [1.0] * 4])
def test_no_share_falls_by_more_than_all_of_it(values):
    """Nearly all at one end, nobody at the other: a straight line would leave 0 to 100 %."""
    row = table({"lacks_living_space_share": values}).iloc[0]
    assert row[["sii", "sii_low", "sii_high", "rii"]].isna().all()
    assert "Prozentpunkte" not in row["text_de"] and "percentage points" not in row["text_en"]
    assert "Eine Gerade ginge an einem Ende unter 0 oder über 100 %" in row["note_de"]
    assert "a straight line would go below 0 or above 100 %" in row["note_en"]
    assert row["favours"] == ("top" if values[0] else "lowest")  # the direction is clear all the same


def test_the_interval_of_a_share_ends_at_all_of_it():
    """Four areas: Student's t of two degrees of freedom alone would reach beyond."""
    row = table({"lacks_supply_share": [0.7, 0.3, 0.6, 0.3, *[math.nan] * 6]}).iloc[0]
    assert row["sii_low"] == -1 < row["sii"] < row["sii_high"] == 1
    assert "95-%-Intervall −100 bis 100" in row["text_de"]


def test_where_all_areas_have_the_same_nothing_rises():
    row = table({"lacks_green_share": [0.2] * 10}).iloc[0]
    assert row["difference"] == pytest.approx(0) and row["sii"] == row["concentration_index"] == row["gini"] == 0
    assert "Alle Gebiete haben denselben Wert." in row["note_de"] and "Intervall" not in row["text_de"]


@pytest.mark.parametrize(
    ("values", "status", "said", "told"),
    [
        ([math.nan] * 10, STATUS, "missing", "Für kein Gebiet ist der Wert bekannt."),
        ([5.0, *[math.nan] * 9], STATUS, "undetermined", "Nur ein Gebiet mit Wert: keine Fünftel."),
        (GREEN, STATUS * 0, "undetermined", "Alle Gebiete haben denselben Status: keine Rangfolge."),
    ],
)
def test_where_there_are_no_fifths_the_row_says_why(values, status, said, told):
    row = table({"green_m2_per_resident": values}, status=status).iloc[0]
    assert row["status"] == said and row["text_de"] == told and math.isnan(row["fifth_1"]) and math.isnan(row["gini"])


def test_classes_have_no_mean():
    row = table({"transit_class_oerok": [2.0] * 10}).iloc[0]
    assert row["status"] == "undetermined" and math.isnan(row["mean"])


def test_columns_that_cannot_be_told_are_all_named():
    with pytest.raises(InputError) as caught:
        table({"gren": GREEN, "lacks_green_share": [40.0] * 10, "gp_distance_m": ["weit"] * 10, "m0_max": GREEN})
    told = str(caught.value)
    assert "'gren'" in told and "beyond 0..1" in told and "holds text" in told and "'m0_max'" in told


def test_those_of_an_age_may_count_instead_of_all():
    young = pd.DataFrame({"playground_under_6_distance_m": [100.0, *[0.0] * 8, 100.0]}, index=IDS)
    values = {"playground_under_6_distance_m": [100.0, *[500.0] * 8, 300.0]}
    row = table(values, bases=young).iloc[0]
    assert row["mean"] == 200 and row["residents"] == 200 and row["areas"] == 2


def test_places_are_called_what_they_are():
    assert "in den Gemeinden" in table({"green_m2_per_resident": GREEN}, places="municipalities").iloc[0]["text_de"]
    with pytest.raises(InputError, match="cannot be called"):
        table({"green_m2_per_resident": GREEN}, places="planets")


def test_the_order_of_rows_says_nothing():
    turned = fifths_table(
        pd.DataFrame({"green_m2_per_resident": GREEN}, index=IDS)[::-1], RESIDENTS, Parameters(), status=STATUS
    )
    pd.testing.assert_frame_equal(turned, table({"green_m2_per_resident": GREEN}))


def test_numbers_lose_a_decimal_from_ten_on_and_zero_has_no_sign():
    green = entry("green_m2_per_resident")
    assert [number(green, value, "de") for value in (4.12, 9.97, 19.4, -0.01, -3.4)] == [
        "4,1",
        "10",
        "19",
        "0,0",
        "−3,4",
    ]


def test_every_numeric_indicator_can_be_told_in_both_languages():
    names = [item.value_column for item in read_catalogue() if item.kind in ("indicator", "lack") and not item.letters]
    found = table({name: np.linspace(0.1, 0.9, 10) for name in names})
    assert set(found["status"]) == {"ok"}
    for text in [*found["text_de"], *found["text_en"]]:
        assert text.endswith(".") and "{" not in text and "nan" not in text
        assert not any(word in text.lower() for word in ("worse", "poor", "deprived", "benachteiligt", "schlechter"))
    assert "sie sagen nichts über einzelne Personen" in about("de")
