"""Rates and limits that others have printed."""

import numpy as np
import pytest

from nahraum.index.incidence.rates import poisson_limits, standardised_limits, standardised_rate


@pytest.mark.parametrize(
    ("cases", "low", "high"),
    [
        (0, 0, 3.689),
        (1, 0.0253, 5.572),
        (2, 0.2422, 7.225),
        (5, 1.6235, 11.668),
        (10, 4.795, 18.390),
        (50, 37.11, 65.92),
    ],
)
def test_limits_of_a_poisson_count_are_those_of_garwoods_table(cases, low, high):
    """95 % limits, Pearson and Hartley (1966): Biometrika Tables for Statisticians I, table 40."""
    found = poisson_limits(np.array([float(cases)]), np.array([float(cases)]), 0.95)
    assert found[0][0] == pytest.approx(low, abs=5e-3) and found[1][0] == pytest.approx(high, abs=5e-3)


def test_the_gamma_limits_of_downs_syndrome_in_michigan():
    """Birth order 5 and more, standardised to all births 1950-1964 by the age of the mother (Stark and Mantel 1966; Fay
    and Feuer 1997). Printed by the vignette of R's dsrTest 1.0.0: 75.52901, 67.70212 to 188.30017 per 100,000.
    """
    cases = np.array([[0, 8, 63, 112, 262, 295]], dtype=np.float64)
    births = np.array([[327, 30_666, 123_419, 149_919, 104_088, 34_392]], dtype=np.float64)
    standard = np.array([319_933, 931_318, 786_511, 488_235, 237_863, 61_313], dtype=np.float64)
    low, high = standardised_limits(cases, cases, births, standard, confidence_share=0.95)
    rate = standardised_rate(cases, births, standard)
    assert rate[0] * 1e5 == pytest.approx(75.52901, abs=5e-6)
    assert (low[0] * 1e5, high[0] * 1e5) == pytest.approx((67.70212, 188.30017), abs=1e-4)
