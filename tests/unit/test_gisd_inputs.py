"""The cleaning steps of the GISD, by hand."""

import numpy as np
import pandas as pd
import pytest

from nahraum.errors import InputError
from nahraum.index.gisd import RawSeries, gisd_inputs, over_kreise
from nahraum.parameters import Parameters

YEARS = list(range(1998, 2022))
ROWS = ["w1", "w2", "e1", "e2"]
KREIS = pd.Series(["05111", "08111", "12051", "14511"], index=ROWS)


def table(value, **rows) -> pd.DataFrame:
    frame = pd.DataFrame(float(value), index=ROWS, columns=YEARS)
    for name, given in rows.items():
        frame.loc[name] = given
    return frame


def raw(**other) -> RawSeries:
    tables = {
        "unemployed": table(50), "working_age": table(1000), "employment": table(60), "gross_wage": table(2000),
        "income_tax": table(400), "household_income": table(1500), "debtors": table(10), "academic": table(12),
        "no_qualification": table(15, e1=5, e2=7), "school_leavers": table(6),
    }  # fmt: skip
    return RawSeries(**(tables | other))


def cleaned(**other) -> dict[str, pd.DataFrame]:
    return gisd_inputs(raw(**other), KREIS, Parameters())


def test_unemployment_is_per_thousand_of_working_age():
    assert (cleaned()["arbeitslosigkeit"] == 50).all(axis=None)


def test_employment_is_capped_at_80_percent():
    assert cleaned(employment=table(60, w1=91))["beschaeftigtenquote"].loc["w1"].eq(80).all()


def test_incomes_are_logarithms_at_the_prices_of_2015():
    found = cleaned()["bruttoverdienst"]
    assert found.loc["w1", 2015] == pytest.approx(np.log(2000))
    assert found.loc["w1", 2021] == pytest.approx(np.log(2000 / 1.091))


def test_no_and_negative_income_tax_get_the_values_of_the_release():
    found = cleaned(income_tax=table(400, w1=0, w2=-3))["einkommensteuer"]
    assert found.loc["w1"].eq(0.75).all() and found.loc["w2"].eq(0.25).all()


def test_the_east_is_raised_by_its_mean_distance_to_the_west():
    """West 15, east 5 and 7: mean distance -9, so 14 and 16."""
    found = cleaned()["beschaeftigteohneabschluss_adj"]
    assert found.loc["e1"].to_numpy() == pytest.approx(14) and found.loc["e2"].to_numpy() == pytest.approx(16)
    assert found.loc["w1"].eq(15).all()


def test_the_year_of_changed_reports_takes_the_next():
    academic = table(12)
    academic[2012], academic[2013] = 3.0, 13.0
    assert cleaned(academic=academic)["beschaeftigtemitakadabschluss_adj"][2012].eq(13).all()


def test_a_double_cohort_is_taken_out_of_the_share_of_school_leavers():
    """NRW 2013, Baden-Württemberg and Brandenburg 2012: two years of pupils leave at once, the share is 2 lower."""
    leavers, doubled = table(6), [("w1", 2013), ("w2", 2012), ("e1", 2012)]
    for row, year in doubled:
        leavers.loc[row, year] -= 2
    found = cleaned(school_leavers=leavers)["schulabgaengerohneabschluss_adj"]
    for row, year in doubled:
        assert found.loc[row, year] == pytest.approx(6, abs=0.01)
    assert found.loc["e2", 2012] == 6 and found.loc["w1", 2012] == 6


def test_gaps_are_filled_by_the_trend_and_known_values_stay():
    debtors = table(10)
    debtors.loc[:, 1998:2003] = np.nan
    found = cleaned(debtors=debtors)["schuldnerquote"]
    assert found.notna().all(axis=None)
    assert found.loc["w1", 2000] == pytest.approx(10)
    assert found.loc["w1", 2010] == 10


def test_a_row_without_any_value_is_refused_by_name():
    with pytest.raises(InputError, match=r"schuldnerquote .*1 municipalities"):
        cleaned(debtors=table(10, e2=np.nan))


def test_kreise_are_means_of_their_municipalities_from_0_to_1():
    score = pd.DataFrame({2021: [0.0, 1.0, 0.75, 1.0]}, index=ROWS)
    kreis = pd.Series(["a", "a", "b", "c"], index=ROWS)
    assert over_kreise(score, kreis)[2021].tolist() == [0.0, 0.5, 1.0]
