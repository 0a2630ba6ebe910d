"""The door for combinations, locations and the tables about the result."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from publish_bundle import make_combinations, make_locations

from nahraum.errors import NahraumError
from nahraum.parameters import Parameters
from nahraum.publish import Released, release
from nahraum.publish.disclosure import micro, protected_table, recoverable, rules_of

PARAMETERS = Parameters(on=date(2025, 6, 30))


def out(table: pd.DataFrame, geography: str) -> pd.DataFrame:
    return release(table, geography, parameters=PARAMETERS).frame


def test_combinations_without_small_counts_are_published_whole():
    frame = out(make_combinations(), "combinations")
    assert frame["residents"].notna().all()


def test_a_combination_of_two_persons_does_not_follow_from_the_sums_beside_it():
    frame = out(make_combinations({0: 500.0, 8: 2.0, 12: 300.0, 3: 200.0, 5: 90.0}), "combinations")
    gone = frame["residents"].isna().to_numpy()
    assert gone[8]
    assert gone.sum() >= 2
    assert frame["share"].isna().to_numpy().tolist() == gone.tolist()


def test_two_unknowns_that_differ_in_one_lack_are_both_found_by_its_sum():
    total, lacks_green = np.ones(3), np.array([1.0, 0.0, 0.0])
    hidden = np.array([True, True, False])
    assert recoverable(np.vstack([total, lacks_green]), hidden).tolist() == [True, True, False]
    assert recoverable(np.vstack([total]), hidden).tolist() == [False, False, False]


def test_values_are_added_to_the_held_back_ones_until_no_sum_tells_any():
    sums = np.vstack([np.ones(4), np.array([1.0, 1.0, 0.0, 0.0])])
    hidden = protected_table(micro([2.0, 50.0, 40.0, 30.0]), sums, 3)
    assert not recoverable(sums, hidden).any()
    assert hidden.tolist() == [True, True, True, True]


def test_the_rules_come_from_the_dated_parameters():
    rules = rules_of(PARAMETERS)
    assert (rules.minimum_count, rules.minimum_residents_cell, rules.minimum_denominator) == (3, 10.0, 100.0)


def test_locations_give_residents_in_multiples_of_ten():
    frame = out(make_locations(), "locations")
    assert frame["residents"].tolist() == [340.0, 10.0]
    assert frame["combination"].tolist() == ["living_space+green", "supply"]


def test_a_location_below_ten_residents_keeps_its_outline_only():
    table = make_locations()
    table["residents"] = [344.0, 9.0]
    frame = out(table, "locations")
    assert np.isnan(frame["residents"].iloc[1])
    assert frame["combination"].iloc[1] == ""
    assert frame["hectares"].iloc[1] == 1.0
    assert bool(frame["settlement"].iloc[1]) is True


def test_shares_of_a_location_are_given_in_per_cent_and_from_a_hundred_residents():
    table = make_locations().assign(several_share=[213 / 344, 0.75], several_residents=[213.0, 9.0])
    frame = out(table, "locations")
    assert frame["several_share"].iloc[0] == 0.62
    assert frame["several_residents"].iloc[0] == 210.0
    assert np.isnan(frame["several_share"].iloc[1])


def test_the_way_to_the_nearest_service_stays_where_the_number_of_persons_goes():
    table = pd.DataFrame({
        "location_id": ["L1", "L2"], "service": ["gp", "gp"], "nearest_name": ["A", "B"],
        "distance_m": [1200.0, 1500.0],
        "residents_missing": [204.0, 40.0], "missing_share": [0.6, 0.8],
    })  # fmt: skip
    frame = out(table, "location_services")
    assert frame["residents_missing"].iloc[0] == 200.0
    assert np.isnan(frame["residents_missing"].iloc[1])
    assert np.isnan(frame["missing_share"].iloc[1])
    assert frame["distance_m"].tolist() == [1200.0, 1500.0]


def municipality(residents: float, **more: float) -> Released:
    return release(
        pd.DataFrame([{"residents": residents, "residents_judged": residents} | more]),
        "municipality",
        parameters=PARAMETERS,
    )


def test_a_sentence_that_prints_a_held_back_share_goes_too():
    table = pd.DataFrame({
        "prerequisite": ["green", "supply"], "lacks_share": [2 / 400, 0.5], "completeness": [1.0, 1.0],
        "text_de": ["Grün: fehlt 0,5 % der Bewohner", ""],
    })  # fmt: skip
    frame = release(table, "discriminating", parameters=PARAMETERS, against=municipality(400.0)).frame
    assert np.isnan(frame["lacks_share"].iloc[0])
    assert frame["text_de"].iloc[0] == ""
    assert frame["lacks_share"].iloc[1] == 0.5


def test_a_share_that_the_municipality_holds_back_is_not_told_elsewhere():
    table = pd.DataFrame({"prerequisite": ["green"], "lacks_share": [0.5], "completeness": [1.0]})
    whole = municipality(400.0, lacks_green_share=0.5, lacks_green_completeness=0.2)
    assert "lacks_green_share" in whole.frame["suppressed"].iloc[0]
    frame = release(table, "discriminating", parameters=PARAMETERS, against=whole).frame
    assert np.isnan(frame["lacks_share"].iloc[0])


def test_two_communal_residents_are_not_told_by_a_completeness():
    table = pd.DataFrame({"prerequisite": ["living_space"], "lacks_share": [0.5], "completeness": [398 / 400]})
    whole = municipality(
        400.0, residents_communal=2.0, lacks_living_space_share=0.5, lacks_living_space_completeness=398 / 400
    )
    frame = release(table, "discriminating", parameters=PARAMETERS, against=whole).frame
    assert np.isnan(whole.frame["residents_communal"].iloc[0])
    assert np.isnan(frame["completeness"].iloc[0])
    assert frame["lacks_share"].iloc[0] == 0.5


def test_a_variant_that_differs_by_two_persons_is_held_back():
    table = pd.DataFrame({"variant_id": ["base", "a", "b"], "several_share": [0.5, 202 / 400, 0.6]})
    frame = release(table, "variants", parameters=PARAMETERS, against=municipality(400.0)).frame
    assert frame["several_share"].isna().tolist() == [False, True, False]


def variants_of(**bounds: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"variant_id": ["base", "a"], "several_share": [0.5, 0.5]} | bounds)


def test_bounds_of_every_variant_go_where_they_tell_two_persons():
    table = variants_of(several_share_min=[0.495, 0.3], several_share_max=[0.5, 0.7], several_known_share=[0.495, 0.3])
    frame = release(table, "variants", parameters=PARAMETERS, against=municipality(400.0)).frame
    for column in ("several_share_min", "several_share_max", "several_known_share"):
        assert frame[column].isna().tolist() == [True, False], column
    assert frame["several_share"].notna().all()


def test_the_chosen_thresholds_tell_no_more_than_the_row_of_the_municipality():
    whole = municipality(400.0, several_k2_share=0.5, several_k2_share_min=0.495, several_k2_share_max=0.5)
    table = variants_of(several_share_min=[0.3, 0.3], several_share_max=[0.7, 0.7])
    frame = release(table, "variants", parameters=PARAMETERS, against=whole).frame
    assert frame["several_share_min"].isna().tolist() == [True, False]


def test_combinations_are_published_in_fives():
    frame = out(make_combinations({0: 511.0, 3: 233.0, 12: 377.0}), "combinations")
    assert set(frame["residents"] % 5) == {0.0}
    assert frame["residents"].iloc[0] == 510.0
    assert frame["share"].iloc[0] == 0.45


def test_a_sentence_prints_the_share_that_is_published():
    table = pd.DataFrame({
        "prerequisite": ["green"], "lacks_share": [0.0313], "next_lacks_share": [0.2249], "completeness": [1.0],
        "text_de": ["Grün: fehlt 3,1 % der Einwohner. Nächste: 300 m (22,5 %; green.x)."],
    })  # fmt: skip
    frame = release(table, "discriminating", parameters=PARAMETERS, against=municipality(1000.0)).frame
    assert frame["text_de"].iloc[0] == "Grün: fehlt 3 % der Einwohner. Nächste: 300 m (23 %; green.x)."


def test_shares_without_their_residents_are_not_let_out():
    with pytest.raises(NahraumError, match="cannot be judged"):
        release(pd.DataFrame({"several_share": [0.5]}), "variants", parameters=PARAMETERS)
    small = municipality(60.0)
    frame = release(pd.DataFrame({"several_share": [0.5]}), "variants", parameters=PARAMETERS, against=small).frame
    assert np.isnan(frame["several_share"].iloc[0])
