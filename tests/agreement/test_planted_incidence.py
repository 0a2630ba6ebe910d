"""Musterstadt's health office knows four waves; after the first the association with social status turns round."""

import numpy as np
import pytest
import shapely

from nahraum.index.incidence import Incidence, incidence_analysis, status_factor
from nahraum.index.spatial.neighbours import contiguity
from nahraum.musterstadt.city import build_city
from nahraum.musterstadt.households import build_households
from nahraum.musterstadt.quarters import write_quarters
from nahraum.musterstadt.statistics import WAVES, build_figures, write_incidence, write_statistics
from nahraum.parameters import Parameters
from nahraum.sources.incidence import read_incidence
from nahraum.sources.statistics import load_statistics
from nahraum.sources.vector import read_polygons
from nahraum.study import SourceSpec

CASES = {"cases": "faelle", "residents": "einwohner", "period": "welle", "begin": "beginn", "end": "ende"}


@pytest.fixture(scope="module")
def analyses(tmp_path_factory) -> dict[int, Incidence]:
    """By number of residents: 20,000 make 24 quarters, 60,000 make 51."""
    return {residents: _analysed(residents, tmp_path_factory.mktemp("city")) for residents in (20_000, 60_000)}


def _analysed(residents, folder) -> Incidence:
    city = build_city(residents, 3)
    figures = build_figures(city, build_households(city))
    write_incidence([(city, figures)], folder / "cases.csv")
    write_statistics([(city, figures)], folder / "statistics.csv")
    write_quarters([city], folder / "quarters.geojson")
    spec = SourceSpec("incidence", "table", (folder / "cases.csv",), {"id": "quartier_nr", "columns": CASES})
    columns = {"basic_income": "SGB_II_Quote_Prozent"}
    options = {"id": "Quartier_Nr", "columns": columns}
    social = load_statistics(SourceSpec("statistics.x", "table", (folder / "statistics.csv",), options)).table
    status = status_factor(social.set_index("area_id")["basic_income"], high_is="disadvantage")
    quarters, _ = read_polygons([folder / "quarters.geojson"], id="quartier_nr")
    shapes = np.asarray(quarters.to_crs(25832).geometry.to_numpy(), dtype=object)
    assert shapely.is_valid(shapes).all()
    neighbours = contiguity(shapes, quarters["quarter_id"].tolist(), tolerance_m=1.0)
    cases = read_incidence(spec).table
    return incidence_analysis(cases, [status], None, neighbours=neighbours, parameters=Parameters())


def test_with_enough_quarters_the_regression_finds_the_planted_sign_of_each_wave(analyses):
    found = analyses[60_000].associations
    assert (found["n_areas"] >= 30).all()
    assert found["method"].isin(["negative_binomial", "poisson"]).all()
    assert found["period"].tolist() == [wave for wave, *_ in WAVES]
    assert found["direction"].tolist() == [int(np.sign(slope)) for *_, slope in WAVES]
    assert found["rate_ratio_fifths"].gt(1).tolist() == [slope > 0 for *_, slope in WAVES]
    assert not found["residual_moran_p"].isna().any()


def test_with_few_quarters_only_the_ranks_are_told_and_they_turn_too(analyses):
    found = analyses[20_000].associations
    assert (found["n_areas"] < 30).all() and (found["method"] == "rank_correlation").all()
    assert found["rate_ratio_per_sd"].isna().all()
    assert found["direction"].tolist() == [int(np.sign(slope)) for *_, slope in WAVES]


@pytest.mark.parametrize("residents", [20_000, 60_000])
def test_the_turn_is_told_in_words(analyses, residents):
    change = analyses[residents].changes.iloc[0]
    assert (change["signs"], change["turns"]) == ("+ − − −", "1. Welle → 2. Welle")
    assert "wechselt das Vorzeichen" in change["sentence_de"]
    first, second = analyses[residents].associations["sentence_de"].iloc[:2]
    assert first.startswith("1. Welle: Wo der soziale Status höher ist, war die Inzidenz höher")
    assert second.startswith("2. Welle: Wo der soziale Status höher ist, war die Inzidenz niedriger")


def test_no_suppressed_quarter_has_a_rate_and_all_have_limits_above_zero(analyses):
    areas = analyses[20_000].areas
    hidden = areas[areas["cases_status"] == "suppressed"]
    assert len(hidden) > 3
    assert hidden[["rate_per_100000", "ratio", "smoothed_per_100000"]].isna().all(axis=None)
    assert (hidden["rate_per_100000_low"] > 0).all() and hidden["rate_per_100000_high"].notna().all()
