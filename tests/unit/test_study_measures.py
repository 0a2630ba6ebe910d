"""The sections [measures] and [plan]: what a planner may write there, and what is refused."""

import math
from datetime import date

import pytest

from nahraum.errors import StudyError
from nahraum.measures.funding import terms_of
from nahraum.study_measures import PlanSpec, measures_of, plan_of


def test_a_study_without_the_sections_plans_by_the_defaults() -> None:
    assert plan_of({}) == PlanSpec() or math.isnan(plan_of({}).budget_eur)
    assert dict(measures_of({})) == {}


def test_what_a_study_says_is_kept() -> None:
    plan = plan_of(
        {
            "ags": "05112000", "start_year": 2027, "years": 5, "funding": ["nrw-2023"], "unemployment": 1, "finance": 0,
            "applied_on": date(2026, 9, 1), "budget_eur": 5_000_000, "priority": "status",
            "purses": {"sozialer_zusammenhalt": 100}, "displacement": {"statistics": "sozial", "sgb2": "sgb2_share"},
        },
        ["sozial"],
    )  # fmt: skip
    assert (plan.funding, plan.priority, plan.purses) == (("nrw-2023",), ("status",), {"sozialer_zusammenhalt": 100.0})
    assert (terms_of(plan).unemployment, terms_of(plan).applied_on) == (1.0, date(2026, 9, 1))
    assert plan_of({"priority": ["0101", "0102"]}).priority == ("0101", "0102")


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"agss": "05112000"}, "did you mean 'ags'"),
        ({"ags": "5112000"}, "eight digits"),
        ({"ags": 5112000}, "eight digits"),
        ({"unemployment": 2}, "-1, 0 or 1"),
        ({"finance": True}, "-1, 0 or 1"),
        ({"budget_eur": 0}, "above 0"),
        ({"budget_eur": math.inf}, "above 0"),
        ({"years": 2.5}, "whole number"),
        ({"funding": "nrw-2023"}, "names of rule sets"),
        ({"priority": "low"}, "ids of quarters"),
        ({"applied_on": "gestern"}, "a date"),
        ({"purses": {"x": -1}}, "sozialer_zusammenhalt"),
        ({"displacement": {"rents": "x"}}, "did you mean 'rent'"),
        ({"displacement": {"statistics": "lost"}}, "no section"),
        ({"displacement": 3}, "a table"),
    ],
)
def test_what_cannot_be_meant_is_refused(section: dict, said: str) -> None:
    with pytest.raises(StudyError, match=said):
        plan_of(section, ["sozial"])


def test_all_problems_of_the_plan_are_told_at_once() -> None:
    with pytest.raises(StudyError) as caught:
        plan_of({"agss": "x", "years": 0, "finance": 3})
    assert len(caught.value.where) == 3


def test_measures_holds_sections_only() -> None:
    with pytest.raises(StudyError, match="holds values of no type"):
        measures_of({"cost": 5})
