"""Segregation of 2,045 schools (schools00) and living space by status in Berlin, from the files themselves."""

import numpy as np
import pandas as pd
import pytest

from nahraum.index.inequality.fifths import fifths_table
from nahraum.index.inequality.segregation import many_groups, two_groups
from nahraum.parameters import Parameters

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("statistics")]


@pytest.fixture(scope="module")
def schools(data_dir) -> pd.DataFrame:
    """Pupils by school and race: synthetic teaching data of the R package segregation (MIT, B. Elbers)."""
    rows = pd.read_csv(data_dir / "statistics" / "segregation_schools" / "schools00.csv")
    return rows.pivot_table(index="school", columns="race", values="n", aggfunc="sum", fill_value=0.0)


def test_schools_and_races_share_the_published_information(schools):
    found = many_groups(schools)
    assert found.units == 2045
    assert found.mutual_information == pytest.approx(0.4255390, abs=5e-8)
    assert found.entropy == pytest.approx(0.4188083, abs=5e-8)
    assert found.dissimilarity == pytest.approx(0.619699898863552, rel=1e-12)  # segregation 2.5.4, MultiDissim


def test_black_and_white_pupils_go_to_different_schools(schools):
    # segregation 2.5.4: Dissim, Isolation, Interaction, Entropy, CorrelationR of black among black and white
    found = two_groups(schools["black"], schools["white"])
    assert found.dissimilarity == pytest.approx(0.7283878848711030, rel=1e-12)
    assert found.isolation == pytest.approx(0.6841443529262506, rel=1e-12)
    assert found.exposure == pytest.approx(0.3158556470737494, rel=1e-12)
    assert found.entropy == pytest.approx(0.5553209870446345, rel=1e-12)
    assert found.correlation == pytest.approx(0.5885215639091748, rel=1e-9)


def test_schools_are_so_large_that_chance_makes_little_of_it(schools):
    """Expected dissimilarity against 200 deals of the pupils to the schools."""
    found = two_groups(schools["black"], schools["white"])
    size = (schools["black"] + schools["white"]).to_numpy().astype(int)
    size = size[size > 0]
    black, rng = int(schools["black"].sum()), np.random.default_rng(1)
    dealt = rng.multivariate_hypergeometric(size, black, 200, method="marginals")
    d = 0.5 * np.abs(dealt / black - (size - dealt) / (size.sum() - black)).sum(axis=1)
    assert found.expected == pytest.approx(d.mean(), abs=4 * d.std() / np.sqrt(200))


@pytest.fixture(scope="module")
def berlin(data_dir) -> pd.DataFrame:
    """Planning areas of Berlin 2018: residents, status sum (high = low status), floor area per resident."""
    folder = data_dir / "statistics"
    name = "berlin-lor-monitoring-social-urban-development-2019-00-planning-areas.csv"
    status = pd.read_csv(folder / "berlin_mss" / name, dtype={"id": str}, na_values="-").set_index("id")
    files = sorted((folder / "berlin_housing").glob("*housing-stock-2018-00-*-planning-areas.csv"))
    housing = pd.concat([pd.read_csv(file, dtype=str) for file in files]).set_index("id")
    floor_m2 = pd.to_numeric(housing["apartments_rooms"], errors="coerce") * 100  # header shifted: trap 2
    residents = status["inhabitants"]
    return pd.DataFrame(
        {
            "residents": residents,
            "status": status["z_d1_percentage_unemployed"],  # mislabelled status sum: trap 1
            "floor_area_m2_per_resident": floor_m2.reindex(residents.index) / residents,
        }
    )


def test_fifths_of_berlin_are_those_of_residents_lined_up_one_by_one(berlin):
    known = berlin.dropna().sort_values("status", ascending=False, kind="stable")
    everybody = np.repeat(known["floor_area_m2_per_resident"].to_numpy(), known["residents"].astype(int))
    lined_up = [part.mean() for part in np.array_split(everybody, 5)]
    row = fifths_table(
        berlin[["floor_area_m2_per_resident"]], berlin["residents"], Parameters(), status=berlin["status"]
    ).iloc[0]
    assert row["areas"] == len(known) > 420
    assert row[[f"fifth_{at}" for at in range(1, 6)]].astype(float).tolist() == pytest.approx(lined_up, rel=1e-5)
    assert row["mean"] == pytest.approx(everybody.mean())
    assert row["favours"] == "top" and row["completeness"] < 1


def test_the_sentence_of_berlin(berlin):
    text = fifths_table(
        berlin[["floor_area_m2_per_resident"]], berlin["residents"], Parameters(), status=berlin["status"],
        places="areas",
    )["text_de"].iloc[0]  # fmt: skip
    assert text.startswith(
        "Das Fünftel der Einwohner in den Gebieten mit dem niedrigsten Status hat 31 m² Wohnfläche je Einwohner, "
        "das oberste 45."
    )
