import numpy as np
import pandas as pd
import pytest

from six_cells import NO_GREEN, NO_NET, analysed


def power(people: list[dict], **more) -> pd.DataFrame:
    return analysed(people, **more).result.discriminating.set_index("prerequisite")


def test_a_prerequisite_that_tells_places_apart_is_not_warned_of() -> None:
    table = analysed().result.discriminating
    assert table["warning"].tolist() == [""] * 4
    assert table["next_threshold"].isna().all() and (table["text_de"] == "").all()


def test_too_few_asks_for_the_next_threshold_upwards() -> None:
    people = [{"floor": 33.0, "residents": 30.0}, {"cell": (1, 0), "floor": 55.0, "residents": 70.0}]
    row = power(people).loc["living_space"]
    assert row["warning"] == "too_few"
    assert row[["next_parameter", "next_threshold"]].tolist() == ["living_space.minimum_m2_per_resident", 35.0]
    assert row["next_lacks_share"] == pytest.approx(0.3)
    assert row["text_de"].endswith(
        "Nächste sinnvolle Schwelle: 35 m² je Einwohner (30,0 %; living_space.minimum_m2_per_resident)."
    )
    assert "35 m² per resident (30.0 %; living_space.minimum" in row["text_en"]


def test_too_many_asks_for_the_next_threshold_the_other_way() -> None:
    people = [{"food_full_range": 1100.0, "residents": 50.0}, {"food_full_range": 1400.0, "residents": 50.0}]
    row = power(people).loc["supply"]
    assert row["warning"] == "too_many"
    assert row["next_threshold"] == 1200.0 and row["next_lacks_share"] == 0.5
    assert "1.200 m Fußweg (50,0 %; supply.maximum_distance_m)" in row["text_de"]


def test_green_is_relaxed_where_it_pinches() -> None:
    people = [{"green_m2": 4.0, "residents": 50.0}, {"green_m2": 2.0, "residents": 50.0}]
    row = power(people).loc["green"]
    assert row["next_parameter"] == "green_standards.nahraum_green.minimum_m2_per_resident"
    assert row["next_threshold"] == 3.0


def test_where_no_listed_threshold_helps_it_is_said() -> None:
    row = power([{**NO_GREEN, "green": 5000.0}]).loc["green"]
    assert row["warning"] == "too_many" and row["next_parameter"] == ""
    assert "Keine der vorgesehenen Schwellen hilft" in row["text_de"]


def test_speeds_are_offered_only_where_the_data_hold_them() -> None:
    assert np.isnan(power([NO_NET]).loc["internet", "next_threshold"])
    people = [{**NO_NET}, {**NO_NET, "cell": (1, 0)}]
    row = power(people, speeds={"offered_50_share": {(0, 0): 1.0, (1, 0): 0.2}}).loc["internet"]
    assert row["next_threshold"] == 50.0 and row["next_lacks_share"] == pytest.approx(0.4)


def test_a_prerequisite_nobody_knows_is_called_unknown() -> None:
    row = power([{"offer": np.nan, "offer_status": "missing"}]).loc["internet"]
    assert row["warning"] == "unknown" and row["completeness"] == 0.0


def test_what_is_known_of_few_is_not_said_of_all_and_no_other_threshold_is_offered() -> None:
    unknown = {"cell": (1, 0), "floor": np.nan, "floor_status": "missing", "residents": 90.0}
    row = power([{"floor": 20.0, "residents": 10.0}, unknown]).loc["living_space"]
    assert row["warning"] == "too_many" and row["next_parameter"] == ""
    assert row["lacks_share"] == 1.0 and row["completeness"] == pytest.approx(0.1)
    assert "nur für 10,0 % der Einwohner bekannt; von ihnen fehlt es 100,0 %" in row["text_de"]
    assert "known for 10.0 % of residents only" in row["text_en"]
