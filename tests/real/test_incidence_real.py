"""Real cases: New York in one pooled period at 42 areas, Berlin's twelve districts wave by wave, St. Louis smoothed."""

from __future__ import annotations

import csv
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from nahraum.index.incidence import (
    Factor,
    Incidence,
    cases_of_larger_areas,
    incidence_analysis,
    prerequisite_factor,
    status_factor,
)
from nahraum.index.incidence.smoothing import locally_smoothed_rates
from nahraum.index.spatial.neighbours import contiguity, gal
from nahraum.parameters import Parameters
from nahraum.sources.incidence import read_incidence
from nahraum.study import SourceSpec

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("incidence")]
INDICATORS = {  # file, measure, period (EHDP)
    "crowding": (15, 25, "2016-20"),
    "poverty": (103, 221, "2016-20"),
    "unemployment": (2337, 1032, "2016-20"),
    "canopy": (2157, 708, "2014"),
    "park": (2388, 1224, "2017"),
    "vegetation": (2143, 690, "2017"),
}
# statsmodels 0.15.0: NegativeBinomial(cases, [1, z], loglike_method="nb2", offset=log(residents · rate)), bfgs and
# newton; rate ratio per (population) sd, its 95 % limits, theta; Spearman by scipy 1.17
WITNESSED = {
    "crowding": (0.9892459235935861, 0.95927841, 1.02014961, 94.73076328821504, 0.010290900251195204),
    "poverty": (0.9914425113596631, 0.96107952, 1.02276475, 94.33304887893468, 0.03200713070253627),
    "unemployment": (0.9896622228001741, 0.95926099, 1.02102694, 94.62652602692, 0.060367879426302576),
    "canopy": (1.0185328351727596, 0.98794411, 1.05006865, 96.79707242095814, -0.004618750506441942),
    "park": (0.9516522407841556, 0.92562156, 0.97841497, 121.2333046520185, -0.4358921610717358),
    "vegetation": (1.0377458107784023, 1.00851707, 1.06782166, 108.16341776712845, 0.21251237355791414),
}


@pytest.fixture(scope="module")
def nyc(data_dir):
    return data_dir / "statistics" / "nyc_covid"


@pytest.fixture(scope="module")
def zip_cases(nyc) -> pd.DataFrame:
    columns = {"cases": "COVID_CASE_COUNT", "residents": "POP_DENOMINATOR"}
    options = {"id": "MODIFIED_ZCTA", "columns": {"cases": columns["cases"]}, "date": "to October 2025"}
    table = read_incidence(SourceSpec("incidence", "table", (nyc / "data-by-modzcta.csv",), options)).table
    people = pd.read_csv(nyc / "data-by-modzcta.csv", dtype={"MODIFIED_ZCTA": str}).set_index("MODIFIED_ZCTA")
    return table.assign(residents=table["area_id"].map(people["POP_DENOMINATOR"]), residents_status="ok")


@pytest.fixture(scope="module")
def crosswalk(nyc) -> pd.Series:
    with (nyc / "uhf-to-zip crosswalk.csv").open(encoding="utf-8-sig") as stream:
        rows = [(code.strip(), row["UHF_id"]) for row in csv.DictReader(stream) for code in row["Zipcodes"].split(",")]
    return pd.Series(dict(rows))


def indicator(nyc, name: str) -> pd.Series:
    """One indicator of the 42 areas, in the period named above."""
    file, measure, period = INDICATORS[name]
    periods = json.loads((nyc / "TimePeriods.json").read_text(encoding="utf-8"))
    wanted = {each["TimePeriodID"] for each in periods if each["TimePeriod"] == period}
    table = pd.DataFrame(json.loads((nyc / f"ehdp_indicator_{file}.json").read_text(encoding="utf-8")))
    rows = table[(table["MeasureID"] == measure) & (table["GeoType"] == "UHF42") & table["TimePeriodID"].isin(wanted)]
    return rows.assign(area=rows["GeoID"].astype(str)).set_index("area")["Value"].astype(float).rename(name)


