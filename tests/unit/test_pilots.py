"""Pilot and comparison quarters, and what a trial can show."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.pilots import evaluation_plan, lines_of, minimum_detectable, read_evaluation, trial, trial_design
from nahraum.pilots.effect import effect_of
from nahraum.pilots.evaluation import evaluation_text
from nahraum.pilots.power import power_of
from nahraum.workflow.panels import as_planned, as_share, read_as


def _panel(levels, trends, *, years=5, scatter=0.0, seed=1):
    rng = np.random.default_rng(seed)
    return pd.DataFrame([
        (f"Q{at}", 2020.0 + year, level + trend * (year - years + 1) + rng.normal(0, scatter))
        for at, (level, trend) in enumerate(zip(levels, trends, strict=True))
        for year in range(years)
    ], columns=["quarter_id", "period", "value"])  # fmt: skip


def _quarters(n, need=None):
    ids = [f"Q{at}" for at in range(n)]
    return pd.DataFrame({
        "quarter_id": ids, "name": [f"Quartier {one}" for one in ids], "residents": 2000.0,
        "need": [100.0] * n if need is None else need,
    })  # fmt: skip


def test_the_smallest_effect_is_2_8_standard_errors():
    assert minimum_detectable(1.0) == pytest.approx(2.8016, abs=1e-4)


def test_level_and_trend_are_those_of_the_line():
    lines = lines_of(_panel([10.0, 4.0], [1.0, -0.5]), fewest=3)
    assert lines["level"].tolist() == pytest.approx([10.0, 4.0]) and lines["trend"].tolist() == pytest.approx(
        [1.0, -0.5]
    )
    assert lines["scatter"].tolist() == pytest.approx([0.0, 0.0], abs=1e-9)


def test_two_periods_have_a_level_but_no_trend():
    lines = lines_of(_panel([10.0], [1.0], years=2), fewest=3)
    assert lines["level"].tolist() == [10.0] and lines["trend"].isna().all()


def test_comparison_is_alike_in_level_and_in_trend():
    # Q0 and Q1 are alike in both, Q2 only in level, Q3 only in trend
    panel = _panel([10.0, 10.2, 10.1, 30.0, 31.0, 29.0], [1.0, 1.05, -2.0, 1.0, -2.1, -2.0])
    found = trial_design(panel, _quarters(6), Parameters(), pilots=["Q0"])
    assert found.controls["quarter_id"].tolist() == ["Q1"] and "few_controls" in found.notes


def test_a_trend_that_is_known_is_alike_to_none_that_is_not():
    panel = _panel([10.0, 10.2, 10.1, 30.0], [1.0, 1.05, 0.95, -2.0])
    short = panel[(panel["quarter_id"] != "Q1") | (panel["period"] == panel["period"].max())]
    found = trial_design(short, _quarters(4), Parameters(), pilots=["Q0"])
    assert found.controls["quarter_id"].tolist() == ["Q2"]


def test_what_the_trends_would_show_alone_is_told_beside_the_smallest_effect():
    # trends 1.0 and 1.2, five periods before and three after: 0.2 * (5 + 3) / 2
    found = trial_design(_panel([10.0, 10.1, 30.0], [1.0, 1.2, 9.0]), _quarters(3), Parameters(), pilots=["Q0"])
    assert found.trend_bias == pytest.approx(0.2 * 4) and found.trend_bias > found.power.mde
    outcome = {"id": "x", "label": "X", "source": "panel.csv", "unit": "", "wanted": "lower"}
    plan = evaluation_plan(found, Parameters(), study="Stadt", outcome=outcome, periods=[2020.0, 2021.0])
    assert plan["bias_of_trend"] == found.trend_bias
    once = trial_design(_panel([0.1] * 4, [0.0] * 4, years=1), _quarters(4), Parameters(), pilots=["Q0"], share=True)
    assert np.isnan(once.trend_bias)


def test_the_scatter_is_that_of_all_quarters_and_not_of_the_set_that_had_least_by_chance():
    panel = _panel([5.0] * 12, [0.1] * 12, scatter=0.5)
    found = trial_design(panel, _quarters(12), Parameters())
    squares = found.lines["scatter"] ** 2  # five periods each
    assert found.power.standard_error == pytest.approx(
        np.sqrt(squares.mean() * (1 / 5 + 1 / 3) * (1 / 2 + 1 / len(found.controls)))
    )


def test_sets_with_lines_stand_before_those_with_counts_only():
    panel = _panel([0.1] * 8, [0.0] * 8, scatter=0.05)
    short = panel[~panel["quarter_id"].isin(["Q6", "Q7"]) | (panel["period"] == panel["period"].max())]
    found = trial_design(short, _quarters(8), Parameters(), n_pilots=1, share=True)
    assert found.power.method == "scatter"


def test_of_very_many_quarters_those_of_most_need_are_looked_at(monkeypatch):
    monkeypatch.setattr(trial, "_MOST_SETS", 30)  # 8 * 7 / 2 = 28 pairs
    panel = _panel([5.0] * 14, [0.1] * 14, scatter=0.1)
    found = trial_design(panel, _quarters(14, list(np.arange(14.0))), Parameters())
    assert "preselected:8" in found.notes and all(int(one[1:]) >= 14 - 8 for one in found.pilots)


def test_the_error_is_that_of_the_formula():
    lines = pd.DataFrame({"n_periods": 4, "level": 0.0, "trend": 0.0, "scatter": 2.0}, index=["a", "b", "c"])
    found = power_of(lines, ["a"], ["b", "c"], Parameters())
    assert found.standard_error == pytest.approx(np.sqrt(4.0 * (1 / 4 + 1 / 3) * (1 + 1 / 2)))
    assert found.method == "scatter" and found.mde == pytest.approx(2.8016 * found.standard_error, rel=1e-4)


def test_shares_of_one_year_give_a_lower_bound_only():
    panel = _panel([0.1] * 4, [0.0] * 4, years=1)
    found = trial_design(panel, _quarters(4), Parameters(), pilots=["Q0"], share=True)
    assert found.power.method == "counts" and found.power.mde > 0 and "no_trend" in found.notes


def test_more_scatter_is_never_seen_sooner():
    found = [
        trial_design(_panel([5.0] * 5, [0.1] * 5, scatter=one), _quarters(5), Parameters(), pilots=["Q0"]).power.mde
        for one in (0.1, 0.5, 2.0)
    ]
    assert found == sorted(found)


def test_quarters_too_near_are_not_compared():
    panel, ids = _panel([10.0] * 3, [1.0] * 3), ["Q0", "Q1", "Q2"]
    apart = pd.DataFrame([[0, 500, 3000], [500, 0, 3000], [3000, 3000, 0]], ids, ids, dtype=float)
    found = trial_design(panel, _quarters(3), Parameters(), apart_m=apart, pilots=["Q0"])
    assert found.controls["quarter_id"].tolist() == ["Q2"]
    with pytest.raises(InputError, match="no quarter can be compared"):
        trial_design(panel, _quarters(3), Parameters(), apart_m=apart * 0.1, pilots=["Q0"])


def test_of_the_sets_that_serve_many_the_one_that_is_nearest_to_its_comparison_is_taken():
    panel = pd.concat([_panel([10.0] * 5, [1.0] * 5, scatter=0.05), _panel([10.0] * 3, [1.0] * 3, scatter=2.0, seed=7)
                       .assign(quarter_id=lambda t: "R" + t["quarter_id"])])  # fmt: skip
    quarters = pd.concat([_quarters(5), _quarters(3).assign(quarter_id=lambda t: "R" + t["quarter_id"])])
    found = trial_design(panel, quarters, Parameters(), n_pilots=1)
    assert found.pilots[0].startswith("Q") and len(found.sets) >= 2
    assert found.sets["mde"].iloc[0] == pytest.approx(found.power.mde)


def test_rows_in_another_order_give_the_same_trial():
    panel = _panel(np.linspace(5, 6, 10), [0.1] * 10, scatter=0.2)
    one = trial_design(panel, _quarters(10), Parameters())
    other = trial_design(panel.sample(frac=1, random_state=3), _quarters(10).iloc[::-1], Parameters())
    assert one.pilots == other.pilots and one.power == other.power


def test_everything_wrong_is_told_at_once():
    with pytest.raises(InputError) as error:
        trial_design(_panel([1.0, 2.0], [0, 0]), _quarters(3), Parameters(), pilots=["X", "Q2"])
    assert len(error.value.where) == 2
    twice = pd.concat([_panel([1.0], [0.0]), _panel([1.0], [0.0])])
    with pytest.raises(InputError, match="panel"):
        trial_design(twice, _quarters(1), Parameters())


def test_a_trial_is_evaluated_by_the_plan_that_was_written_before_it():
    """Both change by the same trend but for three points in the pilots from the start on."""
    panel = _panel(np.linspace(5, 6, 10), [0.1] * 10)
    design = trial_design(panel, _quarters(10), Parameters())
    plan = evaluation_plan(design, Parameters(), study="Stadt", outcome={"id": "x"}, periods=[2020.0, 2021.0])
    is_after = panel["quarter_id"].isin(design.pilots) & (panel["period"] >= plan["start"])
    found = effect_of(read_evaluation(evaluation_text(plan)), panel.assign(value=panel["value"] - 3.0 * is_after))
    assert found.estimate == pytest.approx(-3.0) and found.before == (2020.0, 2021.0)
    assert (set(found.pilots), found.left_out) == (set(design.pilots), ())
    assert set(found.comparisons) == set(design.controls["quarter_id"])


def test_the_plan_is_read_back_as_it_was_written():
    panel = _panel(np.linspace(5, 6, 10), [0.1] * 10, scatter=0.2)
    design = trial_design(panel, _quarters(10), Parameters())
    outcome = {"id": "x", "label": "X", "source": "panel.csv", "unit": "", "wanted": "lower"}
    plan = evaluation_plan(design, Parameters(), study="Stadt", outcome=outcome, periods=[2020.0, 2021.0])
    assert read_evaluation(evaluation_text(plan)) == plan and plan["start"] == 2022.0
    with pytest.raises(InputError) as error:
        read_evaluation(evaluation_text(plan | {"pilots": [plan["comparisons"][0]["quarter"]], "method": "guess"}))
    assert len(error.value.where) == 2


@pytest.mark.parametrize(
    ("wrong", "n"),
    [
        ({"pilots": []}, 1),
        ({"pilots": ["A", "A"]}, 1),
        ({"comparisons": [{}], "periods_before": ["x"]}, 2),
        ({"start": 2020.0}, 1),
        ({"start": float("nan"), "periods_after": 0, "step": 0}, 3),
        ({"significance": 0, "power": 2, "standard_error": "x", "minimum_detectable_effect": -1}, 4),
    ],
)
def test_a_plan_whose_contents_cannot_be_used_is_refused_with_everything_that_is_wrong(wrong, n):
    plan = {
        "format": "nahraum-evaluation", "format_version": 1, "study": "Stadt", "outcome": {"id": "x"}, "pilots": ["P"],
        "comparisons": [{"pilot": "P", "quarter": "C"}], "periods_before": [2020.0, 2021.0], "start": 2022.0,
        "periods_after": 2, "method": "difference_in_differences", "minimum_detectable_effect": None,
        "significance": 0.05, "power": 0.8, "checks": [],
    }  # fmt: skip
    assert read_evaluation(json.dumps(plan)) == plan
    with pytest.raises(InputError, match="cannot be used") as error:
        read_evaluation(json.dumps(plan | wrong))
    assert len(error.value.where) == n


def test_a_trial_is_evaluated_in_the_unit_it_was_planned_in():
    """3 to 9 percent become shares, with their plan also where a later value is above 100."""
    before = _panel([3.0, 8.0], [0.2, 0.1])
    quota = {"label": "Quote", "read_as": read_as(before, {"label": "Quote"})}
    assert quota["read_as"] == "percent" and as_share(before, quota)[1]
    later = pd.concat([before, before.assign(period=lambda t: t["period"] + 50, value=120.0)])
    told, share = as_planned(later, quota)
    assert share and told["value"].max() == pytest.approx(1.2) and read_as(later, quota) == "amount"
    assert as_planned(before, {"label": "Personen", "read_as": "amount"})[0] is before
    for planned, values in (("percent", 0.01), ("share", 1.0)):
        with pytest.raises(InputError, match="not in the same unit"):
            as_planned(
                before.assign(value=lambda t, by=values: t["value"] * by), {"label": "Quote", "read_as": planned}
            )
