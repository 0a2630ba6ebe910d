"""The effect of a trial: by hand, against a regression, and what it says of chance."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from nahraum.errors import InputError
from nahraum.pilots.effect import effect_of
from nahraum.workflow.evaluating import effect_lines

PLAN = {
    "pilots": ["P1", "P2"], "comparisons": [{"pilot": "P1", "quarter": "C1"}, {"pilot": "P2", "quarter": "C2"}],
    "periods_before": [2020.0, 2021.0], "start": 2022.0, "step": 1.0, "periods_after": 2, "significance": 0.05,
    "minimum_detectable_effect": 1.0, "standard_error": 0.4,
}  # fmt: skip


def panel_of(**rows):
    return pd.DataFrame(
        [(name, 2020.0 + at, float(value)) for name, values in rows.items() for at, value in enumerate(values)],
        columns=["quarter_id", "period", "value"],
    )


def test_the_effect_is_the_change_of_the_pilots_less_that_of_the_others():
    """Pilots change by -3 and -1, the others by 0 and +2: (-2) - (+1) = -3; scatter 2, 2 of one: SE = sqrt(2)."""
    found = effect_of(PLAN, panel_of(P1=[10, 10, 7, 7], P2=[8, 8, 7, 7], C1=[9, 9, 9, 9], C2=[5, 7, 8, 8]))
    assert found.estimate == pytest.approx(-3.0) and found.standard_error == pytest.approx(math.sqrt(2.0))
    width = math.sqrt(2.0) * t.ppf(0.975, 2)
    assert (found.low, found.high) == pytest.approx((-3.0 - width, -3.0 + width))
    assert found.error_from == "scatter" and found.shown is False and found.large_enough is True
    assert (found.p_value, found.n_choices) == (pytest.approx(2 / 6), 6)  # -3 and the opposite choice
    # slopes before: 0, 0 and 0, 2: -1 a year, two years from the middle before to the middle after
    assert found.trend == pytest.approx(-2.0) and found.placebo == pytest.approx(-1.0)
    assert found.more_than_trend is True


def test_the_effect_is_the_coefficient_of_a_regression_with_quarters_and_periods():
    rng = np.random.default_rng(5)
    names = ["P1", "P2", *(f"C{at}" for at in range(1, 7))]
    plan = PLAN | {"comparisons": [{"pilot": "P1", "quarter": one} for one in names[2:]],
                   "periods_before": [2020.0, 2021.0, 2022.0], "start": 2023.0, "periods_after": 3}  # fmt: skip
    table = panel_of(**{name: rng.normal(5, 2, 6) for name in names})
    quarter, period = pd.get_dummies(table["quarter_id"]), pd.get_dummies(table["period"]).iloc[:, 1:]
    treated = (table["quarter_id"].isin(["P1", "P2"]) & (table["period"] >= 2023)).astype(float)
    matrix = np.column_stack([treated, quarter.astype(float), period.astype(float)])
    coefficient = np.linalg.lstsq(matrix, table["value"].to_numpy(), rcond=None)[0][0]
    assert effect_of(plan, table).estimate == pytest.approx(coefficient)


def test_an_interval_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(11)
    names = ["P1", "P2", *(f"C{at}" for at in range(1, 7))]
    plan = PLAN | {"comparisons": [{"pilot": "P1", "quarter": one} for one in names[2:]]}
    covered, jump = 0, np.array([0.0, 0.0, 2.0, 2.0])
    for _ in range(60):
        values = {name: rng.normal(0, 1, 4) + jump * (name[0] == "P") for name in names}
        found = effect_of(plan, panel_of(**values))
        covered += found.low <= 2.0 <= found.high
    assert 52 <= covered <= 60


def test_an_effect_against_the_trend_does_not_come_from_it():
    """Pilots rose by 2 a year, which goes on to +4; they fell by 2."""
    found = effect_of(PLAN, panel_of(P1=[8, 10, 7, 7], P2=[8, 10, 7, 7], C1=[9, 9, 9, 9], C2=[5, 5, 5, 5]))
    assert (found.estimate, found.trend) == pytest.approx((-2.0, 4.0)) and found.more_than_trend is True
    plan = PLAN | {"outcome": {"label": "Wert"}}
    told = {language: "\n".join(effect_lines(plan, found, {}, language, share=False)) for language in ("de", "en")}
    assert "andere Richtung" in told["de"] and "goes the other way" in told["en"]
    with_it = effect_of(PLAN, panel_of(P1=[8, 10, 11, 11], P2=[8, 10, 11, 11], C1=[9, 9, 9, 9], C2=[5, 5, 5, 5]))
    assert (with_it.estimate, with_it.trend) == pytest.approx((2.0, 4.0)) and with_it.more_than_trend is False


def test_the_choice_that_was_made_is_always_one_of_those_that_show_as_much():
    """Large amounts, whose sums are not the same to the last digit in another order."""
    plan = PLAN | {"comparisons": [{"pilot": "P1", "quarter": one} for one in ("C1", "C2", "C3")]}
    for seed in range(12):
        values = np.random.default_rng(seed).uniform(1e8, 2e8, (5, 4))
        values[:2, 2:] += 5e8
        found = effect_of(plan, panel_of(**dict(zip(("P1", "P2", "C1", "C2", "C3"), values, strict=True))))
        assert (found.p_value, found.n_choices) == (0.1, 10)


def test_one_pilot_and_one_comparison_take_the_error_of_the_plan():
    plan = PLAN | {"pilots": ["P1"], "comparisons": [{"pilot": "P1", "quarter": "C1"}]}
    found = effect_of(plan, panel_of(P1=[10, 10, 7, 7], C1=[9, 9, 9, 9]))
    assert (found.error_from, found.standard_error) == ("plan", 0.4) and found.shown is True
    unknown = effect_of(plan | {"standard_error": None}, panel_of(P1=[10, 10, 7, 7], C1=[9, 9, 9, 9]))
    assert unknown.error_from == "unknown" and unknown.shown is None and math.isnan(unknown.low)


def test_only_planned_periods_count_and_only_those_that_all_quarters_have():
    full = {"P1": [10, 10, 7, 7, 100], "P2": [8, 8, 7, 7, 100], "C1": [9, 9, 9, 9, 0], "C2": [5, 7, 8, 8, 0]}
    found = effect_of(PLAN, panel_of(**full))
    assert found.estimate == pytest.approx(-3.0) and found.after == (2022.0, 2023.0)
    gap = panel_of(**full).query("not (quarter_id == 'C2' and period == 2020)")
    assert effect_of(PLAN, gap).before == (2021.0,)


def test_comparisons_without_values_are_left_out_and_named_and_pilots_without_are_refused():
    found = effect_of(PLAN, panel_of(P1=[10, 10, 7, 7], P2=[8, 8, 7, 7], C1=[9, 9, 9, 9]))
    assert (found.left_out, found.comparisons) == (("C2",), ("C1",))
    with pytest.raises(InputError, match="cannot be told") as error:
        effect_of(PLAN, panel_of(P1=[10, 10], C3=[9, 9, 9, 9]))
    assert len(error.value.where) == 3
    with pytest.raises(InputError, match="cannot be told"):
        effect_of(PLAN, panel_of(P1=[10, 10], P2=[8, 8], C1=[9, 9], C2=[5, 7]))
