"""The building price index as Destatis printed it (2015 = 100, residential buildings, annual means with VAT).

Tables of 21 August 2023 as quoted by schadenseminar.de and verkehrswertgutachten.de; quarters of 2023 by the press
releases of 10 October 2023 (160.6, + 0.2 % on May) and January 2024 (November: + 0.4 % on August, + 4.3 % on the 154.7
of November 2022).
"""

import pytest

from nahraum.measures.prices import read_prices
from nahraum.parameters import Parameters

PRINTED = {
    2005: 79.1, 2008: 88.4, 2010: 90.1, 2013: 96.8, 2015: 100.0, 2018: 109.9, 2019: 114.6, 2020: 116.4, 2021: 127.0,
    2022: 147.8,
}  # fmt: skip
PRICES = read_prices(Parameters())


@pytest.mark.parametrize(("year", "value"), PRINTED.items())
def test_years_are_as_printed(year: int, value: float) -> None:
    assert PRICES.values[year] == value and year not in PRICES.from_knowledge


def test_2023_is_the_mean_of_its_quarters() -> None:
    november = (160.6 * 1.004 + 154.7 * 1.043) / 2
    assert PRICES.values[2023] == pytest.approx((158.9 + 160.2 + 160.6 + november) / 4, abs=0.06)


def test_years_after_the_last_printed_one_are_told_to_be_from_knowledge() -> None:
    assert PRICES.from_knowledge == {2024, 2025}
    assert PRICES.values[2024] / PRICES.values[2023] == pytest.approx(1.03, abs=0.005)
