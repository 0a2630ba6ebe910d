"""Inequality and segregation: golden vectors of METHODS 13, published figures, witnesses."""

import pandas as pd
import pytest

from nahraum.index.inequality.gradient import slope
from nahraum.index.inequality.measures import inequality
from nahraum.index.inequality.people import weighted
from nahraum.index.inequality.segregation import many_groups, two_groups
from nahraum.parameters import Parameters

# pupils by state and race of schools00 (R package segregation, MIT, B. Elbers), summed over schools
STATES = pd.DataFrame(
    {
        "asian": [1573, 10238, 7985],
        "black": [103427, 21470, 42005],
        "hisp": [3888, 86802, 42460],
        "native": [1393, 4525, 672],
        "white": [132749, 231170, 187382],
    },
    index=["A", "B", "C"],
)


def test_inequality_of_four_equal_areas():
    values = pd.Series([10.0, 20.0, 30.0, 40.0], index=list("abcd"))
    found = inequality(values, pd.Series(1.0, index=values.index), Parameters()).set_index("measure")["value"]
    assert found["gini"] == pytest.approx(0.25, rel=1e-12)
    assert found["theil"] == pytest.approx(0.1064401, abs=5e-8)
    assert found["mld"] == pytest.approx(0.1217773, abs=5e-8)
    assert found["atkinson_0.5"] == pytest.approx(0.0555859, abs=5e-8)
    assert found["atkinson_1"] == pytest.approx(0.1146545, abs=5e-8)


def test_segregation_of_four_equal_units():
    ids = list("abcd")
    found = two_groups(pd.Series([10.0, 20, 30, 40], index=ids), pd.Series([90.0, 80, 70, 60], index=ids))
    assert found.dissimilarity == pytest.approx(0.266667, abs=5e-7)
    assert found.isolation == pytest.approx(0.30, rel=1e-12)
    assert found.exposure == pytest.approx(0.70, rel=1e-12)
    assert found.entropy == pytest.approx(0.0622312, abs=5e-8)


def test_states_and_races_of_schools00_share_the_published_information():
    found = many_groups(STATES)
    assert found.mutual_information == pytest.approx(0.0992437, abs=5e-8)
    assert found.entropy == pytest.approx(0.0976740, abs=5e-8)


def test_multigroup_dissimilarity_equals_pysal():
    # segregation 2.5.4: MultiDissim(states, groups=[...]).statistic
    assert many_groups(STATES).dissimilarity == pytest.approx(0.2420573035655896, rel=1e-12)


def test_slope_and_relative_index_equal_weighted_least_squares_of_statsmodels():
    # statsmodels 0.15.0: WLS(x, [1, rank], weights=w).fit(cov_type="HC3", use_t=True); rank by hand;
    # interval of the ratio: exp(log(top / lowest) ± t(5) √(g' V g)), g = (1/top - 1/lowest, 1/top)
    ids = list("abcdefg")
    values = pd.Series([4.0, 5.0, 9.0, 8.0, 15.0, 19.0, 12.0], index=ids)
    residents = pd.Series([1000.0, 2500.0, 800.0, 3000.0, 1200.0, 1500.0, 600.0], index=ids)
    found = slope(weighted(values, residents, by=pd.Series(range(7), index=ids)), confidence=0.95)
    assert found.at_lowest == pytest.approx(1.767856299919277, rel=1e-9)
    assert [found.sii, found.sii_low, found.sii_high] == pytest.approx(
        [15.596362871859561, 3.559674796983847, 27.633050946735274], rel=1e-9
    )
    assert [found.rii, found.rii_low, found.rii_high] == pytest.approx(
        [9.822189265367165, 0.5861005542955623, 164.60554636507507], rel=1e-8
    )
