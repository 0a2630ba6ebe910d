"""Spatial association equals what PySAL computes on Columbus and St. Louis, and its printed figures."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nahraum.index.spatial.global_ import eb_moran, geary, getis_ord, moran
from nahraum.index.spatial.local import QUADRANTS, local_g, local_moran
from nahraum.index.spatial.neighbours import gal, row_standardised

WITNESS = json.loads((Path(__file__).parent / "spatial_witness.json").read_text(encoding="utf-8"))
CASES = [("columbus", "CRIME"), ("columbus", "INC"), ("columbus", "HOVAL"), ("stl", "HR8893")]
each = pytest.mark.parametrize(("city", "name"), CASES)
EXACT = {"rel": 1e-9, "abs": 1e-12}


def case(city, name):
    neighbours = gal(WITNESS[city]["gal"])
    found = WITNESS[city][name]
    return neighbours, pd.Series(found["values"], index=list(neighbours.ids)), found


@pytest.mark.parametrize(
    ("city", "name", "printed"),
    [
        ("stl", "HR8893", 0.24365582621771659),
        ("columbus", "CRIME", 0.5001885571828611),
        ("columbus", "INC", 0.4156287782784237),
        ("columbus", "HOVAL", 0.180093114317273),
    ],
)
def test_morans_i_is_that_of_the_test_suite_of_pysal(city, name, printed):
    neighbours, values, _ = case(city, name)
    assert moran(values, row_standardised(neighbours)).value == pytest.approx(printed, **EXACT)


def test_st_louis_has_the_printed_expectation_and_probability():
    neighbours, values, _ = case("stl", "HR8893")
    found = moran(values, row_standardised(neighbours))
    assert found.expected == pytest.approx(-0.012987, abs=5e-7)
    assert found.p_normality == pytest.approx(2 * 0.00013573931385, rel=1e-9)  # printed one-sided


def test_gearys_c_of_crime_in_columbus():
    neighbours, values, _ = case("columbus", "CRIME")
    assert geary(values, row_standardised(neighbours)).value == pytest.approx(0.5405282027, abs=5e-11)


def test_the_spatial_lag_of_crime_in_columbus():
    neighbours, values, _ = case("columbus", "CRIME")
    lag = row_standardised(neighbours).lag(values.to_numpy())
    assert lag[:5].tolist() == pytest.approx([24.7142675, 26.24684033, 29.411751, 34.64647575, 40.4653275], abs=5e-9)


@each
def test_moran_with_its_variances_equals_esda(city, name):
    neighbours, values, witness = case(city, name)
    found = moran(values, row_standardised(neighbours))
    shown = [found.value, found.expected, found.sd_normality**2, found.sd_randomisation**2]
    assert [*shown, found.p_normality, found.p_randomisation] == pytest.approx(witness["moran"], **EXACT)


@each
def test_geary_with_its_variances_equals_esda(city, name):
    neighbours, values, witness = case(city, name)
    found = geary(values, row_standardised(neighbours))
    shown = [found.value, found.expected, found.sd_normality**2, found.sd_randomisation**2]
    assert [*shown, found.p_normality / 2, found.p_randomisation / 2] == pytest.approx(witness["geary"], **EXACT)


@each
def test_getis_ord_g_with_its_variance_equals_esda(city, name):
    neighbours, values, witness = case(city, name)
    found = getis_ord(values, neighbours)
    shown = [found.value, found.expected, found.sd_randomisation**2, found.p_randomisation / 2]
    assert shown == pytest.approx(witness["getis_ord"], **EXACT)


@each
def test_local_moran_and_its_quadrants_equal_esda(city, name):
    neighbours, values, witness = case(city, name)
    rng = np.random.default_rng(1)
    found = local_moran(values, neighbours, permutations=9, rng=rng, false_discovery_share=0.05).areas
    found = found.set_index("area_id").loc[list(neighbours.ids)]
    assert found["local_i"].tolist() == pytest.approx(witness["local_moran"], **EXACT)
    assert found["quadrant"].tolist() == [QUADRANTS[code - 1] for code in witness["quadrant"]]


@each
@pytest.mark.parametrize(("itself", "key"), [(False, "gi_z"), (True, "gi_star_z")])
def test_local_g_equals_esda(city, name, itself, key):
    neighbours, values, witness = case(city, name)
    found = local_g(values, neighbours, itself=itself, false_discovery_share=0.05).areas.set_index("area_id")
    assert found.loc[list(neighbours.ids), "local_g_z"].tolist() == pytest.approx(witness[key], **EXACT)


def test_moran_of_rates_equals_esda():
    city = WITNESS["stl"]
    neighbours = row_standardised(gal(city["gal"]))
    cases, people = (pd.Series(city[name], index=list(neighbours.ids)) for name in ("cases", "people"))
    found = eb_moran(cases, people, neighbours)
    shown = [found.value, found.expected, found.sd_normality**2, found.sd_randomisation**2]
    assert shown == pytest.approx(city["eb_moran"], **EXACT)