def factor(nyc, name: str) -> Factor:
    return Factor(name, indicator(nyc, name), name, name, f"{name} größer ist", f"{name} is larger")


@pytest.fixture(scope="module")
def pooled(nyc, zip_cases, crosswalk) -> Incidence:
    areas = gpd.read_file(nyc / "UHF42.geo.json")
    areas = areas[areas["GEOCODE"] > 0].to_crs(32618)
    shapes = np.asarray(areas.geometry.make_valid().to_numpy(), dtype=object)
    neighbours = contiguity(shapes, areas["GEOCODE"].astype(str).tolist(), tolerance_m=30.0)
    cases = cases_of_larger_areas(zip_cases, crosswalk, suppressed_below=3)
    factors = [factor(nyc, name) for name in INDICATORS]
    return incidence_analysis(cases, factors, None, neighbours=neighbours, parameters=Parameters())


def test_rates_of_the_177_areas_are_those_published(nyc, zip_cases):
    """COVID_CASE_RATE within 0.07 per 100,000 (its residents are rounded); totals 3,628,423 and 8,332,458.14."""
    found = incidence_analysis(zip_cases, [], None, neighbours=None, parameters=Parameters()).areas
    published = pd.read_csv(nyc / "data-by-modzcta.csv", dtype={"MODIFIED_ZCTA": str}).set_index("MODIFIED_ZCTA")
    assert len(found) == 177
    assert found["cases"].sum() == 3_628_423 and found["residents"].sum() == pytest.approx(8_332_458.14, abs=0.01)
    rates = found.set_index("area_id")["rate_per_100000"]
    assert (rates - published["COVID_CASE_RATE"]).abs().max() < 0.07


def test_the_177_areas_become_the_42_for_which_crowding_is_known(pooled):
    assert len(pooled.areas) == 42
    assert pooled.areas["cases"].sum() == 3_628_423
    assert (pooled.associations["n_areas"] == 42).all()


@pytest.mark.parametrize("name", INDICATORS)
def test_the_regressions_over_42_areas_are_those_of_statsmodels(pooled, name):
    row = pooled.associations.set_index("factor_id").loc[name]
    ratio, low, high, theta, rank = WITNESSED[name]
    assert row["method"] == "negative_binomial"
    assert row["rate_ratio_per_sd"] == pytest.approx(ratio, rel=1e-6)
    assert (row["rate_ratio_per_sd_low"], row["rate_ratio_per_sd_high"]) == pytest.approx((low, high), rel=1e-6)
    assert row["theta"] == pytest.approx(theta, rel=1e-5)
    assert row["rank"] == pytest.approx(rank, abs=1e-12)


def test_over_all_years_together_crowding_shows_no_association_and_nothing_is_said_about_change(pooled):
    """From 2020 to 2025 in one figure: what went one way in one wave and another way in the next is hidden."""
    row = pooled.associations.set_index("factor_id").loc["crowding"]
    assert row["direction"] == 0 and "cannot be said" in row["sentence_en"]
    assert (pooled.changes["change"] == "too_few_waves").all()
    assert not pooled.associations["residual_moran_p"].isna().any()


def test_crowding_copied_onto_the_177_areas_is_refused(nyc, zip_cases, crosswalk):
    copied = crosswalk.map(indicator(nyc, "crowding")).reindex(zip_cases["area_id"].unique())
    assert copied.notna().all() and copied.nunique() <= 42
    found = incidence_analysis(
        zip_cases, [prerequisite_factor("living_space", copied)], None, neighbours=None, parameters=Parameters()
    )
    assert found.associations["method"].tolist() == ["none"]
    assert "factor_of_larger_areas" in found.associations["notes"][0]


DISTRICTS = (
    "mitte", "friedrichshain_kreuzberg", "pankow", "charlottenburg_wilmersdorf", "spandau", "steglitz_zehlendorf",
    "tempelhof_schoeneberg", "neukoelln", "treptow_koepenick", "marzahn_hellersdorf", "lichtenberg", "reinickendorf",
)  # fmt: skip


