"""`nahraum check` reads [measures] and [plan]: what it says, and what it refuses before a plan would."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from nahraum.errors import InputError
from nahraum.study import Study
from nahraum.study_measures import PlanSpec
from nahraum.workflow.plan_check import plan_check, plan_lines

INPUTS = SimpleNamespace(
    statistics={"sozial": SimpleNamespace(latest=lambda: pd.DataFrame({"area_id": ["1"], "x": [1]}))}
)


def study(**more) -> Study:
    plain = Study(
        path=Path("study.toml"), name="Stadt", language="de", reference_date=date(2022, 5, 15), crs=None, sources={},
        overrides={}, complete_categories=(), unknown_categories=(), output_folder=Path("out"),
    )  # fmt: skip
    return replace(plain, **more)


def test_a_study_that_says_nothing_of_planning_is_told_nothing() -> None:
    assert plan_check(study(), INPUTS) == {} and plan_lines({}, "de") == []


def test_rules_and_own_values_are_told() -> None:
    found = plan_check(study(plan=PlanSpec(ags="05112000", unemployment=1), measures={"gate": {"cost": 1}}), INPUTS)
    assert [(one["id"], round(one["rate"], 9)) for one in found["rules"]] == [("nrw-2023", 0.7)]
    lines = "\n".join(plan_lines(found, "de"))
    assert "eigene Angaben zu: gate" in lines and "70" in lines


@pytest.mark.parametrize(
    "more",
    [
        {"measures": {"gat": {"cost": 1}}},
        {"plan": PlanSpec(ags="07312000", funding=("nrw-2023",))},
        {"plan": PlanSpec(displacement={"statistics": "sozial", "rent": "miete"})},
    ],
)
def test_what_a_plan_would_refuse_is_refused_here(more: dict) -> None:
    with pytest.raises(InputError):
        plan_check(study(**more), INPUTS)
