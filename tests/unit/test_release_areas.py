"""The door for quarters and the municipality: counts, complements, denominators, and no way round by subtraction."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from publish_bundle import make_quarters, municipality_of

from nahraum.errors import NahraumError
from nahraum.parameters import Parameters
from nahraum.publish import release
from nahraum.publish.nested import Beside

PARAMETERS = Parameters(on=date(2025, 6, 30))


def quarters(residents: list[float], lacking: list[float]) -> pd.DataFrame:
    n = np.array(residents)
    return pd.DataFrame({
        "quarter_id": [f"Q{i}" for i in range(len(n))],
        "residents": n,
        "residents_judged": n,
        "lacks_green_share": np.array(lacking) / n,
        "lacks_green_residents": np.array(lacking, dtype=float),
        "lacks_green_status": "ok",
    })  # fmt: skip


def hidden(frame: pd.DataFrame, column: str = "lacks_green_share") -> list[bool]:
    return frame[column].isna().tolist()


def out(table: pd.DataFrame, geography: str = "quarters") -> pd.DataFrame:
    return release(table, geography, parameters=PARAMETERS).frame


def test_counts_of_one_and_two_are_held_back_with_their_share_and_marked():
    frame = out(quarters([400, 400, 400, 400], [2, 100, 200, 300]))
    assert hidden(frame)[0]
    assert np.isnan(frame["lacks_green_residents"].iloc[0])
    assert frame["lacks_green_status"].iloc[0] == "suppressed"
    assert "lacks_green_share" in frame["suppressed"].iloc[0]
    assert frame["residents"].notna().all()


def test_three_persons_and_nobody_are_published():
    frame = out(quarters([400, 400, 400], [3, 0, 200]))
    assert hidden(frame) == [False, False, False]


def test_all_but_two_persons_are_as_telling_as_two_persons():
    frame = out(quarters([400, 400, 400], [398, 100, 200]))
    assert hidden(frame)[0]


def test_one_held_back_quarter_takes_the_next_smallest_count_with_it():
    frame = out(quarters([400, 400, 400, 400], [2, 90, 80, 70]))
    assert hidden(frame) == [True, False, False, True]


def test_where_the_rest_is_too_small_everything_goes():
    frame = out(quarters([400, 400, 400], [2, 1, 0]))
    assert hidden(frame) == [True, True, True]


def test_shares_of_fewer_than_a_hundred_residents_are_held_back_and_protected():
    frame = out(quarters([60, 400, 300, 500], [30, 200, 150, 250]))
    assert hidden(frame) == [True, False, True, False]


def test_two_quarters_below_a_hundred_are_enough_for_each_other_if_together_they_are_above():
    frame = out(quarters([60, 70, 300, 500], [30, 35, 150, 250]))
    assert hidden(frame) == [True, True, False, False]


def test_a_quarter_below_ten_residents_keeps_name_and_class_only():
    table = quarters([4, 110, 300, 500], [4, 55, 150, 250]).assign(**{"class": "lacking", "name": "x", "m": 3.0})
    frame = out(table)
    assert frame["suppressed"].tolist() == ["all", "all", "", ""]
    assert frame["class"].tolist() == ["lacking"] * 4
    assert np.isnan(frame["m"].iloc[:2]).all()
    assert np.isnan(frame["residents"].iloc[:2]).all()


def test_a_quarter_without_residents_is_no_secret():
    frame = out(quarters([300, 400, 500], [150, 200, 250]).assign(residents=[0.0, 400.0, 500.0]))
    assert frame["residents"].tolist() == [0.0, 400.0, 500.0]


def test_an_unknown_value_stays_unknown_and_is_not_called_suppressed():
    table = quarters([400, 400, 400, 400], [2, 100, 200, 300])
    table.loc[3, ["lacks_green_share", "lacks_green_residents"]] = np.nan
    table["lacks_green_status"] = ["ok", "ok", "ok", "missing"]
    frame = out(table)
    assert frame["lacks_green_status"].iloc[3] == "missing"
    assert frame["suppressed"].iloc[3] == ""


def test_the_offer_goes_with_the_lack_since_one_is_the_rest_of_the_other():
    table = quarters([400, 400, 400], [2, 150, 200]).rename(columns=lambda c: c.replace("green", "internet"))
    table["internet_offer_share"] = 1 - table["lacks_internet_share"]
    frame = out(table)
    assert hidden(frame, "internet_offer_share") == hidden(frame, "lacks_internet_share") == [True, True, False]


def several(residents: float, counts: dict[int, float], **more: float) -> pd.DataFrame:
    row = {"quarter_id": "Q1", "residents": residents, "residents_judged": residents}
    for k, count in counts.items():
        for ending in ("_min", "", "_max"):
            row[f"several_k{k}_share{ending}"] = count / residents
    return pd.DataFrame([row | more])


def test_persons_with_exactly_one_lack_cannot_be_had_as_a_difference():
    frame = out(several(400.0, {1: 101.0, 2: 100.0, 3: 50.0, 4: 0.0}), "municipality")
    assert np.isnan(frame["several_k1_share"].iloc[0])
    assert frame["several_k2_share"].iloc[0] == 0.26  # 100 of 400, in steps of 0.02


def test_bounds_that_tell_two_undetermined_persons_go_and_the_headcount_stays():
    table = several(400.0, {2: 100.0})
    table["several_k2_share_max"] = 102.0 / 400
    frame = out(table, "municipality")
    assert np.isnan(frame[["several_k2_share_min", "several_k2_share_max"]]).all(axis=None)
    assert frame["several_k2_share"].notna().all()


def test_what_is_known_for_certain_goes_with_the_bounds_where_it_tells_two_persons():
    table = several(400.0, {2: 100.0}, several_share=100 / 400, several_known_share=98 / 400)
    table["several_share_min"], table["several_share_max"] = 98 / 400, 160 / 400
    frame = out(table, "municipality")
    assert np.isnan(frame[["several_share_min", "several_known_share"]]).all(axis=None)
    assert frame["several_share"].notna().all()


def test_m0_goes_with_every_level_that_it_sums_up():
    frame = out(several(400.0, {2: 100.0, 3: 50.0, 4: 2.0}, m0=0.1, a=0.5, contribution_green=0.5), "municipality")
    assert np.isnan(frame[["several_k4_share", "m0", "a", "contribution_green"]]).all(axis=None)
    assert frame["several_k2_share"].notna().all()


def test_two_persons_who_lack_green_alone_are_not_the_difference_of_two_shares():
    table = several(400.0, {2: 100.0}, censored_green_share=98 / 400, lacks_green_share=100 / 400)
    frame = out(table, "municipality")
    assert np.isnan(frame["censored_green_share"].iloc[0])
    assert frame["lacks_green_share"].notna().all()


def test_shares_lie_on_steps_worth_five_persons_and_headcounts_follow_from_them():
    table = quarters([126, 260, 600, 6000], [33, 33, 33, 33])
    frame = out(table)
    assert frame["lacks_green_share"].tolist() == [0.3, 0.14, 0.06, 0.006]
    assert frame["lacks_green_residents"].tolist() == [40.0, 35.0, 35.0, 35.0]
    assert frame["residents"].tolist() == [126, 260, 600, 6000]


def test_means_are_too_coarse_to_tell_five_persons_in_one_cell_or_another():
    table = quarters([126, 1000, 20_000], [60, 500, 9000]).assign(
        floor_area_m2_per_resident=[38.77, 38.77, 38.77],
        green_distance_m=[1234.0] * 3,
        services_within_reach=[3.14] * 3,
    )
    frame = out(table)
    assert frame["floor_area_m2_per_resident"].tolist() == [38.0, 38.8, 38.8]
    assert frame["green_distance_m"].tolist() == [1250.0, 1230.0, 1230.0]
    assert frame["services_within_reach"].tolist() == [3.2, 3.1, 3.1]


def test_m0_goes_with_its_headcount_and_needs_three_hundred_residents():
    small = several(400.0, {2: 2.0}, m0=0.1, a=0.5, rank_min=1.0, contribution_green=0.5)
    frame = out(small, "municipality")
    assert np.isnan(frame[["m0", "a", "rank_min", "contribution_green"]]).all(axis=None)
    frame = out(several(299.0, {2: 150.0}, m0=0.1), "municipality")
    assert np.isnan(frame["m0"].iloc[0])
    assert frame["several_k2_share"].notna().all()
    frame = out(several(300.0, {2: 150.0}, m0=0.1), "municipality")
    assert frame["m0"].iloc[0] == 0.1


def test_the_headcount_for_the_chosen_k_goes_under_both_of_its_names():
    table = several(400.0, {2: 2.0}, several_share=2 / 400, several_residents=2.0)
    frame = out(table, "municipality")
    assert np.isnan(frame[["several_share", "several_residents", "several_k2_share"]]).all(axis=None)


def test_one_small_censored_headcount_takes_its_sisters_and_the_contributions():
    censored = {f"censored_{p}_share": n / 400 for p, n in zip("abcd", (2, 90, 80, 70), strict=True)}
    table = several(400.0, {2: 100.0}, m0=0.1, contribution_a=0.1, contribution_b=0.9, **censored)
    frame = out(table, "municipality")
    gone = [*censored, "contribution_a", "contribution_b"]
    assert np.isnan(frame[gone]).all(axis=None)
    assert frame["m0"].iloc[0] == 0.1


def test_two_residents_at_the_edge_of_the_data_are_held_back_and_not_told_by_counts():
    table = quarters([400, 400, 400], [100, 150, 200])
    table["residents_edge"] = [2.0, 0.0, 50.0]
    table["residents_judged"] = table["residents"] - table["residents_edge"]
    table["lacks_green_share"] = table["lacks_green_residents"] / table["residents_judged"]
    frame = out(table)
    assert hidden(frame, "residents_edge")[0]
    assert hidden(frame, "residents_judged")[0]
    assert hidden(frame, "lacks_green_residents")[0]
    assert not hidden(frame)[0]


def test_a_hand_made_town_without_small_numbers_keeps_every_value():
    table = make_quarters()
    assert release(table, "quarters", parameters=PARAMETERS).hidden == {}
    assert release(municipality_of(table), "municipality", parameters=PARAMETERS).hidden == {}


def test_the_minimum_count_is_a_parameter_of_the_study():
    strict = Parameters({"disclosure.minimum_count": 5}, on=date(2025, 6, 30))
    frame = release(quarters([400, 400, 400], [4, 150, 200]), "quarters", parameters=strict).frame
    assert hidden(frame) == [True, True, False]


def test_rounding_noise_is_not_taken_for_a_person():
    table = quarters([400, 400, 400], [400, 150, 200])
    table["lacks_green_share"] = [1 - 1e-9, 0.375, 0.5]
    assert hidden(out(table)) == [False, False, False]


def test_place_facts_with_counts_of_persons_are_refused():
    with pytest.raises(NahraumError, match="counts of persons"):
        release(pd.DataFrame({"green_id": ["g"], "residents_near": [4.0]}), "greens", parameters=PARAMETERS)


def own(**columns: list[float]) -> pd.DataFrame:
    table = pd.DataFrame({"quarter_id": ["1", "2", "3", "4"], "residents": [400.0, 500.0, 600.0, 700.0], **columns})
    return table.assign(**{f"{name}_status": "ok" for name in columns})


def let_out(table: pd.DataFrame, *counted: str) -> pd.DataFrame:
    return release(table, "quarters", parameters=PARAMETERS, beside=Beside(counted=counted)).frame


def test_one_person_of_the_offices_own_statistics_takes_the_next_smallest_count_with_it():
    table = own(sozial_alg2=[1.0, 40.0, 30.0, 20.0])
    frame = let_out(table, "sozial_alg2")
    assert hidden(frame, "sozial_alg2") == [True, False, False, True]
    assert frame["sozial_alg2_status"].tolist() == ["suppressed", "ok", "ok", "suppressed"]
    assert hidden(let_out(table), "sozial_alg2") == [False] * 4  # kitas, say: nobody is counted


def test_all_residents_but_one_in_the_offices_own_statistics_are_held_back():
    frame = let_out(own(sozial_insured=[399.0, 100.0, 90.0, 80.0]), "sozial_insured")
    assert hidden(frame, "sozial_insured") == [True, False, False, True]


def test_a_count_and_its_share_go_together_and_each_status_is_its_own():
    table = own(sozial_alg2=[10.0, 40.0, 30.0, 20.0], sozial_alg2_share=[0.0025, 0.08, 0.05, 0.03])
    frame = let_out(table, "sozial_alg2")
    assert hidden(frame, "sozial_alg2_share") == hidden(frame, "sozial_alg2") == [True, False, False, True]
    plain = let_out(table)  # the figure is no count: it stays, and so does its status
    assert hidden(plain, "sozial_alg2_share") == [True, False, False, True]
    assert plain["sozial_alg2_status"].tolist() == ["ok"] * 4
    assert plain["sozial_alg2_share_status"].tolist() == ["suppressed", "ok", "ok", "suppressed"]


def test_one_bound_dwelling_is_a_household_and_is_held_back_with_a_second_quarter():
    per_1000 = [2.5, 80.0, 100.0, 100.0]  # 1, 40, 60 and 70 dwellings
    frame = let_out(own(bound_dwellings_per_1000_residents=per_1000, bindings_expiring_share=[1.0, 0.5, 0.5, 0.5]))
    assert hidden(frame, "bound_dwellings_per_1000_residents") == [True, True, False, False]
    assert hidden(frame, "bindings_expiring_share") == [True, True, False, False]


def test_few_bindings_that_end_or_stay_are_held_back():
    per_1000 = [100.0, 80.0, 100.0, 100.0]  # 40, 40, 60, 70 dwellings; 2 end in the first, 1 stays in the last
    frame = let_out(own(bound_dwellings_per_1000_residents=per_1000, bindings_expiring_share=[0.05, 0.5, 0.5, 69 / 70]))
    assert hidden(frame, "bound_dwellings_per_1000_residents") == [False] * 4
    assert hidden(frame, "bindings_expiring_share")[0] and hidden(frame, "bindings_expiring_share")[3]