@pytest.fixture(scope="module")
def berlin(data_dir, tmp_path_factory) -> Incidence:
    """Daily cases of the twelve districts against transfer recipients of the monitoring of 2019 (MSS)."""
    statistics = data_dir / "statistics"
    days = pd.read_csv(statistics / "berlin_covid" / "daily-numbers.csv", sep=";")
    long = days.melt(id_vars="datum", value_vars=list(DISTRICTS), var_name="district", value_name="n").fillna({"n": 0})
    assert long.groupby("district")["n"].sum()["mitte"] == 164_391
    long["id"] = long["district"].map({name: f"{k + 1:02d}" for k, name in enumerate(DISTRICTS)})
    file = tmp_path_factory.mktemp("berlin") / "days.csv"
    long.astype({"n": int})[["id", "datum", "n"]].to_csv(file, sep=";", index=False)
    options = {"id": "id", "id_digits": 2, "columns": {"cases": "n", "day": "datum"}}
    cases = read_incidence(SourceSpec("incidence", "table", (file,), options)).table
    population = statistics / "berlin_population" / "berlin-lor-population-2020-02-t2-districts.csv"
    people = pd.read_csv(population, dtype={"id": str}).set_index("id")["inhabitants"].astype(float)
    monitoring = "berlin-lor-monitoring-social-urban-development-2019-00-districts.csv"
    social = pd.read_csv(statistics / "berlin_mss" / monitoring, dtype=str, skiprows=[1]).set_index("id")
    transfers = social["s3_percentage_transfer_payments_recipients"].astype(float)
    return incidence_analysis(
        cases, [status_factor(transfers, high_is="disadvantage")], people, neighbours=None, parameters=Parameters()
    )


def test_twelve_districts_get_no_regression_but_ranks_with_their_interval(berlin):
    found = berlin.associations
    assert (found["n_areas"] == 12).all() and (found["method"] == "rank_correlation").all()
    assert found["notes"].str.contains("few_areas_rank_only").all()
    assert (found["rank_low"] < found["rank"]).all() and (found["rank"] < found["rank_high"]).all()


def test_ranks_of_berlins_waves_are_those_of_scipy(berlin):
    """scipy 1.17 spearmanr of the sums per wave ÷ residents of 31.12.2020 with the transfer share, sign turned."""
    assert berlin.associations["rank"].tolist() == pytest.approx(
        [-0.4055944055944056, -0.7692307692307694, -0.9230769230769231, -0.7622377622377624, -0.2377622377622378]
    )
    assert berlin.associations["direction"].tolist() == [0, -1, -1, -1, 0]
    assert berlin.changes["change"].tolist() == ["not_certain"]


def test_local_smoothing_of_st_louis_is_that_of_esda(data_dir):
    """Homicides 1979-84: documentation of esda (Spatial_Empirical_Bayes), the same by esda 2.9.0."""
    folder = data_dir / "statistics" / "pysal_stl"
    table = pd.read_csv(folder / "stl_hom.csv")
    neighbours = gal((folder / "stl.gal").read_text())
    order = [int(name) - 1 for name in neighbours.ids]
    cases, people = (table[name].to_numpy(dtype=float)[order] for name in ("HC7984", "PO7984"))
    found = pd.Series(locally_smoothed_rates(cases / people, people, neighbours), index=order).sort_index()
    assert found.head(10).tolist() == pytest.approx(
        [
            4.0148574851405805e-05, 3.624375130880213e-05, 4.930348435226079e-05, 5.0938732929581615e-05,
            3.727352100362909e-05, 3.693337967499172e-05, 5.4024545631037676e-05, 2.9980605461571478e-05,
            3.730341094574703e-05, 3.472707222227796e-05,
        ],
        rel=1e-12,
    )  # fmt: skip
