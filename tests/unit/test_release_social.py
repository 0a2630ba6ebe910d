"""The door for status, parts, incidence, inequality, funding areas and sums of amounts."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from nahraum.errors import NahraumError, StudyError
from nahraum.parameters import Parameters
from nahraum.publish import Released, release
from nahraum.publish.disclosure import rules_of
from nahraum.publish.dominance import dominated, needed_width

DAY = date(2025, 6, 30)
PARAMETERS = Parameters(on=DAY)
SECRET = bytes(range(32))


def out(table: pd.DataFrame, geography: str, against: Released | None = None, **changed: object) -> pd.DataFrame:
    parameters = Parameters({name.replace("__", "."): value for name, value in changed.items()}, on=DAY)
    return release(table, geography, parameters=parameters, against=against, secret=SECRET).frame


def cases(counts: dict[str, list[float]], residents: float = 1000.0) -> pd.DataFrame:
    """Cases by quarter in waves w1, w2 …, with a rate and its limits."""
    rows = [
        {"area_id": area, "period": f"w{wave}", "cases": count, "residents": residents,
         "rate_per_100000": count / residents * 1e5, "rate_per_100000_low": 1.0, "rate_per_100000_status": "ok"}
        for area, row in counts.items() for wave, count in enumerate(row, start=1)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def parts(values: dict[str, tuple[float, float]], scale: str = "share") -> pd.DataFrame:
    """Share and denominator of one part by area."""
    return pd.DataFrame([
        {"area_id": area, "part_id": "work", "value": share, "scale": scale, "denominator": size}
        for area, (share, size) in values.items()
    ])  # fmt: skip


def status(n: int, residents: float = 1000.0) -> pd.DataFrame:
    return pd.DataFrame({
        "area_id": [f"A{i:02d}" for i in range(n)], "residents": residents,
        "index": np.linspace(-2.03, 2.03, n), "class": "mid", "class_de": "mittel", "attention": False,
    })  # fmt: skip


def test_one_case_goes_with_the_cheapest_other_one_of_its_wave():
    frame = out(cases({"A": [1.0, 10.0], "B": [5.0, 10.0], "C": [50.0, 10.0]}), "incidence")
    assert frame["cases"].isna().tolist() == [True, False, True, False, False, False]
    assert frame["rate_per_100000"].isna().tolist() == frame["cases"].isna().tolist()
    assert frame["rate_per_100000_low"].isna().tolist() == frame["cases"].isna().tolist()
    assert frame.loc[0, "rate_per_100000_status"] == "suppressed"
    assert frame.loc[0, "suppressed"] == "cases rate_per_100000 rate_per_100000_low"


def test_no_cases_are_told_as_none():
    assert out(cases({"A": [0.0], "B": [7.0]}), "incidence")["cases"].tolist() == [0.0, 7.0]


def test_everybody_but_two_is_as_telling_as_two():
    frame = out(cases({"A": [998.0], "B": [40.0], "C": [60.0]}), "incidence")
    assert frame["cases"].isna().tolist() == [True, True, False]


def test_totals_over_waves_ages_and_the_city_are_protected_with_their_parts():
    table = cases({"A": [1.0, 10.0], "B": [5.0, 10.0], "C": [50.0, 12.0]})
    sums = [
        {"area_id": area, "period": "all", "cases": float(count), "residents": 1000.0}
        for area, count in table.groupby("area_id")["cases"].sum().items()
    ]
    city = [
        {"area_id": "", "level": "city", "period": wave, "cases": float(count), "residents": 3000.0}
        for wave, count in table.groupby("period")["cases"].sum().items()
    ]
    whole = pd.concat([table.assign(level="area"), pd.DataFrame(sums).assign(level="area"), pd.DataFrame(city)])
    frame = out(whole, "incidence").set_index(["area_id", "period"])
    gone = frame["cases"].isna()
    assert gone["A", "w1"]
    for area in "ABC":  # a row with its sum open holds none or two held-back waves
        if not gone[area, "all"]:
            assert gone[area, "w1"] == gone[area, "w2"]
    for wave in ("w1", "w2"):
        if not gone["", wave]:
            assert sum(bool(gone[area, wave]) for area in "ABC") != 1


def test_rates_of_fewer_than_a_hundred_residents_go_and_their_cases_stay():
    frame = out(cases({"A": [9.0], "B": [12.0]}, residents=99.0), "incidence")
    assert frame["cases"].tolist() == [9.0, 12.0]
    assert frame["rate_per_100000"].isna().all()


def test_cases_that_came_held_back_have_no_limits_either():
    table = cases({"A": [np.nan], "B": [12.0], "C": [30.0]})
    assert out(table, "incidence")["rate_per_100000_low"].isna().tolist() == [True, False, False]


def test_smoothed_rates_go_for_a_whole_wave_as_they_rest_on_the_held_back_counts():
    table = cases({"A": [1.0, 10.0], "B": [5.0, 10.0], "C": [50.0, 10.0]}).assign(smoothed_per_100000=7.0)
    frame = out(table, "incidence")
    assert frame.groupby("period")["smoothed_per_100000"].count().to_dict() == {"w1": 0, "w2": 3}


def test_estimates_have_two_digits():
    table = pd.DataFrame({"factor_id": ["a"], "n_areas": [40], "method": ["rank"], "rank": [0.123456]})
    assert out(table, "associations")["rank"].tolist() == [0.12]


def test_the_status_of_an_area_is_not_told_beside_its_cases():
    assert "status" not in out(cases({"A": [9.0], "B": [12.0]}).assign(status=0.123), "incidence")


def test_rounded_cases_add_up_and_rates_follow_them():
    table = cases({"A": [2.0], "B": [2.0], "C": [3.0], "D": [18.0]})
    frame = out(table, "incidence", release__method="round")
    assert (frame["cases"] % 5 == 0).all()
    assert frame["cases"].sum() == 25.0
    assert frame["rate_per_100000"].tolist() == pytest.approx((frame["cases"] / 1000 * 1e5).tolist())
    assert frame["rate_per_100000_low"].isna().all()


def test_cell_keys_give_the_same_noise_for_the_same_rows_and_never_one_or_two():
    table = cases({f"Q{i:03d}": [float(i % 9)] for i in range(200)})
    one, two = (out(t, "incidence", release__method="cell_key") for t in (table, table.iloc[::-1]))
    assert one["cases"].tolist() == two["cases"].tolist()
    assert not one["cases"].isin((1.0, 2.0)).any()
    assert (one["cases"].to_numpy() != table["cases"].to_numpy()).any()
    assert (one.loc[(table["cases"] == 0).to_numpy(), "cases"] == 0).all()


def test_a_method_that_nobody_knows_is_refused():
    with pytest.raises(StudyError, match="suppress, cell_key, round"):
        rules_of(Parameters({"release.method": "hide"}, on=DAY))


def test_a_table_that_cannot_be_judged_is_refused_with_the_missing_column():
    table = cases({"A": [9.0]})
    with pytest.raises(NahraumError, match="population or residents"):
        out(table.drop(columns="residents"), "incidence")
    with pytest.raises(NahraumError, match="period"):
        out(table.drop(columns="period"), "incidence")
    with pytest.raises(NahraumError, match="tells one thing twice"):
        out(pd.concat([table, table]), "incidence")


def test_a_share_of_two_persons_goes_with_a_partner_and_the_rest_lies_on_steps():
    frame = out(parts({"A": (0.002, 1000.0), "B": (0.02, 1000.0), "C": (0.1234, 1000.0)}), "social_parts")
    assert frame["value"].isna().tolist() == [True, True, False]
    assert frame["value"].iloc[2] == pytest.approx(0.13)  # 123.4 persons -> 125 -> step of 0.01


def test_shares_in_per_cent_are_judged_as_shares():
    frame = out(parts({"A": (0.2, 1000.0), "B": (2.0, 1000.0), "C": (12.34, 1000.0)}, "percent"), "social_parts")
    assert frame["value"].isna().tolist() == [True, True, False]
    assert frame["value"].iloc[2] == pytest.approx(13.0)


def test_a_share_of_fewer_than_a_hundred_persons_is_not_told():
    frame = out(parts({"A": (0.4, 99.0), "B": (0.4, 400.0), "C": (0.4, 9.0), "D": (0.4, np.nan)}), "social_parts")
    assert frame["value"].notna().tolist() == [False, True, False, False]
    assert np.isnan(frame["denominator"].iloc[2])


def test_standardised_shares_are_no_finer_than_the_shares():
    table = parts({f"A{i}": (0.05 + i / 97, 500.0) for i in range(12)})
    table["standardised"] = (table["value"] - table["value"].mean()) / table["value"].std(ddof=0)
    frame = out(table, "social_parts")
    of_published = (frame["value"] - table["value"].mean()) / table["value"].std(ddof=0)
    assert frame["standardised"].tolist() == pytest.approx(of_published.tolist(), abs=1e-5)


def test_figures_that_are_no_line_of_the_shares_lie_on_steps_of_their_own():
    table = parts({f"A{i}": (0.05 + i / 97, 500.0) for i in range(12)})
    table["standardised"] = np.log(table["value"])
    frame = out(table, "social_parts")
    step = 0.01 * table["standardised"].std(ddof=0) / table["value"].std(ddof=0)
    assert (frame["standardised"] / step).tolist() == pytest.approx(
        (frame["standardised"] / step).round().tolist(), abs=1e-3
    )


def test_areas_below_three_hundred_residents_have_neither_index_nor_class():
    table = status(35)
    table.loc[3, "residents"] = 299.0
    frame = out(table, "social_status")
    assert np.isnan(frame.loc[3, "index"])
    assert (frame.loc[3, "class"], frame.loc[3, "class_de"]) == ("", "")
    assert frame["index"].isna().sum() == 2  # the mean of all is known: one alone would follow
    assert (frame["index"].dropna() * 10 % 1).round(6).isin((0.0, 1.0)).all()


def test_fewer_than_thirty_areas_have_an_index_and_no_classes():
    frame = out(status(29), "social_status")
    assert frame["index"].notna().all()
    assert (frame["class"] == "").all()
    assert frame["attention"].isna().all()
    assert (out(status(30), "social_status")["class"] == "mid").all()


def test_an_area_with_a_part_held_back_has_a_class_and_no_index():
    table = status(30)
    shares = {area: (0.1 + at / 100, 1000.0) for at, area in enumerate(table["area_id"])} | {"A05": (0.001, 1000.0)}
    held = release(parts(shares), "social_parts", parameters=PARAMETERS)
    gone = held.frame.set_index("area_id")["value"].isna()
    frame = out(table, "social_status", against=held).set_index("area_id")
    assert gone.sum() >= 2
    assert frame["index"].isna().equals(gone)
    assert (frame["class"] == "mid").all()


def test_areas_drawn_freely_need_fifty_residents():
    table = pd.DataFrame({"funding_area_id": ["F1", "F2"], "residents": [49.0, 1234.0], "hectares": [2.0, 30.0],
                          "several_share": [0.5, 0.314], "several_residents": [24.0, 387.0]})  # fmt: skip
    frame = out(table, "funding_areas")
    assert frame.loc[0, "suppressed"] == "all"
    assert frame.loc[0, "hectares"] == 2.0
    assert frame.loc[1, ["residents", "several_share", "several_residents"]].tolist() == [1230.0, 0.31, 390.0]


def test_a_fifth_of_fewer_than_a_hundred_residents_takes_another_with_it():
    table = pd.DataFrame({"measure": "fifths", "indicator": "green", "fifth": [1, 2, 3], "value": [4.1, 9.0, 19.0],
                          "residents": [60.0, 500.0, 700.0]})  # fmt: skip
    assert out(table, "inequality")["value"].notna().tolist() == [False, False, True]


def test_regressions_need_thirty_areas_and_rank_correlations_do_not():
    table = pd.DataFrame(
        {
            "factor_id": ["a", "b"],
            "period": "w1",
            "n_areas": [29, 29],
            "method": ["negative_binomial", "rank"],
            "rate_ratio_per_sd": [1.2, np.nan],
            "rank": [np.nan, 0.5],
        }
    )
    frame = out(table, "associations")
    assert np.isnan(frame.loc[0, "rate_ratio_per_sd"])
    assert frame.loc[1, "rank"] == 0.5


def test_the_dominance_rule_by_hand():
    amount, largest = np.array([100.0, 100.0, 100.0, 0.0]), np.array([86.0, 85.0, 84.0, 0.0])
    assert dominated(amount, largest, 0.85).tolist() == [True, False, False, False]
    assert needed_width(amount, largest, 0.85)[0] == pytest.approx(86 / 0.85 - 100)


def test_a_sum_that_one_contributor_dominates_goes_with_a_partner():
    table = pd.DataFrame({"area_id": ["A", "B", "C", "D"], "amount": [100.0, 30.0, 400.0, 900.0],
                          "contributors": [10.0, 8.0, 20.0, 2.0], "largest": [90.0, 8.0, 40.0, 500.0]})  # fmt: skip
    frame = out(table, "magnitudes")
    assert "largest" not in frame
    assert np.isnan(frame.loc[0, "amount"])  # 90 of 100
    assert np.isnan(frame.loc[3, "amount"])  # two contributors
    assert frame["amount"].notna().sum() >= 1


def changed(children: float = 52.0) -> pd.DataFrame:
    """Shares of three areas and their changes; of the first too few children are behind one share."""
    rows = [
        {"area_id": area, "part_id": part, "value": value, "scale": scale, "denominator": size,
         "contribution": value / 10}
        for at, area in enumerate("ABC")
        for part, value, scale, size in (
            ("s1", 12.0 + 3 * at, "percent", 500.0),
            ("s4", 20.0 + 4 * at, "percent", children if area == "A" else 500.0),
            ("d1", 0.878 + at, "points", 500.0),
            ("d4", 39.158 - at, "points", np.nan),
        )
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_changes_go_where_a_share_of_the_area_goes_and_lie_on_its_step():
    frame = out(changed(), "social_parts").set_index(["area_id", "part_id"])
    assert frame.loc["A", "value"].isna().to_dict() == {"d1": True, "d4": True, "s1": False, "s4": True}
    assert frame.loc["A", "contribution"].isna().to_dict() == {"d1": True, "d4": True, "s1": False, "s4": True}
    assert frame.loc[("B", "d4"), "value"] == 38.0  # 500 children: steps of 1 point
    assert frame.loc[("B", "d1"), "value"] == 2.0
    assert frame.loc[("C", "d4"), "value"] == 37.0


def test_changes_of_shares_of_which_nobody_knows_the_people_are_not_told():
    table = changed(500.0).query("scale == 'points'").assign(denominator=np.nan)
    assert out(table, "social_parts")["value"].isna().all()


def test_falling_shares_keep_their_sign():
    table = changed(500.0)
    table.loc[table["scale"] == "points", "value"] *= -1
    frame = out(table, "social_parts").set_index(["area_id", "part_id"])
    assert frame.loc[("B", "d4"), "value"] == -38.0


def test_ranks_count_only_the_areas_whose_index_is_shown():
    table = status(35)
    table.loc[[3, 7], "residents"] = 250.0
    table["rank"] = table["index"].rank(ascending=False)
    table["rank_low"], table["rank_high"] = (table["rank"] - 2).clip(lower=1), (table["rank"] + 2).clip(upper=35)
    table["reliability"], table["index_class_share"] = "sure", 0.9
    frame = out(table, "social_status")
    shown = frame["index"].notna()
    assert (~shown).tolist() == [at in (3, 7) for at in range(35)]
    assert frame.loc[shown, "rank"].sort_values().tolist() == list(range(1, 34))  # no gap
    assert (frame.loc[shown, "rank_low"] <= frame.loc[shown, "rank"]).all()
    assert (frame.loc[shown, "rank_high"] >= frame.loc[shown, "rank"]).all()
    assert frame["rank_high"].max() == 33
    assert (frame["reliability"] == "").equals(~shown) and frame["index_class_share"].isna().equals(~shown)


def test_what_is_said_of_a_class_goes_where_there_are_no_classes():
    frame = out(status(29).assign(reliability="sure", index_class_share=0.9), "social_status")
    assert (frame["reliability"] == "").all() and frame["index_class_share"].isna().all()


def expecting(counts: list[float]) -> pd.DataFrame:
    """One wave with the cases that each area would have at the rate of all."""
    table = cases({area: [count] for area, count in zip("abcdef", counts, strict=True)}, 1800.0)
    table["expected"] = table["residents"] * table["cases"].sum() / table["residents"].sum()
    return table.assign(ratio=table["cases"] / table["expected"])


def test_expected_cases_do_not_tell_the_only_case_of_a_wave():
    frame = out(expecting([1.0, 0.0, 0.0, 0.0, 0.0, 0.0]), "incidence")
    assert frame["expected"].isna().all() and frame["ratio"].isna().all()
    assert frame["cases"].isna().tolist() == [True, True, False, False, False, False]  # one may have none


def test_a_count_that_came_held_back_alone_takes_the_smallest_other_one_with_it():
    table = cases({"A": [np.nan, np.nan], "B": [12.0, 12.0], "C": [30.0, 30.0]})
    table["cases_status"] = ["suppressed", "missing", "ok", "ok", "ok", "ok"]
    frame = out(table, "incidence").set_index(["area_id", "period"])["cases"].isna()
    assert frame[frame].index.tolist() == [("A", "w1"), ("A", "w2"), ("B", "w1")]  # not known is no secret


def test_three_cases_of_three_areas_are_hidden_by_a_fourth_without_any():
    frame = out(expecting([1.0, 1.0, 1.0, 0.0, 0.0, 0.0]), "incidence")
    assert frame["cases"].isna().sum() == 4 and frame["expected"].isna().all()


def test_expected_cases_stay_where_enough_cases_are_held_back_together():
    frame = out(expecting([2.0, 5.0, 9.0, 20.0, 30.0, 0.0]), "incidence")
    assert frame["cases"].isna().tolist() == [True, True, False, False, False, False]
    assert frame["expected"].notna().tolist() == [False, False, True, True, True, True]
